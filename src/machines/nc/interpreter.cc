#include "machines/nc/interpreter.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace heed::machines::nc {
namespace {

constexpr std::size_t kLongestTitle = 80;

bool is_blank_token(const Token& token) {
  return token.kind == TokenKind::kBlank || token.kind == TokenKind::kLineEnd ||
         token.kind == TokenKind::kComment;
}

/// A comment without its signs and the blanks around it.
std::string_view words_of(std::string_view comment) {
  if (comment.starts_with('(') || comment.starts_with(';')) comment.remove_prefix(1);
  if (comment.ends_with(')')) comment.remove_suffix(1);
  const auto is_edge = [](char c) { return c == ' ' || c == '\t' || c == '-' || c == '*'; };
  while (!comment.empty() && is_edge(comment.front())) comment.remove_prefix(1);
  while (!comment.empty() && is_edge(comment.back())) comment.remove_suffix(1);
  return comment.substr(0, kLongestTitle);
}

}  // namespace

void Block::clear() {
  words_.clear();
  letters_ = 0;
}

void Block::add(const Word& word) {
  words_.push_back(word);
  letters_ |= 1U << (word.letter - 'A');
}

const Word* Block::find(char letter) const {
  if ((letters_ & (1U << (letter - 'A'))) == 0) return nullptr;
  return &*std::ranges::find(words_, letter, &Word::letter);
}

Interpreter::Interpreter(std::string_view text, const Settings& settings, Dialect dialect,
                         const std::function<void(const Step&)>& take)
    : settings_(settings),
      dialect_(dialect),
      take_(take),
      mover_(settings, modal_, [this](Step& step) { emit(step); }),
      variables_(dialect, [this](int number) { return system_variable(number); }) {
  reading_.dialect = dialect;
  auto main = std::make_unique<Text>();
  main->index = std::make_unique<TextIndex>(text, dialect);
  reading_.lines = main->index->lines();
  const bool has_turret = dialect == Dialect::kFanuc || dialect == Dialect::kHaas;
  changes_by_t_ = has_turret && !main->index->changes_tools();
  if (dialect == Dialect::kLinuxCnc) modal_.corner = Corner::kFree;
  if (dialect == Dialect::kMarlin) modal_.motion = 0;
  for (const auto& [name, value] : settings.variables) {
    if (name.starts_with("#<") && name.ends_with('>')) {
      variables_.set(std::string_view(name).substr(2, name.size() - 3), Value::of(value));
    } else if (const auto number = parse_number(std::string_view(name).substr(1))) {
      variables_.set(static_cast<int>(*number), Value::of(value));
    }
  }
  calls_.push_back({.text = main.get()});
  texts_.push_back(std::move(main));
}

void Interpreter::note(NoteKind kind, std::string_view text) {
  notes_.add(kind, main_line_, text);
}

void Interpreter::end(bool whole) {
  ended_ = true;
  reading_.whole = reading_.whole && whole;
}

void Interpreter::emit(Step& step) {
  step.line = main_line_;
  if (exact_stop_) step.corner = Corner::kStop;
  take_(step);
}

Reading Interpreter::run() {
  while (!ended_) {
    Call& call = calls_.back();
    if (call.line >= call.text->index->lines()) {
      end_of_text();
      continue;
    }
    ++reading_.blocks;
    if (has_done_most()) break;
    const std::string_view text = call.text->index->line(call.line++);
    beside_ += text.size() / kBytesOfBlock;
    if (call.text == texts_.front().get()) main_line_ = static_cast<std::uint32_t>(call.line);
    execute_line(text);
  }
  if (has_done_most()) {
    reading_.cut = true;
    note(NoteKind::kLimit, fmt::format("{} blocks were executed, and the program goes on: "
                                       "it may never end by itself",
                                       settings_.most_blocks));
    end(false);
  }
  reading_.notes = notes_.take();
  return std::move(reading_);
}

