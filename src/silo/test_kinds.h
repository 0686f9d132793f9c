// Kinds that the tests of this room store.
#pragma once

#include "silo/testing.h"

namespace heed::silo {

constexpr KindId kNoteKind{10};
constexpr KindId kVisitKind{11};
constexpr KindId kSecretKind{12};
constexpr KindId kItemKind{20};
constexpr KindId kPoseKind{21};

inline std::vector<Kind> test_kinds() {
  using policy::FieldType;
  using policy::Shape;
  return {
      {kNoteKind,
       "note",
       Shape::kRecord,
       {{"title", FieldType::kText, "administration"},
        {"count", FieldType::kInteger, "administration"},
        {"ratio", FieldType::kReal, "administration"},
        {"done", FieldType::kTruth, "administration"},
        {"due", FieldType::kTime, "administration"},
        {"blob", FieldType::kBytes, "administration"}}},
      {kVisitKind, "visit", Shape::kRecord, {{"page", FieldType::kText, "usage"}}},
      {kSecretKind, "secret", Shape::kRecord, {{"hash", FieldType::kBytes, "personal.credential"}}},
      {kItemKind, "item", Shape::kSeries, {{"value", FieldType::kText, "machine_data.production"}}},
      {kPoseKind, "pose", Shape::kSeries, {{"value", FieldType::kText, "usage"}}},
  };
}

inline Record note_record(std::string id, std::string title) {
  return {
      kNoteKind,
      std::move(id),
      SubjectId(),
      "api",
      {std::move(title), std::int64_t{-7}, 2.5, true, Time::from_seconds(5), Bytes("\0\xff", 2)},
      {}};
}

inline Sample sample(Time at, std::optional<std::string> value) {
  return {at, at, at + Duration::milliseconds(3), 0, std::move(value)};
}

}  // namespace heed::silo
