#include "silo/restore.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "silo/files.h"
#include "silo/journal_export.h"
#include "silo/keyring.h"

namespace heed::silo {
namespace {

constexpr auto kPending = "/restore.pending";
constexpr auto kDone = "/restore.done";
constexpr auto kFormat = "heed restore";
constexpr auto kCopying = "copying";
constexpr auto kReplay = "replay";
/// What may lie in a data directory that is called empty: none of it is a silo's.
constexpr std::string_view kHarmless[] = {"keys", "lock", "tls", "restore.pending"};

std::string pending_directory(const std::string& data) {
  return data + kPending;
}

std::string ledger_path(const std::string& data, OrganizationId organization) {
  return pending_directory(data) + "/ledger/" + organization.text();
}

/// Names of the data directory that a restore would not survive beside.
std::vector<std::string> in_the_way(const std::string& data) {
  std::vector<std::string> names;
  for (const std::string& name : names_in(data)) {
    if (std::ranges::find(kHarmless, name) != std::end(kHarmless)) continue;
    // Made by a store that was refused, and never filled.
    if (names_in(data + "/" + name).empty() && name == "silos") continue;
    names.push_back(name);
  }
  return names;
}

Result<std::string> state_of(const Json& json) {
  ASSIGN_OR_RETURN(const std::string format, required_string(json, "format"));
  if (format != kFormat) return fail(ErrorKind::kCorrupt, "is not a restore's state");
  return required_string(json, "state");
}

Result<Json> load_state(const std::string& data) {
  const std::string path = pending_directory(data) + "/state.json";
  ASSIGN_OR_RETURN(const Bytes text, read_file_up_to(path, kLargestManifest));
  return Json::parse(text);
}

/// A line of `heed journal head`.
Result<SignedHead> head_of_line(std::string line) {
  while (line.ends_with('\n')) line.pop_back();
  const Json json = Json::parse(line).value_or(Json());
  const Json* object = json.find("head");
  const auto text = [&](std::string_view key) {
    const Json* value = object == nullptr ? nullptr : object->find(key);
    const std::string* found = value == nullptr ? nullptr : value->string();
    return found == nullptr ? std::string() : *found;
  };
  const auto hash = [&](std::string_view key) {
    Bytes bytes = from_hex(text(key)).value_or("");
    bytes.resize(merkle::kHashSize);
    return bytes;
  };
  const Json* entries = object == nullptr ? nullptr : object->find("entries");
  const SignedHead read{
      {OrganizationId::parse(text("organization")).value_or(OrganizationId()),
       static_cast<std::uint64_t>(entries == nullptr ? 0 : entries->integer().value_or(0)),
       hash("root"), parse_time(text("time")).value_or(Time()), hash("policy")},
      from_hex(text("signature")).value_or("")};
  if (export_line(read) == line + "\n") return read;
  return fail(ErrorKind::kInvalid,
              "this is no head of a journal: " + json_quote(line.substr(0, 80)),
              "give the file that heed journal head wrote");
}

/// One restore: first everything is read and checked, then it is written.
class Restore {
 public:
  Restore(const RestoreOptions& options, const Clock& clock, Random& random, const OnStep& on_step)
      : options_(options), clock_(clock), random_(random), on_step_(on_step) {}

  Result<RestoreReport> run() {
    ASSIGN_OR_RETURN(repository_, Repository::open(options_.repository, Repository::Use::kRead));
    if (auto chosen = choose(); !chosen) return std::unexpected(chosen.error());
    if (auto checked = check_keys(); !checked) return std::unexpected(checked.error());
    if (auto checked = check_ledgers(); !checked) return std::unexpected(checked.error());
    if (auto checked = check_heads(); !checked) return std::unexpected(checked.error());
    if (auto checked = plan(); !checked) return std::unexpected(checked.error());
    if (options_.dry_run) {
      if (auto empty = check_target(); !empty) return std::unexpected(empty.error());
      return std::move(report_);
    }
    if (auto made = make_private_directory(options_.data_directory); !made) {
      return std::unexpected(made.error());
    }
    ASSIGN_OR_RETURN(const auto lock, FileLock::take(options_.data_directory + "/lock"));
    if (auto empty = check_target(); !empty) return std::unexpected(empty.error());
    if (auto written = write(); !written) return std::unexpected(written.error());
    return std::move(report_);
  }

