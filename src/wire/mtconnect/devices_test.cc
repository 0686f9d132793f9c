#include "wire/mtconnect/devices.h"

#include <fstream>
#include <sstream>

namespace heed::wire::mtconnect {
namespace {

Result<DeviceModel> read(std::string_view document) {
  SeededRandom random(1);
  return read_devices(document, random);
}

std::string file(const std::string& name) {
  std::ifstream in(std::string(HEED_DATA_DIR) + "/machines/" + name, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A probe document whose names are declared as `declaration` says and written with `prefix`.
std::string probe(std::string_view declaration, std::string_view prefix) {
  std::string document =
      "<@MTConnectDevices " + std::string(declaration) +
      "><@Header instanceId='7' version='1.4' bufferSize='333' sender='s' assetBufferSize='16'"
      " assetCount='2' creationTime='2020-01-02T03:04:05Z' deviceModelChangeTime='x'/><@Devices>"
      "<@Device id='d' name='M1' uuid='u-1'>"
      "<@Description manufacturer='Maker' model='X1' serialNumber='9'> A  mill </@Description>"
      "<@DataItems><@DataItem id='a' name='avail' type='AVAILABILITY' "
      "category='EVENT'/></@DataItems>"
      "<@Components><@Axes id='ax' name='base'><@Components><@Linear id='x' name='X'><@DataItems>"
      "<@DataItem id='xp' type='POSITION' subType='ACTUAL' category='SAMPLE' units='MILLIMETER'"
      " nativeUnits='INCH'><@Source dataItemId='q'>xpos</@Source></@DataItem>"
      "</@DataItems></@Linear></@Components></@Axes></@Components>"
      "</@Device></@Devices></@MTConnectDevices>";
  std::string out;
  for (const char c : document) {
    if (c == '@')
      out += prefix;
    else
      out += c;
  }
  return out;
}

std::vector<Device> devices(std::string_view document) {
  const auto model = read(document);
  return model ? model->devices : std::vector<Device>();
}

TEST(Devices, every_namespace_from_1_0_to_2_7_and_none_reads_the_same) {
  const std::vector<Device> expected = devices(probe("", ""));
  ASSERT_EQ(expected.size(), 1U);
  for (const char* version : {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "2.0",
                              "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "9.9"}) {
    const std::string uri = fmt::format("'urn:mtconnect.org:MTConnectDevices:{}'", version);
    EXPECT_EQ(devices(probe("xmlns=" + uri, "")), expected) << version;
    EXPECT_EQ(devices(probe("xmlns:m=" + uri, "m:")), expected) << version;
  }
  EXPECT_EQ(devices(probe("", "undeclared:")), expected);
}

TEST(Devices, header_components_and_data_items_are_all_there) {
  const auto model = read(probe("", ""));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->header.instance_id, 7U);
  EXPECT_EQ(model->header.version, "1.4");
  EXPECT_EQ(model->header.buffer_size, 333U);
  EXPECT_EQ(model->header.asset_buffer_size, 16U);
  EXPECT_EQ(model->header.asset_count, 2U);
  EXPECT_EQ(model->header.device_model_change_time, "x");
  EXPECT_EQ(model->header.creation_time, parse_time("2020-01-02T03:04:05Z"));
  ASSERT_EQ(model->devices.size(), 1U);
  const Device& device = model->devices[0];
  EXPECT_EQ(device.uuid, "u-1");
  EXPECT_EQ(device.manufacturer, "Maker");
  EXPECT_EQ(device.model, "X1");
  EXPECT_EQ(device.serial_number, "9");
  EXPECT_EQ(device.description, "A  mill");
  ASSERT_EQ(device.components.size(), 3U);
  EXPECT_EQ(device.components[2].path, "Device/Axes[base]/Linear[X]");
  EXPECT_EQ(device.components[2].parent, 1U);
  const DataItem* position = device.find_data_item("xp");
  ASSERT_NE(position, nullptr);
  EXPECT_EQ(position->component, 2U);
  EXPECT_EQ(position->category, Category::kSample);
  EXPECT_EQ(position->units, "MILLIMETER");
  EXPECT_EQ(position->native_units, "INCH");
  EXPECT_EQ(position->sub_type, "ACTUAL");
  EXPECT_EQ(position->source, "xpos");
  EXPECT_EQ(position->source_data_item_id, "q");
  EXPECT_EQ(device.find_data_item("avail"), device.data_items.data());
  EXPECT_EQ(device.find_data_item("none"), nullptr);
}

std::string item(std::string_view attributes, std::string_view inside = "") {
  return fmt::format(
      "<MTConnectDevices><Header/><Devices><Agent id='d'><DataItems><DataItem id='i' type='T' {}>{}"
      "</DataItem></DataItems></Agent></Devices></MTConnectDevices>",
      attributes, inside);
}

TEST(Devices, a_data_item_names_its_representation_in_either_way) {
  struct Case {
    const char* attributes;
    Representation representation;
  };
  const Case cases[] = {
      {"category='EVENT'", Representation::kValue},
      {"category='EVENT' representation='VALUE'", Representation::kValue},
      {"category='EVENT' representation='DISCRETE'", Representation::kDiscrete},
      {"category='EVENT' discrete='true'", Representation::kDiscrete},
      {"category='SAMPLE' representation='TIME_SERIES' sampleRate='100'",
       Representation::kTimeSeries},
      {"category='EVENT' representation='DATA_SET'", Representation::kDataSet},
      {"category='EVENT' representation='TABLE'", Representation::kTable},
      {"category='EVENT' representation='DATA_SET' discrete='true'", Representation::kDataSet},
  };
  for (const Case& c : cases) {
    const auto model = read(item(c.attributes));
    ASSERT_TRUE(model);
    EXPECT_EQ(model->devices[0].data_items[0].representation, c.representation) << c.attributes;
  }
  EXPECT_EQ(read(item("sampleRate='100'"))->devices[0].data_items[0].sample_rate, 100);
}

TEST(Devices, one_allowed_value_is_a_constant_and_several_are_a_list) {
  const auto constant = read(item("", "<Constraints><Value> LINEAR </Value></Constraints>"));
  ASSERT_TRUE(constant);
  EXPECT_EQ(constant->devices[0].data_items[0].constant_value, "LINEAR");
  EXPECT_TRUE(constant->devices[0].data_items[0].allowed_values.empty());
  const auto several =
      read(item("", "<Constraints><Value>A</Value><Value>B</Value></Constraints>"));
  EXPECT_FALSE(several->devices[0].data_items[0].constant_value);
  EXPECT_EQ(several->devices[0].data_items[0].allowed_values, (std::vector<std::string>{"A", "B"}));
  const auto range =
      read(item("", "<Constraints><Minimum>-1.5</Minimum><Maximum>10</Maximum></Constraints>"));
  EXPECT_EQ(range->devices[0].data_items[0].minimum, -1.5);
  EXPECT_EQ(range->devices[0].data_items[0].maximum, 10);
}

TEST(Devices, an_error_document_gives_its_errors_and_anything_else_is_corrupt) {
  const auto error = read(
      "<MTConnectError><Header instanceId='3'/><Errors><Error errorCode='NO_DEVICE'>who?</Error>"
      "</Errors></MTConnectError>");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->errors, (std::vector<AgentError>{{"NO_DEVICE", "who?"}}));
  for (const char* document : {"", "<html/>", "<MTConnectStreams/>", "{}", "<MTConnectDevices>"}) {
    const auto other = read(document);
    ASSERT_FALSE(other) << document;
    EXPECT_EQ(other.error().kind, ErrorKind::kCorrupt) << document;
  }
}

TEST(Devices, more_data_items_than_allowed_are_refused) {
  const auto with = [](std::size_t count) {
    std::string document = "<MTConnectDevices><Devices><Device id='d'><DataItems>";
    for (std::size_t i = 0; i < count; ++i) document += "<DataItem id='i'/>";
    return document + "</DataItems></Device></Devices></MTConnectDevices>";
  };
  EXPECT_TRUE(read(with(kMaxDataItems)));
  const auto beyond = read(with(kMaxDataItems + 1));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().kind, ErrorKind::kExhausted);
}

// The counts are those that Python's ElementTree finds in the files.
TEST(Devices, the_models_of_real_machines_are_read_whole) {
  struct Case {
    const char* name;
    std::size_t devices;
    std::size_t data_items;
  };
  for (const Case& c : {Case{"Devices.xml", 8, 226}, Case{"okuma/Devices.xml", 2, 216}}) {
    const auto model = read(file(c.name));
    ASSERT_TRUE(model) << c.name;
    EXPECT_EQ(model->devices.size(), c.devices) << c.name;
    std::size_t data_items = 0;
    for (const Device& device : model->devices) data_items += device.data_items.size();
    EXPECT_EQ(data_items, c.data_items) << c.name;
  }
}

}  // namespace
}  // namespace heed::wire::mtconnect
