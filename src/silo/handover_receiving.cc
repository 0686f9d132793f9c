// The successor's side of a hand-over. As with a move, the silo is live where it lies in `silos`,
// and gets there by one rename, after everything else.
#include <fmt/core.h>

#include "silo/archive.h"
#include "silo/files.h"
#include "silo/handover.h"
#include "silo/handover_files.h"
#include "silo/handover_keys.h"

namespace heed::silo {
namespace {

class Receiving {
 public:
  Receiving(const ReceiveOptions& options, const OpeningKey& key, Random& random,
            const OnStep& on_step)
      : options_(options), key_(key), random_(random), on_step_(on_step) {}

  Result<ReceiveReport> run() {
    ASSIGN_OR_RETURN(report_.checked, check_handover(options_.package, true, on_step_));
    if (auto fits = check_keys(); !fits) return std::unexpected(fits.error());
    const std::string& data = options_.to.data_directory;
    std::unique_ptr<FileLock> lock;
    if (path_exists(data) || !options_.dry_run) {
      if (auto made = make_private_directory(data); !made) return std::unexpected(made.error());
      ASSIGN_OR_RETURN(lock, FileLock::take(data + "/lock"));
    }
    if (auto fits = check_place(); !fits) return std::unexpected(fits.error());
    if (options_.dry_run || report_.received) return std::move(report_);
    if (auto taken = take(); !taken) return std::unexpected(taken.error());
    report_.received = true;
    return std::move(report_);
  }

 private:
  const HandoverManifest& manifest() const { return report_.checked.handover.manifest; }
  OrganizationId id() const { return manifest().organization; }
  std::string kept_manifest() const {
    return options_.to.data_directory + "/handovers/" + id().text() + ".json";
  }
  std::string aside() const {
    return arriving_directory(options_.to.data_directory, id()) + ".handover";
  }
  Result<void> step(std::string_view doing, std::string_view what) {
    return on_step_({doing, what, done_, all_});
  }

  Result<void> check_keys() {
    if (options_.giver && options_.giver->bytes() != report_.checked.handover.key) {
      return fail(ErrorKind::kInvalid, "the manifest is signed, but not by the giver's key",
                  "ask the giver for the key that heed journal head names, by another way");
    }
    if (manifest().record.key != key_.public_key().bytes()) {
      return fail(
          ErrorKind::kInvalid,
          fmt::format("this was handed over to another key: to {}", to_hex(manifest().record.key)),
          "open it with the secret half of the key that the transfer record names");
    }
    const auto& files = manifest().files;
    if (files.empty() || files.front().path != "keys") {
      return fail(ErrorKind::kCorrupt, "the package has no keys");
    }
    ASSIGN_OR_RETURN(const Bytes sealed, read_small_file(options_.package + "/files/0"));
    auto opened = open_handed_keys(sealed, id(), key_);
    if (!opened) return std::unexpected(opened.error());
    keys_.emplace(*std::move(opened));
    // More than the giver can have given since: the two never seal under the same data key.
    const std::uint32_t most = ~std::uint32_t{0} - Keyring::kLeftOutAtRestore;
    keys_->keys.last_data_key =
        std::min(keys_->keys.last_data_key, most) + Keyring::kLeftOutAtRestore;
    report_.name = keys_->name;
    return {};
  }

  Result<void> check_place() {
    const std::string& data = options_.to.data_directory;
    if (path_exists(data + "/silos/" + id().text())) {
      const auto kept = read_file_up_to(kept_manifest(), kLargestHandover);
      report_.received = kept && sha256(*kept) == report_.checked.hash;
      if (report_.received) return {};
      return fail(ErrorKind::kConflict, "there is a silo of this organization already",
                  "receive it in another data directory, or delete the one that is not the right "
                  "one with heed silo delete");
    }
    if (auto fits = check_policies(); !fits || options_.dry_run) return fits;
    for (const HandedFile& file : manifest().files) all_ += file.content.size;
    ASSIGN_OR_RETURN(const std::uint64_t room, free_bytes(data));
    if (room > all_) return {};
    return fail(
        ErrorKind::kExhausted,
        fmt::format("the disk of {} has {} bytes left, and {} are needed", data, room, all_),
        "make room, or name a directory on another disk");
  }

  /// Items keep their version by its number, so the giver's versions are the first ones here too.
  Result<void> check_policies() {
    const std::string& data = options_.to.data_directory;
    report_.inherits = !path_exists(data + "/policy/1.json");
    if (report_.inherits) return {};
    ASSIGN_OR_RETURN(const auto archive, PolicyArchive::open(data));
    ASSIGN_OR_RETURN(const auto book, archive.load());
    for (const HandedPolicy& handed : manifest().policies) {
      const policy::Version* ours = book == nullptr ? nullptr : book->version(handed.number);
      if (ours != nullptr && ours->policy->hash() == handed.hash) continue;
      return fail(ErrorKind::kConflict,
                  fmt::format("version {} of the policy is another one, or none, at {}",
                              handed.number, data),
                  "who takes over takes the promises: put the same versions in force there, in the "
                  "same order, or receive it in a new data directory, which inherits them");
    }
    return {};
  }

