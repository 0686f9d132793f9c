#include "wire/shdr/recording.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "wire/shdr/line.h"

namespace heed::wire::shdr {

Result<Recording> Recording::from_text(std::string_view text, Duration longest_pause) {
  if (text.size() > kLongestRecording) {
    return fail(ErrorKind::kExhausted, "the recording is larger than 64 MiB", "split the file");
  }
  LineSplitter splitter;
  splitter.feed(text);
  splitter.feed("\n");
  Recording recording;
  std::optional<Time> last;
  Duration at;
  Line line;
  while (const auto raw = splitter.next()) {
    parse_line(*raw, line);
    if (line.stamp.time) {
      if (last && *line.stamp.time > *last) {
        at += std::min(*line.stamp.time - *last, longest_pause);
      }
      last = last ? std::max(*last, *line.stamp.time) : *line.stamp.time;
    }
    const std::size_t bar = line.stamp.time ? raw->text.find_first_of("@|") : 0;
    recording.cues_.push_back({.at = at,
                               .stamped = line.stamp.time.has_value(),
                               .rest = std::string(raw->text.substr(bar))});
  }
  if (!last) {
    return fail(ErrorKind::kInvalid, "no line of the recording has a time",
                "give a file of lines like 2016-10-31T09:08:36.189Z|execution|ACTIVE");
  }
  return recording;
}

Duration RecordingPlayer::due() const {
  return round_start_ + recording_.cues()[cue_].at;
}

RecordingPlayer::Line RecordingPlayer::next() {
  const Recording::Cue& cue = recording_.cues()[cue_];
  Line line{.at = due(), .text = {}};
  if (cue.stamped) line.text = format_time(start_ + line.at, 6);
  line.text += cue.rest;
  line.text += '\n';
  if (++cue_ == recording_.cues().size()) {
    cue_ = 0;
    ++rounds_;
    round_start_ = line.at + kBetweenRounds;
  }
  return line;
}

}  // namespace heed::wire::shdr
