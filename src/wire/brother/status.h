// What a Brother control's files say → what it means, in MTConnect's words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/brother/frame.h"
#include "wire/control_session.h"

namespace heed::wire::brother {

/// Alarms that stand at the same time; what comes beyond them is left out.
inline constexpr std::size_t kMostAlarms = 32;
/// Workpiece counters.
inline constexpr int kCounters = 4;

/// Files → what changed since the ones before. The keys:
///
///   avail             AVAILABLE as soon as MEM was read
///   program           MEM A01: the number
///   execution         READY, ACTIVE, INTERRUPTED, PROGRAM_STOPPED   of MEM A01: 0, operating,
///                     paused, stopped at a block
///   mode              MANUAL, MANUAL_DATA_INPUT, AUTOMATIC, EDIT    of MEM A01: 0 and 4, 1, 2 and
///   5, 3 feed, spindle_speed, tool_number, next_tool_number, feed_override, spindle_override
///                     PDSP X01; rapid_override stays the control's own step
///   x_position, y_position, z_position    PDSP P01, machine coordinates
///   estop             ARMED, TRIGGERED      PANEL S01
///   door              OPEN, CLOSED          PANEL D01: any of the three
///   part_count, part_goal                   WKCNTR A01; counter_2 … counter_4 of A02 to A04
///   system_cond       ALARM E01: FAULT with the control's code ("IO2039")
///
/// A number that is not in this table is unavailable. Not thread-safe.
class Tracker {
 public:
  static std::vector<SaidItem> items();

  /// The lines of an answer. False if they cannot be of this file: nothing of it is said then.
  bool take(File file, const std::vector<std::vector<std::string_view>>& lines);
  std::vector<Said> take_changes() { return std::exchange(changes_, {}); }

 private:
  using Fields = std::vector<std::string_view>;
  using Lines = std::vector<Fields>;

  void say(std::string_view key, std::optional<std::string> value);
  bool take_memory(const Lines& lines);
  bool take_production(const Lines& lines);
  bool take_panel(const Lines& lines);
  bool take_alarms(const Lines& lines);
  bool take_counters(const Lines& lines);

  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::vector<Said> changes_;
  std::vector<std::string> alarms_;
  bool conditions_told_ = false;
};

}  // namespace heed::wire::brother
