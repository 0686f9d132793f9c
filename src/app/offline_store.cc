#include "app/offline_store.h"

#include <fmt/core.h>

#include "app/policy_file.h"
#include "silo/files.h"

namespace heed::app {

std::string key_directory(const std::string& data, const std::string& keys) {
  return keys.empty() ? data + "/keys" : keys;
}

Result<std::unique_ptr<OfflineStore>> open_offline(const std::string& data, const std::string& keys,
                                                   const KeyAccess& access) {
  ASSIGN_OR_RETURN(const silo::RootGiver root, take_root(access));
  return open_offline(data, keys, root);
}

Result<std::unique_ptr<OfflineStore>> open_offline(const std::string& data, const std::string& keys,
                                                   const silo::RootGiver& root) {
  if (silo::names_in(data + "/silos").empty()) {
    return fail(ErrorKind::kNotFound, fmt::format("{} holds no data of heed", data),
                "name the directory that heed serve keeps its data in, with --data");
  }
  auto opened = std::make_unique<OfflineStore>();
  silo::StoreOptions options;
  options.data_directory = data;
  options.key_directory = key_directory(data, keys);
  options.root = root;
  ASSIGN_OR_RETURN(options.policy, first_policy(""));
  ASSIGN_OR_RETURN(opened->store, silo::Store::open(std::move(options), opened->clock,
                                                    opened->random, opened->log));
  return opened;
}

Result<std::vector<OrganizationId>> parse_organizations(const std::vector<std::string>& texts) {
  std::vector<OrganizationId> ids;
  for (const std::string& text : texts) {
    const auto id = OrganizationId::parse(text);
    if (!id) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("--organization {}: this is no organization", text),
                  "heed backup list shows the organizations of a repository");
    }
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace heed::app
