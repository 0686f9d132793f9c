// Topics of agents behind a broker that are no documents: one for each data item. They are
// recognized, and not read.
//
//   PREFIX/Devices/DEVICE/Observations/ITEM     cppagent's MqttEntitySink, MTConnect.NET's Entity
//   PREFIX/Observation/DEVICE/COMPONENT/…/ITEM  cppagent's older MqttService, MqttLegacyService
//
// Each message has a time, a sequence and a value or a level (cppagent,
// src/mtconnect/sink/mqtt_entity_sink/mqtt_entity_sink.cpp and mqtt_sink/mqtt_legacy_service.cpp,
// its main branch of 2026), but what else a document says is nowhere: the model (the entity sink
// publishes no device: so no units, no representation), the instanceId that tells a restart, the
// cells of tables, entries that were removed, resets, severities and qualifiers, assets. Of several
// active conditions of an item the broker keeps the last one only, and nothing at all by default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::mtconnect {

/// What to subscribe to in order to recognize them.
std::vector<std::string> item_filters(std::string_view prefix);
bool is_item_filter(std::string_view filter);
/// Whether a message of this topic is of one item.
bool is_item_topic(std::string_view topic, std::string_view prefix);
/// For a person: what was seen, why it is not read, and which sink to configure.
std::string item_topics_words(std::string_view topic, std::string_view prefix);

}  // namespace heed::wire::mtconnect
