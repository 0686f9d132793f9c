// The cases of the policies that ship (src/policy/cases), asked of a store instead of the table:
// what is to be read is put under a policy that allows everything, then the real one is activated
// while the store runs, and each request is made as the program makes it: a put for what is
// collected, a find for who is in the house, a share for everybody else, an aggregate for groups.
#include <map>
#include <set>

#include "app/inventory.h"
#include "base/crypto.h"
#include "policy/activation.h"
#include "policy/language/parse.h"
#include "policy/shipped.h"
#include "policy_cases.h"
#include "silo/testing.h"

namespace heed {
namespace {

using policy::Case;
using policy::CaseQuestion;
using policy::CaseRequest;
using policy::Dimension;

constexpr std::uint16_t kFirstKind = 1'000;

/// A kind for each category, so that something of each can be stored.
std::string trial_kinds(const policy::Policy& policy) {
  std::string text;
  for (std::uint16_t i = 0; i < policy.categories().size(); ++i) {
    text += fmt::format("kind trial_{0} {1} record of {2} {{ value text }}\n", i, kFirstKind + i,
                        policy.categories().path({i}));
  }
  return text;
}

std::string_view shipped_text(std::string_view file) {
  const auto text = policy::shipped(file.substr(0, file.rfind('.')));
  require(text.has_value(), file);
  return *text;
}

policy::PolicyText real_text(std::string_view file) {
  const auto real = policy::check({{std::string(file), std::string(shipped_text(file))}});
  require(real.ok(), "the shipped policies compile");
  return {std::string(file), std::string(shipped_text(file)) + trial_kinds(*real.policy) +
                                 "clause 99.9 \"Of the trial.\" { keep any for 90 years }\n"};
}

/// The words of the real one, and leave to do everything that can be left.
policy::PolicyText permissive_text(std::string_view file) {
  auto parsed = policy::parse(shipped_text(file), std::string(file));
  policy::Document& document = parsed.documents.at(0);
  std::erase_if(document.declarations, [](const policy::Declaration& declaration) {
    return std::holds_alternative<policy::ClauseNode>(declaration);
  });
  const auto real = policy::check({real_text(file)}).policy;
  std::string text = policy::format(document) + trial_kinds(*real) +
                     "clause 1 \"All.\" { allow any for any to any keep any for 100 years }\n"
                     "clause 2 \"But.\" { deny special }\n";
  for (std::uint16_t i = 0; i < real->parties().size(); ++i) {
    if (!real->gloss(policy::Party{i}).independent) continue;
    text += fmt::format("clause 3.{} \"But.\" {{ deny any to {} unless required_by_law }}\n", i,
                        real->parties().path({i}));
  }
  return {"permissive.policy", text};
}

std::shared_ptr<const policy::Policy> compiled(const policy::PolicyText& text) {
  const auto checked = policy::check({text});
  for (const auto& finding : checked.findings) ADD_FAILURE() << excerpt(finding, text.text);
  require(checked.ok(), "the trial's policies compile");
  return checked.policy;
}

bool is_true(const CaseRequest& request, std::string_view fact) {
  return std::ranges::find(request.conditions, std::pair(fact, true)) != request.conditions.end();
}

/// Where it came through; empty when the request does not say.
std::string source_of(const CaseRequest& request) {
  for (const auto& [dimension, path] : request.known) {
    if (dimension == Dimension::kSource) return std::string(path);
  }
  return {};
}

/// What the table says of all but the clause of what is allowed, in a case's words.
template <class T>
std::string words_of(const policy::Governed<T>& answer) {
  if (answer) return "allowed";
  const policy::Refusal* refusal = answer.error().refusal();
  return refusal ? "refused by " + refusal->clause : "failed: " + answer.error().message();
}

/// One store for all cases of a policy.
class Trial {
 public:
  Trial(const std::string& file, const std::vector<Case>& cases)
      : real_(real_text(file)), store_(compiled(permissive_text(file))) {
    for (const Case& one : cases) {
      if (one.policy != file) continue;
      for (const CaseQuestion& question : one.questions) store_items(question.request);
    }
    activate();
  }

  std::string answer(const CaseRequest& request) {
    const auto access = access_of(request);
    if (request.purpose == "collection") return taken_in(access, request);
    if (is_true(request, "aggregated")) {
      return words_of(silo().aggregate(access, kind_of(request), "value"));
    }
    if (is_in_the_house(request.party) && !ground_of(request)) {
      const auto found = silo().find(access, kind_of(request), id_of(request));
      return found && !*found ? "not found" : words_of(found);
    }
    const bool contracted = is_true(request, "contract_valid");
    return words_of(silo().share(access, {.kind = kind_of(request),
                                          .id = id_of(request),
                                          .fields = {"value"},
                                          .recipient = contracted ? contract(request) : "somebody",
                                          .ground = ground_of(request)}));
  }

 private:
  static constexpr int kPeople = 10;  // as many as the largest group that a shipped policy asks for

  silo::Silo& silo() { return store_.silo(); }

