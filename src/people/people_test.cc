#include "people/people.h"

#include <filesystem>
#include <fstream>

#include "people/testing.h"
#include "silo/testing.h"

namespace heed::people {
namespace {

constexpr auto kEmail = "anna@example.com";
constexpr auto kPassword = "correct horse";
constexpr auto kAddress = "192.0.2.7";

class PeopleTest : public testing::Test {
 protected:
  PeopleTest() { open(); }

  void open() {
    people_ = must(People::open(store_.store(), store_.clock(), store_.random(), kTestOptions));
  }
  void restart() {
    people_.reset();
    store_.reopen();
    open();
  }
  PersonId add_anna() {
    const PersonId anna = must(people_->add_person("Anna", kEmail));
    const auto in = sign_in_by_new_link(anna);
    must(people_->set_password(in.token, kPassword, {}));
    return anna;
  }
  SignedIn sign_in_by_new_link(PersonId person) {
    const std::string link = must(people_->make_link(person, LinkUse::kSignIn));
    return std::get<SignedIn>(must(people_->sign_in_by_link(link, kAddress)));
  }
  SignInAnswer try_password(std::string_view email, std::string_view password) {
    return must(people_->sign_in(email, password, kAddress));
  }
  SignedIn sign_in() { return std::get<SignedIn>(try_password(kEmail, kPassword)); }
  bool is_in(std::string_view token) { return must(people_->session(token)).has_value(); }

  std::vector<silo::JournalEntry> journal() {
    const auto house = must(store_.store().silo(house_id()));
    return must(house->journal(store_.access("operation", "engine"), 1, 1'000));
  }
  bool noted(std::string_view what) {
    const auto entries = journal();
    return std::ranges::any_of(entries, [&](const auto& entry) { return entry.what == what; });
  }

  silo::TemporaryStore store_;
  Access access_ = store_.access();
  std::unique_ptr<People> people_;
};

const Error& error_of(const auto& governed) {
  require(!governed.has_value() && governed.error().error() != nullptr, "it failed");
  return *governed.error().error();
}

TEST_F(PeopleTest, a_person_signs_in_with_e_mail_and_password) {
  const PersonId anna = add_anna();
  const SignedIn in = sign_in();
  EXPECT_EQ(in.session.person, anna);
  const auto session = must(people_->session(in.token));
  ASSERT_TRUE(session);
  EXPECT_EQ(session->person, anna);
  EXPECT_EQ(session->csrf, in.session.csrf);
  EXPECT_TRUE(noted("sign_in"));
}

TEST_F(PeopleTest, an_e_mail_is_found_however_it_is_typed) {
  add_anna();
  EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password("  Anna@EXAMPLE.com ", kPassword)));
}

TEST_F(PeopleTest, wrong_password_unknown_e_mail_and_no_e_mail_get_the_same_answer_O65) {
  add_anna();
  for (const char* email : {kEmail, "nobody@example.com", "no address"}) {
    EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(email, "wrong horse"))) << email;
  }
}

TEST_F(PeopleTest, a_failed_sign_in_is_noted_the_same_whether_or_not_there_is_an_account) {
  add_anna();
  const std::size_t before = journal().size();
  try_password(kEmail, "wrong horse");
  try_password("nobody@example.com", "wrong horse");
  const auto entries = journal();
  ASSERT_EQ(entries.size(), before + 2);
  EXPECT_EQ(entries[before].what, entries[before + 1].what);
  EXPECT_EQ(entries[before].detail, entries[before + 1].detail);
}

TEST_F(PeopleTest, an_account_without_a_password_is_opened_by_no_password) {
  must(people_->add_person("Anna", kEmail));
  EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(kEmail, "")));
  EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(kEmail, kPassword)));
}

TEST_F(PeopleTest, accounts_and_sessions_outlive_a_restart) {
  add_anna();
  const SignedIn in = sign_in();
  restart();
  EXPECT_TRUE(is_in(in.token));
  EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password(kEmail, kPassword)));
}

TEST_F(PeopleTest, an_e_mail_has_one_account) {
  add_anna();
  EXPECT_EQ(error_of(people_->add_person("Anna again", "ANNA@example.com")).kind,
            ErrorKind::kConflict);
}

TEST_F(PeopleTest, an_address_whose_account_was_never_finished_is_free) {
  const auto house = must(House::open(store_.store(), store_.random()));
  House unfinished = house;
  const auto email = must(Email::parse(kEmail));
  must(unfinished.put(AddressRow{unfinished.address_id(email), PersonId::make(store_.random())}));
  EXPECT_TRUE(people_->add_person("Anna", kEmail));
}

