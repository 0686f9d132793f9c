// Productions 6 to 8: kinds.
#include <algorithm>
#include <utility>

#include "policy/language/grammar.h"
#include "policy/language/keywords.h"
#include "policy/language/spelling.h"

namespace heed::policy {
namespace {

using TokenKind = Token::Kind;

constexpr std::uint32_t kLastKind = 65'535;
constexpr std::array<std::string_view, 1> kOn = {"on"};
constexpr std::array<std::string_view, 2> kBehindCategory = {"indexed", "with"};

/// Whether now() is a word that a type follows: the name of a field.
bool at_field(const Cursor& cursor) {
  return cursor.at(TokenKind::kWord) && !cursor.now().is_keyword && cursor.then_at_any(kTypeWords);
}

/// A declaration that the missing end of the block has let in: its keyword is a type, too.
bool at_subject_declaration(const Cursor& cursor) {
  return cursor.at("subject") && cursor.now().begins_line && !cursor.then_at_any(kOn);
}

/// What a field of this type may be told to do on erasure; the kind's checker holds it to that.
std::string effects(FieldType type) {
  return type == FieldType::kReference ? "removes, empties or stays" : "owns, removes or empties";
}

/// "on erasure empties"
bool read_on_erasure(Cursor& cursor, FieldNode& into) {
  const std::string form = fmt::format("{} subject on erasure empties", into.name.text);
  cursor.advance();
  if (!cursor.read_keyword("erasure", form)) return false;
  if (!cursor.at_any(kErasureWords)) {
    cursor.incomplete(
        "'owns', 'removes', 'empties' or 'stays'", kErasureWords,
        fmt::format("write what happens when somebody is erased: {}", effects(into.type)));
    return false;
  }
  const auto* const effect = std::ranges::find(kErasureWords, cursor.now().raw);
  into.on_erasure = static_cast<OnErasure>(effect - kErasureWords.begin() + 1);
  cursor.advance();
  return true;
}

bool read_leading_away(Cursor& cursor, const KindNode& kind, FieldNode& into) {
  std::string written(name_of(into.type));
  if (into.type == FieldType::kReference) {
    if (!cursor.read_keyword(
            "to", fmt::format("{} reference to machine on erasure removes", into.name.text)) ||
        !cursor.read_name(into.refers_to, "the name of a kind")) {
      return false;
    }
    written += " to " + into.refers_to.text;
  }
  if (cursor.at("on")) return read_on_erasure(cursor, into);
  cursor.tell(into.name.place,
              fmt::format("field {} of kind {} does not say what happens to it on erasure",
                          quoted(into.name.text), quoted(kind.name.text)),
              fmt::format("write after '{}': on erasure {}", written, effects(into.type)));
  return true;
}

bool read_type(Cursor& cursor, const KindNode& kind, FieldNode& into) {
  if (!cursor.at_any(kTypeWords)) {
    cursor.incomplete("the type of the field", kTypeWords,
                      "write text, integer, real, truth, time, bytes, blob, subject or reference "
                      "after the field's name");
    // Taken for a misspelt type, unless it stands where the next field would.
    if (cursor.now().begins_line || !cursor.take(TokenKind::kWord)) return true;
    return !cursor.at("on") && !cursor.at("to");
  }
  const auto* const type = std::ranges::find(kTypeWords, cursor.now().raw);
  into.type = static_cast<FieldType>(type - kTypeWords.begin());
  cursor.advance();
  if (leads_away(into.type)) return read_leading_away(cursor, kind, into);
  if (!cursor.at("on")) return true;
  cursor.tell(cursor.now().place,
              fmt::format("field {} of kind {} is {}, which leads to nobody who could be erased",
                          quoted(into.name.text), quoted(kind.name.text), name_of(into.type)),
              "make it a subject or a reference, or write 'with' and the subject it tells of");
  return read_on_erasure(cursor, into);
}

/// Whether a part stands where no part can: in another order or misspelt.
bool is_out_of_place(const Cursor& cursor) {
  if (!cursor.at(TokenKind::kWord) || cursor.now().begins_line || at_field(cursor)) return false;
  const Token& word = cursor.now();
  return word.is_keyword ? !cursor.at_any(kDeclarationWords)
                         : word.raw.contains('.') || !nearest(word.raw, kBehindCategory).empty();
}

bool read_with(Cursor& cursor, FieldNode& into) {
  constexpr std::string_view kWhat = "the name of a field";
  if (!at_field(cursor)) return cursor.read_name(into.with, kWhat);
  // What stands here is the next field already.
  cursor.incomplete(kWhat, {}, "write which subject of this kind the field tells of");
  return false;
}

bool read_field(Cursor& cursor, const KindNode& kind, FieldNode& into) {
  cursor.take_comments(into.comments);
  if (!cursor.read_new_name(into.name, "the name of a field")) return false;
  if (at_subject_declaration(cursor)) return false;
  if (!read_type(cursor, kind, into)) return false;
  const bool is_category =
      cursor.at(TokenKind::kWord) && !cursor.now().is_keyword && !cursor.then_at_any(kTypeWords);
  if (is_category && !cursor.read_path(into.category, "a category")) return false;
  into.indexed = cursor.take("indexed");
  if (cursor.take("with") && !read_with(cursor, into)) return false;
  if (is_out_of_place(cursor)) {
    cursor.unexpected(
        "the next field or '}'", kBehindCategory,
        "write in this order: name, type with its 'on erasure', category, 'indexed', 'with'");
    return false;
  }
  cursor.take_own_comments(into.comments);
  return true;
}

/// To what may be the next field after the one that began at `began` failed.
void skip_to_field(Cursor& cursor, const Place& began) {
  bool moved = cursor.now().place.offset != began.offset;
  while (!cursor.at(TokenKind::kEnd) && !cursor.at(TokenKind::kClose)) {
    if (moved && (cursor.now().begins_line || at_field(cursor))) return;
    moved = true;
    if (cursor.at(TokenKind::kOpen)) {
      cursor.skip_block();
    } else {
      cursor.advance();
    }
  }
}

void read_fields(Cursor& cursor, KindNode& into) {
  const Token open = cursor.now();
  bool told_comma = false;
  cursor.advance();
  cursor.take_own_comments(into.comments);
  while (cursor.in_block(open, false)) {
    const Place began = cursor.now().place;
    FieldNode field;
    if (!cursor.at(TokenKind::kWord)) {
      skip_no_name(cursor, told_comma);
    } else if (read_field(cursor, into, field)) {
      into.fields.push_back(std::move(field));
    } else {
      skip_to_field(cursor, began);
    }
  }
  cursor.take_comments(into.last_comments);
  cursor.take(TokenKind::kClose);
}

bool read_kind_head(Cursor& cursor, KindNode& into) {
  if (!cursor.read_new_name(into.name, "the name of the kind")) return false;
  const Place number = cursor.now().place;
  if (!cursor.read_number(into.number, "the number of the kind")) return false;
  if (into.number == 0 || into.number > kLastKind) {
    cursor.tell(number, fmt::format("a kind's number is from 1 to {}", kLastKind),
                "choose one that no kind ever had");
  }
  constexpr std::array<std::string_view, 2> kShapes = {"record", "series"};
  if (!cursor.at_any(kShapes)) {
    cursor.incomplete("'record' or 'series'", kShapes,
                      "write 'record' for documents, 'series' for samples over time");
    return false;
  }
  into.shape = cursor.at("series") ? Shape::kSeries : Shape::kRecord;
  cursor.advance();
  if (cursor.take("of") && !cursor.read_path(into.category, "a category")) return false;
  return !cursor.at(TokenKind::kText) || cursor.read_text(into.gloss, "what the kind is");
}

}  // namespace

bool read_kind(Cursor& cursor, KindNode& into) {
  cursor.take_comments(into.comments);
  cursor.advance();
  if (!read_kind_head(cursor, into)) return false;
  if (!cursor.at(TokenKind::kOpen)) {
    constexpr std::array<std::string_view, 1> kNext = {"of"};
    cursor.incomplete("'{' and the kind's fields", kNext, "write its fields between '{' and '}'");
    return false;
  }
  read_fields(cursor, into);
  cursor.take_own_comments(into.comments);
  return true;
}

}  // namespace heed::policy
