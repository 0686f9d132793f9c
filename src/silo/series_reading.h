// What is asked of one series, over a view of it.
#pragma once

#include "silo/series_view.h"

namespace heed::silo {

constexpr std::size_t kFewestBuckets = 2;
constexpr std::size_t kMostBuckets = 100'000;

/// Whether there were any.
Result<bool> read_samples(SeriesView& view, TimeRange range, const SampleVisitor& visit);
Result<std::optional<Sample>> last_sample(SeriesView& view, Time at);
/// Looks back for the beginning over at most so many days that have samples.
constexpr int kMostDaysBack = 366;
Result<std::optional<InForce>> value_at(SeriesView& view, Time at);
/// Walks several runs as one. False if `visit` said stop.
bool visit_merged(const Runs& runs, TimeRange range, const SampleVisitor& visit);
/// kInvalid if there are too few or too many buckets.
Result<std::vector<Bucket>> downsample(SeriesView& view, TimeRange range, std::size_t buckets);

}  // namespace heed::silo
