// A silo on a disk whose power goes at a random moment, again and again, against a plain in-memory
// oracle of what was acknowledged: nothing of that is lost, nothing else is half there, nothing
// that was refused is stored, and the journal still verifies against heads that were given away.
//
//   HEED_FAULT_SEED    replays: the number that a failure prints. RocksDB's threads are not seeded,
//                      so a rare failure may need a few attempts; what was done to the disk last is
//                      printed too.
//   HEED_FAULT_ROUNDS  power cuts to go through; 48 without it, which is some 20 s of work under
//   the sanitisers.
#include <random>

#include "silo/kv_faults.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr Duration kKeepNotes = Duration::days(3'652);
constexpr Duration kKeepSamples = Duration::days(393);  // category usage
constexpr std::uint64_t kCutsOfAStore = 12;
constexpr std::string_view kWhat = "test.note";

/// What is to be found in a silo.
struct Found {
  std::map<std::string, std::string> notes;
  std::map<SeriesId, std::multiset<std::string>> samples;
  std::map<std::string, std::uint64_t> senders;
  std::vector<std::string> journal;
  bool operator==(const Found&) const = default;
};

/// What was acknowledged, with when it goes.
struct Oracle {
  struct Note {
    std::string title;
    Time deadline;
  };
  struct OneSample {
    SeriesId series;
    std::string value;
    Time deadline;
  };
  std::map<std::string, Note> notes;
  std::vector<OneSample> samples;
  std::map<std::string, std::uint64_t> senders = {{"a", 0}, {"b", 0}};
  std::vector<std::string> journal;

  Found at(Time now) const {
    Found found{{}, {}, senders, journal};
    for (const auto& [id, note] : notes) {
      if (note.deadline > now) found.notes[id] = note.title;
    }
    for (const OneSample& one : samples) {
      if (one.deadline > now) found.samples[one.series].insert(one.value);
    }
    return found;
  }
};

class CutSilo {
 public:
  explicit CutSilo(std::uint64_t seed)
      : random_(seed),
        disk_(std::make_shared<kv::FaultyDisk>(seed)),
        store_(test_policy(), 150, disk_),
        access_(store_.access()),
        stranger_(store_.access("marketing", "third_party")) {
    for (const char* name : {"x", "y"}) {
      series_.push_back(*store_.silo().series(access_, kPoseKind, name));
    }
  }

  /// Until the power goes, and a start after it.
  void live() {
    disk_->cut_power_at(1 + below(below(2) == 0 ? 60 : 600));
    silo_ = store_.shared_silo_or_none();
    while (silo_ != nullptr && disk_->powered() && !testing::Test::HasFailure()) step();
    silo_.reset();
    store_.close();
    disk_->restore_power();
    store_.reopen();
    look();
  }

 private:
  /// A store that may fail to open its silo.
  struct Store final : TemporaryStore {
    using TemporaryStore::TemporaryStore;
    std::shared_ptr<Silo> shared_silo_or_none() {
      auto opened = store().silo(organization());
      return opened ? *opened : nullptr;
    }
  };
  using Change = std::function<void(Oracle&)>;

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  Time now() { return store_.clock().now(); }

  void step() {
    switch (below(12)) {
      case 0:
      case 1: return put();
      case 2: return remove();
      case 3:
      case 4:
      case 5: return append();
      case 6: return note();
      case 7: return refused();
      case 8: return give_head();
      case 9: return tolerate(silo_->seal(below(2) == 0));
      case 10: return tolerate(silo_->purge());
      default:
        store_.clock().advance(Duration::seconds(
            static_cast<std::int64_t>(below(below(40) == 0 ? 100 * 86'400 : 6 * 3'600))));
    }
  }
  /// What fails, fails because the power is gone, and then may have happened or not.
  template <class Done>
  void settle(const Done& done, Change change) {
    if (done) {
      change(oracle_);
    } else {
      EXPECT_FALSE(disk_->powered());
      open_ = std::move(change);
    }
  }
  template <class Done>
  void tolerate(const Done& done) {
    EXPECT_TRUE(done || !disk_->powered());
  }

