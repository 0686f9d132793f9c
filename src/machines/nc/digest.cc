#include "machines/nc/digest.h"

#include <algorithm>
#include <utility>

namespace heed::machines::nc {
namespace {

bool is_way(const Step& step) {
  return step.kind == StepKind::kRapid || step.kind == StepKind::kCut;
}

/// Which of a stretch's pieces is kept: any of them, and the same one each time.
std::uint64_t any_of(std::uint64_t number, std::uint64_t count) {
  std::uint64_t mixed = (number + count) * 0x9E3779B97F4A7C15ULL;  // of splitmix64
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  return (mixed ^ (mixed >> 31)) % count;
}

struct WaySeconds {
  double cutting = 0, rapid = 0;
};

/// The steps whose places lie in [begin, end); all others only lead there.
WaySeconds seconds_of_ways(const std::vector<Step>& steps, std::size_t begin, std::size_t end,
                           const Constants& constants) {
  WaySeconds seconds;
  Planner planner(constants, [&](const Move& move, double took) {
    if (move.place == 1) (move.rapid ? seconds.rapid : seconds.cutting) += took;
  });
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_way(steps[i])) {
      planner.take(steps[i], i >= begin && i < end ? 1 : 0);
    } else {
      planner.stop();
    }
  }
  planner.stop();
  return seconds;
}

WaySeconds seconds_of_pieces(const std::vector<Digest::Piece>& pieces, const Constants& constants) {
  WaySeconds sum;
  for (const Digest::Piece& piece : pieces) {
    const WaySeconds one = seconds_of_ways(piece.steps, piece.begin, piece.end, constants);
    sum.cutting += one.cutting;
    sum.rapid += one.rapid;
  }
  return sum;
}

/// Which axes move, as bits: an assumed way takes as long as another one of the same axes.
unsigned axes_of(const Step& step) {
  unsigned axes = 0;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    if (step.move.at(axis) != 0) axes |= 1U << axis;
  }
  return axes;
}

}  // namespace

Digester::Digester(const Constants& constants)
    : constants_(constants), planner_(constants_, [this](const Move& move, double took) {
        (move.rapid ? digest_.rapid : digest_.cutting) += took;
      }) {}

void Digester::take(const Step& step) {
  if (step.kind == StepKind::kSection) return;
  if (is_way(step)) {
    planner_.take(step, 0);
    ++digest_.ways;
  } else {
    planner_.stop();
    add_standing(step);
  }
  if (!is_long_) digest_.whole.push_back(step);
  if (digest_.whole.size() > kWholeSteps) {
    is_long_ = true;
    digest_.whole = {};
  }
  add_to_pieces(step);
}

void Digester::add_standing(const Step& step) {
  switch (step.kind) {
    case StepKind::kBlock: ++digest_.blocks; break;
    case StepKind::kDwell: digest_.dwell += step.seconds; break;
    case StepKind::kToolChange: ++digest_.tool_changes; break;
    case StepKind::kSpindle: ++digest_.spindles; break;
    case StepKind::kAssumedWay: {
      const auto known = std::ranges::find(digest_.assumed, axes_of(step),
                                           [](const auto& one) { return axes_of(one.step); });
      if (known == digest_.assumed.end()) {
        digest_.assumed.push_back({step, 1});
      } else {
        ++known->count;
      }
      break;
    }
    default: break;
  }
}