 private:
  Result<void> step(std::string_view doing, std::string_view what) {
    return on_step_({doing, what, moved_, report_.bytes});
  }

  Result<void> choose() {
    const auto all = repository_->generations();
    const std::uint64_t wanted = options_.generation;
    report_.generation = wanted != 0 ? wanted : all.empty() ? 0 : all.back();
    if (std::ranges::find(all, report_.generation) == all.end()) {
      std::string told = all.empty() ? "it has none" : "it has";
      for (const std::uint64_t number : all) told += " " + std::to_string(number);
      return fail(
          ErrorKind::kNotFound,
          fmt::format("the repository {} has no generation {}", options_.repository, wanted),
          told + "; heed backup list tells more");
    }
    auto organizations = repository_->organizations(report_.generation);
    for (const OrganizationId asked : options_.organizations) {
      if (std::ranges::find(organizations, asked) == organizations.end()) {
        return fail(
            ErrorKind::kNotFound,
            fmt::format("generation {} holds no organization {}", report_.generation, asked.text()),
            "heed backup list tells which generation holds which");
      }
    }
    if (!options_.organizations.empty()) organizations = options_.organizations;
    for (const OrganizationId organization : organizations) {
      ASSIGN_OR_RETURN(auto read, repository_->manifest(report_.generation, organization));
      manifests_.push_back(std::move(read));
    }
    return {};
  }

  /// The ring is what tells whose signature is worth something.
  Result<void> check_keys() {
    std::string missing;
    for (const SignedManifest& read : manifests_) {
      const std::string id = read.manifest.organization.text();
      const std::string at = options_.key_directory + "/organizations/" + id;
      if (!path_exists(at + ".key") || !path_exists(at + ".signing")) missing += " " + id;
    }
    if (!missing.empty()) {
      return fail(
          ErrorKind::kNotFound,
          fmt::format("the key ring {} holds no keys of:{}", options_.key_directory, missing),
          "bring back the key ring from its own backup first; no backup of data holds keys");
    }
    ASSIGN_OR_RETURN(const auto keyring,
                     Keyring::open(options_.key_directory, random_, options_.root));
    for (const SignedManifest& read : manifests_) {
      const OrganizationId organization = read.manifest.organization;
      ASSIGN_OR_RETURN(const SigningKey signing, keyring->signing_key(organization));
      const PublicKey key = signing.public_key();
      if (key.bytes() != read.key || !verify_head(read.manifest.head, key)) {
        return fail(ErrorKind::kCorrupt,
                    fmt::format("the manifest of {} in generation {} is signed with another key "
                                "than the ring's",
                                organization.text(), report_.generation),
                    "make sure that repository and key ring are of the same server");
      }
      keys_.emplace(organization, key);
    }
    return {};
  }

  /// What the manifests of all generations know of an organization's erasures, at the most.
  std::pair<std::uint64_t, std::uint64_t> most_erasures(OrganizationId organization) {
    std::uint64_t most = 0;
    std::uint64_t in = 0;
    for (const std::uint64_t generation : repository_->generations()) {
      const auto held = repository_->organizations(generation);
      if (std::ranges::find(held, organization) == held.end()) continue;
      const auto read = repository_->manifest(generation, organization);
      if (!read || read->key != keys_.at(organization).bytes()) {
        report_.warnings.push_back(fmt::format(
            "generation {} cannot tell the erasures of {}: {}", generation, organization.text(),
            read ? "it is signed with another key" : read.error().message));
        continue;
      }
      if (in != 0 && read->manifest.erasures <= most) continue;
      most = read->manifest.erasures;
      in = generation;
    }
    return {most, in};
  }

  Result<void> check_ledgers() {
    for (const SignedManifest& read : manifests_) {
      const OrganizationId organization = read.manifest.organization;
      auto kept = repository_->ledger(organization);
      if (!kept && kept.error().kind == ErrorKind::kNotFound) {
        return fail(
            ErrorKind::kConflict,
            fmt::format("the repository has no ledger of the erasures of {}", organization.text()),
            fmt::format("bring {}/ledger/{} from the newest copy of the repository",
                        options_.repository, organization.text()));
      }
      if (!kept) return std::unexpected(kept.error());
      if (auto genuine = verify_ledger(*kept, keys_.at(organization)); !genuine) return genuine;
      const auto [most, generation] = most_erasures(organization);
      if (kept->ledger.erasures < most) {
        return fail(
            ErrorKind::kConflict,
            fmt::format("the ledger of {} holds {} erasures, and generation {} knew {}: restoring "
                        "with it would bring erased data back",
                        organization.text(), kept->ledger.erasures, generation, most),
            fmt::format("bring {}/ledger/{} from the newest copy of the repository",
                        options_.repository, organization.text()));
      }
      ledgers_.emplace(organization, *std::move(kept));
    }
    return {};
  }