TEST_F(PeopleTest, names_and_e_mails_that_cannot_be_are_refused) {
  EXPECT_EQ(error_of(people_->add_person("", kEmail)).kind, ErrorKind::kInvalid);
  EXPECT_EQ(error_of(people_->add_person("two\nlines", kEmail)).kind, ErrorKind::kInvalid);
  EXPECT_EQ(error_of(people_->add_person(std::string(101, 'a'), kEmail)).kind, ErrorKind::kInvalid);
  EXPECT_EQ(error_of(people_->add_person("Anna", "anna")).kind, ErrorKind::kInvalid);
  EXPECT_TRUE(people_->add_person(std::string(100, 'a'), kEmail));
  EXPECT_EQ(error_of(people_->add_organization(" ")).kind, ErrorKind::kInvalid);
}

// Limits -----------------------------------------------------------------------------------------

TEST_F(PeopleTest, an_account_takes_ten_wrong_passwords_then_one_a_minute) {
  add_anna();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(kEmail, "wrong horse")));
  }
  const auto refused = try_password(kEmail, kPassword);
  ASSERT_TRUE(std::holds_alternative<TooManyAttempts>(refused));
  EXPECT_EQ(std::get<TooManyAttempts>(refused).wait, Duration::minutes(1));
  store_.clock().advance(Duration::minutes(1));
  EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password(kEmail, kPassword)));
}

TEST_F(PeopleTest, an_account_that_does_not_exist_is_limited_like_one_that_does_O65) {
  for (int i = 0; i < 10; ++i) try_password("nobody@example.com", "wrong horse");
  EXPECT_TRUE(
      std::holds_alternative<TooManyAttempts>(try_password("nobody@example.com", "wrong horse")));
}

TEST_F(PeopleTest, an_address_takes_fifty_attempts_whatever_the_account) {
  add_anna();
  for (int i = 0; i < 50; ++i) {
    const std::string email = "person" + std::to_string(i) + "@example.com";
    EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(email, "wrong horse")));
  }
  EXPECT_TRUE(std::holds_alternative<TooManyAttempts>(try_password(kEmail, kPassword)));
  EXPECT_TRUE(
      std::holds_alternative<SignedIn>(must(people_->sign_in(kEmail, kPassword, "192.0.2.8"))));
}

TEST_F(PeopleTest, an_account_of_ones_own_does_not_help_to_guess_at_others) {
  add_anna();
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password(kEmail, kPassword)));
    const std::string email = "person" + std::to_string(i) + "@example.com";
    EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(email, "wrong horse")));
  }
  EXPECT_TRUE(
      std::holds_alternative<TooManyAttempts>(try_password("person50@example.com", "wrong horse")));
}

// Links ------------------------------------------------------------------------------------------

TEST_F(PeopleTest, a_link_signs_in_once) {
  const PersonId anna = must(people_->add_person("Anna", kEmail));
  const std::string link = must(people_->make_link(anna, LinkUse::kFirstStart));
  const auto first = must(people_->sign_in_by_link(link, kAddress));
  ASSERT_TRUE(std::holds_alternative<SignedIn>(first));
  EXPECT_TRUE(std::get<SignedIn>(first).session.by_link);
  EXPECT_TRUE(std::holds_alternative<NotRight>(must(people_->sign_in_by_link(link, kAddress))));
}

TEST_F(PeopleTest, a_link_lives_a_day_after_the_first_start_and_an_hour_otherwise) {
  const struct {
    LinkUse use;
    Duration life;
  } cases[] = {{LinkUse::kFirstStart, Duration::hours(24)}, {LinkUse::kSignIn, Duration::hours(1)}};
  const PersonId anna = must(people_->add_person("Anna", kEmail));
  for (const auto& c : cases) {
    const std::string used = must(people_->make_link(anna, c.use));
    const std::string late = must(people_->make_link(anna, c.use));
    store_.clock().advance(c.life - Duration::seconds(1));
    EXPECT_TRUE(std::holds_alternative<SignedIn>(must(people_->sign_in_by_link(used, kAddress))));
    store_.clock().advance(Duration::seconds(1));
    EXPECT_TRUE(std::holds_alternative<NotRight>(must(people_->sign_in_by_link(late, kAddress))));
  }
}

TEST_F(PeopleTest, a_link_that_nobody_made_signs_nobody_in) {
  for (const std::string& token : {std::string(), std::string("x"), to_base64url(Bytes(32, 'x'))}) {
    EXPECT_TRUE(std::holds_alternative<NotRight>(must(people_->sign_in_by_link(token, kAddress))));
  }
}

