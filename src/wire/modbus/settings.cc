#include "wire/modbus/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "wire/fields.h"

namespace heed::wire::modbus {
namespace {

constexpr std::array<std::string_view, 5> kFormats = {"u16", "s16", "u32", "s32", "f32"};
constexpr std::array<std::string_view, 2> kWordOrders = {"high_first", "low_first"};
constexpr Fields::Limits kAnyNumber = {-1e12, 1e12};
constexpr std::string_view kOwnItems[] = {"avail", "execution", "part_count", "modbus_cond"};

void take_place(Fields& fields, Input& input) {
  fields.require_one_of({"table"});
  input.table = static_cast<Table>(fields.choice("table", kTableWords));
  fields.require_one_of({"number"});
  input.number = static_cast<std::uint16_t>(fields.integer("number", 0, {0, 65'535}));
  if (has_bits(input.table)) return;
  input.format = static_cast<Format>(fields.choice("format", kFormats));
  if (input.places() == 2) input.low_word_first = fields.choice("words", kWordOrders) == 1;
  if (input.places() == 2 && input.number == 65'535) {
    fields.refuse("number", "there is no register after it", "Two registers are read.");
  }
  if (fields.has("bit")) {
    input.bit = static_cast<unsigned>(fields.integer("bit", 0, {0, 15}));
    if (input.format != Format::kU16) {
      fields.refuse("bit", "only a u16 has bits", "Leave format out.");
    }
  }
}

Result<Input> input_of(const Json& object, const std::string& path) {
  Fields fields(object, path);
  Input input;
  if (object.object() != nullptr) take_place(fields, input);
  const bool is_bit = input.bit || has_bits(input.table);
  if (!is_bit) {
    input.scale = fields.number("scale", 1, kAnyNumber);
    input.offset = fields.number("offset", 0, kAnyNumber);
    input.deadband = fields.number("deadband", 0, {0, 1e12});
  }
  fields.require_one_of({"item", "running", "counts"});
  input.item = fields.text("item", "", kLongestItem);
  input.type = fields.text("type", "", kLongestItem);
  input.units = fields.text("units", "", kLongestItem);
  if (std::ranges::find(kOwnItems, input.item) != std::end(kOwnItems)) {
    fields.refuse("item", "this name is taken", "Heed itself says that item: take another name.");
  }
  if (const Json* running = fields.object("running")) {
    if (auto limits = running_limits_of(*running, path + ".running", is_bit)) {
      input.running = *limits;
    } else {
      fields.refuse(limits.error());
    }
  }
  if (const Json* counts = fields.object("counts")) {
    CountLimits usual;
    usual.of_register = !is_bit;
    usual.wraps_at = input.places() == 2 ? 4'294'967'296.0 : 65'536.0;
    if (auto limits = count_limits_of(*counts, path + ".counts", usual)) {
      input.counts = *limits;
    } else {
      fields.refuse(limits.error());
    }
  }
  if (auto read = fields.done(); !read) return std::unexpected(read.error());
  return input;
}

// What only all inputs together can have wrong.
Result<void> check(const std::vector<Input>& inputs) {
  const auto twice = [](std::string what, std::string mend) {
    return fail(ErrorKind::kInvalid, "settings.inputs: " + std::move(what), std::move(mend));
  };
  if (std::ranges::count_if(inputs, [](const Input& i) { return i.running.has_value(); }) > 1) {
    return twice("two inputs have running", "A machine runs or does not: leave one.");
  }
  if (std::ranges::count_if(inputs, [](const Input& i) { return i.counts.has_value(); }) > 1) {
    return twice("two inputs have counts", "A machine has one part count: leave one.");
  }
  for (const Input& input : inputs) {
    if (!input.item.empty() && std::ranges::count(inputs, input.item, &Input::item) > 1) {
      return twice("two inputs have the item " + input.item, "Give each its own name.");
    }
  }
  return {};
}

}  // namespace

Result<Settings> settings_of(const Json& settings) {
  Fields fields(settings, "settings");
  Settings read;
  fields.require_one_of({"inputs"});
  read.unit = static_cast<std::uint8_t>(fields.integer("unit", 1, {0, 255}));
  read.period = Duration::milliseconds(
      fields.integer("period_ms", read.period.count_milliseconds(),
                     {static_cast<double>(kShortestPeriod.count_milliseconds()),
                      static_cast<double>(kLongestPeriod.count_milliseconds())}));
  const auto inputs = fields.list("inputs", kMostInputs);
  if (fields.has("inputs") && inputs.empty()) {
    fields.refuse("inputs", "this is empty", "Name at least one input; docs/machines/modbus.md.");
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto input = input_of(inputs[i], fmt::format("settings.inputs[{}]", i));
    if (input) {
      read.inputs.push_back(*std::move(input));
    } else {
      fields.refuse(input.error());
    }
  }
  if (auto done = fields.done(); !done) return std::unexpected(done.error());
  if (auto checked = check(read.inputs); !checked) return std::unexpected(checked.error());
  return read;
}

}  // namespace heed::wire::modbus
