#include "silo/journal_head.h"

#include <gtest/gtest.h>

#include "silo/journal_entry.h"

namespace heed::silo {
namespace {

JournalHead some_head() {
  return {*OrganizationId::from_bytes("0123456789abcdef"), 42, merkle::leaf_hash("root"),
          Time::from_seconds(1'700'000'000), merkle::leaf_hash("policy")};
}

TEST(JournalHead, its_bytes_are_those_that_are_documented) {
  EXPECT_EQ(to_hex(head_bytes(some_head())),
            to_hex("heed journal head 1\n0123456789abcdef") + "000000000000002a" +
                to_hex(merkle::leaf_hash("root")) + "97979cfe362a0000" +
                to_hex(merkle::leaf_hash("policy")));
}

TEST(JournalHead, it_verifies_for_its_key_and_with_nothing_changed) {
  SeededRandom random(1);
  const SigningKey key = SigningKey::make(random);
  const PublicKey reader = key.public_key();
  const SignedHead head = sign_head(some_head(), key);
  EXPECT_TRUE(verify_head(head, reader));
  EXPECT_FALSE(verify_head(head, SigningKey::make(random).public_key()));
  const std::function<void(SignedHead&)> changes[] = {
      [&](SignedHead& h) { h.head.organization = OrganizationId::make(random); },
      [](SignedHead& h) { ++h.head.entries; },
      [](SignedHead& h) { h.head.root = merkle::empty_root(); },
      [](SignedHead& h) { h.head.time += Duration::nanoseconds(1); },
      [](SignedHead& h) { h.head.policy_hash = merkle::empty_root(); },
      [](SignedHead& h) { h.signature.pop_back(); },
  };
  for (const auto& change : changes) {
    SignedHead changed = head;
    change(changed);
    EXPECT_FALSE(verify_head(changed, reader));
  }
}

TEST(JournalHead, it_reads_back_whole_or_not_at_all) {
  SeededRandom random(2);
  const SignedHead head = sign_head(some_head(), SigningKey::make(random));
  const Bytes bytes = encode_head(head);
  EXPECT_EQ(decode_head(bytes), head);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_head(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_head(bytes + "x"));
  EXPECT_FALSE(decode_head("X" + bytes.substr(1)));
}

TEST(JournalEntry, it_reads_back_whole_or_not_at_all) {
  const JournalEntry entry{
      7, Time::from_nanoseconds(-1), "actor", "what", R"({"a":1})", Bytes("\0sealed", 7)};
  const Bytes bytes = encode_entry(entry);
  EXPECT_EQ(decode_entry(bytes), entry);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_entry(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_entry(bytes + "x"));
  EXPECT_FALSE(decode_entry("\2" + bytes.substr(1)));
  // A length that is written longer than it need be: another row for the same entry.
  Bytes longer = bytes;
  longer.replace(17, 1, "\x85\x00", 2);
  EXPECT_FALSE(decode_entry(longer));
}

}  // namespace
}  // namespace heed::silo
