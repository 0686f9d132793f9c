// /metrics as a scraper reads it: who may, whose figures, and the text format to the letter.
#include <gtest/gtest.h>

#include <charconv>
#include <set>

#include "api_house.h"
#include "http/metrics_text.h"

namespace heed {
namespace {

struct Family {
  std::string type;
  bool help = false;
  std::map<std::string, double> samples;  ///< By what stands between the braces
};
using Families = std::map<std::string, Family>;

std::string_view take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = rest.find(end);
  require(at != std::string_view::npos, "the line goes on with: " + std::string(end));
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at + end.size());
  return part;
}

/// What version 0.0.4 of the text format demands: each family once and in one piece, its help and
/// type before its samples, no sample twice, a number behind it, a line feed behind all.
Families parse(std::string_view text) {
  Families families;
  std::string current;
  while (!text.empty()) {
    std::string_view line = take_until(text, "\n");
    if (line.starts_with("# ")) {
      line.remove_prefix(2);
      const bool help = take_until(line, " ") == "HELP";
      const std::string name(take_until(line, " "));
      if (help) {
        require(families.emplace(name, Family{{}, true, {}}).second, "once: " + name);
        current = name;
        continue;
      }
      require(name == current, "the type stands behind the help: " + name);
      families[name].type = line;
      continue;
    }
    const bool labelled = line.find('{') != std::string_view::npos;
    const std::string name(take_until(line, labelled ? "{" : " "));
    require(name == current && !families[name].type.empty(), "in one piece: " + name);
    const std::string labels(labelled ? take_until(line, "} ") : "");
    double value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    require(error == std::errc() && end == line.data() + line.size(), "a number: " + name);
    require(families[name].samples.emplace(labels, value).second, "once: " + name + labels);
  }
  return families;
}

class Metrics : public testing::Test {
 protected:
  Families scrape(const Asker& asker) {
    const auto response = house_.get(asker, "/metrics");
    require(response.status == 200, response.body);
    return parse(response.body);
  }
  static std::string of(const Shop& shop) {
    return "organization=\"" + shop.organization.text() + "\"";
  }

  ApiHouse house_;
  Shop mine_ = house_.open_shop("Mill", "anna@example.com");
  Shop theirs_ = house_.open_shop("Lathe", "berta@example.com");
};

