// Any answers, in any pieces, with time passing: nothing but reads may ever be sent.
#include <algorithm>

#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/fanuc/session.h"

namespace heed::wire::fanuc {
namespace {

void check_sent(BytesView sent) {
  while (!sent.empty()) {
    const auto frame = take_frame(sent);
    require(frame.has_value() && frame->has_value(), "whole frames are sent");
    ByteReader in((*frame)->payload);
    if ((*frame)->type == 0x0101) continue;
    require((*frame)->type == 0x2101, "only questions are sent");
    for (std::uint16_t count = in.u16(); count > 0; --count) {
      ByteReader one(in.raw(static_cast<std::size_t>(in.u16()) - 2));
      const std::uint16_t asked_class = one.u16();
      one.u16();
      const std::uint16_t function = one.u16();
      constexpr std::uint16_t kReads[] = {0x0e, 0x15, 0x18, 0x19, 0x1a, 0x1c, 0x1d,
                                          0x23, 0x24, 0x25, 0x26, 0x56, 0x89, 0xb9};
      const bool reads = asked_class == 1 ? std::ranges::find(kReads, function) != std::end(kReads)
                                          : asked_class == 2 && function == 0x8001;
      require(reads, "only reads are sent");
    }
    require(in.finished(), "a question is whole");
  }
}

void feed(BytesView bytes, std::size_t piece, std::size_t paths) {
  Session session({.macros = {{*MacroNumber::of(500), {.key = "offset"}}}, .paths = paths},
                  Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece}, check_sent, fuzzing::has_a_key);
}

}  // namespace
}  // namespace heed::wire::fanuc

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::fanuc::feed(std::string_view(text).substr(1), 1 + data[0] % 128U, 1 + data[0] / 128U);
  return 0;
}
