#include "box/transfer_settings.h"

#include <algorithm>

#include "base/utf8.h"
#include "box/setting_secrets.h"
#include "box/source.h"

namespace heed::box {
namespace {

constexpr std::string_view kMember = "transfer";

std::unexpected<Error> wrong(std::string_view field, std::string what, std::string mend = {}) {
  return fail(ErrorKind::kInvalid, std::string(field) + ": " + std::move(what), std::move(mend));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Result<std::string> text_in(const Json& form, std::string_view field, std::size_t longest,
                            bool lines = false) {
  const Json* member = form.find(field);
  if (member == nullptr || member->is_null()) return std::string();
  if (member->string() == nullptr) return wrong(field, "this is no text");
  const std::string& text = *member->string();
  if (text.size() > longest) return wrong(field, "it is too long");
  if (!lines && std::ranges::any_of(text, is_control))
    return wrong(field, "it has control characters");
  return text;
}

std::uint16_t usual_port(FileProtocol protocol) {
  return protocol == FileProtocol::kFtp ? 21 : 22;
}

Result<std::uint16_t> port_in(const Json& form, FileProtocol protocol) {
  const Json* member = form.find("port");
  if (member == nullptr || member->is_null()) return usual_port(protocol);
  const auto port = member->integer();
  if (!port || *port < 1 || *port > 65'535) return wrong("port", "it is no number from 1 to 65535");
  return static_cast<std::uint16_t>(*port);
}

Result<std::string> host_in(const Json& form, std::string_view usual) {
  ASSIGN_OR_RETURN(std::string host, text_in(form, "host", kLongestHost));
  if (host.empty()) host = usual;
  const bool plain = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':';
  });
  if (host.empty()) return wrong("host", "it is missing", "Write the control's name or address.");
  if (!plain) return wrong("host", "this is no name or address");
  return host;
}

Result<std::string> directory_in(const Json& form) {
  ASSIGN_OR_RETURN(const std::string directory, text_in(form, "directory", kLongestDirectory));
  const std::string in_slashes = "/" + directory + "/";
  if (in_slashes.contains("/../")) {
    return wrong("directory", "it leads upwards", "Write where it is from the root.");
  }
  return directory;
}

// A secret that was given before goes to where it was given for alone.
Result<std::string> secret_in(const Json& form, std::string_view field, const FilePlace& wanted,
                              const std::optional<FilePlace>& before,
                              std::string FilePlace::* secret) {
  ASSIGN_OR_RETURN(std::string given, text_in(form, field, kLongestSecret, true));
  if (given != kKeptSecret) return given;
  const bool same = before && before->host == wanted.host && before->port == wanted.port &&
                    before->protocol == wanted.protocol && before->user == wanted.user;
  if (!same) {
    return wrong(field, "a secret goes to the host and user that it was given for alone",
                 "Give it again.");
  }
  return (*before).*secret;
}

Json json_of(std::string_view settings) {
  auto parsed = Json::parse(settings.empty() ? "{}" : settings);
  return parsed && parsed->object() != nullptr ? *std::move(parsed) : Json(Json::Object{});
}

void write_place(JsonWriter& w, const FilePlace& place, bool secrets) {
  const auto secret = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    w.member(name, secrets ? std::string_view(value) : kKeptSecret);
  };
  w.begin_object().member("protocol", word(place.protocol)).member("host", place.host);
  w.member("port", static_cast<unsigned>(place.port)).member("user", place.user);
  secret("password", place.password);
  secret("key", place.private_key);
  w.member("directory", place.directory).member("passive", place.passive);
  w.member("host_key", place.host_key).end_object();
}

}  // namespace

std::string_view word(FileProtocol protocol) {
  return protocol == FileProtocol::kFtp ? "ftp" : "sftp";
}

std::optional<FilePlace> transfer_of(std::string_view settings) {
  const Json all = json_of(settings);
  const Json* form = all.find(kMember);
  if (form == nullptr) return {};
  auto place = read_transfer(*form, {}, "");
  if (!place) return {};
  return *std::move(place);
}

std::string with_transfer(std::string_view settings, const std::optional<FilePlace>& place) {
  const Json all = json_of(settings);
  if (!place && all.find(kMember) == nullptr) return std::string(settings);
  JsonWriter w;
  w.begin_object();
  bool empty = true;
  for (const auto& [name, value] : *all.object()) {
    if (name == kMember) continue;
    w.key(name).value(value);
    empty = false;
  }
  if (place) write_place(w.key(kMember), *place, true);
  w.end_object();
  return empty && !place ? std::string() : w.take();
}

std::string without_transfer(std::string_view settings) {
  return with_transfer(settings, {});
}

Result<FilePlace> read_transfer(const Json& form, const std::optional<FilePlace>& before,
                                std::string_view host) {
  if (form.object() == nullptr) return wrong("transfer", "this is no JSON object");
  FilePlace place;
  ASSIGN_OR_RETURN(const std::string protocol, text_in(form, "protocol", 10));
  if (protocol != "ftp" && protocol != "sftp") return wrong("protocol", "take ftp or sftp");
  place.protocol = protocol == "ftp" ? FileProtocol::kFtp : FileProtocol::kSftp;
  ASSIGN_OR_RETURN(place.host, host_in(form, host));
  ASSIGN_OR_RETURN(place.port, port_in(form, place.protocol));
  ASSIGN_OR_RETURN(place.user, text_in(form, "user", kLongestUser));
  ASSIGN_OR_RETURN(place.password,
                   secret_in(form, "password", place, before, &FilePlace::password));
  ASSIGN_OR_RETURN(place.private_key,
                   secret_in(form, "key", place, before, &FilePlace::private_key));
  ASSIGN_OR_RETURN(place.directory, directory_in(form));
  if (std::ranges::any_of(place.password, is_control)) {
    return wrong("password", "it has control characters");
  }
  const bool sftp = place.protocol == FileProtocol::kSftp;
  if (!sftp && !place.private_key.empty()) return wrong("key", "FTP knows no keys", "Take SFTP.");
  if (sftp && place.user.empty()) return wrong("user", "SFTP lets in nobody without a name");
  const Json* passive = form.find("passive");
  if (passive != nullptr && !passive->is_null()) {
    if (!passive->boolean()) return wrong("passive", "it is neither true nor false");
    place.passive = *passive->boolean();
  }
  ASSIGN_OR_RETURN(place.host_key, text_in(form, "host_key", 100));
  if (!place.host_key.empty() && !place.host_key.starts_with("SHA256:")) {
    return wrong("host_key",
                 "it does not begin with SHA256:", "Leave it empty to take the next one.");
  }
  const bool moved = before && (before->host != place.host || before->port != place.port);
  if (moved && place.host_key == before->host_key) place.host_key.clear();
  return place;
}

void write_transfer(JsonWriter& w, const FilePlace& place) {
  write_place(w, place, false);
}

}  // namespace heed::box
