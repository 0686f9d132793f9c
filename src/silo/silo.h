// silo: the governed store. One organization's data is one silo: one directory, one database, one
// key. Nothing is read, written or removed without an Access, and the default is no.
//
// In:  records of the kinds that the policy declares, samples of series, new versions of the
// policy. Out: the same, to an access that the policy allows; otherwise the clause that refused it.
// What it
//      decided, counted, and what it handed on, in the journal.
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
#include "policy/activation.h"
#include "policy/book.h"
#include "policy/coverage.h"
#include "policy/policy.h"
#include "policy/replay.h"
#include "silo/blob.h"
#include "silo/erasure.h"
#include "silo/journal_export.h"
#include "silo/keyring.h"
#include "silo/moment.h"
#include "silo/own_entries.h"
#include "silo/series.h"
#include "silo/sharing.h"

namespace heed::silo {

namespace kv {
class Disk;
}

using policy::Access;
using policy::Governed;
using policy::Kind;
using policy::KindId;

/// What every stored item carries. Made by the silo at the write, never by a caller.
struct Label {
  KindId kind;
  /// Whom the item is about; nil when it is about no person (a machine's data).
  SubjectId subject;
  /// The surface it came through, a word that the policy declares as `source`: "box", "browser",
  /// "site.demo_form". 1 to 64 bytes.
  std::string source;
  /// The version that it was collected under, and whose promise it keeps (policy/book.h).
  std::uint32_t policy_version = 0;
  Time stored;
  /// After it no read succeeds, whether or not the purge has run.
  Time deadline;
  /// Who owns it beside `subject`, by fields that say so; it stays until the last of all is erased.
  std::vector<SubjectId> owners = {};
  /// 1 when it was first put, one more with each change. What a conditional change expects.
  std::uint64_t revision = 0;
  /// By whom its fields were last corrected, as the journal names them, and when (O62); empty and 0
  /// if never.
  std::string corrected_by = {};
  Time corrected = {};
};

/// A document of a declared kind. Fields are in the kind's order; an absent one is monostate. A
/// blob field says which content it has (Blob::parse()); put_blob() alone gives it another one.
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

// What commit() changes, all of it or nothing. A `revision` that is given must be the record's own.
struct Put {
  Record record;
  Expect expect = Expect::kAnything;
  std::optional<std::uint64_t> revision = {};
};
/// A correction: the named fields take new values, all else stays, and the label keeps who and
/// when. kConflict if there is no such record.
struct Patch {
  KindId kind;
  std::string id;
  std::vector<std::pair<std::string, FieldValue>> fields;
  std::optional<std::uint64_t> revision = {};
};
/// Passes over a record that is not there, unless a revision is expected.
struct Removal {
  KindId kind;
  std::string id;
  std::optional<std::uint64_t> revision = {};
};
using Change = std::variant<Put, Patch, Removal>;

/// One way to look for records of a kind: at most one of `subject`, `field` and `stored` is given;
/// without any, all in the order of ids.
struct Query {
  KindId kind;
  /// Whom they are about, whom they mention, or who owns them; in the order of ids.
  std::optional<SubjectId> subject = {};
  /// An `indexed` field and its exact value; in the order of ids.
  std::optional<std::pair<std::string, FieldValue>> field = {};
  /// When they were last stored; in that order.
  std::optional<TimeRange> stored = {};
  /// Page::next of the page before.
  std::string after = {};
  /// Silo::moment(); without it, each page sees its own.
  std::shared_ptr<const Moment> at = {};
  std::size_t limit = 100;  ///< 1 to 1,000
};

constexpr std::size_t kMostChanges = 1'000;  ///< Of one commit.

struct Page {
  std::vector<Record> records;
  /// Pass as `after` to go on; empty at the end. Means nothing to anybody but the silo.
  std::string next;
  /// Records that the policy refuses to this access and that were left out: those of another source
  /// or of an earlier, stricter version.
  std::uint64_t withheld = 0;
};

/// What was decided, counted by day. `uncounted` decisions fell out of the bound on distinct ones.
struct DecisionLog {
  std::vector<policy::LoggedDecision> decisions;
  std::uint64_t uncounted = 0;
};

/// The store of one organization. Thread-safe.
///
/// Each operation is decided by the policy in force; one that touches an item also by the version
/// that the item keeps (Book::kept_for), and the stricter one wins. `aggregated`, `ground_logged`
/// and `contract_valid` cannot be claimed by an access: the silo itself finds them out.
class Silo {
 public:
  virtual ~Silo() = default;
  virtual OrganizationId organization() const = 0;

