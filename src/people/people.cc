#include "people/people.h"

#include <algorithm>

#include "base/json.h"
#include "people/text.h"

namespace heed::people {
namespace {

constexpr AttemptRule kAccountRule{.burst = 10};
constexpr AttemptRule kAddressRule{.burst = 50};

std::string role_detail(OrganizationId organization, PersonId person, Role role) {
  JsonWriter w;
  w.begin_object().member("organization", organization.text()).member("person", person.text());
  w.member("role", name_of(role)).end_object();
  return w.take();
}

constexpr auto kServer = "people";  // the journal's actor where the program itself acts

}  // namespace

Governed<std::unique_ptr<People>> People::open(silo::Store& store, const Clock& clock,
                                               Random& random, Options options) {
  ASSIGN_OR_RETURN(House house, House::open(store, random));
  return std::make_unique<People>(store, std::move(house), clock, random, options);
}

People::People(silo::Store& store, House house, const Clock& clock, Random& random, Options options)
    : store_(store),
      clock_(clock),
      random_(random),
      options_(options),
      house_(std::move(house)),
      hasher_(options.password_cost),
      by_account_(kAccountRule, clock),
      by_address_(kAddressRule, clock) {}

Governed<OrganizationId> People::add_organization(std::string_view name) {
  if (auto checked = check_name(name, "the organization's name"); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  const auto id = OrganizationId::make(random_);
  ASSIGN_OR_RETURN(const auto silo, store_.create(id));
  const OrganizationRow row{.id = id, .name = std::string(name), .created = clock_.now()};
  if (auto stored = house_.put(row, silo::Expect::kAbsent); !stored) {
    return std::unexpected(std::move(stored).error());
  }
  const std::string detail =
      JsonWriter().begin_object().member("organization", id.text()).end_object().take();
  if (auto noted = house_.note(kServer, "organization.added", detail); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return id;
}

Governed<std::vector<Organization>> People::organizations() const {
  ASSIGN_OR_RETURN(const auto rows, house_.scan<OrganizationRow>(""));
  std::vector<Organization> all;
  all.reserve(rows.size());
  for (const OrganizationRow& row : rows) all.push_back({row.id, row.name});
  return all;
}

Governed<PersonId> People::add_person(std::string_view name, std::string_view email_text) {
  if (auto checked = check_name(name, "the name"); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  ASSIGN_OR_RETURN(const Email email, Email::parse(email_text));
  const std::string address = house_.address_id(email);
  const Lock lock(changes_);
  ASSIGN_OR_RETURN(const auto taken, person_with(address));
  if (taken) {
    return fail(ErrorKind::kConflict, "this e-mail has an account already",
                "sign in with it, or take another one");
  }
  const PersonRow person{.id = PersonId::make(random_),
                         .name = std::string(name),
                         .email = email.text(),
                         .created = clock_.now()};
  // The person last: an address that leads to nobody is free.
  if (auto filed = house_.put(AddressRow{address, person.id}); !filed) {
    return std::unexpected(std::move(filed).error());
  }
  if (auto stored = house_.put(person, silo::Expect::kAbsent); !stored) {
    return std::unexpected(std::move(stored).error());
  }
  const std::string detail =
      JsonWriter().begin_object().member("person", person.id.text()).end_object().take();
  if (auto noted = house_.note(kServer, "person.added", detail); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return person.id;
}

Governed<std::optional<PersonRow>> People::person_with(std::string_view address_id) const {
  ASSIGN_OR_RETURN(const auto address, house_.find<AddressRow>(address_id));
  if (!address) return std::optional<PersonRow>();
  return house_.find<PersonRow>(address->person.text());
}

Governed<void> People::add_member(OrganizationId organization, PersonId person, Role role) {
  const Lock lock(changes_);
  ASSIGN_OR_RETURN(const auto known_organization,
                   house_.find<OrganizationRow>(organization.text()));
  ASSIGN_OR_RETURN(const auto known_person, house_.find<PersonRow>(person.text()));
  if (!known_organization || !known_person) {
    return fail(ErrorKind::kNotFound, "there is no such organization or person");
  }
  if (role != Role::kOwner) {
    ASSIGN_OR_RETURN(const auto before,
                     house_.find<MembershipRow>(MembershipRow::id(person, organization)));
    if (before && before->role == Role::kOwner) {
      ASSIGN_OR_RETURN(const bool safe, others_own(organization, person));
      if (!safe) {
        return fail(ErrorKind::kConflict, "the organization would have no owner",
                    "make another member an owner first");
      }
    }
  }
  const Time now = clock_.now();
  const RosterRow listed{organization, RosterRow::What::kMember, person.text(), now};
  if (auto stored = house_.put(listed); !stored) return stored;
  const MembershipRow membership{person, organization, role, now};
  if (auto stored = house_.put(membership); !stored) return stored;
  return house_.note(kServer, "member.added", role_detail(organization, person, role));
}

Governed<void> People::add_operator(PersonId person) {
  const Lock lock(changes_);
  ASSIGN_OR_RETURN(const auto known, house_.find<PersonRow>(person.text()));
  if (!known) return fail(ErrorKind::kNotFound, "there is no such person");
  const Time now = clock_.now();
  const RosterRow listed{house_id(), RosterRow::What::kMember, person.text(), now};
  if (auto stored = house_.put(listed); !stored) return stored;
  const MembershipRow membership{person, house_id(), Role::kOwner, now};
  if (auto stored = house_.put(membership); !stored) return stored;
  return house_.note(kServer, "operator.added", role_detail(house_id(), person, Role::kOwner));
}

Governed<std::vector<PersonId>> People::operators() const {
  ASSIGN_OR_RETURN(const auto roster,
                   house_.scan<RosterRow>(RosterRow::prefix(house_id(), RosterRow::What::kMember)));
  std::vector<PersonId> all;
  for (const RosterRow& listed : roster) {
    if (const auto person = PersonId::parse(listed.of)) all.push_back(*person);
  }
  return all;
}

Governed<void> People::remove_member(OrganizationId organization, PersonId person) {
  const Lock lock(changes_);
  const std::string id = MembershipRow::id(person, organization);
  ASSIGN_OR_RETURN(const auto membership, house_.find<MembershipRow>(id));
  if (!membership) {
    return fail(ErrorKind::kNotFound, "this person is no member of the organization");
  }
  ASSIGN_OR_RETURN(const bool safe, others_own(organization, person));
  if (membership->role == Role::kOwner && !safe) {
    return fail(ErrorKind::kConflict, "the organization would have no owner",
                "make another member an owner first");
  }
  const RosterRow listed{organization, RosterRow::What::kMember, person.text(), {}};
  ASSIGN_OR_RETURN([[maybe_unused]] const bool was_member, house_.remove<MembershipRow>(id));
  ASSIGN_OR_RETURN([[maybe_unused]] const bool was_listed, house_.remove<RosterRow>(listed.id()));
  return house_.note(kServer, "member.removed",
                     role_detail(organization, person, membership->role));
}

Governed<bool> People::others_own(OrganizationId organization, PersonId person) const {
  ASSIGN_OR_RETURN(const auto roster, house_.scan<RosterRow>(RosterRow::prefix(
                                          organization, RosterRow::What::kMember)));
  for (const RosterRow& listed : roster) {
    if (listed.of == person.text()) continue;
    ASSIGN_OR_RETURN(const auto other,
                     house_.find<MembershipRow>(listed.of + "/" + organization.text()));
    if (other && other->role == Role::kOwner) return true;
  }
  return false;
}

Governed<std::vector<Member>> People::members(const Access& access,
                                              OrganizationId organization) const {
  ASSIGN_OR_RETURN(const auto roster, house_.scan<RosterRow>(RosterRow::prefix(
                                          organization, RosterRow::What::kMember)));
  std::vector<Member> members;
  for (const RosterRow& listed : roster) {
    ASSIGN_OR_RETURN(const auto membership,
                     house_.find<MembershipRow>(access, listed.of + "/" + organization.text()));
    if (!membership) continue;
    ASSIGN_OR_RETURN(auto person, this->person(access, membership->person));
    if (person) members.push_back({std::move(*person), membership->role});
  }
  std::ranges::sort(members, {}, [](const Member& member) { return member.person.name; });
  return members;
}

Governed<std::optional<Person>> People::person(const Access& access, PersonId person) const {
  ASSIGN_OR_RETURN(const auto row, house_.find<PersonRow>(access, person.text()));
  if (!row) return std::optional<Person>();
  return Person{row->id, row->name, row->email};
}

Governed<std::optional<PersonId>> People::person_of(std::string_view email_text) const {
  ASSIGN_OR_RETURN(const Email email, Email::parse(email_text));
  ASSIGN_OR_RETURN(const auto row, person_with(house_.address_id(email)));
  if (!row) return std::optional<PersonId>();
  return row->id;
}

Governed<std::vector<Membership>> People::memberships(PersonId person) const {
  ASSIGN_OR_RETURN(const auto rows, house_.scan<MembershipRow>(person.text() + "/"));
  std::vector<Membership> all;
  for (const MembershipRow& row : rows) all.push_back({row.organization, row.role});
  return all;
}

Governed<std::vector<Belonging>> People::belongings(const Access& access, PersonId person) const {
  ASSIGN_OR_RETURN(const auto all, memberships(person));
  std::vector<Belonging> belongings;
  for (const Membership& membership : all) {
    ASSIGN_OR_RETURN(const auto organization,
                     house_.find<OrganizationRow>(access, membership.organization.text()));
    if (!organization) continue;
    belongings.push_back({{organization->id, organization->name}, membership.role});
  }
  std::ranges::sort(belongings, {}, [](const Belonging& one) { return one.organization.name; });
  return belongings;
}

}  // namespace heed::people
