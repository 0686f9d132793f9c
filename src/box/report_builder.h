// Gathers what a driver learns into reports of bounded size.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "machines/observation.h"

namespace heed::box {

/// A report is handed on when it has this many observations or bytes; one line or element more may
/// be in it. Small enough to be stored in a few milliseconds, large enough for a shared sync.
constexpr std::size_t kReportObservations = 1'000;
constexpr std::size_t kReportTargetBytes = std::size_t{256} << 10;
/// A raw line or element is kept to this length; the rest of an asset of half a megabyte is not
/// what an observation is proved by.
constexpr std::size_t kLongestRaw = std::size_t{64} << 10;
constexpr std::size_t kLongestKeptRaw = 1'024;
constexpr std::size_t kMostKeptRaw = 20;
/// Longer keys, and those with control characters, are malformed: the store has no name for them.
constexpr std::size_t kLongestItemKey = 200;
constexpr std::size_t kLongestItemValue = 32'768;

/// Not thread-safe.
class ReportBuilder {
 public:
  using Sink = std::function<void(machines::Report)>;
  explicit ReportBuilder(Sink sink) : sink_(std::move(sink)) {}

  /// What follows came at `arrival`; a report with another arrival or another `initial` is handed
  /// on first.
  void at(Time arrival, bool initial);
  void source_clock(Time time) { report_.source_clock = time; }
  void model(std::vector<machines::DataItem> items);
  /// What the next observations were read from.
  void raw(std::string_view line);
  /// A line that could not be read, kept as evidence: its beginning, and the first of a report.
  void keep_raw(std::string_view line);
  /// Observations with a key or value that cannot be stored are told as malformed.
  void add(machines::Observation observation);
  void gap(machines::Gap gap);
  /// Counted, and told as one gap a report for each `why`.
  void malformed(std::string_view why);
  /// Where the source's stream goes on after what was added so far.
  void resume(std::string cursor) { report_.resume = std::move(cursor); }
  /// Hands on what is there, unless there is nothing to tell.
  void flush();
  /// Forgets what was added since the last flush.
  void discard();
  /// It is time to flush(), wherever the stream may be cut.
  bool full() const {
    return report_.observations.size() >= kReportObservations || bytes_ >= kReportTargetBytes;
  }

 private:
  const Sink sink_;
  machines::Report report_;
  std::map<std::string, std::uint64_t, std::less<>> malformed_;
  std::size_t bytes_ = 0;
  std::size_t kept_raw_ = 0;
  Time last_good_;
  bool raw_used_ = true;
};

}  // namespace heed::box
