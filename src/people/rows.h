// What the house stores: one struct for each kind of record, and how it lies in its fields.
//
// Credentials lie in kinds of their own: who may see a person's name may not see what is here of
// their password, and the policy decides by kind.
//
// What can be found in two ways is stored once and listed once: a membership or a key is true by
// its own record, and the roster of its organization only says where to look. A crash between the
// two writes leaves a roster entry that leads nowhere, which is passed over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "people/words.h"
#include "silo/silo.h"

namespace heed::people {

/// The kinds to open a store with. Numbers 101 to 120 belong to people.
std::vector<policy::Kind> kinds();
/// What this room has that a policy speaks of.
policy::Inventory inventory();

struct PersonRow {
  static constexpr policy::KindId kKind{101};
  PersonId id;
  std::string name;
  std::string email;
  Time created;

  silo::Record record() const;
  static PersonRow from(const silo::Record& record);
};

/// Missing for an account that never had a password.
struct PasswordRow {
  static constexpr policy::KindId kKind{110};
  PersonId person;
  std::string hash;  ///< As PasswordHasher gave it; empty before the first one is set.
  /// Counts up with each new password, from 1. A session of an older one is over, so that a change
  /// and the end of all sessions are one write.
  std::int64_t number = 0;

  silo::Record record() const;
  static PasswordRow from(const silo::Record& record);
};

/// Whose an e-mail is. Its id is a keyed hash of the address (House::address_id): the store has no
/// plain list of addresses to look one up in.
struct AddressRow {
  static constexpr policy::KindId kKind{102};
  std::string id;
  PersonId person;

  silo::Record record() const;
  static AddressRow from(const silo::Record& record);
};

struct OrganizationRow {
  static constexpr policy::KindId kKind{103};
  OrganizationId id;
  std::string name;
  Time created;

  silo::Record record() const;
  static OrganizationRow from(const silo::Record& record);
};

struct MembershipRow {
  static constexpr policy::KindId kKind{104};
  PersonId person;
  OrganizationId organization;
  Role role = Role::kMember;
  Time since;

  static std::string id(PersonId person, OrganizationId organization);
  silo::Record record() const;
  static MembershipRow from(const silo::Record& record);
};

struct RosterRow {
  static constexpr policy::KindId kKind{105};
  OrganizationId organization;
  enum class What : std::uint8_t { kMember, kKey } what = What::kMember;
  std::string of;  ///< A person's or a key's id.
  Time since;

  static std::string prefix(OrganizationId organization, What what);
  std::string id() const { return prefix(organization, what) + of; }
  silo::Record record() const;
  static RosterRow from(const silo::Record& record);
};

struct SessionRow {
  static constexpr policy::KindId kKind{106};
  PersonId person;
  std::string digest;
  std::int64_t password_number = 0;
  bool by_link = false;
  Time begun;
  Time seen;  ///< To the hour.

  static std::string id(PersonId person, std::string_view digest);
  silo::Record record() const;
  static SessionRow from(const silo::Record& record);
};

struct LinkRow {
  static constexpr policy::KindId kKind{107};
  std::string digest;
  PersonId person;
  Time ends;

  silo::Record record() const;
  static LinkRow from(const silo::Record& record);
};

struct KeyRow {
  static constexpr policy::KindId kKind{108};
  ApiKeyId id;
  OrganizationId organization;
  PersonId maker;
  std::string name;
  Scopes scopes;
  Time created;
  std::optional<Time> last_used;

  silo::Record record() const;
  static KeyRow from(const silo::Record& record);
};

/// What a key's token is compared with.
struct KeySecretRow {
  static constexpr policy::KindId kKind{111};
  ApiKeyId key;
  std::string digest;

  silo::Record record() const;
  static KeySecretRow from(const silo::Record& record);
};

/// The house's own secrets, by name.
struct SecretRow {
  static constexpr policy::KindId kKind{109};
  std::string name;
  Bytes secret;

  silo::Record record() const;
  static SecretRow from(const silo::Record& record);
};

}  // namespace heed::people
