// Heed's side: one silo, asked through its public API as a route of the server would.
#include <fmt/core.h>
#include <ftw.h>
#include <sys/stat.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "bench/gdpr/target.h"
#include "silo/testing.h"

namespace heed::bench::gdpr {
namespace {

using silo::Access;
using silo::Record;

constexpr silo::KindId kKind{301};
constexpr std::string_view kDeclared = R"(
kind gdpr_record 301 record of usage {
  purpose_name text indexed  time_to_live text  objection text  automated text
  access_list text  shared_with text  origin text  category_name text  data text
})";
constexpr std::size_t kLoaders = 16;  // of the journal; they share their syncs

/// The kind's fields; whose the record is stands in its label.
constexpr std::array<std::string_view, kFields> kSlotNames = {
    "purpose_name", "time_to_live", "objection",     "automated", "access_list",
    "shared_with",  "origin",       "category_name", "data"};
std::string_view slot_of(Field field) {
  return kSlotNames.at(field < kUser ? field : static_cast<std::size_t>(field) - 1);
}

SubjectId subject_of(std::uint64_t user) {
  return *SubjectId::from_bytes(ByteWriter().u64(0).u64(user + 1).view());
}

template <class T>
Result<T> plain(policy::Governed<T> governed) {
  if (!governed) {
    const Error* error = governed.error().error();
    return error != nullptr ? std::unexpected(*error)
                            : fail(ErrorKind::kInternal, governed.error().message(), "");
  }
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(governed);
  }
}

Record record_of(const Item& item) {
  Record record{kKind, item.key, subject_of(item.user), "browser", {}, {}};
  for (std::size_t f = 0; f < kFields; ++f) {
    if (f != kUser) record.fields.emplace_back(item.metadata[f]);
  }
  record.fields.emplace_back(item.data);
  return record;
}

/// What the operations need of a silo. Finding goes by the subject and by the index of the purpose;
/// a change of many records is one commit for each thousand of them.
class Records {
 public:
  Records(silo::Silo& silo, Access access, Access rights)
      : silo_(silo), access_(std::move(access)), rights_(std::move(rights)) {}

  Result<void> put(const Item& item) { return plain(silo_.put(access_, record_of(item))); }
  Result<void> put(const std::vector<Item>& items) {
    std::vector<silo::Change> changes;
    for (const Item& item : items) changes.emplace_back(silo::Put{.record = record_of(item)});
    return plain(silo_.commit(access_, changes));
  }
  Result<std::optional<Record>> find(const std::string& key) {
    return plain(silo_.find(access_, kKind, key));
  }
  static silo::Query of_user(std::uint64_t user) {
    return {.kind = kKind, .subject = subject_of(user)};
  }
  static silo::Query of_purpose(const std::string& purpose) {
    return {.kind = kKind, .field = {{std::string(kSlotNames[0]), purpose}}};
  }
  /// How many there are, all read, or at most `most` unless that is 0.
  Result<std::uint64_t> read(silo::Query query, std::size_t most) {
    std::uint64_t seen = 0;
    query.limit = most == 0 ? silo::kMostChanges : std::min(most, silo::kMostChanges);
    do {
      ASSIGN_OR_RETURN(const auto page, plain(silo_.query(access_, query)));
      seen += page.records.size();
      query.after = page.next;
    } while (!query.after.empty() && (most == 0 || seen < most));
    return seen;
  }
  Result<std::uint64_t> change(silo::Query query, std::string_view field,
                               const std::string& value) {
    std::uint64_t changed = 0;
    query.limit = silo::kMostChanges;
    while (true) {
      ASSIGN_OR_RETURN(const auto page, plain(silo_.query(access_, query)));
      std::vector<std::string> ids;
      for (const Record& record : page.records) ids.push_back(record.id);
      const auto done = patch(ids, field, value);
      // Another client removed one of them meanwhile: the same page once more.
      if (!done && done.error().kind == ErrorKind::kConflict) continue;
      if (!done) return std::unexpected(done.error());
      changed += ids.size();
      query.after = page.next;
      if (query.after.empty()) return changed;
    }
  }
  Result<void> patch(const std::vector<std::string>& ids, std::string_view field,
                     const std::string& value) {
    if (ids.empty()) return {};
    std::vector<silo::Change> changes;
    for (const std::string& id : ids) {
      changes.emplace_back(silo::Patch{kKind, id, {{std::string(field), value}}, {}});
    }
    return plain(silo_.commit(access_, changes));
  }
  Result<bool> remove(const std::string& key) { return plain(silo_.remove(access_, kKind, key)); }
  Result<std::uint64_t> forget(std::uint64_t user) {
    ASSIGN_OR_RETURN(const std::uint64_t held, read(of_user(user), 0));
    if (held == 0) return 0;
    const auto receipt = plain(silo_.forget(rights_, subject_of(user), "bench"));
    if (!receipt) return std::unexpected(receipt.error());
    return held;
  }

