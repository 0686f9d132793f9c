#include "http/record_shapes.h"

#include <algorithm>

namespace heed::http {
namespace {

/// Nothing when `json` is no value of this type.
std::optional<silo::FieldValue> value_of(policy::FieldType type, const Json& json) {
  using policy::FieldType;
  const std::string* text = json.string();
  switch (type) {
    case FieldType::kText:
    case FieldType::kBlob:
    case FieldType::kSubject:
    case FieldType::kReference:
      if (text != nullptr) return *text;
      return {};
    case FieldType::kInteger:
      if (const auto whole = json.integer()) return *whole;
      return {};
    case FieldType::kReal:
      if (const auto number = json.number()) return *number;
      return {};
    case FieldType::kTruth:
      if (const auto truth = json.boolean()) return *truth;
      return {};
    case FieldType::kTime:
      if (const auto time = text != nullptr ? parse_time(*text) : std::nullopt) return *time;
      return {};
    case FieldType::kBytes:
      if (auto bytes = text != nullptr ? from_base64url(*text) : std::nullopt) {
        return *std::move(bytes);
      }
      return {};
  }
  return {};
}

}  // namespace

Asked<FieldValues> field_values(const policy::Kind& kind, const Json& form, Further further) {
  const Json* fields = form.find("fields");
  if (fields == nullptr || fields->object() == nullptr) {
    return wrong("fields", "The field is missing or no object.");
  }
  FieldValues made{std::vector<silo::FieldValue>(kind.fields.size()), {}};
  for (const auto& [name, json] : *fields->object()) {
    const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
    if (field == kind.fields.end() && further == Further::kDrop) {
      made.dropped.push_back(name);
      continue;
    }
    if (field == kind.fields.end()) {
      return wrong("fields", "The kind " + kind.name + " has no field '" + name + "'.",
                   "Send what the policy declares; a new field needs a new version of it.");
    }
    if (json.is_null()) continue;
    auto value = value_of(field->type, json);
    if (!value) {
      return wrong("fields", "The field '" + name + "' is of type " +
                                 std::string(policy::name_of(field->type)) + ".");
    }
    made.values[static_cast<std::size_t>(field - kind.fields.begin())] = *std::move(value);
  }
  return made;
}

std::optional<silo::FieldValue> field_value_of_text(policy::FieldType type,
                                                    const std::string& text) {
  using policy::FieldType;
  const bool bare =
      type == FieldType::kInteger || type == FieldType::kReal || type == FieldType::kTruth;
  const auto json = Json::parse(bare ? text : json_quote(text));
  return json ? value_of(type, *json) : std::nullopt;
}

void write_field(JsonWriter& w, policy::FieldType type, const silo::FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    type == policy::FieldType::kBytes ? w.value(to_base64url(*text)) : w.value(*text);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    w.value(*whole);
  } else if (const auto* number = std::get_if<double>(&value)) {
    w.value(*number);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    w.value(*truth);
  } else if (const auto* time = std::get_if<Time>(&value)) {
    w.value(*time);
  } else {
    w.null();
  }
}

void write_record(JsonWriter& w, const policy::Kind& kind, const silo::Record& record) {
  w.begin_object().member("kind", kind.name).member("id", record.id).key("subject");
  record.label.subject.is_nil() ? w.null() : w.value(record.label.subject.text());
  w.member("source", record.label.source).member("policy_version", record.label.policy_version);
  w.member("stored", record.label.stored).member("deadline", record.label.deadline);
  w.member("revision", record.label.revision).key("corrected");
  if (record.label.corrected_by.empty()) {
    w.null();
  } else {
    w.begin_object().member("by", record.label.corrected_by);
    w.member("at", record.label.corrected).end_object();
  }
  w.key("fields").begin_object();
  for (std::size_t i = 0; i < std::min(kind.fields.size(), record.fields.size()); ++i) {
    w.key(kind.fields[i].name);
    write_field(w, kind.fields[i].type, record.fields[i]);
  }
  w.end_object().end_object();
}

}  // namespace heed::http
