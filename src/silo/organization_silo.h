// Opens the silo of one organization; silo/store.cc keeps them.
#pragma once

#include "silo/chunk_cache.h"
#include "silo/declarations.h"
#include "silo/keyring.h"
#include "silo/kv.h"
#include "silo/silo.h"

namespace heed::silo {

/// What all silos of a store share; outlives them.
struct SharedByStore {
  const StoreOptions options;
  const Declarations kinds;
  const std::unique_ptr<const kv::SharedMemory> memory;
  const std::unique_ptr<Keyring> keyring;
  const std::unique_ptr<ChunkCache> cache;
  const Clock& clock;
  Random& random;
};

std::string silo_directory(const StoreOptions& options, OrganizationId organization);

/// Makes the database if there is none yet; notes a change of policy in the journal.
Result<std::shared_ptr<Silo>> open_silo(std::shared_ptr<const SharedByStore> shared,
                                        OrganizationId organization);

}  // namespace heed::silo
