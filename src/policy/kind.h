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

/// Numbers of types are part of the stored format: new ones stand at the end.
enum class FieldType : std::uint8_t {
  kText,
  kInteger,
  kReal,
  kTruth,
  kTime,
  kBytes,
  kBlob,       ///< Large content that is kept beside the record; the value names it.
  kSubject,    ///< A person: the value is the text of a SubjectId.
  kReference,  ///< Another record: the value is its id.
};
/// "text", "integer", …, as a policy file writes it.
std::string_view name_of(FieldType type);
/// Whether the value leads to a person or a record that may be erased before this one is.
constexpr bool leads_away(FieldType type) {
  return type == FieldType::kSubject || type == FieldType::kReference;
}

/// What an erasure of whom or what a field leads to does here. Every such field says it, as what
/// nobody thought of would be left behind.
enum class OnErasure : std::uint8_t {
  kNone,     ///< The field leads nowhere.
  kOwns,     ///< The person owns the record, as its own subject does: it goes with the last owner.
  kRemoves,  ///< The record goes.
  kEmpties,  ///< This field is emptied, and those that are `with` it.
  kStays,    ///< Nothing happens; never of a person.
};
/// "owns", "removes", …, as a policy file writes it; empty for kNone.
std::string_view name_of(OnErasure effect);

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
  /// Dotted path of a category, e.g. "personal.contact".
  std::string category;
  OnErasure on_erasure = OnErasure::kNone;
  /// The name of the kind that a reference leads to; else empty.
  std::string refers_to = {};
  /// The name of the field of a person of whom this one tells and with which it is emptied, or
  /// empty.
  std::string with = {};
  bool indexed = false;  ///< Records are found by its exact value.
};

/// What a policy file says of it behind its name, without the category: "text indexed with guest".
std::string declared(const Field& field);

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
