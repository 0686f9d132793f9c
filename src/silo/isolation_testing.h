// For tests and benchmarks: what eight organizations under one roof are given, and whether any of
// it is another one's (O24, O36). Random operations are asked of one organization both there and
// where it is alone, with names, numbers, cursors, persons and entries taken from another one as
// often as from its own. What it is given among the others must be what it is given alone, to the
// letter: then nothing of the others is in it, neither in values nor in counts, cursors, numbers
// and errors, and what only another has is as if it were nowhere. Beside that, every value carries
// the mark of who wrote it, and nobody is given one of another's. Never included by the program.
#pragma once

#include <chrono>

#include "silo/isolation_house_testing.h"

namespace heed::silo {

class MixedSilos : public MixedHouse {
 public:
  explicit MixedSilos(std::uint64_t seed, Wiring wiring = Wiring::kRight)
      : MixedHouse(seed, wiring) {
    for (const Operation& operation : operations()) {
      tallies_.push_back({operation.name});
      weights_ += operation.weight;
    }
  }

  /// Each operation once of each organization, and then as many at random as are asked for.
  void run(std::uint64_t count) {
    for (std::size_t i = 0; i < tallies_.size() && !full(); ++i) {
      const bool of_house = operations()[i].perform == &MixedSilos::reopen;
      for (Tenant& tenant : std::span(tenants_).first(of_house ? 1 : kOrganizations)) {
        perform(i, tenant);
      }
    }
    for (std::uint64_t done = 0; done < count && !full(); ++done) {
      perform(drawn_operation(), tenants_[below(kOrganizations)]);
    }
  }

