#include "silo/records.h"

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

TEST(Records, what_is_put_is_found_with_its_label) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Record record = note_record("a", "first");
  record.subject = SubjectId::make(store.random());
  ASSERT_TRUE(store.silo().put(access, record));
  store.reopen();
  const auto found = store.silo().find(access, kNoteKind, "a");
  ASSERT_TRUE(found && *found) << (found ? "absent" : found.error().message());
  EXPECT_EQ((*found)->fields, record.fields);
  EXPECT_EQ((*found)->subject, record.subject);
  EXPECT_EQ((*found)->label.source, "api");
  EXPECT_EQ((*found)->label.policy_version, 1U);
  EXPECT_EQ((*found)->label.stored, TemporaryStore::kStart);
  EXPECT_EQ((*found)->label.deadline, TemporaryStore::kStart + Duration::days(3'652));
}

TEST(Records, a_refused_access_gets_the_clause_and_never_the_value) {
  TemporaryStore store(test_policy());
  const Record secret{kSecretKind, "a", SubjectId(), "engine", {Bytes("hash")}, {}};
  ASSERT_TRUE(store.silo().put(store.access("service.sign_in", "engine"), secret));
  const auto found = store.silo().find(store.access(), kSecretKind, "a");
  ASSERT_FALSE(found);
  ASSERT_NE(found.error().refusal(), nullptr);
  EXPECT_EQ(found.error().refusal()->clause, "6.1");
  EXPECT_EQ(found.error().refusal()->what, "secret.hash");
}

TEST(Records, every_operation_is_refused_to_who_may_not) {
  TemporaryStore store(test_policy());
  const Access nobody = store.access("marketing", "third_party");
  Silo& silo = store.silo();
  const SeriesId series = *silo.series(store.access(), kItemKind, "x");
  const auto refused = [](const auto& answer) {
    return !answer && answer.error().refusal() != nullptr;
  };
  EXPECT_TRUE(refused(silo.put(nobody, note_record("a", "t"))));
  EXPECT_TRUE(refused(silo.find(nobody, kNoteKind, "a")));
  EXPECT_TRUE(refused(silo.remove(nobody, kNoteKind, "a")));
  EXPECT_TRUE(refused(silo.scan(nobody, kNoteKind, "", "", 10)));
  EXPECT_TRUE(refused(silo.series(nobody, kItemKind, "y")));
  EXPECT_TRUE(refused(silo.list_series(nobody, kItemKind, "")));
  EXPECT_TRUE(refused(silo.append(nobody, {"", 0, {{series, sample(Time(), "1")}}})));
  EXPECT_TRUE(refused(silo.read(nobody, series, {}, [](const SampleView&) { return true; })));
  EXPECT_TRUE(refused(silo.last_at(nobody, series, Time::max())));
  EXPECT_TRUE(refused(silo.downsample(nobody, series, {}, 10)));
  EXPECT_TRUE(refused(silo.note(nobody, "tried", "{}")));
  EXPECT_TRUE(refused(silo.journal(nobody, 1, 10)));
}

TEST(Records, what_does_not_fit_its_kind_is_refused_by_name_and_nothing_is_stored) {  // O7
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Record mistyped = note_record("a", "t");
  mistyped.fields[1] = std::string("seven");
  Record missing = note_record("a", "t");
  missing.fields.pop_back();
  Record more = note_record("a", "t");
  more.fields.emplace_back(true);
  Record undeclared = note_record("a", "t");
  undeclared.kind = {999};
  Record series = note_record("a", "t");
  series.kind = kItemKind;
  Record nameless = note_record("", "t");
  Record long_name = note_record(std::string(129, 'a'), "t");
  Record sourceless = note_record("a", "t");
  sourceless.source = "";
  const std::pair<Record, const char*> cases[] = {
      {mistyped, "field 'count' of kind 'note' is not an integer"},
      {missing, "field 'raw' of kind 'note' is missing"},
      {more, "kind 'note' has 6 fields, and 7 were given"},
      {undeclared, "kind 999 is not declared"},
      {series, "kind 'item' is not of records"},
      {nameless, "the id of a 'note' has 1 to 128 bytes"},
      {long_name, "the id of a 'note' has 1 to 128 bytes"},
      {sourceless, "a 'note' names its source in 1 to 64 bytes"},
  };
  for (const auto& [record, message] : cases) {
    const auto put = store.silo().put(access, record);
    ASSERT_FALSE(put) << message;
    ASSERT_NE(put.error().error(), nullptr);
    EXPECT_EQ(put.error().error()->kind, ErrorKind::kInvalid);
    EXPECT_EQ(put.error().error()->message, message);
  }
  EXPECT_TRUE(store.silo().scan(access, kNoteKind, "", "", 10)->records.empty());
}

TEST(Records, fields_that_lead_to_persons_and_records_are_kept_as_texts) {
  TemporaryStore store(heed_policy_with(R"(kind letter 30 record of administration {
  writer subject on erasure owns  shop reference to letter on erasure stays  scan blob
})"));
  const Access access = store.access();
  const std::string writer = SubjectId::make(store.random()).text();
  const auto letter = [](FieldValue by, FieldValue shop, FieldValue scan) {
    return Record{{30}, "a", {}, "api", {std::move(by), std::move(shop), std::move(scan)}, {}};
  };
  const std::string text = "x";
  const Record whole = letter(writer, text, {});
  ASSERT_TRUE(store.silo().put(access, whole));
  EXPECT_EQ((*store.silo().find(access, {30}, "a"))->fields, whole.fields);
  std::string loud = writer;
  for (char& c : loud) c = static_cast<char>(std::toupper(c));
  const std::pair<Record, const char*> cases[] = {
      {letter(text, text, text), "field 'writer' of kind 'letter' is not a person's id"},
      {letter(loud, text, text), "field 'writer' of kind 'letter' is not a person's id"},
      {letter(SubjectId().text(), text, text),
       "field 'writer' of kind 'letter' is not a person's id"},
      {letter(true, text, text), "field 'writer' of kind 'letter' is not a person's id"},
      {letter(writer, true, text), "field 'shop' of kind 'letter' is not a record's id"},
      {letter(writer, text, 1.5), "field 'scan' of kind 'letter' is not a blob"},
      {letter(writer, text, text), "field 'scan' of kind 'letter' is not the blob that it has"},
  };
  for (const auto& [record, message] : cases) {
    const auto put = store.silo().put(access, record);
    ASSERT_FALSE(put) << message;
    EXPECT_EQ(put.error().error()->message, message);
  }
}

TEST(Records, a_record_has_at_most_a_mebibyte) {
  TemporaryStore store(test_policy());
  Record record = note_record("a", std::string(kLargestRecord - 100, 'x'));
  EXPECT_TRUE(store.silo().put(store.access(), record));
  record.fields[0] = std::string(kLargestRecord, 'x');
  const auto put = store.silo().put(store.access(), record);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().error()->kind, ErrorKind::kExhausted);
}

