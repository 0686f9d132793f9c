// The shapes of tools (tool_shapes.cc writes them).
#include <string>
#include <string_view>
#include <utility>

#include "http/router.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::pair<std::string_view, std::string_view> kTools[] = {
    {"ToolLife", R"({"type":["object","null"],"required":["changed","minutes","uses","item",
      "limit","in_cycle_since","uses_since","counted","cut"],
      "description":"How long somebody said it is to last","properties":{
      "changed":{"$ref":"#/components/schemas/Time"},
      "minutes":{"type":["number","null"],"description":"In cycle"},
      "uses":{"type":["integer","null"]},
      "item":{"type":["string","null"],"description":"By which the control counts by itself"},
      "limit":{"type":["number","null"],"description":"Of the item"},
      "in_cycle_since":{"$ref":"#/components/schemas/Seconds"},"uses_since":{"type":"integer"},
      "counted":{"type":["number","null"],"description":"What the item said last"},
      "cut":{"type":"boolean","description":"Counted over the last 400 days only"}}})"},
    {"CutterLife", R"({"type":"object","required":["type","counts_down","value","initial","warning",
      "limit","used"],"properties":{"type":{"type":"string"},"counts_down":{"type":"boolean"},
      "value":{"type":["number","null"]},"initial":{"type":["number","null"]},
      "warning":{"type":["number","null"]},"limit":{"type":["number","null"]},
      "used":{"type":["number","null"],"description":"0 new to 1 over; null without a limit"}}})"},
    {"ToolAsset", R"({"type":["object","null"],"required":["id","told","updated","tool_id",
      "serial_number","description","number","group","location_type","location","states","lives"],
      "description":"What the control tells of it: an MTConnect CuttingTool","properties":{
      "id":{"type":"string"},"told":{"$ref":"#/components/schemas/Time"},
      "updated":{"type":["string","null"],"format":"date-time",
        "description":"When parts of it were told anew, which are not here"},
      "tool_id":{"type":["string","null"]},"serial_number":{"type":["string","null"]},
      "description":{"type":["string","null"]},"number":{"type":["string","null"]},
      "group":{"type":["string","null"]},"location_type":{"type":["string","null"]},
      "location":{"type":["string","null"]},
      "states":{"type":"array","items":{"type":"string"}},
      "lives":{"type":"array","items":{"$ref":"#/components/schemas/CutterLife"}}}})"},
    {"Tools", R"({"type":"object","required":["from","to","says_tools","unknown","items","unread"],
      "properties":{"from":{"$ref":"#/components/schemas/Time"},
      "to":{"$ref":"#/components/schemas/Time"},
      "says_tools":{"type":"boolean","description":"The machine tells which tool it has"},
      "unknown":{"type":"number","description":"Seconds in cycle with no tool known"},
      "items":{"type":"array","description":"Nearest to the end of their lives first",
        "items":{"type":"object","required":["tool","uses","in_cycle","last_used","used","life",
        "asset"],"properties":{"tool":{"type":"string"},"uses":{"type":"integer"},
        "in_cycle":{"$ref":"#/components/schemas/Seconds"},
        "last_used":{"type":["string","null"],"format":"date-time"},
        "used":{"type":["number","null"],"description":"Of its life: 0 new to 1 over"},
        "life":{"$ref":"#/components/schemas/ToolLife"},
        "asset":{"$ref":"#/components/schemas/ToolAsset"}}}},
      "unread":{"type":"array","description":"Assets that are none of these","items":{
        "type":"object","required":["id","told","why"],"properties":{"id":{"type":"string"},
        "told":{"$ref":"#/components/schemas/Time"},"why":{"type":"string"}}}}}})"},
    {"NewToolLife", R"({"type":"object","required":["tool"],"properties":{
      "tool":{"type":"string","maxLength":40,"description":"As the machine names it"},
      "changed":{"type":["string","null"],"format":"date-time",
        "description":"When the cutter was last changed, by default now"},
      "minutes":{"type":["number","null"],"description":"In cycle, until it is worn out"},
      "uses":{"type":["integer","null"]},
      "item":{"type":["string","null"],"description":"Instead: by what the control counts"},
      "limit":{"type":["number","null"],"description":"Up to where the item counts"}}})"},
};

}  // namespace

void add_tool_schemas(Router& router) {
  for (const auto& [name, schema] : kTools) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
