#include "silo/handover.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.h"
#include "silo/backup_testing.h"
#include "silo/handover_keys.h"

namespace heed::silo {
namespace {

/// Heed's policy with a clause for who takes over: everything but what proves who somebody is, with
/// a record, and nothing that was taken in on behalf of somebody else.
constexpr std::string_view kTakeover = R"(
purpose business_transfer  party successor
clause 97 keeps O47 "Who takes us over takes our promises." {
  allow usage, machine_data for business_transfer to successor
  log ground for business_transfer
}
clause 98 "What we handle for others stays." { deny usage for business_transfer when on_behalf }
)";
constexpr std::string_view kOptOut = R"(kind opt_out 30 record of usage { said_no truth }
)";
constexpr KindId kOptOutKind{30};

std::string takeover_text(std::string_view more = {}) {
  return test_text(std::string(kTakeover) + std::string(kOptOut) + std::string(more));
}

/// A giver with a visit, one who said no, one who was erased and a sample; and a successor.
class BulkHandOver : public ::testing::Test {
 protected:
  BulkHandOver() {
    Record visited = visit("a", ann_);
    visited.fields = {std::string("/prices")};
    put(visited);
    put(visit("b", ben_));
    put({kOptOutKind, "ann", ann_, "browser", {true}, {}});
    const auto series = *silo().series(from_.access(), kPoseKind, "x");
    Batch batch;
    batch.samples.push_back({series, sample(from_.clock().now(), "1.5")});
    require(silo().append(from_.access(), batch).has_value(), "a sample is appended");
    const auto erased = silo().forget(engine(), ben_, "request 17");
    require(erased.has_value(), erased ? "" : erased.error().message());
  }

  Silo& silo() { return from_.silo(); }
  Access engine() const { return from_.access("operation", "engine"); }
  void put(const Record& record) {
    const auto done = silo().put(from_.access(), record);
    require(done.has_value(), done ? "" : done.error().message());
  }
  OrganizationId id() const { return from_.organization(); }
  std::string package() const { return from_.directory() + "/package"; }
  std::string new_data() const { return from_.directory() + "/successor"; }
  std::string new_keys() const { return from_.directory() + "/successor-keys"; }

