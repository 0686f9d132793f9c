#include "box/shdr_observation.h"

#include <string>

#include <fmt/core.h>

namespace heed::box {
namespace {

namespace shdr = wire::shdr;

std::string item_of(const shdr::Entry& entry) {
  if (entry.device.empty()) return std::string(entry.key);
  return fmt::format("{}:{}", entry.device, entry.key);
}

std::optional<std::string> value_of(const shdr::Entry& entry) {
  if (entry.unavailable()) return {};
  if (entry.kind == shdr::EntryKind::kCondition) return shdr::condition_text(entry);
  if (entry.kind == shdr::EntryKind::kMessage && !entry.native_code.empty()) {
    return fmt::format("{}|{}", entry.native_code, entry.value);
  }
  return std::string(entry.value);
}

std::string_view became(shdr::AssetCommand::Kind kind) {
  using Kind = shdr::AssetCommand::Kind;
  if (kind == Kind::kRemove || kind == Kind::kRemoveAll) return "|removed";
  return kind == Kind::kUpdate ? "|updated" : "";
}

}  // namespace

machines::Observation observation_of(const shdr::Entry& entry, std::optional<Time> device,
                                     std::optional<Duration> lasted) {
  return {.item = item_of(entry),
          .device = device,
          .value = value_of(entry),
          .condition = entry.kind == shdr::EntryKind::kCondition,
          .beside = {.seconds = lasted.value_or(Duration()).in_seconds()}};
}

machines::Observation observation_of(const shdr::AssetCommand& asset, std::optional<Time> device) {
  return {.item = "asset",
          .device = device,
          .value = fmt::format("{}|{}{}", asset.id, asset.type, became(asset.kind)),
          .asset = true};
}

}  // namespace heed::box
