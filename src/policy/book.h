// A server's policies over time: which is in force, and under which an item stands.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/sync.h"
#include "base/time.h"
#include "policy/policy.h"

namespace heed::policy {

/// That people were told of a change before it took effect (O84).
struct Notice {
  Time given;
  std::string by;    ///< Who gave it, as an actor.
  std::string text;  ///< What was said, in plain words.
  std::string hash;  ///< Policy::hash() of the text that it announced.
  /// It was given to those whose items are held already, too: these then stand under the new
  /// version. Otherwise they keep the stricter of both (O82).
  bool reaches_earlier_items = false;
};

struct Version {
  std::uint32_t number = 0;  ///< From 1, in the order of activation. Items carry it.
  Time activated;
  std::string by;
  std::optional<Notice> notice;
  std::shared_ptr<const Policy> policy;
};

/// All versions of one server, oldest first; the last is in force. Immutable. Each was compiled
/// with the one before as check()'s `before`, so words' indexes agree.
class Book {
 public:
  explicit Book(std::vector<Version> versions);
  const Version& current() const { return versions_.back(); }
  const Policy& policy() const { return *current().policy; }
  /// nullptr if there is none of this number.
  const Version* version(std::uint32_t number) const;
  const std::vector<Version>& versions() const { return versions_; }

  /// The version whose promise an item collected under `number` keeps beside the current one: its
  /// own, or the last one whose notice reached it. An unknown number gives nullptr: refuse.
  const Version* kept_for(std::uint32_t number) const;
  /// The refusal of the version in force or of the one kept for the item, whichever refuses; the
  /// item's own facts (source, subject) are in `access` already.
  std::optional<Refusal> refusal(const Access& access, KindId kind, std::uint32_t number) const;
  /// Of an item stored at `stored` with `deadline` under `number`: `deadline`, or an earlier one
  /// that the version in force gives.
  Time deadline(KindId kind, std::uint32_t number, Time stored, Time deadline) const;

 private:
  std::vector<Version> versions_;
};

/// The book in force, replaced while the server runs. Thread-safe.
class InForce {
 public:
  explicit InForce(std::shared_ptr<const Book> book) : book_(std::move(book)) {}
  std::shared_ptr<const Book> book() const {
    const Lock lock(mutex_);
    return book_;
  }
  std::shared_ptr<const Policy> policy() const { return book()->current().policy; }
  void replace(std::shared_ptr<const Book> book) {
    const Lock lock(mutex_);
    book_ = std::move(book);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Book> book_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::policy
