// Productions 10 to 19: what stands between a clause's braces.
#include <array>

#include "policy/language/grammar.h"
#include "policy/language/keywords.h"
#include "policy/language/parse.h"

namespace heed::policy {
namespace {

using TokenKind = Token::Kind;

// What the mends of messages show.
constexpr auto kKeepForm = "keep personal until account_closed + 30 days";
constexpr auto kExpireForm = "expire sharing with processor at contract_end";
constexpr auto kNotifyForm = "notify authority within 72 hours of breach";
constexpr auto kVerifyForm = "verify two_points for rights.access";
constexpr auto kAnswerForm = "answer rights.access within 45 days";
constexpr auto kAggregateForm = "aggregate usage for reports at least 20";
constexpr auto kLogForm = "log ground for service";

/// A part of a scope by the keyword that begins it.
struct Part {
  std::string_view word;
  std::vector<Name> Scope::* names;
  std::string_view what;
  bool of_names = false;
};
constexpr std::array<Part, 8> kParts = {{
    {"for", &Scope::purposes, "a purpose"},
    {"to", &Scope::parties, "a party"},
    {"from", &Scope::sources, "a source"},
    {"about", &Scope::subjects, "a class of subjects"},
    {"in", &Scope::regions, "a region"},
    {"by", &Scope::channels, "a channel"},
    {"when", &Scope::when, "a condition", true},
    {"unless", &Scope::unless, "a condition", true},
}};

bool read_part(Cursor& cursor, const Part& part, Scope& into) {
  std::vector<Name>& names = into.*part.names;
  if (!names.empty()) {
    cursor.tell(cursor.now().place, fmt::format("{} is written twice", quoted(part.word)),
                fmt::format("write it once, with ',' between: {} a, b", part.word));
    return false;
  }
  cursor.advance();
  return part.of_names ? cursor.read_names(names, part.what) : cursor.read_paths(names, part.what);
}

bool read_exceptions(Cursor& cursor, RuleNode& into, std::size_t depth) {
  if (!cursor.at(TokenKind::kOpen)) {
    cursor.incomplete("'{'", {}, "write the exceptions between '{' and '}'");
    return false;
  }
  if (depth == ParseLimits::kNesting) {
    cursor.tell(cursor.now().place,
                fmt::format("exceptions are nested more than {} deep", ParseLimits::kNesting),
                "make a clause of what is inside");
    cursor.skip_block();
    return true;
  }
  const Token open = cursor.now();
  cursor.advance();
  cursor.take_own_comments(into.comments);
  while (cursor.in_block(open, true)) {
    const Token began = cursor.now();
    if (!read_rule(cursor, into.exceptions.emplace_back(), depth + 1)) {
      into.exceptions.pop_back();
      cursor.skip_to_statement(began);
    }
  }
  cursor.take_comments(into.last_comments);
  cursor.take(TokenKind::kClose);
  return true;
}

bool read_keep(Cursor& cursor, DutyNode& into) {
  if (!cursor.read_paths(into.scope.categories, "a category")) return false;
  if (cursor.take("for")) return cursor.read_span(into.span);
  if (!cursor.take("until")) {
    constexpr std::array<std::string_view, 2> kNext = {"for", "until"};
    cursor.incomplete("'for' or 'until'", kNext,
                      fmt::format("write it like this: keep usage for 30 days, or: {}", kKeepForm));
    return false;
  }
  if (!cursor.read_name(into.event, "an event")) return false;
  return !cursor.take(TokenKind::kPlus) || cursor.read_span(into.span);
}

bool read_expire(Cursor& cursor, DutyNode& into) {
  return cursor.read_keyword("sharing", kExpireForm) && cursor.read_keyword("with", kExpireForm) &&
         cursor.read_paths(into.scope.parties, "a party") &&
         cursor.read_keyword("at", kExpireForm) && cursor.read_name(into.event, "an event");
}

bool read_notify(Cursor& cursor, DutyNode& into) {
  return cursor.read_paths(into.scope.parties, "a party") &&
         cursor.read_keyword("within", kNotifyForm) && cursor.read_span(into.span) &&
         cursor.read_keyword("of", kNotifyForm) && cursor.read_name(into.event, "an event");
}

bool read_verify(Cursor& cursor, DutyNode& into) {
  return cursor.read_name(into.degree, "a degree") && cursor.read_keyword("for", kVerifyForm) &&
         cursor.read_paths(into.scope.purposes, "a purpose");
}

bool read_answer(Cursor& cursor, DutyNode& into) {
  return cursor.read_paths(into.scope.purposes, "a purpose") &&
         cursor.read_keyword("within", kAnswerForm) && cursor.read_span(into.span);
}

bool read_aggregate(Cursor& cursor, DutyNode& into) {
  return read_scope(cursor, into.scope) && cursor.read_keyword("at", kAggregateForm) &&
         cursor.read_keyword("least", kAggregateForm) &&
         cursor.read_number(into.least, "the size of the smallest group");
}

bool read_log(Cursor& cursor, DutyNode& into) {
  return cursor.read_keyword("ground", kLogForm) && cursor.read_keyword("for", kLogForm) &&
         cursor.read_paths(into.scope.purposes, "a purpose");
}

struct Duty {
  std::string_view word;
  DutyKind kind;
  bool (*read)(Cursor&, DutyNode&);
};
constexpr std::array<Duty, 7> kDuties = {{
    {"keep", DutyKind::kKeep, read_keep},
    {"expire", DutyKind::kExpire, read_expire},
    {"notify", DutyKind::kNotify, read_notify},
    {"verify", DutyKind::kVerify, read_verify},
    {"answer", DutyKind::kAnswer, read_answer},
    {"aggregate", DutyKind::kAggregate, read_aggregate},
    {"log", DutyKind::kLogGround, read_log},
}};

bool read_duty(Cursor& cursor, const Duty& duty, DutyNode& into) {
  const Token first = cursor.now();
  into.kind = duty.kind;
  cursor.take_comments(into.comments);
  cursor.advance();
  const Token second = cursor.now();
  if (!duty.read(cursor, into)) return false;
  into.place = cursor.since(first);
  into.scope.place = cursor.since(second);
  cursor.take_own_comments(into.comments);
  return true;
}

/// What may have been meant is a statement or more of the one before.
void tell_no_statement(Cursor& cursor) {
  constexpr std::array<std::string_view, 20> kNext = {
      "allow",     "deny", "keep",   "expire", "notify", "verify", "answer",
      "aggregate", "log",  "for",    "to",     "from",   "about",  "in",
      "by",        "when", "unless", "except", "at",     "until"};
  if (cursor.at(TokenKind::kComma)) {
    cursor.unexpected("a statement or '}'", {}, "statements need no ',' between them: remove it");
    return;
  }
  cursor.unexpected(
      "a statement or '}'", kNext,
      "begin with one of allow, deny, keep, expire, notify, verify, answer, aggregate "
      "and log; between words of one list stands ','");
}

}  // namespace

bool read_statement(Cursor& cursor, Statement& into) {
  if (cursor.at("allow") || cursor.at("deny")) {
    return read_rule(cursor, into.emplace<RuleNode>(), 0);
  }
  for (const Duty& duty : kDuties) {
    if (cursor.at(duty.word)) return read_duty(cursor, duty, into.emplace<DutyNode>());
  }
  tell_no_statement(cursor);
  return false;
}

bool read_rule(Cursor& cursor, RuleNode& into, std::size_t depth) {
  cursor.take_comments(into.comments);
  const Token first = cursor.now();
  into.allow = cursor.at("allow");
  if (!cursor.take("allow") && !cursor.take("deny")) {
    constexpr std::array<std::string_view, 2> kRules = {"allow", "deny"};
    cursor.unexpected("'allow' or 'deny'", kRules, "an exception is an allow or a deny");
    return false;
  }
  if (!read_scope(cursor, into.scope)) return false;
  into.place = cursor.since(first);
  cursor.take_own_comments(into.comments);
  if (!cursor.take("except")) return true;
  const bool read = read_exceptions(cursor, into, depth);
  cursor.take_own_comments(into.comments);
  return read;
}

bool read_scope(Cursor& cursor, Scope& into) {
  const Token first = cursor.now();
  const bool starts_with_part = cursor.at_any(kScopeWords);
  const bool has_categories = cursor.at(TokenKind::kWord) && !starts_with_part &&
                              !cursor.at("except") && !cursor.at("at") &&
                              !cursor.at_any(kStatementWords);
  if (has_categories && !cursor.read_paths(into.categories, "a category")) return false;
  while (cursor.at_any(kScopeWords)) {
    for (const Part& part : kParts) {
      if (!cursor.at(part.word)) continue;
      if (!read_part(cursor, part, into)) return false;
      break;
    }
  }
  into.place = cursor.since(first);
  return true;
}

}  // namespace heed::policy
