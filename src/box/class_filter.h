// Keeps what may not be kept from being stored at all: before the spool, each observation's data
// category is asked of the policy in force (may the organization have it, for monitoring, and is it
// declared how long?). What may not be kept is dropped, value and raw line, and counted.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "machines/observation.h"
#include "policy/book.h"
#include "policy/coverage.h"

namespace heed::box {

/// What this room has that a policy speaks of.
policy::Inventory inventory();

/// The category of what an item says, as a path of the policy's words: personal.identity for who
/// operates the machine, else the one under which the machines room stores it.
std::string_view category_of(const machines::DataItem& item);

/// Of one source. Not thread-safe.
class ClassFilter {
 public:
  explicit ClassFilter(std::shared_ptr<const policy::InForce> policy);
  /// Takes out what may not be kept. What was dropped is told as one gap of kFiltered at the first
  /// time and then at most once a minute, with the next report that passes.
  void apply(machines::Report& report);
  bool may_be_kept(std::string_view category) const;

 private:
  static constexpr std::size_t kCategories = 4;

  void follow_policy();
  std::size_t remembered_category(const std::string& key);
  bool passes(const std::string& key);
  void withhold_unread_lines(machines::Report& report) const;
  void tell(machines::Report& report);

  const std::shared_ptr<const policy::InForce> policy_;
  std::shared_ptr<const policy::Book> book_;  // that may_ was asked of
  std::array<bool, kCategories> may_{};       // by category
  std::unordered_map<std::string, std::size_t> category_of_;
  std::uint64_t dropped_ = 0;
  Time dropped_from_;
  std::optional<Time> told_;
};

}  // namespace heed::box
