#include "silo/handover_manifest.h"

#include <fmt/core.h>

#include <algorithm>

#include "silo/manifest_json.h"

namespace heed::silo {
namespace {

constexpr BytesView kPurpose = "heed backup handover 1\n";
constexpr int kVersion = 1;
constexpr int kTimeDigits = kManifestTimeDigits;
constexpr std::size_t kLongestPath = 255;

void write_record(JsonWriter& out, const TransferRecord& record) {
  out.begin_object()
      .member("successor", record.successor)
      .member("basis", record.ground.basis)
      .member("reference", record.ground.reference)
      .member("approver", record.ground.approver)
      .member("jurisdiction", record.ground.jurisdiction)
      .member("date", format_time(record.date, kTimeDigits))
      .member("key", to_hex(record.key))
      .member("people_notified", record.ground.notify_subject)
      .key("facts")
      .begin_object();
  for (const auto& [fact, holds] : record.facts) out.member(fact, holds);
  out.end_object().end_object();
}

void write_counts(JsonWriter& out, const HandoverManifest& manifest) {
  out.key("kinds").begin_array();
  for (const HandedKind& kind : manifest.kinds) {
    out.begin_object()
        .member("name", kind.name)
        .member("records", kind.records)
        .member("blobs", kind.blobs)
        .member("series", kind.series)
        .member("samples", kind.samples)
        .end_object();
  }
  out.end_array().member("erasures", manifest.erasures).key("policies").begin_array();
  for (const HandedPolicy& policy : manifest.policies) {
    out.begin_object()
        .member("number", std::uint64_t{policy.number})
        .member("hash", policy.hash)
        .end_object();
  }
  out.end_array();
}

void write_body(JsonWriter& out, const HandoverManifest& manifest) {
  out.begin_object()
      .member("format", "heed handover")
      .member("version", kVersion)
      .member("organization", manifest.organization.text())
      .member("time", format_time(manifest.time, kTimeDigits))
      .key("record");
  write_record(out, manifest.record);
  out.member("purpose", manifest.purpose).member("party", manifest.party);
  write_counts(out, manifest);
  out.key("head");
  write_head(out, manifest.head);
  out.key("files").begin_array();
  for (const HandedFile& file : manifest.files) {
    out.begin_object()
        .member("path", file.path)
        .member("size", file.content.size)
        .member("sha256", to_hex(file.content.hash))
        .end_object();
  }
  out.end_array().end_object();
}

std::string text_around(BytesView statement, const SignedHandover& handover) {
  statement.remove_prefix(kPurpose.size());
  JsonWriter out;
  out.begin_object()
      .key("handover")
      .raw(statement)
      .member("key", to_hex(handover.key))
      .member("signature", to_hex(handover.signature))
      .end_object();
  return out.take() + "\n";
}

const Json::Array& list_of(const Json* object, std::string_view key) {
  static const Json::Array kNone;
  const Json* value = member_of(object, key);
  const Json::Array* list = value == nullptr ? nullptr : value->array();
  return list == nullptr ? kNone : *list;
}

bool truth_of(const Json* object, std::string_view key) {
  const Json* value = member_of(object, key);
  return value != nullptr && value->boolean().value_or(false);
}

std::vector<std::pair<std::string, bool>> facts_of(const Json* record) {
  std::vector<std::pair<std::string, bool>> facts;
  const Json* value = member_of(record, "facts");
  const Json::Object* object = value == nullptr ? nullptr : value->object();
  if (object == nullptr) return facts;
  for (const auto& [fact, holds] : *object) {
    facts.emplace_back(fact, holds.boolean().value_or(false));
  }
  return facts;
}

TransferRecord read_record(const Json* record) {
  return {text_of(record, "successor"),
          {text_of(record, "basis"), text_of(record, "reference"), text_of(record, "approver"),
           text_of(record, "jurisdiction"), truth_of(record, "people_notified")},
          time_of(record, "date"),
          bytes_of(record, "key", kX25519KeySize),
          facts_of(record)};
}

HandoverManifest read_body(const Json* body) {
  HandoverManifest read;
  read.organization =
      OrganizationId::parse(text_of(body, "organization")).value_or(OrganizationId());
  read.time = time_of(body, "time");
  read.record = read_record(member_of(body, "record"));
  read.purpose = text_of(body, "purpose");
  read.party = text_of(body, "party");
  for (const Json& kind : list_of(body, "kinds")) {
    read.kinds.push_back({text_of(&kind, "name"), number_of(&kind, "records"),
                          number_of(&kind, "blobs"), number_of(&kind, "series"),
                          number_of(&kind, "samples")});
  }
  read.erasures = number_of(body, "erasures");
  for (const Json& policy : list_of(body, "policies")) {
    read.policies.push_back(
        {static_cast<std::uint32_t>(number_of(&policy, "number")), text_of(&policy, "hash")});
  }
  read.head = head_of(body, "head", read.organization);
  for (const Json& file : list_of(body, "files")) {
    read.files.push_back(
        {text_of(&file, "path"),
         {number_of(&file, "size"), bytes_of(&file, "sha256", merkle::kHashSize)}});
  }
  return read;
}

/// Whether a receiver may write there, by plain names.
bool leads_below(const std::string& path) {
  if (path == "subjects" || path == "keys") return true;
  const bool known = path.starts_with("policy/") || path.starts_with("silo/");
  if (!known || path.size() > kLongestPath) return false;
  return is_plain_path(path);
}

std::unexpected<Error> damaged(const std::string& what) {
  return fail(ErrorKind::kCorrupt, "the manifest of the hand-over " + what,
              "have the package sent again, whole");
}

Result<void> check_body(const HandoverManifest& manifest) {
  const auto& files = manifest.files;
  if (files.size() > kMostHandoverFiles) return damaged("names too many files");
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!leads_below(files[i].path)) {
      return damaged("names a file outside of its silo: " + json_quote(files[i].path));
    }
    if (i > 0 && files[i - 1].path >= files[i].path) return damaged("names a file twice");
  }
  return {};
}

