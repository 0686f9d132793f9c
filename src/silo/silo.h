// silo: the governed store. One organization's data is one silo: one directory, one database, one
// key. Nothing is read, written or removed without an Access, and the default is no.
//
// In:  records of declared kinds, samples of series, decisions worth remembering.
// Out: the same, to an access that the policy allows; otherwise the clause that refused it.
// Knows: policy, base. Nobody above. RocksDB stays behind silo/kv.h.
//
// Start at Store (all silos of a host), then Silo. Blocking: call from a worker thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/base.h"
#include "base/log.h"
#include "policy/policy.h"
#include "silo/series.h"

namespace heed::silo {

using policy::Access;
using policy::Governed;
using policy::Kind;
using policy::KindId;

/// What every stored item carries. Made by the silo at the write, never by a caller.
struct Label {
  KindId kind;
  /// Whom the item is about; nil when it is about no person (a machine's data).
  SubjectId subject;
  /// The surface it came through: "box", "browser", "api", "engine". 1 to 32 bytes.
  std::string source;
  std::uint32_t policy_version = 0;
  Time stored;
  /// After it no read succeeds, whether or not the purge has run.
  Time deadline;
};

using FieldValue = std::variant<std::monostate, std::string, std::int64_t, double, bool, Time>;

/// A document of a declared kind. Fields are in the kind's order; an absent one is monostate.
struct Record {
  KindId kind;
  /// The record's own name within its kind: 1 to 128 bytes. It is a key and so stands in the clear
  /// on disk: never an e-mail address or a name, but an id or a keyed hash.
  std::string id;
  SubjectId subject;
  std::string source;
  std::vector<FieldValue> fields;
  /// Filled in by reads, ignored by writes.
  Label label;
};

/// What a put expects to find; kConflict if it finds otherwise.
enum class Expect : std::uint8_t { kAnything, kAbsent, kPresent };

struct Page {
  std::vector<Record> records;
  /// Pass as `after` to go on; empty at the end.
  std::string next;
};

/// One entry of the journal, as it is read back. `hash` chains it to the one before:
/// SHA-256(previous hash | encoded entry).
struct JournalEntry {
  std::uint64_t number = 0;  ///< From 1, without holes.
  Time at;
  std::string actor;
  std::string what;    ///< "policy.activated", "read.refused", "series.purged", …
  std::string detail;  ///< JSON object; never personal values.
  Bytes hash;
};

struct JournalHead {
  std::uint64_t entries = 0;
  Bytes hash;
};

/// The store of one organization. Thread-safe.
class Silo {
 public:
  virtual ~Silo() = default;
  virtual OrganizationId organization() const = 0;

  // Records -------------------------------------------------------------------------------------

  /// Durable when it returns. kInvalid names an undeclared kind, a missing or mistyped field;
  /// nothing is stored then.
  virtual Governed<void> put(const Access& access, const Record& record,
                             Expect expect = Expect::kAnything) = 0;
  /// Nothing if it is absent or past its deadline.
  virtual Governed<std::optional<Record>> find(const Access& access, KindId kind,
                                               std::string_view id) const = 0;
  /// Whether there was one. Durable when it returns.
  virtual Governed<bool> remove(const Access& access, KindId kind, std::string_view id) = 0;
  /// In the order of ids, from the first one after `after` that starts with `prefix`; at most
  /// `limit` (1 to 1,000). Sees one snapshot.
  virtual Governed<Page> scan(const Access& access, KindId kind, std::string_view prefix,
                              std::string_view after, std::size_t limit) const = 0;

  // Series --------------------------------------------------------------------------------------

  /// The number of the series `name` of `kind`, made at the first call. At most 256 bytes of name.
  /// Numbers are never reused in a silo.
  virtual Governed<SeriesId> series(const Access& access, KindId kind, std::string_view name) = 0;
  /// All series whose name starts with `prefix`.
  virtual Governed<std::vector<SeriesName>> list_series(const Access& access, KindId kind,
                                                        std::string_view prefix) const = 0;
  /// All or nothing, durable when it returns; concurrent calls share one sync. A batch whose
  /// number is not above the last one accepted from its sender changes nothing and says so: that
  /// is how a resent batch is taken exactly once.
  virtual Governed<Appended> append(const Access& access, const Batch& batch) = 0;
  /// The number of the last batch accepted from `sender`; 0 before the first.
  virtual std::uint64_t last_batch(std::string_view sender) const = 0;
  /// Samples placed in `range`, in time order (equal times in the order they were appended), until
  /// `visit` says stop. The view is valid during the call only.
  virtual Governed<void> read(const Access& access, SeriesId series, TimeRange range,
                              const SampleVisitor& visit) const = 0;
  /// The last sample placed at or before `at`.
  virtual Governed<std::optional<Sample>> last_at(const Access& access, SeriesId series,
                                                  Time at) const = 0;
  /// At most `buckets` (2 to 100,000) equal parts of `range`, each with what keeps its extremes;
  /// parts without samples are left out.
  virtual Governed<std::vector<Bucket>> downsample(const Access& access, SeriesId series,
                                                   TimeRange range, std::size_t buckets) const = 0;

  // Journal -------------------------------------------------------------------------------------

  /// Appends to the journal; durable when it returns.
  virtual Governed<void> note(const Access& access, std::string_view what,
                              std::string_view detail_json) = 0;
  /// Entries number `from` and on, at most `limit` (1 to 1,000).
  virtual Governed<std::vector<JournalEntry>> journal(const Access& access, std::uint64_t from,
                                                      std::size_t limit) const = 0;
  /// Recomputes the whole chain. kCorrupt names the first entry that does not fit.
  virtual Result<JournalHead> verify_journal() const = 0;

  // Upkeep --------------------------------------------------------------------------------------

  /// Seals heads into chunks: those of past days and, when `all`, today's too.
  virtual Result<void> seal(bool all) = 0;
  /// Removes what is past its deadline.
  virtual Result<Purged> purge() = 0;
  virtual SiloStatistics statistics() const = 0;
};

struct StoreOptions {
  std::string data_directory;           ///< silos live in <data>/silos/<organization>/
  std::string key_directory;            ///< The key ring, outside the data (DESIGN §4). Mode 0700.
  std::size_t cache_bytes = 16U << 20;  ///< Shared by all silos.
  std::size_t write_buffer_bytes = 16U << 20;  ///< Shared by all silos.
  /// Samples held in memory by one silo before the oldest days are sealed.
  std::size_t head_samples = 200'000;
  std::size_t head_bytes = 16U << 20;    ///< Bytes of their texts, likewise.
  std::size_t decoded_bytes = 8U << 20;  ///< Chunks kept decoded; shared by all silos.
  std::vector<Kind> kinds;
  std::shared_ptr<const policy::Table> policy;
};

/// All silos of a host. Thread-safe. One process at a time: a second one is refused.
class Store {
 public:
  virtual ~Store() = default;
  /// Makes the directories and the root key at the first start. kInvalid when a kind's field names
  /// a category that the policy does not have, or a category without a keep; kConflict when another
  /// process has the store. `clock`, `random` and `log` outlive the store.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, const Clock& clock,
                                             Random& random, Log& log);
  virtual Result<std::shared_ptr<Silo>> create(OrganizationId organization) = 0;
  /// Opened at the first call. kNotFound if there is no such silo.
  virtual Result<std::shared_ptr<Silo>> silo(OrganizationId organization) = 0;
  virtual std::vector<OrganizationId> organizations() const = 0;
  virtual const policy::Table& policy() const = 0;
};

}  // namespace heed::silo
