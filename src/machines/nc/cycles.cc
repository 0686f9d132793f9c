// The holes of an Interpreter: G73, G74, G76, G81 to G89.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "machines/nc/interpreter.h"

namespace heed::machines::nc {
namespace {

/// By how much a peck goes back: LinuxCNC's own 0.010 inch, a parameter of the machine elsewhere.
constexpr double kPeckOfLinuxCnc = 0.254;
constexpr double kPeckElsewhere = 1.0;

}  // namespace

void Interpreter::set_cycle_words() {
  const auto take = [&](char letter, Value& kept) {
    const Word* const word = block_.find(letter);
    if (word == nullptr) return;
    const auto number = length(letter);
    kept = number ? Value::of(*number) : Value::unknown();
  };
  constexpr std::string_view kLetters = "XYZ";
  take(kLetters[plane_of(modal_.plane).third], cycle_.z);
  take('R', cycle_.r);
  take('Q', cycle_.q);
  if (block_.has('P')) {
    const auto seconds = dwell_seconds();
    cycle_.p = seconds ? Value::of(*seconds) : Value::unknown();
  }
}

void Interpreter::to(std::size_t axis, Target target, bool cuts) {
  Targets targets;
  targets.at(axis) = target;
  if (cuts) {
    mover_.cut(targets);
  } else {
    mover_.rapid(targets);
  }
}

void Interpreter::cycle(const Targets& targets) {
  set_cycle_words();
  const std::size_t axis = plane_of(modal_.plane).third;
  if (!cycle_.r.known() || !cycle_.z.known()) {
    note(NoteKind::kError, "a cycle whose depth or R is not told");
    mover_.unknown_cut(targets);
    return;
  }
  const Target absolute_r = mover_.absolute(axis, cycle_.r.number);
  const Target absolute_z = mover_.absolute(axis, cycle_.z.number);
  Place r = absolute_r.to;
  Place z = absolute_z.to;
  if (modal_.relative) {
    r = mover_.place(axis);
    if (!modal_.returns_to_r || dialect_ != Dialect::kLinuxCnc) r = cycle_.initial;
    r.at += cycle_.r.number;
    z = {r.at + cycle_.z.number, r.frame};
  }
  Targets over = targets;
  over.at(axis) = {};
  const Word* const l =
      block_.has('K') && dialect_ != Dialect::kLinuxCnc ? block_.find('K') : block_.find('L');
  const double times = l != nullptr && l->value.known() ? l->value.number : 1;
  const auto repeats = static_cast<std::uint64_t>(
      std::clamp(std::floor(times), 0.0, static_cast<double>(kMostRepeats)));
  const Corner corner = modal_.corner;
  const double tolerance = modal_.tolerance;
  if (dialect_ == Dialect::kLinuxCnc && modal_.corner != Corner::kStop) {
    modal_.corner = Corner::kTolerance;  // it drills in exact path mode (G61)
    modal_.tolerance = 0;
  }
  const Place& here = mover_.place(axis);
  if (here.frame == r.frame && here.at < r.at) to(axis, Target::place(r), false);
  // LinuxCNC goes over at the level that it will return to, and rises on the way if it must.
  const bool rises = dialect_ == Dialect::kLinuxCnc && !modal_.returns_to_r &&
                     here.frame == cycle_.initial.frame && here.at < cycle_.initial.at;
  if (rises) over.at(axis) = Target::place(cycle_.initial);
  for (std::uint64_t i = 0; i < repeats; ++i) {
    mover_.rapid(over);
    over.at(axis) = {};
    to(axis, Target::place(r), false);
    const bool higher = cycle_.initial.frame != r.frame || cycle_.initial.at > r.at;
    const Place up = modal_.returns_to_r || !higher ? r : cycle_.initial;
    hole(modal_.motion, r, z);
    to(axis, Target::place(up), false);
    ++reading_.blocks;
    if (has_done_most()) break;
  }
  modal_.corner = corner;
  modal_.tolerance = tolerance;
}

void Interpreter::hole(Code code, const Place& r, const Place& z) {
  const std::size_t axis = plane_of(modal_.plane).third;
  const auto dwell = [&] {
    Step step{.kind = StepKind::kDwell, .seconds = std::clamp(cycle_.p.number, 0.0, 1e6)};
    if (!cycle_.p.known()) step.kind = StepKind::kWait;
    if (!cycle_.p.known() || step.seconds > 0) emit(step);
  };
  const auto stand = [&](StepKind kind) {
    Step step{.kind = kind};
    emit(step);
  };
  const bool is_thread = code == 760 && dialect_ == Dialect::kLinuxCnc;
  if (code == 870 || is_thread) {
    note(NoteKind::kNotModelled,
         is_thread ? "the threading cycle G76" : "the back boring cycle G87");
    Targets targets;
    targets.at(axis) = Target::place(z);
    mover_.unknown_cut(targets);
    return;
  }
  if ((code == 830 || code == 730) && cycle_.q.known() && cycle_.q.number > 0) {
    pecks(code, r, z);
  } else {
    if (code == 830 || code == 730) note(NoteKind::kError, "a peck cycle without Q: one peck");
    to(axis, Target::place(z), true);
  }
  switch (code) {
    case 820: dwell(); break;
    case 840:
    case 740:
      stand(StepKind::kBlock);  // the spindle is reversed
      to(axis, Target::place(r), true);
      break;
    case 850: to(axis, Target::place(r), true); break;
    case 860:
    case 760:
      dwell();
      stand(StepKind::kBlock);  // the spindle is stopped
      break;
    case 880:
      dwell();
      stand(StepKind::kStop);
      break;
    case 890:
      dwell();
      to(axis, Target::place(r), true);
      break;
    default: break;
  }
}

void Interpreter::pecks(Code code, const Place& r, const Place& z) {
  const std::size_t axis = plane_of(modal_.plane).third;
  const double back = dialect_ == Dialect::kLinuxCnc ? kPeckOfLinuxCnc : kPeckElsewhere;
  const double down = z.at < r.at ? -1 : 1;
  const double depth = std::fabs(z.at - r.at);
  double done = 0;
  for (std::uint64_t peck = 0; peck < kMostRepeats; ++peck) {
    done = std::min(done + cycle_.q.number, depth);
    to(axis, Target::place({r.at + down * done, r.frame}), true);
    ++beside_;
    if (done >= depth || has_done_most()) return;
    if (code == 730) {
      to(axis, Target::place({r.at + down * (done - back), r.frame}), false);
      continue;
    }
    to(axis, Target::place(r), false);
    to(axis, Target::place({r.at + down * std::max(0.0, done - back), r.frame}), false);
  }
  note(NoteKind::kLimit, fmt::format("a hole of more than {} pecks", kMostRepeats));
}

}  // namespace heed::machines::nc
