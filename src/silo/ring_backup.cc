#include "silo/ring_backup.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/crypto.h"
#include "base/json.h"
#include "silo/files.h"
#include "silo/key_wrap.h"
#include "silo/keyring.h"

namespace heed::silo {
namespace {

constexpr std::string_view kPrefix = "ring-";
constexpr std::string_view kUnfinished = ".ring-";
constexpr std::size_t kMostKept = 365;
/// A file that changes while it is copied is copied again so many times.
constexpr int kTries = 10;

std::unexpected<Error> failure(std::string_view doing, const std::string& path) {
  return fail(ErrorKind::kUnavailable, fmt::format("{} {}: {}", doing, path, std::strerror(errno)));
}

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct Digest {
  std::uint64_t size = 0;
  Bytes sha256;
  bool operator==(const Digest&) const = default;
};

/// Reads to the end; writes what it reads to `copy` if there is one.
Result<Digest> read_through(const std::string& path, std::FILE* copy) {
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) return failure("opening", path);
  Sha256 hash;
  Digest digest;
  Bytes part(1U << 16, '\0');
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), file.get())) {
    hash.update(BytesView(part).substr(0, got));
    digest.size += got;
    if (copy != nullptr && std::fwrite(part.data(), 1, got, copy) != got) {
      return failure("copying", path);
    }
  }
  if (std::ferror(file.get()) != 0) return failure("reading", path);
  digest.sha256 = hash.finish();
  return digest;
}

/// Slots of subjects are overwritten in place, and a copy must not hold half of one: so what was
/// copied is what the file holds before and after, or it is copied again.
Result<Digest> copy_file(const std::string& from, const std::string& to) {
  for (int i = 0; i < kTries; ++i) {
    const int descriptor = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const File copy(descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb"));
    if (!copy) return failure("making", to);
    ASSIGN_OR_RETURN(const Digest copied, read_through(from, copy.get()));
    if (std::fflush(copy.get()) != 0 || ::fsync(descriptor) != 0) return failure("writing", to);
    ASSIGN_OR_RETURN(const Digest after, read_through(from, nullptr));
    if (after != copied) continue;
    ASSIGN_OR_RETURN(const Digest written, read_through(to, nullptr));
    if (written == copied) return copied;
    return fail(ErrorKind::kCorrupt, to + " does not read back as it was written",
                "check the disk that the backup is made to");
  }
  return fail(ErrorKind::kUnavailable, from + " changes faster than it can be copied",
              "try again when less is written");
}

/// What belongs to a ring, by its path within it. Not what a write that was stopped left behind.
std::vector<std::string> files_of(const std::string& keys, bool with_root) {
  std::vector<std::string> files;
  for (const char* name : {"root.source", "rotation"}) {
    if (path_exists(keys + "/" + name)) files.emplace_back(name);
  }
  if (with_root && !path_exists(keys + "/root.source")) files.emplace_back("root.key");
  for (const std::string& name : names_in(keys + "/organizations")) {
    if (!name.ends_with(".new") && !name.ends_with(".old")) {
      files.push_back("organizations/" + name);
    }
  }
  return files;
}

Result<void> remove_whole(const std::string& directory) {
  for (const std::string& part : {directory + "/organizations", directory}) {
    for (const std::string& name : names_in(part)) {
      const std::string path = part + "/" + name;
      if (path == directory + "/organizations") continue;
      if (auto gone = shred_file(path); !gone) return gone;
    }
    if (::rmdir(part.c_str()) != 0 && errno != ENOENT) return failure("removing", part);
  }
  return sync_directory(directory.substr(0, directory.rfind('/')));
}

/// "20231114T221320.000Z": sorts as time does.
std::string name_for(Time taken) {
  std::string name = format_time(taken);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name;
}

struct Manifest {
  RingBackup backup;
  std::vector<std::pair<std::string, Digest>> files;
};

std::string text_of(const Manifest& manifest) {
  JsonWriter out;
  out.begin_object()
      .member("taken", manifest.backup.taken)
      .member("root_key", manifest.backup.has_root)
      .key("files")
      .begin_array();
  for (const auto& [name, digest] : manifest.files) {
    out.begin_object()
        .member("name", name)
        .member("size", digest.size)
        .member("sha256", to_hex(digest.sha256))
        .end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

std::unexpected<Error> no_backup(const std::string& path) {
  return fail(ErrorKind::kCorrupt, path + " is no whole backup of a key ring",
              "take another one of the backups");
}

/// A name within the ring: nothing that leads out of the directory.
bool is_ring_file(std::string_view name) {
  if (name.starts_with("organizations/")) name.remove_prefix(14);
  return !name.empty() && name.find('/') == std::string_view::npos && !name.starts_with('.');
}

Result<std::pair<std::string, Digest>> file_of(const Json& entry, const std::string& path) {
  const Json* const size = entry.find("size");
  const auto name = required_string(entry, "name");
  const auto hash = required_string(entry, "sha256");
  const auto bytes = size != nullptr ? size->integer() : std::nullopt;
  const auto digest = hash ? from_hex(*hash) : std::nullopt;
  if (!name || !is_ring_file(*name) || !bytes || *bytes < 0 || !digest) return no_backup(path);
  return std::pair{*name, Digest{static_cast<std::uint64_t>(*bytes), *digest}};
}

Result<Bytes> read_manifest(const std::string& path) {
  // Longer than a small file where there are many organizations.
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) return failure("opening", path);
  Bytes text;
  Bytes part(1U << 16, '\0');
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), file.get())) {
    text.append(part, 0, got);
    if (text.size() > (64U << 20)) return no_backup(path);
  }
  return text;
}

