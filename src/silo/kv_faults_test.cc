// The database on a disk that fails: what is acknowledged stays, whatever is told is told so that a
// person can act.
//
//   HEED_FAULT_SEED    replays: the number that a failure prints
//   HEED_FAULT_ROUNDS  power cuts of each kind to go through; 60 without it
#include "silo/kv_faults.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "silo/kv_logs.h"
#include "silo/testing.h"

namespace heed::silo::kv {
namespace {

class FaultyDatabase : public testing::Test {
 protected:
  Result<void> try_open() {
    database_.reset();
    ASSIGN_OR_RETURN(database_, Database::open(path(), memory_));
    return {};
  }
  void open() {
    const auto opened = try_open();
    require(opened.has_value(), opened ? "" : opened.error().message);
  }
  std::string path() const { return directory_.path() + "/db"; }
  Result<void> put(Family family, BytesView key, BytesView value, Sync sync = Sync::kYes) {
    return database_->write(Changes().put(family, key, value), sync);
  }
  std::string get(Family family, BytesView key) const {
    const auto got = database_->get(family, key);
    if (!got) return got.error().message;
    return got->value_or("nothing");
  }
  void cut_and_reopen() {
    disk_->cut_power();
    database_.reset();
    disk_->restore_power();
    open();
  }

  const TemporaryDirectory directory_;
  const std::shared_ptr<FaultyDisk> disk_ = std::make_shared<FaultyDisk>(1);
  const SharedMemory memory_{1U << 20, 1U << 20, disk_};
  std::unique_ptr<Database> database_;
};

void expect_told(const Result<void>& done, ErrorKind kind, std::string_view message,
                 std::string_view mend) {
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, kind);
  EXPECT_TRUE(done.error().message.contains(message)) << done.error().message;
  EXPECT_TRUE(done.error().mend.contains(mend)) << done.error().mend;
}

using State = std::map<std::pair<std::size_t, Bytes>, Bytes>;
struct Change {
  std::size_t family;
  Bytes key;
  std::optional<Bytes> value;
};
using Batch = std::vector<Change>;

void play(State& state, const Batch& batch) {
  for (const Change& change : batch) {
    const std::pair at(change.family, change.key);
    if (change.value) {
      state[at] = *change.value;
    } else {
      state.erase(at);
    }
  }
}

/// A database on a disk with troubles, and everything that it may be after a power cut.
class CutDriver {
 public:
  CutDriver(std::uint64_t seed, bool troubles)
      : random_(seed),
        troubles_(troubles),
        disk_(std::make_shared<FaultyDisk>(seed)),
        memory_(64U << 10, 64U << 10, disk_) {}

