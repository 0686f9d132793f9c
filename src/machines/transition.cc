#include "machines/transition.h"

namespace heed::machines {

std::string write_standing(const Transition& transition) {
  const Standing& s = transition.standing;
  const unsigned flags = (s.in_cycle ? 1U : 0U) + (s.executing ? 2U : 0U);
  return std::to_string(static_cast<unsigned>(s.state) * 10'000 +
                        static_cast<unsigned>(s.bucket) * 1'000 + transition.rule * 10U + flags);
}

std::optional<Transition> read_standing(Time at, double number, std::uint8_t placed) {
  if (number < 0 || number > 1e6 || placed > static_cast<std::uint8_t>(Placed::kShifted)) return {};
  const auto code = static_cast<unsigned>(number);
  const unsigned state = code / 10'000;
  const unsigned bucket = code / 1'000 % 10;
  const unsigned flags = code % 10;
  if (state < 1 || state > kStates || bucket > static_cast<unsigned>(Bucket::kPlanned)) return {};
  return Transition{at,
                    {static_cast<State>(state), static_cast<Bucket>(bucket), (flags & 1U) != 0,
                     (flags & 2U) != 0},
                    static_cast<std::uint8_t>(code / 10 % 100),
                    static_cast<Placed>(placed)};
}

}  // namespace heed::machines
