#include "silo/backup_repository.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "silo/files.h"

namespace heed::silo {
namespace {

constexpr std::string_view kWhat = "{\"format\":\"heed backup repository\",\"version\":1}\n";
constexpr std::string_view kManifestEnding = ".json";
constexpr std::size_t kHashText = 64;

std::optional<std::uint64_t> generation_of(const std::string& name) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  if (!whole || number == 0 || number > kLastGeneration || std::to_string(number) != name) {
    return std::nullopt;
  }
  return number;
}

/// "the repository …" before what went wrong in one of its files.
std::unexpected<Error> about(const std::string& path, const Error& error) {
  return fail(error.kind, fmt::format("{}: {}", path, error.message), error.mend);
}

std::string marker(const std::string& directory) {
  return directory + "/heed-backup.json";
}

/// A repository on a disk that cannot be written has no other user who could change it.
Result<std::unique_ptr<FileLock>> lock(const std::string& directory, Repository::Use use) {
  auto taken = FileLock::take(directory + "/lock");
  if (taken) return taken;
  if (taken.error().kind == ErrorKind::kConflict) {
    return fail(ErrorKind::kConflict, "another process works on the repository " + directory,
                "wait until its backup, restore or check is done");
  }
  if (use == Repository::Use::kRead) return std::unique_ptr<FileLock>();
  return taken;
}

Result<void> check_marker(const std::string& directory) {
  const auto what = read_small_file(marker(directory));
  if (!what && what.error().kind == ErrorKind::kNotFound) {
    return fail(ErrorKind::kNotFound, directory + " is no repository of backups",
                "name the directory that heed backup create was given");
  }
  if (!what) return std::unexpected(what.error());
  if (*what == kWhat) return {};
  return fail(ErrorKind::kUnsupported, marker(directory) + " names a format that is not known here",
              "use the version of heed that made it");
}

}  // namespace

Result<std::unique_ptr<Repository>> Repository::open(const std::string& directory, Use use) {
  const bool fresh = use == Use::kWrite && !path_exists(marker(directory));
  if (fresh) {
    if (auto made = make_private_directory(directory); !made) return std::unexpected(made.error());
    const auto names = names_in(directory);
    const bool ours = std::ranges::all_of(names, [](const std::string& name) {
      return name == "lock" || name.starts_with("heed-backup.json");
    });
    if (!ours) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("{} is no repository of backups and not empty: it holds {}",
                              directory, names.front()),
                  "name an empty directory, or one that is not there yet");
    }
  } else if (auto known = check_marker(directory); !known) {
    return std::unexpected(known.error());
  }
  ASSIGN_OR_RETURN(auto held, lock(directory, use));
  auto repository = std::make_unique<Repository>(Opened{}, directory, std::move(held));
  if (use == Use::kRead) return repository;
  if (auto made = repository->make_directories(); !made) return std::unexpected(made.error());
  if (auto cleared = repository->remove_leftovers(); !cleared) {
    return std::unexpected(cleared.error());
  }
  return repository;
}

Result<void> Repository::make_directories() {
  for (const char* name : {"/files", "/generations", "/ledger", "/new"}) {
    if (auto made = make_private_directory(directory_ + name); !made) return made;
  }
  if (path_exists(marker(directory_))) return {};
  return write_small_file(marker(directory_), kWhat);
}

Result<void> Repository::remove_leftovers() {
  for (const std::string& name : names_in(directory_ + "/new")) {
    if (auto removed = remove_tree(directory_ + "/new/" + name); !removed) return removed;
  }
  for (const std::string& name : names_in(directory_ + "/generations")) {
    if (generation_of(name)) continue;
    if (auto removed = remove_tree(directory_ + "/generations/" + name); !removed) return removed;
  }
  return {};
}

std::string Repository::generation_path(std::uint64_t generation) const {
  return fmt::format("{}/generations/{}", directory_, generation);
}

std::string Repository::manifest_path(std::uint64_t generation, OrganizationId organization) const {
  return fmt::format("{}/{}{}", generation_path(generation), organization.text(), kManifestEnding);
}

