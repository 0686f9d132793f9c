#include "machines/programs.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "machines/program_diff.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

constexpr std::string_view kText = "%\nO1234 (FLANGE)\nN10 G0 X0\nN20 M30\n%\n";

class ProgramsTest : public testing::Test {
 protected:
  /// Somebody of the organization, at the one surface that carries programs.
  Access access() const {
    auto facts =
        policy::Policy::KnownFacts{{"safeguarded", true}, {"minor", false}, {"enrolled", true}};
    auto made = shop.store.store().policy()->access(SubjectId::from_bytes(Bytes(16, 'a'))->text(),
                                                    "service.transfer", "organization", facts);
    return made.value();
  }
  Programs& programs() { return shop.machines->programs(); }
  Program add(const std::string& name, const std::string& folder = "Hall 1") {
    return programs().add(access(), {.name = name, .folder = folder}).value();
  }
  KeptText keep(const Program& program, std::string_view text, NewRevision what = {}) {
    auto kept = programs().keep(access(), program.id, text, what);
    require(kept.has_value(), kept ? "" : kept.error().message());
    shop.store.clock().advance(Duration::seconds(1));
    return *std::move(kept);
  }
  void must_add(const NewProgram& program) {
    require(programs().add(access(), program).has_value(), program.name);
  }
  std::string names(const ProgramQuery& query) {
    std::string all;
    for (const Program& program : programs().list(access(), query).value()) {
      all += program.name + " ";
    }
    return all;
  }

  TestShop shop;
  MachineId mill = shop.add("Mill");
};

TEST_F(ProgramsTest, a_text_is_kept_with_who_brought_it_when_from_where_and_its_hash) {
  const Program program = add("O1234.nc");

  const KeptText kept = keep(program, kText, {.comment = "first cut"});

  EXPECT_TRUE(kept.stored);
  EXPECT_EQ(kept.revision.number, 1U);
  EXPECT_EQ(kept.revision.at, silo::TemporaryStore::kStart);
  EXPECT_EQ(kept.revision.origin, Origin::kUploaded);
  EXPECT_EQ(kept.revision.size, kText.size());
  EXPECT_EQ(kept.revision.sha256, to_hex(sha256(kText)));
  EXPECT_EQ(kept.revision.comment, "first cut");
  EXPECT_EQ(kept.revision.who, access().actor);
  EXPECT_EQ(programs().content(access(), program.id, 1).value(), kText);
  const Program now = programs().find(access(), program.id).value();
  EXPECT_EQ(now.current, 1U);
  EXPECT_EQ(now.sha256, kept.revision.sha256);
}

TEST_F(ProgramsTest, a_later_text_stands_beside_the_earlier_one_and_both_can_be_read) {
  const Program program = add("O1.nc");
  keep(program, "old");
  keep(program, "new");

  EXPECT_EQ(programs().content(access(), program.id, 1).value(), "old");
  EXPECT_EQ(programs().content(access(), program.id, 2).value(), "new");
  const auto all = programs().revisions(access(), program.id, 0, 10).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].number, 2U);
  const auto earlier = programs().revisions(access(), program.id, 2, 10).value();
  ASSERT_EQ(earlier.size(), 1U);
  EXPECT_EQ(earlier[0].number, 1U);
  EXPECT_EQ(programs().revisions(access(), program.id, 0, 1).value().at(0).number, 2U);
}

TEST_F(ProgramsTest, the_same_bytes_again_are_no_new_revision) {
  const Program program = add("O1.nc");
  keep(program, "text");

  const KeptText again = keep(program, "text");

  EXPECT_FALSE(again.stored);
  EXPECT_EQ(again.revision.number, 1U);
  EXPECT_EQ(programs().find(access(), program.id).value().revisions, 1U);
}

TEST_F(ProgramsTest, what_was_written_over_is_kept_and_does_not_become_the_current_text) {
  const Program program = add("O1.nc");
  keep(program, "ours");

  const KeptText replaced =
      keep(program, "theirs", {.origin = Origin::kReplaced, .machine = mill, .place = "O1.nc"});
  EXPECT_FALSE(
      keep(program, "theirs", {.origin = Origin::kReplaced, .machine = mill, .place = "O1.nc"})
          .stored);

  EXPECT_EQ(replaced.revision.number, 2U);
  EXPECT_EQ(replaced.revision.machine, mill);
  const Program now = programs().find(access(), program.id).value();
  EXPECT_EQ(now.current, 1U);
  EXPECT_EQ(now.revisions, 2U);
  EXPECT_EQ(programs().content(access(), program.id, 2).value(), "theirs");
}