  Result<void> check_heads() {
    for (const std::string& line : options_.heads) {
      ASSIGN_OR_RETURN(const SignedHead head, head_of_line(line));
      const OrganizationId organization = head.head.organization;
      const auto kept = ledgers_.find(organization);
      if (kept == ledgers_.end()) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("the head is of {}, which is not restored", organization.text()),
                    "give the heads of the organizations that are restored");
      }
      if (auto genuine = verify_head(head, keys_.at(organization)); !genuine) return genuine;
      const JournalHead& ours = kept->second.head.head;
      if (ours.entries >= head.head.entries) continue;
      return fail(
          ErrorKind::kConflict,
          fmt::format("the ledger of {} was written when its journal had {} entries ({}), and the "
                      "head that you bring speaks of {} ({}): what was erased in between is not "
                      "in it",
                      organization.text(), ours.entries,
                      format_time(Time::from_seconds(ours.time.seconds()), 0), head.head.entries,
                      format_time(Time::from_seconds(head.head.time.seconds()), 0)),
          fmt::format("bring {}/ledger/{} from the newest copy of the repository, or leave the "
                      "head out if you know that nothing was erased since",
                      options_.repository, organization.text()));
    }
    return {};
  }

  /// Which files; the policy of a generation is the union of its silos', since versions are only
  /// ever added.
  Result<void> plan() {
    report_.time = Time::max();
    for (const SignedManifest& read : manifests_) {
      const Manifest& manifest = read.manifest;
      const KeptLedger& kept = ledgers_.at(manifest.organization);
      RestoredSilo silo{
          manifest.organization, manifest.generation, 0, 0, manifest.head.head.entries,
          kept.ledger.erasures,  manifest.erasures};
      for (const BackupFile& file : manifest.files) {
        const auto [at, fresh] = files_.emplace(file.path, file.content);
        if (!fresh && at->second != file.content) {
          return fail(ErrorKind::kCorrupt,
                      fmt::format("the silos of generation {} disagree about {}",
                                  report_.generation, file.path),
                      "restore them one by one with --organization, into directories of their own");
        }
        if (file.path.starts_with("silos/")) {
          ++silo.files;
          silo.bytes += file.content.size;
        }
        if (!repository_->holds(file.content)) {
          return fail(ErrorKind::kCorrupt,
                      fmt::format("the repository lacks {}, which is {}",
                                  repository_->path_of(file.content), file.path),
                      "copy it from another copy of the repository, or restore another generation");
        }
      }
      report_.silos.push_back(silo);
      report_.time = std::min(report_.time, manifest.time);
    }
    for (const auto& [path, content] : files_) report_.bytes += content.size;
    report_.files = files_.size();
    return {};
  }

  Result<void> check_target() {
    const std::string& data = options_.data_directory;
    const bool interrupted = path_exists(pending_directory(data));
    if (interrupted) {
      const auto json = load_state(data);
      const auto state = json ? state_of(*json) : Result<std::string>(std::string(kCopying));
      if (state && *state == kReplay) {
        return fail(ErrorKind::kConflict, data + " holds a restore that is finished already",
                    "start the server on it, or name another directory");
      }
      return check_space();
    }
    if (const auto names = in_the_way(data); !names.empty()) {
      return fail(ErrorKind::kConflict,
                  fmt::format("{} is not empty: it holds {}", data, names.front()),
                  fmt::format("restore beside it and swap the directories, or move it away first: "
                              "mv {} {}.old",
                              data, data));
    }
    return check_space();
  }

