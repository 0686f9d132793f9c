// The variables of a program: #1 … of a call, #100 … of all, #<name> of LinuxCNC.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "machines/nc/dialect.h"
#include "machines/nc/value.h"

namespace heed::machines::nc {

class Variables {
 public:
  /// What the control itself keeps there (positions, modes); nothing if it is none of those.
  using System = std::function<std::optional<Value>(int number)>;

  Variables(Dialect dialect, System system);
  Value number(int number) const;
  Value named(std::string_view name) const;  ///< Without # < >, in lower case.
  /// False if there are too many.
  bool set(int number, Value value);
  bool set(std::string_view name, Value value);
  bool has(std::string_view name) const;

  /// A call with locals of its own begins, and ends.
  void enter();
  void leave();

 private:
  static constexpr int kMostLocals = 34;
  struct Locals {
    std::array<Value, kMostLocals> numbers;
    std::map<std::string, Value, std::less<>> names;
  };
  int locals() const { return dialect_ == Dialect::kLinuxCnc ? 30 : 33; }
  bool full() const;

  Dialect dialect_;
  System system_;
  std::vector<Locals> calls_;
  std::unordered_map<int, Value> numbers_;
  std::map<std::string, Value, std::less<>> names_;
};

}  // namespace heed::machines::nc
