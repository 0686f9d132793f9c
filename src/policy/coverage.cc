#include "policy/coverage.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <set>

#include "policy/publish/plain.h"

namespace heed::policy {
namespace {

constexpr std::uint32_t kObligations = 88;

template <class Tag>
bool declares(const Policy& policy, const Vocabulary<Tag>& words, std::string_view path) {
  const auto word = words.find(path);
  return word && policy.gloss(*word).declared;
}

class Cover {
 public:
  Cover(const Policy& policy, const Inventory& program) : policy_(policy), program_(program) {}

  void clauses();
  void kinds();
  void sources();
  void uses();
  void cookies();
  void conditions();
  void obligations(const std::vector<TestResult>& tests);
  Coverage take() { return std::move(coverage_); }

 private:
  void gap(Gap::Kind kind, std::string what, std::string message, std::string mend) {
    coverage_.gaps.push_back({kind, std::move(what), std::move(message), std::move(mend)});
  }
  void kind(const Kind& wanted, const Kind& given);
  void field(const Kind& wanted, const Kind& given, std::size_t i);

  const Policy& policy_;
  const Inventory& program_;
  Coverage coverage_;
};

void Cover::clauses() {
  std::vector<bool> heard(policy_.clauses().size(), false);
  const Table& table = policy_.table();
  for (std::uint32_t set = 0; set < table.set_count(); ++set) {
    for (const CellRule& rule : table.rules(set)) heard[rule.clause] = true;
  }
  for (const Duty& duty : policy_.duties()) heard[duty.clause] = true;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const Clause& clause = policy_.clauses()[i];
    if (std::ranges::all_of(clause.sentence, [](char c) { return c == ' '; })) {
      gap(Gap::Kind::kRuleWithoutSentence, "clause " + clause.id,
          fmt::format("Clause {} has rules and says nothing to the reader.", clause.id),
          "write in quotes what the published page says");
    }
    if (heard[i] || clause.information) continue;
    gap(Gap::Kind::kSentenceWithoutRule, "clause " + clause.id,
        fmt::format("No cell and no duty follows from clause {}.", clause.id),
        "write the rule that keeps the sentence, or mark the clause `information`");
  }
}

void Cover::field(const Kind& wanted, const Kind& given, std::size_t i) {
  const std::string what = fmt::format("kind {}.{}", wanted.name, wanted.fields[i].name);
  if (i >= given.fields.size() || given.fields[i].name != wanted.fields[i].name) {
    gap(Gap::Kind::kKind, what,
        fmt::format("The program stores field {} '{}' of kind '{}', and the policy has {} there.",
                    i + 1, wanted.fields[i].name, wanted.name,
                    i < given.fields.size() ? fmt::format("'{}'", given.fields[i].name)
                                            : std::string("nothing")),
        "declare the kind's fields by the names and in the order of heed_words");
    return;
  }
  const std::string stored = declared(wanted.fields[i]);
  const std::string said = declared(given.fields[i]);
  if (stored == said) return;
  gap(Gap::Kind::kKind, what,
      fmt::format("The program stores '{}.{}' as {}, and the policy says {}.", wanted.name,
                  wanted.fields[i].name, stored, said),
      fmt::format("write: {} {}", wanted.fields[i].name, stored));
}

void Cover::kind(const Kind& wanted, const Kind& given) {
  if (given.id != wanted.id || given.shape != wanted.shape) {
    gap(Gap::Kind::kKind, "kind " + wanted.name,
        fmt::format("Kind '{}' has another number or shape in the policy than in the program, "
                    "which stores it as a {} under number {}.",
                    wanted.name, wanted.shape == Shape::kRecord ? "record" : "series",
                    wanted.id.number),
        "take its declaration from heed_words");
    return;
  }
  for (std::size_t i = 0; i < wanted.fields.size(); ++i) field(wanted, given, i);
  for (std::size_t i = wanted.fields.size(); i < given.fields.size(); ++i) {
    gap(Gap::Kind::kKind, fmt::format("kind {}.{}", given.name, given.fields[i].name),
        fmt::format("The policy gives kind '{}' a field '{}' that the program does not store.",
                    given.name, given.fields[i].name),
        "leave the field out");
  }
}

void Cover::kinds() {
  for (const Kind& wanted : program_.kinds) {
    if (const Kind* given = policy_.kind(wanted.name)) {
      kind(wanted, *given);
      continue;
    }
    gap(Gap::Kind::kKind, "kind " + wanted.name,
        fmt::format("The program stores kind '{}' (number {}), which the policy does not declare.",
                    wanted.name, wanted.id.number),
        "write: uses heed_words");
  }
}

void Cover::sources() {
  for (const std::string& source : program_.sources) {
    if (declares(policy_, policy_.facts(), "source:" + source)) continue;
    gap(Gap::Kind::kSource, "source " + source,
        fmt::format("The program takes data in through '{}', which the policy does not name.",
                    source),
        fmt::format("declare it: source {} \"what it is\"", source));
  }
}

void Cover::uses() {
  std::set<std::string> told;
  const auto missing = [&](Gap::Kind kind, std::string_view dimension, const std::string& path,
                           const std::string& where) {
    const std::string what = fmt::format("{} {}", dimension, path);
    if (!told.insert(what).second) return;
    gap(kind, what,
        fmt::format("The program has the {} '{}' ({}), which the policy does not know.", dimension,
                    path, where),
        fmt::format("declare it: {} {}, and say in a clause what it may have", dimension, path));
  };
  for (const Inventory::Use& use : program_.uses) {
    if (!declares(policy_, policy_.purposes(), use.purpose)) {
      missing(Gap::Kind::kUse, "purpose", use.purpose, use.where);
    }
    if (!declares(policy_, policy_.parties(), use.party)) {
      missing(Gap::Kind::kUse, "party", use.party, use.where);
    }
  }
  for (const std::string& recipient : program_.recipients) {
    if (declares(policy_, policy_.parties(), recipient)) continue;
    missing(Gap::Kind::kRecipient, "party", recipient, "something is handed to it");
  }
}

/// What a policy calls a cookie: its name without the prefixes that browsers give a meaning.
std::string cookie_word(std::string_view name) {
  for (const std::string_view prefix : {"__Host-", "__Secure-"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  std::string word(name);
  std::ranges::replace(word, '-', '_');
  return word;
}

void Cover::cookies() {
  const auto& categories = policy_.categories();
  for (const std::string& cookie : program_.cookies) {
    const std::string word = cookie_word(cookie);
    bool named = false;
    for (std::uint16_t i = 0; i < categories.size() && !named; ++i) {
      const std::string_view path = categories.path({i});
      const std::string_view last = path.substr(path.rfind('.') + 1);
      named = last == word && policy_.gloss(Category{i}).declared &&
              policy_.keep(Category{i}) != nullptr;
    }
    if (named) continue;
    gap(Gap::Kind::kCookie, "cookie " + cookie,
        fmt::format("The program sets the cookie '{}', and no clause says what it is and how long "
                    "it is kept.",
                    cookie),
        fmt::format("declare a category '{}' and keep it for a time", word));
  }
}

void Cover::conditions() {
  std::map<std::string, std::set<std::string>> asked;  // clauses by condition
  const auto walk = [&](const auto& self, const Rule& rule) -> void {
    for (const auto* names : {&rule.scope.when, &rule.scope.unless}) {
      for (const Name& name : *names) asked[name.text].insert(policy_.clauses()[rule.clause].id);
    }
    for (const Rule& exception : rule.exceptions) self(self, exception);
  };
  for (const Rule& rule : policy_.rules()) walk(walk, rule);
  for (const auto& [condition, clauses] : asked) {
    if (std::ranges::count(program_.conditions, condition) > 0) continue;
    gap(Gap::Kind::kCondition, "condition " + condition,
        fmt::format("Clause {} hangs on '{}', which the program does not compute.",
                    list_of({clauses.begin(), clauses.end()}), condition),
        "take a condition of heed_words, or teach the program to compute this one");
  }
}

/// Numbers after an O that begins a word: 37 of "machine_data_stays_inside_O37".
std::set<std::uint32_t> obligations_in(std::string_view name) {
  const auto is = [](int (*kind)(int), char c) { return kind(static_cast<unsigned char>(c)) != 0; };
  std::set<std::uint32_t> all;
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if ((name[i] != 'O' && name[i] != 'o') || (i > 0 && is(std::isalnum, name[i - 1]))) continue;
    std::uint32_t number = 0;
    const char* const end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + i + 1, end, number);
    if (error != std::errc() || (stop != end && is(std::isalpha, *stop))) continue;
    if (number >= 1 && number <= kObligations) all.insert(number);
  }
  return all;
}

void Cover::obligations(const std::vector<TestResult>& tests) {
  for (std::uint32_t i = 1; i <= kObligations; ++i) {
    coverage_.obligations.push_back({fmt::format("O{}", i), {}, {}});
  }
  for (const TestResult& test : tests) {
    for (const std::uint32_t number : obligations_in(test.name)) {
      coverage_.obligations[number - 1].tests.push_back({test.name, test.passed});
    }
  }
  for (const Clause& clause : policy_.clauses()) {
    for (const std::string& kept : clause.keeps) {
      const auto proof =
          std::ranges::find(coverage_.obligations, kept, &ObligationProof::obligation);
      if (proof == coverage_.obligations.end()) {
        gap(Gap::Kind::kObligation, kept,
            fmt::format("Clause {} keeps '{}', which is no obligation.", clause.id, kept),
            "obligations are O1 to O88");
      } else {
        proof->clauses.push_back(clause.id);
      }
    }
  }
  if (tests.empty()) return;
  for (const ObligationProof& proof : coverage_.obligations) {
    if (proof.clauses.empty()) continue;
    if (std::ranges::any_of(proof.tests, &ProvenBy::passed)) continue;
    gap(Gap::Kind::kObligation, proof.obligation,
        fmt::format(
            "Clause {} keeps {}, and {}.", list_of(proof.clauses), proof.obligation,
            proof.tests.empty() ? "no test carries that number" : "none of its tests passed"),
        fmt::format("name a test …_{} that tries the promise, and make it pass", proof.obligation));
  }
}

}  // namespace

std::string_view name_of(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::kSentenceWithoutRule: return "sentence-without-rule";
    case Gap::Kind::kRuleWithoutSentence: return "rule-without-sentence";
    case Gap::Kind::kKind: return "kind";
    case Gap::Kind::kSource: return "source";
    case Gap::Kind::kUse: return "use";
    case Gap::Kind::kRecipient: return "recipient";
    case Gap::Kind::kCookie: return "cookie";
    case Gap::Kind::kCondition: return "condition";
    case Gap::Kind::kObligation: return "obligation";
  }
  return "";
}

Coverage cover(const Policy& policy, const Inventory& program,
               const std::vector<TestResult>& tests) {
  Cover cover(policy, program);
  cover.clauses();
  cover.kinds();
  cover.sources();
  cover.uses();
  cover.cookies();
  cover.conditions();
  cover.obligations(tests);
  return cover.take();
}

}  // namespace heed::policy
