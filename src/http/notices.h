// Notices of coming changes of the policy (O84). They are kept where nobody can take them back: in
// the journal of the house.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/book.h"
#include "silo/silo.h"

namespace heed::http {

constexpr std::size_t kLongestNotice = 3'000;  ///< Bytes of its text: a journal entry holds 4,096.

struct GivenNotice {
  std::string id;
  policy::Notice notice;
};

/// Files `notice` and gives its id. kInvalid when its text is empty or too long.
policy::Governed<std::string> give_notice(silo::Silo& house, const policy::Access& access,
                                          const policy::Notice& notice);
/// Oldest first. Reads the whole journal of the house.
policy::Governed<std::vector<GivenNotice>> load_notices(const silo::Silo& house,
                                                        const policy::Access& access);

}  // namespace heed::http
