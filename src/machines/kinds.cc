#include "machines/kinds.h"

#include <algorithm>
#include <string>

#include "machines/said_words.h"
#include "policy/coverage.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 3> kCategories = {
    "machine_data.production", "machine_data.dimensional", "machine_data.program_text"};
constexpr std::array<std::string_view, 3> kClassNames = {"production", "dimensional",
                                                         "program_text"};

struct ClassRow {
  std::string_view word;
  DataClass data;
};
/// By MTConnect type.
constexpr std::array kTypes = {
    ClassRow{"POSITION", DataClass::kDimensional},
    ClassRow{"PATH_POSITION", DataClass::kDimensional},
    ClassRow{"POSITION_CARTESIAN", DataClass::kDimensional},
    ClassRow{"ANGLE", DataClass::kDimensional},
    ClassRow{"ORIENTATION", DataClass::kDimensional},
    ClassRow{"DISPLACEMENT", DataClass::kDimensional},
    ClassRow{"LENGTH", DataClass::kDimensional},
    ClassRow{"DIAMETER", DataClass::kDimensional},
    ClassRow{"TRANSLATION", DataClass::kDimensional},
    ClassRow{"ROTATION", DataClass::kDimensional},
    ClassRow{"TOOL_OFFSET", DataClass::kDimensional},
    ClassRow{"TOOL_OFFSETS", DataClass::kDimensional},
    ClassRow{"WORK_OFFSET", DataClass::kDimensional},
    ClassRow{"WORK_OFFSETS", DataClass::kDimensional},
    ClassRow{"MEASURED_VALUE", DataClass::kDimensional},
    ClassRow{"PROGRAM", DataClass::kProgramText},
    ClassRow{"PROGRAM_COMMENT", DataClass::kProgramText},
    ClassRow{"PROGRAM_HEADER", DataClass::kProgramText},
    ClassRow{"PROGRAM_LOCATION", DataClass::kProgramText},
    ClassRow{"PROGRAM_EDIT_NAME", DataClass::kProgramText},
    ClassRow{"BLOCK", DataClass::kProgramText},
    ClassRow{"LINE_LABEL", DataClass::kProgramText},
};
/// By the end of an SHDR key, without regard to case: Xabs, Z1actm, p1LPathPos, program_cmt, …
constexpr std::array kKeyEnds = {
    ClassRow{"abs", DataClass::kDimensional},
    ClassRow{"actm", DataClass::kDimensional},
    ClassRow{"actw", DataClass::kDimensional},
    ClassRow{"deg", DataClass::kDimensional},
    ClassRow{"position", DataClass::kDimensional},
    ClassRow{"path_pos", DataClass::kDimensional},
    ClassRow{"PathPos", DataClass::kDimensional},
    ClassRow{"program", DataClass::kProgramText},
    ClassRow{"program_cmt", DataClass::kProgramText},
    ClassRow{"Program_Name_Running", DataClass::kProgramText},
    ClassRow{"Program_Name_Editing", DataClass::kProgramText},
    ClassRow{"block", DataClass::kProgramText},
    ClassRow{"linelabel", DataClass::kProgramText},
};

std::string category(DataClass data) {
  return std::string(kCategories.at(static_cast<std::size_t>(data)));
}

policy::Kind series(policy::KindId id, std::string name, DataClass data) {
  return {id,
          std::move(name),
          policy::Shape::kSeries,
          {{"value", policy::FieldType::kText, category(data)}},
          {}};
}

policy::Kind machine_kind() {
  const std::string production = category(DataClass::kProduction);
  policy::Kind kind{kind::kMachine, "machine", policy::Shape::kRecord, {}, {}};
  for (const char* text : {"name", "location", "protocol", "address"}) {
    kind.fields.push_back({text, policy::FieldType::kText, production});
  }
  kind.fields.push_back({"recording", policy::FieldType::kTruth, production});
  kind.fields.push_back({"created", policy::FieldType::kTime, production});
  kind.fields.push_back({"removed", policy::FieldType::kTime, production});
  kind.fields.push_back({"settings", policy::FieldType::kText, production});
  return kind;
}

policy::Kind record(policy::KindId id, std::string name, std::vector<policy::Field> fields,
                    DataClass data = DataClass::kProduction) {
  for (policy::Field& field : fields) field.category = category(data);
  return {id, std::move(name), policy::Shape::kRecord, std::move(fields), {}};
}

