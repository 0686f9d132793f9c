#include "wire/mtconnect/agent_query.h"

#include <gtest/gtest.h>

#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {

constexpr std::uint64_t kBuffer = 131'072;
using Pairs = std::vector<std::pair<std::string, std::string>>;

AgentAnswer<AgentAsk> ask(const std::vector<std::string>& segments, const Pairs& query = {}) {
  return parse_ask(segments, query, kBuffer);
}

std::string refusal(const AgentAnswer<AgentAsk>& answer) {
  if (answer) return "none";
  return std::to_string(answer.error().status) + " " + answer.error().error.code;
}

TEST(AgentQuery, each_request_is_understood_before_and_behind_a_device) {
  using enum AgentAsk::Verb;
  struct Case {
    std::vector<std::string> segments;
    AgentAsk::Verb verb;
    std::string device;
  };
  for (const Case& c :
       {Case{{}, kProbe, ""}, Case{{""}, kProbe, ""}, Case{{"probe"}, kProbe, ""},
        Case{{"current", ""}, kCurrent, ""}, Case{{"sample"}, kSample, ""},
        Case{{"assets"}, kAssets, ""}, Case{{"M 1"}, kProbe, "M 1"},
        Case{{"M1", "probe"}, kProbe, "M1"}, Case{{"M1", "current"}, kCurrent, "M1"},
        Case{{"M1", "assets"}, kAssets, "M1"}}) {
    const auto asked = ask(c.segments);
    ASSERT_TRUE(asked) << asked.error().error.text;
    EXPECT_EQ(asked->verb, c.verb);
    EXPECT_EQ(asked->device, c.device);
  }
  EXPECT_EQ(ask({"asset", "a;b;;c"})->asset_ids, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(refusal(ask({"M1", "dance"})), "404 INVALID_URI");
  EXPECT_EQ(refusal(ask({"M1", "current", "x"})), "404 INVALID_URI");
  EXPECT_EQ(refusal(ask({"probe", "x"})), "404 INVALID_URI");
}

TEST(AgentQuery, the_usual_values_stand_where_nothing_is_said) {
  const auto sample = ask({"sample"});
  EXPECT_EQ(sample->count, 100U);
  EXPECT_FALSE(sample->from);
  EXPECT_FALSE(sample->interval);
  EXPECT_EQ(sample->heartbeat, Duration::seconds(10));
}

TEST(AgentQuery, parameters_are_taken_with_their_limits) {
  const auto sample = ask({"sample"}, {{"from", "7"}, {"count", "-20"}, {"pretty", "true"}});
  EXPECT_EQ(sample->from, 7U);
  EXPECT_EQ(sample->count, 20U);
  EXPECT_TRUE(sample->backwards);
  EXPECT_EQ(ask({"sample"}, {{"count", "131072"}})->count, kMostTold);
  const auto stream = ask({"sample"}, {{"interval", "0"}, {"heartbeat", "1"}});
  EXPECT_EQ(stream->interval, Duration());
  EXPECT_EQ(stream->heartbeat, kLeastHeartbeat);
  EXPECT_EQ(ask({"current"}, {{"at", "3"}})->at, 3U);
  // The first of a name counts, and a current knows no count.
  EXPECT_EQ(ask({"sample"}, {{"from", "7"}, {"from", "x"}})->from, 7U);
  EXPECT_TRUE(ask({"current"}, {{"count", "x"}}));
}

TEST(AgentQuery, what_is_no_parameter_of_that_kind_is_refused_in_the_protocol_s_words) {
  struct Case {
    std::string verb;
    Pairs query;
    std::string refusal;
  };
  const std::string huge = "99999999999999999999999";
  for (const Case& c : {Case{"sample", {{"from", "x"}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"from", ""}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"from", "1.5"}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"from", huge}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"from", "-1"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"from", "--1"}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"count", "0"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"count", "-0"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"count", "-"}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"count", "131073"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"count", "-131073"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"count", "-5"}, {"interval", "10"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"count", "-5"}, {"to", "10"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"interval", "-5"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"interval", "86400001"}}, "404 OUT_OF_RANGE"},
                        Case{"sample", {{"interval", "1"}, {"to", "9"}}, "400 INVALID_REQUEST"},
                        Case{"sample", {{"heartbeat", "soon"}}, "400 INVALID_REQUEST"},
                        Case{"current", {{"at", "x"}}, "400 INVALID_REQUEST"},
                        Case{"current", {{"at", "1"}, {"interval", "1"}}, "400 INVALID_REQUEST"},
                        Case{"current", {{"path", "//["}}, "400 INVALID_PATH"}}) {
    EXPECT_EQ(refusal(ask({c.verb}, c.query)), c.refusal)
        << c.query.front().first << "=" << c.query.front().second;
  }
}

