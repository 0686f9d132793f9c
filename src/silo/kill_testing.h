// For tests and benchmarks: a serving silo under kill -9 (DESIGN §9, row 11). A child process takes
// writes of every sort from a few threads at once and tells of each, through a pipe, before it asks
// for it and once it was acknowledged. It is killed at a random moment; then the parent opens the
// silo itself. All that was acknowledged must be there, nothing that was refused, and of what was
// under way all or nothing. Never included by the program.
#pragma once

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "silo/kv.h"
#include "silo/mall_testing.h"

namespace heed::silo {

namespace kill_test {

constexpr int kThreads = 3;
constexpr int kPersonsARound = 40;
constexpr int kNobody = -1;
constexpr std::string_view kRecipient = "payments";

/// One write as it goes through the pipe: words without blanks.
struct Step {
  std::string verb, id = "-", value = "-";
  int person = kNobody;
  std::uint64_t number = 0;
  std::string text() const {
    return fmt::format("{} {} {} {} {}", verb, id, value, person, number);
  }
  static Step parse(std::istream& in) {
    Step step;
    in >> step.verb >> step.id >> step.value >> step.person >> step.number;
    return step;
  }
};

inline SubjectId subject_of(int person) {
  if (person == kNobody) return {};
  SeededRandom random(0x5eed'0000'0000 + static_cast<std::uint64_t>(person));
  return SubjectId::make(random);
}
/// Somebody who is never erased, so that a hold on them stops nothing.
inline int held_person(int thread) {
  return 10'000'000 + thread;
}

inline StoreOptions options_in(const std::string& directory) {
  StoreOptions options;
  options.data_directory = directory + "/data";
  options.key_directory = directory + "/keys";
  options.cache_bytes = 1U << 20;
  options.write_buffer_bytes = 4U << 20;
  options.head_samples = 100;  // so that kills meet sealings
  options.policy = mall_policy();
  return options;
}
inline Access engine_of(const Store& store) {
  return *store.policy()->access("server", "operation", "engine");
}
inline Record note_of(std::string id, int person, std::string value) {
  return {mall::kNote,
          std::move(id),
          subject_of(person),
          "site.form",
          {std::move(value), std::string("tea"), FieldValue()},
          {}};
}

// The child ---------------------------------------------------------------------------------------

/// One thread of the child: writes until it is killed.
class Writer {
 public:
  Writer(Silo& silo, const Store& store, int thread, int round, std::uint64_t seed, bool honest)
      : silo_(silo),
        honest_(honest),
        engine_(engine_of(store)),
        billing_(*store.policy()->access("server", "service.billing", "processor.payments")),
        stranger_(*store.policy()->access("stranger", "service.billing", "third_party")),
        thread_(thread),
        round_(round),
        random_(seed + static_cast<std::uint64_t>(thread)),
        sender_(fmt::format("t{}", thread)),
        series_(*silo.series(engine_, mall::kGauge, sender_)),
        batch_(silo.last_batch(sender_)) {}

