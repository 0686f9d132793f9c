#include "silo/archive.h"

#include <fmt/core.h>

#include "base/crypto.h"
#include "base/json.h"
#include "silo/files.h"

namespace heed::silo {
namespace {

constexpr std::string_view kText = ".policy";
constexpr std::string_view kFacts = ".json";
constexpr auto kMend = "restore the directory 'policy' of the data from a backup";

std::unexpected<Error> damaged(const std::string& path, std::string_view what) {
  return fail(ErrorKind::kCorrupt, fmt::format("{} {}", path, what), kMend);
}

std::string facts_of(const policy::Version& version) {
  JsonWriter out;
  out.begin_object()
      .member("number", std::uint64_t{version.number})
      .member("name", version.policy->name())
      .member("hash", version.policy->hash())
      .member("activated", version.activated)
      .member("by", version.by);
  if (version.notice) {
    out.key("notice")
        .begin_object()
        .member("given", version.notice->given)
        .member("by", version.notice->by)
        .member("text", version.notice->text)
        .member("hash", version.notice->hash)
        .member("reaches_earlier_items", version.notice->reaches_earlier_items)
        .end_object();
  }
  out.end_object();
  return out.take() + "\n";
}

Result<Time> required_time(const Json& object, std::string_view key) {
  ASSIGN_OR_RETURN(const std::string text, required_string(object, key));
  const auto time = parse_time(text);
  if (!time) return fail(ErrorKind::kInvalid, std::string(key) + " is no time");
  return *time;
}

Result<policy::Notice> notice_of(const Json& object) {
  policy::Notice notice;
  ASSIGN_OR_RETURN(notice.given, required_time(object, "given"));
  ASSIGN_OR_RETURN(notice.by, required_string(object, "by"));
  ASSIGN_OR_RETURN(notice.text, required_string(object, "text"));
  ASSIGN_OR_RETURN(notice.hash, required_string(object, "hash"));
  const Json* reaches = object.find("reaches_earlier_items");
  notice.reaches_earlier_items = reaches != nullptr && reaches->boolean().value_or(false);
  return notice;
}

struct Facts {
  policy::Version version;
  std::string hash;
};

Result<Facts> facts_in(std::string_view text) {
  ASSIGN_OR_RETURN(const Json object, Json::parse(text));
  Facts facts;
  ASSIGN_OR_RETURN(facts.hash, required_string(object, "hash"));
  ASSIGN_OR_RETURN(facts.version.activated, required_time(object, "activated"));
  ASSIGN_OR_RETURN(facts.version.by, required_string(object, "by"));
  if (const Json* notice = object.find("notice")) {
    ASSIGN_OR_RETURN(facts.version.notice, notice_of(*notice));
  }
  return facts;
}

}  // namespace

Result<PolicyArchive> PolicyArchive::open(const std::string& data_directory) {
  const std::string directory = data_directory + "/policy";
  if (auto made = make_private_directory(directory); !made) return std::unexpected(made.error());
  return PolicyArchive(directory);
}

std::string PolicyArchive::path(std::uint32_t number, std::string_view ending) const {
  return fmt::format("{}/{}{}", directory_, number, ending);
}

Result<std::shared_ptr<const policy::Book>> PolicyArchive::load() const {
  std::vector<policy::Version> versions;
  for (std::uint32_t number = 1; path_exists(path(number, kFacts)); ++number) {
    const policy::Policy* before = versions.empty() ? nullptr : versions.back().policy.get();
    ASSIGN_OR_RETURN(policy::Version version, load_one(number, before));
    versions.push_back(std::move(version));
  }
  // A hole would put an older version in force.
  for (const std::string& name : names_in(directory_)) {
    if (!name.ends_with(kFacts)) continue;
    const std::string number = name.substr(0, name.size() - kFacts.size());
    if (number.size() > 9 || number.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(number) > versions.size()) {
      return damaged(directory_ + "/" + name, "stands behind a version that is missing");
    }
  }
  if (versions.empty()) return std::shared_ptr<const policy::Book>();
  return std::make_shared<const policy::Book>(std::move(versions));
}

Result<policy::Version> PolicyArchive::load_one(std::uint32_t number,
                                                const policy::Policy* before) const {
  const std::string text_path = path(number, kText);
  ASSIGN_OR_RETURN(const Bytes facts_text, read_small_file(path(number, kFacts)));
  auto facts = facts_in(facts_text);
  if (!facts) return damaged(path(number, kFacts), "does not decode: " + facts.error().message);
  const auto text = read_small_file(text_path);
  if (!text) return damaged(text_path, "cannot be read");
  if (to_hex(sha256(*text)) != facts->hash) {
    return damaged(text_path, "is not the text that was activated: its hash differs");
  }
  policy::Checked checked = policy::check({{text_path, *text}}, before);
  if (!checked.ok()) {
    return damaged(text_path, "does not compile: " + checked.findings.front().message);
  }
  if (checked.policy->hash() != facts->hash) {
    return damaged(text_path, "is not written as this program writes policies");
  }
  facts->version.number = number;
  facts->version.policy = std::move(checked.policy);
  return std::move(facts->version);
}

Result<void> PolicyArchive::add(const policy::Version& version) {
  if (version.policy->source().size() > kLargestText) {
    return fail(ErrorKind::kExhausted, "the policy's text is larger than 1 MiB",
                "shorten its sentences");
  }
  if (version.number > kMostVersions) {
    return fail(ErrorKind::kExhausted, "a server has at most 10,000 versions of its policy");
  }
  if (auto written = write_small_file(path(version.number, kText), version.policy->source());
      !written) {
    return written;
  }
  return write_small_file(path(version.number, kFacts), facts_of(version));
}

}  // namespace heed::silo
