#include "http/metrics_machines.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace heed::http {
namespace {

using Figure = std::function<std::optional<double>(const machines::Card&)>;

std::optional<double> number_in(const std::optional<machines::Said>& said) {
  if (!said) return {};
  double number = 0;
  const std::string& text = said->value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

double truth(bool value) {
  return value ? 1 : 0;
}

double count_of(const machines::Card& card, std::string_view level) {
  return static_cast<double>(
      std::ranges::count(card.conditions, level, &machines::Condition::level));
}

}  // namespace

void write_machine_metrics(MetricsText& out, const std::vector<WatchedMachine>& machines) {
  out.gauge("heed_machine_state", "1 for the state that the machine is in (docs/STATES.md)");
  for (const auto& [organization, card] : machines) {
    out.sample({{"organization", organization},
                {"machine", card.machine.id.text()},
                {"name", card.machine.name},
                {"state", word(card.standing.state)},
                {"bucket", word(card.standing.bucket)}},
               1);
  }
  const auto family = [&](std::string_view name, std::string_view help, const Figure& figure) {
    out.gauge(name, help);
    for (const auto& [organization, card] : machines) {
      const auto value = figure(card);
      if (!value) continue;
      out.sample({{"organization", organization},
                  {"machine", card.machine.id.text()},
                  {"name", card.machine.name}},
                 *value);
    }
  };
  family("heed_machine_in_cycle", "1 in an automatic cycle, holds within it included",
         [](const auto& card) { return truth(card.standing.in_cycle); });
  family("heed_machine_executing", "1 while a program moves the machine",
         [](const auto& card) { return truth(card.standing.executing); });
  family("heed_machine_in_cycle_today_seconds", "Time in an automatic cycle since the day began",
         [](const auto& card) { return card.in_cycle_today.in_seconds(); });
  family("heed_machine_executing_today_seconds", "Time executing since the day began",
         [](const auto& card) { return card.executing_today.in_seconds(); });
  family("heed_machine_parts", "The control's part count as it stands; it may be reset there",
         [](const auto& card) { return number_in(card.parts); });
  family("heed_machine_override_percent", "Feed override",
         [](const auto& card) { return number_in(card.override_percent); });
  family("heed_machine_faults", "Conditions that are FAULT now",
         [](const auto& card) { return count_of(card, "FAULT"); });
  family("heed_machine_warnings", "Conditions that are WARNING now",
         [](const auto& card) { return count_of(card, "WARNING"); });
  family("heed_machine_link_up", "1 while the machine is connected",
         [](const auto& card) { return truth(card.link.up); });
  family("heed_machine_last_seen_timestamp_seconds", "When it was last heard of",
         [](const auto& card) {
           return card.last_seen ? std::optional(static_cast<double>(card.last_seen->seconds()))
                                 : std::nullopt;
         });
}

}  // namespace heed::http
