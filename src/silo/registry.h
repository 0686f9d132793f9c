// The names of a silo's series. Names are sealed; all of them are at hand in memory.
//
//   family series: number u32 → sealed (kind u16 | name)
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "base/sync.h"
#include "silo/sealer.h"
#include "silo/series.h"

namespace heed::silo {

constexpr std::size_t kLongestName = 256;         ///< Bytes
constexpr std::uint32_t kMostSeries = 1'000'000;  ///< In one silo

/// Thread-safe.
class SeriesRegistry {
  struct Opened {};  // only open() can name it

 public:
  SeriesRegistry(Opened, kv::Database& database, Sealer& sealer)
      : database_(database), sealer_(sealer) {}
  static Result<std::unique_ptr<SeriesRegistry>> open(kv::Database& database, Sealer& sealer);

  /// The numbers of `names`, durably given at the first call; all new ones in one write.
  Result<std::vector<SeriesId>> ensure(policy::KindId kind, const std::vector<std::string>& names);
  /// In the order of names.
  std::vector<SeriesName> list(policy::KindId kind, std::string_view prefix) const;
  /// Nothing if there is no such series.
  std::optional<policy::KindId> kind_of(SeriesId series) const;

 private:
  using Name = std::pair<policy::KindId, std::string>;
  Result<void> load();

  kv::Database& database_;
  Sealer& sealer_;
  mutable Mutex mutex_;
  std::map<Name, SeriesId, std::less<>> by_name_ HEED_GUARDED_BY(mutex_);
  std::vector<policy::KindId> kinds_ HEED_GUARDED_BY(mutex_);  // by number - 1
};

}  // namespace heed::silo
