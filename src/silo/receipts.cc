#include "silo/receipts.h"

#include <algorithm>

#include "silo/journal_export.h"

namespace heed::silo {

Result<std::string> give_receipt(const Eraser& eraser, Journal& journal,
                                 OrganizationId organization, std::uint64_t number,
                                 BytesView policy_hash) {
  ASSIGN_OR_RETURN(const auto receipt, eraser.receipt(number));
  if (!receipt) return fail(ErrorKind::kNotFound, "there is no such erasure");
  ASSIGN_OR_RETURN(const SignedHead head, journal.give_head(policy_hash));
  ASSIGN_OR_RETURN(const auto entries, journal.read(receipt->entry, 1));
  if (entries.empty()) return fail(ErrorKind::kCorrupt, "the journal does not tell of it");
  ASSIGN_OR_RETURN(const auto proof, journal.prove_entry(receipt->entry, head.head.entries));
  return sign_receipt(*receipt, journal.signing_key()) +
         export_line(ExportHeader{organization, receipt->entry, receipt->entry, 0}) +
         export_line(head) + export_line(entries.front(), proof);
}

Result<std::vector<ErasureReceipt>> list_receipts(const Eraser& eraser, std::uint64_t erasures,
                                                  std::uint64_t before, std::size_t limit) {
  std::vector<ErasureReceipt> all;
  std::uint64_t number = before == 0 ? erasures : std::min(erasures, before - 1);
  for (; number > 0 && all.size() < limit; --number) {
    ASSIGN_OR_RETURN(auto receipt, eraser.receipt(number));
    // One that another copy of the ledger brought has its receipt once it is cleaned up.
    if (receipt) all.push_back(*std::move(receipt));
  }
  return all;
}

}  // namespace heed::silo
