// The run of one program: its texts, calls, loops, and what its blocks do. Used by interpret.cc
// alone.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "machines/nc/expression.h"
#include "machines/nc/mover.h"
#include "machines/nc/notes.h"
#include "machines/nc/text_index.h"
#include "machines/nc/variables.h"

namespace heed::machines::nc {

constexpr std::size_t kMostWords = 100;         ///< Of one block.
constexpr std::uint64_t kMostRepeats = 10'000;  ///< Of one cycle or call; and pecks of one hole.

struct Word {
  char letter = 0;
  Value value;
  bool point = false;  ///< Whether a decimal point, or an expression, was written.
};

/// The words of one block, by letter and in their order.
class Block {
 public:
  void clear();
  void add(const Word& word);
  const Word* find(char letter) const;
  bool has(char letter) const { return find(letter) != nullptr; }
  /// All of a letter that can stand more than once: G, M, and I J K of a call.
  const std::vector<Word>& all() const { return words_; }
  bool empty() const { return words_.empty(); }

 private:
  std::vector<Word> words_;
  std::uint32_t letters_ = 0;
};

class Interpreter {
 public:
  Interpreter(std::string_view text, const Settings& settings, Dialect dialect,
              const std::function<void(const Step&)>& take);
  Reading run();

 private:
  struct Text {
    std::string name;
    std::string own;  ///< Of what was looked up.
    std::unique_ptr<TextIndex> index;
  };
  struct Call {
    const Text* text = nullptr;
    std::size_t line = 0;         ///< The next one.
    std::size_t begin = 0;        ///< For the next repeat.
    std::uint64_t repeats = 1;    ///< Left, this one included.
    std::uint32_t called_at = 0;  ///< Line of the main text.
    bool own_locals = false;
    bool by_label = false;                                   ///< Of LinuxCNC: ends with endsub.
    std::unordered_map<std::size_t, std::uint64_t> loops{};  ///< What `repeat` has left.
  };
  /// The tokens of a line that mean something, and how far they were read.
  struct Line {
    std::string_view text;
    std::span<const Token> tokens;
    std::size_t at = 0;
  };

  // interpreter.cc: lines and what divides them.
  void end_of_text();
  void execute_line(std::string_view text);
  bool lex(std::string_view text);
  void comment_only(std::string_view text);
  bool leading(Line& line);
  void read_words(Line& line, Expressions& expressions);
  bool read_word(Line& line, Expressions& expressions);
  void assign(Line& line, Expressions& expressions);
  Expressions::Listener listener();
  void note(NoteKind kind, std::string_view text);
  void end(bool whole);
  bool has_done_most() const { return reading_.blocks + beside_ > settings_.most_blocks; }

  // flow.cc: jumps, loops and calls.
  bool flow(Line& line, Expressions& expressions);
  bool fanuc_flow(Line& line, Expressions& expressions);
  void label_flow(Line& line, Expressions& expressions, const FlowLine& flow);
  void branch(const FlowLine& flow, std::optional<bool> holds);
  void loop_end(const FlowLine& flow);
  void computed_call(Line& line, Expressions& expressions);
  void go_to(Value number);
  void call_label(const std::string& label, Line& line, Expressions& expressions);
  void call_program(Value number, Value repeats, bool own_locals);
  void call_block(Value number, Value repeats);
  void enter(const Text& text, std::size_t line, std::uint64_t repeats, bool own_locals,
             bool by_label);
  void leave();
  void leave_sub(Line& line, Expressions& expressions);
  void pass_arguments();
  const Text* look_up(const std::string& name);
  std::optional<bool> condition(Line& line, Expressions& expressions, std::string_view otherwise);

  // blocks.cc: what words mean.
  void execute_block();
  void before_motion();
  void set_feed_and_speed();
  void set_mode(Code code);
  void set_path_mode(Code code);
  void not_modelled(Code code);
  void functions();
  void spindle(int turning);
  void change_tool();
  bool other_motion();
  void dwell();
  std::optional<double> dwell_seconds() const;
  void reference(Code code);
  void set_origin();
  void motion();
  void cut(const Targets& targets);
  void thread(const Targets& targets);
  void arc(const Targets& targets);
  void after_motion();
  void leave_program(Value next);
  bool has_code(Code code) const;
  Targets targets(bool machine);
  std::optional<double> value(char letter, double unit) const;
  std::optional<double> length(char letter) const { return value(letter, modal_.unit()); }
  std::optional<Value> system_variable(int number) const;
  void emit(Step& step);

  // cycles.cc: holes.
  void cycle(const Targets& targets);
  void hole(Code code, const Place& r, const Place& z);
  void pecks(Code code, const Place& r, const Place& z);
  void set_cycle_words();
  void to(std::size_t axis, Target target, bool cuts);

  const Settings& settings_;
  Dialect dialect_;
  const std::function<void(const Step&)>& take_;
  Modal modal_;
  Mover mover_;
  Variables variables_;
  Notes notes_;
  Reading reading_;

  std::vector<std::unique_ptr<Text>> texts_;
  std::vector<Call> calls_;
  std::uint32_t main_line_ = 0;
  bool ended_ = false;
  std::uint64_t beside_ = 0;  ///< Blocks' worth of work that are no blocks.
  bool seen_data_ = false;
  bool changes_by_t_ = false;  ///< A turret: T0101 alone changes the tool.

  std::vector<Token> tokens_;
  Block block_;
  std::vector<Code> codes_;
  std::vector<int> functions_;
  bool exact_stop_ = false;  ///< G9, for this block.
  bool needs_stop_ = false;  ///< This block has a function that the axes stand still for.
  std::set<std::uint32_t> tools_;

  struct CycleWords {
    Value r = Value::unknown(), z = Value::unknown(), q = Value::of(0), p = Value::of(0);
    Place initial;
  };
  CycleWords cycle_;
};

}  // namespace heed::machines::nc
