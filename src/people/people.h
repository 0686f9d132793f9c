// people: who may come in. Accounts, memberships, passwords, sessions, one-time links, API keys.
//
// In:  an e-mail with a password, a token from a cookie, a link or a header.
// Out: who that is, and of which organizations; or nothing, without a hint why not.
// Knows: silo, policy, base. Never machines or any other domain: a Session says which
//        organizations someone belongs to, and what lies in those is not told here.
//
// A person may belong to several organizations, so accounts lie in no organization's silo but in
// one of the server's own, the house (house.h). What is stored under a person is sealed there
// like everything else; passwords only as argon2id, tokens only as SHA-256.
//
// Start at People. Blocking (a password check takes about 0.1 s): call from a worker thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/base.h"
#include "base/sync.h"
#include "people/attempts.h"
#include "people/house.h"
#include "people/password.h"
#include "people/words.h"
#include "silo/silo.h"

namespace heed::people {

/// What a sign-in gives: the cookie's value, shown this once, and the session it opens.
struct SignedIn {
  std::string token;
  Session session;
};
/// Wrong in one way or another; which way is not told.
struct NotRight {};
struct TooManyAttempts {
  Duration wait;  ///< Until the next attempt is taken.
};
using SignInAnswer = std::variant<SignedIn, NotRight, TooManyAttempts>;

struct Options {
  PasswordCost password_cost;
  Duration session_idle = Duration::days(14);
  Duration session_longest = Duration::days(90);
};

/// What a one-time link is for; it decides how long it lives.
enum class LinkUse : std::uint8_t {
  kFirstStart,  ///< Printed by the first start: 24 hours.
  kSignIn,      ///< Asked for by a person: one hour.
};

/// All accounts of a server. Thread-safe.
///
/// Functions that show stored data to someone take that someone's Access; the others run under the
/// server's own (purpose service.sign_in, party engine) and give out no more than a yes.
class People {
 public:
  /// Opens the house in `store`, or builds it at the first start. All references outlive it.
  static Governed<std::unique_ptr<People>> open(silo::Store& store, const Clock& clock,
                                                Random& random, Options options = {});
  /// Over a house that is open already.
  People(silo::Store& store, House house, const Clock& clock, Random& random, Options options);

  // Accounts ------------------------------------------------------------------------------------

  /// Makes an organization and its silo. kInvalid unless the name has 1 to 100 characters.
  Governed<OrganizationId> add_organization(std::string_view name);
  /// Of the whole server, for the program at its start. Never shown to a person.
  Governed<std::vector<Organization>> organizations() const;
  /// An organization whose silo is in the store and came from elsewhere, under the name that it
  /// had; `owner` is its first one here. Again, it changes nothing. kNotFound if there is no such
  /// silo or person.
  Governed<void> adopt_organization(OrganizationId organization, std::string_view name,
                                    PersonId owner);
  /// What the house has of it: memberships, keys, its name, last of all. Accounts are persons' and
  /// stay. Nothing happens if there is nothing.
  Governed<void> remove_organization(OrganizationId organization);
  /// Makes an account without a password: its first way in is a link. kInvalid names the field
  /// that is wrong; kConflict when the e-mail has an account.
  Governed<PersonId> add_person(std::string_view name, std::string_view email);
  /// Or changes the role of one who is a member already.
  Governed<void> add_member(OrganizationId organization, PersonId person, Role role);
  /// Makes an account one that runs this server: a member of the house. remove_member() with
  /// house_id() takes it back.
  Governed<void> add_operator(PersonId person);
  /// Who runs this server.
  Governed<std::vector<PersonId>> operators() const;
  /// kConflict for the last owner: an organization without one could be managed by nobody.
  Governed<void> remove_member(OrganizationId organization, PersonId person);
  /// Those of `organization`; the access decides whether names and addresses may be seen.
  Governed<std::vector<Member>> members(const Access& access, OrganizationId organization) const;
  /// Nothing when there is no such account.
  Governed<std::optional<Person>> person(const Access& access, PersonId person) const;
  /// The account of an e-mail, for the program's command line. Nothing when there is none.
  Governed<std::optional<PersonId>> person_of(std::string_view email) const;
  /// Organizations that `person` is a member of, by name.
  Governed<std::vector<Belonging>> belongings(const Access& access, PersonId person) const;

  // Signing in ----------------------------------------------------------------------------------

  /// Takes as long for an unknown e-mail as for a wrong password. `address` is where the request
  /// came from, for the limits (10 failures an account and 50 an address, one more a minute).
  Governed<SignInAnswer> sign_in(std::string_view email, std::string_view password,
                                 std::string_view address);
  /// A link's token, good for one sign-in.
  Governed<std::string> make_link(PersonId person, LinkUse use);
  Governed<SignInAnswer> sign_in_by_link(std::string_view token, std::string_view address);
  /// Nothing when the token is none of ours, has ended, was idle too long, or was revoked.
  Governed<std::optional<Session>> session(std::string_view token);
  /// Ends the session; unknown tokens are ended already.
  Governed<void> sign_out(std::string_view token);
  /// Ends every session of the person at once, e.g. when an account is reported stolen (O57).
  Governed<void> revoke_sessions(PersonId person);
  /// Sets the password and ends every other session; the given one goes on under the token that is
  /// returned. `current` is needed unless there is none or the session began with a link within the
  /// last hour. kInvalid says what is wrong with the new password, kNotFound when the session is
  /// over, kConflict when `current` is not the present password.
  Governed<SignedIn> set_password(std::string_view token, std::string_view password,
                                  std::optional<std::string_view> current);

  // API keys ------------------------------------------------------------------------------------

  /// kInvalid names the field; kExhausted beyond 100 keys an organization.
  Governed<MadeKey> make_key(PersonId maker, OrganizationId organization, std::string_view name,
                             Scopes scopes);
  Governed<std::vector<ApiKey>> keys(const Access& access, OrganizationId organization) const;
  /// Whether that organization had such a key.
  Governed<bool> remove_key(PersonId remover, OrganizationId organization, ApiKeyId id);
  /// Whose key it is; nothing when it is no key of ours or was removed.
  Governed<std::optional<ApiKey>> key(std::string_view token);

 private:
  Governed<std::optional<PersonRow>> person_with(std::string_view address_id) const;
  Governed<std::vector<Membership>> memberships(PersonId person) const;
  Governed<bool> others_own(OrganizationId organization, PersonId person) const;
  /// Number 0 and no hash before the first.
  Governed<PasswordRow> password_of(PersonId person) const;
  Governed<void> check_current(const PasswordRow& password, std::string_view current);
  Governed<void> change_password(PasswordRow password) HEED_REQUIRES(changes_);
  Governed<SignedIn> begin_session(PersonId person, std::int64_t password_number, bool by_link);
  Governed<Session> describe(const SessionRow& row, std::string_view secret) const;
  Governed<void> touch(const SessionRow& row);
  Governed<void> end_sessions(PersonId person);
  Governed<void> store_key(const KeyRow& row, std::string_view digest);

  silo::Store& store_;
  const Clock& clock_;
  Random& random_;
  const Options options_;
  House house_;
  PasswordHasher hasher_;
  AttemptLimiter by_account_;
  AttemptLimiter by_address_;
  /// Held while something is read in order to be changed.
  Mutex changes_;
};

}  // namespace heed::people
