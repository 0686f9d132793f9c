// Productions 4 and 5: vocabularies.
#include <algorithm>
#include <utility>

#include "policy/language/grammar.h"
#include "policy/language/keywords.h"
#include "policy/language/parse.h"

namespace heed::policy {
namespace {

using TokenKind = Token::Kind;

bool read_word(Cursor& cursor, WordNode& into, std::string_view what, std::size_t depth);

bool read_words_below(Cursor& cursor, WordNode& into, std::string_view what, std::size_t depth) {
  if (depth == ParseLimits::kNesting) {
    cursor.tell(cursor.now().place,
                fmt::format("words are nested more than {} deep", ParseLimits::kNesting),
                "make the tree flatter");
    cursor.skip_block();
    return true;
  }
  const Token open = cursor.now();
  bool told_comma = false;
  cursor.advance();
  while (cursor.in_block(open, false)) {
    if (!cursor.at(TokenKind::kWord)) {
      skip_no_name(cursor, told_comma);
    } else if (!read_word(cursor, into.below.emplace_back(), what, depth + 1)) {
      into.below.pop_back();
      cursor.advance();
    }
  }
  cursor.take_comments(into.last_comments);
  cursor.take(TokenKind::kClose);
  return true;
}

bool read_word(Cursor& cursor, WordNode& into, std::string_view what, std::size_t depth) {
  cursor.take_comments(into.comments);
  if (!cursor.read_new_name(into.name, what)) return false;
  if (cursor.at(TokenKind::kText)) cursor.read_text(into.gloss, what);
  for (;;) {
    if (cursor.take("as")) {
      if (!cursor.read_text(into.iri, "a term of another vocabulary, such as \"dpv:Contact\",")) {
        return false;
      }
    } else if (cursor.at_any(kMarks)) {
      into.marks.push_back({std::string(cursor.now().raw), cursor.now().place});
      cursor.advance();
    } else {
      break;
    }
  }
  cursor.take_own_comments(into.comments);
  if (!cursor.at(TokenKind::kOpen)) return true;
  const bool read = read_words_below(cursor, into, what, depth);
  cursor.take_own_comments(into.comments);
  return read;
}

}  // namespace

void skip_no_name(Cursor& cursor, bool& told_comma) {
  if (!cursor.at(TokenKind::kComma)) {
    cursor.unexpected("a name or '}'", {}, "begin with the name of what is declared here");
  } else if (!std::exchange(told_comma, true)) {
    cursor.tell(cursor.now().place, "names stand one after the other, without ','", "remove it");
  }
  if (cursor.at(TokenKind::kOpen)) {
    cursor.skip_block();
  } else {
    cursor.advance();
  }
}

bool read_vocabulary(Cursor& cursor, VocabularyNode& into) {
  cursor.take_comments(into.comments);
  const auto* const word = std::ranges::find(kVocabularyWords, cursor.now().raw);
  into.dimension = static_cast<Dimension>(word - kVocabularyWords.begin());
  cursor.advance();
  const std::string what = fmt::format("the name of a {}", name_of(into.dimension));
  if (!read_word(cursor, into.word, what, 0)) return false;
  std::ranges::move(into.word.comments, std::back_inserter(into.comments));
  into.word.comments.clear();
  return true;
}

}  // namespace heed::policy
