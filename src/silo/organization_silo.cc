#include "silo/organization_silo.h"

#include <tuple>

#include "base/json.h"
#include "silo/backup_manifest.h"
#include "silo/disclosing.h"
#include "silo/eraser.h"
#include "silo/gate.h"
#include "silo/governed.h"
#include "silo/receipts.h"
#include "silo/record_access.h"
#include "silo/series_access.h"
#include "silo/series_store.h"
#include "silo/sharer.h"

namespace heed::silo {
namespace {

using policy::Shape;
using policy::Withheld;

constexpr std::size_t kLargestJournalPage = 1'000;
constexpr BytesView kNotedKey = "policy.noted";
constexpr BytesView kDataKeyKey = "data_key";
constexpr auto kEngine = "engine";
constexpr auto kEnginePurpose = "operation";

Result<std::uint32_t> last_data_key(kv::Database& database) {
  ASSIGN_OR_RETURN(const auto last, database.get(kv::Family::kMeta, kDataKeyKey));
  return last ? ByteReader(*last).u32() : 0;
}

/// The ring makes it durable. The database needs to know it only as soon as something that is
/// sealed under it is there, which its log has after this.
Result<std::uint32_t> next_data_key(kv::Database& database, Keyring& keyring,
                                    OrganizationId organization) {
  ASSIGN_OR_RETURN(const std::uint32_t last, last_data_key(database));
  ASSIGN_OR_RETURN(const std::uint32_t next, keyring.next_data_key(organization, last));
  const auto written = database.write(
      kv::Changes().put(kv::Family::kMeta, kDataKeyKey, ByteWriter().u32(next).view()),
      kv::Sync::kNo);
  if (!written) return std::unexpected(written.error());
  return next;
}

/// Before version 1 nothing converts what an earlier build wrote; nor is it read as what it is not.
Result<void> check_format(kv::Database& database, OrganizationId organization) {
  constexpr BytesView kFormatKey = "format";
  constexpr std::uint32_t kFormat = 2;
  ASSIGN_OR_RETURN(const auto written, database.get(kv::Family::kMeta, kFormatKey));
  if (written && ByteReader(*written).u32() == kFormat) return {};
  auto any = database.cursor(kv::Family::kMeta);
  any.seek({});
  if (auto walked = any.status(); !walked) return walked;
  if (any.valid()) {
    return fail(ErrorKind::kUnsupported,
                "the silo " + organization.text() + " was written in another format than this " +
                    "build of heed reads",
                "open it with the build that wrote it and take the data along with heed silo "
                "export, or begin in an empty data directory");
  }
  return database.write(
      kv::Changes().put(kv::Family::kMeta, kFormatKey, ByteWriter().u32(kFormat).view()),
      kv::Sync::kNo);
}

class OrganizationSilo final : public OpenSilo {
 public:
  OrganizationSilo(std::shared_ptr<const SharedByStore> shared, OrganizationId organization,
                   std::unique_ptr<kv::Database> database,
                   std::shared_ptr<const OrganizationKey> key,
                   std::unique_ptr<SubjectKeys> subject_keys)
      : shared_(shared),
        organization_(organization),
        database_(std::move(database)),
        subject_keys_(std::move(subject_keys)),
        marks_(key->first_secret().view()),
        sealer_(
            organization, [key](std::uint32_t data_key) { return key->secret_of(data_key); },
            [this] { return next_data_key(*database_, *shared_->keyring, organization_); },
            shared->random, subject_keys_.get()),
        moments_(*database_, shared->clock),
        subjects_(*database_, *subject_keys_),
        clocks_(*database_),
        blobs_(*database_, sealer_, shared->random),
        records_({*database_,
                  {sealer_, subjects_, shared->random},
                  marks_,
                  clocks_,
                  blobs_,
                  shared->clock}),
        holds_(*database_, sealer_, shared->clock),
        contracts_(*database_, sealer_, shared->clock),
        disclosures_({*database_, sealer_, subjects_, marks_, shared->clock}),
        log_(*database_),
        tally_(*database_, sealer_, shared->clock) {}
  ~OrganizationSilo() override { (void)tally_.flush(); }

