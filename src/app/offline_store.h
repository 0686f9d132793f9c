// A store that a command opens while no server runs on it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/key_access.h"
#include "silo/backup.h"
#include "silo/silo.h"

namespace heed::app {

/// What it stands on, and the store.
struct OfflineStore {
  SystemClock clock;
  SystemRandom random;
  Log log{clock, LogLevel::kWarning, Log::standard_error()};
  std::unique_ptr<silo::Store> store;
};

/// Empty is <data>/keys.
std::string key_directory(const std::string& data, const std::string& keys);

/// kNotFound, with the mend, where no server ever kept data. Takes the root key as `access` says.
Result<std::unique_ptr<OfflineStore>> open_offline(const std::string& data, const std::string& keys,
                                                   const KeyAccess& access);

/// The same with a root that was taken, for who opens more than once: it is taken once.
Result<std::unique_ptr<OfflineStore>> open_offline(const std::string& data, const std::string& keys,
                                                   const silo::RootGiver& root);

/// Ids as they are written; kInvalid names the first that is none.
Result<std::vector<OrganizationId>> parse_organizations(const std::vector<std::string>& texts);

}  // namespace heed::app
