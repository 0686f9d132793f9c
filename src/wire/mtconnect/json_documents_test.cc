// JSON of both versions against XML: the same content must give the same records.
#include <gtest/gtest.h>

#include <fmt/core.h>

#include <cmath>

#include "wire/mtconnect/assets.h"
#include "wire/mtconnect/cutting_tool.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/json_elements.h"
#include "wire/mtconnect/streams.h"

namespace heed::wire::mtconnect {
namespace {

Result<StreamsDocument> streams(std::string_view document) {
  SeededRandom random(1);
  return read_streams(document, random);
}
Result<DeviceModel> devices(std::string_view document) {
  SeededRandom random(1);
  return read_devices(document, random);
}
Result<AssetsDocument> assets(std::string_view document) {
  SeededRandom random(1);
  return read_assets(document, random);
}

constexpr std::string_view kXmlHeader =
    R"(<Header instanceId="1649989201" version="2.4.0.7" sender="shop" bufferSize="131072")"
    R"( testIndicator="false" creationTime="2024-05-01T10:00:00Z" firstSequence="1")"
    R"( lastSequence="29" nextSequence="30" deviceModelChangeTime="2024-04-30T09:00:00.5Z"/>)";
// With the numbers as an agent writes them; in the order of nobody.
constexpr std::string_view kJsonHeader =
    R"("Header":{"version":"2.4.0.7","creationTime":"2024-05-01T10:00:00Z","testIndicator":false,)"
    R"("instanceId":1649989201,"sender":"shop","deviceModelChangeTime":"2024-04-30T09:00:00.5Z",)"
    R"("bufferSize":131072,"nextSequence":30,"lastSequence":29,"firstSequence":1})";

// One of everything that can be observed.
constexpr std::string_view kXmlStreams =
    R"(<Streams><DeviceStream name="Mill" uuid="u-1"><ComponentStream component="Linear")"
    R"( componentId="x" name="X"><Samples>)"
    R"(<Position dataItemId="xp" sequence="3" subType="ACTUA)"
    R"(L" timestamp="2024-05-01T09:59:59.123Z")"
    R"( name="Xact">12.5</Position>)"
    R"(<Position dataItemId="xp" sequence="4" subType="ACTUAL" timestamp="2024-05-01T09:59:59.2Z")"
    R"( name="Xact">NaN</Position>)"
    R"(<Load dataItemId="xl" sequence="5" timestamp="2024-05-01T09:59:59Z">UNAVAILABLE</Load>)"
    R"(<Temperature dataItemId="t" sequence="6" timestamp="2024-05-01T09:59:59Z" duration="10.5")"
    R"( statistic="AVERAGE" resetTriggered="DAY">21</Temperature>)"
    R"(<PathPosition dataItemId="pp" sequence="7" timestamp="2024-05-01T09:59:59Z">1 2.5 -3)"
    R"(</PathPosition>)"
    R"(<VibrationTimeSeries dataItemId="v" sequence="8" timestamp="2024-05-01T09:59:59Z")"
    R"( sampleCount="4" sampleRate="100">1 NaN Infinity 2.5</VibrationTimeSeries></Samples>)"
    R"(<Events><Execution dataItemId="e" sequence="9" timestamp="2024-05-01T09:59:59Z">ACTIVE)"
    R"(</Execution>)"
    R"(<VariableDataSet dataItemId="d" sequence="10" timestamp="2024-05-01T09:59:59Z" count="3")"
    R"( resetTriggered="MANUAL"><Entry key="a">1</Entry><Entry key="b">two words</Entry>)"
    R"(<Entry key="c" removed="true"/></VariableDataSet>)"
    R"(<WorkOffsetTable dataItemId="w" sequence="11" timestamp="2024-05-01T09:59:59Z" count="2">)"
    R"(<Entry key="G54"><Cell key="X">1.5</Cell><Cell key="Y">-2</Cell></Entry>)"
    R"(<Entry key="G55" removed="true"/></WorkOffsetTable>)"
    R"(<AssetChanged dataItemId="ac" sequence="12" timestamp="2024-05-01T09:59:59Z")"
    R"( assetType="CuttingTool">M.12</AssetChanged>)"
    R"(<Message dataItemId="m" sequence="13" timestamp="2024-05-01T09:59:59Z" nativeCode="7">)"
    R"(&quot;hot&quot;</Message></Events>)"
    R"(<Condition><Normal dataItemId="c1" sequence="14" timestamp="2024-05-01T09:59:59Z")"
    R"( type="SYSTEM"/>)"
    R"(<Fault dataItemId="c2" sequence="15" timestamp="2024-05-01T09:59:59Z" type="POSITION")"
    R"( nativeCode="401" nativeSeverity="2" qualifier="HIGH">over</Fault>)"
    R"(<Fault dataItemId="c2" sequence="16" timestamp="2024-05-01T09:59:59Z" type="POSITION")"
    R"( nativeCode="402" conditionId="cc">under</Fault>)"
    R"(<Unavailable dataItemId="c3" sequence="17" timestamp="2024-05-01T09:59:59Z" type="LOAD"/>)"
    R"(</Condition></ComponentStream></DeviceStream></Streams>)";
