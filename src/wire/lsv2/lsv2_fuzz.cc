// Any answers, in any pieces, with time passing: nothing but reads may ever be sent.
#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/lsv2/session.h"

namespace heed::wire::lsv2 {
namespace {

void check_sent(const Bytes& sent) {
  bool known = sent.empty();
  for (std::size_t i = 0; i < kRequests; ++i) {
    known = known || sent == telegram_of(static_cast<Request>(i));
  }
  require(known, "only reads are sent, one at a time");
}

void feed(std::string_view bytes, std::size_t piece) {
  Session session({}, Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece}, check_sent,
                    fuzzing::is_among(Tracker::items()));
}

}  // namespace
}  // namespace heed::wire::lsv2

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::lsv2::feed(std::string_view(text).substr(1), 1 + data[0] % 8U);
  return 0;
}