  Result<void> take() {
    for (const std::string& left : {aside(), arriving()}) {
      if (auto cleared = remove_tree(left); !cleared) return cleared;
    }
    for (std::size_t i = 1; i < manifest().files.size(); ++i) {
      if (auto opened = open_one(i); !opened) return opened;
    }
    if (auto whole = check_archive(); !whole) return whole;
    if (auto taken = take_keys(); !taken) return taken;
    if (auto inherited = inherit(); !inherited) return inherited;
    if (auto kept = keep_manifest(); !kept) return kept;
    if (auto going = step("putting in place", id().text()); !going) return going;
    if (auto put = put_in_place(options_.to.data_directory, id()); !put) return put;
    return remove_tree(aside());
  }

  std::string arriving() const { return arriving_directory(options_.to.data_directory, id()); }

  Result<void> open_one(std::size_t number) {
    const HandedFile& file = manifest().files[number];
    const bool in_silo = file.path.starts_with("silo/");
    const std::string to =
        in_silo ? arriving() + file.path.substr(file.path.find('/')) : aside() + "/" + file.path;
    const std::string parent = to.substr(0, to.rfind('/'));
    if (auto made = make_private_directory(parent); !made) return made;
    if (auto going = step("opening", file.path); !going) return going;
    ASSIGN_OR_RETURN(const Content content,
                     open_file(fmt::format("{}/files/{}", options_.package, number), to,
                               {keys_->package_key, static_cast<std::uint32_t>(number)},
                               [&](std::uint64_t bytes) {
                                 done_ += bytes;
                                 return step("opening", file.path);
                               }));
    if (content == file.content) return sync_directories(parent, options_.to.data_directory);
    return fail(ErrorKind::kCorrupt, file.path + " changed while it was read",
                "copy the package to a disk of this machine, and do it again");
  }

  /// The package's own versions are those that its manifest names.
  Result<void> check_archive() {
    ASSIGN_OR_RETURN(const auto archive, PolicyArchive::open(aside()));
    ASSIGN_OR_RETURN(const auto book, archive.load());
    const auto& handed = manifest().policies;
    bool same = book != nullptr && book->versions().size() == handed.size();
    for (std::size_t i = 0; same && i < handed.size(); ++i) {
      const policy::Version* version = book->version(handed[i].number);
      same = version != nullptr && version->policy->hash() == handed[i].hash;
    }
    if (same) return {};
    return fail(ErrorKind::kCorrupt, "the policy in the package is not the one in its manifest",
                "have it made again");
  }

  Result<void> take_keys() {
    if (auto going = step("wrapping the keys of", id().text()); !going) return going;
    ASSIGN_OR_RETURN(const auto ring,
                     Keyring::open(options_.to.key_directory, random_, options_.to.root));
    if (auto taken = ring->take_keys(id(), keys_->keys); !taken) return taken;
    const auto quietly = [](std::uint64_t) -> Result<void> { return {}; };
    const std::string subjects = ring->subjects_path(id());
    if (auto copied = copy_file(aside() + "/subjects", subjects, quietly); !copied) {
      return std::unexpected(copied.error());
    }
    return sync_directory(subjects.substr(0, subjects.rfind('/')));
  }

  Result<void> inherit() {
    if (!report_.inherits) return {};
    const std::string& data = options_.to.data_directory;
    if (auto going = step("inheriting", "the policy"); !going) return going;
    if (auto renamed = rename_path(aside() + "/policy", data + "/policy"); !renamed) {
      return renamed;
    }
    return sync_directory(data);
  }

  /// For good: what this house took over, under whose signature.
  Result<void> keep_manifest() {
    const std::string path = kept_manifest();
    if (auto going = step("keeping", "the manifest"); !going) return going;
    if (auto made = make_private_directory(path.substr(0, path.rfind('/'))); !made) return made;
    const auto quietly = [](std::uint64_t) -> Result<void> { return {}; };
    const auto copied = copy_file(options_.package + "/manifest.json", path, quietly);
    if (!copied) return std::unexpected(copied.error());
    return sync_directories(path.substr(0, path.rfind('/')), options_.to.data_directory);
  }

  const ReceiveOptions& options_;
  const OpeningKey& key_;
  Random& random_;
  const OnStep& on_step_;
  std::optional<OpenedKeys> keys_;
  ReceiveReport report_;
  std::uint64_t done_ = 0;
  std::uint64_t all_ = 0;
};

}  // namespace

Result<ReceiveReport> receive_handover(const ReceiveOptions& options, const OpeningKey& key,
                                       Random& random, const OnStep& on_step) {
  return Receiving(options, key, random, on_step).run();
}

}  // namespace heed::silo
