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
  purpose_name text  time_to_live text  objection text  automated text  access_list text
  shared_with text  origin text  category_name text  data text
})";
constexpr std::size_t kDataField = kFields - 1;
constexpr std::size_t kLoaders = 64;

/// Whose the record is stands in its label: the kind has a field for all others.
std::size_t slot_of(Field field) {
  return field < kUser ? field : static_cast<std::size_t>(field) - 1;
}

SubjectId subject_of(std::uint64_t user) {
  return *SubjectId::from_bytes(ByteWriter().u64(0).u64(user + 1).view());
}

template <class T>
Result<T> plain(policy::Governed<T> governed) {
  if (!governed) return fail(ErrorKind::kInternal, governed.error().message(), "");
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

/// What the operations need of a silo. The one place to change when a silo finds by fields, patches
/// and forgets: today it walks keys, replaces whole records and removes them one by one.
class Records {
 public:
  Records(silo::Silo& silo, Access access) : silo_(silo), access_(std::move(access)) {}
  using Visitor = std::function<Result<void>(Record)>;

  Result<void> put(const Item& item) { return plain(silo_.put(access_, record_of(item))); }
  Result<std::optional<Record>> find(const std::string& key) {
    return plain(silo_.find(access_, kKind, key));
  }
  Result<void> of_user(std::uint64_t user, std::size_t most, const Visitor& visit) {
    return walk(fmt::format("{:08}.", user), "", most, visit);
  }
  Result<void> of_purpose(const std::string& purpose, std::size_t most, const Visitor& visit) {
    return walk("", purpose, most, visit);
  }
  Result<void> change(Record record, std::size_t slot, const std::string& value) {
    record.fields.at(slot) = value;
    return plain(silo_.put(access_, record));
  }
  Result<bool> remove(const std::string& key) { return plain(silo_.remove(access_, kKind, key)); }
  Result<std::uint64_t> forget(std::uint64_t user) {
    std::uint64_t gone = 0;
    const auto removed = of_user(user, 0, [&](const Record& record) -> Result<void> {
      ASSIGN_OR_RETURN(const bool was_there, remove(record.id));
      gone += was_there ? 1 : 0;
      return {};
    });
    if (!removed) return std::unexpected(removed.error());
    return gone;
  }

 private:
  Result<void> walk(const std::string& prefix, const std::string& purpose, std::size_t most,
                    const Visitor& visit) {
    std::string after;
    std::size_t seen = 0;
    do {
      ASSIGN_OR_RETURN(auto page, plain(silo_.scan(access_, kKind, prefix, after, 1'000)));
      for (Record& record : page.records) {
        if (!purpose.empty() && std::get<std::string>(record.fields.at(0)) != purpose) continue;
        if (auto visited = visit(std::move(record)); !visited) return visited;
        if (++seen == most) return {};
      }
      after = page.next;
    } while (!after.empty());
    return {};
  }

  silo::Silo& silo_;
  const Access access_;
};

class HeedClient final : public Client {
 public:
  HeedClient(std::shared_ptr<silo::Silo> silo, const Access& access, const TargetOptions& options)
      : silo_(std::move(silo)), access_(access), records_(*silo_, access), options_(options) {}

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
        ASSIGN_OR_RETURN(const auto entries, plain(silo_->journal(access_, from, kLogPage)));
        return entries.size();
      }
      default: return of_many(o);
    }
  }

 private:
  Result<std::uint64_t> update(const std::string& key, const std::string& data) {
    ASSIGN_OR_RETURN(auto found, records_.find(key));
    if (!found) return 0;
    if (auto changed = records_.change(*std::move(found), kDataField, data); !changed) {
      return std::unexpected(changed.error());
    }
    return 1;
  }

  Result<std::uint64_t> of_many(const Operation& o) {
    const bool updates = o.action == Action::kUpdateByPurpose || o.action == Action::kUpdateByUser;
    std::uint64_t touched = 0;
    const auto visit = [&](Record record) -> Result<void> {
      ++touched;
      if (!updates) return {};
      return records_.change(std::move(record), slot_of(o.field), o.value);
    };
    const std::size_t most = updates ? 0 : options_.page;
    const bool by_user = o.action == Action::kReadByUser || o.action == Action::kUpdateByUser;
    const auto done = by_user ? records_.of_user(options_.trace->user(o.record), most, visit)
                              : records_.of_purpose(options_.trace->purpose(o.record), most, visit);
    if (!done) return std::unexpected(done.error());
    return touched;
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
    ASSIGN_OR_RETURN(store_, silo::Store::open(store, clock_, random_, log_));
    if (organization_ == OrganizationId()) {
      organization_ = OrganizationId::make(random_);
      ASSIGN_OR_RETURN(silo_, store_->create(organization_));
    } else {
      ASSIGN_OR_RETURN(silo_, store_->silo(organization_));
    }
    ASSIGN_OR_RETURN(access_,
                     store_->policy()->access("bench", "service.monitoring", "organization"));
    return {};
  }

  Result<std::unique_ptr<Client>> client() override {
    return std::make_unique<HeedClient>(silo_, access_, options_);
  }

  /// A silo has no way to put many in one go yet: callers at once share their syncs.
  Result<void> load(std::uint64_t first, std::uint64_t last) override {
    std::atomic<std::uint64_t> next{first};
    std::mutex mutex;
    Result<void> outcome;
    std::vector<std::jthread> loaders;
    for (std::size_t i = 0; i < kLoaders; ++i) {
      loaders.emplace_back([&] {
        Records records(*silo_, access_);
        for (std::uint64_t n = next++; n < last; n = next++) {
          if (auto put = records.put(options_.trace->item(n)); !put) {
            const std::scoped_lock lock(mutex);
            outcome = put;
            return;
          }
        }
      });
    }
    loaders.clear();
    return outcome;
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

  /// Opening again writes the memory tables to files.
  Result<Space> space() override {
    silo_.reset();
    store_.reset();
    if (auto opened = open(); !opened) return std::unexpected(opened.error());
    const FileBytes bytes = bytes_below(directory_.path() + "/data/silos/" + organization_.text());
    return Space{bytes.tables, bytes.all};
  }

  Result<std::uint64_t> count() override {
    std::uint64_t records = 0;
    Records all(*silo_, access_);
    const auto counted_all = all.of_purpose("", 0, [&](const Record&) -> Result<void> {
      ++records;
      return {};
    });
    if (!counted_all) return std::unexpected(counted_all.error());
    return records;
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
};

}  // namespace

Result<std::unique_ptr<Target>> open_heed(const TargetOptions& options) {
  auto target = std::make_unique<HeedTarget>(options);
  if (auto opened = target->open(); !opened) return std::unexpected(opened.error());
  return target;
}

}  // namespace heed::bench::gdpr
