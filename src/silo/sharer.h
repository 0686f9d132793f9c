// Handing on single records, and counting many.
#pragma once

#include "silo/gate.h"
#include "silo/records.h"

namespace heed::silo {

/// Thread-safe as its parts, which outlive it.
class Sharing {
 public:
  static constexpr std::size_t kMostFields = 64;         ///< Asked for at once
  static constexpr std::size_t kLongestRecipient = 128;  ///< Bytes

  Sharing(const Gate& gate, const Records& records, Noting& noting, Tally& tally)
      : gate_(gate), records_(records), noting_(noting), tally_(tally) {}

  Governed<Shared> share(const Access& access, const ShareRequest& request);
  Governed<Aggregate> aggregate(const Access& access, KindId kind, std::string_view field) const;

 private:
  struct Sorted {
    Shared shared;
    std::optional<policy::Refusal> first_refusal;
  };
  Sorted sort_fields(const Pass& pass, const ShareRequest& request, const Record& record) const;
  Result<void> note_shared(const Pass& pass, const ShareRequest& request, const Record& record,
                           const Shared& shared);

  const Gate& gate_;
  const Records& records_;
  Noting& noting_;
  Tally& tally_;
};

}  // namespace heed::silo
