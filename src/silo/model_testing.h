// For tests and benchmarks: random operations on a silo against a plain in-memory oracle, through
// all that a silo lives to see: power cuts on a disk that fails, or backups and restores on one
// that does not; reopenings, erasures, holds that stop them, deadlines that pass, changed keys,
// sealing, purging and files written anew. Never included by the program.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <random>
#include <set>

#include "silo/backup.h"
#include "silo/files.h"
#include "silo/kv_faults.h"
#include "silo/model_state_testing.h"
#include "silo/restore.h"

namespace heed::silo {

class ModelledSilo {
 public:
  /// kBackups: on the machine's own disk, with backups and restores. kPowerCuts: on one that fails.
  enum class Life : bool { kBackups, kPowerCuts };
  struct Tally {
    std::uint64_t operations = 0, cuts = 0, unsettled = 0, reopened = 0, backups = 0, restores = 0,
                  erasures = 0, rotations = 0, compared = 0, holds = 0, stopped = 0;
    void add(const Tally& other) {
      operations += other.operations;
      cuts += other.cuts;
      unsettled += other.unsettled;
      reopened += other.reopened;
      backups += other.backups;
      restores += other.restores;
      erasures += other.erasures;
      rotations += other.rotations;
      compared += other.compared;
      holds += other.holds;
      stopped += other.stopped;
    }
  };

