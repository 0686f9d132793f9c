#include "wire/mtconnect/writer.h"

#include <gtest/gtest.h>

#include <set>

#include "wire/mtconnect/assets.h"
#include "wire/mtconnect/schema_testing.h"
#include "wire/mtconnect/vocabulary.h"

namespace heed::wire::mtconnect {
namespace {

using testing::header;

const Time kThen = Time::from_milliseconds(1'600'000'000'123);

Device mill() {
  Device device{.id = "d1", .name = "Mill <3> & \"co\"", .uuid = "u1", .description = "a < b"};
  device.components = {
      {.type = "Device", .id = "d1", .name = device.name, .uuid = "u1", .path = "Device"},
      {.type = "Axes", .id = "c1", .path = "Device/Axes"},
      {.type = "Linear", .id = "c2", .name = "X", .path = "Device/Axes/Linear[X]", .parent = 1},
      {.type = "Controller", .id = "c3", .path = "Device/Controller"}};
  device.data_items = {
      {.id = "avail", .name = "avail", .type = "AVAILABILITY"},
      {.id = "x",
       .type = "POSITION",
       .sub_type = "ACTUAL",
       .category = Category::kSample,
       .units = "MILLIMETER",
       .component = 2},
      {.id = "logic", .type = "LOGIC_PROGRAM", .category = Category::kCondition, .component = 3},
      {.id = "door",
       .name = "Door 1",
       .type = "x:DOOR_1",
       .source = "door\x01"
                 "1",
       .component = 3},
      {.id = "part",
       .type = "PART_COUNT",
       .representation = Representation::kDiscrete,
       .component = 3},
      {.id = "heat", .type = "x:HEAT", .category = Category::kSample}};
  return device;
}

std::vector<Told> everything() {
  return {{.item = 1, .sequence = 20, .timestamp = kThen, .value = "-1.5"},
          {.item = 0, .sequence = 8, .timestamp = kThen, .value = "AVAILABLE"},
          {.item = 3, .sequence = 9, .timestamp = kThen, .value = "a<b & \"c\"\r\nd \xC3\xBC"},
          {.item = 1, .sequence = 10, .timestamp = kThen},
          {.item = 2,
           .sequence = 11,
           .timestamp = kThen,
           .value = "too hot",
           .level = Level::kFault,
           .native_code = "7",
           .native_severity = "3",
           .qualifier = "HIGH"},
          {.item = 2,
           .sequence = 12,
           .timestamp = kThen,
           .level = Level::kNormal,
           .qualifier = "sideways"},
          {.item = 2, .sequence = 13, .timestamp = kThen},
          {.item = 2, .sequence = 16, .timestamp = kThen, .level = Level::kWarning},
          {.item = 5, .sequence = 14, .timestamp = kThen, .value = "36.6"},
          {.item = 4, .sequence = 15, .timestamp = kThen, .value = "12"}};
}

TEST(Writer, a_device_is_read_back_as_it_was_written) {
  SeededRandom random(1);
  const std::vector<Device> devices = {mill()};
  const auto read = read_devices(write_devices(header(), devices), random);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->header.instance_id, header().instance_id);
  EXPECT_EQ(read->header.device_model_change_time, header().device_model_change_time);
  ASSERT_EQ(read->devices.size(), 1U);
  const Device& device = read->devices.front();
  EXPECT_EQ(device.name, mill().name);
  ASSERT_EQ(device.components.size(), 4U);
  EXPECT_EQ(device.components[2].path, "Device/Axes/Linear[X]");
  ASSERT_EQ(device.data_items.size(), 6U);
  for (const DataItem& item : mill().data_items) {
    const DataItem* same = device.find_data_item(item.id);
    ASSERT_NE(same, nullptr) << item.id;
    EXPECT_EQ(same->type, item.type);
    EXPECT_EQ(same->sub_type, item.sub_type);
    EXPECT_EQ(same->category, item.category);
    EXPECT_EQ(same->representation, item.representation);
    EXPECT_EQ(device.components[same->component].id, mill().components[item.component].id);
  }
  EXPECT_EQ(device.find_data_item("door")->source,
            "door\xEF\xBF\xBD"
            "1");
}

TEST(Writer, observations_are_read_back_as_they_were_written) {
  SeededRandom random(1);
  const std::vector<Device> devices = {mill()};
  const auto read = read_streams(write_streams(header(), devices, everything()), random);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->header, [] {
    Header same = header();
    same.asset_buffer_size = 0;  // a streams header has no asset sizes
    return same;
  }());
  ASSERT_EQ(read->observations.size(), everything().size());
  std::map<std::uint64_t, Observation> by_sequence;
  for (const Observation& one : read->observations) by_sequence[one.sequence] = one;
  EXPECT_EQ(by_sequence[8].value, "AVAILABLE");
  EXPECT_EQ(by_sequence[9].value, "a<b & \"c\"\r\nd \xC3\xBC");
  EXPECT_EQ(by_sequence[9].type, "Door1");
  EXPECT_TRUE(by_sequence[10].unavailable);
  EXPECT_EQ(by_sequence[20].sub_type, "ACTUAL");
  EXPECT_EQ(by_sequence[20].timestamp, kThen);
  EXPECT_EQ(by_sequence[11].level, Level::kFault);
  EXPECT_EQ(by_sequence[11].native_code, "7");
  EXPECT_EQ(by_sequence[11].value, "too hot");
  EXPECT_EQ(by_sequence[11].type, "LOGIC_PROGRAM");
  EXPECT_EQ(by_sequence[12].qualifier, "");
  EXPECT_TRUE(by_sequence[13].unavailable);
  EXPECT_EQ(by_sequence[15].device_uuid, "u1");
  EXPECT_EQ(by_sequence[15].component_id, "c3");
}

