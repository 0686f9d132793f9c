// The small pure parts, each by its own table.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "machines/history.h"
#include "machines/kinds.h"
#include "machines/line_form.h"
#include "machines/memory.h"
#include "machines/placement.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

TEST(roles, a_model_decides_by_type_and_sub_type_and_a_key_without_regard_to_case) {
  const auto role = [](std::string type, std::string sub_type) {
    return role_of_item({.type = std::move(type), .sub_type = std::move(sub_type)});
  };
  EXPECT_EQ(role("EXECUTION", ""), Role::kExecution);
  EXPECT_EQ(role("PATH_FEEDRATE", "ACTUAL"), Role::kFeed);
  EXPECT_EQ(role("PATH_FEEDRATE", "COMMANDED"), Role::kNone);
  EXPECT_EQ(role("PATH_FEEDRATE_OVERRIDE", "RAPID"), Role::kNone);
  EXPECT_EQ(role("PATH_FEEDRATE_OVERRIDE", "PROGRAMMED"), Role::kFeedOverride);
  EXPECT_EQ(role("x:EXECUTION", ""), Role::kNone);
  EXPECT_EQ(role_of_key("FEED_rate"), Role::kFeed);
  EXPECT_EQ(role_of_key("estop_state"), Role::kEmergencyStop);
  EXPECT_EQ(role_of_key("exec2"), Role::kNone);
}

TEST(said_number, is_decimal_with_an_optional_exponent_and_nothing_else) {
  for (const char* number : {"0", "-0.0", "+5", " 7.25\t", ".5", "5.", "1e3", "1.5E-2"}) {
    EXPECT_TRUE(said_number(number)) << number;
  }
  for (const char* word : {"", " ", "x", "1x", "nan", "-inf", "+-5", "--5", "0x10", "1 2", "e5"}) {
    EXPECT_FALSE(said_number(word)) << word;
  }
}

TEST(kinds, positions_are_dimensional_and_programs_are_program_text) {
  const auto of_key = [](std::string key) { return data_class_of({.key = std::move(key)}); };
  const auto of_type = [](std::string type) { return data_class_of({.type = std::move(type)}); };
  EXPECT_EQ(of_key("Xabs"), DataClass::kDimensional);
  EXPECT_EQ(of_key("p1LPathPos"), DataClass::kDimensional);
  EXPECT_EQ(of_key("subprogram_cmt"), DataClass::kProgramText);
  EXPECT_EQ(of_key("execution"), DataClass::kProduction);
  EXPECT_EQ(of_type("POSITION"), DataClass::kDimensional);
  EXPECT_EQ(of_type("BLOCK"), DataClass::kProgramText);
  EXPECT_EQ(of_type("LOAD"), DataClass::kProduction);
}

TEST(kinds, every_stored_value_has_a_category_that_the_policy_keeps) {
  const auto policy = policy::heed_policy();
  for (const policy::Kind& kind : kinds()) {
    for (const policy::Field& field : kind.fields) {
      const auto category = policy->categories().find(field.category);
      ASSERT_TRUE(category) << kind.name << "." << field.name;
      EXPECT_NE(policy->keep(*category), nullptr) << kind.name << "." << field.name;
    }
  }
}

TEST(sample_flags, come_back_from_their_byte) {
  for (const Placed placed : {Placed::kDevice, Placed::kCarried, Placed::kShifted}) {
    for (const LineForm form : {LineForm::kKept, LineForm::kTicks, LineForm::kNoTime}) {
      for (const bool condition : {false, true}) {
        const SampleFlags flags = SampleFlags::from(SampleFlags{placed, form, condition}.byte());
        EXPECT_EQ(flags.placed, placed);
        EXPECT_EQ(flags.line, form);
        EXPECT_EQ(flags.condition, condition);
      }
    }
  }
}

TEST(line_form, what_is_not_kept_is_rebuilt_to_the_letter) {
  struct Row {
    const char* line;
    LineForm form;
  };
  constexpr std::array kRows = {
      Row{"2016-10-31T09:08:36Z|k|1", LineForm::kSeconds},
      Row{"2016-10-31T09:08:36.000Z|k|1", LineForm::kMilliseconds},
      Row{"2016-10-31T09:08:36.123456Z|k|UNAVAILABLE", LineForm::kMicroseconds},
      Row{"2016-10-31T09:08:36.1234567Z|k|", LineForm::kTicks},
      Row{"2016-10-31T09:08:36.123456789Z|k|a b", LineForm::kNanoseconds},
      Row{"|k|1", LineForm::kNoTime},
      Row{"2016-10-31T09:08:36.18Z|k|1", LineForm::kKept},
      Row{"2016-10-31T09:08:36.189|k|1", LineForm::kKept},
      Row{"2016-10-31T09:08:36.189+00:00|k|1", LineForm::kKept},
      Row{"2016-10-31T09:08:36.189Z|k|unavailable", LineForm::kKept},
      Row{"2016-10-31T09:08:36.189Z|k|1|j|2", LineForm::kKept},
  };
  for (const Row& row : kRows) {
    Report report;
    add_line(report, row.line);
    const Observation& seen = report.observations.at(0);
    LineReader reader;

    const LineForm form = reader.form_of(row.line, seen.item, seen.device, seen.value);

    EXPECT_EQ(form, row.form) << row.line;
    if (form != LineForm::kKept) {
      EXPECT_EQ(rebuild_line(form, seen.item, seen.device.value_or(Time()), seen.value), row.line);
    }
  }
}

