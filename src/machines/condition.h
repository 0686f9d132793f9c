// What warns or has failed on a machine, in the words of its source. Plain values.
#pragma once

#include <string>

#include "base/time.h"

namespace heed::machines {

/// An active condition (WARNING or FAULT), or any condition in a history.
struct Condition {
  std::string item;
  std::string level;
  std::string code;
  std::string severity;
  std::string qualifier;
  std::string text;
  Time since;
  /// What its source tells it from others by (MTConnect's conditionId), where that is not the code.
  std::string id = {};

  const std::string& key() const { return id.empty() ? code : id; }
};

}  // namespace heed::machines