  TransferRecord record() const {
    return {"Blue Owl Ltd.",
            {"asset_purchase", "APA 2026-114", "u:17", "DE", true},
            Time::from_seconds(1'699'000'000),
            key_.public_key().bytes(),
            {{"on_behalf", false}}};
  }
  HandoverOptions options(bool dry_run = false) const {
    HandoverOptions options;
    options.from = {from_.options().data_directory, from_.options().key_directory};
    options.organization = id();
    options.name = "Brown's Shop";
    options.record = record();
    options.package = package();
    options.dry_run = dry_run;
    return options;
  }
  Result<HandoverReport> give(const HandoverOptions& options, const OnStep& on_step = no_step) {
    return hand_over(from_.store(), options, from_.clock(), random_, on_step);
  }
  void must_give() {
    const auto given = give(options());
    ASSERT_TRUE(given) << given.error().message;
  }
  ReceiveOptions receiving() const {
    return {package(), {new_data(), new_keys()}, false, silo_key()};
  }
  std::optional<PublicKey> silo_key() const { return (*from_.store().silo(id()))->journal_key(); }
  Result<ReceiveReport> receive(const OnStep& on_step = no_step) {
    return receive_handover(receiving(), key_, random_, on_step);
  }
  bool live_there() const { return path_exists(new_data() + "/silos/" + id().text()); }
  std::vector<std::string> noted(Silo& silo) const {
    std::vector<std::string> what;
    for (const auto& entry : *silo.journal(engine(), 1, 1'000)) what.push_back(entry.what);
    return what;
  }
  std::uint64_t times(Silo& silo, std::string_view what) const {
    return static_cast<std::uint64_t>(std::ranges::count(noted(silo), what));
  }
  Result<std::unique_ptr<Store>> open_there() {
    StoreOptions options;
    options.data_directory = new_data();
    options.key_directory = new_keys();
    options.policy = test_policy();  // of which nothing comes into force: it inherited others
    return Store::open(std::move(options), from_.clock(), random_, from_.log());
  }
  /// What the silo says at the successor's.
  void expect_whole() {
    const auto store = open_there();
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ((*store)->policy()->hash(), from_.store().policy()->hash());
    const auto checked = check_handover(package(), true);
    ASSERT_TRUE(checked) << checked.error().message;
    const auto settled = settle_handover(**store, *checked);
    ASSERT_TRUE(settled) << settled.error().message;
    ASSERT_TRUE(settle_handover(**store, *checked)) << "and again";
    const auto silo = *(*store)->silo(id());
    EXPECT_EQ(times(*silo, "handover.received"), 1U);
    EXPECT_EQ(times(*silo, "handover.begun"), 1U);
    const auto found = silo->find(engine(), kVisitKind, "a");
    ASSERT_TRUE(found && *found);
    EXPECT_EQ(std::get<std::string>((*found)->fields[0]), "/prices");
    EXPECT_EQ((*found)->label.policy_version, 1U);
    const auto said_no = silo->find(engine(), kOptOutKind, "ann");
    ASSERT_TRUE(said_no && *said_no);
    EXPECT_EQ(std::get<bool>((*said_no)->fields[0]), true) << "who said no has said no";
    EXPECT_FALSE(*silo->find(engine(), kVisitKind, "b"));
    EXPECT_TRUE(silo->is_erased(ben_)) << "who was erased stays erased";
    EXPECT_EQ(silo->list_series(engine(), kPoseKind, {})->size(), 1U);
    EXPECT_TRUE(silo->verify_journal());
    EXPECT_TRUE(silo->put(from_.access(), visit("c", ann_))) << "and it goes on";
  }

  TestRandom random_{11};
  const OpeningKey key_ = OpeningKey::make(random_);
  TemporaryStore from_{policy::policy_of(takeover_text())};
  SubjectId ann_ = SubjectId::make(random_);
  SubjectId ben_ = SubjectId::make(random_);
};

TEST_F(BulkHandOver, O47_a_bulk_hand_over_needs_a_transfer_record_that_names_the_successor) {
  const std::string whole =
      R"({"successor":"Blue Owl Ltd.","basis":"merger","reference":"M 1",)"
      R"("approver":"u:17","jurisdiction":"DE","date":"2026-11-20T00:00:00Z",)"
      R"("key":")" +
      to_hex(key_.public_key().bytes()) + R"(","people_notified":true})";
  ASSERT_TRUE(parse_transfer_record(whole));
  for (const std::string member : {"successor", "basis", "reference", "approver", "jurisdiction",
                                   "date", "key", "people_notified"}) {
    std::string without = whole;
    without.replace(without.find("\"" + member + "\""), member.size() + 2, "\"x\"");
    const auto refused = parse_transfer_record(without);
    ASSERT_FALSE(refused) << member;
    EXPECT_TRUE(refused.error().message.contains("'" + member + "'")) << refused.error().message;
  }
  EXPECT_FALSE(parse_transfer_record("[]"));
  EXPECT_TRUE(record_clause(*from_.store().book(), "business_transfer", "successor")
                  .contains("Who takes us over takes our promises."));
}

TEST_F(BulkHandOver, O47_the_successor_inherits_policy_versions_opt_outs_and_erasures) {
  from_.activate(takeover_text("clause 99 \"Not for news.\" { deny usage for marketing }"));
  must_give();
  const auto received = receive();
  ASSERT_TRUE(received) << received.error().message;
  EXPECT_EQ(received->name, "Brown's Shop");
  EXPECT_TRUE(received->inherits);
  EXPECT_EQ(received->checked.handover.manifest.policies.size(), 2U);
  expect_whole();
  EXPECT_TRUE(receive()->received) << "said again, it is done";
}

