// Random operations against a plain in-memory oracle, through reopenings, sealings and expiry; and
// what was acknowledged against what is left after a kill.
#include <signal.h>
#include <sys/wait.h>

#include <cmath>
#include <fstream>
#include <random>

#include "silo/chunk.h"
#include "silo/files.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

/// What a silo promises, in the plainest terms.
struct Oracle {
  struct Kept {
    std::string title;
    Time deadline;
  };
  struct KeptSample {
    Sample sample;
    Time deadline;
  };
  std::map<std::string, Kept> notes;
  std::map<SeriesId, std::vector<KeptSample>> samples;  // as appended
  std::map<std::string, std::uint64_t> senders;

  std::vector<Sample> read(SeriesId series, TimeRange range, Time now) const {
    std::multimap<Time, Sample> found;  // of one time, as appended
    const auto all = samples.find(series);
    if (all == samples.end()) return {};
    for (const KeptSample& kept : all->second) {
      if (range.contains(kept.sample.at) && kept.deadline > now)
        found.emplace(kept.sample.at, kept.sample);
    }
    std::vector<Sample> in_order;
    for (auto& [at, one] : found) in_order.push_back(std::move(one));
    return folded(in_order);
  }

  static bool same(const Sample& a, const Sample& b) {
    return std::tie(a.at, a.device, a.flags, a.value, a.folds) ==
           std::tie(b.at, b.device, b.flags, b.value, b.folds);
  }
  /// The first of each stays, and the last of an instant.
  static std::vector<Sample> folded(const std::vector<Sample>& samples) {
    std::vector<Sample> kept;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const Sample& s = samples[i];
      const bool again =
          s.folds && std::ranges::any_of(kept, [&](const Sample& k) { return same(k, s); });
      const bool last = i + 1 == samples.size() || samples[i + 1].at != s.at;
      if (!again || (last && !same(kept.back(), s))) kept.push_back(s);
    }
    return kept;
  }
};