/// An item of each representation, of a type of MTConnect's and of one of our own.
Device gauge() {
  Device device{.id = "d2", .name = "Gauge", .uuid = "u2"};
  device.components = {
      {.type = "Device", .id = "d2", .name = "Gauge", .uuid = "u2", .path = "Device"}};
  using enum Representation;
  device.data_items = {
      {.id = "v", .type = "VARIABLE", .representation = kDataSet},
      {.id = "w", .type = "WORK_OFFSETS", .sub_type = "x:FINE", .representation = kTable},
      {.id = "t",
       .type = "DISPLACEMENT",
       .category = Category::kSample,
       .representation = kTimeSeries,
       .statistic = "MAXIMUM",
       .sample_rate = 100},
      {.id = "xv", .type = "x:SETUP", .representation = kDataSet},
      {.id = "xw", .type = "x:PALLETS", .representation = kTable},
      {.id = "xt", .type = "x:SOUND", .category = Category::kSample, .representation = kTimeSeries},
      {.id = "m",
       .type = "LOAD",
       .category = Category::kSample,
       .units = "x:PARSEC",
       .statistic = "x:MIDDLE"}};
  return device;
}

std::vector<Told> all_of_gauge() {
  std::vector<Told> told;
  for (std::size_t item = 0; item < gauge().data_items.size(); ++item) {
    told.push_back({.item = item, .sequence = item + 1, .timestamp = kThen, .value = ""});
    told.push_back({.item = item, .sequence = item + 101, .timestamp = kThen});
  }
  const std::vector<Entry> entries = {
      {.key = "a", .value = "<1>"}, {.key = "b", .value = ""}, {.key = "gone", .removed = true}};
  const std::vector<Entry> rows = {{.key = "G54", .cells = {{"X", "1.5"}, {"Y", ""}}},
                                   {.key = "G55", .removed = true}};
  told[0].entries = told[6].entries = entries;
  told[0].reset_triggered = "DAY";
  told[6].reset_triggered = "x:MANUAL";
  told[2].entries = told[8].entries = rows;
  told[4].value = told[10].value = "1 -2.5 NaN";
  told[10].sample_rate = 0.5;
  told[12].value = "17";
  return told;
}

