// What people said of a machine's time, as records: why it stood, how long a part should take, what
// was scrap.
//
// Reasons and goals have versions (rule_book.h); what was said before there were any is the first.
//
// A tag and a scrap report are records of their own that nobody changes later, so what was said
// first stays. Their ids begin with machine and UTC day, so that those of a range lie together:
//   "<machine>/<day, 5 digits>/<random>"
// Who said it stands in the record's label, as who corrected any record does: under a name that
// goes with the person's key (silo/noting.h).
#pragma once

#include <memory>
#include <vector>

#include "machines/rule_book.h"

namespace heed::machines {

/// Thread-safe as its silo is; the caller serializes changes of reasons and goals.
class SaidOfTime {
 public:
  /// `rules` outlives it.
  SaidOfTime(std::shared_ptr<silo::Silo> silo, RuleBook& rules, const Clock& clock, Random& random)
      : silo_(std::move(silo)), rules_(rules), clock_(clock), random_(random) {}

  /// As the rules were known at `known`, or are now.
  Governed<Dated<ReasonTree>> reasons(const Access& access, std::optional<Time> known = {}) const;
  Governed<void> set_reasons(const Access& access, const ReasonTree& tree, Time from);
  Governed<void> tag(const Access& access, MachineId machine, TimeRange range,
                     std::string_view code);
  /// Those that touch the range, in no order.
  Governed<std::vector<ReasonTag>> tags(const Access& access, MachineId machine,
                                        TimeRange range) const;
  Governed<Dated<ProductionGoal>> goal(const Access& access, MachineId machine,
                                       std::optional<Time> known = {}) const;
  Governed<void> set_goal(const Access& access, MachineId machine, const ProductionGoal& goal,
                          Time from);
  Governed<void> add_scrap(const Access& access, MachineId machine, Time found, std::int64_t count);
  /// In order, within the range. What was taken back is taken from the latest reports before it.
  Governed<std::vector<PartStep>> scrap(const Access& access, MachineId machine,
                                        TimeRange range) const;

 private:
  /// Records of a kind whose ids begin with one of the days.
  Governed<void> scan(const Access& access, policy::KindId kind, MachineId machine, TimeRange range,
                      const std::function<void(const silo::Record&)>& visit) const;
  std::string new_id(MachineId machine, Time at);
  /// Puts the record, then says it once more as a correction of its field: so its label knows who.
  Governed<void> say(const Access& access, const silo::Record& record, std::string field,
                     silo::FieldValue value);

  Governed<ReasonTree> first_reasons(const Access& access) const;
  Governed<ProductionGoal> first_goal(const Access& access, MachineId machine) const;

  const std::shared_ptr<silo::Silo> silo_;
  RuleBook& rules_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace heed::machines
