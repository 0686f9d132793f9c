// Whom the journal names, and for how long.
#include "silo/noting.h"

#include <filesystem>
#include <fstream>

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr std::string_view kRecord = "visit-of-somebody-0815";

class NotingTest : public ::testing::Test {
 protected:
  SubjectId somebody(std::string id) {
    const SubjectId person = SubjectId::make(store_.random());
    EXPECT_TRUE(silo().put(access(), visit(std::move(id), person)));
    return person;
  }
  Access access() const { return store_.access(); }
  Access by(SubjectId person) const {
    Access made = store_.access();
    made.actor = person.text();
    return made;
  }
  Silo& silo() { return store_.silo(); }
  JournalEntry last() { return silo().journal(access(), 1, 1'000)->back(); }
  NamedEntry named(const JournalEntry& entry) { return *silo().name_entry(access(), entry); }
  std::string exported() {
    std::string text;
    const auto collect = [&](std::string_view line) -> Result<void> {
      text += line;
      return {};
    };
    require(silo().export_journal(access(), 1, ~0ULL, collect).has_value(), "it is exported");
    return text;
  }
  bool any_file_holds(std::string_view needle) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(store_.directory())) {
      if (file.path().string().contains(needle)) return true;
      if (!file.is_regular_file()) continue;
      std::ifstream in(file.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.contains(needle)) return true;
    }
    return false;
  }

  TemporaryStore store_{test_policy()};
};

TEST_F(NotingTest, a_person_who_acts_stands_in_the_journal_under_a_pseudonym) {
  const SubjectId ann = SubjectId::make(store_.random());
  ASSERT_TRUE(silo().note(by(ann), "first", "{}"));
  const JournalEntry first = last();
  EXPECT_TRUE(first.actor.starts_with("p:"));
  EXPECT_EQ(first.actor.size(), 2 + 2 * Noting::kTagSize);
  EXPECT_EQ(named(first).actor, ann.text());
  store_.reopen();
  ASSERT_TRUE(silo().note(by(ann), "second", "{}"));
  EXPECT_EQ(last().actor, first.actor) << "as long as they are here it is the same";
  ASSERT_TRUE(silo().note(by(SubjectId::make(store_.random())), "third", "{}"));
  EXPECT_NE(last().actor, first.actor);
  ASSERT_TRUE(silo().note(access(), "fourth", "{}"));
  EXPECT_EQ(last().actor, "test") << "who is no person keeps the name";
}

TEST_F(NotingTest, who_is_refused_stands_under_it_too) {
  const SubjectId ann = SubjectId::make(store_.random());
  Access nobody = store_.access("marketing", "third_party");
  nobody.actor = ann.text();
  EXPECT_FALSE(silo().find(nobody, kNoteKind, "a"));
  EXPECT_EQ(last().what, "refused");
  EXPECT_EQ(named(last()).actor, ann.text());
  EXPECT_FALSE(exported().contains(ann.text()));
}

TEST_F(NotingTest, whom_a_detail_names_and_who_is_known_stands_under_it) {
  const SubjectId ann = somebody("a");
  const SubjectId stranger = SubjectId::make(store_.random());
  const std::string detail = R"({"person":")" + ann.text() + R"(","told":"of\n)" + ann.text() +
                             R"(","shop":")" + stranger.text() + R"("})";
  ASSERT_TRUE(silo().note(access(), "told", detail));
  const JournalEntry entry = last();
  EXPECT_FALSE(entry.detail.contains(ann.text())) << entry.detail;
  EXPECT_TRUE(entry.detail.contains(stranger.text())) << "an id of something else stays";
  EXPECT_EQ(named(entry).detail, detail);
}

TEST_F(NotingTest, what_a_note_tells_of_a_person_is_sealed_under_their_key) {
  const SubjectId ann = somebody("a");
  ASSERT_TRUE(silo().note(access(), "told", "{}", {ann, std::string(kRecord)}));
  EXPECT_FALSE(last().sealed_subject.empty());
  EXPECT_FALSE(last().sealed_subject.contains(kRecord));
  EXPECT_FALSE(last().sealed_subject.contains(ann.bytes()));
  EXPECT_EQ(named(last()).subject, ann);
  EXPECT_EQ(named(last()).record, kRecord);
  EXPECT_FALSE(silo().note(access(), "told", "{}", {ann, std::string(129, 'r')}));
  ASSERT_TRUE(silo().note(access(), "told", "{}", {ann, std::string(128, 'r')}));
  EXPECT_EQ(named(last()).record, std::string(128, 'r'));
}

