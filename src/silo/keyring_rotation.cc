// How a ring changes its root (silo/keyring.h tells why it can be stopped anywhere).
#include "base/crypto.h"
#include "silo/files.h"
#include "silo/keyring.h"

namespace heed::silo {
namespace {

Result<void> ask(const BeforeChange& before, const std::string& path) {
  return before ? before(path) : Result<void>();
}

}  // namespace

Result<std::size_t> Keyring::check() const {
  const auto files = wrapped_files(directory_);
  for (const WrappedFile& file : files) {
    const Lock lock(mutex_);
    ASSIGN_OR_RETURN(Bytes key, unwrap(file));
    const WipeAfter wiped(key);
    if (file.use == WrapUse::kSign) continue;
    if (const auto parsed = OrganizationKey::parse(key); !parsed) {
      return std::unexpected(parsed.error());
    }
  }
  return files.size();
}

Result<void> Keyring::rewrap(const WrappedFile& file, const BeforeChange& before) {
  ASSIGN_OR_RETURN(const KeyWrap wrap, load(file));
  if (wrap.is_under(roots())) return {};
  ASSIGN_OR_RETURN(Bytes key, unwrap(file));
  const WipeAfter wiped(key);
  if (!next_root_) {
    const auto asked = [&](const std::string& changed) { return ask(before, changed); };
    return replace_and_shred(path_of(file), wrapped(file, key), asked);
  }
  // The root before is to open it still: nothing to shred.
  if (auto go = ask(before, path_of(file)); !go) return go;
  return write(file, key);
}

Result<void> Keyring::rewrap_all(const RotationWatch& watch, std::size_t begun) {
  const auto files = wrapped_files(directory_);
  for (std::size_t i = 0; i < files.size(); ++i) {
    {
      // Let go of between two files, so that silos open and are made meanwhile.
      const Lock lock(mutex_);
      if (auto done = rewrap(files[i], watch.before); !done) return done;
    }
    if (watch.progress) watch.progress(begun + i + 1, 2 * files.size());
  }
  return {};
}

bool Keyring::is_in_force(const NewRoot& root) const {
  const auto described = describe_root(directory_);
  if (!described || described->source != root.description.source) return false;
  if (described->source != RootSource::kFile) return described->name == root.key.name();
  const auto loaded = open_root(directory_, {});
  return loaded && loaded->name() == root.key.name();
}

Result<void> Keyring::switch_to(const NewRoot& root, const BeforeChange& before) {
  const Lock lock(mutex_);
  // Keys that were made since are under both already; one that is not would be lost.
  for (const WrappedFile& file : wrapped_files(directory_)) {
    if (auto done = rewrap(file, before); !done) return done;
  }
  const auto asked = [&](const std::string& changed) { return ask(before, changed); };
  auto put = put_root(directory_, root, asked);
  // Even where it failed: the rename may be made and its sync not. Then both stay in use.
  if (is_in_force(root)) std::swap(root_, *next_root_);
  if (put) next_root_.reset();
  return put;
}

Result<void> Keyring::finish_rotation(const RotationWatch& watch, std::size_t begun) {
  if (auto done = rewrap_all(watch, begun); !done) return done;
  const auto asked = [&](const std::string& changed) { return ask(watch.before, changed); };
  if (auto tidied = tidy_root(directory_, asked); !tidied) return tidied;
  if (auto gone = shred_leftovers(asked); !gone) return gone;
  if (auto go = asked(marker()); !go) return go;
  return shred_file(marker());
}

Result<void> Keyring::shred_leftovers(const BeforeChange& before) {
  const Lock lock(mutex_);  // a key that is made now is written as .key.new first
  for (const std::string& name : names_in(directory_ + "/organizations")) {
    const bool is_left = name.ends_with(".key.old") || name.ends_with(".key.new") ||
                         name.ends_with(".signing.old") || name.ends_with(".signing.new");
    if (!is_left) continue;
    const std::string path = directory_ + "/organizations/" + name;
    if (auto go = before(path); !go) return go;
    if (auto gone = shred_file(path); !gone) return gone;
  }
  return {};
}

Result<void> Keyring::rotate_root(RootSource to, const RootGiver& giver,
                                  const RotationWatch& watch) {
  const Lock rotating(rotating_);
  if (auto alone = lock_.hold_alone(); !alone) return alone;
  auto rotated = rotate_alone(to, giver, watch);
  if (auto shared = lock_.share_again(); !shared) return shared;
  return rotated;
}

Result<void> Keyring::rotate_alone(RootSource to, const RootGiver& giver,
                                   const RotationWatch& watch) {
  if (path_exists(marker())) {  // of one that was stopped
    if (auto finished = finish_rotation({{}, watch.before}, 0); !finished) return finished;
  }
  if (const auto checked = check(); !checked) return std::unexpected(checked.error());
  ASSIGN_OR_RETURN(const NewRoot root, make_root(to, giver, random_));
  if (auto go = ask(watch.before, marker()); !go) return go;
  if (auto marked = write_small_file(marker(), ""); !marked) return marked;
  {
    const Lock lock(mutex_);
    if (root.key.name() == root_.name()) {
      return fail(ErrorKind::kInvalid, "the new root key is the one that the ring has",
                  "give another one");
    }
    next_root_.emplace(root.key.secret().copy());
  }
  auto done = rewrap_all(watch, 0);
  if (done) done = switch_to(root, watch.before);
  {
    const Lock lock(mutex_);
    if (next_root_ && !is_in_force(root)) next_root_.reset();  // stopped before the switch
  }
  if (!done) return done;
  done = finish_rotation(watch, wrapped_files(directory_).size());
  if (done) return done;
  return fail(done.error().kind,
              "the root key is changed, but what the one before wrapped is not all removed: " +
                  done.error().message,
              "the next start, or the next change, removes the rest");
}

}  // namespace heed::silo
