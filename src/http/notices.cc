#include "http/notices.h"

#include <fmt/core.h>

#include "base/crypto.h"
#include "base/json.h"

namespace heed::http {
namespace {

constexpr std::string_view kWhat = "policy.notice";
constexpr std::size_t kPage = 1'000;

std::string text_of(const Json& detail, std::string_view name) {
  const Json* member = detail.find(name);
  return member != nullptr && member->string() != nullptr ? *member->string() : std::string();
}

/// Two alike that were given at one moment are one.
std::string id_of(const policy::Notice& notice) {
  const std::string all = format_time(notice.given, 9) + notice.by + notice.hash + notice.text;
  return to_hex(sha256(all)).substr(0, 16);
}

/// `by` is who gave it.
std::optional<GivenNotice> notice_of(const silo::JournalEntry& entry, std::string by) {
  const auto detail = Json::parse(entry.detail);
  if (!detail) return {};
  const Json* reaches = detail->find("reaches_earlier_items");
  return GivenNotice{
      text_of(*detail, "id"),
      policy::Notice{.given = entry.at,
                     .by = std::move(by),
                     .text = text_of(*detail, "text"),
                     .hash = text_of(*detail, "hash"),
                     .reaches_earlier_items = reaches != nullptr && reaches->boolean() == true}};
}

}  // namespace

policy::Governed<std::string> give_notice(silo::Silo& house, const policy::Access& access,
                                          const policy::Notice& notice) {
  if (notice.text.empty() || notice.text.size() > kLongestNotice) {
    return fail(ErrorKind::kInvalid,
                fmt::format("A notice says something, in at most {} bytes.", kLongestNotice),
                "say in a few plain sentences what changes and from when");
  }
  const std::string id = id_of(notice);
  JsonWriter w;
  w.begin_object().member("id", id).member("hash", notice.hash).member("text", notice.text);
  w.member("reaches_earlier_items", notice.reaches_earlier_items).end_object();
  if (auto noted = house.note(access, kWhat, w.view()); !noted) {
    return std::unexpected(std::move(noted).error());
  }
  return id;
}

policy::Governed<std::vector<GivenNotice>> load_notices(const silo::Silo& house,
                                                        const policy::Access& access) {
  std::vector<GivenNotice> notices;
  for (std::uint64_t from = 1;;) {
    ASSIGN_OR_RETURN(const auto entries, house.journal(access, from, kPage));
    for (const silo::JournalEntry& entry : entries) {
      if (entry.what != kWhat) continue;
      // Under its pseudonym where they have been erased.
      ASSIGN_OR_RETURN(silo::NamedEntry named, house.name_entry(access, entry));
      if (auto notice = notice_of(entry, std::move(named.actor))) {
        notices.push_back(*std::move(notice));
      }
    }
    if (entries.size() < kPage) return notices;
    from = entries.back().number + 1;
  }
}

}  // namespace heed::http
