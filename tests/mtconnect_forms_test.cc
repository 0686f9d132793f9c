// What an agent tells in each of MTConnect's representations, as Heed reads it, and as Heed's own
// agent tells it again: the same.
#include <gtest/gtest.h>

#include "box/mtconnect_mapping.h"
#include "http/agent_model.h"
#include "policy_house.h"
#include "wire/mtconnect/schema_testing.h"

namespace heed {
namespace {

namespace mtc = wire::mtconnect;

// As the reference agent writes them (version 2.3).
constexpr std::string_view kProbe = R"(<?xml version="1.0" encoding="UTF-8"?>
<MTConnectDevices xmlns="urn:mtconnect.org:MTConnectDevices:2.3">
<Header creationTime="2023-11-14T22:00:00Z" sender="shop" instanceId="1" version="2.3.0.1"
 deviceModelChangeTime="2023-11-14T21:00:00Z" bufferSize="131072" assetBufferSize="8"
 assetCount="0"/>
<Devices><Device id="d1" name="Gauge" uuid="g-1"><DataItems>
<DataItem category="EVENT" id="avail" type="AVAILABILITY"/>
</DataItems><Components>
<Axes id="ax" name="base"><Components><Linear id="x" name="X"><DataItems>
<DataItem category="SAMPLE" id="xload" name="Xload" type="LOAD" units="PERCENT"
 statistic="MAXIMUM"/>
<DataItem category="SAMPLE" id="xvib" type="DISPLACEMENT" units="MILLIMETER"
 representation="TIME_SERIES" sampleRate="100"/>
<DataItem category="SAMPLE" id="xpos" type="POSITION" subType="x:FINE" units="MILLIMETER"/>
</DataItems></Linear></Components></Axes>
<Controller id="ctl"><Components><Path id="p1" name="path1"><DataItems>
<DataItem category="EVENT" id="vars" type="VARIABLE" representation="DATA_SET"/>
<DataItem category="EVENT" id="offsets" name="offsets" type="WORK_OFFSETS" representation="TABLE"/>
<DataItem category="SAMPLE" id="temps" type="TEMPERATURE" units="CELSIUS"
 representation="DATA_SET"/>
<DataItem category="EVENT" id="setup" type="x:SETUP_SHEET" representation="TABLE"/>
<DataItem category="SAMPLE" id="sound" type="x:SOUND" representation="TIME_SERIES"/>
<DataItem category="EVENT" id="parts" type="PART_COUNT" discrete="true"/>
<DataItem category="CONDITION" id="sys" type="SYSTEM"/>
</DataItems></Path></Components></Controller>
</Components></Device></Devices></MTConnectDevices>)";

std::string streams_document(std::string_view observations) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:2.3">
<Header creationTime="2023-11-14T22:00:00Z" sender="shop" instanceId="1" version="2.3.0.1"
 bufferSize="131072" nextSequence="100" firstSequence="1" lastSequence="99"/>
<Streams><DeviceStream name="Gauge" uuid="g-1"><ComponentStream component="Path" componentId="p1">
<Events>)" +
         std::string(observations) + R"(</Events>
</ComponentStream></DeviceStream></Streams></MTConnectStreams>)";
}

constexpr std::string_view kCurrent = R"(
<Availability dataItemId="avail" sequence="1"
 timestamp="2023-11-14T22:00:00Z">AVAILABLE</Availability>
<VariableDataSet dataItemId="vars" sequence="2" timestamp="2023-11-14T22:00:00Z" count="3">
<Entry key="v100">12.5</Entry><Entry key="note">two "words" &amp; a \</Entry><Entry key="v200"/>
</VariableDataSet>
<WorkOffsetsTable dataItemId="offsets" name="offsets" sequence="3" timestamp="2023-11-14T22:00:00Z"
 count="2"><Entry key="G54"><Cell key="X">1.5</Cell><Cell key="Y">-2</Cell></Entry>
<Entry key="G55"><Cell key="X">0</Cell><Cell key="Y"/></Entry></WorkOffsetsTable>
<TemperatureDataSet dataItemId="temps" sequence="4" timestamp="2023-11-14T22:00:00Z" count="2">
<Entry key="front">21.5</Entry><Entry key="back">22</Entry></TemperatureDataSet>
<x:SetupSheetTable xmlns:x="urn:x" dataItemId="setup" sequence="5" timestamp="2023-11-14T22:00:00Z"
 count="1"><Entry key="1"><Cell key="tool">drill {3}</Cell></Entry></x:SetupSheetTable>
<DisplacementTimeSeries dataItemId="xvib" sequence="6" timestamp="2023-11-14T22:00:00Z"
 sampleCount="3">0.1 -0.25 1e-05</DisplacementTimeSeries>