  /// Whether the policy in force has the kind. One of before the program had it has not: then there
  /// is nothing of it, and reading it is kInvalid.
  virtual bool declares(KindId kind) const = 0;

  // Records -------------------------------------------------------------------------------------

  /// Durable when it returns. kInvalid names an undeclared kind or source, a missing or mistyped
  /// field; nothing is stored then.
  virtual Governed<void> put(const Access& access, const Record& record,
                             Expect expect = Expect::kAnything) = 0;
  /// Nothing if it is absent or past its deadline, which the version in force may have shortened.
  virtual Governed<std::optional<Record>> find(
      const Access& access, KindId kind, std::string_view id,
      const std::shared_ptr<const Moment>& at = {}) const = 0;
  /// Now, to be given to reads that must fit together: find(), query(), scan(). It ends by itself
  /// after ten minutes, or when files are written anew (scrub()): kConflict then.
  virtual std::shared_ptr<const Moment> moment() const = 0;
  /// All or nothing, durable when it returns; at most kMostChanges, each record once. Refused as a
  /// whole if one of them is.
  virtual Governed<void> commit(const Access& access, const std::vector<Change>& changes) = 0;
  /// kInvalid for a field that is not `indexed` and for an `after` that is no page's.
  virtual Governed<Page> query(const Access& access, const Query& query) const = 0;
  /// Whether there was one. Durable when it returns.
  virtual Governed<bool> remove(const Access& access, KindId kind, std::string_view id) = 0;
  /// In the order of ids, from the first one after `after` that starts with `prefix`; at most
  /// `limit` (1 to 1,000). A page sees one moment, all pages do if it is given.
  virtual Governed<Page> scan(const Access& access, KindId kind, std::string_view prefix,
                              std::string_view after, std::size_t limit,
                              const std::shared_ptr<const Moment>& at = {}) const = 0;

  /// Puts what `source` gives as the content of a record's blob field, in the place of what it had;
  /// durable when it returns, and not there at all before. At most kLargestBlob bytes. kConflict if
  /// there is no such record. The content goes with its record or with the field.
  virtual Governed<void> put_blob(const Access& access, const BlobPlace& place,
                                  const BlobSource& source) = 0;
  /// From byte `from` on, until `sink` says stop. Whether there is one; it is read as it was when
  /// this began, or kNotFound says that it was removed meanwhile.
  virtual Governed<bool> read_blob(const Access& access, const BlobPlace& place, std::uint64_t from,
                                   const BlobSink& sink) const = 0;

  /// Hands on what the policy lets this party have for this purpose and, where there is a contract
  /// with the recipient, what is in it; the rest is stripped. `contract_valid` holds for the fields
  /// of a contract in force. Refused when nothing remains. What was given is in the journal and in
  /// the ledger before this returns: clauses, party, recipient, purpose, fields, ground. kNotFound
  /// if there is no such record.
  virtual Governed<Shared> share(const Access& access, const ShareRequest& request) = 0;
  /// How many live records of `kind` have which value of `field`. `aggregated` holds for a group of
  /// at least as many distinct subjects as the policy asks for; smaller ones are left out. Where
  /// the policy asks for no least size, `aggregated` stays unknown.
  virtual Governed<Aggregate> aggregate(const Access& access, KindId kind,
                                        std::string_view field) const = 0;

  // Series --------------------------------------------------------------------------------------

