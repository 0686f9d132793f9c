#include "machines/ledger.h"

#include <algorithm>
#include <deque>

#include "machines/data_set.h"
#include "machines/history.h"

namespace heed::machines {
namespace {

Governed<std::optional<silo::SeriesId>> find_series(const silo::Silo& silo, const Access& own,
                                                    policy::KindId kind, const std::string& name) {
  ASSIGN_OR_RETURN(const auto named, silo.list_series(own, kind, name));
  const auto found = std::ranges::find(named, name, &silo::SeriesName::name);
  if (found == named.end()) return std::nullopt;
  return found->id;
}

Governed<void> load_directory(const silo::Silo& silo, const Access& own, Ledger& ledger) {
  const std::string machine = ledger.machine.text();
  Directory& directory = *ledger.directory;
  ASSIGN_OR_RETURN(directory.states, find_series(silo, own, kind::kState, machine));
  ASSIGN_OR_RETURN(directory.history, find_series(silo, own, kind::kHistory, machine));
  for (const DataClass data : kDataClasses) {
    auto& lines = directory.lines.at(static_cast<std::size_t>(data));
    ASSIGN_OR_RETURN(lines, find_series(silo, own, kind::lines(data), machine));
  }
  ASSIGN_OR_RETURN(ledger.memory_series,
                   find_series(silo, own, kind::kMemory, machine + "/memory"));
  ASSIGN_OR_RETURN(ledger.cursor_series,
                   find_series(silo, own, kind::kMemory, machine + "/cursor"));
  ASSIGN_OR_RETURN(ledger.model_series, find_series(silo, own, kind::kMemory, machine + "/model"));
  if (!ledger.model_series) return {};
  ASSIGN_OR_RETURN(const auto model, last_text(silo, own, *ledger.model_series));
  if (model) directory.model = read_model(model->text);
  return {};
}

/// What was stored since all of the set was; of a longer past the last of it.
Governed<std::deque<std::string>> changes_until(const silo::Silo& silo, const Access& own,
                                                silo::SeriesId series, Time last) {
  std::deque<std::string> changes;
  // Most sets were told as a whole lately; for the others the past is opened further and further.
  for (const Duration back : {Duration::hours(1), Duration::days(1), Duration::days(30)}) {
    bool begun = false;
    changes.clear();
    const auto visit = [&](const silo::SampleView& view) {
      if (view.gap || view.text.starts_with(':')) {
        begun = true;
        changes.clear();
      }
      if (!view.gap) changes.emplace_back(view.text);
      if (changes.size() > kMostSetChanges + 1) changes.pop_front();
      return true;
    };
    const TimeRange range{last - back, last + Duration::nanoseconds(1)};
    if (auto read = silo.read(own, series, range, visit); !read) {
      return std::unexpected(read.error());
    }
    if (begun) break;
  }
  return changes;
}

Governed<void> merge_changes(const silo::Silo& silo, const Access& own, LastSaid& said) {
  ASSIGN_OR_RETURN(const auto changes, changes_until(silo, own, said.entry.series, said.at));
  std::string whole = changes.empty() ? "" : merged_set("", changes.front());
  for (std::size_t i = 1; i < changes.size(); ++i) {
    whole = merged_set(whole, changes[i]);
    said.changed_bytes += changes[i].size();
    said.changes += 1;
  }
  said.value = std::move(whole);
  return {};
}

Governed<void> load_item(const silo::Silo& silo, const Access& own, Directory::Entry entry,
                         Ledger& ledger) {
  ASSIGN_OR_RETURN(const auto last, silo.last_at(own, entry.series, Time::max()));
  if (!last) return {};
  entry.condition = SampleFlags::from(last->flags).condition;
  LastSaid said{entry, true, last->value, last->at, last->device, last->arrival};
  ledger.witnessed = std::max(ledger.witnessed.value_or(said.at), said.at);
  ledger.last_seen = std::max(ledger.last_seen.value_or(said.arrival), said.arrival);
  if (said.value && entry.item.is_set() && !entry.condition) {
    if (auto merged = merge_changes(silo, own, said); !merged) return merged;
  }
  ledger.directory->observed[entry.item.key] = entry;
  ledger.items.emplace(entry.item.key, std::move(said));
  return {};
}

Governed<void> load_items(const silo::Silo& silo, const Access& own, Ledger& ledger) {
  const std::string prefix = observations_prefix(ledger.machine);
  for (const DataClass data : kDataClasses) {
    ASSIGN_OR_RETURN(const auto named, silo.list_series(own, kind::observations(data), prefix));
    for (const auto& [series, name, subject] : named) {
      const std::string key = name.substr(prefix.size());
      const Directory& known = *ledger.directory;
      const Directory::Entry entry{known.describe(key), data, known.role_of(key), series};
      if (auto loaded = load_item(silo, own, entry, ledger); !loaded) return loaded;
    }
  }
  return {};
}

/// The course goes on from the last memory; what was placed since then, the samples tell.
Governed<void> load_course(const silo::Silo& silo, const Access& own, Ledger& ledger) {
  if (!ledger.memory_series) return {};
  ASSIGN_OR_RETURN(auto stored, last_text(silo, own, *ledger.memory_series));
  if (!stored) return {};
  const TextStamp stamp = stored->stamp;
  ASSIGN_OR_RETURN(MachineMemory memory, read_memory(stored->text, stamp.device));
  auto& last = memory.course.placement.last;
  if (last) last = std::max(*last, ledger.witnessed.value_or(*last));
  if (last) memory.course.instant = std::max(memory.course.instant.value_or(*last), *last);
  ASSIGN_OR_RETURN(ledger.course, Course::from(memory.course));
  ledger.witnessed = last;
  ledger.recording = memory.recording;
  ledger.clock_changed = memory.clock_changed;
  ledger.link = memory.link;
  ledger.last_seen = std::max(ledger.last_seen.value_or(stamp.arrival), stamp.arrival);
  ledger.memory_text = std::move(stored->text);
  ledger.memory_stamp = stamp;
  return {};
}

}  // namespace

Directory& Ledger::changing_directory() {
  if (directory.use_count() > 1) directory = std::make_shared<Directory>(*directory);
  return *directory;
}

Governed<std::unique_ptr<Ledger>> load_ledger(silo::Silo& silo, const Access& own,
                                              MachineId machine) {
  auto ledger = std::make_unique<Ledger>();
  ledger->machine = machine;
  ledger->last_report = silo.last_batch(machine.text());
  for (const auto step : {load_directory, load_items, load_course}) {
    if (auto loaded = step(silo, own, *ledger); !loaded) return std::unexpected(loaded.error());
  }
  if (ledger->cursor_series) {
    ASSIGN_OR_RETURN(const auto cursor, last_text(silo, own, *ledger->cursor_series));
    if (cursor) ledger->cursor = cursor->text;
  }
  return ledger;
}

}  // namespace heed::machines
