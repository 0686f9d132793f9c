// What `heed policy …` answers. Pure: the caller reads the files and writes the answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/coverage.h"
#include "policy/policy.h"

namespace heed::policy {

enum class ToolStatus : int {
  kGood = 0,
  kErrors = 1,    ///< A text does not compile, or the question cannot be answered.
  kWarnings = 2,  ///< check --strict: it compiles, with warnings.
  kWeakened = 3,  ///< diff: a promise is weakened.
};

struct ToolAnswer {
  ToolStatus status = ToolStatus::kGood;
  std::string text;   ///< For the standard output.
  std::string error;  ///< For the standard error; empty with JSON.
};

using PolicyTexts = std::vector<PolicyText>;

struct CheckOptions {
  bool json = false;
  bool strict = false;
};
ToolAnswer tool_check(const PolicyTexts& texts, CheckOptions options, Time today);

/// The canonical text of one file.
ToolAnswer tool_format(const PolicyText& text, bool json);

ToolAnswer tool_diff(const PolicyTexts& before, const PolicyTexts& after, bool json);

/// `as` is html, markdown, dpv, fides, gpc or text. Rendered as if activated on the date of the
/// text; the server renders what is in force, with its evidence. With JSON: {as, text, hash}.
ToolAnswer tool_render(const PolicyTexts& texts, std::string_view as, bool json, Time today);

struct Question {
  std::string purpose;
  std::string category;
  std::string party;
  /// Conditions, or "source:shop.form" and the like; all others are unknown.
  std::vector<std::string> holds;
  std::vector<std::string> fails;
};
ToolAnswer tool_explain(const PolicyTexts& texts, const Question& question, bool json);

ToolAnswer tool_coverage(const PolicyTexts& texts, const Inventory& program,
                         const std::vector<TestResult>& tests, bool json);

/// An error about the files themselves, in the form that was asked for.
ToolAnswer tool_error(const Error& error, bool json);

/// `log` holds one decision a line (forms.h).
ToolAnswer tool_replay(const PolicyTexts& texts, std::string_view log, bool json);

}  // namespace heed::policy
