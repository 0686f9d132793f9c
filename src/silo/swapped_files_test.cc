// Two silos whose files or rows somebody has exchanged (O24, O36): neither gives anything of the
// other, and the seal tells.
#include <filesystem>

#include "silo/answers_testing.h"
#include "silo/kv.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

using kv::Family;

class ExchangedSilos : public testing::Test {
 protected:
  static constexpr std::string_view kMarks[] = {"<<ours>>", "<<theirs>>"};

  ExchangedSilos() : ids_{store_.organization(), OrganizationId::make(store_.random())} {
    require(store_.store().create(ids_[1]).has_value(), "the other silo is made");
    for (int i : {0, 1}) fill(*silo(i), std::string(kMarks[i]));
  }
  std::shared_ptr<Silo> silo(int i) { return *store_.store().silo(ids_[i]); }
  Access use() const { return store_.access(); }
  Access engine() const { return store_.access("operation", "engine"); }

  void fill(Silo& silo, const std::string& mark) {
    for (const char* id : {"a", "b"}) {
      ASSERT_TRUE(silo.put(use(), note_record(id, mark)));
      Record theirs = visit(id, person_);
      theirs.fields = {mark};
      ASSERT_TRUE(silo.put(use(), theirs));
    }
    const SeriesId series = *silo.series(use(), kItemKind, "x" + mark);
    const auto append = [&](Duration before) {
      const Time at = TemporaryStore::kStart - before;
      ASSERT_TRUE(silo.append(use(), {"", 0, {{series, sample(at, mark)}}}));
    };
    append(Duration::days(1));
    ASSERT_TRUE(silo.seal(true));
    append(Duration());  // stays in the log
    const std::string detail = R"({"said":")" + mark + "\"}";
    ASSERT_TRUE(silo.note(engine(), "noted", detail, {person_, mark}));
    const Time until = TemporaryStore::kStart + Duration::days(9);
    ASSERT_TRUE(silo.place_hold(
        engine(), {.id = "h" + mark, .subject = person_, .reason = mark, .until = until}));
  }

  /// All that a silo can be asked for, as text.
  std::vector<std::string> answers(const Silo& silo) {
    std::vector<std::string> all;
    for (const char* id : {"a", "b"}) {
      all.push_back(answer(silo.find(use(), kNoteKind, id)));
      all.push_back(answer(silo.find(use(), kVisitKind, id)));
    }
    for (const KindId kind : {kNoteKind, kVisitKind}) {
      all.push_back(answer(silo.scan(use(), kind, "", "", 10)));
      all.push_back(answer(silo.query(use(), {.kind = kind, .subject = person_})));
      all.push_back(answer(silo.query(use(), {.kind = kind, .stored = TimeRange{}})));
    }
    for (const SeriesName& series : *silo.list_series(use(), kItemKind, "")) {
      AnswerText samples;
      const auto read = silo.read(use(), series.id, {}, [&](const SampleView& sample) {
        shown(samples, sample);
        return true;
      });
      all.push_back(series.name + answer(read) + samples.take());
      const auto damage = silo.damage(use(), series.id, {});
      all.push_back(damage->chunks > 0 ? kCaught : "");
    }
    all.push_back(answer(silo.journal(engine(), 1, 1'000)));
    all.push_back(answer(silo.own_entries(engine(), person_, 1, 10)));
    all.push_back(answer(silo.verify_journal()));
    all.push_back(answer(silo.holds(engine())));
    all.push_back(answer(silo.holdings(engine(), person_)));
    all.push_back(answer(silo.standing(engine(), person_)));
    return all;
  }
  /// Opens both again: nobody is given the other's, and how often the seal told.
  int caught() {
    store_.reopen();
    int times = 0;
    for (int i : {0, 1}) {
      const auto opened = store_.store().silo(ids_[i]);
      if (!opened) {
        EXPECT_EQ(opened.error().kind, ErrorKind::kCorrupt) << opened.error().message;
        ++times;
        continue;
      }
      for (const std::string& one : answers(**opened)) {
        EXPECT_FALSE(one.contains(kMarks[1 - i])) << one;
        if (one.starts_with(kCaught)) ++times;
      }
    }
    return times;
  }
  std::string path(int i, std::string_view suffix) const {
    return (suffix.empty() ? store_.options().data_directory + "/silos/"
                           : store_.options().key_directory + "/organizations/") +
           ids_[i].text() + std::string(suffix);
  }
  void exchange_files(std::string_view suffix) {
    store_.close();
    const std::string aside = store_.directory() + "/aside";
    std::filesystem::rename(path(0, suffix), aside);
    std::filesystem::rename(path(1, suffix), path(0, suffix));
    std::filesystem::rename(aside, path(1, suffix));
  }
  using Rows = std::map<Bytes, Bytes>;
  static Rows rows_of(const kv::Database& database, Family family) {
    Rows rows;
    auto cursor = database.cursor(family);
    for (cursor.seek({}); cursor.valid(); cursor.next()) {
      rows[Bytes(cursor.key())] = Bytes(cursor.value());
    }
    return rows;
  }
  void exchange_rows(Family family) {
    store_.close();
    const kv::SharedMemory memory{1U << 20, 1U << 20};
    const auto ours = *kv::Database::open(path(0, ""), memory);
    const auto theirs = *kv::Database::open(path(1, ""), memory);
    const Rows rows[] = {rows_of(*ours, family), rows_of(*theirs, family)};
    for (const auto* database : {&ours, &theirs}) {
      const Rows& before = rows[database == &ours ? 0 : 1];
      kv::Changes changes;
      for (const auto& [key, value] : before) changes.remove(family, key);
      for (const auto& [key, value] : rows[database == &ours ? 1 : 0]) {
        changes.put(family, key, value);
      }
      ASSERT_TRUE((*database)->write(changes, kv::Sync::kYes));
    }
  }

  static inline const std::string kCaught =
      "error|" + std::to_string(static_cast<int>(ErrorKind::kCorrupt));
  TemporaryStore store_{test_policy()};
  const SubjectId person_ = SubjectId::make(store_.random());
  OrganizationId ids_[2];
};

TEST_F(ExchangedSilos, as_they_are_give_what_is_their_own) {
  EXPECT_EQ(caught(), 0);
  for (int i : {0, 1}) {
    std::size_t own = 0;
    for (const std::string& one : answers(*silo(i))) own += one.contains(kMarks[i]) ? 1 : 0;
    EXPECT_GE(own, 13U);
  }
}

TEST_F(ExchangedSilos, O24_O36_a_silo_in_anothers_directory_does_not_open) {
  exchange_files("");
  EXPECT_EQ(caught(), 2);
}

TEST_F(ExchangedSilos, O24_O36_a_silo_under_anothers_key_does_not_open) {
  for (const std::string_view suffix : {".key", ".signing", ".subjects"}) {
    exchange_files(suffix);
    EXPECT_EQ(caught(), 2) << suffix;
    exchange_files(suffix);
    EXPECT_EQ(caught(), 0) << suffix << ": they are back";
  }
}

TEST_F(ExchangedSilos, O24_O36_rows_of_another_silo_give_nothing_and_what_is_sealed_tells) {
  for (std::size_t i = 0; i < kv::kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    exchange_rows(family);
    // A deadline, where a key lies, an index row and a blob's owner hold no value of anybody; what
    // they lead to does.
    const bool sealed = family != Family::kDeadlines && family < Family::kSubjects;
    if (const int times = caught(); sealed) {
      EXPECT_GT(times, 0) << "family " << i;
    }
    exchange_rows(family);
  }
}

}  // namespace
}  // namespace heed::silo
