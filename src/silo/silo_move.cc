#include "silo/silo_move.h"

#include <fmt/core.h>

#include <filesystem>

#include "silo/archive.h"
#include "silo/files.h"

namespace heed::silo {
namespace {

std::string live_directory(const std::string& data, OrganizationId organization) {
  return data + "/silos/" + organization.text();
}

std::string leaving_directory(const std::string& data, OrganizationId organization) {
  return data + "/silos.leaving/" + organization.text();
}

std::string subjects_of(const SiloPlace& place, OrganizationId organization) {
  return place.key_directory + "/organizations/" + organization.text() + ".subjects";
}

/// Paths below `top`, in their order.
Result<std::vector<std::string>> files_below(const std::string& top) {
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top, failed)) {
    if (!entry.is_regular_file(failed)) continue;
    files.push_back(entry.path().string().substr(top.size() + 1));
  }
  if (failed) {
    return fail(ErrorKind::kUnavailable, fmt::format("reading {}: {}", top, failed.message()));
  }
  std::ranges::sort(files);
  return files;
}

/// One move: first all is looked at, then it is written.
class Move {
 public:
  Move(const MoveOptions& options, Random& random, const OnStep& on_step)
      : options_(options),
        random_(random),
        on_step_(on_step),
        live_(live_directory(options.from.data_directory, options.organization)),
        leaving_(leaving_directory(options.from.data_directory, options.organization)),
        arriving_(arriving_directory(options.to.data_directory, options.organization)),
        arrived_(live_directory(options.to.data_directory, options.organization)) {}

  Result<MoveReport> run() {
    ASSIGN_OR_RETURN(const auto from, FileLock::take(options_.from.data_directory + "/lock"));
    ASSIGN_OR_RETURN(const auto to, FileLock::take(options_.to.data_directory + "/lock"));
    if (auto checked = check(); !checked) return std::unexpected(checked.error());
    if (options_.dry_run || report_.moved) return report_;
    if (path_exists(live_)) {
      if (auto copied = copy(); !copied) return std::unexpected(copied.error());
      if (auto left = leave(); !left) return std::unexpected(left.error());
    }
    if (auto going = step("putting in place", arrived_); !going) {
      return std::unexpected(going.error());
    }
    auto put = put_in_place(options_.to.data_directory, options_.organization);
    if (!put) return std::unexpected(put.error());
    report_.moved = true;
    return report_;
  }

 private:
  Result<void> step(std::string_view doing, std::string_view what) {
    return on_step_({doing, what, moved_, report_.bytes});
  }

  Result<void> check() {
    const bool here = path_exists(live_);
    report_.moved = !here && path_exists(arrived_);
    if (here && path_exists(arrived_)) {
      return fail(ErrorKind::kConflict, "both directories have a silo of this organization",
                  "delete the one that is not the right one with heed silo delete");
    }
    if (report_.moved) return {};
    if (!here && !(path_exists(leaving_) && path_exists(arriving_))) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("there is no silo of {}", options_.organization.text()));
    }
    ASSIGN_OR_RETURN(report_.policies,
                     check_policies(options_.from.data_directory, options_.to.data_directory));
    if (!here) return {};
    ASSIGN_OR_RETURN(files_, files_below(live_));
    report_.files = files_.size();
    for (const std::string& file : files_) {
      ASSIGN_OR_RETURN(const FileFacts facts, facts_of_file(live_ + "/" + file));
      report_.bytes += facts.size;
    }
    ASSIGN_OR_RETURN(const std::uint64_t room, free_bytes(options_.to.data_directory));
    if (room > report_.bytes) return {};
    return fail(ErrorKind::kExhausted,
                fmt::format("the disk of {} has {} bytes left, and {} are needed",
                            options_.to.data_directory, room, report_.bytes),
                "make room, or name a directory on another disk");
  }

  Result<void> copy_one(const std::string& from, const std::string& to) {
    if (auto going = step("copying", from); !going) return going;
    const auto copied = copy_file(from, to, [&](std::uint64_t bytes) {
      moved_ += bytes;
      return step("copying", from);
    });
    if (!copied) return std::unexpected(copied.error());
    return {};
  }

  /// Files, then keys: whatever is there of an earlier attempt is replaced.
  Result<void> copy() {
    if (auto cleared = remove_tree(arriving_); !cleared) return cleared;
    for (const std::string& file : files_) {
      const std::string to = arriving_ + "/" + file;
      auto made = make_private_directory(to.substr(0, to.rfind('/')));
      if (made) made = copy_one(live_ + "/" + file, to);
      if (!made) return made;
    }
    for (const std::string& file : files_) {
      const std::string to = arriving_ + "/" + file;
      auto synced = sync_directories(to.substr(0, to.rfind('/')), options_.to.data_directory);
      if (!synced) return synced;
    }
    if (auto going = step("wrapping the keys of", options_.organization.text()); !going) {
      return going;
    }
    const auto& [from, to, organization, dry] = options_;
    ASSIGN_OR_RETURN(const auto ring, Keyring::open(from.key_directory, random_, from.root));
    ASSIGN_OR_RETURN(const auto other, Keyring::open(to.key_directory, random_, to.root));
    ASSIGN_OR_RETURN(const HandedKeys keys, ring->keys_to_hand(organization));
    if (auto taken = other->take_keys(organization, keys); !taken) return taken;
    const std::string subjects = subjects_of(to, organization);
    if (auto copied = copy_one(subjects_of(from, organization), subjects); !copied) return copied;
    return sync_directory(subjects.substr(0, subjects.rfind('/')));
  }

  /// From here on no server opens it at `from`.
  Result<void> leave() {
    const std::string parent = options_.from.data_directory + "/silos.leaving";
    if (auto made = make_private_directory(parent); !made) return made;
    if (auto going = step("taking out of use", live_); !going) return going;
    if (auto renamed = rename_path(live_, leaving_); !renamed) return renamed;
    for (const char* name : {"", "/silos", "/silos.leaving"}) {
      auto synced = sync_directory(options_.from.data_directory + name);
      if (!synced) return synced;
    }
    return {};
  }

  const MoveOptions& options_;
  Random& random_;
  const OnStep& on_step_;
  const std::string live_, leaving_, arriving_, arrived_;
  std::vector<std::string> files_;
  MoveReport report_;
  std::uint64_t moved_ = 0;
};

}  // namespace

