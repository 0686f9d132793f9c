// Keys of one organization from one ring to another.
#include "silo/files.h"
#include "silo/keyring.h"

namespace heed::silo {

HandedKeys::~HandedKeys() {
  wipe(key.data(), key.size());
  wipe(signing.data(), signing.size());
}

Result<HandedKeys> Keyring::keys_to_hand(OrganizationId organization) const {
  const Lock lock(mutex_);
  HandedKeys handed;
  ASSIGN_OR_RETURN(handed.key, unwrap({organization, WrapUse::kSeal}));
  ASSIGN_OR_RETURN(handed.signing, unwrap({organization, WrapUse::kSign}));
  ASSIGN_OR_RETURN(handed.last_data_key, last_data_key(organization));
  return handed;
}

Result<void> Keyring::take_keys(OrganizationId organization, const HandedKeys& keys) {
  const Lock lock(mutex_);
  for (const auto& [use, bytes] :
       {std::pair{WrapUse::kSeal, &keys.key}, std::pair{WrapUse::kSign, &keys.signing}}) {
    const WrappedFile file{organization, use};
    if (!path_exists(path_of(file))) {
      if (auto written = write(file, *bytes); !written) return written;
      continue;
    }
    ASSIGN_OR_RETURN(Bytes known, unwrap(file));
    const WipeAfter wiped(known);
    if (equal_in_constant_time(known, *bytes)) continue;
    return fail(ErrorKind::kConflict,
                path_of(file) + " is another key than the one that is brought",
                "look which of the two organizations with this id is the right one");
  }
  ASSIGN_OR_RETURN(const std::uint32_t last, last_data_key(organization));
  // 0 where no number was ever given.
  const std::uint32_t most = std::max(last, keys.last_data_key);
  return most == 0 ? Result<void>() : give_data_key(organization, most);
}

}  // namespace heed::silo