  /// The number of the series `name` of `kind`, made at the first call. At most 256 bytes of name.
  /// Numbers are never reused in a silo. What a series about `subject` is called and says is sealed
  /// under their key, and goes with them; kConflict if they were erased.
  virtual Governed<SeriesId> series(const Access& access, KindId kind, std::string_view name,
                                    SubjectId subject = {}) = 0;
  /// The same for many; the new ones are made in one write.
  virtual Governed<std::vector<SeriesId>> series(const Access& access, KindId kind,
                                                 const std::vector<std::string>& names,
                                                 SubjectId subject = {}) = 0;
  /// All series whose name starts with `prefix`.
  virtual Governed<std::vector<SeriesName>> list_series(const Access& access, KindId kind,
                                                        std::string_view prefix) const = 0;
  /// All or nothing, durable when it returns; concurrent calls share one sync. A batch whose
  /// number is not above the last one accepted from its sender changes nothing and says so: that
  /// is how a resent batch is taken exactly once. Samples about who was erased are left out, and
  /// counted.
  virtual Governed<Appended> append(const Access& access, const Batch& batch) = 0;
  /// The number of the last batch accepted from `sender`; 0 before the first.
  virtual std::uint64_t last_batch(std::string_view sender) const = 0;
  /// Samples placed in `range`, in time order (equal times in the order they were appended, exact
  /// duplicates once where they fold), until `visit` says stop. The view is valid during the call
  /// only.
  virtual Governed<void> read(const Access& access, SeriesId series, TimeRange range,
                              const SampleVisitor& visit) const = 0;
  /// The last sample placed at or before `at`.
  virtual Governed<std::optional<Sample>> last_at(const Access& access, SeriesId series,
                                                  Time at) const = 0;
  /// The same for many at once, of any kinds; refused where one of them is.
  virtual Governed<std::vector<std::optional<Sample>>> last_at(const Access& access,
                                                               const std::vector<SeriesId>& series,
                                                               Time at) const = 0;
  /// What the series says at `at`, and since when: after a gap, or where what was said last does
  /// not open, it is not known. Nothing before the first sample.
  virtual Governed<std::optional<InForce>> state_at(const Access& access, SeriesId series,
                                                    Time at) const = 0;
  /// What it came to in each `step` (of at least 1 s, counted from the beginning of `range`; at
  /// most 100,000). Whole hours and days of a UTC day cost the least. Steps of which nothing is
  /// known are left out.
  virtual Governed<std::vector<Rollup>> rollup(const Access& access, SeriesId series,
                                               TimeRange range, Duration step) const = 0;
  /// At most `buckets` (2 to 100,000) equal parts of `range`, each with what keeps its extremes;
  /// parts without samples are left out.
  virtual Governed<std::vector<Bucket>> downsample(const Access& access, SeriesId series,
                                                   TimeRange range, std::size_t buckets) const = 0;
  /// What of the range is set aside because it does not open: read(), last_at() and downsample()
  /// leave it out and go on. A reader that draws conclusions from what is not there asks this
  /// afterwards: damage that nobody has read yet is not known.
  virtual Governed<Damage> damage(const Access& access, SeriesId series, TimeRange range) const = 0;

  // Journal -------------------------------------------------------------------------------------

