// Seeded edits, thousands of them: what weakens is found, what changes nothing is not told. Whether
// an edit truly weakens is found out without compare(): by a request that the tree refuses before
// and allows after, or by what the policy answers about its duties.
#include <gtest/gtest.h>

#include <map>

#include "policy/compare/compare.h"
#include "policy/compare/neutral_edits.h"
#include "policy/testing.h"
#include "policy/tree.h"

namespace heed::policy {
namespace {

using edits::NamedEdit;

/// Half of the random policies have few facts and no duties that decide, so that requests of every
/// sort are met.
RandomSizes small(std::uint64_t seed) {
  RandomSizes sizes;
  sizes.purposes = 3;
  sizes.categories = 4;
  sizes.parties = 3;
  sizes.sources = 2;
  sizes.subjects = seed % 2;
  sizes.regions = 0;
  sizes.channels = 0;
  sizes.conditions = 2;
  sizes.clauses = 4;
  sizes.deciding_duties = seed % 2 == 0;
  return sizes;
}

/// A shipped policy in one piece with the words that it uses.
Document shipped_document(std::string_view name) {
  Document words = parse(*shipped("words"), "words.policy").documents[0];
  Document policy = parse(*shipped(name), "shipped.policy").documents[0];
  policy.header.uses.clear();
  std::ranges::move(policy.declarations, std::back_inserter(words.declarations));
  policy.declarations = std::move(words.declarations);
  return policy;
}

// The truth about an edit, without compare()
// -------------------------------------------------------

/// What holds above holds below it not at all; what is below another holds with it.
Conditions consistent(const Policy& policy, Conditions conditions) {
  constexpr std::array kDegrees = {"verified_three_points_signed", "verified_two_points",
                                   "verified_login", "verified_address"};
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    if ((conditions.holds() >> i & 1) == 0) continue;
    for (auto up = policy.facts().parent({i}); up; up = policy.facts().parent(*up)) {
      conditions = conditions.with(*up, true);
    }
  }
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    const auto up = policy.facts().parent({i});
    if (up && (conditions.fails() >> up->index & 1) != 0) conditions = conditions.with({i}, false);
  }
  bool includes = false;
  for (const std::string degree : kDegrees) {
    const auto fact = policy.facts().find("condition:" + degree);
    if (!fact) continue;
    includes = includes || (conditions.holds() >> fact->index & 1) != 0;
    if (includes) conditions = conditions.with(*fact, true);
  }
  return conditions;
}

/// Both policies have the same words in the same order here.
struct Pair {
  const Policy& before;
  const Policy& after;
};

bool shown_by_tree(const Pair& pair, Purpose p, Category before, Category after, Party r,
                   Conditions conditions) {
  return !decide_by_tree(pair.before, p, before, r, conditions).allowed &&
         decide_by_tree(pair.after, p, after, r, conditions).allowed;
}

/// A request that is refused before and allowed after, among `tries` random ones. The tables only
/// say where to look; the trees decide.
bool request_weakened(const Pair& pair, RandomPolicy& dice, std::size_t tries) {
  const Policy& before = pair.before;
  const std::uint64_t mask = (std::uint64_t{1} << before.facts().size()) - 1;
  for (std::size_t i = 0; i < tries; ++i) {
    const Purpose p{static_cast<std::uint16_t>(dice.below(before.purposes().size()))};
    const Category c{static_cast<std::uint16_t>(dice.below(before.categories().size()))};
    const Party r{static_cast<std::uint16_t>(dice.below(before.parties().size()))};
    const std::uint64_t truth = std::uint64_t{dice.below(1U << 31)} << 31 | dice.below(1U << 31);
    std::uint64_t known = mask;
    if (i % 2 == 0) known &= std::uint64_t{dice.below(1U << 31)} << 31 | dice.below(1U << 31);
    const Conditions q = consistent(before, {known & truth, known & ~truth});
    if (before.table().decide(p, c, r, q).allowed || !pair.after.table().decide(p, c, r, q).allowed)
      continue;
    if (shown_by_tree(pair, p, c, c, r, q)) return true;
  }
  return false;
}

bool keep_weakened(const Keep* before, const Keep* after) {
  if (before == nullptr) return false;
  if (after == nullptr) return true;
  if (before->span && (!after->span || *after->span > *before->span)) return true;
  return std::ranges::any_of(before->until, [&](const Keep::Until& ends) {
    return std::ranges::none_of(after->until, [&](const Keep::Until& other) {
      return other.event == ends.event && other.after <= ends.after;
    });
  });
}

bool keeps_weakened(const Pair& pair) {
  for (std::uint16_t c = 0; c < pair.before.categories().size(); ++c) {
    if (keep_weakened(pair.before.keep({c}), pair.after.keep({c}))) return true;
  }
  return false;
}

