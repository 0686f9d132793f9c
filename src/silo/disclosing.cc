#include "silo/disclosing.h"

#include "base/json.h"
#include "silo/governed.h"

namespace heed::silo {
namespace {

using policy::Governed;
using policy::Withheld;

constexpr std::string_view kEngine = "engine";

std::string detail_of(const Contract& contract) {
  JsonWriter detail;
  detail.begin_object()
      .member("contract", contract.id)
      .member("recipient", contract.recipient)
      .member("party", contract.party)
      .member("ends", contract.ends)
      .end_object();
  return detail.take();
}

}  // namespace

Governed<void> Disclosing::place(const Access& access, Contract contract) {
  if (auto may = parts_.gate.check_journal(access); !may) return may;
  const auto alone = parts_.contracts.alone();
  const auto rulings = parts_.rulings.now();
  ASSIGN_OR_RETURN(contract.by, governed(parts_.noting.word_for(access.actor)));
  ASSIGN_OR_RETURN(contract,
                   governed(parts_.contracts.check(rulings->policy(), std::move(contract))));
  const auto kept = [&](std::uint64_t, kv::Changes& changes) {
    return parts_.contracts.put(contract, changes);
  };
  const auto noted = parts_.noting.append({.actor = access.actor,
                                           .what = "contract.placed",
                                           .detail = detail_of(contract),
                                           .beside = kept},
                                          kv::Sync::kYes);
  if (!noted) return std::unexpected(Withheld(noted.error()));
  parts_.contracts.added(std::move(contract));
  return {};
}

Governed<bool> Disclosing::end(const Access& access, std::string_view id) {
  if (auto may = parts_.gate.check_journal(access); !may) return std::unexpected(may.error());
  const auto alone = parts_.contracts.alone();
  auto contract = parts_.contracts.open(id);
  if (!contract) return false;
  if (auto stopped = stop(*std::move(contract), access.actor); !stopped) {
    return std::unexpected(Withheld(stopped.error()));
  }
  return true;
}

Result<std::uint64_t> Disclosing::stop_ended() {
  std::uint64_t stopped = 0;
  for (const Contract& ended : parts_.contracts.ended()) {
    const auto alone = parts_.contracts.alone();
    auto contract = parts_.contracts.open(ended.id);
    if (!contract) continue;  // somebody ended it meanwhile
    if (auto done = stop(*std::move(contract), kEngine); !done) {
      return std::unexpected(done.error());
    }
    ++stopped;
  }
  return stopped;
}

// The contract, the journal's entry and the recall are one batch: the owner is told once.
Result<void> Disclosing::stop(Contract contract, std::string_view actor) {
  contract.stopped = parts_.clock.now();
  const auto kept = [&](std::uint64_t, kv::Changes& changes) -> Result<void> {
    if (auto put = parts_.contracts.put(contract, changes); !put) return put;
    return parts_.disclosures.put_recall(
        {0, *contract.stopped, contract.recipient, Recall::Why::kContractEnded, contract.id, {}},
        changes);
  };
  const auto noted = parts_.noting.append(
      {.actor = actor, .what = "contract.ended", .detail = detail_of(contract), .beside = kept},
      kv::Sync::kYes);
  if (!noted) return std::unexpected(noted.error());
  parts_.contracts.added(std::move(contract));
  return {};
}

Governed<std::vector<Contract>> Disclosing::contracts(const Access& access) const {
  if (auto may = parts_.gate.check_journal(access); !may) return std::unexpected(may.error());
  auto all = parts_.contracts.all();
  for (Contract& contract : all) {
    ASSIGN_OR_RETURN(contract.by, governed(parts_.noting.with_names(contract.by)));
  }
  return all;
}

Governed<void> Disclosing::may_page(const Access& access, std::size_t limit) const {
  if (auto may = parts_.gate.check_journal(access); !may) return may;
  if (limit > 0 && limit <= kLargestPage) return {};
  return std::unexpected(Withheld(Error{ErrorKind::kInvalid, "a page has 1 to 1,000 lines", {}}));
}

Governed<std::vector<Disclosed>> Disclosing::of(const Access& access, SubjectId subject,
                                                std::uint64_t from, std::size_t limit) const {
  if (auto may = may_page(access, limit); !may) return std::unexpected(may.error());
  return governed(parts_.disclosures.of(subject, from, limit));
}

Governed<std::vector<Disclosed>> Disclosing::to(const Access& access, std::string_view recipient,
                                                std::uint64_t from, std::size_t limit) const {
  if (auto may = may_page(access, limit); !may) return std::unexpected(may.error());
  return governed(parts_.disclosures.to(recipient, from, limit));
}

Governed<std::uint64_t> Disclosing::recall(const Access& access, SubjectId subject) {
  if (auto may = parts_.gate.check_journal(access); !may) return std::unexpected(may.error());
  if (subject.is_nil()) {
    return std::unexpected(
        Withheld(Error{ErrorKind::kInvalid, "what is about nobody is not called back", {}}));
  }
  ASSIGN_OR_RETURN(const std::uint64_t recipients,
                   governed(parts_.disclosures.recall(subject, Recall::Why::kOptedOut)));
  if (recipients == 0) return recipients;
  JsonWriter detail;
  detail.begin_object().member("recipients", recipients).end_object();
  const auto noted = parts_.noting.append(
      {.actor = access.actor, .what = "recalled", .detail = detail.view(), .about = {subject}},
      kv::Sync::kYes);
  if (!noted) return std::unexpected(Withheld(noted.error()));
  return recipients;
}

Governed<std::vector<Recall>> Disclosing::recalls(const Access& access, std::uint64_t after,
                                                  std::size_t limit) const {
  if (auto may = may_page(access, limit); !may) return std::unexpected(may.error());
  return governed(parts_.disclosures.recalls(after, limit));
}

Governed<bool> Disclosing::settle(const Access& access, std::uint64_t number) {
  if (auto may = parts_.gate.check_journal(access); !may) return std::unexpected(may.error());
  ASSIGN_OR_RETURN(const bool settled, governed(parts_.disclosures.settle(number)));
  if (!settled) return false;
  JsonWriter detail;
  detail.begin_object().member("recall", number).end_object();
  // Synced, and with it the removal before it.
  const auto noted = parts_.noting.note(access.actor, "recall.settled", detail.view());
  if (!noted) return std::unexpected(Withheld(noted.error()));
  return true;
}

}  // namespace heed::silo
