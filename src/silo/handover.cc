#include "silo/handover.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/json.h"
#include "policy/governed.h"
#include "silo/backup.h"
#include "silo/files.h"
#include "silo/handover_files.h"
#include "silo/handover_keys.h"

namespace heed::silo {
namespace {

std::string place_of(const std::string& package, std::size_t file) {
  return fmt::format("{}/files/{}", package, file);
}

std::string manifest_path(const std::string& package) {
  return package + "/manifest.json";
}

/// Paths below `top`, in their order.
Result<std::vector<std::string>> files_below(const std::string& top) {
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top, failed)) {
    if (!entry.is_regular_file(failed)) continue;
    files.push_back(entry.path().string().substr(top.size() + 1));
  }
  if (failed) {
    return fail(ErrorKind::kUnavailable, fmt::format("reading {}: {}", top, failed.message()));
  }
  std::ranges::sort(files);
  return files;
}

Result<void> note(Store& store, Silo& silo, std::string_view what, std::string_view detail) {
  ASSIGN_OR_RETURN(const Access access, store.policy()->access("hand-over", "operation", "engine"));
  const auto noted = silo.note(access, what, detail);
  if (noted) return {};
  if (const Error* error = noted.error().error()) return std::unexpected(*error);
  return fail(ErrorKind::kInvalid, noted.error().message());
}

void write_record(JsonWriter& out, const TransferRecord& record) {
  out.member("successor", record.successor)
      .member("basis", record.ground.basis)
      .member("reference", record.ground.reference)
      .member("approver", record.ground.approver)
      .member("jurisdiction", record.ground.jurisdiction)
      .member("agreed", record.date)
      .member("people_notified", record.ground.notify_subject)
      .member("key", to_hex(record.key));
}

/// One hand-over: first all is looked at, then it is written.
class Handover {
 public:
  Handover(Store& store, const HandoverOptions& options, const Clock& clock, Random& random,
           const OnStep& on_step)
      : store_(store),
        options_(options),
        clock_(clock),
        random_(random),
        on_step_(on_step),
        staging_(options.package + ".partial"),
        checkpoint_(checkpoint_directory(options.from.data_directory) + "/" +
                    options.organization.text()) {}

  Result<HandoverReport> run() {
    if (auto looked = look(); !looked) return std::unexpected(looked.error());
    if (options_.dry_run) return std::move(report_);
    if (!report_.count.refused.empty()) return keeps_back(report_.count.refused.front());
    auto made = make_package();
    if (!stopped_) {
      auto cleared = remove_tree(checkpoint_);
      if (made && !cleared) made = cleared;
    }
    if (!made) return std::unexpected(made.error());
    return std::move(report_);
  }

 private:
  Result<void> step(std::string_view doing, std::string_view what) {
    auto going = on_step_({doing, what, moved_, report_.bytes});
    stopped_ |= !going;
    return going;
  }

