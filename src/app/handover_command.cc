#include "app/handover_command.h"

#include <fmt/core.h>

#include "app/files.h"
#include "app/offline_store.h"
#include "app/plainly.h"
#include "app/progress.h"
#include "base/json.h"
#include "people/people.h"
#include "silo/files.h"
#include "silo/handover.h"

namespace heed::app {
namespace {

Result<std::unique_ptr<people::People>> people_of(OfflineStore& opened) {
  return plainly(people::People::open(*opened.store, opened.clock, opened.random));
}

/// As it is registered; kNotFound if it is not.
Result<std::string> name_of(OfflineStore& opened, OrganizationId organization) {
  if (organization == people::house_id()) {
    return fail(ErrorKind::kInvalid, "this is the house: the accounts of the whole server",
                "hand over its organizations one by one");
  }
  ASSIGN_OR_RETURN(const auto people, people_of(opened));
  ASSIGN_OR_RETURN(const auto all, plainly(people->organizations()));
  for (const people::Organization& one : all) {
    if (one.id == organization) return one.name;
  }
  return fail(ErrorKind::kNotFound, "no such organization is registered here");
}

/// A refused record says by which clause there must be one.
Result<silo::TransferRecord> record_of(const HandoverWords& words, const OfflineStore& opened) {
  const auto parse = [&]() -> Result<silo::TransferRecord> {
    if (words.record.empty()) {
      return fail(ErrorKind::kInvalid,
                  "a hand-over needs a transfer record that names the successor",
                  "write one, and name its file with --record; --help shows one");
    }
    ASSIGN_OR_RETURN(const std::string text, read_text(words.record, silo::kLargestTransferRecord));
    return silo::parse_transfer_record(text);
  };
  auto record = parse();
  if (record) return record;
  Error why = record.error();
  const std::string clause = silo::record_clause(*opened.store->book(), words.purpose, words.party);
  if (!clause.empty()) why.message += fmt::format(" (the policy asks for it by clause {})", clause);
  return std::unexpected(std::move(why));
}

void write_kinds(JsonWriter& out, const std::vector<silo::HandedKind>& kinds) {
  out.key("kinds").begin_array();
  for (const silo::HandedKind& kind : kinds) {
    out.begin_object()
        .member("name", kind.name)
        .member("records", kind.records)
        .member("blobs", kind.blobs)
        .member("series", kind.series)
        .member("samples", kind.samples)
        .end_object();
  }
  out.end_array();
}

std::string in_words(const std::vector<silo::HandedKind>& kinds) {
  std::string text;
  for (const silo::HandedKind& kind : kinds) {
    text += kind.series == 0 ? fmt::format("  {:<24}{} records with {} blobs\n", kind.name,
                                           kind.records, kind.blobs)
                             : fmt::format("  {:<24}{} series with {} samples\n", kind.name,
                                           kind.series, kind.samples);
  }
  return text;
}

std::string told(const HandoverWords& words, const silo::TransferRecord& record,
                 const silo::HandoverReport& report) {
  if (words.json) {
    JsonWriter out;
    out.begin_object()
        .member("handed_over", words.really)
        .member("successor", record.successor)
        .member("erasures", report.erasures)
        .member("entries", report.entries)
        .member("bytes", report.bytes)
        .member("policies", std::uint64_t{report.policies})
        .member("manifest", to_hex(report.manifest));
    write_kinds(out, report.count.kinds);
    out.key("refused").begin_array();
    for (const silo::HandoverRefusal& refused : report.count.refused) {
      out.begin_object()
          .member("kind", refused.kind)
          .member("items", refused.items)
          .member("clause", refused.why.clause)
          .end_object();
    }
    out.end_array().end_object();
    return out.take() + "\n";
  }
  std::string text =
      fmt::format("{} {}:\n{}  {} erasures, {} journal entries, {} versions of the policy, {}\n",
                  words.really ? "Handed over to" : "Would hand over to", record.successor,
                  in_words(report.count.kinds), report.erasures, report.entries, report.policies,
                  in_bytes(report.bytes));
  for (const silo::HandoverRefusal& refused : report.count.refused) {
    text += fmt::format("The policy keeps back {} of '{}' by clause {}: {}\n", refused.items,
                        refused.kind, refused.why.clause, refused.why.sentence);
  }
  if (!words.really) return text + "Nothing was done. Say --really to do it.\n";
  return text + fmt::format(
                    "Send {} whole. SHA-256 of its manifest.json, which both journals name:\n"
                    "  {}\nOnce it was received, heed silo delete ends the keys here.\n",
                    words.package, to_hex(report.manifest));
}

Result<PublicKey> giver_key(const std::string& text) {
  const auto bytes = from_hex(text);
  if (bytes && bytes->size() == kEd25519KeySize) return PublicKey::from_bytes(*bytes);
  return fail(ErrorKind::kInvalid, "--giver is not 64 hexadecimal digits",
              "give the key that the giver's heed journal export names");
}

Result<OpeningKey> opening_key(const std::string& path) {
  ASSIGN_OR_RETURN(Bytes text, silo::read_small_file(path));
  const WipeAfter wiped(text);
  while (text.ends_with('\n')) text.pop_back();
  auto secret = from_hex(text);
  if (!secret) {
    return fail(ErrorKind::kInvalid, path + " is no key",
                "make one with heed silo successor-key, before the record is written");
  }
  const WipeAfter wiped_too(*secret);
  return OpeningKey::from_bytes(*secret);
}

Result<people::PersonId> owner_at(people::People& people, const std::string& email) {
  ASSIGN_OR_RETURN(const auto owner, plainly(people.person_of(email)));
  if (owner) return *owner;
  return fail(ErrorKind::kNotFound, "nobody has an account with that address here",
              "accounts are not handed over: start the server, make one, and run this again with "
              "--owner");
}

std::string what_came(const HandoverWords& words, const silo::CheckedHandover& checked,
                      std::string_view did) {
  const silo::HandoverManifest& manifest = checked.handover.manifest;
  if (words.json) {
    JsonWriter out;
    out.begin_object()
        .member("done", did)
        .member("organization", manifest.organization.text())
        .member("successor", manifest.record.successor)
        .member("reference", manifest.record.ground.reference)
        .member("erasures", manifest.erasures)
        .member("entries", manifest.head.head.entries)
        .member("policies", std::uint64_t{manifest.policies.size()})
        .member("key", to_hex(checked.handover.key))
        .member("manifest", to_hex(checked.hash));
    write_kinds(out, manifest.kinds);
    out.end_object();
    return out.take() + "\n";
  }
  return fmt::format(
      "{}: {} to {}, under {} of {}:\n{}  {} erasures, {} journal entries, {} versions of the "
      "policy\nSigned by {}\nSHA-256 of the manifest {}\n",
      did, manifest.organization.text(), manifest.record.successor,
      manifest.record.ground.reference, format_time(manifest.record.date, 0),
      in_words(manifest.kinds), manifest.erasures, manifest.head.head.entries,
      manifest.policies.size(), to_hex(checked.handover.key), to_hex(checked.hash));
}

/// Opened there, its journal whole, it gets its name and its owner.
Result<void> settle_in(const HandoverWords& words, const silo::RootGiver& root,
                       const silo::ReceiveReport& report) {
  ASSIGN_OR_RETURN(const auto opened, open_offline(words.data, words.keys, root));
  auto settled = silo::settle_handover(*opened->store, report.checked);
  if (!settled || words.owner.empty()) return settled;
  ASSIGN_OR_RETURN(const auto people, people_of(*opened));
  ASSIGN_OR_RETURN(const people::PersonId owner, owner_at(*people, words.owner));
  return plainly(people->adopt_organization(report.checked.handover.manifest.organization,
                                            report.name, owner));
}

}  // namespace

Result<std::string> run_handover(const HandoverWords& words, OrganizationId organization) {
  ASSIGN_OR_RETURN(const silo::RootGiver root, take_root(words.key_access));
  ASSIGN_OR_RETURN(const auto opened, open_offline(words.data, words.keys, root));
  silo::HandoverOptions options;
  options.from = {words.data, key_directory(words.data, words.keys), root};
  options.organization = organization;
  ASSIGN_OR_RETURN(options.name, name_of(*opened, organization));
  ASSIGN_OR_RETURN(options.record, record_of(words, *opened));
  options.purpose = words.purpose;
  options.party = words.party;
  options.package = words.package;
  options.dry_run = !words.really;
  Progress progress(opened->clock);
  ASSIGN_OR_RETURN(const auto report, silo::hand_over(*opened->store, options, opened->clock,
                                                      opened->random, std::ref(progress)));
  return told(words, options.record, report);
}

Result<std::string> run_receive(const HandoverWords& words) {
  ASSIGN_OR_RETURN(const OpeningKey key, opening_key(words.key_file));
  ASSIGN_OR_RETURN(const silo::RootGiver root, take_root(words.key_access));
  silo::ReceiveOptions options;
  options.package = words.package;
  options.to = {words.data, key_directory(words.data, words.keys), root};
  options.dry_run = !words.really;
  if (!words.giver.empty()) {
    ASSIGN_OR_RETURN(options.giver, giver_key(words.giver));
  }
  const SystemClock clock;
  SystemRandom random;
  Progress progress(clock);
  ASSIGN_OR_RETURN(const auto report,
                   silo::receive_handover(options, key, random, std::ref(progress)));
  if (!words.really) {
    return what_came(words, report.checked, "Would receive; say --really to do it");
  }
  if (auto settled = settle_in(words, root, report); !settled) {
    return std::unexpected(settled.error());
  }
  return what_came(words, report.checked, "Received");
}

Result<std::string> run_verify_handover(const HandoverWords& words) {
  const SystemClock clock;
  Progress progress(clock);
  ASSIGN_OR_RETURN(const auto checked,
                   silo::check_handover(words.package, true, std::ref(progress)));
  if (!words.giver.empty()) {
    ASSIGN_OR_RETURN(const PublicKey giver, giver_key(words.giver));
    if (giver.bytes() != checked.handover.key) {
      return fail(ErrorKind::kInvalid, "it is signed, but not by the key that --giver names",
                  "ask the giver for its key by another way");
    }
  }
  return what_came(words, checked, "Genuine");
}

Result<std::string> run_successor_key(const HandoverWords& words) {
  if (silo::path_exists(words.key_file)) {
    return fail(ErrorKind::kConflict, words.key_file + " is there already",
                "name a file that is not there yet");
  }
  SystemRandom random;
  const OpeningKey key = OpeningKey::make(random);
  Bytes text = to_hex(key.secret()) + "\n";
  const WipeAfter wiped(text);
  if (auto written = silo::write_small_file(words.key_file, text); !written) {
    return std::unexpected(written.error());
  }
  return to_hex(key.public_key().bytes()) + "\n";
}

}  // namespace heed::app
