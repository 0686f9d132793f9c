// A Grbl status report, taken apart, and what it means in MTConnect's words.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/control_session.h"

namespace heed::wire::grbl {

inline constexpr std::size_t kMostAxes = 6;

/// `<Idle|MPos:0.000,0.000,0.000|FS:0,0|Ov:100,100,100>`; fields that were not sent are nothing.
struct Status {
  std::string state;     ///< "Hold"
  std::string substate;  ///< "0" of Hold:0
  std::vector<double> machine_position, work_position, work_offset;
  std::optional<double> feed, speed;
  std::optional<std::array<int, 3>> overrides;  ///< Feed, rapids, spindle in percent.
  std::optional<std::string> pins, line;
};

/// Nothing if the line is no status report. Also of Grbl 0.9, whose fields are parted by commas: of
/// those the state alone.
std::optional<Status> parse_status(std::string_view line);

/// "hard limit"; empty for a number that Grbl 1.1 does not have.
std::string_view alarm_words(std::string_view number);

/// Reports → what changed.
///
///   avail        AVAILABLE as soon as a report came
///   execution    READY of Idle and Check; ACTIVE of Run, Jog and Home; FEED_HOLD of Hold;
///                INTERRUPTED of Door; STOPPED of Alarm and Sleep
///   mode         MANUAL of Jog and Home, EDIT of Check (nothing moves), else AUTOMATIC
///   door         OPEN of Door:1 and 2, CLOSED of Door:0 and 3; and of any other state once it
///   opened Fact, Srpm   feed in mm/s and spindle speed as told Fovr, Frapidovr, Sovr   in percent,
///   from the reports that carry them Xabs …       machine position in mm, from MPos, or WPos and
///   WCO once both are known line         of the reports that carry it system_cond  a FAULT while
///   in Alarm, with its number if it was told program_cond a WARNING for a line that Grbl refused
///   (error:n), until it runs again
///
/// Not thread-safe.
class Tracker {
 public:
  /// `inches`: the control reports inches ($13=1).
  explicit Tracker(bool inches) : inches_(inches) {}
  void on_status(const Status& status);
  void on_alarm(std::string_view number);
  void on_error(std::string_view number);
  /// Grbl began anew.
  void on_reset();
  /// What [MSG:…] says.
  void on_message(std::string_view text) { say("message", std::string(text)); }
  std::vector<Said> take_changes();
  bool has_changes() const { return !changes_.empty(); }
  static std::vector<SaidItem> items();

 private:
  void say(std::string_view key, std::string value);
  void say_condition(std::string_view key, std::string_view level, std::string_view code,
                     std::string_view text);
  void take_state(const Status& status);
  void take_numbers(const Status& status);
  void take_position(const Status& status);

  const bool inches_;
  std::map<std::string, std::string, std::less<>> last_;
  std::vector<Said> changes_;
  std::vector<double> work_offset_;
  std::string alarm_;  // Its code while one is active.
  bool refused_ = false;
  bool conditions_told_ = false;
};

}  // namespace heed::wire::grbl
