// People, the programs' way in: API keys.
#include <algorithm>

#include "base/crypto.h"
#include "base/json.h"
#include "people/people.h"
#include "people/text.h"
#include "people/token.h"

namespace heed::people {
namespace {

constexpr std::size_t kMostKeys = 100;

ApiKey shown(const KeyRow& row) {
  return {.id = row.id,
          .organization = row.organization,
          .name = row.name,
          .scopes = row.scopes,
          .created = row.created,
          .last_used = row.last_used,
          .prefix = KeyToken::prefix(row.id)};
}

Result<void> check_key(std::string_view name, Scopes scopes) {
  if (auto checked = check_name(name, "the key's name"); !checked) return checked;
  if (scopes.empty()) {
    return fail(ErrorKind::kInvalid, "the key would be good for nothing",
                "give it at least one of read, write, ingest");
  }
  return {};
}

std::string key_detail(const KeyRow& row) {
  JsonWriter w;
  w.begin_object().member("key", row.id.text()).member("organization", row.organization.text());
  w.member("scopes", row.scopes.bits()).end_object();
  return w.take();
}

RosterRow listing(const KeyRow& row) {
  return {row.organization, RosterRow::What::kKey, row.id.text(), row.created};
}

}  // namespace

Governed<MadeKey> People::make_key(PersonId maker, OrganizationId organization,
                                   std::string_view name, Scopes scopes) {
  if (auto checked = check_key(name, scopes); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  const Lock lock(changes_);
  ASSIGN_OR_RETURN(const auto roster,
                   house_.scan<RosterRow>(RosterRow::prefix(organization, RosterRow::What::kKey)));
  if (roster.size() >= kMostKeys) {
    return fail(ErrorKind::kExhausted, "the organization has 100 keys",
                "remove one that is no longer used");
  }
  const KeyToken token = KeyToken::make(random_);
  const KeyRow row{.id = token.id,
                   .organization = organization,
                   .maker = maker,
                   .name = std::string(name),
                   .scopes = scopes,
                   .created = clock_.now(),
                   .last_used = {}};
  if (auto stored = store_key(row, digest(token.secret)); !stored) {
    return std::unexpected(std::move(stored).error());
  }
  if (auto noted = house_.note(maker.text(), "key.made", key_detail(row)); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return MadeKey{shown(row), token.text()};
}

// What lets it in is written last.
Governed<void> People::store_key(const KeyRow& row, std::string_view digest) {
  if (auto listed = house_.put(listing(row)); !listed) return listed;
  if (auto stored = house_.put(row, silo::Expect::kAbsent); !stored) return stored;
  return house_.put(KeySecretRow{row.id, std::string(digest)}, silo::Expect::kAbsent);
}

Governed<std::vector<ApiKey>> People::keys(const Access& access,
                                           OrganizationId organization) const {
  ASSIGN_OR_RETURN(const auto roster,
                   house_.scan<RosterRow>(RosterRow::prefix(organization, RosterRow::What::kKey)));
  std::vector<ApiKey> all;
  for (const RosterRow& listed : roster) {
    ASSIGN_OR_RETURN(const auto row, house_.find<KeyRow>(access, listed.of));
    if (row && row->organization == organization) all.push_back(shown(*row));
  }
  std::ranges::sort(all, {}, [](const ApiKey& key) { return key.created; });
  return all;
}

Governed<bool> People::remove_key(PersonId remover, OrganizationId organization, ApiKeyId id) {
  const Lock lock(changes_);
  ASSIGN_OR_RETURN(const auto row, house_.find<KeyRow>(id.text()));
  if (!row || row->organization != organization) return false;
  ASSIGN_OR_RETURN([[maybe_unused]] const bool had_secret, house_.remove<KeySecretRow>(id.text()));
  ASSIGN_OR_RETURN([[maybe_unused]] const bool was, house_.remove<KeyRow>(id.text()));
  ASSIGN_OR_RETURN([[maybe_unused]] const bool was_listed,
                   house_.remove<RosterRow>(listing(*row).id()));
  if (auto noted = house_.note(remover.text(), "key.removed", key_detail(*row)); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return true;
}

Governed<std::optional<ApiKey>> People::key(std::string_view text) {
  const std::optional<ApiKey> none;
  const auto token = KeyToken::parse(text);
  if (!token) return none;
  ASSIGN_OR_RETURN(const auto secret, house_.find<KeySecretRow>(token->id.text()));
  if (!secret || !equal_in_constant_time(secret->digest, digest(token->secret))) return none;
  ASSIGN_OR_RETURN(auto row, house_.find<KeyRow>(token->id.text()));
  if (!row) return none;
  const Time hour = to_the_hour(clock_.now());
  if (!row->last_used || *row->last_used < hour) {
    row->last_used = hour;
    // Not kAnything: a key that is being removed must not come back.
    auto stored = house_.put(*row, silo::Expect::kPresent);
    const Error* error = stored ? nullptr : stored.error().error();
    if (error != nullptr && error->kind == ErrorKind::kConflict) return none;
    if (!stored) return std::unexpected(std::move(stored).error());
  }
  return shown(*row);
}

}  // namespace heed::people