  /// A put from nowhere does not exist: such a request is tried through a surface that the policy
  /// does not have, and then no clause is needed to refuse it.
  std::string taken_in(const policy::Access& access, const CaseRequest& request) {
    const bool unnamed = source_of(request).empty();
    const auto put = store_one(access, request, "late", unnamed ? "nowhere" : source_of(request));
    const std::string words = words_of(put);
    const bool unknown = words.contains("declares no source 'nowhere'");
    return unnamed && unknown ? "refused by source" : words;
  }
  static bool is_in_the_house(std::string_view party) {
    constexpr std::array<std::string_view, 4> kHouse = {"organization", "staff", "engine",
                                                        "person"};
    return std::ranges::find(kHouse, party) != kHouse.end();
  }
  static std::optional<silo::Ground> ground_of(const CaseRequest& request) {
    if (!is_true(request, "ground_logged")) return {};
    return silo::Ground{"court_order", "AZ 1/26", "approver", "US-CA"};
  }
  /// Whom a contract for just this binds.
  std::string contract(const CaseRequest& request) {
    const std::string name = fmt::format("bound-{}", contracts_.size());
    const auto known = contracts_.emplace(
        fmt::format("{} {} {}", request.category, request.purpose, request.party), name);
    if (!known.second) return known.first->second;
    const auto number = kind_of(request).number - kFirstKind;
    const silo::Contract placed{.id = name,
                                .recipient = name,
                                .party = std::string(request.party),
                                .purposes = {std::string(request.purpose)},
                                .tasks = {{fmt::format("trial_{}", number), {"value"}}},
                                .confidential = true,
                                .starts = store_.clock().now(),
                                .ends = store_.clock().now() + Duration::days(1),
                                .safeguard = {},
                                .key = OpeningKey::make(store_.random()).public_key().bytes()};
    const auto done = silo().place_contract(store_.access("operation", "engine"), placed);
    require(done.has_value(), done ? "" : done.error().message());
    return name;
  }
  static std::string id_of(const CaseRequest& request) { return "0/" + source_of(request); }
  policy::KindId kind_of(const CaseRequest& request) {
    const auto category = store_.store().policy()->categories().find(request.category);
    require(category.has_value(), request.category);
    return {static_cast<std::uint16_t>(kFirstKind + category->index)};
  }
  policy::Access access_of(const CaseRequest& request) {
    const auto policy = store_.store().policy();
    auto access = policy->access("trial", request.purpose, request.party, request.conditions);
    require(access.has_value(), access ? "" : access.error().message);
    for (const auto& [dimension, path] : request.known) {
      if (dimension == Dimension::kSource) continue;  // it is the item's own
      access->conditions = policy->knowing(access->conditions, dimension, path);
    }
    return *access;
  }
  policy::Governed<void> store_one(const policy::Access& access, const CaseRequest& request,
                                   std::string id, std::string source) {
    silo::Record record{.kind = kind_of(request),
                        .id = std::move(id),
                        .subject = SubjectId::make(store_.random()),
                        .source = std::move(source),
                        .fields = {"a value"},
                        .label = {}};
    return silo().put(access, record);
  }
  void store_items(const CaseRequest& request) {
    if (request.category.starts_with("special")) return;  // nobody can have stored it
    if (!stored_.emplace(request.category, source_of(request)).second) return;
    const std::string source = source_of(request).empty() ? "engine" : source_of(request);
    for (int i = 0; i < kPeople; ++i) {
      const std::string id = std::to_string(i) + "/" + source_of(request);
      const auto stored = store_one(store_.access("operation", "engine"), request, id, source);
      require(stored.has_value(), stored ? "" : stored.error().message());
    }
  }
  void activate() {
    const auto book = store_.store().book();
    auto proposal = policy::propose({real_}, *book, app::inventory(), store_.clock().now());
    EXPECT_EQ(proposal.obstacles, std::vector<std::string>());
    const auto activated = store_.store().activate(proposal, "trial", {});
    require(activated.has_value(), activated ? "" : activated.error().message);
  }

  const policy::PolicyText real_;
  silo::TemporaryStore store_;
  std::set<std::pair<std::string, std::string>> stored_;
  std::map<std::string, std::string> contracts_;
};

class PolicyInTheStore : public testing::TestWithParam<Case> {
 protected:
  static void TearDownTestSuite() { trials().clear(); }
  static Trial& trial(const std::string& policy) {
    std::unique_ptr<Trial>& trial = trials()[policy];
    if (trial == nullptr) trial = std::make_unique<Trial>(policy, decision_cases());
    return *trial;
  }

 private:
  static std::map<std::string, std::unique_ptr<Trial>>& trials() {
    static std::map<std::string, std::unique_ptr<Trial>> open;
    return open;
  }
};

TEST_P(PolicyInTheStore, is_kept) {
  for (const CaseQuestion& question : GetParam().questions) {
    std::string expected = question.expected;
    if (expected.starts_with("allowed")) expected = "allowed";
    const CaseRequest& request = question.request;
    if (request.purpose == "collection" && source_of(request).empty()) {
      expected = "refused by source";
    }
    EXPECT_EQ(trial(GetParam().policy).answer(request), expected)
        << GetParam().policy << ", line " << question.line << " of its cases";
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, PolicyInTheStore, testing::ValuesIn(decision_cases()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace heed
