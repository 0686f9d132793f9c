#include "silo/journal_export.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "silo/merkle_testing.h"
#include "silo/testing.h"

namespace heed::silo {
namespace {

constexpr Time kStart = Time::from_seconds(1'700'000'000);

/// A journal in memory, with what an organization needs to export it.
struct KeptJournal {
  SeededRandom random{1};
  SigningKey key = SigningKey::make(random);
  OrganizationId organization = OrganizationId::make(random);
  std::vector<JournalEntry> entries;
  merkle::TreeInMemory tree;
  std::vector<SignedHead> earlier;

  void append(std::string detail = R"({"machine":"mill \"1\"\n"})") {
    const std::uint64_t number = entries.size() + 1;
    entries.push_back({number, kStart + Duration::seconds(static_cast<std::int64_t>(number)),
                       "browser", "machine.added", std::move(detail), random.bytes(number % 40)});
    tree.append(encode_entry(entries.back()));
  }
  SignedHead head() const {
    const Time at = kStart + Duration::minutes(static_cast<std::int64_t>(entries.size()));
    return sign_head(
        {organization, entries.size(), tree.frontier.root(), at, merkle::leaf_hash("policy")}, key);
  }
  std::vector<std::string> lines(std::uint64_t from, std::uint64_t to) const {
    std::vector<std::string> out{export_line({organization, from, to, earlier.size()}),
                                 export_line(head())};
    for (const SignedHead& before : earlier) {
      out.push_back(export_line(
          before, *merkle::prove_consistency(before.head.entries, entries.size(), tree.reader())));
    }
    for (std::uint64_t number = from; number <= to; ++number) {
      out.push_back(
          export_line(entries[number - 1],
                      *merkle::prove_inclusion(number - 1, entries.size(), tree.reader())));
    }
    return out;
  }
};

/// 20 entries; heads signed at 5 and at 12.
KeptJournal kept_journal() {
  KeptJournal journal;
  for (int i = 1; i <= 20; ++i) {
    journal.append();
    if (i == 5 || i == 12) journal.earlier.push_back(journal.head());
  }
  return journal;
}
constexpr std::size_t kFirstEntryLine = 4;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::string verdict(const std::vector<std::string>& lines, const PublicKey& key) {
  const auto verified = verify_export(joined(lines), key);
  return verified ? "holds" : verified.error().message;
}

TEST(JournalExport, a_stranger_verifies_it_with_the_public_key_alone) {
  const KeptJournal journal = kept_journal();
  const auto verified = verify_export(joined(journal.lines(1, 20)), journal.key.public_key());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->head, journal.head().head);
  EXPECT_EQ(verified->told.earlier, 2U);
  EXPECT_TRUE(verified->whole());
}

TEST(JournalExport, a_part_of_a_journal_verifies_and_says_that_it_is_a_part) {
  const KeptJournal journal = kept_journal();
  const auto verified = verify_export(joined(journal.lines(7, 9)), journal.key.public_key());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->told.from, 7U);
  EXPECT_EQ(verified->told.to, 9U);
  EXPECT_FALSE(verified->whole());
}

TEST(JournalExport, a_journal_without_entries_verifies) {
  const KeptJournal journal;
  EXPECT_EQ(verdict(journal.lines(1, 0), journal.key.public_key()), "holds");
}

TEST(JournalExport, what_was_signed_with_another_key_does_not_verify) {
  const KeptJournal journal = kept_journal();
  SeededRandom random(2);
  EXPECT_EQ(verdict(journal.lines(1, 20), SigningKey::make(random).public_key()),
            "the head of the journal does not bear this key's signature");
}

TEST(JournalExport, the_first_entry_that_does_not_fit_is_named) {
  const KeptJournal journal = kept_journal();
  const auto lines = journal.lines(1, 20);
  const PublicKey key = journal.key.public_key();
  const auto changed = [&](const std::function<void(std::vector<std::string>&)>& change) {
    auto other = lines;
    change(other);
    return verdict(other, key);
  };
  const auto line_of = [](std::size_t number) { return kFirstEntryLine + number - 1; };
  const auto proof = *merkle::prove_inclusion(12, 20, journal.tree.reader());
  JournalEntry rewritten = journal.entries[12];
  rewritten.what = "machine.removed";
  EXPECT_EQ(changed([&](auto& l) {
              l[line_of(13)] = export_line(rewritten, proof);
              l[line_of(17)] = "";
            }),
            "entry 13: the proof does not lead to the root");
  EXPECT_EQ(changed([&](auto& l) { l[line_of(3)] = ""; }), "entry 3 is missing from the export");
  EXPECT_EQ(changed([&](auto& l) { l[line_of(20)] = ""; }), "entry 20 is missing from the export");
  EXPECT_EQ(changed([&](auto& l) { std::swap(l[line_of(8)], l[line_of(11)]); }),
            "entry 8 is missing from the export");
  EXPECT_EQ(changed([&](auto& l) { l[line_of(4)].insert(1, " "); }),
            "entry 4 is not in the form of a journal's export");
  EXPECT_EQ(changed([&](auto& l) { l.push_back(l.back()); }),
            "after entry 20 comes more than was announced");
  EXPECT_EQ(changed([&](auto& l) { l[2] = ""; }),
            "earlier head 2 is not in the form of a journal's export");
  EXPECT_EQ(changed([&](auto& l) { l.erase(l.begin() + 1, l.end()); }),
            "the head is missing from the export");
  EXPECT_EQ(changed([&](auto& l) { l.clear(); }), "the first line is missing from the export");
  EXPECT_EQ(changed([&](auto& l) { l.back().pop_back(); }),
            "the end of the last line is missing from the export");
}

