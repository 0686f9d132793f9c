// A machine's constants out of how long its programs really took.
#pragma once

#include <span>
#include <vector>

#include "machines/nc/digest.h"

namespace heed::machines::nc {

constexpr std::size_t kMostMeasured = 1'000;

/// A program and how long its cycles took: of `cycles` of them, in cycle, in seconds.
struct Measured {
  const Digest* program = nullptr;
  double median = 0, p10 = 0, p90 = 0;
  std::uint64_t cycles = 1;
};

struct Fitted {
  /// Its spreads are what is believed after the measurements; where those say nothing, they and the
  /// values are the prior's.
  Constants constants;
  std::vector<double> residuals;  ///< ln(measured / estimated), one for each.
  std::vector<double> weights;    ///< 1: believed; near 0: an outlier.
  std::size_t rounds = 0;
  bool settled = false;  ///< Whether the search came to rest; if not, the best that was found.
};

/// Times each program some hundreds of times: a fit to twelve takes at most a second or two of CPU,
/// however long they are (docs/NC.md §5).
///
/// Robust least squares (Huber) on logarithms, with the prior as further measurements. kInvalid
/// without a measurement or with one that is not a positive duration; kExhausted beyond
/// kMostMeasured.
Result<Fitted> fit(std::span<const Measured> measured, const Constants& prior);

/// For each program ln(measured / estimated), where the constants were fitted to all others.
Result<std::vector<double>> leave_one_out(std::span<const Measured> measured,
                                          const Constants& prior);

}  // namespace heed::machines::nc