TEST_F(ProgramsTest, an_old_revision_comes_back_as_a_new_one) {
  const Program program = add("O1.nc");
  keep(program, "old");
  keep(program, "new");

  const KeptText restored = programs().restore(access(), program.id, 1).value();

  EXPECT_EQ(restored.revision.number, 3U);
  EXPECT_EQ(restored.revision.origin, Origin::kRestored);
  EXPECT_EQ(restored.revision.of, 1U);
  EXPECT_EQ(programs().content(access(), program.id, 3).value(), "old");
  EXPECT_EQ(programs().find(access(), program.id).value().current, 3U);
  EXPECT_FALSE(programs().restore(access(), program.id, 9));
}

TEST_F(ProgramsTest, who_has_not_seen_the_current_revision_cannot_put_one_on_top_of_it) {
  const Program program = add("O1.nc");
  keep(program, "one", {.expected = 0});

  const auto late = programs().keep(access(), program.id, "two", {.expected = 0});

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().error()->kind, ErrorKind::kConflict);
}

TEST_F(ProgramsTest, a_removed_program_can_be_had_back_with_all_its_revisions) {
  const Program program = add("O1.nc");
  keep(program, "one");
  keep(program, "three");

  const RemovalPreview preview = programs().preview_removal(access(), program.id).value();
  EXPECT_EQ(preview.revisions, 2U);
  EXPECT_EQ(preview.bytes, 8U);
  EXPECT_GT(preview.kept_until, shop.store.clock().now() + Duration::days(3'600));
  ASSERT_TRUE(programs().remove(access(), program.id));
  EXPECT_TRUE(programs().list(access(), {}).value().empty());
  EXPECT_EQ(programs().list(access(), {.removed = true}).value().size(), 1U);
  EXPECT_FALSE(programs().keep(access(), program.id, "four", {}));

  ASSERT_TRUE(programs().take_back(access(), program.id));
  EXPECT_EQ(programs().list(access(), {}).value().size(), 1U);
  EXPECT_EQ(programs().content(access(), program.id, 2).value(), "three");
}

TEST_F(ProgramsTest, a_name_is_given_once_in_a_folder_until_its_program_is_removed) {
  const Program first = add("O1.nc");
  EXPECT_FALSE(programs().add(access(), {.name = "O1.nc", .folder = "Hall 1"}));
  EXPECT_TRUE(programs().add(access(), {.name = "O1.nc", .folder = "Hall 2"}));
  EXPECT_TRUE(programs().add(access(), {.name = "O1.nc", .folder = "Hall 1", .machine = mill}));
  ASSERT_TRUE(programs().remove(access(), first.id));
  EXPECT_TRUE(programs().add(access(), {.name = "O1.nc", .folder = "Hall 1"}));
  EXPECT_FALSE(programs().take_back(access(), first.id));
}

TEST_F(ProgramsTest, a_name_that_leads_out_of_a_directory_or_ends_a_command_is_refused) {
  const std::string longest(kLongestProgramName, 'a');
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"),
        std::string("..\\b"), std::string("a\r\nDELE b"), std::string("a\0b", 3),
        std::string("\xfc"), std::string(" a"), longest + "a"}) {
    EXPECT_FALSE(check_file_name(name)) << name;
    EXPECT_FALSE(programs().add(access(), {.name = name}));
  }
  for (const std::string& name :
       {std::string("O1234"), std::string("Flansch groß 2.nc"), std::string("..a"), longest}) {
    EXPECT_TRUE(check_file_name(name)) << name;
  }
}

TEST_F(ProgramsTest, a_program_is_found_by_a_part_of_its_name_or_folder_and_by_its_machine) {
  const MachineId lathe = shop.add("Lathe");
  add("Flange.nc", "Hall 1");
  must_add({.name = "Bush.nc", .folder = "Hall 2", .machine = mill});

  EXPECT_EQ(names({.words = "FLAN"}), "Flange.nc ");
  EXPECT_EQ(names({.words = "hall 2"}), "Bush.nc ");
  EXPECT_EQ(names({.machine = lathe}), "Flange.nc ");
  EXPECT_EQ(names({.machine = mill}), "Flange.nc Bush.nc ");
}

