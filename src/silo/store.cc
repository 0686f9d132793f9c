#include <map>

#include "base/sync.h"
#include "silo/archive.h"
#include "silo/files.h"
#include "silo/organization_silo.h"
#include "silo/restore.h"

namespace heed::silo {
namespace {

/// Whether a stored value of `before` means the same as `after`. What an erasure does is asked when
/// it happens; who owns a record, where its references lead and how it is found is fixed when it is
/// stored.
bool reads_on(const policy::Field& before, const policy::Field& after) {
  constexpr auto kOwns = policy::OnErasure::kOwns;
  return before.name == after.name && before.type == after.type &&
         before.refers_to == after.refers_to &&
         (before.on_erasure == kOwns) == (after.on_erasure == kOwns) &&
         (before.indexed || !after.indexed);
}

/// Whether records of `before` can be read as `after`: fields may be added behind the others.
bool reads_on(const policy::Kind& before, const policy::Kind& after) {
  if (before.id != after.id || before.shape != after.shape ||
      before.fields.size() > after.fields.size()) {
    return false;
  }
  for (std::size_t i = 0; i < before.fields.size(); ++i) {
    if (!reads_on(before.fields[i], after.fields[i])) return false;
  }
  return true;
}

class HostStore final : public Store {
 public:
  HostStore(std::unique_ptr<FileLock> lock, PolicyArchive archive,
            std::shared_ptr<const SharedByStore> shared, Log& log)
      : lock_(std::move(lock)),
        archive_(std::move(archive)),
        shared_(std::move(shared)),
        in_force_(std::make_shared<policy::InForce>(book_of(*shared_))),
        log_(log) {}

  Result<std::shared_ptr<Silo>> create(OrganizationId organization) override {
    const Lock lock(mutex_);
    if (exists(organization)) {
      return fail(ErrorKind::kConflict, "there is such a silo already");
    }
    // The keys first: a silo without them could never be opened.
    ASSIGN_OR_RETURN(const auto key, shared_->keyring->ensure_organization_key(organization));
    ASSIGN_OR_RETURN(const SigningKey signing, shared_->keyring->ensure_signing_key(organization));
    log_.info("a silo is made", {{"organization", organization.text()}});
    return open_here(organization);
  }

  Result<std::shared_ptr<Silo>> silo(OrganizationId organization) override {
    ASSIGN_OR_RETURN(auto silo, open(organization));
    return silo;
  }

  std::vector<OrganizationId> organizations() const override {
    std::vector<OrganizationId> all;
    for (const auto& name : names_in(shared_->options.data_directory + "/silos")) {
      if (const auto id = OrganizationId::parse(name)) all.push_back(*id);
    }
    return all;
  }

  Result<void> rotate_root(RootSource to, const RootGiver& giver,
                           const RotationWatch& watch) override {
    auto rotated = shared_->keyring->rotate_root(to, giver, watch);
    if (rotated) log_.info("the root key is changed", {{"source", name_of(to)}});
    return rotated;
  }

  Result<void> rotate_organization_key(OrganizationId organization) override {
    ASSIGN_OR_RETURN(const auto silo, open(organization));
    return silo->rotate_key();
  }

  std::shared_ptr<const policy::InForce> in_force() const override { return in_force_; }

  Result<std::uint32_t> activate(const policy::Proposal& proposal, std::string by,
                                 std::optional<policy::Notice> notice) override {
    const Lock activating(activating_);
    ASSIGN_OR_RETURN(auto book, policy::activate(proposal, *in_force_->book(), std::move(by),
                                                 std::move(notice), shared_->clock.now()));
    if (auto readable = check_stored_kinds(book->policy()); !readable) {
      return std::unexpected(readable.error());
    }
    // From here on it is in force: a crash is followed by a start under the new version.
    if (auto archived = archive_.add(book->current()); !archived) {
      return std::unexpected(archived.error());
    }
    const std::uint32_t number = book->current().number;
    note_in_open_silos(*book);
    shared_->rulings->replace(std::make_shared<const Rulings>(book));
    in_force_->replace(book);
    note_in_open_silos(*book);  // those that were opened meanwhile
    log_.info("a policy is in force", {{"version", std::to_string(number)}});
    return number;
  }

 private:
  static std::shared_ptr<const policy::Book> book_of(const SharedByStore& shared) {
    const auto rulings = shared.rulings->now();
    return {rulings, &rulings->book()};
  }

  bool exists(OrganizationId organization) const {
    return path_exists(silo_directory(shared_->options, organization));
  }

  Result<std::shared_ptr<OpenSilo>> open(OrganizationId organization) {
    const Lock lock(mutex_);
    if (const auto open = open_.find(organization); open != open_.end()) return open->second;
    if (!exists(organization)) return fail(ErrorKind::kNotFound, "there is no such organization");
    return open_here(organization);
  }

  Result<std::shared_ptr<OpenSilo>> open_here(OrganizationId organization) HEED_REQUIRES(mutex_) {
    ASSIGN_OR_RETURN(auto silo, open_silo(shared_, organization));
    open_[organization] = silo;
    return silo;
  }