constexpr std::string_view kJsonSamples =
    R"("Position":[{"dataItemId":"xp","name":"Xact","sequence":3,"subType":"ACTUAL",)"
    R"("timestamp":"2024-05-01T09:59:59.123Z","value":12.5},{"dataItemId":"xp","name":"Xact",)"
    R"("sequence":4,"subType":"ACTUAL","timestamp":"2024-05-01T09:59:59.2Z","value":"NaN"}],)"
    R"("Load":[{"dataItemId":"xl","sequence":5,"timestamp":"2024-05-01T09:59:59Z",)"
    R"("value":"UNAVAILABLE"}],"Temperature":[{"dataItemId":"t","duration":10.5,)"
    R"("resetTriggered":"DAY","sequence":6,"statistic":"AVERAGE",)"
    R"("timestamp":"2024-05-01T09:59:59Z","value":21.0}],"PathPosition":[{"dataItemId":"pp",)"
    R"("sequence":7,"timestamp":"2024-05-01T09:59:59Z","value":[1.0,2.5,-3]}],)"
    R"("VibrationTimeSeries":[{"dataItemId":"v","sampleCount":4,"sampleRate":100.0,"sequence":8,)"
    R"("timestamp":"2024-05-01T09:59:59Z","value":[1,"NaN","Infinity",2.5]}])";
constexpr std::string_view kJsonEvents =
    R"("Execution":[{"dataItemId":"e","sequence":9,"timestamp":"2024-05-01T09:59:59Z",)"
    R"("value":"ACTIVE"}],"VariableDataSet":[{"count":3,"dataItemId":"d",)"
    R"("resetTriggered":"MANUAL","sequence":10,"timestamp":"2024-05-01T09:59:59Z",)"
    R"("value":{"a":1,"b":"two words","c":{"removed":true}}}],"WorkOffsetTable":[{"count":2,)"
    R"("dataItemId":"w","sequence":11,"timestamp":"2024-05-01T09:59:59Z",)"
    R"("value":{"G54":{"X":1.5,"Y":-2.0},"G55":{"removed":true}}}],"AssetChanged":[)"
    R"({"assetType":"CuttingTool","dataItemId":"ac","sequence":12,)"
    R"("timestamp":"2024-05-01T09:59:59Z","value":"M.12"}],"Message":[{"dataItemId":"m",)"
    R"("nativeCode":"7","sequence":13,"timestamp":"2024-05-01T09:59:59Z","value":"\"hot\""}])";
constexpr std::string_view kJsonConditions =
    R"("Normal":[{"dataItemId":"c1","sequence":14,"timestamp":"2024-05-01T09:59:59Z",)"
    R"("type":"SYSTEM"}],"Fault":[{"dataItemId":"c2","nativeCode":"401","nativeSeverity":"2",)"
    R"("qualifier":"HIGH","sequence":15,"timestamp":"2024-05-01T09:59:59Z","type":"POSITION",)"
    R"("value":"over"},{"conditionId":"cc","dataItemId":"c2","nativeCode":"402","sequence":16,)"
    R"("timestamp":"2024-05-01T09:59:59Z","type":"POSITION","value":"under"}],"Unavailable":[)"
    R"({"dataItemId":"c3","sequence":17,"timestamp":"2024-05-01T09:59:59Z","type":"LOAD"}])";

