// Recommendations as the faces are told of them, and what people say back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machines/recommendation.h"

namespace heed::machines {

/// What the organization says that an hour of a machine costs.
struct MachineHour {
  static constexpr double kMost = 1'000'000;
  static constexpr std::size_t kLongestCurrency = 8;  ///< Characters
  double cost = 0;                                    ///< Above 0.
  std::string currency;                               ///< As text: "EUR", "$".
  auto operator<=>(const MachineHour&) const = default;
};

struct NewDismissal {
  static constexpr std::size_t kLongestReason = 300;  ///< Characters
  std::string reason;                                 ///< Not empty.
  std::optional<Time> until;                          ///< Nothing: for good.
};

struct Dismissal {
  std::string reason;
  std::optional<Time> until;
  Time said;
  std::string by;  ///< Who said it; goes with the person's key.
};

/// What there was to look at: what was not recorded cannot have been found.
struct AdviceBasis {
  TimeRange range;
  std::uint64_t cycles = 0;  ///< Complete ones.
  std::uint64_t days = 0;    ///< On which there were any.
  bool calendar = false, feed_override = false, load = false, line = false;
};

struct Advised {
  Recommendation recommendation;
  std::optional<Dismissal> dismissed;
};

struct AdviceList {
  AdviceBasis basis;
  std::vector<Advised> items;  ///< As recommend() orders them; dismissed ones behind the others.
  std::optional<MachineHour> hour;
};

}  // namespace heed::machines
