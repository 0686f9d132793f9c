// What stands at the top of every MTConnect document, whatever its kind and version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {

/// The limits of every document; a 30 MB document is in the range of what agents send.
inline constexpr XmlLimits kDocumentLimits{};
/// The text of one value, message or description.
inline constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;

/// `<Header>`. A number that the document leaves out is 0 (sequences begin at 1).
struct Header {
  std::uint64_t instance_id = 0;
  std::string version;
  std::string sender;
  std::uint64_t buffer_size = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t next_sequence = 0;
  std::uint64_t asset_buffer_size = 0;
  std::uint64_t asset_count = 0;
  /// The agent's clock when it wrote the document: compare with one's own for its offset.
  std::optional<Time> creation_time;
  /// Since 1.7: when the device model last changed, as text, because only equality counts.
  std::string device_model_change_time;
  bool test_indicator = false;

  bool operator==(const Header&) const = default;
};

/// Reads the attributes of a `<Header>` element.
Header read_header(const XmlAttributes& attributes);

/// One error of an MTConnectError document (Part 1 §"Error Information Model"). `code` is the
/// controlled word: OUT_OF_RANGE, ASSET_NOT_FOUND, …; `text` is for a person.
struct AgentError {
  std::string code;
  std::string text;
  bool operator==(const AgentError&) const = default;
};

}  // namespace heed::wire::mtconnect