<x:SoundTimeSeries xmlns:x="urn:x" dataItemId="sound" sequence="7" timestamp="2023-11-14T22:00:00Z"
 sampleCount="0">UNAVAILABLE</x:SoundTimeSeries>
<Load dataItemId="xload" name="Xload" sequence="8" timestamp="2023-11-14T22:00:00Z"
 statistic="MAXIMUM" duration="10">55</Load>
<Position dataItemId="xpos" subType="x:FINE" sequence="9"
 timestamp="2023-11-14T22:00:00Z">7.25</Position>
<PartCount dataItemId="parts" sequence="10" timestamp="2023-11-14T22:00:00Z">3</PartCount>)";

constexpr std::string_view kSample = R"(
<VariableDataSet dataItemId="vars" sequence="20" timestamp="2023-11-14T22:00:01Z" count="2">
<Entry key="v100">13</Entry><Entry key="v200" removed="true"/></VariableDataSet>
<WorkOffsetsTable dataItemId="offsets" name="offsets" sequence="21" timestamp="2023-11-14T22:00:01Z"
 count="2"><Entry key="G55" removed="true"/><Entry key="G56"><Cell key="Z">9</Cell></Entry>
</WorkOffsetsTable>
<TemperatureDataSet dataItemId="temps" sequence="22" timestamp="2023-11-14T22:00:02Z" count="1"
 resetTriggered="DAY"><Entry key="front">20</Entry></TemperatureDataSet>
<x:SetupSheetTable xmlns:x="urn:x" dataItemId="setup" sequence="23" timestamp="2023-11-14T22:00:02Z"
 count="0">UNAVAILABLE</x:SetupSheetTable>
<DisplacementTimeSeries dataItemId="xvib" sequence="24" timestamp="2023-11-14T22:00:02Z"
 sampleCount="2" sampleRate="50">2 3</DisplacementTimeSeries>
<x:SoundTimeSeries xmlns:x="urn:x" dataItemId="sound" sequence="25" timestamp="2023-11-14T22:00:02Z"
 sampleCount="1">4</x:SoundTimeSeries>
<PartCount dataItemId="parts" sequence="26" timestamp="2023-11-14T22:00:02Z">3</PartCount>
<Availability dataItemId="avail" sequence="27"
 timestamp="2023-11-14T22:00:02Z">UNAVAILABLE</Availability>)";

/// What was said last of each, all sets merged.
constexpr std::string_view kInTheEnd = R"(
<Availability dataItemId="avail" sequence="27"
 timestamp="2023-11-14T22:00:02Z">UNAVAILABLE</Availability>
<VariableDataSet dataItemId="vars" sequence="20" timestamp="2023-11-14T22:00:01Z" count="2">
<Entry key="v100">13</Entry><Entry key="note">two "words" &amp; a \</Entry></VariableDataSet>
<WorkOffsetsTable dataItemId="offsets" name="offsets" sequence="21" timestamp="2023-11-14T22:00:01Z"
 count="2"><Entry key="G54"><Cell key="X">1.5</Cell><Cell key="Y">-2</Cell></Entry>
<Entry key="G56"><Cell key="Z">9</Cell></Entry></WorkOffsetsTable>
<TemperatureDataSet dataItemId="temps" sequence="22" timestamp="2023-11-14T22:00:02Z" count="1">
<Entry key="front">20</Entry></TemperatureDataSet>
<x:SetupSheetTable xmlns:x="urn:x" dataItemId="setup" sequence="23" timestamp="2023-11-14T22:00:02Z"
 count="0">UNAVAILABLE</x:SetupSheetTable>
<DisplacementTimeSeries dataItemId="xvib" sequence="24" timestamp="2023-11-14T22:00:02Z"
 sampleCount="2" sampleRate="50">2 3</DisplacementTimeSeries>
<x:SoundTimeSeries xmlns:x="urn:x" dataItemId="sound" sequence="25" timestamp="2023-11-14T22:00:02Z"
 sampleCount="1">4</x:SoundTimeSeries>
<Load dataItemId="xload" name="Xload" sequence="8" timestamp="2023-11-14T22:00:00Z">55</Load>
<Position dataItemId="xpos" sequence="9" timestamp="2023-11-14T22:00:00Z">7.25</Position>
<PartCount dataItemId="parts" sequence="26" timestamp="2023-11-14T22:00:02Z">3</PartCount>)";

class MtconnectForms : public PolicyHouse {
 protected:
  using Told = std::map<std::string, std::vector<std::string>>;  ///< By item, in its order.

