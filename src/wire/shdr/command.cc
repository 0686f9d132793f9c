#include "wire/shdr/command.h"

#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

std::string_view take_field(std::string_view& rest) {
  const std::size_t bar = rest.find('|');
  const std::string_view field = rest.substr(0, bar);
  rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  return trim(field);
}

// The lines between `--multiline--TOKEN` and its repetition; other text as it is.
std::string_view unwrap(std::string_view body) {
  body = trim(body);
  if (!body.starts_with("--multiline--")) return body;
  const std::size_t first = body.find('\n');
  const std::size_t last = body.rfind('\n');
  if (first == std::string_view::npos || first == last) return {};
  return trim(body.substr(first, last - first));
}

bool begins_body(std::string_view rest) {
  rest = trim(rest);
  return rest.empty() || rest.starts_with('<') || rest.starts_with("--multiline--");
}

struct AssetWord {
  std::string_view word;
  AssetCommand::Kind kind;
};
constexpr AssetWord kAssetWords[] = {
    {"@ASSET@", AssetCommand::Kind::kAsset},
    {"@UPDATE_ASSET@", AssetCommand::Kind::kUpdate},
    {"@REMOVE_ASSET@", AssetCommand::Kind::kRemove},
    {"@REMOVE_ALL_ASSETS@", AssetCommand::Kind::kRemoveAll},
    {"@DEVICE@", AssetCommand::Kind::kDevice},
};

// `rest` begins after the command word. False if something is missing.
bool read_asset(std::string_view rest, AssetCommand& asset) {
  using Kind = AssetCommand::Kind;
  switch (asset.kind) {
    case Kind::kRemoveAll: asset.type = take_field(rest); return true;
    case Kind::kRemove: asset.id = take_field(rest); return !asset.id.empty();
    case Kind::kUpdate:
      asset.id = take_field(rest);
      asset.body = unwrap(rest);
      return !asset.id.empty() && !asset.body.empty();
    case Kind::kAsset:
      asset.id = take_field(rest);
      asset.type = take_field(rest);
      asset.body = unwrap(rest);
      return !asset.id.empty() && !asset.type.empty() && !asset.body.empty();
    case Kind::kDevice:
      if (!begins_body(rest)) asset.id = take_field(rest);
      if (!begins_body(rest)) asset.type = take_field(rest);
      asset.body = unwrap(rest);
      return !asset.body.empty();
  }
  return false;
}

}  // namespace

void parse_asset(std::string_view rest, Line& line) {
  line.kind = LineKind::kAsset;
  const std::string_view word = take_field(rest);
  for (const AssetWord& known : kAssetWords) {
    if (word != known.word) continue;
    line.asset.kind = known.kind;
    if (!read_asset(rest, line.asset)) fail_line(line, Flaw::kAssetIncomplete);
    return;
  }
  fail_line(line, Flaw::kUnknownAssetCommand);
}

void parse_command(std::string_view text, Line& line) {
  text = trim(text.substr(1));
  line.kind = LineKind::kCommand;
  std::string_view rest = text;
  const std::string_view word = take_word(rest);
  if (equals_ignoring_case(word, "PING")) {
    line.kind = LineKind::kPing;
  } else if (equals_ignoring_case(word, "PONG")) {
    line.kind = LineKind::kPong;
    line.command = {word, rest};
  } else {
    const std::size_t colon = text.find(':');
    line.command.key = trim(text.substr(0, colon));
    if (colon != std::string_view::npos) line.command.value = unwrap(text.substr(colon + 1));
  }
}

}  // namespace heed::wire::shdr
