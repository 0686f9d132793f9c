#include "base/base.h"

#include <cmath>

#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"

namespace heed {
namespace {

TEST(Time, reads_the_timestamps_that_machines_write) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), Time());
  EXPECT_EQ(parse_time("2016-10-31T09:08:36.189Z"), Time::from_milliseconds(1477904916189));
  EXPECT_EQ(parse_time("2017-02-02T16:37:08.9062500Z"),
            Time::from_nanoseconds(1486053428906250000));
  EXPECT_EQ(parse_time("2016-10-31T11:08:36+02:00"), parse_time("2016-10-31T09:08:36Z"));
  EXPECT_EQ(parse_time("2016-10-31T09:08:36"), parse_time("2016-10-31T09:08:36Z"));
  EXPECT_EQ(parse_time("1969-12-31T23:59:59.5Z"), Time::from_milliseconds(-500));
}

TEST(Time, refuses_dates_that_do_not_exist_and_other_text) {
  for (const char* text :
       {"", "2016", "2017-02-29T00:00:00Z", "2016-13-01T00:00:00Z", "2016-10-31T24:00:00Z",
        "2016-10-31T09:08:36Q", "9999-01-01T00:00:00Z", "2016-10-31T09:08:3xZ",
        "2016-10-31T09:08:36+2:00", "2261-12-31T23:59:60Z", "2261-12-31T23:59:59-00:01",
        "1678-01-01T00:00:00+00:01"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Time, formats_what_it_reads) {
  for (const char* text :
       {"1969-12-31T23:59:59.500Z", "2000-02-29T12:00:00.000Z", "2016-10-31T09:08:36.189Z",
        "2017-02-02T16:37:08.906250Z", "2261-12-31T23:59:59.123456789Z"}) {
    EXPECT_EQ(format_time(*parse_time(text)), text);
  }
  EXPECT_EQ(format_time(Time(), 0), "1970-01-01T00:00:00Z");
}

TEST(Time, a_day_before_the_epoch_is_day_minus_one) {
  EXPECT_EQ(Time::from_nanoseconds(-1).utc_day(), -1);
  EXPECT_EQ(Time::from_nanoseconds(-1).milliseconds(), -1);
}

TEST(Bytes, integers_sort_as_their_bytes_do) {
  EXPECT_LT(ByteWriter().i64(-5).take(), ByteWriter().i64(3).take());
  EXPECT_LT(ByteWriter().u32(255).take(), ByteWriter().u32(256).take());
}

TEST(Bytes, what_is_written_is_read_back) {
  const Bytes bytes = ByteWriter()
                          .u8(7)
                          .u16(65535)
                          .i32(-9)
                          .i64(-1)
                          .varint(300)
                          .signed_varint(-70000)
                          .sized("text")
                          .varint(~0ULL)
                          .take();
  ByteReader in(bytes);
  EXPECT_EQ(in.u8(), 7);
  EXPECT_EQ(in.u16(), 65535);
  EXPECT_EQ(in.i32(), -9);
  EXPECT_EQ(in.i64(), -1);
  EXPECT_EQ(in.varint(), 300U);
  EXPECT_EQ(in.signed_varint(), -70000);
  EXPECT_EQ(in.sized(), "text");
  EXPECT_EQ(in.varint(), ~0ULL);
  EXPECT_TRUE(in.finished());
}

TEST(Bytes, reading_past_the_end_yields_zero_and_is_remembered) {
  ByteReader in("\x01");
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0);
  ByteReader endless("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(endless.varint(), 0U);
  EXPECT_FALSE(endless.ok());
}

TEST(Bytes, text_encodings_round_trip) {
  SeededRandom random(1);
  for (std::size_t size = 0; size < 40; ++size) {
    const Bytes bytes = random.bytes(size);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_base64url("a"));
  EXPECT_FALSE(from_base64url("a+b/"));
}

TEST(Id, its_text_names_it_and_nothing_else_does) {
  SeededRandom random(2);
  for (int i = 0; i < 100; ++i) {
    const auto id = OrganizationId::make(random);
    EXPECT_EQ(id.text().size(), 26U);
    EXPECT_EQ(OrganizationId::parse(id.text()), id);
    EXPECT_EQ(OrganizationId::from_bytes(id.bytes()), id);
  }
  EXPECT_FALSE(OrganizationId::parse("../../etc/passwd0000000000"));
  EXPECT_FALSE(OrganizationId::parse("z0000000000000000000000000"));
  EXPECT_TRUE(OrganizationId().is_nil());
}

TEST(Crypto, digests_match_the_published_vectors) {
  EXPECT_EQ(to_hex(sha256("abc")),  // FIPS 180-4, appendix B.1
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),  // RFC 4231 §4.3
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, a_seal_opens_only_with_its_key_nonce_and_associated_data) {
  SeededRandom random(3);
  const Bytes key = random.bytes(32);
  const Bytes nonce = random.bytes(12);
  const Bytes sealed = aead_seal(key, nonce, "organization a", "a promise");
  EXPECT_EQ(aead_open(key, nonce, "organization a", sealed), "a promise");
  EXPECT_FALSE(aead_open(random.bytes(32), nonce, "organization a", sealed));
  EXPECT_FALSE(aead_open(key, random.bytes(12), "organization a", sealed));
  EXPECT_FALSE(aead_open(key, nonce, "organization b", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes bent = sealed;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE(aead_open(key, nonce, "organization a", bent));
  }
  EXPECT_FALSE(aead_open(key, nonce, "organization a", "short"));
}

TEST(Json, writes_what_a_browser_can_read) {
  JsonWriter w;
  w.begin_object().member("a", 1).member("b", "x\"\n\x01\xff").key("c").begin_array();
  w.value(0.1).value(true).null().value(std::nan("")).end_array();
  w.member("t", Time()).end_object();
  EXPECT_EQ(w.view(),
            "{\"a\":1,\"b\":\"x\\\"\\n\\u0001\xef\xbf\xbd\",\"c\":[0.1,true,null,null],"
            "\"t\":\"1970-01-01T00:00:00.000Z\"}");
}

TEST(Json, reads_documents_and_refuses_the_rest) {
  const auto json =
      Json::parse(R"({"name":"Mill","port":7878,"ratio":0.5,"on":true,"tags":["a"]})");
  ASSERT_TRUE(json);
  EXPECT_EQ(required_string(*json, "name"), "Mill");
  EXPECT_EQ(json->find("port")->integer(), 7878);
  EXPECT_EQ(json->find("ratio")->number(), 0.5);
  EXPECT_EQ(json->find("on")->boolean(), true);
  EXPECT_EQ(json->find("tags")->array()->size(), 1U);
  EXPECT_FALSE(required_string(*json, "port"));
  for (const char* text : {"", "{", "{} x", "[1,]", "{\"a\":1,}", "nul"}) {
    EXPECT_FALSE(Json::parse(text)) << text;
  }
  EXPECT_FALSE(Json::parse(std::string(100, '[') + std::string(100, ']')));
}

TEST(Log, a_line_is_one_json_object) {
  const ManualClock clock{Time()};
  std::string said;
  Log log(clock, LogLevel::kInfo, [&](std::string_view line) { said += line; });
  log.debug("not said");
  log.info("a machine connected", {{"machine", "m\"1"}, {"after", Duration::milliseconds(1500)}});
  EXPECT_EQ(said,
            "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"say\":\"a machine "
            "connected\",\"machine\":\"m\\\"1\",\"after\":1.500}\n");
}

}  // namespace
}  // namespace heed
