// For tests and benchmarks: eight organizations under one roof, and each of them once more alone in
// a house of its own. Whatever is asked is asked in both places, with what is drawn for it from the
// one who asks or from another one. silo/isolation_testing.h has what is asked. Never included by
// the program.
#pragma once

#include <fmt/core.h>

#include <random>

#include "silo/answers_testing.h"
#include "silo/blobs.h"
#include "silo/mall_testing.h"

namespace heed::silo {

class MixedHouse {
 public:
  static constexpr std::size_t kOrganizations = 8;
  static constexpr std::size_t kMostLeaksTold = 20;
  /// kCrossed: now and then somebody is given another one's silo, as by a program that mixes them
  /// up. Then there must be leaks.
  enum class Wiring : bool { kRight, kCrossed };

  struct Tally {
    std::string_view operation;
    std::uint64_t asked = 0;
    std::uint64_t foreign = 0;  ///< Of these, with something of another organization
    std::uint64_t given = 0;    ///< and those that were neither refused nor failed.
    double seconds = 0;
  };

  const std::vector<std::string>& leaks() const { return leaks_; }
  const std::vector<Tally>& tallies() const { return tallies_; }

 protected:
  /// A store in a directory of its own.
  struct Host {
    Host(const std::string& directory, ManualClock& clock_given, Random& random_given)
        : clock(clock_given), random(random_given) {
      options.data_directory = directory + "/data";
      options.key_directory = directory + "/keys";
      options.cache_bytes = 1U << 20;
      options.write_buffer_bytes = 8U << 20;
      options.decoded_bytes = 256U << 10;  // so that chunks of many silos meet in it and leave it
      options.head_samples = 300;
      options.policy = mall_policy();
      open();
    }
    void open() {
      store.reset();
      auto opened = Store::open(options, clock, random, log);
      require(opened.has_value(), opened ? "" : opened.error().message);
      store = *std::move(opened);
    }
    ManualClock& clock;
    Random& random;
    Log log{clock, LogLevel::kError, Log::nowhere()};
    StoreOptions options;
    std::unique_ptr<Store> store;
  };

  enum class Side : bool { kAmong, kAlone };
  /// One thing as it is called in either place.
  template <class T>
  struct Both {
    T among, alone;
    const T& on(Side side) const { return side == Side::kAmong ? among : alone; }
  };
  struct Unfinished {
    Query query;
    Both<std::string> next;
  };

  struct Tenant {
    OrganizationId id;
    std::string mark;
    std::shared_ptr<Silo> among, alone;
    std::vector<SubjectId> persons;
    std::vector<std::string> names, topics, labels, senders, recipients, contracts;
    std::vector<SeriesId> series;
    std::vector<Unfinished> unfinished;
    std::vector<Both<JournalEntry>> entries;
    std::vector<Both<FieldValue>> blobs;
    std::uint64_t last_batch = 0;
    std::uint64_t journal_entries = 0;  ///< As they were lately
  };

  static constexpr std::size_t kMostKept = 32;  ///< Of what each organization has to be taken from

  explicit MixedHouse(std::uint64_t seed, Wiring wiring)
      : random_(seed), among_(directory_.path() + "/among", clock_, secrets_), wiring_(wiring) {
    for (std::size_t i = 0; i < kOrganizations; ++i) {
      Tenant& tenant = tenants_.emplace_back();
      tenant.id = OrganizationId::make(secrets_);
      tenant.mark = fmt::format("<<{}>>", i);
      alone_.push_back(std::make_unique<Host>(fmt::format("{}/alone{}", directory_.path(), i),
                                              clock_, secrets_));
      require(among_.store->create(tenant.id).has_value(), "a silo is made among others");
      require(alone_[i]->store->create(tenant.id).has_value(), "a silo is made alone");
      for (int n = 0; n < 6; ++n) tenant.persons.push_back(SubjectId::make(secrets_));
      for (int n = 0; n < 4; ++n) tenant.names.push_back(fmt::format("of{}-{}", i, n));
      for (int n = 0; n < 8; ++n) tenant.names.push_back(fmt::format("n{}", n));
      for (int n = 0; n < 4; ++n) tenant.topics.push_back(fmt::format("{}t{}", tenant.mark, n));
      for (int n = 0; n < 4; ++n) tenant.topics.push_back(fmt::format("t{}", n));
      for (int n = 0; n < 4; ++n) tenant.labels.push_back(fmt::format("of{}/{}", i, n));
      for (int n = 0; n < 4; ++n) tenant.labels.push_back(fmt::format("axis/{}", n));
    }
    for (int n = 0; n < 4; ++n) commons_.push_back(SubjectId::make(secrets_));
    connect();
  }

