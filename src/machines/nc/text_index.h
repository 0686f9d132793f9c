// Where a program's lines, labels and loops are.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/nc/dialect.h"

namespace heed::machines::nc {

/// The words that stand behind a LinuxCNC label, WHILE and END of Fanuc.
enum class FlowWord : std::uint8_t {
  kNone,
  kSub,
  kEndSub,
  kIf,
  kElseIf,
  kElse,
  kEndIf,
  kWhile,
  kEndWhile,
  kDo,
  kDoWhile,  ///< The `while` that ends a `do`.
  kRepeat,
  kEndRepeat,
  kBreak,
  kContinue,
  kCall,
  kReturn,
};

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// A line with a word of flow.
struct FlowLine {
  std::size_t line = 0;
  FlowWord word = FlowWord::kNone;
  std::string label;             ///< In lower case: "100", "<name>", "do1".
  std::size_t other = kNowhere;  ///< Where its loop begins or ends, its `if` goes on: a flow line.
};

/// One program text. Lines are counted from 0 here. What it is made from must outlive it.
class TextIndex {
 public:
  TextIndex(std::string_view text, Dialect dialect);

  std::size_t lines() const { return starts_.size(); }
  std::string_view line(std::size_t index) const;
  /// The flow line at a line; null if it is none.
  const FlowLine* flow_at(std::size_t line) const;
  const FlowLine* flow(std::size_t index) const {
    return index < flows_.size() ? &flows_[index] : nullptr;
  }
  std::size_t index_of(const FlowLine& flow) const {
    return static_cast<std::size_t>(&flow - flows_.data());
  }
  /// The line of a LinuxCNC sub.
  std::optional<std::size_t> sub(std::string_view label) const;
  /// The line of an O number.
  std::optional<std::size_t> program(std::uint64_t number) const;
  /// The line with an N number: the next one from `from` on, else the first of the text.
  std::optional<std::size_t> numbered(std::uint64_t number, std::size_t from) const;
  bool changes_tools() const { return changes_tools_; }

 private:
  struct Label {
    std::uint32_t number = 0, line = 0;
    auto operator<=>(const Label&) const = default;
  };
  void look_at(std::size_t line, Dialect dialect);
  void look_at_label(std::size_t line, std::string_view text);
  void look_at_loop(std::size_t line, std::string_view text);
  void pair();

  std::string_view text_;
  std::vector<std::uint32_t> starts_;
  std::vector<FlowLine> flows_;
  std::map<std::string, std::size_t, std::less<>> subs_;
  std::map<std::uint64_t, std::size_t> programs_;
  std::vector<Label> numbers_;
  bool changes_tools_ = false;
};

}  // namespace heed::machines::nc
