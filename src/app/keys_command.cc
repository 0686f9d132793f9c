#include "app/keys_command.h"

#include <fmt/core.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>

#include "app/arguments.h"
#include "app/key_access.h"
#include "app/policy_file.h"
#include "app/report.h"
#include "app/rotation_request.h"
#include "base/json.h"
#include "silo/keyring.h"
#include "silo/ring_backup.h"
#include "silo/silo.h"

namespace heed::app {
namespace {

constexpr const char* kFooter = R"(
What keys there are, what to back up for how long, and what a loss means: docs/KEYS.md.

Keep few backups of the ring and make one every day. When a person is erased, their key is
overwritten in the ring; a backup of the ring that is older still has it, and with any backup of the
data it reads what was erased. So an erasure is complete when the last such backup is gone:
--keep 7, made daily, means after a week. Backups of the data may be kept for years.

Examples:
  heed keys status                                   where the keys are, and how well they are kept
  heed keys backup --to /mnt/keys --keep 7           every day; the server may run
  heed keys rotate-root --dry-run                    would every key open?
  heed keys rotate-root --to-file                    a new root key; the server may run
  heed keys rotate-root --to-passphrase              stop the server first
  heed keys rotate-organization --organization 7x…   new data under a new key; stop the server first
  heed keys restore /mnt/keys/ring-20231114T221320.000Z --keys /srv/heed/keys)";

struct Options {
  std::string data = "heed-data";
  std::string keys;
  KeyAccess key_access;
  std::string to;
  std::size_t keep = 7;
  bool with_root = false;
  std::string backup;
  bool to_file = false;
  bool to_passphrase = false;
  bool to_environment = false;
  std::string new_passphrase_file;
  bool dry_run = false;
  std::string organization;
  bool json = false;
};

std::string ring_of(const Options& options) {
  std::string ring = options.keys.empty() ? options.data + "/keys" : options.keys;
  while (ring.size() > 1 && ring.ends_with('/')) ring.pop_back();
  return ring;
}

/// A ring is made by the server alone, never by a mistyped path.
Result<void> check_ring(const std::string& ring) {
  std::error_code ignored;
  if (std::filesystem::is_directory(ring + "/organizations", ignored)) return {};
  return fail(ErrorKind::kNotFound, ring + " is no key ring",
              "name the server's data directory with --data, or the ring with --keys");
}

/// On standard error, where somebody looks at it.
std::function<void(std::size_t, std::size_t)> progress(std::string_view what) {
  if (::isatty(STDERR_FILENO) == 0) return {};
  return [what](std::size_t done, std::size_t all) {
    fmt::print(stderr, "\r{} {} of {}{}", what, done, all, done >= all ? "\n" : "");
    static_cast<void>(std::fflush(stderr));
  };
}

// status ------------------------------------------------------------------------------------------

std::string_view in_words(silo::RootSource source) {
  switch (source) {
    case silo::RootSource::kFile: return "a file of the ring, root.key: guard it, it opens all";
    case silo::RootSource::kPassphrase: return "a passphrase, asked for at every start";
    case silo::RootSource::kEnvironment: return "HEED_ROOT_KEY, from the environment";
  }
  return "";
}

std::string backups_in_words(const silo::RingStatus& status) {
  if (status.backups.empty()) {
    return "Backups        none that this ring knows of: heed keys backup --to DIRECTORY\n";
  }
  std::string text =
      fmt::format("Backups        {} of {} in {}, the newest of {}\n", status.backups.size(),
                  status.keep, status.backups_in, format_time(status.backups.front().taken, 0));
  text += fmt::format("Erased keys    those erased before {} are in no backup of the ring\n",
                      format_time(status.backups.back().taken, 0));
  if (status.erased_now_gone) {
    text += fmt::format(
        "               one erased now is gone from all of them on {},\n"
        "               if backups go on at the pace of these\n",
        format_time(*status.erased_now_gone, 0));
  } else {
    text +=
        "               when one erased now is gone cannot be told: there is one backup alone\n";
  }
  return text;
}

std::string json_of(const std::string& ring, const silo::RingStatus& status) {
  JsonWriter out;
  out.begin_object()
      .member("keys", ring)
      .member("root", silo::name_of(status.source))
      .member("organizations", std::uint64_t{status.organizations})
      .member("rotation_unfinished", status.is_rotating)
      .member("backups_in", status.backups_in)
      .member("keep", std::uint64_t{status.keep})
      .member("erased_now_gone", status.erased_now_gone)
      .key("backups")
      .begin_array();
  for (const silo::RingBackup& one : status.backups) {
    out.begin_object()
        .member("path", one.path)
        .member("taken", one.taken)
        .member("root_key", one.has_root)
        .end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

Result<std::string> run_status(const Options& options) {
  const std::string ring = ring_of(options);
  if (auto there = check_ring(ring); !there) return std::unexpected(there.error());
  ASSIGN_OR_RETURN(const silo::RingStatus status, silo::ring_status(ring));
  if (options.json) return json_of(ring, status);
  std::string text = fmt::format("Key ring       {}\nRoot key       {}\nOrganizations  {}\n", ring,
                                 in_words(status.source), status.organizations);
  if (status.is_rotating) {
    text += "Rotation       one was stopped; the next start finishes it, or takes it back\n";
  }
  return text + backups_in_words(status);
}

// backup, restore ---------------------------------------------------------------------------------

Result<std::string> run_backup(const Options& options) {
  silo::RingBackupOptions asked{.keys = ring_of(options),
                                .to = options.to,
                                .keep = options.keep,
                                .with_root = options.with_root,
                                .giver = {},
                                .progress = progress("Copied")};
  if (auto there = check_ring(asked.keys); !there) return std::unexpected(there.error());
  ASSIGN_OR_RETURN(asked.giver, take_root(options.key_access));
  // Nobody is asked for a passphrase by a job that runs at night.
  if (asked.giver.first != silo::RootSource::kPassphrase) asked.giver.passphrase = nullptr;
  const SystemClock clock;
  ASSIGN_OR_RETURN(const silo::RingBackedUp done, silo::back_up_ring(asked, clock));
  if (options.json) {
    JsonWriter out;
    out.begin_object()
        .member("path", done.made.path)
        .member("taken", done.made.taken)
        .member("files", std::uint64_t{done.made.files})
        .member("root_key", done.made.has_root)
        .member("opened", done.opened)
        .key("removed")
        .begin_array();
    for (const std::string& path : done.removed) out.value(path);
    out.end_array().end_object();
    return out.take() + "\n";
  }
  std::string text = fmt::format(
      "{}: {} files, each read back{}.\n", done.made.path, done.made.files,
      done.opened ? ", and every key opened" : "; the root was not given, so no key was opened");
  for (const std::string& path : done.removed) text += "Overwritten and removed: " + path + "\n";
  if (done.made.has_root) {
    text += "The root key is in it: whoever has this directory and the data can read everything.\n";
  }
  return text;
}

Result<std::string> run_restore(const Options& options) {
  const std::string ring = ring_of(options);
  ASSIGN_OR_RETURN(const silo::RingBackup done, silo::restore_ring(options.backup, ring));
  if (options.json) {
    JsonWriter out;
    out.begin_object()
        .member("keys", ring)
        .member("taken", done.taken)
        .member("root_key", done.has_root)
        .end_object();
    return out.take() + "\n";
  }
  const bool lacks_root = !silo::describe_root(ring).has_value();
  return fmt::format("{} is as it was on {}.\n", ring, format_time(done.taken, 0)) +
         (lacks_root
              ? fmt::format("The root key is not in the backup: put {}/root.key there, mode 0600,\n"
                            "from its own backup before you start the server.\n",
                            ring)
              : "") +
         "Keys of people who were erased since then are in it again. The ledger of erasures in a\n"
         "silo erases them when it is opened: restore the newest data, not older ones.\n";
}

// rotation ----------------------------------------------------------------------------------------

silo::RootSource target(const Options& options) {
  if (options.to_passphrase) return silo::RootSource::kPassphrase;
  return options.to_environment ? silo::RootSource::kEnvironment : silo::RootSource::kFile;
}

std::string said(const Options& options, const std::string& text) {
  if (!options.json) return text + "\n";
  JsonWriter out;
  out.begin_object().member("done", true).member("say", text).end_object();
  return out.take() + "\n";
}

Result<std::string> run_rotate_root(const Options& options) {
  const std::string ring = ring_of(options);
  SystemRandom random;
  ASSIGN_OR_RETURN(const silo::RootGiver giver, take_root(options.key_access));
  ASSIGN_OR_RETURN(const silo::RootGiver next, take_new_root(options.new_passphrase_file));
  if (auto there = check_ring(ring); !there) return std::unexpected(there.error());
  ASSIGN_OR_RETURN(auto keyring, silo::Keyring::open(ring, random, giver));
  if (options.dry_run) {
    ASSIGN_OR_RETURN(const std::size_t count, keyring->check());
    return said(options, fmt::format("All {} keys open; each would be sealed anew under the new "
                                     "root key. Nothing was changed.",
                                     count));
  }
  const silo::RootSource to = target(options);
  auto done = keyring->rotate_root(to, next, {progress("Sealed"), {}});
  keyring.reset();  // a server could not change it while we have it open
  const bool is_in_use = !done && done.error().kind == ErrorKind::kConflict;
  if (is_in_use && to == silo::RootSource::kFile) done = ask_server_to_rotate(ring);
  if (!done) return std::unexpected(done.error());
  const std::string then = to == silo::RootSource::kFile
                               ? "back up " + ring + "/root.key, apart from the ring's backups"
                               : "keep it where a loss of this machine does not reach";
  return said(options, fmt::format("The root key is new ({}), and the one before opens nothing of "
                                   "the ring. Back up the ring now; {}.",
                                   silo::name_of(to), then));
}

Result<std::string> run_rotate_organization(const Options& options) {
  const auto organization = OrganizationId::parse(options.organization);
  if (!organization) {
    return fail(ErrorKind::kInvalid,
                fmt::format("--organization {}: this is no organization", options.organization),
                "give one of the names in " + options.data + "/silos");
  }
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kWarning, Log::standard_error());
  silo::StoreOptions store;
  store.data_directory = options.data;
  store.key_directory = ring_of(options);
  ASSIGN_OR_RETURN(store.root, take_root(options.key_access));
  if (auto there = check_ring(store.key_directory); !there) return std::unexpected(there.error());
  ASSIGN_OR_RETURN(store.policy, first_policy(""));
  ASSIGN_OR_RETURN(const auto opened, silo::Store::open(std::move(store), clock, random, log));
  if (auto done = opened->rotate_organization_key(*organization); !done) {
    return std::unexpected(done.error());
  }
  return said(options,
              "What is written from now on is sealed under a new key; what was written stays "
              "readable. Back up the ring now: an older backup of it cannot open what comes.");
}

// The words ---------------------------------------------------------------------------------------

void add_ring(CLI::App* command, Options& options) {
  command->add_option("--data", options.data, "The server's data directory")->capture_default_str();
  command->add_option("--keys", options.keys,
                      "The key ring's directory (default: keys in the data directory)");
  command->add_flag("--json", options.json, "Answer in JSON");
}

void add_backup(CLI::App& program, Options& options) {
  CLI::App* backup = program.add_subcommand(
      "backup", "Copy the ring, still wrapped, and overwrite the oldest copy; the server may run");
  add_ring(backup, options);
  add_key_options(*backup, options.key_access);
  backup->add_option("--to", options.to, "A directory on another disk, mode 0700")->required();
  backup
      ->add_option("--keep", options.keep,
                   "How many to keep, this one among them. Few: an erased person's key is in each "
                   "that was made before the erasure, until it is removed")
      ->capture_default_str();
  backup->add_flag(
      "--with-root", options.with_root,
      "Copy root.key too. Then the copy alone opens the data: better to keep that file "
      "apart");
}

void add_rotation(CLI::App& program, Options& options) {
  CLI::App* root = program.add_subcommand(
      "rotate-root", "Wrap every key under a new root key; no data is sealed anew");
  add_ring(root, options);
  add_key_options(*root, options.key_access);
  CLI::Option* file =
      root->add_flag("--to-file", options.to_file,
                     "The new root is a file of the ring (the default); the server may run");
  CLI::Option* passphrase = root->add_flag("--to-passphrase", options.to_passphrase,
                                           "The new root is a passphrase, at least 12 bytes");
  root->add_flag(
          "--to-environment", options.to_environment,
          "The new root is in HEED_NEW_ROOT_KEY, and in HEED_ROOT_KEY from the next start on")
      ->excludes(file)
      ->excludes(passphrase);
  passphrase->excludes(file);
  root->add_option("--new-passphrase-file", options.new_passphrase_file,
                   "A file with the new passphrase (also: HEED_NEW_PASSPHRASE, or the terminal)");
  root->add_flag("--dry-run", options.dry_run, "Open every key, change nothing");

  CLI::App* organization = program.add_subcommand(
      "rotate-organization", "Seal what is written from now on under a new key of an organization");
  add_ring(organization, options);
  add_key_options(*organization, options.key_access);
  organization->add_option("--organization", options.organization, "Whose")->required();
}

void add_commands(CLI::App& program, Options& options) {
  add_ring(program.add_subcommand("status", "Where the keys are, and how well they are kept"),
           options);
  add_backup(program, options);
  CLI::App* restore = program.add_subcommand("restore", "Put a backup of the ring where none is");
  add_ring(restore, options);
  restore->add_option("BACKUP", options.backup, "A directory that heed keys backup made")
      ->required();
  add_rotation(program, options);
}

Result<std::string> run(const CLI::App& program, const Options& options) {
  if (program.got_subcommand("status")) return run_status(options);
  if (program.got_subcommand("backup")) return run_backup(options);
  if (program.got_subcommand("restore")) return run_restore(options);
  if (program.got_subcommand("rotate-root")) return run_rotate_root(options);
  return run_rotate_organization(options);
}

}  // namespace

int keys_command(int argc, const char* const* argv) {
  CLI::App program("The keys that everything is sealed under.", "heed keys");
  program.require_subcommand(1);
  program.footer(kFooter);
  Options options;
  add_commands(program, options);
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto answer = run(program, options);
  if (!answer) return report(answer.error(), options.json, "done");
  fmt::print("{}", *answer);
  return 0;
}

}  // namespace heed::app
