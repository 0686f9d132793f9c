#include "people/house.h"

#include "base/crypto.h"
#include "silo/intake.h"

namespace heed::people {
namespace {

constexpr auto kAddressKey = "address";
constexpr std::size_t kKeySize = 32;

Result<std::shared_ptr<silo::Silo>> open_or_create(silo::Store& store) {
  auto known = store.silo(house_id());
  if (known || known.error().kind != ErrorKind::kNotFound) return known;
  return store.create(house_id());
}

}  // namespace

OrganizationId house_id() {
  return *OrganizationId::from_bytes(sha256("heed: the house").substr(0, 16));
}

Governed<House> House::open(silo::Store& store, Random& random) {
  ASSIGN_OR_RETURN(auto silo, open_or_create(store));
  ASSIGN_OR_RETURN(Access access, store.policy()->access("people", "service.sign_in", "engine",
                                                         silo::own_intake()));
  House house(std::move(silo), std::move(access));
  if (auto loaded = house.load_secrets(random); !loaded) {
    return std::unexpected(std::move(loaded).error());
  }
  return house;
}

Governed<void> House::load_secrets(Random& random) {
  ASSIGN_OR_RETURN(const auto stored, find<SecretRow>(kAddressKey));
  if (stored) {
    address_key_ = stored->secret;
    return {};
  }
  address_key_ = random.bytes(kKeySize);
  return put(SecretRow{kAddressKey, address_key_}, silo::Expect::kAbsent);
}

std::string House::address_id(const Email& email) const {
  return to_hex(hmac_sha256(address_key_, email.comparable()));
}

Governed<void> House::note(std::string actor, std::string_view what, std::string_view detail) {
  Access access = access_;
  access.actor = std::move(actor);
  return silo_->note(access, what, detail);
}

}  // namespace heed::people
