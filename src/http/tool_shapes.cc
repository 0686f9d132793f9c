#include "http/tool_shapes.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "http/csv.h"

namespace heed::http {
namespace {

using machines::AssetSaid;
using machines::ToolLived;
using wire::mtconnect::CutterLife;
using wire::mtconnect::CuttingTool;

constexpr std::string_view kCuttingTool = "CuttingTool";
constexpr std::string_view kHead =
    "tool,uses,in_cycle,last_used,used,changed,uses_since,in_cycle_since,counted_since,asset,"
    "told,serial_number,description,states,location,lives\r\n";

void member_or_null(JsonWriter& w, std::string_view name, std::string_view text) {
  w.key(name);
  if (text.empty()) {
    w.null();
  } else {
    w.value(text);
  }
}

void write_life(JsonWriter& w, const ToolLived* lived) {
  w.key("life");
  if (lived == nullptr) {
    w.null();
    return;
  }
  const machines::ToolLife& life = lived->life;
  w.begin_object().member("changed", life.changed);
  w.member("minutes",
           life.in_cycle ? std::optional(life.in_cycle->in_seconds() / 60) : std::nullopt);
  w.member("uses", life.uses);
  member_or_null(w, "item", life.item);
  w.member("limit", life.counted).member("in_cycle_since", lived->in_cycle.in_seconds());
  w.member("uses_since", lived->uses).member("counted", lived->counted);
  w.member("cut", lived->cut).end_object();
}

void write_cutter_life(JsonWriter& w, const CutterLife& life) {
  w.begin_object().member("type", life.type).member("counts_down", life.down);
  w.member("value", life.value).member("initial", life.initial).member("warning", life.warning);
  w.member("limit", life.limit).member("used", life.used()).end_object();
}

void write_asset(JsonWriter& w, const ToolRow& row) {
  w.key("asset");
  if (!row.asset) {
    w.null();
    return;
  }
  const CuttingTool& tool = *row.asset;
  w.begin_object().member("id", row.said->id).member("told", row.said->at);
  w.member("updated", row.said->updated);
  member_or_null(w, "tool_id", tool.tool_id);
  member_or_null(w, "serial_number", tool.serial_number);
  member_or_null(w, "description", tool.description);
  member_or_null(w, "number", tool.number);
  member_or_null(w, "group", tool.group);
  member_or_null(w, "location_type", tool.location_type);
  member_or_null(w, "location", tool.location);
  w.key("states").begin_array();
  for (const std::string& state : tool.statuses) w.value(state);
  w.end_array().key("lives").begin_array();
  for (const CutterLife& life : tool.lives) write_cutter_life(w, life);
  w.end_array().end_object();
}

void write_row(JsonWriter& w, const ToolRow& row) {
  w.begin_object().member("tool", row.tool);
  w.member("uses", row.work == nullptr ? 0 : row.work->uses);
  w.member("in_cycle", row.work == nullptr ? 0.0 : row.work->in_cycle.in_seconds());
  w.member("last_used", row.work == nullptr ? std::nullopt : std::optional(row.work->last));
  w.member("used", row.used());
  write_life(w, row.lived);
  write_asset(w, row);
  w.end_object();
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

std::string lives_in_words(const CuttingTool& tool) {
  std::vector<std::string> words;
  for (const CutterLife& life : tool.lives) {
    if (!life.value) continue;
    words.push_back(life.limit ? fmt::format("{}={}/{}", life.type, *life.value, *life.limit)
                               : fmt::format("{}={}", life.type, *life.value));
  }
  return joined(words);
}

template <class T>
void append_number(std::string& out, const std::optional<T>& number) {
  if (number) out += fmt::format("{}", *number);
  out += ',';
}

void append_row(std::string& out, const ToolRow& row) {
  append_quoted(out, row.tool);
  out += row.work == nullptr
             ? ",0,0,,"
             : fmt::format(",{},{},{},", row.work->uses, row.work->in_cycle.in_seconds(),
                           format_time(row.work->last));
  append_number(out, row.used());
  if (row.lived == nullptr) {
    out += ",,,,";
  } else {
    out += fmt::format("{},{},{},", format_time(row.lived->life.changed), row.lived->uses,
                       row.lived->in_cycle.in_seconds());
    append_number(out, row.lived->counted);
  }
  const CuttingTool asset = row.asset.value_or(CuttingTool());
  append_quoted(out, row.said == nullptr ? "" : row.said->id);
  out += ',' + (row.said == nullptr ? "" : format_time(row.said->at));
  for (const std::string& cell :
       {asset.serial_number, asset.description, joined(asset.statuses),
        asset.location.empty() ? "" : asset.location_type + " " + asset.location,
        lives_in_words(asset)}) {
    out += ',';
    append_quoted(out, cell);
  }
  out += "\r\n";
}

/// Builds the rows: a tool has one, and each asset beyond its first a row of its own.
class RowMaker {
 public:
  RowMaker(const machines::ToolTable& table, Random& random) : table_(table), random_(random) {}

  ToolRows make() {
    for (const machines::ToolWork& work : table_.work.tools) named(work.tool).work = &work;
    for (const ToolLived& lived : table_.lives) named(lived.life.tool).lived = &lived;
    for (const AssetSaid& said : table_.assets) take(said);
    ToolRows all{{}, std::move(unread_)};
    for (auto& [name, row] : named_) all.rows.push_back(std::move(row));
    std::ranges::move(spare_, std::back_inserter(all.rows));
    // T2 before T10: numbers of the same length are in the order of their digits.
    std::ranges::sort(all.rows, {}, [](const ToolRow& row) {
      return std::tuple(-row.used().value_or(-1), row.tool.size(), row.tool,
                        row.said == nullptr ? std::string() : row.said->id);
    });
    return all;
  }

 private:
  ToolRow& named(const std::string& tool) {
    ToolRow& row = named_[tool];
    row.tool = tool;
    return row;
  }
  void take(const AssetSaid& said) {
    if (said.type != kCuttingTool) {
      unread_.push_back({&said, fmt::format("this is a {}", said.type)});
      return;
    }
    auto tool = wire::mtconnect::read_cutting_tool(said.line, random_);
    if (!tool) {
      unread_.push_back({&said, tool.error().message});
      return;
    }
    ToolRow* row = row_for(said, *tool);
    row->said = &said;
    row->asset = *std::move(tool);
  }
  ToolRow* row_for(const AssetSaid& said, const CuttingTool& tool) {
    for (const std::string& name : {said.id, tool.number}) {
      const auto found = named_.find(name);
      if (found != named_.end() && !found->second.asset) return &found->second;
    }
    return &spare_.emplace_back(ToolRow{.tool = tool.number.empty() ? said.id : tool.number});
  }

  const machines::ToolTable& table_;
  Random& random_;
  std::map<std::string, ToolRow> named_;
  std::vector<ToolRow> spare_;
  std::vector<UnreadAsset> unread_;
};

}  // namespace

std::optional<double> ToolRow::used() const {
  std::optional<double> most;
  const auto take = [&](std::optional<double> used) {
    if (used) most = std::max(most.value_or(*used), *used);
  };
  if (lived != nullptr) take(lived->used());
  if (asset) {
    for (const CutterLife& life : asset->lives) take(life.used());
  }
  return most;
}

ToolRows rows_of(const machines::ToolTable& table, Random& random) {
  return RowMaker(table, random).make();
}

void write_tools(JsonWriter& w, const machines::ToolTable& table, const ToolRows& rows) {
  w.begin_object().member("from", table.range.from).member("to", table.range.to);
  w.member("says_tools", table.says_tools);
  w.member("unknown", table.work.unknown.in_seconds()).key("items").begin_array();
  for (const ToolRow& row : rows.rows) write_row(w, row);
  w.end_array().key("unread").begin_array();
  for (const UnreadAsset& asset : rows.unread) {
    w.begin_object().member("id", asset.said->id).member("told", asset.said->at);
    w.member("why", asset.why).end_object();
  }
  w.end_array().end_object();
}

std::string csv_of_tools(const ToolRows& rows) {
  std::string csv(kHead);
  for (const ToolRow& row : rows.rows) append_row(csv, row);
  return csv;
}

}  // namespace heed::http