// Sessions ---------------------------------------------------------------------------------------

TEST_F(PeopleTest, a_session_ends_when_signed_out) {
  add_anna();
  const SignedIn in = sign_in();
  must(people_->sign_out(in.token));
  EXPECT_FALSE(is_in(in.token));
  EXPECT_TRUE(people_->sign_out(in.token));
}

TEST_F(PeopleTest, a_session_ends_after_two_idle_weeks) {
  add_anna();
  const SignedIn used = sign_in();
  const SignedIn idle = sign_in();
  store_.clock().advance(Duration::days(13));
  EXPECT_TRUE(is_in(used.token));
  store_.clock().advance(Duration::days(1));
  EXPECT_TRUE(is_in(used.token));
  EXPECT_FALSE(is_in(idle.token));
}

TEST_F(PeopleTest, a_session_ends_after_ninety_days_however_busy) {
  add_anna();
  const SignedIn in = sign_in();
  for (int day = 0; day < 89; ++day) {
    store_.clock().advance(Duration::days(1));
    ASSERT_TRUE(is_in(in.token)) << day;
  }
  store_.clock().advance(Duration::days(1));
  EXPECT_FALSE(is_in(in.token));
}

TEST_F(PeopleTest, a_session_is_no_token_that_was_changed_by_one_sign) {
  add_anna();
  std::string token = sign_in().token;
  token[40] = token[40] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(is_in(token));
  EXPECT_FALSE(is_in(""));
}

TEST_F(PeopleTest, two_sessions_have_two_csrf_tokens) {
  add_anna();
  EXPECT_NE(sign_in().session.csrf, sign_in().session.csrf);
}

TEST_F(PeopleTest, revoking_ends_every_session_of_the_person_and_of_no_other_O57) {
  const PersonId anna = add_anna();
  const SignedIn one = sign_in();
  const SignedIn two = sign_in();
  const SignedIn berta =
      sign_in_by_new_link(must(people_->add_person("Berta", "berta@example.com")));
  must(people_->revoke_sessions(anna));
  EXPECT_FALSE(is_in(one.token));
  EXPECT_FALSE(is_in(two.token));
  EXPECT_TRUE(is_in(berta.token));
  EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password(kEmail, kPassword)));
}

// Passwords --------------------------------------------------------------------------------------

TEST_F(PeopleTest, a_new_password_ends_every_other_session) {
  add_anna();
  const SignedIn other = sign_in();
  const SignedIn mine = sign_in();
  const SignedIn renewed = must(people_->set_password(mine.token, "battery staple", kPassword));
  EXPECT_FALSE(is_in(other.token));
  EXPECT_FALSE(is_in(mine.token));
  EXPECT_TRUE(is_in(renewed.token));
  EXPECT_TRUE(std::holds_alternative<NotRight>(try_password(kEmail, kPassword)));
  EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password(kEmail, "battery staple")));
}

TEST_F(PeopleTest, a_new_password_needs_the_current_one) {
  add_anna();
  const SignedIn in = sign_in();
  EXPECT_EQ(error_of(people_->set_password(in.token, "battery staple", {})).kind,
            ErrorKind::kConflict);
  EXPECT_EQ(error_of(people_->set_password(in.token, "battery staple", "wrong horse")).kind,
            ErrorKind::kConflict);
  EXPECT_TRUE(std::holds_alternative<SignedIn>(try_password(kEmail, kPassword)));
}

TEST_F(PeopleTest, a_new_password_needs_no_current_one_for_an_hour_after_a_link) {
  const PersonId anna = add_anna();
  const SignedIn in = sign_in_by_new_link(anna);
  const SignedIn late = sign_in_by_new_link(anna);
  EXPECT_TRUE(people_->set_password(in.token, "battery staple", {}));
  EXPECT_EQ(error_of(people_->set_password(late.token, "battery staple", {})).kind,
            ErrorKind::kNotFound);
  const SignedIn again = sign_in_by_new_link(anna);
  store_.clock().advance(Duration::hours(1));
  EXPECT_EQ(error_of(people_->set_password(again.token, "battery staple 2", {})).kind,
            ErrorKind::kConflict);
}

TEST_F(PeopleTest, guessing_the_current_password_from_a_stolen_session_is_limited) {
  add_anna();
  const SignedIn in = sign_in();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(error_of(people_->set_password(in.token, "battery staple", "wrong horse")).kind,
              ErrorKind::kConflict);
  }
  EXPECT_EQ(error_of(people_->set_password(in.token, "battery staple", kPassword)).kind,
            ErrorKind::kExhausted);
}