  [[noreturn]] void serve() {
    for (;;) {
      const Step step = next();
      say(fmt::format("{} try {}", thread_, step.text()));
      const std::string answer = perform(step);
      say(fmt::format("{} {}", thread_, answer));
    }
  }
  static void say(const std::string& line) {
    const std::string whole = line + "\n";  // one write of at most PIPE_BUF bytes is never torn
    if (::write(STDOUT_FILENO, whole.data(), whole.size()) != std::ssize(whole)) ::_exit(2);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::string unique() { return fmt::format("v{}.{}.{}", thread_, round_, ++values_); }
  std::string id(std::string_view kind) { return fmt::format("t{}.{}{}", thread_, kind, below(6)); }
  int person() {
    const int round = std::max(0, round_ - static_cast<int>(below(3)));
    return (round * kThreads + thread_) * kPersonsARound + static_cast<int>(below(kPersonsARound));
  }
  Step next() {
    switch (below(16)) {
      case 0:
      case 1:
      case 2: return {"put", id("n"), unique(), below(3) == 0 ? kNobody : person()};
      case 3: return {"commit", std::to_string(below(6)), unique(), person()};
      case 4: return {"patch", id("n"), unique()};
      case 5: return {"remove", id("n")};
      case 6:
      case 7: return {"append", "-", unique(), kNobody, batch_ + 1};
      case 8: return {"note", "-", unique(), below(2) == 0 ? kNobody : person()};
      case 9: return {"opt_out", id("c"), "no", person()};
      case 10: return {"forget", "-", "-", person()};
      case 11: return {"hold", id("h")};
      case 12: return {"lift", id("h")};
      case 13: return {"share", id("n"), unique()};
      case 14: return {"recall", "-", "-", person()};
      default: return {"stranger", id("never"), unique(), person()};
    }
  }
  std::string perform(const Step& step) {
    if (!honest_ && step.verb == "put" && below(20) == 0) return "ok -";
    if (step.verb == "commit") return told(silo_.commit(engine_, changes_of(step)));
    if (step.verb == "patch") {
      const Patch patch{mall::kNote, step.id, {{"said", step.value}}};
      return told(silo_.commit(engine_, {patch}));
    }
    if (step.verb == "remove") return told(silo_.remove(engine_, mall::kNote, step.id));
    if (step.verb == "append") return append(step);
    if (step.verb == "note") {
      const std::string detail = fmt::format(R"({{"n":"{}"}})", step.value);
      return told(silo_.note(engine_, "noted", detail, {subject_of(step.person)}));
    }
    if (step.verb == "forget") {
      const auto receipt = silo_.forget(engine_, subject_of(step.person), "request 17");
      return receipt ? fmt::format("ok {}", receipt->number) : told(receipt);
    }
    if (step.verb == "hold") return told(silo_.place_hold(engine_, hold_of(step)));
    if (step.verb == "lift") return told(silo_.lift_hold(engine_, step.id));
    if (step.verb == "share") {
      const auto shared =
          silo_.share(billing_, {mall::kNote, step.id, {"said"}, std::string(kRecipient), {}});
      return shared ? "ok " + shared->package.text() : told(shared);
    }
    if (step.verb == "recall") {
      const auto called = silo_.recall(engine_, subject_of(step.person));
      return called ? fmt::format("ok {}", *called) : told(called);
    }
    if (step.verb == "opt_out") {
      const Record choice{mall::kChoice, step.id,      subject_of(step.person),
                          "site.form",   {step.value}, {}};
      return told(silo_.put(engine_, choice));
    }
    const Access& by = step.verb == "stranger" ? stranger_ : engine_;
    return told(silo_.put(by, note_of(step.id, step.person, step.value)));
  }
  /// Two records of one value, and a third one gone.
  std::vector<Change> changes_of(const Step& step) const {
    const auto name = [&](char which) { return fmt::format("t{}.{}{}", thread_, which, step.id); };
    return {Put{note_of(name('a'), step.person, step.value)},
            Put{note_of(name('b'), step.person, step.value)}, Removal{mall::kNote, name('n')}};
  }
  Hold hold_of(const Step& step) const {
    return {.id = step.id,
            .subject = subject_of(held_person(thread_)),
            .reason = "litigation",
            .until = Time::from_seconds(4'000'000'000)};
  }
  std::string append(const Step& step) {
    Batch batch{sender_, step.number, {}};
    for (std::uint64_t i = 0; i <= step.number % 7; ++i) {
      const Time at = TemporaryStore::kStart +
                      Duration::seconds(static_cast<std::int64_t>(step.number * 600 + i));
      batch.samples.push_back({series_, {at, at, at, 0, fmt::format("{}/{}", step.value, i)}});
    }
    const auto appended = silo_.append(engine_, batch);
    if (appended) batch_ = step.number;
    return told(appended);
  }
  template <class T>
  static std::string told(const Governed<T>& done) {
    if (done) return "ok -";
    const Error* error = done.error().error();
    const bool expected = error == nullptr || error->kind == ErrorKind::kConflict ||
                          error->kind == ErrorKind::kNotFound;
    return expected ? "no -" : "bad " + done.error().message();
  }

  Silo& silo_;
  const bool honest_;
  const Access engine_, billing_, stranger_;
  const int thread_, round_;
  std::mt19937_64 random_;
  const std::string sender_;
  const SeriesId series_;
  std::uint64_t batch_;
  std::uint64_t values_ = 0;
};

/// What the child process does. One that is not honest acknowledges some writes without making
/// them.
[[noreturn]] inline void serve_until_killed(const std::string& directory, int round,
                                            std::uint64_t seed, bool honest = true) {
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::standard_error());
  const auto store = Store::open(options_in(directory), clock, random, log);
  require(store.has_value(), store ? "" : store.error().message);
  const auto silo = (*store)->silo((*store)->organizations().front());
  require(silo.has_value(), silo ? "" : silo.error().message);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { Writer(**silo, **store, i, round, seed, honest).serve(); });
  }
  std::mt19937_64 drawn(seed);
  for (;;) {  // upkeep, as a server does it, but without rest
    const auto seal = (*silo)->seal(drawn() % 2 == 0);
    const auto purged = (*silo)->purge();
    require(seal && purged, "upkeep succeeds");
    if (drawn() % 4 == 0) require((*silo)->scrub(true).has_value(), "files are written anew");
    if (drawn() % 4 == 0) {
      require((*store)->rotate_organization_key((*silo)->organization()).has_value(), "rotated");
    }
    ::usleep(static_cast<useconds_t>(drawn() % 20'000));
  }
}

// The parent --------------------------------------------------------------------------------------

/// What one thread's acknowledged writes come to.
struct State {
  std::map<std::string, std::pair<int, std::string>> notes;  ///< id → person, said
  std::map<std::string, int> opted_out;                      ///< id → person
  std::multiset<std::string> samples;
  std::set<std::string> noted;
  std::set<int> erased;
  std::set<std::string> holds;
  std::uint64_t batch = 0;
  bool operator==(const State&) const = default;

  void apply(int thread, const Step& step) {
    const auto name = [&](char which) { return fmt::format("t{}.{}{}", thread, which, step.id); };
    if (step.verb == "put") notes[step.id] = {step.person, step.value};
    if (step.verb == "commit") {
      notes[name('a')] = notes[name('b')] = {step.person, step.value};
      notes.erase(name('n'));
    }
    if (step.verb == "patch" && notes.contains(step.id)) notes[step.id].second = step.value;
    if (step.verb == "remove") notes.erase(step.id);
    if (step.verb == "note") noted.insert(step.value);
    if (step.verb == "opt_out") opted_out[step.id] = step.person;
    if (step.verb == "hold") holds.insert(step.id);
    if (step.verb == "lift") holds.erase(step.id);
    if (step.verb == "append") {
      batch = step.number;
      for (std::uint64_t i = 0; i <= step.number % 7; ++i) {
        samples.insert(fmt::format("{}/{}", step.value, i));
      }
    }
    if (step.verb == "forget") {
      erased.insert(step.person);
      std::erase_if(notes, [&](const auto& note) { return note.second.first == step.person; });
      std::erase_if(opted_out, [&](const auto& one) { return one.second == step.person; });
    }
  }
  std::string text() const {
    return fmt::format("{} notes, {} opt-outs, {} samples, {} noted, {} erased, {} holds, batch {}",
                       notes.size(), opted_out.size(), samples.size(), noted.size(), erased.size(),
                       holds.size(), batch);
  }
};

/// One silo and its lives. Tells what is wrong in faults().
class KilledSilo {
 public:
  struct Tally {
    std::uint64_t kills = 0, acknowledged = 0, refused = 0, cut_short = 0, happened = 0;
    std::uint64_t opt_outs = 0, erasures = 0, receipts = 0, disclosures = 0, put_back = 0,
                  opened = 0;
    void add(const Tally& other) {
      kills += other.kills;
      acknowledged += other.acknowledged;
      refused += other.refused;
      cut_short += other.cut_short;
      happened += other.happened;
      opt_outs += other.opt_outs;
      erasures += other.erasures;
      receipts += other.receipts;
      disclosures += other.disclosures;
      put_back += other.put_back;
      opened += other.opened;
    }
  };

  /// `child` and then `words` start the program that calls serve_until_killed(); behind them come
  /// the directory, the round and a seed.
  KilledSilo(std::vector<std::string> child, std::uint64_t seed)
      : child_(std::move(child)), random_(seed) {
    open();
    const auto made = store_->create(OrganizationId::make(system_));
    require(made.has_value(), made ? "" : made.error().message);
    silo_ = *made;
    const Time now = clock_.now();
    const Contract contract{.id = "c",
                            .recipient = std::string(kRecipient),
                            .party = "processor.payments",
                            .purposes = {"service.billing"},
                            .tasks = {{"note", {"said"}}},
                            .confidential = true,
                            .starts = now - Duration::days(1),
                            .ends = now + Duration::days(30),
                            .safeguard = "",
                            .key = OpeningKey::make(system_).public_key().bytes()};
    const auto placed = silo_->place_contract(engine_of(*store_), contract);
    require(placed.has_value(), placed ? "" : placed.error().message());
    close();
  }

  /// A child lives up to `longest`, from its start or from the first thing it acknowledged.
  void live_and_die(Duration longest) {
    const Duration life = Duration::microseconds(static_cast<std::int64_t>(
        random_() % (static_cast<std::uint64_t>(longest.count_nanoseconds()) / 1'000)));
    run_child(life, random_() % 4 != 0);
    ++tally_.kills;
    open();
    check();
    close();
    if (round_++ % 4 == 3) keep_rows();
  }
  /// At the end: somebody puts back rows as they once were stored, byte by byte. Those of who was
  /// erased do not open, those of others do.
  void put_back_old_rows();
  const std::vector<std::string>& faults() const { return faults_; }
  const Tally& tally() const { return tally_; }

 private:
  void fault(std::string what) {
    faults_.push_back(fmt::format("round {}: {}", round_, std::move(what)));
  }
  void open() {
    auto opened = Store::open(options_in(directory_.path()), clock_, system_, log_);
    require(opened.has_value(), opened ? "" : opened.error().message);
    store_ = *std::move(opened);
    if (store_->organizations().empty()) return;
    auto silo = store_->silo(store_->organizations().front());
    require(silo.has_value(), silo ? "" : silo.error().message);
    silo_ = *silo;
  }
  void close() {
    silo_.reset();
    store_.reset();
  }
  void run_child(Duration life, bool from_first_acknowledged);
  void take(const std::string& line);
  void acknowledge(int thread, const std::string& answer);
  void check();
  void check_erased(int person);
  void check_handed_on();
  State found(int thread, const std::set<std::string>& noted);
  std::set<std::string> all_noted();
  void keep_rows();
  void forget_every_other();
  std::string database() const;

  const TemporaryDirectory directory_{::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"};
  const std::vector<std::string> child_;
  const SystemClock clock_;
  SystemRandom system_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  std::mt19937_64 random_;
  std::unique_ptr<Store> store_;
  std::shared_ptr<Silo> silo_;
  int round_ = 0;
  State states_[kThreads];
  std::optional<Step> pending_[kThreads];
  std::set<int> persons_[kThreads];        ///< Whoever was named
  std::map<int, std::uint64_t> receipts_;  ///< person → number of their erasure
  std::set<int> verified_;                 ///< whose receipt was found genuine
  std::map<std::string, int> packages_;    ///< that were handed on → whose
  std::set<int> recalled_;
  std::map<Bytes, std::map<int, Bytes>> rows_;  ///< As they once were: key → person → value
  std::optional<SignedHead> head_;
  Tally tally_;
  std::vector<std::string> faults_;
};

inline void KilledSilo::run_child(Duration life, bool from_first_acknowledged) {
  int ends[2] = {-1, -1};
  require(::pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
  std::vector<std::string> words = child_;
  words.insert(words.end(), {directory_.path(), std::to_string(round_), std::to_string(random_())});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t process = ::fork();
  require(process >= 0, "a process can be made");
  if (process == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string heard;
  bool ended = false;
  const std::uint64_t before = tally_.acknowledged;
  const auto hear = [&](int milliseconds) {
    pollfd one{ends[0], POLLIN, 0};
    if (::poll(&one, 1, milliseconds) <= 0) return;
    char bytes[65'536];
    const ssize_t got = ::read(ends[0], bytes, sizeof(bytes));
    ended = got <= 0;
    if (got > 0) heard.append(bytes, static_cast<std::size_t>(got));
    for (std::size_t end; (end = heard.find('\n')) != std::string::npos; heard.erase(0, end + 1)) {
      take(heard.substr(0, end));
    }
  };
  while (from_first_acknowledged && tally_.acknowledged == before && !ended) hear(100);
  const Duration until = clock_.steady() + life;
  while (clock_.steady() < until && !ended) hear(1);
  ::kill(process, SIGKILL);
  while (!ended) hear(100);
  int status = 0;
  ::waitpid(process, &status, 0);
  ::close(ends[0]);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) fault("the child ended by itself");
}

inline void KilledSilo::take(const std::string& line) {
  std::istringstream in(line);
  int thread = 0;
  std::string word;
  in >> thread >> word;
  if (word == "try") {
    pending_[thread] = Step::parse(in);
    if (pending_[thread]->person != kNobody) persons_[thread].insert(pending_[thread]->person);
    return;
  }
  std::string answer;
  std::getline(in >> std::ws, answer);
  if (word == "ok") return acknowledge(thread, answer);
  pending_[thread].reset();
  ++tally_.refused;
  if (word == "bad") fault(answer);
}

inline void KilledSilo::acknowledge(int thread, const std::string& answer) {
  const Step step = *std::exchange(pending_[thread], std::nullopt);
  ++tally_.acknowledged;
  if (step.verb == "stranger") return fault("a stranger's write was taken");
  if (step.verb == "share") packages_[answer] = states_[thread].notes[step.id].first;
  if (step.verb == "recall" && answer != "0") recalled_.insert(step.person);
  if (step.verb == "forget") receipts_[step.person] = std::stoull(answer);
  tally_.opt_outs += step.verb == "opt_out" ? 1 : 0;
  if (step.verb == "forget" && !states_[thread].erased.contains(step.person)) ++tally_.erasures;
  states_[thread].apply(thread, step);
}

inline void KilledSilo::check() {
  const std::set<std::string> noted = all_noted();
  for (int thread = 0; thread < kThreads; ++thread) {
    const State there = found(thread, noted);
    State& told = states_[thread];
    if (pending_[thread]) {
      ++tally_.cut_short;
      State with = told;
      with.apply(thread, *pending_[thread]);
      if (there == with && with != told) {
        ++tally_.happened;
        told = std::move(with);
      }
    }
    if (there != told) {
      fault(fmt::format("of thread {} there are\n  {}\nand were acknowledged\n  {}\nunder way: {}",
                        thread, there.text(), told.text(),
                        pending_[thread] ? pending_[thread]->text() : "nothing"));
    }
    pending_[thread].reset();
    for (const int person : told.erased) check_erased(person);
  }
  check_handed_on();
  const auto verified = silo_->verify_journal();
  if (!verified) return fault("the journal: " + verified.error().message);
  if (head_) {
    const auto proof =
        silo_->prove_growth(engine_of(*store_), head_->head.entries, verified->head.entries);
    if (!proof || !merkle::verify_consistency(head_->head.entries, verified->head.entries,
                                              head_->head.root, verified->head.root, *proof)) {
      fault("a head that was given away is denied");
    }
  }
  head_ = *verified;
}

inline State KilledSilo::found(int thread, const std::set<std::string>& noted) {
  const Access engine = engine_of(*store_);
  const std::string prefix = fmt::format("t{}.", thread);
  State there;
  std::map<SubjectId, int> names;
  for (const int person : persons_[thread]) {
    names[subject_of(person)] = person;
    if (silo_->is_erased(subject_of(person))) there.erased.insert(person);
  }
  const auto who = [&](const Record& record) {
    return record.subject.is_nil() ? kNobody : names.at(record.subject);
  };
  for (const Record& record : silo_->scan(engine, mall::kNote, prefix, "", 1'000)->records) {
    there.notes[record.id] = {who(record), std::get<std::string>(record.fields[0])};
  }
  for (const Record& record : silo_->scan(engine, mall::kChoice, prefix, "", 1'000)->records) {
    there.opted_out[record.id] = who(record);
  }
  const std::string sender = fmt::format("t{}", thread);
  there.batch = silo_->last_batch(sender);
  for (const SeriesName& series : *silo_->list_series(engine, mall::kGauge, sender)) {
    const auto read = silo_->read(engine, series.id, {}, [&](const SampleView& sample) {
      there.samples.emplace(sample.text);
      return true;
    });
    if (!read) fault("a series: " + read.error().message());
  }
  for (const Hold& hold : *silo_->holds(engine)) {
    if (hold.id.starts_with(prefix)) there.holds.insert(hold.id);
  }
  const std::string mine = fmt::format("v{}.", thread);
  for (const std::string& one : noted) {
    if (one.starts_with(mine)) there.noted.insert(one);
  }
  return there;
}

inline std::set<std::string> KilledSilo::all_noted() {
  std::set<std::string> all;
  const Access engine = engine_of(*store_);
  for (std::uint64_t from = 1;;) {
    const auto page = silo_->journal(engine, from, 1'000);
    if (!page) fault("the journal: " + page.error().message());
    if (!page || page->empty()) return all;
    for (const JournalEntry& entry : *page) {
      if (entry.what != "noted") continue;
      all.insert(entry.detail.substr(6, entry.detail.size() - 8));  // {"n":"…"}
    }
    from = page->back().number + 1;
  }
}

/// Erased as a whole: nobody is told anything of them, and the receipt says when.
inline void KilledSilo::check_erased(int person) {
  const Access engine = engine_of(*store_);
  const SubjectId subject = subject_of(person);
  const auto standing = silo_->standing(engine, subject);
  if (!standing || !standing->erased) return fault(fmt::format("person {} is back", person));
  const auto number = receipts_.find(person);
  if (number != receipts_.end() && number->second != standing->erasure) {
    fault(fmt::format("the receipt of person {} was {}, and is {}", person, number->second,
                      standing->erasure));
  }
  const bool known = number != receipts_.end() && !verified_.insert(person).second;
  receipts_[person] = standing->erasure;
  const auto left = silo_->holdings(engine, subject);
  if (!left || !left->empty()) fault(fmt::format("something is held of person {}", person));
  if (known) return;
  const auto lines = silo_->receipt(engine, standing->erasure);
  const auto receipt = lines ? verify_receipt(*lines, silo_->journal_key())
                             : Result<ErasureReceipt>(fail(ErrorKind::kNotFound, "none"));
  if (receipt && receipt->cryptographic) {
    ++tally_.receipts;
  } else {
    fault(fmt::format("the receipt of person {}: {}", person,
                      receipt ? "no key was overwritten" : receipt.error().message));
  }
}

/// What was handed on and of whom, unless they were erased since; and who was called back.
inline void KilledSilo::check_handed_on() {
  const Access engine = engine_of(*store_);
  std::set<std::string> known;
  for (std::uint64_t from = 1;;) {
    const auto lines = silo_->disclosures_to(engine, kRecipient, from, 1'000);
    if (!lines) return fault("the ledger: " + lines.error().message());
    if (lines->empty()) break;
    for (const Disclosed& line : *lines) known.insert(line.package.text());
    from = lines->back().entry + 1;
  }
  std::set<std::string> called;
  for (std::uint64_t after = 0;;) {
    const auto due = silo_->recalls(engine, after, 1'000);
    if (!due) return fault("the recalls: " + due.error().message());
    if (due->empty()) break;
    for (const Recall& recall : *due) {
      for (const PackageId& package : recall.packages) called.insert(package.text());
    }
    after = due->back().number;
  }
  for (const auto& [package, person] : packages_) {
    const bool erased = std::ranges::any_of(
        states_, [&](const State& state) { return state.erased.contains(person); });
    if (!erased && !known.contains(package)) fault("the ledger lacks what was handed on");
    if (erased && !called.contains(package)) fault("what was got of an erased one stays out");
  }
  for (const int person : recalled_) {
    const bool any = std::ranges::any_of(packages_, [&](const auto& one) {
      return one.second == person && called.contains(one.first);
    });
    const bool known_at_all =
        std::ranges::any_of(packages_, [&](const auto& one) { return one.second == person; });
    if (known_at_all && !any) fault("a recall that was acknowledged is lost");
  }
  tally_.disclosures = packages_.size();
}

inline std::string KilledSilo::database() const {
  const std::string silos = directory_.path() + "/data/silos/";
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::nowhere());
  const auto store = Store::open(options_in(directory_.path()), clock, random, log);
  require(store.has_value(), store ? "" : store.error().message);
  return silos + (*store)->organizations().front().text();
}

inline Bytes row_key(KindId kind, std::string_view id) {
  return ByteWriter().u16(kind.number).raw(id).take();
}

inline void KilledSilo::keep_rows() {
  const kv::SharedMemory memory(1U << 20, 1U << 20);
  const auto rows = *kv::Database::open(database(), memory);
  for (const State& state : states_) {
    for (const auto& [id, note] : state.notes) {
      if (note.first == kNobody) continue;
      const Bytes key = row_key(mall::kNote, id);
      const auto value = rows->get(kv::Family::kRecords, key);
      require(value && *value, "a note has its row");
      rows_[key][note.first] = **value;
    }
  }
}

/// Of those whose rows were kept.
inline void KilledSilo::forget_every_other() {
  open();
  std::set<int> persons;
  for (const auto& [key, old] : rows_) {
    for (const auto& [person, value] : old) persons.insert(person);
  }
  for (const int person : persons) {
    if (person % 2 == 0) continue;
    const int thread = person / kPersonsARound % kThreads;
    const auto receipt = silo_->forget(engine_of(*store_), subject_of(person), "request 18");
    if (!receipt) fault("somebody cannot be forgotten: " + receipt.error().message());
    states_[thread].apply(thread, {.verb = "forget", .person = person});
  }
  close();
}

/// One row of each key at a time, until none is left.
inline void KilledSilo::put_back_old_rows() {
  forget_every_other();
  while (!rows_.empty() && faults_.empty()) {
    std::map<std::string, bool> ids;  // and whether it was of somebody who is erased
    {
      const kv::SharedMemory memory(1U << 20, 1U << 20);
      const auto rows = *kv::Database::open(database(), memory);
      kv::Changes changes;
      for (auto& [key, old] : rows_) {
        const int person = old.begin()->first;
        ids[key.substr(2)] = std::ranges::any_of(
            states_, [&](const State& state) { return state.erased.contains(person); });
        changes.put(kv::Family::kRecords, key, old.begin()->second);
        old.erase(old.begin());
      }
      std::erase_if(rows_, [](const auto& row) { return row.second.empty(); });
      require(rows->write(changes, kv::Sync::kYes).has_value(), "rows are put back");
    }
    open();
    for (const auto& [id, erased] : ids) {
      ++(erased ? tally_.put_back : tally_.opened);
      const auto record = silo_->find(engine_of(*store_), mall::kNote, id);
      const bool given = record && *record;
      if (erased && given) fault("a record of an erased person opens again: " + id);
      if (!erased && !given) fault("a record of somebody who is here does not open again: " + id);
    }
    close();
  }
}

}  // namespace kill_test

}  // namespace heed::silo
