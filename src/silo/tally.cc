#include "silo/tally.h"

namespace heed::silo {
namespace {

using policy::LoggedDecision;

constexpr BytesView kPrefix = "tally/";
constexpr std::uint8_t kFormat = 1;
constexpr std::uint64_t kMostFacts = policy::Conditions::kMost;

Bytes key_of(std::int32_t day) {
  return ByteWriter().raw(kPrefix).i32(day).take();
}

SealContext context(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

void write_words(ByteWriter& out, const std::vector<std::string>& words) {
  out.varint(words.size());
  for (const std::string& word : words) out.sized(word);
}

std::vector<std::string> read_words(ByteReader& in) {
  std::vector<std::string> words;
  const std::uint64_t count = std::min(in.varint(), kMostFacts);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) words.emplace_back(in.sized());
  return words;
}

Bytes encode(const LoggedDecision& decision) {
  ByteWriter out;
  out.sized(decision.actor).sized(decision.purpose).sized(decision.party);
  out.sized(decision.category).sized(decision.clause).u8(decision.allowed ? 1 : 0);
  write_words(out, decision.holds);
  write_words(out, decision.fails);
  return out.take();
}

std::optional<LoggedDecision> decode(BytesView bytes) {
  ByteReader in(bytes);
  LoggedDecision decision;
  decision.actor = in.sized();
  decision.purpose = in.sized();
  decision.party = in.sized();
  decision.category = in.sized();
  decision.clause = in.sized();
  decision.allowed = in.u8() != 0;
  decision.holds = read_words(in);
  decision.fails = read_words(in);
  if (!in.finished()) return {};
  return decision;
}

std::vector<std::string> paths_of(const policy::Policy& policy, std::uint64_t facts) {
  std::vector<std::string> paths;
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    if ((facts >> i & 1U) != 0) paths.push_back(policy.facts().path({i}));
  }
  return paths;
}

template <class Tag>
std::string path_in(const policy::Vocabulary<Tag>& words, policy::Word<Tag> word) {
  return word.index < words.size() ? words.path(word) : std::string();
}

/// What was decided on one category, and by which clause: of the version in force, or where that
/// allows it, of the one that the item keeps.
LoggedDecision logged(const Pass& pass, policy::Category category, policy::Conditions known,
                      std::uint32_t kept) {
  const policy::Policy& policy = pass.rulings().policy();
  const policy::Access& access = pass.access();
  const policy::Policy* decided_by = &policy;
  auto decision = policy.table().decide(access.purpose, category, access.party, known);
  const policy::Version* promised = pass.rulings().book().version(kept);
  if (decision.allowed && promised != nullptr) {
    decided_by = promised->policy.get();
    decision = decided_by->table().decide(access.purpose, category, access.party, known);
  }
  LoggedDecision made;
  made.actor = access.actor;
  made.purpose = path_in(policy.purposes(), access.purpose);
  made.party = path_in(policy.parties(), access.party);
  made.category = path_in(policy.categories(), category);
  made.holds = paths_of(policy, known.holds());
  made.fails = paths_of(policy, known.fails());
  made.allowed = decision.allowed;
  made.clause = decided_by->refusal_of(decision, {}).clause;
  return made;
}

}  // namespace

std::size_t Tally::KeyHash::operator()(const Key& key) const {
  std::size_t hash = std::hash<std::string_view>()(key.actor);
  const auto mix = [&](std::uint64_t part) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  };
  mix(key.holds);
  mix(key.fails);
  mix(std::uint64_t{key.what} << 32 | static_cast<std::uint32_t>(key.day));
  mix(std::uint64_t{key.version} << 32 | key.kept);
  mix(std::uint64_t{key.purpose} << 16 | key.party);
  return hash;
}

void Tally::count(const Pass& pass, policy::Conditions known, std::uint32_t version) {
  count(pass, pass.kind().uses, pass.kind().kind.id.number, known, version);
}

void Tally::count(const Pass& pass, policy::Category category, policy::Conditions known,
                  std::uint32_t version) {
  const DeclaredKind::Use use{category, 0};
  count(pass, {&use, 1}, kOneCategory | category.index, known, version);
}

void Tally::count(const Pass& pass, std::span<const DeclaredKind::Use> uses, std::uint32_t what,
                  policy::Conditions known, std::uint32_t version) {
  const policy::Access& access = pass.access();
  const Key key{.actor = access.actor,
                .holds = known.holds(),
                .fails = known.fails(),
                .what = what,
                .version = pass.rulings().version(),
                .kept = pass.rulings().kept_for(version),
                .day = clock_.now().utc_day(),
                .purpose = access.purpose.index,
                .party = access.party.index};
  const Lock lock(mutex_);
  if (const auto at = rows_.find(key); at != rows_.end()) {
    ++at->second->count;
    return;
  }
  if (rows_.size() >= kMostRows) {
    ++uncounted_[key.day];
    return;
  }
  auto row = std::make_unique<Row>();
  row->actor = access.actor;
  row->count = 1;
  for (const DeclaredKind::Use& use : uses) {
    row->decisions.push_back(logged(pass, use.category, known, key.kept));
  }
  Key own = key;
  own.actor = row->actor;
  rows_.emplace(own, std::move(row));
}