TEST_F(PeopleTest, a_password_that_breaks_the_rules_is_refused_with_the_mend) {
  const PersonId anna = must(people_->add_person("Anna", kEmail));
  const SignedIn in = sign_in_by_new_link(anna);
  const auto refused = people_->set_password(in.token, "short", {});
  EXPECT_EQ(error_of(refused).kind, ErrorKind::kInvalid);
  EXPECT_FALSE(error_of(refused).mend.empty());
  EXPECT_TRUE(is_in(in.token));
}

// Organizations ----------------------------------------------------------------------------------

TEST_F(PeopleTest, a_person_belongs_to_several_organizations) {
  const PersonId anna = add_anna();
  const auto mill = must(people_->add_organization("Mill & Sons"));
  const auto lathe = must(people_->add_organization("Lathe Works"));
  must(people_->add_member(mill, anna, Role::kOwner));
  must(people_->add_member(lathe, anna, Role::kMember));
  const auto belongings = must(people_->belongings(access_, anna));
  ASSERT_EQ(belongings.size(), 2U);
  EXPECT_EQ(belongings[0].organization.name, "Lathe Works");
  EXPECT_EQ(belongings[0].role, Role::kMember);
  EXPECT_EQ(belongings[1].organization.id, mill);
  EXPECT_EQ(belongings[1].role, Role::kOwner);
  EXPECT_EQ(sign_in().session.memberships.size(), 2U);
}

TEST_F(PeopleTest, an_organization_gets_a_silo_of_its_own) {
  const auto mill = must(people_->add_organization("Mill & Sons"));
  EXPECT_TRUE(store_.store().silo(mill));
  ASSERT_EQ(must(people_->organizations()).size(), 1U);
  EXPECT_EQ(must(people_->organizations())[0].name, "Mill & Sons");
}

TEST_F(PeopleTest, members_are_seen_by_their_own_organization_alone) {
  const PersonId anna = add_anna();
  const auto berta = must(people_->add_person("Berta", "berta@example.com"));
  const auto mill = must(people_->add_organization("Mill & Sons"));
  const auto lathe = must(people_->add_organization("Lathe Works"));
  must(people_->add_member(mill, anna, Role::kOwner));
  must(people_->add_member(lathe, berta, Role::kOwner));
  const auto members = must(people_->members(access_, mill));
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members[0].person.name, "Anna");
  EXPECT_EQ(members[0].person.email, kEmail);
}

TEST_F(PeopleTest, a_removed_member_is_out_in_the_sessions_that_are_open) {
  const PersonId anna = add_anna();
  const auto mill = must(people_->add_organization("Mill & Sons"));
  const auto berta = must(people_->add_person("Berta", "berta@example.com"));
  must(people_->add_member(mill, berta, Role::kOwner));
  must(people_->add_member(mill, anna, Role::kMember));
  const SignedIn in = sign_in();
  ASSERT_EQ(in.session.memberships.size(), 1U);
  must(people_->remove_member(mill, anna));
  EXPECT_TRUE(must(people_->session(in.token))->memberships.empty());
  EXPECT_EQ(must(people_->members(access_, mill)).size(), 1U);
}

TEST_F(PeopleTest, an_organization_keeps_its_last_owner) {
  const PersonId anna = add_anna();
  const auto mill = must(people_->add_organization("Mill & Sons"));
  const auto berta = must(people_->add_person("Berta", "berta@example.com"));
  must(people_->add_member(mill, anna, Role::kOwner));
  must(people_->add_member(mill, berta, Role::kMember));
  EXPECT_EQ(error_of(people_->remove_member(mill, anna)).kind, ErrorKind::kConflict);
  EXPECT_EQ(error_of(people_->add_member(mill, anna, Role::kMember)).kind, ErrorKind::kConflict);
  must(people_->add_member(mill, berta, Role::kOwner));
  EXPECT_TRUE(people_->remove_member(mill, anna));
}

TEST_F(PeopleTest, names_and_addresses_are_not_shown_for_marketing_O59) {
  const PersonId anna = add_anna();
  const auto refused = people_->person(store_.access("marketing", "organization"), anna);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().refusal(), nullptr);
}

// API keys ---------------------------------------------------------------------------------------

class KeysTest : public PeopleTest {
 protected:
  MadeKey make(Scopes scopes = {Scope::kRead}) {
    return must(people_->make_key(anna_, mill_, "the ERP", scopes));
  }
  std::optional<ApiKey> key(std::string_view token) { return must(people_->key(token)); }

  const PersonId anna_ = must(people_->add_person("Anna", kEmail));
  const OrganizationId mill_ = must(people_->add_organization("Mill & Sons"));
};

