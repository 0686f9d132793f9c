#include "machines/json_form.h"

#include <fmt/core.h>

namespace heed::machines {

Result<std::string> JsonForm::text(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) return wrong(key, "it is missing", "Add it.");
  if (found->string() == nullptr) return wrong(key, "it is no text", "Write it in quotes.");
  return *found->string();
}

Result<Duration> JsonForm::minutes(std::string_view key) const {
  ASSIGN_OR_RETURN(const std::string text, this->text(key));
  const auto minutes = parse_minutes(text);
  if (minutes) return *minutes;
  return wrong(key, "it is no time of a day", "Write hours and minutes, from 00:00 to 23:59.");
}

Result<Day> JsonForm::day(std::string_view key) const {
  ASSIGN_OR_RETURN(const std::string text, this->text(key));
  const auto day = parse_day(text);
  if (day) return *day;
  return wrong(key, "there is no such day", "Write year, month and day, as in 2026-03-29.");
}

Result<WallSpan> JsonForm::span() const {
  ASSIGN_OR_RETURN(const Duration from, minutes("from"));
  ASSIGN_OR_RETURN(const Duration to, minutes("to"));
  return WallSpan{from, to};
}

Result<std::string> JsonForm::text_or(std::string_view key, std::string_view otherwise) const {
  if (find(key) == nullptr) return std::string(otherwise);
  return text(key);
}

Result<bool> JsonForm::truth(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) return false;
  if (const auto truth = found->boolean()) return *truth;
  return wrong(key, "it is neither true nor false", "Write true or false, without quotes.");
}

Result<std::vector<JsonForm>> JsonForm::objects(std::string_view key) const {
  std::vector<JsonForm> forms;
  const Json* found = find(key);
  if (found == nullptr) return forms;
  if (found->array() == nullptr) return wrong(key, "it is no list", "Write it in [ ].");
  for (const Json& item : *found->array()) {
    JsonForm form(item, fmt::format("{}[{}]", field(key), forms.size()));
    if (item.object() == nullptr) {
      return fail(ErrorKind::kInvalid, form.path_ + ": it is no object", "Write it in { }.");
    }
    forms.push_back(std::move(form));
  }
  return forms;
}

Result<std::vector<std::string>> JsonForm::texts(std::string_view key) const {
  std::vector<std::string> texts;
  const Json* found = find(key);
  if (found == nullptr) return texts;
  if (found->array() == nullptr) return wrong(key, "it is no list", "Write it in [ ].");
  for (const Json& item : *found->array()) {
    if (item.string() == nullptr) {
      return wrong(key, "it holds something else than texts", "Write each in quotes.");
    }
    texts.push_back(*item.string());
  }
  return texts;
}

Result<std::optional<JsonForm>> JsonForm::object(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) return std::optional<JsonForm>();
  if (found->object() == nullptr) return wrong(key, "it is no object", "Write it in { }.");
  return std::optional(JsonForm(*found, field(key)));
}

std::unexpected<Error> JsonForm::wrong(std::string_view key, std::string_view what,
                                       std::string mend) const {
  return fail(ErrorKind::kInvalid, fmt::format("{}: {}", field(key), what), std::move(mend));
}

std::string JsonForm::field(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

/// Null is as good as missing.
const Json* JsonForm::find(std::string_view key) const {
  const Json* found = json_->find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

}  // namespace heed::machines
