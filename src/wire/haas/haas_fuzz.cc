// Any answers, in any pieces, with time passing: nothing but queries may ever be sent.
#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/haas/session.h"
#include "wire/text.h"

namespace heed::wire::haas {
namespace {

bool is_query(std::string_view line) {
  for (const Spelling spelling : {Spelling::kQuestionMark, Spelling::kPlain}) {
    for (std::size_t i = 0; i < kQueries; ++i) {
      if (line == command_text(static_cast<Query>(i), spelling)) return true;
    }
    for (const Macro& macro : usual_macros()) {
      if (line == command_text(macro.number, spelling)) return true;
    }
  }
  return false;
}

void check_sent(Bytes sent) {
  while (!sent.empty()) {
    const std::size_t end = sent.find("\r\n");
    require(end != Bytes::npos, "commands are whole lines");
    require(is_query(std::string_view(sent).substr(0, end + 2)), "only queries are sent");
    sent.erase(0, end + 2);
  }
}

void feed(std::string_view bytes, std::size_t piece, bool serial) {
  Session session(usual_macros(), serial ? serial_options() : SessionOptions{}, Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece, .most_strange = kMostStrange},
                    check_sent, fuzzing::is_among(Tracker(usual_macros()).items()));
}

}  // namespace
}  // namespace heed::wire::haas

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::haas::feed(std::string_view(text).substr(1), 1 + data[0] % 128U, data[0] >= 128U);
  return 0;
}
