#include "silo/series_reading.h"

#include <limits>
#include <queue>

#include "silo/batch.h"
#include "silo/folding.h"

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

/// Where a walk over several runs stands in one of them, which it goes through up to `end`.
struct Place {
  const Run* run = nullptr;
  std::size_t rank = 0;  ///< Of its run among the others
  std::size_t next = 0;
  std::size_t end = 0;

  const Run::Item& item() const { return run->items()[next]; }
  bool comes_after(const Place& other) const {
    return std::pair(item().at, rank) > std::pair(other.item().at, other.rank);
  }
};

using Places =
    std::priority_queue<Place, std::vector<Place>,
                        decltype([](const auto& a, auto& b) { return a.comes_after(b); })>;

Places places_in(const Runs& runs, TimeRange range) {
  Places places;
  for (std::size_t rank = 0; rank < runs.size(); ++rank) {
    const auto& items = runs[rank]->items();
    const auto at = [&](Time time) {
      return static_cast<std::size_t>(
          std::ranges::lower_bound(items, time.nanoseconds(), {}, &Run::Item::at) - items.begin());
    };
    const Place place{runs[rank].get(), rank, at(range.from), at(range.to)};
    if (place.next < place.end) places.push(place);
  }
  return places;
}

/// The last sample of the run at or before `at`.
std::optional<Sample> last_of(const Run& run, Time at) {
  const auto& items = run.items();
  const auto behind = std::ranges::upper_bound(items, at.nanoseconds(), {}, &Run::Item::at);
  if (behind == items.begin()) return {};
  return sample_of(*std::prev(behind), run.text(*std::prev(behind)));
}

std::optional<Sample> last_of(SeriesView& view, const SeriesView::Piece& piece, Time at) {
  if (piece.digest && piece.digest->first_at > at) return {};
  if (piece.digest && piece.digest->last.at <= at) return piece.digest->last;
  const auto run = view.run_of(piece);
  return run == nullptr ? std::nullopt : last_of(*run, at);
}

/// Since when the samples of a day, up to `at`, say what the last of them says. True if they do
/// from the first one on.
bool look_back(const Runs& runs, std::int32_t day, InForce& in_force) {
  TimeRange until = span_of_day(day);
  if (in_force.told < until.to) until.to = in_force.told + Duration::nanoseconds(1);
  std::optional<Time> since;
  bool whole = true;
  visit_merged(runs, until, [&](const SampleView& sample) {
    const bool same = in_force.value ? !sample.gap && sample.text == *in_force.value : sample.gap;
    if (!same) whole = false;
    if (!same) since.reset();
    if (same && !since) since = sample.at;
    return true;
  });
  if (since) in_force.since = *since;
  return whole;
}

}  // namespace

bool visit_merged(const Runs& runs, TimeRange range, const SampleVisitor& visit) {
  Places places = places_in(runs, range);
  Folding folding;
  const auto give = [&](const Folding::Seen& seen) { return visit(view(*seen.run, *seen.item)); };
  while (!places.empty()) {
    Place place = places.top();
    places.pop();
    // Runs rarely lie across each other, so one is followed until another one's turn has come.
    do {
      if (!folding.add({place.run, &place.item()}, give)) return false;
      ++place.next;
    } while (place.next < place.end && (places.empty() || places.top().comes_after(place)));
    if (place.next < place.end) places.push(place);
  }
  return folding.finish(give);
}

Result<bool> read_samples(SeriesView& view, TimeRange range, const SampleVisitor& visit) {
  bool any = false;
  if (range.empty()) return any;
  const std::int32_t last_day = (range.to - Duration::nanoseconds(1)).utc_day();
  for (std::int32_t day = range.from.utc_day(); day <= last_day; ++day) {
    ASSIGN_OR_RETURN(const auto found, view.next_day(day));
    if (!found || *found > last_day) return any;
    day = *found;
    ASSIGN_OR_RETURN(const Runs runs, view.load(day));
    any = any || !places_in(runs, range).empty();
    if (!visit_merged(runs, range, visit)) return any;
  }
  return any;
}

Result<std::optional<Sample>> last_sample(SeriesView& view, Time at) {
  for (std::int32_t day = at.utc_day();; --day) {
    ASSIGN_OR_RETURN(const auto found, view.previous_day(day));
    if (!found) return std::optional<Sample>();
    day = *found;
    ASSIGN_OR_RETURN(const auto pieces, view.pieces(day));
    std::optional<Sample> last;  // of equal times, the one that was appended last
    for (const auto& piece : pieces) {
      auto one = last_of(view, piece, at);
      if (one && (!last || one->at >= last->at)) last = std::move(one);
    }
    if (last) return last;
  }
}

Result<std::optional<InForce>> value_at(SeriesView& view, Time at) {
  ASSIGN_OR_RETURN(const auto last, last_sample(view, at));
  if (!view.damaged_days().empty()) {
    const Time since = span_of_day(*view.damaged_days().begin()).from;
    return InForce{.since = since, .told = last ? last->at : since, .damaged = true};
  }
  if (!last) return std::optional<InForce>();
  InForce in_force{.value = last->value, .since = last->at, .told = last->at};
  std::int32_t day = last->at.utc_day();
  for (int days = 0;; ++days) {
    in_force.began_earlier = days == kMostDaysBack;
    if (in_force.began_earlier) return in_force;
    ASSIGN_OR_RETURN(const Runs runs, view.load(day));
    // Where it was damaged before, it cannot be told to go on.
    if (!look_back(runs, day, in_force) || !view.damaged_days().empty()) return in_force;
    ASSIGN_OR_RETURN(const auto before, view.previous_day(day - 1));
    if (!before) return in_force;
    day = *before;
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
