// The versions of a server's policy, as files that anybody can read and check:
//
//   <data>/policy/<number>.policy   the text, as published
//   <data>/policy/<number>.json     {number, name, hash, activated, by, notice}
//
// The text is written first; the version is there once its .json is. The hash is the text's
// SHA-256, so `sha256sum 3.policy` tells what the journals and the published page say.
#pragma once

#include <memory>
#include <string>

#include "policy/book.h"

namespace heed::silo {

/// For one thread at a time.
class PolicyArchive {
 public:
  static constexpr std::size_t kLargestText = 1U << 20;  ///< Bytes of one version
  static constexpr std::uint32_t kMostVersions = 10'000;

  /// Makes the directory if there is none.
  static Result<PolicyArchive> open(const std::string& data_directory);
  /// nullptr when no version was ever archived. kCorrupt names the file that is missing, changed or
  /// does not give the policy that it gave.
  Result<std::shared_ptr<const policy::Book>> load() const;
  /// Durable when it returns. kExhausted beyond the limits above.
  Result<void> add(const policy::Version& version);

 private:
  explicit PolicyArchive(std::string directory) : directory_(std::move(directory)) {}
  std::string path(std::uint32_t number, std::string_view ending) const;
  Result<policy::Version> load_one(std::uint32_t number, const policy::Policy* before) const;

  std::string directory_;
};

}  // namespace heed::silo
