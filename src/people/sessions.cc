// People, who is in: sessions, their ends, and the change of a password, which ends them.
#include "people/people.h"
#include "people/text.h"
#include "people/token.h"

namespace heed::people {
namespace {

std::unexpected<Error> session_is_over() {
  return fail(ErrorKind::kNotFound, "the session is over", "sign in again");
}

}  // namespace

Governed<Session> People::describe(const SessionRow& row, std::string_view secret) const {
  ASSIGN_OR_RETURN(auto all, memberships(row.person));
  const auto in_house = std::erase_if(
      all, [](const Membership& membership) { return membership.organization == house_id(); });
  return Session{.person = row.person,
                 .csrf = csrf_of(secret),
                 .by_link = row.by_link && clock_.now() - row.begun < Duration::hours(1),
                 .operates = in_house > 0,
                 .memberships = std::move(all)};
}

Governed<std::optional<Session>> People::session(std::string_view text) {
  const std::optional<Session> none;
  const auto token = SessionToken::parse(text);
  if (!token) return none;
  const std::string id = SessionRow::id(token->person, digest(token->secret));
  ASSIGN_OR_RETURN(const auto row, house_.find<SessionRow>(id));
  if (!row) return none;
  ASSIGN_OR_RETURN(const PasswordRow password, password_of(row->person));
  const Time now = clock_.now();
  const bool over = password.number != row->password_number ||
                    now - row->seen >= options_.session_idle ||
                    now - row->begun >= options_.session_longest;
  if (over) {
    ASSIGN_OR_RETURN([[maybe_unused]] const bool was, house_.remove<SessionRow>(id));
    return none;
  }
  if (auto touched = touch(*row); !touched) return std::unexpected(std::move(touched).error());
  ASSIGN_OR_RETURN(auto session, describe(*row, token->secret));
  return session;
}

// A request must not cost a disk sync, so a session knows the hour it was last seen in.
Governed<void> People::touch(const SessionRow& row) {
  const Time hour = to_the_hour(clock_.now());
  if (hour <= row.seen) return {};
  SessionRow seen = row;
  seen.seen = hour;
  auto stored = house_.put(seen, silo::Expect::kPresent);
  const bool ended_meanwhile = !stored && stored.error().error() != nullptr &&
                               stored.error().error()->kind == ErrorKind::kConflict;
  if (ended_meanwhile) return {};  // this request had begun before
  return stored;
}

Governed<void> People::sign_out(std::string_view text) {
  const auto token = SessionToken::parse(text);
  if (!token) return {};
  const std::string id = SessionRow::id(token->person, digest(token->secret));
  ASSIGN_OR_RETURN(const bool was, house_.remove<SessionRow>(id));
  if (!was) return {};
  return house_.note(token->person.text(), "sign_out", "{}");
}

Governed<void> People::end_sessions(PersonId person) {
  ASSIGN_OR_RETURN(const auto rows, house_.scan<SessionRow>(person.text() + "/"));
  for (const SessionRow& row : rows) {
    ASSIGN_OR_RETURN([[maybe_unused]] const bool was,
                     house_.remove<SessionRow>(SessionRow::id(row.person, row.digest)));
  }
  return {};
}

Governed<void> People::revoke_sessions(PersonId person) {
  const Lock lock(changes_);
  ASSIGN_OR_RETURN(const auto known, house_.find<PersonRow>(person.text()));
  if (!known) return fail(ErrorKind::kNotFound, "there is no such person");
  ASSIGN_OR_RETURN(PasswordRow password, password_of(person));
  if (auto ended = change_password(std::move(password)); !ended) return ended;
  return house_.note(person.text(), "sessions.revoked", "{}");
}

// The new number ends all sessions in this one write; removing them is tidying.
Governed<void> People::change_password(PasswordRow password) {
  ++password.number;
  if (auto stored = house_.put(password); !stored) return stored;
  return end_sessions(password.person);
}

Governed<void> People::check_current(const PasswordRow& password, std::string_view current) {
  const std::string account = password.person.text();
  if (by_account_.attempt(account)) {
    return fail(ErrorKind::kExhausted, "too many wrong passwords", "try again in a minute");
  }
  ASSIGN_OR_RETURN(const bool right, hasher_.matches(password.hash, current));
  if (!right) return fail(ErrorKind::kConflict, "the current password is not right");
  by_account_.forgive(account);
  return {};
}

Governed<SignedIn> People::set_password(std::string_view token, std::string_view password,
                                        std::optional<std::string_view> current) {
  ASSIGN_OR_RETURN(const auto session, this->session(token));
  if (!session) return session_is_over();
  ASSIGN_OR_RETURN(const auto person, house_.find<PersonRow>(session->person.text()));
  if (!person) return session_is_over();
  if (auto checked = check_password_rules(password, person->email); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  ASSIGN_OR_RETURN(const PasswordRow before, password_of(person->id));
  if (!session->by_link && !before.hash.empty()) {
    if (auto right = check_current(before, current.value_or("")); !right) {
      return std::unexpected(std::move(right).error());
    }
  }
  ASSIGN_OR_RETURN(const std::string hash, hasher_.hash(password));

  const Lock lock(changes_);
  ASSIGN_OR_RETURN(PasswordRow row, password_of(person->id));
  if (row.number != before.number) return session_is_over();
  row.hash = hash;
  if (auto changed = change_password(row); !changed) {
    return std::unexpected(std::move(changed).error());
  }
  if (auto noted = house_.note(person->id.text(), "password.set", "{}"); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return begin_session(person->id, row.number + 1, /*by_link=*/false);
}

}  // namespace heed::people
