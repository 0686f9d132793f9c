// What this room stores, and under which data category (policy/kind.h).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "machines/observation.h"
#include "machines/roles.h"
#include "policy/kind.h"

namespace heed::policy {
struct Inventory;
}

namespace heed::machines {

/// Every kind that this room stores, as it expects the policy to declare it.
std::vector<policy::Kind> kinds();
/// What this room has that a policy speaks of.
policy::Inventory inventory();

/// The three categories of machine data, from the most to the least open. Numbers are part of the
/// stored format: never reuse one.
enum class DataClass : std::uint8_t { kProduction = 0, kDimensional = 1, kProgramText = 2 };
constexpr std::array kDataClasses = {DataClass::kProduction, DataClass::kDimensional,
                                     DataClass::kProgramText};

/// Positions and offsets tell a part's dimensions; program names, comments and blocks are program
/// text; the rest is production. By the item's type, or without one by its key.
DataClass data_class_of(const DataItem& item);

namespace kind {
constexpr policy::KindId kMachine{200};  ///< Record: a machine as it was declared.
constexpr policy::KindId kState{207};    ///< Series "<machine>": its transitions.
constexpr policy::KindId kHistory{208};  ///< Series "<machine>": links, gaps, clock changes.
constexpr policy::KindId kMemory{209};   ///< Series "<machine>/…": where to go on after a restart.
constexpr policy::KindId kShiftCalendar{220};  ///< Record: when work is planned at a location.
constexpr policy::KindId kReasonTree{221};     ///< Record: the codes and rules of the organization.
constexpr policy::KindId kReasonTag{222};      ///< Record: what somebody said of a stop.
constexpr policy::KindId kProductionGoal{223};   ///< Record: a machine's ideal time per part.
constexpr policy::KindId kScrap{224};            ///< Record: parts that were found to be no good.
constexpr policy::KindId kToolLife{235};         ///< Record: how long a tool is to last.
constexpr policy::KindId kProgram{225};          ///< Record: a program for a control.
constexpr policy::KindId kProgramRevision{226};  ///< Record "<program>/<number>": a text of it.
constexpr policy::KindId kProgramLedger{227};    ///< Record: what was done with a program.
constexpr policy::KindId kShiftNote{231};        ///< Record: what one shift tells the next.
constexpr policy::KindId kMachineHour{233};      ///< Record: what an hour of a machine costs.
constexpr policy::KindId kAdviceDismissal{234};  ///< Record: a recommendation not followed.
constexpr policy::KindId kMachineAudit{236};     ///< Record: whether a control's own time agrees.
constexpr policy::KindId kBatchForecast{237};    ///< Record: when a machine's batch will be done.
constexpr policy::KindId kPartCheckpoint{228};   ///< Record: a part counter's way so far.
constexpr policy::KindId kRuleVersion{229};  ///< Record: what a rule of figures said from when on.
/// Series "<machine>/<key>": observations of one item.
constexpr policy::KindId observations(DataClass data) {
  return {static_cast<std::uint16_t>(201 + static_cast<unsigned>(data))};
}
/// Series "<machine>": received lines that cannot be rebuilt from an observation.
constexpr policy::KindId lines(DataClass data) {
  return {static_cast<std::uint16_t>(204 + static_cast<unsigned>(data))};
}
}  // namespace kind

}  // namespace heed::machines
