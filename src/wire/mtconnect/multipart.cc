#include "wire/mtconnect/multipart.h"

#include <fmt/core.h>

#include <algorithm>

#include "wire/text.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {
namespace {

/// Takes the next `name=value` of a Content-Type's parameters; the value may be quoted.
std::pair<std::string_view, std::string> take_parameter(std::string_view& rest) {
  const std::size_t equals = std::min(rest.find('='), rest.size());
  const std::string_view name = trim(rest.substr(0, equals));
  rest.remove_prefix(std::min(equals + 1, rest.size()));
  rest = trim(rest);
  std::string value;
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() != '"') {
      if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
      value += rest.front();
      rest.remove_prefix(1);
    }
  } else {
    value = trim(rest.substr(0, rest.find(';')));
  }
  rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  if (!rest.empty()) rest.remove_prefix(1);
  return {name, value};
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const std::size_t semicolon = content_type.find(';');
  if (semicolon == std::string_view::npos) return {};
  const std::string_view type = trim(content_type.substr(0, semicolon));
  if (!equals_ignoring_case(type, "multipart/x-mixed-replace") &&
      !equals_ignoring_case(type, "multipart/mixed")) {
    return {};
  }
  std::string_view rest = content_type.substr(semicolon + 1);
  while (!trim(rest).empty()) {
    auto [name, value] = take_parameter(rest);
    if (!equals_ignoring_case(name, "boundary")) continue;
    if (value.empty() || value.size() > kMaxBoundary) return {};
    if (value.find_first_of("\r\n") != std::string::npos) return {};
    return value;
  }
  return {};
}

MultipartSplitter::MultipartSplitter(std::string boundary, Callbacks callbacks,
                                     MultipartLimits limits)
    // Some servers write the boundary with its two dashes, and then no others in the body.
    : delimiter_(boundary.starts_with("--") ? boundary : "--" + boundary),
      callbacks_(std::move(callbacks)),
      limits_(limits) {}

Result<void> MultipartSplitter::feed(BytesView piece) {
  while (!piece.empty() && state_ != State::kFailed && state_ != State::kClosed) {
    switch (state_) {
      case State::kBoundary:
      case State::kHeaders:
        if (take_line(piece)) end_line();
        break;
      case State::kCounted: take_counted(piece); break;
      case State::kSearched: take_searched(piece); break;
      default: break;
    }
  }
  if (state_ == State::kFailed) return std::unexpected(failure_);
  return {};
}

Result<void> MultipartSplitter::finish() {
  if (state_ == State::kSearched) {
    pass_body(held_);
    held_.clear();
    if (state_ == State::kSearched) end_part();
  } else if (state_ == State::kHeaders || state_ == State::kCounted) {
    give_up(ErrorKind::kCorrupt, "the stream ends inside a part");
  }
  if (state_ == State::kFailed) return std::unexpected(failure_);
  return {};
}

void MultipartSplitter::give_up(ErrorKind kind, std::string message) {
  failure_ = {kind, std::move(message), {}};
  state_ = State::kFailed;
}

