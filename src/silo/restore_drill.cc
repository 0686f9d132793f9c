#include "silo/restore_drill.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "silo/text_finder.h"

namespace heed::silo {
namespace {

constexpr std::size_t kPage = 500;
/// Findings that are told; one is enough to fail.
constexpr std::size_t kMostFindings = 1'000;

std::string text_of(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

/// Whatever happens, no key stays behind.
class Scratch {
 public:
  explicit Scratch(std::string directory) : directory_(std::move(directory)) {}
  ~Scratch() { (void)shred_tree(directory_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

 private:
  const std::string directory_;
};

Result<void> copy_keys(const std::string& from, const std::string& to) {
  const auto quietly = [](std::uint64_t) -> Result<void> { return {}; };
  for (const char* part : {"", "/organizations"}) {
    if (auto made = make_private_directory(to + part); !made) return made;
    for (const std::string& name : names_in(from + part)) {
      const std::string path = from + part + "/" + name;
      if (std::filesystem::is_directory(path)) continue;
      const auto copied = copy_file(path, to + part + "/" + name, quietly);
      if (!copied) return std::unexpected(copied.error());
    }
  }
  return {};
}

class Drill {
 public:
  Drill(const DrillOptions& options, const Clock& clock, Random& random, const OnStep& on_step)
      : options_(options),
        clock_(clock),
        random_(random),
        on_step_(on_step),
        log_(clock, LogLevel::kError, Log::nowhere()) {}

  Result<DrillReport> run() {
    const std::string& scratch = options_.scratch_directory;
    if (path_exists(scratch) && !names_in(scratch).empty()) {
      return fail(ErrorKind::kConflict,
                  scratch + " is not empty, and a drill removes it at its end",
                  "name a directory that is not there yet");
    }
    const Scratch removed_at_the_end(scratch);
    if (auto made = make_private_directory(scratch); !made) return std::unexpected(made.error());
    if (auto restored = restore_here(); !restored) return std::unexpected(restored.error());
    if (auto looked = look_into_store(); !looked) return std::unexpected(looked.error());
    if (auto looked = look_into_files(); !looked) return std::unexpected(looked.error());
    return std::move(report_);
  }

 private:
  std::string data() const { return options_.scratch_directory + "/data"; }
  std::string keys() const { return options_.scratch_directory + "/keys"; }

  void found(std::string where, std::string what) {
    if (report_.findings.size() < kMostFindings) {
      report_.findings.push_back({std::move(where), std::move(what)});
    }
  }

  Result<void> restore_here() {
    if (auto copied = copy_keys(options_.key_directory, keys()); !copied) return copied;
    RestoreOptions options{options_.repository,    data(),         keys(), options_.generation,
                           options_.organizations, options_.heads, false,  options_.root};
    if (options.generation == 0) {
      ASSIGN_OR_RETURN(options.generation, any_generation());
    }
    ASSIGN_OR_RETURN(report_.restored, restore(options, clock_, random_, on_step_));
    for (const RestoredSilo& silo : report_.restored.silos) report_.erasures += silo.erasures;
    return {};
  }

  Result<std::uint64_t> any_generation() {
    ASSIGN_OR_RETURN(const auto repository,
                     Repository::open(options_.repository, Repository::Use::kRead));
    const auto all = repository->generations();
    if (all.empty()) {
      return fail(ErrorKind::kNotFound, options_.repository + " holds no backup yet",
                  "make one with heed backup create");
    }
    return all[random_.u64() % all.size()];
  }

  /// Opening replays the erasures, as it does after a disaster.
  Result<void> look_into_store() {
    StoreOptions options;
    options.data_directory = data();
    options.key_directory = keys();
    options.policy = options_.policy;
    options.root = options_.root;
    ASSIGN_OR_RETURN(const auto store, Store::open(std::move(options), clock_, random_, log_));
    for (const RestoredSilo& restored : report_.restored.silos) {
      ASSIGN_OR_RETURN(const auto silo, store->silo(restored.organization));
      if (auto verified = silo->verify_journal(); !verified) {
        found(restored.organization.text(), "its journal: " + verified.error().message);
      }
      if (auto looked = look_into(*store, *silo); !looked) return looked;
    }
    report_.subjects = subjects_.size();
    return {};
  }

  Result<void> look_into(const Store& store, const Silo& silo) {
    ASSIGN_OR_RETURN(const auto access, store.policy()->access("drill", "operation", "engine"));
    for (const policy::Kind& kind : store.policy()->kinds()) {
      const std::string name = silo.organization().text() + " " + kind.name;
      if (auto going = on_step_({"looking at", name}); !going) return going;
      const auto looked = kind.shape == policy::Shape::kRecord
                              ? look_at_records(silo, access, kind, name)
                              : look_at_series(silo, access, kind, name);
      if (looked) continue;
      if (const Error* error = looked.error().error()) return std::unexpected(*error);
      report_.not_seen.push_back(name + ": " + looked.error().message());
    }
    return look_at_journal(silo, access);
  }

  Governed<void> look_at_records(const Silo& silo, const Access& access, const policy::Kind& kind,
                                 const std::string& name) {
    std::string after;
    std::uint64_t withheld = 0;
    do {
      ASSIGN_OR_RETURN(const Page page, silo.scan(access, kind.id, {}, after, kPage));
      for (const Record& record : page.records) {
        look_at_record(silo, record, name);
        if (auto looked = look_at_blobs(silo, access, kind, record, name); !looked) return looked;
      }
      withheld += page.withheld;
      after = page.next;
    } while (!after.empty());
    if (withheld > 0) {
      report_.not_seen.push_back(fmt::format("{}: {} records are withheld", name, withheld));
    }
    return {};
  }

  void look_at_subject(const Silo& silo, SubjectId subject, const std::string& name,
                       const std::string& what) {
    if (subject.is_nil()) return;
    subjects_.insert(subject);
    if (silo.is_erased(subject)) found(name, what + " of an erased subject is readable");
  }

  void look_at_record(const Silo& silo, const Record& record, const std::string& name) {
    ++report_.records;
    look_at_subject(silo, record.subject, name, "record " + record.id);
    look_for_canaries(record.id, name);
    for (const FieldValue& field : record.fields) look_for_canaries(text_of(field), name);
  }

  Governed<void> look_at_blobs(const Silo& silo, const Access& access, const policy::Kind& kind,
                               const Record& record, const std::string& name) {
    for (const policy::Field& field : kind.fields) {
      if (field.type != policy::FieldType::kBlob) continue;
      Bytes rest;
      const auto read =
          silo.read_blob(access, {kind.id, record.id, field.name}, 0, [&](BytesView bytes) {
            look_through(bytes, rest, name);
            return true;
          });
      if (!read) return std::unexpected(read.error());
      if (*read) ++report_.blobs;
    }
    return {};
  }

  Governed<void> look_at_series(const Silo& silo, const Access& access, const policy::Kind& kind,
                                const std::string& name) {
    ASSIGN_OR_RETURN(const auto all, silo.list_series(access, kind.id, {}));
    for (const SeriesName& series : all) {
      look_at_subject(silo, series.subject, name, fmt::format("series {}", series.id.number));
      look_for_canaries(series.name, name);
      const auto read = silo.read(access, series.id, {}, [&](const SampleView& sample) {
        ++report_.samples;
        look_for_canaries(sample.text, name);
        return true;
      });
      if (!read) return read;
    }
    return {};
  }

  Result<void> look_at_journal(const Silo& silo, const Access& access) {
    const std::string name = silo.organization().text() + " journal";
    for (std::uint64_t from = 1;;) {
      const auto entries = silo.journal(access, from, kPage);
      if (!entries) {
        if (const Error* error = entries.error().error()) return std::unexpected(*error);
        report_.not_seen.push_back(name + ": " + entries.error().message());
        return {};
      }
      if (entries->empty()) return {};
      for (const JournalEntry& entry : *entries) {
        ++report_.entries;
        for (const std::string* text : {&entry.actor, &entry.what, &entry.detail}) {
          look_for_canaries(*text, fmt::format("{} entry {}", name, entry.number));
        }
      }
      from = entries->back().number + 1;
    }
  }

  void look_for_canaries(std::string_view text, const std::string& where) {
    canaries_.find_in(text, [&](std::size_t number) {
      found(where, fmt::format("canary {} can be read", number + 1));
    });
  }

  /// Bytes that go on where `rest` ended: a canary may stand over the edge.
  void look_through(BytesView bytes, Bytes& rest, const std::string& where) {
    rest += bytes;
    look_for_canaries(rest, where);
    const std::size_t kept = std::max<std::size_t>(1, canaries_.longest()) - 1;
    rest.erase(0, rest.size() - std::min(rest.size(), kept));
  }

  /// Byte by byte, as whoever steals the disk would.
  Result<void> look_into_files() {
    std::error_code failed;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data(), failed)) {
      if (!entry.is_regular_file(failed)) continue;
      const std::string path = entry.path().string();
      if (auto going = on_step_({"looking at", path}); !going) return going;
      ++report_.files;
      Bytes rest;
      const auto looked = read_file(path, [&](BytesView block) {
        report_.bytes += block.size();
        look_through(block, rest, "file " + path.substr(data().size() + 1));
        return Result<void>();
      });
      if (!looked) return looked;
    }
    if (!failed) return {};
    return fail(ErrorKind::kUnavailable, fmt::format("listing {}: {}", data(), failed.message()));
  }

  const DrillOptions& options_;
  const Clock& clock_;
  Random& random_;
  const OnStep& on_step_;
  Log log_;
  const TextFinder canaries_{options_.canaries};
  std::set<SubjectId> subjects_;
  DrillReport report_;
};

}  // namespace

Result<DrillReport> drill(const DrillOptions& options, const Clock& clock, Random& random,
                          const OnStep& on_step) {
  require(std::ranges::none_of(options.canaries, &std::string::empty), "a canary is some text");
  return Drill(options, clock, random, on_step).run();
}

}  // namespace heed::silo
