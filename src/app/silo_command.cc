#include "app/silo_command.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/arguments.h"
#include "app/handover_command.h"
#include "app/offline_store.h"
#include "app/plainly.h"
#include "app/progress.h"
#include "app/report.h"
#include "app/silo_move_command.h"
#include "base/json.h"
#include "people/people.h"
#include "silo/silo_export.h"
#include "silo/silo_removal.h"

namespace heed::app {
namespace {

constexpr const char* kFooter = R"(
The export's format is told in docs/BACKUP.md §6. Deleting ends the keys first, so that backups of
the organization are unreadable from then on.

Examples:
  heed silo export --data heed-data --organization 4sx3… -o silo.jsonl
  heed silo delete --data heed-data --organization 4sx3…
  heed silo delete --data heed-data --organization 4sx3… --name "Brown's Shop" --really
  heed silo move   --data heed-data --organization 4sx3… --to-data /other --owner ann@example.org
  heed silo successor-key --key-file secret.key                        # the successor, once
  heed silo handover --data heed-data --organization 4sx3… --record transfer.json -o package
  heed silo verify-handover package --giver 83c1…                      # anybody
  heed silo receive package --data their-data --key-file secret.key --owner ann@example.org --really

A transfer record; facts are what the policy asks of all that goes:
  {"successor": "Blue Owl Ltd.", "basis": "asset_purchase", "reference": "APA 2026-114",
   "approver": "ann", "jurisdiction": "DE", "date": "2026-11-20T00:00:00Z",
   "key": "what successor-key printed", "people_notified": true, "facts": {"on_behalf": false}})";

struct Options {
  std::string data = "heed-data";
  std::string keys;
  std::string organization;
  std::string output = "-";
  std::string purpose = "service.transfer";
  std::string party = "organization";
  std::string name;
  std::string to_data;
  std::string to_keys;
  std::string to_passphrase_file;
  std::string owner;
  HandoverWords handover;
  bool really = false;
  bool json = false;
  KeyAccess key_access;
};

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdout) static_cast<void>(std::fclose(file));
  }
};
using File = std::unique_ptr<std::FILE, Closer>;

/// A new file that its owner alone may read: it holds everything in the clear.
Result<File> open_output(const std::string& path) {
  if (path == "-") return File(stdout);
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) return File(::fdopen(made, "wb"));
  return fail(errno == EEXIST ? ErrorKind::kConflict : ErrorKind::kUnavailable,
              fmt::format("cannot make {}: {}", path, std::strerror(errno)),
              "name a file that is not there yet");
}

Result<OrganizationId> organization_of(const Options& options) {
  ASSIGN_OR_RETURN(const auto ids, parse_organizations({options.organization}));
  return ids.front();
}

std::string in_json(const silo::ExportedSilo& done) {
  JsonWriter out;
  out.begin_object()
      .member("records", done.records)
      .member("blobs", done.blobs)
      .member("series", done.series)
      .member("samples", done.samples)
      .member("entries", done.entries)
      .key("withheld")
      .begin_array();
  for (const std::string& kind : done.withheld) out.value(kind);
  out.end_array().end_object();
  return out.take() + "\n";
}

std::string in_words(const silo::ExportedSilo& done, const std::string& path) {
  std::string text =
      fmt::format("{}: {} records with {} blobs, {} samples of {} series, {} journal entries\n",
                  path, done.records, done.blobs, done.samples, done.series, done.entries);
  for (const std::string& kind : done.withheld) {
    text += fmt::format("Kept back by the policy: {}\n", kind);
  }
  return text;
}

Result<std::string> run_export(const Options& options) {
  ASSIGN_OR_RETURN(const auto opened, open_offline(options.data, options.keys, options.key_access));
  ASSIGN_OR_RETURN(const OrganizationId organization, organization_of(options));
  ASSIGN_OR_RETURN(const auto silo, opened->store->silo(organization));
  ASSIGN_OR_RETURN(const auto access,
                   opened->store->policy()->access("command line", options.purpose, options.party));
  ASSIGN_OR_RETURN(const File file, open_output(options.output));
  const auto write = [&](std::string_view line) -> Result<void> {
    if (std::fwrite(line.data(), 1, line.size(), file.get()) == line.size()) return {};
    return fail(ErrorKind::kUnavailable, fmt::format("cannot write: {}", std::strerror(errno)));
  };
  ASSIGN_OR_RETURN(const auto done,
                   plainly(silo::export_silo(*opened->store, *silo, access, opened->clock, write)));
  if (std::fflush(file.get()) != 0 || (file.get() != stdout && ::fsync(fileno(file.get())) != 0)) {
    return fail(ErrorKind::kUnavailable, fmt::format("cannot write: {}", std::strerror(errno)));
  }
  if (options.output == "-") return std::string();
  return options.json ? in_json(done) : in_words(done, options.output);
}

