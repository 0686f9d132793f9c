// How a machine's file service is reached: what stands of it in the machine's settings, beside what
// its driver reads there, as the member "transfer":
//   {"protocol":"ftp","host":"10.0.0.7","port":21,"user":"cnc","password":"…","directory":"PROG",
//    "passive":true}
//   {"protocol":"sftp", …, "key":"-----BEGIN …", "host_key":"SHA256:…"}
// Password and key go in and never come out (box/setting_secrets.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "box/net_files.h"

namespace heed::box {

constexpr std::size_t kLongestSecret = 8'192;  ///< Bytes of a private key.
constexpr std::size_t kLongestUser = 100;
constexpr std::size_t kLongestDirectory = 300;

/// What the settings say; nothing if they say none.
std::optional<FilePlace> transfer_of(std::string_view settings);
/// The settings with this in its place; nothing takes it out. To the letter where there was none
/// and shall be none.
std::string with_transfer(std::string_view settings, const std::optional<FilePlace>& place);
/// What drivers and forms see of the settings.
std::string without_transfer(std::string_view settings);

/// What somebody wants, with kKeptSecret for what `before` has. `host`: where the machine itself
/// is, for a form without one. A secret, and the host key that was seen, stay with the host and
/// user that they were given for: kInvalid names the field.
Result<FilePlace> read_transfer(const Json& form, const std::optional<FilePlace>& before,
                                std::string_view host);
/// Without its secrets, which stand as kKeptSecret.
void write_transfer(JsonWriter& w, const FilePlace& place);

std::string_view word(FileProtocol protocol);

}  // namespace heed::box
