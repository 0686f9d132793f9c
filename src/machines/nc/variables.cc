#include "machines/nc/variables.h"

#include "machines/nc/interpret.h"

namespace heed::machines::nc {

Variables::Variables(Dialect dialect, System system)
    : dialect_(dialect), system_(std::move(system)) {
  enter();
}

bool Variables::full() const {
  return numbers_.size() + names_.size() + calls_.back().names.size() >= kMostVariables;
}

Value Variables::number(int number) const {
  if (number == 0) return Value::vacant();
  if (number > 0 && number <= locals()) {
    return calls_.back().numbers.at(static_cast<std::size_t>(number));
  }
  if (const auto found = numbers_.find(number); found != numbers_.end()) return found->second;
  if (const auto kept = system_(number)) return *kept;
  // LinuxCNC's parameters below 5001 are 0 until somebody sets them, and kept in no file.
  const bool begins_at_zero = dialect_ == Dialect::kLinuxCnc && number > 0 && number <= 5000;
  return begins_at_zero ? Value::of(0) : Value::unknown();
}

Value Variables::named(std::string_view name) const {
  const auto& names = name.starts_with('_') ? names_ : calls_.back().names;
  const auto found = names.find(name);
  return found == names.end() ? Value::unknown() : found->second;
}

bool Variables::has(std::string_view name) const {
  const auto& names = name.starts_with('_') ? names_ : calls_.back().names;
  return names.find(name) != names.end();
}

bool Variables::set(int number, Value value) {
  if (number > 0 && number <= locals()) {
    calls_.back().numbers.at(static_cast<std::size_t>(number)) = value;
    return true;
  }
  if (full() && !numbers_.contains(number)) return false;
  numbers_[number] = value;
  return true;
}

bool Variables::set(std::string_view name, Value value) {
  auto& names = name.starts_with('_') ? names_ : calls_.back().names;
  const auto found = names.find(name);
  if (found != names.end()) {
    found->second = value;
    return true;
  }
  if (full()) return false;
  names.emplace(name, value);
  return true;
}

void Variables::enter() {
  Locals& locals = calls_.emplace_back();
  const bool vacant = dialect_ == Dialect::kFanuc || dialect_ == Dialect::kHaas;
  locals.numbers.fill(vacant ? Value::vacant() : Value::of(0));
}

void Variables::leave() {
  if (calls_.size() > 1) calls_.pop_back();
}

}  // namespace heed::machines::nc