/// The name as it is registered; kNotFound if it is no organization of this server.
Result<std::string> name_of(OfflineStore& opened, OrganizationId organization) {
  if (organization == people::house_id()) {
    return fail(ErrorKind::kInvalid, "this is the house: the accounts of the whole server",
                "delete the data directory and the key ring to end the server");
  }
  ASSIGN_OR_RETURN(const auto people,
                   plainly(people::People::open(*opened.store, opened.clock, opened.random)));
  ASSIGN_OR_RETURN(const auto all, plainly(people->organizations()));
  for (const people::Organization& one : all) {
    if (one.id == organization) return one.name;
  }
  return fail(ErrorKind::kNotFound, "no such organization is registered here");
}

Result<void> note(OfflineStore& opened, std::string_view what, OrganizationId organization,
                  const silo::RemovalReport& report) {
  JsonWriter detail;
  detail.begin_object()
      .member("organization", organization.text())
      .member("files", report.files)
      .member("bytes", report.bytes)
      .end_object();
  ASSIGN_OR_RETURN(const auto house, opened.store->silo(people::house_id()));
  ASSIGN_OR_RETURN(const auto access,
                   opened.store->policy()->access("command line", "operation", "engine"));
  return plainly(house->note(access, what, detail.view()));
}

std::string told(const Options& options, const silo::RemovalReport& report, bool done) {
  if (options.json) {
    JsonWriter out;
    out.begin_object()
        .member("deleted", done)
        .member("key_files", std::uint64_t{report.key_files.size()})
        .member("files", report.files)
        .member("bytes", report.bytes)
        .end_object();
    return out.take() + "\n";
  }
  const std::string what =
      fmt::format("{} files of the key ring, and {} files with {}", report.key_files.size(),
                  report.files, in_bytes(report.bytes));
  if (done) return fmt::format("Deleted: {}.\n", what);
  return fmt::format(
      "Would delete {}. Nothing was done.\nSay its name with --name, and --really.\n", what);
}

/// A removal that was cut short after its files were gone is still to be noted.
Result<silo::RemovalReport> nothing_if_gone(Result<silo::RemovalReport> report) {
  if (report || report.error().kind != ErrorKind::kNotFound) return report;
  return silo::RemovalReport();
}

Result<std::string> run_delete(const Options& options) {
  ASSIGN_OR_RETURN(const OrganizationId organization, organization_of(options));
  ASSIGN_OR_RETURN(const silo::RootGiver root, take_root(options.key_access));
  silo::RemovalOptions removal{options.data, key_directory(options.data, options.keys),
                               organization, true};
  ASSIGN_OR_RETURN(const auto would, nothing_if_gone(silo::remove_silo(removal)));
  {
    ASSIGN_OR_RETURN(const auto opened, open_offline(options.data, options.keys, root));
    ASSIGN_OR_RETURN(const std::string name, name_of(*opened, organization));
    if (!options.really) return told(options, would, false);
    if (name != options.name) {
      return fail(ErrorKind::kInvalid, "--name does not give the name of that organization",
                  "look at the id and the name again: what is deleted does not come back");
    }
    if (auto noted = note(*opened, "silo.deleting", organization, would); !noted) {
      return std::unexpected(noted.error());
    }
  }
  removal.dry_run = false;
  const SystemClock clock;
  Progress progress(clock);
  ASSIGN_OR_RETURN(const auto done,
                   nothing_if_gone(silo::remove_silo(removal, std::ref(progress))));
  ASSIGN_OR_RETURN(const auto opened, open_offline(options.data, options.keys, root));
  if (auto noted = note(*opened, "silo.deleted", organization, done); !noted) {
    return std::unexpected(noted.error());
  }
  // Last, as its name is what says that this was begun.
  ASSIGN_OR_RETURN(const auto people,
                   plainly(people::People::open(*opened->store, opened->clock, opened->random)));
  auto removed = plainly(people->remove_organization(organization));
  if (!removed) return std::unexpected(removed.error());
  return told(options, done, true);
}

Result<std::string> run_move_of(const Options& options) {
  ASSIGN_OR_RETURN(const OrganizationId organization, organization_of(options));
  return run_move({options.data, options.keys, options.key_access, organization, options.to_data,
                   options.to_keys, options.to_passphrase_file, options.owner, options.really,
                   options.json});
}

HandoverWords handover_words(const Options& options) {
  HandoverWords words = options.handover;
  words.data = options.data;
  words.keys = options.keys;
  words.key_access = options.key_access;
  words.owner = options.owner;
  words.really = options.really;
  words.json = options.json;
  return words;
}

