// Any bytes as a policy: findings that lie in the text and say what to do, or a tree that is
// written and read again without a difference.
#include "base/result.h"
#include "policy/language/parse.h"

namespace heed::policy {
namespace {

void check_findings(const Parsed& parsed, std::string_view text) {
  require(parsed.findings.size() <= ParseLimits::kFindings + 1, "findings are limited");
  for (const Finding& finding : parsed.findings) {
    require(!finding.message.empty() && !finding.mend.empty(), "a finding has its mend");
    require(finding.place.offset + finding.place.length <= text.size(), "a place is in the text");
    require(excerpt(finding, text).size() < 4'000, "an excerpt is short");
  }
}

void check_format(const Document& document) {
  const std::string text = format(document);
  const Parsed again = parse(text, "again");
  require(again.ok(), "what is formatted is right");
  require(again.documents.size() == 1, "a unit is one unit");
  require(format(again.documents[0]) == text, "formatting twice is formatting once");
}

}  // namespace
}  // namespace heed::policy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::policy;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Parsed parsed = parse(text, "fuzz");
  check_findings(parsed, text);
  if (!parsed.ok()) return 0;
  for (const Document& document : parsed.documents) check_format(document);
  return 0;
}
