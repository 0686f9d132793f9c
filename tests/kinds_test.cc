// What rooms store is what policies/words.policy declares: the stored format stays what it is.
#include <gtest/gtest.h>

#include "machines/kinds.h"
#include "people/people.h"
#include "policy/shipped.h"

namespace heed {
namespace {

TEST(Kinds, are_declared_by_the_shipped_words_as_rooms_store_them) {
  std::vector<policy::Kind> stored = people::kinds();
  for (policy::Kind& kind : machines::kinds()) stored.push_back(std::move(kind));
  const auto policy = policy::heed_policy();
  EXPECT_EQ(policy->kinds().size(), stored.size());
  for (const policy::Kind& kind : stored) {
    const policy::Kind* declared = policy->kind(kind.id);
    ASSERT_NE(declared, nullptr) << kind.name;
    EXPECT_EQ(declared->name, kind.name);
    EXPECT_EQ(declared->shape, kind.shape) << kind.name;
    ASSERT_EQ(declared->fields.size(), kind.fields.size()) << kind.name;
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
      EXPECT_EQ(declared->fields[i].name, kind.fields[i].name) << kind.name;
      EXPECT_EQ(declared->fields[i].type, kind.fields[i].type) << kind.fields[i].name;
      EXPECT_EQ(declared->fields[i].category, kind.fields[i].category) << kind.fields[i].name;
    }
  }
}

}  // namespace
}  // namespace heed