TEST_F(NotingTest, a_person_gets_their_own_entries_with_proofs_and_no_others) {
  const SubjectId ann = somebody("a");
  const SubjectId ben = somebody("b");
  ASSERT_TRUE(silo().note(access(), "of ann", "{}", {ann, std::string(kRecord)}));
  ASSERT_TRUE(silo().note(access(), "of ben", "{}", {ben, "b"}));
  ASSERT_TRUE(silo().note(by(ann), "by ann", R"({"about":")" + ben.text() + R"("})"));
  const OwnEntries own = *silo().own_entries(access(), ann, 1, 100);
  ASSERT_EQ(own.entries.size(), 2U);
  EXPECT_EQ(own.entries[0].entry.what, "of ann");
  EXPECT_EQ(own.entries[0].record, kRecord);
  EXPECT_FALSE(own.entries[0].theirs);
  EXPECT_EQ(own.entries[1].entry.what, "by ann");
  EXPECT_TRUE(own.entries[1].theirs);
  EXPECT_FALSE(own.entries[1].entry.detail.contains(ben.text()));
  ASSERT_TRUE(verify_head(own.head, silo().journal_key()));
  for (const OwnEntry& one : own.entries) {
    EXPECT_TRUE(merkle::verify_inclusion(one.entry.number - 1, own.head.head.entries,
                                         merkle::leaf_hash(encode_entry(one.entry)), one.inclusion,
                                         own.head.head.root));
  }
  EXPECT_EQ(silo().own_entries(access(), ben, 1, 100)->entries.size(), 2U);
  const auto second = own.entries[1].entry.number;
  EXPECT_EQ(silo().own_entries(access(), ann, second, 1)->entries.front().entry.what, "by ann");
  EXPECT_EQ(silo().own_entries(access(), ann, 1, 1)->entries.front().entry.what, "of ann");
  EXPECT_TRUE(silo().own_entries(access(), ann, second + 1, 1)->entries.empty());
  EXPECT_FALSE(silo().own_entries(access(), ann, 1, 0));
  EXPECT_FALSE(silo().own_entries(store_.access("marketing", "third_party"), ann, 1, 1));
}

TEST_F(NotingTest, forgetting_somebody_blinds_their_entries_and_breaks_no_proof) {
  const SubjectId ann = somebody(std::string(kRecord));
  const SubjectId ben = somebody("b");
  ASSERT_TRUE(silo().note(by(ann), "by ann", "{}"));
  ASSERT_TRUE(silo().note(access(), "of ann", R"({"by":")" + ann.text() + R"("})",
                          {ann, std::string(kRecord)}));
  ASSERT_TRUE(silo().note(by(ben), "of ben", "{}", {ben, "b"}));
  const auto before = *silo().journal(access(), 1, 100);
  const SignedHead kept = *silo().journal_head();
  ASSERT_TRUE(silo().forget(access(), ann, "request 1"));
  ASSERT_TRUE(silo().scrub(true));

  const auto after = *silo().journal(access(), 1, before.size());
  EXPECT_EQ(after, before) << "no byte of an entry changed";
  const std::string text = exported();
  const auto verified = verify_export(text, silo().journal_key(), export_line(kept));
  EXPECT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(silo().verify_journal());
  for (const JournalEntry& entry : after) {
    const NamedEntry told = named(entry);
    EXPECT_NE(told.actor, ann.text());
    EXPECT_NE(told.subject, ann);
    EXPECT_NE(told.record, kRecord);
    if (entry.what == "of ben") {
      EXPECT_EQ(told.actor, ben.text());
      EXPECT_EQ(told.subject, ben);
      EXPECT_EQ(told.record, "b");
    }
  }
  EXPECT_TRUE(silo().own_entries(access(), ann, 1, 100)->entries.empty());
  EXPECT_EQ(silo().own_entries(access(), ben, 1, 100)->entries.size(), 1U);
  EXPECT_FALSE(text.contains(ann.text()));
  EXPECT_FALSE(text.contains(kRecord));
  store_.close();
  EXPECT_FALSE(any_file_holds(ann.text()));
  EXPECT_FALSE(any_file_holds(ann.bytes()));
  EXPECT_FALSE(any_file_holds(kRecord));
  EXPECT_TRUE(any_file_holds(ben.bytes())) << "the scan finds what is there";
}