bool possible(const Policy& policy, Purpose p, Category c, Party r) {
  const auto rules = policy.table().rules(policy.table().set_number(p, c, r));
  // Requests of which all is known as the first allow wants it, and the rest fails.
  return std::ranges::any_of(rules, [&](const CellRule& rule) {
    return rule.allow &&
           policy.table().decide(p, c, r, consistent(policy, {rule.must, ~rule.must})).allowed;
  });
}

bool groups_weakened(const Pair& pair) {
  if (std::ranges::count(pair.before.duties(), DutyKind::kAggregate, &Duty::kind) == 0)
    return false;
  for (std::uint16_t p = 0; p < pair.before.purposes().size(); ++p) {
    for (std::uint16_t c = 0; c < pair.before.categories().size(); ++c) {
      for (std::uint16_t r = 0; r < pair.before.parties().size(); ++r) {
        if (pair.after.least_group({p}, {c}, {r}) < pair.before.least_group({p}, {c}, {r}) &&
            possible(pair.after, {p}, {c}, {r})) {
          return true;
        }
      }
    }
  }
  return false;
}

/// The shortest span by word, of answers or notices.
std::map<std::string, Duration> spans(const Policy& policy, DutyKind kind,
                                      std::vector<Name> Scope::* part,
                                      const std::vector<std::string>& words) {
  std::map<std::string, Duration> shortest;
  for (const Duty& duty : policy.duties()) {
    if (duty.kind != kind) continue;
    for (const std::string& word : words) {
      for (const Name& n : duty.scope.*part) {
        if (n.text != "any" && word != n.text && !word.starts_with(n.text + ".")) continue;
        const auto [at, is_new] =
            shortest.try_emplace(word + " " + duty.event, duty.span.shortest());
        at->second = std::min(at->second, duty.span.shortest());
      }
    }
  }
  return shortest;
}

bool spans_weakened(const Pair& pair, DutyKind kind, std::vector<Name> Scope::* part,
                    const std::vector<std::string>& words) {
  const auto after = spans(pair.after, kind, part, words);
  for (const auto& [word, span] : spans(pair.before, kind, part, words)) {
    const auto found = after.find(word);
    if (found == after.end() || found->second > span) return true;
  }
  return false;
}

bool review_weakened(const Pair& pair) {
  const auto& before = pair.before.review();
  const auto& after = pair.after.review();
  return before && (!after || after->shortest() > before->shortest());
}

bool field_weakened(const Pair& pair, const std::string& old_path, const std::string& new_path,
                    RandomPolicy& dice, std::size_t tries) {
  const Category before = *pair.before.categories().find(old_path);
  const Category after = *pair.after.categories().find(new_path);
  if (keep_weakened(pair.before.keep(before), pair.after.keep(after))) return true;
  const std::uint64_t mask = (std::uint64_t{1} << pair.before.facts().size()) - 1;
  for (std::size_t i = 0; i < tries; ++i) {
    const Purpose p{static_cast<std::uint16_t>(dice.below(pair.before.purposes().size()))};
    const Party r{static_cast<std::uint16_t>(dice.below(pair.before.parties().size()))};
    const std::uint64_t truth = std::uint64_t{dice.below(1U << 31)} << 31 | dice.below(1U << 31);
    const Conditions q = consistent(pair.before, {mask & truth, mask & ~truth});
    if (shown_by_tree(pair, p, before, after, r, q)) return true;
  }
  return false;
}

/// Whether an erasure took something before and takes nothing after.
bool erasure_weakened(const Field& before, const Field& after) {
  const auto takes = [](const Field& field) {
    return !field.with.empty() || field.on_erasure == OnErasure::kOwns ||
           field.on_erasure == OnErasure::kRemoves || field.on_erasure == OnErasure::kEmpties;
  };
  return takes(before) && !takes(after);
}

bool fields_weakened(const Pair& pair, RandomPolicy& dice, std::size_t tries) {
  for (const Kind& kind : pair.before.kinds()) {
    const Kind* other = pair.after.kind(kind.id);
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
      if (erasure_weakened(kind.fields[i], other->fields[i])) return true;
      const std::string& before = kind.fields[i].category;
      const std::string& after = other->fields[i].category;
      if (before != after && field_weakened(pair, before, after, dice, tries)) return true;
    }
  }
  return false;
}

bool truly_weakened(const Pair& pair, const Document& document, RandomPolicy& dice,
                    std::size_t tries) {
  return keeps_weakened(pair) || groups_weakened(pair) || review_weakened(pair) ||
         spans_weakened(pair, DutyKind::kAnswer, &Scope::purposes,
                        edits::words(document, Dimension::kPurpose)) ||
         spans_weakened(pair, DutyKind::kNotify, &Scope::parties,
                        edits::words(document, Dimension::kParty)) ||
         fields_weakened(pair, dice, tries / 100) || request_weakened(pair, dice, tries);
}

