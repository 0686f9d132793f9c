// Any lines, in any pieces, with time passing: nothing but question marks may ever be sent.
#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/grbl/session.h"

namespace heed::wire::grbl {
namespace {

void check_sent(const Bytes& sent) {
  require(sent.find_first_not_of('?') == Bytes::npos, "only questions are sent");
}

void feed(std::string_view bytes, std::size_t piece, bool inches) {
  Session session({.inches = inches}, Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece, .most_strange = kMostStrange},
                    check_sent, fuzzing::has_a_key);
}

}  // namespace
}  // namespace heed::wire::grbl

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::grbl::feed(std::string_view(text).substr(1), 1 + data[0] % 128U, data[0] >= 128U);
  return 0;
}
