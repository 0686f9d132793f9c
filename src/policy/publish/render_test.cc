#include "policy/publish/render.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "base/json.h"
#include "policy/example.h"
#include "policy/publish/html.h"
#include "policy/shipped.h"

namespace heed::policy {
namespace {

const Time kActivated = *parse_time("2026-02-01T09:30:00Z");
const Time kNow = *parse_time("2026-11-22T12:00:00Z");

Version version_of(std::shared_ptr<const Policy> policy) {
  return {3, kActivated, "owner", {}, std::move(policy)};
}

Evidence evidence() {
  Evidence all;
  all.clauses = {{"1.1", 1204, 0}, {"2.2", 0, 7}};
  all.points = {{"1.1", "GET /customers"}, {"2.2", "silo: share"}};
  all.counted_until = kNow;
  all.contact_email = "privacy@tools.example";
  all.contact_postal = "Tools & Co., 1 Main Street";
  return all;
}

/// A readable file of what is expected. HEED_GOLDEN=write writes it anew; a person reads the diff.
void expect_golden(const std::string& name, const std::string& made) {
  const std::string path = std::string(HEED_SOURCE_DIR) + "/src/policy/cases/golden/" + name;
  const char* mode = std::getenv("HEED_GOLDEN");  // NOLINT(concurrency-mt-unsafe): one thread
  if (mode != nullptr && std::string_view(mode) == "write") std::ofstream(path) << made;
  std::stringstream expected;
  expected << std::ifstream(path).rdbuf();
  EXPECT_EQ(made, expected.str()) << path;
}

struct Tag {
  std::string name;
  std::string attributes;
};

/// The tags of a page in XML's syntax; fails the test where they do not nest.
std::vector<Tag> tags_of(std::string_view page) {
  std::vector<Tag> all;
  std::vector<std::string> open;
  page.remove_prefix(page.find("<html"));
  for (std::size_t at = page.find('<'); at != std::string_view::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    std::string_view tag = page.substr(at + 1, end - at - 1);
    const bool closing = tag.starts_with('/');
    const bool empty = tag.ends_with('/');
    if (closing) tag.remove_prefix(1);
    const std::string name(tag.substr(0, tag.find_first_of(" /")));
    if (closing) {
      EXPECT_FALSE(open.empty());
      if (open.empty()) return all;
      EXPECT_EQ(open.back(), name);
      open.pop_back();
      continue;
    }
    all.push_back({name, std::string(tag)});
    if (!empty) open.push_back(name);
  }
  EXPECT_TRUE(open.empty());
  return all;
}

std::string attribute(const Tag& tag, const std::string& name) {
  const std::size_t at = tag.attributes.find(" " + name + "=\"");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 3;
  return tag.attributes.substr(from, tag.attributes.find('"', from) - from);
}

std::vector<std::shared_ptr<const Policy>> every_policy() {
  std::vector<std::shared_ptr<const Policy>> all = {example::policy()};
  for (const char* name : {"heed", "chatter", "chatmeter"}) {
    all.push_back(example::compiled(std::string(*shipped(name))));
  }
  return all;
}

TEST(RenderHtml, the_page_reads_as_expected_O81_O88) {
  expect_golden("tools.html", render_html(version_of(example::policy()), evidence(), kNow, "abc"));
}

TEST(RenderHtml, tags_nest_ids_are_single_and_links_reach_them) {
  for (const auto& policy : every_policy()) {
    std::set<std::string> ids;
    std::vector<std::string> wanted;
    for (const Tag& tag : tags_of(render_html(version_of(policy), evidence(), kNow, "n"))) {
      const std::string id = attribute(tag, "id");
      if (!id.empty()) EXPECT_TRUE(ids.insert(id).second) << id;
      for (const char* name : {"href", "aria-labelledby"}) {
        const std::string target = attribute(tag, name);
        if (target.starts_with("#")) wanted.push_back(target.substr(1));
        if (!target.empty() && std::string_view(name) != "href") wanted.push_back(target);
      }
    }
    for (const std::string& id : wanted) EXPECT_TRUE(ids.contains(id)) << id;
  }
}

TEST(RenderHtml, headings_descend_one_level_at_a_time_and_landmarks_are_there) {
  for (const auto& policy : every_policy()) {
    char level = '0';
    std::multiset<std::string> landmarks;
    for (const Tag& tag : tags_of(render_html(version_of(policy), evidence(), kNow, "n"))) {
      landmarks.insert(tag.name);
      if (tag.name.size() != 2 || tag.name[0] != 'h' || tag.name == "hr") continue;
      if (tag.name[1] < '1' || tag.name[1] > '6') continue;
      EXPECT_LE(tag.name[1], level + 1) << policy->name();
      level = tag.name[1];
    }
    for (const char* one : {"header", "nav", "main", "footer", "h1"}) {
      EXPECT_EQ(landmarks.count(one), 1U) << one;
    }
    EXPECT_EQ(landmarks.count("table"), landmarks.count("caption"));
  }
}

TEST(RenderHtml, needs_no_script_and_no_request_and_no_inline_style) {
  for (const auto& policy : every_policy()) {
    const std::string page = render_html(version_of(policy), evidence(), kNow, "n0nce");
    for (const Tag& tag : tags_of(page)) {
      EXPECT_NE(tag.name, "script");
      EXPECT_NE(tag.name, "link");
      EXPECT_EQ(attribute(tag, "src"), "");
      EXPECT_EQ(attribute(tag, "style"), "");
      EXPECT_EQ(tag.attributes.find(" on"), std::string::npos) << tag.attributes;
      if (tag.name == "style") EXPECT_EQ(attribute(tag, "nonce"), "n0nce");
    }
    EXPECT_EQ(page.find("url("), std::string::npos);
    EXPECT_EQ(page.find("@import"), std::string::npos);
  }
}

TEST(RenderHtml, the_date_shown_is_the_activation_and_the_hash_is_the_enforced_texts_O81) {
  const auto policy = example::policy();
  const std::string page = render_html(version_of(policy), {}, kNow, "n");
  EXPECT_NE(page.find("<time datetime=\"2026-02-01T09:30:00Z\">1 February 2026</time>"),
            std::string::npos);
  EXPECT_NE(page.find(policy->hash()), std::string::npos);
}

TEST(RenderHtml, an_overdue_review_is_shown_O83) {
  const auto version = version_of(example::policy());
  const Time due = *parse_time("2027-01-31T00:00:00Z");
  EXPECT_NE(render_html(version, {}, due + Duration::seconds(-1), "n").find("next by 31 January"),
            std::string::npos);
  EXPECT_NE(render_html(version, {}, due, "n").find("the review of 31 January 2027 is overdue"),
            std::string::npos);
}

TEST(RenderHtml, nothing_of_a_policy_becomes_markup) {
  const auto policy = example::compiled(R"(
policy p "<script>\"&'" version 2026-01-01
category usage "<b onclick=x>"
clause 1 section "</main>" "<img src=x onerror=alert(1)>" information
)");
  Evidence hostile;
  hostile.contact_email = "\"><script>";
  hostile.contact_postal = "<iframe>";
  hostile.points = {{"1", "<object>"}};
  for (const Tag& tag : tags_of(render_html(version_of(policy), hostile, kNow, "\"><script>"))) {
    for (const char* name : {"script", "b", "img", "iframe", "object"}) EXPECT_NE(tag.name, name);
  }
}

TEST(Html, control_characters_are_left_out) {
  EXPECT_EQ(html_escaped(std::string_view("a\0b\x1b<\n", 6)), "ab&lt;\n");
}

TEST(RenderMarkdown, reads_as_expected) {
  expect_golden("tools.md", render_markdown(version_of(example::policy()), evidence()));
}

TEST(RenderDpv, reads_as_expected) {
  const std::string made = render_dpv(version_of(example::policy()));
  std::string lines;  // one object a line, for the reader of a diff
  for (const char c : made) {
    lines += c;
    if (c == '}' || c == '[') lines += '\n';
  }
  expect_golden("tools.dpv.json", lines);
}

TEST(RenderDpv, every_reference_has_its_concept_or_is_a_term_of_the_vocabulary) {
  for (const auto& policy : every_policy()) {
    const auto parsed = Json::parse(render_dpv(version_of(policy)));
    ASSERT_TRUE(parsed);
    std::set<std::string> defined;
    std::vector<std::string> used;
    const auto walk = [&](const auto& self, const Json& json, bool top) -> void {
      if (const auto* array = json.array()) {
        for (const Json& one : *array) self(self, one, top);
      }
      if (json.object() == nullptr) return;
      for (const auto& [key, value] : *json.object()) {
        if (key == "@id") {
          if (top) defined.insert(*value.string());
          used.push_back(*value.string());
        } else {
          self(self, value, false);
        }
      }
    };
    walk(walk, *parsed->find("@graph"), true);
    for (const std::string& id : used) {
      EXPECT_TRUE(id.starts_with("dpv:") || id.starts_with("pd:") || defined.contains(id)) << id;
    }
  }
}

TEST(RenderFides, reads_as_expected) {
  expect_golden("tools.fides.yml", render_fides(version_of(example::policy())));
}

TEST(RenderGpc, says_since_when_the_signal_is_honoured) {
  EXPECT_EQ(render_gpc(version_of(example::policy())), R"({"gpc":true,"lastUpdate":"2026-02-01"})");
}

TEST(RenderGpc, does_not_claim_what_a_rule_breaks) {
  const auto sells = example::compiled(R"(
policy p "P" version 2026-01-01
category personal purpose marketing party partner condition gpc
clause 1 "S" { allow personal for marketing to partner }
)");
  EXPECT_EQ(render_gpc(version_of(sells)), R"({"gpc":false,"lastUpdate":"2026-02-01"})");
}

TEST(Render, tells_what_an_erasure_of_somebody_else_does_to_a_record) {
  const auto policy = example::compiled(R"(
policy p "P" version 2026-01-01
category personal category content
kind shop 1 record of content { street text }
kind entry 2 record of content {
  writer subject on erasure owns personal
  praised subject on erasure empties personal
  hated subject on erasure removes personal
  of_shop reference to shop on erasure stays
  answers reference to entry on erasure removes
  praised_name text personal indexed with praised
  photo blob
}
clause 1 "We keep it for a year." { keep any for 1 year }
)");
  ASSERT_TRUE(policy);
  const std::string page = render_markdown(version_of(policy), {});
  EXPECT_TRUE(page.contains(
      "| entry | writer (owns the record, which goes with the last owner), praised (emptied when "
      "this person is erased), hated (the record goes when this person is erased) and praised name "
      "(emptied with praised) | personal | 1 year (1) |\n"
      "| entry | of shop (stays when this shop is erased), answers (the record goes when this "
      "entry is erased) and photo | content | 1 year (1) |\n"))
      << page;
}

}  // namespace
}  // namespace heed::policy
