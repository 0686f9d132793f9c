// A disk in memory that fails on purpose, for the databases of tests. The program never has one.
//
// What it keeps over a power cut is what a real one promises and nothing more: of a file the bytes
// up to its last sync, and a random part of those after it; of a directory the names at its last
// sync. So a file that was written and synced, but whose directory was not, is gone; a rename that
// was not synced is undone. After a failed sync the bytes that it was for are lost for good, though
// they can still be read, and later syncs claim to succeed: that is how Linux does it.
//
// Everything random comes from the seed. When RocksDB's own threads do what is their own affair.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "silo/kv.h"

namespace heed::silo::kv {

/// Thread-safe. Its directories exist on the real disk too, empty, for whoever looks for them.
class FaultyDisk final : public Disk {
 public:
  explicit FaultyDisk(std::uint64_t seed);
  ~FaultyDisk() override;
  rocksdb::Env* environment() override;

  // Power ---------------------------------------------------------------------------------------

  /// From the n-th change on (1 is the next), nothing works.
  void cut_power_at(std::uint64_t change);
  void cut_power();
  bool powered() const;
  /// What the cut left is there again; files that were open before stay dead.
  void restore_power();
  /// Creations, writes, syncs, renames, links and removals so far.
  std::uint64_t changes() const;

  /// The last of these, line by line, and what a test added: for the message of one that fails, as
  /// threads keep a seed from telling all.
  std::string recent() const;
  void note(std::string_view line);

  // Trouble -------------------------------------------------------------------------------------

  /// The next `bytes` fit, what comes after them does not.
  void fill_up_after(std::uint64_t bytes);
  void free_space();
  void read_only(bool on);
  // A write-ahead log that is no longer written to is spared, the next file fails instead: where
  // its sync fails while a write waits for that sync, RocksDB 7.8 as Debian builds it, with its
  // assertions, ends the program. Nothing acknowledged is lost by that, but no test survives it.

  /// The n-th change from now on fails once, with an input/output error.
  void fail_change_at(std::uint64_t change);
  /// The n-th sync of a file from now on fails once.
  void fail_sync_at(std::uint64_t sync);
  /// Reads of files whose name ends so fail, until it is empty again.
  void fail_reads_of(std::string suffix);
  /// At most so many files can be open at once.
  void limit_descriptors(std::uint64_t most);
  std::uint64_t open_files() const;
  /// Called at each sync of a file whose name ends with `suffix`, before it takes effect, on the
  /// thread that syncs.
  void at_sync(std::string suffix, std::function<void()> hook);

  // Bytes ---------------------------------------------------------------------------------------

  /// Whole paths, sorted.
  std::vector<std::string> files(std::string_view suffix) const;
  std::uint64_t size(const std::string& path) const;
  /// How much of it survives any cut.
  std::uint64_t durable_size(const std::string& path) const;
  Bytes content(const std::string& path) const;
  /// As rot would, or somebody with the disk. The file is there.
  void replace(const std::string& path, Bytes content);
  void flip_bit(const std::string& path, std::uint64_t bit);
  void remove(const std::string& path);

  class State;

 private:
  const std::shared_ptr<State> state_;
  const std::unique_ptr<rocksdb::Env> environment_;
};

/// What the environment says of a test that is left to run for long, or repeated: a number.
inline std::uint64_t fault_setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  const std::string_view digits = text;
  std::from_chars(digits.data(), digits.data() + digits.size(), otherwise);
  return otherwise;
}

}  // namespace heed::silo::kv
