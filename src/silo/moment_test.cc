// Reads of one moment.
#include "silo/forgetting_testing.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

class MomentTest : public ::testing::Test {
 protected:
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  void put(const std::string& id, const std::string& title) {
    const auto done = silo().put(use(), note_record(id, title));
    ASSERT_TRUE(done) << done.error().message();
  }
  std::string titles(const Page& page) {
    std::string all;
    for (const Record& record : page.records) {
      all += record.id + "=" + std::get<std::string>(record.fields[0]) + " ";
    }
    return all;
  }
  std::string scanned(const std::shared_ptr<const Moment>& at) {
    std::string all;
    std::string after;
    do {
      const auto page = silo().scan(use(), kNoteKind, {}, after, 2, at);
      if (!page) return page.error().message();
      all += titles(*page);
      after = page->next;
    } while (!after.empty());
    return all;
  }

  TemporaryStore store_{policy::policy_of(test_text(R"(
kind pulse 40 record of usage { value text indexed }
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
)"))};
};

TEST_F(MomentTest, all_reads_that_are_given_it_see_the_records_of_then) {
  for (const char* id : {"a", "b", "c"}) put(id, "old");
  const auto then = silo().moment();
  put("b", "new");
  put("d", "new");
  ASSERT_TRUE(*silo().remove(use(), kNoteKind, "a"));
  EXPECT_EQ(scanned(then), "a=old b=old c=old ");
  EXPECT_EQ(scanned({}), "b=new c=old d=new ");
  EXPECT_TRUE(*silo().find(use(), kNoteKind, "a", then));
  EXPECT_FALSE(*silo().find(use(), kNoteKind, "a"));
  EXPECT_FALSE(*silo().find(use(), kNoteKind, "d", then));
  EXPECT_EQ(titles(*silo().query(use(), {.kind = kNoteKind, .at = then})), "a=old b=old c=old ");
}

TEST_F(MomentTest, a_query_in_pages_sees_one_moment_by_index_too) {
  const auto pulse = [&](const std::string& id, const std::string& value) {
    ASSERT_TRUE(silo().put(use(), {{40}, id, {}, "api", {value}, {}}));
  };
  for (const char* id : {"a", "b", "c", "d"}) pulse(id, "60");
  Query query{
      .kind = {40}, .field = {{"value", std::string("60")}}, .at = silo().moment(), .limit = 2};
  const auto first = silo().query(use(), query);
  ASSERT_TRUE(first);
  EXPECT_EQ(titles(*first), "a=60 b=60 ");
  pulse("c", "61");
  pulse("cc", "60");
  query.after = first->next;
  EXPECT_EQ(titles(*silo().query(use(), query)), "c=60 d=60 ");
}

TEST_F(MomentTest, shows_nobody_who_was_erased_since_and_nothing_past_its_deadline) {
  const SubjectId anna = SubjectId::make(store_.random());
  ASSERT_TRUE(silo().put(use(), {{40}, "a", anna, "api", {std::string("60")}, {}}));
  ASSERT_TRUE(silo().put(use(), {{40}, "b", {}, "api", {std::string("61")}, {}}));
  const auto then = silo().moment();
  forget(store_, anna);
  EXPECT_EQ(titles(*silo().query(use(), {.kind = {40}, .at = then})), "b=61 ");
  store_.clock().advance(Duration::days(400));
  EXPECT_EQ(titles(*silo().query(use(), {.kind = {40}, .at = then})), "");
}

TEST_F(MomentTest, ends_after_ten_minutes_or_when_files_are_written_anew) {
  put("a", "old");
  const auto one = silo().moment();
  const auto another = silo().moment();
  store_.clock().advance(Moments::kLongest - Duration::seconds(1));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(scanned(one), "a=old ");
  store_.clock().advance(Duration::seconds(1));
  const auto young = silo().moment();
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(scanned(one), "this moment is over: one lasts ten minutes at the most");
  EXPECT_FALSE(silo().find(use(), kNoteKind, "a", another));
  EXPECT_EQ(scanned(young), "a=old ");
  ASSERT_TRUE(*silo().remove(use(), kNoteKind, "a"));
  ASSERT_TRUE(*silo().scrub(true));
  const auto over = silo().query(use(), {.kind = kNoteKind, .at = young});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().error()->kind, ErrorKind::kConflict);
  EXPECT_FALSE(over.error().error()->mend.empty());
}

}  // namespace
}  // namespace heed::silo
