// The lifetime count of a machine's part counter (docs/OEE.md §7), with a checkpoint: a record of
// what all samples before a day came to, so that the next time only the days since are read. It is
// believed as long as no more samples are placed before that day than it was made from: an import
// of older ones makes it begin anew. It outlives the samples' own deadline.
#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "machines/kinds.h"
#include "machines/parts_reading.h"

namespace heed::machines {
namespace {

/// Days that samples may still come late for.
constexpr std::int64_t kUnsettledDays = 2;
constexpr TimeRange kAll{Time(), Time::from_seconds(7'258'118'400)};  // 1970 to 2200

enum FieldAt : std::size_t { kItem, kUntil, kSamples, kWay, kFields };

/// A counter's way up to a moment.
struct Way {
  PartCounter counter;
  std::optional<Time> since;
  std::uint64_t events = 0;
  std::vector<CounterEvent> newest;
  std::uint64_t samples = 0;

  void take(const CounterValue& said) {
    ++samples;
    if (said.value && !since) since = said.at;
    const PartCounter::Told told = counter.take(said);
    if (told.change == CounterChange::kNone || told.change == CounterChange::kMade) return;
    ++events;
    newest.push_back({said.at, told.change, told.before, *said.value, told.parts});
    if (newest.size() > 2 * LifetimeCount::kMostEvents) drop_old();
  }
  void drop_old() {
    if (newest.size() <= LifetimeCount::kMostEvents) return;
    newest.erase(newest.begin(), newest.end() - LifetimeCount::kMostEvents);
  }
};

std::string write_way(const Way& way) {
  const PartCounter::Memory& memory = way.counter.memory();
  JsonWriter w;
  w.begin_object().member("made", memory.made).member("counts", memory.counts);
  w.member("since", way.since).member("events", way.events);
  if (memory.last) w.member("last", memory.last->value).member("last_at", memory.last->at);
  w.key("newest").begin_array();
  for (const CounterEvent& event : way.newest) {
    w.begin_object().member("at", event.at).member("change", word(event.change));
    w.member("before", event.before).member("after", event.after);
    w.member("parts", event.parts).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

double number_in(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr ? 0 : found->number().value_or(0);
}

std::optional<Time> time_in(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr || found->string() == nullptr ? std::nullopt
                                                        : parse_time(*found->string());
}

std::optional<CounterEvent> read_event(const Json& json) {
  const auto at = time_in(json, "at");
  const Json* change = json.find("change");
  if (!at || change == nullptr || change->string() == nullptr) return {};
  const auto known = parse_counter_change(*change->string());
  if (!known) return {};
  return CounterEvent{*at, *known, number_in(json, "before"), number_in(json, "after"),
                      number_in(json, "parts")};
}

std::optional<Way> read_way(const std::string& text) {
  const auto json = Json::parse(text);
  if (!json || json->object() == nullptr) return {};
  PartCounter::Memory memory{.made = number_in(*json, "made")};
  const Json* counts = json->find("counts");
  memory.counts = counts != nullptr && counts->boolean().value_or(false);
  if (const auto at = time_in(*json, "last_at")) memory.last = {*at, number_in(*json, "last")};
  Way way{.counter = PartCounter(memory), .since = time_in(*json, "since")};
  way.events = static_cast<std::uint64_t>(number_in(*json, "events"));
  const Json* newest = json->find("newest");
  if (newest == nullptr || newest->array() == nullptr) return {};
  for (const Json& one : *newest->array()) {
    if (auto event = read_event(one)) way.newest.push_back(*event);
  }
  return way;
}

struct Checkpoint {
  Time until = kAll.from;
  Way way;
};

Governed<std::uint64_t> count_before(const Reading& reading, silo::SeriesId series, Time until) {
  std::uint64_t count = 0;
  if (until <= kAll.from) return count;
  const TimeRange range{kAll.from, until};
  ASSIGN_OR_RETURN(const auto steps,
                   reading.silo.rollup(reading.access, series, range, Duration::days(1)));
  for (const silo::Rollup& step : steps) count += step.count;
  return count;
}

Governed<Checkpoint> load_checkpoint(const Reading& reading, const Directory::Entry& entry) {
  if (!reading.silo.declares(kind::kPartCheckpoint)) return Checkpoint();
  ASSIGN_OR_RETURN(const auto record, reading.silo.find(reading.access, kind::kPartCheckpoint,
                                                        reading.machine.text()));
  if (!record || record->fields.size() != kFields) return Checkpoint();
  const auto* item = std::get_if<std::string>(&record->fields[kItem]);
  const auto* until = std::get_if<Time>(&record->fields[kUntil]);
  const auto* samples = std::get_if<std::int64_t>(&record->fields[kSamples]);
  const auto* text = std::get_if<std::string>(&record->fields[kWay]);
  if (item == nullptr || until == nullptr || samples == nullptr || text == nullptr) {
    return Checkpoint();
  }
  auto way = read_way(*text);
  if (*item != entry.item.key || !way) return Checkpoint();
  way->samples = static_cast<std::uint64_t>(*samples);
  ASSIGN_OR_RETURN(const std::uint64_t there, count_before(reading, entry.series, *until));
  if (there > way->samples) return Checkpoint();
  return Checkpoint{*until, *std::move(way)};
}

/// It only saves time, so that it can't be kept is nobody's trouble.
void keep_checkpoint(silo::Silo& silo, const Access& own, const Reading& reading,
                     const std::string& item, Checkpoint checkpoint) {
  checkpoint.way.drop_old();
  silo::Record record{
      .kind = kind::kPartCheckpoint, .id = reading.machine.text(), .source = "browser"};
  record.fields.resize(kFields);
  record.fields[kItem] = item;
  record.fields[kUntil] = checkpoint.until;
  record.fields[kSamples] = static_cast<std::int64_t>(checkpoint.way.samples);
  record.fields[kWay] = write_way(checkpoint.way);
  static_cast<void>(silo.put(own, record));
}

LifetimeCount count_of(const std::string& item, Way way) {
  way.drop_old();
  const PartCounter::Memory& memory = way.counter.memory();
  return {.item = item,
          .counts = memory.counts,
          .parts = memory.made,
          .since = way.since,
          .last = memory.last,
          .events = way.events,
          .newest = std::move(way.newest)};
}

}  // namespace

Governed<LifetimeCount> load_lifetime_count(silo::Silo& silo, const Access& own,
                                            const Reading& reading) {
  const auto* entry = reading.now.directory->find(reading.now.tracker.item_of(Role::kPartCount));
  if (entry == nullptr) return LifetimeCount();
  ASSIGN_OR_RETURN(Checkpoint checkpoint, load_checkpoint(reading, *entry));
  const Time begin = checkpoint.until;
  const Time settled = kAll.from + Duration::days(reading.clock.utc_day() - kUnsettledDays);
  std::optional<Checkpoint> next;
  Way way = std::move(checkpoint.way);
  const auto take = [&](const silo::SampleView& view) {
    if (!next && view.at >= settled && settled > begin) next = Checkpoint{settled, way};
    way.take({view.at, view.gap ? std::nullopt : view.number});
    return true;
  };
  if (auto read = reading.silo.read(reading.access, entry->series, {begin, kAll.to}, take); !read) {
    return std::unexpected(read.error());
  }
  if (!next && settled > begin) next = Checkpoint{settled, way};
  if (next) keep_checkpoint(silo, own, reading, entry->item.key, *std::move(next));
  return count_of(entry->item.key, std::move(way));
}

}  // namespace heed::machines