TEST_F(BulkHandOver, O47_a_manifest_tells_in_the_clear_what_went_and_a_stranger_checks_it) {
  const auto would = give(options(true));
  ASSERT_TRUE(would) << would.error().message;
  EXPECT_FALSE(path_exists(package()));
  const std::uint64_t before = silo().statistics().journal_entries;
  EXPECT_EQ(would->entries, before) << "a dry run notes nothing";
  must_give();
  EXPECT_EQ(give(options()).error().kind, ErrorKind::kConflict) << "its name is taken";
  const auto checked = check_handover(package(), true);
  ASSERT_TRUE(checked) << checked.error().message;
  const HandoverManifest& manifest = checked->handover.manifest;
  const std::vector<HandedKind> kinds = {
      {"visit_record", 1, 0, 0, 0}, {"pose", 0, 0, 1, 1}, {"opt_out", 1, 0, 0, 0}};
  EXPECT_EQ(manifest.kinds, kinds);
  EXPECT_EQ(manifest.erasures, 1U);
  EXPECT_EQ(manifest.record.successor, "Blue Owl Ltd.");
  EXPECT_EQ(manifest.record.ground.reference, "APA 2026-114");
  EXPECT_EQ(checked->handover.key, silo_key()->bytes());
  EXPECT_GT(manifest.head.head.entries, before);
  const auto entries = *silo().journal(engine(), 1, 1'000);
  const auto handed = std::ranges::find(entries, "handed.over", &JournalEntry::what);
  ASSERT_NE(handed, entries.end());
  EXPECT_TRUE(handed->detail.contains(to_hex(checked->hash)));
  EXPECT_TRUE(handed->detail.contains("Blue Owl Ltd."));
}

TEST_F(BulkHandOver, O47_what_the_policy_keeps_back_stops_it_by_its_clause) {
  HandoverOptions unstated = options();
  unstated.record.facts.clear();
  const auto maybe = give(unstated);
  ASSERT_FALSE(maybe) << "nobody said whether it was taken in for a customer";
  EXPECT_TRUE(maybe.error().message.contains("clause 98")) << maybe.error().message;
  put(note_record("n", "of administration"));
  const auto would = give(options(true));
  ASSERT_TRUE(would) << would.error().message;
  ASSERT_EQ(would->count.refused.size(), 1U);
  EXPECT_EQ(would->count.refused[0].kind, "note");
  const auto refused = give(options());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.contains("'note'")) << refused.error().message;
  EXPECT_FALSE(path_exists(package()));
  EXPECT_EQ(times(silo(), "handover.begun"), 0U);
  HandoverOptions wordless = options();
  wordless.party = "heir";
  EXPECT_TRUE(give(wordless).error().mend.contains("--party"));
}

TEST_F(BulkHandOver, an_item_keeps_the_stricter_promise_that_it_was_collected_under) {
  TemporaryStore strict(policy::policy_of(test_text("purpose business_transfer party successor")));
  ASSERT_TRUE(strict.silo().put(strict.access(), visit("a", ann_)));
  strict.activate(
      test_text("purpose business_transfer party successor "
                "clause 97 \"Taken over.\" { allow usage for business_transfer to "
                "successor }"));
  const auto counted =
      count_handover(strict.store(), strict.silo(), record(), "business_transfer", "successor");
  ASSERT_TRUE(counted) << counted.error().message;
  ASSERT_EQ(counted->refused.size(), 1U) << "the first version allowed no such thing";
  EXPECT_EQ(counted->refused[0].kind, "visit_record");
}