TEST_F(KeysTest, a_key_is_of_one_organization_with_the_scopes_it_was_given) {
  const MadeKey made = make({Scope::kRead, Scope::kIngest});
  const auto known = key(made.token);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->organization, mill_);
  EXPECT_TRUE(known->scopes.has(Scope::kIngest));
  EXPECT_FALSE(known->scopes.has(Scope::kWrite));
  EXPECT_TRUE(made.token.starts_with(known->prefix));
  EXPECT_TRUE(noted("key.made"));
}

TEST_F(KeysTest, a_key_is_not_one_whose_secret_differs) {
  std::string token = make().token;
  token.back() = token.back() == '0' ? '1' : '0';
  EXPECT_FALSE(key(token));
  EXPECT_FALSE(key(""));
  EXPECT_FALSE(key("heed_"));
}

TEST_F(KeysTest, a_removed_key_is_refused_from_then_on) {
  const MadeKey made = make();
  EXPECT_TRUE(must(people_->remove_key(anna_, mill_, made.key.id)));
  EXPECT_FALSE(key(made.token));
  EXPECT_TRUE(must(people_->keys(access_, mill_)).empty());
  EXPECT_FALSE(must(people_->remove_key(anna_, mill_, made.key.id)));
}

TEST_F(KeysTest, another_organizations_key_is_neither_listed_nor_removed) {
  const MadeKey made = make();
  const auto lathe = must(people_->add_organization("Lathe Works"));
  EXPECT_TRUE(must(people_->keys(access_, lathe)).empty());
  EXPECT_FALSE(must(people_->remove_key(anna_, lathe, made.key.id)));
  EXPECT_TRUE(key(made.token));
}

TEST_F(KeysTest, the_last_use_of_a_key_is_told_to_the_hour) {
  const MadeKey made = make();
  EXPECT_FALSE(must(people_->keys(access_, mill_))[0].last_used);
  EXPECT_TRUE(key(made.token));
  const auto used = must(people_->keys(access_, mill_))[0].last_used;
  ASSERT_TRUE(used);
  EXPECT_EQ(used->seconds() % 3'600, 0);
  EXPECT_LE(store_.clock().now() - *used, Duration::hours(1));
}

TEST_F(KeysTest, an_organization_has_at_most_a_hundred_keys) {
  for (int i = 0; i < 100; ++i) make();
  EXPECT_EQ(error_of(people_->make_key(anna_, mill_, "one more", {Scope::kRead})).kind,
            ErrorKind::kExhausted);
}

TEST_F(KeysTest, a_key_without_a_name_or_a_scope_is_refused) {
  EXPECT_EQ(error_of(people_->make_key(anna_, mill_, "", {Scope::kRead})).kind,
            ErrorKind::kInvalid);
  EXPECT_EQ(error_of(people_->make_key(anna_, mill_, "the ERP", {})).kind, ErrorKind::kInvalid);
}

// What lies on the disk --------------------------------------------------------------------------

bool any_file_holds(const std::string& directory, std::string_view needle) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.contains(needle)) return true;
  }
  return false;
}

TEST_F(KeysTest, no_file_holds_an_address_a_password_or_a_token) {
  const SignedIn in = sign_in_by_new_link(anna_);
  const SignedIn renewed = must(people_->set_password(in.token, kPassword, {}));
  const MadeKey made = make();
  const std::string link = must(people_->make_link(anna_, LinkUse::kSignIn));
  people_.reset();
  store_.reopen();
  for (const std::string& secret :
       {std::string(kEmail), std::string(kPassword), in.token, renewed.token, made.token, link,
        made.token.substr(made.token.rfind('_') + 1), std::string("$argon2id$")}) {
    EXPECT_FALSE(any_file_holds(store_.directory(), secret)) << secret;
  }
  // The scan finds what is there: the organization's id is its directory's name and key.
  EXPECT_TRUE(any_file_holds(store_.directory(), anna_.text()));
  open();
}

TEST_F(KeysTest, the_journal_names_nobody) {
  const SignedIn in = sign_in_by_new_link(anna_);
  must(people_->set_password(in.token, kPassword, {}));
  try_password(kEmail, "wrong horse");
  for (const silo::JournalEntry& entry : journal()) {
    for (const char* personal : {"Anna", "anna@", "example.com", kAddress, "horse"}) {
      EXPECT_FALSE(entry.detail.contains(personal)) << entry.what;
      EXPECT_FALSE(entry.actor.contains(personal)) << entry.what;
    }
  }
}

}  // namespace
}  // namespace heed::people
