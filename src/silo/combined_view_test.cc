// A view that puts other information beside what tells who somebody is (O55): personal while it
// exists, and nothing but its parts once it is dropped.
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr KindId kPlace{40};
constexpr KindId kView{41};

constexpr std::string_view kShop = R"(
policy shop "A shop" version 2026-01-01 uses heed_words
category other "what tells of nobody by itself"
purpose tracking
party ad_network "who shows advertisements"
source site
kind place 40 record of other { town text }
kind view 41 record of personal.identity {
  name text  town text  place reference to place on erasure stays
}
clause 1 "We work with what we have." {
  allow any for service, operation, collection to organization, engine
}
clause 2 "Other information may go to a network." {
  allow other for tracking to ad_network unless combined
}
clause 3 "Nobody sends us what is nobody's business, and nobody has it for their own ends." {
  deny special  deny any to third_party unless required_by_law
}
clause 9 "A year." { keep any for 1 year }
)";

class CombinedView : public ::testing::Test {
 protected:
  CombinedView() {
    put({kPlace, "p", {}, "site", {std::string("Ulm")}, {}});
    put({kView, "v", ann_, "site", {std::string("Ann"), std::string("Ulm"), std::string("p")}, {}});
  }
  void put(const Record& record) {
    const auto done = store_.silo().put(store_.access(), record);
    require(done.has_value(), done ? "" : done.error().message());
  }
  Governed<Shared> share(KindId kind, std::string id, const policy::Policy::KnownFacts& facts) {
    Access access = store_.access("tracking", "ad_network");
    access.conditions = store_.store().policy()->conditions(facts);
    return store_.silo().share(access, {kind, std::move(id), {"town"}, "network", {}});
  }

  TemporaryStore store_{policy::policy_of(kShop)};
  SubjectId ann_ = SubjectId::make(store_.random());
};

TEST_F(CombinedView, what_stands_beside_a_name_goes_nowhere_that_other_information_may_go_O55) {
  EXPECT_TRUE(share(kPlace, "p", {{"combined", false}})) << "alone it is other information";
  EXPECT_FALSE(share(kPlace, "p", {{"combined", true}}));
  EXPECT_FALSE(share(kPlace, "p", {})) << "what is not known helps nobody";
  EXPECT_FALSE(share(kView, "v", {{"combined", false}}))
      << "the view is personal, whatever is said";
}

TEST_F(CombinedView, a_view_that_is_dropped_leaves_its_parts_and_no_copy_of_itself_O55) {
  const Access operating = store_.access("operation", "engine");
  ASSERT_EQ(store_.silo().holdings(operating, ann_)->size(), 1U);
  ASSERT_TRUE(*store_.silo().remove(operating, kView, "v"));
  ASSERT_TRUE(*store_.silo().scrub(true));
  EXPECT_FALSE(*store_.silo().find(operating, kView, "v"));
  EXPECT_TRUE(store_.silo().scan(operating, kView, {}, {}, 10)->records.empty());
  EXPECT_TRUE(store_.silo().holdings(operating, ann_)->empty()) << "nothing is about her any more";
  EXPECT_TRUE(share(kPlace, "p", {{"combined", false}})) << "its part is other again";
}

}  // namespace
}  // namespace heed::silo
