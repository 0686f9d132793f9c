#include "app/journal_command.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>

#include "app/arguments.h"
#include "app/key_access.h"
#include "app/policy_file.h"
#include "app/report.h"
#include "base/json.h"
#include "silo/silo.h"

namespace heed::app {
namespace {

constexpr const char* kFooter = R"(
What is hashed, signed and exported, byte by byte, is told in docs/JOURNAL.md.

Examples:
  heed journal key --data heed-data                 the key that a verifier needs, as hexadecimal
  heed journal head --data heed-data -o head.json   a head to give away, and to keep
  heed journal export --data heed-data -o journal.jsonl
  heed journal verify journal.jsonl --key 5f0c…     on any machine, without the server
  heed journal verify journal.jsonl --key 5f0c… --kept head.json)";

struct Options {
  std::string data = "heed-data";
  std::string keys;
  KeyAccess key_access;
  std::string organization;
  std::uint64_t from = 1;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
  std::string output;
  std::string file;
  std::string key;
  std::string kept;
  bool json = false;
};

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin && file != stdout) static_cast<void>(std::fclose(file));
  }
};
using File = std::unique_ptr<std::FILE, Closer>;

/// "-" is the standard stream.
Result<File> open_file(const std::string& path, bool to_write) {
  std::FILE* const standard = to_write ? stdout : stdin;
  File file(path == "-" ? standard : std::fopen(path.c_str(), to_write ? "wb" : "rb"));
  if (file) return file;
  return fail(ErrorKind::kNotFound, fmt::format("cannot open {}: {}", path, std::strerror(errno)));
}

Result<void> write_all(std::FILE* file, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file) == text.size()) return {};
  return fail(ErrorKind::kUnavailable, fmt::format("cannot write: {}", std::strerror(errno)));
}

/// Hands on each line without its end, in memory for one line.
Result<void> read_lines(std::FILE* file, const silo::ExportLine& take) {
  std::string rest;
  char bytes[silo::kLongestExportLine];
  while (const std::size_t count = std::fread(bytes, 1, sizeof bytes, file)) {
    rest.append(bytes, count);
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest.find('\n', begin)) != std::string::npos;) {
      if (auto taken = take(std::string_view(rest).substr(begin, end - begin)); !taken) {
        return taken;
      }
      begin = end + 1;
    }
    rest.erase(0, begin);
    if (rest.size() > silo::kLongestExportLine) return take(rest);  // which refuses it
  }
  if (std::ferror(file) != 0) return fail(ErrorKind::kUnavailable, "cannot read to the end");
  if (rest.empty()) return {};
  return fail(ErrorKind::kCorrupt, "the end of the last line is missing from the export",
              "export the journal again, and copy the file whole");
}

/// An opened store with the silo that was asked for; both say what they stand on.
struct Opened {
  SystemClock clock;
  SystemRandom random;
  Log log{clock, LogLevel::kWarning, Log::standard_error()};
  std::unique_ptr<silo::Store> store;
  std::shared_ptr<silo::Silo> silo;
};

Result<OrganizationId> choose(const silo::Store& store, const std::string& asked) {
  const auto all = store.organizations();
  if (asked.empty() && all.size() == 1) return all.front();
  if (const auto id = OrganizationId::parse(asked)) return *id;
  std::string names;
  for (const OrganizationId id : all) names += "\n      " + id.text();
  return fail(ErrorKind::kInvalid,
              asked.empty() ? "there is more than one organization"
                            : fmt::format("--organization {}: this is no organization", asked),
              "say --organization and one of:" + names);
}

Result<std::unique_ptr<Opened>> open_silo(const Options& options) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(options.data + "/silos", ignored)) {
    return fail(ErrorKind::kNotFound, fmt::format("{} holds no data of heed", options.data),
                "name the directory that heed serve keeps its data in, with --data");
  }
  auto opened = std::make_unique<Opened>();
  silo::StoreOptions store;
  store.data_directory = options.data;
  store.key_directory = options.keys.empty() ? options.data + "/keys" : options.keys;
  ASSIGN_OR_RETURN(store.root, take_root(options.key_access));
  ASSIGN_OR_RETURN(store.policy, first_policy(""));
  ASSIGN_OR_RETURN(opened->store,
                   silo::Store::open(std::move(store), opened->clock, opened->random, opened->log));
  ASSIGN_OR_RETURN(const auto organization, choose(*opened->store, options.organization));
  ASSIGN_OR_RETURN(opened->silo, opened->store->silo(organization));
  return opened;
}

Result<std::string> run_key(const Options& options) {
  ASSIGN_OR_RETURN(const auto opened, open_silo(options));
  const std::string key = to_hex(opened->silo->journal_key().bytes());
  if (!options.json) return key + "\n";
  JsonWriter out;
  out.begin_object()
      .member("organization", opened->silo->organization().text())
      .member("key", key)
      .end_object();
  return out.take() + "\n";
}

Result<std::string> run_head(const Options& options) {
  ASSIGN_OR_RETURN(const auto opened, open_silo(options));
  ASSIGN_OR_RETURN(const auto head, opened->silo->journal_head());
  std::string line = export_line(head);
  if (options.output.empty()) return line;
  ASSIGN_OR_RETURN(const File file, open_file(options.output, true));
  if (auto written = write_all(file.get(), line); !written) return std::unexpected(written.error());
  return std::string();
}

/// What a refusal is for somebody at a command line.
Error plain(const policy::Withheld& withheld) {
  if (const Error* error = withheld.error()) return *error;
  return {ErrorKind::kInvalid, withheld.message(),
          "the policy must let the engine read the journal for its operation"};
}

