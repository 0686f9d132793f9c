// What becomes of series that are about somebody when they are forgotten.
#include "silo/forgetting_testing.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr KindId kShiftKind{22};
constexpr Time kNoon = Time::from_seconds(1'700'049'600);  // 2023-11-15T12:00:00Z

constexpr std::string_view kShift = R"(
kind shift 22 series of machine_data.production { value text  operator text personal }
clause 6.9 "For these tests." { allow machine_data, usage for rights.deletion to engine }
clause 6.10 "For these tests too." {
  allow machine_data, usage, personal for legal, service.monitoring to organization
}
)";

class SeriesForgetting : public ::testing::Test {
 protected:
  SeriesForgetting() {
    anna_ = SubjectId::make(store_.random());
    ben_ = SubjectId::make(store_.random());
  }
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  SeriesId series(std::string_view name, SubjectId subject) {
    const auto made = silo().series(use(), kPoseKind, name, subject);
    require(made.has_value(), made ? "" : made.error().message());
    return *made;
  }
  std::string texts(SeriesId series) { return texts(series, use()); }
  std::string texts(SeriesId series, const Access& access) {
    std::string all;
    const auto read = silo().read(access, series, {}, [&](const SampleView& s) {
      all += std::string(s.text) + " ";
      return true;
    });
    return read ? all : read.error().message();
  }
  Appended append(std::vector<SeriesSample> samples) {
    const auto done = silo().append(use(), {"", 0, std::move(samples)});
    require(done.has_value(), done ? "" : done.error().message());
    return *done;
  }
  ErasureReceipt forget(SubjectId subject) { return heed::silo::forget(store_, subject); }
  std::vector<SeriesName> listed() { return *silo().list_series(use(), kPoseKind, ""); }
  static SeriesSample at(SeriesId series, int seconds, std::string text) {
    return {series, sample(kNoon + Duration::seconds(seconds), std::move(text))};
  }
  std::vector<std::pair<Bytes, Bytes>> rows(kv::Family family) { return rows_of(store_, family); }
  bool any_file_has(BytesView needle) { return !files_with(store_.directory(), needle).empty(); }

  TemporaryStore store_{policy::policy_of(test_text(kShift))};
  SubjectId anna_, ben_;
};

TEST_F(SeriesForgetting, somebodys_series_go_with_them_and_nobody_elses) {
  const SeriesId annas = series("pose", anna_);
  const SeriesId bens = series("pose", ben_);
  const SeriesId shops = series("pose", SubjectId());
  EXPECT_NE(annas, bens);
  append({at(annas, 1, "a1"), at(bens, 1, "b1"), at(shops, 1, "s1"), at(annas, 2, "a2")});
  ASSERT_TRUE(silo().seal(true));
  append({at(shops, 3, "s3"), at(annas, 3, "a3"), at(bens, 3, "b3")});
  EXPECT_EQ(texts(annas), "a1 a2 a3 ");
  EXPECT_EQ(listed().size(), 3U);
  EXPECT_EQ(listed()[0].name, "pose");

  const ErasureReceipt receipt = forget(anna_);
  ASSERT_EQ(receipt.counts.size(), 1U);
  EXPECT_EQ(receipt.counts[0], (ErasureCount{"pose", 3, 0, 0}));
  EXPECT_EQ(texts(annas), "there is no series 1");
  EXPECT_EQ(texts(bens), "b1 b3 ");
  EXPECT_EQ(texts(shops), "s1 s3 ");
  EXPECT_EQ(listed().size(), 2U);
  EXPECT_EQ(silo().statistics().head_samples, 2U);
  EXPECT_EQ(silo().statistics().sealed_samples, 2U);
  store_.reopen();
  EXPECT_EQ(texts(annas), "there is no series 1");
  EXPECT_EQ(texts(bens), "b1 b3 ");
  EXPECT_EQ(series("pose", SubjectId::make(store_.random())).number, 4U);
}

TEST_F(SeriesForgetting, what_comes_later_about_them_is_left_out_and_the_rest_of_the_batch_taken) {
  const SeriesId annas = series("pose", anna_);
  const SeriesId bens = series("pose", ben_);
  append({at(annas, 1, "a1")});
  forget(anna_);
  EXPECT_EQ(append({at(annas, 2, "a2"), at(bens, 2, "b2"), at(annas, 3, "a3")}).forgotten, 2U);
  EXPECT_EQ(texts(bens), "b2 ");
  const auto again = silo().series(use(), kPoseKind, "pose", anna_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error()->kind, ErrorKind::kConflict);
  store_.reopen();
  EXPECT_EQ(append({at(annas, 4, "a4")}).forgotten, 1U);
}

TEST_F(SeriesForgetting, the_log_holds_each_persons_samples_under_their_own_key) {
  const SeriesId annas = series("pose", anna_);
  const SeriesId bens = series("pose", ben_);
  append({at(annas, 1, "a1"), at(bens, 1, "b1")});
  ASSERT_EQ(rows(kv::Family::kLog).size(), 1U);
  EXPECT_EQ(texts(annas), "a1 ");
  forget(anna_);
  // Nobody sealed meanwhile: the entry is still in the log, and is replayed without her.
  ASSERT_EQ(rows(kv::Family::kLog).size(), 1U);
  EXPECT_EQ(texts(bens), "b1 ");
  EXPECT_EQ(silo().statistics().head_samples, 1U);
}

