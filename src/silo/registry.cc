#include "silo/registry.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::silo {
namespace {

constexpr std::size_t kKindSize = 2;
constexpr std::size_t kSubjectSize = 16;

Bytes key_of(SeriesId series) {
  return ByteWriter().u32(series.number).take();
}

// Whom it is about is in the sealed value, so a series' name opens before that is known.
SealContext context(BytesView key, const SeriesOf& of) {
  return {kv::Family::kSeries, key, of.kind, SubjectId(), {}, 0, of.slot};
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
    const SeriesId id{ByteReader(cursor.key()).u32()};
    if (id.number != entries_.size() + 1) {
      return fail(ErrorKind::kCorrupt, "the registry of series has a hole",
                  "restore this silo from a backup");
    }
    ASSIGN_OR_RETURN(Entry entry, load_one(id, cursor.key(), cursor.value()));
    entries_.push_back(entry);
  }
  return cursor.status();
}

Result<SeriesRegistry::Entry> SeriesRegistry::load_one(SeriesId id, BytesView key,
                                                       BytesView value) {
  ByteReader in(value);
  Entry entry;
  entry.of.kind = policy::KindId{in.u16()};
  if (!in.ok()) return fail(ErrorKind::kCorrupt, "the name of a series does not decode");
  const BytesView sealed = value.substr(kKindSize);
  entry.forgotten = sealed.empty();
  if (entry.forgotten) return entry;
  entry.of.slot = Sealer::slot(sealed);
  const auto plain = sealer_.open(context(key, entry.of), sealed);
  if (!plain) {
    if (plain.error().kind != ErrorKind::kNotFound) return std::unexpected(plain.error());
    entry.forgotten = true;
    return entry;
  }
  const auto subject = SubjectId::from_bytes(BytesView(*plain).substr(0, kSubjectSize));
  if (!subject) return fail(ErrorKind::kCorrupt, "the name of a series does not decode");
  entry.of.subject = *subject;
  by_name_.emplace(Name{entry.of.kind, plain->substr(kSubjectSize), *subject}, id);
  return entry;
}

Result<std::vector<SeriesId>> SeriesRegistry::ensure(const SeriesOf& of,
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
    if (const auto known = by_name_.find({of.kind, name, of.subject}); known != by_name_.end()) {
      ids.push_back(known->second);
      continue;
    }
    const SeriesId next{static_cast<std::uint32_t>(entries_.size() + made.size() + 1)};
    const auto [id, is_new] = made.emplace(name, next);
    ids.push_back(id->second);
    if (!is_new) continue;
    if (next.number > kMostSeries) {
      return fail(ErrorKind::kExhausted, fmt::format("a silo has at most {} series", kMostSeries));
    }
    const Bytes key = key_of(next);
    const Bytes plain = ByteWriter().raw(of.subject.bytes()).raw(name).take();
    ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(key, of), plain));
    changes.put(kv::Family::kSeries, key, ByteWriter().u16(of.kind.number).raw(sealed).view());
  }
  if (made.empty()) return ids;
  if (auto written = database_.write(changes, kv::Sync::kYes); !written) {
    return std::unexpected(written.error());
  }
  entries_.insert(entries_.end(), made.size(), Entry{of});
  for (const auto& [name, id] : made)
    by_name_.emplace(Name{of.kind, std::string(name), of.subject}, id);
  return ids;
}

std::vector<SeriesName> SeriesRegistry::list(policy::KindId kind, std::string_view prefix) const {
  const Lock lock(mutex_);
  std::vector<SeriesName> names;
  for (auto at = by_name_.lower_bound({kind, std::string(prefix), SubjectId()});
       at != by_name_.end() && at->first.kind == kind && at->first.name.starts_with(prefix); ++at) {
    names.push_back({at->second, at->first.name, at->first.subject});
  }
  return names;
}

std::vector<SeriesId> SeriesRegistry::about(SubjectId subject) const {
  const Lock lock(mutex_);
  std::vector<SeriesId> all;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.forgotten || entry.of.slot == 0 || entry.of.subject != subject) continue;
    all.push_back({static_cast<std::uint32_t>(i + 1)});
  }
  return all;
}

std::optional<SeriesOf> SeriesRegistry::find(SeriesId series) const {
  const Lock lock(mutex_);
  if (series.number == 0 || series.number > entries_.size()) return {};
  const Entry& entry = entries_[series.number - 1];
  return entry.forgotten ? std::nullopt : std::optional(entry.of);
}

bool SeriesRegistry::is_forgotten(SeriesId series) const {
  const Lock lock(mutex_);
  return series.number != 0 && series.number <= entries_.size() &&
         entries_[series.number - 1].forgotten;
}

std::vector<std::pair<SeriesId, policy::KindId>> SeriesRegistry::leave(const Which& which) {
  const Lock lock(mutex_);
  std::vector<std::pair<SeriesId, policy::KindId>> left;
  std::set<SeriesId> ids;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.of.slot == 0 || !which(entry.of)) continue;
    entry.forgotten = true;
    const SeriesId id{static_cast<std::uint32_t>(i + 1)};
    left.emplace_back(id, entry.of.kind);
    ids.insert(id);
  }
  if (!ids.empty())
    std::erase_if(by_name_, [&](const auto& named) { return ids.contains(named.second); });
  return left;
}

Result<void> SeriesRegistry::remember(std::uint32_t slot) {
  const Lock lock(mutex_);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].forgotten || entries_[i].of.slot != slot) continue;
    const SeriesId id{static_cast<std::uint32_t>(i + 1)};
    const Bytes key = key_of(id);
    ASSIGN_OR_RETURN(const auto value, database_.get(kv::Family::kSeries, key));
    if (!value) continue;
    ASSIGN_OR_RETURN(entries_[i], load_one(id, key, *value));
  }
  return {};
}

void SeriesRegistry::put_forgotten(SeriesId series, policy::KindId kind, kv::Changes& changes) {
  changes.put(kv::Family::kSeries, key_of(series), ByteWriter().u16(kind.number).view());
}

}  // namespace heed::silo
