#include "machines/nc/expression.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace heed::machines::nc {
namespace {

constexpr int kDeepest = 40;
constexpr double kLargest = 1e15;
constexpr double kDegree = std::numbers::pi / 180;

/// The larger the number, the more a sign binds; 0 for what is none.
int level_of(std::string_view sign) {
  if (sign == "**") return 5;
  if (sign == "*" || sign == "/" || sign == "MOD") return 4;
  if (sign == "+" || sign == "-") return 3;
  if (sign == "EQ" || sign == "NE" || sign == "GT" || sign == "GE" || sign == "LT" ||
      sign == "LE") {
    return 2;
  }
  return sign == "AND" || sign == "OR" || sign == "XOR" ? 1 : 0;
}

/// Of Fanuc, where AND, OR, XOR join bits.
double bits(std::string_view sign, double left, double right) {
  const auto a = static_cast<std::int64_t>(left);
  const auto b = static_cast<std::int64_t>(right);
  return static_cast<double>(sign == "AND" ? a & b : sign == "OR" ? a | b : a ^ b);
}

double logic(std::string_view sign, double left, double right) {
  const bool a = left != 0;
  const bool b = right != 0;
  return (sign == "AND" ? a && b : sign == "OR" ? a || b : a != b) ? 1 : 0;
}

/// How near numbers are equal: LinuxCNC's EQ and NE take 0.0001, and its others none; elsewhere the
/// last digits of a control's own numbers.
std::optional<double> compare(std::string_view sign, double a, double b, bool is_linuxcnc) {
  const double apart = std::fabs(a - b);
  const bool equal = apart < (is_linuxcnc ? 1e-4 : 1e-6);
  const bool same = is_linuxcnc ? apart == 0 : equal;
  if (sign == "EQ") return equal ? 1 : 0;
  if (sign == "NE") return equal ? 0 : 1;
  if (sign == "GT") return a > b && !same ? 1 : 0;
  if (sign == "GE") return a > b || same ? 1 : 0;
  if (sign == "LT") return a < b && !same ? 1 : 0;
  if (sign == "LE") return a < b || same ? 1 : 0;
  return std::nullopt;
}

double arithmetic(std::string_view sign, double a, double b) {
  if (sign == "+") return a + b;
  if (sign == "-") return a - b;
  if (sign == "*") return a * b;
  if (sign == "/") return a / b;
  if (sign == "**") return std::pow(a, b);
  const double rest = std::fmod(a, b);  // MOD is never negative
  return rest < 0 ? rest + std::fabs(b) : rest;
}

/// Not a number for what is no function.
double function_of(std::string_view name, double x) {
  if (name == "SIN") return std::sin(x * kDegree);
  if (name == "COS") return std::cos(x * kDegree);
  if (name == "TAN") return std::tan(x * kDegree);
  if (name == "ASIN") return std::asin(x) / kDegree;
  if (name == "ACOS") return std::acos(x) / kDegree;
  if (name == "ATAN") return std::atan(x) / kDegree;
  if (name == "SQRT") return std::sqrt(x);
  if (name == "ABS") return std::fabs(x);
  if (name == "ROUND") return std::round(x);
  if (name == "FIX") return std::floor(x);
  if (name == "FUP") return std::ceil(x);
  if (name == "LN") return std::log(x);
  if (name == "EXP") return std::exp(x);
  if (name == "ADP") return x;
  return std::nan("");
}

bool is_function(std::string_view name) {
  return name == "EXISTS" || name == "BIN" || name == "BCD" || !std::isnan(function_of(name, 0.5));
}

}  // namespace

std::string in_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text == "." || text == "-.") return 0;
  double number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || std::fabs(number) > kLargest) return std::nullopt;
  return number;
}

std::string_view Expressions::text_of(std::size_t at) const {
  if (at >= tokens_.size()) return {};
  return text_.substr(tokens_[at].offset, tokens_[at].size);
}

bool Expressions::is(std::size_t at, std::string_view sign) const {
  return at < tokens_.size() && tokens_[at].kind == TokenKind::kMacro && text_of(at) == sign;
}

Value Expressions::fault(std::string_view what) {
  if (!wrong_) listener_.wrong(what);
  wrong_ = true;
  return Value::unknown();
}

Value Expressions::expression(std::size_t& at) {
  return sum(at, 1);
}

Value Expressions::sum(std::size_t& at, int level) {
  if (++depth_ > kDeepest) return fault("an expression is nested too deep");
  Value left = operand(at);
  while (!wrong_ && at < tokens_.size() && tokens_[at].kind == TokenKind::kMacro) {
    std::string sign = in_upper(text_of(at));
    std::size_t size = 1;
    if (sign == "*" && is(at + 1, "*")) {
      sign = "**";
      size = 2;
    }
    const int binds = level_of(sign);
    if (binds == 0 || binds < level) break;
    at += size;
    const Value right = sum(at, binds + 1);
    left = combine(sign, left, right);
  }
  --depth_;
  return left;
}

