#include "silo/organization_silo.h"

#include <type_traits>

#include "base/json.h"
#include "silo/gate.h"
#include "silo/records.h"
#include "silo/series_reading.h"
#include "silo/series_store.h"

namespace heed::silo {
namespace {

using policy::Shape;
using policy::Withheld;

constexpr std::size_t kLargestJournalPage = 1'000;
constexpr BytesView kPolicyKey = "policy";
constexpr BytesView kDataKeyKey = "data_key";
constexpr std::string_view kEngine = "engine";

template <class T>
Governed<T> governed(Result<T> result) {
  if (!result) return std::unexpected(Withheld(std::move(result).error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

/// The number after the last data key that was used, durable before it is used.
Result<std::uint32_t> next_data_key(kv::Database& database) {
  ASSIGN_OR_RETURN(const auto last, database.get(kv::Family::kMeta, kDataKeyKey));
  const std::uint32_t next = last ? ByteReader(*last).u32() + 1 : 1;
  if (next == 0) return fail(ErrorKind::kExhausted, "all data keys of this silo are used up");
  const auto written = database.write(
      kv::Changes().put(kv::Family::kMeta, kDataKeyKey, ByteWriter().u32(next).view()),
      kv::Sync::kYes);
  if (!written) return std::unexpected(written.error());
  return next;
}

class OrganizationSilo final : public Silo {
 public:
  OrganizationSilo(std::shared_ptr<const SharedByStore> shared, OrganizationId organization,
                   std::unique_ptr<kv::Database> database, Bytes key)
      : shared_(shared),
        organization_(organization),
        database_(std::move(database)),
        sealer_(
            organization, std::move(key), shared->options.policy->version(),
            [this] { return next_data_key(*database_); }, shared->random),
        records_(*database_, sealer_, shared->clock),
        log_(*database_) {}

  Result<void> load() {
    ASSIGN_OR_RETURN(journal_, Journal::open(*database_, sealer_, shared_->clock));
    gate_ =
        std::make_unique<Gate>(shared_->options.policy, shared_->kinds, *journal_, shared_->clock);
    const StoreOptions& options = shared_->options;
    ASSIGN_OR_RETURN(
        series_,
        SeriesStore::open({organization_, *database_, sealer_, *shared_->cache, shared_->kinds,
                           log_, shared_->clock, options.head_samples, options.head_bytes}));
    return note_policy();
  }

  OrganizationId organization() const override { return organization_; }

  Governed<void> put(const Access& access, const Record& record, Expect expect) override {
    ASSIGN_OR_RETURN(const DeclaredKind* kind, gate_->check(access, record.kind, Shape::kRecord));
    return governed(records_.put(*kind, record, expect));
  }

  Governed<std::optional<Record>> find(const Access& access, KindId kind,
                                       std::string_view id) const override {
    ASSIGN_OR_RETURN(const DeclaredKind* declared, gate_->check(access, kind, Shape::kRecord));
    return governed(records_.find(*declared, id));
  }

  Governed<bool> remove(const Access& access, KindId kind, std::string_view id) override {
    ASSIGN_OR_RETURN(const DeclaredKind* declared, gate_->check(access, kind, Shape::kRecord));
    return governed(records_.remove(*declared, id));
  }

  Governed<Page> scan(const Access& access, KindId kind, std::string_view prefix,
                      std::string_view after, std::size_t limit) const override {
    ASSIGN_OR_RETURN(const DeclaredKind* declared, gate_->check(access, kind, Shape::kRecord));
    return governed(records_.scan(*declared, prefix, after, limit));
  }

  Governed<SeriesId> series(const Access& access, KindId kind, std::string_view name) override {
    ASSIGN_OR_RETURN(const DeclaredKind* declared, gate_->check(access, kind, Shape::kSeries));
    return governed(series_->registry().ensure(declared->kind.id, name));
  }

  Governed<std::vector<SeriesName>> list_series(const Access& access, KindId kind,
                                                std::string_view prefix) const override {
    ASSIGN_OR_RETURN(const DeclaredKind* declared, gate_->check(access, kind, Shape::kSeries));
    return series_->registry().list(declared->kind.id, prefix);
  }

  Governed<Appended> append(const Access& access, const Batch& batch) override {
    std::vector<KindId> checked;
    SeriesId before;
    for (const SeriesSample& s : batch.samples) {
      if (s.series == before) continue;
      before = s.series;
      const KindId kind = series_->registry().kind_of(s.series).value_or(KindId());
      if (kind == KindId()) return std::unexpected(Withheld(no_series(s.series)));
      if (std::ranges::find(checked, kind) != checked.end()) continue;
      if (auto may = gate_->check(access, kind, Shape::kSeries); !may) {
        return std::unexpected(may.error());
      }
      checked.push_back(kind);
    }
    return governed(series_->append(batch));
  }

  std::uint64_t last_batch(std::string_view sender) const override {
    return series_->last_batch(sender);
  }

  Governed<void> read(const Access& access, SeriesId series, TimeRange range,
                      const SampleVisitor& visit) const override {
    ASSIGN_OR_RETURN(SeriesView view, checked_view(access, series, range));
    return governed(read_samples(view, range, visit));
  }

  Governed<std::optional<Sample>> last_at(const Access& access, SeriesId series,
                                          Time at) const override {
    ASSIGN_OR_RETURN(SeriesView view, checked_view(access, series, {Time::min(), at}));
    return governed(last_sample(view, at));
  }

  Governed<std::vector<Bucket>> downsample(const Access& access, SeriesId series, TimeRange range,
                                           std::size_t buckets) const override {
    ASSIGN_OR_RETURN(SeriesView view, checked_view(access, series, range));
    return governed(heed::silo::downsample(view, range, buckets));
  }

  Governed<void> note(const Access& access, std::string_view what,
                      std::string_view detail_json) override {
    if (auto may = gate_->check_journal(access); !may) return may;
    return governed(journal_->append(access.actor, what, detail_json, kv::Sync::kYes));
  }

  Governed<std::vector<JournalEntry>> journal(const Access& access, std::uint64_t from,
                                              std::size_t limit) const override {
    if (auto may = gate_->check_journal(access); !may) return std::unexpected(may.error());
    if (limit == 0 || limit > kLargestJournalPage) {
      return std::unexpected(
          Withheld(Error{ErrorKind::kInvalid, "a page has 1 to 1,000 journal entries", {}}));
    }
    return governed(journal_->read(from, limit));
  }

  Result<JournalHead> verify_journal() const override { return journal_->verify(); }

  Result<void> seal(bool all) override { return series_->seal(all); }

  Result<Purged> purge() override {
    Purged purged;
    ASSIGN_OR_RETURN(purged.records, records_.purge());
    ASSIGN_OR_RETURN(purged.chunks, series_->purge());
    if (purged.records + purged.chunks == 0) return purged;
    JsonWriter detail;
    detail.begin_object()
        .member("records", purged.records)
        .member("chunks", purged.chunks)
        .end_object();
    // Synced, and with it the removals before it.
    const auto noted = journal_->append(kEngine, "purged", detail.view(), kv::Sync::kYes);
    if (!noted) return std::unexpected(noted.error());
    return purged;
  }

  SiloStatistics statistics() const override {
    SiloStatistics now = series_->statistics();
    now.journal_entries = journal_->head().entries;
    auto cursor = database_->cursor(kv::Family::kDeadlines);
    cursor.seek({});
    if (cursor.valid()) {
      const Time due = Time::from_nanoseconds(ByteReader(cursor.key()).i64());
      now.overdue = std::max(now.overdue, shared_->clock.now() - due);
    }
    return now;
  }

 private:
  static Error no_series(SeriesId series) {
    return {ErrorKind::kInvalid, "there is no series " + std::to_string(series.number), {}};
  }

  Governed<SeriesView> checked_view(const Access& access, SeriesId series, TimeRange range) const {
    const auto kind = series_->registry().kind_of(series);
    if (!kind) return std::unexpected(Withheld(no_series(series)));
    ASSIGN_OR_RETURN(const DeclaredKind* declared, gate_->check(access, *kind, Shape::kSeries));
    return series_->view(series, *declared, range);
  }

  Result<void> note_policy() {
    const policy::Table& policy = *shared_->options.policy;
    JsonWriter detail;
    detail.begin_object()
        .member("name", policy.name())
        .member("version", std::uint64_t{policy.version()})
        .end_object();
    ASSIGN_OR_RETURN(const auto known, database_->get(kv::Family::kMeta, kPolicyKey));
    if (known == detail.view()) return {};
    auto noted = journal_->append(kEngine, "policy.activated", detail.view(), kv::Sync::kNo);
    if (!noted) return noted;
    return database_->write(kv::Changes().put(kv::Family::kMeta, kPolicyKey, detail.view()),
                            kv::Sync::kYes);
  }

  const std::shared_ptr<const SharedByStore> shared_;
  const OrganizationId organization_;
  const std::unique_ptr<kv::Database> database_;
  Sealer sealer_;
  Records records_;
  DatabaseLog log_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<SeriesStore> series_;
};

}  // namespace

std::string silo_directory(const StoreOptions& options, OrganizationId organization) {
  return options.data_directory + "/silos/" + organization.text();
}

Result<std::shared_ptr<Silo>> open_silo(std::shared_ptr<const SharedByStore> shared,
                                        OrganizationId organization) {
  ASSIGN_OR_RETURN(Bytes key, shared->keyring->organization_key(organization));
  ASSIGN_OR_RETURN(auto database, kv::Database::open(silo_directory(shared->options, organization),
                                                     *shared->memory));
  auto silo =
      std::make_shared<OrganizationSilo>(shared, organization, std::move(database), std::move(key));
  if (auto loaded = silo->load(); !loaded) return std::unexpected(loaded.error());
  return silo;
}

}  // namespace heed::silo
