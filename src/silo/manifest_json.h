// What the manifests of backups and hand-overs share: they are read back from JSON and held against
// what would be written for it. So whatever is not there or of another type reads as nothing, and
// then the text differs.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "silo/journal_head.h"

namespace heed::silo {

constexpr int kManifestTimeDigits = 9;  ///< Of a second's fraction

/// nullptr if `object` is, or has no such member.
const Json* member_of(const Json* object, std::string_view key);
std::string text_of(const Json* object, std::string_view key);
std::uint64_t number_of(const Json* object, std::string_view key);
Time time_of(const Json* object, std::string_view key);
/// From hexadecimal digits; of this size, whatever stands there.
Bytes bytes_of(const Json* object, std::string_view key, std::size_t size);

void write_head(JsonWriter& out, const SignedHead& signed_head);
SignedHead head_of(const Json* object, std::string_view key, OrganizationId organization);

/// Letters, digits and "._-/", with no part that is empty or begins with a dot.
bool is_plain_path(std::string_view path);

}  // namespace heed::silo
