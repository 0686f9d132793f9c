#include "people/rows.h"

#include <utility>

namespace heed::people {
namespace {

using policy::Field;
using policy::FieldType;
using policy::Kind;
using policy::Shape;
using silo::FieldValue;
using silo::Record;

constexpr auto kSource = "engine";

Field field(std::string name, FieldType type, std::string category) {
  return {std::move(name), type, std::move(category)};
}
Field text(std::string name, std::string category) {
  return field(std::move(name), FieldType::kText, std::move(category));
}
Field time(std::string name, std::string category) {
  return field(std::move(name), FieldType::kTime, std::move(category));
}
Field integer(std::string name, std::string category) {
  return field(std::move(name), FieldType::kInteger, std::move(category));
}

constexpr auto kIdentity = "personal.identity";
constexpr auto kContact = "personal.contact";
constexpr auto kCredential = "personal.credential";
constexpr auto kAccount = "personal.account";
constexpr auto kAdministration = "administration";

Record record_of(policy::KindId kind, std::string id, SubjectId subject,
                 std::vector<FieldValue> fields) {
  return {.kind = kind,
          .id = std::move(id),
          .subject = subject,
          .source = kSource,
          .fields = std::move(fields),
          .label = {}};
}

// The silo has checked every field against its kind, so a missing one is an absent one.
template <class T>
T value(const Record& record, std::size_t index) {
  if (index >= record.fields.size()) return T{};
  const T* stored = std::get_if<T>(&record.fields[index]);
  return stored != nullptr ? *stored : T{};
}

template <class IdType>
IdType id_value(std::string_view text) {
  return IdType::parse(text).value_or(IdType());
}

std::string_view before_slash(std::string_view id) {
  return id.substr(0, id.find('/'));
}
std::string_view after_last_slash(std::string_view id) {
  return id.substr(id.rfind('/') + 1);
}

}  // namespace

std::vector<Kind> kinds() {
  const auto kind = [](policy::KindId id, std::string name, std::vector<Field> fields) {
    return Kind{id, std::move(name), Shape::kRecord, std::move(fields), {}};
  };
  return {
      kind(PersonRow::kKind, "person",
           {text("name", kIdentity), text("email", kContact), time("created", kAccount)}),
      kind(PasswordRow::kKind, "password",
           {text("hash", kCredential), integer("number", kCredential)}),
      kind(AddressRow::kKind, "address", {text("person", kAccount)}),
      kind(OrganizationRow::kKind, "organization",
           {text("name", kAdministration), time("created", kAdministration)}),
      kind(MembershipRow::kKind, "membership",
           {integer("role", kAccount), time("since", kAccount)}),
      kind(RosterRow::kKind, "roster", {time("since", kAccount)}),
      kind(SessionRow::kKind, "session",
           {integer("password_number", kCredential), field("by_link", FieldType::kTruth, kAccount),
            time("begun", kAccount), time("seen", kAccount)}),
      kind(LinkRow::kKind, "sign_in_link", {text("person", kAccount), time("ends", kCredential)}),
      kind(KeyRow::kKind, "api_key",
           {text("organization", kAdministration), text("maker", kAccount),
            text("name", kAdministration), integer("scopes", kAdministration),
            time("created", kAdministration), time("last_used", kAdministration)}),
      kind(KeySecretRow::kKind, "api_key_secret", {text("digest", kCredential)}),
      kind(SecretRow::kKind, "house_secret", {field("secret", FieldType::kBytes, kAdministration)}),
  };
}

policy::Inventory inventory() {
  policy::Inventory own;
  own.kinds = kinds();
  own.sources = {kSource};
  own.uses = {{"service.sign_in", "engine", "people: accounts, sessions and keys"}};
  return own;
}

Record PersonRow::record() const {
  return record_of(kKind, id.text(), id, {name, email, created});
}

PersonRow PersonRow::from(const Record& record) {
  return {.id = id_value<PersonId>(record.id),
          .name = value<std::string>(record, 0),
          .email = value<std::string>(record, 1),
          .created = value<Time>(record, 2)};
}

Record PasswordRow::record() const {
  return record_of(kKind, person.text(), person, {hash, number});
}

PasswordRow PasswordRow::from(const Record& record) {
  return {.person = id_value<PersonId>(record.id),
          .hash = value<std::string>(record, 0),
          .number = value<std::int64_t>(record, 1)};
}

Record AddressRow::record() const {
  return record_of(kKind, id, person, {person.text()});
}

AddressRow AddressRow::from(const Record& record) {
  return {.id = record.id, .person = id_value<PersonId>(value<std::string>(record, 0))};
}

Record OrganizationRow::record() const {
  return record_of(kKind, id.text(), {}, {name, created});
}

OrganizationRow OrganizationRow::from(const Record& record) {
  return {.id = id_value<OrganizationId>(record.id),
          .name = value<std::string>(record, 0),
          .created = value<Time>(record, 1)};
}

std::string MembershipRow::id(PersonId person, OrganizationId organization) {
  return person.text() + "/" + organization.text();
}

Record MembershipRow::record() const {
  return record_of(kKind, id(person, organization), person,
                   {static_cast<std::int64_t>(role), since});
}

MembershipRow MembershipRow::from(const Record& record) {
  return {.person = id_value<PersonId>(before_slash(record.id)),
          .organization = id_value<OrganizationId>(after_last_slash(record.id)),
          .role = value<std::int64_t>(record, 0) == static_cast<std::int64_t>(Role::kOwner)
                      ? Role::kOwner
                      : Role::kMember,
          .since = value<Time>(record, 1)};
}

std::string RosterRow::prefix(OrganizationId organization, What what) {
  return organization.text() + (what == What::kKey ? "/key/" : "/member/");
}

Record RosterRow::record() const {
  return record_of(kKind, id(), {}, {since});
}

RosterRow RosterRow::from(const Record& record) {
  return {.organization = id_value<OrganizationId>(before_slash(record.id)),
          .what = record.id.contains("/key/") ? What::kKey : What::kMember,
          .of = std::string(after_last_slash(record.id)),
          .since = value<Time>(record, 0)};
}

std::string SessionRow::id(PersonId person, std::string_view digest) {
  return person.text() + "/" + std::string(digest);
}

Record SessionRow::record() const {
  return record_of(kKind, id(person, digest), person, {password_number, by_link, begun, seen});
}

SessionRow SessionRow::from(const Record& record) {
  return {.person = id_value<PersonId>(before_slash(record.id)),
          .digest = std::string(after_last_slash(record.id)),
          .password_number = value<std::int64_t>(record, 0),
          .by_link = value<bool>(record, 1),
          .begun = value<Time>(record, 2),
          .seen = value<Time>(record, 3)};
}

Record LinkRow::record() const {
  return record_of(kKind, digest, person, {person.text(), ends});
}

LinkRow LinkRow::from(const Record& record) {
  return {.digest = record.id,
          .person = id_value<PersonId>(value<std::string>(record, 0)),
          .ends = value<Time>(record, 1)};
}

Record KeyRow::record() const {
  return record_of(kKind, id.text(), {},
                   {organization.text(), maker.text(), name, scopes.bits(), created,
                    last_used ? FieldValue(*last_used) : FieldValue()});
}

KeyRow KeyRow::from(const Record& record) {
  KeyRow row{.id = id_value<ApiKeyId>(record.id),
             .organization = id_value<OrganizationId>(value<std::string>(record, 0)),
             .maker = id_value<PersonId>(value<std::string>(record, 1)),
             .name = value<std::string>(record, 2),
             .scopes = Scopes::from_bits(value<std::int64_t>(record, 3)),
             .created = value<Time>(record, 4),
             .last_used = {}};
  if (!std::holds_alternative<std::monostate>(record.fields[5])) {
    row.last_used = value<Time>(record, 5);
  }
  return row;
}

Record KeySecretRow::record() const {
  return record_of(kKind, key.text(), {}, {digest});
}

KeySecretRow KeySecretRow::from(const Record& record) {
  return {.key = id_value<ApiKeyId>(record.id), .digest = value<std::string>(record, 0)};
}

Record SecretRow::record() const {
  return record_of(kKind, name, {}, {secret});
}

SecretRow SecretRow::from(const Record& record) {
  return {.name = record.id, .secret = value<std::string>(record, 0)};
}

}  // namespace heed::people
