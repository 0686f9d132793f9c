#include "silo/key_wrap.h"

#include <algorithm>

#include "base/crypto.h"
#include "silo/files.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kWrapVersion = 2;

}  // namespace

KeyWrap KeyWrap::seal(BytesView key, BytesView associated, const std::vector<const RootKey*>& roots,
                      Random& random) {
  KeyWrap wrap;
  for (const RootKey* root : roots) {
    const Bytes nonce = random.bytes(kAeadNonceSize);
    wrap.all.push_back(
        {root->name(), nonce, aead_seal(root->secret().view(), nonce, associated, key)});
  }
  return wrap;
}

std::optional<KeyWrap> KeyWrap::parse(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::size_t count = in.u8();
  if (version != kWrapVersion || count == 0 || count > kMostRoots) return {};
  KeyWrap wrap;
  for (std::size_t i = 0; i < count; ++i) {
    const BytesView root = in.raw(RootKey::kNameSize);
    const BytesView nonce = in.raw(kAeadNonceSize);
    wrap.all.push_back({Bytes(root), Bytes(nonce), Bytes(in.sized())});
  }
  if (!in.finished()) return {};
  return wrap;
}

Bytes KeyWrap::bytes() const {
  ByteWriter out;
  out.u8(kWrapVersion).u8(static_cast<std::uint8_t>(all.size()));
  for (const Sealed& one : all) out.raw(one.root).raw(one.nonce).sized(one.bytes);
  return out.take();
}

std::string WrappedFile::name() const {
  return organization.text() + (use == WrapUse::kSeal ? ".key" : ".signing");
}

Bytes WrappedFile::associated() const {
  return (use == WrapUse::kSeal ? "heed organization key " : "heed signing key ") +
         organization.bytes();
}

std::optional<WrappedFile> WrappedFile::named(std::string_view name) {
  const std::size_t dot = name.find('.');
  const auto organization = OrganizationId::parse(name.substr(0, dot));
  if (!organization) return {};
  for (const WrapUse use : {WrapUse::kSeal, WrapUse::kSign}) {
    const WrappedFile file{*organization, use};
    if (file.name() == name) return file;
  }
  return {};
}

std::vector<WrappedFile> wrapped_files(const std::string& directory) {
  std::vector<WrappedFile> files;
  for (const std::string& name : names_in(directory + "/organizations")) {
    if (const auto file = WrappedFile::named(name)) files.push_back(*file);
  }
  return files;
}

const KeyWrap::Sealed* KeyWrap::under(const RootKey& root) const {
  const auto found = std::ranges::find(all, root.name(), &Sealed::root);
  return found == all.end() ? nullptr : &*found;
}

bool KeyWrap::is_under(const std::vector<const RootKey*>& roots) const {
  return all.size() == roots.size() &&
         std::ranges::all_of(roots, [&](const RootKey* root) { return under(*root) != nullptr; });
}

}  // namespace heed::silo
