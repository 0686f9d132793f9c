#include "silo/gate.h"

#include "base/json.h"

namespace heed::silo {
namespace {

const Kind& journal_kind() {
  static const Kind kind{kJournalKind,
                         "journal",
                         policy::Shape::kRecord,
                         {{"entry", policy::FieldType::kText, "administration"}}};
  return kind;
}

}  // namespace

Governed<const DeclaredKind*> Gate::check(const Access& access, KindId kind,
                                          policy::Shape shape) const {
  ASSIGN_OR_RETURN(const DeclaredKind* declared, kinds_.find(kind, shape));
  if (auto refusal = policy_->refusal(access, declared->kind)) {
    note(access, *refusal);
    return std::unexpected(*std::move(refusal));
  }
  return declared;
}

Governed<void> Gate::check_journal(const Access& access) const {
  if (auto refusal = policy_->refusal(access, journal_kind())) {
    note(access, *refusal);
    return std::unexpected(*std::move(refusal));
  }
  return {};
}

void Gate::note(const Access& access, const policy::Refusal& refusal) const {
  const auto unnoted = take_note_permit();
  if (!unnoted) return;
  const auto& purposes = policy_->purposes();
  const auto& parties = policy_->parties();
  JsonWriter detail;
  detail.begin_object().member("clause", refusal.clause).member("what", refusal.what);
  if (access.purpose.index < purposes.size()) {
    detail.member("purpose", purposes.path(access.purpose));
  }
  if (access.party.index < parties.size()) detail.member("party", parties.path(access.party));
  if (*unnoted > 0) detail.member("unnoted_before", *unnoted);
  detail.end_object();
  const std::string actor =
      access.actor.empty() ? "unnamed" : access.actor.substr(0, Journal::kLongestWord);
  // Not synced, and a failure changes nothing: the refusal itself stands either way.
  (void)journal_.append(actor, "refused", detail.view(), kv::Sync::kNo);
}

std::optional<std::uint64_t> Gate::take_note_permit() const {
  const Lock lock(mutex_);
  const Duration now = clock_.steady();
  const std::int64_t earned =
      (now - refilled_).count_nanoseconds() / kNoteEvery.count_nanoseconds();
  if (earned > 0) {
    permits_ = static_cast<int>(std::min<std::int64_t>(kNotesAtOnce, permits_ + earned));
    refilled_ = now;
  }
  if (permits_ == 0) {
    ++unnoted_;
    return {};
  }
  --permits_;
  return std::exchange(unnoted_, 0);
}

}  // namespace heed::silo
