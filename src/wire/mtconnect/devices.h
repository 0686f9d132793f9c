// The probe document: which devices there are, of which components, with which data items.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {

/// Devices of one agent, and data items of all of them: a probe beyond is refused (kExhausted).
inline constexpr std::size_t kMaxDevices = 1'000;
inline constexpr std::size_t kMaxDataItems = 100'000;

enum class Category : std::uint8_t { kSample, kEvent, kCondition };
enum class Representation : std::uint8_t { kValue, kDiscrete, kTimeSeries, kDataSet, kTable };

/// `SAMPLE`, `EVENT` or `CONDITION`.
std::string_view category_name(Category category);

struct DataItem {
  std::string id;
  std::string name;
  /// As written, with the prefix of a vendor's extension: `EXECUTION`, `x:MOTION`.
  std::string type;
  std::string sub_type;
  Category category = Category::kEvent;
  Representation representation = Representation::kValue;
  std::string units;
  std::string native_units;
  std::string statistic;
  /// Hz, of a TIME_SERIES; 0 if not given.
  double sample_rate = 0;
  /// `<Source>`: its text (the key of the adapter, or what a person wrote) and its references.
  std::string source;
  std::string source_data_item_id;
  std::string source_component_id;
  /// The one value that `<Constraints>` allows: such an item never changes nor turns UNAVAILABLE.
  std::optional<std::string> constant_value;
  /// The allowed words, if `<Constraints>` lists more than one.
  std::vector<std::string> allowed_values;
  std::optional<double> minimum;
  std::optional<double> maximum;
  /// Index into Device::components.
  std::size_t component = 0;

  bool operator==(const DataItem&) const = default;
};

/// One node of the tree; a device's first component is the device itself.
struct Component {
  /// The element's local name: `Device`, `Axes`, `Linear`, `Controller`, `Path`, ….
  std::string type;
  std::string id;
  std::string name;
  std::string uuid;
  /// `Device/Axes[base]/Linear[X]`: types from the device down, with the name where there is one.
  std::string path;
  /// Index of the parent; the device's own is itself.
  std::size_t parent = 0;

  bool operator==(const Component&) const = default;
};

struct Device {
  std::string id;
  std::string name;
  std::string uuid;
  std::string manufacturer;
  std::string model;
  std::string serial_number;
  std::string description;
  std::vector<Component> components;
  std::vector<DataItem> data_items;

  /// Linear search; build an index where it is asked often.
  const DataItem* find_data_item(std::string_view id_or_name) const;
  bool operator==(const Device&) const = default;
};

struct DeviceModel {
  Header header;
  std::vector<Device> devices;
  /// Not empty if the agent answered with an MTConnectError document.
  std::vector<AgentError> errors;
  bool operator==(const DeviceModel&) const = default;
};

/// Reads one probe document that arrives in pieces. Memory grows with the model, within its limits.
class DevicesReader {
 public:
  explicit DevicesReader(Random& random);
  ~DevicesReader();
  Result<void> feed(BytesView piece);
  /// The whole model, once; kCorrupt if the document is cut or is no probe document.
  Result<DeviceModel> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Result<DeviceModel> read_devices(BytesView document, Random& random);

}  // namespace heed::wire::mtconnect