constexpr Duration kKeepSamples = Duration::days(393);  // category usage
constexpr Duration kKeepNotes = Duration::days(3'652);

class Driver {
 public:
  Driver(std::uint64_t seed, std::size_t head_samples)
      : random_(seed), store_(test_policy(), head_samples), access_(store_.access()) {
    for (const char* name : {"x", "y", "z"}) {
      series_.push_back(*store_.silo().series(access_, kPoseKind, name));
    }
  }

  void step() {
    switch (below(12)) {
      case 0: return put();
      case 1: return remove();
      case 2: return find();
      case 3:
      case 4:
      case 5: return append();
      case 6: return read();
      case 7: return last();
      case 8: return downsample();
      case 9: return seal();
      case 10: return advance();
      default: return upkeep();
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  Time now() const { return store_.now(); }
  std::string id() { return "n" + std::to_string(below(12)); }
  SeriesId series() { return series_[below(series_.size())]; }
  Time moment() {
    return now() - Duration::seconds(static_cast<std::int64_t>(below(4 * 86'400))) +
           Duration::seconds(3'600);
  }
  TimeRange range() {
    if (below(4) == 0) return {};
    const Time a = moment();
    const Time b = moment();
    return {std::min(a, b), std::max(a, b)};
  }

  void put() {
    const std::string name = id();
    const std::string title = std::to_string(random_());
    ASSERT_TRUE(store_.silo().put(access_, note_record(name, title)));
    oracle_.notes[name] = {title, now() + kKeepNotes};
  }

  void remove() {
    const std::string name = id();
    const auto known = oracle_.notes.find(name);
    const bool there = known != oracle_.notes.end() && known->second.deadline > now();
    ASSERT_EQ(*store_.silo().remove(access_, kNoteKind, name), there);
    oracle_.notes.erase(name);
  }

  void find() {
    const std::string name = id();
    const auto found = *store_.silo().find(access_, kNoteKind, name);
    const auto known = oracle_.notes.find(name);
    const bool there = known != oracle_.notes.end() && known->second.deadline > now();
    ASSERT_EQ(found.has_value(), there);
    if (there) {
      ASSERT_EQ(std::get<std::string>(found->fields[0]), known->second.title);
    }
  }

  Sample random_sample() {
    Sample made = sample(moment(), std::nullopt);
    made.flags = static_cast<std::uint8_t>(below(3));
    made.folds = below(2) == 0;
    made.device = made.at - Duration::milliseconds(static_cast<std::int64_t>(below(3)));
    if (below(8) != 0) {
      made.value = below(5) == 0 ? "WORD" + std::to_string(below(3))
                                 : std::to_string(static_cast<int>(below(2'000)) - 1'000) + ".5";
    }
    return made;
  }

  /// A sample as it was told before, or as another one of its instant.
  Sample told_again(SeriesId series) {
    const auto& known = oracle_.samples[series];
    if (known.empty()) return random_sample();
    Sample again = known[below(known.size())].sample;
    again.arrival = now();
    if (below(3) == 0) again.value = std::to_string(below(2));
    return again;
  }

  void append() {
    Batch batch{"sender" + std::to_string(below(2)), 0, {}};
    std::uint64_t& last = oracle_.senders[batch.sender];
    batch.number = below(4) == 0 ? last : last + 1 + below(2);
    const std::size_t count = below(60);
    for (std::size_t i = 0; i < count; ++i) {
      const SeriesId of = series();
      batch.samples.push_back({of, below(3) == 0 ? told_again(of) : random_sample()});
    }
    const bool duplicate = batch.number != 0 && batch.number <= last;
    ASSERT_EQ(store_.silo().append(access_, batch)->duplicate, duplicate);
    if (duplicate) return;
    last = std::max(last, batch.number);
    ASSERT_EQ(store_.silo().last_batch(batch.sender), last);
    const Time stored = Time::from_seconds(std::int64_t{now().utc_day()} * 86'400);
    for (const SeriesSample& s : batch.samples) {
      oracle_.samples[s.series].push_back({s.sample, stored + kKeepSamples});
    }
  }

  static Sample copy_of(const SampleView& view) {
    Sample copy{view.at, view.device, view.arrival, view.flags, {}};  // a view shows no `folds`
    if (!view.gap) copy.value = view.text;
    return copy;
  }
  static auto order(const Sample& s) {
    return std::tuple(s.at, s.device, s.flags, s.value, s.arrival);
  }

  void read() {
    const SeriesId of = series();
    const TimeRange within = range();
    std::vector<Sample> got;
    ASSERT_TRUE(store_.silo().read(access_, of, within, [&](const SampleView& view) {
      got.push_back(copy_of(view));
      return true;
    }));
    auto want = oracle_.read(of, within, now());
    ASSERT_TRUE(std::ranges::is_sorted(got, {}, &Sample::at));
    std::ranges::sort(got, {}, order);
    std::ranges::sort(want, {}, order);
    ASSERT_EQ(got.size(), want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (order(got[i]) == order(want[i])) continue;
      // Of duplicates, it is not promised whose arrival is kept.
      want[i].arrival = got[i].arrival;
      ASSERT_EQ(order(got[i]), order(want[i]));
      const auto told = [&](const auto& kept) { return order(kept.sample) == order(got[i]); };
      ASSERT_TRUE(std::ranges::any_of(oracle_.samples[of], told));
    }
  }

  void last() {
    const SeriesId of = series();
    const Time at = moment();
    const auto got = *store_.silo().last_at(access_, of, at);
    const auto want = oracle_.read(of, {Time::min(), at + Duration::nanoseconds(1)}, now());
    ASSERT_EQ(got.has_value(), !want.empty());
    if (got) {
      ASSERT_EQ(got->at, want.back().at);
    }
  }

  void downsample() {
    const SeriesId of = series();
    const TimeRange within = range();
    const auto buckets = *store_.silo().downsample(access_, of, within, 2 + below(30));
    const auto want = oracle_.read(of, within, now());
    std::uint64_t count = 0;
    double lowest = INFINITY;
    double highest = -INFINITY;
    for (const Bucket& bucket : buckets) {
      count += bucket.count;
      lowest = std::min(lowest, bucket.minimum.value_or(INFINITY));
      highest = std::max(highest, bucket.maximum.value_or(-INFINITY));
    }
    double want_lowest = INFINITY;
    double want_highest = -INFINITY;
    for (const Sample& s : want) {
      if (!s.value || s.value->starts_with("W")) continue;
      want_lowest = std::min(want_lowest, std::stod(*s.value));
      want_highest = std::max(want_highest, std::stod(*s.value));
    }
    ASSERT_EQ(count, want.size());
    ASSERT_EQ(lowest, want_lowest);
    ASSERT_EQ(highest, want_highest);
  }

  void seal() { ASSERT_TRUE(store_.silo().seal(below(2) == 0)); }

  void advance() {
    const bool far = below(40) == 0;
    const std::uint64_t seconds = far ? 100 * 86'400 : 6 * 3'600;
    store_.clock().advance(Duration::seconds(static_cast<std::int64_t>(below(seconds))));
  }

  void upkeep() {
    if (below(3) == 0) {
      ASSERT_TRUE(store_.silo().purge());
      ASSERT_EQ(store_.silo().statistics().overdue, Duration());
    } else if (below(3) == 0) {
      store_.reopen();
      ASSERT_TRUE(store_.silo().verify_journal());
    }
  }

  std::mt19937_64 random_;
  struct ClockedStore : TemporaryStore {
    using TemporaryStore::TemporaryStore;
    Time now() const { return const_cast<ClockedStore*>(this)->clock().now(); }
  };
  ClockedStore store_;
  const Access access_;
  std::vector<SeriesId> series_;
  Oracle oracle_;
};

TEST(Silo, behaves_like_a_plain_list_through_reopenings_sealings_and_expiry) {
  const std::uint64_t first_seed = std::random_device{}();
  for (std::uint64_t seed = first_seed; seed < first_seed + 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Driver driver(seed, seed % 2 == 0 ? 200 : 100'000);
    for (int step = 0; step < 400; ++step) {
      driver.step();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

/// Appends numbered batches and tells each acknowledged number through `out`, until it is killed.
[[noreturn]] void append_until_killed(const StoreOptions& options, OrganizationId organization,
                                      int out) {
  SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::nowhere());
  const auto store = *Store::open(options, clock, random, log);
  const auto silo = *store->silo(organization);
  const Access access = *store->policy()->access("child", "service.monitoring", "organization");
  const SeriesId x = *silo->series(access, kItemKind, "x");
  for (std::uint64_t number = silo->last_batch("child") + 1;; ++number) {
    Batch batch{"child", number, {}};
    for (int i = 0; i < 20; ++i) {
      batch.samples.push_back(
          {x, sample(TemporaryStore::kStart +
                         Duration::milliseconds(static_cast<std::int64_t>(number) * 20 + i),
                     std::to_string(number))});
    }
    if (!silo->append(access, batch)) ::_exit(1);
    if (::write(out, &number, sizeof(number)) != sizeof(number)) ::_exit(2);
  }
}

TEST(Silo, acknowledged_batches_survive_a_kill_whole_and_once) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  TemporaryStore store(test_policy(), 300);  // so that kills meet sealings too
  std::uint64_t acknowledged = 0;
  for (int kill = 0; kill < 8; ++kill) {
    store.close();
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) append_until_killed(store.options(), store.organization(), pipe[1]);
    ::close(pipe[1]);
    const std::uint64_t enough = acknowledged + 1 + random() % 60;
    while (acknowledged < enough) {
      ASSERT_EQ(::read(pipe[0], &acknowledged, sizeof(acknowledged)),
                static_cast<ssize_t>(sizeof(acknowledged)));
    }
    ::kill(child, SIGKILL);
    std::uint64_t more = 0;
    while (::read(pipe[0], &more, sizeof(more)) == static_cast<ssize_t>(sizeof(more))) {
      acknowledged = more;
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    store.reopen();
    const SeriesId x = *store.silo().series(store.access(), kItemKind, "x");
    std::uint64_t count = 0;
    ASSERT_TRUE(
        store.silo().read(store.access(), x, {}, [&](const SampleView&) { return ++count > 0; }));
    const std::uint64_t last = store.silo().last_batch("child");
    EXPECT_GE(last, acknowledged);
    EXPECT_EQ(count, last * 20);
    EXPECT_TRUE(store.silo().verify_journal());
  }
}

bool same_samples(const heed::silo::Run& a, const heed::silo::Run& b) {
  return std::ranges::equal(a.items(), b.items(), [&](const auto& x, const auto& y) {
    return x.at == y.at && x.device == y.device && x.arrival_ms == y.arrival_ms &&
           x.flags == y.flags && x.gap == y.gap && a.text(x) == b.text(y);
  });
}

TEST(Chunk, gives_back_every_recorded_machine_day) {
  int files = 0;
  for (const char* machine : {"mazak01", "mazak03", "gfagie01", "hurco", "okuma", "parts"}) {
    const std::string folder = std::string(HEED_DATA_DIR) + "/machines/" + machine;
    for (const std::string& name : names_in(folder)) {
      if (!name.ends_with(".txt")) continue;
      ++files;
      std::map<std::string, heed::silo::Run> runs;
      std::ifstream file(folder + "/" + name);
      for (std::string line; std::getline(file, line);) {
        const std::size_t key = line.find('|');
        const std::size_t value = line.find('|', key + 1);
        const auto at = parse_time(line.substr(0, key));
        if (!at || value == std::string::npos) continue;
        heed::silo::Run& run = runs[line.substr(key, value - key)];
        if (run.size() == kChunkSamples) continue;
        heed::silo::Run::Item item;
        item.at = item.device = at->nanoseconds();
        item.arrival_ms = at->milliseconds() + 2;
        run.add(item, line.substr(value + 1));
      }
      for (auto& [key, run] : runs) {
        run.sort();
        const auto back = decode_chunk(encode_chunk(run));
        ASSERT_TRUE(back && same_samples(run, *back)) << name << key;
      }
    }
  }
  EXPECT_EQ(files, 30);
}

}  // namespace
}  // namespace heed::silo
