#include "machines/report_taker.h"

#include <algorithm>

#include "machines/data_set.h"
#include "machines/machines.h"
#include "machines/said_words.h"

namespace heed::machines {
namespace {

Result<void> check_observation(const Report& report, const Observation& observation) {
  const std::string& key = observation.item;
  const bool control = std::ranges::any_of(
      key, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (key.empty() || key.size() > Machines::kLongestKey || control) {
    return fail(ErrorKind::kInvalid,
                "an item's key has 1 to 200 bytes, none of them a control "
                "character");
  }
  if (observation.value && observation.value->size() > Machines::kLongestValue) {
    return fail(ErrorKind::kInvalid, "a value of " + key + " is longer than 32,768 bytes");
  }
  if (!report.raw.empty() && observation.raw >= report.raw.size()) {
    return fail(ErrorKind::kInvalid, "an observation of " + key + " names no received line");
  }
  return {};
}

/// Nothing for UNAVAILABLE, also where the source's reader left the word.
std::optional<std::string> stored_value(const Observation& observation) {
  if (observation.value && !observation.condition && says_unavailable(*observation.value)) {
    return {};
  }
  return observation.value;
}

bool is_card_role(Role role) {
  return role == Role::kProgram || role == Role::kPartCount || role == Role::kFeedOverride;
}

}  // namespace

Result<void> check_report(const Report& report) {
  if (report.number == 0) return fail(ErrorKind::kInvalid, "reports are numbered from 1");
  if (report.observations.size() > Machines::kMostObservations ||
      report.raw.size() > Machines::kMostObservations) {
    return fail(ErrorKind::kInvalid, "a report has at most 30,000 observations and lines");
  }
  if (report.model.size() > Machines::kMostItems) {
    return fail(ErrorKind::kInvalid, "a machine has at most 20,000 items");
  }
  for (const std::string& line : report.raw) {
    if (line.size() > Machines::kLongestLine) {
      return fail(ErrorKind::kInvalid, "a received line is longer than 1 MiB");
    }
  }
  for (const Observation& observation : report.observations) {
    if (auto checked = check_observation(report, observation); !checked) return checked;
  }
  return {};
}

Governed<void> ReportTaker::run() {
  batch_.sender = ledger_.machine.text();
  batch_.number = report_.number;
  told_.resize(report_.raw.size());
  kept_of_raw_.resize(report_.raw.size());
  for (const Observation& o : report_.observations) {
    if (!told_.empty()) ++told_.at(o.raw);
  }
  if (auto done = learn_model(); !done) return done;
  ledger_.course.begin(report_, changes_);
  if (auto done = take_observations(); !done) return done;
  ledger_.course.end(report_, changes_);
  keep_untold_lines();
  ledger_.recording = report_.recording;
  using Step = Governed<void> (ReportTaker::*)();
  for (const Step step : {&ReportTaker::add_lines, &ReportTaker::add_states,
                          &ReportTaker::add_history, &ReportTaker::add_memory}) {
    if (auto done = (this->*step)(); !done) return done;
  }
  ledger_.last_report = report_.number;
  ledger_.last_seen = std::max(ledger_.last_seen.value_or(arrival_), arrival_);
  recorded_.last = report_.number;
  return {};
}

Governed<void> ReportTaker::learn_model() {
  if (report_.model.empty() || report_.model == ledger_.directory->model) return {};
  Directory& directory = ledger_.changing_directory();
  directory.model = report_.model;
  for (auto& [key, said] : ledger_.items) {
    said.entry.item = directory.describe(key);
    said.entry.role = directory.role_of(key);
    directory.observed[key] = said.entry;
  }
  const std::string name = ledger_.machine.text() + "/model";
  ASSIGN_OR_RETURN(const auto id, series(ledger_.model_series, kind::kMemory, name));
  add_text(batch_, id, {arrival_, arrival_, arrival_}, write_model(directory.model));
  return {};
}

Governed<void> ReportTaker::take_observations() {
  batch_.samples.reserve(report_.observations.size() + 4);
  for (const Observation& observation : report_.observations) {
    ASSIGN_OR_RETURN(LastSaid* const item, item_of(observation));
    take_observation(observation, *item);
  }
  return {};
}

Governed<LastSaid*> ReportTaker::item_of(const Observation& observation) {
  const auto found = ledger_.items.find(std::string_view(observation.item));
  if (found != ledger_.items.end()) return &found->second;
  if (ledger_.items.size() >= Machines::kMostItems) {
    return std::unexpected(Error{ErrorKind::kInvalid, "a machine has at most 20,000 items", {}});
  }
  const std::string& key = observation.item;
  const Directory& known = *ledger_.directory;
  Directory::Entry entry{known.describe(key), {}, known.role_of(key), {}};
  entry.data = data_class_of(entry.item);
  ASSIGN_OR_RETURN(entry.series, silo_.series(access_, kind::observations(entry.data),
                                              observations_prefix(ledger_.machine) + key));
  return &ledger_.items.emplace(key, LastSaid{.entry = std::move(entry)}).first->second;
}

void ReportTaker::take_observation(const Observation& observation, LastSaid& item) {
  const auto place = ledger_.course.take(report_, observation, item.entry.role, changes_);
  shown_ = shown_ || observation.condition;
  Said said = this->said(observation, item);
  // That a value begins anew is news even where it stays what it was.
  if (observation.beside.reset.empty() && repeats(observation, said, item)) {
    ++recorded_.folded;
    return;
  }
  ++recorded_.stored;
  shown_ = shown_ || is_card_role(item.entry.role);
  const bool first = !item.observed;
  if (first || item.entry.condition != observation.condition) {
    item.observed = true;
    item.entry.condition = observation.condition;
    ledger_.changing_directory().observed[observation.item] = item.entry;
  }
  const TextStamp stamp{place.at, observation.device.value_or(arrival_), arrival_};
  const bool set = item.entry.item.is_set() && !observation.condition;
  if (gather_values_) {
    values_.push_back(
        {observation.item, said.value, stamp.at, observation.condition, set, observation.beside});
  }
  // What was carried to an earlier time is not what the item says now.
  const bool latest = first || stamp.at >= item.at;
  if (set && latest) said.value = stored(said, item);
  const SampleFlags flags{place.how, line_of(observation, said.value, item.entry, stamp),
                          observation.condition};
  const bool folds = !observation.condition && !item.entry.item.discrete && !set;
  batch_.samples.push_back(
      {item.entry.series, {stamp.at, stamp.device, arrival_, flags.byte(), said.value, folds}});
  stored_from_ = std::min(stored_from_.value_or(stamp.at), stamp.at);
  stored_until_ = std::max(stored_until_.value_or(stamp.at), stamp.at);
  if (latest) {
    item.value = std::move(said.now);
    item.at = stamp.at;
    item.device = stamp.device;
    item.arrival = arrival_;
  }
}

ReportTaker::Said ReportTaker::said(const Observation& observation, const LastSaid& item) const {
  Said said{.value = stored_value(observation), .now = {}, .resets = false};
  if (!said.value || observation.condition || !item.entry.item.is_set()) {
    said.now = said.value;
    return said;
  }
  const std::string before = item.value.value_or("");
  said.resets = said.value->starts_with(':');
  // The dump after a connection is all that the set is, and so is what comes after a gap: what is
  // not in it is gone.
  if (report_.initial || !item.value) said.value = told_anew(before, *said.value);
  said.now = merged_set(before, *said.value);
  return said;
}

std::optional<std::string> ReportTaker::stored(const Said& said, LastSaid& item) {
  if (!said.value || said.value->starts_with(':')) {
    item.changes = item.changed_bytes = 0;
    return said.value;
  }
  item.changes += 1;
  item.changed_bytes += said.value->size();
  const bool much = item.changes > kMostSetChanges ||
                    item.changed_bytes > std::max(kLeastSetBytes, said.now->size());
  if (!much) return said.value;
  item.changes = item.changed_bytes = 0;
  return told_anew(*item.value, *said.now);
}

/// Whether it says nothing new: the same value again, or the same event told anew by the dump
/// after a connection.
bool ReportTaker::repeats(const Observation& observation, const Said& said,
                          const LastSaid& item) const {
  if (!item.observed || item.entry.condition != observation.condition) return false;
  if (item.value != said.now) return false;
  if (said.resets) return report_.initial && observation.device == item.device;
  if (!observation.condition && !item.entry.item.discrete) return true;
  return report_.initial && observation.device == item.device;
}

LineForm ReportTaker::line_of(const Observation& observation,
                              const std::optional<std::string>& value,
                              const Directory::Entry& entry, const TextStamp& stamp) {
  if (report_.raw.empty()) return LineForm::kNone;
  if (told_.at(observation.raw) == 1) {
    const LineForm form = ledger_.lines.form_of(report_.raw.at(observation.raw), observation.item,
                                                observation.device, value);
    if (form != LineForm::kKept) return form;
  }
  keep_line(observation.raw, entry, stamp);
  return LineForm::kKept;
}

void ReportTaker::keep_line(std::uint32_t raw, const Directory::Entry& entry,
                            const TextStamp& stamp) {
  std::uint32_t& place = kept_of_raw_.at(raw);
  if (place == 0 || kept_.at(place - 1).stamp.at != stamp.at) {
    kept_.push_back({.raw = raw, .stamp = stamp});
    place = static_cast<std::uint32_t>(kept_.size());
  }
  KeptLine& line = kept_.at(place - 1);
  line.data = std::max(line.data, entry.data);
  if (!line.items.empty()) line.items += kItemSeparator;
  line.items += entry.item.key;
}

/// Lines that told no observation (an asset, a protocol command, bytes that were nothing) are kept
/// where they came in the stream.
void ReportTaker::keep_untold_lines() {
  const Time at = ledger_.course.placement().last.value_or(arrival_);
  for (std::uint32_t raw = 0; raw < told_.size(); ++raw) {
    if (told_[raw] == 0) kept_.push_back({.raw = raw, .stamp = {at, arrival_, arrival_}});
  }
}

Governed<void> ReportTaker::add_lines() {
  for (const KeptLine& line : kept_) {
    ASSIGN_OR_RETURN(const auto id, lines_series(line.data));
    add_text(batch_, id, line.stamp, line.items + kLineSeparator + report_.raw.at(line.raw));
  }
  return {};
}

Governed<void> ReportTaker::add_states() {
  const auto& changes = changes_.transitions;
  shown_ = shown_ || !changes.empty();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Transition& change = changes[i];
    if (i + 1 < changes.size() && changes[i + 1].at == change.at) continue;  // it did not last
    ASSIGN_OR_RETURN(const auto id, own_series(&Directory::states, kind::kState));
    const SampleFlags flags{change.placed};
    batch_.samples.push_back(
        {id, {change.at, change.at, arrival_, flags.byte(), write_standing(change)}});
  }
  return {};
}

Governed<void> ReportTaker::add_history() {
  std::vector<Happening> happenings(report_.gaps.begin(), report_.gaps.end());
  if (report_.number > ledger_.last_report + 1) {
    happenings.emplace_back(
        Gap{Gap::Reason::kDisconnected, ledger_.last_seen.value_or(arrival_), arrival_, 0,
            std::to_string(report_.number - ledger_.last_report - 1) + " reports never came"});
  }
  for (const SourceClock::Change& change : changes_.clock) {
    happenings.emplace_back(change);
    ledger_.clock_changed = arrival_;
  }
  if (report_.link) {
    const bool turned = ledger_.link.since == Time() || ledger_.link.up != report_.link->up;
    ledger_.link = {report_.link->up, report_.link->words, turned ? arrival_ : ledger_.link.since};
    happenings.emplace_back(*report_.link);
  }
  shown_ = shown_ || report_.link.has_value();
  for (const Happening& happening : happenings) {
    ASSIGN_OR_RETURN(const auto id, own_series(&Directory::history, kind::kHistory));
    add_text(batch_, id, {arrival_, arrival_, arrival_}, write_happening(happening));
  }
  return {};
}

Governed<void> ReportTaker::add_memory() {
  if (!report_.resume.empty() && report_.resume != ledger_.cursor) {
    ASSIGN_OR_RETURN(const auto id,
                     series(ledger_.cursor_series, kind::kMemory, batch_.sender + "/cursor"));
    add_text(batch_, id, {arrival_, arrival_, arrival_}, report_.resume);
    ledger_.cursor = report_.resume;
  }
  if (stored_until_) {
    ledger_.witnessed = std::max(ledger_.witnessed.value_or(*stored_until_), *stored_until_);
  }
  Bytes text = write_memory(ledger_.memory());
  const auto& last = ledger_.course.placement().last;
  const auto& before = ledger_.memory_stamp;
  const bool told = !last || (ledger_.witnessed && *last <= *ledger_.witnessed);
  const bool recent = before && arrival_ - before->arrival < kMemoryInterval;
  if (told && recent && text == ledger_.memory_text) return {};
  // In the order of storing, even if the box's clock steps back: the last one must be the latest.
  const Time at = before ? std::max(before->at, arrival_) : arrival_;
  const TextStamp stamp{at, last.value_or(at), arrival_};
  ASSIGN_OR_RETURN(const auto id,
                   series(ledger_.memory_series, kind::kMemory, batch_.sender + "/memory"));
  add_text(batch_, id, stamp, text);
  ledger_.memory_text = std::move(text);
  ledger_.memory_stamp = stamp;
  ledger_.witnessed = last;
  return {};
}

Governed<silo::SeriesId> ReportTaker::lines_series(DataClass data) {
  const auto index = static_cast<std::size_t>(data);
  if (const auto& known = ledger_.directory->lines.at(index)) return *known;
  return series(ledger_.changing_directory().lines.at(index), kind::lines(data), batch_.sender);
}

Governed<silo::SeriesId> ReportTaker::own_series(std::optional<silo::SeriesId> Directory::* which,
                                                 policy::KindId kind) {
  if (const auto& known = (*ledger_.directory).*which) return *known;
  return series(ledger_.changing_directory().*which, kind, batch_.sender);
}

Governed<silo::SeriesId> ReportTaker::series(std::optional<silo::SeriesId>& known,
                                             policy::KindId kind, const std::string& name) {
  if (!known) {
    ASSIGN_OR_RETURN(known, silo_.series(access_, kind, name));
  }
  return *known;
}

}  // namespace heed::machines