  /// Appends to the journal; durable when it returns. No person's id stays in it: whoever asks, and
  /// whoever is named in the detail and known here, stands under a pseudonym that nobody can tell
  /// of them once they are erased.
  virtual Governed<void> note(const Access& access, std::string_view what,
                              std::string_view detail_json, const NoteAbout& about = {}) = 0;
  /// Entries number `from` and on, at most `limit` (1 to 1,000).
  virtual Governed<std::vector<JournalEntry>> journal(const Access& access, std::uint64_t from,
                                                      std::size_t limit) const = 0;
  /// An entry of this journal with the names of those who are still here.
  virtual Governed<NamedEntry> name_entry(const Access& access,
                                          const JournalEntry& entry) const = 0;
  /// Somebody's own entries, those that they made and those that are about them, numbered `from`
  /// and on, at most `limit` (1 to 1,000); proved in the head that comes with them. Asks as for the
  /// journal. None of who was erased.
  virtual Governed<OwnEntries> own_entries(const Access& access, SubjectId subject,
                                           std::uint64_t from, std::size_t limit) const = 0;
  /// Recomputes the whole tree and checks every kept head. kCorrupt names the first entry that does
  /// not fit; otherwise the head as it is now.
  virtual Result<SignedHead> verify_journal() const = 0;
  /// Signed now, under the policy in force, over entries that are durable. Holds nothing of
  /// anybody: made to be given away.
  virtual Result<SignedHead> journal_head() const = 0;
  /// What verifies the heads.
  virtual PublicKey journal_key() const = 0;
  /// That entry `number` is in the journal's first `entries`: merkle::verify_inclusion() of leaf
  /// `number` − 1. kInvalid if it is not.
  virtual Governed<merkle::Proof> prove_entry(const Access& access, std::uint64_t number,
                                              std::uint64_t entries) const = 0;
  /// That the first `later` entries begin with the first `earlier`: merkle::verify_consistency().
  virtual Governed<merkle::Proof> prove_growth(const Access& access, std::uint64_t earlier,
                                               std::uint64_t later) const = 0;
  /// Entries `from` to `to`, or to the last one there is now, as docs/JOURNAL.md §4 has it. Stops
  /// where `line` fails, and fails so.
  virtual Governed<void> export_journal(const Access& access, std::uint64_t from, std::uint64_t to,
                                        const ExportLine& line) const = 0;

  // Erasure -------------------------------------------------------------------------------------

  /// What is held about somebody, by kind: what forget() would take. Asked of each kind.
  virtual Governed<std::vector<Holding>> holdings(const Access& access,
                                                  SubjectId subject) const = 0;
  /// Whether they were erased or wait for it. Asks as for the journal.
  virtual Governed<Standing> standing(const Access& access, SubjectId subject) const = 0;
  /// Forgets somebody: when it returns, nothing that was sealed under their key can be read by
  /// anybody, here, in the log or in a backup, and the removed bytes are gone from all files within
  /// StoreOptions::purge_within. What others own too stays theirs, without what tells of the
  /// person. Refused as a whole if one of the kinds concerned refuses its removal. Where a hold
  /// stops it, they cannot be read but for a purpose under `legal`, and it happens when the last
  /// hold ends. kNotFound if nothing was ever stored about them; said again, it gives the first
  /// receipt. `reason`: 1 to 200 bytes, "request 17"; never a name.
  virtual Governed<ErasureReceipt> forget(const Access& access, SubjectId subject,
                                          std::string_view reason) = 0;
  /// The same, but they can take it back: their key is locked with a code that is given here and
  /// kept nowhere, so nothing of theirs can be read meanwhile, and after
  /// StoreOptions::recovery_window they are forgotten. kUnsupported where that is zero, as it is
  /// unless set; kConflict while a hold wants them read.
  virtual Governed<Suspension> suspend(const Access& access, SubjectId subject,
                                       std::string_view reason) = 0;
  /// Gives back what suspend() took. kInvalid for a wrong code; kNotFound if they have not gone.
  /// Asks as for the journal.
  virtual Governed<void> come_back(const Access& access, SubjectId subject,
                                   std::string_view code) = 0;
  /// To be given away: what verify_receipt() takes. kNotFound if there is no such erasure. Asks as
  /// for the journal.
  virtual Governed<std::string> receipt(const Access& access, std::uint64_t number) = 0;
  /// What the erasures' receipts say, the newest first: those numbered below `before`, or the last
  /// ones if that is 0; at most `limit` (1 to 1,000). Asks as for the journal.
  virtual Governed<std::vector<ErasureReceipt>> receipts(const Access& access, std::uint64_t before,
                                                         std::size_t limit) const = 0;
  /// Every erasure that was acknowledged before the call, as a backup carries it along: bytes that
  /// apply_erasures() takes, and how many it has.
  virtual Bytes erasure_ledger() const = 0;
  virtual std::uint64_t erasures() const = 0;
  /// Erases again what the ledger says was erased and what the silo or its keys still have; durable
  /// when it returns. kCorrupt if it is not this organization's own.
  virtual Result<void> apply_erasures(BytesView ledger) = 0;
  virtual bool is_erased(SubjectId subject) const = 0;
  /// An event happened, to somebody or (nil) to the organization: what is kept until then, and a
  /// while longer, gets its end (`keep … until`). How many items did. Asks as for the journal,
  /// which notes it. kInvalid if the policy declares no such event.
  virtual Governed<std::uint64_t> happened(const Access& access, std::string_view event,
                                           SubjectId subject, Time at) = 0;
  /// Holds stop the removal, never the denial of reads. Ask as for the journal, which notes them.
  virtual Governed<void> place_hold(const Access& access, const Hold& hold) = 0;
  virtual Governed<bool> lift_hold(const Access& access, std::string_view id) = 0;
  virtual Governed<std::vector<Hold>> holds(const Access& access) const = 0;

