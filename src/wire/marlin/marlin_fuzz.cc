// Any lines, in any pieces, with time passing: nothing but the four reads may ever be sent.
#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/marlin/session.h"

namespace heed::wire::marlin {
namespace {

void check_sent(Bytes sent) {
  while (!sent.empty()) {
    const std::size_t end = sent.find('\n');
    require(end != Bytes::npos, "commands are whole lines");
    const std::string_view line = std::string_view(sent).substr(0, end);
    require(line == "M115" || line == "M27" || line == "M27 C" || line == "M105",
            "only reads are sent");
    sent.erase(0, end + 1);
  }
}

void feed(std::string_view bytes, std::size_t piece) {
  Session session({}, Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece, .most_strange = kMostStrange},
                    check_sent, fuzzing::has_a_key);
}

}  // namespace
}  // namespace heed::wire::marlin

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::marlin::feed(std::string_view(text).substr(1), 1 + data[0] % 128U);
  return 0;
}