TEST(AgentQuery, only_what_the_buffer_holds_may_be_asked_for) {
  Header header;
  header.first_sequence = 10;
  header.next_sequence = 20;
  const auto fine = [&](std::string verb, const Pairs& query) {
    return check_range(*ask({std::move(verb)}, query), header).has_value();
  };
  EXPECT_TRUE(fine("sample", {}));
  EXPECT_TRUE(fine("sample", {{"from", "10"}}));
  EXPECT_TRUE(fine("sample", {{"from", "20"}}));
  EXPECT_FALSE(fine("sample", {{"from", "9"}}));
  EXPECT_FALSE(fine("sample", {{"from", "21"}}));
  EXPECT_TRUE(fine("sample", {{"from", "12"}, {"to", "12"}}));
  EXPECT_FALSE(fine("sample", {{"from", "12"}, {"to", "11"}}));
  EXPECT_FALSE(fine("sample", {{"to", "21"}}));
  EXPECT_TRUE(fine("current", {{"at", "10"}}));
  EXPECT_TRUE(fine("current", {{"at", "19"}}));
  EXPECT_FALSE(fine("current", {{"at", "9"}}));
  EXPECT_FALSE(fine("current", {{"at", "20"}}));
  header.first_sequence = 20;
  EXPECT_FALSE(fine("current", {{"at", "20"}}));
}

// Paths ------------------------------------------------------------------------------------------

std::vector<Device> devices() {
  std::vector<Device> all;
  for (const std::string& name : {"M1", "M2"}) {
    Device device{.id = "d" + name, .name = name, .uuid = "u" + name};
    device.components = {{.type = "Device", .id = device.id, .name = name, .uuid = device.uuid},
                         {.type = "Axes", .id = name + "axes"},
                         {.type = "Linear", .id = name + "x", .name = "X", .parent = 1},
                         {.type = "Path", .id = name + "path"}};
    device.data_items = {
        {.id = name + "a", .name = "avail", .type = "AVAILABILITY"},
        {.id = name + "p",
         .type = "POSITION",
         .sub_type = "ACTUAL",
         .category = Category::kSample,
         .component = 2},
        {.id = name + "c",
         .type = "POSITION",
         .sub_type = "COMMANDED",
         .category = Category::kSample,
         .component = 2},
        {.id = name + "e", .type = "EXECUTION", .component = 3},
        {.id = name + "s", .type = "SYSTEM", .category = Category::kCondition, .component = 3}};
    all.push_back(std::move(device));
  }
  return all;
}

/// The last letters of the ids of what a path selects; of the first device in capitals.
std::string selected(std::string_view path) {
  const auto filter = PathFilter::parse(path);
  if (!filter) return filter.error().message;
  const auto all = devices();
  std::string ids;
  for (std::size_t device = 0; device < all.size(); ++device) {
    for (std::size_t item = 0; item < all[device].data_items.size(); ++item) {
      if (!filter->select(all)[device][item]) continue;
      const char id = all[device].data_items[item].id.back();
      ids += device == 0 ? upper(id) : id;
    }
  }
  return ids;
}

