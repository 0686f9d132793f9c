// The `path` of a current or sample request: which data items are asked for, in the part of XPath
// 1.0 that clients of agents use. docs/MTCONNECT_AGENT.md has the grammar.
//
//   //Axes   //DataItem[@type="POSITION" and @subType="ACTUAL"]   //Device[@name="M1"]//Path|//Door
//
// An element asks for itself and for everything below it.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/mtconnect/devices.h"

namespace heed::wire::mtconnect {

/// kInvalid beyond any of them.
struct PathLimits {
  std::size_t bytes = 2'048;
  std::size_t alternatives = 32;  ///< Paths with | between them.
  std::size_t steps = 16;         ///< Of one path.
  std::size_t tests = 64;         ///< @name="value", of all of it.
  std::size_t depth = 8;          ///< Brackets in brackets.
};

/// Immutable; copies share.
class PathFilter {
 public:
  /// kInvalid says at which character what was expected.
  static Result<PathFilter> parse(std::string_view text, PathLimits limits = {});

  /// By device, by data item: whether it is asked for.
  std::vector<std::vector<bool>> select(std::span<const Device> devices) const;

  struct Path;

 private:
  std::shared_ptr<const std::vector<Path>> paths_;
};

}  // namespace heed::wire::mtconnect
