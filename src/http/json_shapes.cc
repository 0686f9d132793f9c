#include "http/json_shapes.h"

#include <array>
#include <charconv>
#include <cmath>

#include "box/setting_secrets.h"
#include "box/transfer_settings.h"
#include "machines/forecast.h"

namespace heed::http {
namespace {

using machines::Placed;

constexpr std::array<std::string_view, 5> kReasons = {"disconnected", "out_of_range", "restarted",
                                                      "malformed", "filtered"};
constexpr std::array<std::string_view, 4> kCategories = {"", "SAMPLE", "EVENT", "CONDITION"};

void seconds(JsonWriter& w, std::string_view name, Duration duration) {
  w.member(name, duration.in_seconds());
}

void text_or_null(JsonWriter& w, std::string_view name, std::string_view text) {
  w.key(name);
  if (text.empty()) {
    w.null();
  } else {
    w.value(text);
  }
}

// A value whose text is a plain number is a number to whoever counts with it.
void number_or_null(JsonWriter& w, std::string_view name,
                    const std::optional<machines::Said>& said) {
  w.key(name);
  double number = 0;
  const char* const end = said ? said->value.data() + said->value.size() : nullptr;
  const bool is_number =
      said && !said->value.empty() && std::from_chars(said->value.data(), end, number).ptr == end;
  if (is_number) {
    w.value(number);
  } else {
    w.null();
  }
}

void said_at(JsonWriter& w, std::string_view name, const std::optional<machines::Said>& said) {
  w.key(name);
  if (said) {
    w.value(said->at);
  } else {
    w.null();
  }
}

void write_standing(JsonWriter& w, const machines::Standing& standing) {
  w.member("state", word(standing.state)).member("bucket", word(standing.bucket));
}

void write_cycle(JsonWriter& w, const machines::Standing& standing, Placed placed) {
  w.member("in_cycle", standing.in_cycle).member("executing", standing.executing);
  w.member("placed", word(placed));
}

template <class Items, class Write>
void write_array(JsonWriter& w, std::string_view name, const Items& items, const Write& write) {
  w.key(name).begin_array();
  for (const auto& item : items) write(w, item);
  w.end_array();
}

void write_gap(JsonWriter& w, const machines::Gap& gap) {
  w.begin_object().member("from", gap.from).member("to", gap.to);
  w.member("reason", kReasons.at(static_cast<std::size_t>(gap.reason)));
  w.member("lost", gap.lost).member("note", gap.note).end_object();
}

void write_damage(JsonWriter& w, const silo::Damage& damage) {
  w.key("damaged");
  if (damage.chunks == 0) {
    w.null();
    return;
  }
  w.begin_object().member("chunks", damage.chunks).member("from", damage.within.from);
  w.member("to", damage.within.to).end_object();
}

void write_totals(JsonWriter& w, const machines::Timeline& timeline) {
  w.key("totals").begin_object();
  for (std::uint8_t number = 1; number <= machines::kStates; ++number) {
    const Duration total = timeline.totals.at(number);
    if (total > Duration()) seconds(w, word(static_cast<machines::State>(number)), total);
  }
  w.end_object();
}

// Up to the next millisecond, so that what was there for less does not become nothing.
void write_cells(JsonWriter& w, std::string_view name, const std::vector<Duration>& cells) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  write_array(w, name, cells, [](JsonWriter& into, Duration cell) {
    const std::int64_t up = (cell.count_nanoseconds() + kMillisecond - 1) / kMillisecond;
    into.value(static_cast<double>(up) / 1e3);
  });
}

void write_rollup(JsonWriter& w, const machines::Rollup& rollup) {
  using Share = machines::Rollup::Share;
  w.begin_object().member("from", rollup.range.from).member("to", rollup.range.to);
  seconds(w, "cell", rollup.cell);
  write_array(w, "shares", rollup.shares, [](JsonWriter& into, const Share& share) {
    into.begin_object().member("state", word(share.state)).member("bucket", word(share.bucket));
    write_cells(into, "seconds", share.in_cells);
    into.end_object();
  });
  write_cells(w, "in_cycle", rollup.in_cycle);
  write_cells(w, "executing", rollup.executing);
  write_cells(w, "doubtful", rollup.doubtful);
  write_array(w, "gaps", rollup.gaps,
              [](JsonWriter& into, std::uint32_t gaps) { into.value(unsigned{gaps}); });
  w.member("open", rollup.open).end_object();
}

void write_audit(JsonWriter& w, const std::optional<machines::AuditGlance>& audit) {
  w.key("audit");
  if (!audit) {
    w.null();
    return;
  }
  w.begin_object().member("day", format_day(audit->day));
  seconds(w, "ours", audit->ours);
  seconds(w, "theirs", audit->theirs);
  w.member("differs", audit->differs).member("drifts", audit->drifts);
  w.member("checked", audit->checked).end_object();
}

void write_batch(JsonWriter& w, const std::optional<machines::ForecastGlance>& forecast) {
  w.key("forecast");
  if (!forecast) {
    w.null();
    return;
  }
  w.begin_object().member("at", forecast->at).member("from", forecast->from);
  w.member("to", forecast->to).member("certainty", machines::Forecast::kCertainty);
  w.member("parts_to_go", forecast->parts_to_go).member("goal", forecast->goal);
  w.member("told", forecast->told).end_object();
}

void write_because(JsonWriter& w, const machines::Explanation::Because& because) {
  w.begin_object().member("role", because.role).member("item", because.item);
  w.member("value", because.value).member("at", because.at).member("device", because.device);
  w.member("arrival", because.arrival).member("placed", word(because.placed));
  w.member("raw", because.raw).end_object();
}

void write_points(JsonWriter& w, const std::vector<machines::Plot::Point>& points) {
  using Point = machines::Plot::Point;
  const auto column = [&](std::string_view name, const auto& value_of) {
    write_array(w, name, points,
                [&](JsonWriter& into, const Point& point) { into.value(value_of(point)); });
  };
  w.key("columns").begin_object();
  column("at", [](const Point& p) { return static_cast<double>(p.at.nanoseconds()) / 1e6; });
  column("value", [](const Point& p) { return p.value; });
  column("min", [](const Point& p) { return p.minimum; });
  column("max", [](const Point& p) { return p.maximum; });
  w.end_object();
}

}  // namespace