  Result<void> load(SigningKey signing_key) {
    ASSIGN_OR_RETURN(journal_, Journal::open({organization_, *database_, sealer_, shared_->clock},
                                             std::move(signing_key)));
    noting_ = std::make_unique<Noting>(Noting::Ground{*database_, sealer_, subjects_,
                                                      *subject_keys_, records_.locks(), *journal_});
    gate_ = std::make_unique<Gate>(*shared_->rulings, *noting_, tally_, shared_->clock);
    sharing_ = std::make_unique<Sharing>(
        Sharing::Parts{organization_, *gate_, records_, *noting_, tally_, contracts_, disclosures_,
                       shared_->clock, shared_->random, subjects_});
    disclosing_ = std::make_unique<Disclosing>(Disclosing::Parts{
        *shared_->rulings, *gate_, *noting_, contracts_, disclosures_, shared_->clock});
    if (auto loaded = subjects_.load(); !loaded) return loaded;
    if (auto loaded = holds_.load(); !loaded) return loaded;
    if (auto loaded = clocks_.load(); !loaded) return loaded;
    if (auto loaded = blobs_.load(); !loaded) return loaded;
    for (const EventClocks::Event& event : clocks_.unapplied()) {
      ASSIGN_OR_RETURN([[maybe_unused]] const auto count, apply(event));
    }
    if (auto loaded = contracts_.load(); !loaded) return loaded;
    if (auto loaded = disclosures_.load(); !loaded) return loaded;
    const StoreOptions& options = shared_->options;
    ASSIGN_OR_RETURN(
        series_,
        SeriesStore::open({organization_, *database_, sealer_, *shared_->cache, *shared_->rulings,
                           log_, *journal_, subjects_, records_.locks(), shared_->log,
                           shared_->clock, options.head_samples, options.head_bytes}));
    telling_ = std::make_unique<SeriesAccess>(
        SeriesAccess::Parts{*gate_, *series_, subjects_, *shared_->rulings});
    eraser_ = std::make_unique<Eraser>(
        Eraser::Ground{organization_, *database_, sealer_, subjects_, *subject_keys_, records_,
                       holds_, *noting_, *series_, disclosures_, shared_->clock, shared_->random,
                       options.purge_within, options.erased});
    if (auto loaded = eraser_->load(*shared_->rulings->now()); !loaded) return loaded;
    filing_ = std::make_unique<RecordAccess>(
        RecordAccess::Parts{*gate_, records_, *noting_, subjects_, *shared_->rulings, *eraser_});
    return note_policy(shared_->rulings->now()->book());
  }

  OrganizationId organization() const override { return organization_; }

  Governed<void> put(const Access& access, const Record& record, Expect expect) override {
    return filing_->put(access, record, expect);
  }
  Governed<void> commit(const Access& access, const std::vector<Change>& changes) override {
    return filing_->commit(access, changes);
  }
  Governed<std::optional<Record>> find(const Access& access, KindId kind, std::string_view id,
                                       const std::shared_ptr<const Moment>& at) const override {
    return filing_->find(access, kind, id, at);
  }
  std::shared_ptr<const Moment> moment() const override { return moments_.make(); }
  Governed<bool> remove(const Access& access, KindId kind, std::string_view id) override {
    return filing_->remove(access, kind, id);
  }
  Governed<Page> scan(const Access& access, KindId kind, std::string_view prefix,
                      std::string_view after, std::size_t limit,
                      const std::shared_ptr<const Moment>& at) const override {
    return filing_->scan(access, kind, prefix, after, limit, at);
  }
  Governed<Page> query(const Access& access, const Query& query) const override {
    return filing_->query(access, query);
  }
  Governed<void> put_blob(const Access& access, const BlobPlace& place,
                          const BlobSource& source) override {
    return filing_->put_blob(access, place, source);
  }
  Governed<bool> read_blob(const Access& access, const BlobPlace& place, std::uint64_t from,
                           const BlobSink& sink) const override {
    return filing_->read_blob(access, place, from, sink);
  }

  Governed<Shared> share(const Access& access, const ShareRequest& request) override {
    return sharing_->share(access, request);
  }

  Governed<Aggregate> aggregate(const Access& access, KindId kind,
                                std::string_view field) const override {
    return sharing_->aggregate(access, kind, field);
  }

