#include "silo/root_key.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/crypto.h"
#include "base/json.h"
#include "silo/files.h"

namespace heed::silo {
namespace {

std::string key_path(const std::string& directory) {
  return directory + "/root.key";
}
std::string source_path(const std::string& directory) {
  return directory + "/root.source";
}

Result<RootKey> load_key_file(const std::string& path) {
  if (auto mine = check_private(path); !mine) return std::unexpected(mine.error());
  ASSIGN_OR_RETURN(Bytes text, read_small_file(path));
  const WipeAfter wiped(text);
  auto bytes = from_hex(BytesView(text).substr(0, text.find_last_not_of('\n') + 1));
  auto root = bytes ? Secret::take(*bytes) : fail(ErrorKind::kInvalid, "");
  if (!root) {
    return fail(ErrorKind::kCorrupt, path + " does not hold 64 hexadecimal digits",
                "restore the root key from its backup");
  }
  return RootKey(*std::move(root));
}

std::optional<RootSource> source_of(std::string_view name) {
  for (const auto source : {RootSource::kPassphrase, RootSource::kEnvironment}) {
    if (name == name_of(source)) return source;
  }
  return {};
}

std::optional<Bytes> hex_member(const Json& object, std::string_view key) {
  const Json* const member = object.find(key);
  return member != nullptr && member->string() != nullptr ? from_hex(*member->string())
                                                          : std::nullopt;
}

/// `most` bounds what a changed file could make the program do.
std::optional<std::uint64_t> count_member(const Json& object, std::string_view key,
                                          std::uint64_t most) {
  const Json* const member = object.find(key);
  const auto number = member != nullptr ? member->integer() : std::nullopt;
  if (!number || *number < 1 || static_cast<std::uint64_t>(*number) > most) return {};
  return static_cast<std::uint64_t>(*number);
}

std::optional<RootDescription> parse_description(BytesView text) {
  const auto json = Json::parse(text);
  if (!json) return {};
  const Json* const word = json->find("source");
  const auto source =
      word != nullptr && word->string() != nullptr ? source_of(*word->string()) : std::nullopt;
  const auto name = hex_member(*json, "name");
  if (!source || !name || name->size() != RootKey::kNameSize) return {};
  RootDescription description{*source, *name, {}, {}};
  if (*source == RootSource::kEnvironment) return description;
  const auto salt = hex_member(*json, "salt");
  const auto memory = count_member(*json, "memory", PassphraseCost::kMostMemory);
  const auto passes = count_member(*json, "passes", PassphraseCost::kMostPasses);
  if (!salt || salt->size() != kPassphraseSaltSize || !memory || !passes) return {};
  description.salt = *salt;
  description.cost = {*memory, *passes};
  return description;
}

std::string text_of(const RootDescription& description) {
  JsonWriter out;
  out.begin_object()
      .member("source", name_of(description.source))
      .member("name", to_hex(description.name));
  if (description.source == RootSource::kPassphrase) {
    out.member("algorithm", "argon2id")
        .member("memory", description.cost.memory)
        .member("passes", description.cost.passes)
        .member("salt", to_hex(description.salt));
  }
  out.end_object();
  return out.take() + "\n";
}

Result<RootKey> open_passphrase(const RootDescription& description, const RootGiver& giver) {
  if (!giver.passphrase) {
    return fail(ErrorKind::kInvalid, "the key ring's root is a passphrase, and none was given",
                "give it with --passphrase-file, as the systemd credential heed-passphrase, in "
                "HEED_PASSPHRASE, or start at a terminal");
  }
  ASSIGN_OR_RETURN(const Passphrase passphrase, giver.passphrase());
  ASSIGN_OR_RETURN(Secret secret, stretch(passphrase, description.salt, description.cost));
  RootKey root(std::move(secret));
  if (equal_in_constant_time(root.name(), description.name)) return root;
  return fail(ErrorKind::kInvalid, "this is not the passphrase of the key ring",
              "try again; after a change of the root that was interrupted the earlier one may hold "
              "still");
}

Result<RootKey> open_environment(const RootDescription& description, const RootGiver& giver) {
  if (!giver.key) {
    return fail(ErrorKind::kInvalid,
                "the key ring's root comes from the environment, and HEED_ROOT_KEY is not set",
                "set HEED_ROOT_KEY to the root key's 64 hexadecimal digits");
  }
  ASSIGN_OR_RETURN(Secret secret, giver.key());
  RootKey root(std::move(secret));
  if (equal_in_constant_time(root.name(), description.name)) return root;
  return fail(ErrorKind::kInvalid, "HEED_ROOT_KEY is not the root key of the key ring",
              "set the one that the ring was made with; after a change of the root that was "
              "interrupted the earlier one may hold still");
}

Result<Secret> secret_for(const RootDescription& description, const RootGiver& giver,
                          Random& random) {
  switch (description.source) {
    case RootSource::kFile: return Secret::make(random);
    case RootSource::kEnvironment: {
      if (giver.key) return giver.key();
      return fail(ErrorKind::kInvalid, "there is no new root key in the environment",
                  "set it to 64 hexadecimal digits, e.g. of: openssl rand -hex 32");
    }
    case RootSource::kPassphrase: break;
  }
  if (!giver.passphrase) {
    return fail(ErrorKind::kInvalid, "there is no new passphrase", "give one, or use a terminal");
  }
  ASSIGN_OR_RETURN(const Passphrase passphrase, giver.passphrase());
  if (passphrase.view().size() < Passphrase::kShortest) {
    return fail(ErrorKind::kInvalid, "the new passphrase has fewer than 12 bytes",
                "choose a longer one; six words that nobody would guess are good");
  }
  return stretch(passphrase, description.salt, description.cost);
}

Result<void> remove_source(const std::string& directory) {
  const std::string path = source_path(directory);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("removing {}: {}", path, std::strerror(errno)));
  }
  return sync_directory(directory);
}

}  // namespace