  // Handing on: contracts, ledger, recalls. All ask as for the journal, which notes the changes
  // ----

  virtual Governed<void> place_contract(const Access& access, const Contract& contract) = 0;
  /// Nothing is handed on under it from then on, and its recipient is called on to give back what
  /// they have. Whether there was one that had not ended.
  virtual Governed<bool> end_contract(const Access& access, std::string_view id) = 0;
  /// All that there ever were; those that have ended say when.
  virtual Governed<std::vector<Contract>> contracts(const Access& access) const = 0;
  /// To whom something about `subject` went, in the order of time: the lines of the journal's
  /// entries `from` and on, at most `limit` (1 to 1,000). None of who was erased.
  virtual Governed<std::vector<Disclosed>> disclosures(const Access& access, SubjectId subject,
                                                       std::uint64_t from,
                                                       std::size_t limit) const = 0;
  /// What this recipient got of anybody who is still here, likewise.
  virtual Governed<std::vector<Disclosed>> disclosures_to(const Access& access,
                                                          std::string_view recipient,
                                                          std::uint64_t from,
                                                          std::size_t limit) const = 0;
  /// Calls back what went out about somebody who has said no: a notice for each recipient, again
  /// each time it is asked. How many.
  virtual Governed<std::uint64_t> recall(const Access& access, SubjectId subject) = 0;
  /// Notices to be sent, numbered after `after`, at most `limit` (1 to 1,000). An erasure, an
  /// opt-out and the end of a contract make them; settle_recall() takes one away once its recipient
  /// has confirmed.
  virtual Governed<std::vector<Recall>> recalls(const Access& access, std::uint64_t after,
                                                std::size_t limit) const = 0;
  virtual Governed<bool> settle_recall(const Access& access, std::uint64_t number) = 0;

  // Decisions -----------------------------------------------------------------------------------

  /// Of the UTC days from `from_day` (days since 1970) to now. Asks as for the journal.
  virtual Governed<DecisionLog> decisions(const Access& access, std::int32_t from_day) const = 0;

  // Upkeep --------------------------------------------------------------------------------------

  /// Seals heads into chunks: those of past days and, when `all`, today's too. Writes down the
  /// counted decisions, and keeps a signed head of the journal now and then.
  virtual Result<void> seal(bool all) = 0;
  /// Seals the head if it is full. To be called every second or so: an append that finds a head
  /// twice as full seals it itself, and whoever waits for it waits for that.
  virtual Result<void> seal_if_full() = 0;
  /// Removes what is past its deadline, forgets whom a hold kept until now, and tells of contracts
  /// that have ended.
  virtual Result<Purged> purge() = 0;
  /// Writes anew the files that may hold removed bytes, once half of StoreOptions::purge_within is
  /// over since the first removal, or at once; whether it did. Reads and writes go on meanwhile.
  virtual Result<bool> scrub(bool at_once) = 0;
  virtual SiloStatistics statistics() const = 0;

