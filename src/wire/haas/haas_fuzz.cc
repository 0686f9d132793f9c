// Any answers, in any pieces, with time passing: nothing but queries may ever be sent.
#include <algorithm>

#include "base/result.h"
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
  Duration now;
  const std::vector<SaidItem> items = Tracker(usual_macros()).items();
  while (!bytes.empty() && session.dead().empty()) {
    check_sent(session.bytes_to_send());
    session.on_bytes(bytes.substr(0, piece), now);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    now += Duration::milliseconds(300);
    session.on_time(now);
    for (const Said& said : session.take_changes()) {
      require(std::ranges::find(items, said.key, &SaidItem::key) != items.end(),
              "what is said is an item");
    }
    require(session.take_strange().size() <= kMostStrange, "strange lines are limited");
    require(session.take_raw().size() <= ControlSession::kLongestRaw, "what was read is limited");
  }
  check_sent(session.bytes_to_send());
}

}  // namespace
}  // namespace heed::wire::haas

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::haas::feed(std::string_view(text).substr(1), 1 + data[0] % 128U, data[0] >= 128U);
  return 0;
}
