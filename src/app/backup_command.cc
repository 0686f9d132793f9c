#include "app/backup_command.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>

#include "app/arguments.h"
#include "app/files.h"
#include "app/offline_store.h"
#include "app/policy_file.h"
#include "app/progress.h"
#include "app/report.h"
#include "base/json.h"
#include "silo/restore_drill.h"

namespace heed::app {
namespace {

constexpr const char* kBackupFooter = R"(
A repository is a directory of plain files that hold ciphertext only; docs/BACKUP.md tells its
format. The key ring is not in it: copy that separately, and often.

Examples:
  heed backup create --data heed-data backups       while no server runs; otherwise
  heed serve --backup-to backups                    makes one a day
  heed backup verify backups                        reads every byte of it again
  heed backup list backups
  heed backup prune backups --keep 14
  heed restore backups --data restored --keys keys  brings the newest back
  heed drill backups --keys keys                    proves that nobody comes back with it)";

constexpr const char* kRestoreFooter = R"(
The directory must be empty or not there yet. The key ring must be there: it is in no backup.
Nothing takes its place before all hashes fit; what is interrupted can be run again. What was
erased after the backup is erased again when the server starts, before its port opens.

Examples:
  heed restore backups --data restored --keys keys --dry-run
  heed restore backups --data restored --keys keys --generation 12
  heed restore backups --data restored --keys keys --head head.json
  heed serve --data restored --keys keys)";

constexpr const char* kDrillFooter = R"(
Restores a generation, by chance if none is named, into a scratch directory, replays its erasures
and looks at every record, sample, journal entry and file. Exit status 1 if an erased subject's
item or a canary can be found. The scratch directory holds a copy of the key ring until the end.

Examples:
  heed drill backups --keys keys
  heed drill backups --keys keys-of-last-week --canary erased.txt --json)";

constexpr std::size_t kLongestHead = 64U << 10;
constexpr std::size_t kMostCanaries = 1U << 20;  // bytes of the file

struct Options {
  std::string data = "heed-data";
  std::string keys;
  std::string repository;
  std::vector<std::string> organizations;
  std::vector<std::string> heads;
  std::uint64_t generation = 0;
  std::size_t keep = 0;
  std::string scratch;
  std::string canaries;
  bool dry_run = false;
  bool json = false;
  KeyAccess key_access;
};

/// What a command prints, and its exit status.
struct Answer {
  std::string text;
  int status = 0;
};

std::string to_the_second(Time time) {
  return format_time(Time::from_seconds(time.seconds()), 0);
}

void write_pruned(JsonWriter& out, const silo::PruneReport& pruned) {
  out.key("pruned")
      .begin_object()
      .member("generations", pruned.generations)
      .member("files", pruned.files)
      .member("bytes", pruned.bytes)
      .end_object();
}

std::string in_words(const silo::PruneReport& pruned) {
  return fmt::format("Removed {} generations and {} files ({}).\n", pruned.generations,
                     pruned.files, in_bytes(pruned.bytes));
}