  void connect() {
    for (std::size_t i = 0; i < kOrganizations; ++i) {
      tenants_[i].among = *among_.store->silo(tenants_[i].id);
      tenants_[i].alone = *alone_[i]->store->silo(tenants_[i].id);
    }
  }

  // Drawing -------------------------------------------------------------------------------------

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Time now() const { return clock_.now(); }
  Duration within(Duration longest) {
    return Duration::seconds(
        static_cast<std::int64_t>(below(static_cast<std::uint64_t>(longest.in_seconds()) + 1)));
  }
  Time moment() { return now() - within(Duration::days(3)) + Duration::hours(1); }
  TimeRange range() {
    const Time from = moment();
    return {from, from + within(Duration::days(2))};
  }

  /// Itself as often as another one.
  Tenant& somebody(Tenant& who) {
    Tenant& other = one_in(2) ? who : tenants_[below(kOrganizations)];
    if (&other != &who) foreign_ = true;
    return other;
  }
  template <class T>
  T one_of(std::vector<T> Tenant::* pool, Tenant& who, T otherwise = {}) {
    const std::vector<T>& all = somebody(who).*pool;
    return all.empty() ? otherwise : all[below(all.size())];
  }
  /// What another one calls by a name of its own is called so in both places.
  template <class T>
  std::optional<Both<T>> both_of(std::vector<Both<T>> Tenant::* pool, Tenant& who) {
    Tenant& other = somebody(who);
    const auto& all = other.*pool;
    if (all.empty()) return {};
    const Both<T>& one = all[below(all.size())];
    return &other == &who ? one : Both<T>{one.among, one.among};
  }
  template <class T>
  void keep(std::vector<T>& pool, T one) {
    if (pool.size() < kMostKept) return pool.push_back(std::move(one));
    pool[below(kMostKept)] = std::move(one);
  }
  SubjectId person(Tenant& who) {
    if (one_in(4)) return commons_[below(commons_.size())];  // who buys in several shops
    return one_of(&Tenant::persons, who);
  }
  KindId record_kind() {
    constexpr KindId kinds[] = {mall::kNote, mall::kAlbum, mall::kReply, mall::kVisit,
                                mall::kPhoto};
    return one_in(60) ? mall::kGauge : kinds[below(std::size(kinds))];
  }
  KindId series_kind() { return one_in(60) ? mall::kNote : one_in(3) ? mall::kPose : mall::kGauge; }
  SeriesId series_of(Tenant& who) {
    if (one_in(8)) return {static_cast<std::uint32_t>(below(400))};
    return one_of(&Tenant::series, who);
  }
  std::uint64_t number_of(Tenant& who) { return 1 + below(somebody(who).journal_entries + 4); }
  std::size_t limit() { return one_in(50) ? 1 : 1 + below(8); }
  Access asking() {
    const auto as = [this](std::string_view purpose, std::string_view party) {
      return *among_.store->policy()->access("asker", purpose, party);
    };
    switch (below(16)) {
      case 0: return as("service.monitoring", "organization");
      case 1: return as("improvement", "staff");
      case 2: return as("service.billing", "processor.payments");
      case 3: return as("service.billing", "third_party");
      default: return as("operation", "engine");
    }
  }
  FieldValue maybe_person(Tenant& who) {
    return one_in(2) ? FieldValue() : FieldValue(person(who).text());
  }
  std::string said(const Tenant& who) { return who.mark + std::to_string(below(1'000)); }
  Record record(Tenant& who) {
    Record made{record_kind(), one_of(&Tenant::names, who), SubjectId(), "site.form", {}, {}};
    if (!one_in(4)) made.subject = person(who);
    if (made.kind == mall::kNote) {
      made.fields = {said(who), who.topics[below(who.topics.size())], maybe_person(who)};
    } else if (made.kind == mall::kAlbum) {
      made.fields = {said(who), maybe_person(who)};
    } else if (made.kind == mall::kReply) {
      made.fields = {said(who), one_of(&Tenant::names, who)};
    } else if (made.kind == mall::kPhoto) {
      made.fields = {said(who), maybe_person(who), maybe_person(who), FieldValue(), FieldValue()};
    } else {
      made.fields = {said(who)};
    }
    return made;
  }

  /// Mostly small, now and then of a few pieces; marked so that no piece ends within a mark.
  Bytes content(const Tenant& who) {
    const std::uint64_t most = one_in(200) ? 3 * Blobs::kPiece : one_in(10) ? 1 : 1'000;
    const std::string marked = fmt::format("{:.<16}", said(who));
    const std::uint64_t size = below(most);
    Bytes all;
    while (all.size() + marked.size() <= size) all += marked;
    return all + Bytes(size - all.size(), '.');
  }
  BlobPlace place(Tenant& who) {
    BlobPlace made{one_in(40) ? record_kind() : mall::kPhoto, one_of(&Tenant::names, who),
                   one_in(40)  ? "title"
                   : one_in(2) ? "picture"
                               : "portrait"};
    if (one_in(8)) made.revision = 1 + below(4);
    return made;
  }

  // Asking and comparing ------------------------------------------------------------------------

  bool full() const { return leaks_.size() >= kMostLeaksTold; }
  /// `call` asks a silo, in one place and in the other; gives what it was answered in the first.
  template <class Call>
  std::string ask(Tenant& who, const Call& call) {
    const bool crossed = wiring_ == Wiring::kCrossed && one_in(2);
    const Tenant& answers = crossed ? tenants_[below(kOrganizations)] : who;
    std::string among = call(*answers.among, Side::kAmong);
    const std::string alone = call(*who.alone, Side::kAlone);
    ++asked_->asked;
    if (foreign_) ++asked_->foreign;
    if (!among.starts_with("error") && !among.starts_with("refused")) ++asked_->given;
    if (among != alone) tell(who, fmt::format("among others\n  {}\nalone\n  {}", among, alone));
    if (bears_anothers_mark(among, who)) tell(who, "another one's value: " + among);
    return among;
  }
  static bool bears_anothers_mark(std::string_view text, const Tenant& who) {
    for (auto at = text.find("<<"); at != std::string_view::npos; at = text.find("<<", at + 2)) {
      if (!text.substr(at).starts_with(who.mark)) return true;
    }
    return false;
  }
  void tell(const Tenant& who, const std::string& what) {
    if (!full()) leaks_.push_back(fmt::format("{} of {}: {}", asked_->operation, who.mark, what));
  }

  std::mt19937_64 random_;
  // In memory where that can be: what a sync costs is not what is tested.
  const TemporaryDirectory directory_{::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"};
  ManualClock clock_{TemporaryStore::kStart};
  TestRandom secrets_{7};
  const OpeningKey key_ = OpeningKey::make(secrets_);
  Host among_;
  std::vector<std::unique_ptr<Host>> alone_;
  const Wiring wiring_;
  std::vector<Tenant> tenants_;
  std::vector<SubjectId> commons_;
  std::vector<Tally> tallies_;
  Tally* asked_ = nullptr;
  bool foreign_ = false;
  std::vector<std::string> leaks_;
};

}  // namespace heed::silo
