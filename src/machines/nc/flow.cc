// Jumps, loops and calls of an Interpreter.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "machines/nc/interpreter.h"

namespace heed::machines::nc {
namespace {

bool is_word(const std::string_view text, std::string_view word) {
  return in_upper(text) == word;
}

std::string lower(std::string_view text) {
  std::string low;
  for (const char c : text) {
    if (c == ' ' || c == '\t') continue;
    low += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return low;
}

bool is_label(const Token& token) {
  return token.letter == 'O' && token.kind == TokenKind::kLabel;
}

}  // namespace

/// True if the line is one of flow, and was dealt with.
bool Interpreter::flow(Line& line, Expressions& expressions) {
  const Token& token = line.tokens[line.at];
  const Call& call = calls_.back();
  if (dialect_ == Dialect::kLinuxCnc && is_label(token)) {
    if (token.size == 1) {
      computed_call(line, expressions);
      return true;
    }
    const FlowLine* const flow = call.text->index->flow_at(call.line - 1);
    if (flow == nullptr) {
      ++line.at;
      return line.at == line.tokens.size();  // O100 alone names the program
    }
    line.at = std::min(line.at + 2, line.tokens.size());
    label_flow(line, expressions, *flow);
    return true;
  }
  if (is_label(token)) {
    // On Fanuc the next O number is another program: this one has no end of its own.
    if (seen_data_ && calls_.size() == 1) {
      note(NoteKind::kError, "the next program begins where M30, M02 or M99 should stand");
      end(true);
      return true;
    }
    return false;
  }
  return token.kind == TokenKind::kMacro && fanuc_flow(line, expressions);
}

std::optional<bool> Interpreter::condition(Line& line, Expressions& expressions,
                                           std::string_view otherwise) {
  const Value value = expressions.operand(line.at);
  if (value.known()) return value.number != 0;
  note(NoteKind::kUnknown, fmt::format("a condition cannot be computed: {}", otherwise));
  reading_.whole = false;
  return std::nullopt;
}

bool Interpreter::fanuc_flow(Line& line, Expressions& expressions) {
  const auto text_at = [&](std::size_t at) {
    return at < line.tokens.size() ? line.text.substr(line.tokens[at].offset, line.tokens[at].size)
                                   : std::string_view();
  };
  const std::string_view first = text_at(line.at);
  Call& call = calls_.back();
  if (is_word(first, "GOTO")) {
    go_to(expressions.operand(++line.at));
    return true;
  }
  if (is_word(first, "IF")) {
    ++line.at;
    const auto holds = condition(line, expressions, "it is taken not to hold");
    if (!holds.value_or(false)) return true;
    if (is_word(text_at(line.at), "THEN")) ++line.at;
    if (is_word(text_at(line.at), "GOTO")) {
      go_to(expressions.operand(++line.at));
      return true;
    }
    return false;  // IF [...] THEN #1=2: what follows is a block
  }
  if (!is_word(first, "WHILE") && !is_word(first, "DO") && !is_word(first, "END")) return false;
  const FlowLine* const flow = call.text->index->flow_at(call.line - 1);
  if (flow == nullptr || flow->other == kNowhere) {
    note(NoteKind::kError, "a loop whose WHILE … DO and END do not belong together");
    return true;
  }
  const std::size_t other = call.text->index->flow(flow->other)->line;
  if (flow->word == FlowWord::kEndWhile) {
    call.line = other;
  } else if (is_word(first, "WHILE")) {
    ++line.at;
    const auto holds = condition(line, expressions, "the loop is passed by");
    if (!holds.value_or(false)) call.line = other + 1;
  }
  return true;
}

void Interpreter::go_to(Value number) {
  if (!number.known()) {
    note(NoteKind::kUnknown, "GOTO goes to a number that cannot be computed: it goes nowhere");
    reading_.whole = false;
    return;
  }
  Call& call = calls_.back();
  const auto wanted = static_cast<std::uint64_t>(std::llround(std::max(0.0, number.number)));
  const auto line = call.text->index->numbered(wanted, call.line);
  if (!line) {
    note(NoteKind::kError, fmt::format("there is no N{} to go to", wanted));
    end(false);
    return;
  }
  call.line = *line;
}

void Interpreter::label_flow(Line& line, Expressions& expressions, const FlowLine& flow) {
  Call& call = calls_.back();
  const TextIndex& index = *call.text->index;
  const FlowLine* const other = index.flow(flow.other);
  const bool needs_other = flow.word != FlowWord::kCall && flow.word != FlowWord::kReturn;
  if (needs_other && other == nullptr) {
    note(NoteKind::kError, fmt::format("o{} has a word whose partner is missing", flow.label));
    return;
  }
  switch (flow.word) {
    case FlowWord::kSub: call.line = other->line + 1; break;
    case FlowWord::kEndSub:
    case FlowWord::kReturn: leave_sub(line, expressions); break;
    case FlowWord::kCall: call_label(flow.label, line, expressions); break;
    case FlowWord::kIf:
      branch(flow, condition(line, expressions, "it is taken not to hold"));
      break;
    case FlowWord::kElseIf:
    case FlowWord::kElse: {  // reached from the branch before: on to endif
      const FlowLine* last = &flow;
      while (last->word != FlowWord::kEndIf && index.flow(last->other) != nullptr) {
        last = index.flow(last->other);
      }
      call.line = last->line + 1;
      break;
    }
    case FlowWord::kWhile:
      if (!condition(line, expressions, "the loop is passed by").value_or(false)) {
        call.line = other->line + 1;
      }
      break;
    case FlowWord::kDoWhile:
      if (condition(line, expressions, "the loop ends").value_or(false))
        call.line = other->line + 1;
      break;
    case FlowWord::kRepeat: {
      const Value times = expressions.operand(line.at);
      if (!times.known()) {
        note(NoteKind::kUnknown, "how often a loop repeats cannot be computed: it is passed by");
        reading_.whole = false;
      }
      const double count = times.known() ? std::clamp(times.number, 0.0, 1e9) : 0;
      call.loops[index.index_of(flow)] = static_cast<std::uint64_t>(std::llround(count));
      if (count < 0.5) call.line = other->line + 1;
      break;
    }
    case FlowWord::kEndWhile: call.line = other->line; break;
    case FlowWord::kEndRepeat: loop_end(*other); break;
    case FlowWord::kContinue:
    case FlowWord::kBreak: {
      const FlowLine* const last = index.flow(other->other);
      if (last == nullptr) break;
      if (flow.word == FlowWord::kBreak) call.line = last->line + 1;
      if (flow.word == FlowWord::kContinue) call.line = last->line;
      break;
    }
    default: break;
  }
}

/// Goes on in the branch of an `if` that holds.
void Interpreter::branch(const FlowLine& flow, std::optional<bool> holds) {
  Call& call = calls_.back();
  const TextIndex& index = *call.text->index;
  const FlowLine* at = &flow;
  while (!holds.value_or(false)) {
    at = index.flow(at->other);
    if (at == nullptr) return;
    call.line = at->line + 1;
    if (at->word == FlowWord::kEndIf || at->word == FlowWord::kElse) return;
    // elseif: its condition stands on its own line
    const std::string_view text = index.line(at->line);
    if (!lex(text)) return;
    Line line{text, tokens_};
    if (!leading(line)) return;
    const Expressions::Listener listener = this->listener();
    Expressions expressions(text, line.tokens, variables_, dialect_, listener);
    line.at = std::min(line.at + 2, line.tokens.size());
    holds = condition(line, expressions, "it is taken not to hold");
  }
}

void Interpreter::loop_end(const FlowLine& begin) {
  Call& call = calls_.back();
  const TextIndex& index = *call.text->index;
  std::uint64_t& left = call.loops[index.index_of(begin)];
  if (left > 1) {
    --left;
    call.line = begin.line + 1;
  }
}

void Interpreter::computed_call(Line& line, Expressions& expressions) {
  const Value label = expressions.operand(++line.at);
  const bool calls =
      line.at < line.tokens.size() &&
      is_word(line.text.substr(line.tokens[line.at].offset, line.tokens[line.at].size), "CALL");
  if (!label.known() || !calls) {
    note(NoteKind::kUnknown, "a label that cannot be computed: the line is passed by");
    reading_.whole = false;
    return;
  }
  ++line.at;
  call_label(fmt::format("{}", std::llround(label.number)), line, expressions);
}

void Interpreter::call_label(const std::string& label, Line& line, Expressions& expressions) {
  std::vector<Value> arguments;
  while (line.at < line.tokens.size() && arguments.size() < 30) {
    if (line.text[line.tokens[line.at].offset] != '[') break;
    arguments.push_back(expressions.operand(line.at));
  }
  const Text* text = calls_.back().text;
  auto sub = text->index->sub(label);
  if (!sub) {
    const bool named = label.starts_with('<');
    text = look_up(named ? lower(label.substr(1, label.size() - 2)) : label);
    if (text != nullptr) sub = text->index->sub(label);
  }
  if (!sub) {
    note(NoteKind::kUnknown, fmt::format("calls o{}, which is in no text that is at hand", label));
    reading_.whole = false;
    return;
  }
  enter(*text, *sub + 1, 1, true, true);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    variables_.set(static_cast<int>(i) + 1, arguments[i]);
  }
}

void Interpreter::leave_sub(Line& line, Expressions& expressions) {
  if (calls_.size() == 1) {
    note(NoteKind::kError, "endsub or return outside of a call");
    return;
  }
  const bool returns = line.at < line.tokens.size();
  const Value value = returns ? expressions.operand(line.at) : Value::of(0);
  leave();
  variables_.set("_value", value);
  variables_.set("_value_returned", Value::of(returns ? 1 : 0));
}

void Interpreter::enter(const Text& text, std::size_t line, std::uint64_t repeats, bool own_locals,
                        bool by_label) {
  if (calls_.size() >= kMostCalls) {
    note(NoteKind::kLimit, fmt::format("calls are nested more than {} deep", kMostCalls));
    end(false);
    return;
  }
  if (own_locals) variables_.enter();
  calls_.push_back({.text = &text,
                    .line = line,
                    .begin = line,
                    .repeats = repeats,
                    .called_at = main_line_,
                    .own_locals = own_locals,
                    .by_label = by_label});
}

void Interpreter::leave() {
  Call& call = calls_.back();
  if (call.repeats > 1) {
    --call.repeats;
    call.line = call.begin;
    return;
  }
  if (call.own_locals) variables_.leave();
  main_line_ = call.called_at;
  calls_.pop_back();
}

const Interpreter::Text* Interpreter::look_up(const std::string& name) {
  const auto known = std::ranges::find(texts_, name, [](const auto& text) { return text->name; });
  if (known != texts_.end()) return known->get();
  if (!settings_.lookup || texts_.size() >= kMostTexts) return nullptr;
  auto found = settings_.lookup(name);
  if (!found || found->size() > kLargestText) return nullptr;
  auto text = std::make_unique<Text>();
  text->name = name;
  text->own = *std::move(found);
  text->index = std::make_unique<TextIndex>(text->own, dialect_);
  texts_.push_back(std::move(text));
  return texts_.back().get();
}

/// M98 and G65.
void Interpreter::call_program(Value number, Value repeats, bool own_locals) {
  if (!number.known() || number.number < 0 || number.number > 1e9) {
    note(NoteKind::kUnknown, "calls a program whose number cannot be computed");
    reading_.whole = false;
    return;
  }
  auto wanted = static_cast<std::uint64_t>(std::llround(number.number));
  std::uint64_t times = 1;
  if (repeats.known()) {
    times = static_cast<std::uint64_t>(
        std::clamp(repeats.number, 0.0, static_cast<double>(kMostRepeats)));
  }
  const Text* text = calls_.back().text;
  auto line = text->index->program(wanted);
  if (!line && wanted > 9'999 && dialect_ == Dialect::kFanuc) {
    // M98 P51000 is five times O1000.
    times = std::min(wanted / 10'000, kMostRepeats);
    wanted %= 10'000;
    line = text->index->program(wanted);
  }
  if (!line) {
    text = look_up(fmt::format("O{:04}", wanted));
    if (text != nullptr) line = text->index->program(wanted).value_or(0);
  }
  if (!line) {
    note(NoteKind::kUnknown,
         fmt::format("calls O{:04}, which is in no text that is at hand", wanted));
    reading_.whole = false;
    return;
  }
  if (times == 0) return;
  const bool is_named = text->index->program(wanted).has_value();
  enter(*text, *line + (is_named ? 1 : 0), times, own_locals, false);
  if (own_locals && !ended_) pass_arguments();
}

/// Haas's M97: a block of this text as a sub-program.
void Interpreter::call_block(Value number, Value repeats) {
  const Text& text = *calls_.back().text;
  const auto wanted =
      static_cast<std::uint64_t>(std::clamp(number.known() ? number.number : 0.0, 0.0, 1e9));
  const auto line = text.index->numbered(wanted, 0);
  if (!line || !number.known()) {
    note(NoteKind::kError, fmt::format("M97 calls N{}, which is not there", wanted));
    reading_.whole = false;
    return;
  }
  const double times = repeats.known() ? repeats.number : 1;
  if (times < 0.5) return;
  enter(text, *line,
        static_cast<std::uint64_t>(std::clamp(times, 1.0, static_cast<double>(kMostRepeats))),
        false, false);
}

/// The words of a G65 as the locals of the call.
void Interpreter::pass_arguments() {
  constexpr std::string_view kLetters = "ABCIJKDEFHMQRSTUVWXYZ";
  constexpr std::array<int, 21> kNumbers = {1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 13,
                                            17, 18, 19, 20, 21, 22, 23, 24, 25, 26};
  std::array<int, 3> sets{};
  for (const Word& word : block_.all()) {
    const std::size_t place = kLetters.find(word.letter);
    if (place == std::string_view::npos) continue;
    int number = kNumbers.at(place);
    if (word.letter >= 'I' && word.letter <= 'K') {
      int& set = sets.at(static_cast<std::size_t>(word.letter - 'I'));
      number += 3 * set++;
    }
    if (number <= 33) variables_.set(number, word.value);
  }
}

}  // namespace heed::machines::nc