Value Expressions::combine(std::string_view sign, Value left, Value right) {
  // What is compared with #0 is asked whether it holds anything.
  const bool vacancy = left.is == Value::Is::kVacant || right.is == Value::Is::kVacant;
  if (vacancy && left.known() && right.known() && (sign == "EQ" || sign == "NE")) {
    return Value::of((left.is == right.is) == (sign == "EQ") ? 1 : 0);
  }
  if (!left.known() || !right.known()) return Value::unknown();
  const double a = left.number;
  const double b = right.number;
  if (level_of(sign) == 1) {
    const bool joins_bits = dialect_ == Dialect::kFanuc || dialect_ == Dialect::kHaas;
    return Value::of(joins_bits ? bits(sign, a, b) : logic(sign, a, b));
  }
  const bool is_linuxcnc = dialect_ == Dialect::kLinuxCnc;
  if (const auto compared = compare(sign, a, b, is_linuxcnc)) return Value::of(*compared);
  const double result = arithmetic(sign, a, b);
  if (!std::isfinite(result) || std::fabs(result) > kLargest) {
    return fault(b == 0 ? "a division by zero" : "a result that is no number");
  }
  return Value::of(result);
}

Value Expressions::operand(std::size_t& at) {
  if (++depth_ > kDeepest) return fault("an expression is nested too deep");
  Value value = Value::unknown();
  if (at >= tokens_.size()) {
    value = fault("a value is missing at the end of the block");
  } else if (is(at, "+")) {
    value = operand(++at);
  } else if (is(at, "-")) {
    value = operand(++at);
    value = value.known() ? Value::of(-value.number) : value;
  } else if (tokens_[at].kind == TokenKind::kNumber && tokens_[at].letter == 0) {
    const auto number = parse_number(text_of(at));
    value = number ? Value::of(*number) : fault("a number that is too large");
    ++at;
  } else if (text_of(at).starts_with('#')) {
    value = variable(at);
  } else if (is(at, "[")) {
    value = bracket(at);
  } else if (tokens_[at].kind == TokenKind::kMacro && is_function(in_upper(text_of(at)))) {
    value = function(at);
  } else {
    value = fault(fmt::format("'{}' stands where a value should", text_of(at).substr(0, 20)));
  }
  --depth_;
  return value;
}

Value Expressions::bracket(std::size_t& at) {
  const Value value = expression(++at);
  if (wrong_) return Value::unknown();
  if (!is(at, "]")) return fault("a ] is missing");
  ++at;
  return value;
}

Value Expressions::function(std::size_t& at) {
  const std::string name = in_upper(text_of(at++));
  if (!is(at, "[")) return fault(fmt::format("{} needs a [", name));
  if (name == "EXISTS") {
    std::string variable(text_of(++at));
    if (!variable.starts_with("#<") || !is(at + 1, "]")) return fault("EXISTS asks for a #<name>");
    at += 2;
    for (char& c : variable) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return Value::of(variables_.has(variable.substr(2, variable.size() - 3)) ? 1 : 0);
  }
  Value x = expression(++at);
  Value over = Value::of(1);
  if (name == "ATAN" && is(at, ",")) {
    over = expression(++at);
  }
  if (wrong_) return Value::unknown();
  if (!is(at, "]")) return fault("a ] is missing");
  ++at;
  if (name == "ATAN" && is(at, "/") && is(at + 1, "[")) over = bracket(++at);
  if (!x.known() || !over.known()) return Value::unknown();
  if (name == "BIN" || name == "BCD") return fault(name + " is not known here");
  const double result =
      name == "ATAN" ? std::atan2(x.number, over.number) / kDegree : function_of(name, x.number);
  if (!std::isfinite(result)) return fault(fmt::format("{} has no value there", name));
  return Value::of(result);
}

Expressions::Target Expressions::target(std::size_t& at) {
  const std::string_view text = text_of(at++);
  if (text.starts_with("#<")) {
    std::string name;
    for (const char c : text.substr(2, text.size() - 3)) {
      if (c == ' ' || c == '\t') continue;
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return {name, Value::unknown()};
  }
  if (text.size() > 1) {
    const auto number = parse_number(text.substr(1));
    return {{}, number ? Value::of(*number) : fault("a variable's number is too large")};
  }
  return {{}, operand(at)};
}

Value Expressions::variable(std::size_t& at) {
  const Target which = target(at);
  if (wrong_) return Value::unknown();
  if (!which.name.empty()) {
    const Value value = variables_.named(which.name);
    if (!value.known()) listener_.not_set("#<" + which.name + ">");
    return value;
  }
  if (!which.number.known()) return Value::unknown();
  if (which.number.number < 0 || which.number.number > 1e6) {
    return fault(fmt::format("there is no variable #{}", which.number.number));
  }
  const int number = static_cast<int>(std::lround(which.number.number));
  const Value value = variables_.number(number);
  if (!value.known()) listener_.not_set(fmt::format("#{}", number));
  return value;
}

}  // namespace heed::machines::nc
