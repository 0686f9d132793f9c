// Files that the command line reads beside policies: logged decisions and reports of tests.
// Whatever bytes come: no crash, and what was read as a decision reads back from what is written.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/publish/forms.h"
#include "policy/tool/test_results.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(heed::policy::read_test_results(bytes));
  const auto decisions = heed::policy::read_decisions(bytes);
  if (!decisions) return 0;
  for (const auto& decision : *decisions) {
    heed::JsonWriter json;
    write_json(json, decision);
    const auto again = heed::policy::read_decisions(json.view());
    if (!again || again->size() != 1 || again->front().count != decision.count) std::abort();
  }
  return 0;
}