TEST_F(ProgramsTest, the_ledger_tells_by_program_and_by_machine_who_did_what_the_newest_first) {
  const Program program = add("O1.nc");
  keep(program, "one");
  shop.store.clock().advance(Duration::seconds(1));
  ASSERT_TRUE(programs().note_sent(
      access(), program.id,
      {.machine = mill, .place = "O1.nc", .revision = 1, .replaced = std::string(64, '0')}));
  shop.store.clock().advance(Duration::seconds(1));
  ASSERT_TRUE(programs().remove(access(), program.id));

  const auto all = programs().ledger(access(), program.id, "", 10).value();
  ASSERT_EQ(all.lines.size(), 3U);
  EXPECT_EQ(all.lines[0].what, Deed::kRemoved);
  EXPECT_EQ(all.lines[1].what, Deed::kSent);
  EXPECT_EQ(all.lines[2].what, Deed::kStored);
  EXPECT_EQ(all.lines[1].who, access().actor);
  EXPECT_EQ(all.lines[1].replaced, std::string(64, '0'));
  EXPECT_EQ(all.lines[1].sha256, to_hex(sha256("one")));
  const auto of_mill = programs().ledger(access(), mill, "", 10).value();
  ASSERT_EQ(of_mill.lines.size(), 1U);
  EXPECT_EQ(of_mill.lines[0].program, program.id);
  const auto page = programs().ledger(access(), program.id, "", 2).value();
  ASSERT_EQ(page.lines.size(), 2U);
  EXPECT_EQ(programs().ledger(access(), program.id, page.next, 2).value().lines.size(), 1U);
}

TEST_F(ProgramsTest, the_journal_tells_of_a_sent_program_by_its_hash_and_never_by_name_or_text) {
  const Program program = add("SECRET-PART.nc");
  keep(program, "G0 X77.125");
  ASSERT_TRUE(programs().note_sent(access(), program.id,
                                   {.machine = mill, .place = "SECRET-PART.nc", .revision = 1}));

  std::string journal;
  for (const auto& entry : shop.store.silo().journal(access(), 1, 100).value()) {
    journal += entry.what + " " + entry.detail + "\n";
  }
  EXPECT_TRUE(journal.contains("program.sent")) << journal;
  EXPECT_TRUE(journal.contains(to_hex(sha256("G0 X77.125"))));
  EXPECT_FALSE(journal.contains("SECRET-PART"));
  EXPECT_FALSE(journal.contains("X77.125"));
}

TEST_F(ProgramsTest, all_of_it_is_there_after_a_restart_and_what_a_crash_left_counts_for_nothing) {
  const Program program = add("O1.nc");
  keep(program, "one");
  // A revision whose content came, before its program counted it.
  silo::Record cut{.kind = {226}, .id = program.id.text() + "/000002", .source = "browser"};
  cut.fields.resize(9);
  ASSERT_TRUE(shop.store.silo().put(access(), cut));
  shop.restart();

  EXPECT_FALSE(programs().revision(access(), program.id, 2));
  EXPECT_EQ(programs().revisions(access(), program.id, 0, 10).value().size(), 1U);
  EXPECT_EQ(keep(program, "two").revision.number, 2U);
  EXPECT_EQ(programs().content(access(), program.id, 2).value(), "two");
}

TEST_F(ProgramsTest, O36_a_policy_that_gives_program_text_to_nobody_shows_none_and_takes_none) {
  const Program program = add("O1.nc");
  keep(program, "one");
  std::string text = silo::heed_text_with("");
  const std::string clause = "deny machine_data for improvement, marketing";
  text.replace(text.find(clause), clause.size(),
               clause + "\n  deny machine_data.program_text for service.transfer");
  shop.store.activate(text, true);

  const auto refused = programs().list(access(), {});
  ASSERT_FALSE(refused);
  ASSERT_NE(refused.error().refusal(), nullptr);
  EXPECT_EQ(refused.error().refusal()->clause, "3.2");
  EXPECT_FALSE(programs().content(access(), program.id, 1));
  EXPECT_FALSE(programs().add(access(), {.name = "O2.nc"}));
}

TEST_F(ProgramsTest, a_text_has_at_least_one_byte_and_at_most_64_mib) {
  const Program program = add("O1.nc");
  EXPECT_FALSE(programs().keep(access(), program.id, "", {}));
  EXPECT_FALSE(programs().keep(access(), program.id, Bytes(kLargestProgram + 1, 'x'), {}));
  EXPECT_TRUE(programs().keep(access(), program.id, Bytes(kLargestProgram, 'x'), {}));
}

