#include "wire/mtconnect/json_elements.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace heed::wire::mtconnect {
namespace {

constexpr std::string_view kDocuments = "MTConnect";
/// Version 1 has an array of them where XML has the elements themselves.
constexpr std::string_view kOnlyInVersion1 = "ComponentStreams";

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// XML's attributes begin with a small letter, its elements with a capital one.
bool names_element(std::string_view key) {
  const std::string_view name = local_name(key);
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

bool is_scalar(const Json& json) {
  return json.array() == nullptr && json.object() == nullptr;
}

std::string text_of(const Json& json) {
  if (const std::string* text = json.string()) return *text;
  if (const auto truth = json.boolean()) return *truth ? "true" : "false";
  if (const auto whole = json.integer()) return fmt::format("{}", *whole);
  if (const auto number = json.number()) return fmt::format("{}", *number);
  std::string all;
  if (const Json::Array* array = json.array()) {
    for (const Json& one : *array) {
      if (is_scalar(one)) all += (all.empty() ? "" : " ") + text_of(one);
    }
  }
  return all;
}

bool is_list_of_scalars(const Json& json) {
  return json.array() != nullptr && std::ranges::all_of(*json.array(), is_scalar);
}

/// `{"removed": true}` in the place of an entry's value.
bool is_removal(const Json& json) {
  const Json::Object* members = json.object();
  return members != nullptr && members->size() == 1 && members->front().first == "removed" &&
         members->front().second.boolean() == true;
}

}  // namespace

JsonElements::JsonElements(XmlHandler& handler, XmlLimits limits, Surroundings surroundings)
    : handler_(handler), limits_(limits), surroundings_(surroundings) {}

void JsonElements::refuse(Error error) {
  if (!failure_) failure_ = std::move(error);
}

Result<void> JsonElements::feed(BytesView piece) {
  const std::size_t most = std::min(limits_.document_bytes, kMostJsonBytes);
  if (!failure_ && piece.size() > most - text_.size()) {
    text_.clear();
    refuse({ErrorKind::kExhausted, fmt::format("the JSON is longer than {} bytes", most),
            "ask the agent for XML, which may be longer, or for fewer observations at once"});
  }
  if (failure_) return std::unexpected(*failure_);
  text_.append(piece);
  return {};
}

Result<void> JsonElements::finish() {
  if (!failure_) {
    const auto parsed = Json::parse(text_, kMostJsonDepth);
    if (parsed) {
      tell_document(*parsed);
    } else {
      refuse({ErrorKind::kCorrupt, parsed.error().message, {}});
    }
  }
  if (failure_) return std::unexpected(*failure_);
  return {};
}

BytesView JsonElements::marked() {
  require(marked_.json != nullptr, "mark() comes before marked()");
  JsonWriter writer;
  writer.begin_object().key(marked_.name).value(*marked_.json).end_object();
  written_ = writer.take();
  marked_ = {};
  return written_;
}

void JsonElements::tell_document(const Json& json) {
  const Json::Object* members = json.object();
  const auto is_document = [](const auto& member) {
    return member.first.starts_with(kDocuments) && member.second.object() != nullptr;
  };
  if (members != nullptr) {
    if (const auto found = std::ranges::find_if(*members, is_document); found != members->end()) {
      const Json* version = found->second.find("jsonVersion");
      const auto number = version == nullptr ? std::optional<double>() : version->number();
      if (number && *number != 1 && *number != 2) {
        return refuse({ErrorKind::kInvalid,
                       fmt::format("the agent writes JSON of version {}", *number),
                       "write JsonVersion = 2 into the agent's configuration"});
      }
      may_be_version_1_ = number != 2;
      return tell(found->first, found->second);
    }
    const bool one_element = members->size() == 1 && names_element(members->front().first) &&
                             members->front().second.object() != nullptr;
    if (one_element && surroundings_.may_be_alone) {
      may_be_version_1_ = true;
      const bool around = !surroundings_.document.empty();
      if (around && !(start(surroundings_.document, {}) && start(surroundings_.element, {})))
        return;
      tell(members->front().first, members->front().second);
      if (around) end(surroundings_.element);
      if (around) end(surroundings_.document);
      return;
    }
  }
  refuse({ErrorKind::kCorrupt, "this JSON is no MTConnect document",
          "check that the address is that of an MTConnect agent"});
}

bool JsonElements::start(std::string_view name, const std::vector<Attribute>& attributes) {
  if (failure_) return false;
  if (++depth_ > limits_.depth) {
    refuse(
        {ErrorKind::kExhausted, fmt::format("more than {} elements are open", limits_.depth), {}});
    return false;
  }
  if (attributes.size() > limits_.attributes) {
    refuse({ErrorKind::kExhausted,
            fmt::format("an element has {} attributes, at most {}", attributes.size(),
                        limits_.attributes),
            {}});
    return false;
  }
  std::vector<const char*> pairs;
  for (const auto& [key, value] : attributes) {
    if (key.contains('\0') || value.contains('\0')) {
      refuse({ErrorKind::kCorrupt, "a text has a zero in it", {}});
      return false;
    }
    pairs.push_back(key.c_str());
    pairs.push_back(value.c_str());
  }
  pairs.push_back(nullptr);
  handler_.start_element(local_name(name), XmlAttributes(pairs.data()));
  return !failure_;
}

void JsonElements::end(std::string_view name) {
  if (failure_) return;
  --depth_;
  handler_.end_element(local_name(name));
}

void JsonElements::tell(std::string_view name, const Json& json) {
  std::vector<Attribute> attributes;
  if (const Json::Object* members = json.object()) {
    for (const auto& [key, value] : *members) {
      if (names_element(key) || key == "value" || value.is_null()) continue;
      if (is_scalar(value) || is_list_of_scalars(value))
        attributes.push_back({key, text_of(value)});
    }
  }
  current_ = {name, &json};
  if (!start(name, attributes)) return;
  if (json.object() == nullptr) {
    tell_text(json);
  } else {
    if (const Json* value = json.find("value")) tell_text(*value);
    tell_children(json, depth_ == 1);
  }
  end(name);
}

void JsonElements::tell_text(const Json& json) {
  if (json.object() != nullptr) return tell_entries(json, "Entry");
  const std::string text = text_of(json);
  if (!failure_ && !text.empty()) handler_.text(text);
}

void JsonElements::tell_entries(const Json& set, std::string_view name) {
  for (const auto& [key, value] : *set.object()) {
    std::vector<Attribute> attributes{{"key", key}};
    const bool removed = is_removal(value);
    if (removed) attributes.push_back({"removed", "true"});
    if (!start(name, attributes)) return;
    if (value.object() == nullptr) {
      tell_text(value);
    } else if (!removed && name == "Entry") {
      tell_entries(value, "Cell");
    }
    end(name);
  }
}

/// What is read of a document depends on its header; JSON's members have no order.
void JsonElements::tell_children(const Json& json, bool header_first) {
  if (const Json* header = header_first ? json.find("Header") : nullptr) tell("Header", *header);
  for (const auto& [key, value] : *json.object()) {
    if (failure_) return;
    if (header_first && key == "Header") continue;
    if (names_element(key)) {
      tell_member(key, value);
    } else if (key == "list" && value.object() != nullptr) {
      tell_children(value, false);
    } else if (key == "list" && is_list_of_named(value)) {
      for (const Json& one : *value.array()) tell_children(one, false);
    }
  }
}

void JsonElements::tell_member(std::string_view key, const Json& json) {
  const Json::Array* array = json.array();
  if (array == nullptr) return tell(key, json);
  if (!is_list_of_named(json)) {
    for (const Json& one : *array) tell(key, one);
    return;
  }
  const bool told = key != kOnlyInVersion1;
  if (told && !start(key, {})) return;
  for (const Json& one : *array) tell_children(one, false);
  if (told) end(key);
}

bool JsonElements::is_list_of_named(const Json& json) const {
  if (!may_be_version_1_ || json.array() == nullptr || json.array()->empty()) return false;
  return std::ranges::all_of(*json.array(), [](const Json& one) {
    return one.object() != nullptr && one.object()->size() == 1 &&
           names_element(one.object()->front().first);
  });
}

}  // namespace heed::wire::mtconnect