  // Backup (silo/backup.h) ----------------------------------------------------------------------

  /// The silo as it is now, as files in the new `directory` on the same disk: nothing that is
  /// sealed is opened. Reads and writes go on meanwhile.
  virtual Result<void> checkpoint(const std::string& directory) const = 0;
  /// The journal key's signature under a statement of silo/backup_manifest.h, which begins with a
  /// backup's purpose.
  virtual Result<Bytes> sign_backup(BytesView statement) const = 0;
};

/// What this room has that a policy speaks of: the accesses that it makes by itself.
policy::Inventory inventory();

struct StoreOptions {
  std::string data_directory;           ///< silos live in <data>/silos/<organization>/
  std::string key_directory;            ///< The key ring, outside the data (DESIGN §4). Mode 0700.
  RootGiver root = {};                  ///< Where the root key of the ring comes from.
  std::size_t cache_bytes = 16U << 20;  ///< Shared by all silos.
  std::size_t write_buffer_bytes = 16U << 20;  ///< Shared by all silos.
  /// A silo holds so many samples in memory before they are sealed; up to four times as many while
  /// they are of so many series that each would come to a few samples only.
  std::size_t head_samples = 200'000;
  std::size_t head_bytes = 16U << 20;    ///< Bytes of their texts, likewise.
  std::size_t decoded_bytes = 8U << 20;  ///< Chunks kept decoded; shared by all silos.
  /// Within which removed bytes are gone from every file.
  Duration purge_within = Duration::hours(24);
  /// How long who goes may come back (Silo::suspend()); zero: they cannot.
  Duration recovery_window = {};
  /// What the databases stand on, where it is not the machine's own: a test's that fails.
  std::shared_ptr<kv::Disk> disk;
  /// In force from the first start on; a store that was opened before has its own (<data>/policy).
  std::shared_ptr<const policy::Policy> policy;
  /// Told of each erasure once it is durable, so that copies of the ledger follow. Returns at once.
  std::function<void(OrganizationId)> erased = {};
};

/// All silos of a host. Thread-safe. One process at a time: a second one is refused.
class Store {
 public:
  virtual ~Store() = default;
  /// Makes the directories, the root key and the policy's first version at the first start.
  /// kConflict when another process has the store; kCorrupt when an archived version of the policy
  /// is not what was activated. `clock`, `random` and `log` outlive the store.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, const Clock& clock,
                                             Random& random, Log& log);
  virtual Result<std::shared_ptr<Silo>> create(OrganizationId organization) = 0;
  /// Opened at the first call. kNotFound if there is no such silo.
  virtual Result<std::shared_ptr<Silo>> silo(OrganizationId organization) = 0;
  virtual std::vector<OrganizationId> organizations() const = 0;

  // Keys (silo/keyring.h) -----------------------------------------------------------------------

  /// Changes the root key of the ring; silos are opened, made and used meanwhile.
  virtual Result<void> rotate_root(RootSource to, const RootGiver& giver,
                                   const RotationWatch& watch) = 0;
  /// What is sealed from now on is sealed under a new secret of the organization; what was stays
  /// readable.
  virtual Result<void> rotate_organization_key(OrganizationId organization) = 0;

  // The policy ----------------------------------------------------------------------------------

  /// Replaced by activate(), at once for all who hold it.
  virtual std::shared_ptr<const policy::InForce> in_force() const = 0;
  std::shared_ptr<const policy::Book> book() const { return in_force()->book(); }
  std::shared_ptr<const policy::Policy> policy() const { return in_force()->policy(); }
  /// Puts the proposal in force, for what is asked from now on: archived, then in every open silo's
  /// journal, then asked; silos opened later note it when they open. Gives the new version's
  /// number. Refused as policy::activate() refuses, and with kConflict where items are stored whose
  /// kind would go or change its number or fields. Reads and writes go on meanwhile.
  virtual Result<std::uint32_t> activate(const policy::Proposal& proposal, std::string by,
                                         std::optional<policy::Notice> notice) = 0;
};

}  // namespace heed::silo