Result<std::string> run_export(const Options& options) {
  ASSIGN_OR_RETURN(const auto opened, open_silo(options));
  ASSIGN_OR_RETURN(const auto access,
                   opened->store->policy()->access("command line", "operation", "engine"));
  ASSIGN_OR_RETURN(const File file, open_file(options.output.empty() ? "-" : options.output, true));
  std::uint64_t lines = 0;
  const auto write = [&](std::string_view line) -> Result<void> {
    ++lines;
    return write_all(file.get(), line);
  };
  const auto done = opened->silo->export_journal(access, options.from, options.to, write);
  if (!done) return std::unexpected(plain(done.error()));
  if (options.output.empty()) return std::string();
  return fmt::format("{}: {} lines\n", options.output, lines);
}

Result<PublicKey> read_key(const std::string& text) {
  const auto bytes = from_hex(text);
  const auto key = bytes ? PublicKey::from_bytes(*bytes) : fail(ErrorKind::kInvalid, "");
  if (key) return key;
  return fail(ErrorKind::kInvalid, fmt::format("--key {}: this is no public key", text),
              "give the 64 hexadecimal digits that heed journal key prints");
}

Result<silo::VerifiedExport> verify(const Options& options) {
  ASSIGN_OR_RETURN(const PublicKey key, read_key(options.key));
  silo::ExportVerifier verifier(key);
  if (!options.kept.empty()) {
    ASSIGN_OR_RETURN(const File kept, open_file(options.kept, false));
    const auto expected =
        read_lines(kept.get(), [&](std::string_view line) { return verifier.expect(line); });
    if (!expected) return std::unexpected(expected.error());
  }
  ASSIGN_OR_RETURN(const File file, open_file(options.file, false));
  const auto read =
      read_lines(file.get(), [&](std::string_view line) { return verifier.take(line); });
  if (!read) return std::unexpected(read.error());
  return verifier.finish();
}

std::string in_words(const silo::VerifiedExport& found) {
  const silo::JournalHead& head = found.head;
  std::string told =
      fmt::format("entries {} to {} of {}", found.told.from, found.told.to, head.entries);
  if (found.whole()) told = fmt::format("all {} entries", head.entries);
  return fmt::format(
      "The export holds: {}; earlier heads that fit: {}.\n"
      "  organization  {}\n  signed at     {}\n  root          {}\n  policy        {}\n",
      told, found.told.earlier, head.organization.text(), format_time(head.time), to_hex(head.root),
      to_hex(head.policy_hash));
}

std::string in_json(const silo::VerifiedExport& found) {
  JsonWriter out;
  out.begin_object()
      .member("holds", true)
      .member("organization", found.head.organization.text())
      .member("from", found.told.from)
      .member("to", found.told.to)
      .member("whole", found.whole())
      .member("entries", found.head.entries)
      .member("root", to_hex(found.head.root))
      .member("time", found.head.time)
      .member("policy", to_hex(found.head.policy_hash))
      .member("earlier", found.told.earlier)
      .end_object();
  return out.take() + "\n";
}

Result<std::string> run_verify(const Options& options) {
  ASSIGN_OR_RETURN(const silo::VerifiedExport found, verify(options));
  return options.json ? in_json(found) : in_words(found);
}

void add_data(CLI::App* command, Options& options) {
  command->add_option("--data", options.data, "The server's data directory; it must not run")
      ->capture_default_str();
  command->add_option("--keys", options.keys,
                      "The key ring's directory (default: keys in the data directory)");
  add_key_options(*command, options.key_access);
  command->add_option("--organization", options.organization,
                      "Whose journal; need not be said where there is one alone");
}

void add_commands(CLI::App& program, Options& options) {
  CLI::App* key = program.add_subcommand("key", "Print the public key that verifies the journal");
  add_data(key, options);
  key->add_flag("--json", options.json, "Answer in JSON");

  CLI::App* head = program.add_subcommand("head", "Sign what the journal is now, to be given away");
  add_data(head, options);
  head->add_option("-o,--output", options.output, "Write to this file");

  CLI::App* exported = program.add_subcommand("export", "Write entries with their proofs");
  add_data(exported, options);
  exported->add_option("--from", options.from, "The first entry's number")->capture_default_str();
  exported->add_option("--to", options.to, "The last entry's number (default: the last there is)");
  exported->add_option("-o,--output", options.output, "Write to this file");

  CLI::App* verify = program.add_subcommand("verify", "Check an export, without server or data");
  verify->add_option("FILE", options.file, "The export; - for the standard input")->required();
  verify->add_option("--key", options.key, "The organization's public key, hexadecimal")
      ->required();
  verify->add_option("--kept", options.kept,
                     "A head that you kept: the journal must still begin with it");
  verify->add_flag("--json", options.json, "Answer in JSON");
}

Result<std::string> run(const CLI::App& program, const Options& options) {
  if (program.got_subcommand("key")) return run_key(options);
  if (program.got_subcommand("head")) return run_head(options);
  if (program.got_subcommand("export")) return run_export(options);
  return run_verify(options);
}

}  // namespace

int journal_command(int argc, const char* const* argv) {
  CLI::App program("Give the journal away, and check what was given.", "heed journal");
  program.require_subcommand(1);
  program.footer(kFooter);
  Options options;
  add_commands(program, options);
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto answer = run(program, options);
  if (!answer) return report(answer.error(), options.json, "holds");
  fmt::print("{}", *answer);
  return 0;
}

}  // namespace heed::app
