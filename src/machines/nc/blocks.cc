// What the words of a block mean to an Interpreter, in the order of execution of RS274/NGC (NISTIR
// 6556, table 8).
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "machines/nc/interpreter.h"

namespace heed::machines::nc {
namespace {

constexpr std::string_view kAxisLetters = "XYZABCUVW";
constexpr std::size_t kExtruder = 6;  ///< Marlin's E.
constexpr double kFoot = 304.8;

bool is_rotary(std::size_t axis) {
  return axis >= 3 && axis <= 5;
}
bool is_probe(Code code) {
  return code >= 382 && code <= 385;
}

}  // namespace

bool Interpreter::has_code(Code code) const {
  return std::ranges::find(codes_, code) != codes_.end();
}

std::optional<double> Interpreter::value(char letter, double unit) const {
  const Word* const word = block_.find(letter);
  if (word == nullptr || !word->value.known()) return std::nullopt;
  const bool counts_increments = settings_.least_increment > 0 && !word->point &&
                                 (dialect_ == Dialect::kFanuc || dialect_ == Dialect::kHaas);
  return word->value.number * unit * (counts_increments ? settings_.least_increment : 1);
}

void Interpreter::execute_block() {
  codes_.clear();
  functions_.clear();
  exact_stop_ = false;
  needs_stop_ = false;
  if (block_.empty() || ended_) return;
  for (const Word& word : block_.all()) {
    if (word.letter != 'G' && word.letter != 'M') continue;
    if (!word.value.known() || word.value.number < 0 || word.value.number > 9'999) {
      note(NoteKind::kUnknown, fmt::format("{} has a number that cannot be computed", word.letter));
      continue;
    }
    if (word.letter == 'G') codes_.push_back(static_cast<int>(std::lround(word.value.number * 10)));
    if (word.letter == 'M') functions_.push_back(static_cast<int>(std::lround(word.value.number)));
  }
  if (has_code(650)) {
    const Word* const program = block_.find('P');
    const Word* const times = block_.find('L');
    call_program(program == nullptr ? Value::unknown() : program->value,
                 times == nullptr ? Value::unknown() : times->value, true);
    return;
  }
  before_motion();
  if (!other_motion()) motion();
  exact_stop_ = false;
  after_motion();
}

void Interpreter::before_motion() {
  for (const Code code : codes_) {
    if (code != 200 && code != 210) continue;
    modal_.inch = code == 200;
    modal_.units_told = true;
  }
  set_feed_and_speed();
  functions();
  for (const Code code : codes_) set_mode(code);
}

void Interpreter::set_feed_and_speed() {
  for (const Code code : codes_) {
    if (code == 930) modal_.feed_mode = Modal::FeedMode::kInverseTime;
    if (code == 940) modal_.feed_mode = Modal::FeedMode::kPerMinute;
    if (code == 950) modal_.feed_mode = Modal::FeedMode::kPerTurn;
    if (code == 960) modal_.constant_surface = true;
    if (code == 970) modal_.constant_surface = false;
    if (code == 960) modal_.most_rpm = value('D', 1).value_or(modal_.most_rpm);
  }
  // Inverse time holds for its own block alone.
  if (modal_.feed_mode == Modal::FeedMode::kInverseTime) modal_.feed = Value::unknown();
  if (const Word* const feed = block_.find('F')) {
    modal_.feed = feed->value;
    modal_.feed_unit = modal_.unit();
  }
  const Word* const speed = block_.find('S');
  if (speed == nullptr || dialect_ == Dialect::kMarlin || has_code(40)) return;
  if (has_code(920) || has_code(500)) {
    modal_.most_rpm = speed->value.known() ? speed->value.number : 0;
  } else if (modal_.constant_surface) {
    modal_.surface = speed->value;
    modal_.surface.number *= modal_.inch ? kFoot : 1'000;
  } else {
    modal_.rpm = speed->value;
  }
}

void Interpreter::set_mode(Code code) {
  const bool is_cycle = code == 730 || code == 740 || code == 760 || (code > kG80 && code <= 890);
  const bool is_way = code == 0 || code == 10 || code == 20 || code == 30 || code == 320 ||
                      code == 330 || code == 331 || is_probe(code);
  if (is_cycle && !modal_.in_cycle()) {
    cycle_ = {};
    cycle_.initial = mover_.place(plane_of(modal_.plane).third);
  }
  if (is_cycle || is_way || code == kG80) {
    modal_.motion = code == kG80 ? kNoMotion : code;
    return;
  }
  switch (code) {
    case 170:
    case 180:
    case 190: modal_.plane = static_cast<std::uint8_t>((code - 170) / 10); return;
    case 900: modal_.relative = false; return;
    case 910: modal_.relative = true; return;
    case 901: modal_.arc_absolute = true; return;
    case 911: modal_.arc_absolute = false; return;
    case 980: modal_.returns_to_r = false; return;
    case 990: modal_.returns_to_r = true; return;
    case 70:
    case 80: modal_.diameter = code == 70; return;
    case 541:
      modal_.system = 9 + static_cast<int>(std::clamp(value('P', 1).value_or(1), 1.0, 300.0));
      return;
    case 591:
    case 592:
    case 593: modal_.system = 6 + code - 590; return;
    case 90:
    case 610:
    case 611:
    case 640: set_path_mode(code); return;
    default: break;
  }
  if (code >= 540 && code <= 590 && code % 10 == 0) {
    modal_.system = (code - 530) / 10;
    return;
  }
  not_modelled(code);
}

void Interpreter::set_path_mode(Code code) {
  const bool is_linuxcnc = dialect_ == Dialect::kLinuxCnc;
  modal_.tolerance = 0;
  if (code == 90) exact_stop_ = true;
  if (code == 611) modal_.corner = Corner::kStop;
  // LinuxCNC's exact path slows down where the direction changes and stops nowhere else.
  if (code == 610) modal_.corner = is_linuxcnc ? Corner::kTolerance : Corner::kStop;
  if (code == 640) {
    const auto tolerance = is_linuxcnc ? length('P') : std::nullopt;
    modal_.corner = tolerance ? Corner::kTolerance : is_linuxcnc ? Corner::kFree : Corner::kMachine;
    modal_.tolerance = std::max(0.0, tolerance.value_or(0));
  }
}

void Interpreter::not_modelled(Code code) {
  // Those that take no time, or that others deal with.
  constexpr std::array<Code, 48> kQuiet = {
      40,  100, 150, 200, 210, 220,  230,  250,  260, 280, 281, 300, 301, 400, 430,  431,
      432, 440, 490, 500, 501, 511,  520,  530,  650, 670, 690, 790, 920, 921, 922,  923,
      930, 940, 950, 960, 970, 1030, 1070, 1870, 50,  51,  80,  640, 434, 435, 1160, 290};
  if (dialect_ == Dialect::kLinuxCnc && code >= 50 && code <= 53) {
    note(NoteKind::kNotModelled, "splines (G5): they are taken as straight ways");
    return;
  }
  if (std::ranges::find(kQuiet, code) != kQuiet.end()) return;
  switch (code) {
    case 410:
    case 420:
    case 411:
    case 421:
      note(NoteKind::kNotModelled, "radius compensation: ways are as long as they are programmed");
      return;
    case 160:
      note(NoteKind::kNotModelled, "polar coordinates (G16): X and Y are taken as they are");
      reading_.whole = false;
      return;
    case 680: note(NoteKind::kNotModelled, "rotation (G68): it changes no length"); return;
    case 510:
      note(NoteKind::kNotModelled, "scaling (G51): ways are as long as they are programmed");
      return;
    case 660:
      note(NoteKind::kNotModelled, "a modal call (G66): its macro is not executed");
      reading_.whole = false;
      return;
    default: break;
  }
  note(NoteKind::kNotModelled, code % 10 == 0
                                   ? fmt::format("G{} is not known here", code / 10)
                                   : fmt::format("G{}.{} is not known here", code / 10, code % 10));
}

void Interpreter::functions() {
  if (const Word* const tool = block_.find('T')) {
    modal_.selected = tool->value;
    if (changes_by_t_ && dialect_ != Dialect::kMarlin) {
      if (tool->value.known() && tool->value.number >= 100) {
        note(NoteKind::kAssumed,
             "a turning program: T changes the tool, X is a diameter, "
             "U and W are distances");
        modal_.selected.number = std::floor(tool->value.number / 100);
        modal_.diameter = true;
      }
      change_tool();
    }
  }
  for (const int function : functions_) {
    switch (function) {
      case 6: change_tool(); break;
      case 3: spindle(1); break;
      case 4: spindle(-1); break;
      case 5: modal_.turning = 0; break;
      case 0:
      case 1:
      case 2:
      case 30:
      case 60:
      case 97:
      case 98:
      case 99: continue;
      case 109:
      case 190:
      case 116:
        if (dialect_ == Dialect::kMarlin) {
          Step step{.kind = StepKind::kWait};
          emit(step);
          note(NoteKind::kUnknown, "waits for a temperature");
        }
        break;
      default:
        if (function >= 10 && function != 19 && function != 48 && function != 49 &&
            dialect_ != Dialect::kMarlin) {
          note(NoteKind::kNotModelled,
               fmt::format("M{} is the machine's own: a standstill is reckoned", function));
        }
        break;
    }
    needs_stop_ = true;
  }
  if (!needs_stop_ || dialect_ == Dialect::kMarlin) return;
  Step step{.kind = StepKind::kBlock};
  emit(step);
}

void Interpreter::spindle(int turning) {
  if (modal_.turning == turning) return;
  modal_.turning = turning;
  Step step{.kind = StepKind::kSpindle};
  emit(step);
}

void Interpreter::change_tool() {
  if (!modal_.selected.known()) {
    note(NoteKind::kUnknown, "changes to a tool whose number cannot be computed");
  }
  const double number = modal_.selected.known() ? modal_.selected.number : 0;
  const auto tool = static_cast<std::uint32_t>(std::clamp(number, 0.0, 1e9));
  if (tool != 0 && tool == modal_.tool) return;
  if (settings_.tool_change) {
    Targets targets;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      targets.at(axis) = Target::place({settings_.tool_change->at(axis), Place::kMachine});
    }
    mover_.rapid(targets);
  } else if ((dialect_ == Dialect::kFanuc || dialect_ == Dialect::kHaas) && !changes_by_t_) {
    Targets targets;
    targets.at(2) = Target::place({0, Place::kMachine});
    mover_.rapid(targets);
  }
  modal_.tool = tool;
  if (!changes_by_t_) modal_.turning = 0;
  Step step{.kind = StepKind::kToolChange, .tool = tool};
  emit(step);
  if (tools_.insert(tool).second && tools_.size() <= kMostNotes) reading_.tools.push_back(tool);
}

