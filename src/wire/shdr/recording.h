// A recording of SHDR lines that plays again, as if its first line were said now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace heed::wire::shdr {

/// Bytes of a recording's text.
inline constexpr std::size_t kLongestRecording = 64 * 1024 * 1024;

/// The lines of a recording and when each was said, from its first line. Immutable: any number of
/// players may read one.
class Recording {
 public:
  struct Cue {
    Duration at;  ///< Since the first line; never goes back, whatever the machine's clock did.
    bool stamped = false;
    std::string rest;  ///< The line; where it is stamped, from the `|` after its time on.
  };

  /// Takes the text of a recording. Lines without a readable time are said with the line before
  /// them; malformed lines are played as they are. kInvalid if no line has a time, kExhausted
  /// beyond kLongestRecording. A pause longer than `longest_pause` is shortened to it.
  static Result<Recording> from_text(std::string_view text,
                                     Duration longest_pause = Duration::hours(1));

  const std::vector<Cue>& cues() const { return cues_; }
  Duration length() const { return cues_.back().at; }

 private:
  Recording() = default;
  std::vector<Cue> cues_;
};

/// Plays a recording that outlives it, over and over. Not thread-safe.
class RecordingPlayer {
 public:
  /// Between the last line of one round and the first of the next.
  static constexpr Duration kBetweenRounds = Duration::seconds(1);

  struct Line {
    Duration at;       ///< Since `start`, when it is due.
    std::string text;  ///< With its timestamp moved to start + at, and LF at its end.
  };

  RecordingPlayer(const Recording& recording, Time start) : recording_(recording), start_(start) {}

  /// When the next line is due, since `start`.
  Duration due() const;
  Line next();
  std::uint64_t rounds() const { return rounds_; }

 private:
  const Recording& recording_;
  const Time start_;
  Duration round_start_;
  std::size_t cue_ = 0;
  std::uint64_t rounds_ = 0;
};

}  // namespace heed::wire::shdr