  static std::unexpected<Error> keeps_back(const HandoverRefusal& refused) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the policy keeps back {} of '{}' by clause {}: {}", refused.items,
                            refused.kind, refused.why.clause, refused.why.sentence),
                "a silo goes as a whole: remove what may not go, state a fact that the policy asks "
                "for in the record, or leave the silo where it is");
  }

  Result<void> look() {
    if (path_exists(options_.package)) {
      return fail(ErrorKind::kConflict, options_.package + " is there already",
                  "name a directory that is not there yet");
    }
    ASSIGN_OR_RETURN(silo_, store_.silo(options_.organization));
    ASSIGN_OR_RETURN(report_.count, count_handover(store_, *silo_, options_.record,
                                                   options_.purpose, options_.party));
    const SiloStatistics statistics = silo_->statistics();
    report_.erasures = silo_->erasures();
    report_.entries = statistics.journal_entries;
    report_.bytes = statistics.file_bytes;
    report_.policies = store_.book()->current().number;
    return {};
  }

  Result<void> make_package() {
    if (auto noted = begin(); !noted) return noted;
    ASSIGN_OR_RETURN(SignedHead head, silo_->journal_head());
    if (auto taken = take_checkpoint(); !taken) return taken;
    HandoverManifest manifest{options_.organization, clock_.now(),
                              options_.record,       options_.purpose,
                              options_.party,        report_.count.kinds,
                              report_.erasures,      {},
                              std::move(head),       {}};
    for (const policy::Version& version : store_.book()->versions()) {
      manifest.policies.push_back({version.number, version.policy->hash()});
    }
    if (auto sealed = seal_all(manifest); !sealed) return sealed;
    if (auto going = step("signing", "the manifest"); !going) return going;
    ASSIGN_OR_RETURN(Bytes signature, silo_->sign_backup(handover_statement(manifest)));
    const std::string text =
        encode_handover({std::move(manifest), silo_->journal_key().bytes(), std::move(signature)});
    if (text.size() > kLargestHandover) {
      return fail(ErrorKind::kExhausted, "the manifest is larger than 64 MiB");
    }
    report_.manifest = sha256(text);
    if (auto written = write_text(text); !written) return written;
    return give(text);
  }

  Result<void> begin() {
    if (auto going = step("noting", "that it is handed over"); !going) return going;
    JsonWriter detail;
    detail.begin_object();
    write_record(detail, options_.record);
    detail.member("purpose", options_.purpose).member("party", options_.party).end_object();
    return note(store_, *silo_, "handover.begun", detail.view());
  }

  Result<void> take_checkpoint() {
    if (auto going = step("taking a checkpoint of", options_.organization.text()); !going) {
      return going;
    }
    auto made = remove_tree(checkpoint_);
    if (made) made = make_private_directory(checkpoint_.substr(0, checkpoint_.rfind('/')));
    return made ? silo_->checkpoint(checkpoint_) : made;
  }

  Result<void> seal_all(HandoverManifest& manifest) {
    if (auto cleared = remove_tree(staging_); !cleared) return cleared;
    if (auto made = make_private_directory(staging_ + "/files"); !made) return made;
    ASSIGN_OR_RETURN(const auto ring,
                     Keyring::open(options_.from.key_directory, random_, options_.from.root));
    std::vector<std::pair<std::string, std::string>> all;  // path in the manifest, where it is
    const std::string policy = options_.from.data_directory + "/policy";
    ASSIGN_OR_RETURN(const auto versions, files_below(policy));
    ASSIGN_OR_RETURN(const auto tables, files_below(checkpoint_));
    for (const std::string& file : versions)
      all.emplace_back("policy/" + file, policy + "/" + file);
    for (const std::string& file : tables)
      all.emplace_back("silo/" + file, checkpoint_ + "/" + file);
    all.emplace_back("subjects", ring->subjects_path(options_.organization));
    Bytes key = random_.bytes(kAeadKeySize);
    const WipeAfter wiped(key);
    if (auto sealed = seal_keys(manifest, *ring, key); !sealed) return sealed;
    for (const auto& [path, from] : all) {
      if (auto going = step("sealing", path); !going) return going;
      const auto place = manifest.files.size();
      ASSIGN_OR_RETURN(Content content, seal_file(from, place_of(staging_, place),
                                                  {key, static_cast<std::uint32_t>(place)},
                                                  [&, &file = path](std::uint64_t bytes) {
                                                    moved_ += bytes;
                                                    return step("sealing", file);
                                                  }));
      manifest.files.push_back({path, std::move(content)});
    }
    return {};
  }

  /// The first file: what the others are opened with.
  Result<void> seal_keys(HandoverManifest& manifest, const Keyring& ring, BytesView package_key) {
    ASSIGN_OR_RETURN(const HandedKeys keys, ring.keys_to_hand(options_.organization));
    ASSIGN_OR_RETURN(const ReceiverKey receiver, ReceiverKey::from_bytes(options_.record.key));
    const Bytes sealed = seal_handed_keys({options_.organization, package_key, keys, options_.name},
                                          receiver, random_);
    if (auto written = write_small_file(place_of(staging_, 0), sealed); !written) return written;
    manifest.files.push_back({"keys", {sealed.size(), sha256(sealed)}});
    return {};
  }

  Result<void> write_text(const std::string& text) {
    if (auto synced = sync_directory(staging_ + "/files"); !synced) return synced;
    if (auto going = step("writing", "the manifest"); !going) return going;
    return write_small_file(manifest_path(staging_), text);
  }

  /// Until here nothing has left: first it is noted.
  Result<void> give(const std::string& text) {
    if (auto going = step("noting", "what is handed over"); !going) return going;
    JsonWriter detail;
    detail.begin_object();
    write_record(detail, options_.record);
    detail.member("manifest", to_hex(sha256(text))).end_object();
    if (auto noted = note(store_, *silo_, "handed.over", detail.view()); !noted) return noted;
    if (auto going = step("putting in place", options_.package); !going) return going;
    if (auto renamed = rename_path(staging_, options_.package); !renamed) return renamed;
    const auto parent = std::filesystem::absolute(options_.package).parent_path();
    return sync_directory(parent.string());
  }

  Store& store_;
  const HandoverOptions& options_;
  const Clock& clock_;
  Random& random_;
  const OnStep& on_step_;
  const std::string staging_, checkpoint_;
  std::shared_ptr<Silo> silo_;
  HandoverReport report_;
  std::uint64_t moved_ = 0;
  bool stopped_ = false;
};

}  // namespace

