#include "machines/tool_reading.h"

#include <algorithm>
#include <map>

#include "machines/cycle_items.h"
#include "machines/evidence.h"
#include "machines/tools.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
constexpr std::string_view kAssetItem = "asset";
/// About one change of tool in ten seconds, day and night, of the longest range.
constexpr std::size_t kMostChanges = 4'000'000;
constexpr std::size_t kMostAssets = 1'000;

std::unexpected<policy::Withheld> withheld(ErrorKind kind, std::string message) {
  return std::unexpected<policy::Withheld>(
      Error{kind, std::move(message), "Ask for a shorter range."});
}

/// Tool 0 is none in the spindle, as controls say it.
std::optional<std::string> tool_of(std::string_view said) {
  if (said.empty() || said == "0") return {};
  return std::string(said.substr(0, ToolLife::kLongestTool));
}

Governed<std::vector<ToolInSpindle>> load_spindle(const Reading& reading,
                                                  const Directory::Entry& entry, TimeRange range) {
  std::vector<ToolInSpindle> spindle;
  ASSIGN_OR_RETURN(const auto before,
                   reading.silo.last_at(reading.access, entry.series, range.from - kInstant));
  if (before && before->value) spindle.push_back({range.from, tool_of(*before->value)});
  const auto keep = [&](const silo::SampleView& view) {
    spindle.push_back({view.at, view.gap ? std::nullopt : tool_of(view.text)});
    return spindle.size() <= kMostChanges;
  };
  if (auto read = reading.silo.read(reading.access, entry.series, range, keep); !read) {
    return std::unexpected(read.error());
  }
  if (spindle.size() > kMostChanges) {
    return withheld(ErrorKind::kExhausted, "too many tools were changed in this range");
  }
  return spindle;
}

/// What an observation of the item "asset" says (box/shdr_driver.h).
struct AssetWord {
  std::string id, type, became;
};
AssetWord asset_word(std::string_view said) {
  const auto next = [&said] {
    const std::size_t end = std::min(said.find('|'), said.size());
    std::string part(said.substr(0, end));
    said.remove_prefix(std::min(end + 1, said.size()));
    return part;
  };
  AssetWord word;
  word.id = next();
  word.type = next();
  word.became = next();
  return word;
}

/// The assets that a machine has at the end of what was said.
class AssetShelf {
 public:
  void take(Time at, const AssetWord& word) {
    if (word.became == "removed") return remove(word);
    if (word.became == "updated") {
      if (const auto known = held_.find(word.id); known != held_.end()) known->second.updated = at;
      return;
    }
    if (held_.size() < kMostAssets || held_.contains(word.id)) {
      held_[word.id] = {word.id, word.type, at, {}, {}};
    }
  }
  std::map<std::string, AssetSaid>& held() { return held_; }

 private:
  void remove(const AssetWord& word) {
    if (!word.id.empty()) {
      held_.erase(word.id);
      return;
    }
    std::erase_if(
        held_, [&](const auto& one) { return word.type.empty() || one.second.type == word.type; });
  }
  std::map<std::string, AssetSaid> held_;
};

Governed<std::vector<AssetSaid>> load_assets(const Reading& reading, Time until) {
  const Directory::Entry* entry = reading.now.directory->find(kAssetItem);
  if (entry == nullptr) return std::vector<AssetSaid>();
  AssetShelf shelf;
  const auto take = [&](const silo::SampleView& view) {
    if (!view.gap) shelf.take(view.at, asset_word(view.text));
    return true;
  };
  if (auto read = reading.silo.read(reading.access, entry->series, {Time::min(), until}, take);
      !read) {
    return std::unexpected(read.error());
  }
  std::vector<AssetSaid> assets;
  std::map<Time, std::vector<RawLine>> lines;  // Many assets are often said at once
  for (auto& [id, asset] : shelf.held()) {
    auto at = lines.find(asset.at);
    if (at == lines.end()) {
      ASSIGN_OR_RETURN(auto loaded, load_lines(reading, *entry, asset.at));
      at = lines.emplace(asset.at, std::move(loaded)).first;
    }
    const auto said = std::ranges::find_if(at->second, [&](const RawLine& line) {
      return line.value && line.value->starts_with(id + "|");
    });
    if (said != at->second.end()) asset.line = said->line;
    assets.push_back(std::move(asset));
  }
  return assets;
}