  Governed<SeriesId> series(const Access& access, KindId kind, std::string_view name,
                            SubjectId subject) override {
    ASSIGN_OR_RETURN(const auto made, telling_->series(access, kind, {std::string(name)}, subject));
    return made.front();
  }
  Governed<std::vector<SeriesId>> series(const Access& access, KindId kind,
                                         const std::vector<std::string>& names,
                                         SubjectId subject) override {
    return telling_->series(access, kind, names, subject);
  }
  Governed<std::vector<SeriesName>> list_series(const Access& access, KindId kind,
                                                std::string_view prefix) const override {
    return telling_->list(access, kind, prefix);
  }
  Governed<Appended> append(const Access& access, const Batch& batch) override {
    return telling_->append(access, batch);
  }
  std::uint64_t last_batch(std::string_view sender) const override {
    return series_->last_batch(sender);
  }
  Governed<void> read(const Access& access, SeriesId series, TimeRange range,
                      const SampleVisitor& visit) const override {
    return telling_->read(access, series, range, visit);
  }
  Governed<std::optional<Sample>> last_at(const Access& access, SeriesId series,
                                          Time at) const override {
    return telling_->last_at(access, series, at);
  }
  Governed<std::vector<std::optional<Sample>>> last_at(const Access& access,
                                                       const std::vector<SeriesId>& series,
                                                       Time at) const override {
    std::vector<std::optional<Sample>> all;
    for (const SeriesId one : series) {
      ASSIGN_OR_RETURN(auto last, telling_->last_at(access, one, at));
      all.push_back(std::move(last));
    }
    return all;
  }
  Governed<std::optional<InForce>> state_at(const Access& access, SeriesId series,
                                            Time at) const override {
    return telling_->state_at(access, series, at);
  }
  Governed<std::vector<Rollup>> rollup(const Access& access, SeriesId series, TimeRange range,
                                       Duration step) const override {
    return telling_->rollup(access, series, range, step);
  }
  Governed<std::vector<Bucket>> downsample(const Access& access, SeriesId series, TimeRange range,
                                           std::size_t buckets) const override {
    return telling_->downsample(access, series, range, buckets);
  }
  Governed<Damage> damage(const Access& access, SeriesId series, TimeRange range) const override {
    return telling_->damage(access, series, range);
  }

  Governed<void> note(const Access& access, std::string_view what, std::string_view detail_json,
                      const NoteAbout& about) override {
    if (auto may = gate_->check_journal(access); !may) return may;
    auto noted =
        governed(noting_->append({access.actor, what, detail_json, about}, kv::Sync::kYes));
    if (!noted) return std::unexpected(std::move(noted).error());
    return {};
  }

  Governed<NamedEntry> name_entry(const Access& access, const JournalEntry& entry) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    return governed(noting_->name(entry));
  }

  Governed<OwnEntries> own_entries(const Access& access, SubjectId subject, std::uint64_t from,
                                   std::size_t limit) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    if (limit == 0 || limit > kLargestJournalPage) return no_page_of_entries();
    return governed(proved_entries(subject, from, limit));
  }

