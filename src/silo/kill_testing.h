// For tests and benchmarks: a serving silo under kill -9 (DESIGN §9, row 11). A child process takes
// writes of every sort from a few threads at once (silo/kill_child_testing.h) and tells of each,
// through a pipe, before it asks for it and once it was acknowledged. It is killed at a random
// moment; then the parent opens the silo itself. All that was acknowledged must be there, to the
// byte, nothing that was refused, and of what was under way all or nothing. Never included by the
// program.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "silo/blobs.h"
#include "silo/chunk_store.h"
#include "silo/kill_child_testing.h"
#include "silo/kv.h"

namespace heed::silo::kill_test {

/// A photo, with the content of its fields in short.
struct Photo {
  int person = kNobody, partner = kNobody, guest = kNobody;
  std::string title, picture = {}, portrait = {};
  bool operator==(const Photo&) const = default;

  /// Whether somebody else owns it still.
  bool outlives(int gone) {
    if (partner == gone) partner = kNobody;
    if (guest == gone) guest = kNobody, portrait.clear();
    if (person == gone) person = partner;
    return person != kNobody;
  }
};

/// What one thread's acknowledged writes come to.
struct State {
  std::map<std::string, std::pair<int, std::string>> notes;  ///< id → person, said
  std::map<std::string, int> opted_out;                      ///< id → person
  std::map<std::string, Photo> photos;
  std::map<int, std::multiset<std::string>>
      samples;  ///< Of the gauge, which is nobody's, and of persons
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
    if (step.verb == "append") append(step);
    if (step.verb == "forget") forget(step.person);
    apply_to_photos(step);
  }
  void apply_to_photos(const Step& step) {
    if (step.verb == "photo") photos.erase(step.id);
    if (step.verb == "unphoto") photos.erase(step.id);
    if (step.verb == "photo" || (step.verb == "rephoto" && photos.contains(step.id))) {
      Photo& photo = photos[step.id];
      photo = {step.person, partner_of(step), guest_of(step),
               step.value,  photo.picture,    photo.portrait};
    }
    if (!photos.contains(step.id)) return;
    const auto content = [&] { return in_short(content_of(step.value, step.number)); };
    if (step.verb == "picture") photos[step.id].picture = content();
    if (step.verb == "portrait") photos[step.id].portrait = content();
  }
  void append(const Step& step) {
    batch = step.number;
    for (const Sampled& one : samples_of(step)) {
      if (!erased.contains(one.person)) samples[one.person].insert(line_of(one.at, one.text));
    }
  }
  static std::string line_of(Time at, std::string_view text) {
    return fmt::format("{} {}", at.nanoseconds(), text);
  }
  void forget(int person) {
    erased.insert(person);
    samples.erase(person);
    std::erase_if(notes, [&](const auto& note) { return note.second.first == person; });
    std::erase_if(opted_out, [&](const auto& one) { return one.second == person; });
    for (auto photo = photos.begin(); photo != photos.end();) {
      photo = photo->second.outlives(person) ? std::next(photo) : photos.erase(photo);
    }
  }
  std::uint64_t samples_of_persons() const {
    std::uint64_t count = 0;
    for (const auto& [person, all] : samples) count += person == kNobody ? 0 : all.size();
    return count;
  }
  std::string text() const {
    const auto gauge = samples.find(kNobody);
    return fmt::format(
        "{} notes, {} opt-outs, {} photos, {} samples and {} of persons, {} noted, {} erased, {} "
        "holds, batch {}",
        notes.size(), opted_out.size(), photos.size(),
        gauge == samples.end() ? 0 : gauge->second.size(), samples_of_persons(), noted.size(),
        erased.size(), holds.size(), batch);
  }
};

