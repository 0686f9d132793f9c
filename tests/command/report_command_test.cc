// `heed report …` as a shell sees it.
#include "app/report_command.h"

#include <gtest/gtest.h>

#include "app/files.h"
#include "app/organizations.h"
#include "command_run.h"
#include "machines/testing.h"
#include "policy/shipped.h"
#include "policy/testing.h"
#include "stopped_server.h"

namespace heed::app {
namespace {

Said run(std::vector<std::string> words) {
  words.insert(words.begin(), "report");
  return run_command(report_command, words);
}

/// Two mills in Hall 1 and a lathe in Hall 2. The first mill ran for an hour on 2023-11-14.
void add_machines(StoppedServer& server) {
  silo::TemporaryStore& store = server.store;
  Organizations organizations(store.store(), store.clock(), store.random());
  const auto floor = *organizations.machines(server.shop);
  const auto own = *engine_access(*store.store().policy());
  const auto add = [&](std::string name, std::string location) {
    return floor
        ->add(store.access(), {.name = std::move(name),
                               .location = std::move(location),
                               .address = "sent",
                               .recording = true})
        ->id;
  };
  machines::ReportMaker reports(add("Mill 1", "Hall 1"), true);
  add("Mill 2", "Hall 1");
  add("Lathe", "Hall 2");
  const auto recorded = floor->record(
      own, reports.report({"2023-11-14T10:00:00Z|exec|ACTIVE", "2023-11-14T11:00:00Z|exec|READY",
                           "2023-11-14T23:00:00Z|exec|READY"},
                          store.clock().now()));
  require(recorded.has_value(), "the mill is heard");
}

struct Host : StoppedServer {
  explicit Host(std::shared_ptr<const policy::Policy> policy = policy::heed_policy())
      : StoppedServer(std::move(policy), add_machines) {}
  Said command(std::string span, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--on", "2023-11-14"});
    return run(words(std::move(span), shop, more));
  }
};

TEST(ReportCommand, teaches_itself) {
  EXPECT_TRUE(has(run({}).out, "heed report week --location \"Hall 2\" -o week.html"));
  EXPECT_TRUE(has(run({"day", "--help"}).out, "--machine"));
  EXPECT_NE(run({"year"}).status, 0);
  EXPECT_NE(run({"day", "--format", "pdf"}).status, 0);
}

TEST(ReportCommand, gives_a_page_that_needs_nothing_else_and_facts_one_a_line) {
  const Host host;
  const Said page = host.command("day");
  ASSERT_EQ(page.status, 0) << page.error;
  EXPECT_TRUE(page.out.starts_with("<!DOCTYPE html>")) << page.out.substr(0, 80);
  EXPECT_TRUE(has(page.out, "Mill 1") && has(page.out, "Lathe"));
  EXPECT_FALSE(has(page.out, "<script") || has(page.out, "http://") || has(page.out, "src="));

  const Said facts = host.command("day", {"--machine", "Mill 1", "--format", "csv"});
  ASSERT_EQ(facts.status, 0) << facts.error;
  EXPECT_TRUE(facts.out.starts_with("section,name,figure,value,unit\r\n"));
  EXPECT_TRUE(has(facts.out, "machine,\"Mill 1\",production,3600,seconds")) << facts.out;
  EXPECT_FALSE(has(facts.out, "Lathe"));
}

TEST(ReportCommand, writes_a_file_in_the_form_of_its_name) {
  const Host host;
  const std::string path = host.store.directory() + "/week.csv";
  const Said said = host.command("week", {"--location", "Hall 1", "-o", path});
  ASSERT_EQ(said.status, 0) << said.error;
  EXPECT_TRUE(said.out.empty());
  const std::string facts = *read_text(path, 1U << 20);
  EXPECT_TRUE(facts.starts_with("section,name,figure,value,unit\r\n"));
  EXPECT_TRUE(has(facts, "now,\"Hall 1\",production,3600,seconds")) << facts;
  EXPECT_TRUE(has(facts, "Mill 2") && !has(facts, "Lathe"));
}

TEST(ReportCommand, says_the_mend_of_what_it_cannot_do) {
  const Host host;
  struct Row {
    std::vector<std::string> words;
    std::string why, mend;
  };
  const std::string id = host.shop.text();
  const std::vector<Row> rows = {
      {{"--organization", id, "--machine", "Mill 3"}, "there is no such machine", "\"Mill 2\""},
      {{"--organization", id, "--location", "Hall 9"}, "no machine stands there", "\"Hall 2\""},
      {{"--organization", id, "--on", "14.11.2023"}, "this is no day", "2026-03-02"},
      {{"--organization", id, "--on", "2199-01-01"}, "the day has not begun", "earlier"},
      {{"--organization", "nobody"}, "there is no such organization", id},
      {{}, "which organization's report?", id}};
  for (const Row& row : rows) {
    std::vector<std::string> words = {"day", "--data", host.data, "--keys", host.keys};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const Said said = run(std::move(words));
    EXPECT_EQ(said.status, 1) << row.why;
    EXPECT_TRUE(has(said.error, row.why)) << said.error;
    EXPECT_TRUE(has(said.error, row.mend)) << said.error;
    EXPECT_TRUE(said.out.empty());
  }
  EXPECT_TRUE(has(run({"day", "--data", "/nowhere"}).error, "holds no data of heed"));
}

TEST(ReportCommand, gives_nothing_that_the_policy_does_not_give_for_reports) {
  std::string text(policy::shipped("heed").value());
  const std::string_view kDeny = "deny machine_data for improvement, marketing";
  text.insert(text.find(kDeny), "deny machine_data for reports to organization\n  ");
  const Host host(policy::policy_of(text));
  const Said said = host.command("day");
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(said.out.empty());
  EXPECT_TRUE(has(said.error, "the policy must allow it")) << said.error;
}

}  // namespace
}  // namespace heed::app