 private:
  struct Operation {
    std::string_view name;
    unsigned weight;
    void (MixedSilos::*perform)(Tenant&);
  };
  std::size_t drawn_operation() {
    std::uint64_t at = below(weights_);
    std::size_t i = 0;
    for (; at >= operations()[i].weight; ++i) at -= operations()[i].weight;
    return i;
  }
  void perform(std::size_t operation, Tenant& who) {
    foreign_ = false;
    asked_ = &tallies_[operation];
    const auto start = std::chrono::steady_clock::now();
    (this->*operations()[operation].perform)(who);
    asked_->seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  // Records -------------------------------------------------------------------------------------

  void put(Tenant& who) {
    const Record made = record(who);
    const auto expect = one_in(3) ? static_cast<Expect>(below(3)) : Expect::kAnything;
    const Access access = asking();
    // What a field says of its content is no way to have it.
    const auto blob = one_in(2) ? both_of(&Tenant::blobs, who) : std::nullopt;
    ask(who, [&](Silo& silo, Side side) {
      Record here = made;
      if (blob && here.kind == mall::kPhoto) here.fields[3] = blob->on(side);
      return answer(silo.put(access, here, expect));
    });
  }
  void commit(Tenant& who) {
    std::vector<Change> changes;
    for (auto left = 1 + below(4); left > 0; --left) {
      const std::optional<std::uint64_t> revision =
          one_in(3) ? std::optional(1 + below(4)) : std::nullopt;
      Record made = record(who);
      switch (below(3)) {
        case 0: changes.emplace_back(Put{std::move(made), Expect::kAnything, revision}); break;
        case 1: changes.emplace_back(Removal{made.kind, made.id, revision}); break;
        default:
          changes.emplace_back(Patch{mall::kNote, made.id, {{"said", said(who)}}, revision});
          break;
      }
    }
    Access access = asking();
    if (one_in(2)) access.actor = person(who).text();
    ask(who, [&](Silo& silo, Side) { return answer(silo.commit(access, changes)); });
  }
  void find(Tenant& who) {
    const Access access = asking();
    const KindId kind = record_kind();
    const std::string name = one_of(&Tenant::names, who);
    Both<FieldValue> blob;
    ask(who, [&](Silo& silo, Side side) {
      const auto found = silo.find(access, kind, name);
      if (found && *found && kind == mall::kPhoto) {
        (side == Side::kAmong ? blob.among : blob.alone) = (**found).fields[3];
      }
      return answer(found);
    });
    if (std::holds_alternative<std::string>(blob.among)) keep(who.blobs, std::move(blob));
  }
  void put_blob(Tenant& who) {
    const Access access = asking();
    const BlobPlace to = place(who);
    const Bytes given = content(who);
    const std::size_t part = 1 + below(2 * Blobs::kPiece);
    const bool breaks = one_in(12);
    ask(who, [&](Silo& silo, Side) {
      std::size_t at = 0;
      return answer(silo.put_blob(access, to, [&]() -> Result<Bytes> {
        if (breaks && at >= given.size()) return fail(ErrorKind::kUnavailable, "the line broke");
        const Bytes next = given.substr(at, part);
        at += next.size();
        return next;
      }));
    });
  }
  void read_blob(Tenant& who) {
    const Access access = asking();
    const BlobPlace of = place(who);
    const std::uint64_t from = one_in(2) ? 0 : below(one_in(4) ? 3 * Blobs::kPiece : 1'000);
    const bool stops = one_in(4);
    ask(who, [&](Silo& silo, Side) {
      std::string seen;
      const auto there = silo.read_blob(access, of, from, [&](BytesView bytes) {
        seen += bytes;
        return !stops;
      });
      return answer(there) + seen;
    });
  }
  void remove(Tenant& who) {
    const Access access = asking();
    const KindId kind = record_kind();
    const std::string name = one_of(&Tenant::names, who);
    ask(who, [&](Silo& silo, Side) { return answer(silo.remove(access, kind, name)); });
  }
  void ask_query(Tenant& who, const Query& query, const Both<std::string>& after) {
    const Access access = asking();
    Both<std::string> next;
    ask(who, [&](Silo& silo, Side side) {
      Query asked = query;
      asked.after = after.on(side);
      const auto page = silo.query(access, asked);
      if (page) (side == Side::kAmong ? next.among : next.alone) = page->next;
      return answer(page);
    });
    if (!next.among.empty()) keep(who.unfinished, {query, next});
  }
  void query(Tenant& who) {
    Query query{.kind = record_kind(), .limit = limit()};
    switch (below(4)) {
      case 0: query.subject = person(who); break;
      case 1:
        query.kind = mall::kNote;
        query.field = {"topic", one_of(&Tenant::topics, who)};
        break;
      case 2: query.stored = range(); break;
      default: break;
    }
    ask_query(who, query, {});
  }
  /// The cursor of a page: of one's own query, of another one's, or of another one's at one's own.
  void go_on(Tenant& who) {
    Tenant& other = somebody(who);
    if (other.unfinished.empty()) return query(who);
    Unfinished one = other.unfinished[below(other.unfinished.size())];
    if (&other != &who) one.next.alone = one.next.among;
    if (one_in(3) && !who.unfinished.empty()) {
      one.query = who.unfinished[below(who.unfinished.size())].query;
    }
    ask_query(who, one.query, one.next);
  }
  void scan(Tenant& who) {
    const Access access = asking();
    const KindId kind = record_kind();
    const std::string prefix = one_in(2) ? "" : one_of(&Tenant::names, who).substr(0, 3);
    const std::string after = one_in(2) ? "" : one_of(&Tenant::names, who);
    const std::size_t most = limit();
    ask(who,
        [&](Silo& silo, Side) { return answer(silo.scan(access, kind, prefix, after, most)); });
  }
  void share(Tenant& who) {
    const bool billing = !one_in(4);
    const Access access =
        billing ? *among_.store->policy()->access("asker", "service.billing", "processor.payments")
                : asking();
    ShareRequest request{
        mall::kNote, one_of(&Tenant::names, who), {"said", "topic"}, recipient(who), {}};
    if (one_in(4)) {
      request.kind = mall::kPhoto;
      request.fields = {"title", "picture"};
    }
    ask(who, [&](Silo& silo, Side) { return answer(silo.share(access, request)); });
  }
  void aggregate(Tenant& who) {
    const Access access =
        one_in(2) ? asking() : *among_.store->policy()->access("asker", "improvement", "staff");
    ask(who,
        [&](Silo& silo, Side) { return answer(silo.aggregate(access, mall::kNote, "topic")); });
  }

  // Series --------------------------------------------------------------------------------------

  void name_series(Tenant& who) {
    const Access access = asking();
    const KindId kind = series_kind();
    std::vector<std::string> names;
    for (auto left = 1 + below(3); left > 0; --left) names.push_back(one_of(&Tenant::labels, who));
    const SubjectId subject = one_in(2) ? SubjectId() : person(who);
    std::optional<SeriesId> first;
    ask(who, [&](Silo& silo, Side) {
      if (names.size() == 1) {
        const auto made = silo.series(access, kind, names.front(), subject);
        if (made) first = *made;
        return answer(made);
      }
      return answer(silo.series(access, kind, names, subject));
    });
    if (first) keep(who.series, *first);
  }
  void list_series(Tenant& who) {
    const Access access = asking();
    const KindId kind = series_kind();
    const std::string prefix = one_in(2) ? "" : one_of(&Tenant::labels, who).substr(0, 3);
    ask(who, [&](Silo& silo, Side) { return answer(silo.list_series(access, kind, prefix)); });
  }
  std::string sender(Tenant& who) {
    return one_in(2) ? "box" : fmt::format("box{}", &somebody(who) - tenants_.data());
  }
  void append(Tenant& who) {
    const Access access = asking();
    Batch batch{sender(who), one_in(3) ? 0 : who.last_batch + below(3), {}};
    who.last_batch = std::max(who.last_batch, batch.number);
    for (auto left = 1 + below(10); left > 0; --left) {
      const Time at = moment();
      Sample one{at, at, now(), static_cast<std::uint8_t>(below(3)), {}, one_in(2)};
      if (!one_in(6)) one.value = one_in(2) ? said(who) : std::to_string(below(500));
      batch.samples.push_back({one_in(12) ? series_of(who) : own_series(who), std::move(one)});
    }
    ask(who, [&](Silo& silo, Side) { return answer(silo.append(access, batch)); });
  }
  SeriesId own_series(Tenant& who) {
    return who.series.empty() ? series_of(who) : who.series[below(who.series.size())];
  }
  void last_batch(Tenant& who) {
    const std::string of = sender(who);
    ask(who, [&](Silo& silo, Side) { return std::to_string(silo.last_batch(of)); });
  }
  void read(Tenant& who) {
    const Access access = asking();
    const SeriesId series = series_of(who);
    const TimeRange asked = one_in(8) ? TimeRange{} : range();
    ask(who, [&](Silo& silo, Side) {
      AnswerText seen;
      int left = 40;
      const auto done = silo.read(access, series, asked, [&](const SampleView& sample) {
        shown(seen, sample);
        return --left > 0;
      });
      return answer(done) + seen.take();
    });
  }
  void last_at(Tenant& who) {
    const Access access = asking();
    const std::vector<SeriesId> series = {series_of(who), series_of(who)};
    const Time at = moment();
    ask(who, [&](Silo& silo, Side) { return answer(silo.last_at(access, series, at)); });
  }
  void last_of_one(Tenant& who) {
    const Access access = asking();
    const SeriesId series = series_of(who);
    const Time at = moment();
    ask(who, [&](Silo& silo, Side) { return answer(silo.last_at(access, series, at)); });
  }
  void state_at(Tenant& who) {
    const Access access = asking();
    const SeriesId series = series_of(who);
    const Time at = moment();
    ask(who, [&](Silo& silo, Side) { return answer(silo.state_at(access, series, at)); });
  }
  void rollup(Tenant& who) {
    const Access access = asking();
    const SeriesId series = series_of(who);
    const TimeRange asked = range();
    const Duration step = Duration::hours(1 + static_cast<std::int64_t>(below(24)));
    ask(who, [&](Silo& silo, Side) { return answer(silo.rollup(access, series, asked, step)); });
  }
  void downsample(Tenant& who) {
    const Access access = asking();
    const SeriesId series = series_of(who);
    const TimeRange asked = range();
    const std::size_t buckets = 1 + below(12);
    ask(who,
        [&](Silo& silo, Side) { return answer(silo.downsample(access, series, asked, buckets)); });
  }
  void damage(Tenant& who) {
    const Access access = asking();
    const SeriesId series = series_of(who);
    ask(who, [&](Silo& silo, Side) { return answer(silo.damage(access, series, {})); });
  }

  // Journal -------------------------------------------------------------------------------------

  void note(Tenant& who) {
    Access access = asking();
    if (one_in(2)) access.actor = person(who).text();
    const std::string detail =
        fmt::format(R"({{"said":"{}","of":"{}"}})", said(who), person(who).text());
    const NoteAbout about{one_in(2) ? SubjectId() : person(who), one_of(&Tenant::names, who)};
    ask(who, [&](Silo& silo, Side) { return answer(silo.note(access, "noted", detail, about)); });
  }
  void journal(Tenant& who) {
    const Access access = asking();
    const std::uint64_t from = number_of(who);
    const std::size_t most = limit();
    Both<JournalEntry> first;
    ask(who, [&](Silo& silo, Side side) {
      const auto entries = silo.journal(access, from, most);
      if (entries && !entries->empty()) {
        (side == Side::kAmong ? first.among : first.alone) = entries->front();
      }
      return answer(entries);
    });
    if (first.among.number != 0) keep(who.entries, std::move(first));
  }
  void name_entry(Tenant& who) {
    const auto entry = both_of(&Tenant::entries, who);
    if (!entry) return journal(who);
    const Access access = asking();
    std::string named = ask(who, [&](Silo& silo, Side side) {
      const JournalEntry& asked = entry->on(side);
      auto text = answer(silo.name_entry(access, asked));
      // What was brought along is no answer.
      for (auto at = text.find("<<"); at != std::string::npos; at = text.find("<<", at)) {
        if (!asked.detail.contains(text.substr(at, who.mark.size()))) break;
        text.erase(at, who.mark.size());
      }
      return text;
    });
  }
  void own_entries(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    const std::uint64_t from = one_in(2) ? 1 : number_of(who);
    const std::size_t most = limit();
    ask(who,
        [&](Silo& silo, Side) { return answer(silo.own_entries(access, subject, from, most)); });
  }
  void verify_journal(Tenant& who) {
    ask(who, [](Silo& silo, Side) { return answer(silo.verify_journal()); });
  }
  void journal_head(Tenant& who) {
    ask(who, [](Silo& silo, Side) { return answer(silo.journal_head()); });
  }
  void prove(Tenant& who) {
    const Access access = asking();
    const std::uint64_t a = number_of(who);
    const std::uint64_t b = number_of(who);
    ask(who, [&](Silo& silo, Side) {
      return answer(silo.prove_entry(access, a, b)) + answer(silo.prove_growth(access, a, b));
    });
  }
  void export_journal(Tenant& who) {
    const Access access = asking();
    const std::uint64_t from = number_of(who);
    const std::uint64_t to = from + below(3);
    ask(who, [&](Silo& silo, Side) {
      std::string first;
      std::uint64_t lines = 0;
      const auto done =
          silo.export_journal(access, from, to, [&](std::string_view line) -> Result<void> {
            if (lines++ == 0) first = line;
            return {};
          });
      return answer(done) + first + std::to_string(lines);
    });
  }

  // Erasure -------------------------------------------------------------------------------------

  void holdings(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    ask(who, [&](Silo& silo, Side) { return answer(silo.holdings(access, subject)); });
  }
  void standing(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    ask(who, [&](Silo& silo, Side) {
      return answer(silo.standing(access, subject)) + std::to_string(silo.is_erased(subject));
    });
  }
  /// Of somebody who stays with the others, as often as of somebody of one's own.
  void forget(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    ask(who, [&](Silo& silo, Side) { return answer(silo.forget(access, subject, "request 17")); });
    who.persons[below(who.persons.size())] = SubjectId::make(secrets_);
    if (one_in(8)) commons_[below(commons_.size())] = SubjectId::make(secrets_);
  }
  void receipt(Tenant& who) {
    const Access access = asking();
    const std::uint64_t number = 1 + below(somebody(who).among->erasures() + 2);
    ask(who, [&](Silo& silo, Side) {
      const auto lines = silo.receipt(access, number);
      if (!lines) return answer(lines);
      return answer(verify_receipt(*lines, silo.journal_key()));
    });
  }
  /// One's own ledger is taken, another's is not.
  void apply_erasures(Tenant& who) {
    Tenant& other = somebody(who);
    const Bytes among = other.among->erasure_ledger();
    const Bytes alone = &other == &who ? who.alone->erasure_ledger() : among;
    ask(who, [&](Silo& silo, Side side) {
      return answer(silo.apply_erasures(side == Side::kAmong ? among : alone)) +
             std::to_string(silo.erasures());
    });
  }
  void happened(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    ask(who, [&](Silo& silo, Side) {
      return answer(silo.happened(access, "account_closed", subject, now()));
    });
  }
  std::string hold_name(Tenant& who) {
    return one_in(3) ? "h" : fmt::format("h{}", &somebody(who) - tenants_.data());
  }
  void place_hold(Tenant& who) {
    const Access access = asking();
    Hold hold{.id = hold_name(who),
              .subject = person(who),
              .reason = said(who),
              .until = now() + within(Duration::days(5))};
    constexpr KindId kinds[] = {mall::kNote, mall::kPhoto, mall::kPose};
    if (one_in(2)) hold.kind = kinds[below(std::size(kinds))];
    ask(who, [&](Silo& silo, Side) { return answer(silo.place_hold(access, hold)); });
  }
  void lift_hold(Tenant& who) {
    const Access access = asking();
    const std::string name = hold_name(who);
    ask(who, [&](Silo& silo, Side) { return answer(silo.lift_hold(access, name)); });
  }
  void holds(Tenant& who) {
    const Access access = asking();
    ask(who, [&](Silo& silo, Side) { return answer(silo.holds(access)); });
  }

  // Handing on ----------------------------------------------------------------------------------

  std::string recipient(Tenant& who) {
    return one_in(3) ? "payments" : fmt::format("payments{}", &somebody(who) - tenants_.data());
  }
  void place_contract(Tenant& who) {
    const Access access = asking();
    const Contract made{.id = fmt::format("c{}", below(100'000)),
                        .recipient = recipient(who),
                        .party = "processor.payments",
                        .purposes = {"service.billing"},
                        .tasks = {{"note", {"said"}}},
                        .confidential = true,
                        .starts = now() - Duration::days(1),
                        .ends = now() + within(Duration::days(90)),
                        .safeguard = "",
                        .key = key_.public_key().bytes()};
    ask(who, [&](Silo& silo, Side) { return answer(silo.place_contract(access, made)); });
    keep(who.contracts, made.id);
  }
  void end_contract(Tenant& who) {
    const Access access = asking();
    const std::string id = one_of(&Tenant::contracts, who, std::string("c"));
    ask(who, [&](Silo& silo, Side) { return answer(silo.end_contract(access, id)); });
  }
  void contracts(Tenant& who) {
    const Access access = asking();
    ask(who, [&](Silo& silo, Side) { return answer(silo.contracts(access)); });
  }
  void disclosures(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    const std::string to = recipient(who);
    const std::uint64_t from = one_in(2) ? 1 : number_of(who);
    const std::size_t most = limit();
    ask(who, [&](Silo& silo, Side) {
      return answer(silo.disclosures(access, subject, from, most)) +
             answer(silo.disclosures_to(access, to, from, most));
    });
  }
  void recall(Tenant& who) {
    const Access access = asking();
    const SubjectId subject = person(who);
    ask(who, [&](Silo& silo, Side) { return answer(silo.recall(access, subject)); });
  }
  void recalls(Tenant& who) {
    const Access access = asking();
    const std::size_t most = limit();
    std::uint64_t first = below(4'000);
    ask(who, [&](Silo& silo, Side) {
      const auto due = silo.recalls(access, 0, most);
      if (due && !due->empty()) first = due->front().number;
      return answer(due);
    });
    if (one_in(2)) return;
    ask(who, [&](Silo& silo, Side) { return answer(silo.settle_recall(access, first)); });
  }

  // Upkeep --------------------------------------------------------------------------------------

  void decisions(Tenant& who) {
    const Access access = asking();
    const std::int32_t from = now().utc_day() - static_cast<std::int32_t>(below(3));
    ask(who, [&](Silo& silo, Side) { return answer(silo.decisions(access, from)); });
  }
  void seal(Tenant& who) {
    const bool all = one_in(2);
    ask(who, [&](Silo& silo, Side) { return answer(silo.seal(all)); });
  }
  void purge(Tenant& who) {
    ask(who, [](Silo& silo, Side) { return answer(silo.purge()); });
  }
  void scrub(Tenant& who) {
    ask(who, [](Silo& silo, Side) { return answer(silo.scrub(true)); });
  }
  void statistics(Tenant& who) {
    who.journal_entries = who.among->statistics().journal_entries;
    ask(who, [](Silo& silo, Side) {
      AnswerText out;
      shown(out, silo.statistics());
      return out.take();
    });
  }
  void rotate_key(Tenant& who) {
    const std::size_t i = static_cast<std::size_t>(&who - tenants_.data());
    ask(who, [&](Silo&, Side side) {
      const Host& host = side == Side::kAmong ? among_ : *alone_[i];
      return answer(host.store->rotate_organization_key(who.id));
    });
  }
  void advance(Tenant&) { clock_.advance(within(Duration::hours(1))); }
  void reopen(Tenant&) {
    for (Tenant& tenant : tenants_) tenant.among = tenant.alone = nullptr;
    among_.open();
    for (const auto& host : alone_) host->open();
    connect();
  }

  /// How often of a million or so; what costs a walk through all or a file written anew, seldom.
  static const std::vector<Operation>& operations() {
    using M = MixedSilos;
    static const std::vector<Operation> all = {
        {"put", 90'000, &M::put},
        {"name_series", 15'000, &M::name_series},
        {"append", 70'000, &M::append},
        {"note", 15'000, &M::note},
        {"place_contract", 500, &M::place_contract},
        {"place_hold", 1'000, &M::place_hold},
        {"commit", 50'000, &M::commit},
        {"put_blob", 30'000, &M::put_blob},
        {"read_blob", 50'000, &M::read_blob},
        {"find", 120'000, &M::find},
        {"remove", 30'000, &M::remove},
        {"query", 70'000, &M::query},
        {"go_on", 50'000, &M::go_on},
        {"scan", 50'000, &M::scan},
        {"share", 15'000, &M::share},
        {"aggregate", 5'000, &M::aggregate},
        {"list_series", 15'000, &M::list_series},
        {"last_batch", 20'000, &M::last_batch},
        {"read", 50'000, &M::read},
        {"last_at", 15'000, &M::last_at},
        {"last_of_one", 30'000, &M::last_of_one},
        {"state_at", 30'000, &M::state_at},
        {"rollup", 15'000, &M::rollup},
        {"downsample", 15'000, &M::downsample},
        {"damage", 15'000, &M::damage},
        {"journal", 40'000, &M::journal},
        {"name_entry", 40'000, &M::name_entry},
        {"own_entries", 1'000, &M::own_entries},
        {"verify_journal", 5, &M::verify_journal},
        {"journal_head", 500, &M::journal_head},
        {"prove", 10'000, &M::prove},
        {"export_journal", 50, &M::export_journal},
        {"holdings", 10'000, &M::holdings},
        {"standing", 30'000, &M::standing},
        {"receipt", 1'000, &M::receipt},
        {"apply_erasures", 500, &M::apply_erasures},
        {"happened", 1'000, &M::happened},
        {"lift_hold", 2'000, &M::lift_hold},
        {"holds", 15'000, &M::holds},
        {"end_contract", 500, &M::end_contract},
        {"contracts", 5'000, &M::contracts},
        {"disclosures", 5'000, &M::disclosures},
        {"recall", 2'000, &M::recall},
        {"recalls", 5'000, &M::recalls},
        {"forget", 1'500, &M::forget},
        {"decisions", 200, &M::decisions},
        {"statistics", 1'000, &M::statistics},
        {"seal", 500, &M::seal},
        {"purge", 500, &M::purge},
        {"scrub", 20, &M::scrub},
        {"rotate_key", 20, &M::rotate_key},
        {"advance", 4'000, &M::advance},
        {"reopen", 2, &M::reopen},
    };
    return all;
  }

  std::uint64_t weights_ = 0;
};

}  // namespace heed::silo
