#include "wire/modbus/tracker.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace heed::wire::modbus {
namespace {

double read_registers(const Input& input, std::uint16_t first, std::uint16_t second) {
  const std::uint32_t both = input.low_word_first ? std::uint32_t{second} << 16U | first
                                                  : std::uint32_t{first} << 16U | second;
  switch (input.format) {
    case Format::kU16: return first;
    case Format::kS16: return static_cast<std::int16_t>(first);
    case Format::kU32: return both;
    case Format::kS32: return static_cast<std::int32_t>(both);
    case Format::kF32: return static_cast<double>(std::bit_cast<float>(both));
  }
  return first;
}

// Nine digits: what a 16-bit value times 0.01 is to a person, not to a double.
std::string text_of(double value) {
  return fmt::format("{:.9g}", value + 0.0);
}

}  // namespace

std::optional<double> value_of(const Input& input, std::uint16_t first, std::uint16_t second) {
  if (has_bits(input.table)) return first == 0 ? 0 : 1;
  if (input.bit) return (first >> *input.bit) & 1U;
  const double value = read_registers(input, first, second) * input.scale + input.offset;
  if (!std::isfinite(value)) return {};
  return value;
}

Tracker::Tracker(const std::vector<Input>& inputs, std::shared_ptr<Count> count)
    : inputs_(inputs), count_(std::move(count)), told_(inputs.size()) {
  if (count_) count_->forget();
  changes_.push_back({"modbus_cond", "NORMAL||||", true});
}

std::vector<Said> Tracker::take(const Found& found, Duration now) {
  say("avail", "AVAILABLE");
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].item.empty()) take_value(i, found[i]);
    take_meaning(inputs_[i], found[i], now);
  }
  return std::exchange(changes_, {});
}

void Tracker::say(std::string_view key, std::optional<std::string> value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

void Tracker::take_value(std::size_t index, std::optional<double> value) {
  const Input& input = inputs_[index];
  if (!value) {
    told_[index].reset();
    return say(input.item, {});
  }
  if (told_[index] && std::abs(*value - *told_[index]) < input.deadband) return;
  told_[index] = value;
  say(input.item, text_of(*value));
}

void Tracker::take_meaning(const Input& input, std::optional<double> value, Duration now) {
  if (input.running) {
    if (!running_) running_.emplace(*input.running);
    if (!value) running_->forget();
    const auto runs = value ? running_->take(*value, now) : std::optional<bool>();
    say("execution", runs ? std::optional<std::string>(*runs ? "ACTIVE" : "READY") : std::nullopt);
  }
  if (input.counts && count_) {
    if (!value) count_->forget();
    say("part_count", value ? std::optional(text_of(count_->take(*value, now))) : std::nullopt);
  }
}

void Tracker::refused(const std::string& code, std::string_view words) {
  const auto known = refusals_.find(code);
  if (words.empty()) {
    if (known == refusals_.end()) return;
    refusals_.erase(known);
    changes_.push_back({"modbus_cond", fmt::format("NORMAL|{}|||", code), true});
  } else if (known == refusals_.end() || known->second != words) {
    refusals_.insert_or_assign(code, std::string(words));
    changes_.push_back({"modbus_cond", fmt::format("WARNING|{}|||{}", code, words), true});
  }
}

std::vector<SaidItem> Tracker::items() const {
  using Category = SaidItem::Category;
  std::vector<SaidItem> items = {{"avail", "", "AVAILABILITY", "", "", "", Category::kEvent},
                                 {"modbus_cond", "reads that the box refuses", "COMMUNICATIONS", "",
                                  "", "", Category::kCondition}};
  for (const Input& input : inputs_) {
    if (input.running) {
      items.push_back({"execution", "", "EXECUTION", "", "", "Controller/Path", Category::kEvent});
    }
    if (input.counts) {
      items.push_back(
          {"part_count", "", "PART_COUNT", "ALL", "", "Controller/Path", Category::kEvent});
    }
    if (input.item.empty()) continue;
    const bool is_bit = input.bit || has_bits(input.table);
    items.push_back({input.item, "", input.type, "", input.units, "Inputs",
                     is_bit ? Category::kEvent : Category::kSample});
  }
  return items;
}

}  // namespace heed::wire::modbus
