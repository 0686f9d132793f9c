// The shapes of forecasts and recommendations (advice_shapes.cc writes them).
#include <string>
#include <string_view>
#include <utility>

#include "http/router.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::pair<std::string_view, std::string_view> kAdvice[] = {
    {"Forecast", R"({"type":"object","required":["made","goal","goal_by_control","forecast",
      "refused"],"properties":{
      "made":{"type":["number","null"],"description":"What the part counter says"},
      "goal":{"type":["number","null"]},
      "goal_by_control":{"type":"boolean"},
      "forecast":{"type":["object","null"],"required":["at","from","to","certainty","program",
        "parts_to_go","parts_per_cycle","cycles_to_go","cycles","since","work","standing",
        "running_since","by_plan","left_out"],"properties":{
        "at":{"$ref":"#/components/schemas/Time"},
        "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
        "certainty":{"type":"number","description":"That it is done between from and to"},
        "program":{"type":["string","null"]},"parts_to_go":{"type":"number"},
        "parts_per_cycle":{"type":"number"},"cycles_to_go":{"type":"integer"},
        "cycles":{"type":"integer","description":"Complete ones that it rests on"},
        "since":{"$ref":"#/components/schemas/Time"},
        "work":{"$ref":"#/components/schemas/DurationSpread"},
        "standing":{"$ref":"#/components/schemas/DurationSpread"},
        "running_since":{"$ref":"#/components/schemas/MaybeTime"},
        "by_plan":{"type":"boolean","description":
          "False: there is no calendar, and it holds while work goes on without a pause"},
        "left_out":{"type":"integer","description":"Stops above an hour, not counted on"}}},
      "refused":{"type":["object","null"],"required":["why","words"],"properties":{
        "why":{"enum":["no_goal","no_counter","done","too_few_cycles","too_far","not_planned"]},
        "words":{"type":"string"}}}}})"},
    {"HoursAWeek", R"({"type":["object","null"],"required":["low","usual","high"],
      "description":"With its 80 % interval; null: that time is lost is not known","properties":{
      "low":{"type":"number"},"usual":{"type":"number"},"high":{"type":"number"}}})"},
    {"MoneyAWeek", R"({"type":["object","null"],"required":["low","usual","high","currency"],
      "description":"Null where nobody said what a machine's hour costs","properties":{
      "low":{"type":"number"},"usual":{"type":"number"},"high":{"type":"number"},
      "currency":{"type":"string"}}})"},
    {"Recommendation", R"({"type":"object","required":["id","about","sentence","caution","program",
      "tool","line","use","hours_a_week","money_a_week","sure","since","last_true","evidence",
      "dismissed"],"properties":{
      "id":{"type":"string","description":"The same as long as it is about the same thing"},
      "about":{"enum":["override","waiting","warm_up","drift","load","holds"]},
      "sentence":{"type":"string"},
      "caution":{"type":"string","description":"What the data cannot say of it"},
      "program":{"type":["string","null"]},"tool":{"type":["string","null"]},
      "line":{"type":["string","null"]},
      "use":{"type":["integer","null"],"description":
        "Which of the tool's uses in a cycle, from 1; null where it has but one"},
      "hours_a_week":{"$ref":"#/components/schemas/HoursAWeek"},
      "money_a_week":{"$ref":"#/components/schemas/MoneyAWeek"},
      "sure":{"type":"object","required":["by_chance","effect","seen","of","counted"],
        "properties":{
        "by_chance":{"type":"number","description":"How probable if nothing were the matter"},
        "effect":{"type":"number","description":
          "Its size in usual deviations; of holds, how many times the expected number"},
        "seen":{"type":"integer"},"of":{"type":"integer"},"counted":{"enum":["days","cycles"]}}},
      "since":{"$ref":"#/components/schemas/Time"},
      "last_true":{"$ref":"#/components/schemas/Time"},
      "evidence":{"type":"array","items":{"type":"object","required":["from","to","words"],
        "properties":{"from":{"$ref":"#/components/schemas/Time"},
        "to":{"$ref":"#/components/schemas/Time"},"words":{"type":"string"}}}},
      "dismissed":{"type":["object","null"],"required":["reason","until","said","by"],
        "properties":{"reason":{"type":"string"},
        "until":{"$ref":"#/components/schemas/MaybeTime"},
        "said":{"$ref":"#/components/schemas/Time"},"by":{"type":["string","null"]}}}}})"},
    {"Recommendations", R"({"type":"object","required":["basis","items"],"properties":{
      "basis":{"type":"object","required":["from","to","cycles","days","calendar","feed_override",
        "load","line"],"description":"What there was to look at","properties":{
        "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
        "cycles":{"type":"integer"},"days":{"type":"integer"},"calendar":{"type":"boolean"},
        "feed_override":{"type":"boolean"},"load":{"type":"boolean"},
        "line":{"type":"boolean"}}},
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Recommendation"}}}})"},
    {"NewDismissal", R"({"type":"object","required":["reason"],"properties":{
      "reason":{"type":"string","maxLength":300},
      "until":{"type":["string","null"],"format":"date-time",
        "description":"Left out: for good"}}})"},
    {"MachineHour", R"({"type":"object","required":["cost","currency"],"properties":{
      "cost":{"type":["number","null"],"description":"Above 0; null where it is not known"},
      "currency":{"type":["string","null"],"maxLength":8,"description":"As text: EUR"}}})"},
};

}  // namespace

void add_advice_schemas(Router& router) {
  for (const auto& [name, schema] : kAdvice) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