Result<std::string> run_handover_of(const Options& options) {
  ASSIGN_OR_RETURN(const OrganizationId organization, organization_of(options));
  return run_handover(handover_words(options), organization);
}

void add_server_options(CLI::App& command, Options& options) {
  command.add_option("--data", options.data, "The server's data directory; it must not run")
      ->capture_default_str();
  command.add_option("--keys", options.keys,
                     "The key ring's directory (default: keys in the data directory)");
  add_key_options(command, options.key_access);
}

void add_handover_commands(CLI::App& program, Options& options) {
  HandoverWords& words = options.handover;
  CLI::App* handover = program.add_subcommand("handover", "Hand it over to a successor, sealed");
  CLI::App* receive = program.add_subcommand("receive", "Take in what was handed over");
  CLI::App* verify = program.add_subcommand("verify-handover", "Check a package, without a key");
  CLI::App* key = program.add_subcommand("successor-key", "Make the key that it is sealed to");
  handover->footer(kFooter);
  for (CLI::App* command : {handover, receive}) {
    add_server_options(*command, options);
    command->add_flag("--really", options.really, "Do it; without this it only tells");
  }
  handover->add_option("--organization", options.organization, "Whose silo")->required();
  handover->add_option("--record", words.record, "The transfer record, a file of JSON");
  handover->add_option("-o,--output", words.package, "The package, a new directory")->required();
  handover->add_option("--purpose", words.purpose, "For what, in the policy's words")
      ->default_val("business_transfer");
  handover->add_option("--party", words.party, "To whom, in the policy's words")
      ->default_val("successor");
  for (CLI::App* command : {receive, verify}) {
    command->add_option("package", words.package, "The package's directory")->required();
    command->add_option("--giver", words.giver,
                        "The giver's journal key, from elsewhere: 64 hexadecimal digits");
  }
  receive->add_option("--owner", options.owner,
                      "Who owns it here: the address of an account. Without one it is taken in, "
                      "and registered when this is run again");
  for (CLI::App* command : {receive, key}) {
    command->add_option("--key-file", words.key_file, "The successor's secret key")->required();
  }
  for (CLI::App* command : {handover, receive, verify}) {
    command->add_flag("--json", options.json, "Answer in JSON");
  }
}

Result<std::string> run_command(const CLI::App& program, const Options& options) {
  if (program.got_subcommand("export")) return run_export(options);
  if (program.got_subcommand("delete")) return run_delete(options);
  if (program.got_subcommand("move")) return run_move_of(options);
  if (program.got_subcommand("handover")) return run_handover_of(options);
  if (program.got_subcommand("receive")) return run_receive(handover_words(options));
  if (program.got_subcommand("successor-key")) return run_successor_key(handover_words(options));
  return run_verify_handover(handover_words(options));
}

void add_commands(CLI::App& program, Options& options) {
  CLI::App* exported = program.add_subcommand("export", "Write all of it in the clear");
  CLI::App* deleted = program.add_subcommand("delete", "End its keys, then its files");
  CLI::App* moved = program.add_subcommand("move", "Move it to another data directory and ring");
  for (CLI::App* command : {exported, deleted, moved}) {
    add_server_options(*command, options);
    command->add_option("--organization", options.organization, "Whose silo")->required();
    command->add_flag("--json", options.json, "Answer in JSON");
  }
  exported->add_option("-o,--output", options.output, "A new file; - for the standard output")
      ->capture_default_str();
  exported->add_option("--purpose", options.purpose, "For what, in the policy's words")
      ->capture_default_str();
  exported->add_option("--party", options.party, "To whom, in the policy's words")
      ->capture_default_str();
  deleted->add_option("--name", options.name, "The organization's name, to be sure");
  moved
      ->add_option("--to-data", options.to_data, "Data directory of a server that was started once")
      ->required();
  moved->add_option("--to-keys", options.to_keys, "Its key ring's (default: keys in --to-data)");
  moved->add_option("--to-passphrase-file", options.to_passphrase_file,
                    "Where that ring's root comes from a passphrase; else HEED_NEW_PASSPHRASE or "
                    "HEED_NEW_ROOT_KEY");
  moved->add_option("--owner", options.owner, "Who owns it there: the address of an account there")
      ->required();
  for (CLI::App* command : {deleted, moved}) {
    command->add_flag("--really", options.really, "Do it; without this it only tells");
  }
}

}  // namespace

int silo_command(int argc, const char* const* argv) {
  CLI::App program("One organization's silo as a unit.", "heed silo");
  program.require_subcommand(1);
  program.footer(kFooter);
  Options options;
  add_commands(program, options);
  add_handover_commands(program, options);
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto answer = run_command(program, options);
  if (!answer) return report(answer.error(), options.json, "done");
  fmt::print("{}", *answer);
  return 0;
}

}  // namespace heed::app
