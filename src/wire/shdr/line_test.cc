#include "wire/shdr/line.h"

#include <fmt/core.h>

#include <fstream>
#include <sstream>

namespace heed::wire::shdr {
namespace {

Time at(std::string_view text) {
  return *parse_time(text);
}

// Kind, key and what was said of each entry, for tables.
std::string told(std::string_view text) {
  const Line line = parse_line(text);
  std::string out;
  for (const Entry& e : line.entries) {
    if (!e.device.empty()) out += fmt::format("({})", e.device);
    switch (e.kind) {
      case EntryKind::kValue: out += fmt::format("{}={};", e.key, e.value); break;
      case EntryKind::kCondition: out += fmt::format("{}:{};", e.key, condition_text(e)); break;
      case EntryKind::kMessage:
        out += fmt::format("{}![{}]{};", e.key, e.native_code, e.value);
        break;
      case EntryKind::kTimeSeries:
        out += fmt::format("{}~{}@{}[{}];", e.key, e.sample_count, e.sample_rate, e.value);
        break;
    }
  }
  if (line.needs_model) out += " needs model";
  if (line.flaw != Flaw::kNone) out += fmt::format(" {}", words(line.flaw));
  return out;
}

TEST(ParseLine, the_shape_of_a_line_says_what_it_holds) {
  const std::pair<const char*, const char*> cases[] = {
      {"2016-10-31T09:08:36.189Z|execution|ACTIVE", "execution=ACTIVE;"},
      {"|a|1|b| two words |c|", "a=1;b=two words;c=;"},
      {"|VMC1:Xact|12.5", "(VMC1)Xact=12.5;"},
      {"|:odd|1", ":odd=1;"},
      {"|C2travel|Unavailable||||", "C2travel:UNAVAILABLE||||;"},
      {"|system|Warning|1105|||SAFETY SHIELD", "system:WARNING|1105|||SAFETY SHIELD;"},
      {"|system|FAULT|7|HIGH|LOW|hot", "system:FAULT|7|HIGH|LOW|hot;"},
      {"|a|1|b|2|c|3", "a=1;b=2;c=3;"},
      {"|msg|102|Door is open", "msg![102]Door is open;"},
      {"|vib|3|1000|1.5 2 -3e1", "vib~3@1000[1.5 2 -3e1];"},
      {"|vib|3||1 2 3", "vib~3@0[1 2 3];"},
      {"|vib|3|1000|1.5 2", "vib=3;1000=1.5 2;"},
      {"|a|1|b|2", "a=1;b=2;"},
      {"|vars|:RESET a=1 b={x y}", "vars=:RESET a=1 b={x y};"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(told(text), expected) << text;
}

TEST(ParseLine, says_when_only_a_model_could_tell) {
  const std::pair<const char*, const char*> cases[] = {
      // An Okuma's three pairs with the shape of a condition; the fields are all there.
      {"|p1Fcmd|UNAVAILABLE|p1Fract|861.4|p1Frcmd|5",
       "p1Fcmd:UNAVAILABLE|p1Fract|861.4|p1Frcmd|5; needs model"},
      {"|a|1|cond|FAULT|7|HIGH|LOW|hot", "a=1;cond=FAULT;7=HIGH;LOW=hot; needs model"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(told(text), expected) << text;
  EXPECT_EQ(parse_line("|p1Fcmd|UNAVAILABLE|p1Fract|861.4|p1Frcmd|5").fields.size(), 6U);
}

TEST(ParseLine, quotes_keep_bars_and_blanks_and_a_stray_quote_is_text) {
  const std::pair<const char*, const char*> cases[] = {
      {R"(|a|"x \| y")", "a=x | y;"},
      {R"(|a|" kept "|b|2)", "a= kept ;b=2;"},
      {R"(|a|"say \"hi\" \\ back"  |b|2)", R"(a=say "hi" \ back;b=2;)"},
      {R"(|a|"open|b|2)", R"(a="open;b=2;)"},
      {R"(|a|"1/2" bar|b|2)", R"(a="1/2" bar;b=2;)"},
      {R"(|a|TNC:\BRIAN\WARMUP.H)", R"(a=TNC:\BRIAN\WARMUP.H;)"},
      {R"(|a|"ends in \)", R"(a="ends in \;)"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(told(text), expected) << text;
}

TEST(ParseLine, reads_every_kind_of_stamp) {
  EXPECT_EQ(parse_line("|a|1").stamp, Stamp{});
  EXPECT_EQ(parse_line("2022-08-08T13:51:34.7167146Z|a|1").stamp.time,
            at("2022-08-08T13:51:34.716714600Z"));
  EXPECT_EQ(parse_line("2017-02-02T16:37:08.9062500|a|1").stamp.time,
            at("2017-02-02T16:37:08.90625Z"));
  EXPECT_EQ(parse_line("1500.25|a|1").stamp.relative, Duration::microseconds(1'500'250));
  const Stamp lasted = parse_line("2017-02-02T16:37:08Z@12.5|a|1").stamp;
  EXPECT_EQ(lasted.time, at("2017-02-02T16:37:08Z"));
  EXPECT_EQ(lasted.lasted, Duration::milliseconds(12'500));
}

TEST(ParseLine, what_cannot_be_read_is_malformed_with_its_reason) {
  const std::pair<const char*, Flaw> cases[] = {
      {"no bars at all", Flaw::kNoFields},
      {"yesterday|a|1", Flaw::kTimestamp},
      {"2017-02-30T00:00:00Z|a|1", Flaw::kTimestamp},
      {"-5|a|1", Flaw::kTimestamp},
      {"99999999999999999999|a|1", Flaw::kTimestamp},
      {"5@|a|1", Flaw::kTimestamp},
      {"5|", Flaw::kNothingSaid},
      {"5|a", Flaw::kKeyWithoutValue},
      {"5||1", Flaw::kEmptyKey},
      {"5|@NOTHING@|1", Flaw::kUnknownAssetCommand},
      {"5|@ASSET@|1|Tool", Flaw::kAssetIncomplete},
      {"5|@REMOVE_ASSET@|", Flaw::kAssetIncomplete},
  };
  for (const auto& [text, flaw] : cases) {
    const Line line = parse_line(text);
    EXPECT_EQ(line.kind, LineKind::kMalformed) << text;
    EXPECT_EQ(line.flaw, flaw) << text;
  }
  EXPECT_EQ(parse_line(RawLine{RawLine::Kind::kCut, "5|a|1"}).flaw, Flaw::kCut);
  EXPECT_EQ(parse_line(RawLine{RawLine::Kind::kTooLong, "5|a|1"}).flaw, Flaw::kTooLong);
}

TEST(ParseLine, what_came_before_a_flaw_is_kept) {
  EXPECT_EQ(told("|a|1|b|2|c"), "a=1;b=2; the last key has no value");
  EXPECT_EQ(told("|a|1||x"), "a=1; a value has no key");
}

TEST(ParseLine, takes_as_many_fields_as_the_limit_and_no_more) {
  std::string text;
  for (std::size_t i = 0; i < kMostFields / 2; ++i) text += "|k|v";
  EXPECT_EQ(parse_line(text).entries.size(), kMostFields / 2);
  EXPECT_EQ(parse_line(text + "|k").flaw, Flaw::kTooManyFields);
}

TEST(ParseLine, unavailable_is_meant_in_any_case) {
  for (const char* text :
       {"|a|UNAVAILABLE", "|a|Unavailable", "|a| unavailable ", "|a|Unavailable||||"}) {
    EXPECT_TRUE(parse_line(text).entries.at(0).unavailable()) << text;
  }
  EXPECT_FALSE(parse_line("|a|UNAVAILABLE NOW").entries.at(0).unavailable());
}

TEST(ParseLine, reads_asset_commands) {
  using Kind = AssetCommand::Kind;
  const std::pair<const char*, AssetCommand> cases[] = {
      {"|@ASSET@|T1.2|CuttingTool|<T a=\"x|y\"/>",
       {Kind::kAsset, "T1.2", "CuttingTool", "<T a=\"x|y\"/>"}},
      {"|@ASSET@|T1|Tool|--multiline--A\n<T>\n</T>\n--multiline--A",
       {Kind::kAsset, "T1", "Tool", "<T>\n</T>"}},
      {"|@UPDATE_ASSET@|T1|ToolLife|12", {Kind::kUpdate, "T1", "", "ToolLife|12"}},
      {"|@REMOVE_ASSET@|T1", {Kind::kRemove, "T1", "", ""}},
      {"|@REMOVE_ALL_ASSETS@|CuttingTool", {Kind::kRemoveAll, "", "CuttingTool", ""}},
      {"|@REMOVE_ALL_ASSETS@", {Kind::kRemoveAll, "", "", ""}},
      {"|@DEVICE@|<Device/>", {Kind::kDevice, "", "", "<Device/>"}},
      {"|@DEVICE@|d1|Device|<Device/>", {Kind::kDevice, "d1", "Device", "<Device/>"}},
  };
  for (const auto& [text, expected] : cases) {
    const Line line = parse_line(text);
    EXPECT_EQ(line.kind, LineKind::kAsset) << text;
    EXPECT_EQ(line.asset, expected) << text;
  }
}

TEST(ParseLine, reads_what_an_adapter_says_of_itself) {
  EXPECT_EQ(parse_line("* PING").kind, LineKind::kPing);
  EXPECT_EQ(parse_line("* PONG 10000").kind, LineKind::kPong);
  EXPECT_EQ(parse_line("* shdrVersion: 2").command, (Command{"shdrVersion", "2"}));
  EXPECT_EQ(parse_line("* deviceModel: --multiline--Y\n<d/>\n--multiline--Y").command,
            (Command{"deviceModel", "<d/>"}));
  EXPECT_EQ(parse_line("*junk").command, (Command{"junk", ""}));
}

TEST(FormatLine, what_is_formatted_is_read_back) {
  const Stamp stamp{.time = at("2017-02-02T16:37:08.906Z")};
  const char* lines[] = {
      "|a|1",         "|a|UNAVAILABLE|b|2",       R"(|a|"x \| y"|"k\|ey"|" z ")",
      "|d:a|1|:b|2",  "|c|FAULT|7|||\"a \\| b\"", "|m|102|text",
      "|v|2|0.1|1 2", "|a|1|b|2|c|3|d|4",
  };
  for (const char* text : lines) {
    const Line line = parse_line(text);
    const std::string formatted = format_line(stamp, line.entries);
    const Line again = parse_line(std::string_view(formatted).substr(0, formatted.size() - 1));
    EXPECT_EQ(again.entries, line.entries) << formatted;
    EXPECT_EQ(again.stamp, stamp) << formatted;
  }
}

TEST(FormatLine, values_share_a_line_unless_it_would_read_as_something_else) {
  const auto value = [](std::string_view key, std::string_view v) {
    return Entry{.kind = EntryKind::kValue, .value = v, .key = key};
  };
  const Entry shared[] = {value("a", "1"), value("b", "2")};
  EXPECT_EQ(format_line({}, shared), "|a|1|b|2\n");
  const Entry like_condition[] = {value("a", "Unavailable"), value("b", "2"), value("c", "3")};
  EXPECT_EQ(format_line({}, like_condition), "|a|Unavailable\n|b|2|c|3\n");
  const Entry like_series[] = {value("a", "1"), value("5", "2")};
  EXPECT_EQ(format_line({}, like_series), "|a|1\n|5|2\n");
}

TEST(FormatLine, a_stamp_is_exact_to_the_nanosecond) {
  const Entry entry{.kind = EntryKind::kValue, .value = "1", .key = "a"};
  const Stamp relative{.time = {},
                       .relative = Duration::nanoseconds(1'500'250'001),
                       .lasted = Duration::nanoseconds(12)};
  EXPECT_EQ(format_line(relative, {&entry, 1}), "1500.250001@0.000000012|a|1\n");
}

struct Counts {
  std::size_t lines = 0;
  std::size_t values = 0;
  std::size_t conditions = 0;
  std::size_t assets = 0;
  std::size_t malformed = 0;
  std::size_t needs_model = 0;
  bool operator==(const Counts&) const = default;
};

void PrintTo(const Counts& c, std::ostream* out) {
  *out << fmt::format(
      "{} lines, {} values, {} conditions, {} assets, {} malformed, {} need a model", c.lines,
      c.values, c.conditions, c.assets, c.malformed, c.needs_model);
}

Counts count(const std::string& path) {
  std::ifstream in(std::string(HEED_DATA_DIR) + "/machines/" + path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  LineSplitter splitter;
  splitter.feed(text.str());
  Counts counts;
  Line line;
  while (const auto raw = splitter.next()) {
    parse_line(*raw, line);
    ++counts.lines;
    counts.assets += line.kind == LineKind::kAsset ? 1 : 0;
    counts.malformed += line.flaw != Flaw::kNone ? 1 : 0;
    counts.needs_model += line.needs_model ? 1 : 0;
    for (const Entry& entry : line.entries) {
      ++(entry.kind == EntryKind::kCondition ? counts.conditions : counts.values);
    }
  }
  return counts;
}

// Counted independently, by a script that splits at every bar. The two lines of the Okuma that need
// a model are p1Fcmd|UNAVAILABLE with two more pairs behind it.
TEST(ParseLine, reads_every_line_of_the_recorded_machines) {
  EXPECT_EQ(count("mazak01/Mazak01-20161031-20161101.txt"),
            (Counts{.lines = 58'127, .values = 56'889, .conditions = 1'238}));
  EXPECT_EQ(count("mazak03/Mazak03-20190626-20190627.txt"),
            (Counts{.lines = 60'268, .values = 59'622, .conditions = 646}));
  EXPECT_EQ(
      count("okuma/okuma.txt"),
      (Counts{
          .lines = 10'534, .values = 25'461, .conditions = 42, .assets = 152, .needs_model = 2}));
  EXPECT_EQ(count("gfagie01/GFAgie01-20161005-20161006.txt"),
            (Counts{.lines = 28'591, .values = 26'749, .conditions = 1'842}));
  EXPECT_EQ(count("hurco/Hurco01-20170227-20170228.txt"),
            (Counts{.lines = 1'683, .values = 1'683}));
}

}  // namespace
}  // namespace heed::wire::shdr