Targets Interpreter::targets(bool machine) {
  Targets targets;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    char letter = kAxisLetters[axis];
    if (dialect_ == Dialect::kMarlin && axis == kExtruder) letter = 'E';
    const Word* word = block_.find(letter);
    // U and W of a turning program are distances in X and Z.
    bool relative = modal_.relative;
    std::size_t goes = axis;
    if (changes_by_t_ && modal_.diameter && (letter == 'U' || letter == 'W')) {
      goes = letter == 'U' ? 0 : 2;
      relative = true;
    }
    if (word == nullptr) continue;
    const double unit = is_rotary(axis) ? 1 : modal_.unit();
    const auto number = value(letter, goes == 0 && modal_.diameter ? unit / 2 : unit);
    if (!number) {
      targets.at(goes) = Target::unknown();
    } else if (machine) {
      targets.at(goes) = Target::place({*number, Place::kMachine});
    } else {
      targets.at(goes) = relative ? Target::distance(*number) : mover_.absolute(goes, *number);
    }
    const bool counts = dialect_ == Dialect::kFanuc || dialect_ == Dialect::kHaas;
    if (counts && !word->point && word->value.number != 0 && settings_.least_increment == 0) {
      note(NoteKind::kAssumed,
           "numbers without a decimal point are taken as they are, "
           "not as least increments");
    }
  }
  return targets;
}