void Interpreter::end_of_text() {
  if (calls_.size() > 1) {
    note(NoteKind::kError, "a sub-program ends without M99 or endsub");
    leave();
    return;
  }
  const bool is_printer = dialect_ == Dialect::kMarlin || dialect_ == Dialect::kGrbl;
  if (!is_printer && reading_.blocks > 0) {
    note(NoteKind::kError, "the text ends without M30, M02 or %");
  }
  end(true);
}

bool Interpreter::lex(std::string_view text) {
  tokens_.clear();
  bool other = false;
  Lexer lexer(text, dialect_);
  for (Token token; lexer.next(token);) {
    if (token.kind == TokenKind::kComment && text[token.offset] == '(' &&
        text[token.offset + token.size - 1] != ')') {
      note(NoteKind::kError, "a comment that is not closed with )");
    }
    if (token.kind == TokenKind::kError) {
      note(NoteKind::kError, "there are bytes that mean nothing to the control");
    }
    other = other || token.kind == TokenKind::kError;
    if (!is_blank_token(token) && token.kind != TokenKind::kError) tokens_.push_back(token);
  }
  return !tokens_.empty();
}

void Interpreter::comment_only(std::string_view text) {
  Lexer lexer(text, dialect_);
  for (Token token; lexer.next(token);) {
    if (token.kind != TokenKind::kComment) continue;
    const std::string_view title = words_of(text.substr(token.offset, token.size));
    if (title.empty()) continue;
    Step step{.kind = StepKind::kSection, .title = title};
    emit(step);
    return;
  }
}

Expressions::Listener Interpreter::listener() {
  return {[this](std::string_view wrong) { note(NoteKind::kError, wrong); },
          [this](std::string_view variable) {
            note(NoteKind::kUnknown,
                 fmt::format("depends on {}, which the program does not set", variable));
          }};
}

/// What stands before the words: / and N. False if the block is passed by.
bool Interpreter::leading(Line& line) {
  const auto text_at = [&](std::size_t at) {
    return line.text.substr(line.tokens[at].offset, line.tokens[at].size);
  };
  if (text_at(0).starts_with('/')) {
    ++line.at;
    if (settings_.block_delete) return false;
    note(NoteKind::kAssumed, "blocks with / are executed: the switch is taken to be off");
  }
  while (line.at < line.tokens.size() && line.tokens[line.at].letter == 'N') {
    const bool empty = line.tokens[line.at++].size == 1;
    if (empty && line.at < line.tokens.size() && line.tokens[line.at].letter == 0) ++line.at;
  }
  if (line.at < line.tokens.size() && text_at(line.at) == "%") {
    if (seen_data_) {
      end(calls_.size() == 1);
      return false;
    }
    return false;
  }
  return line.at < line.tokens.size();
}

void Interpreter::execute_line(std::string_view text) {
  if (!lex(text)) {
    comment_only(text);
    return;
  }
  Line line{text, tokens_};
  if (!leading(line)) return;
  const Expressions::Listener listener = this->listener();
  Expressions expressions(text, line.tokens, variables_, dialect_, listener);
  if (flow(line, expressions)) {
    seen_data_ = true;
    return;
  }
  read_words(line, expressions);
  seen_data_ = seen_data_ || !block_.empty();
  execute_block();
}

void Interpreter::read_words(Line& line, Expressions& expressions) {
  block_.clear();
  while (line.at < line.tokens.size()) {
    if (block_.all().size() >= kMostWords) {
      note(NoteKind::kLimit, fmt::format("a block has more than {} words", kMostWords));
      return;
    }
    if (!read_word(line, expressions)) return;
  }
}