std::string Repository::ledger_path(OrganizationId organization) const {
  return directory_ + "/ledger/" + organization.text();
}

std::string Repository::path_of(const Content& content) const {
  const std::string name = to_hex(content.hash);
  return fmt::format("{}/files/{}/{}", directory_, name.substr(0, 2), name);
}

bool Repository::holds(const Content& content) const {
  const auto facts = facts_of_file(path_of(content));
  return facts && facts->size == content.size;
}

std::vector<std::uint64_t> Repository::generations() const {
  std::vector<std::uint64_t> all;
  for (const std::string& name : names_in(directory_ + "/generations")) {
    if (const auto number = generation_of(name)) all.push_back(*number);
  }
  std::ranges::sort(all);
  return all;
}

std::vector<OrganizationId> Repository::organizations(std::uint64_t generation) const {
  std::vector<OrganizationId> all;
  for (const std::string& name : names_in(generation_path(generation))) {
    if (!name.ends_with(kManifestEnding)) continue;
    const auto id = OrganizationId::parse(name.substr(0, name.size() - kManifestEnding.size()));
    if (id) all.push_back(*id);
  }
  return all;
}

Result<SignedManifest> Repository::manifest(std::uint64_t generation,
                                            OrganizationId organization) const {
  const std::string path = manifest_path(generation, organization);
  ASSIGN_OR_RETURN(const Bytes text, read_file_up_to(path, kLargestManifest));
  auto read = decode_manifest(text);
  if (!read) return about(path, read.error());
  if (read->manifest.generation != generation || read->manifest.organization != organization) {
    return fail(ErrorKind::kCorrupt, path + " is the manifest of another backup",
                "take it from another copy of the repository");
  }
  return read;
}

Result<std::optional<SignedManifest>> Repository::newest(OrganizationId organization) const {
  const auto all = generations();
  for (auto generation = all.rbegin(); generation != all.rend(); ++generation) {
    if (!path_exists(manifest_path(*generation, organization))) continue;
    ASSIGN_OR_RETURN(auto found, manifest(*generation, organization));
    return std::optional(std::move(found));
  }
  return std::optional<SignedManifest>();
}

Result<KeptLedger> Repository::ledger(OrganizationId organization) const {
  const std::string path = ledger_path(organization);
  ASSIGN_OR_RETURN(const Bytes bytes, read_file_up_to(path, kLargestLedger));
  auto read = decode_ledger(bytes);
  if (!read) return about(path, read.error());
  if (read->ledger.organization != organization) {
    return fail(ErrorKind::kCorrupt, path + " is the ledger of another organization",
                "take it from another copy of the repository");
  }
  return read;
}

Result<Repository::Added> Repository::add(const std::string& file, const OnBlock& on_block) {
  const std::string fresh = fmt::format("{}/new/{}", directory_, next_new_++);
  ASSIGN_OR_RETURN(Content content, copy_file(file, fresh, on_block));
  const std::string path = path_of(content);
  if (holds(content)) {
    // Left by a backup that was killed, or of the same content: taken if it is what its name says,
    // replaced if its disk lost it.
    ASSIGN_OR_RETURN(const Content there, content_of_file(path, on_block));
    if (there == content) {
      if (auto removed = remove_tree(fresh); !removed) return std::unexpected(removed.error());
      return Added{std::move(content), false};
    }
  }
  const std::string directory = path.substr(0, path.rfind('/'));
  if (auto made = make_private_directory(directory); !made) return std::unexpected(made.error());
  if (auto renamed = rename_path(fresh, path); !renamed) return std::unexpected(renamed.error());
  unsynced_.insert(directory);
  unsynced_.insert(directory_ + "/files");
  return Added{std::move(content), true};
}

Result<void> Repository::keep_ledger(const KeptLedger& kept) {
  const std::string path = ledger_path(kept.ledger.organization);
  if (path_exists(path)) {
    ASSIGN_OR_RETURN(const KeptLedger there, ledger(kept.ledger.organization));
    if (there.ledger.erasures > kept.ledger.erasures) {
      return fail(
          ErrorKind::kConflict,
          fmt::format("the repository's ledger of {} holds {} erasures, the server's {}: "
                      "the server or its key ring came back from an older copy",
                      kept.ledger.organization.text(), there.ledger.erasures, kept.ledger.erasures),
          "bring back the newest key ring, or restore from this repository, which replays "
          "the erasures");
    }
    if (there == kept) return {};
  }
  return write_small_file(path, encode_ledger(kept));
}

