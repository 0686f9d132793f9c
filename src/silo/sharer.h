// Handing on single records, and counting many.
#pragma once

#include "silo/contracts.h"
#include "silo/disclosures.h"
#include "silo/gate.h"
#include "silo/records.h"

namespace heed::silo {

/// Thread-safe as its parts, which outlive it.
class Sharing {
 public:
  static constexpr std::size_t kMostFields = 64;         ///< Asked for at once
  static constexpr std::size_t kLongestRecipient = 128;  ///< Bytes

  /// All outlive it.
  struct Parts {
    OrganizationId organization;
    const Gate& gate;
    const Records& records;
    Noting& noting;
    Tally& tally;
    const Contracts& contracts;
    Disclosures& disclosures;
    const Clock& clock;
    Random& random;
    const Subjects& subjects;
  };
  explicit Sharing(Parts parts) : parts_(parts) {}

  Governed<Shared> share(const Access& access, const ShareRequest& request);
  Governed<Aggregate> aggregate(const Access& access, KindId kind, std::string_view field) const;

 private:
  struct Sorted {
    Shared shared;
    std::optional<policy::Refusal> first_refusal;
  };
  using Cover = std::optional<Contracts::Cover>;
  Sorted sort_fields(const Pass& pass, const ShareRequest& request, const Record& record,
                     const Cover& cover) const;
  void seal(const Pass& pass, const ShareRequest& request, const Cover& cover, Shared& shared);
  Result<void> note_shared(const Pass& pass, const ShareRequest& request, const Record& record,
                           Shared& shared);

  const Parts parts_;
};

}  // namespace heed::silo