TEST_F(Metrics, are_in_the_text_format_that_prometheus_scrapes) {
  const auto response = house_.get(mine_.session, "/metrics");
  EXPECT_EQ(response.headers.value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  const Families families = parse(response.body);
  for (const auto& [name, family] : families) {
    EXPECT_TRUE(family.type == "gauge" || family.type == "counter") << name;
    EXPECT_EQ(name.ends_with("_total"), family.type == "counter") << name;
    EXPECT_TRUE(name.starts_with("heed_") || name.starts_with("process_")) << name;
  }
  for (const char* name :
       {"heed_overdue_seconds", "heed_remains_age_seconds", "heed_erasures_total",
        "heed_silo_size_bytes", "heed_series_samples", "heed_journal_entries_total"}) {
    ASSERT_TRUE(families.contains(name)) << name;
    EXPECT_FALSE(families.at(name).samples.empty()) << name;
  }
  EXPECT_EQ(families.at("heed_build_info").samples.at("version=\"test\""), 1);
  EXPECT_GT(families.at("process_resident_memory_bytes").samples.at(""), 1'000'000);
  EXPECT_GT(families.at("heed_journal_entries_total").samples.at(of(mine_)), 0);
}

TEST_F(Metrics, escape_what_a_label_or_a_help_may_hold) {
  http::MetricsText out;
  out.gauge("x", "a\\b\nc");
  out.sample({{"name", "say \"\\\n\""}}, 1.5);
  out.sample({}, 1e18);
  EXPECT_EQ(out.take(),
            "# HELP x a\\\\b\\nc\n# TYPE x gauge\nx{name=\"say \\\"\\\\\\n\\\"\"} 1.5\nx 1e+18\n");
}

TEST_F(Metrics, are_of_ones_own_organizations_and_for_an_operator_of_all) {
  const auto seen = [&](const Asker& asker) {
    const Families families = scrape(asker);
    std::set<std::string> organizations;
    for (const auto& [labels, value] : families.at("heed_erasures_total").samples) {
      organizations.insert(labels);
    }
    return organizations;
  };
  const std::set<std::string> own = {of(mine_)};
  EXPECT_EQ(seen(mine_.session), own);
  EXPECT_EQ(seen(house_.key_of(mine_, {people::Scope::kRead})), own);
  must(house_.people().add_operator(mine_.owner));
  const auto all = seen(mine_.session);
  EXPECT_TRUE(all.contains(of(mine_)) && all.contains(of(theirs_)));
  EXPECT_EQ(all.size(), house_.store().organizations().size());
}

TEST_F(Metrics, tell_what_machines_do_to_who_belongs_to_them_and_to_no_operator) {
  must(house_.people().add_operator(mine_.owner));
  const Families families = scrape(mine_.session);
  const std::string machine =
      of(mine_) + ",machine=\"" + mine_.machine.text() + "\",name=\"Mill-mill\"";
  EXPECT_EQ(
      families.at("heed_machine_state").samples,
      (std::map<std::string, double>{{machine + ",state=\"IN_CYCLE\",bucket=\"production\"", 1}}));
  EXPECT_EQ(families.at("heed_machine_executing").samples,
            (std::map<std::string, double>{{machine, 1}}));
  EXPECT_EQ(families.at("heed_machine_in_cycle_today_seconds").samples.at(machine), 20)
      << "opening each of the two shops takes ten seconds";
  EXPECT_EQ(families.at("heed_machine_faults").samples.at(machine), 0);
  EXPECT_EQ(families.at("heed_machine_link_up").samples.at(machine), 1);
  EXPECT_TRUE(families.at("heed_machine_parts").samples.empty()) << "it tells no count";
}

TEST_F(Metrics, are_for_nobody_who_is_not_known_nor_for_a_key_that_only_sends) {
  EXPECT_EQ(house_.get({}, "/metrics").status, 401);
  EXPECT_EQ(house_.get(house_.key_of(mine_, {people::Scope::kIngest}), "/metrics").status, 403);
}

TEST_F(Metrics, tell_by_how_much_removal_is_late_by_both_clocks_O72) {
  const std::string logical = of(mine_) + ",clock=\"logical\"";
  const std::string physical = of(mine_) + ",clock=\"physical\"";
  const auto filed = house_.send(
      mine_.session, {.method = http::Method::kPost,
                      .path = mine_.path() + "/records/remark",
                      .body = R"({"id":"r1","source":"api","fields":{"said":"hello"}})"});
  ASSERT_EQ(filed.status, 201) << filed.body;
  EXPECT_EQ(scrape(mine_.session).at("heed_overdue_seconds").samples.at(logical), 0);
  const auto deadline =
      parse_time(*json_of(house_.get(mine_.session, mine_.path() + "/records/remark/r1"))
                      .find("deadline")
                      ->string());
  house_.clock().advance(*deadline - house_.clock().now() + Duration::seconds(90));
  // Sessions do not last that long, the key does.
  const Asker key = house_.key_of(mine_, {people::Scope::kRead});
  EXPECT_EQ(scrape(key).at("heed_overdue_seconds").samples.at(logical), 90);
  const auto silo = must(house_.store().silo(mine_.organization));
  must(silo->purge());
  EXPECT_EQ(scrape(key).at("heed_overdue_seconds").samples.at(logical), 0);
  house_.clock().advance(Duration::hours(24) + Duration::seconds(5));
  EXPECT_EQ(scrape(key).at("heed_overdue_seconds").samples.at(physical), 5);
  EXPECT_EQ(scrape(key).at("heed_last_scrub_timestamp_seconds").samples.contains(of(mine_)), false);
  must(silo->scrub(false));
  const Families after = scrape(key);
  EXPECT_EQ(after.at("heed_overdue_seconds").samples.at(physical), 0);
  EXPECT_EQ(after.at("heed_last_scrub_timestamp_seconds").samples.at(of(mine_)),
            static_cast<double>(house_.clock().now().seconds()));
}

}  // namespace
}  // namespace heed
