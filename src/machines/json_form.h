// Reads documents that people wrote: what is wrong is told by the field's path, "shifts[1].from".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "machines/shift_calendar.h"

namespace heed::machines {

/// One object of a document. Refers to it: a value for as long as the document lives.
class JsonForm {
 public:
  explicit JsonForm(const Json& json, std::string path = {})
      : json_(&json), path_(std::move(path)) {}

  /// What follows is kInvalid when the member is missing, or of another type.
  Result<std::string> text(std::string_view key) const;
  Result<Duration> minutes(std::string_view key) const;  ///< "22:00"
  Result<Day> day(std::string_view key) const;           ///< "2026-03-29"
  /// `from` and `to` of this object.
  Result<WallSpan> span() const;

  /// What follows may be missing or null, but not of another type.
  Result<std::string> text_or(std::string_view key, std::string_view otherwise) const;
  Result<bool> truth(std::string_view key) const;  ///< Else false.
  /// Its objects; none if it is missing.
  Result<std::vector<JsonForm>> objects(std::string_view key) const;
  Result<std::vector<std::string>> texts(std::string_view key) const;
  /// Nothing if it is missing or null.
  Result<std::optional<JsonForm>> object(std::string_view key) const;

  /// kInvalid of this field.
  [[nodiscard]] std::unexpected<Error> wrong(std::string_view key, std::string_view what,
                                             std::string mend) const;
  const std::string& path() const { return path_; }

 private:
  std::string field(std::string_view key) const;
  const Json* find(std::string_view key) const;
  const Json* json_;
  std::string path_;
};

}  // namespace heed::machines
