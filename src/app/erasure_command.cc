#include "app/erasure_command.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cstdio>

#include "app/arguments.h"
#include "app/files.h"
#include "app/report.h"
#include "base/json.h"
#include "silo/erasure.h"

namespace heed::app {
namespace {

/// A receipt and the export of one entry: five lines, of which none is as long as this.
constexpr std::size_t kLongestReceipt = 512 * 1024;

constexpr const char* kFooter = R"(
What an erasure does, and the receipt byte by byte, is told in docs/ERASURE.md.

Examples:
  heed erasure verify erasure-17.jsonl --key 5f0c…   on any machine, without the server
  heed journal key --data heed-data                  what the organization gives you as the key)";

struct Options {
  std::string file;
  std::string key;
  bool json = false;
};

Result<PublicKey> read_key(const std::string& text) {
  const auto bytes = from_hex(text);
  const auto key = bytes ? PublicKey::from_bytes(*bytes) : fail(ErrorKind::kInvalid, "");
  if (key) return key;
  return fail(ErrorKind::kInvalid, fmt::format("--key {}: this is no public key", text),
              "give the 64 hexadecimal digits that heed journal key prints");
}

Result<silo::ErasureReceipt> verify(const Options& options) {
  ASSIGN_OR_RETURN(const PublicKey key, read_key(options.key));
  ASSIGN_OR_RETURN(const std::string lines, read_text(options.file, kLongestReceipt));
  return silo::verify_receipt(lines, key);
}

std::string in_words(const silo::ErasureReceipt& receipt) {
  const auto moment = [](const std::optional<Time>& time, std::string otherwise) {
    return time ? format_time(*time) : otherwise;
  };
  std::string told = fmt::format(
      "The receipt holds: erasure {} of organization {}, for \"{}\".\n"
      "  found by nobody since      {}\n  readable by nobody since   {}\n"
      "  gone from every file       {}\n  journal's entry            {}\n",
      receipt.number, receipt.organization.text(), receipt.reason, format_time(receipt.logical),
      moment(receipt.cryptographic, "not yet"),
      moment(receipt.physical, "by " + format_time(receipt.physical_by) + " at the latest"),
      receipt.entry);
  for (const silo::ErasureCount& count : receipt.counts) {
    told += fmt::format("  {}: {} removed, {} emptied, {} left to others\n", count.kind,
                        count.removed, count.emptied, count.left_to_others);
  }
  for (const silo::ErasureException& exception : receipt.exceptions) {
    told += fmt::format("  kept until {}: {} ({})\n", format_time(exception.until),
                        exception.reason, exception.hold);
  }
  return told;
}

std::string in_json(const silo::ErasureReceipt& receipt) {
  // The receipt's own text is JSON and stands as it was signed.
  return "{\"holds\":true,\"receipt\":" + silo::receipt_text(receipt) + "}\n";
}

}  // namespace

int erasure_command(int argc, const char* const* argv) {
  CLI::App program("Check what an organization gave as the proof of an erasure.", "heed erasure");
  program.require_subcommand(1);
  program.footer(kFooter);
  Options options;
  CLI::App* checked = program.add_subcommand("verify", "Check a receipt, without server or data");
  checked->add_option("RECEIPT", options.file, "The receipt; - for the standard input")->required();
  checked->add_option("--key", options.key, "The organization's public key, hexadecimal")
      ->required();
  checked->add_flag("--json", options.json, "Answer in JSON");
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto receipt = verify(options);
  if (!receipt) return report(receipt.error(), options.json, "holds");
  fmt::print("{}", options.json ? in_json(*receipt) : in_words(*receipt));
  return 0;
}

}  // namespace heed::app
