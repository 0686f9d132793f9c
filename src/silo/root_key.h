// The root key: where it comes from, and how a ring says so. It wraps the keys of organizations
// and seals nothing else.
//
//   <keys>/root.key      64 hexadecimal digits, mode 0600: the root key itself
//   <keys>/root.source   when it lies elsewhere: JSON that says where, with what argon2id needs and
//                        the key's name. Holds no key. It goes before root.key.
//
// Changing the source is one rename or one unlink, of whichever file decides (put_root()).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"
#include "silo/key_files.h"
#include "silo/passphrase.h"

namespace heed::silo {

enum class RootSource : std::uint8_t { kFile, kPassphrase, kEnvironment };
/// "file", "passphrase", "environment".
std::string_view name_of(RootSource source);

/// A root key with its name, which is no secret: 16 bytes that tell it from every other one.
class RootKey {
 public:
  static constexpr std::size_t kNameSize = 16;
  explicit RootKey(Secret secret);
  const Secret& secret() const { return secret_; }
  const Bytes& name() const { return name_; }

 private:
  Secret secret_;
  Bytes name_;
};

/// What a program was started with besides the ring. A function that is empty gives nothing; the
/// others are called when a ring needs them, and may ask a person.
struct RootGiver {
  std::function<Result<Secret>()> key;             ///< HEED_ROOT_KEY
  std::function<Result<Passphrase>()> passphrase;  ///< A file, a terminal, …
  /// Where a ring that is made now has its root.
  RootSource first = RootSource::kFile;
  PassphraseCost cost = {};  ///< Of a root that is made now.
};

/// What a ring says of its root.
struct RootDescription {
  RootSource source = RootSource::kFile;
  Bytes name;  ///< Empty for a file, which speaks for itself.
  Bytes salt;  ///< Of a passphrase, as is the cost.
  PassphraseCost cost;
};

/// kNotFound when the ring has no root yet.
Result<RootDescription> describe_root(const std::string& directory);

/// kInvalid, with the mend, when what was given is not this ring's root: after the same work as for
/// a right one. Changes nothing.
Result<RootKey> open_root(const std::string& directory, const RootGiver& giver);

struct NewRoot {
  RootDescription description;
  RootKey key;
};
/// A new root: random for a file, from the giver otherwise. kInvalid for a passphrase that is too
/// short.
Result<NewRoot> make_root(RootSource source, const RootGiver& giver, Random& random);

/// Makes `root` the ring's. Durable when it returns; stopped anywhere, the ring's root is either
/// this or the one before. Of a file that held the one before, the bytes are overwritten.
Result<void> put_root(const std::string& directory, const NewRoot& root,
                      const BeforeChange& before);

/// Removes what a put_root() that was stopped may have left.
Result<void> tidy_root(const std::string& directory, const BeforeChange& before);

}  // namespace heed::silo
