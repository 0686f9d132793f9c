#include "wire/fields.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::wire {

Fields::Fields(const Json& object, std::string path) : object_(object), path_(std::move(path)) {
  if (object.object() == nullptr) {
    error_ = Error{ErrorKind::kInvalid, path_ + ": this is no JSON object",
                   "Begin it with { and end it with }."};
  }
}

const Json* Fields::ask(std::string_view name) {
  known_.emplace_back(name);
  return object_.find(name);
}

void Fields::refuse(std::string_view name, const std::string& what, std::string mend) {
  refuse({ErrorKind::kInvalid, fmt::format("{}.{}: {}", path_, name, what), std::move(mend)});
}

void Fields::refuse(const Error& inner) {
  if (!error_) error_ = inner;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t usual, Limits limits) {
  const Json* member = ask(name);
  if (member == nullptr) return usual;
  const auto value = member->integer();
  if (value && static_cast<double>(*value) >= limits.least &&
      static_cast<double>(*value) <= limits.most) {
    return *value;
  }
  refuse(name, "this is no whole number in its range",
         fmt::format("Take a number from {:.0f} to {:.0f}.", limits.least, limits.most));
  return usual;
}

double Fields::number(std::string_view name, double usual, Limits limits) {
  const Json* member = ask(name);
  if (member == nullptr) return usual;
  const auto value = member->number();
  if (value && *value >= limits.least && *value <= limits.most) return *value;
  refuse(name, "this is no number in its range",
         fmt::format("Take a number from {:g} to {:g}.", limits.least, limits.most));
  return usual;
}

bool Fields::truth(std::string_view name, bool usual) {
  const Json* member = ask(name);
  if (member == nullptr) return usual;
  if (const auto value = member->boolean()) return *value;
  refuse(name, "this is neither true nor false", "Write true or false, without quotes.");
  return usual;
}

std::string Fields::text(std::string_view name, std::string usual, std::size_t longest) {
  const Json* member = ask(name);
  if (member == nullptr) return usual;
  const std::string* value = member->string();
  if (value != nullptr && !value->empty() && value->size() <= longest) return *value;
  refuse(name, "this is no text in its range",
         fmt::format("Write 1 to {} characters in double quotes.", longest));
  return usual;
}

std::size_t Fields::choice(std::string_view name, std::span<const std::string_view> words) {
  const Json* member = ask(name);
  if (member == nullptr) return 0;
  if (const std::string* value = member->string()) {
    const auto found = std::ranges::find(words, *value);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  refuse(name, "this is none of its words", fmt::format("Take one of {}.", all));
  return 0;
}

std::span<const Json> Fields::list(std::string_view name, std::size_t most) {
  const Json* member = ask(name);
  if (member == nullptr) return {};
  if (const Json::Array* elements = member->array()) {
    if (elements->size() <= most) return *elements;
    refuse(name, fmt::format("this has {} elements", elements->size()),
           fmt::format("At most {} are read from one source.", most));
    return {};
  }
  refuse(name, "this is no list", "Begin it with [ and end it with ].");
  return {};
}

const Json* Fields::object(std::string_view name) {
  const Json* member = ask(name);
  if (member == nullptr) return nullptr;
  if (member->object() != nullptr) return member;
  refuse(name, "this is no JSON object", "Begin it with { and end it with }.");
  return nullptr;
}

void Fields::require_one_of(std::initializer_list<std::string_view> names) {
  std::string all;
  for (const std::string_view name : names) {
    if (has(name)) return;
    all += (all.empty() ? "" : " or ") + std::string(name);
  }
  refuse({ErrorKind::kInvalid, fmt::format("{}: {} is missing", path_, all),
          fmt::format("Add {}; docs/machines/ has examples.", all)});
}

Result<void> Fields::done() {
  if (error_) return std::unexpected(*error_);
  for (const auto& [name, value] : *object_.object()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    std::string all;
    for (const std::string& known : known_) all += (all.empty() ? "" : ", ") + known;
    return fail(ErrorKind::kInvalid, fmt::format("{}: there is no setting {}", path_, name),
                fmt::format("Leave it out; those that there are: {}.", all));
  }
  return {};
}

}  // namespace heed::wire
