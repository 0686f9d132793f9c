#include "wire/mqtt/mapping.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "wire/mqtt/topic.h"
#include "wire/text.h"

namespace heed::wire::mqtt {
namespace {

constexpr std::array<std::string_view, 2> kOwnItems = {"execution", "part_count"};
constexpr std::size_t kMostTopicsTold = 20;
// A waiting time of `running` is looked at this often while no message comes.
constexpr Duration kLookEvery = Duration::milliseconds(200);

std::string number_text(double value) {
  return fmt::format("{:.9g}", value + 0.0);
}

std::optional<double> number_of(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

/// The text of a single value; outside: no single value. Inside: null.
std::optional<std::optional<std::string>> text_of(const Json& value) {
  using Text = std::optional<std::string>;
  if (value.is_null()) return Text();
  if (const std::string* text = value.string()) return Text(text->substr(0, kLongestValue));
  if (const auto truth = value.boolean()) return Text(*truth ? "true" : "false");
  if (const auto whole = value.integer()) return Text(std::to_string(*whole));
  if (const auto number = value.number()) return Text(number_text(*number));
  return {};
}

std::optional<Time> time_of(const Json* value) {
  if (value == nullptr) return {};
  if (const std::string* text = value->string()) return parse_time(*text);
  constexpr double kLatestSeconds = 4'102'444'800;  // 2100-01-01; more are milliseconds
  const auto number = value->number();
  if (!number || *number < 0 || *number > kLatestSeconds * 1e3) return {};
  const double milliseconds = *number <= kLatestSeconds ? *number * 1e3 : *number;
  return Time::from_milliseconds(std::llround(milliseconds));
}

void take_words(Fields& fields, Mapping& mapping) {
  const Json* words = fields.object("values");
  if (words == nullptr) return;
  for (const auto& [from, to] : *words->object()) {
    const std::string* text = to.string();
    if (text == nullptr || text->size() > kLongestValue || mapping.words.size() >= kMostWords) {
      fields.refuse("values", fmt::format("{} becomes no word", from),
                    fmt::format("Write at most {} pairs of words.", kMostWords));
      return;
    }
    mapping.words.emplace(from, *text);
  }
}

std::optional<std::string> take_pointer(Fields& fields, std::string_view name) {
  if (!fields.has(name)) return {};
  std::string pointer = fields.text(name, "", kLongestTopic);
  if (!pointer.starts_with('/')) {
    fields.refuse(name, "this is no JSON pointer", "Begin each level with a slash: /v/s1/v.");
  }
  return pointer;
}

Result<Mapping> mapping_of(const Json& object, const std::string& path) {
  Fields fields(object, path);
  Mapping mapping;
  fields.require_one_of({"topic"});
  mapping.topic = fields.text("topic", "", kLongestTopic);
  if (fields.has("topic")) {
    if (auto good = check_filter(mapping.topic); !good) {
      fields.refuse("topic", good.error().message, good.error().mend);
    }
  }
  mapping.path = take_pointer(fields, "path");
  mapping.time = take_pointer(fields, "time");
  take_meaning(fields, path, mapping);
  if (auto read = fields.done(); !read) return std::unexpected(read.error());
  return mapping;
}

}  // namespace

void take_meaning(Fields& fields, const std::string& path, Mapping& mapping) {
  fields.require_one_of({"item", "running", "counts"});
  mapping.item = fields.text("item", "", kLongestItem);
  mapping.type = fields.text("type", "", kLongestItem);
  mapping.sub_type = fields.text("sub_type", "", kLongestItem);
  mapping.units = fields.text("units", "", kLongestItem);
  mapping.scale = fields.number("scale", 1, {-1e12, 1e12});
  mapping.offset = fields.number("offset", 0, {-1e12, 1e12});
  take_words(fields, mapping);
  if (fields.has("stale_after_s")) {
    mapping.stale_after = Duration::seconds(fields.integer("stale_after_s", 60, {1, 604'800}));
  }
  if (const Json* running = fields.object("running")) {
    auto limits = running_limits_of(*running, path + ".running", true);
    limits ? void(mapping.running = *limits) : fields.refuse(limits.error());
  }
  if (const Json* counts = fields.object("counts")) {
    CountLimits usual;
    usual.of_register = counts->find("wraps_at") != nullptr;
    auto limits = count_limits_of(*counts, path + ".counts", usual);
    limits ? void(mapping.counts = *limits) : fields.refuse(limits.error());
  }
}

Result<void> check_items(const std::vector<Mapping>& mappings, std::string_view list) {
  std::set<std::string_view> items;
  for (const Mapping& mapping : mappings) {
    const auto take = [&](std::string_view item) { return items.insert(item).second; };
    const bool fine = (mapping.item.empty() || take(mapping.item)) &&
                      (!mapping.running || take(kOwnItems[0])) &&
                      (!mapping.counts || take(kOwnItems[1]));
    if (fine) continue;
    return fail(ErrorKind::kInvalid,
                fmt::format("{}: two of them are the item {}", list,
                            mapping.item.empty() ? "execution or part_count" : mapping.item),
                "Give each its own name.");
  }
  return {};
}

const Json* at_pointer(const Json& document, std::string_view pointer) {
  const Json* at = &document;
  while (!pointer.empty() && at != nullptr) {
    pointer.remove_prefix(1);
    const std::size_t slash = pointer.find('/');
    std::string name(pointer.substr(0, slash));
    pointer.remove_prefix(slash == std::string_view::npos ? pointer.size() : slash);
    for (const auto& [escape, plain] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
      for (std::size_t i = name.find(escape); i != std::string::npos;
           i = name.find(escape, i + 1)) {
        name.replace(i, 2, plain);
      }
    }
    if (const Json::Array* elements = at->array()) {
      std::size_t index = elements->size();
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
      const bool number = error == std::errc() && end == name.data() + name.size();
      at = number && index < elements->size() ? &(*elements)[index] : nullptr;
    } else {
      at = at->find(name);
    }
  }
  return at;
}

Result<MappingSettings> mapping_settings_of(const Json& settings) {
  Fields fields(settings, "settings");
  MappingSettings read;
  fields.require_one_of({"topics"});
  const auto topics = fields.list("topics", kMostMappings);
  if (fields.has("topics") && topics.empty()) {
    fields.refuse("topics", "this is empty", "Name at least one; docs/machines/mqtt.md.");
  }
  read.login = take_login(fields);
  for (std::size_t i = 0; i < topics.size(); ++i) {
    auto mapping = mapping_of(topics[i], fmt::format("settings.topics[{}]", i));
    if (mapping) {
      read.mappings.push_back(*std::move(mapping));
    } else {
      fields.refuse(mapping.error());
    }
  }
  if (auto done = fields.done(); !done) return std::unexpected(done.error());
  if (auto checked = check_items(read.mappings, "settings.topics"); !checked)
    return std::unexpected(checked.error());
  return read;
}

MappedTopics::MappedTopics(std::vector<Mapping> mappings)
    : mappings_(std::move(mappings)), known_(mappings_.size()) {
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (mappings_[i].running) known_[i].running.emplace(*mappings_[i].running);
    if (mappings_[i].counts) known_[i].counts.emplace(*mappings_[i].counts);
  }
}

std::vector<std::string> MappedTopics::filters() const {
  std::set<std::string> all;
  for (const Mapping& mapping : mappings_) all.insert(mapping.topic);
  return {all.begin(), all.end()};
}

void MappedTopics::on_connected(Duration now) {
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (mappings_[i].stale_after) known_[i].heard = now;
  }
  next_look_ = now;
}

void MappedTopics::on_message(const Message& message, Duration now) {
  if (message.payload.size() > kLongestPayload) return say_strange(message, "it is too long");
  std::optional<Result<Json>> document;
  bool any = false;
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (!matches(mappings_[i].topic, message.topic)) continue;
    any = true;
    if (mappings_[i].path && !document) document = Json::parse(message.payload);
    if (mappings_[i].path && !*document) return say_strange(message, "it is no JSON");
    take(i, message, document ? &**document : nullptr, now);
  }
  if (!any) return say_strange(message, "nobody asked for it");
  if (topics_told_.size() < kMostTopicsTold && !topics_told_.contains(message.topic)) {
    topics_told_.emplace(message.topic, true);
    steps_.push_back("a message came: " + message.topic);
  }
  next_look_ = now;
}

void MappedTopics::take(std::size_t index, const Message& message, const Json* document,
                        Duration now) {
  const Mapping& mapping = mappings_[index];
  std::optional<std::string> text = std::string(trim(message.payload).substr(0, kLongestValue));
  std::optional<Time> at;
  if (mapping.path) {
    const Json* value = at_pointer(*document, *mapping.path);
    // A message of another shape, as a sensor's own heartbeats are, says nothing of the value.
    if (value == nullptr) return;
    const auto read = text_of(*value);
    if (!read) return say_strange(message, "there is no single value at " + *mapping.path);
    text = *read;
    if (mapping.time) at = time_of(at_pointer(*document, *mapping.time));
  }
  known_[index].heard = now;
  take_text(index, std::move(text), at, now);
}

void MappedTopics::take_text(std::size_t index, std::optional<std::string> text,
                             std::optional<Time> at, Duration now) {
  const Mapping& mapping = mappings_[index];
  if (text) {
    const auto word = mapping.words.find(*text);
    if (word != mapping.words.end()) text = word->second;
  }
  if (text == "UNAVAILABLE") text.reset();
  known_[index].number.reset();
  if (text) {
    const bool truth = *text == "true" || *text == "false";
    const auto number = truth ? std::optional(*text == "true" ? 1.0 : 0.0) : number_of(*text);
    if (number) known_[index].number = *number * mapping.scale + mapping.offset;
    const bool scaled = mapping.scale != 1 || mapping.offset != 0;
    if (scaled && number) text = number_text(*known_[index].number);
  }
  if (!mapping.item.empty()) say(mapping.item, std::move(text), at);
  take_meaning(index, at, now);
}

void MappedTopics::take_meaning(std::size_t index, std::optional<Time> at, Duration now) {
  Known& known = known_[index];
  if (known.running) {
    if (!known.number) known.running->forget();
    const auto runs = known.number ? known.running->take(*known.number, now) : std::nullopt;
    say(kOwnItems[0], runs ? std::optional<std::string>(*runs ? "ACTIVE" : "READY") : std::nullopt,
        at);
  }
  if (known.counts) {
    if (!known.number) known.counts->forget();
    say(kOwnItems[1],
        known.number ? std::optional(number_text(known.counts->take(*known.number, now)))
                     : std::nullopt,
        at);
  }
}

void MappedTopics::lose(std::size_t index) {
  const Mapping& mapping = mappings_[index];
  known_[index].heard.reset();
  known_[index].number.reset();
  if (!mapping.item.empty()) say(mapping.item, {}, {});
  take_meaning(index, {}, Duration());
}

void MappedTopics::on_lost() {
  for (std::size_t i = 0; i < mappings_.size(); ++i) lose(i);
  next_look_ = Duration::max();
}

Duration MappedTopics::deadline() const {
  Duration next = next_look_;
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (mappings_[i].stale_after && known_[i].heard) {
      next = std::min(next, *known_[i].heard + *mappings_[i].stale_after);
    }
  }
  return next;
}

void MappedTopics::on_time(Duration now) {
  bool waits = false;
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    Known& known = known_[i];
    if (mappings_[i].stale_after && known.heard &&
        now - *known.heard >= *mappings_[i].stale_after) {
      lose(i);
    } else if (known.number && (known.running || known.counts)) {
      take_meaning(i, {}, now);
      waits = true;
    }
  }
  next_look_ = waits ? now + kLookEvery : Duration::max();
}

