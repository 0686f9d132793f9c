// Splits the endless reply of a streaming agent into its documents (RFC 2046 §5.1).
//
// The agents disagree about the type (cppagent: multipart/mixed, the standard and others:
// multipart/x-mixed-replace), about quotes around the boundary and about the CRLF after the body.
// What they agree on is Content-length, so a part is cut by its length; only a part without one is
// searched for the boundary.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace heed::wire::mtconnect {

struct MultipartLimits {
  /// All header lines of a part together, and what stands before the first boundary.
  std::size_t header_bytes = 8'192;
  std::size_t part_bytes = std::size_t{64} << 20;
};
/// RFC 2046 allows 70 characters.
inline constexpr std::size_t kMaxBoundary = 70;

/// The boundary, if this Content-Type is multipart/x-mixed-replace or multipart/mixed and has a
/// usable one.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// Not thread-safe. Memory: one line of headers; bodies are passed on as they come.
class MultipartSplitter {
 public:
  struct Callbacks {
    /// A part begins, of this Content-type (may be empty).
    std::function<void(std::string_view content_type)> begin;
    /// The next bytes of its body; valid during the call.
    std::function<void(BytesView piece)> body;
    /// It is complete.
    std::function<void()> end;
  };
  MultipartSplitter(std::string boundary, Callbacks callbacks, MultipartLimits limits = {});

  /// The next bytes, of any size. kCorrupt if they are no multipart stream with this boundary,
  /// kExhausted beyond a limit; the first failure stays.
  Result<void> feed(BytesView piece);
  /// No more bytes will come: completes a part that only the end of the stream delimits.
  /// kCorrupt if the stream ends inside a part with Content-length or inside headers.
  Result<void> finish();
  /// The closing boundary has come; what follows is ignored.
  bool closed() const { return state_ == State::kClosed; }

 private:
  enum class State : std::uint8_t { kBoundary, kHeaders, kCounted, kSearched, kClosed, kFailed };

  bool take_line(BytesView& rest);
  void end_line();
  void take_boundary_line(std::string_view line);
  void take_header_line(std::string_view line);
  void take_counted(BytesView& rest);
  void take_searched(BytesView& rest);
  std::size_t find_delimiter() const;
  void begin_part();
  void pass_body(BytesView body);
  void end_part();
  void give_up(ErrorKind kind, std::string message);

  std::string delimiter_;
  Callbacks callbacks_;
  MultipartLimits limits_;
  State state_ = State::kBoundary;
  /// The line at hand, while it is not complete.
  std::string line_;
  std::size_t header_bytes_ = 0;
  std::uint64_t parts_ = 0;
  std::size_t part_bytes_ = 0;
  std::string part_type_;
  std::optional<std::size_t> part_length_;
  /// Of a part without length: the end of what came, which may begin a delimiter.
  std::string held_;
  Error failure_;
};

}  // namespace heed::wire::mtconnect
