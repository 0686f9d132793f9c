// The arithmetic of macros, read from tokens and computed at once.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "machines/nc/token.h"
#include "machines/nc/value.h"
#include "machines/nc/variables.h"

namespace heed::machines::nc {

/// Reads expressions out of a block's tokens (blanks and comments left out), from `at` on.
/// What is wrong is told once, after which every value is unknown.
class Expressions {
 public:
  /// Hears of what is wrong, and of variables that nobody set: "#100".
  struct Listener {
    std::function<void(std::string_view wrong)> wrong;
    std::function<void(std::string_view variable)> not_set;
  };

  Expressions(std::string_view text, std::span<const Token> tokens, const Variables& variables,
              Dialect dialect, const Listener& listener)
      : text_(text),
        tokens_(tokens),
        variables_(variables),
        dialect_(dialect),
        listener_(listener) {}

  /// An operand: a number, #…, […], a function, with signs before.
  Value operand(std::size_t& at);
  /// A whole expression, as it stands right of = or in […].
  Value expression(std::size_t& at);
  /// What # refers to: a number, or a name without < >. The token at `at` is the #….
  struct Target {
    std::string name;
    Value number;
  };
  Target target(std::size_t& at);

 private:
  std::string_view text_of(std::size_t at) const;
  bool is(std::size_t at, std::string_view sign) const;
  Value sum(std::size_t& at, int level);
  Value function(std::size_t& at);
  Value bracket(std::size_t& at);
  Value variable(std::size_t& at);
  Value combine(std::string_view sign, Value left, Value right);
  Value fault(std::string_view what);

  std::string_view text_;
  std::span<const Token> tokens_;
  const Variables& variables_;
  Dialect dialect_;
  const Listener& listener_;
  int depth_ = 0;
  bool wrong_ = false;
};

/// The number of a text as a program writes it: "5.", "-.5", "+3", ".". Nothing beyond 10^15.
std::optional<double> parse_number(std::string_view text);

std::string in_upper(std::string_view text);

}  // namespace heed::machines::nc