/// What people say of how work goes. Who said it is in the record's label alone.
void add_meaning_of_time(std::vector<policy::Kind>& all) {
  using enum policy::FieldType;
  all.push_back(record(kind::kShiftCalendar, "shift_calendar",
                       {{"location", kText, {}}, {"plan", kText, {}}}));
  all.push_back(record(kind::kReasonTree, "reason_tree", {{"tree", kText, {}}}));
  all.push_back(record(kind::kReasonTag, "reason_tag",
                       {{"machine", kText, {}},
                        {"begins", kTime, {}},
                        {"ends", kTime, {}},
                        {"code", kText, {}},
                        {"said", kTime, {}}}));
  all.push_back(record(kind::kProductionGoal, "production_goal",
                       {{"ideal_seconds", kReal, {}}, {"micro_stop_seconds", kReal, {}}}));
  all.push_back(record(kind::kScrap, "scrap",
                       {{"machine", kText, {}}, {"found", kTime, {}}, {"count", kInteger, {}}}));
  all.push_back(record(kind::kPartCheckpoint, "part_checkpoint",
                       {{"item", kText, {}},
                        {"covered", kTime, {}},
                        {"samples", kInteger, {}},
                        {"way", kText, {}}}));
  all.push_back(record(kind::kRuleVersion, "rule_version",
                       {{"rule", kText, {}},
                        {"whose", kText, {}},
                        {"holds_from", kTime, {}},
                        {"said", kTime, {}},
                        {"value", kText, {}},
                        {"undone", kTime, {}}}));
  all.push_back(
      record(kind::kMachineHour, "machine_hour", {{"cost", kReal, {}}, {"currency", kText, {}}}));
  all.push_back(record(kind::kAdviceDismissal, "advice_dismissal",
                       {{"machine", kText, {}},
                        {"advice", kText, {}},
                        {"reason", kText, {}},
                        {"ends", kTime, {}},
                        {"said", kTime, {}}}));
  all.push_back(record(kind::kToolLife, "tool_life",
                       {{"tool", kText, {}},
                        {"changed", kTime, {}},
                        {"minutes", kReal, {}},
                        {"times", kInteger, {}},
                        {"item", kText, {}},
                        {"counted", kReal, {}}}));
  all.push_back(record(kind::kShiftNote, "shift_note",
                       {{"location", kText, {}},
                        {"begins", kTime, {}},
                        {"machine", kText, {}},
                        {"said", kText, {}},
                        {"written", kTime, {}}}));
}

/// What cards show of it, worked out beforehand (glance.h). A batch's forecast is made of the
/// programs' names too.
void add_glances(std::vector<policy::Kind>& all) {
  using enum policy::FieldType;
  all.push_back(record(kind::kMachineAudit, "machine_audit",
                       {{"audited", kText, {}},
                        {"ours", kReal, {}},
                        {"theirs", kReal, {}},
                        {"differs", kReal, {}},
                        {"drifts", kTruth, {}},
                        {"checked", kTime, {}}}));
  all.push_back(record(kind::kBatchForecast, "batch_forecast",
                       {{"earliest", kTime, {}},
                        {"done", kTime, {}},
                        {"latest", kTime, {}},
                        {"parts_to_go", kReal, {}},
                        {"goal", kReal, {}},
                        {"told", kTime, {}}},
                       DataClass::kProgramText));
}

policy::Field found_by(std::string name) {
  policy::Field field{std::move(name), policy::FieldType::kText, {}};
  field.indexed = true;
  return field;
}

/// Names of programs are program text as what stands in them.
void add_programs(std::vector<policy::Kind>& all) {
  using enum policy::FieldType;
  all.push_back(record(kind::kProgram, "program",
                       {{"name", kText, {}},
                        {"folder", kText, {}},
                        {"machine", kText, {}},
                        {"created", kTime, {}},
                        {"removed", kTime, {}},
                        {"revisions", kInteger, {}},
                        {"current", kInteger, {}},
                        {"size", kInteger, {}},
                        {"sha256", kText, {}},
                        {"changed", kTime, {}}},
                       DataClass::kProgramText));
  all.push_back(record(kind::kProgramRevision, "program_revision",
                       {{"moment", kTime, {}},
                        {"origin", kText, {}},
                        {"machine", kText, {}},
                        {"place", kText, {}},
                        {"size", kInteger, {}},
                        {"sha256", kText, {}},
                        {"comment", kText, {}},
                        {"restores", kInteger, {}},
                        {"content", kBlob, {}}},
                       DataClass::kProgramText));
  all.push_back(record(kind::kProgramLedger, "program_ledger",
                       {{"moment", kTime, {}},
                        {"what", kText, {}},
                        found_by("program"),
                        {"name", kText, {}},
                        found_by("machine"),
                        {"revision", kInteger, {}},
                        {"place", kText, {}},
                        {"size", kInteger, {}},
                        {"sha256", kText, {}},
                        {"replaced", kText, {}},
                        {"done", kTruth, {}}},
                       DataClass::kProgramText));
}

bool ends_with_word(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && same_word(text.substr(text.size() - end.size()), end);
}

}  // namespace

DataClass data_class_of(const DataItem& item) {
  if (!item.type.empty()) {
    const auto row = std::ranges::find(kTypes, item.type, &ClassRow::word);
    return row == kTypes.end() ? DataClass::kProduction : row->data;
  }
  for (const ClassRow& row : kKeyEnds) {
    if (ends_with_word(item.key, row.word)) return row.data;
  }
  return DataClass::kProduction;
}

std::vector<policy::Kind> kinds() {
  std::vector<policy::Kind> all = {
      machine_kind(),
      series(kind::kState, "machine_state", DataClass::kProduction),
      series(kind::kHistory, "machine_history", DataClass::kProduction),
      series(kind::kMemory, "machine_memory", DataClass::kProduction),
  };
  for (const DataClass data : kDataClasses) {
    const std::string name(kClassNames.at(static_cast<std::size_t>(data)));
    all.push_back(series(kind::observations(data), "machine_" + name, data));
    all.push_back(series(kind::lines(data), "machine_lines_" + name, data));
  }
  add_meaning_of_time(all);
  add_glances(all);
  add_programs(all);
  return all;
}

policy::Inventory inventory() {
  policy::Inventory own;
  own.kinds = kinds();
  own.sources = {"browser"};
  return own;
}

}  // namespace heed::machines