void Digester::add_to_pieces(const Step& step) {
  if (since_piece_ < kPieceLead) {  // what follows the pieces that ended last
    for (Sample* const sample : {&cuts_, &rapids_}) {
      for (Digest::Piece& piece : sample->kept) {
        if (piece.steps.size() < piece.end + kPieceLead) piece.steps.push_back(step);
      }
    }
  }
  ++since_piece_;
  if (piece_.steps.empty()) {
    piece_.steps.assign(before_.begin(), before_.end());
    piece_.begin = piece_.steps.size();
  }
  piece_.steps.push_back(step);
  if (is_way(step)) ++ways_;
  has_cut_ = has_cut_ || step.kind == StepKind::kCut;
  has_rapid_ = has_rapid_ || step.kind == StepKind::kRapid;
  before_.push_back(step);
  if (before_.size() > kPieceLead) before_.pop_front();
  // What stands still again and again ends a piece, too.
  const std::size_t steps = piece_.steps.size() - piece_.begin;
  if (ways_ == kPieceWays || steps == 4 * kPieceWays) end_piece();
}

void Digester::end_piece() {
  piece_.end = piece_.steps.size();
  if (has_cut_) cuts_.offer(piece_);
  if (has_rapid_) rapids_.offer(piece_);
  piece_.steps.clear();
  ways_ = 0;
  has_cut_ = has_rapid_ = false;
  since_piece_ = 0;
}

/// Where there are too many, stretches are joined by two, and one piece of each pair is kept: so
/// each piece of the program is as likely to be kept as any other.
void Digester::Sample::offer(const Digest::Piece& piece) {
  const std::uint64_t number = seen++;
  const std::uint64_t which = number / stretch;
  if (which < kept.size() || number % stretch != any_of(which, stretch)) return;
  kept.push_back(piece);
  if (kept.size() <= kMostPieces) return;
  for (std::size_t pair = 0; 2 * pair < kept.size(); ++pair) {
    const bool has_two = 2 * pair + 1 < kept.size();
    const std::size_t chosen = 2 * pair + (has_two ? any_of(pair + stretch, 2) : 0);
    if (chosen != pair) kept[pair] = std::move(kept[chosen]);
  }
  kept.resize((kept.size() + 1) / 2);
  stretch *= 2;
}

Digest Digester::finish() {
  planner_.stop();
  digest_.stops = planner_.stops();
  if (ways_ > 0) end_piece();
  if (!is_long_) return std::move(digest_);
  digest_.cuts = std::move(cuts_.kept);
  digest_.rapids = std::move(rapids_.kept);
  digest_.cutting_of_pieces = seconds_of_pieces(digest_.cuts, constants_).cutting;
  digest_.rapid_of_pieces = seconds_of_pieces(digest_.rapids, constants_).rapid;
  return std::move(digest_);
}

Digest digest_of(const Program& program, const Constants& constants) {
  Digester digester(constants);
  for (const Step& step : program.steps) digester.take(step);
  return digester.finish();
}

Seconds seconds_of(const Digest& digest, const Constants& constants) {
  Seconds seconds;
  if (digest.cuts.empty() && digest.rapids.empty()) {
    const auto ways = seconds_of_ways(digest.whole, 0, digest.whole.size(), constants);
    seconds.cutting = ways.cutting;
    seconds.rapid = ways.rapid;
  } else {
    const auto share = [](double of_pieces, double before) {
      return before > 0 ? of_pieces / before : 1;
    };
    seconds.cutting = digest.cutting * share(seconds_of_pieces(digest.cuts, constants).cutting,
                                             digest.cutting_of_pieces);
    seconds.rapid = digest.rapid * share(seconds_of_pieces(digest.rapids, constants).rapid,
                                         digest.rapid_of_pieces);
  }
  const auto times = [](std::uint64_t count, const Constant& each) {
    return static_cast<double>(count) * each.value;
  };
  seconds.dwell = digest.dwell;
  seconds.tool_change = times(digest.tool_changes, constants.tool_change);
  seconds.spindle = times(digest.spindles, constants.spindle);
  seconds.standstill = times(digest.blocks + digest.stops, constants.standstill);
  const Planner planner(constants, [](const Move&, double) {});
  for (const Digest::Assumed& one : digest.assumed) {
    seconds.assumed += static_cast<double>(one.count) * planner.assumed_way(one.step);
  }
  return seconds;
}

}  // namespace heed::machines::nc
