// Kinds that the tests of this room store.
#pragma once

#include "silo/testing.h"

namespace heed::silo {

constexpr KindId kNoteKind{10};
constexpr KindId kVisitKind{11};
constexpr KindId kSecretKind{12};
constexpr KindId kItemKind{20};
constexpr KindId kPoseKind{21};

inline constexpr std::string_view kTestKinds = R"(
kind note 10 record of administration {
  title text  count integer  ratio real  done truth  due time  raw bytes
}
kind visit_record 11 record of usage { page text }
kind secret 12 record of personal.credential { hash bytes }
kind item 20 series of machine_data.production { value text }
kind pose 21 series of usage { value text }
)";

inline std::shared_ptr<const policy::Policy> test_policy() {
  return heed_policy_with(kTestKinds);
}
/// The same with more clauses.
inline std::string test_text(std::string_view clauses = {}) {
  return heed_text_with(std::string(kTestKinds) + std::string(clauses));
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

inline Record visit(std::string id, SubjectId subject = {}, std::string source = "browser") {
  return {kVisitKind, std::move(id), subject, std::move(source), {std::string("/floor")}, {}};
}

inline Sample sample(Time at, std::optional<std::string> value) {
  return {at, at, at + Duration::milliseconds(3), 0, std::move(value)};
}

}  // namespace heed::silo
