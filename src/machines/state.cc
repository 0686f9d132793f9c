#include "machines/state.h"

#include <array>

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, kStates + 1> kStateWords = {
    "",     "OFFLINE",      "ESTOP",  "ALARM",   "NOT_CUTTING", "SLOWED", "IN_CYCLE",
    "HELD", "PROGRAM_STOP", "MANUAL", "WAITING", "STOPPED",     "UNKNOWN"};
constexpr std::array<std::string_view, 8> kBucketWords = {
    "none", "unplanned", "production", "stop", "operator", "setup", "idle", "planned"};
constexpr std::array<std::string_view, 5> kPlacedWords = {"device", "corrected", "carried", "held",
                                                          "shifted"};

}  // namespace

std::string_view word(State state) {
  return kStateWords.at(static_cast<std::size_t>(state));
}
std::string_view word(Bucket bucket) {
  return kBucketWords.at(static_cast<std::size_t>(bucket));
}
std::string_view word(Placed placed) {
  return kPlacedWords.at(static_cast<std::size_t>(placed));
}

}  // namespace heed::machines
