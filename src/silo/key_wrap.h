// A key of the ring as it rests: sealed under the root key, while the root is changed under both.
//
//   version u8 = 2 | count u8 | { root key's name 16 | nonce 12 | sealed, sized }
//
// Associated data says which key it is, so one cannot be put in another's place.
#pragma once

#include <vector>

#include "base/base.h"
#include "silo/root_key.h"

namespace heed::silo {

/// The same key under several roots.
struct KeyWrap {
  struct Sealed {
    Bytes root;  ///< The root key's name.
    Bytes nonce;
    Bytes bytes;
  };
  static constexpr std::size_t kMostRoots = 2;

  static KeyWrap seal(BytesView key, BytesView associated, const std::vector<const RootKey*>& roots,
                      Random& random);
  /// Nothing if the bytes are no wrapped key.
  static std::optional<KeyWrap> parse(BytesView bytes);
  Bytes bytes() const;

  /// The key, opened by aead_open() or aead_open_secret(); kCorrupt under none of the roots.
  template <class T>
  Result<T> open(BytesView associated, const std::vector<const RootKey*>& roots,
                 Result<T> (*opener)(BytesView key, BytesView nonce, BytesView associated,
                                     BytesView sealed)) const {
    for (const RootKey* root : roots) {
      const Sealed* const sealed = under(*root);
      if (sealed == nullptr) continue;
      auto key = opener(root->secret().view(), sealed->nonce, associated, sealed->bytes);
      if (key) return key;
    }
    return fail(ErrorKind::kCorrupt, "it does not open under this root key");
  }

  /// nullptr if it is not sealed under this root.
  const Sealed* under(const RootKey& root) const;
  /// Sealed under these roots and no others.
  bool is_under(const std::vector<const RootKey*>& roots) const;

  std::vector<Sealed> all;
};

/// The two keys of an organization that are wrapped under the root.
enum class WrapUse : bool { kSeal, kSign };
struct WrappedFile {
  OrganizationId organization;
  WrapUse use;
  /// "<id>.key" or "<id>.signing".
  std::string name() const;
  Bytes associated() const;
  static std::optional<WrappedFile> named(std::string_view name);
};
/// Of a ring's directory.
std::vector<WrappedFile> wrapped_files(const std::string& directory);

}  // namespace heed::silo
