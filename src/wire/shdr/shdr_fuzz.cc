// Any bytes, in any pieces: lines, their meaning, and a client that sits behind them.
#include "base/result.h"
#include "wire/shdr/client.h"
#include "wire/shdr/data_set.h"
#include "wire/shdr/line.h"

namespace heed::wire::shdr {
namespace {

// What was read and is said again must read the same.
void check_round_trip(const Line& line) {
  const std::string text = format_line(line.stamp, line.entries);
  LineSplitter splitter;
  splitter.feed(text);
  std::size_t at = 0;
  while (const auto raw = splitter.next()) {
    // Escapes may make a line longer than what was read; then there is nothing to compare.
    if (raw->kind != RawLine::Kind::kWhole) return;
    const Line again = parse_line(*raw);
    require(again.stamp == line.stamp, "a stamp survives the round trip");
    for (const Entry& entry : again.entries) {
      require(at < line.entries.size(), "no entry appears in the round trip");
      require(entry == line.entries[at++], "an entry survives the round trip");
    }
  }
  require(at == line.entries.size(), "no entry is lost in the round trip");
}

void feed(std::string_view bytes, std::size_t piece) {
  ClientSession client({}, Duration());
  Line line;
  Duration now;
  while (!bytes.empty()) {
    client.on_bytes(bytes.substr(0, piece), now);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto raw = client.next_line()) {
      parse_line(*raw, line);
      require(line.kind != LineKind::kMalformed || line.flaw != Flaw::kNone,
              "what is malformed has its reason");
      check_round_trip(line);
      for (const Entry& entry : line.entries) parse_data_set(entry.value);
    }
    now += Duration::seconds(1);
    client.on_time(now);
    const Bytes sent = client.bytes_to_send();
    require(sent.empty() || sent.starts_with("* PING\r\n"), "a client only pings");
  }
  if (const auto rest = client.finish()) parse_line(*rest, line);
}

}  // namespace
}  // namespace heed::wire::shdr

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data, data + size);
  heed::wire::shdr::feed(std::string_view(text).substr(1), 1 + data[0] % 64U);
  return 0;
}
