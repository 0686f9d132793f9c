// Looking for machines through the API.
#include <gtest/gtest.h>

#include "api_house.h"
#include "base/sync.h"

namespace heed {
namespace {

using http::Method;

class ScanApi : public testing::Test {
 protected:
  http::Response send(const Shop& shop, Method method, const std::string& body = {}) {
    return house_.send(shop.session,
                       {.method = method, .path = shop.path() + "/machines/scan", .body = body});
  }
  Json when_done() {
    for (int i = 0; i < 1'000; ++i) {
      const Json told = json_of(send(mine_, Method::kGet));
      if (!*told.find("scan")->find("running")->boolean()) return *told.find("scan");
      const Lock lock(mutex_);
      never_.wait_for(mutex_, Duration::milliseconds(10));
    }
    return {};
  }
  Mutex mutex_;
  Condition never_;
  ApiHouse house_;
  Shop mine_ = house_.open_shop("Mill", "anna@example.com");
  Shop theirs_ = house_.open_shop("Lathe", "berta@example.com");
};

TEST_F(ScanApi, is_begun_watched_and_told_to_those_who_began_it_alone) {
  EXPECT_TRUE(json_of(send(mine_, Method::kGet)).find("scan")->is_null());
  const auto begun = send(mine_, Method::kPost, R"({"range":"127.42.8.0/29"})");
  EXPECT_EQ(begun.status, 202) << begun.body;
  const Json done = when_done();
  EXPECT_EQ(*done.find("range")->string(), "127.42.8.0/29");
  EXPECT_EQ(*done.find("tried")->integer(), *done.find("all")->integer());
  EXPECT_TRUE(done.find("found")->array()->empty());
  EXPECT_TRUE(json_of(send(theirs_, Method::kGet)).find("scan")->is_null());
  EXPECT_EQ(send(theirs_, Method::kDelete).status, 404);
  EXPECT_EQ(send(mine_, Method::kDelete).status, 204);
}

TEST_F(ScanApi, knocks_at_nobody_elses_network) {
  for (const char* range : {"8.8.8.0/24", "192.168.0.0/16", "example.com"}) {
    const auto refused = send(mine_, Method::kPost, R"({"range":")" + std::string(range) + "\"}");
    EXPECT_EQ(refused.status, 422) << range;
    EXPECT_EQ(*json_of(refused).find("field")->string(), "range");
  }
  EXPECT_TRUE(json_of(send(mine_, Method::kGet)).find("scan")->is_null());
}

}  // namespace
}  // namespace heed
