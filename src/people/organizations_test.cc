// Organizations that come and go as a whole.
#include "people/people.h"
#include "people/testing.h"
#include "silo/testing.h"

namespace heed::people {
namespace {

class Organizations : public testing::Test {
 protected:
  /// Every row of the house that has `text` in its id or a field.
  std::size_t rows_with(const std::string& text) {
    const auto house = must(store_.store().silo(house_id()));
    const auto access = store_.access("operation", "engine");
    std::size_t found = 0;
    for (const policy::Kind& kind : kinds()) {
      for (const silo::Record& row : must(house->scan(access, kind.id, {}, {}, 1'000)).records) {
        bool has = row.id.contains(text);
        for (const silo::FieldValue& value : row.fields) {
          const auto* words = std::get_if<std::string>(&value);
          has |= words != nullptr && words->contains(text);
        }
        found += has ? 1U : 0U;
      }
    }
    return found;
  }

  silo::TemporaryStore store_;
  Access access_ = store_.access();
  std::unique_ptr<People> people_ =
      must(People::open(store_.store(), store_.clock(), store_.random(), kTestOptions));
  OrganizationId mill_ = must(people_->add_organization("Mill"));
  OrganizationId lathe_ = must(people_->add_organization("Lathe"));
  PersonId anna_ = must(people_->add_person("Anna", "anna@example.com"));
};

TEST_F(Organizations, one_that_is_removed_leaves_no_row_in_the_house_and_others_as_they_are) {
  const PersonId berta = must(people_->add_person("Berta", "berta@example.com"));
  for (const OrganizationId organization : {mill_, lathe_}) {
    must(people_->add_member(organization, anna_, Role::kOwner));
    must(people_->add_member(organization, berta, Role::kMember));
    must(people_->make_key(anna_, organization, "k", {Scope::kRead}));
  }
  const MadeKey gone = must(people_->make_key(anna_, mill_, "k2", {Scope::kRead}));
  EXPECT_EQ(rows_with(mill_.text()), 9U) << "its name, 2 memberships, 2 keys, a roster of 4";
  const std::size_t others = rows_with(lathe_.text());
  must(people_->remove_organization(mill_));
  EXPECT_EQ(rows_with(mill_.text()), 0U);
  EXPECT_EQ(rows_with(gone.key.id.text()), 0U) << "nor what its keys are compared with";
  EXPECT_EQ(rows_with(lathe_.text()), others);
  EXPECT_FALSE(must(people_->key(gone.token)));
  EXPECT_EQ(must(people_->belongings(access_, anna_)).size(), 1U);
  EXPECT_TRUE(must(people_->person(access_, berta))) << "an account is a person's";
  EXPECT_EQ(must(people_->organizations()).size(), 1U);
  must(people_->remove_organization(mill_));
  EXPECT_FALSE(people_->remove_organization(house_id()));
}

TEST_F(Organizations, one_that_comes_from_elsewhere_has_its_name_and_an_owner_here) {
  must(people_->remove_organization(mill_));
  must(people_->adopt_organization(mill_, "Mill", anna_));
  must(people_->adopt_organization(mill_, "Mill", anna_));
  const auto belongings = must(people_->belongings(access_, anna_));
  ASSERT_EQ(belongings.size(), 1U);
  EXPECT_EQ(belongings[0].organization.name, "Mill");
  EXPECT_EQ(belongings[0].role, Role::kOwner);
  const auto unknown = OrganizationId::make(store_.random());
  EXPECT_FALSE(people_->adopt_organization(unknown, "Ghost", anna_)) << "it has no silo";
  EXPECT_FALSE(people_->adopt_organization(mill_, "Mill", PersonId::make(store_.random())));
}

}  // namespace
}  // namespace heed::people