  void put() {
    const std::string id = "n" + std::to_string(below(8));
    const std::string title(below(200), static_cast<char>('a' + below(26)));
    const Time deadline = now() + kKeepNotes;
    settle(silo_->put(access_, note_record(id, title)),
           [=](Oracle& oracle) { oracle.notes[id] = {title, deadline}; });
  }
  void remove() {
    const std::string id = "n" + std::to_string(below(8));
    settle(silo_->remove(access_, kNoteKind, id), [=](Oracle& oracle) { oracle.notes.erase(id); });
  }
  void append() {
    Batch batch{below(2) == 0 ? "a" : "b", 0, {}};
    batch.number = oracle_.senders[batch.sender] + 1;
    const std::size_t count = 1 + below(40);
    for (std::size_t i = 0; i < count; ++i) {
      const Time at = now() - Duration::seconds(static_cast<std::int64_t>(below(3 * 86'400)));
      batch.samples.push_back(
          {series_[below(series_.size())],
           sample(at, batch.sender + std::to_string(batch.number) + "/" + std::to_string(i))});
    }
    const Time stored = Time::from_seconds(std::int64_t{now().utc_day()} * 86'400);
    sent_ = batch;
    settle(silo_->append(access_, batch), [=](Oracle& oracle) {
      oracle.senders[batch.sender] = batch.number;
      for (const SeriesSample& one : batch.samples) {
        oracle.samples.push_back({one.series, *one.sample.value, stored + kKeepSamples});
      }
    });
  }
  void note() {
    const std::string detail = R"({"n":)" + std::to_string(below(1'000'000)) + "}";
    settle(silo_->note(access_, kWhat, detail),
           [=](Oracle& oracle) { oracle.journal.push_back(detail); });
  }
  void refused() {
    const auto put = silo_->put(stranger_, note_record("refused", "never stored"));
    ASSERT_FALSE(put);
  }
  void give_head() {
    const auto head = silo_->journal_head();
    tolerate(head);
    if (head) given_ = *head;
  }

  Found found(Silo& silo) {
    Found all;
    const auto page = silo.scan(access_, kNoteKind, {}, {}, 1'000);
    EXPECT_TRUE(page);
    for (const Record& record : page->records) {
      all.notes[record.id] = std::get<std::string>(record.fields[0]);
    }
    for (const SeriesId series : series_) {
      EXPECT_TRUE(silo.read(access_, series, {}, [&](const SampleView& view) {
        all.samples[series].emplace(view.text);
        return true;
      }));
    }
    for (const char* sender : {"a", "b"}) all.senders[sender] = silo.last_batch(sender);
    const auto entries = silo.journal(access_, 1, 1'000);
    EXPECT_TRUE(entries);
    for (const JournalEntry& entry : *entries) {
      if (entry.what == kWhat) all.journal.push_back(entry.detail);
    }
    return all;
  }

  void look() {
    Silo& silo = store_.silo();
    const Found there = found(silo);
    if (open_) {
      Oracle with = oracle_;
      (*open_)(with);
      if (there == with.at(now())) oracle_ = std::move(with);
      open_.reset();
    }
    ASSERT_TRUE(there == oracle_.at(now())) << told(there) << disk_->recent();
    verify(silo);
    // Whoever did not hear that it was taken sends it again.
    if (sent_) {
      const bool known = oracle_.senders[sent_->sender] == sent_->number;
      ASSERT_EQ(silo.append(access_, *sent_)->duplicate, known);
      if (known) {
        EXPECT_TRUE(found(silo) == oracle_.at(now()));
      } else {
        oracle_.senders[sent_->sender] = sent_->number;
        const Time stored = Time::from_seconds(std::int64_t{now().utc_day()} * 86'400);
        for (const SeriesSample& one : sent_->samples) {
          oracle_.samples.push_back({one.series, *one.sample.value, stored + kKeepSamples});
        }
      }
      sent_.reset();
    }
  }
  void verify(Silo& silo) {
    const auto verified = silo.verify_journal();
    ASSERT_TRUE(verified) << verified.error().message << disk_->recent();
    if (!given_) return;
    ASSERT_GE(verified->head.entries, given_->head.entries);
    const auto proof = silo.prove_growth(access_, given_->head.entries, verified->head.entries);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(merkle::verify_consistency(given_->head.entries, verified->head.entries,
                                           given_->head.root, verified->head.root, *proof))
        << "a head that was given away is denied";
  }
  std::string told(const Found& there) {
    const Found want = oracle_.at(now());
    std::string line = fmt::format("notes {} of {}, journal {} of {}", there.notes.size(),
                                   want.notes.size(), there.journal.size(), want.journal.size());
    for (const auto& [series, values] : want.samples) {
      const auto got = there.samples.find(series);
      line += fmt::format(", series {}: {} of {}", series.number,
                          got == there.samples.end() ? 0 : got->second.size(), values.size());
    }
    for (const auto& [sender, number] : want.senders) {
      line += fmt::format(", {} {} of {}", sender, there.senders.at(sender), number);
    }
    return line + "\n";
  }

  std::mt19937_64 random_;
  const std::shared_ptr<kv::FaultyDisk> disk_;
  Store store_;
  const Access access_;
  const Access stranger_;
  std::shared_ptr<Silo> silo_;
  std::vector<SeriesId> series_;
  Oracle oracle_;
  std::optional<Change> open_;  ///< Of what the caller does not know whether it happened
  std::optional<Batch> sent_;   ///< The last one
  std::optional<SignedHead> given_;
};

TEST(Silo, nothing_acknowledged_is_lost_and_nothing_else_half_there_however_the_power_goes) {
  const std::uint64_t rounds = kv::fault_setting("HEED_FAULT_ROUNDS", 48);
  const std::uint64_t first = kv::fault_setting("HEED_FAULT_SEED", std::random_device{}());
  for (std::uint64_t seed = first; seed < first + rounds / kCutsOfAStore; ++seed) {
    SCOPED_TRACE("HEED_FAULT_SEED=" + std::to_string(seed));
    CutSilo silo(seed);
    for (std::uint64_t cut = 0; cut < kCutsOfAStore; ++cut) {
      silo.live();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace heed::silo