void Tally::count(LoggedDecision decision, std::uint64_t times) {
  if (times == 0) return;
  decision.count = times;
  decision.day = clock_.now().utc_day();
  const Lock lock(mutex_);
  if (done_.size() < kMostRows) {
    done_.push_back(std::move(decision));
  } else {
    uncounted_[decision.day] += times;
  }
}

void Tally::take_rows() {
  const Lock lock(mutex_);
  for (const auto& [key, row] : rows_) {
    for (const LoggedDecision& decision : row->decisions) {
      unsaved_[key.day].rows[encode(decision)] += row->count;
    }
  }
  for (const LoggedDecision& decision : done_) {
    unsaved_[decision.day].rows[encode(decision)] += decision.count;
  }
  for (const auto& [day, count] : uncounted_) unsaved_[day].uncounted += count;
  rows_.clear();
  done_.clear();
  uncounted_.clear();
}

Result<void> Tally::flush() {
  const Lock flushing(flushing_);
  take_rows();
  while (!unsaved_.empty()) {
    auto& [day, fresh] = *unsaved_.begin();
    if (auto merged = merge(day, fresh); !merged) return merged;
    unsaved_.erase(unsaved_.begin());
  }
  return {};
}

Result<void> Tally::merge(std::int32_t day, Day& fresh) {
  const Bytes key = key_of(day);
  Day whole;
  ASSIGN_OR_RETURN(const auto stored, database_.get(kv::Family::kMeta, key));
  if (stored) {
    ASSIGN_OR_RETURN(whole, load(key, *stored));
  }
  whole.uncounted += fresh.uncounted;
  for (const auto& [row, count] : fresh.rows) {
    if (whole.rows.size() < kMostOfDay || whole.rows.contains(row)) {
      whole.rows[row] += count;
    } else {
      whole.uncounted += count;
    }
  }
  ByteWriter out;
  out.u8(kFormat).varint(whole.uncounted).varint(whole.rows.size());
  for (const auto& [row, count] : whole.rows) out.sized(row).varint(count);
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(key), out.view()));
  return database_.write(kv::Changes().put(kv::Family::kMeta, key, sealed), kv::Sync::kNo);
}

Result<Tally::Day> Tally::load(BytesView key, BytesView sealed) const {
  ASSIGN_OR_RETURN(const Bytes plain, sealer_.open(context(key), sealed));
  ByteReader in(plain);
  Day day;
  const bool known = in.u8() == kFormat;
  day.uncounted = in.varint();
  const std::uint64_t count = in.varint();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const BytesView row = in.sized();
    day.rows.emplace(row, in.varint());
  }
  if (!known || !in.finished()) {
    return fail(ErrorKind::kCorrupt, "the counted decisions of a day do not decode",
                "restore this silo from a backup");
  }
  return day;
}

Result<DecisionLog> Tally::since(std::int32_t from_day) {
  if (auto flushed = flush(); !flushed) return std::unexpected(flushed.error());
  DecisionLog log;
  auto cursor = database_.cursor(kv::Family::kMeta);
  for (cursor.seek(key_of(from_day)); cursor.valid() && cursor.key().starts_with(kPrefix);
       cursor.next()) {
    ASSIGN_OR_RETURN(const Day day, load(cursor.key(), cursor.value()));
    log.uncounted += day.uncounted;
    for (const auto& [row, count] : day.rows) {
      auto decision = decode(row);
      if (!decision) continue;
      decision->day = ByteReader(cursor.key().substr(kPrefix.size())).i32();
      decision->count = count;
      log.decisions.push_back(*std::move(decision));
    }
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return log;
}

Result<void> Tally::expire() {
  const Bytes end = key_of(clock_.now().utc_day() - kDaysKept);
  kv::Changes changes;
  auto cursor = database_.cursor(kv::Family::kMeta);
  for (cursor.seek(kPrefix); cursor.valid() && cursor.key() < end; cursor.next()) {
    changes.remove(kv::Family::kMeta, cursor.key());
  }
  if (auto walked = cursor.status(); !walked) return walked;
  return changes.empty() ? Result<void>() : database_.write(changes, kv::Sync::kNo);
}

}  // namespace heed::silo
