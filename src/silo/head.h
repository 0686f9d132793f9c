// The head: what was appended to a silo's series and is not in chunks yet.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "silo/run.h"

namespace heed::silo {

/// Samples of one series placed on one day, stored on one day and collected under one version of
/// the policy; they share a deadline and a promise.
struct PartKey {
  std::uint32_t series = 0;
  std::int32_t day = 0;         ///< UTC day of Sample::at
  std::int32_t stored_day = 0;  ///< UTC day of the append
  std::uint32_t version = 0;    ///< Of the policy, at the append
  auto operator<=>(const PartKey&) const = default;
};

using Parts = std::map<PartKey, Run>;

/// Calls `visit` with each part of one series.
template <class Visit>
void visit_parts(const Parts& parts, SeriesId series, Visit visit) {
  constexpr std::int32_t kFirst = std::numeric_limits<std::int32_t>::min();
  for (auto at = parts.lower_bound({series.number, kFirst, kFirst, 0});
       at != parts.end() && at->first.series == series.number; ++at) {
    visit(at->first, at->second);
  }
}

/// Not thread-safe: its owner's lock guards it.
class Head {
 public:
  void add(SeriesId series, const Run::Item& item, std::string_view text, Time stored,
           std::uint32_t version) {
    const PartKey key{series.number, Time::from_nanoseconds(item.at).utc_day(), stored.utc_day(),
                      version};
    run_of(key).add(item, text);
    ++samples_;
    text_bytes_ += text.size();
  }
  /// Everything, to be sealed; the head is empty afterwards.
  std::shared_ptr<const Parts> take() {
    recent_.clear();
    samples_ = text_bytes_ = 0;
    return std::make_shared<const Parts>(std::exchange(parts_, {}));
  }
  /// Lets go of all samples of one series; how many.
  std::uint64_t drop(SeriesId series) {
    std::uint64_t dropped = 0;
    visit_parts(parts_, series, [&](const PartKey&, const Run& run) {
      dropped += run.size();
      text_bytes_ -= run.text_bytes();
    });
    samples_ -= dropped;
    std::erase_if(parts_, [&](const auto& part) { return part.first.series == series.number; });
    if (series.number < recent_.size()) recent_[series.number] = {};
    return dropped;
  }
  const Parts& parts() const { return parts_; }
  std::uint64_t samples() const { return samples_; }
  std::uint64_t text_bytes() const { return text_bytes_; }

 private:
  /// Samples of one series mostly go where its last one went.
  Run& run_of(const PartKey& key) {
    if (key.series >= recent_.size()) recent_.resize(key.series + 1);
    auto& [recent_key, run] = recent_[key.series];
    if (run == nullptr || recent_key != key) {
      recent_key = key;
      run = &parts_[key];
    }
    return *run;
  }
  Parts parts_;
  std::vector<std::pair<PartKey, Run*>> recent_;
  std::uint64_t samples_ = 0;
  std::uint64_t text_bytes_ = 0;
};

}  // namespace heed::silo