TEST_F(NotingTest, no_entry_says_in_which_slot_a_persons_key_was) {
  const SubjectId ann = somebody("a");
  ASSERT_TRUE(silo().note(access(), "one", "{}", {ann, "a"}));
  const Bytes one = last().sealed_subject;
  ASSERT_TRUE(silo().note(access(), "two", "{}", {ann, "a"}));
  const Bytes two = last().sealed_subject;
  // Pseudonym, version of the seal, version of the policy; then a nonce, which never repeats.
  const std::size_t front = Noting::kTagSize + 2;
  EXPECT_EQ(one.substr(0, front), two.substr(0, front));
  EXPECT_EQ(one.substr(Noting::kTagSize, 2), Bytes("\3\0", 2));
  EXPECT_NE(one.substr(front, 12), two.substr(front, 12));
}

TEST_F(NotingTest, who_was_erased_is_named_by_no_later_entry) {
  const SubjectId ann = somebody("a");
  ASSERT_TRUE(silo().forget(by(ann), ann, "request 1"));
  EXPECT_EQ(last().what, kErasedWord);
  EXPECT_EQ(last().actor, Noting::kErased) << "their own doing either";
  ASSERT_TRUE(silo().note(by(ann), "late", R"({"who":")" + ann.text() + R"("})"));
  EXPECT_EQ(last().actor, Noting::kErased);
  EXPECT_EQ(last().detail, R"({"who":"p:erased"})");
  EXPECT_TRUE(silo().own_entries(access(), ann, 1, 100)->entries.empty());
  EXPECT_FALSE(silo().note(access(), "late", "{}", {ann, "a"}));
}

TEST_F(NotingTest, of_whom_the_journal_alone_tells_only_who_may_read_it_makes_it_forget) {
  const SubjectId ann = SubjectId::make(store_.random());
  ASSERT_TRUE(silo().note(by(ann), "it", "{}"));
  const JournalEntry entry = last();
  EXPECT_FALSE(silo().forget(store_.access("marketing", "third_party"), ann, "request 1"));
  EXPECT_EQ(named(entry).actor, ann.text());
  ASSERT_TRUE(silo().forget(access(), ann, "request 1"));
  EXPECT_EQ(named(entry).actor, entry.actor);
}

TEST_F(NotingTest, who_corrected_a_record_is_told_as_long_as_they_are_here_O62) {
  somebody("a");
  const SubjectId clerk = SubjectId::make(store_.random());
  const std::vector<Change> changes{Patch{kVisitKind, "a", {{"page", std::string("/andon")}}}};
  ASSERT_TRUE(silo().commit(by(clerk), changes));
  const auto corrected_by = [&] {
    const Page page = *silo().scan(access(), kVisitKind, "", "", 9);
    const auto found = *silo().find(access(), kVisitKind, "a");
    EXPECT_EQ(page.records.front().label.corrected_by, found->label.corrected_by);
    return found->label.corrected_by;
  };
  EXPECT_EQ(corrected_by(), clerk.text());
  ASSERT_TRUE(silo().forget(access(), clerk, "request 1"));
  EXPECT_TRUE(corrected_by().starts_with("p:"));
  ASSERT_TRUE(silo().scrub(true));
  store_.close();
  EXPECT_FALSE(any_file_holds(clerk.text()));
}

TEST_F(NotingTest, an_erasure_that_a_crash_cut_short_blinds_the_journal_when_the_silo_opens) {
  const SubjectId ann = somebody("a");
  ASSERT_TRUE(silo().note(by(ann), "by ann", "{}"));
  const JournalEntry entry = last();
  const std::string path =
      store_.options().data_directory + "/silos/" + store_.organization().text();
  store_.close();
  const std::string copy = store_.directory() + "/copy";
  std::filesystem::copy(path, copy, std::filesystem::copy_options::recursive);
  store_.reopen();
  ASSERT_TRUE(silo().forget(access(), ann, "request 1"));
  store_.close();
  // The database as it was before: the key ring alone knows of the erasure.
  std::filesystem::remove_all(path);
  std::filesystem::rename(copy, path);
  store_.reopen();
  EXPECT_EQ(named(entry).actor, entry.actor);
  EXPECT_TRUE(silo().own_entries(access(), ann, 1, 100)->entries.empty());
  ASSERT_TRUE(silo().scrub(true));
  store_.close();
  EXPECT_FALSE(any_file_holds(ann.bytes()));
}

}  // namespace
}  // namespace heed::silo
