// What Grafana asks a data source for: series and annotations, in the shapes of its simple JSON
// plugin (docs/GRAFANA.md).
#include <algorithm>
#include <map>

#include "http/routes.h"
#include "http/several.h"
#include "machines/figures.h"
#include "machines/past.h"

namespace heed::http {
namespace {

constexpr std::size_t kMostTargets = 50;
constexpr std::int64_t kUsualPoints = 1'000;
constexpr std::int64_t kMostPoints = 5'000;
constexpr Duration kLongestRange = Duration::days(366);
constexpr Duration kLongestAlarmRange = machines::Figures::kLongestOee;
/// Of the machine itself and not of an item; no item's key begins like this.
constexpr std::string_view kInCycle = "@in_cycle";

/// What stands before Grafana's own `/search`, `/query`, `/annotations`.
Asked<Response> health(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const Floor floor, floor_of(api, context));
  JsonWriter w;
  w.begin_object().member("status", "ok").member("message", "Heed answers.").end_object();
  return json(std::move(w));
}

/// "Mill/execution" as people read it.
std::string label_of(const machines::Machine& machine, std::string_view item) {
  return machine.name + "/" + std::string(item);
}
/// The machine's id and the item's key: names may change.
std::string target_of(machines::MachineId machine, std::string_view item) {
  return machine.text() + "/" + std::string(item);
}

/// Whether what is looked for stands in a label, whatever the case of ASCII letters.
bool fits(std::string label, std::string looked_for) {
  for (std::string* text : {&label, &looked_for}) {
    std::ranges::transform(*text, text->begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
  }
  return label.contains(looked_for);
}

template <class Each>
Asked<void> for_each_target(const Floor& floor, Each each) {
  ASSIGN_OR_RETURN(const auto machines, floor.machines->list(floor.access));
  for (const machines::Machine& machine : machines) {
    each(machine, kInCycle);
    ASSIGN_OR_RETURN(const auto items, floor.machines->past().items(floor.access, machine.id));
    for (const machines::ItemView& item : items) {
      // Not the words: a program's name is no point of a series.
      const bool numeric =
          item.last && item.last->value &&
          item.last->value->find_first_not_of("+-.0123456789eE") == std::string::npos;
      if (numeric) each(machine, item.item.key);
    }
  }
  return {};
}

/// [{"text","value"}] for /search, [{"label","value"}] for /metrics.
Asked<Response> targets(const Api& api, const Context& context, std::string_view label_member,
                        std::string_view search_member) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  const Json* member = form.find(search_member);
  const std::string looked_for =
      member != nullptr && member->string() != nullptr ? *member->string() : std::string();
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  JsonWriter w;
  w.begin_array();
  auto listed =
      for_each_target(floor, [&](const machines::Machine& machine, std::string_view item) {
        const std::string label = label_of(machine, item);
        if (!fits(label, looked_for)) return;
        w.begin_object().member(label_member, label);
        w.member("value", target_of(machine.id, item)).end_object();
      });
  if (!listed) return std::unexpected(std::move(listed).error());
  w.end_array();
  return json(std::move(w));
}

Asked<Response> search(const Api& api, const Context& context) {
  return targets(api, context, "text", "target");
}
Asked<Response> metrics(const Api& api, const Context& context) {
  return targets(api, context, "label", "metric");
}

Asked<Time> edge_of(const Json& range, std::string_view member) {
  const Json* edge = range.find(member);
  const auto time =
      edge != nullptr && edge->string() != nullptr ? parse_time(*edge->string()) : std::nullopt;
  if (!time || *time < Time() || *time > Time::from_seconds(7'258'118'400)) {
    return wrong("range", "The range has no times between 1970 and 2200.",
                 "Grafana sends {\"from\":…,\"to\":…} in RFC 3339.");
  }
  return *time;
}

Asked<TimeRange> asked_range(const Json& form, Duration longest) {
  const Json* range = form.find("range");
  if (range == nullptr) return wrong("range", "The field is missing.");
  ASSIGN_OR_RETURN(const Time from, edge_of(*range, "from"));
  ASSIGN_OR_RETURN(const Time to, edge_of(*range, "to"));
  if (from >= to) return wrong("range", "The range ends before it begins.");
  if (to - from > longest)
    return wrong("range", "The range is too long.", "Ask for a shorter one.");
  return TimeRange{from, to};
}

struct Target {
  std::string asked;
  machines::MachineId machine;
  std::string item;
};

Asked<Target> read_target(const Json& json) {
  const Json* text = json.find("target");
  if (text == nullptr || text->string() == nullptr) {
    return wrong("targets", "A target has no name.", "Choose one of those that /search lists.");
  }
  const std::size_t slash = text->string()->find('/');
  const auto machine = slash == std::string::npos
                           ? std::nullopt
                           : machines::MachineId::parse(text->string()->substr(0, slash));
  if (!machine) {
    return wrong("targets", "“" + *text->string() + "” is no target.",
                 "A target is MACHINE/ITEM with the machine's id; /search lists them.");
  }
  return Target{*text->string(), *machine, text->string()->substr(slash + 1)};
}

Asked<std::vector<Target>> asked_targets(const Json& form) {
  const Json* targets = form.find("targets");
  if (targets == nullptr || targets->array() == nullptr) {
    return wrong("targets", "The field is no list.");
  }
  if (targets->array()->size() > kMostTargets) {
    return wrong("targets", "A query has at most 50 targets.", "Split the panel.");
  }
  std::vector<Target> all;
  for (const Json& one : *targets->array()) {
    const Json* hidden = one.find("hide");
    if (hidden != nullptr && hidden->boolean() == true) continue;
    ASSIGN_OR_RETURN(Target target, read_target(one));
    all.push_back(std::move(target));
  }
  return all;
}

void point(JsonWriter& w, std::optional<double> value, Time at) {
  w.begin_array().value(value).value(at.milliseconds()).end_array();
}

/// Both extremes of a part that stands for several samples, so that no peak is lost.
void write_points(JsonWriter& w, const machines::Plot& plot, TimeRange range) {
  const Duration part = range.length() / static_cast<std::int64_t>(2 * plot.points.size() + 1);
  for (const machines::Plot::Point& one : plot.points) {
    const Time at = std::max(one.at, range.from);
    const bool spread = one.minimum && one.maximum && *one.minimum < *one.maximum;
    if (!spread) {
      point(w, one.value, at);
      continue;
    }
    point(w, one.minimum, at);
    point(w, one.maximum, at + part);
  }
}

/// 1 while it was in cycle, 0 while it was not, null while nobody knows.
Asked<void> write_in_cycle(JsonWriter& w, const Floor& floor, const Target& target,
                           TimeRange range) {
  ASSIGN_OR_RETURN(const auto timeline,
                   floor.machines->past().timeline(floor.access, target.machine, range));
  for (const machines::Activity& activity : timeline.activities) {
    const bool known = activity.standing.bucket != machines::Bucket::kNone;
    const double value = activity.standing.in_cycle ? 1 : 0;
    point(w, known ? std::optional(value) : std::nullopt, activity.range.from);
  }
  return {};
}

Asked<void> write_series(JsonWriter& w, const Floor& floor, const Target& target, TimeRange range,
                         std::size_t points) {
  w.begin_object().member("target", target.asked).key("datapoints").begin_array();
  if (target.item == kInCycle) {
    if (auto told = write_in_cycle(w, floor, target, range); !told) return told;
  } else {
    ASSIGN_OR_RETURN(const auto plot, floor.machines->past().samples(floor.access, target.machine,
                                                                     target.item, range, points));
    if (plot.numeric) write_points(w, plot, range);
  }
  w.end_array().end_object();
  return {};
}

Asked<Response> query(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const TimeRange range, asked_range(form, kLongestRange));
  ASSIGN_OR_RETURN(const auto targets, asked_targets(form));
  const Json* most = form.find("maxDataPoints");
  const auto wanted = most == nullptr ? std::nullopt : most->integer();
  // Each part may become two points.
  const auto points = static_cast<std::size_t>(
      std::clamp<std::int64_t>(wanted.value_or(kUsualPoints) / 2, 2, kMostPoints / 2));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  JsonWriter w;
  w.begin_array();
  for (const Target& target : targets) {
    if (auto told = write_series(w, floor, target, range, points); !told) {
      return std::unexpected(std::move(told).error());
    }
  }
  w.end_array();
  return json(std::move(w));
}

Asked<std::vector<machines::Machine>> annotated(const Floor& floor, const Json* annotation) {
  ASSIGN_OR_RETURN(auto machines, floor.machines->list(floor.access));
  const Json* asked = annotation == nullptr ? nullptr : annotation->find("query");
  if (asked == nullptr || asked->string() == nullptr || asked->string()->empty()) return machines;
  std::erase_if(machines, [&](const machines::Machine& machine) {
    return machine.id.text() != *asked->string() && machine.name != *asked->string();
  });
  return machines;
}

/// Alarms as annotations: the query names a machine, or is empty for all.
Asked<Response> annotations(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const TimeRange range, asked_range(form, kLongestAlarmRange));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  const Json* annotation = form.find("annotation");
  ASSIGN_OR_RETURN(const auto machines, annotated(floor, annotation));
  JsonWriter w;
  w.begin_array();
  for (const machines::Machine& machine : machines) {
    ASSIGN_OR_RETURN(const auto alarms,
                     floor.machines->figures().alarms(floor.access, machine.id, range));
    for (const machines::AlarmSpan& alarm : alarms) {
      w.begin_object().key("annotation");
      annotation == nullptr ? w.null() : w.value(*annotation);
      w.member("time", alarm.range.from.milliseconds());
      w.member("timeEnd", alarm.range.to.milliseconds()).member("isRegion", true);
      w.member("title", machine.name + ": " + (alarm.code.empty() ? alarm.item : alarm.code));
      w.member("text", alarm.text).key("tags").begin_array();
      w.value(alarm.fault ? "fault" : "warning").value(machine.name).end_array().end_object();
    }
  }
  w.end_array();
  return json(std::move(w));
}

}  // namespace

