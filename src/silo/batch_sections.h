// A batch by whose key its samples are sealed under, so that what the log holds of somebody goes
// with their key as everything else does.
//
//   an entry of the log: { sealed section, sized } ..., nobody's section first
#pragma once

#include <span>

#include "silo/batch.h"
#include "silo/registry.h"

namespace heed::silo {

struct BatchSection {
  std::uint32_t slot = 0;
  SubjectId subject;
  std::span<const SeriesSample> samples;
};

/// Points into the batch or into `copies`, and so is moved but not copied.
struct BatchSections {
  /// The first is nobody's, and may be empty: it tells whose batch it is.
  std::vector<BatchSection> list;
  std::vector<SubjectId> subjects;  ///< Of the others
  std::uint64_t forgotten = 0;      ///< Samples that are in none, as their subject is erased.
  std::vector<std::vector<SeriesSample>> copies;

  BatchSections() = default;
  BatchSections(BatchSections&&) = default;
  BatchSections& operator=(BatchSections&&) = default;
};

/// kInvalid names a series that there never was. The batch outlives what it gives.
Result<BatchSections> sections_of(const Batch& batch, const SeriesRegistry& registry);

/// Sections whose subject was erased meanwhile are left empty, and counted.
Result<Bytes> seal_entry(Sealer& sealer, BytesView position, std::uint32_t version,
                         const BatchHead& head, BatchSections& sections);

/// What can be read of an entry that was under `position`: without those who were erased since.
Result<BatchHead> open_entry(const Sealer& sealer, BytesView position, BytesView entry,
                             const BatchVisitor& visit);
/// The version of the policy that the batch was accepted under.
std::uint32_t version_of_entry(BytesView entry);

}  // namespace heed::silo