  /// Operations until the power goes, and a start after it. At every opening what is there is one
  /// of the states that may be.
  void live() {
    disk_->cut_power_at(1 + below(below(2) == 0 ? 40 : 400));
    while (disk_->powered() && !testing::Test::HasFailure()) step();
    database_.reset();
    disk_->restore_power();
    mend();
    ASSERT_TRUE(open()) << told_ << "\n" << disk_->recent();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool open() {
    auto opened = Database::open(directory_.path() + "/db", memory_);
    if (!opened) {
      told_ = opened.error().message;
      return false;
    }
    database_ = *std::move(opened);
    const State found = everything();
    if (!disk_->powered()) return true;  // it went while this looked
    const auto same = [&](const State& state) { return state == found; };
    EXPECT_TRUE(std::ranges::any_of(possible_, same))
        << "none of " << possible_.size() << "\n"
        << difference(possible_.front(), found) << difference(possible_.back(), found)
        << disk_->recent();
    now_ = found;
    possible_ = {found};
    return true;
  }
  void step() {
    if (database_ == nullptr && !open()) {
      ASSERT_FALSE(disk_->powered() && !troubled_) << told_;
      if (below(2) == 0) mend();
      return;
    }
    switch (below(25)) {
      case 0: (void)database_->flush(); break;
      case 1: (void)database_->compact(family(), {}, {}); break;
      case 2: database_.reset(); break;
      case 3: mend(); break;
      case 4: trouble(); break;
      default: write();
    }
  }
  void trouble() {
    if (!troubles_) return;
    troubled_ = true;
    switch (below(3)) {
      case 0: disk_->fill_up_after(below(5'000)); break;
      case 1: disk_->fail_change_at(1 + below(20)); break;
      default: disk_->fail_sync_at(1 + below(5));
    }
  }
  void mend() {
    disk_->free_space();
    disk_->fail_change_at(0);
    disk_->fail_sync_at(0);
    troubled_ = false;
  }
  Family family() { return static_cast<Family>(below(kFamilies)); }
  void write() {
    Batch batch;
    Changes changes;
    const std::size_t size = 1 + below(4);
    for (std::size_t i = 0; i < size; ++i) {
      const Family in = family();
      Change change{static_cast<std::size_t>(in), "k" + std::to_string(below(5)), std::nullopt};
      if (below(3) == 0) {
        changes.remove(in, change.key);
      } else {
        change.value = Bytes(below(below(8) == 0 ? 20'000 : 100), static_cast<char>(below(256)));
        changes.put(in, change.key, *change.value);
      }
      batch.push_back(std::move(change));
    }
    const bool sync = below(2) == 0;
    const auto done = database_->write(changes, sync ? Sync::kYes : Sync::kNo);
    disk_->note(std::string(done ? "wrote" : "could not write") + (sync ? ", synced" : ""));
    State next = now_;
    play(next, batch);
    if (done) now_ = next;
    if (done && sync) possible_.clear();
    possible_.push_back(std::move(next));
    if (!done && done.error().mend.contains("start the program again")) database_.reset();
  }
  /// What tells a state that may be from what there is.
  static std::string difference(const State& possible, const State& found) {
    std::string told = "---\n";
    const auto tell = [&](std::string_view how, const State& these, const State& others) {
      for (const auto& [at, value] : these) {
        const auto other = others.find(at);
        if (other != others.end() && other->second == value) continue;
        told += fmt::format("{} {}/{} of {} bytes\n", how, at.first, at.second, value.size());
      }
    };
    tell("expected", possible, found);
    tell("found", found, possible);
    return told;
  }
  State everything() const {
    State all;
    for (std::size_t i = 0; i < kFamilies; ++i) {
      auto cursor = database_->cursor(static_cast<Family>(i));
      for (cursor.seek({}); cursor.valid(); cursor.next()) {
        all[{i, Bytes(cursor.key())}] = cursor.value();
      }
      EXPECT_TRUE(cursor.status() || !disk_->powered());
    }
    return all;
  }

  std::mt19937_64 random_;
  const bool troubles_;
  const TemporaryDirectory directory_;
  const std::shared_ptr<FaultyDisk> disk_;
  const SharedMemory memory_;
  std::unique_ptr<Database> database_;
  std::string told_;
  bool troubled_ = false;
  State now_;
  /// After the last synced write, after each write since, and with each that failed since.
  std::vector<State> possible_ = {{}};
};

void cut(bool troubles) {
  const std::uint64_t rounds = fault_setting("HEED_FAULT_ROUNDS", 60);
  const std::uint64_t first = fault_setting("HEED_FAULT_SEED", std::random_device{}());
  constexpr std::uint64_t kCuts = 10;  // of one database
  for (std::uint64_t seed = first; seed < first + rounds / kCuts; ++seed) {
    SCOPED_TRACE("HEED_FAULT_SEED=" + std::to_string(seed));
    CutDriver driver(seed, troubles);
    for (std::uint64_t one = 0; one < kCuts; ++one) {
      driver.live();
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(FaultyDisk, a_power_cut_leaves_what_was_synced_and_a_beginning_of_the_rest_in_whole_batches) {
  cut(/*troubles=*/false);
}

TEST(FaultyDisk, nor_does_a_cut_after_failed_writes_and_syncs_and_a_full_disk_lose_anything) {
  cut(/*troubles=*/true);
}

TEST_F(FaultyDatabase, a_torn_log_is_taken_though_the_list_of_files_and_a_log_go_beyond_it) {
  open();
  ASSERT_TRUE(put(Family::kJournal, "a", "kept"));
  ASSERT_TRUE(database_->flush());
  ASSERT_TRUE(put(Family::kRecords, "b", Bytes(20'000, 'x'), Sync::kNo));
  // While the records are on their way into a file, a new log has begun.
  disk_->at_sync(".sst", [&] {
    disk_->at_sync({}, {});
    EXPECT_TRUE(database_->compact(Family::kJournal, {}, {}));
    disk_->cut_power();
  });
  EXPECT_FALSE(database_->flush());
  database_.reset();
  disk_->restore_power();
  const auto logs = disk_->files(".log");
  ASSERT_GE(logs.size(), 2U);
  const std::string& torn = logs[logs.size() - 2];
  // As a disk leaves it that does not keep what it said it had.
  disk_->replace(torn, disk_->content(torn).substr(0, disk_->size(torn) - 1));
  open();
  EXPECT_FALSE(database_->damage());
  EXPECT_EQ(get(Family::kJournal, "a"), "kept");
  EXPECT_EQ(get(Family::kRecords, "b"), "nothing");
}

/// Writes, none of them synced, until one begins a log or fails.
Result<void> write_until_a_log_begins(Database& database, const FaultyDisk& disk) {
  const auto before = disk.files(".log");
  for (int i = 0; disk.files(".log") == before; ++i) {
    Changes changes;
    changes.put(Family::kRecords, "k" + std::to_string(i), Bytes(100'000, 'x'));
    if (auto written = database.write(changes, Sync::kNo); !written) return written;
  }
  return {};
}

TEST_F(FaultyDatabase, no_log_takes_a_write_before_all_of_the_one_before_it_is_on_the_disk) {
  open();
  const auto looked = std::make_shared<std::atomic<bool>>(false);
  // The flush that follows would sync it too; it is not waited for.
  disk_->at_sync(".log", [looked, writer = std::this_thread::get_id()] {
    if (std::this_thread::get_id() != writer) looked->wait(false);
  });
  ASSERT_TRUE(write_until_a_log_begins(*database_, *disk_));
  const auto logs = disk_->files(".log");
  ASSERT_GE(logs.size(), 2U);
  for (const std::string& log : logs) {
    if (log == logs.back()) continue;
    EXPECT_EQ(disk_->durable_size(log), disk_->size(log)) << log;
  }
  *looked = true;
  looked->notify_all();
  disk_->at_sync({}, {});
}

TEST_F(FaultyDatabase, no_log_follows_one_that_could_not_be_synced) {
  open();
  const std::size_t logs = disk_->files(".log").size();
  disk_->fail_sync_at(1);
  expect_told(write_until_a_log_begins(*database_, *disk_), ErrorKind::kUnavailable, ".log",
              "start the program again");
  EXPECT_EQ(disk_->files(".log").size(), logs);
  cut_and_reopen();
  EXPECT_TRUE(put(Family::kRecords, "after", "1"));
}

TEST_F(FaultyDatabase, a_full_disk_heals_though_a_flush_was_asked_for_before_and_begins_after) {
  open();
  const Bytes merged(500, 'm');
  ASSERT_TRUE(put(Family::kJournal, "a", merged));
  ASSERT_TRUE(database_->flush());
  const SharedMemory other_memory(1U << 20, 1U << 20, disk_);
  const auto other = *Database::open(directory_.path() + "/other", other_memory);
  ASSERT_TRUE(other->write(Changes().put(Family::kRecords, "a", "1"), Sync::kNo));
  // The other's flush occupies the one thread that there is for flushes.
  std::atomic<bool> occupied = false;
  std::atomic<bool> free = false;
  disk_->at_sync(".sst", [&] {
    disk_->at_sync({}, {});
    occupied = true;
    occupied.notify_all();
    free.wait(false);
  });
  std::thread flushing([&] { EXPECT_TRUE(other->flush()); });
  occupied.wait(false);
  EXPECT_TRUE(write_until_a_log_begins(*database_, *disk_));  // its flush is asked for
  // A merge finds the disk full, at the list of files.
  for (const std::string& table : disk_->files(".sst")) {
    if (disk_->content(table).contains(merged)) disk_->fill_up_after(disk_->size(table) + 100);
  }
  EXPECT_FALSE(database_->compact(Family::kJournal, {}, {}));
  disk_->free_space();
  free = true;
  free.notify_all();
  flushing.join();
  // Flushes of all databases come one after the other.
  ASSERT_TRUE(other->write(Changes().put(Family::kRecords, "b", "1"), Sync::kNo));
  ASSERT_TRUE(other->flush());
  const auto taken = put(Family::kRecords, "c", "after");
  ASSERT_TRUE(taken) << taken.error().message;
  ASSERT_TRUE(database_->flush());
  cut_and_reopen();
  EXPECT_EQ(get(Family::kRecords, "c"), "after");
}

TEST_F(FaultyDatabase, a_full_disk_refuses_writes_and_takes_them_again_once_there_is_space) {
  open();
  ASSERT_TRUE(put(Family::kRecords, "a", "before"));
  disk_->fill_up_after(10);
  for (int i = 0; i < 3; ++i) {
    const auto refused = put(Family::kRecords, "b", Bytes(1'000, 'b'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable) << refused.error().message;
    EXPECT_TRUE(refused.error().mend.starts_with("free space on the disk of " + path()))
        << refused.error().mend;
    EXPECT_EQ(get(Family::kRecords, "a"), "before");
    EXPECT_EQ(get(Family::kRecords, "b"), "nothing");
  }
  disk_->free_space();
  for (int i = 0; i < 3; ++i) {
    const auto taken = put(Family::kRecords, "c" + std::to_string(i), "after");
    ASSERT_TRUE(taken) << taken.error().message;
  }
  cut_and_reopen();
  EXPECT_EQ(get(Family::kRecords, "a"), "before");
  EXPECT_EQ(get(Family::kRecords, "c2"), "after");
}

TEST_F(FaultyDatabase, a_disk_that_is_full_at_the_first_write_after_opening_heals_too) {
  open();
  ASSERT_TRUE(put(Family::kRecords, "a", "before"));
  ASSERT_TRUE(database_->flush());
  open();
  disk_->fill_up_after(10);
  ASSERT_FALSE(put(Family::kRecords, "b", Bytes(1'000, 'b')));
  disk_->free_space();
  const auto taken = put(Family::kRecords, "c", "after");
  ASSERT_TRUE(taken) << taken.error().message;
  cut_and_reopen();
  EXPECT_EQ(get(Family::kRecords, "c"), "after");
}

TEST_F(FaultyDatabase, after_a_full_disk_a_flush_returns_once_all_is_in_files_or_the_disk_is_full) {
  open();
  for (const char letter : {'a', 'b', 'c'}) {
    ASSERT_TRUE(put(Family::kJournal, "k", "before"));
    disk_->fill_up_after(10);
    ASSERT_FALSE(put(Family::kRecords, "k", Bytes(1'000, 'x')));
    disk_->free_space();
    const Bytes after(500, letter);
    ASSERT_TRUE(put(Family::kRecords, "k", after));
    ASSERT_TRUE(put(Family::kBlobs, "k", after));
    ASSERT_TRUE(database_->flush());
    EXPECT_EQ(std::ranges::count_if(
                  disk_->files(".sst"),
                  [&](const auto& table) { return disk_->content(table).contains(after); }),
              2);
    // There is space for the first families, and not for this one.
    ASSERT_TRUE(put(Family::kRecords, "k", Bytes(50'000, letter)));
    disk_->fill_up_after(20'000);
    expect_told(database_->flush(), ErrorKind::kUnavailable, "", "free space");
    disk_->free_space();
  }
}

TEST_F(FaultyDatabase, after_a_failed_write_reads_go_on_and_writes_wait_for_a_start) {
  open();
  ASSERT_TRUE(put(Family::kRecords, "a", "kept"));
  disk_->fail_sync_at(1);
  expect_told(put(Family::kRecords, "b", "1"), ErrorKind::kUnavailable, ".log",
              "start the program");
  expect_told(put(Family::kRecords, "c", "1"), ErrorKind::kUnavailable, ".log",
              "start the program");
  EXPECT_EQ(get(Family::kRecords, "a"), "kept");
  EXPECT_EQ(get(Family::kRecords, "b"), "nothing");
  cut_and_reopen();
  EXPECT_EQ(get(Family::kRecords, "a"), "kept");
  EXPECT_TRUE(put(Family::kRecords, "b", "2"));
}

TEST_F(FaultyDatabase, a_read_only_disk_is_told_at_the_opening_and_while_running) {
  open();
  ASSERT_TRUE(put(Family::kRecords, "a", "kept"));
  disk_->read_only(true);
  expect_told(put(Family::kRecords, "b", "1"), ErrorKind::kUnavailable, "Read-only",
              "make the disk of " + path() + " writable");
  EXPECT_EQ(get(Family::kRecords, "a"), "kept");
  expect_told(try_open(), ErrorKind::kUnavailable, "Read-only", "writable");
  disk_->read_only(false);
  open();
  EXPECT_EQ(get(Family::kRecords, "a"), "kept");
  EXPECT_TRUE(put(Family::kRecords, "b", "2"));
}

TEST_F(FaultyDatabase, without_descriptors_it_does_not_open_and_others_go_on) {
  open();
  disk_->limit_descriptors(disk_->open_files() + 2);
  const auto second = Database::open(directory_.path() + "/second", memory_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(second.error().mend.contains("LimitNOFILE")) << second.error().mend;
  EXPECT_TRUE(put(Family::kRecords, "a", "1"));
  EXPECT_EQ(get(Family::kRecords, "a"), "1");
  disk_->limit_descriptors(1'000);
  const auto again = Database::open(directory_.path() + "/second", memory_);
  EXPECT_TRUE(again) << again.error().message;
}

TEST_F(FaultyDatabase, is_open_once) {
  open();
  const auto second = Database::open(path(), memory_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(second.error().message.contains("another process has the silo " + path()));
  EXPECT_TRUE(second.error().mend.contains("stop the other process"));
}

TEST_F(FaultyDatabase, files_that_are_gone_are_told_and_never_replaced) {
  open();
  ASSERT_TRUE(put(Family::kRecords, "a", "1"));
  ASSERT_TRUE(database_->flush());
  database_.reset();
  const std::string current = path() + "/CURRENT";
  const Bytes content = disk_->content(current);
  disk_->remove(current);
  expect_told(try_open(), ErrorKind::kCorrupt, "its file CURRENT is gone", "from a backup");
  EXPECT_FALSE(disk_->files(".sst").empty());
}

TEST_F(FaultyDatabase, a_damaged_or_torn_list_of_files_is_told_or_harmless) {
  open();
  for (const char* key : {"a", "b", "c"}) {
    ASSERT_TRUE(put(Family::kRecords, key, "1"));
    ASSERT_TRUE(database_->flush());
  }
  database_.reset();
  std::string manifest = disk_->content(path() + "/CURRENT");
  manifest = path() + "/" + manifest.substr(0, manifest.size() - 1);
  const std::uint64_t bits = 8 * disk_->size(manifest);
  const auto names = {manifest, path() + "/CURRENT"};
  for (const std::string& name : names) {
    for (std::uint64_t bit = 5; bit < 8 * disk_->size(name); bit += bits / 40 | 1) {
      const Bytes before = disk_->content(name);
      disk_->flip_bit(name, bit);
      const auto opened = try_open();
      EXPECT_FALSE(opened) << name << " " << bit;
      if (!opened) EXPECT_EQ(opened.error().kind, ErrorKind::kCorrupt) << opened.error().message;
      database_.reset();
      disk_->replace(name, before);
    }
  }
  open();
  EXPECT_EQ(get(Family::kRecords, "c"), "1");
}

TEST_F(FaultyDatabase, any_bit_that_flips_in_its_log_is_found_and_any_torn_end_is_taken) {
  open();
  ASSERT_TRUE(put(Family::kRecords, "a", "first"));
  ASSERT_TRUE(put(Family::kJournal, "b", Bytes(300, 'x')));
  ASSERT_TRUE(put(Family::kRecords, "c", "last"));
  disk_->cut_power();
  database_.reset();
  disk_->restore_power();
  const std::string name = disk_->files(".log").back();
  const Bytes log = disk_->content(name);
  for (std::size_t bit = 0; bit < 8 * log.size(); ++bit) {
    Bytes flipped = log;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(find_end(flipped).damaged) << bit;
  }
  for (std::size_t size = 0; size < log.size(); ++size) {
    EXPECT_FALSE(find_end(log.substr(0, size)).damaged) << size;
    EXPECT_FALSE(find_end(log.substr(0, size) + Bytes(40'000, '\0')).damaged && size == 0);
  }
  // As RocksDB itself would not: it takes a length beyond the end for a torn end.
  disk_->flip_bit(name, 8 * 5 + 6);
  expect_told(try_open(), ErrorKind::kCorrupt, name + " is damaged at byte 0", "from a backup");
  disk_->replace(name, log.substr(0, log.size() - 1));
  open();
  EXPECT_EQ(get(Family::kRecords, "a"), "first");
  EXPECT_EQ(get(Family::kJournal, "b"), Bytes(300, 'x'));
  EXPECT_EQ(get(Family::kRecords, "c"), "nothing");
}

class RottenTable : public FaultyDatabase {
 protected:
  static constexpr int kKeys = 100;
  static Bytes key(int i) { return fmt::format("k{:03}", i); }
  static Bytes value(int i) { return Bytes(200, static_cast<char>('a' + i % 26)); }
  /// One table of records and one of the journal.
  void make() {
    open();
    for (int i = 0; i < kKeys; ++i) {
      ASSERT_TRUE(put(Family::kRecords, key(i), value(i), Sync::kNo));
      ASSERT_TRUE(put(Family::kJournal, key(i), value(i), Sync::kNo));
    }
    ASSERT_TRUE(database_->flush());
    for (const std::string& name : disk_->files(".sst")) {
      if (disk_->content(name).contains("k000") && table_.empty()) table_ = name;
    }
    database_.reset();
  }
  /// A cache would know the blocks as they were.
  Result<void> open_cold() {
    database_.reset();
    cold_ = std::make_unique<SharedMemory>(1U << 20, 1U << 20, disk_);
    ASSIGN_OR_RETURN(database_, Database::open(path(), *cold_));
    return {};
  }
  /// How many keys of the family are there and right; the others are told to be damaged.
  int readable(Family family) {
    int right = 0;
    for (int i = 0; i < kKeys; ++i) {
      const auto got = database_->get(family, key(i));
      if (got) {
        EXPECT_EQ(got->value_or("nothing"), value(i));
        ++right;
      } else {
        EXPECT_EQ(got.error().kind, ErrorKind::kCorrupt);
        EXPECT_TRUE(got.error().message.contains(path())) << got.error().message;
      }
    }
    return right;
  }
  std::string table_;
  std::unique_ptr<SharedMemory> cold_;
};

TEST_F(RottenTable, a_bit_that_flips_takes_its_neighbours_along_and_nothing_else) {
  make();
  const std::uint64_t bits = 8 * disk_->size(table_);
  int most = 0;
  for (std::uint64_t bit = 3; bit < bits; bit += bits / 30) {
    disk_->flip_bit(table_, bit);
    const auto opened = open_cold();
    ASSERT_TRUE(opened) << bit << " of " << bits << ": " << opened.error().message;
    const int records = readable(Family::kRecords);
    const int journal = readable(Family::kJournal);
    EXPECT_TRUE(records == kKeys || journal == kKeys) << bit << ": " << records << " " << journal;
    most = std::max(most, std::min(records, journal));
    EXPECT_TRUE(put(Family::kMeta, "still", "writes"));
    database_.reset();
    disk_->flip_bit(table_, bit);
  }
  EXPECT_GT(most, kKeys / 2) << "a block is a small part of a table";
}

TEST_F(RottenTable, damage_that_a_merge_meets_stops_that_merge_and_no_write) {
  make();
  disk_->flip_bit(table_, 8 * 100);
  ASSERT_TRUE(open_cold());
  EXPECT_FALSE(database_->damage());
  for (int i = 0; i < 6; ++i) {
    for (const Family family : {Family::kRecords, Family::kJournal}) {
      ASSERT_TRUE(put(family, key(kKeys + i), "new"));
    }
    ASSERT_TRUE(database_->flush());
  }
  const auto merged = database_->compact(Family::kRecords, {}, {});
  const auto other = database_->compact(Family::kJournal, {}, {});
  EXPECT_NE(merged.has_value(), other.has_value());
  ASSERT_TRUE(database_->damage());
  EXPECT_TRUE(database_->damage()->contains(table_)) << *database_->damage();
  EXPECT_TRUE(put(Family::kRecords, "more", "1"));
  EXPECT_TRUE(put(Family::kJournal, "more", "1"));
  EXPECT_TRUE(database_->flush());
  EXPECT_EQ(get(Family::kRecords, "k103"), "new");
}

TEST_F(RottenTable, beside_damage_too_no_write_lands_behind_one_that_failed) {
  make();
  disk_->remove(table_);
  ASSERT_TRUE(open_cold());
  ASSERT_TRUE(database_->damage());
  ASSERT_TRUE(put(Family::kMeta, "a", "kept"));
  disk_->fill_up_after(100);
  ASSERT_FALSE(put(Family::kMeta, "b", Bytes(1'000, 'b')));
  disk_->free_space();
  expect_told(put(Family::kMeta, "c", "refused"), ErrorKind::kUnavailable, "",
              "start the program again");
  disk_->cut_power();
  database_.reset();
  disk_->restore_power();
  const auto opened = open_cold();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(get(Family::kMeta, "a"), "kept");
  EXPECT_TRUE(put(Family::kMeta, "c", "taken"));
}

TEST_F(RottenTable, a_table_that_is_gone_or_cannot_be_read_takes_nothing_else_along) {
  make();
  disk_->fail_reads_of(table_.substr(table_.rfind('/')));
  ASSERT_TRUE(open_cold());
  const auto got = database_->get(Family::kRecords, "k050");
  const auto other = database_->get(Family::kJournal, "k050");
  EXPECT_NE(got.has_value(), other.has_value());
  disk_->fail_reads_of({});
  database_.reset();
  disk_->remove(table_);
  ASSERT_TRUE(open_cold());
  ASSERT_TRUE(database_->damage());
  EXPECT_TRUE(database_->damage()->contains(table_)) << *database_->damage();
  EXPECT_EQ(readable(Family::kRecords) + readable(Family::kJournal), kKeys);
}

}  // namespace
}  // namespace heed::silo::kv