  MtconnectForms() {
    record(streams_document(kCurrent), true);
    record(streams_document(kSample), false);
  }

  /// As the driver hands it on.
  void record(const std::string& document, bool snapshot) {
    house_.clock().advance(Duration::seconds(1));
    machines::Report report;
    report.machine = machine_;
    report.number = ++reports_;
    report.arrival = house_.clock().now();
    report.initial = snapshot;
    report.model = items_;
    for (const mtc::Observation& one : read(document).observations) {
      report.raw.emplace_back("<" + one.type + "/>");
      report.observations.push_back({.item = one.data_item_id,
                                     .device = one.timestamp,
                                     .value = box::value_text(one),
                                     .condition = one.category == mtc::Category::kCondition,
                                     .raw = static_cast<std::uint32_t>(report.raw.size() - 1)});
    }
    must(floor_->record(house_.access(), report));
  }
  mtc::StreamsDocument read(const std::string& document) {
    auto streams = mtc::read_streams(document, random_);
    require(streams.has_value(), streams ? "" : streams.error().message);
    return *std::move(streams);
  }
  static void add(Told& told, const mtc::StreamsDocument& document) {
    for (const mtc::Observation& one : document.observations) {
      const std::string id = one.data_item_id.substr(one.data_item_id.rfind('_') + 1);
      told[id].push_back(box::value_text(one).value_or("-"));
    }
  }
  /// Every document is held against the schemas.
  std::string ask(const std::string& path, const std::string& query = {}) {
    const std::string root = "/mtconnect/" + machine_.text();
    const std::string document = house_.get(key_, root + path, query).body;
    if (!mtc::testing::SchemaCheck::possible()) return document;
    mtc::testing::SchemaCheck schemas;
    const bool probe = path == "/probe";
    const std::string own = probe ? "" : house_.get(key_, "/mtconnect/extensions.xsd").body;
    EXPECT_EQ(schemas.fault_of(probe ? "Devices" : "Streams", document, own), "") << document;
    return document;
  }
  Told asked(const std::string& path, const std::string& query = {}) {
    Told told;
    add(told, read(ask(path, query)));
    return told;
  }

  Asker key_ = house_.key_of(shop_, {people::Scope::kRead});
  SeededRandom random_{1};
  std::vector<machines::DataItem> items_ =
      box::data_items(mtc::read_devices(kProbe, random_).value().devices.front());
  std::shared_ptr<machines::Machines> floor_ = must(house_.machines_of(shop_.organization));
  machines::MachineId machine_ =
      must(floor_->add(house_.access(), {.name = "Gauge", .address = "sent"})).id;
  std::uint64_t reports_ = 0;
};

TEST_F(MtconnectForms, each_item_has_the_representation_that_it_came_with) {
  const auto model = mtc::read_devices(ask("/probe"), random_).value();
  const auto again = box::data_items(model.devices.front());
  for (const machines::DataItem& item : items_) {
    machines::DataItem expected = item;
    expected.key = http::data_item_id(machine_, item.key);
    // By the schemas the sets of all types are events.
    if (item.is_set()) expected.category = machines::ItemCategory::kEvent;
    EXPECT_NE(std::ranges::find(again, expected), again.end()) << item.key;
  }
}

TEST_F(MtconnectForms, what_was_said_is_told_in_its_order_as_it_was_said) {
  Told expected;
  add(expected, read(streams_document(kCurrent)));
  add(expected, read(streams_document(kSample)));
  (void)asked("/current");
  Told told = asked("/sample", "count=1000");
  told.erase(machine_.text() + ".link");
  EXPECT_EQ(told, expected);
}

TEST_F(MtconnectForms, current_tells_all_of_a_set_and_the_same_after_a_restart) {
  Told expected;
  add(expected, read(streams_document(kInTheEnd)));
  expected["sys"] = {"-"};
  EXPECT_EQ(asked("/current"), expected);
  house_.forget_machines();
  EXPECT_EQ(asked("/current"), expected);
}

TEST_F(MtconnectForms, a_set_told_whole_to_a_client_says_what_is_gone) {
  (void)asked("/current");
  const auto next = read(ask("/current")).header.next_sequence;
  record(streams_document(R"(
<VariableDataSet dataItemId="vars" sequence="30" timestamp="2023-11-14T22:00:05Z" count="1">
<Entry key="v300">1</Entry></VariableDataSet>)"),
         true);
  EXPECT_EQ(asked("/sample", "from=" + std::to_string(next))["vars"],
            (std::vector<std::string>{"v300=1 v100= note="}));
  EXPECT_EQ(asked("/current")["vars"], (std::vector<std::string>{"v300=1"}));
}

}  // namespace
}  // namespace heed