TEST(Writer, sets_tables_and_series_are_read_back_as_they_were_written) {
  SeededRandom random(1);
  const std::vector<Device> devices = {gauge()};
  const auto model = read_devices(write_devices(header(), devices), random);
  ASSERT_TRUE(model) << model.error().message;
  for (const DataItem& item : gauge().data_items) {
    EXPECT_EQ(*model->devices.front().find_data_item(item.id), item) << item.id;
  }
  const auto read = read_streams(write_streams(header(), devices, all_of_gauge()), random);
  ASSERT_TRUE(read) << read.error().message;
  std::map<std::uint64_t, Observation> by_sequence;
  for (const Observation& one : read->observations) by_sequence[one.sequence] = one;
  for (std::size_t item = 0; item < gauge().data_items.size(); ++item) {
    const Told told = all_of_gauge()[2 * item];
    const Observation& said = by_sequence[item + 1];
    EXPECT_EQ(said.representation, gauge().data_items[item].representation) << item;
    EXPECT_EQ(said.entries, told.entries) << item;
    EXPECT_EQ(said.reset_triggered, told.reset_triggered) << item;
    EXPECT_EQ(said.sample_rate, told.sample_rate) << item;
    EXPECT_EQ(said.sub_type, gauge().data_items[item].sub_type) << item;
    EXPECT_TRUE(by_sequence[item + 101].unavailable) << item;
  }
  EXPECT_EQ(by_sequence[1].declared_count, 3U);
  EXPECT_EQ(by_sequence[3].declared_count, 3U);
  ASSERT_EQ(by_sequence[3].samples.size(), 3U);
  EXPECT_EQ(by_sequence[3].samples[1], -2.5);
  EXPECT_EQ(by_sequence[3].statistic, "MAXIMUM");
  EXPECT_EQ(by_sequence[7].statistic, "x:MIDDLE");
}

TEST(Writer, a_key_that_the_schemas_have_no_place_for_is_written_in_other_letters) {
  SeededRandom random(1);
  const std::vector<Device> devices = {gauge()};
  Told told{.item = 0, .sequence = 1, .timestamp = kThen, .value = ""};
  for (const char* key : {"", "a b", "\xC3\xBC=", "a-1.b:c_d"})
    told.entries.push_back({.key = key});
  const auto read = read_streams(write_streams(header(), devices, {told}), random);
  ASSERT_TRUE(read) << read.error().message;
  std::string keys;
  for (const Entry& entry : read->observations.front().entries) keys += entry.key + " ";
  EXPECT_EQ(keys, ". a.20b .C3.BC.3D a-1.b:c_d ");
}

TEST(Writer, what_xml_has_no_place_for_becomes_the_replacement_character) {
  SeededRandom random(1);
  const std::vector<Device> devices = {mill()};
  struct Case {
    std::string value, read;
  };
  for (const Case& c :
       {Case{std::string("a\0b", 3),
             "a\xEF\xBF\xBD"
             "b"},
        Case{"\x1B[0m", "\xEF\xBF\xBD[0m"}, Case{"\xFF", "\xEF\xBF\xBD"},
        Case{"\xC3", "\xEF\xBF\xBD"}, Case{"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        Case{"\xEF\xBF\xBE", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        Case{"\xF0\x9F\x94\xA7", "\xF0\x9F\x94\xA7"}}) {
    const auto read = read_streams(
        write_streams(header(), devices,
                      {{.item = 3, .sequence = 1, .timestamp = kThen, .value = c.value}}),
        random);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->observations.front().value, c.read);
  }
}

TEST(Writer, an_error_and_an_empty_list_of_assets_are_read_back) {
  SeededRandom random(1);
  const std::vector<AgentError> errors = {{"OUT_OF_RANGE", "'from' must be < 7"}};
  const auto read = read_error(write_errors(header(), errors), random);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->errors, errors);
  EXPECT_TRUE(write_assets(header()).contains("<Assets/>"));
}

TEST(Writer, every_document_is_valid_by_the_published_schemas) {
  if (!testing::SchemaCheck::possible()) GTEST_SKIP() << testing::SchemaCheck::kSkipped;
  testing::SchemaCheck check;
  const std::vector<Device> devices = {mill()};
  const std::vector<AgentError> errors = {{"INVALID_PATH", "a"}, {"ASSET_NOT_FOUND", "b"}};
  const std::string own = write_extension_schema(devices);
  EXPECT_EQ(check.fault_of("Devices", write_devices(header(), devices)), "");
  EXPECT_EQ(check.fault_of("Streams", write_streams(header(), devices, everything()), own), "");
  const std::vector<Device> gauges = {gauge()};
  const std::string forms = write_extension_schema(gauges);
  EXPECT_EQ(check.fault_of("Devices", write_devices(header(), gauges)), "");
  EXPECT_EQ(check.fault_of("Streams", write_streams(header(), gauges, all_of_gauge()), forms), "");
  EXPECT_EQ(check.fault_of("Streams", write_streams(header(), devices, {})), "");
  EXPECT_EQ(check.fault_of("Assets", write_assets(header())), "");
  EXPECT_EQ(check.fault_of("Error", write_errors(header(), errors)), "");
  EXPECT_EQ(check.fault_of("Error", write_errors({}, errors)), "");
}