void write_activity(JsonWriter& w, const machines::Activity& activity) {
  w.begin_object().member("from", activity.range.from).member("to", activity.range.to);
  write_standing(w, activity.standing);
  w.member("rule", static_cast<unsigned>(activity.rule));
  write_cycle(w, activity.standing, activity.placed);
  w.end_object();
}

void write_condition(JsonWriter& w, const machines::Condition& condition) {
  w.begin_object().member("item", condition.item).member("level", condition.level);
  w.member("code", condition.code).member("severity", condition.severity);
  w.member("qualifier", condition.qualifier).member("text", condition.text);
  w.member("since", condition.since).end_object();
}

void write_card_members(JsonWriter& w, const machines::Card& card) {
  const machines::Machine& machine = card.machine;
  w.member("id", machine.id.text()).member("name", machine.name);
  text_or_null(w, "location", machine.location);
  w.member("protocol", word(machine.protocol)).member("address", machine.address);
  write_standing(w, card.standing);
  w.member("since", card.since);
  write_cycle(w, card.standing, card.placed);
  text_or_null(w, "program", card.program ? card.program->value : std::string_view());
  said_at(w, "program_at", card.program);
  number_or_null(w, "parts", card.parts);
  said_at(w, "parts_at", card.parts);
  number_or_null(w, "override", card.override_percent);
  said_at(w, "override_at", card.override_percent);
  w.member("last_seen", card.last_seen);
  w.key("link").begin_object().member("up", card.link.up).member("words", card.link.words);
  w.member("since", card.link.since).end_object();
  write_array(w, "conditions", card.conditions, write_condition);
  seconds(w, "in_cycle_today", card.in_cycle_today);
  seconds(w, "executing_today", card.executing_today);
  w.member("day_start", card.day_start);
  write_audit(w, card.glance.audit);
  write_batch(w, card.glance.forecast);
}

void write_card(JsonWriter& w, const machines::Card& card) {
  w.begin_object();
  write_card_members(w, card);
  w.end_object();
}

void write_machine(JsonWriter& w, const machines::MachineDetails& details) {
  w.begin_object();
  write_card_members(w, details.card);
  w.member("items_count", details.items)
      .member("settings",
              box::without_secrets(box::without_transfer(details.card.machine.settings)));
  w.key("clock").begin_object().member("right", details.clock_right);
  seconds(w, "offset", details.clock_offset);
  w.member("changed_at", details.clock_changed).end_object();
  w.member("created", details.card.machine.created).end_object();
}

void write_timeline(JsonWriter& w, const machines::Timeline& timeline) {
  w.begin_object();
  write_array(w, "items", timeline.activities, write_activity);
  write_totals(w, timeline);
  seconds(w, "in_cycle", timeline.in_cycle);
  seconds(w, "executing", timeline.executing);
  write_array(w, "gaps", timeline.gaps, write_gap);
  w.member("open", timeline.open).end_object();
}

