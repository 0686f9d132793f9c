#include "machines/history.h"

#include <array>

#include "base/json.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 5> kReasons = {"disconnected", "out_of_range", "restarted",
                                                      "malformed", "filtered"};
constexpr std::array<std::string_view, 4> kCategories = {"", "SAMPLE", "EVENT", "CONDITION"};
constexpr std::array<std::string_view, 4> kForms = {"", "series", "data_set", "table"};

struct Writer {
  JsonWriter& json;
  void operator()(const Link& link) const {
    json.key("link").begin_object().member("up", link.up).member("words", link.words).end_object();
  }
  void operator()(const Gap& gap) const {
    json.key("gap").begin_object();
    json.member("reason", word(gap.reason));
    json.member("from", gap.from.nanoseconds()).member("to", gap.to.nanoseconds());
    json.member("lost", gap.lost).member("note", gap.note).end_object();
  }
  void operator()(const SourceClock::Change& change) const {
    json.key("clock").begin_object();
    json.member("before", change.before.count_nanoseconds());
    json.member("after", change.after.count_nanoseconds()).end_object();
  }
};

std::string text_of(const Json& object, std::string_view key) {
  const Json* found = object.find(key);
  return found != nullptr && found->string() != nullptr ? *found->string() : std::string();
}

std::int64_t integer_of(const Json& object, std::string_view key) {
  const Json* found = object.find(key);
  return found != nullptr ? found->integer().value_or(0) : 0;
}

double number_of(const Json& object, std::string_view key) {
  const Json* found = object.find(key);
  return found != nullptr ? found->number().value_or(0) : 0;
}

bool truth_of(const Json& object, std::string_view key) {
  const Json* found = object.find(key);
  return found != nullptr && found->boolean().value_or(false);
}

template <std::size_t kCount>
std::size_t index_of(const std::array<std::string_view, kCount>& words, std::string_view word) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (words[i] == word) return i;
  }
  return 0;
}

Gap read_gap(const Json& json) {
  return {static_cast<Gap::Reason>(index_of(kReasons, text_of(json, "reason"))),
          Time::from_nanoseconds(integer_of(json, "from")),
          Time::from_nanoseconds(integer_of(json, "to")),
          static_cast<std::uint64_t>(integer_of(json, "lost")), text_of(json, "note")};
}

void write_item(JsonWriter& json, const DataItem& item) {
  json.begin_object().member("key", item.key).member("name", item.name).member("type", item.type);
  json.member("sub_type", item.sub_type).member("units", item.units);
  json.member("component", item.component);
  json.member("category", kCategories.at(static_cast<std::size_t>(item.category)));
  json.member("discrete", item.discrete);
  // What few items have is told of those alone.
  if (item.form != ItemForm::kValue) {
    json.member("form", kForms.at(static_cast<std::size_t>(item.form)));
  }
  if (!item.statistic.empty()) json.member("statistic", item.statistic);
  if (item.sample_rate != 0) json.member("sample_rate", item.sample_rate);
  json.end_object();
}

DataItem read_item(const Json& json) {
  return {text_of(json, "key"),
          text_of(json, "name"),
          text_of(json, "type"),
          text_of(json, "sub_type"),
          text_of(json, "units"),
          text_of(json, "component"),
          static_cast<ItemCategory>(index_of(kCategories, text_of(json, "category"))),
          truth_of(json, "discrete"),
          static_cast<ItemForm>(index_of(kForms, text_of(json, "form"))),
          text_of(json, "statistic"),
          number_of(json, "sample_rate")};
}

}  // namespace

std::string write_happening(const Happening& happening) {
  JsonWriter json;
  json.begin_object();
  std::visit(Writer{json}, happening);
  json.end_object();
  return json.take();
}

std::optional<Happening> read_happening(std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) return {};
  if (const Json* link = json->find("link")) {
    return Link{truth_of(*link, "up"), text_of(*link, "words")};
  }
  if (const Json* gap = json->find("gap")) return read_gap(*gap);
  if (const Json* clock = json->find("clock")) {
    return SourceClock::Change{Duration::nanoseconds(integer_of(*clock, "before")),
                               Duration::nanoseconds(integer_of(*clock, "after"))};
  }
  return {};
}

std::string write_model(const std::vector<DataItem>& model) {
  JsonWriter json;
  json.begin_array();
  for (const DataItem& item : model) write_item(json, item);
  json.end_array();
  return json.take();
}

std::vector<DataItem> read_model(std::string_view text) {
  std::vector<DataItem> model;
  const auto json = Json::parse(text);
  if (!json || json->array() == nullptr) return model;
  for (const Json& item : *json->array()) model.push_back(read_item(item));
  return model;
}

std::string_view word(Gap::Reason reason) {
  return kReasons.at(static_cast<std::size_t>(reason));
}

}  // namespace heed::machines
