// How often what was decided, by UTC day: for replay against a proposed policy and for the counts
// on the published page. Equal decisions are one row with a count; rows are written down when the
// silo seals and when it closes.
//
//   family meta: "tally/" | day i32 → sealed rows of the day
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "base/sync.h"
#include "silo/pass.h"
#include "silo/sealer.h"
#include "silo/silo.h"

namespace heed::silo {

/// Thread-safe. A count is one look-up under a lock: nothing is decided or copied twice.
class Tally {
 public:
  /// Distinct rows in memory between two flushes. Beyond it decisions are counted as uncounted.
  static constexpr std::size_t kMostRows = 4'096;
  /// Distinct decisions written down of one day, likewise.
  static constexpr std::size_t kMostOfDay = 20'000;
  /// Days after which they go.
  static constexpr std::int32_t kDaysKept = 90;

  Tally(kv::Database& database, Sealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}

  /// The decision of `pass` on all categories of its kind, for an item of `version`.
  void count(const Pass& pass, policy::Conditions known, std::uint32_t version);
  /// The decision on one category alone.
  void count(const Pass& pass, policy::Category category, policy::Conditions known,
             std::uint32_t version);
  /// Something that the program did by itself, `times`.
  void count(policy::LoggedDecision decision, std::uint64_t times);

  Result<void> flush();
  /// Of the days from `from_day` on, flushed before.
  Result<DecisionLog> since(std::int32_t from_day);
  /// Removes what is older than kDaysKept.
  Result<void> expire();

 private:
  /// Decides what the row says; its actor is the row's own.
  struct Key {
    std::string_view actor;
    std::uint64_t holds = 0;
    std::uint64_t fails = 0;
    std::uint32_t what = 0;  // a kind's number, or kOneCategory and a category's index
    std::uint32_t version = 0;
    std::uint32_t kept = 0;
    std::int32_t day = 0;
    std::uint16_t purpose = 0;
    std::uint16_t party = 0;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Row {
    std::string actor;
    std::vector<policy::LoggedDecision> decisions;
    std::uint64_t count = 0;
  };
  /// Decisions of one day, encoded without their count.
  struct Day {
    std::map<Bytes, std::uint64_t> rows;
    std::uint64_t uncounted = 0;
  };
  static constexpr std::uint32_t kOneCategory = 1U << 16;

  void count(const Pass& pass, std::span<const DeclaredKind::Use> uses, std::uint32_t what,
             policy::Conditions known, std::uint32_t version);
  void take_rows() HEED_REQUIRES(flushing_);
  Result<void> merge(std::int32_t day, Day& fresh) HEED_REQUIRES(flushing_);
  Result<Day> load(BytesView key, BytesView sealed) const;

  kv::Database& database_;
  Sealer& sealer_;
  const Clock& clock_;
  /// Taken before mutex_.
  Mutex flushing_;
  std::map<std::int32_t, Day> unsaved_ HEED_GUARDED_BY(flushing_);
  Mutex mutex_;
  std::unordered_map<Key, std::unique_ptr<Row>, KeyHash> rows_ HEED_GUARDED_BY(mutex_);
  std::vector<policy::LoggedDecision> done_ HEED_GUARDED_BY(mutex_);
  std::map<std::int32_t, std::uint64_t> uncounted_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