TEST_F(SeriesForgetting, leaves_no_byte_of_chunks_names_and_log_once_files_are_written_anew) {
  const SeriesId annas = series("pose", anna_);
  const SeriesId bens = series("pose", ben_);
  append({at(annas, 1, "a1"), at(bens, 1, "b1")});
  ASSERT_TRUE(silo().seal(true));
  append({at(annas, 2, "a2"), at(bens, 2, "b2")});
  const auto chunks = rows(kv::Family::kChunks);
  const auto log = rows(kv::Family::kLog);
  const auto names = rows(kv::Family::kSeries);
  ASSERT_EQ(chunks.size(), 2U);
  ASSERT_EQ(log.size(), 1U);
  const auto end_of = [](const Bytes& value) { return value.substr(value.size() - 24); };
  for (const Bytes& value : {chunks[0].second, log[0].second, names[0].second}) {
    EXPECT_TRUE(any_file_has(end_of(value)));
  }
  forget(anna_);
  EXPECT_TRUE(*silo().scrub(true));
  store_.close();
  for (const Bytes& value : {chunks[0].second, log[0].second, names[0].second}) {
    EXPECT_FALSE(any_file_has(end_of(value)));
  }
  EXPECT_TRUE(any_file_has(end_of(names[1].second)));
  EXPECT_FALSE(any_file_has(anna_.bytes()));
  store_.reopen();
  EXPECT_EQ(texts(bens), "b1 b2 ");
}

TEST_F(SeriesForgetting, what_is_held_tells_of_series_too) {
  const SeriesId annas = series("pose", anna_);
  append({at(annas, 1, "a1"), at(annas, 2, "a2")});
  ASSERT_TRUE(silo().seal(true));
  append({at(annas, 86'400, "a3")});
  const auto held = silo().holdings(use(), anna_);
  ASSERT_TRUE(held) << held.error().message();
  ASSERT_EQ(held->size(), 1U);
  EXPECT_EQ(held->front().name, "pose");
  EXPECT_EQ(held->front().items, 3U);
  EXPECT_EQ(held->front().oldest, Time::from_seconds(1'700'006'400));  // that day's beginning
  EXPECT_GT(held->front().until, store_.clock().now() + Duration::days(365));
}

TEST_F(SeriesForgetting, O73_a_hold_keeps_a_series_and_nobody_but_the_law_reads_it) {
  const SeriesId annas = series("pose", anna_);
  append({at(annas, 1, "a1")});
  ASSERT_TRUE(silo().seal(true));
  const Access engine = store_.access("operation", "engine");
  const Hold hold{
      "h1", anna_, {}, "litigation 4 O 17/26", store_.clock().now() + Duration::days(900), {}, {}};
  ASSERT_TRUE(silo().place_hold(engine, hold));
  EXPECT_EQ(forget(anna_).number, 0U);
  EXPECT_EQ(texts(annas), "");
  EXPECT_TRUE(listed().empty());
  EXPECT_EQ(texts(annas, store_.access("legal", "organization")), "a1 ");

  // Past its deadline nobody reads it any more, and it is there until the hold ends.
  store_.clock().advance(Duration::days(500));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(texts(annas, store_.access("legal", "organization")), "");
  EXPECT_EQ(silo().statistics().sealed_samples, 1U);
  store_.clock().advance(Duration::days(401));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(silo().statistics().sealed_samples, 0U);
  EXPECT_TRUE(silo().is_erased(anna_));
}

TEST_F(SeriesForgetting, a_hold_that_is_over_lets_the_purge_find_what_it_spared) {
  const SeriesId shops = series("pose", SubjectId());
  append({at(shops, 1, "s1")});
  ASSERT_TRUE(silo().seal(true));
  const Access engine = store_.access("operation", "engine");
  const Hold hold{"h1", {}, kPoseKind, "audit", store_.clock().now() + Duration::days(900), {}, {}};
  ASSERT_TRUE(silo().place_hold(engine, hold));
  store_.clock().advance(Duration::days(500));
  EXPECT_EQ(silo().purge()->chunks, 0U);
  ASSERT_TRUE(*silo().lift_hold(engine, "h1"));
  EXPECT_EQ(silo().purge()->chunks, 1U);
}

TEST_F(SeriesForgetting, O73_what_a_hold_keeps_is_not_late) {
  const SeriesId annas = series("pose", anna_);
  append({at(annas, 1, "a1")});
  ASSERT_TRUE(silo().seal(true));
  const Access engine = store_.access("operation", "engine");
  const Hold hold{"h1", anna_, {}, "audit", store_.clock().now() + Duration::days(900), {}, {}};
  ASSERT_TRUE(silo().place_hold(engine, hold));
  store_.clock().advance(Duration::days(500));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(silo().statistics().sealed_samples, 1U);
  EXPECT_EQ(silo().statistics().overdue, Duration());
  ASSERT_TRUE(*silo().lift_hold(engine, "h1"));
  EXPECT_GT(silo().statistics().overdue, Duration::days(90));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(silo().statistics().overdue, Duration());
}

TEST_F(SeriesForgetting, O24_what_a_machine_says_of_a_person_is_machine_data_and_the_persons) {
  const auto& policy = *store_.store().policy();
  const auto owner = silo().series(use(), kShiftKind, "lathe/operator", anna_);
  ASSERT_TRUE(owner) << owner.error().message();
  append({at(*owner, 1, "Anna Muster")});
  // Both labels: what a person may be used for, and what machine data may.
  std::vector<std::string> categories;
  for (const policy::Kind& kind : policy.kinds()) {
    if (kind.id != kShiftKind) continue;
    for (const policy::Field& field : kind.fields) {
      categories.push_back(field.category);
    }
  }
  EXPECT_EQ(categories, (std::vector<std::string>{"machine_data.production", "personal"}));
  EXPECT_EQ(texts(*owner), "Anna Muster ");
  EXPECT_NE(texts(*owner, store_.access("service.monitoring", "third_party")), "Anna Muster ");
  forget(anna_);
  EXPECT_EQ(texts(*owner), "there is no series 1");
}

}  // namespace
}  // namespace heed::silo