std::string_view name_of(RootSource source) {
  switch (source) {
    case RootSource::kFile: return "file";
    case RootSource::kPassphrase: return "passphrase";
    case RootSource::kEnvironment: return "environment";
  }
  return "file";
}

RootKey::RootKey(Secret secret)
    : secret_(std::move(secret)),
      name_(hmac_sha256(secret_.view(), "heed root key's name").substr(0, kNameSize)) {}

Result<RootDescription> describe_root(const std::string& directory) {
  const std::string path = source_path(directory);
  if (!path_exists(path)) {
    if (path_exists(key_path(directory))) return RootDescription{};
    return fail(ErrorKind::kNotFound, key_path(directory) + " is missing",
                "restore the root key from its backup");
  }
  ASSIGN_OR_RETURN(const Bytes text, read_small_file(path));
  if (auto description = parse_description(text)) return *std::move(description);
  return fail(ErrorKind::kCorrupt, path + " does not say where the root key is",
              "restore it from the key ring's backup");
}

Result<RootKey> open_root(const std::string& directory, const RootGiver& giver) {
  ASSIGN_OR_RETURN(const RootDescription description, describe_root(directory));
  switch (description.source) {
    case RootSource::kFile: return load_key_file(key_path(directory));
    case RootSource::kPassphrase: return open_passphrase(description, giver);
    case RootSource::kEnvironment: return open_environment(description, giver);
  }
  return fail(ErrorKind::kInternal, "no such source");
}

Result<NewRoot> make_root(RootSource source, const RootGiver& giver, Random& random) {
  RootDescription description{source, {}, {}, {}};
  if (source == RootSource::kPassphrase) {
    description.salt = random.bytes(kPassphraseSaltSize);
    description.cost = giver.cost;
  }
  ASSIGN_OR_RETURN(Secret secret, secret_for(description, giver, random));
  RootKey key(std::move(secret));
  description.name = key.name();
  return NewRoot{std::move(description), std::move(key)};
}

Result<void> put_root(const std::string& directory, const NewRoot& root,
                      const BeforeChange& before) {
  const std::string file = key_path(directory);
  const std::string source = source_path(directory);
  if (root.description.source == RootSource::kFile) {
    Bytes hex = to_hex(root.key.secret().view()) + "\n";
    const WipeAfter wiped(hex);
    // Decides at once where there is no root.source; otherwise when that goes.
    if (auto written = replace_and_shred(file, hex, before); !written) return written;
    if (!path_exists(source)) return {};
    if (auto go = before(source); !go) return go;
    return remove_source(directory);
  }
  if (auto go = before(source); !go) return go;
  if (auto written = write_small_file(source, text_of(root.description)); !written) {
    return written;
  }
  if (auto go = before(file); !go) return go;
  return shred_file(file);
}

Result<void> tidy_root(const std::string& directory, const BeforeChange& before) {
  const std::string file = key_path(directory);
  std::vector<std::string> left = {file + ".old", file + ".new"};
  if (path_exists(source_path(directory))) left.push_back(file);  // it decides nothing
  for (const std::string& path : left) {
    if (!path_exists(path)) continue;
    if (auto go = before(path); !go) return go;
    if (auto gone = shred_file(path); !gone) return gone;
  }
  return {};
}

}  // namespace heed::silo