/// G4, G10, G28, G30, G52, G92: what moves once, or names places. False if it is none of these.
bool Interpreter::other_motion() {
  for (const Code code : codes_) {
    switch (code) {
      case 40: dwell(); return true;
      case 280:
      case 300: reference(code); return true;
      case 100:
      case 520:
      case 920:
      case 921:
      case 922:
      case 923:
      case 281:
      case 301: set_origin(); return true;
      case 500: return block_.has('S');
      default: break;
    }
  }
  return false;
}

std::optional<double> Interpreter::dwell_seconds() const {
  const bool is_fanuc = dialect_ == Dialect::kFanuc || dialect_ == Dialect::kHaas;
  if (const Word* const p = block_.find('P')) {
    if (!p->value.known()) return std::nullopt;
    const bool milliseconds = dialect_ == Dialect::kMarlin || dialect_ == Dialect::kFanuc ||
                              (dialect_ == Dialect::kHaas && !p->point);
    return p->value.number / (milliseconds ? 1'000 : 1);
  }
  for (const char letter : {'X', 'U', 'S'}) {
    const Word* const word = block_.find(letter);
    if (word == nullptr || (letter == 'S') != (dialect_ == Dialect::kMarlin)) continue;
    if (!word->value.known()) return std::nullopt;
    return word->value.number / (is_fanuc && !word->point ? 1'000 : 1);
  }
  return 0;
}

void Interpreter::dwell() {
  const auto seconds = dwell_seconds();
  const Word* const p = block_.find('P');
  if (dialect_ == Dialect::kFanuc && p != nullptr && p->point) {
    note(NoteKind::kAssumed,
         "G4 P counts milliseconds on Fanuc, where a decimal point in it is "
         "unusual: was it written for another control?");
  }
  Step step{.kind = StepKind::kDwell, .seconds = std::clamp(seconds.value_or(0), 0.0, 1e6)};
  if (!seconds) {
    note(NoteKind::kUnknown, "a dwell whose length cannot be computed");
    step.kind = StepKind::kWait;
  }
  emit(step);
}

void Interpreter::reference(Code code) {
  if (dialect_ == Dialect::kMarlin) {
    note(NoteKind::kUnknown, "homing takes a time that no text tells");
    Step step{.kind = StepKind::kWait};
    emit(step);
    for (std::size_t axis = 0; axis < kAxes; ++axis) mover_.forget(axis);
    return;
  }
  const Targets by = targets(has_code(530));
  mover_.rapid(by);
  const bool all = std::ranges::none_of(by, &Target::moves);
  Targets home;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const int frame = code == 280 ? Place::kMachine : Place::kSecondReference;
    if (by.at(axis).moves() || (all && axis < 3)) home.at(axis) = Target::place({0, frame});
  }
  mover_.rapid(home);
}

void Interpreter::set_origin() {
  const Word* const l = block_.find('L');
  const double which = l != nullptr && l->value.known() ? l->value.number : 0;
  const double p = value('P', 1).value_or(0);
  const int system = p >= 1 && p <= 9 ? static_cast<int>(p) : modal_.system;
  if (has_code(921) || has_code(922) || has_code(923)) {
    mover_.clear_names();
    return;
  }
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const bool is_extruder = dialect_ == Dialect::kMarlin && axis == kExtruder;
    const auto number =
        value(is_extruder ? 'E' : kAxisLetters[axis], is_rotary(axis) ? 1 : modal_.unit());
    if (!number) continue;
    if (has_code(920)) mover_.name_place(axis, *number);
    if (has_code(520)) mover_.set_local(axis, *number);
    if (has_code(100) && which == 2) mover_.set_offset(system, axis, *number);
    if (has_code(100) && which == 20 && !mover_.move_system(system, axis, *number)) {
      note(NoteKind::kUnknown, "a work offset that depends on where the machine stands");
    }
  }
}

