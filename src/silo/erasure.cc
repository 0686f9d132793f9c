#include "silo/erasure.h"

#include <fmt/core.h>

#include "base/json.h"
#include "silo/journal_export.h"

namespace heed::silo {
namespace {

constexpr std::string_view kFormat = "heed erasure receipt";
constexpr int kFormatVersion = 1;
constexpr int kTimeDigits = 9;
/// What is signed begins with it, so that no signature of something else can be taken for this one.
constexpr BytesView kPurpose = "heed erasure receipt 1\n";

std::string written(Time time) {
  return format_time(time, kTimeDigits);
}

void write_time(JsonWriter& out, std::string_view name, std::optional<Time> time) {
  out.key(name);
  if (time) {
    out.value(written(*time));
  } else {
    out.null();
  }
}

// Whatever is not there or of another type reads as nothing: the text that is made of it differs
// then from the one that was read.

std::string text_in(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  const std::string* text = value == nullptr ? nullptr : value->string();
  return text == nullptr ? std::string() : *text;
}

std::uint64_t number_in(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  const auto number = value == nullptr ? std::nullopt : value->integer();
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

std::optional<Time> time_in(const Json& object, std::string_view key) {
  return parse_time(text_in(object, key));
}

const Json::Array& array_in(const Json& object, std::string_view key) {
  static const Json::Array kNone;
  const Json* value = object.find(key);
  const Json::Array* array = value == nullptr ? nullptr : value->array();
  return array == nullptr ? kNone : *array;
}

std::unexpected<Error> misfit(std::string_view what) {
  return fail(ErrorKind::kCorrupt, fmt::format("the receipt does not hold: {}", what),
              "ask the organization for the receipt again, and copy the file whole");
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

/// The entry that a verified export of one entry tells.
Result<std::pair<std::string, std::string>> entry_in(std::string_view lines) {
  std::string_view last;
  while (!lines.empty()) last = take_line(lines);
  ASSIGN_OR_RETURN(const Json line, Json::parse(last));
  const Json* entry = line.find("entry");
  if (entry == nullptr) return misfit("no entry of the journal comes with it");
  return std::pair(text_in(*entry, "what"), text_in(*entry, "detail"));
}

}  // namespace

std::string receipt_text(const ErasureReceipt& receipt) {
  JsonWriter out;
  out.begin_object()
      .member("format", kFormat)
      .member("version", kFormatVersion)
      .member("organization", receipt.organization.text())
      .member("number", receipt.number)
      .member("tag", receipt.tag)
      .member("reason", receipt.reason)
      .member("logical", written(receipt.logical));
  write_time(out, "cryptographic", receipt.cryptographic);
  write_time(out, "physical", receipt.physical);
  out.member("physical_by", written(receipt.physical_by)).key("counts").begin_array();
  for (const ErasureCount& count : receipt.counts) {
    out.begin_object()
        .member("kind", count.kind)
        .member("removed", count.removed)
        .member("emptied", count.emptied)
        .member("left_to_others", count.left_to_others)
        .end_object();
  }
  out.end_array().key("exceptions").begin_array();
  for (const ErasureException& exception : receipt.exceptions) {
    out.begin_object()
        .member("hold", exception.hold)
        .member("reason", exception.reason)
        .member("until", written(exception.until))
        .end_object();
  }
  out.end_array();
  if (receipt.recalls > 0) out.member("recalls", receipt.recalls);
  return out.member("entry", receipt.entry).end_object().take();
}

Result<ErasureReceipt> parse_receipt(std::string_view text) {
  ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  ErasureReceipt receipt;
  receipt.organization =
      OrganizationId::parse(text_in(json, "organization")).value_or(OrganizationId());
  receipt.number = number_in(json, "number");
  receipt.tag = text_in(json, "tag");
  receipt.reason = text_in(json, "reason");
  receipt.logical = time_in(json, "logical").value_or(Time());
  receipt.cryptographic = time_in(json, "cryptographic");
  receipt.physical = time_in(json, "physical");
  receipt.physical_by = time_in(json, "physical_by").value_or(Time());
  for (const Json& count : array_in(json, "counts")) {
    receipt.counts.push_back({text_in(count, "kind"), number_in(count, "removed"),
                              number_in(count, "emptied"), number_in(count, "left_to_others")});
  }
  for (const Json& exception : array_in(json, "exceptions")) {
    receipt.exceptions.push_back({text_in(exception, "hold"), text_in(exception, "reason"),
                                  time_in(exception, "until").value_or(Time())});
  }
  receipt.recalls = number_in(json, "recalls");
  receipt.entry = number_in(json, "entry");
  if (receipt_text(receipt) != text) return misfit("it is not in the form that receipts have");
  return receipt;
}

std::string sign_receipt(const ErasureReceipt& receipt, const SigningKey& key) {
  const std::string text = receipt_text(receipt);
  JsonWriter out;
  out.begin_object()
      .member("receipt", text)
      .member("signature", to_hex(key.sign(Bytes(kPurpose) + text)))
      .end_object();
  return out.take() + "\n";
}

std::string erased_detail(const ErasureReceipt& receipt) {
  JsonWriter out;
  std::uint64_t removed = 0;
  for (const ErasureCount& count : receipt.counts) removed += count.removed;
  out.begin_object()
      .member("number", receipt.number)
      .member("tag", receipt.tag)
      .member("removed", removed)
      .end_object();
  return out.take();
}

Result<ErasureReceipt> verify_receipt(std::string_view lines, const PublicKey& key) {
  ASSIGN_OR_RETURN(const Json first, Json::parse(take_line(lines)));
  const std::string text = text_in(first, "receipt");
  const Bytes signature = from_hex(text_in(first, "signature")).value_or("");
  if (!key.verifies(Bytes(kPurpose) + text, signature)) {
    return misfit("it was not signed with this organization's key, or was changed since");
  }
  ASSIGN_OR_RETURN(ErasureReceipt receipt, parse_receipt(text));
  ASSIGN_OR_RETURN(const VerifiedExport proved, verify_export(lines, key));
  const bool its_entry = proved.told.from == receipt.entry && proved.told.to == receipt.entry &&
                         proved.head.organization == receipt.organization;
  if (!its_entry) return misfit("the journal's entry that comes with it is another one");
  ASSIGN_OR_RETURN(const auto entry, entry_in(lines));
  if (entry.first != kErasedWord || entry.second != erased_detail(receipt)) {
    return misfit("the journal tells otherwise");
  }
  return receipt;
}

}  // namespace heed::silo
