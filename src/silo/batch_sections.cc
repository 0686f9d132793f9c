#include "silo/batch_sections.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace heed::silo {
namespace {

// A section's samples may be of several kinds; its place and the organization bind it.
SealContext context(BytesView position, BytesView place, std::uint32_t version,
                    std::uint32_t slot) {
  return {kv::Family::kLog, position, {}, SubjectId(), place, version, slot};
}

Bytes place_of(std::uint32_t number) {
  return ByteWriter().u32(number).take();
}

/// Of each sample's series: nothing where its subject is erased.
using Owners = std::vector<std::optional<SeriesOf>>;

Result<Owners> owners_of(const Batch& batch, const SeriesRegistry& registry) {
  Owners owners;
  owners.reserve(batch.samples.size());
  std::optional<SeriesId> before;
  for (const SeriesSample& s : batch.samples) {
    if (s.series == before) {
      owners.push_back(owners.back());
      continue;
    }
    before = s.series;
    owners.push_back(registry.find(s.series));
    if (owners.back() || registry.is_forgotten(s.series)) continue;
    return fail(ErrorKind::kInvalid, fmt::format("there is no series {}", s.series.number));
  }
  return owners;
}

}  // namespace

Result<BatchSections> sections_of(const Batch& batch, const SeriesRegistry& registry) {
  ASSIGN_OR_RETURN(const Owners owners, owners_of(batch, registry));
  BatchSections sections;
  const auto nobodys = [](const auto& of) { return of && of->slot == 0; };
  if (std::ranges::all_of(owners, nobodys)) {
    sections.list.push_back({0, {}, batch.samples});
    return sections;
  }
  struct Of {
    SubjectId subject;
    std::vector<SeriesSample> samples;
  };
  std::map<std::uint32_t, Of> by_slot{{0, {}}};
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (!owners[i]) {
      ++sections.forgotten;
      continue;
    }
    Of& of = by_slot[owners[i]->slot];
    if (owners[i]->slot != 0 && of.samples.empty()) {
      of.subject = owners[i]->subject;
      sections.subjects.push_back(of.subject);
    }
    of.samples.push_back(batch.samples[i]);
  }
  for (auto& [slot, of] : by_slot) {
    sections.copies.push_back(std::move(of.samples));
    sections.list.push_back({slot, of.subject, sections.copies.back()});
  }
  return sections;
}

Result<Bytes> seal_entry(Sealer& sealer, BytesView position, std::uint32_t version,
                         const BatchHead& head, BatchSections& sections) {
  ByteWriter entry;
  std::uint32_t number = 0;
  for (BatchSection& section : sections.list) {
    const Bytes place = place_of(number);
    auto sealed = sealer.seal(context(position, place, version, section.slot),
                              encode_batch(head, section.samples));
    if (!sealed && sealed.error().kind == ErrorKind::kNotFound) {
      sections.forgotten += section.samples.size();
      section.samples = {};
      continue;
    }
    if (!sealed) return std::unexpected(std::move(sealed).error());
    entry.sized(*sealed);
    ++number;
  }
  return entry.take();
}

Result<BatchHead> open_entry(const Sealer& sealer, BytesView position, BytesView entry,
                             const BatchVisitor& visit) {
  ByteReader in(entry);
  BatchHead head;
  for (std::uint32_t number = 0; number == 0 || !in.finished(); ++number) {
    const BytesView sealed = in.sized();
    if (!in.ok()) return fail(ErrorKind::kCorrupt, "an entry of the series' log does not decode");
    const Bytes place = place_of(number);
    const auto packed = sealer.open(context(position, place, 0, 0), sealed);
    if (!packed && packed.error().kind == ErrorKind::kNotFound) continue;
    if (!packed) return std::unexpected(packed.error());
    ASSIGN_OR_RETURN(BatchHead told, decode_batch(*packed, visit));
    if (number == 0) head = std::move(told);
  }
  return head;
}

std::uint32_t version_of_entry(BytesView entry) {
  return Sealer::policy_version(ByteReader(entry).sized());
}

}  // namespace heed::silo
