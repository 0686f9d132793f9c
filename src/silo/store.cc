#include <map>

#include "base/sync.h"
#include "silo/files.h"
#include "silo/organization_silo.h"

namespace heed::silo {
namespace {

class HostStore final : public Store {
 public:
  HostStore(std::unique_ptr<FileLock> lock, std::shared_ptr<const SharedByStore> shared, Log& log)
      : lock_(std::move(lock)), shared_(std::move(shared)), log_(log) {}

  Result<std::shared_ptr<Silo>> create(OrganizationId organization) override {
    const Lock lock(mutex_);
    if (exists(organization)) {
      return fail(ErrorKind::kConflict, "there is such a silo already");
    }
    // The key first: a silo without its key could never be opened.
    ASSIGN_OR_RETURN(const Bytes key, shared_->keyring->ensure_organization_key(organization));
    log_.info("a silo is made", {{"organization", organization.text()}});
    return open_here(organization);
  }

  Result<std::shared_ptr<Silo>> silo(OrganizationId organization) override {
    const Lock lock(mutex_);
    if (const auto open = open_.find(organization); open != open_.end()) return open->second;
    if (!exists(organization)) return fail(ErrorKind::kNotFound, "there is no such organization");
    return open_here(organization);
  }

  std::vector<OrganizationId> organizations() const override {
    std::vector<OrganizationId> all;
    for (const auto& name : names_in(shared_->options.data_directory + "/silos")) {
      if (const auto id = OrganizationId::parse(name)) all.push_back(*id);
    }
    return all;
  }

  const policy::Table& policy() const override { return *shared_->options.policy; }

 private:
  bool exists(OrganizationId organization) const {
    return path_exists(silo_directory(shared_->options, organization));
  }

  Result<std::shared_ptr<Silo>> open_here(OrganizationId organization) HEED_REQUIRES(mutex_) {
    ASSIGN_OR_RETURN(auto silo, open_silo(shared_, organization));
    open_[organization] = silo;
    return silo;
  }

  const std::unique_ptr<FileLock> lock_;
  const std::shared_ptr<const SharedByStore> shared_;
  Log& log_;
  Mutex mutex_;
  std::map<OrganizationId, std::shared_ptr<Silo>> open_ HEED_GUARDED_BY(mutex_);
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const Clock& clock, Random& random,
                                           Log& log) {
  require(options.policy != nullptr, "a store has a policy");
  ASSIGN_OR_RETURN(Declarations kinds, Declarations::make(options.kinds, *options.policy));
  const std::string silos = options.data_directory + "/silos";
  if (auto made = make_private_directory(silos); !made) return std::unexpected(made.error());
  ASSIGN_OR_RETURN(auto lock, FileLock::take(options.data_directory + "/lock"));
  ASSIGN_OR_RETURN(auto keyring, Keyring::open(options.key_directory, random));
  auto memory =
      std::make_unique<const kv::SharedMemory>(options.cache_bytes, options.write_buffer_bytes);
  auto cache = std::make_unique<ChunkCache>(options.decoded_bytes);
  auto shared =
      std::make_shared<const SharedByStore>(std::move(options), std::move(kinds), std::move(memory),
                                            std::move(keyring), std::move(cache), clock, random);
  return std::make_unique<HostStore>(std::move(lock), std::move(shared), log);
}

}  // namespace heed::silo
