#include "silo/series_store.h"

#include <fmt/core.h>

#include <limits>
#include <tuple>

namespace heed::silo {
namespace {

constexpr BytesView kStateKey = "series.state";
constexpr BytesView kSenderPrefix = "sender/";

SealContext meta(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

Bytes position_key(std::uint64_t position) {
  return ByteWriter().u64(position).take();
}

}  // namespace

Result<std::unique_ptr<SeriesStore>> SeriesStore::open(const Environment& environment) {
  ASSIGN_OR_RETURN(auto registry, SeriesRegistry::open(environment.database, environment.sealer));
  ASSIGN_OR_RETURN(
      auto quarantine,
      Quarantine::open({environment.organization, environment.database, environment.sealer,
                        environment.journal, environment.told, environment.clock}));
  auto store = std::make_unique<SeriesStore>(Opened{}, environment, std::move(registry),
                                             std::move(quarantine));
  if (auto loaded = store->load(); !loaded) return std::unexpected(loaded.error());
  return store;
}

Result<void> SeriesStore::load() {
  ASSIGN_OR_RETURN(const auto sealed, env_.database.get(kv::Family::kMeta, kStateKey));
  if (sealed) {
    ASSIGN_OR_RETURN(const Bytes state, env_.sealer.open(meta(kStateKey), *sealed));
    ByteReader in(state);
    const Lock lock(mutex_);
    sealed_through_ = applied_ = in.u64();
    totals_ = {in.u64(), in.u64(), in.u64()};
    if (!in.finished()) return fail(ErrorKind::kCorrupt, "the state of the series is damaged");
  }
  if (auto loaded = load_senders(); !loaded) return loaded;
  return replay();
}

Result<void> SeriesStore::load_senders() {
  const Lock lock(mutex_);
  auto cursor = env_.database.cursor(kv::Family::kMeta);
  for (cursor.seek(kSenderPrefix); cursor.valid() && cursor.key().starts_with(kSenderPrefix);
       cursor.next()) {
    ASSIGN_OR_RETURN(const Bytes number, env_.sealer.open(meta(cursor.key()), cursor.value()));
    senders_.emplace(cursor.key().substr(kSenderPrefix.size()), ByteReader(number).u64());
  }
  return cursor.status();
}

Result<void> SeriesStore::replay() {
  const Lock lock(mutex_);
  const auto enter = [this](std::uint64_t position, BytesView entry)
                         HEED_REQUIRES(mutex_) -> Result<void> {
    std::vector<std::tuple<SeriesId, Run::Item, std::string>> samples;
    ASSIGN_OR_RETURN(const BatchHead batch,
                     open_entry(env_.sealer, position_key(position), entry,
                                [&](SeriesId series, const Run::Item& item, std::string_view text) {
                                  samples.emplace_back(series, item, text);
                                }));
    applied_ = position;
    if (batch.number != 0) {
      // An append that failed may have left its entry, and its sender has sent it again since.
      std::uint64_t& last = senders_[batch.sender];
      if (batch.number <= last) return {};
      last = unsealed_senders_[batch.sender] = batch.number;
    }
    const std::uint32_t version = version_of_entry(entry);
    for (const auto& [series, item, text] : samples) {
      head_.add(series, item, text, batch.stored, version);
    }
    return {};
  };
  if (auto replayed = env_.log.replay(sealed_through_ + 1, enter); !replayed) return replayed;
  next_ = applied_ + 1;
  return {};
}

Result<Appended> SeriesStore::append(const Batch& batch, std::uint32_t version) {
  if (auto fits = check_batch(batch); !fits) return std::unexpected(fits.error());
  ASSIGN_OR_RETURN(BatchSections sections, sections_of(batch, *registry_));
  if (auto room = make_room(); !room) return std::unexpected(room.error());
  // Whoever is erased meanwhile is erased before or after all of it.
  const auto writing = env_.locks.writing_about(sections.subjects);
  leave_out_who_waits(sections);
  const Ticket ticket = take_ticket(batch, version);
  if (ticket.duplicate) return Appended{true};
  const auto durable = make_durable(batch, sections, ticket);
  apply(batch, sections, ticket, durable.has_value());
  if (!durable) return std::unexpected(durable.error());
  return Appended{false, sections.forgotten};
}

Result<std::vector<SeriesId>> SeriesStore::ensure(KindId kind, SubjectId subject,
                                                  const std::vector<std::string>& names) {
  if (subject.is_nil()) return registry_->ensure({kind}, names);
  const auto writing = env_.locks.writing_about({&subject, 1});
  ASSIGN_OR_RETURN(const std::uint32_t slot, env_.subjects.slot_for(subject));
  if (env_.subjects.is_restricted(subject)) {
    return fail(ErrorKind::kConflict, "whom this is about waits to be forgotten",
                "nothing is stored about them any more");
  }
  return registry_->ensure({kind, subject, slot}, names);
}

void SeriesStore::leave_out_who_waits(BatchSections& sections) const {
  if (!env_.subjects.any_restricted()) return;
  for (BatchSection& section : sections.list) {
    if (!env_.subjects.is_restricted(section.subject)) continue;
    sections.forgotten += section.samples.size();
    section.samples = {};
  }
}

Result<void> SeriesStore::make_room() {
  return full(2) ? seal(true) : Result<void>();
}

SeriesStore::Ticket SeriesStore::take_ticket(const Batch& batch, std::uint32_t version) {
  const Lock lock(mutex_);
  if (batch.number != 0) {
    // Two batches of one sender at once: the second waits to learn what became of the first.
    while (sending_.contains(batch.sender)) moved_.wait(mutex_);
    const auto last = senders_.find(batch.sender);
    if (last != senders_.end() && batch.number <= last->second) return {0, Time(), true, version};
    sending_.insert(batch.sender);
  }
  return {next_++, env_.clock.now(), false, version};
}

Result<void> SeriesStore::make_durable(const Batch& batch, BatchSections& sections,
                                       const Ticket& ticket) {
  const BatchHead head{batch.sender, batch.number, ticket.stored};
  ASSIGN_OR_RETURN(const Bytes entry, seal_entry(env_.sealer, position_key(ticket.position),
                                                 ticket.version, head, sections));
  return env_.log.append(ticket.position, entry);
}

void SeriesStore::apply(const Batch& batch, const BatchSections& sections, const Ticket& ticket,
                        bool durable) {
  const Lock lock(mutex_);
  while (applied_ + 1 != ticket.position) moved_.wait(mutex_);
  applied_ = ticket.position;
  for (const BatchSection& section : sections.list) {
    if (!durable) break;
    for (const SeriesSample& s : section.samples) {
      const std::string_view text = s.sample.value ? std::string_view(*s.sample.value) : "";
      head_.add(s.series, item_of(s.sample), text, ticket.stored, ticket.version);
    }
  }
  if (batch.number != 0) {
    sending_.erase(batch.sender);
    if (durable) senders_[batch.sender] = unsealed_senders_[batch.sender] = batch.number;
  }
  moved_.wake_all();
}

bool SeriesStore::full(std::size_t times) const {
  const Lock lock(mutex_);
  const std::size_t samples =
      std::clamp(head_.parts().size() * kShortRun, env_.head_samples, kWidest * env_.head_samples);
  return head_.samples() >= times * samples || head_.text_bytes() >= times * env_.head_bytes;
}

std::uint64_t SeriesStore::last_batch(std::string_view sender) const {
  const Lock lock(mutex_);
  const auto last = senders_.find(sender);
  return last == senders_.end() ? 0 : last->second;
}

SeriesView SeriesStore::view(SeriesId series, const SeriesOf& of, Pass pass,
                             TimeRange range) const {
  const Lock lock(mutex_);
  SeriesView::Source source{
      series, of, std::move(pass), env_.clock.now(), frozen_ ? frozen_->parts : nullptr, {}};
  const PartKey first{series.number, range.from.utc_day(), std::numeric_limits<int>::min(), 0};
  for (auto at = head_.parts().lower_bound(first);
       at != head_.parts().end() && at->first.series == series.number &&
       at->first.day <= range.to.utc_day();
       ++at) {
    source.live.insert(*at);
  }
  return {env_.database.cursor(kv::Family::kChunks), chunks_, std::move(source)};
}

SiloStatistics SeriesStore::statistics() const {
  const Lock lock(mutex_);
  SiloStatistics now;
  now.head_samples = head_.samples();
  if (frozen_) {
    for (const auto& [key, run] : *frozen_->parts) now.head_samples += run.size();
  }
  now.sealed_samples = totals_.samples;
  now.sealed_chunks = totals_.chunks;
  now.sealed_bytes = totals_.bytes;
  now.damaged_chunks = quarantine_->chunks();
  return now;
}

}  // namespace heed::silo
