// The series of a silo: names, kinds, and whom each is about. All of them are at hand in memory.
//
//   family series: number u32 → kind u16 | sealed (subject 16 | name), under the subject's key if
//                               there is one; nothing behind the kind once the subject is erased
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "base/sync.h"
#include "silo/sealer.h"
#include "silo/series.h"

namespace heed::silo {

constexpr std::size_t kLongestName = 256;         ///< Bytes
constexpr std::uint32_t kMostSeries = 1'000'000;  ///< In one silo

/// What a series is of, and so what its samples are sealed for.
struct SeriesOf {
  policy::KindId kind;
  SubjectId subject = {};  ///< Nil when it is about no person.
  std::uint32_t slot = 0;  ///< Of the subject's key; 0 for the organization's.
};

/// Thread-safe.
class SeriesRegistry {
  struct Opened {};  // only open() can name it

 public:
  SeriesRegistry(Opened, kv::Database& database, Sealer& sealer)
      : database_(database), sealer_(sealer) {}
  static Result<std::unique_ptr<SeriesRegistry>> open(kv::Database& database, Sealer& sealer);

  /// The numbers of `names`, durably given at the first call; all new ones in one write. Two
  /// subjects may have series of one name.
  Result<std::vector<SeriesId>> ensure(const SeriesOf& of, const std::vector<std::string>& names);
  /// In the order of names.
  std::vector<SeriesName> list(policy::KindId kind, std::string_view prefix) const;
  std::vector<SeriesId> about(SubjectId subject) const;
  /// Nothing if there is no such series, or whom it was about has been erased.
  std::optional<SeriesOf> find(SeriesId series) const;
  /// Whether there was one, and whom it was about has been erased.
  bool is_forgotten(SeriesId series) const;
  /// Makes of those that are `which` that there was a series and nothing more; gives them, and
  /// again those that were made so before and whose rows may still be there.
  using Which = std::function<bool(const SeriesOf& of)>;
  std::vector<std::pair<SeriesId, policy::KindId>> leave(const Which& which);
  /// Reads anew what is under a key that was erased or locked when the registry was opened.
  Result<void> remember(std::uint32_t slot);
  /// Puts into `changes` that nothing is left of what leave() gave but that there was a series.
  static void put_forgotten(SeriesId series, policy::KindId kind, kv::Changes& changes);

 private:
  struct Name {
    policy::KindId kind;
    std::string name;
    SubjectId subject;
    auto operator<=>(const Name&) const = default;
  };
  struct Entry {
    SeriesOf of;
    bool forgotten = false;
  };
  Result<void> load();
  Result<Entry> load_one(SeriesId id, BytesView key, BytesView value) HEED_REQUIRES(mutex_);

  kv::Database& database_;
  Sealer& sealer_;
  mutable Mutex mutex_;
  std::map<Name, SeriesId> by_name_ HEED_GUARDED_BY(mutex_);
  std::vector<Entry> entries_ HEED_GUARDED_BY(mutex_);  // by number - 1
};

}  // namespace heed::silo
