// A silo's series as an access may have them: the gate is asked first, then the store of series.
#pragma once

#include "silo/gate.h"
#include "silo/series_store.h"

namespace heed::silo {

/// Thread-safe as its parts.
class SeriesAccess {
 public:
  /// All outlive it.
  struct Parts {
    const Gate& gate;
    SeriesStore& series;
    const Subjects& subjects;
    const CurrentRulings& rulings;
  };
  explicit SeriesAccess(Parts parts) : parts_(parts) {}

  // As silo/silo.h has them.
  Governed<std::vector<SeriesId>> series(const Access& access, KindId kind,
                                         const std::vector<std::string>& names, SubjectId subject);
  Governed<std::vector<SeriesName>> list(const Access& access, KindId kind,
                                         std::string_view prefix) const;
  Governed<Appended> append(const Access& access, const Batch& batch);
  Governed<void> read(const Access& access, SeriesId series, TimeRange range,
                      const SampleVisitor& visit) const;
  Governed<std::optional<Sample>> last_at(const Access& access, SeriesId series, Time at) const;
  Governed<std::optional<InForce>> state_at(const Access& access, SeriesId series, Time at) const;
  Governed<std::vector<Rollup>> rollup(const Access& access, SeriesId series, TimeRange range,
                                       Duration step) const;
  Governed<std::vector<Bucket>> downsample(const Access& access, SeriesId series, TimeRange range,
                                           std::size_t buckets) const;
  Governed<Damage> damage(const Access& access, SeriesId series, TimeRange range) const;

 private:
  /// kInvalid if there is no such series.
  Result<SeriesOf> owner_of(SeriesId series) const;
  Governed<SeriesView> view(const Access& access, SeriesId series, TimeRange range) const;
  /// A refusal when there was something and an earlier version's promise kept all of it back.
  Governed<void> all_withheld(const SeriesView& view, bool any_given) const;

  const Parts parts_;
};

}  // namespace heed::silo
