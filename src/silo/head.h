// The head: what was appended to a silo's series and is not in chunks yet.
#pragma once

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
