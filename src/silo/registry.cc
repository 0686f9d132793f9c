#include "silo/registry.h"

#include <fmt/core.h>

namespace heed::silo {
namespace {

Bytes key_of(std::uint32_t number) {
  return ByteWriter().u32(number).take();
}

// The kind is in the sealed value, so a series' name opens before its kind is known.
SealContext context(BytesView key) {
  return {kv::Family::kSeries, key, {}, SubjectId(), {}, 0};
}

}  // namespace

Result<std::unique_ptr<SeriesRegistry>> SeriesRegistry::open(kv::Database& database,
                                                             Sealer& sealer) {
  auto registry = std::make_unique<SeriesRegistry>(Opened{}, database, sealer);
  if (auto loaded = registry->load(); !loaded) return std::unexpected(loaded.error());
  return registry;
}

Result<void> SeriesRegistry::load() {
  const Lock lock(mutex_);
  auto cursor = database_.cursor(kv::Family::kSeries);
  for (cursor.seek({}); cursor.valid(); cursor.next()) {
    ASSIGN_OR_RETURN(const Bytes plain, sealer_.open(context(cursor.key()), cursor.value()));
    const SeriesId id{ByteReader(cursor.key()).u32()};
    ByteReader in(plain);
    const policy::KindId kind{in.u16()};
    kinds_.push_back(kind);
    by_name_.emplace(Name(kind, in.rest()), id);
    if (!in.ok() || id.number != kinds_.size()) {
      return fail(ErrorKind::kCorrupt, "the registry of series has a hole",
                  "restore this silo from a backup");
    }
  }
  return cursor.status();
}

Result<SeriesId> SeriesRegistry::ensure(policy::KindId kind, std::string_view name) {
  if (name.empty() || name.size() > kLongestName) {
    return fail(ErrorKind::kInvalid, fmt::format("a series' name has 1 to {} bytes", kLongestName));
  }
  const Lock lock(mutex_);
  const Name key(kind, name);
  if (const auto known = by_name_.find(key); known != by_name_.end()) return known->second;
  if (kinds_.size() >= kMostSeries) {
    return fail(ErrorKind::kExhausted, fmt::format("a silo has at most {} series", kMostSeries));
  }
  const SeriesId id{static_cast<std::uint32_t>(kinds_.size() + 1)};
  const Bytes stored_key = key_of(id.number);
  const Bytes plain = ByteWriter().u16(kind.number).raw(name).take();
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(stored_key), plain));
  const auto written =
      database_.write(kv::Changes().put(kv::Family::kSeries, stored_key, sealed), kv::Sync::kYes);
  if (!written) return std::unexpected(written.error());
  kinds_.push_back(kind);
  by_name_.emplace(key, id);
  return id;
}

std::vector<SeriesName> SeriesRegistry::list(policy::KindId kind, std::string_view prefix) const {
  const Lock lock(mutex_);
  std::vector<SeriesName> names;
  for (auto at = by_name_.lower_bound(Name(kind, prefix));
       at != by_name_.end() && at->first.first == kind && at->first.second.starts_with(prefix);
       ++at) {
    names.push_back({at->second, at->first.second});
  }
  return names;
}

std::optional<policy::KindId> SeriesRegistry::kind_of(SeriesId series) const {
  const Lock lock(mutex_);
  if (series.number == 0 || series.number > kinds_.size()) return {};
  return kinds_[series.number - 1];
}

}  // namespace heed::silo