 private:
  silo::Silo& silo_;
  const Access access_;
  const Access rights_;
};

class HeedClient final : public Client {
 public:
  HeedClient(std::shared_ptr<silo::Silo> silo, const Access& access, const Access& rights,
             const TargetOptions& options)
      : silo_(std::move(silo)),
        access_(access),
        records_(*silo_, access, rights),
        options_(options) {}

  Result<std::uint64_t> run(const Operation& o) override {
    const Trace& trace = *options_.trace;
    switch (o.action) {
      case Action::kInsert:
        if (auto put = records_.put(trace.item(o.record)); !put)
          return std::unexpected(put.error());
        return 1;
      case Action::kRead: {
        ASSIGN_OR_RETURN(const auto found, records_.find(trace.key(o.record)));
        return found ? 1 : 0;
      }
      case Action::kUpdate: return update(trace.key(o.record), o.value);
      case Action::kDelete: {
        ASSIGN_OR_RETURN(const bool removed, records_.remove(trace.key(o.record)));
        return removed ? 1 : 0;
      }
      case Action::kDeleteUser: return records_.forget(trace.user(o.record));
      case Action::kReadLog: {
        const std::uint64_t from = 1 + o.record % options_.log_entries;
        // Not what stands behind the loaded ones: the journal has entries of its own there.
        const std::uint64_t most =
            std::min<std::uint64_t>(kLogPage, options_.log_entries + 1 - from);
        ASSIGN_OR_RETURN(const auto entries, plain(silo_->journal(access_, from, most)));
        return entries.size();
      }
      default: return of_many(o);
    }
  }

 private:
  Result<std::uint64_t> update(const std::string& key, const std::string& data) {
    ASSIGN_OR_RETURN(const auto found, records_.find(key));
    if (!found) return 0;
    if (auto done = records_.patch({key}, kSlotNames.back(), data); !done) {
      if (done.error().kind == ErrorKind::kConflict) return 0;  // removed meanwhile
      return std::unexpected(done.error());
    }
    return 1;
  }

  Result<std::uint64_t> of_many(const Operation& o) {
    const bool by_user = o.action == Action::kReadByUser || o.action == Action::kUpdateByUser;
    const auto query = by_user ? Records::of_user(options_.trace->user(o.record))
                               : Records::of_purpose(options_.trace->purpose(o.record));
    if (o.action == Action::kReadByUser || o.action == Action::kReadByPurpose) {
      return records_.read(query, options_.page);
    }
    return records_.change(query, slot_of(o.field), o.value);
  }

  const std::shared_ptr<silo::Silo> silo_;
  const Access access_;
  Records records_;
  const TargetOptions& options_;
};

struct FileBytes {
  std::uint64_t tables = 0;
  std::uint64_t all = 0;
};
thread_local FileBytes counted;  // nftw(3) passes nothing on

