// `heed silo …` as a shell sees it.
#include "app/silo_command.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/files.h"
#include "base/json.h"
#include "command_run.h"
#include "silo/files.h"
#include "stopped_server.h"

namespace heed::app {
namespace {

Said run(std::vector<std::string> words) {
  words.insert(words.begin(), "silo");
  return run_command(silo_command, words);
}

struct Host : StoppedServer {
  using StoppedServer::StoppedServer;
  Said command(std::string verb, OrganizationId whose, std::vector<std::string> more) const {
    return run(words(std::move(verb), whose, more));
  }
  std::string key() const { return keys + "/organizations/" + shop.text() + ".key"; }
};

TEST(SiloCommand, teaches_itself) {
  EXPECT_TRUE(has(run({}).out, "heed silo delete --data heed-data"));
  EXPECT_TRUE(has(run({"export", "--help"}).out, "--purpose"));
  EXPECT_NE(run({"delete"}).status, 0);
}

TEST(SiloCommand, exports_into_a_new_file_for_its_owner_alone) {
  const Host host;
  const std::string path = host.store.directory() + "/silo.jsonl";
  const Said said = host.command("export", host.shop, {"-o", path, "--json"});
  ASSERT_EQ(said.status, 0) << said.error << said.out;
  EXPECT_GT(*Json::parse(said.out)->find("entries")->integer(), 0);
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_TRUE(has(*read_text(path, 1U << 20), "{\"format\":\"heed silo export\""));
  EXPECT_EQ(host.command("export", host.shop, {"-o", path}).status, 1);
  EXPECT_TRUE(has(host.command("export", host.shop, {"--purpose", "gossip"}).error, "gossip"));
}

TEST(SiloCommand, deletes_only_what_is_named_twice_and_really) {
  const Host host;
  const Said dry = host.command("delete", host.shop, {"--name", "Brown's Shop"});
  EXPECT_EQ(dry.status, 0) << dry.error;
  EXPECT_TRUE(has(dry.out, "Nothing was done"));
  const Said misnamed = host.command("delete", host.shop, {"--name", "Browns", "--really"});
  EXPECT_EQ(misnamed.status, 1);
  EXPECT_TRUE(silo::path_exists(host.key()));
  const Said house = host.command("delete", people::house_id(), {"--really"});
  EXPECT_EQ(house.status, 1);
  EXPECT_TRUE(has(house.error, "the house")) << house.error;
  const Said done =
      host.command("delete", host.shop, {"--name", "Brown's Shop", "--really", "--json"});
  ASSERT_EQ(done.status, 0) << done.error << done.out;
  EXPECT_EQ(Json::parse(done.out)->find("deleted")->boolean(), true);
  EXPECT_FALSE(silo::path_exists(host.key()));
  EXPECT_FALSE(silo::path_exists(host.data + "/silos/" + host.shop.text()));
}

TEST(SiloCommand, deleting_is_noted_in_the_house) {
  Host host;
  ASSERT_EQ(host.command("delete", host.shop, {"--name", "Brown's Shop", "--really"}).status, 0);
  host.store.reopen();
  const auto house = *host.store.store().silo(people::house_id());
  std::vector<std::string> notes;
  for (const auto& entry : *house->journal(host.store.access("operation", "engine"), 1, 1'000)) {
    if (has(entry.detail, host.shop.text())) notes.push_back(entry.what);
  }
  ASSERT_GE(notes.size(), 3U);
  EXPECT_EQ(notes[notes.size() - 3], "silo.deleting");
  EXPECT_EQ(notes[notes.size() - 2], "silo.deleted");
  EXPECT_EQ(notes.back(), "organization.removed");
  const auto people =
      people::People::open(host.store.store(), host.store.clock(), host.store.random());
  EXPECT_TRUE((*(*people)->organizations()).empty()) << "its name is gone, too";
}

TEST(SiloCommand, moves_to_another_server_whose_account_owns_it_then) {
  Host from;
  Host to;
  // Both were made of the same random bytes.
  ASSERT_EQ(to.command("delete", to.shop, {"--name", "Brown's Shop", "--really"}).status, 0);
  to.store.reopen();
  people::PersonId ann;
  {
    const auto people = people::People::open(to.store.store(), to.store.clock(), to.store.random());
    ann = *(*people)->add_person("Ann", "ann@example.org");
  }
  to.store.close();
  const std::vector<std::string> there = {"--to-data", to.data, "--to-keys", to.keys, "--owner"};
  auto words = [&](const std::string& owner, bool really) {
    std::vector<std::string> all = there;
    all.push_back(owner);
    if (really) all.emplace_back("--really");
    return all;
  };
  const Said dry = from.command("move", from.shop, words("ann@example.org", false));
  EXPECT_EQ(dry.status, 0) << dry.error;
  EXPECT_TRUE(has(dry.out, "Nothing was done")) << dry.out;
  const Said nobody = from.command("move", from.shop, words("ben@example.org", true));
  EXPECT_EQ(nobody.status, 1);
  EXPECT_TRUE(has(nobody.error, "--owner")) << nobody.error;
  EXPECT_TRUE(silo::path_exists(from.key()));
  const Said done = from.command("move", from.shop, words("ann@example.org", true));
  ASSERT_EQ(done.status, 0) << done.error << done.out;
  EXPECT_FALSE(silo::path_exists(from.key()));
  EXPECT_FALSE(silo::path_exists(from.data + "/silos/" + from.shop.text()));
  to.store.reopen();
  const auto people = people::People::open(to.store.store(), to.store.clock(), to.store.random());
  const auto belongings = *(*people)->belongings(to.store.access(), ann);
  ASSERT_EQ(belongings.size(), 1U);
  EXPECT_EQ(belongings[0].organization.name, "Brown's Shop");
  EXPECT_TRUE((*to.store.store().silo(from.shop))->verify_journal());
  const Said again = from.command("move", from.shop, words("ann@example.org", true));
  EXPECT_EQ(again.status, 1) << "it is registered here no more";
}

/// A server under a policy that speaks of successors, with a shop of which nothing is stored yet.
std::shared_ptr<const policy::Policy> takeover_policy() {
  return silo::heed_policy_with(
      "purpose business_transfer  party successor  clause 97 keeps O47 \"Who takes us over takes "
      "our promises.\" { allow usage for business_transfer to successor  log ground for "
      "business_transfer } kind opened 900 record of usage { page text }");
}

TEST(SiloCommand, O47_a_bulk_hand_over_goes_on_record_to_a_successor_who_inherits_the_policy) {
  Host host(takeover_policy());
  const std::string place = host.store.directory();
  const Said made = run({"successor-key", "--key-file", place + "/secret.key"});
  ASSERT_EQ(made.status, 0) << made.error;
  const std::string package = place + "/package";
  const Said without = host.command("handover", host.shop, {"-o", package, "--really"});
  EXPECT_EQ(without.status, 1);
  EXPECT_TRUE(has(without.error, "a transfer record that names the successor")) << without.error;
  EXPECT_TRUE(has(without.error, "clause 97")) << without.error;
  const std::string record = place + "/transfer.json";
  const std::string rest =
      R"("basis":"merger","reference":"M 1","approver":"u:17","jurisdiction":"DE",)"
      R"("date":"2026-11-20T00:00:00Z","people_notified":true,"key":")" +
      made.out.substr(0, 64) + "\"}";
  ASSERT_TRUE(write_text(record, "{" + rest));
  const Said unnamed =
      host.command("handover", host.shop, {"-o", package, "--record", record, "--really"});
  EXPECT_TRUE(has(unnamed.error, "'successor'")) << unnamed.error;
  ASSERT_TRUE(write_text(record, "{\"successor\":\"Blue Owl Ltd.\"," + rest));
  const Said dry = host.command("handover", host.shop, {"-o", package, "--record", record});
  EXPECT_EQ(dry.status, 0) << dry.error;
  EXPECT_TRUE(has(dry.out, "Nothing was done")) << dry.out;
  EXPECT_FALSE(silo::path_exists(package));
  const Said given =
      host.command("handover", host.shop, {"-o", package, "--record", record, "--really"});
  ASSERT_EQ(given.status, 0) << given.error;
  const Said genuine = run({"verify-handover", package});
  EXPECT_TRUE(has(genuine.out, "Genuine")) << genuine.error;
  EXPECT_EQ(run({"verify-handover", package, "--giver", std::string(64, 'a')}).status, 1);

  const std::string data = place + "/theirs";
  std::vector<std::string> words = {"receive", package,      "--data",
                                    data,      "--key-file", place + "/secret.key"};
  EXPECT_TRUE(has(run(words).out, "Would receive"));
  EXPECT_FALSE(silo::path_exists(data));
  words.emplace_back("--really");
  const Said received = run(words);
  ASSERT_EQ(received.status, 0) << received.error;
  EXPECT_TRUE(has(received.out, "Blue Owl Ltd.")) << received.out;
  silo::StoreOptions options;
  options.data_directory = data;
  options.key_directory = data + "/keys";
  options.policy = policy::heed_policy();
  const auto there = [&] {
    return *silo::Store::open(options, host.store.clock(), host.store.random(), host.store.log());
  };
  {
    const auto store = there();
    EXPECT_EQ(store->policy()->hash(), takeover_policy()->hash()) << "it took over the promises";
    const auto people = people::People::open(*store, host.store.clock(), host.store.random());
    ASSERT_TRUE((*people)->add_person("Ann", "ann@example.org"));
  }
  words.insert(words.end(), {"--owner", "ann@example.org"});
  ASSERT_EQ(run(words).status, 0) << "again, to register it";
  const auto store = there();
  const auto people = people::People::open(*store, host.store.clock(), host.store.random());
  const auto all = *(*people)->organizations();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "Brown's Shop");
}

}  // namespace
}  // namespace heed::app
