// What a silo does with contracts, ledger and recalls beside handing on itself (silo/sharer.h):
// asked as for the journal, which notes every change.
#pragma once

#include "silo/contracts.h"
#include "silo/disclosures.h"
#include "silo/gate.h"

namespace heed::silo {

/// Thread-safe as its parts, which outlive it.
class Disclosing {
 public:
  static constexpr std::size_t kLargestPage = 1'000;

  struct Parts {
    const CurrentRulings& rulings;
    const Gate& gate;
    Noting& noting;
    Contracts& contracts;
    Disclosures& disclosures;
    const Clock& clock;
  };
  explicit Disclosing(Parts parts) : parts_(parts) {}

  policy::Governed<void> place(const Access& access, Contract contract);
  policy::Governed<bool> end(const Access& access, std::string_view id);
  policy::Governed<std::vector<Contract>> contracts(const Access& access) const;
  /// Stops those that are past their end; how many.
  Result<std::uint64_t> stop_ended();

  policy::Governed<std::vector<Disclosed>> of(const Access& access, SubjectId subject,
                                              std::uint64_t from, std::size_t limit) const;
  policy::Governed<std::vector<Disclosed>> to(const Access& access, std::string_view recipient,
                                              std::uint64_t from, std::size_t limit) const;
  policy::Governed<std::uint64_t> recall(const Access& access, SubjectId subject);
  policy::Governed<std::vector<Recall>> recalls(const Access& access, std::uint64_t after,
                                                std::size_t limit) const;
  policy::Governed<bool> settle(const Access& access, std::uint64_t number);

 private:
  Result<void> stop(Contract contract, std::string_view actor);
  policy::Governed<void> may_page(const Access& access, std::size_t limit) const;

  const Parts parts_;
};

}  // namespace heed::silo
