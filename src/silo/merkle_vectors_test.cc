// The 518 vectors of transparency-dev/merkle (Apache-2.0): 36 that hold, 482 that must not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "silo/merkle.h"

namespace heed::silo::merkle {
namespace {

Json load_vector(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  auto json = Json::parse(text.str());
  require(json.has_value(), path.string());
  return *std::move(json);
}

/// RFC 4648 §4, with padding.
Bytes from_base64(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return from_base64url(text).value();
}

Bytes bytes_of(const Json& vector, std::string_view key) {
  return from_base64(*required_string(vector, key));
}

/// Some count past the 63 bits that Json keeps whole; how far past does not matter to them.
std::uint64_t number_of(const Json& vector, std::string_view key) {
  const Json* value = vector.find(key);
  if (const auto whole = value->integer()) return static_cast<std::uint64_t>(*whole);
  const double number = *value->number();
  return number < 0x1p64 ? static_cast<std::uint64_t>(number) : ~std::uint64_t{0};
}

Proof proof_of(const Json& vector) {
  Proof proof;
  const auto* hashes = vector.find("proof")->array();  // a vector without a proof has null
  if (hashes == nullptr) return proof;
  for (const Json& hash : *hashes) proof.push_back(from_base64(*hash.string()));
  return proof;
}

Result<void> inclusion(const Json& v) {
  return verify_inclusion(number_of(v, "leafIdx"), number_of(v, "treeSize"),
                          bytes_of(v, "leafHash"), proof_of(v), bytes_of(v, "root"));
}

Result<void> consistency(const Json& v) {
  return verify_consistency(number_of(v, "size1"), number_of(v, "size2"), bytes_of(v, "root1"),
                            bytes_of(v, "root2"), proof_of(v));
}

Result<void> subtree_inclusion(const Json& v) {
  return verify_subtree_inclusion(number_of(v, "leafIdx"),
                                  {number_of(v, "start"), number_of(v, "end")},
                                  bytes_of(v, "leafHash"), proof_of(v), bytes_of(v, "root"));
}

Result<void> subtree_consistency(const Json& v) {
  return verify_subtree_consistency({number_of(v, "start"), number_of(v, "end")},
                                    number_of(v, "size"), bytes_of(v, "root1"),
                                    bytes_of(v, "root2"), proof_of(v));
}

struct Folder {
  const char* name;
  std::size_t vectors;
  std::size_t hold;
  Result<void> (*verify)(const Json&);
};

class MerkleVectors : public testing::TestWithParam<Folder> {};

TEST_P(MerkleVectors, hold_or_are_refused_as_published) {
  const std::filesystem::path folder = HEED_DATA_DIR "/merkle";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no vectors at " << folder;
  std::size_t vectors = 0;
  std::size_t hold = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder / GetParam().name)) {
    if (!file.is_regular_file()) continue;
    const Json vector = load_vector(file.path());
    const bool holds = GetParam().verify(vector).has_value();
    EXPECT_EQ(holds, !*vector.find("wantErr")->boolean()) << file.path();
    ++vectors;
    hold += holds ? 1 : 0;
  }
  EXPECT_EQ(vectors, GetParam().vectors);
  EXPECT_EQ(hold, GetParam().hold);
}

INSTANTIATE_TEST_SUITE_P(Published, MerkleVectors,
                         testing::Values(Folder{"inclusion", 98, 6, inclusion},
                                         Folder{"consistency", 98, 6, consistency},
                                         Folder{"subtreeinclusion", 204, 12, subtree_inclusion},
                                         Folder{"subtreeconsistency", 118, 12,
                                                subtree_consistency}),
                         [](const auto& folder) { return std::string(folder.param.name); });

}  // namespace
}  // namespace heed::silo::merkle