TEST_F(BulkHandOver, a_changed_package_and_a_wrong_key_are_told_and_nothing_is_taken) {
  must_give();
  const OpeningKey other = OpeningKey::make(random_);
  const auto wrong = receive_handover(receiving(), other, random_);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::kInvalid);
  ReceiveOptions imposter = receiving();
  imposter.giver = SigningKey::from_bytes(random_.bytes(kEd25519KeySize))->public_key();
  EXPECT_EQ(receive_handover(imposter, key_, random_).error().kind, ErrorKind::kInvalid);
  std::vector<std::string> files = {package() + "/manifest.json"};
  for (const std::string& name : names_in(package() + "/files")) {
    files.push_back(package() + "/files/" + name);
  }
  ASSERT_GT(files.size(), 5U);
  for (const std::string& file : files) {
    const Bytes whole = *read_file_up_to(file, 64U << 20);
    if (whole.empty()) continue;
    for (Bytes changed : {whole, whole.substr(0, whole.size() - 1)}) {
      changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
      ASSERT_TRUE(write_small_file(file, changed));
      const auto refused = receive();
      ASSERT_FALSE(refused) << file;
      EXPECT_EQ(refused.error().kind, ErrorKind::kCorrupt) << refused.error().message;
      EXPECT_FALSE(check_handover(package(), true));
    }
    ASSERT_TRUE(write_small_file(file, whole));
  }
  EXPECT_FALSE(live_there());
  EXPECT_TRUE(receive()) << "whole again, it is taken";
}

TEST_F(BulkHandOver, stopped_anywhere_there_is_no_package_or_a_whole_one_that_is_in_the_journal) {
  // Each try leaves the database another file or two to be copied, so steps grow as the stops do.
  for (std::uint64_t stop = 1;; stop += 1 + stop / 3) {
    StopAt stop_at(stop);
    const auto given = give(options(), std::ref(stop_at));
    if (given) break;
    ASSERT_EQ(given.error().kind, ErrorKind::kCancelled) << given.error().message;
    EXPECT_FALSE(path_exists(package())) << stop;
  }
  EXPECT_GE(times(silo(), "handed.over"), 1U);
  EXPECT_FALSE(path_exists(from_.options().data_directory + "/checkpoints/" + id().text()));
  ASSERT_TRUE(check_handover(package(), true));
}

TEST_F(BulkHandOver, a_receiver_that_was_stopped_anywhere_goes_on) {
  must_give();
  std::uint64_t stops = 0;
  for (std::uint64_t stop = 1;; ++stop, ++stops) {
    StopAt stop_at(stop);
    const auto received = receive(std::ref(stop_at));
    if (received) break;
    ASSERT_EQ(received.error().kind, ErrorKind::kCancelled) << received.error().message;
    EXPECT_FALSE(live_there()) << stop;
  }
  EXPECT_GT(stops, 10U);
  expect_whole();
}

TEST_F(BulkHandOver, it_goes_where_its_versions_of_the_policy_are_the_first_ones_or_there_is_none) {
  must_give();
  TemporaryStore other(test_policy());
  other.close();
  // All houses of tests have an organization of the same id.
  ASSERT_TRUE(remove_tree(other.options().data_directory + "/silos/" + id().text()));
  ReceiveOptions there = receiving();
  there.to = {other.options().data_directory, other.options().key_directory};
  const auto refused = receive_handover(there, key_, random_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(refused.error().message.contains("version 1")) << refused.error().message;
  TemporaryStore same(policy::policy_of(takeover_text()));
  there.to = {same.options().data_directory, same.options().key_directory};
  EXPECT_EQ(receive_handover(there, key_, random_).error().kind, ErrorKind::kConflict)
      << "a server runs there";
  require(same.store().create(id()).has_value() || same.organization() == id(), "one of that id");
  same.close();
  const auto twice = receive_handover(there, key_, random_);
  ASSERT_FALSE(twice);
  EXPECT_TRUE(twice.error().message.contains("already")) << twice.error().message;
  there.to = receiving().to;
  there.dry_run = true;
  const auto would = receive_handover(there, key_, random_);
  ASSERT_TRUE(would) << would.error().message;
  EXPECT_TRUE(would->inherits);
  EXPECT_FALSE(path_exists(new_data())) << "a dry run writes nothing";
}

TEST(HandedKeys, open_for_their_organization_and_key_alone_and_have_one_form) {
  TestRandom random{5};
  const OpeningKey key = OpeningKey::make(random);
  EXPECT_FALSE(open_handed_keys("", OrganizationId::make(random), key));
  EXPECT_FALSE(decode_handed_keys(""));
  EXPECT_FALSE(decode_handed_keys(Bytes(200, '\0')));
}

}  // namespace
}  // namespace heed::silo
