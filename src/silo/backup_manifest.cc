#include "silo/backup_manifest.h"

#include <fmt/core.h>

#include <algorithm>

#include "silo/manifest_json.h"

namespace heed::silo {
namespace {

constexpr BytesView kManifestPurpose = "heed backup manifest 1\n";
constexpr BytesView kLedgerPurpose = "heed backup ledger 1\n";
constexpr std::size_t kOrganizationSize = 16;
constexpr std::size_t kHeadSize = 116 + kEd25519SignatureSize;
constexpr int kVersion = 1;
constexpr int kTimeDigits = kManifestTimeDigits;

void write_file(JsonWriter& out, const BackupFile& file) {
  out.begin_object()
      .member("path", file.path)
      .member("size", file.content.size)
      .member("sha256", to_hex(file.content.hash))
      .member("changed", format_time(file.changed, kTimeDigits))
      .end_object();
}

void write_body(JsonWriter& out, const Manifest& manifest) {
  out.begin_object()
      .member("format", "heed backup")
      .member("version", kVersion)
      .member("organization", manifest.organization.text())
      .member("generation", manifest.generation)
      .member("previous", manifest.previous)
      .member("time", format_time(manifest.time, kTimeDigits))
      .member("policy", std::uint64_t{manifest.policy})
      .key("head");
  write_head(out, manifest.head);
  out.key("ledger")
      .begin_object()
      .member("erasures", manifest.erasures)
      .member("sha256", to_hex(manifest.ledger_hash))
      .end_object()
      .key("files")
      .begin_array();
  for (const BackupFile& file : manifest.files) write_file(out, file);
  out.end_array().end_object();
}

/// The line around a statement, whose text is long and is written once.
std::string text_around(BytesView statement, const SignedManifest& manifest) {
  statement.remove_prefix(kManifestPurpose.size());
  JsonWriter out;
  out.begin_object()
      .key("backup")
      .raw(statement)
      .member("key", to_hex(manifest.key))
      .member("signature", to_hex(manifest.signature))
      .end_object();
  return out.take() + "\n";
}

Manifest read_body(const Json* body) {
  Manifest read;
  read.organization =
      OrganizationId::parse(text_of(body, "organization")).value_or(OrganizationId());
  read.generation = number_of(body, "generation");
  read.previous = number_of(body, "previous");
  read.time = time_of(body, "time");
  read.policy = static_cast<std::uint32_t>(number_of(body, "policy"));
  read.head = head_of(body, "head", read.organization);
  const Json* ledger = body == nullptr ? nullptr : body->find("ledger");
  read.erasures = number_of(ledger, "erasures");
  read.ledger_hash = bytes_of(ledger, "sha256", merkle::kHashSize);
  const Json* files = body == nullptr ? nullptr : body->find("files");
  const Json::Array* list = files == nullptr ? nullptr : files->array();
  if (list == nullptr) return read;
  for (const Json& file : *list) {
    read.files.push_back({text_of(&file, "path"),
                          {number_of(&file, "size"), bytes_of(&file, "sha256", merkle::kHashSize)},
                          time_of(&file, "changed")});
  }
  return read;
}

/// Whether a restore may write there: a file of the silo or of the policy, by plain names.
bool leads_below(const std::string& path, OrganizationId organization) {
  const bool known = path.starts_with("policy/") ||
                     path.starts_with(fmt::format("silos/{}/", organization.text()));
  if (!known || path.size() > kLongestBackupPath) return false;
  return is_plain_path(path);
}

std::unexpected<Error> damaged(const std::string& what) {
  return fail(ErrorKind::kCorrupt, "the manifest " + what,
              "restore another generation, or take the repository from another copy");
}

Result<void> check_body(const Manifest& manifest) {
  const auto& files = manifest.files;
  if (manifest.generation == 0 || manifest.generation > kLastGeneration ||
      manifest.previous >= manifest.generation || files.size() > kMostBackupFiles) {
    return damaged("has numbers that cannot be");
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!leads_below(files[i].path, manifest.organization)) {
      return damaged("names a file outside of its silo: " + json_quote(files[i].path));
    }
    if (i > 0 && files[i - 1].path >= files[i].path) return damaged("names a file twice");
  }
  return {};
}

}  // namespace

Bytes manifest_statement(const Manifest& manifest) {
  JsonWriter out;
  write_body(out, manifest);
  return Bytes(kManifestPurpose) + out.take();
}

std::string encode_manifest(const SignedManifest& manifest) {
  return text_around(manifest_statement(manifest.manifest), manifest);
}

Result<SignedManifest> decode_manifest(std::string_view text) {
  const Json json = Json::parse(text).value_or(Json());
  SignedManifest read{read_body(json.find("backup")), bytes_of(&json, "key", kEd25519KeySize),
                      bytes_of(&json, "signature", kEd25519SignatureSize)};
  const Bytes statement = manifest_statement(read.manifest);
  if (text_around(statement, read) != text) return damaged("is not in the form of one");
  if (auto checked = check_body(read.manifest); !checked) return std::unexpected(checked.error());
  ASSIGN_OR_RETURN(const PublicKey key, PublicKey::from_bytes(read.key));
  if (!key.verifies(statement, read.signature)) {
    return damaged("does not bear its key's signature");
  }
  return read;
}

Bytes ledger_statement(const KeptLedger& kept) {
  return ByteWriter()
      .raw(kLedgerPurpose)
      .raw(kept.ledger.organization.bytes())
      .u64(kept.ledger.erasures)
      .raw(encode_head(kept.head))
      .u64(kept.ledger.bytes.size())
      .raw(kept.ledger.bytes)
      .take();
}

Bytes encode_ledger(const KeptLedger& kept) {
  return ledger_statement(kept) + kept.signature;
}

Result<KeptLedger> decode_ledger(BytesView bytes) {
  ByteReader in(bytes);
  KeptLedger read;
  const bool known = in.raw(kLedgerPurpose.size()) == kLedgerPurpose;
  const auto organization = OrganizationId::from_bytes(in.raw(kOrganizationSize));
  read.ledger.erasures = in.u64();
  const auto head = decode_head(in.raw(kHeadSize));
  read.ledger.bytes = in.raw(in.u64());
  read.signature = in.raw(kEd25519SignatureSize);
  if (!in.finished() || !known || !organization || !head) {
    return fail(ErrorKind::kCorrupt, "the ledger of erasures is damaged",
                "take it from another copy of the repository");
  }
  read.ledger.organization = *organization;
  read.head = *head;
  return read;
}

Result<void> verify_ledger(const KeptLedger& kept, const PublicKey& key) {
  const bool genuine = key.verifies(ledger_statement(kept), kept.signature) &&
                       verify_head(kept.head, key).has_value() &&
                       kept.head.head.organization == kept.ledger.organization;
  if (genuine) return {};
  return fail(ErrorKind::kCorrupt,
              "the ledger of erasures does not bear the organization's signature",
              "take it from another copy of the repository, and the key ring from its newest");
}

}  // namespace heed::silo