/// False if the rest of the block cannot be read.
bool Interpreter::read_word(Line& line, Expressions& expressions) {
  const Token& token = line.tokens[line.at];
  const std::string_view text = line.text.substr(token.offset, token.size);
  if (text.starts_with('#')) {
    assign(line, expressions);
    return true;
  }
  if (text == "," || text.starts_with('<')) {  // ,R5 rounds a corner; <NAME> names the program
    if (text == ",") note(NoteKind::kNotModelled, "chamfers and roundings with a comma");
    line.at += text == "," ? 2 : 1;
    return true;
  }
  if (text == "*" && (dialect_ == Dialect::kMarlin || dialect_ == Dialect::kGrbl)) {
    line.at = line.tokens.size();  // a checksum
    return true;
  }
  if (text.starts_with('$') || text == "%") {
    line.at = line.tokens.size();
    return true;
  }
  if (token.letter == 0 || token.kind == TokenKind::kMacro) {
    if (in_upper(text) != "DPRNT" && in_upper(text) != "BPRNT" && in_upper(text) != "POPEN" &&
        in_upper(text) != "PCLOS") {
      note(NoteKind::kError, fmt::format("'{}' stands where a word should", text.substr(0, 20)));
    }
    line.at = line.tokens.size();
    return false;
  }
  ++line.at;
  Word word{token.letter, {}, true};
  if (token.size > 1 && token.letter != 'O') {
    const std::string_view number = text.substr(text.find_first_of("+-.0123456789"));
    const auto parsed = parse_number(number);
    if (!parsed) {
      note(NoteKind::kError, fmt::format("{} has a number that is too large", token.letter));
    }
    word.value = parsed ? Value::of(*parsed) : Value::unknown();
    word.point = number.find('.') != std::string_view::npos;
  } else if (token.letter == 'O') {
    return true;  // the program's own number
  } else if (dialect_ == Dialect::kMarlin) {
    word.value = Value::of(0);  // G28 X
  } else {
    word.value = expressions.operand(line.at);
  }
  if (word.value.is != Value::Is::kVacant) block_.add(word);
  return true;
}

void Interpreter::assign(Line& line, Expressions& expressions) {
  const Expressions::Target target = expressions.target(line.at);
  const bool has_equals =
      line.at < line.tokens.size() && line.text[line.tokens[line.at].offset] == '=';
  if (!has_equals) {
    note(NoteKind::kError, "a variable without = after it");
    line.at = line.tokens.size();
    return;
  }
  const Value value = expressions.expression(++line.at);
  if (!target.name.empty()) {
    if (!variables_.set(target.name, value)) note(NoteKind::kLimit, "too many variables");
    return;
  }
  if (!target.number.known()) return;
  const int number = static_cast<int>(std::lround(std::clamp(target.number.number, -1.0, 1e6)));
  if (number == 3000 && dialect_ != Dialect::kLinuxCnc) {
    note(NoteKind::kUnknown, "the program raises an alarm here (#3000), which ends it");
    end(false);
    return;
  }
  if (number == 3006 && dialect_ != Dialect::kLinuxCnc) {
    Step step{.kind = StepKind::kStop};
    emit(step);
    return;
  }
  if (!variables_.set(number, value)) note(NoteKind::kLimit, "too many variables");
}

std::optional<Value> Interpreter::system_variable(int number) const {
  const auto position = [&](int first) -> std::optional<Value> {
    const auto axis = static_cast<std::size_t>(number - first);
    const auto at = mover_.coordinate(axis);
    if (!at) return Value::unknown();
    return Value::of(*at / (axis >= 3 && axis <= 5 ? 1 : modal_.unit()));
  };
  if (dialect_ == Dialect::kLinuxCnc) {
    if (number >= 5420 && number <= 5428) return position(5420);
    if (number == 5220) return Value::of(modal_.system);
    if (number == 5400) return Value::of(modal_.tool);
  } else if (number >= 5001 && number <= 5003) {
    return position(5001);
  } else if (number >= 5041 && number <= 5043) {
    return position(5041);
  }
  return std::nullopt;
}

}  // namespace heed::machines::nc
