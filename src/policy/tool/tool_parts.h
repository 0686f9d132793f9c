// What the commands share. Only tool*.cc include this.
#pragma once

#include <optional>

#include "policy/publish/forms.h"
#include "policy/tool/tool.h"

namespace heed::policy {

/// The findings with the lines they stand in, for a terminal.
std::string excerpts(const std::vector<Finding>& findings, const PolicyTexts& texts);

/// The answer to texts that do not compile; nothing if `checked` is good.
std::optional<ToolAnswer> refused(const Checked& checked, const PolicyTexts& texts, bool json);

template <class Told>
ToolAnswer as_json(const Told& told, ToolStatus status = ToolStatus::kGood) {
  JsonWriter json;
  write_json(json, told);
  return {status, json.take() + "\n", {}};
}

}  // namespace heed::policy
