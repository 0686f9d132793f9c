#include "silo/backup_manifest.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace heed::silo {
namespace {

struct Signer {
  SeededRandom random{3};
  SigningKey key = SigningKey::make(random);
  OrganizationId organization = OrganizationId::make(random);

  SignedHead head() const {
    JournalHead head;
    head.organization = organization;
    head.entries = 12;
    head.time = Time::from_nanoseconds(1'700'000'000'123'456'789);
    return sign_head(head, key);
  }
  SignedManifest sign(Manifest manifest) const {
    Bytes signature = key.sign(manifest_statement(manifest));
    return {std::move(manifest), key.public_key().bytes(), std::move(signature)};
  }
  Manifest manifest() const {
    Manifest made;
    made.organization = organization;
    made.generation = 7;
    made.previous = 5;
    made.time = Time::from_seconds(1'700'000'000);
    made.policy = 2;
    made.head = head();
    made.erasures = 3;
    made.files = {file("policy/1.json"), file("silos/" + organization.text() + "/000012.sst")};
    return made;
  }
  KeptLedger ledger() const {
    KeptLedger kept{{organization, 3, Bytes("\0erased\n", 8)}, head(), {}};
    kept.signature = key.sign(ledger_statement(kept));
    return kept;
  }
  static BackupFile file(std::string path) {
    return {std::move(path), {4'711, sha256("content")}, Time::from_nanoseconds(99)};
  }
};

TEST(BackupManifest, reads_back_as_it_was_written) {
  const Signer signer;
  const SignedManifest made = signer.sign(signer.manifest());
  const auto read = decode_manifest(encode_manifest(made));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, made);
}

TEST(BackupManifest, cannot_be_changed_in_any_byte) {
  const Signer signer;
  const std::string text = encode_manifest(signer.sign(signer.manifest()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(decode_manifest(changed)) << i;
    EXPECT_FALSE(decode_manifest(text.substr(0, i))) << i;
  }
  EXPECT_FALSE(decode_manifest(text + "\n"));
}

TEST(BackupManifest, names_no_file_outside_of_its_silo) {
  const Signer signer;
  const std::string silo = "silos/" + signer.organization.text() + "/";
  const std::string others = "silos/" + OrganizationId().text() + "/000012.sst";
  for (const std::string& path :
       {std::string(), std::string("/etc/passwd"), silo + "../x", silo + "a/../b", silo + ".hidden",
        silo, silo + "a//b", std::string("policy/../keys/root.key"), std::string("policy"), others,
        silo + "new\nline", silo + std::string(kLongestBackupPath, 'a')}) {
    Manifest manifest = signer.manifest();
    manifest.files = {Signer::file(path)};
    const auto read = decode_manifest(encode_manifest(signer.sign(manifest)));
    ASSERT_FALSE(read) << path;
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
  }
  Manifest manifest = signer.manifest();
  manifest.files = {Signer::file(silo + "blobs/00/ab"), Signer::file(silo + "blobs/00/ab")};
  EXPECT_FALSE(decode_manifest(encode_manifest(signer.sign(manifest))));
  manifest.files.pop_back();
  EXPECT_TRUE(decode_manifest(encode_manifest(signer.sign(manifest))));
}

TEST(BackupManifest, has_numbers_that_can_be) {
  const Signer signer;
  Manifest manifest = signer.manifest();
  for (const auto& [generation, previous] :
       {std::pair<std::uint64_t, std::uint64_t>{0, 0}, {7, 7}, {kLastGeneration + 1, 0}}) {
    manifest.generation = generation;
    manifest.previous = previous;
    EXPECT_FALSE(decode_manifest(encode_manifest(signer.sign(manifest)))) << generation;
  }
}

TEST(BackupLedger, reads_back_as_it_was_written_and_verifies) {
  const Signer signer;
  const KeptLedger made = signer.ledger();
  const auto read = decode_ledger(encode_ledger(made));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, made);
  EXPECT_TRUE(verify_ledger(*read, signer.key.public_key()));
}

TEST(BackupLedger, cannot_be_changed_in_any_byte) {
  const Signer signer;
  const Bytes bytes = encode_ledger(signer.ledger());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = decode_ledger(changed);
    EXPECT_FALSE(read && verify_ledger(*read, signer.key.public_key())) << i;
    EXPECT_FALSE(decode_ledger(BytesView(bytes).substr(0, i))) << i;
  }
}

TEST(BackupLedger, and_manifest_and_head_never_pass_for_each_other) {
  const Signer signer;
  const Bytes manifest = manifest_statement(signer.manifest());
  const Bytes ledger = ledger_statement(signer.ledger());
  const Bytes head = head_bytes(signer.head().head);
  EXPECT_TRUE(manifest.starts_with(kBackupPurpose));
  EXPECT_TRUE(ledger.starts_with(kBackupPurpose));
  EXPECT_FALSE(head.starts_with(kBackupPurpose));
  const auto purpose = [](BytesView bytes) { return bytes.substr(0, bytes.find('\n')); };
  EXPECT_NE(purpose(manifest), purpose(ledger));
}

}  // namespace
}  // namespace heed::silo
