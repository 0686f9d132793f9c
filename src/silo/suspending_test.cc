// Who goes for a while: nothing of theirs is read by anybody, and with their code all comes back.
#include "silo/forgetting_testing.h"
#include "silo/kv.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr KindId kLetter{40};
constexpr KindId kCard{41};

class Suspending : public ::testing::Test {
 protected:
  Suspending() {
    anna_ = SubjectId::make(store_.random());
    ben_ = SubjectId::make(store_.random());
    put(kLetter, "a", anna_, {std::string("from anna"), FieldValue()});
    put(kLetter, "b", ben_, {std::string("from ben"), FieldValue()});
    put(kCard, "c", ben_, {std::string("wish"), anna_.text(), std::string("Anna")});
    series_ = *silo().series(use(), kPoseKind, "pose", anna_);
    must(silo().append(use(), {"", 0, {{series_, sample(store_.clock().now(), "sat")}}}));
    const auto content = [given = false]() mutable -> Result<Bytes> {
      return std::exchange(given, true) ? Bytes() : Bytes("her face");
    };
    must(silo().put_blob(use(), {kLetter, "a", "picture"}, content));
  }
  template <class T>
  static T must(Governed<T> result) {
    require(result.has_value(), result ? "" : result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  Access engine() const { return store_.access("operation", "engine"); }
  void put(KindId kind, std::string id, SubjectId subject, std::vector<FieldValue> fields) {
    must(silo().put(use(), {kind, std::move(id), subject, "api", std::move(fields), {}}));
  }
  Suspension suspend(SubjectId subject) {
    return must(silo().suspend(deleting_access(*store_.store().policy()), subject, "request 17"));
  }
  /// All that can be read: of anna, and of ben's card about her.
  std::string told() {
    std::string all;
    for (const Record& record : must(silo().scan(use(), kLetter, {}, {}, 10)).records) {
      all += std::get<std::string>(record.fields[0]) + "|";
    }
    const Record card = **silo().find(use(), kCard, "c");
    if (const auto* name = std::get_if<std::string>(&card.fields[2])) all += *name;
    all += "|";
    const auto read = silo().read(use(), series_, {}, [&](const SampleView& sample) {
      all += sample.text;
      return true;
    });
    if (!read) all += "no series";
    all += "|";
    (void)silo().read_blob(use(), {kLetter, "a", "picture"}, 0, [&](BytesView bytes) {
      all += bytes;
      return true;
    });
    return all;
  }
  static inline const std::string kAll = "from anna|from ben|Anna|sat|her face";

  TemporaryStore store_{policy::policy_of(test_text(R"(
kind letter 40 record of usage { body text  picture blob }
kind card 41 record of usage {
  wish text
  friend subject on erasure empties
  friend_name text with friend
}
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
)")),
                        200'000, nullptr, Duration::days(30)};
  SubjectId anna_, ben_;
  SeriesId series_;
};

TEST_F(Suspending, nothing_is_read_meanwhile_and_all_comes_back_with_the_code) {
  EXPECT_EQ(told(), kAll);
  const Suspension gone = suspend(anna_);
  EXPECT_EQ(gone.code.size(), 49U);
  EXPECT_GE(gone.until, store_.clock().now() + Duration::days(30));
  EXPECT_EQ(told().substr(0, 11), "from ben|||");
  EXPECT_EQ(told().find("anna"), std::string::npos);
  EXPECT_FALSE(silo().is_erased(anna_));
  EXPECT_EQ(must(silo().standing(engine(), anna_)).may_come_back_until, gone.until);
  const auto put_more =
      silo().put(use(), {kLetter, "d", anna_, "api", {std::string("x"), FieldValue()}, {}});
  ASSERT_FALSE(put_more);
  EXPECT_EQ(put_more.error().error()->kind, ErrorKind::kConflict);
  const auto late = silo().append(use(), {"", 0, {{series_, sample(store_.clock().now(), "x")}}});
  EXPECT_EQ(late->forgotten, 1U);

  store_.reopen();
  EXPECT_EQ(told().find("anna"), std::string::npos);
  must(silo().come_back(engine(), anna_, gone.code));
  EXPECT_EQ(told(), kAll);
  store_.reopen();
  EXPECT_EQ(told(), kAll);
  must(silo().append(use(), {"", 0, {{series_, sample(store_.clock().now(), "+")}}}));
  EXPECT_EQ(must(silo().standing(engine(), anna_)).may_come_back_until, std::nullopt);
}

TEST_F(Suspending, comes_back_without_a_restart_too) {
  const Suspension gone = suspend(anna_);
  must(silo().come_back(engine(), anna_, gone.code));
  EXPECT_EQ(told(), kAll);
}

TEST_F(Suspending, a_wrong_code_opens_nothing_and_the_right_one_may_be_copied_carelessly) {
  const Suspension gone = suspend(anna_);
  std::string wrong = gone.code;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  EXPECT_EQ(silo().come_back(engine(), anna_, wrong).error().error()->kind, ErrorKind::kInvalid);
  EXPECT_EQ(silo().come_back(engine(), anna_, "12").error().error()->kind, ErrorKind::kInvalid);
  EXPECT_EQ(silo().come_back(engine(), ben_, gone.code).error().error()->kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(told().find("anna"), std::string::npos);
  std::string careless;
  for (const char c : gone.code) {
    careless += c == '-' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  must(silo().come_back(engine(), anna_, careless));
  EXPECT_EQ(told(), kAll);
}

TEST_F(Suspending, who_stays_away_is_forgotten_when_the_window_ends) {
  const Suspension gone = suspend(anna_);
  store_.clock().advance(gone.until - store_.clock().now() - Duration::seconds(1));
  ASSERT_TRUE(silo().purge());
  EXPECT_FALSE(silo().is_erased(anna_));
  store_.reopen();
  store_.clock().advance(Duration::seconds(1));
  ASSERT_TRUE(silo().purge());
  EXPECT_TRUE(silo().is_erased(anna_));
  EXPECT_FALSE(silo().come_back(engine(), anna_, gone.code));
  const auto receipt = verify_receipt(must(silo().receipt(engine(), 1)), silo().journal_key());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->reason, "request 17");
  EXPECT_TRUE(*silo().scrub(true));
  EXPECT_TRUE(files_with(store_.directory(), anna_.bytes()).empty());
}

TEST_F(Suspending, they_may_be_forgotten_for_good_before) {
  const Suspension gone = suspend(anna_);
  forget(store_, anna_);
  EXPECT_TRUE(silo().is_erased(anna_));
  EXPECT_EQ(silo().come_back(engine(), anna_, gone.code).error().error()->kind,
            ErrorKind::kNotFound);
}

TEST_F(Suspending, the_code_stands_in_no_file_and_the_slot_opens_with_nothing_else) {
  const Suspension gone = suspend(anna_);
  std::string digits;
  for (const char c : gone.code) {
    if (c != '-') digits += c;
  }
  EXPECT_TRUE(files_with(store_.directory(), digits).empty());
  EXPECT_TRUE(files_with(store_.directory(), *from_hex(digits)).empty());
  EXPECT_TRUE(files_with(store_.directory(), gone.code).empty());
}

TEST_F(Suspending, is_off_unless_set_and_not_while_a_hold_wants_them_read) {
  TemporaryStore plain(test_policy());
  const auto off = plain.silo().suspend(plain.access("rights.deletion", "engine"), anna_, "r");
  ASSERT_FALSE(off);
  EXPECT_EQ(off.error().error()->kind, ErrorKind::kUnsupported);
  const Hold hold{"h1", anna_, {}, "litigation", store_.clock().now() + Duration::days(9), {}, {}};
  must(silo().place_hold(engine(), hold));
  const auto held = silo().suspend(deleting_access(*store_.store().policy()), anna_, "request");
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().error()->kind, ErrorKind::kConflict);
  EXPECT_EQ(told(), kAll);
}

}  // namespace
}  // namespace heed::silo
