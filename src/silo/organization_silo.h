// Opens the silo of one organization; silo/store.cc keeps them.
#pragma once

#include "silo/chunk_cache.h"
#include "silo/keyring.h"
#include "silo/kv.h"
#include "silo/rulings.h"
#include "silo/silo.h"

namespace heed::silo {

/// What all silos of a store share; outlives them.
struct SharedByStore {
  const StoreOptions options;
  const std::unique_ptr<CurrentRulings> rulings;
  const std::unique_ptr<const kv::SharedMemory> memory;
  const std::unique_ptr<Keyring> keyring;
  const std::unique_ptr<ChunkCache> cache;
  const Clock& clock;
  Random& random;
  Log& log;
};

/// What the store does with its silos.
class OpenSilo : public Silo {
 public:
  /// Writes the versions of `book` that it does not know yet into its journal.
  virtual Result<void> note_policy(const policy::Book& book) = 0;
  /// Data keys come from a new secret from now on; noted in the journal.
  virtual Result<void> rotate_key() = 0;
  /// Whether anything of the kind is stored, live or not.
  virtual Result<bool> stores(const policy::Kind& kind) const = 0;
};

std::string silo_directory(const StoreOptions& options, OrganizationId organization);

/// Makes the database if there is none yet; notes a change of policy in the journal.
Result<std::shared_ptr<OpenSilo>> open_silo(std::shared_ptr<const SharedByStore> shared,
                                            OrganizationId organization);

}  // namespace heed::silo
