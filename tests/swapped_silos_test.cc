// Two organizations in a program that takes each for the other (the build option HEED_SWAP_SILOS):
// the seal catches every read of what was stored, every time, and gives nothing (O24, O36). Their
// keys are their own here: it is the organization's id, authenticated with each value, that fails.
#include <gtest/gtest.h>

#include "silo/testing.h"

namespace heed::silo {
namespace {

constexpr KindId kNote{30};
constexpr KindId kGauge{40};
constexpr int kNotes = 200;

constexpr std::string_view kKinds = R"(
kind note 30 record of usage { said text  topic text indexed }
kind gauge 40 series of machine_data.production { value text }
)";

class SwappedSilos : public testing::Test {
 protected:
  SwappedSilos() {
    Bytes bytes = store_.organization().bytes();
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    other_ = *OrganizationId::from_bytes(bytes);
    require(store_.store().create(other_).has_value(), "the other silo is made");
  }
  std::vector<std::shared_ptr<Silo>> both() {
    return {store_.shared_silo(), *store_.store().silo(other_)};
  }
  Access access() const { return store_.access(); }
  Access engine() const { return store_.access("operation", "engine"); }
  static std::string name_of(int i) { return "n" + std::to_string(i); }
  void fill(Silo& silo) {
    for (int i = 0; i < kNotes; ++i) {
      const SubjectId about = i % 2 == 0 ? SubjectId() : person_;
      const auto put = silo.put(
          access(),
          {kNote, name_of(i), about, "api", {std::string("secret"), std::string("tea")}, {}});
      ASSERT_TRUE(put) << put.error().message();
    }
  }
  template <class T>
  void attempt(const Governed<T>& given, std::string_view what) {
    ++attempts_;
    if (!given && given.error().error() != nullptr &&
        given.error().error()->kind == ErrorKind::kCorrupt) {
      ++caught_;
    } else {
      ADD_FAILURE() << what << ": " << (given ? "something is given" : given.error().message());
    }
  }
  template <class T>
  void attempt(const Result<T>& given, std::string_view what) {
    attempt(given ? Governed<T>() : Governed<T>(std::unexpected(given.error())), what);
  }

  TemporaryStore store_{heed_policy_with(kKinds)};
  OrganizationId other_;
  const SubjectId person_ = SubjectId::make(store_.random());
  int attempts_ = 0;
  int caught_ = 0;
};

TEST_F(SwappedSilos, O24_O36_every_read_of_a_stored_record_is_caught_and_gives_nothing) {
  for (const auto& silo : both()) {
    fill(*silo);
    for (int i = 0; i < kNotes; ++i) {
      attempt(silo->find(access(), kNote, name_of(i)), "find");
      attempt(silo->scan(access(), kNote, name_of(i), "", 1), "scan");
      attempt(silo->commit(access(), {Patch{kNote, name_of(i), {{"said", std::string("x")}}}}),
              "patch");
    }
    attempt(silo->query(access(), {.kind = kNote}), "query");
    attempt(silo->query(access(), {.kind = kNote, .subject = person_}), "query by subject");
    attempt(silo->query(access(), {.kind = kNote, .field = {{"topic", std::string("tea")}}}),
            "query by field");
    attempt(silo->query(access(), {.kind = kNote, .stored = TimeRange{}}), "query by time");
    attempt(silo->aggregate(access(), kNote, "topic"), "aggregate");
    attempt(silo->share(access(), {kNote, name_of(1), {"said"}, "somebody", {}}), "share");
  }
  EXPECT_EQ(attempts_, 2 * (3 * kNotes + 6));
  EXPECT_EQ(caught_, attempts_);
}

TEST_F(SwappedSilos, O24_O36_every_read_of_a_stored_journal_is_caught_and_gives_nothing) {
  for (const auto& silo : both()) {
    const std::uint64_t entries = silo->statistics().journal_entries;
    ASSERT_GT(entries, 0U);
    for (std::uint64_t number = 1; number <= entries; ++number) {
      attempt(silo->journal(engine(), number, 1), "journal");
      attempt(silo->export_journal(engine(), number, number,
                                   [](std::string_view) -> Result<void> { return {}; }),
              "export");
    }
    attempt(silo->verify_journal(), "verify");
  }
  EXPECT_EQ(caught_, attempts_);
}

TEST_F(SwappedSilos, O24_O36_every_stored_chunk_is_set_aside_and_gives_nothing) {
  for (const auto& silo : both()) {
    for (int i = 0; i < 20; ++i) {
      const SeriesId series = *silo->series(access(), kGauge, name_of(i));
      const Time at = store_.clock().now();
      ASSERT_TRUE(silo->append(access(), {"", 0, {{series, {at, at, at, 0, "secret"}}}}));
      const auto sealed = silo->seal(true);  // reads old heads of the journal, once it is done
      EXPECT_TRUE(sealed || sealed.error().kind == ErrorKind::kCorrupt);
      int seen = 0;
      ASSERT_TRUE(silo->read(access(), series, {}, [&](const SampleView&) { return ++seen > 0; }));
      EXPECT_EQ(seen, 0);
      EXPECT_EQ(*silo->last_at(access(), series, Time::max()), std::nullopt);
      EXPECT_EQ(silo->damage(access(), series, {})->chunks, 1U);
    }
  }
}

TEST_F(SwappedSilos, O24_O36_no_silo_opens_that_was_closed) {
  store_.reopen();
  attempt(store_.store().silo(store_.organization()), "open");
  attempt(store_.store().silo(other_), "open");
  EXPECT_EQ(caught_, 2);
}

}  // namespace
}  // namespace heed::silo
