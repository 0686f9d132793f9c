// Who changes which record, and whom it is about, one at a time.
//
// Order: the stripes of records first, each once, lowest first; then those of subjects, likewise.
// A writer shares its subjects with other writers; an erasure has its subject alone, and takes the
// stripes of records only after it has given that up, when no writer can come any more.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <vector>

#include "base/base.h"

namespace heed::silo {

class RecordLocks {
 public:
  static constexpr std::size_t kStripes = 64;

  /// Locks of a scope; let go of in any order.
  template <class Held>
  class Holding {
   public:
    Holding() = default;
    Holding(Holding&&) noexcept = default;
    Holding& operator=(Holding&&) noexcept = default;

   private:
    friend class RecordLocks;
    std::vector<Held> held_;
  };

  Holding<std::unique_lock<std::mutex>> records(std::span<const Bytes> keys) {
    std::bitset<kStripes> wanted;
    for (const Bytes& key : keys) wanted.set(std::hash<BytesView>()(key) % kStripes);
    Holding<std::unique_lock<std::mutex>> holding;
    for (std::size_t i = 0; i < kStripes; ++i) {
      if (wanted[i]) holding.held_.emplace_back(records_[i]);
    }
    return holding;
  }
  Holding<std::unique_lock<std::mutex>> all_records() {
    Holding<std::unique_lock<std::mutex>> holding;
    for (std::mutex& stripe : records_) holding.held_.emplace_back(stripe);
    return holding;
  }
  Holding<std::shared_lock<std::shared_mutex>> writing_about(std::span<const SubjectId> subjects) {
    std::bitset<kStripes> wanted;
    for (const SubjectId& subject : subjects) wanted.set(stripe_of(subject));
    Holding<std::shared_lock<std::shared_mutex>> holding;
    for (std::size_t i = 0; i < kStripes; ++i) {
      if (wanted[i]) holding.held_.emplace_back(subjects_[i]);
    }
    return holding;
  }
  std::unique_lock<std::shared_mutex> erasing(SubjectId subject) {
    return std::unique_lock(subjects_[stripe_of(subject)]);
  }

 private:
  static std::size_t stripe_of(SubjectId subject) { return SubjectId::Hash()(subject) % kStripes; }

  std::array<std::mutex, kStripes> records_;
  std::array<std::shared_mutex, kStripes> subjects_;
};

}  // namespace heed::silo
