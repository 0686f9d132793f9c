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

Result<std::vector<SeriesId>> SeriesRegistry::ensure(policy::KindId kind,
                                                     const std::vector<std::string>& names) {
  const Lock lock(mutex_);
  std::vector<SeriesId> ids;
  std::map<std::string_view, SeriesId> made;
  kv::Changes changes;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > kLongestName) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("a series' name has 1 to {} bytes", kLongestName));
    }
    if (const auto known = by_name_.find(Name(kind, name)); known != by_name_.end()) {
      ids.push_back(known->second);
      continue;
    }
    const SeriesId next{static_cast<std::uint32_t>(kinds_.size() + made.size() + 1)};
    const auto [id, is_new] = made.emplace(name, next);
    ids.push_back(id->second);
    if (!is_new) continue;
    if (next.number > kMostSeries) {
      return fail(ErrorKind::kExhausted, fmt::format("a silo has at most {} series", kMostSeries));
    }
    const Bytes key = key_of(next.number);
    const Bytes plain = ByteWriter().u16(kind.number).raw(name).take();
    ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(key), plain));
    changes.put(kv::Family::kSeries, key, sealed);
  }
  if (made.empty()) return ids;
  if (auto written = database_.write(changes, kv::Sync::kYes); !written) {
    return std::unexpected(written.error());
  }
  kinds_.insert(kinds_.end(), made.size(), kind);
  for (const auto& [name, id] : made) by_name_.emplace(Name(kind, name), id);
  return ids;
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
