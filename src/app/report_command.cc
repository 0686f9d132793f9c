#include "app/report_command.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

#include "app/arguments.h"
#include "app/files.h"
#include "app/offline_store.h"
#include "app/organizations.h"
#include "app/plainly.h"
#include "app/report.h"
#include "http/report_making.h"
#include "machines/meaning_of_time.h"
#include "people/people.h"
#include "silo/intake.h"

namespace heed::app {
namespace {

constexpr const char* kFooter = R"(
What stands in a report, and when a difference is called a change, is told in docs/REPORTS.md. It is
read as the page reads it: for the purpose "reports", to the organization, by the policy in force.
The server must not run on the data meanwhile. While it runs, ask it with a key of the organization:
  curl -H 'Authorization: Bearer heed_…' \
    'https://heed.example/api/v1/organizations/4sx3…/report?of=week&format=html' -o week.html

Examples:
  heed report day                                the day that ended last, of all machines, as a page
  heed report week --location "Hall 2" -o week.html
  heed report month --on 2026-02-15 --machine "Mazak VTC 530" --format csv
  heed report week --data heed-data --organization 4sx3… --format csv -o -  | column -ts,)";

struct Options {
  std::string data = "heed-data";
  std::string keys;
  KeyAccess key_access;
  std::string organization;
  std::vector<std::string> machines;
  std::optional<std::string> location;
  std::string on;
  std::string format;
  std::string output = "-";
};

Result<OrganizationId> choose(const silo::Store& store, const std::string& asked) {
  auto all = store.organizations();
  std::erase(all, people::house_id());
  if (asked.empty() && all.size() == 1) return all.front();
  const auto id = OrganizationId::parse(asked);
  if (id && std::ranges::find(all, *id) != all.end()) return *id;
  std::string names;
  for (const OrganizationId one : all) names += "\n      " + one.text();
  return fail(ErrorKind::kInvalid,
              asked.empty()
                  ? "which organization's report?"
                  : fmt::format("--organization {}: there is no such organization", asked),
              "say --organization and one of:" + names);
}

std::string listed(const std::vector<machines::Machine>& machines,
                   std::string machines::Machine::* what) {
  std::vector<std::string> all;
  for (const machines::Machine& machine : machines) all.push_back(machine.*what);
  std::ranges::sort(all);
  const auto twice = std::ranges::unique(all);
  all.erase(twice.begin(), twice.end());
  std::string text;
  for (const std::string& one : all) text += fmt::format("\n      \"{}\"", one);
  return text;
}

/// Machines by their names or ids, or all of a place.
Result<std::vector<machines::Machine>> chosen(const Options& options,
                                              const std::vector<machines::Machine>& all) {
  std::vector<machines::Machine> some;
  for (const machines::Machine& machine : all) {
    const auto& names = options.machines;
    const bool named = std::ranges::find(names, machine.name) != names.end() ||
                       std::ranges::find(names, machine.id.text()) != names.end();
    const bool there = !options.location || machine.location == *options.location;
    if (there && (names.empty() || named)) some.push_back(machine);
  }
  if (options.location && some.empty()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("--location {}: no machine stands there", *options.location),
                "take one of these:" + listed(all, &machines::Machine::location));
  }
  for (const std::string& name : options.machines) {
    const bool found = std::ranges::any_of(some, [&](const auto& machine) {
      return machine.name == name || machine.id.text() == name;
    });
    if (found) continue;
    return fail(ErrorKind::kNotFound, fmt::format("--machine {}: there is no such machine", name),
                "take one of these:" + listed(all, &machines::Machine::name));
  }
  return some;
}

std::string place_of(const Options& options, const std::vector<machines::Machine>& machines) {
  if (!options.machines.empty() && machines.size() == 1) return machines.front().name;
  if (!options.machines.empty()) return fmt::format("{} machines", machines.size());
  if (!options.location) return "All machines";
  return options.location->empty() ? "Machines without a place" : *options.location;
}