std::string xml(std::string_view kind, std::string_view body) {
  return fmt::format("<?xml version=\"1.0\"?><MTConnect{0}>{1}{2}</MTConnect{0}>", kind, kXmlHeader,
                     body);
}
std::string json(std::string_view kind, std::string_view body, int version = 2) {
  return fmt::format(R"({{"MTConnect{}":{{"jsonVersion":{},"schemaVersion":"2.3",{},{}}}}})", kind,
                     version, body, kJsonHeader);
}
std::string json_streams() {
  return json("Streams",
              fmt::format(R"("Streams":{{"DeviceStream":[{{"name":"Mill","uuid":"u-1",)"
                          R"("ComponentStream":[{{"component":"Linear","componentId":"x",)"
                          R"("name":"X","Samples":{{{}}},"Events":{{{}}},)"
                          R"("Condition":{{{}}}}}]}}]}})",
                          kJsonSamples, kJsonEvents, kJsonConditions));
}

/// What version 1 makes of version 2's `"A":[{…},{…}],"B":[{…}]`.
std::string named(std::string_view sections) {
  const std::string braced = fmt::format("{{{}}}", sections);
  const auto parsed = Json::parse(braced);
  JsonWriter out;
  out.begin_array();
  for (const auto& [name, list] : *parsed->object()) {
    for (const Json& one : *list.array()) out.begin_object().key(name).value(one).end_object();
  }
  return out.end_array().take();
}

/// NaN is what is no number: compared as text.
std::string text_of(const Observation& o) {
  std::string text = fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", o.device_name,
      o.device_uuid, o.component_id, o.data_item_id, o.name, o.sub_type, category_name(o.category),
      o.type, o.sequence, o.timestamp ? format_time(*o.timestamp) : "-", o.unavailable, o.value,
      o.reset_triggered, o.sample_rate, o.declared_count, o.duration_seconds, o.statistic,
      level_name(o.level), o.native_code + "|" + o.native_severity + "|" + o.qualifier,
      o.condition_id, o.asset_type);
  for (const Entry& entry : o.entries) {
    text += fmt::format(" {}={}{}", entry.key, entry.value, entry.removed ? "(removed)" : "");
    for (const Cell& cell : entry.cells) text += fmt::format(" {}:{}", cell.key, cell.value);
  }
  for (const double sample : o.samples) text += fmt::format(" {}", sample);
  return text + fmt::format(" {}", static_cast<int>(o.representation));
}
std::vector<std::string> texts_of(const Result<StreamsDocument>& document) {
  if (!document) return {document.error().message};
  std::vector<std::string> texts;
  for (const Observation& one : document->observations) texts.push_back(text_of(one));
  return texts;
}

TEST(JsonDocuments, observations_of_every_kind_are_those_of_the_same_xml) {
  const auto from_xml = streams(xml("Streams", kXmlStreams));
  ASSERT_TRUE(from_xml);
  ASSERT_EQ(from_xml->observations.size(), 15U);
  const auto from_json = streams(json_streams());
  EXPECT_EQ(texts_of(from_json), texts_of(from_xml));
  EXPECT_EQ(from_json->header, from_xml->header);
  EXPECT_EQ(from_xml->header.next_sequence, 30U);
}

TEST(JsonDocuments, version_1_says_the_same_too) {
  const std::string first = json(
      "Streams",
      fmt::format(R"("Streams":[{{"DeviceStream":{{"name":"Mill","uuid":"u-1","ComponentStreams":[)"
                  R"({{"ComponentStream":{{"component":"Linear","componentId":"x","name":"X",)"
                  R"("Samples":{},"Events":{},"Condition":{}}}}}]}}}}])",
                  named(kJsonSamples), named(kJsonEvents), named(kJsonConditions)),
      1);
  EXPECT_EQ(texts_of(streams(first)), texts_of(streams(xml("Streams", kXmlStreams))));
}

TEST(JsonDocuments, an_observation_carries_its_own_json) {
  const auto read = streams(json_streams());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->raw[6], R"({"Execution":{"dataItemId":"e","sequence":9,)"
                          R"("timestamp":"2024-05-01T09:59:59Z","value":"ACTIVE"}})");
}

