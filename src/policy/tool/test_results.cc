#include "policy/tool/test_results.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"

namespace heed::policy {
namespace {

std::string text_at(const Json& object, std::string_view key) {
  const Json* found = object.find(key);
  return found != nullptr && found->string() != nullptr ? *found->string() : std::string();
}

const Json::Array& list_at(const Json& object, std::string_view key) {
  static const Json::Array kNone;
  const Json* found = object.find(key);
  return found != nullptr && found->array() != nullptr ? *found->array() : kNone;
}

void read_json(const Json& report, std::vector<TestResult>& results) {
  for (const Json& suite : list_at(report, "testsuites")) {
    for (const Json& test : list_at(suite, "testsuite")) {
      if (text_at(test, "result") != "COMPLETED") continue;
      results.push_back({text_at(suite, "name") + "." + text_at(test, "name"),
                         list_at(test, "failures").empty()});
    }
  }
}

std::string_view attribute(std::string_view tag, std::string_view name) {
  const std::string before = fmt::format(" {}=\"", name);
  const std::size_t at = tag.find(before);
  if (at == std::string_view::npos) return {};
  tag.remove_prefix(at + before.size());
  return tag.substr(0, tag.find('"'));
}

/// GoogleTest's own XML alone: attributes in double quotes, ">" within them escaped.
void read_xml(std::string_view report, std::vector<TestResult>& results) {
  constexpr std::string_view kTest = "<testcase ";
  for (std::size_t at = report.find(kTest); at != std::string_view::npos;) {
    const std::size_t next = report.find(kTest, at + 1);
    const std::string_view whole = report.substr(at, next - at);
    const std::string_view tag = whole.substr(0, whole.find('>'));
    if (attribute(tag, "result") == "completed") {
      results.push_back({fmt::format("{}.{}", attribute(tag, "classname"), attribute(tag, "name")),
                         whole.find("<failure") == std::string_view::npos});
    }
    at = next;
  }
}

void read_printed(std::string_view report, std::vector<TestResult>& results) {
  while (!report.empty()) {
    std::string_view line = report.substr(0, report.find('\n'));
    report.remove_prefix(std::min(line.size() + 1, report.size()));
    const bool passed = line.starts_with("[       OK ] ");
    if (!passed && !line.starts_with("[  FAILED  ] ")) continue;
    line.remove_prefix(13);
    const std::size_t time = line.rfind(" (");
    if (time == std::string_view::npos) continue;  // the summary at the end says it again
    std::string_view name = line.substr(0, time);
    name = name.substr(0, name.find(','));  // "…/0, where GetParam() = …"
    results.push_back({std::string(name), passed});
  }
}

}  // namespace

Result<std::vector<TestResult>> read_test_results(std::string_view report) {
  std::vector<TestResult> results;
  const std::size_t first = report.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && report[first] == '{') {
    ASSIGN_OR_RETURN(const Json parsed, Json::parse(report));
    read_json(parsed, results);
  } else if (first != std::string_view::npos && report[first] == '<') {
    read_xml(report, results);
  } else {
    read_printed(report, results);
  }
  if (results.empty()) {
    return fail(ErrorKind::kInvalid, "there is no result of a test in it",
                "give what --gtest_output=json:FILE or xml:FILE writes, or what a test prints");
  }
  return results;
}

}  // namespace heed::policy