/// By default the day that ended last.
Result<Day> day_of(const Options& options, const TimeZone& zone, Time now) {
  const Day today = zone.wall(now).day;
  if (options.on.empty()) return today - 1;
  const auto day = parse_day(options.on);
  if (!day) {
    return fail(ErrorKind::kInvalid, fmt::format("--on {}: this is no day", options.on),
                "write it as 2026-03-02");
  }
  if (*day <= today) return *day;
  return fail(ErrorKind::kInvalid, fmt::format("--on {}: the day has not begun", options.on),
              "take an earlier one");
}

Result<std::string> run(const Options& options, machines::ReportSpan span) {
  ASSIGN_OR_RETURN(const auto opened, open_offline(options.data, options.keys, options.key_access));
  ASSIGN_OR_RETURN(const OrganizationId organization, choose(*opened->store, options.organization));
  Organizations organizations(*opened->store, opened->clock, opened->random);
  ASSIGN_OR_RETURN(const auto floor, plainly(organizations.machines(organization)));
  ASSIGN_OR_RETURN(const auto access,
                   opened->store->policy()->access("command line", "reports", "organization",
                                                   silo::own_intake()));
  ASSIGN_OR_RETURN(const auto all, plainly(floor->list(access)));
  ASSIGN_OR_RETURN(const auto machines, chosen(options, all));
  const Time now = opened->clock.now();
  const std::string clocks = options.location       ? *options.location
                             : machines.size() == 1 ? machines.front().location
                                                    : std::string();
  ASSIGN_OR_RETURN(const auto plan, plainly(floor->meaning_of_time().location_shifts(
                                        access, clocks, {now, now + Duration::seconds(1)})));
  ASSIGN_OR_RETURN(const Day day, day_of(options, plan.zone, now));
  ASSIGN_OR_RETURN(const auto of,
                   plainly(http::make_report_of(floor->figures(), floor->meaning_of_time(), access,
                                                {.span = span,
                                                 .place = place_of(options, machines),
                                                 .machines = machines,
                                                 .plan = plan,
                                                 .day = day},
                                                now)));
  const bool csv =
      options.format == "csv" || (options.format.empty() && options.output.ends_with(".csv"));
  return csv ? http::report_csv(of) : http::report_html(of, "");
}

void add_span(CLI::App& program, const std::string& name, const std::string& about,
              Options& options) {
  CLI::App* command = program.add_subcommand(name, about);
  command->add_option("--data", options.data, "Directory that the server keeps its data in")
      ->capture_default_str();
  command->add_option("--keys", options.keys,
                      "Directory of the key ring (default: keys in the data directory)");
  add_key_options(*command, options.key_access);
  command->add_option("--organization", options.organization,
                      "Its id; needed where the server has several");
  command->add_option("--machine", options.machines,
                      "A machine's name or id; may be given several times (default: all)");
  command->add_option("--location", options.location,
                      "The machines of this place, by its clocks; \"\" for those without one");
  command->add_option("--on", options.on, "A day of it: 2026-03-02 (default: yesterday)");
  command
      ->add_option("--format", options.format,
                   "html: a page of its own; csv: one fact a line (default: as the file is called, "
                   "else html)")
      ->check(CLI::IsMember({"html", "csv"}));
  command->add_option("-o,--output", options.output, "The file; - is the standard output")
      ->capture_default_str();
}

}  // namespace

int report_command(int argc, const char* const* argv) {
  CLI::App program("Say what came of a day, a week or a month, what changed, and what to do.",
                   "heed report");
  program.require_subcommand(1);
  program.footer(kFooter);
  Options options;
  add_span(program, "day", "One day", options);
  add_span(program, "week", "Monday to Sunday", options);
  add_span(program, "month", "A month of the calendar", options);
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto span = machines::parse_report_span(program.get_subcommands().front()->get_name());
  const auto text = run(options, span.value_or(machines::ReportSpan::kWeek));
  if (!text) return report(text.error());
  if (options.output == "-") {
    fmt::print("{}", *text);
    return 0;
  }
  const auto written = write_text(options.output, *text);
  if (!written) return report(written.error());
  return 0;
}

}  // namespace heed::app
