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

TEST(Crypto, a_digest_of_parts_is_that_of_the_whole) {
  EXPECT_EQ(sha256({"a", "", "bc"}), sha256("abc"));
  EXPECT_EQ(sha256({}), sha256(""));
}

struct Ed25519Vector {
  const char* secret;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032 §7.1: tests 1, 2, 3 and SHA(abc).
constexpr Ed25519Vector kEd25519Vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "bbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0303dca179c138ac17ad9bef1177331a704"},
};

TEST(Crypto, signatures_match_the_published_vectors) {
  for (const Ed25519Vector& vector : kEd25519Vectors) {
    const auto key = SigningKey::from_bytes(*from_hex(vector.secret));
    const Bytes message = *from_hex(vector.message);
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(key->public_key().bytes()), vector.public_key);
    EXPECT_EQ(to_hex(key->sign(message)), vector.signature);
    EXPECT_TRUE(PublicKey::from_bytes(*from_hex(vector.public_key))
                    ->verifies(message, *from_hex(vector.signature)));
  }
}

TEST(Crypto, a_signature_verifies_for_its_key_and_message_alone) {
  SeededRandom random(4);
  const SigningKey key = SigningKey::make(random);
  const PublicKey mine = key.public_key();
  const Bytes signature = key.sign("a promise");
  EXPECT_TRUE(mine.verifies("a promise", signature));
  EXPECT_FALSE(mine.verifies("a promisf", signature));
  EXPECT_FALSE(SigningKey::make(random).public_key().verifies("a promise", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Bytes bent = signature;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE(mine.verifies("a promise", bent)) << i;
  }
  EXPECT_FALSE(mine.verifies("a promise", signature.substr(1)));
  EXPECT_FALSE(PublicKey::from_bytes(Bytes(32, '\xff'))->verifies("a promise", signature));
  EXPECT_FALSE(PublicKey::from_bytes("short"));
  EXPECT_FALSE(SigningKey::from_bytes("short"));
}

/// Gives the same bytes at every call.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(Bytes all) : all_(std::move(all)) {}
  Bytes bytes(std::size_t size) override { return all_.substr(0, size); }

 private:
  const Bytes all_;
};

// test-vectors.json of RFC 9180 (github.com/cfrg/draft-irtf-cfrg-hpke): mode 0, KEM 32, KDF 1,
// AEAD 2, first encryption.
TEST(Crypto, sealing_to_a_key_matches_the_published_vector) {
  const auto hex = [](std::string_view text) { return *from_hex(text); };
  const auto key = OpeningKey::from_bytes(
      hex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->public_key().bytes()),
            "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
  FixedRandom random(hex("179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11"));
  const Bytes sealed = seal_to(key->public_key(), "Ode on a Grecian Urn", "Count-0",
                               "Beauty is truth, truth beauty", random);
  EXPECT_EQ(
      to_hex(sealed),
      "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
      "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b"
      "7a");
  EXPECT_EQ(open_from(*key, "Ode on a Grecian Urn", "Count-0", sealed),
            "Beauty is truth, truth beauty");
}

TEST(Crypto, what_is_sealed_to_a_key_opens_with_that_key_alone_and_unchanged) {
  SeededRandom random(5);
  const OpeningKey key = OpeningKey::make(random);
  const Bytes sealed = seal_to(key.public_key(), "a task", "beside", "a name", random);
  EXPECT_EQ(sealed.size(), 6 + kSealedToOverhead);
  EXPECT_EQ(open_from(key, "a task", "beside", sealed), "a name");
  EXPECT_NE(seal_to(key.public_key(), "a task", "beside", "a name", random), sealed);
  EXPECT_FALSE(open_from(OpeningKey::make(random), "a task", "beside", sealed));
  EXPECT_FALSE(open_from(key, "another task", "beside", sealed));
  EXPECT_FALSE(open_from(key, "a task", "", sealed));
  EXPECT_FALSE(open_from(key, "a task", "beside", sealed.substr(0, kSealedToOverhead - 1)));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes bent = sealed;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE(open_from(key, "a task", "beside", bent)) << i;
  }
  EXPECT_FALSE(OpeningKey::from_bytes("short"));
}

TEST(Crypto, a_key_to_which_nothing_can_be_sealed_is_refused) {
  EXPECT_FALSE(ReceiverKey::from_bytes("short"));
  EXPECT_FALSE(ReceiverKey::from_bytes(Bytes(32, '\0')));
  EXPECT_FALSE(ReceiverKey::from_bytes("\1" + Bytes(31, '\0')));
  SeededRandom random(6);
  EXPECT_TRUE(ReceiverKey::from_bytes(OpeningKey::make(random).public_key().bytes()));
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
