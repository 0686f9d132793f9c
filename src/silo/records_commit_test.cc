// Changes that belong together, corrections, and looking for records by something else than ids.
#include <set>

#include "silo/testing.h"

namespace heed::silo {
namespace {

constexpr KindId kLetter{30};
constexpr std::string_view kKinds = R"(
kind letter 30 record of usage { body text  topic text indexed  stars integer indexed }
)";

class Letters : public ::testing::Test {
 protected:
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  static Record letter(std::string id, std::string topic, std::int64_t stars,
                       SubjectId subject = {}) {
    return {kLetter, std::move(id), subject, "api", {std::string("text"), std::move(topic), stars},
            {}};
  }
  std::optional<Record> find(std::string_view id) { return *silo().find(use(), kLetter, id); }
  std::optional<ErrorKind> commit(const std::vector<Change>& changes) {
    const auto done = silo().commit(use(), changes);
    if (done) return {};
    return done.error().error() == nullptr ? ErrorKind::kInternal : done.error().error()->kind;
  }
  static std::string ids(const Page& page) {
    std::string all;
    for (const Record& record : page.records) all += record.id + " ";
    return all;
  }

  TemporaryStore store_{policy::policy_of(heed_text_with(kKinds))};
};

TEST_F(Letters, a_commit_changes_all_or_nothing) {
  ASSERT_EQ(commit({Put{letter("a", "x", 1)}, Put{letter("b", "x", 2)}}), std::nullopt);
  EXPECT_EQ(commit({Put{letter("c", "x", 3)}, Put{letter("b", "y", 9), Expect::kAbsent}}),
            ErrorKind::kConflict);
  EXPECT_FALSE(find("c"));
  EXPECT_EQ(std::get<std::string>(find("b")->fields[1]), "x");
  EXPECT_EQ(commit({Removal{kLetter, "a"}, Put{letter("c", "x", 3)}}), std::nullopt);
  EXPECT_FALSE(find("a"));
  EXPECT_TRUE(find("c"));
}

TEST_F(Letters, a_commit_changes_each_record_once_and_at_most_a_thousand) {
  EXPECT_EQ(commit({Put{letter("a", "x", 1)}, Removal{kLetter, "a"}}), ErrorKind::kInvalid);
  std::vector<Change> many;
  for (int i = 0; i < 1'001; ++i) many.push_back(Put{letter(std::to_string(i), "x", 1)});
  EXPECT_EQ(commit(many), ErrorKind::kExhausted);
  many.pop_back();
  EXPECT_EQ(commit(many), std::nullopt);
}

TEST_F(Letters, a_change_that_expects_a_revision_loses_to_one_that_came_before) {
  ASSERT_EQ(commit({Put{letter("a", "x", 1)}}), std::nullopt);
  EXPECT_EQ(find("a")->label.revision, 1U);
  EXPECT_EQ(commit({Put{letter("a", "x", 2), Expect::kPresent, 1}}), std::nullopt);
  EXPECT_EQ(find("a")->label.revision, 2U);
  EXPECT_EQ(commit({Put{letter("a", "x", 3), Expect::kPresent, 1}}), ErrorKind::kConflict);
  EXPECT_EQ(commit({Patch{kLetter, "a", {{"stars", std::int64_t{4}}}, 1}}), ErrorKind::kConflict);
  EXPECT_EQ(commit({Removal{kLetter, "a", 1}}), ErrorKind::kConflict);
  EXPECT_EQ(commit({Removal{kLetter, "a", 2}}), std::nullopt);
}

TEST_F(Letters, O62_a_correction_changes_its_fields_alone_and_keeps_who_and_when) {
  ASSERT_EQ(commit({Put{letter("a", "x", 1)}}), std::nullopt);
  const Time stored = store_.clock().now();
  store_.clock().advance(Duration::days(3));
  ASSERT_EQ(commit({Patch{kLetter, "a", {{"topic", std::string("y")}}}}), std::nullopt);
  const Record corrected = *find("a");
  EXPECT_EQ(std::get<std::string>(corrected.fields[0]), "text");
  EXPECT_EQ(std::get<std::string>(corrected.fields[1]), "y");
  EXPECT_EQ(corrected.label.corrected_by, "test");
  EXPECT_EQ(corrected.label.corrected, stored + Duration::days(3));
  EXPECT_EQ(corrected.label.stored, stored);
  EXPECT_EQ(corrected.label.deadline, stored + Duration::days(393));
  EXPECT_EQ(corrected.label.revision, 2U);
  // Found by what it says now, and not by what it said.
  const auto by = [&](std::string topic) {
    return ids(*silo().query(use(), {.kind = kLetter, .field = {{"topic", std::move(topic)}}}));
  };
  EXPECT_EQ(by("y"), "a ");
  EXPECT_EQ(by("x"), "");
  EXPECT_EQ(commit({Patch{kLetter, "none", {}}}), ErrorKind::kConflict);
  EXPECT_EQ(commit({Patch{kLetter, "a", {{"colour", true}}}}), ErrorKind::kInvalid);
  EXPECT_EQ(commit({Patch{kLetter, "a", {{"stars", true}}}}), ErrorKind::kInvalid);
}

TEST_F(Letters, are_found_by_field_subject_and_time) {
  const SubjectId anna = SubjectId::make(store_.random());
  const Time begin = store_.clock().now();
  for (int i = 0; i < 6; ++i) {
    const std::string id(1, static_cast<char>('a' + i));
    ASSERT_EQ(commit({Put{letter(id, i % 2 == 0 ? "even" : "odd", i, i < 2 ? anna : SubjectId())}}),
              std::nullopt);
    store_.clock().advance(Duration::hours(1));
  }
  const auto of = [&](Query query) {
    query.kind = kLetter;
    return ids(*silo().query(use(), query));
  };
  EXPECT_EQ(of({.field = {{"topic", std::string("even")}}}), "a c e ");
  EXPECT_EQ(of({.field = {{"stars", std::int64_t{3}}}}), "d ");
  EXPECT_EQ(of({.field = {{"stars", std::int64_t{9}}}}), "");
  EXPECT_EQ(of({.subject = anna}), "a b ");
  EXPECT_EQ(of({.stored = TimeRange{begin + Duration::hours(1), begin + Duration::hours(4)}}),
            "b c d ");
  EXPECT_EQ(of({}), "a b c d e f ");
  const auto refused = [&](Query query) {
    query.kind = kLetter;
    return silo().query(use(), query).error().error()->kind == ErrorKind::kInvalid;
  };
  EXPECT_TRUE(refused({.field = {{"body", std::string("text")}}}));
  EXPECT_TRUE(refused({.field = {{"colour", std::string("red")}}}));
  EXPECT_TRUE(refused({.subject = anna, .stored = TimeRange{}}));
  EXPECT_TRUE(refused({.limit = 0}));
  EXPECT_TRUE(refused({.limit = 1'001}));
}

TEST_F(Letters, pages_of_a_query_come_without_hole_or_repeat_and_their_ends_cannot_be_made_up) {
  std::set<std::string> all;
  for (int i = 0; i < 25; ++i) {
    ASSERT_EQ(commit({Put{letter("l" + std::to_string(i), "x", i)}}), std::nullopt);
    all.insert("l" + std::to_string(i));
  }
  Query query{.kind = kLetter, .field = {{"topic", std::string("x")}}, .limit = 4};
  std::set<std::string> seen;
  std::string some_end;
  for (;;) {
    const Page page = *silo().query(use(), query);
    for (const Record& record : page.records) EXPECT_TRUE(seen.insert(record.id).second);
    if (page.next.empty()) break;
    query.after = some_end = page.next;
  }
  EXPECT_EQ(seen, all);
  for (std::size_t i = 0; i < some_end.size(); ++i) {
    query.after = some_end;
    query.after[i] = query.after[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(silo().query(use(), query)) << i;
  }
  EXPECT_FALSE(silo().query(use(), {.kind = kLetter, .after = some_end}));
}

}  // namespace
}  // namespace heed::silo
