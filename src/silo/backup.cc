#include "silo/backup.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace heed::silo {
namespace {

/// Files below `directory`, by their paths from there, sorted.
Result<std::vector<std::string>> files_below(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code failed;
  std::filesystem::recursive_directory_iterator walk(directory, failed);
  for (; !failed && walk != std::filesystem::recursive_directory_iterator();
       walk.increment(failed)) {
    if (walk->is_directory(failed)) continue;
    paths.push_back(walk->path().string().substr(directory.size() + 1));
  }
  if (failed) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("listing {}: {}", directory, failed.message()));
  }
  if (paths.size() > kMostBackupFiles) {
    return fail(ErrorKind::kExhausted,
                fmt::format("{} holds more than {} files", directory, kMostBackupFiles));
  }
  std::ranges::sort(paths);
  return paths;
}

/// A table of the database never changes under its name, date and size.
bool never_changes(const std::string& path) {
  return path.ends_with(".sst");
}

/// The head first: what it speaks of, the ledger and the checkpoint hold.
Result<KeptLedger> signed_ledger(const Silo& silo, SignedHead head) {
  KeptLedger kept{{}, std::move(head), {}};
  const Bytes bytes = silo.erasure_ledger();
  kept.ledger = Ledger{silo.organization(), silo.erasures(), bytes};
  ASSIGN_OR_RETURN(kept.signature, silo.sign_backup(ledger_statement(kept)));
  return kept;
}

/// One backup, silo by silo.
class Backup {
 public:
  Backup(Store& store, const BackupOptions& options, Repository& repository, const Clock& clock,
         const OnStep& on_step)
      : store_(store),
        options_(options),
        repository_(repository),
        clock_(clock),
        on_step_(on_step) {
    const auto before = repository.generations();
    report_.generation = before.empty() ? 1 : before.back() + 1;
  }

  Result<BackupReport> run() {
    if (report_.generation > kLastGeneration) {
      return fail(ErrorKind::kExhausted, "the repository has had all its generations",
                  "begin a new repository");
    }
    const auto organizations =
        options_.organizations.empty() ? store_.organizations() : options_.organizations;
    std::vector<SignedManifest> manifests;
    for (const OrganizationId organization : organizations) {
      auto made = copy_silo(organization);
      if (stopped_) return std::unexpected(*stopped_);
      if (!made) {
        report_.failed.push_back({organization, std::move(made).error()});
        continue;
      }
      report_.organizations.push_back(organization);
      manifests.push_back(*std::move(made));
    }
    if (manifests.empty()) {
      if (!report_.failed.empty()) return std::unexpected(report_.failed.front().why);
      return fail(ErrorKind::kNotFound, "there is no silo to copy");
    }
    if (auto done = repository_.commit(report_.generation, manifests, on_step_); !done) {
      return std::unexpected(done.error());
    }
    if (options_.keep > 0) {
      ASSIGN_OR_RETURN(report_.pruned, repository_.prune(options_.keep, on_step_));
    }
    return std::move(report_);
  }

 private:
  Result<void> step(std::string_view doing, std::string_view what) {
    auto going = on_step_({doing, what, moved_, to_move_});
    if (!going) stopped_ = going.error();
    return going;
  }

  Result<SignedManifest> copy_silo(OrganizationId organization) {
    const std::string name = organization.text();
    const std::string checkpoint = checkpoint_directory(options_.data_directory) + "/" + name;
    auto manifest = copy_checkpoint(organization, checkpoint);
    // As a kill would leave it: the next opening or backup removes it.
    if (stopped_) return manifest;
    if (auto removed = remove_tree(checkpoint); !removed) return std::unexpected(removed.error());
    return manifest;
  }

  Result<SignedManifest> copy_checkpoint(OrganizationId organization,
                                         const std::string& checkpoint) {
    const std::string name = organization.text();
    ASSIGN_OR_RETURN(const auto silo, store_.silo(organization));
    ASSIGN_OR_RETURN(SignedHead head, silo->journal_head());
    if (auto going = step("taking a checkpoint of", name); !going) {
      return std::unexpected(going.error());
    }
    if (auto cleared = remove_tree(checkpoint); !cleared) return std::unexpected(cleared.error());
    auto made = make_private_directory(checkpoint_directory(options_.data_directory));
    if (made) made = silo->checkpoint(checkpoint);
    if (!made) return std::unexpected(made.error());
    ASSIGN_OR_RETURN(const KeptLedger kept, signed_ledger(*silo, head));
    ASSIGN_OR_RETURN(const auto previous, repository_.newest(organization));
    Manifest manifest;
    manifest.organization = organization;
    manifest.generation = report_.generation;
    manifest.previous = previous ? previous->manifest.generation : 0;
    manifest.time = clock_.now();
    manifest.head = std::move(head);
    manifest.erasures = kept.ledger.erasures;
    manifest.ledger_hash = sha256(kept.ledger.bytes);
    if (auto added = add_all(manifest, checkpoint, previous); !added) {
      return std::unexpected(added.error());
    }
    // Before a manifest that counts its erasures.
    if (auto going = step("keeping the ledger of", name); !going) {
      return std::unexpected(going.error());
    }
    if (auto done = repository_.keep_ledger(kept); !done) return std::unexpected(done.error());
    return sign(*silo, std::move(manifest));
  }

