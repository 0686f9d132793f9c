// Series: what one data item said over time. A sample's value is its exact text, or a gap; numbers
// are found in the text by the codec, so what came in can always be given out again to the letter.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base.h"
#include "policy/kind.h"

namespace heed::silo {

struct SeriesId {
  std::uint32_t number = 0;
  auto operator<=>(const SeriesId&) const = default;
};

struct SeriesName {
  SeriesId id;
  std::string name;
  /// Whom it is about; nil when it is about no person.
  SubjectId subject = {};
};

struct Sample {
  Time at;       ///< Where it is placed on the repaired timeline; the order of the series.
  Time device;   ///< What the source's clock said.
  Time arrival;  ///< When the box received it; kept to the millisecond.
  std::uint8_t flags = 0;            ///< The caller's: how it was placed, for instance. Below 128.
  std::optional<std::string> value;  ///< Nothing is a gap (UNAVAILABLE), never a value.
  /// An exact duplicate, with the same place, device time, flags and value, is kept once: a resent
  /// overlap. Otherwise a repeat is an event of its own (MTConnect's DISCRETE). silo/folding.h
  bool folds = false;
};

/// A sample as a read shows it.
struct SampleView {
  Time at;
  Time device;
  Time arrival;
  std::uint8_t flags = 0;
  bool gap = false;
  /// Set when the text is a decimal number, exponent allowed.
  std::optional<double> number;
  std::string_view text;  ///< Exact; empty for a gap.
};

/// Returns false to stop.
using SampleVisitor = std::function<bool(const SampleView&)>;

struct SeriesSample {
  SeriesId series;
  Sample sample;
};

/// In one batch.
constexpr std::size_t kMostSamples = 100'000;

struct Batch {
  /// Who numbers the batches, e.g. a machine's id; at most 64 bytes.
  std::string sender;
  /// Above the sender's last, or 0 for a batch that is not numbered.
  std::uint64_t number = 0;
  std::vector<SeriesSample> samples;
};

struct Appended {
  /// The batch had been accepted before and changed nothing now.
  bool duplicate = false;
  /// Samples that were left out, as whom their series was about has been erased.
  std::uint64_t forgotten = 0;
};

/// The samples of one part of a range, so that a plot drawn from buckets shows every extreme.
struct Bucket {
  Time from;  ///< Of its first sample
  Time to;    ///< Of its last sample
  std::uint64_t count = 0;
  std::uint64_t gaps = 0;
  std::optional<double> first, last, minimum, maximum;  ///< Of its numbers
  std::string last_text;  ///< The exact text of its last sample that is no gap.
};

/// What a series came to in one step of a range. A value holds from its sample to the next one,
/// whenever it was told; where the last sample is a gap, nothing is known.
struct Rollup {
  static constexpr std::size_t kMostWords = 64;
  struct Word {
    std::string word;
    Duration held;
  };
  TimeRange span;
  std::uint64_t count = 0;    ///< Samples placed in it,
  std::uint64_t gaps = 0;     ///< of them those that are gaps,
  std::uint64_t numbers = 0;  ///< and those that are numbers:
  double sum = 0;
  std::optional<double> first, last, minimum, maximum;
  double integral = 0;  ///< Number × seconds, over
  Duration numeric;     ///< the time that numbers held: one by the other is the mean over time.
  /// How long each word held, for the first kMostWords of them; in the order of words.
  std::vector<Word> words;
  Duration other_words;  ///< All others together
  /// Some of it is set aside, so more may have happened.
  bool damaged = false;
};

/// What a series says at a moment.
struct InForce {
  std::optional<std::string> value;  ///< Nothing: it is not known.
  Time since;                  ///< Of the first sample that said so, without another one between.
  Time told;                   ///< Of the last sample that said so.
  bool began_earlier = false;  ///< It was looked back for `since` as far as was sensible.
  /// It is not known because what was said last is set aside.
  bool damaged = false;
};

/// What reads leave out because its stored bytes do not open: it cannot be known what it said.
struct Damage {
  std::uint64_t chunks = 0;
  /// From the first to the end of the last day of which something is missing; empty if nothing is.
  TimeRange within{Time(), Time()};
};

struct Purged {
  std::uint64_t records = 0;
  std::uint64_t chunks = 0;
};

struct SiloStatistics {
  std::uint64_t head_samples = 0;
  std::uint64_t sealed_samples = 0;
  std::uint64_t sealed_chunks = 0;
  std::uint64_t sealed_bytes = 0;    ///< Keys and sealed values of all chunks.
  std::uint64_t damaged_chunks = 0;  ///< Of the sealed ones, those that are set aside.
  std::uint64_t journal_entries = 0;
  /// How long ago the oldest item that should be gone was due; zero when none is.
  Duration overdue;
  /// The same for bytes of removed items that should be gone from all files by now.
  Duration physically_overdue;
  std::uint64_t erasures = 0;
  /// How long bytes of removed items may have lain in files; zero when none do.
  Duration remains;
  std::optional<Time> scrubbed;  ///< When files were last written anew; nothing since the start.
  std::uint64_t file_bytes = 0;  ///< Of all the silo's files but its log.
};

}  // namespace heed::silo
