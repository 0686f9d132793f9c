// Who asks for what purpose, and to hand to whom. Nothing stored can be read without one.
#pragma once

#include <string>

#include "policy/words.h"

namespace heed::policy {

/// One request's standing before the policy. Made where a request enters the program (a session,
/// an API key, an engine task) and passed down by value; a domain never widens one. Its words mean
/// the same in all versions that a server has had (Vocabulary), so it outlives a change of policy.
struct Access {
  /// Stable name of whoever asks, as the journal keeps it: a person's, key's or engine part's id.
  /// Never a name or an address of a person.
  std::string actor;
  Purpose purpose;
  /// To whom the answer goes.
  Party party;
  Conditions conditions;
};

}  // namespace heed::policy