std::unexpected<Error> missing(std::string_view member, std::string_view what) {
  return fail(ErrorKind::kInvalid,
              fmt::format("the transfer record does not say '{}': {}", member, what),
              "heed silo handover --help shows a whole one");
}

Result<void> check_facts(const Json& json) {
  const Json* facts = json.find("facts");
  if (facts == nullptr) return {};
  const Json::Object* object = facts->object();
  if (object == nullptr || object->size() > kMostTransferFacts ||
      std::ranges::any_of(*object,
                          [](const auto& fact) { return !fact.second.boolean().has_value(); })) {
    return missing("facts", "at most 16 of the policy's words, each true or false");
  }
  return {};
}

}  // namespace

Result<TransferRecord> parse_transfer_record(std::string_view text) {
  ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  constexpr std::pair<const char*, const char*> kTexts[] = {
      {"successor", "the legal name of who takes over"},
      {"basis", "on what it stands: asset_purchase, merger, insolvency"},
      {"reference", "the agreement's own number"},
      {"approver", "who here answers for it"},
      {"jurisdiction", "whose law"},
      {"date", "when it was agreed, as 2026-11-29T09:00:00Z"},
      {"key", "the successor's X25519 public key, 64 hexadecimal digits"}};
  for (const auto& [member, what] : kTexts) {
    const std::string said = text_of(&json, member);
    if (said.empty() || said.size() > kLongestSuccessor) return missing(member, what);
  }
  const Json* notified = json.find("people_notified");
  if (notified == nullptr || !notified->boolean()) {
    return missing("people_notified", "whether the people were told, true or false");
  }
  if (auto checked = check_facts(json); !checked) return std::unexpected(checked.error());
  if (!parse_time(text_of(&json, "date"))) return missing("date", kTexts[5].second);
  const auto key = from_hex(text_of(&json, "key"));
  if (!key || !ReceiverKey::from_bytes(*key)) return missing("key", kTexts[6].second);
  return read_record(&json);
}

Bytes handover_statement(const HandoverManifest& manifest) {
  JsonWriter out;
  write_body(out, manifest);
  return Bytes(kPurpose) + out.take();
}

std::string encode_handover(const SignedHandover& handover) {
  return text_around(handover_statement(handover.manifest), handover);
}

Result<SignedHandover> decode_handover(std::string_view text) {
  const Json json = Json::parse(text).value_or(Json());
  SignedHandover read{read_body(json.find("handover")), bytes_of(&json, "key", kEd25519KeySize),
                      bytes_of(&json, "signature", kEd25519SignatureSize)};
  const Bytes statement = handover_statement(read.manifest);
  if (text_around(statement, read) != text) return damaged("is not in the form of one");
  if (auto checked = check_body(read.manifest); !checked) return std::unexpected(checked.error());
  ASSIGN_OR_RETURN(const PublicKey key, PublicKey::from_bytes(read.key));
  if (!key.verifies(statement, read.signature) || !verify_head(read.manifest.head, key)) {
    return damaged("does not bear its key's signature");
  }
  return read;
}

}  // namespace heed::silo