  /// kConflict names the first kind of which something is stored that could not be read any more.
  Result<void> check_stored_kinds(const policy::Policy& proposed) {
    for (const policy::Kind& kind : in_force_->policy()->kinds()) {
      const policy::Kind* after = proposed.kind(kind.name);
      if (after != nullptr && reads_on(kind, *after)) continue;
      for (const OrganizationId organization : organizations()) {
        ASSIGN_OR_RETURN(const auto silo, open(organization));
        ASSIGN_OR_RETURN(const bool stored, silo->stores(kind));
        if (!stored) continue;
        return fail(ErrorKind::kConflict,
                    "items of kind '" + kind.name +
                        (after == nullptr ? "' are stored, and the new policy does not declare it"
                                          : "' are stored, and the new policy changes its number, "
                                            "shape or fields"),
                    "declare it as it was; new fields may stand behind the others");
      }
    }
    return {};
  }

  void note_in_open_silos(const policy::Book& book) {
    std::vector<std::shared_ptr<OpenSilo>> silos;
    {
      const Lock lock(mutex_);
      for (const auto& [organization, silo] : open_) silos.push_back(silo);
    }
    for (const auto& silo : silos) {
      // One that fails notes it when it is opened again: the version is in force either way.
      if (auto noted = silo->note_policy(book); !noted) {
        log_.error("a silo's journal lacks the new policy",
                   {{"organization", silo->organization().text()}, {"why", noted.error().message}});
      }
    }
  }

  const std::unique_ptr<FileLock> lock_;
  /// One activation at a time. Taken before mutex_.
  Mutex activating_;
  PolicyArchive archive_ HEED_GUARDED_BY(activating_);
  const std::shared_ptr<const SharedByStore> shared_;
  const std::shared_ptr<policy::InForce> in_force_;
  Log& log_;
  Mutex mutex_;
  std::map<OrganizationId, std::shared_ptr<OpenSilo>> open_ HEED_GUARDED_BY(mutex_);
};

/// What was archived; at the first start, `first` as version 1.
Result<std::shared_ptr<const policy::Book>> open_book(PolicyArchive& archive,
                                                      std::shared_ptr<const policy::Policy> first,
                                                      const Clock& clock) {
  ASSIGN_OR_RETURN(auto book, archive.load());
  if (book != nullptr) return book;
  policy::Version version{1, clock.now(), "engine", {}, std::move(first)};
  if (auto added = archive.add(version); !added) return std::unexpected(added.error());
  return std::make_shared<const policy::Book>(std::vector{std::move(version)});
}

}  // namespace

policy::Inventory inventory() {
  policy::Inventory own;
  own.uses = {{"operation", "engine", "silo: retention and journal"},
              {"collection", "engine", "silo: put and append"}};
  return own;
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const Clock& clock, Random& random,
                                           Log& log) {
  require(options.policy != nullptr, "a store has a policy");
  const std::string silos = options.data_directory + "/silos";
  if (auto made = make_private_directory(silos); !made) return std::unexpected(made.error());
  ASSIGN_OR_RETURN(auto lock, FileLock::take(options.data_directory + "/lock"));
  ASSIGN_OR_RETURN(const auto restored, PendingRestore::load(options.data_directory));
  // Of a backup that was killed: it would keep what was removed since.
  if (auto cleared = remove_tree(checkpoint_directory(options.data_directory)); !cleared) {
    return std::unexpected(cleared.error());
  }
  // Let go of as soon as the ring is open: it may hold a key or a passphrase.
  const RootGiver root = std::exchange(options.root, {});
  ASSIGN_OR_RETURN(auto keyring, Keyring::open(options.key_directory, random, root));
  const SecretMemory memory_of_keys = secret_memory();
  if (memory_of_keys.unlocked > 0 || memory_of_keys.dumped > 0) {
    log.warning(
        "keys may be written to the swap space: give the program a larger limit of locked "
        "memory (ulimit -l), or encrypt the swap space",
        {{"pages", memory_of_keys.pages}, {"unlocked", memory_of_keys.unlocked}});
  }
  ASSIGN_OR_RETURN(auto archive, PolicyArchive::open(options.data_directory));
  ASSIGN_OR_RETURN(auto book, open_book(archive, options.policy, clock));
  auto rulings = std::make_unique<CurrentRulings>(std::make_shared<const Rulings>(std::move(book)));
  auto memory = std::make_unique<const kv::SharedMemory>(options.cache_bytes,
                                                         options.write_buffer_bytes, options.disk);
  auto cache = std::make_unique<ChunkCache>(options.decoded_bytes);
  auto shared = std::make_shared<const SharedByStore>(std::move(options), std::move(rulings),
                                                      std::move(memory), std::move(keyring),
                                                      std::move(cache), clock, random, log);
  auto store = std::make_unique<HostStore>(std::move(lock), std::move(archive), shared, log);
  if (restored) {
    const auto replayed = replay_erasures(*restored, *store);
    if (!replayed) return std::unexpected(replayed.error());
  }
  return store;
}

}  // namespace heed::silo