TEST(JsonDocuments, nothing_new_is_an_empty_object_or_array) {
  for (const char* body : {R"("Streams":{})", R"("Streams":[])"}) {
    const auto read = streams(json("Streams", body, body[10] == '{' ? 2 : 1));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->observations.empty());
    EXPECT_EQ(read->header.next_sequence, 30U);
  }
}

constexpr std::string_view kXmlDevice =
    R"(<Device id="d" name="Mill" uuid="u-1"><Description manufacturer="Acme" model="M5")"
    R"( serialNumber="12">A mill</Description><DataItems><DataItem id="av" category="EVENT")"
    R"( type="AVAILABILITY"/><DataItem id="ac" category="EVENT" type="ASSET_CHANGED")"
    R"( discrete="true"/></DataItems><Components><Axes id="a" name="base"><Components>)"
    R"(<Linear id="x" name="X"><DataItems><DataItem id="xp" name="Xact" category="SAMPLE")"
    R"( type="POSITION" subType="ACTUAL" units="MILLIMETER" nativeUnits="MILLIMETER">)"
    R"(<Source dataItemId="raw" componentId="c">Xabs</Source></DataItem><DataItem id="v")"
    R"( category="SAMPLE" type="x:SHAKE" representation="TIME_SERIES" sampleRate="100.5")"
    R"( statistic="MAXIMUM"/></DataItems></Linear><Rotary id="s" name="S"><DataItems>)"
    R"(<DataItem id="rm" category="EVENT" type="ROTARY_MODE"><Constraints><Value>SPINDLE</Value>)"
    R"(</Constraints></DataItem><DataItem id="rv" category="SAMPLE" type="ROTARY_VELOCITY">)"
    R"(<Constraints><Minimum>0</Minimum><Maximum>7000</Maximum></Constraints></DataItem>)"
    R"(<DataItem id="em" category="EVENT" type="EMERGENCY_STOP"><Constraints><Value>ARMED</Value>)"
    R"(<Value>TRIGGERED</Value></Constraints></DataItem></DataItems></Rotary></Components></Axes>)"
    R"(</Components></Device>)";
constexpr std::string_view kJsonDevice =
    R"({"Components":{"Axes":[{"Components":{"Linear":[{"DataItems":{"DataItem":[)"
    R"({"category":"SAMPLE","id":"xp","name":"Xact","nativeUnits":"MILLIMETER",)"
    R"("subType":"ACTUAL","type":"POSITION","units":"MILLIMETER","Source":{"value":"Xabs",)"
    R"("dataItemId":"raw","componentId":"c"}},{"category":"SAMPLE","id":"v",)"
    R"("representation":"TIME_SERIES","sampleRate":100.5,"statistic":"MAXIMUM",)"
    R"("type":"x:SHAKE"}]},"id":"x","name":"X"}],"Rotary":[{"DataItems":{"DataItem":[)"
    R"({"category":"EVENT","id":"rm","type":"ROTARY_MODE","Constraints":{"Value":[)"
    R"({"value":"SPINDLE"}]}},{"category":"SAMPLE","id":"rv","type":"ROTARY_VELOCITY",)"
    R"("Constraints":{"Maximum":7000.0,"Minimum":{"value":0.0}}},{"category":"EVENT","id":"em",)"
    R"("type":"EMERGENCY_STOP","Constraints":{"Value":["ARMED","TRIGGERED"]}}]},"id":"s",)"
    R"("name":"S"}]},"id":"a","name":"base"}]},"DataItems":{"DataItem":[{"category":"EVENT",)"
    R"("id":"av","type":"AVAILABILITY"},{"category":"EVENT","discrete":true,"id":"ac",)"
    R"("type":"ASSET_CHANGED"}]},"Description":{"manufacturer":"Acme","model":"M5",)"
    R"("serialNumber":"12","value":"A mill"},"id":"d","name":"Mill","uuid":"u-1"})";

/// The items in the order of their ids: an object's members may stand in any.
std::vector<std::string> items_of(const Device& device) {
  std::vector<std::string> items;
  for (const DataItem& item : device.data_items) {
    std::string allowed;
    for (const std::string& word : item.allowed_values) allowed += word + ",";
    items.push_back(fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", item.id,
                                item.name, item.type, item.sub_type, category_name(item.category),
                                static_cast<int>(item.representation), item.units,
                                item.native_units, item.statistic, item.sample_rate, item.source,
                                item.source_data_item_id, item.constant_value.value_or("-"),
                                allowed, item.minimum.value_or(-1), item.maximum.value_or(-1),
                                device.components[item.component].path));
  }
  std::ranges::sort(items);
  return items;
}