  Result<void> check_space() {
    std::string place = options_.data_directory;
    while (!path_exists(place)) {
      const std::size_t slash = place.rfind('/');
      place = slash == std::string::npos ? "." : slash == 0 ? "/" : place.substr(0, slash);
    }
    ASSIGN_OR_RETURN(const std::uint64_t free, free_bytes(place));
    if (free >= report_.bytes) return {};
    return fail(ErrorKind::kExhausted,
                fmt::format("the restore needs {} bytes, and the disk of {} has {}", report_.bytes,
                            place, free),
                "free space on that disk, or name a directory on another");
  }

  std::string state_text(std::string_view state) const {
    JsonWriter out;
    out.begin_object()
        .member("format", kFormat)
        .member("version", 1)
        .member("state", state)
        .member("begun", clock_.now())
        .key("silos")
        .begin_array();
    for (const RestoredSilo& silo : report_.silos) {
      out.begin_object()
          .member("organization", silo.organization.text())
          .member("generation", silo.generation)
          .end_object();
    }
    out.end_array().end_object();
    return out.take() + "\n";
  }

  Result<void> set_state(std::string_view state) {
    if (auto going = step("marking the restore as", state); !going) return going;
    return write_small_file(pending_directory(options_.data_directory) + "/state.json",
                            state_text(state));
  }

  Result<void> write() {
    const std::string& data = options_.data_directory;
    const std::string pending = pending_directory(data);
    // Before anything is removed or written: from here on no store opens the directory.
    if (auto made = make_private_directory(pending); !made) return made;
    if (auto marked = set_state(kCopying); !marked) return marked;
    if (auto synced = sync_directory(data); !synced) return synced;
    for (const char* name :
         {"/silos", "/policy", "/restore.pending/data", "/restore.pending/ledger"}) {
      if (auto removed = remove_tree(data + name); !removed) return removed;
    }
    if (auto copied = copy_all(pending + "/data"); !copied) return copied;
    if (auto brought = bring_ledgers(pending + "/ledger"); !brought) return brought;
    // Whatever was read back from the disk is what the manifests name: it may take its place.
    for (const char* name : {"/silos", "/policy"}) {
      if (!path_exists(pending + "/data" + name)) continue;
      if (auto going = step("putting in place", name); !going) return going;
      auto renamed = rename_path(pending + "/data" + name, data + name);
      if (!renamed) return renamed;
    }
    if (auto synced = sync_directory(data); !synced) return synced;
    return set_state(kReplay);
  }

  Result<void> copy_all(const std::string& top) {
    if (auto made = make_private_directory(top); !made) return made;
    for (const auto& [path, content] : files_) {
      if (auto going = step("restoring", path); !going) return going;
      const std::string to = top + "/" + path;
      const std::string parent = to.substr(0, to.rfind('/'));
      if (auto made = make_private_directory(parent); !made) return made;
      ASSIGN_OR_RETURN(const Content copied,
                       copy_file(repository_->path_of(content), to, [&](std::uint64_t bytes) {
                         moved_ += bytes;
                         return step("restoring", path);
                       }));
      if (copied != content) {
        return fail(ErrorKind::kCorrupt,
                    fmt::format("{} is not what the manifest names as {}",
                                repository_->path_of(content), path),
                    "copy it from another copy of the repository, or restore another generation");
      }
    }
    for (const auto& [path, content] : files_) {
      const std::string to = top + "/" + path;
      if (auto synced = sync_directories(to.substr(0, to.rfind('/')), top); !synced) return synced;
    }
    return {};
  }

  Result<void> bring_ledgers(const std::string& directory) {
    if (auto made = make_private_directory(directory); !made) return made;
    for (const auto& [organization, kept] : ledgers_) {
      if (auto going = step("bringing the ledger of", organization.text()); !going) return going;
      auto written = write_small_file(directory + "/" + organization.text(), encode_ledger(kept));
      if (!written) return written;
    }
    return {};
  }

  const RestoreOptions& options_;
  const Clock& clock_;
  Random& random_;
  const OnStep& on_step_;
  std::unique_ptr<Repository> repository_;
  std::vector<SignedManifest> manifests_;
  std::map<OrganizationId, PublicKey> keys_;
  std::map<OrganizationId, KeptLedger> ledgers_;
  std::map<std::string, Content> files_;
  RestoreReport report_;
  std::uint64_t moved_ = 0;
};

}  // namespace

