// Any lines, in any pieces, with time passing: nothing but question marks may ever be sent.
#include "base/result.h"
#include "wire/grbl/session.h"

namespace heed::wire::grbl {
namespace {

void check_sent(const Bytes& sent) {
  require(sent.find_first_not_of('?') == Bytes::npos, "only questions are sent");
}

void feed(std::string_view bytes, std::size_t piece, bool inches) {
  Session session({.inches = inches}, Duration());
  Duration now;
  while (!bytes.empty() && session.dead().empty()) {
    check_sent(session.bytes_to_send());
    session.on_bytes(bytes.substr(0, piece), now);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    now += Duration::milliseconds(300);
    session.on_time(now);
    for (const Said& said : session.take_changes()) {
      require(!said.key.empty(), "what is said has a key");
    }
    require(session.take_strange().size() <= kMostStrange, "strange lines are limited");
    require(session.take_raw().size() <= Session::kLongestRaw, "what was read is limited");
  }
  check_sent(session.bytes_to_send());
}

}  // namespace
}  // namespace heed::wire::grbl

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::grbl::feed(std::string_view(text).substr(1), 1 + data[0] % 128U, data[0] >= 128U);
  return 0;
}