FileBytes bytes_below(const std::string& directory) {
  counted = {};
  const auto add = [](const char* path, const struct stat* status, int type, struct FTW*) {
    if (type != FTW_F) return 0;
    const auto bytes = static_cast<std::uint64_t>(status->st_size);
    counted.all += bytes;
    if (std::string_view(path).ends_with(".sst")) counted.tables += bytes;
    return 0;
  };
  ::nftw(directory.c_str(), add, 16, FTW_PHYS);
  return counted;
}

class HeedTarget final : public Target {
 public:
  explicit HeedTarget(const TargetOptions& options) : options_(options) {}

  Result<void> open() {
    silo::StoreOptions store;
    store.data_directory = directory_.path() + "/data";
    store.key_directory = directory_.path() + "/keys";
    store.policy = silo::heed_policy_with(kDeclared);
    store.cache_bytes = options_.cache_bytes;
    ASSIGN_OR_RETURN(store_, silo::Store::open(store, clock_, random_, log_));
    if (organization_ == OrganizationId()) {
      organization_ = OrganizationId::make(random_);
      ASSIGN_OR_RETURN(silo_, store_->create(organization_));
    } else {
      ASSIGN_OR_RETURN(silo_, store_->silo(organization_));
    }
    ASSIGN_OR_RETURN(access_,
                     store_->policy()->access("bench", "service.monitoring", "organization"));
    ASSIGN_OR_RETURN(rights_, store_->policy()->access("bench", "rights.deletion", "engine"));
    for (const char* fact : {"condition:same_person", "condition:verified_login"}) {
      const auto word = store_->policy()->facts().find(fact);
      require(word.has_value(), fact);
      rights_.conditions = rights_.conditions.with(*word, true);
    }
    return {};
  }

  Result<std::unique_ptr<Client>> client() override {
    return std::make_unique<HeedClient>(silo_, access_, rights_, options_);
  }

  Result<void> load(std::uint64_t first, std::uint64_t last) override {
    Records records(*silo_, access_, rights_);
    for (std::uint64_t from = first; from < last; from += silo::kMostChanges) {
      std::vector<Item> items;
      for (std::uint64_t n = from; n < std::min(last, from + silo::kMostChanges); ++n) {
        items.push_back(options_.trace->item(n));
      }
      if (auto put = records.put(items); !put) return put;
    }
    return {};
  }

  Result<void> load_log(std::uint64_t entries) override {
    std::atomic<std::uint64_t> next{0};
    std::vector<std::jthread> writers;
    for (std::size_t i = 0; i < kLoaders; ++i) {
      writers.emplace_back([&] {
        while (next++ < entries) {
          (void)silo_->note(access_, "gdpr_record.read", R"({"fields":["data"]})");
        }
      });
    }
    writers.clear();
    ASSIGN_OR_RETURN(const auto last, plain(silo_->journal(access_, entries, 1)));
    if (last.empty()) return fail(ErrorKind::kInternal, "the journal took no notes", "");
    return {};
  }

  Result<void> tidy_up() override {
    ASSIGN_OR_RETURN([[maybe_unused]] const bool done, silo_->scrub(true));
    return {};
  }

  /// Opening again writes the memory tables to files.
  Result<Space> space() override {
    silo_.reset();
    store_.reset();
    if (auto opened = open(); !opened) return std::unexpected(opened.error());
    const FileBytes bytes = bytes_below(directory_.path() + "/data/silos/" + organization_.text());
    return Space{bytes.tables, bytes.all};
  }

  Result<std::uint64_t> count() override {
    return Records(*silo_, access_, rights_).read({.kind = kKind}, 0);
  }

 private:
  const TargetOptions& options_;
  const silo::TemporaryDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  OrganizationId organization_;
  std::unique_ptr<silo::Store> store_;
  std::shared_ptr<silo::Silo> silo_;
  Access access_;
  Access rights_;  ///< Under which somebody is forgotten.
};

}  // namespace

Result<std::unique_ptr<Target>> open_heed(const TargetOptions& options) {
  auto target = std::make_unique<HeedTarget>(options);
  if (auto opened = target->open(); !opened) return std::unexpected(opened.error());
  return target;
}

}  // namespace heed::bench::gdpr