Result<Manifest> load_manifest(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes text, read_manifest(path + "/manifest.json"));
  const auto json = Json::parse(text);
  if (!json) return no_backup(path);
  const auto taken = required_string(*json, "taken");
  const auto time = taken ? parse_time(*taken) : std::nullopt;
  const Json* const root = json->find("root_key");
  const Json* const files = json->find("files");
  if (!time || root == nullptr || files == nullptr || files->array() == nullptr) {
    return no_backup(path);
  }
  Manifest manifest{{path, *time, root->boolean().value_or(false), files->array()->size()}, {}};
  for (const Json& entry : *files->array()) {
    ASSIGN_OR_RETURN(auto file, file_of(entry, path));
    manifest.files.push_back(std::move(file));
  }
  return manifest;
}

/// What the copied wraps are checked with: a root key, or its name alone.
struct KnownRoot {
  std::optional<RootKey> key;
  Bytes name;
};

Result<KnownRoot> known_root(const RingBackupOptions& options) {
  ASSIGN_OR_RETURN(const RootDescription description, describe_root(options.keys));
  const bool given = description.source == RootSource::kFile ||
                     (description.source == RootSource::kPassphrase && options.giver.passphrase) ||
                     (description.source == RootSource::kEnvironment && options.giver.key);
  if (!given) return KnownRoot{{}, description.name};
  ASSIGN_OR_RETURN(RootKey key, open_root(options.keys, options.giver));
  Bytes name = key.name();
  return KnownRoot{std::move(key), std::move(name)};
}

Result<void> check_wrap(const std::string& directory, const WrappedFile& file,
                        const KnownRoot& root) {
  const std::string path = directory + "/organizations/" + file.name();
  ASSIGN_OR_RETURN(const Bytes bytes, read_small_file(path));
  const auto wrap = KeyWrap::parse(bytes);
  bool good = wrap && std::ranges::count(wrap->all, root.name, &KeyWrap::Sealed::root) == 1;
  if (good && root.key) {
    auto key = wrap->open(file.associated(), {&*root.key}, aead_open);
    good = key.has_value();
    if (key) wipe(key->data(), key->size());
  }
  if (good) return {};
  return fail(ErrorKind::kCorrupt,
              "the key of " + file.organization.text() + " (" + file.name() + ") is damaged",
              "bring that file back from an earlier backup of the ring; no backup was removed");
}

