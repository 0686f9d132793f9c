// The receipts of a silo's erasures: one of them to be given away, and what they say as a list.
#pragma once

#include "silo/eraser.h"
#include "silo/journal.h"

namespace heed::silo {

/// What verify_receipt() takes: signed, with the proof that the journal tells of it. kNotFound if
/// there is no such erasure.
Result<std::string> give_receipt(const Eraser& eraser, Journal& journal,
                                 OrganizationId organization, std::uint64_t number,
                                 BytesView policy_hash);
/// At most `limit` of the `erasures` there are, the newest first, numbered below `before` unless
/// that is 0.
Result<std::vector<ErasureReceipt>> list_receipts(const Eraser& eraser, std::uint64_t erasures,
                                                  std::uint64_t before, std::size_t limit);

}  // namespace heed::silo