TEST(PathFilter, an_element_selects_itself_and_what_is_below_it) {
  struct Case {
    std::string_view path, ids;
  };
  for (const Case& c :
       {Case{"//DataItem", "APCESapces"},
        Case{"//Device", "APCESapces"},
        Case{"/MTConnectDevices/Devices/Device", "APCESapces"},
        Case{"//Device[@name=\"M2\"]", "apces"},
        Case{"//Device[@uuid='uM1']//Axes", "PC"},
        Case{"//Axes|//Path", "PCESpces"},
        Case{" //Device[ @name = 'M1' ] / DataItems / DataItem ", "A"},
        Case{"//Device[@name='M1']/DataItem", ""},
        Case{"//Axes//DataItem[@type=\"POSITION\" and @subType=\"ACTUAL\"]", "Pp"},
        Case{"//DataItem[@type='POSITION'][@subType='ACTUAL']", "Pp"},
        Case{"//DataItem[@type='EXECUTION' or @type='AVAILABILITY' and @name='none']", "Ee"},
        Case{"//DataItem[(@type='EXECUTION' or @type='AVAILABILITY') and @name='avail']", "Aa"},
        Case{"//DataItem[@category='CONDITION']", "Ss"},
        Case{"//DataItem[@subType]", "PCpc"},
        Case{"//DataItem[@subType!='ACTUAL']", "Cc"},
        Case{"//Components/*", "PCESpces"},
        Case{"//Linear[@name='X']", "PCpc"},
        Case{"//*[@id='M1e']", "E"},
        Case{"//m:Path", "ESes"},
        Case{"//Door", ""},
        Case{"/Device", ""},
        Case{"//Axes//Axes", ""}}) {
    EXPECT_EQ(selected(c.path), c.ids) << c.path;
  }
}

TEST(PathFilter, what_is_not_understood_is_refused_at_its_place) {
  struct Case {
    std::string path, says;
  };
  for (const Case& c :
       {Case{"", "at character 1: expected / or //"},
        Case{"DataItem", "at character 1: expected / or //"},
        Case{"//", "at character 3: expected a name"},
        Case{"//DataItem[", "at character 12: expected @"},
        Case{"//DataItem[1]", "at character 12: expected @"},
        Case{"//DataItem[@type=EXECUTION]", "at character 18: expected a text in quotes"},
        Case{"//DataItem[@type='EXECUTION]", "expected the quote at its end"},
        Case{"//DataItem[@type='E'", "expected ] or and or or"},
        Case{"//DataItem[(@type='E']", "expected )"},
        Case{"//DataItem[not(@type='E')]", "expected @"},
        Case{"//DataItem[contains(@type,'E')]", "expected @"},
        Case{"//parent::Device", "functions and axes are not understood"},
        Case{"//text()", "functions and axes are not understood"},
        Case{"//Axes|", "expected / or //"}, Case{"//Axes]", "expected another step"},
        Case{"//..", "at character 3: expected a name"}}) {
    const auto filter = PathFilter::parse(c.path);
    ASSERT_FALSE(filter) << c.path;
    EXPECT_TRUE(filter.error().message.contains(c.says)) << c.path << filter.error().message;
    EXPECT_FALSE(filter.error().mend.empty());
  }
}

TEST(PathFilter, has_limits_and_works_up_to_them) {
  const PathLimits limits;
  const auto repeat = [](std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_TRUE(PathFilter::parse(repeat("/a", limits.steps)));
  EXPECT_FALSE(PathFilter::parse(repeat("/a", limits.steps + 1)));
  EXPECT_TRUE(PathFilter::parse("/a" + repeat("|/a", limits.alternatives - 1)));
  EXPECT_FALSE(PathFilter::parse("/a" + repeat("|/a", limits.alternatives)));
  EXPECT_TRUE(PathFilter::parse("/a" + repeat("[@b]", limits.tests)));
  EXPECT_FALSE(PathFilter::parse("/a" + repeat("[@b]", limits.tests + 1)));
  const auto nested = [&](std::size_t depth) {
    return "/a[" + repeat("(", depth) + "@b" + repeat(")", depth) + "]";
  };
  EXPECT_TRUE(PathFilter::parse(nested(limits.depth)));
  EXPECT_FALSE(PathFilter::parse(nested(limits.depth + 1)));
  EXPECT_TRUE(PathFilter::parse("/" + repeat("a", limits.bytes - 1)));
  EXPECT_FALSE(PathFilter::parse("/" + repeat("a", limits.bytes)));
}

}  // namespace
}  // namespace heed::wire::mtconnect
