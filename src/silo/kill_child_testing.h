// For tests and benchmarks: the child of silo/kill_testing.h, a silo that serves until it is
// killed. Never included by the program.
#pragma once

#include <unistd.h>

#include <map>
#include <optional>
#include <random>
#include <thread>

#include "silo/kill_steps_testing.h"

namespace heed::silo::kill_test {

/// One thread of the child: writes until it is killed.
class Writer {
 public:
  Writer(Silo& silo, const Store& store, int thread, int round, std::uint64_t seed, std::string lie)
      : silo_(silo),
        lie_(std::move(lie)),
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
  /// One of those who have series: few, as each is read after every kill.
  int person_with_series() { return person() & ~6; }
  std::uint64_t size() { return below(below(4) == 0 ? 700'000 : 4'000); }
  Step next() {
    switch (below(28)) {
      case 0:
      case 1:
      case 2: return {"put", id("n"), unique(), below(3) == 0 ? kNobody : person()};
      case 3: return {"commit", std::to_string(below(6)), unique(), person()};
      case 4: return {"patch", id("n"), unique()};
      case 5: return {"remove", id("n")};
      case 6: return {"append", "-", unique(), kNobody, batch_ + 1};
      case 7:
      case 8: return {"append", "-", unique(), person_with_series(), batch_ + 1};
      case 9: return {"note", "-", unique(), below(2) == 0 ? kNobody : person()};
      case 10: return {"opt_out", id("c"), "no", person()};
      case 11: return {"forget", "-", "-", person()};
      case 12: return {"forget", "-", "-", person_with_series()};
      case 13: return {"hold", id("h")};
      case 14: return {"lift", id("h")};
      case 15: return {"share", id("n"), unique()};
      case 16: return {"recall", "-", "-", person()};
      case 17:
      case 18: return {"photo", id("p"), unique(), person(), below(4)};
      case 19: return {"rephoto", id("p"), unique(), person(), below(4)};
      case 20: return {"unphoto", id("p")};
      case 21:
      case 22:
      case 23: return {"picture", id("p"), unique(), kNobody, size()};
      case 24: return {"portrait", id("p"), unique(), kNobody, size()};
      default: return next_refused();
    }
  }
  Step next_refused() {
    switch (below(4)) {
      case 0: return {"broken", id("p"), unique(), kNobody, size()};
      case 1: return {"stranger.picture", id("p"), unique(), kNobody, size()};
      case 2: return {"stranger.append", "-", unique(), person_with_series(), batch_ + 1};
      default: return {"stranger.put", id("never"), unique(), person()};
    }
  }
  std::string perform(const Step& step) {
    if (step.verb == lie_ && below(3) == 0) return lie(step);
    if (step.verb.ends_with("append")) return append(step);
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
    return perform_on_records(step);
  }
  std::string lie(const Step& step) {
    if (step.verb != "append") return "ok -";
    batch_ = step.number;
    return "ok 0";
  }
  std::string perform_on_records(const Step& step) {
    if (step.verb == "commit") return told(silo_.commit(engine_, changes_of(step)));
    if (step.verb == "patch") {
      const Patch patch{mall::kNote, step.id, {{"said", step.value}}};
      return told(silo_.commit(engine_, {patch}));
    }
    if (step.verb == "remove") return told(silo_.remove(engine_, mall::kNote, step.id));
    if (step.verb == "photo") return told(silo_.put(engine_, photo_of(step)));
    if (step.verb == "rephoto") return put_with_content(step);
    if (step.verb == "unphoto") return told(silo_.remove(engine_, mall::kPhoto, step.id));
    if (step.verb == "picture" || step.verb == "portrait") return put_content(engine_, step);
    if (step.verb == "stranger.picture") return put_content(stranger_, step);
    if (step.verb == "broken") return put_content(engine_, step);
    if (step.verb == "opt_out") {
      const Record choice{mall::kChoice, step.id,      subject_of(step.person),
                          "site.form",   {step.value}, {}};
      return told(silo_.put(engine_, choice));
    }
    const Access& by = step.verb == "stranger.put" ? stranger_ : engine_;
    return told(silo_.put(by, note_of(step.id, step.person, step.value)));
  }
  /// As somebody puts a photo who has read it: its content stays.
  std::string put_with_content(const Step& step) {
    const auto found = silo_.find(engine_, mall::kPhoto, step.id);
    if (!found) return told(found);
    if (!*found) return "no -";
    Record photo = photo_of(step);
    for (const std::size_t i : {3U, 4U}) photo.fields[i] = (**found).fields[i];
    return told(silo_.put(engine_, photo));
  }
  std::string put_content(const Access& by, const Step& step) {
    const bool breaks = step.verb == "broken";
    const Bytes content = content_of(step.value, step.number);
    std::size_t at = 0;
    const auto source = [&]() -> Result<Bytes> {
      if (breaks && at == content.size()) return fail(ErrorKind::kUnavailable, "the line broke");
      const Bytes next = content.substr(at, 100'003);
      at += next.size();
      return next;
    };
    const std::string field = step.verb == "portrait" ? "portrait" : "picture";
    const auto done = silo_.put_blob(by, {mall::kPhoto, step.id, field}, source);
    const bool as_meant = breaks && !done && done.error().error() != nullptr &&
                          done.error().error()->kind == ErrorKind::kUnavailable;
    return as_meant ? "no -" : told(done);
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
    std::map<int, SeriesId> series{{kNobody, series_}};
    if (step.person != kNobody) {
      for (const int person : {step.person, second_of(step.person)}) {
        const auto theirs = series_of(person);
        if (theirs) {
          series[person] = *theirs;
        } else if (const std::string why = told(theirs); why != "no -") {
          return why;
        }
      }
    }
    Batch batch{sender_, step.number, {}};
    for (const Sampled& one : samples_of(step)) {
      const auto in = series.find(one.person);
      if (in == series.end()) continue;  // of somebody who is erased
      batch.samples.push_back({in->second, {one.at, one.at, one.at, 0, one.text}});
    }
    const auto appended = silo_.append(step.verb == "append" ? engine_ : stranger_, batch);
    if (!appended) return told(appended);
    batch_ = step.number;
    return fmt::format("ok {}", appended->forgotten);
  }
  /// Known for good, so that samples of whom was erased meanwhile are sent, too.
  Governed<SeriesId> series_of(int person) {
    if (const auto known = poses_.find(person); known != poses_.end()) return known->second;
    auto made = silo_.series(engine_, mall::kPose, sender_, subject_of(person));
    if (made) poses_[person] = *made;
    return made;
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
  const std::string lie_;
  const Access engine_, billing_, stranger_;
  const int thread_, round_;
  std::mt19937_64 random_;
  const std::string sender_;
  const SeriesId series_;
  std::map<int, SeriesId> poses_;
  std::uint64_t batch_;
  std::uint64_t values_ = 0;
};

/// What the child process does. It acknowledges some writes with the verb `lie` without making
/// them.
[[noreturn]] inline void serve_until_killed(const std::string& directory, int round,
                                            std::uint64_t seed, const std::string& lie = "") {
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::standard_error());
  const auto store = Store::open(options_in(directory), clock, random, log);
  require(store.has_value(), store ? "" : store.error().message);
  const auto silo = (*store)->silo((*store)->organizations().front());
  require(silo.has_value(), silo ? "" : silo.error().message);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { Writer(**silo, **store, i, round, seed, lie).serve(); });
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

}  // namespace heed::silo::kill_test