  Governed<std::vector<JournalEntry>> journal(const Access& access, std::uint64_t from,
                                              std::size_t limit) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    if (limit == 0 || limit > kLargestJournalPage) return no_page_of_entries();
    return governed(journal_->read(from, limit));
  }

  Result<SignedHead> verify_journal() const override { return journal_->verify(policy_hash()); }

  Result<SignedHead> journal_head() const override { return journal_->give_head(policy_hash()); }

  PublicKey journal_key() const override { return journal_->key(); }

  Governed<merkle::Proof> prove_entry(const Access& access, std::uint64_t number,
                                      std::uint64_t entries) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    return governed(journal_->prove_entry(number, entries));
  }

  Governed<merkle::Proof> prove_growth(const Access& access, std::uint64_t earlier,
                                       std::uint64_t later) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    return governed(journal_->prove_growth(earlier, later));
  }

  Governed<void> export_journal(const Access& access, std::uint64_t from, std::uint64_t to,
                                const ExportLine& line) const override {
    if (auto may = gate_->check_journal(access); !may) return may;
    return governed(journal_->write_export(from, to, policy_hash(), line));
  }

  Governed<DecisionLog> decisions(const Access& access, std::int32_t from_day) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    return governed(tally_.since(from_day));
  }

  Result<void> seal(bool all) override {
    if (auto sealed = series_->seal(all); !sealed) return sealed;
    if (auto flushed = tally_.flush(); !flushed) return flushed;
    return journal_->keep_head_now_and_then(policy_hash());
  }

  Result<void> seal_if_full() override { return series_->seal_if_full(); }

  Result<Purged> purge() override {
    Purged purged;
    moments_.end_old();
    const auto rulings = shared_->rulings->now();
    ASSIGN_OR_RETURN([[maybe_unused]] const auto resumed, eraser_->resume_postponed(*rulings));
    ASSIGN_OR_RETURN([[maybe_unused]] const auto away, eraser_->forget_stayed_away(*rulings));
    ASSIGN_OR_RETURN([[maybe_unused]] const auto cleared, eraser_->remove_left(*rulings));
    ASSIGN_OR_RETURN([[maybe_unused]] const auto stopped, disclosing_->stop_ended());
    const auto spared = [this](const Label& label) { return holds_.spare(label); };
    ASSIGN_OR_RETURN(const auto records, records_.purge(*rulings, spared));
    for (const auto& [kind, count] : records) {
      purged.records += count;
      count_expiry(*rulings, kind, count);
    }
    const auto spared_series = [this](KindId kind, SubjectId subject) {
      return holds_.spare({.kind = kind, .subject = subject});
    };
    ASSIGN_OR_RETURN(const auto chunks, series_->purge(spared_series));
    for (const auto& [kind, count] : chunks) {
      purged.chunks += count;
      count_expiry(*rulings, kind, count);
    }
    if (auto gone = tally_.expire(); !gone) return std::unexpected(gone.error());
    if (purged.records + purged.chunks == 0) return purged;
    if (auto left = eraser_->leave_remains(); !left) return std::unexpected(left.error());
    JsonWriter detail;
    detail.begin_object()
        .member("records", purged.records)
        .member("chunks", purged.chunks)
        .end_object();
    // Synced, and with it the removals before it.
    const auto noted = noting_->note(kEngine, "purged", detail.view());
    if (!noted) return std::unexpected(noted.error());
    return purged;
  }

  bool declares(KindId kind) const override {
    return shared_->rulings->now()->find(kind) != nullptr;
  }

  SiloStatistics statistics() const override {
    SiloStatistics now = series_->statistics();
    now.journal_entries = journal_->entries();
    const Time at = shared_->clock.now();
    const auto spared = [this](const Label& label) { return holds_.spare(label); };
    const auto spared_series = [this](KindId kind, SubjectId subject) {
      return holds_.spare({.kind = kind, .subject = subject});
    };
    for (const auto& due : {records_.first_due(*shared_->rulings->now(), spared),
                            series_->first_due(spared_series)}) {
      if (due && *due <= at) now.overdue = std::max(now.overdue, at - *due);
    }
    if (const auto since = eraser_->remains_since()) {
      now.physically_overdue = std::max(Duration(), at - (*since + shared_->options.purge_within));
      now.remains = std::max(Duration(), at - *since);
    }
    now.scrubbed = eraser_->scrubbed();
    for (std::size_t family = 0; family < kv::kFamilies; ++family) {
      now.file_bytes += database_->file_bytes(static_cast<kv::Family>(family));
    }
    now.erasures = erasures();
    return now;
  }

  Result<bool> scrub(bool at_once) override {
    if (eraser_->is_scrub_due(at_once)) moments_.end_all();
    return eraser_->scrub(*shared_->rulings->now(), at_once);
  }

  Governed<std::vector<Holding>> holdings(const Access& access, SubjectId subject) const override {
    const auto rulings = shared_->rulings->now();
    ASSIGN_OR_RETURN(auto all, governed(eraser_->holdings(*rulings, subject)));
    for (const Holding& holding : all) {
      auto may = gate_->check_items(access, holding.kind, rulings->find(holding.kind)->kind.shape);
      if (!may) return std::unexpected(std::move(may).error());
    }
    return all;
  }

  Governed<Standing> standing(const Access& access, SubjectId subject) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    return governed(eraser_->standing(subject));
  }

  Governed<ErasureReceipt> forget(const Access& access, SubjectId subject,
                                  std::string_view reason) override {
    const auto rulings = shared_->rulings->now();
    if (auto may = check_forget(access, *rulings, subject); !may) {
      return std::unexpected(may.error());
    }
    return governed(eraser_->forget(*rulings, subject, reason, access.actor));
  }

  Governed<Suspension> suspend(const Access& access, SubjectId subject,
                               std::string_view reason) override {
    const Duration window = shared_->options.recovery_window;
    if (window <= Duration()) {
      return std::unexpected(
          Withheld(Error{ErrorKind::kUnsupported, "here, who is forgotten cannot come back",
                         "start with a recovery window, or erase for good"}));
    }
    const auto rulings = shared_->rulings->now();
    if (auto may = check_forget(access, *rulings, subject); !may) {
      return std::unexpected(may.error());
    }
    // To the end of a day: the slot has no room for more.
    constexpr std::int64_t kDay = 86'400;
    const std::int32_t last = (shared_->clock.now() + window).utc_day();
    const Time until = Time::from_seconds((std::int64_t{last} + 1) * kDay);
    return governed(eraser_->suspend(subject, reason, access.actor, until));
  }

  Governed<void> come_back(const Access& access, SubjectId subject,
                           std::string_view code) override {
    if (auto may = gate_->check_journal(access); !may) return may;
    return governed(eraser_->come_back(subject, code));
  }

  Bytes erasure_ledger() const override { return subject_keys_->ledger(); }

  std::uint64_t erasures() const override { return subject_keys_->erasures().size(); }

  bool is_erased(SubjectId subject) const override { return subject_keys_->is_erased(subject); }

  Result<void> apply_erasures(BytesView ledger) override {
    return eraser_->replay(*shared_->rulings->now(), ledger);
  }

  Governed<std::string> receipt(const Access& access, std::uint64_t number) override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    return governed(give_receipt(*eraser_, *journal_, organization_, number, policy_hash()));
  }

  Governed<std::vector<ErasureReceipt>> receipts(const Access& access, std::uint64_t before,
                                                 std::size_t limit) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    if (limit == 0 || limit > kLargestJournalPage) return no_page_of_entries();
    return governed(list_receipts(*eraser_, erasures(), before, limit));
  }

  Governed<std::uint64_t> happened(const Access& access, std::string_view event, SubjectId subject,
                                   Time at) override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    if (!shared_->rulings->now()->policy().events().find(event)) {
      return std::unexpected(Withheld(
          Error{ErrorKind::kInvalid, "the policy declares no event '" + std::string(event) + "'",
                "name one that a `keep … until` waits for"}));
    }
    JsonWriter detail;
    detail.begin_object().member("event", event).member("at", at).end_object();
    auto noted =
        governed(noting_->append({access.actor, "event.happened", detail.view()}, kv::Sync::kNo));
    if (!noted) return std::unexpected(noted.error());
    ASSIGN_OR_RETURN(const auto known,
                     governed(clocks_.note({std::string(event), subject, at, false})));
    return governed(apply(known));
  }

  Governed<void> place_hold(const Access& access, const Hold& hold) override {
    if (auto may = gate_->check_journal(access); !may) return may;
    Hold placed = hold;
    ASSIGN_OR_RETURN(placed.by, governed(noting_->word_for(access.actor)));
    JsonWriter detail;
    detail.begin_object().member("hold", hold.id).member("until", hold.until).end_object();
    if (auto done = governed(holds_.place(std::move(placed))); !done) return done;
    return governed(noting_->note(access.actor, "hold.placed", detail.view()));
  }

  Governed<bool> lift_hold(const Access& access, std::string_view id) override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    JsonWriter detail;
    detail.begin_object().member("hold", id).end_object();
    ASSIGN_OR_RETURN(const bool lifted, governed(holds_.lift(id)));
    if (!lifted) return false;
    auto noted = governed(noting_->note(access.actor, "hold.lifted", detail.view()));
    if (!noted) return std::unexpected(noted.error());
    return true;
  }

  Governed<std::vector<Hold>> holds(const Access& access) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    auto all = holds_.all();
    for (Hold& hold : all) {
      ASSIGN_OR_RETURN(hold.by, governed(noting_->with_names(hold.by)));
    }
    return all;
  }

  Governed<void> place_contract(const Access& access, const Contract& contract) override {
    return disclosing_->place(access, contract);
  }
  Governed<bool> end_contract(const Access& access, std::string_view id) override {
    return disclosing_->end(access, id);
  }
  Governed<std::vector<Contract>> contracts(const Access& access) const override {
    return disclosing_->contracts(access);
  }
  Governed<std::vector<Disclosed>> disclosures(const Access& access, SubjectId subject,
                                               std::uint64_t from,
                                               std::size_t limit) const override {
    return disclosing_->of(access, subject, from, limit);
  }
  Governed<std::vector<Disclosed>> disclosures_to(const Access& access, std::string_view recipient,
                                                  std::uint64_t from,
                                                  std::size_t limit) const override {
    return disclosing_->to(access, recipient, from, limit);
  }
  Governed<std::uint64_t> recall(const Access& access, SubjectId subject) override {
    return disclosing_->recall(access, subject);
  }
  Governed<std::vector<Recall>> recalls(const Access& access, std::uint64_t after,
                                        std::size_t limit) const override {
    return disclosing_->recalls(access, after, limit);
  }
  Governed<bool> settle_recall(const Access& access, std::uint64_t number) override {
    return disclosing_->settle(access, number);
  }

  Result<void> rotate_key() override {
    ASSIGN_OR_RETURN(const std::uint32_t last, last_data_key(*database_));
    if (auto rotated = shared_->keyring->rotate_organization(organization_, last); !rotated) {
      return rotated;
    }
    sealer_.renew();
    return journal_->append(kEngine, "key.rotated", "{}", kv::Sync::kYes);
  }

  Result<void> checkpoint(const std::string& directory) const override {
    return database_->checkpoint(directory);
  }

  Result<Bytes> sign_backup(BytesView statement) const override {
    require(statement.starts_with(kBackupPurpose), "a backup's statement says that it is one");
    ASSIGN_OR_RETURN(const SigningKey key, shared_->keyring->signing_key(organization_));
    return key.sign(statement);
  }

  Result<void> note_policy(const policy::Book& book) override {
    const Lock lock(noting_versions_);
    ASSIGN_OR_RETURN(const auto known, database_->get(kv::Family::kMeta, kNotedKey));
    const std::uint32_t noted = known ? ByteReader(*known).u32() : 0;
    for (const policy::Version& version : book.versions()) {
      if (version.number <= noted) continue;
      if (auto done = note_version(version); !done) return done;
    }
    return {};
  }

  Result<bool> stores(const policy::Kind& kind) const override {
    if (kind.shape == Shape::kRecord) return records_.any(kind.id);
    return !series_->registry().list(kind.id, {}).empty();
  }

 private:
  Governed<void> check_forget(const Access& access, const Rulings& rulings, SubjectId subject) {
    ASSIGN_OR_RETURN(const auto all, governed(eraser_->kinds_held(rulings, subject)));
    // Of whom the journal alone tells: otherwise people could take their names out of it.
    if (all.empty() && !subjects_.is_erased(subject)) {
      if (auto may = gate_->check_journal(access); !may) return may;
    }
    for (const KindId kind : all) {
      const Shape shape = rulings.find(kind)->kind.shape;
      ASSIGN_OR_RETURN(const Pass pass, gate_->check_items(access, kind, shape));
      // Forgetting keeps every earlier promise: the version in force alone decides.
      const std::uint32_t now = pass.rulings().version();
      if (!pass.sure() && !pass.allows({}, now)) {
        return std::unexpected(gate_->refused(pass, {}, now));
      }
      gate_->counted(pass, {}, now);
    }
    return {};
  }

  Result<std::uint64_t> apply(const EventClocks::Event& event) {
    ASSIGN_OR_RETURN(const auto count,
                     records_.apply_clocks(*shared_->rulings->now(), event.subject));
    if (auto marked = clocks_.mark_applied(event); !marked) {
      return std::unexpected(marked.error());
    }
    return count;
  }

  Result<OwnEntries> proved_entries(SubjectId subject, std::uint64_t from,
                                    std::size_t limit) const {
    OwnEntries own;
    ASSIGN_OR_RETURN(const auto all, noting_->own(subject, from, limit));
    ASSIGN_OR_RETURN(own.head, journal_->give_head(policy_hash()));
    for (const auto& [number, theirs] : all) {
      // Written after the head was signed: the next page has it.
      if (number > own.head.head.entries) break;
      ASSIGN_OR_RETURN(auto entry, journal_->read(number, 1));
      if (entry.empty()) return fail(ErrorKind::kCorrupt, "the journal lacks an entry");
      ASSIGN_OR_RETURN(const NamedEntry named, noting_->name(entry.front()));
      ASSIGN_OR_RETURN(auto proof, journal_->prove_entry(number, own.head.head.entries));
      own.entries.push_back({std::move(entry.front()), theirs,
                             named.subject == subject ? named.record : "", std::move(proof)});
    }
    return own;
  }

  static std::unexpected<Withheld> no_page_of_entries() {
    return std::unexpected(
        Withheld(Error{ErrorKind::kInvalid, "a page has 1 to 1,000 journal entries", {}}));
  }

  static Bytes hash_bytes(const policy::Policy& policy) {
    return from_hex(policy.hash()).value_or("");
  }
  Bytes policy_hash() const { return hash_bytes(shared_->rulings->now()->policy()); }

  /// What expired was removed by the clause that says how long it is kept.
  void count_expiry(const Rulings& rulings, KindId kind, std::uint64_t times) {
    const DeclaredKind* declared = rulings.find(kind);
    if (declared == nullptr) return;
    const policy::Policy& policy = rulings.policy();
    for (const DeclaredKind::Use& use : declared->uses) {
      const policy::Keep* keep = policy.keep(use.category);
      if (keep == nullptr || keep->clauses.empty()) continue;
      policy::LoggedDecision decision;
      decision.actor = kEngine;
      decision.purpose = kEnginePurpose;
      decision.party = kEngine;
      decision.category = policy.categories().path(use.category);
      decision.allowed = true;
      decision.clause = policy.clauses()[keep->clauses.front()].id;
      tally_.count(std::move(decision), times);
    }
  }

  Result<void> note_version(const policy::Version& version) HEED_REQUIRES(noting_versions_) {
    JsonWriter detail;
    detail.begin_object()
        .member("name", version.policy->name())
        .member("version", std::uint64_t{version.number})
        .member("hash", version.policy->hash())
        .member("by", version.by)
        .end_object();
    const SubjectId by = SubjectId::parse(version.by).value_or(SubjectId());
    const auto noted = noting_->append(
        {.actor = kEngine, .what = "policy.activated", .detail = detail.view(), .persons = {by}},
        kv::Sync::kNo);
    if (!noted) return std::unexpected(noted.error());
    // The first head under it. Synced with what comes next.
    if (auto kept = journal_->keep_head(hash_bytes(*version.policy)); !kept) return kept;
    return database_->write(
        kv::Changes().put(kv::Family::kMeta, kNotedKey, ByteWriter().u32(version.number).view()),
        kv::Sync::kYes);
  }

  const std::shared_ptr<const SharedByStore> shared_;
  const OrganizationId organization_;
  const std::unique_ptr<kv::Database> database_;
  const std::unique_ptr<SubjectKeys> subject_keys_;
  const MarkKey marks_;
  Sealer sealer_;
  mutable Moments moments_;
  Subjects subjects_;
  EventClocks clocks_;
  Blobs blobs_;
  Records records_;
  Holds holds_;
  Contracts contracts_;
  Disclosures disclosures_;
  DatabaseLog log_;
  mutable Tally tally_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Noting> noting_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<Sharing> sharing_;
  std::unique_ptr<Disclosing> disclosing_;
  std::unique_ptr<SeriesStore> series_;
  std::unique_ptr<SeriesAccess> telling_;
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<RecordAccess> filing_;
  Mutex noting_versions_;
};

}  // namespace

std::string silo_directory(const StoreOptions& options, OrganizationId organization) {
  return options.data_directory + "/silos/" + organization.text();
}

Result<std::shared_ptr<OpenSilo>> open_silo(std::shared_ptr<const SharedByStore> shared,
                                            OrganizationId organization) {
  ASSIGN_OR_RETURN(auto key, shared->keyring->organization_key(organization));
  ASSIGN_OR_RETURN(SigningKey signing_key, shared->keyring->signing_key(organization));
  ASSIGN_OR_RETURN(auto subject_keys,
                   SubjectKeys::open(shared->keyring->subjects_path(organization), organization,
                                     key->first_secret().view(), shared->random));
  ASSIGN_OR_RETURN(auto database, kv::Database::open(silo_directory(shared->options, organization),
                                                     *shared->memory));
  if (auto fits = check_format(*database, organization); !fits) {
    return std::unexpected(fits.error());
  }
  auto silo = std::make_shared<OrganizationSilo>(shared, organization, std::move(database),
                                                 std::move(key), std::move(subject_keys));
  if (auto loaded = silo->load(std::move(signing_key)); !loaded) {
    return std::unexpected(loaded.error());
  }
  return silo;
}

}  // namespace heed::silo
