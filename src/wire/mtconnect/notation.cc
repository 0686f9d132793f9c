#include "wire/mtconnect/notation.h"

#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {
/// Before the first sign; after as many it is taken for XML, which refuses it.
constexpr std::size_t kMostBlanks = 4'096;
}  // namespace

NotationParser::NotationParser(XmlHandler& handler, Random& random, XmlLimits limits,
                               Surroundings surroundings)
    : xml_(handler, random, limits), json_(handler, limits, surroundings) {}

void NotationParser::decide(BytesView piece) {
  for (const char c : piece) {
    if (is_json_) break;
    if (!is_blank(c)) is_json_ = c == '{' || c == '[';
  }
  if (!is_json_ && held_.size() + piece.size() > kMostBlanks) is_json_ = false;
}

Result<void> NotationParser::feed(BytesView piece) {
  if (!is_json_) {
    decide(piece);
    held_.append(piece);
    if (!is_json_) return {};
    piece = held_;
  }
  auto fed = *is_json_ ? json_.feed(piece) : xml_.feed(piece);
  held_.clear();
  return fed;
}

Result<void> NotationParser::finish() {
  return is_json_.value_or(false) ? json_.finish() : xml_.finish();
}

void NotationParser::refuse(Error error) {
  is_json_.value_or(false) ? json_.refuse(std::move(error)) : xml_.refuse(std::move(error));
}

void NotationParser::mark() {
  *is_json_ ? json_.mark() : xml_.mark();
}

BytesView NotationParser::marked() {
  return *is_json_ ? json_.marked() : xml_.marked();
}

}  // namespace heed::wire::mtconnect
