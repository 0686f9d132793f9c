#include "box/report_codec.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace heed::box {
namespace {

using machines::Gap;
using machines::ItemCategory;
using machines::Report;

Report full_report() {
  SeededRandom random(7);
  Report report;
  report.machine = machines::MachineId::make(random);
  report.number = 300;
  report.arrival = *parse_time("2024-02-29T12:00:00.123456789Z");
  report.source_clock = *parse_time("2015-02-28T23:59:59Z");
  report.initial = true;
  report.recording = true;
  report.model = {
      {"Xabs", "X", "POSITION", "ACTUAL", "MILLIMETER", "Axes/X", ItemCategory::kSample, true},
      {.key = "offsets", .form = machines::ItemForm::kTable},
      {.key = "vib",
       .form = machines::ItemForm::kSeries,
       .statistic = "MAXIMUM",
       .sample_rate = 0.1}};
  report.raw = {"2024-02-29T12:00:00Z|Xabs|1.5", "garbage\x01\xff"};
  report.observations = {
      {"Xabs", *parse_time("2024-02-29T12:00:00Z"), "1.5", false, 0},
      {"Xabs", {}, {}, false, 1},
      {"system", Time::min(), "FAULT|1||HIGH|door", true, 1},
      {"far", Time::max(), "", false, 1},
      {.item = "load", .value = "55", .beside = {.seconds = 0.1, .reset = "DAY"}},
  };
  report.gaps = {{Gap::Reason::kOutOfRange, Time::min(), Time::max(), 333, "lost 1..333"}};
  report.link = machines::Link{true, "connected"};
  report.resume = "1700000000:4711";
  return report;
}

void expect_equal(const Report& a, const Report& b) {
  EXPECT_EQ(a.machine, b.machine);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.arrival, b.arrival);
  EXPECT_EQ(a.source_clock, b.source_clock);
  EXPECT_EQ(a.initial, b.initial);
  EXPECT_EQ(a.recording, b.recording);
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.raw, b.raw);
  ASSERT_EQ(a.observations.size(), b.observations.size());
  for (std::size_t i = 0; i < a.observations.size(); ++i) {
    EXPECT_EQ(a.observations[i].item, b.observations[i].item);
    EXPECT_EQ(a.observations[i].device, b.observations[i].device);
    EXPECT_EQ(a.observations[i].value, b.observations[i].value);
    EXPECT_EQ(a.observations[i].condition, b.observations[i].condition);
    EXPECT_EQ(a.observations[i].asset, b.observations[i].asset);
    EXPECT_EQ(a.observations[i].raw, b.observations[i].raw);
  }
  ASSERT_EQ(a.gaps.size(), b.gaps.size());
  for (std::size_t i = 0; i < a.gaps.size(); ++i) {
    EXPECT_EQ(a.gaps[i].reason, b.gaps[i].reason);
    EXPECT_EQ(a.gaps[i].from, b.gaps[i].from);
    EXPECT_EQ(a.gaps[i].to, b.gaps[i].to);
    EXPECT_EQ(a.gaps[i].lost, b.gaps[i].lost);
    EXPECT_EQ(a.gaps[i].note, b.gaps[i].note);
  }
  ASSERT_EQ(a.link.has_value(), b.link.has_value());
  if (a.link) {
    EXPECT_EQ(a.link->up, b.link->up);
    EXPECT_EQ(a.link->words, b.link->words);
  }
  EXPECT_EQ(a.resume, b.resume);
}

TEST(ReportCodec, gives_back_every_field_of_a_report) {
  const auto decoded = decode_report(encode_report(full_report()));
  ASSERT_TRUE(decoded) << decoded.error().message;
  expect_equal(*decoded, full_report());
}

TEST(ReportCodec, gives_back_an_empty_report) {
  const auto decoded = decode_report(encode_report(Report{}));
  ASSERT_TRUE(decoded);
  expect_equal(*decoded, Report{});
}

TEST(ReportCodec, refuses_every_shortened_report) {
  const Bytes bytes = encode_report(full_report());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_report(BytesView(bytes).substr(0, size))) << size;
  }
}

TEST(ReportCodec, refuses_bytes_left_over_and_a_version_from_the_future) {
  Bytes bytes = encode_report(full_report());
  EXPECT_FALSE(decode_report(bytes + "x"));
  bytes[0] = 2;
  EXPECT_FALSE(decode_report(bytes));
}

TEST(ReportCodec, refuses_an_observation_whose_raw_line_is_not_there) {
  Report report = full_report();
  report.observations[0].raw = 2;
  EXPECT_FALSE(decode_report(encode_report(report)));
}

TEST(ReportCodec, refuses_a_count_beyond_the_bytes_that_are_there) {
  ByteWriter forged;
  forged.raw(encode_report(Report{}).substr(0, encode_report(Report{}).size() - 4));
  forged.varint(std::uint64_t{1} << 40);
  EXPECT_FALSE(decode_report(forged.view()));
}

TEST(ReportCodec, refuses_more_than_its_limit) {
  Report report;
  report.raw.assign(1, std::string(kReportBytes, 'x'));
  const auto decoded = decode_report(encode_report(report));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message, "report: too long");
}

}  // namespace
}  // namespace heed::box
