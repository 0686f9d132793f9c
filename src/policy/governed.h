// What a governed operation gives: the value, or a refusal with its clause, or a failure.
#pragma once

#include <string>
#include <variant>

#include "base/result.h"

namespace heed::policy {

/// The policy's "no": an answer, not an error. `clause` is its id in the policy ("default" when no
/// clause allows it), `sentence` what was published, `what` the field or kind that was asked for.
struct Refusal {
  std::string clause;
  std::string sentence;
  std::string what;
};

/// Why no value was given.
class Withheld {
 public:
  Withheld(Refusal refusal) : why_(std::move(refusal)) {}  // NOLINT(google-explicit-constructor)
  Withheld(Error error) : why_(std::move(error)) {}        // NOLINT(google-explicit-constructor)

  /// nullptr when it was not the policy that said no.
  const Refusal* refusal() const { return std::get_if<Refusal>(&why_); }
  const Error* error() const { return std::get_if<Error>(&why_); }
  /// One sentence for a log or a test; a face shows the parts.
  std::string message() const {
    if (const Refusal* no = refusal()) {
      return "refused by clause " + no->clause + ": " + no->what + " (" + no->sentence + ")";
    }
    return error()->message;
  }

 private:
  std::variant<Refusal, Error> why_;
};

template <class T>
using Governed = std::expected<T, Withheld>;

}  // namespace heed::policy