void Interpreter::motion() {
  constexpr std::string_view kArcLetters = "IJKR";
  const Targets targets = this->targets(has_code(530));
  const bool moves = std::ranges::any_of(targets, &Target::moves);
  const bool is_arc = modal_.motion == 20 || modal_.motion == 30;
  const bool turns =
      is_arc && std::ranges::any_of(kArcLetters, [&](char c) { return block_.has(c); });
  if (modal_.in_cycle()) {
    if (moves || block_.has('R')) cycle(targets);
    return;
  }
  if (!moves && !turns) return;
  if (!modal_.units_told && dialect_ != Dialect::kMarlin) {
    note(NoteKind::kAssumed, "neither G20 nor G21 stands before the first way: millimetres");
    modal_.units_told = true;
  }
  if (is_probe(modal_.motion)) {
    note(NoteKind::kUnknown, "a probe's way ends where it touches");
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      if (targets.at(axis).moves()) mover_.forget(axis);
    }
    Step step{.kind = StepKind::kWait};
    emit(step);
    return;
  }
  switch (modal_.motion) {
    case 0:
      if (dialect_ == Dialect::kMarlin && modal_.feed.known()) {
        mover_.cut(targets);
      } else {
        mover_.rapid(targets);
      }
      return;
    case 10: cut(targets); return;
    case 20:
    case 30: arc(targets); return;
    case 320:
    case 330:
    case 331: thread(targets); return;
    default:
      note(NoteKind::kError, "axes are named where no G0, G1, G2 or G3 holds");
      mover_.unknown_cut(targets);
  }
}

