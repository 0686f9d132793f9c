// Chatter's numbered data types, as its published Python client reads and sends them, and what they
// are in MTConnect's words (chattertools, models/data_type.py: names, numbers and value types).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "machines/card.h"
#include "machines/observation.h"
#include "machines/views.h"

namespace heed::http::chatter {

enum class ValueType : std::uint8_t { kText, kWhole, kNumber, kTruth, kTime };

struct DataType {
  int number = 0;
  std::string_view name;  ///< "PART_COUNT"
  ValueType value = ValueType::kText;
  std::string_view key;       ///< Of the item that a sent one becomes.
  std::string_view type;      ///< In MTConnect; empty: Chatter's own.
  std::string_view sub_type;  ///< Of those with several.
};

const DataType* find_type(std::int64_t number);
/// The type that an item's values are told as; nullptr if none.
const DataType* type_of(const machines::ItemView& item);

/// All items that a machine whose values are sent can have.
std::vector<machines::DataItem> sent_items();

struct Transaction {
  Time at;
  int data_type = 0;
  std::string value;
};

/// A value as the client parses it: whole numbers without a point, truths as "true" and "false".
/// Nothing where what was said is no such value, as the client would fail on it.
std::optional<std::string> told_value(const DataType& type, std::string_view said);
/// The other way: what a sent value says as an observation. Nothing if it is none of its type.
std::optional<machines::Observation> observation_of(const DataType& type, std::string_view value,
                                                    Time at);
/// "2024-05-06 07:08:09", taken for UTC as the client sends no zone, or RFC 3339.
std::optional<Time> parse_sent_time(std::string_view text);
/// "2024-05-06T07:08:09.000000Z": the only form with a zone that the client reads.
std::string tell_time(Time time);

/// What a machine's page tells besides its items.
std::vector<Transaction> of_card(const machines::Card& card);

/// The client's machines have numbers: 48 bits of the id, the same for ever.
std::int64_t number_of(machines::MachineId machine);

}  // namespace heed::http::chatter