TEST(Writer, the_check_by_the_schemas_finds_what_is_wrong) {
  if (!testing::SchemaCheck::possible()) GTEST_SKIP() << testing::SchemaCheck::kSkipped;
  testing::SchemaCheck check;
  const std::vector<Device> devices = {mill()};
  EXPECT_NE(check.fault_of("Streams", write_streams(header(), devices,
                                                    {{.item = 1, .sequence = 1, .value = "fast"}})),
            "");
  EXPECT_NE(check.fault_of("Error", write_errors(header(), std::vector<AgentError>{{"OH", ""}})),
            "");
}

TEST(Vocabulary, every_type_is_told_by_an_element_that_the_schemas_have_with_every_word_of_it) {
  if (!testing::SchemaCheck::possible()) GTEST_SKIP() << testing::SchemaCheck::kSkipped;
  testing::SchemaCheck check;
  std::ifstream in(std::string(HEED_DATA_DIR) + "/schemas/MTConnectDevices_2.5_1.0.xsd");
  const std::string schema{std::istreambuf_iterator<char>(in), {}};
  Device device = mill();
  device.data_items.clear();
  std::vector<Told> told;
  std::set<std::string> types;
  constexpr std::string_view kValue = "<xs:enumeration value='";
  for (std::size_t at = schema.find(kValue); at != std::string::npos;
       at = schema.find(kValue, at + 1)) {
    const std::size_t from = at + kValue.size();
    types.insert(schema.substr(from, schema.find('\'', from) - from));
  }
  for (const std::string& type : types) {
    const TypeWord* word = find_type(type);
    if (word == nullptr) continue;
    device.data_items.push_back({.id = "i" + std::to_string(device.data_items.size()),
                                 .type = type,
                                 .category = word->category});
    for (const std::string_view value :
         {"1", "1 2 3", "2020-01-01T00:00:00Z", "ON", "active", "READY", "PASS", "OPEN"}) {
      const auto fits = fitting_value(*word, value);
      if (!fits) continue;
      told.push_back({.item = device.data_items.size() - 1,
                      .sequence = told.size() + 1,
                      .timestamp = kThen,
                      .value = fits});
    }
  }
  EXPECT_EQ(device.data_items.size(), 234U);
  const std::vector<Device> devices = {device};
  EXPECT_EQ(check.fault_of("Devices", write_devices(header(), devices)), "");
  EXPECT_EQ(check.fault_of("Streams", write_streams(header(), devices, told)), "");
}

TEST(Vocabulary, every_type_has_sets_and_tables_and_the_samples_of_one_number_series) {
  if (!testing::SchemaCheck::possible()) GTEST_SKIP() << testing::SchemaCheck::kSkipped;
  testing::SchemaCheck check;
  Device device = gauge();
  device.data_items.clear();
  std::vector<Told> told;
  const auto add = [&](const TypeWord& type, Category category, Representation representation) {
    device.data_items.push_back({.id = "i" + std::to_string(device.data_items.size()),
                                 .type = std::string(type.type),
                                 .category = category,
                                 .representation = representation});
    told.push_back({.item = device.data_items.size() - 1,
                    .sequence = told.size() + 1,
                    .timestamp = kThen,
                    .value = representation == Representation::kTimeSeries ? "1 2" : ""});
    return &told.back();
  };
  std::size_t series = 0;
  for (const TypeWord& type : all_types()) {
    const std::string value = fitting_entry(type, "UNAVAILABLE").value_or("none");
    const std::string word(type.words.substr(0, type.words.find(' ')));
    add(type, Category::kEvent, Representation::kDataSet)->entries = {
        {.key = "a", .value = value},
        {.key = "b", .value = fitting_entry(type, word).value_or("")}};
    add(type, Category::kEvent, Representation::kTable)->entries = {
        {.key = "a", .cells = {{"c", value}}}};
    if (!has_series(type)) continue;
    add(type, Category::kSample, Representation::kTimeSeries);
    ++series;
  }
  EXPECT_EQ(series, 87U);
  const std::vector<Device> devices = {device};
  EXPECT_EQ(check.fault_of("Devices", write_devices(header(), devices)), "");
  EXPECT_EQ(check.fault_of("Streams", write_streams(header(), devices, told)), "");
}

