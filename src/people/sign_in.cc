// People, the way in: passwords and links.
#include "base/json.h"
#include "people/people.h"
#include "people/token.h"

namespace heed::people {
namespace {

constexpr auto kNobody = "nobody";  // the journal's actor before it is known who it is
constexpr std::size_t kLongestAddress = 64;

Duration life_of(LinkUse use) {
  return use == LinkUse::kFirstStart ? Duration::hours(24) : Duration::hours(1);
}

std::string by_detail(std::string_view by) {
  return JsonWriter().begin_object().member("by", by).end_object().take();
}

}  // namespace

Governed<SignInAnswer> People::sign_in(std::string_view email_text, std::string_view password,
                                       std::string_view address) {
  address = address.substr(0, kLongestAddress);
  if (const auto wait = by_address_.attempt(address)) return TooManyAttempts{*wait};
  const auto email = Email::parse(email_text);
  if (!email) return NotRight{};  // tells nothing: no such text can have an account
  const std::string account = house_.address_id(*email);
  if (const auto wait = by_account_.attempt(account)) return TooManyAttempts{*wait};

  ASSIGN_OR_RETURN(const auto person, person_with(account));
  ASSIGN_OR_RETURN(const PasswordRow stored, password_of(person ? person->id : PersonId()));
  ASSIGN_OR_RETURN(const bool right, hasher_.matches(person ? stored.hash : "", password));
  if (!right) {
    // Noted for an unknown e-mail too, or the missing disk sync would tell that it is unknown.
    const std::string actor = person ? person->id.text() : kNobody;
    if (auto noted = house_.note(actor, "sign_in.failed", by_detail("password")); !noted) {
      return std::unexpected(std::move(noted).error());
    }
    return NotRight{};
  }
  by_account_.forgive(account);
  // No more than this attempt: whoever has an account could guess at others' without end.
  by_address_.give_back(address);
  ASSIGN_OR_RETURN(auto signed_in, begin_session(person->id, stored.number, /*by_link=*/false));
  return signed_in;
}

Governed<std::string> People::make_link(PersonId person, LinkUse use) {
  ASSIGN_OR_RETURN(const auto known, house_.find<PersonRow>(person.text()));
  if (!known) return fail(ErrorKind::kNotFound, "there is no such person");
  const Bytes secret = random_.bytes(kSecretSize);
  const LinkRow link{digest(secret), person, clock_.now() + life_of(use)};
  if (auto stored = house_.put(link, silo::Expect::kAbsent); !stored) {
    return std::unexpected(std::move(stored).error());
  }
  if (auto noted = house_.note(person.text(), "link.made", "{}"); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return to_base64url(secret);
}

Governed<SignInAnswer> People::sign_in_by_link(std::string_view token, std::string_view address) {
  address = address.substr(0, kLongestAddress);
  if (const auto wait = by_address_.attempt(address)) return TooManyAttempts{*wait};
  const auto secret = parse_link_token(token);
  if (!secret) return NotRight{};
  const std::string id = digest(*secret);
  ASSIGN_OR_RETURN(const auto link, house_.find<LinkRow>(id));
  if (!link) return NotRight{};
  // Whoever removes it has it: of two at once, one signs in.
  ASSIGN_OR_RETURN(const bool mine, house_.remove<LinkRow>(id));
  if (!mine || clock_.now() >= link->ends) return NotRight{};
  ASSIGN_OR_RETURN(const auto person, house_.find<PersonRow>(link->person.text()));
  if (!person) return NotRight{};
  by_address_.give_back(address);
  ASSIGN_OR_RETURN(const PasswordRow password, password_of(person->id));
  ASSIGN_OR_RETURN(auto signed_in, begin_session(person->id, password.number, /*by_link=*/true));
  return signed_in;
}

Governed<PasswordRow> People::password_of(PersonId person) const {
  ASSIGN_OR_RETURN(auto stored, house_.find<PasswordRow>(person.text()));
  return stored.value_or(PasswordRow{.person = person});
}

Governed<SignedIn> People::begin_session(PersonId person, std::int64_t password_number,
                                         bool by_link) {
  const auto token = SessionToken::make(person, random_);
  const Time now = clock_.now();
  const SessionRow row{.person = person,
                       .digest = digest(token.secret),
                       .password_number = password_number,
                       .by_link = by_link,
                       .begun = now,
                       .seen = now};
  if (auto stored = house_.put(row, silo::Expect::kAbsent); !stored) {
    return std::unexpected(std::move(stored).error());
  }
  if (auto noted = house_.note(person.text(), "sign_in", by_detail(by_link ? "link" : "password"));
      !noted) {
    return std::unexpected(std::move(noted).error());
  }
  ASSIGN_OR_RETURN(auto session, describe(row, token.secret));
  return SignedIn{token.text(), std::move(session)};
}

}  // namespace heed::people