void write_overview(JsonWriter& w, const machines::Overview& overview) {
  w.begin_object();
  if (overview.activities) write_timeline(w.key("activities"), *overview.activities);
  if (overview.rollup) write_rollup(w.key("rollup"), *overview.rollup);
  w.end_object();
}

void write_data_item(JsonWriter& w, const machines::DataItem& item) {
  w.member("key", item.key);
  text_or_null(w, "name", item.name);
  text_or_null(w, "type", item.type);
  text_or_null(w, "sub_type", item.sub_type);
  text_or_null(w, "units", item.units);
  text_or_null(w, "component", item.component);
  text_or_null(w, "category", kCategories.at(static_cast<std::size_t>(item.category)));
}

void write_item(JsonWriter& w, const machines::ItemView& item) {
  w.begin_object();
  write_data_item(w, item.item);
  text_or_null(w, "role", item.role);
  w.key("last");
  if (item.last) {
    w.begin_object().member("at", item.last->at).member("device", item.last->device);
    w.member("arrival", item.last->arrival).member("value", item.last->value);
    w.member("placed", word(item.last->placed)).end_object();
  } else {
    w.null();
  }
  w.end_object();
}

void write_plot(JsonWriter& w, const machines::Plot& plot) {
  w.begin_object().member("item", plot.item.key);
  text_or_null(w, "units", plot.item.units);
  w.member("numeric", plot.numeric).member("exact", plot.exact);
  write_points(w, plot.points);
  write_array(w, "words", plot.words, [](JsonWriter& into, const machines::Plot::Word& said) {
    into.begin_object().member("at", said.at).member("value", said.value).end_object();
  });
  w.member("count", plot.count);
  write_damage(w, plot.damage);
  w.end_object();
}

void write_explanation(JsonWriter& w, const machines::Explanation& explanation) {
  w.begin_object().member("at", explanation.at);
  write_standing(w, explanation.standing);
  w.key("rule").begin_object().member("number", static_cast<unsigned>(explanation.rule));
  w.member("words", explanation.words).end_object();
  w.member("since", explanation.since);
  write_array(w, "because", explanation.because, write_because);
  w.member("placed", word(explanation.placed)).end_object();
}

void write_raw_line(JsonWriter& w, const machines::RawLine& raw) {
  w.begin_object().member("item", raw.item).member("at", raw.at).member("device", raw.device);
  w.member("arrival", raw.arrival).member("placed", word(raw.placed));
  w.member("value", raw.value).member("line", raw.line).end_object();
}

void write_link_history(JsonWriter& w, const machines::LinkHistory& history) {
  using Change = machines::LinkHistory::Change;
  w.begin_object();
  write_array(w, "items", history.changes, [](JsonWriter& into, const Change& change) {
    into.begin_object().member("at", change.at).member("up", change.up);
    into.member("words", change.words).end_object();
  });
  write_array(w, "gaps", history.gaps, write_gap);
  w.end_object();
}

void write_values(JsonWriter& w, machines::MachineId machine,
                  const std::vector<machines::ItemValue>& values) {
  w.begin_object().member("machine", machine.text());
  write_array(w, "values", values, [](JsonWriter& into, const machines::ItemValue& value) {
    into.begin_object().member("item", value.item).member("value", value.value);
    into.member("at", value.at).end_object();
  });
  w.end_object();
}

void write_diagnosis(JsonWriter& w, const box::Diagnosis& diagnosis) {
  w.begin_object().member("ok", diagnosis.ok);
  write_array(w, "steps", diagnosis.steps, [](JsonWriter& into, const box::Step& step) {
    into.begin_object().member("at_ms", step.at.count_milliseconds()).member("say", step.say);
    into.member("ok", step.ok).end_object();
  });
  write_array(w, "model", diagnosis.model, [](JsonWriter& into, const machines::DataItem& item) {
    into.begin_object();
    write_data_item(into, item);
    into.end_object();
  });
  write_array(w, "sample", diagnosis.sample, [](JsonWriter& into, const box::SampleValue& sample) {
    into.begin_object().member("item", sample.item).member("value", sample.value);
    into.member("at", sample.at).end_object();
  });
  w.end_object();
}

void write_person(JsonWriter& w, const people::Person& person) {
  w.begin_object().member("id", person.id.text()).member("name", person.name);
  w.member("email", person.email).end_object();
}

void write_key_members(JsonWriter& w, const people::ApiKey& key) {
  w.member("id", key.id.text()).member("name", key.name).key("scopes").begin_array();
  for (const auto scope : {people::Scope::kRead, people::Scope::kWrite, people::Scope::kIngest}) {
    if (key.scopes.has(scope)) w.value(name_of(scope));
  }
  w.end_array().member("created", key.created).member("last_used", key.last_used);
  w.member("prefix", key.prefix);
}

}  // namespace heed::http
