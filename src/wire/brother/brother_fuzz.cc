// Any answers, in any pieces, with time passing: nothing but reads may ever be sent.
#include <algorithm>

#include "base/result.h"
#include "wire/brother/session.h"

namespace heed::wire::brother {
namespace {

void check_sent(const Bytes& sent) {
  bool known = sent.empty();
  for (std::size_t i = 0; i < kFiles; ++i) {
    known = known || sent == frame_of(static_cast<File>(i));
  }
  require(known, "only reads are sent, one at a time");
}

void feed(std::string_view bytes, std::size_t piece) {
  Session session({}, Duration());
  Duration now;
  const std::vector<SaidItem> items = Tracker::items();
  while (!bytes.empty() && session.dead().empty()) {
    check_sent(session.bytes_to_send());
    session.on_bytes(bytes.substr(0, piece), now);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    now += Duration::milliseconds(250);
    session.on_time(now);
    for (const Said& said : session.take_changes()) {
      require(std::ranges::find(items, said.key, &SaidItem::key) != items.end(),
              "what is said is an item");
    }
    require(session.take_raw().size() <= ControlSession::kLongestRaw, "what was read is limited");
  }
  check_sent(session.bytes_to_send());
}

}  // namespace
}  // namespace heed::wire::brother

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::brother::feed(std::string_view(text).substr(1), 1 + data[0] % 64U);
  return 0;
}
