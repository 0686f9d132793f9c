#include "machines/transition.h"

namespace heed::machines {

std::string write_standing(const Transition& transition) {
  const Standing& s = transition.standing;
  const unsigned flags = (s.in_cycle ? 1U : 0U) + (s.executing ? 2U : 0U);
  return std::to_string(static_cast<unsigned>(s.state) * 10'000 +
                        static_cast<unsigned>(s.bucket) * 1'000 + transition.rule * 10U + flags);
}

}  // namespace heed::machines