TEST(JsonDocuments, a_model_is_that_of_the_same_xml) {
  const auto from_xml = devices(xml("Devices", fmt::format("<Devices>{}</Devices>", kXmlDevice)));
  const auto from_json =
      devices(json("Devices", fmt::format(R"("Devices":{{"Device":[{}]}})", kJsonDevice)));
  ASSERT_TRUE(from_xml);
  ASSERT_TRUE(from_json) << from_json.error().message;
  EXPECT_EQ(from_json->header, from_xml->header);
  ASSERT_EQ(from_json->devices.size(), 1U);
  EXPECT_EQ(items_of(from_json->devices[0]), items_of(from_xml->devices[0]));
  EXPECT_EQ(items_of(from_json->devices[0]).size(), 7U);
  const Device& device = from_json->devices[0];
  EXPECT_EQ(device.uuid, "u-1");
  EXPECT_EQ(device.manufacturer + device.model + device.serial_number + device.description,
            "AcmeM512A mill");
}

TEST(JsonDocuments, a_lone_device_is_a_document_of_one) {
  const auto lone = devices(fmt::format(R"({{"Device":{}}})", kJsonDevice));
  const auto whole = devices(xml("Devices", fmt::format("<Devices>{}</Devices>", kXmlDevice)));
  ASSERT_TRUE(lone) << lone.error().message;
  ASSERT_EQ(lone->devices.size(), 1U);
  EXPECT_EQ(items_of(lone->devices[0]), items_of(whole->devices[0]));
  EXPECT_EQ(lone->header, Header{});
  EXPECT_FALSE(streams(R"({"DeviceStream":{"name":"Mill"}})")) << "no observation is alone";
}

TEST(JsonDocuments, a_lone_device_of_version_1_too) {
  const auto lone =
      devices(R"({"Device":{"id":"d","name":"Mill","uuid":"u-1","Components":[{"Axes":{"id":"a",)"
              R"("Components":[{"Linear":{"id":"x","name":"X","DataItems":[{"DataItem":{"id":"xp",)"
              R"("category":"SAMPLE","type":"POSITION","Constraints")"
              R"(:[{"Value":{"value":"1"}}]}}]}}]}}]}})");
  ASSERT_TRUE(lone) << lone.error().message;
  ASSERT_EQ(lone->devices[0].data_items.size(), 1U);
  EXPECT_EQ(lone->devices[0].data_items[0].constant_value, "1");
  EXPECT_EQ(lone->devices[0].components.back().path, "Device/Axes/Linear[X]");
}

constexpr std::string_view kJsonTool =
    R"({"assetId":"M.12","deviceUuid":"u-1","timestamp":"2024-05-01T09:00:00Z","toolId":"EM",)"
    R"("serialNumber":"7","Description":"End mill","CuttingToolLifeCycle":{"CutterStatus":)"
    R"({"Status":[{"value":"USED"},{"value":"AVAILABLE"}]},"Location":{"type":"POT","value":"8"},)"
    R"("ProgramToolNumber":"12","ToolLife":[{"countDirection":"UP","limit":100.0,)"
    R"("type":"MINUTES","value":62.5}],"CuttingItems":{"count":1,"list":{"CuttingItem":[)"
    R"({"indices":"1","ItemLife":[{"type":"WEAR","countDirection":"UP","value":0.1}]}]}}}})";