void Interpreter::cut(const Targets& targets) {
  if (modal_.feed.known() ? modal_.feed.number <= 0 : !block_.has('F')) {
    note(NoteKind::kError, "a cut before any feed (F) was said");
  }
  mover_.cut(targets);
}

/// Bound to the spindle: a pitch for each turn.
void Interpreter::thread(const Targets& targets) {
  const Modal before = modal_;
  const auto pitch = dialect_ == Dialect::kLinuxCnc ? length('K') : length('F');
  modal_.feed_mode = Modal::FeedMode::kPerTurn;
  modal_.feed = pitch ? Value::of(*pitch) : Value::unknown();
  modal_.feed_unit = 1;
  Targets back;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    if (targets.at(axis).moves()) back.at(axis) = Target::place(mover_.place(axis));
  }
  mover_.cut(targets);
  if (before.motion == 331) mover_.cut(back);  // rigid tapping goes back the way that it came
  modal_ = before;
}

void Interpreter::arc(const Targets& targets) {
  constexpr std::array<std::array<char, 2>, 3> kLetters = {{{'I', 'J'}, {'K', 'I'}, {'J', 'K'}}};
  ArcWords words{.absolute = modal_.arc_absolute};
  for (std::size_t i = 0; i < 2; ++i) {
    const char letter = kLetters.at(modal_.plane).at(i);
    words.middle.at(i) = length(letter);
    if (block_.has(letter) && !words.middle.at(i)) {
      mover_.unknown_cut(targets);
      return;
    }
  }
  words.radius = length('R');
  if (dialect_ == Dialect::kLinuxCnc) {
    words.turns = std::clamp(value('P', 1).value_or(1), 1.0, static_cast<double>(kMostRepeats));
  }
  const std::string_view wrong = mover_.arc(targets, words, modal_.motion == 30);
  if (!wrong.empty()) note(NoteKind::kError, wrong);
}

void Interpreter::after_motion() {
  for (const int function : functions_) {
    const Word* const p = block_.find('P');
    const Word* const l = block_.find('L');
    const Value program = p == nullptr ? Value::unknown() : p->value;
    const Value times = l == nullptr ? Value::unknown() : l->value;
    switch (function) {
      case 0:
      case 1:
      case 60: {
        Step step{.kind = StepKind::kStop};
        emit(step);
        break;
      }
      case 2:
      case 30: end(true); return;
      case 97:
        if (dialect_ == Dialect::kHaas || dialect_ == Dialect::kFanuc) call_block(program, times);
        break;
      case 98: call_program(program, times, false); break;
      case 99: leave_program(program); break;
      default: break;
    }
  }
}

void Interpreter::leave_program(Value next) {
  if (calls_.size() > 1) {
    leave();
    if (next.known()) go_to(next);
  } else if (next.known() && block_.has('P')) {
    go_to(next);
  } else {
    note(NoteKind::kAssumed, "M99 begins the program again, without end: one pass is reckoned");
    end(true);
  }
}

}  // namespace heed::machines::nc