TEST(Vocabulary, an_entry_of_a_type_with_words_is_one_of_them_and_a_series_is_of_numbers) {
  const TypeWord& door = *find_type("DOOR_STATE");
  EXPECT_EQ(fitting_entry(door, " open "), "OPEN");
  EXPECT_EQ(fitting_entry(door, "unavailable"), "UNAVAILABLE");
  EXPECT_EQ(fitting_entry(door, "ajar"), std::nullopt);
  EXPECT_EQ(fitting_entry(*find_type("POSITION"), "ajar"), "ajar");
  EXPECT_EQ(fitting_series(" 1  -2.5\tnan "), "1 -2.5 NaN");
  EXPECT_EQ(fitting_series(""), "");
  EXPECT_EQ(fitting_series("1 two"), std::nullopt);
}

TEST(Vocabulary, a_vendor_s_own_word_has_a_prefix_and_capitals) {
  for (const char* word : {"x:FINE", "haas:A_1"}) {
    EXPECT_TRUE(is_sub_type(word) && is_units(word) && is_statistic(word) && is_reset(word))
        << word;
  }
  for (const char* word : {"FINE", "x:", ":FINE", "x:fine", "X:FINE", "m:FINE", "x:A B", ""}) {
    EXPECT_FALSE(is_sub_type(word) || is_units(word) || is_statistic(word) || is_reset(word))
        << word;
  }
}

TEST(Vocabulary, a_value_is_written_as_its_type_has_it_or_not_at_all) {
  struct Case {
    std::string_view type, value;
    std::optional<std::string> written;
  };
  for (const Case& c : {Case{"EXECUTION", "active", "ACTIVE"}, Case{"EXECUTION", "BUSY", {}},
                        Case{"PART_COUNT", "12", "12"}, Case{"PART_COUNT", "12.00", "12"},
                        Case{"PART_COUNT", "-3", "-3"}, Case{"PART_COUNT", "12.5", {}},
                        Case{"PART_COUNT", "1.2.3", {}}, Case{"PART_COUNT", "", {}},
                        Case{"POSITION", " 1e3 ", "1e3"}, Case{"POSITION", "+.5", "+.5"},
                        Case{"POSITION", "+-5", {}}, Case{"POSITION", "nan", {}},
                        Case{"POSITION", "NaN", "NaN"}, Case{"POSITION", "0x10", {}},
                        Case{"PATH_POSITION", "1 2 3", "1 2 3"}, Case{"PATH_POSITION", "1 2", {}},
                        Case{"CLOCK_TIME", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000Z"},
                        Case{"CLOCK_TIME", "noon", {}}, Case{"PROGRAM", " O1 ", " O1 "}}) {
    const TypeWord* type = find_type(c.type);
    ASSERT_NE(type, nullptr) << c.type;
    EXPECT_EQ(fitting_value(*type, c.value), c.written) << c.type << c.value;
  }
}

TEST(Vocabulary, a_type_of_our_own_is_a_name_by_the_schemas_and_no_representation_for_a_reader) {
  EXPECT_EQ(extension_type("spindle 1"), "x:SPINDLE_1");
  EXPECT_EQ(extension_type("1st"), "x:N_1ST");
  EXPECT_EQ(extension_type("\xC3\xBC"), "x:N___");
  EXPECT_EQ(extension_type(""), "x:SAID");
  EXPECT_EQ(extension_type("Work_Table"), "x:WORK_TABLE_VALUE");
  EXPECT_EQ(element_name("x:WORK_TABLE_VALUE"), "x:WorkTableValue");
  EXPECT_EQ(element_name("EXECUTION"), "Execution");
  EXPECT_EQ(element_name("AMPERAGE_AC"), "AmperageAC");
  EXPECT_TRUE(is_condition_type("SYSTEM"));
  EXPECT_TRUE(is_component("Controller"));
  EXPECT_FALSE(is_component("Inputs"));
  EXPECT_TRUE(is_units("MILLIMETER/SECOND"));
  EXPECT_FALSE(is_units("FURLONG"));
  EXPECT_FALSE(is_sub_type("ACTUAL COMMANDED"));
}

}  // namespace
}  // namespace heed::wire::mtconnect
