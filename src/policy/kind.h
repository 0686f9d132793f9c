// A kind: a declared type of stored thing. Each of its fields names its data category, so that
// what is stored is always something the policy has a word for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/words.h"

namespace heed::policy {

/// Numbers of kinds are part of the stored format: never reuse one.
struct KindId {
  std::uint16_t number = 0;
  auto operator<=>(const KindId&) const = default;
};

enum class FieldType : std::uint8_t { kText, kInteger, kReal, kTruth, kTime, kBytes };
/// "text", "integer", …, as a policy file writes it.
std::string_view name_of(FieldType type);

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
  /// Dotted path of a category, e.g. "personal.contact".
  std::string category;
};

enum class Shape : std::uint8_t {
  kRecord,  ///< A document with fields.
  kSeries,  ///< Samples over time; the one field "value" names their category.
};

struct Kind {
  KindId id;
  std::string name;
  Shape shape = Shape::kRecord;
  std::vector<Field> fields;
  std::string gloss;  ///< What it is, in words for the published page.
};

}  // namespace heed::policy