TEST(line_form, on_all_recordings_nearly_every_line_is_rebuilt_and_every_rebuilt_one_is_right) {
  constexpr std::size_t kEvery = 4;  // bench/recorder_bench checks all
  std::size_t read = 0;
  std::size_t lines = 0;
  std::size_t kept = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(HEED_DATA_DIR "/machines")) {
    if (file.path().extension() != ".txt") continue;
    std::ifstream in(file.path());
    LineReader reader;
    for (std::string line; std::getline(in, line);) {
      if (++read % kEvery != 0) continue;
      Report report;
      add_line(report, line);
      if (report.observations.size() != 1) continue;
      const Observation& seen = report.observations[0];
      const LineForm form = reader.form_of(line, seen.item, seen.device, seen.value);
      ++lines;
      kept += form == LineForm::kKept ? 1 : 0;
      if (form == LineForm::kKept) continue;
      ASSERT_EQ(rebuild_line(form, seen.item, seen.device.value_or(Time()), seen.value), line);
    }
  }
  EXPECT_GT(lines, 170'000U);
  EXPECT_LT(kept * 50, lines);
}

TEST(placement, no_clock_however_wild_leaves_the_years_that_a_time_can_hold) {
  SeededRandom random(3);
  Placement placement;
  Time last = Time::min();
  for (int i = 0; i < 10'000; ++i) {
    const auto any = [&] { return static_cast<std::int64_t>(random.u64()); };
    const auto place = placement.place(Time::from_nanoseconds(any()),
                                       Duration::nanoseconds(any() / 4), i % 7 == 0);
    if (place.how == Placed::kCarried) continue;
    EXPECT_GE(place.at, last);
    last = place.at;
  }
  EXPECT_LE(last, parse_time("2200-01-01T00:00:00Z").value());
}

TEST(history, what_happened_comes_back_as_it_was_written) {
  const Gap gap{Gap::Reason::kOutOfRange, Time::from_seconds(5), Time::from_seconds(9), 12, "a\"b"};
  const auto read_gap = read_happening(write_happening(gap));
  const auto read_link = read_happening(write_happening(Link{true, "connected"}));
  const auto read_clock =
      read_happening(write_happening(SourceClock::Change{Duration(), Duration::hours(-1)}));

  EXPECT_EQ(std::get<Gap>(*read_gap).note, "a\"b");
  EXPECT_EQ(std::get<Gap>(*read_gap).lost, 12U);
  EXPECT_EQ(std::get<Gap>(*read_gap).reason, Gap::Reason::kOutOfRange);
  EXPECT_TRUE(std::get<Link>(*read_link).up);
  EXPECT_EQ(std::get<SourceClock::Change>(*read_clock).after, Duration::hours(-1));
  EXPECT_FALSE(read_happening("{}"));
  EXPECT_FALSE(read_happening("{"));
}

TEST(history, a_model_comes_back_as_it_was_written) {
  const std::vector<DataItem> model = {
      {"x1", "X", "POSITION", "ACTUAL", "MILLIMETER", "Axes/Linear", ItemCategory::kSample, false},
      {"m", "m", "MESSAGE", "", "", "", ItemCategory::kEvent, true}};

  EXPECT_EQ(read_model(write_model(model)), model);
}

TEST(memory, a_course_goes_on_from_its_memory_and_from_no_other_bytes) {
  Course course;
  CourseChanges changes;
  Report report;
  for (const char* line : {"2020-01-01T00:00:00Z|exec|ACTIVE", "2020-01-01T00:00:01Z|s|FAULT|1|||x",
                           "2020-01-01T00:00:02Z|Fact|0"}) {
    add_line(report, line);
  }
  for (const Observation& o : report.observations) {
    course.take(report, o, role_of_key(o.item), changes);
  }
  const MachineMemory memory{course.memory(), true, Time::from_seconds(7), {true, "up", Time()}};
  const Bytes bytes = write_memory(memory);

  const auto read = read_memory(bytes, course.placement().last);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->course, memory.course);
  EXPECT_TRUE(Course::from(read->course));
  EXPECT_FALSE(read_memory(bytes.substr(0, 10), Time()));
  Course::Memory cut = read->course;
  cut.tracker.pop_back();
  EXPECT_FALSE(Course::from(cut));
}

TEST(Placement, an_asset_is_filed_by_its_own_date_and_moves_no_clock) {
  Placement placement;
  placement.place(Time::from_seconds(1'000), Duration(), false);
  const Placement::Memory before = placement.memory();

  EXPECT_EQ(placement.file(Time::from_seconds(10)).at, Time::from_seconds(10));
  EXPECT_EQ(placement.file(Time::from_seconds(2'000)).at, Time::from_seconds(1'000));
  EXPECT_EQ(placement.memory(), before);
}

}  // namespace
}  // namespace heed::machines
