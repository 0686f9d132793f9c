// Keeps what may not be kept from being stored at all: before the spool, each observation's data
// category is asked of the policy (may the organization have it, for monitoring, and is it declared
// how long?). What may not be kept is dropped, value and raw line, and counted.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "machines/observation.h"
#include "policy/policy.h"

namespace heed::box {

/// The category of what an item says, as a path of the policy's words: personal.identity for who
/// operates the machine, else the one under which the machines room stores it.
std::string_view category_of(const machines::DataItem& item);

/// Of one source. Not thread-safe.
class ClassFilter {
 public:
  explicit ClassFilter(std::shared_ptr<const policy::Table> policy);
  /// Takes out what may not be kept. What was dropped is told as one gap of kFiltered at the first
  /// time and then at most once a minute, with the next report that passes.
  void apply(machines::Report& report);
  bool may_be_kept(std::string_view category) const;

 private:
  bool passes(const std::string& key);
  void withhold_unread_lines(machines::Report& report) const;
  void tell(machines::Report& report);

  const std::shared_ptr<const policy::Table> policy_;
  const bool all_may_be_kept_;
  std::unordered_map<std::string, bool> passes_;
  std::uint64_t dropped_ = 0;
  Time dropped_from_;
  std::optional<Time> told_;
};

}  // namespace heed::box