  static Result<SignedManifest> sign(const Silo& silo, Manifest manifest) {
    ASSIGN_OR_RETURN(Bytes signature, silo.sign_backup(manifest_statement(manifest)));
    return SignedManifest{std::move(manifest), silo.journal_key().bytes(), std::move(signature)};
  }

  Result<void> add_all(Manifest& manifest, const std::string& checkpoint,
                       const std::optional<SignedManifest>& previous) {
    std::map<std::string, const BackupFile*> known;
    if (previous) {
      for (const BackupFile& file : previous->manifest.files) known[file.path] = &file;
    }
    ASSIGN_OR_RETURN(const auto tables, files_below(checkpoint));
    // The policy after the checkpoint, which then holds no item of a version that is not here.
    manifest.policy = store_.book()->current().number;
    const std::string policy = options_.data_directory + "/policy";
    ASSIGN_OR_RETURN(const auto versions, files_below(policy));
    std::vector<std::pair<std::string, std::string>> all;  // path below the data, and where it is
    for (const std::string& file : versions) {
      // One that is being written now.
      if (!file.ends_with(".new")) all.emplace_back("policy/" + file, policy + "/" + file);
    }
    const std::string prefix = fmt::format("silos/{}/", manifest.organization.text());
    for (const std::string& file : tables) all.emplace_back(prefix + file, checkpoint + "/" + file);
    moved_ = 0;
    to_move_ = 0;
    for (const auto& [path, from] : all) {
      if (const auto facts = facts_of_file(from)) to_move_ += facts->size;
    }
    for (const auto& [path, from] : all) {
      const auto found = known.find(path);
      const BackupFile* before = found == known.end() ? nullptr : found->second;
      ASSIGN_OR_RETURN(BackupFile file, add_one(path, from, before));
      ++report_.files;
      report_.bytes += file.content.size;
      manifest.files.push_back(std::move(file));
    }
    return {};
  }

  Result<BackupFile> add_one(const std::string& path, const std::string& from,
                             const BackupFile* before) {
    ASSIGN_OR_RETURN(const FileFacts facts, facts_of_file(from));
    if (before != nullptr && never_changes(path) && before->content.size == facts.size &&
        before->changed == facts.changed && repository_.holds(before->content)) {
      moved_ += facts.size;
      return *before;
    }
    if (auto going = step("copying", path); !going) return std::unexpected(going.error());
    ASSIGN_OR_RETURN(Repository::Added added, repository_.add(from, [&](std::uint64_t bytes) {
      moved_ += bytes;
      return step("copying", path);
    }));
    if (added.copied) {
      ++report_.copied_files;
      report_.copied_bytes += added.content.size;
    }
    return BackupFile{path, std::move(added.content), facts.changed};
  }

  Store& store_;
  const BackupOptions& options_;
  Repository& repository_;
  const Clock& clock_;
  const OnStep& on_step_;
  BackupReport report_;
  std::uint64_t moved_ = 0;
  std::uint64_t to_move_ = 0;
  std::optional<Error> stopped_;
};

}  // namespace

Result<BackupReport> create_backup(Store& store, const BackupOptions& options, const Clock& clock,
                                   const OnStep& on_step) {
  ASSIGN_OR_RETURN(const auto repository,
                   Repository::open(options.repository, Repository::Use::kWrite));
  return Backup(store, options, *repository, clock, on_step).run();
}

Result<void> update_ledger(const std::string& repository, const Silo& silo) {
  if (!path_exists(repository + "/heed-backup.json")) return {};
  ASSIGN_OR_RETURN(const auto opened, Repository::open(repository, Repository::Use::kWrite));
  ASSIGN_OR_RETURN(SignedHead head, silo.journal_head());
  ASSIGN_OR_RETURN(const KeptLedger kept, signed_ledger(silo, std::move(head)));
  return opened->keep_ledger(kept);
}

std::string checkpoint_directory(const std::string& data_directory) {
  return data_directory + "/checkpoints";
}

}  // namespace heed::silo
