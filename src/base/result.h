// How our code fails: expected failures are values, programming errors stop the program.
#pragma once

#include <expected>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

namespace heed {

/// What kind of failure it is, so that a caller can act without reading the message.
enum class ErrorKind {
  kInvalid,      ///< The input is wrong; the same call will fail again.
  kNotFound,     ///< There is no such thing, or none that the caller may know of.
  kConflict,     ///< The thing changed meanwhile, or exists already.
  kUnavailable,  ///< A peer, disk or service is not there now; a later call may succeed.
  kCorrupt,      ///< Stored or received bytes fail their checksum, seal or grammar.
  kExhausted,    ///< A named limit is reached.
  kUnsupported,  ///< Valid, but not something that this program does.
  kCancelled,    ///< The program is stopping.
  kInternal,     ///< A library failed in a way that nothing above can mend.
};

/// An expected failure. `message` is for a person and names the file, line, field or address;
/// `mend` says what that person can do about it, and may be empty.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string mend;
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorKind::kInvalid, "…");` from any function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message,
                                                 std::string mend = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(mend)});
}

/// Stops the program if `holds` is false, in release builds too. For invariants that guard data;
/// never for what comes from outside.
void require(bool holds, std::string_view invariant,
             std::source_location where = std::source_location::current());

}  // namespace heed

// The one macro of the house: `ASSIGN_OR_RETURN(auto value, fallible());`
// NOLINTBEGIN(bugprone-macro-parentheses)
#define ASSIGN_OR_RETURN(lhs, expression) \
  HEED_ASSIGN_OR_RETURN_(HEED_CONCAT_(result_, __LINE__), lhs, expression)
#define HEED_ASSIGN_OR_RETURN_(result, lhs, expression)           \
  auto result = (expression);                                     \
  if (!result) return std::unexpected(std::move(result).error()); \
  lhs = *std::move(result)
#define HEED_CONCAT_(a, b) HEED_CONCAT_INNER_(a, b)
#define HEED_CONCAT_INNER_(a, b) a##b
// NOLINTEND(bugprone-macro-parentheses)
