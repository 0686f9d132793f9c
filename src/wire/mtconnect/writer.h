// MTConnect documents as an agent sends them: structs → bytes, valid by the schemas of 2.5.
//
// What readers and writers share is in devices.h and header.h. A writer trusts nobody's text: what
// XML has no place for (control characters, bytes that are no UTF-8) becomes U+FFFD.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/streams.h"

namespace heed::wire::mtconnect {

/// One observation to be told.
struct Told {
  std::size_t device = 0;  ///< Index into the devices,
  std::size_t item = 0;    ///< and into that device's data items.
  std::uint64_t sequence = 0;
  Time timestamp;
  /// Of a sample or an event; must be what its type allows (vocabulary.h). Nothing: UNAVAILABLE.
  /// Of a time series its numbers with blanks between; of a set or a table it is not told.
  std::optional<std::string> value;
  /// Of a set or a table.
  std::vector<Entry> entries;
  /// Of these or of an accumulated value.
  std::string reset_triggered;
  double duration_seconds = 0;  ///< Of a sample's statistic; 0: not told.
  double sample_rate = 0;       ///< Of a time series, where it is not that of the data item.
  // Of a condition; `value` is its text and may be nothing.
  Level level = Level::kUnavailable;
  std::string native_code;
  std::string condition_id;  ///< Where it is not the code.
  std::string native_severity;
  std::string qualifier;  ///< Left out unless it is HIGH or LOW.
};

/// The header's version is kVersion whatever it says; so are the sizes of the asset buffer, which
/// an agent must have even if it keeps no assets. There must be a device. A device's first
/// component is the device itself, and parents stand before their children.
std::string write_devices(const Header& header, std::span<const Device> devices);
/// In each component the observations stand by sample, event and condition, then by sequence.
std::string write_streams(const Header& header, std::span<const Device> devices,
                          std::vector<Told> told);
/// Without any asset.
std::string write_assets(const Header& header);
std::string write_errors(const Header& header, std::span<const AgentError> errors);

/// A schema that declares the elements of these types of our own (`x:SPINDLE_1`), for who checks
/// documents against the published ones.
std::string write_extension_schema(std::span<const Device> devices);

/// A part of a multipart stream around a document.
std::string write_part(std::string_view boundary, std::string_view document);
/// What ends such a stream.
std::string write_last_boundary(std::string_view boundary);

}  // namespace heed::wire::mtconnect
