// A program of any length as fit() knows it: in bounded memory, and timed anew in bounded time.
//
// What stands still is counted, and so it is exact: blocks, stops, tool changes, starts of the
// spindle, dwells, ways that the text does not tell. Of a long program's ways a sample is kept:
// pieces of kPieceWays that follow each other, one out of each stretch of equally many, with what
// comes before and after each, so that the speeds at its ends are right. How much slower or faster
// the pieces are with other constants, the whole is taken to be: cuts and rapids each by pieces of
// their own, as there are few rapids among many cuts. With the constants that the sample was made
// with the total is exact.
#pragma once

#include <deque>
#include <vector>

#include "machines/nc/estimate.h"
#include "machines/nc/planner.h"

namespace heed::machines::nc {

constexpr std::size_t kPieceWays = 64;
constexpr std::size_t kPieceLead = 32;   ///< Steps before a piece and after it.
constexpr std::size_t kMostPieces = 24;  ///< Of cuts, and as many of rapids.
/// A program of so many steps or fewer is kept as a whole, and its time is exact.
constexpr std::size_t kWholeSteps = 4'096;

struct Digest {
  struct Piece {
    std::vector<Step> steps;
    std::size_t begin = 0, end = 0;  ///< Of its steps those that count.
  };
  struct Assumed {
    Step step;
    std::uint64_t count = 0;
  };
  std::vector<Step> whole;  ///< All steps; empty if there are more than kWholeSteps.
  std::vector<Piece> cuts, rapids;
  double cutting = 0, rapid = 0;  ///< Seconds of all ways with the constants of the sample,
  double cutting_of_pieces = 0, rapid_of_pieces = 0;  ///< and of the pieces.
  std::uint64_t ways = 0, blocks = 0, stops = 0, tool_changes = 0, spindles = 0;
  double dwell = 0;
  std::vector<Assumed> assumed;  ///< One for all of the same axes.
};

/// Takes the steps of one program.
class Digester {
 public:
  explicit Digester(const Constants& constants);
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

  void take(const Step& step);
  /// Once.
  Digest finish();

 private:
  /// One piece out of each `stretch` that come.
  struct Sample {
    std::vector<Digest::Piece> kept;
    std::uint64_t seen = 0, stretch = 1;

    void offer(const Digest::Piece& piece);
  };

  void add_standing(const Step& step);
  void add_to_pieces(const Step& step);
  void end_piece();

  const Constants constants_;
  Digest digest_;
  Planner planner_;
  std::deque<Step> before_;  ///< The last kPieceLead.
  Digest::Piece piece_;      ///< The one at hand.
  std::size_t ways_ = 0;     ///< In it.
  bool has_cut_ = false, has_rapid_ = false;
  bool is_long_ = false;
  Sample cuts_, rapids_;
  std::size_t since_piece_ = 0;  ///< Steps since the last one ended.
};

Digest digest_of(const Program& program, const Constants& constants);

Seconds seconds_of(const Digest& digest, const Constants& constants);

}  // namespace heed::machines::nc
