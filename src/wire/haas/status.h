// What a Haas answers → what it means, in MTConnect's words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/control_session.h"
#include "wire/haas/query.h"
#include "wire/macros.h"

namespace heed::wire::haas {

/// Answers → what changed since the ones before. The keys:
///
///   avail         AVAILABLE as soon as the control has answered at all
///   mode          AUTOMATIC, MANUAL_DATA_INPUT, MANUAL, EDIT   of MEM; MDI; JOG, ZERO RET; EDIT,
///                 LIST PROG. While a program runs these last two are what somebody looks at, not
///                 how the machine runs: they do not count then.
///   execution     READY, ACTIVE, FEED_HOLD, STOPPED            of IDLE, BUSY, FEED HOLD, ALARM ON
///   system_cond   FAULT ALARM while ALARM ON is told
///   program       as told; a control that is BUSY does not tell it
///   tool_number   as told
///   last_cycle_time, previous_cycle_time, power_on_time, motion_time   in seconds
///   tool_changes, m30_counter_1, m30_counter_2                         as told
///   and an item for each macro: a number without idle zeros; of estop TRIGGERED unless it is 0
///
/// Where no macro is the part_count, or the control refuses it, PARTS of ?Q500 is. A word that is
/// not in this table is passed on in upper case, with _ for its blanks. Not thread-safe.
class Tracker {
 public:
  explicit Tracker(std::vector<Macro> macros);

  /// Whether `key` is one of those above that are not macros.
  static bool owns(std::string_view key);
  std::vector<SaidItem> items() const;

  void take_greeting() { say("avail", "AVAILABLE"); }
  /// False if the text cannot be of this query; then nothing changed.
  bool take(Query query, std::string_view text);
  bool take_macro(std::size_t macro, std::string_view text);
  /// The control does not have it, or can no longer be understood.
  void lose_macro(std::size_t macro);
  std::vector<Said> take_changes() { return std::exchange(changes_, {}); }

 private:
  void say(std::string_view key, std::optional<std::string> value);
  bool take_status(std::string_view line);
  bool take_mode(std::string_view text);
  bool take_seconds(std::string_view key, std::string_view text);
  void take_alarm(bool on);

  const std::vector<Macro> macros_;
  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::vector<Said> changes_;
  bool busy_ = false;
  bool parts_from_status_ = true;
  std::optional<bool> alarm_;
};

/// The part counter, #3901 (M30 counter 1), and the spindle's speed, #3027.
std::vector<Macro> usual_macros();
/// See wire/macros.h: the customer's, and the usual ones whose item and number they leave.
Result<std::vector<Macro>> macros_of(const Json& settings);

}  // namespace heed::wire::haas
