#include "app/silo_move_command.h"

#include <fmt/core.h>

#include "app/offline_store.h"
#include "app/plainly.h"
#include "app/progress.h"
#include "base/json.h"
#include "people/people.h"
#include "silo/silo_move.h"

namespace heed::app {
namespace {

Result<std::unique_ptr<people::People>> people_of(OfflineStore& opened) {
  return plainly(people::People::open(*opened.store, opened.clock, opened.random));
}

Result<void> note_in_house(OfflineStore& opened, std::string_view what,
                           OrganizationId organization) {
  JsonWriter detail;
  detail.begin_object().member("organization", organization.text()).end_object();
  ASSIGN_OR_RETURN(const auto house, opened.store->silo(people::house_id()));
  ASSIGN_OR_RETURN(const auto access,
                   opened.store->policy()->access("command line", "operation", "engine"));
  return plainly(house->note(access, what, detail.view()));
}

/// As it is registered; kNotFound if it is not.
Result<std::string> name_of(OfflineStore& opened, OrganizationId organization) {
  if (organization == people::house_id()) {
    return fail(ErrorKind::kInvalid, "this is the house: the accounts of the whole server",
                "move the data directory and the key ring to move a server");
  }
  ASSIGN_OR_RETURN(const auto people, people_of(opened));
  ASSIGN_OR_RETURN(const auto all, plainly(people->organizations()));
  for (const people::Organization& one : all) {
    if (one.id == organization) return one.name;
  }
  return fail(ErrorKind::kNotFound, "no such organization is registered here");
}

Result<people::PersonId> owner_at(people::People& people, const std::string& email) {
  ASSIGN_OR_RETURN(const auto owner, plainly(people.person_of(email)));
  if (owner) return *owner;
  return fail(ErrorKind::kNotFound, "nobody has an account with that address at the other server",
              "accounts do not move: name one of that server with --owner");
}

/// Opened there, its journal whole, it gets its name and its owner.
Result<void> settle_in(OfflineStore& there, const MoveWords& words, const std::string& name) {
  ASSIGN_OR_RETURN(const auto silo, there.store->silo(words.organization));
  ASSIGN_OR_RETURN([[maybe_unused]] const auto head, silo->verify_journal());
  ASSIGN_OR_RETURN(const auto people, people_of(there));
  ASSIGN_OR_RETURN(const people::PersonId owner, owner_at(*people, words.owner));
  auto adopted = plainly(people->adopt_organization(words.organization, name, owner));
  if (!adopted) return adopted;
  ASSIGN_OR_RETURN(const auto access,
                   there.store->policy()->access("command line", "operation", "engine"));
  return plainly(silo->note(access, "silo.moved", "{}"));
}

std::string told(const MoveWords& words, const silo::MoveReport& report) {
  if (words.json) {
    JsonWriter out;
    out.begin_object()
        .member("moved", report.moved)
        .member("files", report.files)
        .member("bytes", report.bytes)
        .member("policies", std::uint64_t{report.policies})
        .end_object();
    return out.take() + "\n";
  }
  const std::string what = fmt::format("{} files with {}, under {} versions of the policy",
                                       report.files, in_bytes(report.bytes), report.policies);
  if (report.moved) return fmt::format("Moved to {}. The old keys are gone.\n", words.to_data);
  return fmt::format("Would move {} to {}. Nothing was done.\nSay --really to do it.\n", what,
                     words.to_data);
}

/// Where the name comes from: it is still registered here until all is done.
Result<std::string> look_at_both(const MoveWords& words, const silo::RootGiver& root,
                                 const silo::RootGiver& other) {
  std::string name;
  {
    ASSIGN_OR_RETURN(const auto here, open_offline(words.data, words.keys, root));
    ASSIGN_OR_RETURN(name, name_of(*here, words.organization));
  }
  ASSIGN_OR_RETURN(const auto there, open_offline(words.to_data, words.to_keys, other));
  ASSIGN_OR_RETURN(const auto people, people_of(*there));
  ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_at(*people, words.owner));
  return name;
}

}  // namespace

Result<std::string> run_move(const MoveWords& words) {
  ASSIGN_OR_RETURN(const silo::RootGiver root, take_root(words.key_access));
  ASSIGN_OR_RETURN(const silo::RootGiver other, take_new_root(words.to_passphrase_file));
  ASSIGN_OR_RETURN(const std::string name, look_at_both(words, root, other));
  const SystemClock clock;
  SystemRandom random;
  Progress progress(clock);
  silo::MoveOptions options{{words.data, key_directory(words.data, words.keys), root},
                            {words.to_data, key_directory(words.to_data, words.to_keys), other},
                            words.organization,
                            !words.really};
  ASSIGN_OR_RETURN(const silo::MoveReport report,
                   silo::move_silo(options, random, std::ref(progress)));
  if (!words.really) return told(words, report);
  {
    ASSIGN_OR_RETURN(const auto there, open_offline(words.to_data, words.to_keys, other));
    auto settled = settle_in(*there, words, name);
    if (!settled) return std::unexpected(settled.error());
  }
  auto ended = silo::end_move(options, std::ref(progress));
  if (!ended) return std::unexpected(ended.error());
  ASSIGN_OR_RETURN(const auto here, open_offline(words.data, words.keys, root));
  if (auto noted = note_in_house(*here, "silo.moved", words.organization); !noted) {
    return std::unexpected(noted.error());
  }
  ASSIGN_OR_RETURN(const auto people, people_of(*here));
  auto removed = plainly(people->remove_organization(words.organization));
  if (!removed) return std::unexpected(removed.error());
  return told(words, report);
}

}  // namespace heed::app