// The edits
// ----------------------------------------------------------------------------------------

std::string both(const Policy& before, const Policy& after) {
  return fmt::format("BEFORE\n{}\nAFTER\n{}", before.source(), after.source());
}

struct Counted {
  std::size_t real = 0;
  std::map<std::string_view, std::size_t> by_edit;
};

/// Makes `wanted` real weakenings of `document` (or as many as `attempts` give) and expects each to
/// be reported.
void weaken(const Document& document, const Policy& before, std::uint64_t seed, std::size_t wanted,
            std::size_t attempts, std::size_t tries, Counted& counted) {
  RandomPolicy dice(seed, {});
  for (std::size_t made = 0; attempts-- > 0 && made < wanted;) {
    const NamedEdit& edit = edits::weakenings()[dice.below(edits::weakenings().size())];
    Document edited = document;
    if (!edit.edit(edited, dice)) continue;
    const Checked after = check({{"edited.policy", format(edited)}});
    if (!after.ok()) continue;
    const Pair pair{before, *after.policy};
    if (!truly_weakened(pair, document, dice, tries)) continue;
    ++made;
    ++counted.real;
    ++counted.by_edit[edit.name];
    ASSERT_TRUE(compare(before, *after.policy).weakened())
        << edit.name << " of seed " << seed << "\n"
        << both(before, *after.policy);
  }
}

TEST(compare, finds_all_of_2000_weakenings) {
  Counted counted;
  for (const std::string_view name : {"heed", "chatter", "chatmeter"}) {
    const Document document = shipped_document(name);
    weaken(document, *policy_of(format(document)), 1, 30, 100, 2'000, counted);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GE(counted.real, 75U) << "the edits of shipped policies weaken too little";
  for (std::uint64_t seed = 0; counted.real < 2'000; ++seed) {
    const Document document = RandomPolicy(seed, small(seed)).document();
    weaken(document, *policy_of(format(document)), seed, 20, 60, 300, counted);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_EQ(counted.by_edit.size(), edits::weakenings().size()) << "an edit never weakened";
  for (const auto& [name, count] : counted.by_edit) {
    RecordProperty(std::string(name), static_cast<int>(count));
  }
}

/// The same text with other line ends and comments wherever one may stand.
std::string reformatted(const std::string& text) {
  std::string out;
  bool in_text = false;
  bool in_comment = false;
  for (const char c : text) {
    if (c == '"' && !in_comment && out.back() != '\\') in_text = !in_text;
    if (c == '#' && !in_text) in_comment = true;
    if (c == '\n') in_comment = false;
    if (!in_text && !in_comment && (c == '{' || c == ',')) {
      out += c;
      out += "  # and\n\t";
    } else {
      out += c;
    }
  }
  return out;
}

void leave_as_is(const Document& document, const Policy& before, std::uint64_t seed,
                 std::size_t wanted, Counted& counted) {
  RandomPolicy dice(seed, {});
  for (std::size_t made = 0; made < wanted;) {
    const NamedEdit& edit = edits::neutral_edits()[dice.below(edits::neutral_edits().size())];
    Document edited = document;
    if (!edit.edit(edited, dice)) continue;
    std::string text = format(edited);
    if (dice.below(4) == 0) text = reformatted(text);
    const auto after = policy_of(text);
    ++made;
    ++counted.real;
    ++counted.by_edit[edit.name];
    for (const bool back : {false, true}) {
      const Comparison change = back ? compare(*after, before) : compare(before, *after);
      ASSERT_TRUE(change.neutral()) << edit.name << " of seed " << seed << "\n"
                                    << both(before, *after);
      ASSERT_EQ(change.renamed.empty(), edit.name != "rename_some_word");
    }
  }
}

TEST(compare, tells_nothing_of_2000_edits_that_change_nothing) {
  Counted counted;
  for (const std::string_view name : {"heed", "chatter", "chatmeter"}) {
    const Document document = shipped_document(name);
    leave_as_is(document, *policy_of(format(document)), 1, 10, counted);
    ASSERT_FALSE(HasFatalFailure());
  }
  for (std::uint64_t seed = 0; counted.real < 2'000; ++seed) {
    const Document document = RandomPolicy(seed, small(seed)).document();
    leave_as_is(document, *policy_of(format(document)), seed, 10, counted);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_EQ(counted.by_edit.size(), edits::neutral_edits().size());
}

}  // namespace
}  // namespace heed::policy