void MappedTopics::say(std::string_view key, std::optional<std::string> value,
                       std::optional<Time> at) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  // Nothing was ever said of it, and nothing is known: there is nothing to say.
  if (last == last_.end() && !value) return;
  changes_.push_back({{std::string(key), value, false}, at});
  last_.insert_or_assign(std::string(key), std::move(value));
}

void MappedTopics::say_strange(const Message& message, std::string_view why) {
  if (strange_.size() >= kMostStrange) return;
  strange_.push_back(fmt::format("{}: {}: {}", message.topic, why,
                                 std::string_view(message.payload).substr(0, kLongestValue)));
}

std::vector<Told> MappedTopics::take_changes() {
  return std::exchange(changes_, {});
}

std::vector<SaidItem> MappedTopics::take_items() {
  if (std::exchange(items_told_, true)) return {};
  using enum SaidItem::Category;
  std::vector<SaidItem> items;
  for (const Mapping& mapping : mappings_) {
    if (!mapping.item.empty()) {
      items.push_back({mapping.item, "", mapping.type, mapping.sub_type, mapping.units, "",
                       mapping.units.empty() ? kEvent : kSample});
    }
    if (mapping.running) {
      items.push_back({"execution", "", "EXECUTION", "", "", "Controller/Path", kEvent});
    }
    if (mapping.counts) {
      items.push_back({"part_count", "", "PART_COUNT", "ALL", "", "Controller/Path", kEvent});
    }
  }
  return items;
}

std::vector<std::string> MappedTopics::take_strange() {
  return std::exchange(strange_, {});
}

std::vector<std::string> MappedTopics::take_steps() {
  return std::exchange(steps_, {});
}

}  // namespace heed::wire::mqtt
