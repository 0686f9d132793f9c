// An MTConnect agent without a network, for tests: a ring buffer that answers requests with
// documents, as the standard says and as agents of several ages do.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace heed::wire::mtconnect::testing {

struct RingItem {
  std::string_view id;
  std::string_view section;
  std::string_view element;
  std::string_view attributes;
};

inline constexpr RingItem kRingItems[] = {
    {"avail", "Events", "Availability", "category='EVENT' type='AVAILABILITY'"},
    {"execution", "Events", "Execution", "category='EVENT' type='EXECUTION'"},
    {"mode", "Events", "ControllerMode", "category='EVENT' type='CONTROLLER_MODE'"},
    {"program", "Events", "Program", "category='EVENT' type='PROGRAM'"},
    {"part_count", "Events", "PartCount", "category='EVENT' type='PART_COUNT'"},
    {"x_position", "Samples", "Position",
     "category='SAMPLE' type='POSITION' subType='ACTUAL' units='MILLIMETER'"},
    {"tool", "Events", "VariableDataSet",
     "category='EVENT' type='VARIABLE' representation='DATA_SET'"},
    {"system", "Condition", "", "category='CONDITION' type='SYSTEM'"},
    {"asset_changed", "Events", "AssetChanged", "category='EVENT' type='ASSET_CHANGED'"},
    {"asset_removed", "Events", "AssetRemoved", "category='EVENT' type='ASSET_REMOVED'"},
};

struct RingEntry {
  std::uint64_t sequence = 0;
  std::size_t item = 0;
  std::string value;
  Time timestamp;
};

/// A request's target, taken apart.
struct RingTarget {
  std::string verb;
  std::string rest;
  std::map<std::string, std::string> query;

  std::uint64_t number(const std::string& name, std::uint64_t otherwise) const {
    const auto found = query.find(name);
    if (found == query.end()) return otherwise;
    std::uint64_t value = otherwise;
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
};

/// `/M1/sample?from=3` → sample, from 3: the device before the verb is of no account.
inline RingTarget ring_target(std::string_view target) {
  RingTarget out;
  const std::size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  for (const std::string_view verb : {"probe", "current", "sample", "asset"}) {
    const std::size_t at = path.find(fmt::format("/{}", verb));
    if (at == std::string_view::npos) continue;
    out.verb = verb;
    const std::size_t after = at + 1 + verb.size();
    if (after < path.size()) out.rest = path.substr(after + 1);
  }
  std::string_view query = target.substr(std::min(question + 1, target.size()));
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    out.query[std::string(pair.substr(0, equals))] = pair.substr(std::min(equals + 1, pair.size()));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return out;
}

class RingAgent {
 public:
  std::uint64_t instance_id = 1'000;
  std::size_t buffer_size = 131'072;
  /// Empty: documents without namespace.
  std::string version = "1.7";
  /// Errors as of 2.6, without errorCode.
  bool new_errors = false;
  std::string device_name = "Torture";
  std::string device_uuid = "torture-1";
  std::string model_change = "2020-01-01T00:00:00Z";
  /// Every document is this old.
  Time now = Time::from_seconds(1'600'000'000);
  std::map<std::string, std::string> assets;
  /// Sent with each asset answer, as said by put_asset.
  std::uint64_t next() const { return next_; }
  std::uint64_t first() const { return next_ - ring_.size(); }

  RingAgent() { begin(now); }

  /// A new instance with an empty buffer; everything is UNAVAILABLE at `timestamp`.
  void restart(std::uint64_t instance, Time timestamp) {
    instance_id = instance;
    begin(timestamp);
  }

  std::uint64_t observe(std::string_view item, std::string_view value, Time timestamp) {
    const auto found = std::ranges::find(kRingItems, item, &RingItem::id);
    if (found == std::end(kRingItems)) return 0;
    const auto index = static_cast<std::size_t>(found - std::begin(kRingItems));
    append({next_++, index, std::string(value), timestamp});
    return next_ - 1;
  }

  /// The document that answers this target; `status` is 404 for an error of 2.x.
  std::string answer(std::string_view target) const {
    const RingTarget asked = ring_target(target);
    if (asked.verb == "probe") return probe();
    if (asked.verb == "current") return current();
    if (asked.verb == "asset") return asset(asked.rest);
    if (asked.verb != "sample") return error("INVALID_URI", "InvalidURI", "no such thing");
    return sample(asked.number("from", first()), asked.number("count", 100));
  }

  std::string sample(std::uint64_t from, std::uint64_t count) const {
    if (from < first() || from > next_) {
      return error("OUT_OF_RANGE", "OutOfRange", "'from' is not in the buffer");
    }
    if (count == 0 || count > buffer_size) {
      return error("OUT_OF_RANGE", "OutOfRange", "'count' is not in range");
    }
    std::vector<RingEntry> shown;
    for (std::size_t i = from - first(); i < ring_.size() && shown.size() < count; ++i) {
      shown.push_back(ring_[i]);
    }
    return streams(shown, from + shown.size());
  }

  std::string current() const {
    std::vector<RingEntry> shown;
    for (const auto& [key, entry] : latest_) shown.push_back(entry);
    return streams(shown, next_);
  }

  std::string out_of_range() const { return error("OUT_OF_RANGE", "OutOfRange", "scripted"); }

 private:
  void begin(Time timestamp) {
    ring_.clear();
    latest_.clear();
    next_ = 1;
    for (const RingItem& item : kRingItems) observe(item.id, "UNAVAILABLE", timestamp);
  }

  void append(RingEntry entry) {
    const std::string id(kRingItems[entry.item].id);
    // Conditions with a code stand beside each other until a NORMAL clears them.
    std::string key = id;
    if (id == "system") {
      const std::size_t bar = entry.value.find('|');
      if (bar == std::string::npos) {
        std::erase_if(latest_, [&](const auto& kept) { return kept.first.starts_with(id); });
      } else {
        key += entry.value.substr(bar, entry.value.find('|', bar + 1) - bar);
        latest_.erase(id);
      }
    }
    latest_[key] = entry;
    ring_.push_back(std::move(entry));
    if (ring_.size() > buffer_size) ring_.pop_front();
  }

  std::string document(std::string_view kind, std::string_view numbers,
                       std::string_view body) const {
    const std::string space =
        version.empty() ? ""
                        : fmt::format(" xmlns=\"urn:mtconnect.org:MTConnect{}:{}\"", kind, version);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MTConnect{0}{1}>\n<Header "
        "creationTime=\"{2}\""
        " sender=\"ring\" instanceId=\"{3}\" version=\"{4}\" bufferSize=\"{5}\""
        " deviceModelChangeTime=\"{6}\"{7}/>\n{8}</MTConnect{0}>\n",
        kind, space, format_time(now), instance_id, version, buffer_size, model_change, numbers,
        body);
  }

