#include "machines/tool_book.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "machines/kinds.h"
#include "machines/machines.h"

namespace heed::machines {
namespace {

enum FieldAt : std::size_t { kTool, kChanged, kMinutes, kUses, kItem, kCounted, kFields };

/// A tool's name may have any character, an id may not.
std::string id_of(MachineId machine, std::string_view tool) {
  return fmt::format("{}/{}", machine.text(), to_hex(tool));
}

template <class T>
std::optional<T> value_of(const silo::FieldValue& value) {
  const T* found = std::get_if<T>(&value);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<ToolLife> read_life(const silo::Record& record) {
  if (record.fields.size() != kFields) return {};
  const auto& fields = record.fields;
  ToolLife life{.tool = value_of<std::string>(fields[kTool]).value_or(""),
                .changed = value_of<Time>(fields[kChanged]).value_or(Time()),
                .in_cycle = {},
                .uses = value_of<std::int64_t>(fields[kUses]),
                .item = value_of<std::string>(fields[kItem]).value_or(""),
                .counted = value_of<double>(fields[kCounted])};
  if (const auto minutes = value_of<double>(fields[kMinutes])) {
    life.in_cycle = Duration::nanoseconds(std::llround(*minutes * 60e9));
  }
  return life;
}

silo::Record write_life(MachineId machine, const ToolLife& life) {
  silo::Record record{
      .kind = kind::kToolLife, .id = id_of(machine, life.tool), .source = "browser"};
  record.fields.resize(kFields);
  record.fields[kTool] = life.tool;
  record.fields[kChanged] = life.changed;
  if (life.in_cycle) record.fields[kMinutes] = life.in_cycle->in_seconds() / 60;
  if (life.uses) record.fields[kUses] = *life.uses;
  if (!life.item.empty()) record.fields[kItem] = life.item;
  if (life.counted) record.fields[kCounted] = *life.counted;
  return record;
}

Result<void> check_tool(std::string_view tool) {
  if (!tool.empty() && tool.size() <= ToolLife::kLongestTool) return {};
  return fail(ErrorKind::kInvalid, "tool: the name of a tool has 1 to 40 bytes",
              "Write it as the machine tells it.");
}

Result<void> check_limits(const ToolLife& life) {
  if (life.in_cycle &&
      (*life.in_cycle < Duration::seconds(1) || *life.in_cycle > ToolLife::kMostTime)) {
    return fail(ErrorKind::kInvalid, "minutes: a life has 1 second to 1,000 days of cutting",
                "Leave it out where time does not count.");
  }
  if (life.uses && (*life.uses < 1 || *life.uses > ToolLife::kMostUses)) {
    return fail(ErrorKind::kInvalid, "uses: a life has 1 to 10,000,000 uses",
                "Leave it out where uses do not count.");
  }
  const bool counts = !life.item.empty();
  if (counts != life.counted.has_value()) {
    return fail(ErrorKind::kInvalid, "counted: a count of the control has an item and a limit",
                "Name both, or neither.");
  }
  if (life.counted && !(*life.counted > 0 && std::isfinite(*life.counted))) {
    return fail(ErrorKind::kInvalid, "counted: the limit is not above 0", "Raise it.");
  }
  if (counts && (life.in_cycle || life.uses)) {
    return fail(ErrorKind::kInvalid, "item: what the control counts is not counted a second time",
                "Take the item with its limit, or minutes and uses.");
  }
  if (counts || life.in_cycle || life.uses) return {};
  return fail(ErrorKind::kInvalid, "minutes: a life has a limit",
              "Give minutes, uses, or an item of the control's own count.");
}

Result<void> check(const ToolLife& life, Time now) {
  if (auto tool = check_tool(life.tool); !tool) return tool;
  if (life.item.size() > Machines::kLongestKey) {
    return fail(ErrorKind::kInvalid, "item: its name is too long", "Take one of the machine's.");
  }
  if (life.changed < Time() || life.changed > now) {
    return fail(ErrorKind::kInvalid, "changed: the time is before 1970 or in the future",
                "Say when the cutter was changed.");
  }
  return check_limits(life);
}

}  // namespace

Governed<std::vector<ToolLife>> ToolBook::lives(const Access& access, MachineId machine) const {
  if (!silo_->declares(kind::kToolLife)) return std::vector<ToolLife>();
  ASSIGN_OR_RETURN(const silo::Page page,
                   silo_->scan(access, kind::kToolLife, machine.text() + "/", "", kMostLives));
  std::vector<ToolLife> lives;
  for (const silo::Record& record : page.records) {
    if (auto life = read_life(record)) lives.push_back(*std::move(life));
  }
  std::ranges::sort(lives, {}, &ToolLife::tool);
  return lives;
}

Governed<void> ToolBook::put(const Access& access, MachineId machine, const ToolLife& life) {
  if (auto checked = check(life, clock_.now()); !checked) {
    return std::unexpected<policy::Withheld>(checked.error());
  }
  ASSIGN_OR_RETURN(const auto known, lives(access, machine));
  const bool is_new = std::ranges::find(known, life.tool, &ToolLife::tool) == known.end();
  if (known.size() >= kMostLives && is_new) {
    return std::unexpected<policy::Withheld>(Error{ErrorKind::kExhausted,
                                                   "a machine has at most 1,000 tools with a life",
                                                   "Remove those of tools that it has no longer."});
  }
  return silo_->put(access, write_life(machine, life));
}

Governed<bool> ToolBook::remove(const Access& access, MachineId machine, std::string_view tool) {
  if (auto checked = check_tool(tool); !checked) {
    return std::unexpected<policy::Withheld>(checked.error());
  }
  return silo_->remove(access, kind::kToolLife, id_of(machine, tool));
}

}  // namespace heed::machines
