// Runs src/machines/cases/*.cases: what a machine says, and the activities that docs/STATES.md
// makes of it. One case is:
//
//   case a_sentence_of_the_page
//   live                            (optional: not a recording)
//   10:00:00|exec|ACTIVE            an observation; HH:MM:SS[.fff] of 2026-03-02
//   |exec|ACTIVE                    one without a timestamp
//   10:00:01|m|FAULT|1|||hot        a condition: a level and exactly four more fields
//   at 10:00:02 10:00:01|exec|READY the same with its arrival (else: its own time)
//   first 10:00:00|exec|READY       one of the first dump after connecting
//   link down 10:00:05              and up
//   source 10:00:00 09:59:00        an agent's document: arrival and creation time
//   until 10:05:00                  a live view's now
//   = 10:00:00 10:00:05 IN_CYCLE production in_cycle executing device
//
// Each input line is a report of its own and, in a second run, all of them with equal headers are
// one report: the activities must be the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "machines/course.h"
#include "machines/testing.h"
#include "machines/timeline.h"

namespace heed::machines {
namespace {

const std::string kDay = "2026-03-02T";

struct Case {
  std::string name;
  std::string where;
  std::vector<Report> reports;
  std::optional<Time> until;
  std::vector<std::string> expected;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.where;
}

std::optional<Time> read_clock(std::string_view text) {
  return parse_time(kDay + std::string(text) + "Z");
}

/// HH:MM:SS of the day becomes a whole timestamp.
void read_observation(const std::string& text, Report& report) {
  const std::size_t bar = text.find('|');
  const bool stamped = bar > 0;
  add_line(report, stamped ? kDay + text.substr(0, bar) + "Z" + text.substr(bar) : text);
  if (report.arrival == Time()) report.arrival = report.observations.back().device.value();
}

/// Reads one line of input into the case's reports.
void read_input(const std::string& line, bool live, Case& into) {
  const std::vector<std::string> words = split_text(line, ' ');
  Report report{.recording = !live};
  if (words[0] == "link") {
    report.link = Link{words.at(1) == "up", {}};
    report.arrival = read_clock(words.at(2)).value();
  } else if (words[0] == "source") {
    report.arrival = read_clock(words.at(1)).value();
    report.source_clock = read_clock(words.at(2));
  } else if (words[0] == "at") {
    report.arrival = read_clock(words.at(1)).value();
    read_observation(line.substr(words[0].size() + words[1].size() + 2), report);
  } else {
    report.initial = words[0] == "first";
    read_observation(report.initial ? line.substr(6) : line, report);
  }
  into.reports.push_back(report);
}

std::vector<Case> load_cases() {
  std::vector<Case> cases;
  for (const auto& file :
       std::filesystem::directory_iterator(HEED_SOURCE_DIR "/src/machines/cases")) {
    std::ifstream in(file.path());
    bool live = false;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.empty() || line[0] == '#') continue;
      if (line.starts_with("case ")) {
        cases.push_back({.name = line.substr(5),
                         .where = file.path().filename().string() + ":" + std::to_string(number)});
        live = false;
      } else if (line == "live") {
        live = true;
      } else if (line.starts_with("= ")) {
        cases.back().expected.push_back(line.substr(2));
      } else if (line.starts_with("until ")) {
        cases.back().until = read_clock(line.substr(6));
      } else {
        read_input(line, live, cases.back());
      }
    }
  }
  return cases;
}

/// Neighbours with equal headers as one report.
std::vector<Report> joined(const std::vector<Report>& reports) {
  std::vector<Report> fewer;
  for (const Report& next : reports) {
    const bool same = !fewer.empty() && !next.link && !fewer.back().link && !next.source_clock &&
                      !fewer.back().source_clock && fewer.back().arrival == next.arrival &&
                      fewer.back().initial == next.initial;
    if (!same) {
      fewer.push_back(next);
      continue;
    }
    auto& all = fewer.back().observations;
    all.insert(all.end(), next.observations.begin(), next.observations.end());
  }
  return fewer;
}

std::vector<std::string> activities_of(const std::vector<Report>& reports,
                                       std::optional<Time> until) {
  Course course;
  CourseChanges changes;
  for (const Report& report : reports) {
    course.begin(report, changes);
    for (const Observation& o : report.observations) {
      course.take(report, o, role_of_key(o.item), changes);
    }
    course.end(report, changes);
  }
  StateTracker now = course.tracker();
  if (until) now.advance(*until, changes.transitions);
  Timeline timeline;
  TimelineBuilder builder({}, [&](const Activity& a) { add_activity(timeline, a); });
  for (const Transition& t : changes.transitions) builder.add(t);
  const Time last = now.instant().value_or(Time());
  std::move(builder).finish(until ? std::max(*until, last) : last);
  return write_activities(timeline);
}

class Cases : public testing::TestWithParam<Case> {};

TEST_P(Cases, gives_the_activities_of_the_page) {
  const Case& c = GetParam();
  EXPECT_EQ(activities_of(c.reports, c.until), c.expected) << c.where;
  EXPECT_EQ(activities_of(joined(c.reports), c.until), c.expected) << c.where << " as one report";
}

INSTANTIATE_TEST_SUITE_P(states, Cases, testing::ValuesIn(load_cases()),
                         [](const auto& info) { return info.param.name; });

TEST(cases, every_row_of_the_table_has_a_case_that_ends_in_it) {
  std::string all;
  for (const Case& c : load_cases()) {
    for (const std::string& line : c.expected) all += line + "\n";
  }
  for (const Row& row : state_table()) {
    EXPECT_NE(all.find(" " + std::string(word(row.state)) + " "), std::string::npos)
        << word(row.state);
  }
}

}  // namespace
}  // namespace heed::machines
