// The current and sample documents: what the machines said.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {

/// Entries of one data set, or cells of one table, all rows together. A document with an
/// observation beyond is refused (kExhausted). kMaxTextBytes bounds the numbers of a time series.
inline constexpr std::size_t kMaxEntries = 10'000;

enum class Level : std::uint8_t { kNormal, kWarning, kFault, kUnavailable };
/// `NORMAL`, `WARNING`, `FAULT`, `UNAVAILABLE`.
std::string_view level_name(Level level);

/// One cell of a TABLE's row.
struct Cell {
  std::string key;
  std::string value;
  bool operator==(const Cell&) const = default;
};

/// One key of a DATA_SET (`value`) or row of a TABLE (`cells`). `removed` deletes the key.
struct Entry {
  std::string key;
  std::string value;
  std::vector<Cell> cells;
  bool removed = false;
  bool operator==(const Entry&) const = default;
};

/// One observation. Text is unescaped and trimmed of surrounding white space.
struct Observation {
  /// Of the `<DeviceStream>` and `<ComponentStream>` that it stands in.
  std::string device_name;
  std::string device_uuid;
  std::string component_id;

  std::string data_item_id;
  std::string name;
  std::string sub_type;
  Category category = Category::kEvent;
  /// The local name of the element without the suffix of its representation: `Execution`,
  /// `Position` (also of `<PositionTimeSeries>`); of a condition its type attribute.
  std::string type;
  std::uint64_t sequence = 0;
  /// Nothing if the agent wrote none that can be read. Of a TIME_SERIES: the end of the series.
  std::optional<Time> timestamp;
  /// UNAVAILABLE is a gap, never a value: `value` and the rest are empty then.
  bool unavailable = false;
  std::string value;

  Representation representation = Representation::kValue;
  /// Of a DATA_SET or TABLE, in document order.
  std::vector<Entry> entries;
  /// MANUAL, DAY, …: the set or accumulated value begins anew with this observation.
  std::string reset_triggered;
  /// Of a TIME_SERIES: `samples` at `sample_rate` Hz (0: that of the data item).
  std::vector<double> samples;
  double sample_rate = 0;
  /// What sampleCount, or count of a DATA_SET or TABLE, declares; 0 if absent.
  std::uint64_t declared_count = 0;
  /// Seconds over which `statistic` (AVERAGE, MAXIMUM, …) was computed; 0 if none.
  double duration_seconds = 0;
  std::string statistic;

  /// Of a condition; `value` is its text.
  Level level = Level::kNormal;
  std::string native_code;
  std::string native_severity;
  std::string qualifier;
  /// Since 2.3; where empty, conditions are told apart by native_code.
  std::string condition_id;
  /// Of AssetChanged and AssetRemoved: the type; `value` is the asset's id.
  std::string asset_type;

  bool operator==(const Observation&) const = default;
};

/// The value as a number; nothing for words and for NaN or infinity, which no agent means as a
/// measurement.
std::optional<double> number_of(const Observation& observation);

/// Called for each observation with the bytes of its element exactly as they came in. Both are
/// valid during the call only; the observation is reused.
using OnObservation = std::function<void(const Observation&, BytesView raw)>;
/// Called once, before the first observation.
using OnHeader = std::function<void(const Header&)>;

/// Reads one current or sample document that arrives in pieces, in constant memory.
class StreamsReader {
 public:
  struct Callbacks {
    OnHeader header;
    OnObservation observation;
  };
  StreamsReader(Callbacks callbacks, Random& random);
  ~StreamsReader();

  Result<void> feed(BytesView piece);
  /// kCorrupt if the document is cut or is neither streams nor error document.
  Result<void> finish();

  /// Gives the document up from inside a callback.
  void refuse(Error error);
  const Header& header() const;
  /// Not empty if the agent answered with an MTConnectError document.
  const std::vector<AgentError>& errors() const;
  /// Elements that name no data item and were left out.
  std::size_t skipped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct StreamsDocument {
  Header header;
  std::vector<Observation> observations;
  std::vector<Bytes> raw;
  std::vector<AgentError> errors;
};
/// Reads a whole document at once, all of it in memory.
Result<StreamsDocument> read_streams(BytesView document, Random& random);

}  // namespace heed::wire::mtconnect
