#include "machines/machine.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 13> kProtocolWords = {
    "shdr",   "mtconnect", "linuxcnc", "fanuc",     "haas",    "modbus", "grbl",
    "marlin", "lsv2",      "mqtt",     "sparkplug", "brother", "opcua"};

}  // namespace

std::string_view word(Protocol protocol) {
  return kProtocolWords.at(static_cast<std::size_t>(protocol));
}

std::string protocol_words() {
  std::string all;
  for (const std::string_view word : kProtocolWords) {
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return all;
}

std::vector<Protocol> all_protocols() {
  std::vector<Protocol> all;
  for (std::size_t i = 0; i < kProtocolWords.size(); ++i) all.push_back(static_cast<Protocol>(i));
  return all;
}

std::optional<Protocol> parse_protocol(std::string_view text) {
  for (std::size_t i = 0; i < kProtocolWords.size(); ++i) {
    if (kProtocolWords[i] == text) return static_cast<Protocol>(i);
  }
  return {};
}

}  // namespace heed::machines
