#include "machines/advice_book.h"

#include "machines/kinds.h"

namespace heed::machines {
namespace {

constexpr std::string_view kHourId = "hour";
/// Recommendations of one machine that can be dismissed at a time.
constexpr std::size_t kMostDismissals = 1'000;
constexpr std::size_t kIdSize = 16;

enum HourFieldAt : std::size_t { kCost, kCurrency, kHourFields };
enum DismissalFieldAt : std::size_t {
  kMachineField,
  kAdvice,
  kReason,
  kUntil,
  kSaid,
  kDismissalFields
};

std::unexpected<policy::Withheld> wrong(std::string message, std::string mend) {
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kInvalid, std::move(message), std::move(mend)});
}

template <class T>
std::optional<T> value_of(const silo::FieldValue& value) {
  const T* found = std::get_if<T>(&value);
  return found == nullptr ? std::nullopt : std::optional<T>(*found);
}

/// UTF-8 code points; bytes that are none count for one each.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

bool is_id(std::string_view id) {
  return id.size() == kIdSize && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string record_id(MachineId machine, std::string_view id) {
  return machine.text() + "/" + std::string(id);
}

Governed<void> check(const NewDismissal& dismissal, Time now) {
  if (dismissal.reason.empty() || characters(dismissal.reason) > NewDismissal::kLongestReason) {
    return wrong("reason: a reason has 1 to 300 characters",
                 "Say why it is not followed, so that others need not ask.");
  }
  if (dismissal.until && *dismissal.until <= now) {
    return wrong("until: the time has passed", "Leave it out to dismiss it for good.");
  }
  return {};
}

}  // namespace

Governed<std::optional<MachineHour>> AdviceBook::hour(const Access& access) const {
  if (!silo_->declares(kind::kMachineHour)) return std::optional<MachineHour>();
  ASSIGN_OR_RETURN(const auto record, silo_->find(access, kind::kMachineHour, kHourId));
  if (!record || record->fields.size() != kHourFields) return std::optional<MachineHour>();
  const auto cost = value_of<double>(record->fields[kCost]);
  const auto currency = value_of<std::string>(record->fields[kCurrency]);
  if (!cost || !currency) return std::optional<MachineHour>();
  return std::optional(MachineHour{*cost, *currency});
}

Governed<void> AdviceBook::set_hour(const Access& access, const std::optional<MachineHour>& hour) {
  if (!hour) {
    auto removed = silo_->remove(access, kind::kMachineHour, kHourId);
    if (!removed) return std::unexpected(removed.error());
    return {};
  }
  if (!(hour->cost > 0) || hour->cost > MachineHour::kMost) {
    return wrong("cost: an hour costs more than 0 and at most a million",
                 "Leave it out where it is not known.");
  }
  if (hour->currency.empty() || characters(hour->currency) > MachineHour::kLongestCurrency) {
    return wrong("currency: a currency has 1 to 8 characters", "EUR, USD or a sign will do.");
  }
  silo::Record record{.kind = kind::kMachineHour, .id = std::string(kHourId), .source = "browser"};
  record.fields = {hour->cost, hour->currency};
  return silo_->put(access, record);
}

Governed<std::map<std::string, Dismissal>> AdviceBook::dismissals(const Access& access,
                                                                  MachineId machine) const {
  if (!silo_->declares(kind::kAdviceDismissal)) return std::map<std::string, Dismissal>();
  const std::string prefix = record_id(machine, "");
  ASSIGN_OR_RETURN(const silo::Page page,
                   silo_->scan(access, kind::kAdviceDismissal, prefix, "", kMostDismissals));
  std::map<std::string, Dismissal> dismissals;
  for (const silo::Record& record : page.records) {
    if (record.fields.size() != kDismissalFields) continue;
    Dismissal told{value_of<std::string>(record.fields[kReason]).value_or(""),
                   value_of<Time>(record.fields[kUntil]),
                   value_of<Time>(record.fields[kSaid]).value_or(Time()),
                   record.label.corrected_by};
    if (told.until && *told.until <= clock_.now()) continue;
    dismissals.emplace(value_of<std::string>(record.fields[kAdvice]).value_or(""), std::move(told));
  }
  return dismissals;
}

Governed<void> AdviceBook::dismiss(const Access& access, MachineId machine, std::string_view id,
                                   const NewDismissal& dismissal) {
  if (!is_id(id)) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kNotFound, "there is no such recommendation", {}});
  }
  if (auto checked = check(dismissal, clock_.now()); !checked) return checked;
  silo::Record record{
      .kind = kind::kAdviceDismissal, .id = record_id(machine, id), .source = "browser"};
  record.fields.resize(kDismissalFields);
  record.fields[kMachineField] = machine.text();
  record.fields[kAdvice] = std::string(id);
  record.fields[kReason] = dismissal.reason;
  if (dismissal.until) record.fields[kUntil] = *dismissal.until;
  record.fields[kSaid] = clock_.now();
  if (auto put = silo_->put(access, record); !put) return put;
  // Said once more as a correction, so that its label knows who (as in said_of_time.h).
  return silo_->commit(access,
                       {silo::Patch{record.kind, record.id, {{"reason", dismissal.reason}}, {}}});
}

Governed<bool> AdviceBook::undo(const Access& access, MachineId machine, std::string_view id) {
  if (!is_id(id)) return false;
  return silo_->remove(access, kind::kAdviceDismissal, record_id(machine, id));
}

}  // namespace heed::machines