/// True when line_ holds a whole line without its end.
bool MultipartSplitter::take_line(BytesView& rest) {
  const std::size_t line_feed = rest.find('\n');
  const bool whole = line_feed != BytesView::npos;
  const std::string_view part = rest.substr(0, whole ? line_feed + 1 : rest.size());
  rest.remove_prefix(part.size());
  header_bytes_ += part.size();
  if (header_bytes_ > limits_.header_bytes) {
    give_up(ErrorKind::kExhausted,
            fmt::format("the headers of a part are longer than {} bytes", limits_.header_bytes));
    return false;
  }
  line_ += part;
  if (!whole) return false;
  line_.pop_back();
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

void MultipartSplitter::end_line() {
  if (state_ == State::kBoundary) {
    take_boundary_line(trim(line_));
  } else {
    take_header_line(line_);
  }
  line_.clear();
}

void MultipartSplitter::take_boundary_line(std::string_view line) {
  if (line.starts_with(delimiter_)) {
    line.remove_prefix(delimiter_.size());
    if (line.empty()) {
      state_ = State::kHeaders;
      header_bytes_ = 0;
      part_type_.clear();
      part_length_.reset();
      return;
    }
    if (line == "--") {
      state_ = State::kClosed;
      return;
    }
  }
  // Before the first boundary anything may stand (RFC 2046 §5.1.1); later only the line's end.
  if (parts_ > 0 && !line.empty()) {
    give_up(ErrorKind::kCorrupt, "a part is longer than its Content-length says");
  }
}

void MultipartSplitter::take_header_line(std::string_view line) {
  if (line.empty()) return begin_part();
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = trim(line.substr(0, colon));
  const std::string_view value = trim(line.substr(std::min(colon + 1, line.size())));
  if (equals_ignoring_case(name, "content-type")) part_type_ = value;
  if (!equals_ignoring_case(name, "content-length")) return;
  const auto length = whole_number(value);
  if (!length || (part_length_ && part_length_ != length)) {
    return give_up(ErrorKind::kCorrupt, "a part has no usable Content-length");
  }
  if (*length > limits_.part_bytes) {
    return give_up(ErrorKind::kExhausted,
                   fmt::format("a part is longer than {} bytes", limits_.part_bytes));
  }
  part_length_ = *length;
}

void MultipartSplitter::begin_part() {
  ++parts_;
  part_bytes_ = 0;
  header_bytes_ = 0;
  state_ = part_length_ ? State::kCounted : State::kSearched;
  callbacks_.begin(part_type_);
  if (part_length_ == 0U) end_part();
}

void MultipartSplitter::end_part() {
  state_ = State::kBoundary;
  callbacks_.end();
}

void MultipartSplitter::take_counted(BytesView& rest) {
  const BytesView body = rest.substr(0, *part_length_ - part_bytes_);
  rest.remove_prefix(body.size());
  part_bytes_ += body.size();
  callbacks_.body(body);
  if (part_bytes_ == *part_length_) end_part();
}

void MultipartSplitter::pass_body(BytesView body) {
  part_bytes_ += body.size();
  if (part_bytes_ > limits_.part_bytes) {
    return give_up(ErrorKind::kExhausted,
                   fmt::format("a part is longer than {} bytes", limits_.part_bytes));
  }
  if (!body.empty()) callbacks_.body(body);
}

/// Where the delimiter stands in held_ at the beginning of a line, or npos.
std::size_t MultipartSplitter::find_delimiter() const {
  std::size_t found = held_.find(delimiter_);
  while (found != std::string::npos) {
    if (found == 0 ? part_bytes_ == 0 : held_[found - 1] == '\n') return found;
    found = held_.find(delimiter_, found + 1);
  }
  return found;
}

void MultipartSplitter::take_searched(BytesView& rest) {
  // In slices, so that little is moved when much arrives at once.
  const BytesView slice = rest.substr(0, 4'096);
  held_ += slice;
  const std::size_t found = find_delimiter();
  if (found == std::string::npos) {
    rest.remove_prefix(slice.size());
    // What could be the beginning of a line's end and a delimiter stays.
    const std::size_t passed = held_.size() - std::min(held_.size(), delimiter_.size() + 2);
    pass_body(BytesView(held_).substr(0, passed));
    held_.erase(0, passed);
    return;
  }
  std::size_t end = found;
  if (end > 0) --end;
  if (end > 0 && held_[end - 1] == '\r') --end;
  pass_body(BytesView(held_).substr(0, end));
  if (state_ == State::kFailed) return;
  end_part();
  // The delimiter is read again as a line; its first bytes may have come with an earlier piece.
  const std::size_t from_here = std::min(held_.size() - found, slice.size());
  line_ = held_.substr(found, held_.size() - found - from_here);
  header_bytes_ = line_.size();
  rest.remove_prefix(slice.size() - from_here);
  held_.clear();
}

}  // namespace heed::wire::mtconnect