TEST(JournalExport, a_history_that_its_own_keeper_rewrote_contradicts_the_earlier_head) {
  const KeptJournal honest = kept_journal();
  KeptJournal rewritten;
  for (int i = 1; i <= 20; ++i) rewritten.append(i == 3 ? "{}" : R"({"machine":"mill \"1\"\n"})");
  rewritten.earlier = honest.earlier;
  EXPECT_EQ(verdict(rewritten.lines(1, 20), honest.key.public_key()),
            "earlier head 1: the proof does not lead to the root");
}

TEST(JournalExport, it_is_held_against_a_head_that_somebody_kept) {
  KeptJournal honest;
  KeptJournal rewritten;
  for (int i = 1; i <= 9; ++i) {
    honest.append();
    rewritten.append(i == 3 ? "{}" : R"({"machine":"mill \"1\"\n"})");
  }
  const PublicKey key = honest.key.public_key();
  const std::string kept = export_line(honest.head());
  for (int i = 10; i <= 20; ++i) {
    honest.append();
    rewritten.append();
  }
  const auto held = [&](const std::vector<std::string>& lines, std::string_view head) {
    const auto verified = verify_export(joined(lines), key, head);
    return verified ? "holds" : verified.error().message;
  };
  EXPECT_EQ(held(honest.lines(1, 20), kept), "holds");
  EXPECT_EQ(held(honest.lines(1, 9), kept), "holds");
  EXPECT_EQ(held(rewritten.lines(1, 20), kept),
            "the first 9 entries are not those that the kept head was signed over");
  EXPECT_EQ(held(honest.lines(1, 8), kept),
            "entry 9, the last that the kept head speaks of, is missing from the export");
  EXPECT_EQ(held(honest.lines(2, 20), kept),
            "the export begins with entry 2, and a kept head speaks of the first");
  EXPECT_EQ(held(honest.lines(1, 20), kept.substr(1)),
            "the kept head is not in the form of a journal's export");
  SeededRandom random(4);
  const SignedHead foreign = sign_head(honest.head().head, SigningKey::make(random));
  EXPECT_EQ(held(honest.lines(1, 20), export_line(foreign)),
            "the kept head: the head of the journal does not bear this key's signature");
}

/// What tests/offline/journal_verify.py says, which was written from docs/JOURNAL.md alone.
std::string offline_verdict(std::string_view text, const PublicKey& key) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/journal.jsonl";
  std::ofstream(path) << text;
  const std::string command = std::string("python3 " HEED_SOURCE_DIR) +
                              "/tests/offline/journal_verify.py " + path + " " +
                              to_hex(key.bytes()) + " 2>&1";
  std::FILE* const program = ::popen(command.c_str(), "r");
  std::string said(4'096, '\0');
  said.resize(std::fread(said.data(), 1, said.size(), program));
  ::pclose(program);
  return said;
}

TEST(JournalExport, a_program_written_from_the_page_alone_agrees) {
  const KeptJournal journal = kept_journal();
  const PublicKey key = journal.key.public_key();
  auto lines = journal.lines(1, 20);
  EXPECT_EQ(offline_verdict(joined(lines), key), "holds: entries 1 to 20 of 20, 2 earlier heads\n");
  lines[kFirstEntryLine + 6].replace(lines[kFirstEntryLine + 6].find("added"), 5, "moved");
  EXPECT_EQ(offline_verdict(joined(lines), key), "entry 7 does not fit\n");
  lines[2].replace(lines[2].find("\"entries\":5"), 11, "\"entries\":6");
  EXPECT_EQ(offline_verdict(joined(lines), key), "earlier head 1 is not signed\n");
}

TEST(JournalExport, heads_out_of_order_are_refused) {
  KeptJournal journal = kept_journal();
  std::swap(journal.earlier[0], journal.earlier[1]);
  EXPECT_EQ(verdict(journal.lines(1, 20), journal.key.public_key()),
            "earlier head 2 is not one before the newest of this journal");
}

TEST(JournalExport, a_thousand_tamperings_with_its_bytes_are_all_found) {
  const KeptJournal journal = kept_journal();
  const std::string text = joined(journal.lines(1, 20));
  const PublicKey key = journal.key.public_key();
  SeededRandom random(3);
  for (int i = 0; i < 1'000; ++i) {
    std::string changed = text;
    const std::size_t at = random.u64() % text.size();
    switch (random.u64() % 3) {
      case 0:
        changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1 + random.u64() % 255));
        break;
      case 1: changed.erase(at, 1 + random.u64() % 8); break;
      default: changed.insert(at, 1, static_cast<char>(random.u64()));
    }
    EXPECT_FALSE(verify_export(changed, key)) << i << " at " << at;
  }
}

TEST(JournalExport, the_longest_entry_with_the_longest_proof_fits_a_line) {
  const std::string word(128, '\1');  // escaped to six bytes each
  const JournalEntry entry{1, kStart, word, word, std::string(4'096, '"'), Bytes(512, 's')};
  const auto line = export_line(entry, merkle::Proof(merkle::kLongestProof, merkle::empty_root()));
  EXPECT_LT(line.size(), kLongestExportLine);
}

TEST(JournalExport, a_line_beyond_the_limit_is_refused_before_it_is_read) {
  const KeptJournal journal = kept_journal();
  ExportVerifier verifier(journal.key.public_key());
  const auto taken = verifier.take(std::string(kLongestExportLine + 1, ' '));
  EXPECT_EQ(taken.error().kind, ErrorKind::kExhausted);
}

}  // namespace
}  // namespace heed::silo
