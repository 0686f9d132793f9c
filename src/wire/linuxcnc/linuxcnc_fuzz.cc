// Any answers, in any pieces, with time passing: nothing but reads may ever be sent.
#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/linuxcnc/session.h"
#include "wire/text.h"

namespace heed::wire::linuxcnc {
namespace {

void check_sent(Bytes sent) {
  while (!sent.empty()) {
    const std::size_t end = sent.find("\r\n");
    require(end != Bytes::npos, "commands are whole lines");
    const std::string_view line = std::string_view(sent).substr(0, end + 2);
    bool known = line == "hello EMC heed 1.0\r\n";
    for (std::size_t i = 0; i < kQueries; ++i) {
      known = known || line == command_text(static_cast<Query>(i));
    }
    require(known, "only reads are sent");
    sent.erase(0, end + 2);
  }
}

void feed(std::string_view bytes, std::size_t piece, bool take_errors) {
  Session session(*Greeting::with("EMC", "heed"), {.take_errors = take_errors}, Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece, .most_strange = kMostStrange},
                    check_sent, fuzzing::has_a_key);
}

}  // namespace
}  // namespace heed::wire::linuxcnc

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::linuxcnc::feed(std::string_view(text).substr(1), 1 + data[0] % 128U, data[0] >= 128U);
  return 0;
}
