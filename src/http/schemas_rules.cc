// The shapes of rules' versions, of what would have been, and of parts over resets.
#include <string>
#include <string_view>
#include <utility>

#include "http/routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr Named kRules[] = {
    {"RuleVersions", R"({"type":"object","required":["items"],"properties":{"items":{
      "type":"array","items":{"type":"object",
      "required":["from","said","undone","by","value"],"properties":{
      "from":{"description":"null: since ever","$ref":"#/components/schemas/MaybeTime"},
      "said":{"$ref":"#/components/schemas/Time"},
      "undone":{"$ref":"#/components/schemas/MaybeTime"},
      "by":{"type":"string","description":
        "Who said it, or undid it: an id, or what stands for somebody who was erased"},
      "value":{"type":["object","null"],
        "description":"A ShiftCalendar, Reasons or a Goal; null: it was removed"}}}}}})"},
    {"RuleName", R"({"type":"object","required":["rule"],"properties":{
      "rule":{"enum":["calendar","reasons","goal"]},
      "whose":{"type":["string","null"],"description":
        "A location, or a machine's id for a goal"}}})"},
    {"WhatIf", R"({"type":"object","properties":{
      "machine":{"type":["string","null"],"description":"By default all whom it concerns"},
      "calendar":{"$ref":"#/components/schemas/ShiftCalendar"},
      "reasons":{"$ref":"#/components/schemas/Reasons"},
      "goal":{"$ref":"#/components/schemas/NewGoal"},
      "running":{"type":["object","null"],"required":["item"],"description":
        "When the machine would have run, by an item's signal","properties":{
        "item":{"type":"string"},"on":{"type":"number"},"off":{"type":"number"},
        "on_after_ms":{"type":"integer"},"off_after_ms":{"type":"integer"}}}}})"},
    {"WouldHaveBeen", R"({"type":"object","required":["from","to","left_out","machines","rules"],
      "properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "left_out":{"type":"integer","description":"Machines beyond 200"},
      "machines":{"type":"array","items":{"type":"object","required":["id","name","present",
        "proposed","changed_seconds","changed_pieces","changes"],"properties":{
        "id":{"type":"string"},"name":{"type":"string"},
        "present":{"$ref":"#/components/schemas/Oee"},
        "proposed":{"$ref":"#/components/schemas/Oee"},
        "changed_seconds":{"$ref":"#/components/schemas/Seconds"},
        "changed_pieces":{"type":"integer"},
        "changes":{"type":"array","description":"The first 100","items":{"type":"object",
          "required":["from","to","before","after","code_before","code_after"],"properties":{
          "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
          "before":{"$ref":"#/components/schemas/TimeUse"},
          "after":{"$ref":"#/components/schemas/TimeUse"},
          "code_before":{"type":["string","null"]},"code_after":{"type":["string","null"]}}}}}}},
      "rules":{"type":"array","description":"What each proposed rule for reasons caught",
        "items":{"type":"object","required":["code","stops","seconds","examples"],"properties":{
        "code":{"type":"string"},"stops":{"type":"integer"},
        "seconds":{"$ref":"#/components/schemas/Seconds"},
        "examples":{"type":"array","description":"The longest","items":{"type":"object",
          "required":["machine","from","to"],"properties":{"machine":{"type":"string"},
          "from":{"$ref":"#/components/schemas/Time"},
          "to":{"$ref":"#/components/schemas/Time"}}}}}}}}})"},
};

constexpr Named kParts[] = {
    {"LifetimeCount", R"({"type":"object","required":["item","parts","since","shows","shown_at",
      "events","items"],"properties":{
      "item":{"type":["string","null"],"description":"null: the machine has no part counter"},
      "parts":{"type":["number","null"],"description":"null: it never said anything but 0"},
      "since":{"description":"Of its first value","$ref":"#/components/schemas/MaybeTime"},
      "shows":{"type":["number","null"]},"shown_at":{"$ref":"#/components/schemas/MaybeTime"},
      "events":{"type":"integer","description":"All of them; items are the newest 200"},
      "items":{"type":"array","description":"The newest first","items":{"type":"object",
        "required":["at","change","before","after","parts"],"properties":{
        "at":{"$ref":"#/components/schemas/Time"},
        "change":{"enum":["reset","corrected","wrapped","set"]},
        "before":{"type":"number"},"after":{"type":"number"},
        "parts":{"type":"number","description":"Counted for it; below 0: taken back"}}}}}})"},
    {"PartsAgreement", R"({"type":"object","required":["counter","cycles","counted_cycles",
      "unseen_parts","confidence","source"],"properties":{
      "counter":{"type":["integer","null"],"description":"null: it never counted"},
      "cycles":{"type":"integer","description":"Complete ones that ended in the range"},
      "counted_cycles":{"type":"integer","description":"Those at whose end the counter rose"},
      "unseen_parts":{"type":"number","description":"What it rose by without a cycle"},
      "confidence":{"type":"number","description":"The mean of the cycles'"},
      "source":{"enum":["counter","program_end","tools",null],
        "description":"Which of them figures take"}}})"},
    {"SignalLevels", R"({"type":"object","required":["suggestion","why_not","histogram"],
      "properties":{
      "suggestion":{"type":["object","null"],"required":["on","off","gap","other","low","high",
        "time_low","time_high","doubtful_share","days","agreeing_days"],"properties":{
        "on":{"type":"number"},"off":{"type":"number"},
        "gap":{"$ref":"#/components/schemas/LevelGap"},
        "other":{"description":"A third level: somebody must say which of them is running",
          "$ref":"#/components/schemas/LevelGap"},
        "low":{"type":"number"},"high":{"type":"number"},
        "time_low":{"$ref":"#/components/schemas/Seconds"},
        "time_high":{"$ref":"#/components/schemas/Seconds"},
        "doubtful_share":{"type":"number","description":"Time between the two, of all"},
        "days":{"type":"integer","description":"With both levels"},
        "agreeing_days":{"type":"integer"}}},
      "why_not":{"type":["string","null"]},
      "histogram":{"type":["object","null"],"required":["from","to","seconds"],"properties":{
        "from":{"type":"number"},"to":{"type":"number"},
        "seconds":{"type":"array","items":{"type":"number"},
          "description":"In 80 equal steps from the least to the highest value"}}}}})"},
    {"LevelGap", R"({"type":["object","null"],"required":["from","to"],"properties":{
      "from":{"type":"number"},"to":{"type":"number"}}})"},
};

}  // namespace

void add_rule_schemas(Router& router) {
  const auto add = [&router](const auto& schemas) {
    for (const auto& [name, schema] : schemas) {
      router.schema(std::string(name), std::string(schema));
    }
  };
  add(kRules);
  add(kParts);
}

}  // namespace heed::http