Result<Manifest> copy_ring(const RingBackupOptions& options, const std::string& into, Time now) {
  if (auto made = make_private_directory(into + "/organizations"); !made) {
    return std::unexpected(made.error());
  }
  const auto names = files_of(options.keys, options.with_root);
  Manifest manifest{{"", now, std::ranges::count(names, "root.key") == 1, names.size()}, {}};
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(Digest digest, copy_file(options.keys + "/" + name, into + "/" + name));
    manifest.files.emplace_back(name, std::move(digest));
    if (options.progress) options.progress(manifest.files.size(), names.size());
  }
  return manifest;
}

Result<std::vector<std::string>> remove_beyond(const RingBackupOptions& options,
                                               const std::string& made) {
  std::vector<std::string> removed;
  auto all = list_ring_backups(options.to);
  // The new one stays even where a clock that ran ahead makes it the oldest.
  std::erase_if(all, [&](const RingBackup& one) { return one.path == made; });
  for (std::size_t i = options.keep - 1; i < all.size(); ++i) {
    if (auto gone = remove_whole(all[i].path); !gone) return std::unexpected(gone.error());
    removed.push_back(all[i].path);
  }
  return removed;
}

Result<void> check_options(const RingBackupOptions& options) {
  if (options.keep < 1 || options.keep > kMostKept) {
    return fail(ErrorKind::kInvalid, "a ring keeps 1 to 365 backups", "say --keep 7");
  }
  std::error_code failed;
  const auto to = std::filesystem::weakly_canonical(options.to, failed).string() + "/";
  const auto keys = std::filesystem::weakly_canonical(options.keys, failed).string() + "/";
  if (to.starts_with(keys)) {
    return fail(ErrorKind::kInvalid, options.to + " lies in the ring itself",
                "back up to another disk, or at least another directory");
  }
  if (auto made = make_private_directory(options.to); !made) return made;
  return check_private(options.to);
}

Result<void> remember(const RingBackupOptions& options) {
  std::error_code failed;
  JsonWriter out;
  out.begin_object()
      .member("to", std::filesystem::absolute(options.to, failed).string())
      .member("keep", std::uint64_t{options.keep})
      .end_object();
  return write_small_file(options.keys + "/backup.json", out.take() + "\n");
}

/// What a backup that was stopped left behind.
Result<void> remove_unfinished(const std::string& directory) {
  for (const std::string& name : names_in(directory)) {
    if (!name.starts_with(kUnfinished)) continue;
    if (auto gone = remove_whole(directory + "/" + name); !gone) return gone;
  }
  return {};
}

Result<RingBackedUp> fill(const RingBackupOptions& options, const std::string& fresh, Time now) {
  ASSIGN_OR_RETURN(const KnownRoot root, known_root(options));
  ASSIGN_OR_RETURN(const Manifest manifest, copy_ring(options, fresh, now));
  for (const WrappedFile& file : wrapped_files(fresh)) {
    if (auto good = check_wrap(fresh, file, root); !good) return std::unexpected(good.error());
  }
  if (auto written = write_small_file(fresh + "/manifest.json", text_of(manifest)); !written) {
    return std::unexpected(written.error());
  }
  if (auto synced = sync_directory(fresh + "/organizations"); !synced) {
    return std::unexpected(synced.error());
  }
  return RingBackedUp{manifest.backup, root.key.has_value(), {}};
}

}  // namespace

