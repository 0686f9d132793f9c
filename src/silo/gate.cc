#include "silo/gate.h"

#include <fmt/core.h>

#include "base/json.h"

namespace heed::silo {

Governed<Pass> Gate::check(const Access& access, KindId kind, policy::Shape shape) const {
  auto rulings = rulings_.now();
  ASSIGN_OR_RETURN(const DeclaredKind* declared, rulings->find(kind, shape));
  return whole(Pass(std::move(rulings), *declared, access, /*of_items=*/false), {});
}

Governed<Pass> Gate::check_items(const Access& access, KindId kind, policy::Shape shape) const {
  auto rulings = rulings_.now();
  ASSIGN_OR_RETURN(const DeclaredKind* declared, rulings->find(kind, shape));
  const bool labelled = shape == policy::Shape::kRecord;  // samples carry no source
  Pass pass(std::move(rulings), *declared, access, labelled);
  if (pass.possible()) return pass;
  return std::unexpected(refused(pass, {}, pass.rulings().version()));
}

Governed<Pass> Gate::check_put(const Access& access, const Record& record) const {
  auto rulings = rulings_.now();
  ASSIGN_OR_RETURN(const DeclaredKind* declared,
                   rulings->find(record.kind, policy::Shape::kRecord));
  if (!record.source.empty() && !rulings->is_source(record.source)) {
    return std::unexpected(policy::Withheld(
        Error{ErrorKind::kInvalid,
              fmt::format("the policy '{}' declares no source '{}', through which this '{}' came",
                          rulings->policy().name(), record.source, declared->kind.name),
              "declare the source in the policy, or name one that it has"}));
  }
  ASSIGN_OR_RETURN(Pass pass, whole(Pass(std::move(rulings), *declared, access, /*of_items=*/true),
                                    record.source));
  if (auto may = check_intake(pass, record.source); !may) return std::unexpected(may.error());
  return pass;
}

Governed<Pass> Gate::check_append(const Access& access, KindId kind) const {
  ASSIGN_OR_RETURN(Pass pass, check(access, kind, policy::Shape::kSeries));
  if (auto may = check_intake(pass, {}); !may) return std::unexpected(may.error());
  return pass;
}

Governed<void> Gate::check_intake(const Pass& writing, std::string_view source) const {
  Access taking = writing.access();
  taking.purpose = writing.rulings().intake_purpose();
  taking.party = writing.rulings().intake_party();
  auto passed = whole(writing.asking_as(taking), source);
  if (!passed) return std::unexpected(std::move(passed).error());
  return {};
}

Governed<Pass> Gate::look(const Access& access, KindId kind) const {
  auto rulings = rulings_.now();
  ASSIGN_OR_RETURN(const DeclaredKind* declared, rulings->find(kind, policy::Shape::kRecord));
  return Pass(std::move(rulings), *declared, access, /*of_items=*/true);
}

Governed<void> Gate::check_journal(const Access& access) const {
  auto rulings = rulings_.now();
  const DeclaredKind& journal = rulings->journal();
  auto passed = whole(Pass(std::move(rulings), journal, access, /*of_items=*/false), {});
  if (!passed) return std::unexpected(std::move(passed).error());
  return {};
}

Governed<Pass> Gate::whole(Pass pass, std::string_view source) const {
  const std::uint32_t version = pass.rulings().version();
  if (!pass.sure() && !pass.allows(source, version)) {
    return std::unexpected(refused(pass, source, version));
  }
  counted(pass, source, version);
  return pass;
}

policy::Withheld Gate::refused(const Pass& pass, std::string_view source,
                               std::uint32_t version) const {
  counted(pass, source, version);
  policy::Refusal refusal = pass.refusal(source, version);
  note(pass.access(), refusal);
  return refusal;
}

void Gate::note(const Access& access, const policy::Refusal& refusal) const {
  const auto unnoted = take_note_permit();
  if (!unnoted) return;
  const auto rulings = rulings_.now();
  const auto& purposes = rulings->policy().purposes();
  const auto& parties = rulings->policy().parties();
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
  (void)noting_.append({actor, "refused", detail.view()}, kv::Sync::kNo);
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