std::string in_json(const silo::BackupReport& made) {
  JsonWriter out;
  out.begin_object().member("generation", made.generation).key("organizations").begin_array();
  for (const OrganizationId organization : made.organizations) out.value(organization.text());
  out.end_array()
      .member("files", made.files)
      .member("bytes", made.bytes)
      .member("copied_files", made.copied_files)
      .member("copied_bytes", made.copied_bytes);
  write_pruned(out, made.pruned);
  out.key("failed").begin_array();
  for (const auto& failed : made.failed) {
    out.begin_object()
        .member("organization", failed.organization.text())
        .member("why", failed.why.message)
        .member("mend", failed.why.mend)
        .end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

std::string in_words(const silo::BackupReport& made) {
  std::string text = fmt::format(
      "Generation {} holds {} organizations: {} files, {}.\n"
      "New in the repository: {} files, {}.\n",
      made.generation, made.organizations.size(), made.files, in_bytes(made.bytes),
      made.copied_files, in_bytes(made.copied_bytes));
  if (made.pruned.generations + made.pruned.files > 0) text += in_words(made.pruned);
  for (const auto& failed : made.failed) {
    text += fmt::format("NOT in it: {}: {}\n      {}\n", failed.organization.text(),
                        failed.why.message, failed.why.mend);
  }
  return text;
}

Result<Answer> run_create(const Options& options) {
  ASSIGN_OR_RETURN(const auto opened, open_offline(options.data, options.keys, options.key_access));
  silo::BackupOptions backup{options.repository, options.data, {}, options.keep};
  ASSIGN_OR_RETURN(backup.organizations, parse_organizations(options.organizations));
  Progress progress(opened->clock);
  ASSIGN_OR_RETURN(const silo::BackupReport made,
                   silo::create_backup(*opened->store, backup, opened->clock, std::ref(progress)));
  return Answer{options.json ? in_json(made) : in_words(made), made.failed.empty() ? 0 : 1};
}

std::string in_json(const silo::RepositoryCheck& check) {
  JsonWriter out;
  out.begin_object()
      .member("holds", check.findings.empty())
      .member("generations", check.generations)
      .member("manifests", check.manifests)
      .member("files", check.files)
      .member("bytes", check.bytes)
      .member("unreferenced", check.unreferenced)
      .key("findings")
      .begin_array();
  for (const silo::BackupFinding& finding : check.findings) {
    out.begin_object()
        .member("where", finding.where)
        .member("what", finding.what)
        .member("mend", finding.mend)
        .end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

std::string in_words(const silo::RepositoryCheck& check) {
  std::string text =
      fmt::format("{} generations with {} manifests: {} files, {}, {}\n", check.generations,
                  check.manifests, check.files, in_bytes(check.bytes),
                  check.findings.empty() ? "all of them whole." : "NOT all whole:");
  for (const silo::BackupFinding& finding : check.findings) {
    text += fmt::format("  {}: {}\n      {}\n", finding.where, finding.what, finding.mend);
  }
  if (check.unreferenced > 0) {
    text += fmt::format("{} files are named by no manifest; pruning removes them.\n",
                        check.unreferenced);
  }
  return text;
}

Result<Answer> run_verify(const Options& options) {
  ASSIGN_OR_RETURN(const auto repository,
                   silo::Repository::open(options.repository, silo::Repository::Use::kRead));
  const SystemClock clock;
  Progress progress(clock);
  ASSIGN_OR_RETURN(const silo::RepositoryCheck check, repository->verify(std::ref(progress)));
  return Answer{options.json ? in_json(check) : in_words(check), check.findings.empty() ? 0 : 1};
}

std::uint64_t bytes_of(const silo::Manifest& manifest) {
  std::uint64_t bytes = 0;
  for (const silo::BackupFile& file : manifest.files) bytes += file.content.size;
  return bytes;
}

void list_one(const silo::Repository& repository, std::uint64_t generation,
              OrganizationId organization, JsonWriter& out, std::string& text) {
  out.begin_object().member("generation", generation).member("organization", organization.text());
  text += fmt::format("{:>6}  {}  ", generation, organization.text());
  if (const auto read = repository.manifest(generation, organization)) {
    const silo::Manifest& manifest = read->manifest;
    const std::uint64_t bytes = bytes_of(manifest);
    text += fmt::format("{}  {:>8}  {} files, journal of {}, {} erasures\n",
                        to_the_second(manifest.time), in_bytes(bytes), manifest.files.size(),
                        manifest.head.head.entries, manifest.erasures);
    out.member("time", manifest.time)
        .member("files", std::uint64_t{manifest.files.size()})
        .member("bytes", bytes)
        .member("entries", manifest.head.head.entries)
        .member("erasures", manifest.erasures)
        .member("policy", std::uint64_t{manifest.policy});
  } else {
    text += read.error().message + "\n";
    out.member("why", read.error().message).member("mend", read.error().mend);
  }
  out.end_object();
}

Result<Answer> run_list(const Options& options) {
  ASSIGN_OR_RETURN(const auto repository,
                   silo::Repository::open(options.repository, silo::Repository::Use::kRead));
  JsonWriter out;
  out.begin_array();
  std::string text;
  for (const std::uint64_t generation : repository->generations()) {
    for (const OrganizationId organization : repository->organizations(generation)) {
      list_one(*repository, generation, organization, out, text);
    }
  }
  out.end_array();
  if (text.empty()) text = "There is no backup in it yet.\n";
  return Answer{options.json ? out.take() + "\n" : text};
}

Result<Answer> run_prune(const Options& options) {
  ASSIGN_OR_RETURN(const auto repository,
                   silo::Repository::open(options.repository, silo::Repository::Use::kWrite));
  ASSIGN_OR_RETURN(const auto dropped, parse_organizations(options.organizations));
  const SystemClock clock;
  Progress progress(clock);
  silo::PruneReport pruned;
  if (dropped.empty() && options.keep == 0) {
    return fail(ErrorKind::kInvalid, "there is nothing that says what to remove",
                "say --keep N, or --organization for one whose backups all go");
  }
  for (const OrganizationId organization : dropped) {
    ASSIGN_OR_RETURN(const auto gone, repository->drop(organization, std::ref(progress)));
    pruned.generations += gone.generations;
    pruned.files += gone.files;
    pruned.bytes += gone.bytes;
  }
  if (dropped.empty()) {
    ASSIGN_OR_RETURN(pruned, repository->prune(options.keep, std::ref(progress)));
  }
  if (!options.json) return Answer{in_words(pruned)};
  JsonWriter out;
  write_pruned(out.begin_object(), pruned);
  out.end_object();
  return Answer{out.take() + "\n"};
}

void write_restored(JsonWriter& out, const silo::RestoreReport& report) {
  out.member("generation", report.generation)
      .member("time", report.time)
      .member("files", report.files)
      .member("bytes", report.bytes)
      .key("silos")
      .begin_array();
  for (const silo::RestoredSilo& silo : report.silos) {
    out.begin_object()
        .member("organization", silo.organization.text())
        .member("files", silo.files)
        .member("bytes", silo.bytes)
        .member("entries", silo.entries)
        .member("erasures", silo.erasures)
        .member("known_then", silo.known_then)
        .end_object();
  }
  out.end_array().key("warnings").begin_array();
  for (const std::string& warning : report.warnings) out.value(warning);
  out.end_array();
}

std::string in_words(const silo::RestoreReport& report, const Options& options) {
  std::string text = fmt::format("Generation {} of {}{}: {} files, {}.\n", report.generation,
                                 to_the_second(report.time),
                                 options.dry_run ? " would be restored" : " is restored",
                                 report.files, in_bytes(report.bytes));
  for (const silo::RestoredSilo& silo : report.silos) {
    text += fmt::format(
        "  {}  {} files, {}, journal of {}; {} erasures to replay, {} of them "
        "younger than the backup\n",
        silo.organization.text(), silo.files, in_bytes(silo.bytes), silo.entries, silo.erasures,
        silo.erasures - silo.known_then);
  }
  for (const std::string& warning : report.warnings) text += "Warning: " + warning + "\n";
  if (options.dry_run) return text + "Nothing was written.\n";
  return text + fmt::format(
                    "The erasures are replayed when it is started: heed serve --data {}{}\n",
                    options.data, options.keys.empty() ? std::string() : " --keys " + options.keys);
}

Result<std::vector<std::string>> read_heads(const std::vector<std::string>& paths) {
  std::vector<std::string> heads;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::string head, read_text(path, kLongestHead));
    heads.push_back(std::move(head));
  }
  return heads;
}

Result<Answer> run_restore(const Options& options) {
  silo::RestoreOptions asked;
  asked.repository = options.repository;
  asked.data_directory = options.data;
  asked.key_directory = key_directory(options.data, options.keys);
  asked.generation = options.generation;
  ASSIGN_OR_RETURN(asked.organizations, parse_organizations(options.organizations));
  ASSIGN_OR_RETURN(asked.heads, read_heads(options.heads));
  asked.dry_run = options.dry_run;
  ASSIGN_OR_RETURN(asked.root, take_root(options.key_access));
  const SystemClock clock;
  SystemRandom random;
  Progress progress(clock);
  ASSIGN_OR_RETURN(const silo::RestoreReport report,
                   silo::restore(asked, clock, random, std::ref(progress)));
  if (!options.json) return Answer{in_words(report, options)};
  JsonWriter out;
  write_restored(out.begin_object().member("dry_run", options.dry_run), report);
  out.end_object();
  return Answer{out.take() + "\n"};
}

std::string in_json(const silo::DrillReport& report) {
  JsonWriter out;
  out.begin_object()
      .member("passed", report.passed())
      .member("erasures", report.erasures)
      .member("records", report.records)
      .member("subjects", report.subjects)
      .member("blobs", report.blobs)
      .member("samples", report.samples)
      .member("entries", report.entries)
      .member("files", report.files)
      .member("bytes", report.bytes)
      .key("restored")
      .begin_object();
  write_restored(out, report.restored);
  out.end_object().key("not_seen").begin_array();
  for (const std::string& what : report.not_seen) out.value(what);
  out.end_array().key("findings").begin_array();
  for (const auto& finding : report.findings) {
    out.begin_object().member("where", finding.where).member("what", finding.what).end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

std::string in_words(const silo::DrillReport& report) {
  std::string text = fmt::format(
      "Generation {} of {} was restored and its {} erasures replayed.\n"
      "Looked at {} records of {} subjects with {} blobs, {} samples, {} journal entries and {} "
      "files ({}).\n",
      report.restored.generation, to_the_second(report.restored.time), report.erasures,
      report.records, report.subjects, report.blobs, report.samples, report.entries, report.files,
      in_bytes(report.bytes));
  for (const std::string& what : report.not_seen) text += "Not looked at: " + what + "\n";
  for (const auto& finding : report.findings) {
    text += fmt::format("FOUND in {}: {}\n", finding.where, finding.what);
  }
  return text + (report.passed() ? "Nothing came back.\n" : "Something came back.\n");
}

/// One a line.
Result<std::vector<std::string>> read_canaries(const std::string& path) {
  std::vector<std::string> canaries;
  if (path.empty()) return canaries;
  ASSIGN_OR_RETURN(const std::string text, read_text(path, kMostCanaries));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) canaries.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return canaries;
}

Result<Answer> run_drill(const Options& options) {
  silo::DrillOptions asked;
  SystemRandom random;
  asked.repository = options.repository;
  asked.key_directory = key_directory(options.data, options.keys);
  asked.scratch_directory = options.scratch;
  if (asked.scratch_directory.empty()) {
    asked.scratch_directory =
        (std::filesystem::temp_directory_path() / ("heed-drill-" + to_hex(random.bytes(8))))
            .string();
  }
  asked.generation = options.generation;
  ASSIGN_OR_RETURN(asked.organizations, parse_organizations(options.organizations));
  ASSIGN_OR_RETURN(asked.heads, read_heads(options.heads));
  ASSIGN_OR_RETURN(asked.canaries, read_canaries(options.canaries));
  ASSIGN_OR_RETURN(asked.policy, first_policy(""));
  ASSIGN_OR_RETURN(asked.root, take_root(options.key_access));
  const SystemClock clock;
  Progress progress(clock);
  ASSIGN_OR_RETURN(const silo::DrillReport report,
                   silo::drill(asked, clock, random, std::ref(progress)));
  return Answer{options.json ? in_json(report) : in_words(report), report.passed() ? 0 : 1};
}

void add_repository(CLI::App* command, Options& options) {
  command->add_option("REPOSITORY", options.repository, "The repository's directory")->required();
  command->add_flag("--json", options.json, "Answer in JSON");
}

void add_choice(CLI::App* command, Options& options) {
  command->add_option("--organization", options.organizations,
                      "Only this one; may be given several times");
}

void add_source(CLI::App* command, Options& options, const char* data) {
  command->add_option("--data", options.data, data)->capture_default_str();
  command->add_option("--keys", options.keys,
                      "The key ring's directory (default: keys in the data directory)");
  add_key_options(*command, options.key_access);
}

void add_generation(CLI::App* command, Options& options, const char* otherwise) {
  command->add_option("--generation", options.generation, otherwise);
  command->add_option("--head", options.heads,
                      "A head that somebody kept, as heed journal head writes it: refuse a ledger "
                      "of erasures that is older");
}

void add_commands(CLI::App& program, Options& options) {
  CLI::App* create = program.add_subcommand("create", "Make a backup of all silos");
  add_repository(create, options);
  add_source(create, options, "The server's data directory; it must not run");
  add_choice(create, options);
  create->add_option("--keep", options.keep,
                     "Then remove all but so many of the newest generations");
  CLI::App* verify = program.add_subcommand("verify", "Read and hash everything again");
  add_repository(verify, options);
  CLI::App* list = program.add_subcommand("list", "Which generation holds what");
  add_repository(list, options);
  CLI::App* prune = program.add_subcommand("prune", "Remove old generations and unused files");
  add_repository(prune, options);
  prune->add_option("--keep", options.keep, "How many of the newest generations stay");
  prune->add_option("--organization", options.organizations,
                    "Remove every backup of this one, which was deleted");
}

Result<Answer> run_backup(const CLI::App& program, const Options& options) {
  if (program.got_subcommand("create")) return run_create(options);
  if (program.got_subcommand("verify")) return run_verify(options);
  if (program.got_subcommand("list")) return run_list(options);
  return run_prune(options);
}

using Run = std::function<Result<Answer>()>;

int run_program(CLI::App& program, int argc, const char* const* argv, const Options& options,
                const Run& run) {
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto answer = run();
  if (!answer) return report(answer.error(), options.json, "done");
  fmt::print("{}", answer->text);
  return answer->status;
}

}  // namespace

int backup_command(int argc, const char* const* argv) {
  CLI::App program("Copies of the silos that hold ciphertext only.", "heed backup");
  program.require_subcommand(1);
  program.footer(kBackupFooter);
  Options options;
  add_commands(program, options);
  return run_program(program, argc, argv, options, [&] { return run_backup(program, options); });
}

int restore_command(int argc, const char* const* argv) {
  CLI::App program("Bring silos back from a repository of backups.", "heed restore");
  program.footer(kRestoreFooter);
  Options options;
  add_repository(&program, options);
  add_source(&program, options, "Where to; empty, or not there yet");
  add_choice(&program, options);
  add_generation(&program, options, "Which backup (default: the newest)");
  program.add_flag("--dry-run", options.dry_run,
                   "Check, tell what would be written, write nothing");
  return run_program(program, argc, argv, options, [&] { return run_restore(options); });
}

int drill_command(int argc, const char* const* argv) {
  CLI::App program("Show that a restored backup brings back nothing that was erased.",
                   "heed drill");
  program.footer(kDrillFooter);
  Options options;
  add_repository(&program, options);
  add_source(&program, options, "The data directory, where the key ring is looked for in it");
  add_choice(&program, options);
  add_generation(&program, options, "Which backup (default: any one, by chance)");
  program.add_option("--scratch", options.scratch,
                     "Where to restore; not there yet (default: in the directory for temporary "
                     "files)");
  program.add_option("--canary", options.canaries,
                     "A file of texts, one a line, that were erased and must be found nowhere");
  return run_program(program, argc, argv, options, [&] { return run_drill(options); });
}

}  // namespace heed::app
