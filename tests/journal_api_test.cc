// /api/v1/organizations/…/journal: what an organization takes away, and verifies elsewhere.
#include "api_house.h"

namespace heed {
namespace {

class JournalApi : public testing::Test {
 protected:
  ApiHouse house_;
  Shop shop_ = house_.open_shop("north", "north@example.com");

  PublicKey key() {
    const Json answer = json_of(house_.get(shop_.session, shop_.path() + "/journal/key"));
    return *PublicKey::from_bytes(*from_hex(*answer.find("key")->string()));
  }
};

TEST_F(JournalApi, an_export_verifies_with_the_key_alone) {
  const auto answer = house_.get(shop_.session, shop_.path() + "/journal/export");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto verified = silo::verify_export(answer.body, key());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(verified->whole());
  EXPECT_EQ(verified->head.organization, shop_.organization);
}

TEST_F(JournalApi, a_later_export_is_held_against_a_head_that_was_kept) {
  const auto kept = house_.get(shop_.session, shop_.path() + "/journal/head");
  ASSERT_EQ(kept.status, 200) << kept.body;
  house_.furnish(shop_, "second");
  const auto later = house_.get(shop_.session, shop_.path() + "/journal/export");
  const auto verified = silo::verify_export(later.body, key(), kept.body);
  EXPECT_TRUE(verified) << verified.error().message;
}

TEST_F(JournalApi, its_growth_is_proved) {
  const auto growth = house_.get(shop_.session, shop_.path() + "/journal/growth", "from=1");
  EXPECT_EQ(growth.status, 200) << growth.body;
  EXPECT_NE(json_of(growth).find("consistency")->array(), nullptr);
}

TEST_F(JournalApi, numbers_that_cannot_be_are_refused) {
  const std::string path = shop_.path() + "/journal";
  for (const char* query : {"from=0", "from=x", "from=1&to=1001", "from=9999999", "to=-1"}) {
    EXPECT_EQ(house_.get(shop_.session, path + "/export", query).status, 422) << query;
  }
  EXPECT_EQ(house_.get(shop_.session, path + "/growth", "from=9999999").status, 422);
}

TEST_F(JournalApi, nobody_else_has_it) {
  const Shop south = house_.open_shop("south", "south@example.com");
  for (const char* rest : {"/journal/key", "/journal/head", "/journal/export", "/journal/growth"}) {
    EXPECT_EQ(house_.get(south.session, shop_.path() + rest).status, 404) << rest;
    EXPECT_EQ(house_.get({}, shop_.path() + rest).status, 401) << rest;
  }
}

}  // namespace
}  // namespace heed
