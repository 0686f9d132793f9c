#include "wire/modbus/meaning.h"

namespace heed::wire::modbus {

std::optional<bool> Running::take(double value, Duration now) {
  const bool upwards = limits_.on > limits_.off;
  const bool on = upwards ? value >= limits_.on : value <= limits_.on;
  const bool off = upwards ? value <= limits_.off : value >= limits_.off;
  if (!runs_) {
    if (on || off) runs_ = on;
    return runs_;
  }
  if (*runs_ ? !off : !on) {
    other_since_.reset();
    return runs_;
  }
  if (!other_since_) other_since_ = now;
  if (now - *other_since_ >= (*runs_ ? limits_.off_after : limits_.on_after)) {
    runs_ = !*runs_;
    other_since_.reset();
  }
  return runs_;
}

void Running::forget() {
  runs_.reset();
  other_since_.reset();
}

double Count::take(double value, Duration now) {
  if (limits_.of_register) {
    take_register(value);
  } else {
    take_bit(value != 0, now);
  }
  return counts_ * limits_.each;
}

void Count::take_register(double value) {
  if (last_) {
    double step = value - *last_;
    if (step < 0) step += limits_.wraps_at;
    // More than half a turn in one round is a counter that began anew, from zero.
    counts_ += step <= limits_.wraps_at / 2 ? step : value;
  }
  last_ = value;
}

void Count::take_bit(bool on, Duration now) {
  if (!settled_) {
    settled_ = on;
    return;
  }
  if (on == *settled_) {
    other_since_.reset();
    return;
  }
  if (!other_since_) other_since_ = now;
  if (now - *other_since_ < limits_.debounce) return;
  settled_ = on;
  other_since_.reset();
  if (on != limits_.falling) ++counts_;
}

void Count::forget() {
  settled_.reset();
  other_since_.reset();
}

}  // namespace heed::wire::modbus