// Comparing --------------------------------------------------------------------------------------

std::string told(const ProgramDiff& diff) {
  std::string text;
  for (const DiffHunk& hunk : diff.hunks) {
    text += "@" + std::to_string(hunk.before) + "," + std::to_string(hunk.before_count) + " " +
            std::to_string(hunk.after) + "," + std::to_string(hunk.after_count) + "\n";
    for (const DiffLine& line : hunk.lines) {
      text += (line.change == LineChange::kSame    ? " "
               : line.change == LineChange::kAdded ? "+"
                                                   : "-") +
              line.text + "\n";
    }
  }
  return text;
}

TEST(ProgramDiff, shows_changes_with_the_lines_around_them_and_their_numbers) {
  const ProgramDiff diff =
      diff_programs("a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\nE\nf\ng\n", {.context = 1});

  EXPECT_EQ(told(diff), "@4,3 4,3\n d\n-e\n+E\n f\n");
  EXPECT_EQ(diff.hunks[0].lines[1].before, 5U);
  EXPECT_EQ(diff.hunks[0].lines[2].after, 5U);
}

TEST(ProgramDiff, apart_lying_changes_are_apart) {
  const ProgramDiff diff =
      diff_programs("1\n2\n3\n4\n5\n6\n7\n8\n", "1\nX\n3\n4\n5\n6\nY\n8\n", {.context = 1});

  EXPECT_EQ(told(diff), "@1,3 1,3\n 1\n-2\n+X\n 3\n@6,3 6,3\n 6\n-7\n+Y\n 8\n");
}

TEST(ProgramDiff, renumbered_blocks_and_blanks_count_only_if_they_shall) {
  const std::string_view before = "N10 G0 X1\n/N20 G1\n12 L X+10\nM30\n";
  const std::string_view after = "N100 G0 X1\n/N200 G1\n13 L X+10\nM30\n";
  EXPECT_EQ(diff_programs(before, after, {}).removed, 3U);
  const ProgramDiff same = diff_programs(before, after, {.ignore_numbers = true});
  EXPECT_EQ(same.removed + same.added, 0U);
  EXPECT_FALSE(same.equal);
  EXPECT_EQ(diff_programs("G0X1\n", "G0 X1\n", {.ignore_space = true}).removed, 0U);
  EXPECT_EQ(diff_programs("G0X1\n", "/G0X1\n", {true, true}).removed, 1U);
  EXPECT_EQ(diff_programs("N10G1\n", "N20 G1 \n", {true, true}).removed, 0U);
  EXPECT_EQ(diff_programs("GOTO 10\n", "GOTO 20\n", {true, true}).removed, 1U);
}

TEST(ProgramDiff, other_ends_of_line_alone_are_said_and_are_no_change_of_a_line) {
  const ProgramDiff diff = diff_programs("a\r\nb\r\n", "a\nb\n", {});
  EXPECT_TRUE(diff.endings_differ);
  EXPECT_FALSE(diff.equal);
  EXPECT_TRUE(diff.hunks.empty());
}

TEST(ProgramDiff, what_is_no_text_is_said_to_be_none) {
  EXPECT_TRUE(diff_programs("text", std::string("\0\1", 2), {}).binary);
}

TEST(ProgramDiff, an_old_control_s_letters_are_shown) {
  EXPECT_EQ(diff_programs("(FL\xdc"
                          "GEL)",
                          "x", {})
                .hunks.at(0)
                .lines.at(0)
                .text,
            "(FL\xc3\x9cGEL)");
}

TEST(ProgramDiff, says_where_it_was_cut) {
  std::string long_text;
  for (int i = 0; i < 6'000; ++i) long_text += "G1 X" + std::to_string(i) + "\n";
  const ProgramDiff diff = diff_programs("M30\n", long_text + std::string(500, 'y') + "\n", {});
  EXPECT_TRUE(diff.cut);
  EXPECT_EQ(diff.added, 6'001U);
  EXPECT_EQ(diff.hunks.at(0).lines.size(), kMostDiffLines);
  EXPECT_LE(diff_programs("a", std::string(500, 'y'), {}).hunks.at(0).lines.at(1).text.size(),
            kLongestDiffLine + 4);
}

}  // namespace
}  // namespace heed::machines