TEST(Records, a_put_can_expect_what_it_finds) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const auto kind_of = [](const Governed<void>& put) {
    return put ? std::optional<ErrorKind>() : put.error().error()->kind;
  };
  EXPECT_EQ(kind_of(store.silo().put(access, note_record("a", "1"), Expect::kPresent)),
            ErrorKind::kConflict);
  EXPECT_EQ(kind_of(store.silo().put(access, note_record("a", "1"), Expect::kAbsent)),
            std::nullopt);
  EXPECT_EQ(kind_of(store.silo().put(access, note_record("a", "2"), Expect::kAbsent)),
            ErrorKind::kConflict);
  EXPECT_EQ(kind_of(store.silo().put(access, note_record("a", "3"), Expect::kPresent)),
            std::nullopt);
  store.clock().advance(Duration::days(4'000));  // past its deadline is absent, purged or not
  EXPECT_EQ(kind_of(store.silo().put(access, note_record("a", "4"), Expect::kAbsent)),
            std::nullopt);
}

TEST(Records, no_read_succeeds_after_the_deadline_whether_or_not_the_purge_ran) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const Record visit{kVisitKind, "v", SubjectId(), "browser", {std::string("/floor")}, {}};
  ASSERT_TRUE(store.silo().put(access, visit));
  store.clock().advance(Duration::days(393) - Duration::nanoseconds(1));
  EXPECT_TRUE(*store.silo().find(access, kVisitKind, "v"));
  EXPECT_EQ(store.silo().statistics().overdue, Duration());
  store.clock().advance(Duration::nanoseconds(1));
  EXPECT_FALSE(*store.silo().find(access, kVisitKind, "v"));
  EXPECT_TRUE(store.silo().scan(access, kVisitKind, "", "", 10)->records.empty());
  store.clock().advance(Duration::hours(2));
  EXPECT_EQ(store.silo().statistics().overdue, Duration::hours(2));
  EXPECT_EQ(store.silo().purge()->records, 1U);
  EXPECT_EQ(store.silo().statistics().overdue, Duration());
  EXPECT_EQ(store.silo().purge()->records, 0U);
}

TEST(Records, a_page_tells_where_the_next_one_begins) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  for (const char* id : {"a", "b1", "b2", "b3", "c"}) {
    ASSERT_TRUE(store.silo().put(access, note_record(id, id)));
  }
  const auto ids = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
    std::string all;
    const Page page = *store.silo().scan(access, kNoteKind, prefix, after, limit);
    for (const Record& record : page.records) all += record.id + " ";
    return all + ">" + page.next;
  };
  EXPECT_EQ(ids("", "", 10), "a b1 b2 b3 c >");
  EXPECT_EQ(ids("b", "", 2), "b1 b2 >b2");
  EXPECT_EQ(ids("b", "b2", 2), "b3 >");
  EXPECT_EQ(ids("b", "b", 1), "b1 >b1");
  EXPECT_EQ(ids("", "c", 1), ">");
  EXPECT_FALSE(store.silo().scan(access, kNoteKind, "", "", 0));
  EXPECT_FALSE(store.silo().scan(access, kNoteKind, "", "", 1'001));
}

}  // namespace
}  // namespace heed::silo
