#include "wire/macros.h"

#include <gtest/gtest.h>

#include "wire/haas/status.h"

namespace heed::wire::haas {
namespace {

Result<std::vector<Macro>> macros(std::string_view settings) {
  const auto parsed = Json::parse(settings);
  EXPECT_TRUE(parsed) << settings;
  return macros_of(*parsed);
}

TEST(HaasMacros, without_settings_the_part_counter_and_the_spindle_are_read) {
  const auto usual = macros("{}");
  ASSERT_TRUE(usual);
  ASSERT_EQ(usual->size(), 2U);
  EXPECT_EQ(usual->at(0).number.number(), 3901U);
  EXPECT_EQ(usual->at(0).item.type, "PART_COUNT");
  EXPECT_EQ(usual->at(1).number.number(), 3027U);
  EXPECT_EQ(usual->at(1).item.sub_type, "ACTUAL");
}

TEST(HaasMacros, come_beside_the_usual_ones_whose_items_they_may_take) {
  const auto read = macros(
      R"({"macros":[{"number":10901,"item":"part_count"},
          {"number":10900,"item":"fixture","name":"Fixture","units":"MILLIMETER"}]})");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ(read->at(0).number.number(), 10'901U);
  EXPECT_EQ(read->at(0).item.type, "PART_COUNT");
  EXPECT_EQ(read->at(1).item.key, "fixture");
  EXPECT_EQ(read->at(1).item.type, "");
  EXPECT_EQ(read->at(1).item.name, "Fixture");
  EXPECT_EQ(read->at(1).item.units, "MILLIMETER");
  EXPECT_EQ(read->at(2).item.key, "spindle_speed");
}

TEST(HaasMacros, a_mistake_is_told_with_its_place_and_mend) {
  struct Case {
    const char* settings;
    const char* place;
  };
  const Case cases[] = {
      {R"({"macro":[]})", "settings: a Haas has no setting macro"},
      {R"({"macros":3901})", "settings: macros: this is no list"},
      {R"({"macros":[3901]})", "settings: macros[0]: this is no JSON object"},
      {R"({"macros":[{"number":0,"item":"pallet"}]})", "settings: macros[0].number: "},
      {R"({"macros":[{"number":100000,"item":"pallet"}]})", "settings: macros[0].number: "},
      {R"({"macros":[{"number":"3901","item":"pallet"}]})", "settings: macros[0].number: "},
      {R"({"macros":[{"number":1.5,"item":"pallet"}]})", "settings: macros[0].number: "},
      {R"({"macros":[{"item":"pallet"}]})", "settings: macros[0].number: "},
      {R"({"macros":[{"number":500}]})", "settings: macros[0].item: "},
      {R"({"macros":[{"number":500,"item":"Pallet"}]})", "settings: macros[0].item: "},
      {R"({"macros":[{"number":500,"item":"7up"}]})", "settings: macros[0].item: "},
      {R"({"macros":[{"number":500,"item":"execution"}]})",
       "settings: macros[0].item: execution is read from the control itself"},
      {R"({"macros":[{"number":500,"item":"a","name":7}]})", "settings: macros[0].name: "},
      {R"({"macros":[{"number":500,"item":"a","unit":"mm"}]})",
       "settings: macros[0]: a macro has no member unit"},
      {R"({"macros":[{"number":500,"item":"a"},{"number":500,"item":"b"}]})",
       "settings: macros[1]: "},
      {R"({"macros":[{"number":500,"item":"a"},{"number":501,"item":"a"}]})",
       "settings: macros[1]: "},
  };
  for (const Case& c : cases) {
    const auto read = macros(c.settings);
    ASSERT_FALSE(read) << c.settings;
    EXPECT_EQ(read.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(read.error().message.starts_with(c.place)) << read.error().message;
    EXPECT_FALSE(read.error().mend.empty()) << c.settings;
  }
}

TEST(HaasMacros, are_limited_in_number_and_length) {
  std::string list;
  for (std::size_t i = 0; i < kMostMacros; ++i) {
    list += fmt::format(R"({}{{"number":{},"item":"i{}"}})", i == 0 ? "" : ",", i + 1, i);
  }
  EXPECT_TRUE(macros(R"({"macros":[)" + list + "]}"));
  const auto more = macros(R"({"macros":[)" + list + R"(,{"number":99,"item":"more"}]})");
  ASSERT_FALSE(more);
  EXPECT_TRUE(more.error().message.contains("at most 32 variables"));
  const std::string longest(kLongestItem, 'a');
  EXPECT_TRUE(macros(R"({"macros":[{"number":1,"item":")" + longest + R"("}]})"));
  EXPECT_FALSE(macros(R"({"macros":[{"number":1,"item":")" + longest + R"(a"}]})"));
}

}  // namespace
}  // namespace heed::wire::haas
