#include "silo/journal_export.h"

#include <fmt/core.h>

#include "base/json.h"

namespace heed::silo {
namespace {

constexpr std::string_view kFormat = "heed journal export";
constexpr int kFormatVersion = 1;
constexpr int kTimeDigits = 9;

void write_proof(JsonWriter& out, std::string_view name, const merkle::Proof& proof) {
  out.key(name).begin_array();
  for (const merkle::Hash& hash : proof) out.value(to_hex(hash));
  out.end_array();
}

void write_head(JsonWriter& out, std::string_view name, const SignedHead& head) {
  out.key(name)
      .begin_object()
      .member("organization", head.head.organization.text())
      .member("entries", head.head.entries)
      .member("root", to_hex(head.head.root))
      .member("time", format_time(head.head.time, kTimeDigits))
      .member("policy", to_hex(head.head.policy_hash))
      .member("signature", to_hex(head.signature))
      .end_object();
}

std::string as_line(JsonWriter& out) {
  return out.end_object().take() + "\n";
}

// Reading: whatever is not there or of another type reads as nothing, and then the line differs
// from what is written for it.

std::string_view text_of(const Json* object, std::string_view key) {
  const Json* value = object == nullptr ? nullptr : object->find(key);
  const std::string* text = value == nullptr ? nullptr : value->string();
  return text == nullptr ? std::string_view() : *text;
}

std::uint64_t number_of(const Json* object, std::string_view key) {
  const Json* value = object == nullptr ? nullptr : object->find(key);
  const auto number = value == nullptr ? std::nullopt : value->integer();
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

Bytes hash_of(const Json* object, std::string_view key) {
  auto hash = from_hex(text_of(object, key)).value_or("");
  hash.resize(merkle::kHashSize);
  return hash;
}

OrganizationId organization_of(const Json* object) {
  return OrganizationId::parse(text_of(object, "organization")).value_or(OrganizationId());
}

Time time_of(const Json* object) {
  return parse_time(text_of(object, "time")).value_or(Time());
}

SignedHead read_head(const Json* object) {
  return {{organization_of(object), number_of(object, "entries"), hash_of(object, "root"),
           time_of(object), hash_of(object, "policy")},
          from_hex(text_of(object, "signature")).value_or("")};
}

JournalEntry read_entry(const Json* object) {
  return {number_of(object, "number"),
          time_of(object),
          std::string(text_of(object, "actor")),
          std::string(text_of(object, "what")),
          std::string(text_of(object, "detail")),
          from_base64url(text_of(object, "subject")).value_or("")};
}

merkle::Proof read_proof(const Json& line, std::string_view key) {
  merkle::Proof proof;
  const Json* value = line.find(key);
  const Json::Array* hashes = value == nullptr ? nullptr : value->array();
  if (hashes == nullptr) return proof;
  for (const Json& hash : *hashes) {
    const std::string* text = hash.string();
    proof.push_back(text == nullptr ? Bytes() : from_hex(*text).value_or(""));
  }
  return proof;
}

Result<void> same(std::string_view line, std::string_view written, std::string_view what) {
  if (line == written.substr(0, written.size() - 1)) return {};
  return fail(ErrorKind::kCorrupt, fmt::format("{} is not in the form of a journal's export", what),
              "export the journal again: no byte of an export may change");
}

/// With `what` before the message.
std::unexpected<Error> about(std::string_view what, const Error& error) {
  return fail(error.kind, fmt::format("{}: {}", what, error.message), error.mend);
}

std::unexpected<Error> missing(std::string_view what) {
  return fail(ErrorKind::kCorrupt, fmt::format("{} is missing from the export", what),
              "export the journal again, and copy the file whole");
}

}  // namespace

std::string export_line(const ExportHeader& header) {
  JsonWriter out;
  out.begin_object()
      .member("format", kFormat)
      .member("version", kFormatVersion)
      .member("organization", header.organization.text())
      .member("from", header.from)
      .member("to", header.to)
      .member("earlier", header.earlier);
  return as_line(out);
}

std::string export_line(const SignedHead& head) {
  JsonWriter out;
  write_head(out.begin_object(), "head", head);
  return as_line(out);
}

std::string export_line(const SignedHead& earlier, const merkle::Proof& consistency) {
  JsonWriter out;
  write_head(out.begin_object(), "earlier", earlier);
  write_proof(out, "consistency", consistency);
  return as_line(out);
}

std::string export_line(const JournalEntry& entry, const merkle::Proof& inclusion) {
  JsonWriter out;
  out.begin_object()
      .key("entry")
      .begin_object()
      .member("number", entry.number)
      .member("time", format_time(entry.at, kTimeDigits))
      .member("actor", entry.actor)
      .member("what", entry.what)
      .member("detail", entry.detail)
      .member("subject", to_base64url(entry.sealed_subject))
      .end_object();
  write_proof(out, "inclusion", inclusion);
  return as_line(out);
}

Result<void> ExportVerifier::expect(std::string_view kept_head) {
  if (kept_head.ends_with('\n')) kept_head.remove_suffix(1);
  const Json json = Json::parse(kept_head).value_or(Json());
  const SignedHead read = read_head(json.find("head"));
  if (auto formed = same(kept_head, export_line(read), "the kept head"); !formed) return formed;
  if (auto verified = verify_head(read, key_); !verified) {
    return about("the kept head", verified.error());
  }
  kept_ = read.head;
  return {};
}

Result<void> ExportVerifier::take(std::string_view line) {
  const std::uint64_t number = lines_++;
  if (line.size() > kLongestExportLine) {
    return fail(ErrorKind::kExhausted,
                fmt::format("line {} has more than {} bytes", lines_, kLongestExportLine));
  }
  if (number == 0) return take_header(line);
  if (number == 1) return take_head(line);
  if (earlier_ < header_.earlier) return take_earlier(line);
  return take_entry(line);
}

Result<void> ExportVerifier::take_header(std::string_view line) {
  const Json json = Json::parse(line).value_or(Json());
  header_ = {organization_of(&json), number_of(&json, "from"), number_of(&json, "to"),
             number_of(&json, "earlier")};
  if (auto formed = same(line, export_line(header_), "the first line"); !formed) return formed;
  if (header_.from == 0 || header_.from > header_.to + 1 || header_.earlier > kMostEarlierHeads) {
    return fail(ErrorKind::kCorrupt, "the first line's numbers cannot be those of an export");
  }
  if (kept_ && header_.from != 1) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the export begins with entry {}, and a kept head speaks of the first",
                            header_.from),
                "export the journal from entry 1 on");
  }
  return {};
}

