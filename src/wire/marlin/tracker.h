// What a Marlin control says → what it means, in MTConnect's words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/control_session.h"

namespace heed::wire::marlin {

/// After an ack that answers nothing of ours, somebody else's program is taken to run for so long.
inline constexpr Duration kForeignAckHolds = Duration::seconds(5);

/// Marlin has no word for its state, so execution is **inferred**, the first that fits:
///
///   STOPPED            it said that it is halted; until it starts anew
///   INTERRUPTED        it waits for a person (busy: paused for user), or said that it paused
///   ACTIVE             it prints from its card (M27)
///   ACTIVE             acks came that answer nothing of ours: a sender streams over the same line
///   ACTIVE             it is busy with something else (mode MANUAL: homing, a move by hand)
///   PROGRAM_COMPLETED  it said "Done printing file", until something else happens
///   READY              none of these
///
///   avail        AVAILABLE as soon as it answered
///   mode         MANUAL while busy without a print, else AUTOMATIC
///   program      the file on its card; empty if none is open
///   progress     percent of the file's bytes, one decimal
///   Ttemp, Tset, Btemp, Bset, T0temp …   as told, in whole degrees
///   system_cond  a FAULT while it is halted; a WARNING for other errors, until the next round
///
/// Not thread-safe.
class Tracker {
 public:
  /// A line of the control; false if it says nothing that is known.
  bool on_line(std::string_view line, Duration now);
  /// An ack while nothing of ours was open.
  void on_foreign_ack(Duration now) { foreign_ack_ = now; }
  /// The control is busy for us too: it does not answer.
  void on_busy(std::string_view what);
  /// It started anew.
  void on_start();
  /// All that was asked is answered: tells what changed.
  void end_round(Duration now);
  /// Tells the state without waiting for a round that does not end while it is busy.
  void infer(Duration now);

  std::vector<Said> take_changes();
  bool has_changes() const { return !changes_.empty(); }
  static std::vector<SaidItem> items();

 private:
  void say(std::string_view key, std::optional<std::string> value);
  bool on_progress(std::string_view line);
  bool on_action(std::string_view line);
  void on_error(std::string_view text);
  void take_file(std::string_view name);
  bool take_temperatures(std::string_view line);

  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::vector<Said> changes_;
  bool answered_ = false;
  bool printing_ = false;
  bool paused_ = false;
  bool waits_for_person_ = false;
  bool busy_ = false;
  bool done_ = false;
  bool halted_ = false;
  bool warned_ = false;
  std::optional<Duration> foreign_ack_;
};

}  // namespace heed::wire::marlin
