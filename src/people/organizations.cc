// People, organizations that come and go as a whole.
#include "base/json.h"
#include "people/people.h"
#include "people/text.h"

namespace heed::people {
namespace {

constexpr auto kServer = "people";

std::string detail_of(OrganizationId organization) {
  JsonWriter w;
  w.begin_object().member("organization", organization.text()).end_object();
  return w.take();
}

}  // namespace

Governed<void> People::adopt_organization(OrganizationId organization, std::string_view name,
                                          PersonId owner) {
  if (auto checked = check_name(name, "the organization's name"); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  ASSIGN_OR_RETURN([[maybe_unused]] const auto silo, store_.silo(organization));
  ASSIGN_OR_RETURN(const auto known, house_.find<OrganizationRow>(organization.text()));
  if (!known) {
    const OrganizationRow row{
        .id = organization, .name = std::string(name), .created = clock_.now()};
    if (auto stored = house_.put(row, silo::Expect::kAbsent); !stored) return stored;
    auto noted = house_.note(kServer, "organization.adopted", detail_of(organization));
    if (!noted) return noted;
  }
  return add_member(organization, owner, Role::kOwner);
}

Governed<void> People::remove_organization(OrganizationId organization) {
  const Lock lock(changes_);
  if (organization == house_id()) {
    return fail(ErrorKind::kInvalid, "this is the house: it ends with the server");
  }
  ASSIGN_OR_RETURN(const auto members, house_.scan<RosterRow>(RosterRow::prefix(
                                           organization, RosterRow::What::kMember)));
  for (const RosterRow& listed : members) {
    const std::string id = listed.of + "/" + organization.text();
    ASSIGN_OR_RETURN([[maybe_unused]] const bool belonged, house_.remove<MembershipRow>(id));
    ASSIGN_OR_RETURN([[maybe_unused]] const bool was, house_.remove<RosterRow>(listed.id()));
  }
  ASSIGN_OR_RETURN(const auto keys,
                   house_.scan<RosterRow>(RosterRow::prefix(organization, RosterRow::What::kKey)));
  for (const RosterRow& listed : keys) {
    ASSIGN_OR_RETURN([[maybe_unused]] const bool let_in, house_.remove<KeySecretRow>(listed.of));
    ASSIGN_OR_RETURN([[maybe_unused]] const bool had, house_.remove<KeyRow>(listed.of));
    ASSIGN_OR_RETURN([[maybe_unused]] const bool was, house_.remove<RosterRow>(listed.id()));
  }
  // Its name last: cut short, the organization is still known, and this is done again.
  ASSIGN_OR_RETURN(const bool known, house_.remove<OrganizationRow>(organization.text()));
  if (!known) return {};
  return house_.note(kServer, "organization.removed", detail_of(organization));
}

}  // namespace heed::people