Result<RingBackedUp> back_up_ring(const RingBackupOptions& options, const Clock& clock) {
  if (auto good = check_options(options); !good) return std::unexpected(good.error());
  // Shared with whoever makes keys meanwhile; a change of the root keeps it out.
  ASSIGN_OR_RETURN(const RingLock lock, RingLock::share(options.keys + "/lock"));
  if (auto gone = remove_unfinished(options.to); !gone) return std::unexpected(gone.error());
  const Time now = clock.now();
  const std::string path = options.to + "/" + std::string(kPrefix) + name_for(now);
  const std::string fresh = options.to + "/" + std::string(kUnfinished) + name_for(now);
  if (path_exists(path)) return fail(ErrorKind::kConflict, path + " is there", "try again");
  auto done = fill(options, fresh, now);
  if (!done) {
    (void)remove_whole(fresh);
    return done;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failure("renaming to", path);
  if (auto synced = sync_directory(options.to); !synced) return std::unexpected(synced.error());
  if (auto kept = remember(options); !kept) return std::unexpected(kept.error());
  done->made.path = path;
  ASSIGN_OR_RETURN(done->removed, remove_beyond(options, path));
  return done;
}

std::vector<RingBackup> list_ring_backups(const std::string& directory) {
  std::vector<RingBackup> all;
  for (const std::string& name : names_in(directory)) {
    if (!name.starts_with(kPrefix)) continue;
    if (auto manifest = load_manifest(directory + "/" + name)) {
      all.push_back(std::move(manifest->backup));
    }
  }
  std::ranges::sort(all, std::greater(), &RingBackup::taken);
  return all;
}

Result<RingBackup> check_ring_backup(const std::string& path) {
  ASSIGN_OR_RETURN(Manifest manifest, load_manifest(path));
  for (const auto& [name, digest] : manifest.files) {
    const auto found = read_through(path + "/" + name, nullptr);
    if (found && *found == digest) continue;
    return fail(ErrorKind::kCorrupt, path + "/" + name + " is not as it was backed up",
                "take another one of the backups");
  }
  return std::move(manifest.backup);
}

Result<RingBackup> restore_ring(const std::string& backup, const std::string& keys) {
  ASSIGN_OR_RETURN(const RingBackup checked, check_ring_backup(backup));
  if (path_exists(keys) && ::rmdir(keys.c_str()) != 0) {
    return fail(
        ErrorKind::kConflict, keys + " is there already and not empty",
        "stop heed serve and move it away; do not remove it before the restored ring opens");
  }
  const std::string fresh = keys + ".new";
  if (auto gone = remove_whole(fresh); !gone) return std::unexpected(gone.error());
  if (auto made = make_private_directory(fresh + "/organizations"); !made) {
    return std::unexpected(made.error());
  }
  ASSIGN_OR_RETURN(const Manifest manifest, load_manifest(backup));
  for (const auto& [name, digest] : manifest.files) {
    ASSIGN_OR_RETURN(const Digest copied, copy_file(backup + "/" + name, fresh + "/" + name));
    if (copied != digest) return no_backup(backup);
  }
  if (auto left_out = leave_out_data_keys(fresh); !left_out) {
    return std::unexpected(left_out.error());
  }
  if (::rename(fresh.c_str(), keys.c_str()) != 0) return failure("renaming to", keys);
  const std::size_t slash = keys.rfind('/');
  auto synced = sync_directory(slash == std::string::npos ? "." : keys.substr(0, slash + 1));
  if (!synced) return std::unexpected(synced.error());
  return checked;
}

Result<RingStatus> ring_status(const std::string& keys) {
  ASSIGN_OR_RETURN(const RootDescription description, describe_root(keys));
  RingStatus status;
  status.source = description.source;
  status.is_rotating = path_exists(keys + "/rotation");
  status.organizations = static_cast<std::size_t>(
      std::ranges::count(wrapped_files(keys), WrapUse::kSeal, &WrappedFile::use));
  const auto text = read_small_file(keys + "/backup.json");
  const auto json = text ? Json::parse(*text) : fail(ErrorKind::kNotFound, "");
  if (!json) return status;
  status.backups_in = required_string(*json, "to").value_or("");
  const Json* const keep = json->find("keep");
  status.keep = static_cast<std::size_t>(keep != nullptr ? keep->integer().value_or(0) : 0);
  status.backups = list_ring_backups(status.backups_in);
  if (status.backups.size() < 2) return status;
  const Time newest = status.backups.front().taken;
  const auto gaps = static_cast<std::int64_t>(status.backups.size() - 1);
  const Duration pace = (newest - status.backups.back().taken) / gaps;
  status.erased_now_gone = newest + pace * static_cast<std::int64_t>(status.keep);
  return status;
}

}  // namespace heed::silo