/// One silo and its lives. Tells what is wrong in faults().
class KilledSilo {
 public:
  struct Tally {
    std::uint64_t kills = 0, acknowledged = 0, refused = 0, cut_short = 0, happened = 0;
    std::uint64_t opt_outs = 0, erasures = 0, receipts = 0, disclosures = 0, put_back = 0,
                  opened = 0;
    std::uint64_t samples = 0, contents = 0, content_bytes = 0, series_put_back = 0;
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
      samples += other.samples;
      contents += other.contents;
      content_bytes += other.content_bytes;
      series_put_back += other.series_put_back;
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
  void check_series_erased(int person);
  State found(int thread, const std::set<std::string>& noted);
  void find_photos(int thread, const std::map<SubjectId, int>& names, State& there);
  void find_samples(int thread, const std::map<SubjectId, int>& names, State& there);
  std::string content(const Record& photo, std::size_t field);
  std::set<std::string> all_noted();
  void keep_rows();
  void keep_series_rows(const kv::Database& database);
  void check_pieces(const kv::Database& database);
  void forget_every_other();
  void put_back_old_series();
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
  std::map<int, SeriesId> series_;              ///< Of persons, once they were seen
  /// As they once were: person → rows of their series' name and chunks
  std::map<int, std::vector<std::tuple<kv::Family, Bytes, Bytes>>> series_rows_;
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
    for (const int person : persons_of(*pending_[thread])) persons_[thread].insert(person);
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
  if (step.verb.starts_with("stranger.")) return fault("a stranger's write was taken");
  if (step.verb == "broken") return fault("content that was cut short was taken");
  State& state = states_[thread];
  if (step.verb == "append") {
    tally_.samples += samples_of(step).size() - (step.number % 7 + 1);
    const bool all_here =
        !state.erased.contains(step.person) && !state.erased.contains(second_of(step.person));
    if (answer != "0" && all_here) fault("samples of somebody who is here were left out");
  }
  if (step.verb == "picture" || step.verb == "portrait") {
    ++tally_.contents;
    tally_.content_bytes += step.number;
    if (!state.photos.contains(step.id)) fault("content was taken of a photo that is not there");
  }
  if (step.verb == "share") packages_[answer] = state.notes[step.id].first;
  if (step.verb == "recall" && answer != "0") recalled_.insert(step.person);
  if (step.verb == "forget") receipts_[step.person] = std::stoull(answer);
  tally_.opt_outs += step.verb == "opt_out" ? 1 : 0;
  if (step.verb == "forget" && !state.erased.contains(step.person)) ++tally_.erasures;
  state.apply(thread, step);
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
  find_photos(thread, names, there);
  find_samples(thread, names, there);
  for (const Hold& hold : *silo_->holds(engine)) {
    if (hold.id.starts_with(prefix)) there.holds.insert(hold.id);
  }
  const std::string mine = fmt::format("v{}.", thread);
  for (const std::string& one : noted) {
    if (one.starts_with(mine)) there.noted.insert(one);
  }
  return there;
}

inline void KilledSilo::find_photos(int thread, const std::map<SubjectId, int>& names,
                                    State& there) {
  const auto who = [&](const FieldValue& field) {
    const auto* text = std::get_if<std::string>(&field);
    return text == nullptr ? kNobody : names.at(*SubjectId::parse(*text));
  };
  const auto page =
      silo_->scan(engine_of(*store_), mall::kPhoto, fmt::format("t{}.", thread), "", 1'000);
  for (const Record& photo : page->records) {
    there.photos[photo.id] = {names.at(photo.subject), who(photo.fields[1]),
                              who(photo.fields[2]),    std::get<std::string>(photo.fields[0]),
                              content(photo, 3),       content(photo, 4)};
  }
}

/// In short; nothing if the field says that there is none.
inline std::string KilledSilo::content(const Record& photo, std::size_t field) {
  const BlobPlace place{mall::kPhoto, photo.id, field == 3 ? "picture" : "portrait"};
  Bytes all;
  const auto read = silo_->read_blob(engine_of(*store_), place, 0, [&](BytesView bytes) {
    all += bytes;
    return true;
  });
  if (!read) {
    fault("content: " + read.error().message());
    return "damaged";
  }
  const auto* text = std::get_if<std::string>(&photo.fields[field]);
  const auto blob = text == nullptr ? std::nullopt : Blob::parse(*text);
  if (*read != blob.has_value() || (blob && blob->size != all.size())) {
    fault("the field of " + photo.id + " says otherwise than what is in it");
  }
  return *read ? in_short(all) : "";
}

inline void KilledSilo::find_samples(int thread, const std::map<SubjectId, int>& names,
                                     State& there) {
  const Access engine = engine_of(*store_);
  const std::string sender = fmt::format("t{}", thread);
  there.batch = silo_->last_batch(sender);
  const auto read = [&](SeriesId series, int person) {
    const auto done = silo_->read(engine, series, {}, [&](const SampleView& sample) {
      there.samples[person].insert(State::line_of(sample.at, sample.text));
      return true;
    });
    if (!done) fault("a series: " + done.error().message());
  };
  for (const SeriesName& series : *silo_->list_series(engine, mall::kGauge, sender)) {
    read(series.id, kNobody);
  }
  for (const SeriesName& series : *silo_->list_series(engine, mall::kPose, sender)) {
    const int person = names.at(series.subject);
    if (there.erased.contains(person)) fault("the series of an erased person is listed");
    const SeriesId known = series_.emplace(person, series.id).first->second;
    if (known != series.id) fault("a series has another number");
    read(series.id, person);
  }
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
  check_series_erased(person);
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

/// Not under the number that it had either.
inline void KilledSilo::check_series_erased(int person) {
  const auto series = series_.find(person);
  if (series == series_.end()) return;
  const Access engine = engine_of(*store_);
  bool any = false;
  const auto read = silo_->read(engine, series->second, {}, [&](const SampleView&) {
    any = true;
    return true;
  });
  const auto last = silo_->last_at(engine, series->second, Time::max());
  if (any || read || last) fault(fmt::format("the series of person {} is read", person));
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
    const auto keep = [&](KindId kind, const std::string& id, int person) {
      if (person == kNobody) return;
      const Bytes key = row_key(kind, id);
      const auto value = rows->get(kv::Family::kRecords, key);
      if (!value || !*value) {
        fault(fmt::format("{} of person {} has no row: {}", id, person,
                          value ? "none is there" : value.error().message));
        return;
      }
      rows_[key][person] = **value;
    };
    for (const auto& [id, note] : state.notes) keep(mall::kNote, id, note.first);
  }
  keep_series_rows(*rows);
  check_pieces(*rows);
}

inline void KilledSilo::keep_series_rows(const kv::Database& database) {
  std::map<std::uint32_t, int> persons;
  for (const auto& [person, series] : series_) {
    const bool erased = std::ranges::any_of(
        states_, [&](const State& state) { return state.erased.contains(person); });
    if (!erased) persons[series.number] = person;
  }
  for (const auto& [number, person] : persons) series_rows_[person].clear();
  auto names = database.cursor(kv::Family::kSeries);
  for (names.seek({}); names.valid(); names.next()) {
    const auto whose = persons.find(ByteReader(names.key()).u32());
    if (whose == persons.end()) continue;
    series_rows_[whose->second].emplace_back(kv::Family::kSeries, names.key(), names.value());
  }
  auto chunks = database.cursor(kv::Family::kChunks);
  for (chunks.seek({}); chunks.valid(); chunks.next()) {
    const auto whose = persons.find(ChunkKey::parse(chunks.key()).value_or(ChunkKey()).series);
    if (whose == persons.end()) continue;
    series_rows_[whose->second].emplace_back(kv::Family::kChunks, chunks.key(), chunks.value());
  }
}

/// Of content that was cut short, replaced or erased no piece is left.
inline void KilledSilo::check_pieces(const kv::Database& database) {
  std::uint64_t there = 0, told = 0;
  auto pieces = database.cursor(kv::Family::kBlobs);
  for (pieces.seek({}); pieces.valid(); pieces.next()) ++there;
  for (const State& state : states_) {
    for (const auto& [id, photo] : state.photos) {
      for (const std::string& content : {photo.picture, photo.portrait}) {
        const std::uint64_t size = content.empty() ? 0 : std::stoull(content);
        told += (size + Blobs::kPiece - 1) / Blobs::kPiece;
      }
    }
  }
  if (there != told) fault(fmt::format("{} pieces of content are there, not {}", there, told));
}

/// Of those whose rows were kept.
inline void KilledSilo::forget_every_other() {
  open();
  std::set<int> persons;
  for (const auto& [key, old] : rows_) {
    for (const auto& [person, value] : old) persons.insert(person);
  }
  for (const auto& [person, rows] : series_rows_) persons.insert(person);
  for (const int person : persons) {
    if (person % 2 == 0) continue;
    const int thread = person / kPersonsARound % kThreads;
    const auto receipt = silo_->forget(engine_of(*store_), subject_of(person), "request 18");
    if (!receipt) fault("somebody cannot be forgotten: " + receipt.error().message());
    states_[thread].apply(thread, {.verb = "forget", .person = person});
  }
  close();
}

/// Names and chunks of erased persons' series, all at once.
inline void KilledSilo::put_back_old_series() {
  std::erase_if(series_rows_, [&](const auto& rows) {
    return std::ranges::none_of(
        states_, [&](const State& state) { return state.erased.contains(rows.first); });
  });
  {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    const auto database = *kv::Database::open(this->database(), memory);
    kv::Changes changes;
    for (const auto& [person, rows] : series_rows_) {
      for (const auto& [family, key, value] : rows) changes.put(family, key, value);
      tally_.series_put_back += rows.size();
    }
    require(database->write(changes, kv::Sync::kYes).has_value(), "rows are put back");
  }
  open();
  for (const auto& [person, rows] : series_rows_) check_series_erased(person);
  check();
  close();
}

/// One row of each key at a time, until none is left.
inline void KilledSilo::put_back_old_rows() {
  forget_every_other();
  if (!series_rows_.empty()) put_back_old_series();
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

}  // namespace heed::silo::kill_test
