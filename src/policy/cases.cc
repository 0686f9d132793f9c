#include "policy/cases.h"

#include <fmt/core.h>

#include <array>
#include <optional>

namespace heed::policy {
namespace {

constexpr std::string_view kBlanks = " \t\r,";

/// Reads words from one line; commas only separate.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) { skip(); }
  bool ended() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  std::string_view peek() const { return rest_.substr(0, rest_.find_first_of(kBlanks)); }
  std::string_view next() {
    const std::string_view word = peek();
    rest_.remove_prefix(word.size());
    skip();
    return word;
  }
  bool take(std::string_view word) {
    if (peek() != word) return false;
    next();
    return true;
  }
  /// What stands in quotes, if it begins here.
  std::optional<std::string_view> take_text() {
    const std::size_t end = rest_.starts_with('"') ? rest_.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return {};
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    skip();
    return text;
  }

 private:
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }
  std::string_view rest_;
};

struct Preposition {
  std::string_view word;
  Dimension dimension;
};
constexpr std::array kPrepositions = {
    Preposition{"from", Dimension::kSource},
    Preposition{"about", Dimension::kSubject},
    Preposition{"in", Dimension::kRegion},
    Preposition{"by", Dimension::kChannel},
};

std::optional<Dimension> dimension_of(std::string_view preposition) {
  for (const Preposition& known : kPrepositions) {
    if (known.word == preposition) return known.dimension;
  }
  return {};
}

class CaseParser {
 public:
  CaseParser(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<std::vector<Case>> parse() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      ++line_;
      if (auto read = read_line(text_.substr(at, end - at)); !read) {
        return std::unexpected(read.error());
      }
      at = end + 1;
    }
    if (asked_) return wrong("the last request has no answer");
    return std::move(cases_);
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorKind::kInvalid, fmt::format("{}:{}: {}", file_, line_, what));
  }

  Result<void> read_line(std::string_view line) {
    Words words(line.substr(0, line.find('#')));
    if (words.ended()) return {};
    if (words.take("->") || words.take("→")) return read_answer(words);
    if (asked_) return wrong("the request before has no answer: '-> allowed by 3.1'");
    if (words.take("policy")) return read_policy(words);
    if (words.take("given")) return read_given(words);
    if (words.rest().starts_with('"')) return read_sentence(words);
    return read_request(words);
  }

  Result<void> read_policy(Words& words) {
    policy_ = words.next();
    given_ = {};
    if (policy_.empty()) return wrong("'policy' without a file's name");
    return {};
  }

  Result<void> read_given(Words& words) {
    given_ = {};
    if (words.take("nothing")) return {};
    return read_facts(words, given_);
  }

  Result<void> read_sentence(Words& words) {
    const auto sentence = words.take_text();
    if (!sentence) return wrong("the sentence has no closing quote");
    if (policy_.empty()) return wrong("a case before 'policy'");
    Case& made = cases_.emplace_back();
    made.policy = policy_;
    made.sentence = *sentence;
    std::string_view rest = words.rest();
    if (rest.empty()) return {};
    if (!rest.starts_with('(') || !rest.ends_with(')')) return wrong("expected '(O1, O2)'");
    Words numbers(rest.substr(1, rest.size() - 2));
    while (!numbers.ended()) made.obligations.emplace_back(numbers.next());
    return {};
  }

  /// Facts without "when": given not minor, from box.
  Result<void> read_facts(Words& words, CaseRequest& into) {
    while (!words.ended() && words.peek() != "->" && words.peek() != "→") {
      if (const auto dimension = dimension_of(words.peek())) {
        words.next();
        into.known.emplace_back(*dimension, words.next());
        continue;
      }
      words.take("when");
      const bool holds = !words.take("not");
      const std::string_view name = words.next();
      if (name.empty()) return wrong("expected a fact");
      into.conditions.emplace_back(name, holds);
    }
    return {};
  }

  Result<void> read_cell(Words& words, CaseRequest& into) {
    into.category = words.next();
    if (!words.take("for")) return wrong("expected 'for' and a purpose");
    into.purpose = words.next();
    if (!words.take("to")) return wrong("expected 'to' and a party");
    into.party = words.next();
    return {};
  }

  Result<void> read_request(Words& words) {
    if (cases_.empty()) return wrong("a request before its sentence in quotes");
    CaseRequest request = given_;
    Result<void> read;
    if (words.take("keep")) {
      request.asks = CaseRequest::Asks::kKeep;
      request.category = words.next();
      if (words.take("until")) request.event = words.next();
    } else if (words.take("answer")) {
      request.asks = CaseRequest::Asks::kAnswer;
      request.purpose = words.next();
    } else if (words.take("notify")) {
      request.asks = CaseRequest::Asks::kNotify;
      request.party = words.next();
      if (!words.take("of")) return wrong("expected 'of' and an event");
      request.event = words.next();
    } else {
      if (words.take("group")) request.asks = CaseRequest::Asks::kGroup;
      read = read_cell(words, request);
    }
    if (read) read = read_facts(words, request);
    if (!read) return read;
    cases_.back().questions.push_back({std::move(request), {}, line_});
    asked_ = true;
    if (words.ended()) return {};
    words.next();
    return read_answer(words);
  }

  Result<void> read_answer(Words& words) {
    if (!asked_) return wrong("an answer without a request");
    std::string_view answer = words.rest();
    answer = answer.substr(0, answer.find_last_not_of(kBlanks) + 1);
    if (answer.empty()) return wrong("an empty answer");
    cases_.back().questions.back().expected = answer;
    asked_ = false;
    return {};
  }

  std::string_view text_;
  std::string_view file_;
  std::uint32_t line_ = 0;
  std::string policy_;
  CaseRequest given_;
  bool asked_ = false;
  std::vector<Case> cases_;
};

