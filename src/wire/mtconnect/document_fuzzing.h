// Any bytes as any document, whole and in pieces: the same must come out. Shared by the fuzz
// targets of both notations.
#pragma once

#include <fmt/core.h>

#include "base/result.h"
#include "wire/mtconnect/assets.h"
#include "wire/mtconnect/cutting_tool.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/streams.h"

namespace heed::wire::mtconnect::fuzzing {

// An order of magnitude beyond what tools/fuzz gives; a larger input tries nothing new.
inline constexpr std::size_t kMaxInput = 1 << 20;

/// What a reader says, as text: numbers that are no numbers compare equal too.
struct Said {
  std::string text;
  bool operator==(const Said&) const = default;
  void add(std::string_view part) {
    text += part;
    text += '\n';
  }
};

/// Cuts where the input itself says, so that the fuzzer chooses the cuts as well.
template <class Reader>
bool feed_in_pieces(Reader& reader, BytesView document, bool whole) {
  if (whole) return reader.feed(document).has_value();
  while (!document.empty()) {
    const std::size_t step = 1 + static_cast<unsigned char>(document.front()) % 23;
    const BytesView piece = document.substr(0, step);
    if (!reader.feed(piece)) return false;
    document.remove_prefix(piece.size());
  }
  return true;
}

inline void add_errors(Said& said, const Header& header, const std::vector<AgentError>& errors) {
  said.add(fmt::format("{} {}", header.instance_id, header.next_sequence));
  for (const AgentError& error : errors) said.add(error.code + " " + error.text);
}

inline Said streams(BytesView document, bool whole) {
  SeededRandom random(1);
  Said said;
  StreamsReader reader(
      {.header = [&](const Header& header) { said.add(std::to_string(header.instance_id)); },
       .observation =
           [&](const Observation& o, BytesView raw) {
             require(!o.data_item_id.empty(), "an observation names its data item");
             require(!o.unavailable || o.value.empty(), "a gap has no value");
             require(raw.size() >= 4, "the raw bytes are an element");
             said.add(o.data_item_id + o.value + std::string(raw));
             for (const Entry& entry : o.entries) said.add(entry.key + entry.value);
             for (const double sample : o.samples) said.add(fmt::format("{}", sample));
           }},
      random);
  const bool read = feed_in_pieces(reader, document, whole) && reader.finish();
  said.add(read ? "read" : "refused");
  if (read) add_errors(said, reader.header(), reader.errors());
  return said;
}

inline Said devices(BytesView document, bool whole) {
  SeededRandom random(1);
  Said said;
  DevicesReader reader(random);
  if (!feed_in_pieces(reader, document, whole)) return said;
  const auto model = reader.finish();
  if (!model) return said;
  add_errors(said, model->header, model->errors);
  for (const Device& device : model->devices) {
    for (const Component& component : device.components) said.add(component.path);
    for (const DataItem& item : device.data_items) {
      require(item.component < device.components.size(), "a data item has its component");
      said.add(item.id + item.type + item.source + item.constant_value.value_or("-"));
    }
  }
  return said;
}

inline Said assets(BytesView document, bool whole) {
  SeededRandom random(1);
  Said said;
  AssetsReader reader(random);
  if (!feed_in_pieces(reader, document, whole)) return said;
  const auto read = reader.finish();
  if (!read) return said;
  add_errors(said, read->header, read->errors);
  for (const Asset& asset : read->assets) said.add(asset.asset_id + asset.raw);
  return said;
}

inline void read_as_everything(BytesView document) {
  require(streams(document, true) == streams(document, false), "cuts change no observation");
  require(devices(document, true) == devices(document, false), "cuts change no model");
  require(assets(document, true) == assets(document, false), "cuts change no asset");
  SeededRandom random(1);
  static_cast<void>(read_error(document, random));
  if (const auto tool = read_cutting_tool(document, random)) {
    for (const CutterLife& life : tool->lives) static_cast<void>(life.used());
    require(tool->description.size() <= CuttingTool::kLongestText, "a text is bounded");
  }
}

}  // namespace heed::wire::mtconnect::fuzzing
