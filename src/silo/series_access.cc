#include "silo/series_access.h"

#include <algorithm>

#include "silo/governed.h"
#include "silo/rollup.h"
#include "silo/series_reading.h"

namespace heed::silo {
namespace {

using policy::Shape;
using policy::Withheld;

}  // namespace

Governed<std::vector<SeriesId>> SeriesAccess::series(const Access& access, KindId kind,
                                                     const std::vector<std::string>& names,
                                                     SubjectId subject) {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check(access, kind, Shape::kSeries));
  return governed(parts_.series.ensure(pass.kind().kind.id, subject, names));
}

Governed<std::vector<SeriesName>> SeriesAccess::list(const Access& access, KindId kind,
                                                     std::string_view prefix) const {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check(access, kind, Shape::kSeries));
  auto all = parts_.series.registry().list(pass.kind().kind.id, prefix);
  std::erase_if(all, [&](const SeriesName& series) {
    return is_kept_back(parts_.subjects, pass.rulings(), access, series.subject);
  });
  return all;
}

Governed<Appended> SeriesAccess::append(const Access& access, const Batch& batch) {
  std::vector<KindId> checked;
  std::optional<SeriesId> before;
  std::uint32_t version = parts_.rulings.now()->version();
  for (const SeriesSample& s : batch.samples) {
    if (s.series == before) continue;
    before = s.series;
    if (parts_.series.registry().is_forgotten(s.series)) continue;
    ASSIGN_OR_RETURN(const SeriesOf of, governed(owner_of(s.series)));
    if (std::ranges::find(checked, of.kind) != checked.end()) continue;
    auto may = parts_.gate.check_append(access, of.kind);
    if (!may) return std::unexpected(may.error());
    // The policy may change between two kinds: the earlier version is the stricter promise.
    version = std::min(version, may->rulings().version());
    checked.push_back(of.kind);
  }
  return governed(parts_.series.append(batch, version));
}

Governed<void> SeriesAccess::read(const Access& access, SeriesId series, TimeRange range,
                                  const SampleVisitor& visit) const {
  ASSIGN_OR_RETURN(SeriesView seen, view(access, series, range));
  ASSIGN_OR_RETURN(const bool any, governed(read_samples(seen, range, visit)));
  return all_withheld(seen, any);
}

Governed<std::optional<Sample>> SeriesAccess::last_at(const Access& access, SeriesId series,
                                                      Time at) const {
  ASSIGN_OR_RETURN(SeriesView seen, view(access, series, {Time::min(), at}));
  ASSIGN_OR_RETURN(auto last, governed(last_sample(seen, at)));
  if (auto told = all_withheld(seen, last.has_value()); !told) {
    return std::unexpected(std::move(told).error());
  }
  return last;
}

Governed<std::optional<InForce>> SeriesAccess::state_at(const Access& access, SeriesId series,
                                                        Time at) const {
  ASSIGN_OR_RETURN(SeriesView seen, view(access, series, {Time::min(), at}));
  ASSIGN_OR_RETURN(auto in_force, governed(value_at(seen, at)));
  if (auto told = all_withheld(seen, in_force.has_value()); !told) {
    return std::unexpected(std::move(told).error());
  }
  return in_force;
}

Governed<std::vector<Rollup>> SeriesAccess::rollup(const Access& access, SeriesId series,
                                                   TimeRange range, Duration step) const {
  // What was said before the range holds on in it.
  ASSIGN_OR_RETURN(SeriesView seen, view(access, series, {Time::min(), range.to}));
  ASSIGN_OR_RETURN(auto made, governed(roll_up(seen, range, step)));
  if (auto told = all_withheld(seen, !made.empty()); !told) {
    return std::unexpected(std::move(told).error());
  }
  return made;
}

Governed<std::vector<Bucket>> SeriesAccess::downsample(const Access& access, SeriesId series,
                                                       TimeRange range, std::size_t buckets) const {
  ASSIGN_OR_RETURN(SeriesView seen, view(access, series, range));
  ASSIGN_OR_RETURN(auto made, governed(heed::silo::downsample(seen, range, buckets)));
  if (auto told = all_withheld(seen, !made.empty()); !told) {
    return std::unexpected(std::move(told).error());
  }
  return made;
}

Governed<Damage> SeriesAccess::damage(const Access& access, SeriesId series,
                                      TimeRange range) const {
  ASSIGN_OR_RETURN(const SeriesOf of, governed(owner_of(series)));
  if (auto may = parts_.gate.check(access, of.kind, Shape::kSeries); !may) {
    return std::unexpected(may.error());
  }
  return parts_.series.damage(series, range);
}

Result<SeriesOf> SeriesAccess::owner_of(SeriesId series) const {
  const auto of = parts_.series.registry().find(series);
  if (of) return *of;
  return fail(ErrorKind::kInvalid, "there is no series " + std::to_string(series.number));
}

Governed<SeriesView> SeriesAccess::view(const Access& access, SeriesId series,
                                        TimeRange range) const {
  ASSIGN_OR_RETURN(const SeriesOf of, governed(owner_of(series)));
  ASSIGN_OR_RETURN(Pass pass, parts_.gate.check(access, of.kind, Shape::kSeries));
  const bool kept_back = is_kept_back(parts_.subjects, pass.rulings(), access, of.subject);
  // No series has number 0, so nothing is seen of it.
  return parts_.series.view(kept_back ? SeriesId() : series, of, std::move(pass), range);
}

Governed<void> SeriesAccess::all_withheld(const SeriesView& view, bool any_given) const {
  if (any_given || view.withheld() == 0) return {};
  return std::unexpected(parts_.gate.refused(view.pass(), {}, view.withheld_version()));
}

}  // namespace heed::silo
