#include "silo/series_reading.h"

#include <limits>

namespace heed::silo {
namespace {

std::uint64_t since(Time from, Time at) {
  return static_cast<std::uint64_t>(at.nanoseconds()) -
         static_cast<std::uint64_t>(from.nanoseconds());
}

/// Number of the part of `range` that `at` lies in, when it has `buckets` equal parts.
std::uint64_t part_of(TimeRange range, std::size_t buckets, Time at) {
  const std::uint64_t width = (since(range.from, range.to) - 1) / buckets + 1;
  return since(range.from, at) / width;
}

void take_number(Bucket& bucket, double number) {
  if (!bucket.first) bucket.first = number;
  bucket.last = number;
  bucket.minimum = std::min(bucket.minimum.value_or(number), number);
  bucket.maximum = std::max(bucket.maximum.value_or(number), number);
}

void take(Bucket& bucket, const SampleView& sample) {
  if (bucket.count == 0) bucket.from = sample.at;
  bucket.to = sample.at;
  ++bucket.count;
  if (sample.gap) {
    ++bucket.gaps;
    return;
  }
  bucket.last_text = sample.text;
  if (sample.number) take_number(bucket, *sample.number);
}

Sample sample_of(const Run& run, const Run::Item& item) {
  const SampleView shown = view(run, item);
  Sample sample{shown.at, shown.device, shown.arrival, shown.flags, {}};
  if (!shown.gap) sample.value = shown.text;
  return sample;
}

}  // namespace

Result<void> read_samples(SeriesView& view, TimeRange range, const SampleVisitor& visit) {
  if (range.empty()) return {};
  const std::int32_t last_day = (range.to - Duration::nanoseconds(1)).utc_day();
  for (std::int32_t day = range.from.utc_day(); day <= last_day; ++day) {
    ASSIGN_OR_RETURN(const auto found, view.next_day(day));
    if (!found || *found > last_day) return {};
    day = *found;
    ASSIGN_OR_RETURN(const Run run, view.load(day));
    for (const Run::Item& item : run.items()) {
      if (!range.contains(Time::from_nanoseconds(item.at))) continue;
      if (!visit(heed::silo::view(run, item))) return {};
    }
  }
  return {};
}

Result<std::optional<Sample>> last_sample(SeriesView& view, Time at) {
  for (std::int32_t day = at.utc_day();; --day) {
    ASSIGN_OR_RETURN(const auto found, view.previous_day(day));
    if (!found) return std::optional<Sample>();
    day = *found;
    ASSIGN_OR_RETURN(const Run run, view.load(day));
    const auto behind = std::ranges::upper_bound(run.items(), at.nanoseconds(), {}, &Run::Item::at);
    if (behind != run.items().begin()) {
      return std::optional<Sample>(sample_of(run, *std::prev(behind)));
    }
  }
}

Result<std::vector<Bucket>> downsample(SeriesView& view, TimeRange range, std::size_t buckets) {
  if (buckets < kFewestBuckets || buckets > kMostBuckets) {
    return fail(ErrorKind::kInvalid, "a series is shown in 2 to 100,000 buckets");
  }
  std::vector<Bucket> made;
  std::uint64_t part = std::numeric_limits<std::uint64_t>::max();
  const auto add = [&](const SampleView& sample) {
    const std::uint64_t of_sample = part_of(range, buckets, sample.at);
    if (made.empty() || of_sample != part) made.emplace_back();
    part = of_sample;
    take(made.back(), sample);
    return true;
  };
  if (auto walked = read_samples(view, range, add); !walked) {
    return std::unexpected(walked.error());
  }
  return made;
}

}  // namespace heed::silo
