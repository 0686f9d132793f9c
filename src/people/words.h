// The words of people: persons, organizations, roles, scopes, sessions and keys as values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base.h"
#include "policy/policy.h"

namespace heed::people {

using policy::Access;
using policy::Governed;

/// A person is the subject of what is stored about them.
using PersonId = SubjectId;
using ApiKeyId = Id<struct ApiKeyTag>;

/// What a member may do: an owner also manages members, keys and what is removed.
enum class Role : std::uint8_t { kMember = 0, kOwner = 1 };
std::string_view name_of(Role role);

/// What an API key may do.
enum class Scope : std::uint8_t {
  kRead,    ///< Everything that is read.
  kWrite,   ///< What a member may change.
  kIngest,  ///< Observations in, nothing else.
};
std::string_view name_of(Scope scope);
std::optional<Scope> scope_of(std::string_view name);

class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> list) {
    for (const Scope scope : list) bits_ |= bit(scope);
  }
  static constexpr Scopes from_bits(std::int64_t bits) {
    Scopes scopes;
    scopes.bits_ = static_cast<std::uint8_t>(bits & 7);
    return scopes;
  }
  constexpr bool has(Scope scope) const { return (bits_ & bit(scope)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::int64_t bits() const { return bits_; }
  constexpr Scopes with(Scope scope) const { return from_bits(bits_ | bit(scope)); }
  constexpr bool operator==(const Scopes&) const = default;

 private:
  static constexpr std::uint8_t bit(Scope scope) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(scope));
  }
  std::uint8_t bits_ = 0;
};

struct Person {
  PersonId id;
  std::string name;
  std::string email;
};

struct Organization {
  OrganizationId id;
  std::string name;
};

/// That a person is of an organization.
struct Membership {
  OrganizationId organization;
  Role role = Role::kMember;
};

/// A membership as the person sees it.
struct Belonging {
  Organization organization;
  Role role = Role::kMember;
};

/// A membership as the organization sees it.
struct Member {
  Person person;
  Role role = Role::kMember;
};

struct Session {
  PersonId person;
  /// What every request that changes something must send along; bound to this session.
  std::string csrf;
  /// It began with a one-time link within the last hour: whoever has it lost the password, so a
  /// new one may be set without the current one.
  bool by_link = false;
  /// Runs this server: a member of the house itself.
  bool operates = false;
  /// Of organizations; the house is none.
  std::vector<Membership> memberships;
};

struct ApiKey {
  ApiKeyId id;
  OrganizationId organization;
  std::string name;
  Scopes scopes;
  Time created;
  std::optional<Time> last_used;  ///< To the hour.
  std::string prefix;             ///< How the key begins, to know it by.
};

struct MadeKey {
  ApiKey key;
  std::string token;  ///< Shown this once.
};

}  // namespace heed::people
