// Any lines, in any pieces, with time passing: nothing but the four reads may ever be sent.
#include "base/result.h"
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
}  // namespace heed::wire::marlin

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::marlin::feed(std::string_view(text).substr(1), 1 + data[0] % 128U);
  return 0;
}