std::string arriving_directory(const std::string& data_directory, OrganizationId organization) {
  return data_directory + "/silos.arriving/" + organization.text();
}

Result<std::uint32_t> check_policies(const std::string& from, const std::string& to) {
  ASSIGN_OR_RETURN(const auto ours, PolicyArchive::open(from));
  ASSIGN_OR_RETURN(const auto theirs, PolicyArchive::open(to));
  ASSIGN_OR_RETURN(const auto first, ours.load());
  ASSIGN_OR_RETURN(const auto second, theirs.load());
  if (first == nullptr || second == nullptr) {
    return fail(ErrorKind::kNotFound,
                (first == nullptr ? from : to) + " has no version of a policy",
                "name the data directory of a server that was started once");
  }
  for (const policy::Version& version : first->versions()) {
    const policy::Version* other = second->version(version.number);
    if (other != nullptr && other->policy->hash() == version.policy->hash()) continue;
    return fail(
        ErrorKind::kConflict,
        fmt::format("version {} of the policy is another one, or none, at {}", version.number, to),
        "items keep the version that they were collected under by its number: put the same "
        "versions in force there, in the same order, or bring the silo to a server of its own");
  }
  return first->current().number;
}

Result<void> put_in_place(const std::string& data_directory, OrganizationId organization) {
  if (auto made = make_private_directory(data_directory + "/silos"); !made) return made;
  auto renamed = rename_path(arriving_directory(data_directory, organization),
                             live_directory(data_directory, organization));
  if (!renamed) return renamed;
  for (const char* name : {"/silos.arriving", "/silos"}) {
    if (auto synced = sync_directory(data_directory + name); !synced) return synced;
  }
  return {};
}

Result<MoveReport> move_silo(const MoveOptions& options, Random& random, const OnStep& on_step) {
  std::error_code ignored;
  if (std::filesystem::equivalent(options.from.data_directory, options.to.data_directory,
                                  ignored)) {
    return fail(ErrorKind::kInvalid, "both are the same data directory",
                "name another one to move the silo to");
  }
  return Move(options, random, on_step).run();
}

Result<void> end_move(const MoveOptions& options, const OnStep& on_step) {
  const std::string& data = options.from.data_directory;
  ASSIGN_OR_RETURN(const auto lock, FileLock::take(data + "/lock"));
  const std::string id = options.organization.text();
  if (path_exists(live_directory(data, options.organization)) ||
      !path_exists(live_directory(options.to.data_directory, options.organization))) {
    return fail(ErrorKind::kConflict, "the silo was not moved: what is left is not a copy of it",
                "run heed silo move again");
  }
  const std::string ring = options.from.key_directory + "/organizations";
  for (const std::string& name : names_in(ring)) {
    if (!name.starts_with(id + ".")) continue;
    if (auto going = on_step({"overwriting", name}); !going) return going;
    if (auto gone = shred_tree(ring + "/" + name); !gone) return gone;
  }
  if (auto synced = sync_directory(ring); !synced) return synced;
  const std::string leaving = leaving_directory(data, options.organization);
  if (auto going = on_step({"removing", leaving}); !going) return going;
  return remove_tree(leaving);
}

}  // namespace heed::silo