/// What uses are counted from.
struct Heard {
  std::vector<Activity> activities;
  std::vector<ToolInSpindle> spindle;
  WorkOfTools work(TimeRange range) const { return work_of_tools(range, activities, spindle); }
};

Governed<Heard> hear(const Reading& reading, const Directory::Entry* tool, TimeRange range) {
  Heard heard;
  if (range.empty()) return heard;
  ASSIGN_OR_RETURN(heard.activities, load_activities(reading, range));
  if (tool != nullptr) {
    ASSIGN_OR_RETURN(heard.spindle, load_spindle(reading, *tool, range));
  }
  return heard;
}

/// What the control itself counted; nothing if it does not tell.
Governed<std::optional<double>> load_count(const Reading& reading, const std::string& item,
                                           Time until) {
  const Directory::Entry* entry = reading.now.directory->find(item);
  if (entry == nullptr) return std::optional<double>();
  ASSIGN_OR_RETURN(const auto last,
                   reading.silo.last_at(reading.access, entry->series, until - kInstant));
  std::optional<double> count;
  if (!last) return count;
  const auto take = [&](const silo::SampleView& view) {
    count = view.gap ? std::nullopt : view.number;
    return true;
  };
  const TimeRange then{last->at, last->at + kInstant};
  if (auto read = reading.silo.read(reading.access, entry->series, then, take); !read) {
    return std::unexpected(read.error());
  }
  return count;
}

/// From where a life's work is counted at `until`.
Time counted_from(const ToolLife& life, Time until) {
  return std::max(life.changed, until - ToolLife::kCounted);
}

Governed<std::vector<ToolLived>> load_lived(const Reading& reading, const Heard& heard,
                                            const std::vector<ToolLife>& lives, Time until) {
  std::vector<ToolLived> all;
  for (const ToolLife& life : lives) {
    ToolLived lived{.life = life, .in_cycle = {}, .counted = {}};
    if (life.item.empty()) {
      const Time from = counted_from(life, until);
      lived.cut = from != life.changed;
      const WorkOfTools work = heard.work({from, until});
      if (const ToolWork* use = work.find(life.tool)) {
        lived.in_cycle = use->in_cycle;
        lived.uses = use->uses;
      }
    } else {
      ASSIGN_OR_RETURN(lived.counted, load_count(reading, life.item, until));
    }
    all.push_back(std::move(lived));
  }
  return all;
}

}  // namespace

Governed<ToolTable> load_tools(const Reading& reading, const std::vector<ToolLife>& lives,
                               TimeRange range) {
  if (range.empty() || range.length() > Tools::kLongestRange) {
    return withheld(ErrorKind::kInvalid, "tools are told of a range of at most 100 days");
  }
  const Directory::Entry* tool = cycle_items(*reading.now.directory).tool;
  ToolTable table;
  table.range = {range.from, std::max(range.from, std::min(range.to, reading.clock))};
  table.says_tools = tool != nullptr;
  const Time until = table.range.to;
  Time from = table.range.from;
  for (const ToolLife& life : lives) {
    if (life.item.empty()) from = std::min(from, counted_from(life, until));
  }
  ASSIGN_OR_RETURN(const Heard heard, hear(reading, tool, {from, until}));
  table.work = heard.work(table.range);
  ASSIGN_OR_RETURN(table.lives, load_lived(reading, heard, lives, until));
  ASSIGN_OR_RETURN(table.assets, load_assets(reading, until));
  return table;
}

}  // namespace heed::machines