  ModelledSilo(std::uint64_t seed, Life life)
      : random_(seed),
        disk_(life == Life::kPowerCuts ? std::make_shared<kv::FaultyDisk>(seed) : nullptr) {
    options_.data_directory = directory_.path() + "/data";
    options_.key_directory = directory_.path() + "/keys";
    options_.cache_bytes = 1U << 20;
    options_.write_buffer_bytes = 4U << 20;
    options_.head_samples = 150;
    options_.policy = mall_policy();
    options_.disk = disk_;
    require(open(), "the first opening succeeds");
    for (int i = 0; i < 8; ++i) persons_.push_back(SubjectId::make(secrets_));
    for (const char* name : {"x", "y", "z"}) {
      series_.push_back(*silo_->series(engine_, mall::kGauge, name));
    }
    if (disk_) disk_->cut_power_at(1 + below(1'500));
  }

  void run(std::uint64_t operations) {
    for (std::uint64_t i = 0; i < operations && faults_.empty(); ++i) {
      ++tally_.operations;
      step();
      if (disk_ && !disk_->powered()) come_back();
    }
    if (faults_.empty() && !disk_) {  // however short it lived
      back_up();
      forget();
      restore_one();
    }
    if (faults_.empty()) look();
  }
  const std::vector<std::string>& faults() const { return faults_; }
  const Tally& tally() const { return tally_; }

 private:
  static constexpr KindId kKinds[] = {mall::kNote, mall::kAlbum, mall::kReply, mall::kVisit,
                                      mall::kPhoto};
  using Change = std::function<void(ModelState&)>;
  struct Snapshot {
    ModelState state;
    std::size_t erased = 0;
  };

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Time now() const { return clock_.now(); }
  /// What is seen without power is not judged.
  void fault(const std::string& what) {
    if (dark()) return;
    faults_.push_back(fmt::format("after {} operations: {}", tally_.operations, what));
  }

  bool open() {
    auto opened = try_open();
    // The power may go during an opening, too.
    for (; !opened && dark(); opened = try_open()) {
      ++tally_.cuts;
      close();
      disk_->restore_power();
    }
    if (!opened) fault(opened.error().message);
    return opened.has_value();
  }
  Result<void> try_open() {
    ASSIGN_OR_RETURN(store_, Store::open(options_, clock_, secrets_, log_));
    engine_ = *store_->policy()->access("model", "operation", "engine");
    const auto all = store_->organizations();
    ASSIGN_OR_RETURN(silo_, all.empty() ? store_->create(OrganizationId::make(secrets_))
                                        : store_->silo(all.front()));
    return {};
  }
  void close() {
    silo_.reset();
    store_.reset();
  }

  void step() {
    clock_.advance(Duration::nanoseconds(1));  // no two writes in one moment
    switch (below(47)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return put();
      case 5:
      case 6: return commit();
      case 7: return patch();
      case 8:
      case 9: return remove();
      case 10:
      case 11:
      case 12:
      case 13:
      case 14: return find();
      case 15:
      case 16: return query();
      case 17:
      case 18:
      case 19:
      case 20:
      case 21: return append();
      case 22:
      case 23:
      case 24: return read();
      case 25:
      case 26: return last();
      case 27:
      case 28: return note();
      case 29: return one_in(4) ? forget() : put_of_an_erased_one();
      case 30: return refused();
      case 31:
      case 32: return advance();
      case 33: return one_in(10) ? tolerate(silo_->seal(one_in(2))) : find();
      case 34: return one_in(state_.waiting.empty() ? 10 : 2) ? purge() : find();
      case 35: return name_series();
      case 36:
      case 37:
      case 38: return put_blob();
      case 39: return find_photo();
      case 40: return one_in(3) ? place_hold() : lift_hold();
      default: return one_in(20) ? upheaval() : find();
    }
  }
  void upheaval() {
    switch (below(8)) {
      case 0: return reopen();
      case 1: return rotate();
      case 2:
        if (one_in(2)) tolerate(silo_->scrub(true));
        return;
      case 3: return look();
      case 4:
      case 5: return disk_ || !one_in(2) ? look() : back_up();
      default: return disk_ || backups_.empty() || !one_in(2) ? look() : restore_one();
    }
  }

  /// What fails, fails because the power is gone, and then may have happened or not.
  template <class Done>
  void settle(const Done& done, Change change) {
    if (done) return change(state_);
    if (!disk_ || disk_->powered()) return fault(message_of(done.error()));
    open_ = std::move(change);
  }
  template <class Done>
  void tolerate(const Done& done) {
    if (!done && (!disk_ || disk_->powered())) fault(message_of(done.error()));
  }
  static std::string message_of(const Error& error) { return error.message; }
  static std::string message_of(const policy::Withheld& why) { return why.message(); }
  /// Reads go on without power, as far as they need no disk: they say nothing then.
  bool dark() const { return disk_ && !disk_->powered(); }

  // Records -------------------------------------------------------------------------------------

  SubjectId person() { return persons_[below(persons_.size())]; }
  KindId kind() { return kKinds[below(std::size(kKinds))]; }
  std::string id() { return fmt::format("n{}", below(12)); }
  static ModelState::Name name_of(const Record& record) { return {record.kind.number, record.id}; }
  Record drawn_record() {
    Record made{kind(), id(), one_in(4) ? SubjectId() : person(), "site.form", {}, {}};
    const std::string said = std::to_string(random_());
    if (made.kind == mall::kNote) made.fields = {said, topic(), maybe_person()};
    if (made.kind == mall::kAlbum) made.fields = {said, maybe_person()};
    if (made.kind == mall::kReply) made.fields = {said, id()};
    if (made.kind == mall::kVisit) made.fields = {said};
    if (made.kind == mall::kPhoto) {
      made.fields = {said, maybe_person(), maybe_person(), FieldValue(), FieldValue()};
      if (one_in(2)) keep_content(made);
    }
    return made;
  }
  /// As one puts a record who has read it.
  void keep_content(Record& made) {
    const auto found = silo_->find(engine_, mall::kPhoto, made.id);
    if (!found || !*found) return;
    for (const std::size_t i : {3U, 4U}) made.fields[i] = (**found).fields[i];
  }
  FieldValue topic() { return FieldValue(fmt::format("t{}", below(3))); }
  FieldValue maybe_person() { return one_in(2) ? FieldValue() : FieldValue(person().text()); }
  ModelState::Kept kept_of(const Record& record) const {
    const std::size_t other = record.kind == mall::kNote ? 2 : 1;
    const std::string* named =
        other < record.fields.size() ? std::get_if<std::string>(&record.fields[other]) : nullptr;
    const Duration keep = record.kind == mall::kVisit ? ModelState::kKeepVisits : ModelState::kKeep;
    ModelState::Kept kept{record.subject, std::get<std::string>(record.fields[0]),
                          named ? *named : "", now() + keep};
    if (record.kind != mall::kPhoto) return kept;
    if (const auto* guest = std::get_if<std::string>(&record.fields[2])) kept.guest = *guest;
    const auto before = state_.records.find(name_of(record));
    if (before == state_.records.end()) return kept;
    const auto has = [&](std::size_t i) {
      return std::holds_alternative<std::string>(record.fields[i]);
    };
    if (has(3)) kept.picture = before->second.picture;
    if (has(4)) kept.portrait = before->second.portrait;
    return kept;
  }
  /// Whether it may not be stored: about somebody who waits, or where a hold keeps something.
  bool is_stopped(const Record& made) const {
    const ModelState::Kept kept = kept_of(made);
    const auto there = state_.records.find(name_of(made));
    const bool over = there != state_.records.end() && state_.is_kept(there->first, there->second);
    const bool named = made.kind != mall::kReply && state_.waits(kept.other);
    return over || named || state_.waiting.contains(made.subject) || state_.waits(kept.guest);
  }
  template <class Done>
  void expect_conflict(const Done& done, std::string_view what) {
    if (dark()) return;
    const bool told = !done && done.error().error() != nullptr &&
                      done.error().error()->kind == ErrorKind::kConflict;
    if (!told) fault(fmt::format("{} is not refused", what));
  }
  void put() {
    const Record made = drawn_record();
    if (is_stopped(made)) return expect_conflict(silo_->put(engine_, made), "what waits");
    settle(silo_->put(engine_, made), [name = name_of(made), kept = kept_of(made)](auto& state) {
      state.records[name] = kept;
    });
  }
  void commit() {
    std::map<ModelState::Name, std::optional<ModelState::Kept>> becomes;
    std::vector<silo::Change> changes;
    bool stopped = false;
    for (auto left = 1 + below(5); left > 0; --left) {
      Record made = drawn_record();
      const auto name = name_of(made);
      if (becomes.contains(name)) continue;
      const auto there = state_.records.find(name);
      const bool kept =
          there != state_.records.end() && state_.is_kept(there->first, there->second);
      if (one_in(3)) {
        becomes[name] = kept ? std::optional(there->second) : std::nullopt;  // passed over
        changes.emplace_back(Removal{made.kind, made.id});
      } else {
        stopped = stopped || is_stopped(made);
        becomes[name] = kept_of(made);
        changes.emplace_back(Put{std::move(made)});
      }
    }
    if (stopped) return expect_conflict(silo_->commit(engine_, changes), "a commit of what waits");
    settle(silo_->commit(engine_, changes), [becomes](auto& state) {
      for (const auto& [name, kept] : becomes) {
        state.records.erase(name);
        if (kept) state.records[name] = *kept;
      }
    });
  }
  void patch() {
    const ModelState::Name name{mall::kNote.number, id()};
    const std::string said = std::to_string(random_());
    const auto done = silo_->commit(engine_, {Patch{mall::kNote, name.second, {{"said", said}}}});
    if (state_.find(name, now()) != nullptr) {
      return settle(done, [name, said](auto& state) { state.records[name].said = said; });
    }
    if (done) fault("what is not there was corrected");
  }
  void remove() { remove({kind().number, id()}); }
  void remove(const ModelState::Name& name) {
    const auto done = silo_->remove(engine_, KindId{name.first}, name.second);
    if (done && *done != (state_.find(name, now()) != nullptr)) {
      fault("a removal tells wrongly whether there was one");
    }
    settle(done, [name](auto& state) {
      const auto there = state.records.find(name);
      const bool kept = there != state.records.end() && state.is_kept(there->first, there->second);
      if (!kept) state.records.erase(name);
    });
  }
  void find() { find({kind().number, id()}); }
  void find(const ModelState::Name& name) {
    const auto found = silo_->find(engine_, KindId{name.first}, name.second);
    if (dark()) return;
    const auto* kept = state_.find(name, now());
    const std::string want =
        kept == nullptr ? "nothing" : ModelState::line(name, state_.shown(*kept));
    const std::string got = !found ? found.error().message() : *found ? line(**found) : "nothing";
    if (got != want) fault(fmt::format("found\n  {}\nand not\n  {}", got, want));
  }
  std::string line(const Record& record) const {
    ModelState::Kept kept = kept_of(record);
    kept.deadline = record.label.deadline;
    if (record.kind == mall::kPhoto) {
      kept.picture = content(record.id, "picture", record.fields[3]);
      kept.portrait = content(record.id, "portrait", record.fields[4]);
    }
    return ModelState::line(name_of(record), kept);
  }
  /// By whom they are about or who owns them too.
  void query() {
    const SubjectId of = person();
    const KindId which = kind();
    const auto page = silo_->query(engine_, {.kind = which, .subject = of, .limit = 1'000});
    if (dark()) return;
    std::set<std::string> want;
    for (const auto& [name, kept] : state_.records) {
      const bool names =
          (which != mall::kReply && kept.other == of.text()) || kept.guest == of.text();
      const bool theirs = (kept.subject == of || names) && !state_.waiting.contains(of);
      if (name.first == which.number && state_.is_seen(name, kept, now()) && theirs) {
        want.insert(name.second);
      }
    }
    std::set<std::string> got;
    if (page) {
      for (const Record& record : page->records) got.insert(record.id);
    }
    if (!page || got != want) {
      fault(fmt::format("a query by subject found {} of {}", got.size(), want.size()));
    }
  }
  void refused() {
    const Access stranger = *store_->policy()->access("stranger", "service.billing", "third_party");
    Record made = drawn_record();
    made.id = "never";
    if (silo_->put(stranger, made)) fault("a stranger's write is taken");
  }
  void put_of_an_erased_one() {
    if (erased_.empty()) return;
    Record made = drawn_record();
    made.subject = erased_[below(erased_.size())];
    made.id = "never";
    if (silo_->put(engine_, made)) fault("something is stored about somebody who was erased");
  }

  // Large content -------------------------------------------------------------------------------

  static std::string told(BytesView content) {
    return fmt::format("{} bytes {:x}", content.size(), std::hash<BytesView>()(content));
  }
  /// What is in a field that says `says`.
  std::string content(std::string_view id, std::string_view field, const FieldValue& says) const {
    Bytes all;
    const auto read = silo_->read_blob(engine_, {mall::kPhoto, std::string(id), std::string(field)},
                                       0, [&](BytesView bytes) {
                                         all += bytes;
                                         return true;
                                       });
    if (!read) return read.error().message();
    const auto* text = std::get_if<std::string>(&says);
    const auto blob = text ? Blob::parse(*text) : std::nullopt;
    if (*read != blob.has_value()) return "a field that says otherwise";
    if (!blob) return "";
    return blob->size == all.size() ? told(all) : "another size than its field says";
  }
  void put_blob() {
    const ModelState::Name name{mall::kPhoto.number, id()};
    const bool portrait = one_in(2);
    const Bytes given = SeededRandom(random_()).bytes(below(one_in(20) ? 600'000 : 2'000));
    const bool breaks = one_in(10);
    std::size_t calls = 0;
    std::size_t at = 0;
    bool cut = false;
    const BlobSource source = [&]() -> Result<Bytes> {
      if (++calls == 1) meanwhile(name);
      cut = cut || dark();
      if (breaks && at >= given.size()) return fail(ErrorKind::kUnavailable, "the line broke");
      const Bytes next = given.substr(at, 200'000);
      at += next.size();
      return next;
    };
    const auto done = silo_->put_blob(
        engine_, {mall::kPhoto, name.second, portrait ? "portrait" : "picture"}, source);
    if (cut) return;  // before it could happen
    const auto* kept = state_.find(name, now());
    if (kept == nullptr || breaks || (portrait && state_.waits(kept->guest))) {
      if (done) fault("content is put that was cut short, has no record or is of who waits");
      return;
    }
    settle(done, [=, told = told(given)](auto& state) {
      (portrait ? state.records[name].portrait : state.records[name].picture) = told;
    });
  }
  /// What others do to a record while its content comes in.
  void meanwhile(const ModelState::Name& name) {
    switch (below(24)) {
      case 0: return remove(name);
      case 1: return forget();
      case 2: return put();
      default: return;
    }
  }
  void find_photo() { find({mall::kPhoto.number, id()}); }

  // Series --------------------------------------------------------------------------------------

  /// One that is about nobody, about somebody, or about somebody who is erased.
  struct Series {
    SeriesId id;
    std::string of;
    bool gone = false;
    bool waits = false;
  };
  Series series() {
    if (one_in(10) && !state_.gone.empty()) {
      return {state_.gone[below(state_.gone.size())], "", true, false};
    }
    if (one_in(2) && !state_.named.empty()) {
      const auto& [person, id] =
          *std::next(state_.named.begin(), static_cast<std::ptrdiff_t>(below(state_.named.size())));
      return {id, person.text(), false, state_.waiting.contains(person)};
    }
    const SeriesId id = series_[below(series_.size())];
    return {id, std::to_string(id.number), false, false};
  }
  void name_series() {
    const SubjectId about = one_in(8) && !erased_.empty() ? erased_.back() : person();
    const auto made = silo_->series(engine_, mall::kPose, "pose", about);
    if (silo_->is_erased(about)) {
      if (made) fault("a series about somebody who was erased is made");
      return;
    }
    if (state_.waiting.contains(about)) return expect_conflict(made, "a series of who waits");
    const auto known = state_.named.find(about);
    if (made && known != state_.named.end() && known->second != *made) {
      fault("a series has another number");
    }
    const SeriesId id = made ? *made : known != state_.named.end() ? known->second : SeriesId();
    settle(made, [about, id](auto& state) { state.named[about] = id; });
  }
  Time moment() { return now() - Duration::seconds(static_cast<std::int64_t>(below(3 * 86'400))); }
  void append() {
    Batch batch{one_in(2) ? "a" : "b", 0, {}};
    batch.number = state_.senders[batch.sender] + 1;
    std::vector<ModelState::KeptSample> kept;
    std::uint64_t forgotten = 0;
    const Time day = Time::from_seconds(std::int64_t{now().utc_day()} * 86'400);
    for (auto left = 1 + below(12); left > 0; --left) {
      const auto [id, of, gone, waits] = series();
      const Time at = moment();
      const std::string value = fmt::format("{}/{}/{}", batch.sender, batch.number, left);
      batch.samples.push_back({id, {at, at, at, 0, value}});
      const bool about_somebody = SubjectId::parse(of).has_value();
      forgotten += gone || waits ? 1U : 0U;
      if (gone || waits) continue;
      kept.push_back(
          {of, at, value, day + (about_somebody ? ModelState::kKeepVisits : ModelState::kKeep)});
    }
    const auto done = silo_->append(engine_, batch);
    if (done && done->forgotten != forgotten) fault("others are left out than who were erased");
    settle(done, [kept, sender = batch.sender, number = batch.number](auto& state) {
      state.senders[sender] = number;
      state.samples.insert(state.samples.end(), kept.begin(), kept.end());
    });
  }
  void read() {
    const auto [id, of, gone, waits] = series();
    const Time from = moment();
    const TimeRange range{from, from + Duration::hours(static_cast<std::int64_t>(below(30)))};
    std::multiset<std::string> got;
    Time before = Time::min();
    bool in_order = true;
    const auto done = silo_->read(engine_, id, range, [&](const SampleView& sample) {
      in_order = in_order && sample.at >= before;
      before = sample.at;
      got.emplace(sample.text);
      return true;
    });
    if (dark()) return;
    std::multiset<std::string> want;
    for (const auto& one : state_.samples) {
      if (one.of == of && !waits && range.contains(one.at) && one.deadline > now()) {
        want.insert(one.value);
      }
    }
    if (done.has_value() == gone || !in_order || got != want) {
      fault(fmt::format("read {} samples of {}", got.size(), want.size()));
    }
  }
  void last() {
    const auto [id, of, gone, waits] = series();
    const Time at = moment();
    const auto got = silo_->last_at(engine_, id, at);
    if (dark()) return;
    if (gone && !got) return;
    std::optional<Time> want;
    for (const auto& one : state_.samples) {
      if (waits || one.of != of || one.at > at || one.deadline <= now()) continue;
      want = std::max(want.value_or(one.at), one.at);
    }
    const bool same = got && got->has_value() == want.has_value() && (!want || (*got)->at == *want);
    if (!same) fault("the last sample is another one");
  }

  // All else ------------------------------------------------------------------------------------

  void note() {
    const std::string said = std::to_string(random_());
    settle(silo_->note(engine_, "noted", fmt::format(R"({{"n":"{}"}})", said)),
           [said](auto& state) { state.noted.push_back(said); });
  }
  void forget() { forget(person()); }
  void forget(SubjectId goes) {
    const auto holds = state_.holds_on(goes, now());
    const auto receipt = silo_->forget(engine_, goes, "request 17");
    if (!receipt && receipt.error().error() != nullptr &&
        receipt.error().error()->kind == ErrorKind::kNotFound) {
      const bool held = std::ranges::any_of(
          state_.records, [&](const auto& entry) { return entry.second.subject == goes; });
      if (held || state_.named.contains(goes))
        fault("somebody of whom something is held is not found");
      return;
    }
    settle(receipt, [goes, at = now()](auto& state) { state.forget(goes, at); });
    if (!receipt) {
      leaving_ = goes;
      return;
    }
    std::vector<std::string> told;
    for (const ErasureException& one : receipt->exceptions) told.push_back(one.hold);
    std::ranges::sort(told);
    const bool whole = receipt->number != 0 && receipt->cryptographic;
    if (told != holds || whole != holds.empty()) fault("a receipt tells of other holds");
    if (!holds.empty()) {
      ++tally_.stopped;
      return;
    }
    gone(goes);
    keep_ledger();
  }
  void keep_ledger() {
    if (!backups_.empty()) tolerate(update_ledger(repository(), *silo_));
  }
  void place_hold() {
    const std::optional<KindId> kinds[] = {{},           {},           mall::kNote,
                                           mall::kAlbum, mall::kReply, mall::kVisit,
                                           mall::kPhoto, mall::kPose,  mall::kGauge};
    const SubjectId whose = one_in(6) ? SubjectId() : person();
    const std::string id = fmt::format("h{}", below(5));
    const Time until = now() + Duration::hours(static_cast<std::int64_t>(1 + below(10 * 24)));
    const ModelState::Held held{whose, kinds[below(std::size(kinds))], until};
    const auto done =
        silo_->place_hold(engine_, {id, whose, held.kind, "litigation", until, {}, {}});
    if (state_.holds.contains(id)) return expect_conflict(done, "a second hold of an id");
    ++tally_.holds;
    settle(done, [id, held](auto& state) { state.holds[id] = held; });
    if (!dark() && one_in(3)) forget(whose.is_nil() ? person() : whose);
  }
  void lift_hold() {
    const std::string id = fmt::format("h{}", below(5));
    const auto done = silo_->lift_hold(engine_, id);
    if (done && *done != state_.holds.contains(id)) {
      fault("a lifting tells wrongly whether there was a hold");
    }
    settle(done, [id](auto& state) { state.holds.erase(id); });
    if (!dark() && one_in(2)) purge();
  }
  void gone(SubjectId person) {
    ++tally_.erasures;
    erased_.push_back(person);
    std::ranges::replace(persons_, person, SubjectId::make(secrets_));
  }
  void advance() {
    const std::uint64_t seconds = one_in(300) ? 25 * 86'400 : 3'600;
    clock_.advance(Duration::seconds(static_cast<std::int64_t>(below(seconds))));
  }
  void purge() {
    const auto waited = state_.waiting;
    settle(silo_->purge(), [at = now()](auto& state) { state.purge(at); });
    if (dark()) return;
    if (silo_->statistics().overdue != Duration()) fault("something is overdue");
    bool any = false;
    for (const SubjectId person : waited) {
      if (state_.waiting.contains(person)) continue;
      if (!silo_->is_erased(person)) fault("somebody whom no hold keeps any more is not erased");
      gone(person);
      any = true;
    }
    if (any) keep_ledger();
  }
  void rotate() {
    ++tally_.rotations;
    tolerate(store_->rotate_organization_key(silo_->organization()));
    if (one_in(2)) tolerate(store_->rotate_root(RootSource::kFile, {}, {}));
  }
  void reopen() {
    ++tally_.reopened;
    close();
    if (dark()) disk_->restore_power();
    if (open()) look();
    plan_cut();  // the one before may have come in between
  }
  void plan_cut() {
    if (disk_) disk_->cut_power_at(1 + below(one_in(2) ? 200 : 3'000));
  }
  /// After a power cut.
  void come_back() {
    ++tally_.cuts;
    close();
    disk_->restore_power();
    if (!open()) return;
    // Of whom upkeep forgot before the power went, after whom it would have gone on.
    const auto waited = state_.waiting;
    for (const SubjectId person : waited) {
      if (!silo_->is_erased(person)) continue;
      state_.leave(person, now(), false);
      gone(person);
      if (leaving_ == person) leaving_.reset();
    }
    look();
    // What was cut short of an erasure was finished at the opening, or it had not begun.
    if (leaving_ && silo_->is_erased(*leaving_)) gone(*leaving_);
    leaving_.reset();
    plan_cut();
  }

  std::string repository() const { return directory_.path() + "/backups"; }
  void back_up() {
    const BackupOptions options{repository(), options_.data_directory, {}, 3};
    const auto made = create_backup(*store_, options, clock_);
    if (!made) return fault(made.error().message);
    if (!made->failed.empty()) return fault(made->failed[0].why.message);
    ++tally_.backups;
    backups_[made->generation] = {state_, erased_.size()};
  }
  /// All is lost but the keys, and any of the backups comes back.
  void restore_one() {
    const auto all = (*Repository::open(repository(), Repository::Use::kRead))->generations();
    const std::uint64_t generation = all[below(all.size())];
    close();
    require(remove_tree(options_.data_directory).has_value(), "all is lost");
    options_.data_directory = fmt::format("{}/data{}", directory_.path(), ++tally_.restores);
    RestoreOptions options{repository(),
                           options_.data_directory,
                           options_.key_directory,
                           generation,
                           {},
                           {},
                           false,
                           {}};
    const auto restored = restore(options, clock_, secrets_);
    if (!restored) return fault(restored.error().message);
    if (!open()) return;
    const Snapshot& then = backups_.at(generation);
    state_ = then.state;
    for (std::size_t i = then.erased; i < erased_.size(); ++i) {
      state_.leave(erased_[i], now(), false);
    }
    look();
  }

  /// Everything, as somebody sees it who asks for all.
  void look() {
    if (dark()) return;
    ++tally_.compared;
    std::vector<std::string> there;
    for (const KindId one : kKinds) {
      const auto page = silo_->scan(engine_, one, "", "", 1'000);
      if (!page) return fault(page.error().message());
      for (const Record& record : page->records) there.push_back(line(record));
    }
    const auto named = silo_->list_series(engine_, mall::kPose, "");
    if (!named) return fault(named.error().message());
    std::vector<std::pair<SeriesId, std::string>> all;
    for (const SeriesId of : series_) all.emplace_back(of, std::to_string(of.number));
    for (const SeriesName& one : *named) {
      all.emplace_back(one.id, one.subject.text());
      there.push_back("series of " + one.subject.text());
    }
    for (const auto& [id, of] : all) {
      const auto done = silo_->read(engine_, id, {}, [&](const SampleView& sample) {
        there.push_back(fmt::format("series {} {}", of, sample.text));
        return true;
      });
      if (!done) return fault(done.error().message());
    }
    const auto holds = silo_->holds(engine_);
    if (!holds) return fault(holds.error().message());
    for (const Hold& hold : *holds) there.push_back("hold " + hold.id);
    for (const SubjectId one : persons_) {
      const auto standing = silo_->standing(engine_, one);
      if (!standing) return fault(standing.error().message());
      if (standing->restricted) there.push_back(one.text() + " waits");
    }
    for (const char* sender : {"a", "b"}) {
      there.push_back(fmt::format("sender {} {}", sender, silo_->last_batch(sender)));
    }
    std::size_t notes = 0;
    for (std::uint64_t from = 1;;) {
      const auto entries = silo_->journal(engine_, from, 1'000);
      if (!entries) return fault(entries.error().message());
      if (entries->empty()) break;
      for (const JournalEntry& entry : *entries) {
        if (entry.what != "noted") continue;
        there.push_back(
            fmt::format("noted {} {}", notes++, entry.detail.substr(6, entry.detail.size() - 8)));
      }
      from = entries->back().number + 1;
    }
    if (dark()) return;
    std::ranges::sort(there);
    compare(there);
    for (const SeriesName& one : *named) {
      SeriesId& known = state_.named[one.subject];
      if (known == SeriesId()) known = one.id;  // whose making the power cut short
      if (known != one.id) return fault("a series has another number");
    }
    for (const SubjectId one : erased_) {
      if (!silo_->is_erased(one)) return fault("somebody who was erased is back");
    }
    if (const auto verified = silo_->verify_journal(); !verified) fault(verified.error().message);
  }
  void compare(const std::vector<std::string>& there) {
    if (open_) {
      ++tally_.unsettled;
      ModelState with = state_;
      (*open_)(with);
      if (there == with.seen(now())) state_ = std::move(with);
      open_.reset();
    }
    const auto want = state_.seen(now());
    if (there == want) return;
    std::vector<std::string> missing, surplus;
    std::ranges::set_difference(want, there, std::back_inserter(missing));
    std::ranges::set_difference(there, want, std::back_inserter(surplus));
    fault(fmt::format("{} are missing, {} too many:\n  {}\n  {}", missing.size(), surplus.size(),
                      missing.empty() ? "" : missing.front(),
                      surplus.empty() ? "" : surplus.front()));
  }

  std::mt19937_64 random_;
  const TemporaryDirectory directory_{::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"};
  ManualClock clock_{TemporaryStore::kStart};
  TestRandom secrets_{11};
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  const std::shared_ptr<kv::FaultyDisk> disk_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  std::shared_ptr<Silo> silo_;
  Access engine_;
  std::vector<SeriesId> series_;
  std::vector<SubjectId> persons_;
  std::vector<SubjectId> erased_;
  ModelState state_;
  std::optional<Change> open_;        ///< Of what the caller does not know whether it happened
  std::optional<SubjectId> leaving_;  ///< Whose erasure the power cut short
  std::map<std::uint64_t, Snapshot> backups_;
  Tally tally_;
  std::vector<std::string> faults_;
};

}  // namespace heed::silo
