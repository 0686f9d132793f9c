#include "wire/sparkplug/topic.h"

#include <algorithm>
#include <array>
#include <vector>

namespace heed::wire::sparkplug {
namespace {

struct Row {
  std::string_view word;
  MessageType type;
  bool of_device;
};
constexpr std::array kRows = {
    Row{"NBIRTH", MessageType::kNodeBirth, false}, Row{"NDATA", MessageType::kNodeData, false},
    Row{"NDEATH", MessageType::kNodeDeath, false}, Row{"DBIRTH", MessageType::kDeviceBirth, true},
    Row{"DDATA", MessageType::kDeviceData, true},  Row{"DDEATH", MessageType::kDeviceDeath, true},
};

}  // namespace

std::optional<Topic> parse_topic(std::string_view text) {
  std::vector<std::string_view> levels;
  while (levels.size() < 6) {
    const std::size_t slash = text.find('/');
    levels.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) break;
    text.remove_prefix(slash + 1);
  }
  if (levels.size() < 4 || levels.size() > 5 || levels[0] != "spBv1.0") return {};
  if (std::ranges::any_of(levels, &std::string_view::empty)) return {};
  const auto* row = std::ranges::find(kRows, levels[2], &Row::word);
  if (row == kRows.end() || row->of_device != (levels.size() == 5)) return {};
  Topic topic;
  topic.edge = {std::string(levels[1]), std::string(levels[3])};
  topic.type = row->type;
  if (row->of_device) topic.device = levels[4];
  return topic;
}

}  // namespace heed::wire::sparkplug