  std::string probe() const {
    std::string items;
    for (const RingItem& item : kRingItems) {
      items += fmt::format("<DataItem id=\"{}\" {}/>\n", item.id, item.attributes);
    }
    return document("Devices", "",
                    fmt::format("<Devices><Device id=\"d\" name=\"{}\" uuid=\"{}\">\n<DataItems>\n"
                                "{}</DataItems></Device></Devices>\n",
                                device_name, device_uuid, items));
  }

  static std::string element(const RingEntry& entry) {
    const RingItem& item = kRingItems[entry.item];
    std::string attributes = fmt::format(" dataItemId=\"{}\" sequence=\"{}\" timestamp=\"{}\"",
                                         item.id, entry.sequence, format_time(entry.timestamp));
    if (item.section != "Condition") {
      return fmt::format("<{0}{1}>{2}</{0}>\n", item.element, attributes, entry.value);
    }
    std::string_view rest = entry.value;
    const auto take = [&] {
      const std::string_view word = rest.substr(0, rest.find('|'));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      return word;
    };
    std::string level(take());
    std::transform(level.begin() + 1, level.end(), level.begin() + 1, [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const std::string_view code = take();
    if (!code.empty()) attributes += fmt::format(" nativeCode=\"{}\"", code);
    return fmt::format("<{0}{1} type=\"SYSTEM\">{2}</{0}>\n", level, attributes, take());
  }

  std::string streams(const std::vector<RingEntry>& shown, std::uint64_t next) const {
    std::map<std::string_view, std::string> sections;
    for (const RingEntry& entry : shown) sections[kRingItems[entry.item].section] += element(entry);
    std::string body = fmt::format(
        "<Streams><DeviceStream name=\"{}\" uuid=\"{}\">"
        "<ComponentStream component=\"Device\" componentId=\"d\">\n",
        device_name, device_uuid);
    for (const auto& [section, elements] : sections) {
      body += fmt::format("<{0}>\n{1}</{0}>\n", section, elements);
    }
    body += "</ComponentStream></DeviceStream></Streams>\n";
    return document("Streams",
                    fmt::format(" firstSequence=\"{}\" lastSequence=\"{}\" nextSequence=\"{}\"",
                                first(), next_ - 1, next),
                    body);
  }

  std::string asset(const std::string& id) const {
    const auto found = assets.find(id);
    if (found == assets.end()) return error("ASSET_NOT_FOUND", "AssetNotFound", id);
    return document("Assets", "", fmt::format("<Assets>{}</Assets>\n", found->second));
  }

  std::string error(std::string_view code, std::string_view name, std::string_view text) const {
    const std::string one =
        new_errors ? fmt::format("<{0}><ErrorMessage>{1}</ErrorMessage></{0}>", name, text)
                   : fmt::format("<Error errorCode=\"{}\">{}</Error>", code, text);
    return document("Error", "", fmt::format("<Errors>{}</Errors>\n", one));
  }

  std::deque<RingEntry> ring_;
  std::map<std::string, RingEntry> latest_;
  std::uint64_t next_ = 1;
};

}  // namespace heed::wire::mtconnect::testing