TEST(JsonDocuments, assets_keep_their_json_and_a_tool_is_read_from_it) {
  const auto read = assets(
      json("Assets", fmt::format(R"("Assets":{{"CuttingTool":[{}],"File":[{{"assetId":"F.1",)"
                                 R"("removed":true}}]}})",
                                 kJsonTool)));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->assets.size(), 2U);
  const Asset& tool = read->assets[0];
  EXPECT_EQ(tool.type + tool.asset_id + tool.device_uuid, "CuttingToolM.12u-1");
  EXPECT_EQ(tool.timestamp, parse_time("2024-05-01T09:00:00Z"));
  EXPECT_TRUE(read->assets[1].removed);
  SeededRandom random(1);
  const auto cutter = read_cutting_tool(tool.raw, random);
  ASSERT_TRUE(cutter) << cutter.error().message;
  EXPECT_EQ(*cutter, (CuttingTool{.asset_id = "M.12",
                                  .tool_id = "EM",
                                  .serial_number = "7",
                                  .description = "End mill",
                                  .statuses = {"USED", "AVAILABLE"},
                                  .number = "12",
                                  .location_type = "POT",
                                  .location = "8",
                                  .lives = {{"MINUTES", false, 62.5, {}, {}, 100},
                                            {"WEAR", false, 0.1, {}, {}, {}}}}));
}

TEST(JsonDocuments, errors_of_both_ages_are_read) {
  SeededRandom random(1);
  for (const char* errors :
       {R"("Errors":{"Error":[{"errorCode":"OUT_OF_RANGE","value":"too old"}]})",
        R"("Errors":{"OutOfRange":[{"errorCode":"OUT_OF_RANGE","ErrorMessage":"too old",)"
        R"("QueryParameter":{"name":"from","Value":"1"}}]})",
        R"("Errors":{"OutOfRange":[{"ErrorMessage":"too old"}]})"}) {
    const auto read = streams(json("Error", errors));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->errors, (std::vector<AgentError>{{"OUT_OF_RANGE", "too old"}})) << errors;
    EXPECT_TRUE(read_error(json("Error", errors), random));
  }
}

TEST(JsonDocuments, pieces_of_any_size_give_the_same) {
  const std::string document = " \r\n" + json_streams();
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1'000}}) {
    SeededRandom random(1);
    std::vector<std::string> texts;
    StreamsReader reader(
        {.header = {},
         .observation = [&](const Observation& o, BytesView) { texts.push_back(text_of(o)); }},
        random);
    for (std::size_t at = 0; at < document.size(); at += step) {
      ASSERT_TRUE(reader.feed(BytesView(document).substr(at, step)));
    }
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(texts, texts_of(streams(document))) << step;
  }
}

struct Refused {
  std::string document;
  std::string_view words;
};
class JsonRefused : public testing::TestWithParam<Refused> {};
TEST_P(JsonRefused, with_words_that_name_the_fault) {
  const auto read = streams(GetParam().document);
  ASSERT_FALSE(read) << GetParam().document.substr(0, 200);
  EXPECT_TRUE(read.error().message.contains(GetParam().words)) << read.error().message;
}
std::string entries(std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += fmt::format("{}\"k{}\":1", i > 0 ? "," : "", i);
  return json("Streams", fmt::format(R"("Streams":{{"DeviceStream":[{{"ComponentStream":[{{)"
                                     R"("Events":{{"VariableDataSet":[{{"dataItemId":"d",)"
                                     R"("value":{{{}}}}}]}}}}]}}]}})",
                                     all));
}
INSTANTIATE_TEST_SUITE_P(
    JsonDocuments, JsonRefused,
    testing::Values(
        Refused{"{", "incomplete"}, Refused{"[]", "no MTConnect document"},
        Refused{"{}", "no MTConnect document"},
        Refused{R"({"temperature":21})", "no MTConnect document"},
        Refused{R"({"MTConnectStreams":3})", "no MTConnect document"},
        Refused{json("Devices", R"("Devices":{})"), "expected MTConnectStreams"},
        Refused{json("Streams", R"("Streams":{})", 3), "JSON of version 3"},
        Refused{json_streams() + "x", "more text after"},
        Refused{R"({"MTConnectStreams":)" + std::string(kMostJsonDepth + 1, '['), "too deep"},
        Refused{entries(kMaxEntries + 1), "more than 10000 entries"},
        Refused{R"({"MTConnectStreams":{"Streams":{"DeviceStream":[{"name":"a\u0000b"}]}}})",
                "zero in it"},
        Refused{R"({"MTConnectStreams":{"a":")" + std::string(kMostJsonBytes, 'x') + R"("}})",
                "longer than"}));

TEST(JsonDocuments, as_many_entries_as_may_be_are_read) {
  const auto read = streams(entries(kMaxEntries));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->observations[0].entries.size(), kMaxEntries);
}

}  // namespace
}  // namespace heed::wire::mtconnect
