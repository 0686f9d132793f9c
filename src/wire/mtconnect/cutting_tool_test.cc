#include "wire/mtconnect/cutting_tool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include <fmt/core.h>

namespace heed::wire::mtconnect {
namespace {

Result<CuttingTool> read(std::string_view element) {
  SeededRandom random(1);
  return read_cutting_tool(element, random);
}

constexpr std::string_view kWhole =
    R"(<CuttingTool assetId="M.12" toolId="EM-16" serialNumber="7" deviceUuid="x">)"
    R"(<Description> End mill 16 </Description><CuttingToolLifeCycle>)"
    R"(<ToolLife type="MINUTES" countDirection="UP" initial="0" warning="80" limit="100">)"
    R"(62.5</ToolLife>)"
    R"(<ToolLife type="PART_COUNT" countDirection="DOWN" initial="40">10</ToolLife>)"
    R"(<CutterStatus><Status>USED</Status><Status>AVAILABLE</Status></CutterStatus>)"
    R"(<ProgramToolGroup>4</ProgramToolGroup><ProgramToolNumber>12</ProgramToolNumber>)"
    R"(<Location type="POT" positiveOverlap="0">8</Location>)"
    R"(<CuttingItems count="1"><CuttingItem indices="1">)"
    R"(<ItemLife type="WEAR" limit="0">0.1</ItemLife>)"
    R"(</CuttingItem></CuttingItems></CuttingToolLifeCycle></CuttingTool>)";

TEST(CuttingTool, is_read_with_its_life_state_and_place) {
  const auto tool = read(kWhole);
  ASSERT_TRUE(tool) << tool.error().message;
  EXPECT_EQ(*tool, (CuttingTool{.asset_id = "M.12",
                                .tool_id = "EM-16",
                                .serial_number = "7",
                                .description = "End mill 16",
                                .statuses = {"USED", "AVAILABLE"},
                                .number = "12",
                                .group = "4",
                                .location_type = "POT",
                                .location = "8",
                                .lives = {{"MINUTES", false, 62.5, 0, 80, 100},
                                          {"PART_COUNT", true, 10, 40, {}, {}},
                                          {"WEAR", false, 0.1, {}, {}, 0}}}));
}

TEST(CuttingTool, life_is_used_up_in_the_direction_in_which_it_is_counted) {
  const auto tool = *read(kWhole);
  EXPECT_DOUBLE_EQ(*tool.lives[0].used(), 0.625);
  EXPECT_DOUBLE_EQ(*tool.lives[1].used(), 0.75);
  EXPECT_FALSE(tool.lives[2].used()) << "a limit of 0 is none";
}

TEST(CuttingTool, is_found_behind_what_an_adapter_sends_before_it) {
  const auto tool = read(fmt::format("2022-08-08T13:43:36Z|@ASSET@|M.12|CuttingTool|{}", kWhole));
  ASSERT_TRUE(tool);
  EXPECT_EQ(tool->asset_id, "M.12");
  EXPECT_TRUE(read(fmt::format("2022-08-08T13:43:36Z|@ASSET@|{{12}}|CuttingTool|{}", kWhole)));
}

TEST(CuttingTool, that_is_cut_short_another_asset_or_no_element_is_refused) {
  EXPECT_EQ(read(kWhole.substr(0, 200)).error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(read("<File assetId=\"1\"/>").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(read("no element").error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(read("").error().kind, ErrorKind::kCorrupt);
}

TEST(CuttingTool, says_nothing_of_numbers_that_are_none) {
  const auto tool =
      read(R"(<CuttingTool assetId="a"><ToolLife type="MINUTES" limit="many">inf</ToolLife>)"
           R"(</CuttingTool>)");
  ASSERT_TRUE(tool);
  EXPECT_EQ(tool->lives, (std::vector<CutterLife>{{.type = "MINUTES"}}));
}

TEST(CuttingTool, is_held_in_bounded_memory) {
  std::string lives = R"(<CuttingTool assetId="a">)";
  for (std::size_t i = 0; i <= CuttingTool::kMostLives; ++i) lives += "<ToolLife>1</ToolLife>";
  EXPECT_EQ(read(lives + "</CuttingTool>").error().kind, ErrorKind::kExhausted);
  const auto tool = read("<CuttingTool assetId=\"a\"><Description>" + std::string(5'000, 'x') +
                         "</Description></CuttingTool>");
  ASSERT_TRUE(tool);
  EXPECT_EQ(tool->description.size(), CuttingTool::kLongestText);
}

TEST(CuttingTool, those_of_a_real_control_are_read_to_the_last) {
  std::ifstream in(HEED_DATA_DIR "/machines/okuma/okuma.txt");
  std::size_t tools = 0, with_time = 0, expired = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("<CuttingTool")) continue;
    const auto tool = read(line);
    ASSERT_TRUE(tool) << tool.error().message << "\n" << line;
    ++tools;
    with_time += std::ranges::any_of(tool->lives, [](const CutterLife& life) {
      return life.type == "MINUTES" && life.value.value_or(0) > 0;
    });
    expired += tool->statuses == std::vector<std::string>{"EXPIRED"};
    EXPECT_FALSE(tool->number.empty());
    EXPECT_EQ(tool->location_type, "POT");
  }
  EXPECT_EQ(tools, 118U);
  EXPECT_EQ(with_time, 102U);
  EXPECT_EQ(expired, 8U);
}

}  // namespace
}  // namespace heed::wire::mtconnect
