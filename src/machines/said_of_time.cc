#include "machines/said_of_time.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "machines/kinds.h"
#include "machines/meaning_of_time.h"
#include "machines/reason_json.h"

namespace heed::machines {
namespace {

constexpr std::string_view kTreeId = "tree";
constexpr std::size_t kPage = 1'000;

enum TagFieldAt : std::size_t { kTagMachine, kTagBegins, kTagEnds, kTagCode, kTagSaid, kTagFields };
enum GoalFieldAt : std::size_t { kIdeal, kMicroStop, kGoalFields };
enum ScrapFieldAt : std::size_t { kScrapMachine, kScrapFound, kScrapCount, kScrapFields };

std::unexpected<policy::Withheld> wrong(std::string message, std::string mend) {
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kInvalid, std::move(message), std::move(mend)});
}

template <class T>
T value_of(const silo::FieldValue& value, T otherwise = {}) {
  const T* found = std::get_if<T>(&value);
  return found == nullptr ? otherwise : *found;
}

std::string days_prefix(MachineId machine, std::int32_t day) {
  return fmt::format("{}/{:05}", machine.text(), day);
}

std::optional<ReasonTag> read_tag(const silo::Record& record) {
  // Without its second half nobody is known to have said it.
  if (record.fields.size() != kTagFields || record.label.corrected_by.empty()) return {};
  return ReasonTag{
      {value_of<Time>(record.fields[kTagBegins]), value_of<Time>(record.fields[kTagEnds])},
      value_of<std::string>(record.fields[kTagCode]),
      value_of<Time>(record.fields[kTagSaid]),
      record.label.corrected_by};
}

silo::Record record_of(policy::KindId kind, std::string id, std::vector<silo::FieldValue> fields) {
  silo::Record record{.kind = kind, .id = std::move(id), .source = "browser"};
  record.fields = std::move(fields);
  return record;
}

Result<ReasonTree> parse_reasons(const std::string& value) {
  ASSIGN_OR_RETURN(const Json json, Json::parse(value));
  return read_reasons(json);
}

Duration seconds(double s) {
  return Duration::nanoseconds(std::llround(s * 1e9));
}

std::optional<ProductionGoal> parse_goal(const std::string& value) {
  const auto json = Json::parse(value);
  const Json* micro_stop = json ? json->find("micro_stop_seconds") : nullptr;
  if (micro_stop == nullptr || !micro_stop->number()) return {};
  ProductionGoal goal;
  const Json* ideal = json->find("ideal_seconds");
  if (ideal != nullptr && ideal->number()) goal.ideal = seconds(*ideal->number());
  goal.micro_stop = seconds(*micro_stop->number());
  return goal;
}

Governed<void> check_tag(TimeRange range, Time now) {
  if (range.empty()) {
    return wrong("to: the interval ends before it begins", "Let it end later.");
  }
  if (range.from > now) {
    return wrong("from: the interval has not begun", "Say why a machine stood when it does.");
  }
  if (range.length() > MeaningOfTime::kLongestTag) {
    return wrong("to: the interval is longer than 7 days", "Tag it in parts.");
  }
  return {};
}

}  // namespace

Governed<Dated<ReasonTree>> SaidOfTime::reasons(const Access& access,
                                                std::optional<Time> known) const {
  ASSIGN_OR_RETURN(ReasonTree first, first_reasons(access));
  ASSIGN_OR_RETURN(const auto versions, rules_.versions(access, Rule::kReasons, {}));
  return over_time(std::move(first), versions, known, [](const std::string& value) {
    auto tree = parse_reasons(value);
    return tree ? std::optional(*std::move(tree)) : std::nullopt;
  });
}

Governed<ReasonTree> SaidOfTime::first_reasons(const Access& access) const {
  ASSIGN_OR_RETURN(const auto record, silo_->find(access, kind::kReasonTree, kTreeId));
  if (!record || record->fields.empty()) return usual_reasons();
  auto tree = parse_reasons(value_of<std::string>(record->fields[0]));
  if (!tree) return std::unexpected<policy::Withheld>(tree.error());
  return *std::move(tree);
}

Governed<void> SaidOfTime::set_reasons(const Access& access, const ReasonTree& tree, Time from) {
  if (auto checked = check_reasons(tree); !checked) {
    return std::unexpected<policy::Withheld>(checked.error());
  }
  JsonWriter w;
  write_reasons(w, tree);
  return rules_.add(access, Rule::kReasons, {}, from, w.take());
}

Governed<void> SaidOfTime::tag(const Access& access, MachineId machine, TimeRange range,
                               std::string_view code) {
  if (auto checked = check_tag(range, clock_.now()); !checked) return checked;
  ASSIGN_OR_RETURN(const auto trees, reasons(access));
  const ReasonCode* known = trees.last().find(code);
  if (!code.empty() && (known == nullptr || known->retired)) {
    return wrong("code: there is no such reason", "Take one of the list, or set up another one.");
  }
  return say(access,
             record_of(kind::kReasonTag, new_id(machine, range.from),
                       {machine.text(), range.from, range.to, std::string(code), clock_.now()}),
             "code", std::string(code));
}

