#include "http/shdr_report.h"

namespace heed::http {
namespace {

constexpr Time kNow = Time::from_seconds(1'700'000'000);

Result<machines::Report> read(std::string_view lines) {
  return report_of_lines(lines, machines::MachineId(), kNow);
}

TEST(SentLines, become_the_observations_of_one_report) {
  const auto report = read(
      "2023-11-14T22:00:00.5Z|execution|ACTIVE|line|12\n"
      "2023-11-14T22:00:01Z|servo|FAULT|401|1|HIGH|overload\r\n"
      "|program|O1234");
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->observations.size(), 4U);
  EXPECT_EQ(report->raw.size(), 3U);
  EXPECT_EQ(report->arrival, kNow);
  EXPECT_EQ(report->observations[1].item, "line");
  EXPECT_EQ(report->observations[1].value, "12");
  EXPECT_EQ(report->observations[1].device, parse_time("2023-11-14T22:00:00.5Z"));
  EXPECT_EQ(report->raw[report->observations[1].raw],
            "2023-11-14T22:00:00.5Z|execution|ACTIVE|line|12");
  EXPECT_TRUE(report->observations[2].condition);
  EXPECT_EQ(report->observations[2].value, "FAULT|401|1|HIGH|overload");
  EXPECT_FALSE(report->observations[3].device);
}

TEST(SentLines, that_say_unavailable_carry_no_value) {
  const auto report = read("2023-11-14T22:00:00Z|execution|UNAVAILABLE\n");
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->observations[0].value);
}

TEST(SentLines, are_taken_all_or_none_and_the_bad_one_is_named) {
  const auto report = read("2023-11-14T22:00:00Z|execution|ACTIVE\nyesterday|execution|READY\n");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(report.error().message.starts_with("line 2: ")) << report.error().message;
}

TEST(SentLines, beyond_the_longest_are_refused) {
  EXPECT_FALSE(read("2023-11-14T22:00:00Z|x|" + std::string(64 * 1024, 'x')));
}

TEST(SentLines, may_be_pings_and_commands_which_say_nothing) {
  const auto report = read("* PING\n* manufacturer: Mazak\n2023-11-14T22:00:00Z|x|1\n");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->observations.size(), 1U);
}

TEST(SentLines, are_counted_as_they_stand) {
  std::string lines;
  for (int line = 0; line < 2; ++line) {
    for (int i = 0; i < 1'000; ++i) lines += "|x|" + std::to_string(i);
    lines += "\n";
  }
  const auto report = read(lines);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->observations.size(), 2'000U);
}

TEST(SentLines, may_be_none_at_all) {
  ASSERT_TRUE(read(""));
  EXPECT_TRUE(read("")->observations.empty());
}

}  // namespace
}  // namespace heed::http