Result<void> Repository::commit(std::uint64_t generation,
                                const std::vector<SignedManifest>& manifests,
                                const OnStep& on_step) {
  const std::string path = generation_path(generation);
  const std::string part = path + ".part";
  if (auto going = on_step({"syncing", directory_}); !going) return going;
  for (const std::string& directory : unsynced_) {
    if (auto synced = sync_directory(directory); !synced) return synced;
  }
  unsynced_.clear();
  if (auto made = make_private_directory(part); !made) return made;
  for (const SignedManifest& manifest : manifests) {
    const std::string name = manifest.manifest.organization.text() + std::string(kManifestEnding);
    if (auto going = on_step({"writing the manifest of", name}); !going) return going;
    auto written = write_small_file(part + "/" + name, encode_manifest(manifest));
    if (!written) return written;
  }
  if (auto going = on_step({"completing", path}); !going) return going;
  if (auto renamed = rename_path(part, path); !renamed) return renamed;
  return sync_directory(directory_ + "/generations");
}

Result<void> Repository::remove_generation(std::uint64_t generation, const OnStep& on_step) {
  const std::string path = generation_path(generation);
  // Renamed first: half a generation is never seen.
  if (auto going = on_step({"removing", path}); !going) return going;
  if (auto renamed = rename_path(path, path + ".pruned"); !renamed) return renamed;
  if (auto synced = sync_directory(directory_ + "/generations"); !synced) return synced;
  if (auto going = on_step({"removing", path + ".pruned"}); !going) return going;
  return remove_tree(path + ".pruned");
}

Result<PruneReport> Repository::prune(std::size_t keep, const OnStep& on_step) {
  require(keep > 0, "the newest backup is kept");
  auto all = generations();
  std::ranges::reverse(all);
  std::map<OrganizationId, std::size_t> newer;
  PruneReport report;
  for (const std::uint64_t generation : all) {
    const auto whose = organizations(generation);
    const bool superseded = std::ranges::all_of(
        whose, [&](OrganizationId organization) { return newer[organization] >= keep; });
    for (const OrganizationId organization : whose) ++newer[organization];
    if (!superseded) continue;
    if (auto removed = remove_generation(generation, on_step); !removed) {
      return std::unexpected(removed.error());
    }
    ++report.generations;
  }
  if (auto swept = sweep(report, on_step); !swept) return std::unexpected(swept.error());
  return report;
}

Result<PruneReport> Repository::drop(OrganizationId organization, const OnStep& on_step) {
  PruneReport report;
  for (const std::uint64_t generation : generations()) {
    const std::string path = manifest_path(generation, organization);
    if (!path_exists(path)) continue;
    if (auto going = on_step({"removing", path}); !going) return std::unexpected(going.error());
    if (auto removed = remove_tree(path); !removed) return std::unexpected(removed.error());
    if (auto synced = sync_directory(generation_path(generation)); !synced) {
      return std::unexpected(synced.error());
    }
    if (!organizations(generation).empty()) continue;
    if (auto removed = remove_generation(generation, on_step); !removed) {
      return std::unexpected(removed.error());
    }
    ++report.generations;
  }
  if (auto removed = remove_tree(ledger_path(organization)); !removed) {
    return std::unexpected(removed.error());
  }
  if (auto swept = sweep(report, on_step); !swept) return std::unexpected(swept.error());
  return report;
}

Result<std::set<Bytes>> Repository::referenced() const {
  std::set<Bytes> named;
  for (const std::uint64_t generation : generations()) {
    for (const OrganizationId organization : organizations(generation)) {
      ASSIGN_OR_RETURN(const SignedManifest read, manifest(generation, organization));
      for (const BackupFile& file : read.manifest.files) named.insert(file.content.hash);
    }
  }
  return named;
}

