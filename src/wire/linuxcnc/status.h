// What LinuxCNC answers → what it means, in MTConnect's words.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/control_session.h"
#include "wire/linuxcnc/query.h"

namespace heed::wire::linuxcnc {

/// Joints and axes; LinuxCNC has at most nine of each.
inline constexpr std::size_t kMostAxes = 9;

/// The answers of one round, without their first words. Nothing where the control refused.
using Answers = std::array<std::optional<std::string>, kQueries>;

/// Rounds of answers → what changed since the round before. The keys are those that SHDR adapters
/// of mills use:
///
///   avail        AVAILABLE as soon as a round is complete
///   estop        TRIGGERED, ARMED                        of estop ON, OFF
///   mode         MANUAL, AUTOMATIC, MANUAL_DATA_INPUT    of mode MANUAL, AUTO, MDI
///   execution    READY, ACTIVE, INTERRUPTED              of program_status IDLE, RUNNING, PAUSED;
///                STOPPED while the machine is off
///   power        ON, OFF                                 of machine
///   program      the file's name without its folders; empty for NONE
///   line, Tool_number, Fovr                              as told
///   Xabs, Yabs, Zabs   as told, three decimals; the axes after Z once they have moved
///   Fact         the way of the tool over the last second, in units a minute: derived from the
///                positions, because linuxcncrsh tells no velocity
///   homed        YES when the joints that were ever homed all are, else NO
///   joint_cond   a FAULT for each joint that is at a limit or in fault, code LIMIT_n, FAULT_n
///   system_cond  a FAULT for each error, code ERROR, ERROR_2 …; NORMAL when a program runs again
///
/// A word that is not in this table is passed on in upper case. Not thread-safe.
class Tracker {
 public:
  /// The changes, in the order of the table. `now` is Clock::steady().
  std::vector<Said> take(const Answers& answers, Duration now);

 private:
  void say(std::string_view key, std::string value);
  void say_condition(std::string_view key, std::string_view level, std::string_view code,
                     std::string_view text);
  void take_words(const Answers& answers);
  void take_position(std::string_view text, Duration now);
  void take_homed(std::string_view text);
  void take_joints(std::string_view text, std::string_view code);
  void take_error(const Answers& answers);

  struct Place {
    Duration at;
    std::array<double, kMostAxes> position{};
  };

  std::map<std::string, std::string, std::less<>> last_;
  std::vector<Said> changes_;
  std::vector<Place> places_;
  std::array<bool, kMostAxes> ever_homed_{};
  std::array<bool, kMostAxes> ever_moved_{};
  std::size_t errors_ = 0;
  bool conditions_told_ = false;
};

}  // namespace heed::wire::linuxcnc
