// Line protocol over /api/v2/write, as Telegraf's influxdb_v2 output sends it.
#include "api_house.h"
#include "http/compression.h"
#include "http/limits.h"
#include "machines/kinds.h"

namespace heed {
namespace {

using http::Method;

constexpr policy::KindId kKind = machines::kind::observations(machines::DataClass::kProduction);

class LineProtocolApi : public testing::Test {
 protected:
  http::Response write(std::string body, std::string query = "bucket=shop",
                       http::Headers headers = {}) {
    headers.set("Authorization", "Token " + sender_.key);
    return house_.send({}, {.method = Method::kPost,
                            .path = "/api/v2/write",
                            .query = std::move(query),
                            .body = std::move(body),
                            .type = "text/plain; charset=utf-8",
                            .headers = std::move(headers)});
  }
  silo::Silo& silo() { return *must(house_.store().silo(shop_.organization)); }
  std::string all(std::string_view prefix = "line/") {
    std::string told;
    const auto named = must(silo().list_series(house_.access(), kKind, prefix));
    for (const auto& [id, name, subject] : named) {
      told += name + ":";
      must(silo().read(house_.access(), id, {}, [&](const silo::SampleView& s) {
        told += " " + std::string(s.text) + "/" + std::to_string(s.flags) + "@" + format_time(s.at);
        EXPECT_EQ(s.at, s.device);
        return true;
      }));
      told += "\n";
    }
    return told;
  }
  std::string message(const http::Response& response) {
    const Json answer = json_of(response);
    const Json* said = answer.find("message");
    return said != nullptr && said->string() != nullptr ? *said->string() : response.body;
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  Asker sender_ = house_.key_of(shop_, {people::Scope::kIngest});
};

TEST_F(LineProtocolApi, points_are_stored_under_their_own_names_to_the_letter) {
  const auto answer = write(
      "spindle,machine=Mill\\ 3,axis=S1 load=17.50,rpm=1200i,runs=7u,on=t,note=\"a \\\"b\\\"\" "
      "1700049600000000000\n"
      "spindle,axis=S1,machine=Mill\\ 3 load=18 1700049601000000000\n");
  ASSERT_EQ(answer.status, 204) << answer.body;
  EXPECT_EQ(answer.body, "");
  const std::string series = "line/shop/spindle,axis=S1,machine=Mill\\ 3 ";
  EXPECT_EQ(all(), series +
                       "load: 17.50/0@2023-11-15T12:00:00.000Z 18/0@2023-11-15T12:00:01.000Z\n" +
                       series + "note: a \"b\"/4@2023-11-15T12:00:00.000Z\n" + series +
                       "on: t/3@2023-11-15T12:00:00.000Z\n" + series +
                       "rpm: 1200/1@2023-11-15T12:00:00.000Z\n" + series +
                       "runs: 7/2@2023-11-15T12:00:00.000Z\n");
}

TEST_F(LineProtocolApi, a_resent_request_stores_nothing_twice) {
  for (int time = 0; time < 3; ++time) {
    ASSERT_EQ(write("m f=1,g=2 1700049600\nm f=2 1700049601\n", "precision=s").status, 204);
    if (time == 1) ASSERT_TRUE(silo().seal(true));
  }
  EXPECT_EQ(all(),
            "line//m f: 1/0@2023-11-15T12:00:00.000Z 2/0@2023-11-15T12:00:01.000Z\n"
            "line//m g: 2/0@2023-11-15T12:00:00.000Z\n");
}

TEST_F(LineProtocolApi, timestamps_are_of_the_precision_that_is_told_or_of_now) {
  EXPECT_EQ(write("m f=1 1700049600123456789", "").status, 204);
  EXPECT_EQ(write("m f=2 1700049600123456", "precision=us").status, 204);
  EXPECT_EQ(write("m f=3 1700049601123", "precision=ms").status, 204);
  EXPECT_EQ(write("n f=4", "precision=s").status, 204);
  EXPECT_EQ(all("line//m"),
            "line//m f: 2/0@2023-11-15T12:00:00.123456Z 1/0@2023-11-15T12:00:00.123456789Z "
            "3/0@2023-11-15T12:00:01.123Z\n");
  EXPECT_EQ(all("line//n"), "line//n f: 4/0@" + format_time(house_.clock().now()) + "\n");
  EXPECT_EQ(message(write("m f=1 5", "precision=h")), "precision is none of ns, us, ms and s");
  EXPECT_EQ(message(write("m f=1\nm f=1 9223372036854775807", "precision=us")),
            "line 2: its timestamp lies beyond the years 1677 to 2262; nothing of this request was "
            "stored");
}

TEST_F(LineProtocolApi, one_wrong_line_is_named_and_nothing_is_stored_or_made) {
  const auto answer = write("m f=1 1\nm f=2 2\nm f=oops 3\nm f=4 4\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.value("Content-Type"), "application/json");
  EXPECT_EQ(message(answer),
            "line 3: a field's value is no number, no truth and no text in quotes; nothing of this "
            "request was stored");
  EXPECT_EQ(*json_of(answer).find("code")->string(), "invalid");
  EXPECT_EQ(json_of(answer).find("line")->integer(), 3);
  EXPECT_EQ(all(), "");
  EXPECT_EQ(write("# nothing\n\n").status, 204);
}

TEST_F(LineProtocolApi, gzip_is_unpacked_up_to_a_bound) {
  std::string lines;
  for (int i = 0; i < 3'000; ++i)
    lines += "m f=" + std::to_string(i) + " " + std::to_string(i) + "\n";
  const http::Headers packed = {{"Content-Encoding", "gzip"}};
  ASSERT_EQ(write(http::gzip(lines), "", packed).status, 204);
  EXPECT_TRUE(all().contains(" 2999/0@"));
  EXPECT_EQ(write("no gzip", "", packed).status, 400);
  EXPECT_EQ(write(http::gzip(lines).substr(0, 900), "", packed).status, 400);
  EXPECT_EQ(write(http::gzip(std::string(http::kMaxInflatedBytes + 1, '\n')), "", packed).status,
            413);
  EXPECT_EQ(write(lines, "", {{"Content-Encoding", "br"}}).status, 415);
}

TEST_F(LineProtocolApi, limits_are_told_with_the_line) {
  EXPECT_EQ(write("m f=\"" + std::string(32'768, 'x') + "\" 1", "").status, 204);
  EXPECT_TRUE(message(write("m f=\"" + std::string(32'769, 'x') + "\" 1", ""))
                  .starts_with("line 1: a text is longer than 32,768 bytes"));
  EXPECT_EQ(write("m," + std::string(120, 't') + "=" + std::string(120, 'v') + " f=1 1", "").status,
            204);
  EXPECT_TRUE(
      message(write("\nm," + std::string(130, 't') + "=" + std::string(120, 'v') + " f=1 1", ""))
          .starts_with("line 2: bucket, measurement, tags and field name together are longer"));
  EXPECT_EQ(write("m f=1", "bucket=" + std::string(65, 'b')).status, 400);
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "m f=1 " + std::to_string(i) + "\n";
  EXPECT_EQ(write(many, "").status, 204);
  EXPECT_TRUE(message(write(many + "m f=1\n", "")).starts_with("line 100001: there are more than"));
}

TEST_F(LineProtocolApi, a_key_writes_into_its_own_organization_alone_and_only_with_ingest) {
  const Shop other = house_.open_shop("Other", "bea@example.com");
  EXPECT_EQ(write("m f=1 1", "org=" + shop_.organization.text()).status, 204);
  EXPECT_EQ(write("m f=1 1", "orgID=" + shop_.organization.text()).status, 204);
  EXPECT_EQ(write("m f=1 1", "org=" + other.organization.text()).status, 404);
  EXPECT_EQ(write("m f=1 1", "org=Mill").status, 404);
  sender_ = house_.key_of(shop_, {people::Scope::kRead, people::Scope::kWrite});
  EXPECT_EQ(write("m f=1 1").status, 403);
  sender_.key += "x";
  EXPECT_EQ(write("m f=1 1").status, 401);
}

TEST_F(LineProtocolApi, bearer_does_as_well_as_token) {
  EXPECT_EQ(
      house_.send(sender_, {.method = Method::kPost, .path = "/api/v2/write", .body = "m f=1"})
          .status,
      204);
}

TEST_F(LineProtocolApi, buckets_and_machines_never_share_a_series) {
  ASSERT_EQ(write("b/m f=1 1", "bucket=a").status, 204);
  ASSERT_EQ(write("m f=1 1", "bucket=a/b").status, 204);
  ASSERT_EQ(write(shop_.machine.text() + "/execution f=1 1", "").status, 204);
  EXPECT_EQ(must(silo().list_series(house_.access(), kKind, "line/")).size(), 3U);
  const auto items = house_.get(shop_.session, shop_.machine_path() + "/items");
  EXPECT_FALSE(items.body.contains("execution f"));
}

}  // namespace
}  // namespace heed