Governed<std::vector<ReasonTag>> SaidOfTime::tags(const Access& access, MachineId machine,
                                                  TimeRange range) const {
  std::vector<ReasonTag> tags;
  const TimeRange begun{range.from - MeaningOfTime::kLongestTag, range.to};
  const auto keep = [&](const silo::Record& record) {
    auto tag = read_tag(record);
    if (tag && tag->range.to > range.from && tag->range.from < range.to) {
      tags.push_back(*std::move(tag));
    }
  };
  if (auto read = scan(access, kind::kReasonTag, machine, begun, keep); !read) {
    return std::unexpected(read.error());
  }
  return tags;
}

Governed<Dated<ProductionGoal>> SaidOfTime::goal(const Access& access, MachineId machine,
                                                 std::optional<Time> known) const {
  ASSIGN_OR_RETURN(const ProductionGoal first, first_goal(access, machine));
  ASSIGN_OR_RETURN(const auto versions, rules_.versions(access, Rule::kGoal, machine.text()));
  return over_time(first, versions, known, parse_goal);
}

Governed<ProductionGoal> SaidOfTime::first_goal(const Access& access, MachineId machine) const {
  ASSIGN_OR_RETURN(const auto record, silo_->find(access, kind::kProductionGoal, machine.text()));
  ProductionGoal goal;
  if (!record || record->fields.size() != kGoalFields) return goal;
  if (const double* ideal = std::get_if<double>(&record->fields[kIdeal])) {
    goal.ideal = seconds(*ideal);
  }
  goal.micro_stop =
      seconds(value_of(record->fields[kMicroStop], OeeInput::kMicroStop.in_seconds()));
  return goal;
}

Governed<void> SaidOfTime::set_goal(const Access& access, MachineId machine,
                                    const ProductionGoal& goal, Time from) {
  if (auto checked = check_goal(goal); !checked) {
    return std::unexpected<policy::Withheld>(checked.error());
  }
  JsonWriter w;
  w.begin_object();
  w.member("ideal_seconds", goal.ideal ? std::optional(goal.ideal->in_seconds()) : std::nullopt);
  w.member("micro_stop_seconds", goal.micro_stop.in_seconds()).end_object();
  return rules_.add(access, Rule::kGoal, machine.text(), from, w.take());
}

Governed<void> SaidOfTime::add_scrap(const Access& access, MachineId machine, Time found,
                                     std::int64_t count) {
  if (count == 0 || count > MeaningOfTime::kMostScrap || count < -MeaningOfTime::kMostScrap) {
    return wrong("count: it is 0, or beyond a million", "Count the parts that are no good.");
  }
  if (found > clock_.now() || found < Time()) {
    return wrong("at: the time is before 1970 or in the future", "Say when they were found.");
  }
  return say(access,
             record_of(kind::kScrap, new_id(machine, found), {machine.text(), found, count}),
             "count", count);
}

Governed<std::vector<PartStep>> SaidOfTime::scrap(const Access& access, MachineId machine,
                                                  TimeRange range) const {
  struct Report {
    Time found;
    std::int64_t count;
  };
  std::vector<Report> reports;
  const auto keep = [&](const silo::Record& record) {
    if (record.fields.size() != kScrapFields) return;
    const auto found = value_of<Time>(record.fields[kScrapFound]);
    if (!range.contains(found)) return;
    reports.push_back({found, value_of<std::int64_t>(record.fields[kScrapCount])});
  };
  if (auto read = scan(access, kind::kScrap, machine, range, keep); !read) {
    return std::unexpected(read.error());
  }
  std::ranges::sort(reports, {}, &Report::found);
  std::vector<PartStep> steps;
  for (const Report& report : reports) {
    if (report.count > 0) steps.push_back({report.found, static_cast<std::uint64_t>(report.count)});
    take_back(steps, static_cast<std::uint64_t>(std::max<std::int64_t>(0, -report.count)));
  }
  return steps;
}

Governed<void> SaidOfTime::scan(const Access& access, policy::KindId kind, MachineId machine,
                                TimeRange range,
                                const std::function<void(const silo::Record&)>& visit) const {
  const std::string prefix = machine.text() + "/";
  std::string after = days_prefix(machine, std::max(0, range.from.utc_day()));
  const std::string end = days_prefix(machine, range.to.utc_day() + 1);
  while (true) {
    ASSIGN_OR_RETURN(const silo::Page page, silo_->scan(access, kind, prefix, after, kPage));
    for (const silo::Record& record : page.records) {
      if (record.id >= end) return {};
      visit(record);
    }
    if (page.next.empty()) return {};
    after = page.next;
  }
}

std::string SaidOfTime::new_id(MachineId machine, Time at) {
  return fmt::format("{}/{}", days_prefix(machine, std::max(0, at.utc_day())),
                     Id<struct SaidTag>::make(random_).text());
}

Governed<void> SaidOfTime::say(const Access& access, const silo::Record& record, std::string field,
                               silo::FieldValue value) {
  if (auto put = silo_->put(access, record, silo::Expect::kAbsent); !put) return put;
  return silo_->commit(
      access, {silo::Patch{record.kind, record.id, {{std::move(field), std::move(value)}}, {}}});
}

}  // namespace heed::machines