void add_grafana_routes(Router& router, const Api& api) {
  const std::string base = below(kOrganizationPath, "/grafana");
  const auto add = [&](Method method, const char* path, const char* name, const char* summary,
                       std::optional<Body> request, const char* answer, Answerer answerer) {
    router.add({.method = method,
                .pattern = base + path,
                .name = name,
                .summary = summary,
                .need = Need::kSessionOrKey,
                .request = std::move(request),
                .answers = {{.body = Body{answer}}},
                .handler = bind(api, answerer)});
  };
  add(Method::kGet, "", "grafana_health", "That Grafana reaches this data source", {},
      "GrafanaHealth", health);
  add(Method::kPost, "/search", "grafana_search", "The targets that a panel can show",
      Body{"GrafanaSearch"}, "GrafanaTargets", search);
  add(Method::kPost, "/metrics", "grafana_metrics", "The same, as newer plugins ask for them",
      Body{"GrafanaSearch"}, "GrafanaTargets", metrics);
  add(Method::kPost, "/query", "grafana_query", "Series for a panel, with their extremes kept",
      Body{"GrafanaQuery"}, "GrafanaSeries", query);
  add(Method::kPost, "/annotations", "grafana_annotations", "Alarms over a range",
      Body{"GrafanaAnnotationQuery"}, "GrafanaAnnotations", annotations);
}

}  // namespace heed::http