Result<void> Repository::sweep(PruneReport& report, const OnStep& on_step) {
  ASSIGN_OR_RETURN(const std::set<Bytes> named, referenced());
  for (const std::string& group : names_in(directory_ + "/files")) {
    for (const std::string& name : names_in(directory_ + "/files/" + group)) {
      const auto hash = from_hex(name);
      if (name.size() == kHashText && hash && named.contains(*hash)) continue;
      const std::string path = fmt::format("{}/files/{}/{}", directory_, group, name);
      if (auto going = on_step({"removing", path}); !going) return going;
      const auto facts = facts_of_file(path);
      if (auto removed = remove_tree(path); !removed) return removed;
      ++report.files;
      report.bytes += facts ? facts->size : 0;
    }
  }
  return {};
}

std::optional<BackupFinding> Repository::check_file(const BackupFile& file, const OnStep& on_step,
                                                    RepositoryCheck& check,
                                                    Result<void>& going) const {
  const std::string path = path_of(file.content);
  const std::string where = path.substr(directory_.size() + 1);
  const auto read = content_of_file(path, [&](std::uint64_t bytes) {
    check.bytes += bytes;
    return going = on_step({"hashing", path, check.bytes});
  });
  if (!going) return std::nullopt;
  ++check.files;
  if (read && *read == file.content) return std::nullopt;
  const bool missing = !read && read.error().kind == ErrorKind::kNotFound;
  std::string what = "its content is not what its name says";
  if (missing) what = "is missing";
  if (!read && !missing) what = "cannot be read: " + read.error().message;
  return BackupFinding{where, what + "; a backup needs it as " + file.path,
                       "copy it from another copy of the repository, or make a new backup while "
                       "the server still has it"};
}

void Repository::check_ledgers(const std::vector<SignedManifest>& newest,
                               RepositoryCheck& check) const {
  for (const SignedManifest& signed_one : newest) {
    const Manifest& manifest = signed_one.manifest;
    const std::string where = "ledger/" + manifest.organization.text();
    const auto kept = ledger(manifest.organization);
    const auto key = PublicKey::from_bytes(signed_one.key);
    std::optional<Error> wrong;
    if (!kept) wrong = kept.error();
    if (kept && key) {
      if (const auto verified = verify_ledger(*kept, *key); !verified) wrong = verified.error();
    }
    if (!wrong && kept->ledger.erasures < manifest.erasures) {
      wrong = Error{ErrorKind::kCorrupt,
                    fmt::format("it holds {} erasures, and generation {} knew {}",
                                kept->ledger.erasures, manifest.generation, manifest.erasures),
                    "take it from another copy of the repository"};
    }
    if (wrong) check.findings.push_back({where, wrong->message, wrong->mend});
  }
}

Result<RepositoryCheck> Repository::verify(const OnStep& on_step) const {
  RepositoryCheck check;
  std::map<OrganizationId, SignedManifest> newest;
  std::set<Bytes> seen;
  Result<void> going;
  for (const std::uint64_t generation : generations()) {
    ++check.generations;
    for (const OrganizationId organization : organizations(generation)) {
      ++check.manifests;
      auto read = manifest(generation, organization);
      if (!read) {
        const std::string path = manifest_path(generation, organization);
        check.findings.push_back(
            {path.substr(directory_.size() + 1), read.error().message, read.error().mend});
        continue;
      }
      for (const BackupFile& file : read->manifest.files) {
        if (!seen.insert(file.content.hash).second) continue;
        auto finding = check_file(file, on_step, check, going);
        if (!going) return std::unexpected(going.error());
        if (finding) check.findings.push_back(*std::move(finding));
      }
      newest.insert_or_assign(organization, *std::move(read));
    }
  }
  std::vector<SignedManifest> last;
  for (auto& [organization, manifest] : newest) last.push_back(std::move(manifest));
  check_ledgers(last, check);
  for (const std::string& group : names_in(directory_ + "/files")) {
    for (const std::string& name : names_in(directory_ + "/files/" + group)) {
      if (!seen.contains(from_hex(name).value_or(""))) ++check.unreferenced;
    }
  }
  return check;
}

}  // namespace heed::silo
