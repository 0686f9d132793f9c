// Settings of a protocol, member by member: what is missing, wrong or unknown is told by its name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace heed::wire {

/// Reads one JSON object. Each call asks for a member by its name; the first thing that is wrong is
/// kept, and done() tells it, or a member that nobody asked for. `object` must outlive it.
///
///   Fields fields(settings, "settings");
///   const auto unit = fields.integer("unit", 1, {0, 255});
///   if (auto read = fields.done(); !read) return std::unexpected(read.error());
class Fields {
 public:
  struct Limits {
    double least;
    double most;
  };

  /// `path` is how errors call the object: "settings", "settings.inputs[2]".
  Fields(const Json& object, std::string path);

  bool has(std::string_view name) const { return object_.find(name) != nullptr; }
  std::int64_t integer(std::string_view name, std::int64_t usual, Limits limits);
  double number(std::string_view name, double usual, Limits limits);
  bool truth(std::string_view name, bool usual);
  /// Of 1 to `longest` bytes; `usual` may be empty.
  std::string text(std::string_view name, std::string usual, std::size_t longest);
  /// The index in `words`; the first of them if the member is not there.
  std::size_t choice(std::string_view name, std::span<const std::string_view> words);
  /// The elements of an array of at most `most` elements; none if it is not there.
  std::span<const Json> list(std::string_view name, std::size_t most);
  /// An object; nullptr if it is not there.
  const Json* object(std::string_view name);
  /// Says that a member must be there.
  void require_one_of(std::initializer_list<std::string_view> names);
  /// Keeps an error of the caller's own about a member.
  void refuse(std::string_view name, const std::string& what, std::string mend);
  /// Keeps an error about what a member holds.
  void refuse(const Error& inner);

  /// kInvalid with the member's path and the mend.
  Result<void> done();
  const std::string& path() const { return path_; }

 private:
  const Json* ask(std::string_view name);

  const Json& object_;
  const std::string path_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

}  // namespace heed::wire