Result<HandoverReport> hand_over(Store& store, const HandoverOptions& options, const Clock& clock,
                                 Random& random, const OnStep& on_step) {
  return Handover(store, options, clock, random, on_step).run();
}

Result<CheckedHandover> check_handover(const std::string& package, bool files,
                                       const OnStep& on_step) {
  ASSIGN_OR_RETURN(const Bytes text, read_file_up_to(manifest_path(package), kLargestHandover));
  ASSIGN_OR_RETURN(SignedHandover handover, decode_handover(text));
  const auto& all = handover.manifest.files;
  for (std::size_t i = 0; files && i < all.size(); ++i) {
    const auto going = [&](std::uint64_t) {
      return on_step({"checking", all[i].path, i, all.size()});
    };
    if (auto first = going(0); !first) return std::unexpected(first.error());
    ASSIGN_OR_RETURN(const Content content, content_of_file(place_of(package, i), going));
    if (content == all[i].content) continue;
    return fail(ErrorKind::kCorrupt,
                fmt::format("{} is not the file that the manifest names", place_of(package, i)),
                "have the package sent again, whole");
  }
  return CheckedHandover{std::move(handover), sha256(text)};
}

Result<void> settle_handover(Store& store, const CheckedHandover& checked) {
  const HandoverManifest& manifest = checked.handover.manifest;
  ASSIGN_OR_RETURN(const auto silo, store.silo(manifest.organization));
  ASSIGN_OR_RETURN(const SignedHead now, silo->verify_journal());
  if (now.head.entries < manifest.head.head.entries || silo->erasures() < manifest.erasures) {
    return fail(ErrorKind::kCorrupt, "the silo has less than the manifest of its hand-over says",
                "delete it with heed silo delete, and have the package sent again");
  }
  ASSIGN_OR_RETURN(const Access access, store.policy()->access("hand-over", "operation", "engine"));
  // Noted already where an entry behind the hand-over's says so.
  constexpr std::size_t kPage = 500;
  for (std::uint64_t from = manifest.head.head.entries + 1; from <= now.head.entries;) {
    const auto page = silo->journal(access, from, kPage);
    if (!page || page->empty()) break;
    for (const JournalEntry& entry : *page) {
      if (entry.what == "handover.received") return {};
    }
    from += page->size();
  }
  JsonWriter detail;
  detail.begin_object();
  write_record(detail, manifest.record);
  detail.member("manifest", to_hex(checked.hash)).end_object();
  return note(store, *silo, "handover.received", detail.view());
}

}  // namespace heed::silo