template <class Tag>
Result<Word<Tag>> word_of(const Vocabulary<Tag>& words, std::string_view what,
                          std::string_view path) {
  if (const auto word = words.find(path)) return *word;
  return fail(ErrorKind::kInvalid, fmt::format("the policy has no {} '{}'", what, path));
}

Result<Fact> fact_of(const Policy& policy, Dimension dimension, std::string_view path) {
  const std::string_view what = name_of(dimension);
  if (const auto fact = policy.facts().find(fmt::format("{}:{}", what, path))) return *fact;
  return fail(ErrorKind::kInvalid, fmt::format("the policy has no {} '{}'", what, path));
}

Result<Conditions> facts_of(const Policy& policy, const CaseRequest& request) {
  Conditions facts;
  for (const auto& [name, holds] : request.conditions) {
    ASSIGN_OR_RETURN(const Fact fact, fact_of(policy, Dimension::kCondition, name));
    facts = facts.with(fact, holds);
  }
  for (const auto& [dimension, path] : request.known) {
    if (auto fact = fact_of(policy, dimension, path); !fact) return std::unexpected(fact.error());
    facts = policy.knowing(facts, dimension, path);
  }
  return facts;
}

Result<std::string> answer_cell(const Policy& policy, const CaseRequest& request) {
  ASSIGN_OR_RETURN(const Category category,
                   word_of(policy.categories(), "category", request.category));
  ASSIGN_OR_RETURN(const Purpose purpose, word_of(policy.purposes(), "purpose", request.purpose));
  ASSIGN_OR_RETURN(const Party party, word_of(policy.parties(), "party", request.party));
  ASSIGN_OR_RETURN(const Conditions facts, facts_of(policy, request));
  if (request.asks == CaseRequest::Asks::kGroup) {
    return fmt::format("at least {}", policy.least_group(purpose, category, party));
  }
  const Decision decision = policy.table().decide(purpose, category, party, facts);
  return fmt::format(
      "{} by {}", decision.allowed ? "allowed" : "refused",
      decision.clause == Table::kDefault ? "default" : policy.clauses()[decision.clause].id);
}

template <class Tag>
bool covered(const Vocabulary<Tag>& words, const std::vector<Name>& paths, std::string_view path) {
  const auto word = words.find(path);
  if (!word) return false;
  for (const Name& above : paths) {
    if (above.text == "any") return true;
    const auto known = words.find(above.text);
    if (known && words.covers(*known, *word)) return true;
  }
  return false;
}

bool speaks_of(const Policy& policy, const Duty& duty, const CaseRequest& request) {
  using Asks = CaseRequest::Asks;
  switch (request.asks) {
    case Asks::kKeep:
      return duty.kind == DutyKind::kKeep && duty.event == request.event &&
             covered(policy.categories(), duty.scope.categories, request.category);
    case Asks::kAnswer:
      return duty.kind == DutyKind::kAnswer &&
             covered(policy.purposes(), duty.scope.purposes, request.purpose);
    case Asks::kNotify:
      return duty.kind == DutyKind::kNotify && duty.event == request.event &&
             covered(policy.parties(), duty.scope.parties, request.party);
    case Asks::kDecision:
    case Asks::kGroup: return false;
  }
  return false;
}

std::string written(const Span& span) {
  constexpr std::array<std::string_view, 4> kUnits = {"hour", "day", "month", "year"};
  return fmt::format("{} {}{}", span.count, kUnits[static_cast<std::size_t>(span.unit)],
                     span.count == 1 ? "" : "s");
}

/// The shortest span counts.
Result<std::string> answer_duty(const Policy& policy, const CaseRequest& request) {
  const Duty* shortest = nullptr;
  for (const Duty& duty : policy.duties()) {
    if (!speaks_of(policy, duty, request)) continue;
    if (shortest == nullptr || duty.span.shortest() < shortest->span.shortest()) shortest = &duty;
  }
  if (shortest == nullptr) return "nothing";
  return fmt::format("{} by {}", written(shortest->span), policy.clauses()[shortest->clause].id);
}

}  // namespace

Result<std::vector<Case>> parse_cases(std::string_view text, std::string_view file) {
  return CaseParser(text, file).parse();
}

Result<std::string> answer(const Policy& policy, const CaseRequest& request) {
  using Asks = CaseRequest::Asks;
  const bool cell = request.asks == Asks::kDecision || request.asks == Asks::kGroup;
  return cell ? answer_cell(policy, request) : answer_duty(policy, request);
}

}  // namespace heed::policy
