// The looked-up way of deciding against the plain one of policy::Book.
#include "silo/pass.h"

#include <random>

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr std::string_view kSecond =
    "source shop { desk }\n"
    "clause 90.1 \"One.\" { deny usage to organization from shop.desk }\n"
    "clause 90.2 \"Two.\" { deny administration to organization when dnt }\n"
    "clause 90.3 \"Three.\" { deny personal for service.support unless gpc }\n";
constexpr std::string_view kThird =
    "clause 90.4 \"Four.\" { deny machine_data to organization unless consented }\n";

std::shared_ptr<const policy::Book> three_versions() {
  const auto first = test_policy();
  const auto second = policy::policy_of(test_text(kSecond), first.get());
  const auto third = policy::policy_of(test_text(kThird), second.get());
  policy::Notice reaching{Time(), "test", "It changes.", third->hash(), true};
  std::vector<policy::Version> versions;
  versions.push_back({1, Time(), "test", {}, first});
  versions.push_back({2, Time(), "test", {}, second});
  versions.push_back({3, Time(), "test", reaching, third});
  versions.push_back({4, Time(), "test", {}, policy::policy_of(test_text(kSecond), third.get())});
  return std::make_shared<const policy::Book>(std::move(versions));
}

TEST(Pass, decides_every_item_as_the_book_does) {
  const auto book = three_versions();
  const auto rulings = std::make_shared<const Rulings>(book);
  const policy::Policy& policy = book->policy();
  std::mt19937_64 random(7);
  const std::uint64_t engine =
      policy.conditions({{"aggregated", true}, {"ground_logged", true}, {"contract_valid", true}})
          .holds();
  std::size_t compared = 0;
  for (const policy::Kind& kind : policy.kinds()) {
    for (std::uint16_t purpose = 0; purpose < policy.purposes().size(); ++purpose) {
      for (std::uint16_t party = 0; party < policy.parties().size(); ++party) {
        const std::uint64_t holds = random() & ~engine;
        const std::uint64_t fails = random() & ~engine & ~holds;
        const policy::Access access{"test", {purpose}, {party}, {holds, fails}};
        const Pass pass(rulings, *rulings->find(kind.id), access, /*of_items=*/true);
        for (const char* source : {"box", "shop.desk", "nowhere"}) {
          policy::Access known = access;
          known.conditions = policy.knowing(access.conditions, policy::Dimension::kSource, source);
          for (const std::uint32_t version : {1U, 2U, 3U, 4U, 5U}) {
            const auto expected = book->refusal(known, kind.id, version);
            ASSERT_EQ(pass.allows(source, version), !expected)
                << kind.name << " v" << version << " " << source;
            ++compared;
            if (!expected || version == 5) continue;
            const policy::Refusal refusal = pass.refusal(source, version);
            ASSERT_EQ(refusal.clause, expected->clause) << kind.name << " v" << version;
            ASSERT_EQ(refusal.what, expected->what);
          }
        }
      }
    }
  }
  EXPECT_GT(compared, 10'000U);
}

TEST(Pass, a_refusal_whatever_the_item_is_told_from_one_that_hangs_on_its_source) {
  const auto book = three_versions();
  const auto rulings = std::make_shared<const Rulings>(book);
  const policy::Policy& policy = book->policy();
  const auto pass = [&](const policy::Access& access, KindId kind) {
    return Pass(rulings, *rulings->find(kind), access, true);
  };
  const policy::Access organization = *policy.access("test", "service.monitoring", "organization");
  EXPECT_FALSE(pass(organization, kVisitKind).sure());
  EXPECT_TRUE(pass(organization, kVisitKind).possible());
  EXPECT_TRUE(pass(organization, kItemKind).sure());
  const policy::Access third = *policy.access("test", "marketing", "third_party");
  EXPECT_FALSE(pass(third, kVisitKind).possible());
}

TEST(Rulings, give_an_item_the_earlier_deadline_as_the_book_does) {
  const auto first = test_policy();
  const auto second = policy::policy_of(
      test_text("clause 90.1 \"Short.\" { keep usage for 10 days }\n"), first.get());
  std::vector<policy::Version> versions;
  versions.push_back({1, Time(), "test", {}, first});
  versions.push_back({2, Time(), "test", {}, second});
  const auto book = std::make_shared<const policy::Book>(std::move(versions));
  const Rulings rulings(book);
  const Time stored = TemporaryStore::kStart;
  for (const KindId kind : {kVisitKind, kNoteKind, kPoseKind}) {
    for (const std::uint32_t version : {1U, 2U}) {
      const Time filed = rulings.find(kind, version)->deadline(stored);
      EXPECT_EQ(rulings.deadline(kind, version, stored, filed),
                book->deadline(kind, version, stored, filed));
    }
  }
  EXPECT_TRUE(rulings.shortened(kVisitKind));
  EXPECT_FALSE(rulings.shortened(kNoteKind));
  EXPECT_EQ(rulings.shortened(), Duration::days(383));
}

}  // namespace
}  // namespace heed::silo
