// The shapes of cycles (cycle_shapes.cc writes them).
#include <string>
#include <string_view>
#include <utility>

#include "http/router.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::pair<std::string_view, std::string_view> kCycles[] = {
    {"ToolUse", R"({"type":"object","required":["tool","from","to","executing"],"properties":{
      "tool":{"type":"string"},"from":{"$ref":"#/components/schemas/Time"},
      "to":{"$ref":"#/components/schemas/Time"},
      "executing":{"$ref":"#/components/schemas/Seconds"}}})"},
    {"Cycle", R"({"type":"object","required":["from","to","program","complete","end","rule",
      "confidence","evidence","counted","in_cycle","executing","unseen","tools"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "program":{"type":["string","null"]},
      "complete":{"type":"boolean","description":"False: an aborted try, a prove-out, a part"},
      "end":{"enum":["program_completed","ready","stopped","lost","started_anew","counted",
        "tools_again","between_tools"]},
      "rule":{"type":"object","required":["number","words"],"properties":{
        "number":{"type":"integer","description":"Row of docs/CYCLES.md, §5"},
        "words":{"type":"string"}}},
      "confidence":{"type":"number",
        "description":"0 to 1: that the verdict is right, as counted on recordings"},
      "evidence":{"type":"array","items":{"enum":["counter","program_end","tool_sequence"]}},
      "counted":{"type":"number","description":"How much the part counter rose at its end"},
      "in_cycle":{"$ref":"#/components/schemas/Seconds"},
      "executing":{"$ref":"#/components/schemas/Seconds"},
      "unseen":{"$ref":"#/components/schemas/Seconds"},
      "tools":{"type":"array","items":{"$ref":"#/components/schemas/ToolUse"}}}})"},
    {"Cycles", R"({"type":"object","required":["items","unseen_parts"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Cycle"}},
      "unseen_parts":{"type":"number",
        "description":"How much the part counter rose without a run to show for it"}}})"},
    {"DurationSpread", R"({"type":["object","null"],
      "required":["median","p10","p90","deviation"],
      "description":"Durations that there were; null without any complete cycle","properties":{
      "median":{"$ref":"#/components/schemas/Seconds"},
      "p10":{"$ref":"#/components/schemas/Seconds"},
      "p90":{"$ref":"#/components/schemas/Seconds"},
      "deviation":{"type":"number","description":"Median absolute deviation in seconds"}}})"},
    {"CycleStatistics", R"({"type":"object","required":["items"],"properties":{
      "items":{"type":"array","items":{"type":"object","required":["program","complete","tries",
        "counted","in_cycle","executing","in_tries"],"properties":{
        "program":{"type":["string","null"]},"complete":{"type":"integer"},
        "tries":{"type":"integer"},"counted":{"type":"number"},
        "in_cycle":{"$ref":"#/components/schemas/DurationSpread"},
        "executing":{"$ref":"#/components/schemas/DurationSpread"},
        "in_tries":{"$ref":"#/components/schemas/Seconds"}}}}}})"},
};

}  // namespace

void add_cycle_schemas(Router& router) {
  for (const auto& [name, schema] : kCycles) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