Result<RestoreReport> restore(const RestoreOptions& options, const Clock& clock, Random& random,
                              const OnStep& on_step) {
  return Restore(options, clock, random, on_step).run();
}

Result<std::optional<PendingRestore>> PendingRestore::load(const std::string& data_directory) {
  if (auto removed = remove_tree(data_directory + kDone); !removed) {
    return std::unexpected(removed.error());
  }
  if (!path_exists(pending_directory(data_directory))) return std::optional<PendingRestore>();
  const auto json = load_state(data_directory);
  const auto state = json ? state_of(*json) : Result<std::string>(std::unexpected(json.error()));
  if (!state || *state != kReplay) {
    return fail(ErrorKind::kConflict,
                data_directory + " holds a restore that was interrupted: it is not whole",
                "run the same heed restore again");
  }
  std::vector<OfSilo> silos;
  const Json* list = json->find("silos");
  const Json::Array* entries = list == nullptr ? nullptr : list->array();
  for (const Json& entry : entries == nullptr ? Json::Array() : *entries) {
    ASSIGN_OR_RETURN(const std::string id, required_string(entry, "organization"));
    const auto organization = OrganizationId::parse(id);
    const Json* generation = entry.find("generation");
    if (!organization || generation == nullptr) {
      return fail(ErrorKind::kCorrupt,
                  pending_directory(data_directory) + "/state.json does not decode",
                  "remove " + data_directory + " and restore again");
    }
    silos.push_back({*organization, static_cast<std::uint64_t>(generation->integer().value_or(0))});
  }
  return std::optional(PendingRestore(data_directory, std::move(silos)));
}

Result<std::optional<KeptLedger>> PendingRestore::ledger(OrganizationId organization) const {
  const std::string path = ledger_path(data_directory_, organization);
  if (!path_exists(path)) return std::optional<KeptLedger>();
  ASSIGN_OR_RETURN(const Bytes bytes, read_file_up_to(path, kLargestLedger));
  ASSIGN_OR_RETURN(auto kept, decode_ledger(bytes));
  return std::optional(std::move(kept));
}

Result<void> PendingRestore::done(OrganizationId organization) const {
  if (auto removed = remove_tree(ledger_path(data_directory_, organization)); !removed) {
    return removed;
  }
  return sync_directory(pending_directory(data_directory_) + "/ledger");
}

Result<void> PendingRestore::finish() const {
  // Renamed first: half a marker would look like an interrupted restore.
  const std::string gone = data_directory_ + kDone;
  if (auto renamed = rename_path(pending_directory(data_directory_), gone); !renamed) {
    return renamed;
  }
  if (auto synced = sync_directory(data_directory_); !synced) return synced;
  return remove_tree(gone);
}

namespace {

Result<void> apply(const KeptLedger& kept, Silo& silo) {
  if (auto genuine = verify_ledger(kept, silo.journal_key()); !genuine) return genuine;
  return silo.apply_erasures(kept.ledger.bytes);
}

/// That the journal went back to an earlier entry is itself something to be told.
Result<void> note(Store& store, Silo& silo, const PendingRestore::OfSilo& of,
                  const KeptLedger& kept) {
  JsonWriter detail;
  detail.begin_object()
      .member("generation", of.generation)
      .member("erasures", kept.ledger.erasures)
      .member("ledger_entries", kept.head.head.entries)
      .end_object();
  ASSIGN_OR_RETURN(const auto access, store.policy()->access("engine", "operation", "engine"));
  const auto noted = silo.note(access, "restored", detail.view());
  if (noted) return {};
  if (const Error* error = noted.error().error()) return std::unexpected(*error);
  return fail(ErrorKind::kInvalid, noted.error().message(),
              "the policy must let the engine write the journal for its operation");
}

}  // namespace

Result<void> replay_erasures(const PendingRestore& pending, Store& store) {
  for (const PendingRestore::OfSilo& of : pending.silos()) {
    ASSIGN_OR_RETURN(const auto kept, pending.ledger(of.organization));
    if (!kept) continue;
    ASSIGN_OR_RETURN(const auto silo, store.silo(of.organization));
    if (auto applied = apply(*kept, *silo); !applied) return applied;
    if (auto noted = note(store, *silo, of, *kept); !noted) return noted;
    if (auto done = pending.done(of.organization); !done) return done;
  }
  return pending.finish();
}

}  // namespace heed::silo
