// For tests: whether a JSON value is what a schema of the API says. The keywords that schemas.cc
// uses and no others; an unknown one fails, so that none goes unchecked.
#pragma once

#include <algorithm>
#include <string>

#include "base/json.h"

namespace heed::http {

class SchemaCheck {
 public:
  /// `document`: OpenAPI, where `$ref` looks.
  explicit SchemaCheck(const Json& document) : document_(document) {}

  /// What is wrong, with the path to it; empty when all fits.
  std::string fault(const Json& value, const Json& schema, const std::string& path = "$") const {
    for (const auto& [keyword, rule] : *schema.object()) {
      std::string wrong = check(keyword, rule, value, path, schema);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }
  std::string fault_of(const Json& value, std::string_view schema_name) const {
    return fault(value, *resolve("#/components/schemas/" + std::string(schema_name)));
  }
  /// nullptr when it leads nowhere.
  const Json* resolve(std::string_view ref) const {
    const Json* at = &document_;
    if (!ref.starts_with("#/")) return nullptr;
    ref.remove_prefix(2);
    while (at != nullptr && !ref.empty()) {
      const std::string_view name = ref.substr(0, ref.find('/'));
      at = at->find(name);
      ref.remove_prefix(std::min(ref.size(), name.size() + 1));
    }
    return at;
  }

 private:
  std::string check(const std::string& keyword, const Json& rule, const Json& value,
                    const std::string& path, const Json& schema) const {
    if (keyword == "description" || keyword == "format") return {};
    if (keyword == "$ref") {
      const Json* target = resolve(*rule.string());
      return target ? fault(value, *target, path) : path + ": $ref leads nowhere";
    }
    if (keyword == "type") return has_type(rule, value) ? "" : path + " has another type";
    if (keyword == "enum") return is_one_of(*rule.array(), value) ? "" : path + " is no such word";
    if (keyword == "const") return same(rule, value) ? "" : path + " is another value";
    if (keyword == "allOf") {
      for (const Json& part : *rule.array()) {
        if (std::string wrong = fault(value, part, path); !wrong.empty()) return wrong;
      }
      return {};
    }
    if (keyword == "required") return check_required(rule, value, path);
    if (keyword == "properties") return check_members(rule, value, path);
    if (keyword == "additionalProperties") return check_others(rule, value, path, schema);
    if (keyword == "items") return check_items(rule, value, path);
    if (keyword == "minItems") {
      return value.array()->size() >= static_cast<std::size_t>(*rule.integer())
                 ? ""
                 : path + " has too few items";
    }
    if (keyword == "minimum") return *value.number() >= *rule.number() ? "" : path + " is too low";
    if (keyword == "maxItems") {
      return static_cast<std::int64_t>(value.array()->size()) <= *rule.integer()
                 ? ""
                 : path + " has too many items";
    }
    if (keyword == "minLength" || keyword == "maxLength") return {};  // requests only
    return path + ": unknown keyword " + keyword;
  }

  static bool has_type(const Json& rule, const Json& value) {
    if (const Json::Array* several = rule.array()) {
      return std::ranges::any_of(*several, [&](const Json& one) { return has_type(one, value); });
    }
    const std::string& type = *rule.string();
    if (type == "null") return value.is_null();
    if (type == "string") return value.string() != nullptr;
    if (type == "boolean") return value.boolean().has_value();
    if (type == "integer") return value.integer().has_value();
    if (type == "number") return value.number().has_value();
    if (type == "array") return value.array() != nullptr;
    return type == "object" && value.object() != nullptr;
  }
  static bool same(const Json& a, const Json& b) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    return a.string() && b.string() && *a.string() == *b.string();
  }
  static bool is_one_of(const Json::Array& words, const Json& value) {
    return std::ranges::any_of(words, [&](const Json& word) { return same(word, value); });
  }
  static std::string check_required(const Json& rule, const Json& value, const std::string& path) {
    if (value.is_null()) return {};
    for (const Json& name : *rule.array()) {
      if (value.find(*name.string()) == nullptr) return path + " lacks " + *name.string();
    }
    return {};
  }
  std::string check_members(const Json& rule, const Json& value, const std::string& path) const {
    for (const auto& [name, schema] : *rule.object()) {
      const Json* member = value.find(name);
      if (member == nullptr) continue;
      if (std::string wrong = fault(*member, schema, path + "." + name); !wrong.empty()) {
        return wrong;
      }
    }
    return {};
  }
  std::string check_others(const Json& rule, const Json& value, const std::string& path,
                           const Json& schema) const {
    const Json* named = schema.find("properties");
    for (const auto& [name, member] : *value.object()) {
      if (named != nullptr && named->find(name) != nullptr) continue;
      if (std::string wrong = fault(member, rule, path + "." + name); !wrong.empty()) return wrong;
    }
    return {};
  }
  std::string check_items(const Json& rule, const Json& value, const std::string& path) const {
    if (value.array() == nullptr) return {};
    for (std::size_t i = 0; i < value.array()->size(); ++i) {
      const std::string at = path + "[" + std::to_string(i) + "]";
      if (std::string wrong = fault((*value.array())[i], rule, at); !wrong.empty()) return wrong;
    }
    return {};
  }

  const Json& document_;
};

}  // namespace heed::http