Result<void> ExportVerifier::take_head(std::string_view line) {
  const Json json = Json::parse(line).value_or(Json());
  const SignedHead read = read_head(json.find("head"));
  if (auto formed = same(line, export_line(read), "the head"); !formed) return formed;
  if (auto verified = verify_head(read, key_); !verified) return verified;
  head_ = read.head;
  if (head_.organization != header_.organization || header_.to > head_.entries) {
    return fail(ErrorKind::kCorrupt, "the head speaks of another journal than the first line");
  }
  if (kept_ && kept_->organization != head_.organization) {
    return fail(ErrorKind::kCorrupt, "the kept head is another organization's");
  }
  return {};
}

Result<void> ExportVerifier::take_earlier(std::string_view line) {
  const std::string what = fmt::format("earlier head {}", ++earlier_);
  const Json json = Json::parse(line).value_or(Json());
  const SignedHead read = read_head(json.find("earlier"));
  const merkle::Proof proof = read_proof(json, "consistency");
  if (auto formed = same(line, export_line(read, proof), what); !formed) return formed;
  if (auto verified = verify_head(read, key_); !verified) return about(what, verified.error());
  const JournalHead& now = read.head;
  const bool in_order = now.entries >= last_earlier_.entries &&
                        (earlier_ == 1 || now.time >= last_earlier_.time) && now.time <= head_.time;
  if (now.organization != head_.organization || !in_order) {
    return fail(ErrorKind::kCorrupt, what + " is not one before the newest of this journal");
  }
  const auto begins =
      merkle::verify_consistency(now.entries, head_.entries, now.root, head_.root, proof);
  if (!begins) return about(what, begins.error());
  last_earlier_ = now;
  return {};
}

Result<void> ExportVerifier::take_entry(std::string_view line) {
  const std::uint64_t number = header_.from + entries_;
  if (number > header_.to) {
    return fail(ErrorKind::kCorrupt,
                fmt::format("after entry {} comes more than was announced", header_.to));
  }
  ++entries_;
  const std::string what = fmt::format("entry {}", number);
  const Json json = Json::parse(line).value_or(Json());
  const JournalEntry read = read_entry(json.find("entry"));
  const merkle::Proof proof = read_proof(json, "inclusion");
  if (auto formed = same(line, export_line(read, proof), what); !formed) return formed;
  if (read.number != number) return missing(what);
  const merkle::Hash leaf = merkle::leaf_hash(encode_entry(read));
  const auto included =
      merkle::verify_inclusion(number - 1, head_.entries, leaf, proof, head_.root);
  if (!included) return about(what, included.error());
  return hold_against_kept(leaf);
}

Result<void> ExportVerifier::hold_against_kept(BytesView leaf) {
  if (!kept_ || told_.size() == kept_->entries) return {};
  (void)told_.append(leaf);
  if (told_.size() < kept_->entries || told_.root() == kept_->root) return {};
  return fail(ErrorKind::kCorrupt,
              fmt::format("the first {} entries are not those that the kept head was signed over",
                          kept_->entries),
              "the organization signed two histories; whoever kept the head can show both");
}

Result<VerifiedExport> ExportVerifier::finish() const {
  if (lines_ < 1) return missing("the first line");
  if (lines_ < 2) return missing("the head");
  if (earlier_ < header_.earlier) return missing(fmt::format("earlier head {}", earlier_ + 1));
  const std::uint64_t next = header_.from + entries_;
  if (next <= header_.to) return missing(fmt::format("entry {}", next));
  if (kept_ && kept_->entries > header_.to) {
    return missing(fmt::format("entry {}, the last that the kept head speaks of,", kept_->entries));
  }
  return VerifiedExport{head_, header_};
}

Result<VerifiedExport> verify_export(std::string_view text, const PublicKey& key,
                                     std::string_view kept_head) {
  ExportVerifier verifier(key);
  if (!kept_head.empty()) {
    if (auto expected = verifier.expect(kept_head); !expected) {
      return std::unexpected(expected.error());
    }
  }
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return missing("the end of the last line");
    if (auto taken = verifier.take(text.substr(0, end)); !taken) {
      return std::unexpected(taken.error());
    }
    text.remove_prefix(end + 1);
  }
  return verifier.finish();
}

}  // namespace heed::silo
