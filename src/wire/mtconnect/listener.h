// What a session tells its owner: observations, gaps, and when both are to be kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/mtconnect/assets.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/streams.h"

namespace heed::wire::mtconnect {

/// Observations that are missing, and are known to be.
struct Gap {
  enum class Cause : std::uint8_t {
    kOverwritten,  ///< The ring wrapped before they were read: first … last are lost.
    kRestarted,    ///< The agent began anew; how many were lost cannot be known.
    kUnheard,      ///< They may have been told while nobody listened: first … last.
  };
  Cause cause = Cause::kOverwritten;
  /// The instance that lost them.
  std::uint64_t instance_id = 0;
  /// The first lost sequence; for kRestarted the first that was never asked for.
  std::uint64_t first = 0;
  /// The last lost sequence; 0 for kRestarted.
  std::uint64_t last = 0;
  /// last - first + 1; 0 if it cannot be known; of kUnheard those that are known to be lost.
  /// Observations of the range that `current` still shows are delivered all the same.
  std::uint64_t count = 0;
  /// By the agent's clock: the last document before the loss, and the document that revealed it.
  std::optional<Time> from;
  std::optional<Time> until;
  bool operator==(const Gap&) const = default;
};

/// Where a session stands; what is kept with the data.
struct Cursor {
  std::uint64_t instance_id = 0;
  /// The next sequence to ask for.
  std::uint64_t next = 0;
  /// creationTime of the last document; for the beginning of a gap.
  std::optional<Time> as_of;

  Bytes encode() const;
  /// Nothing if the bytes are no cursor: begin anew then.
  static std::optional<Cursor> decode(BytesView bytes);
  bool operator==(const Cursor&) const = default;
};

/// Takes what a session finds out. Calls come from within AgentSession's functions, on the same
/// thread; it must not call the session back.
class AgentListener {
 public:
  virtual ~AgentListener() = default;
  /// After each probe: at the start, after a restart, and when the model changed.
  virtual void on_devices(const DeviceModel& model) = 0;
  /// `snapshot`: a value of `current`, possibly hours old: go by its timestamp, not by now.
  virtual void on_observation(const Observation& observation, BytesView raw, bool snapshot) = 0;
  /// Part of the document at hand, as observations are.
  virtual void on_gap(const Gap& gap) = 0;
  /// Everything since the last commit or discard is complete: keep it, and `cursor` with it.
  virtual void on_commit(const Cursor& cursor, const Header& header) = 0;
  /// The document was cut short: forget what came since the last commit; it will come again.
  virtual void on_discard() = 0;
  virtual void on_asset(const Asset& asset) = 0;
  /// The agent has it no longer.
  virtual void on_asset_gone(std::string_view asset_id) = 0;
  /// Something that a person may want to see; the session goes on by itself.
  virtual void on_trouble(const Error& error) = 0;
};

}  // namespace heed::wire::mtconnect
