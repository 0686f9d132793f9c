// `heed backup`, `heed restore` and `heed drill` as a shell sees them.
#include "app/backup_command.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.h"
#include "command_run.h"
#include "silo/files.h"
#include "silo/testing.h"

namespace heed::app {
namespace {

Said run(const std::vector<std::string>& words) {
  return run_command(words[0] == "backup"    ? backup_command
                     : words[0] == "restore" ? restore_command
                                             : drill_command,
                     words);
}

struct Host {
  silo::TemporaryStore store;
  std::string data = store.options().data_directory;
  std::string keys = store.options().key_directory;
  std::string repository = store.directory() + "/backups";

  Host() { store.close(); }
  Said create(const std::string& option = "--json") const {
    return run({"backup", "create", repository, "--data", data, "--keys", keys, option});
  }
};

TEST(BackupCommand, teaches_itself) {
  for (const char* command : {"backup", "restore", "drill"}) {
    EXPECT_TRUE(has(run({command}).out, "Examples:")) << command;
    const Said said = run({command, "--help"});
    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(has(said.out, "heed drill ") || has(said.out, "heed restore ")) << said.out;
    EXPECT_NE(run({command, "--nonsense"}).status, 0);
  }
}

TEST(BackupCommand, makes_lists_verifies_and_prunes) {
  const Host host;
  const Said made = host.create();
  ASSERT_EQ(made.status, 0) << made.error;
  EXPECT_EQ(Json::parse(made.out)->find("generation")->integer(), 1);
  EXPECT_TRUE(has(host.create("--keep=1").out, "Removed 1 generations"));
  const Said listed = run({"backup", "list", host.repository, "--json"});
  ASSERT_EQ(Json::parse(listed.out)->array()->size(), 1U) << listed.out;
  EXPECT_EQ(Json::parse(listed.out)->array()->at(0).find("generation")->integer(), 2);
  const Said verified = run({"backup", "verify", host.repository});
  EXPECT_EQ(verified.status, 0);
  EXPECT_TRUE(has(verified.out, "all of them whole")) << verified.out;
  EXPECT_EQ(run({"backup", "prune", host.repository}).status, 1);
}

TEST(BackupCommand, verify_ends_with_1_and_names_the_file_that_is_gone) {
  const Host host;
  ASSERT_EQ(host.create().status, 0);
  const std::string ledger = "ledger/" + host.store.organization().text();
  std::filesystem::remove(host.repository + "/" + ledger);
  const Said said = run({"backup", "verify", host.repository, "--json"});
  EXPECT_EQ(said.status, 1);
  const Json answer = *Json::parse(said.out);
  EXPECT_EQ(answer.find("holds")->boolean(), false);
  EXPECT_EQ(*answer.find("findings")->array()->at(0).find("where")->string(), ledger);
}

TEST(BackupCommand, restores_where_nothing_is_and_nowhere_else) {
  const Host host;
  ASSERT_EQ(host.create().status, 0);
  const std::string target = host.store.directory() + "/restored";
  const auto restore = [&](const std::string& to, const std::string& option) {
    return run({"restore", host.repository, "--data", to, "--keys", host.keys, option});
  };
  const Said dry = restore(target, "--dry-run");
  EXPECT_EQ(dry.status, 0) << dry.error;
  EXPECT_TRUE(has(dry.out, "Nothing was written"));
  EXPECT_FALSE(silo::path_exists(target));
  EXPECT_EQ(restore(target, "--json").status, 0);
  const Said refused = restore(host.data, "--json");
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(has(*Json::parse(refused.out)->find("why")->string(), "is not empty"));
  EXPECT_TRUE(has(*Json::parse(refused.out)->find("mend")->string(), "mv "));
  EXPECT_TRUE(has(restore(target + "2", "--organization=nobody").error, "this is no organization"));
}

TEST(BackupCommand, drill_reports_and_leaves_nothing) {
  const Host host;
  ASSERT_EQ(host.create().status, 0);
  const std::string scratch = host.store.directory() + "/scratch";
  const Said said =
      run({"drill", host.repository, "--keys", host.keys, "--scratch", scratch, "--json"});
  ASSERT_EQ(said.status, 0) << said.error << said.out;
  EXPECT_EQ(Json::parse(said.out)->find("passed")->boolean(), true);
  EXPECT_FALSE(silo::path_exists(scratch));
  const std::string canaries = host.store.directory() + "/canaries";
  ASSERT_TRUE(silo::write_small_file(canaries, "policy.activated\n"));
  const Said found = run(
      {"drill", host.repository, "--keys", host.keys, "--scratch", scratch, "--canary", canaries});
  EXPECT_EQ(found.status, 1);
  EXPECT_TRUE(has(found.out, "canary 1 can be read")) << found.out;
}

}  // namespace
}  // namespace heed::app
