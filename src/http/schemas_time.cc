// The shapes of shift calendars, reasons and figures.
#include <string>
#include <string_view>
#include <utility>

#include "http/routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr Named kPlan[] = {
    {"WallTime", R"({"type":"string",
      "description":"22:00, as the clocks of the location show it"})"},
    {"Day", R"({"type":"string","format":"date"})"},
    {"PlannedBreak", R"({"type":"object","required":["from","to"],"properties":{
      "name":{"type":"string","maxLength":60},
      "from":{"$ref":"#/components/schemas/WallTime"},
      "to":{"$ref":"#/components/schemas/WallTime"}}})"},
    {"ShiftCalendar", R"({"type":"object","required":["zone"],"properties":{
      "location":{"type":"string","maxLength":100,"description":
        "As machines name it; empty for all locations without a calendar of their own"},
      "zone":{"type":"string","description":"A name of the IANA database: Europe/Berlin"},
      "shifts":{"type":"array","maxItems":50,"items":{"type":"object",
        "required":["name","days","from","to"],"properties":{
        "name":{"type":"string","maxLength":60},
        "days":{"type":"array","minItems":1,"description":"On which it begins","items":{"enum":
          ["mon","tue","wed","thu","fri","sat","sun"]}},
        "from":{"$ref":"#/components/schemas/WallTime"},
        "to":{"$ref":"#/components/schemas/WallTime"},
        "breaks":{"type":"array","maxItems":10,"items":{
          "$ref":"#/components/schemas/PlannedBreak"}}}}},
      "holidays":{"type":"array","maxItems":200,"description":"No weekly shift begins","items":{
        "type":"object","required":["name","first","last"],"properties":{
        "name":{"type":"string","maxLength":60},"first":{"$ref":"#/components/schemas/Day"},
        "last":{"$ref":"#/components/schemas/Day"}}}},
      "extra_shifts":{"type":"array","maxItems":200,"description":
        "Beside the weekly ones, on each day from first to last","items":{"type":"object",
        "required":["name","first","last","from","to"],"properties":{
        "name":{"type":"string","maxLength":60},"first":{"$ref":"#/components/schemas/Day"},
        "last":{"$ref":"#/components/schemas/Day"},
        "from":{"$ref":"#/components/schemas/WallTime"},
        "to":{"$ref":"#/components/schemas/WallTime"},
        "breaks":{"type":"array","maxItems":10,"items":{
          "$ref":"#/components/schemas/PlannedBreak"}}}}}}})"},
    {"ShiftCalendars", R"({"type":"object","required":["items"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/ShiftCalendar"}}}})"},
    {"ShiftTime", R"({"type":"object","required":["name","day","from","to","breaks"],"properties":{
      "name":{"type":"string"},"day":{"$ref":"#/components/schemas/Day"},
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "breaks":{"type":"array","items":{"type":"object","required":["name","from","to"],
        "properties":{"name":{"type":"string"},"from":{"$ref":"#/components/schemas/Time"},
        "to":{"$ref":"#/components/schemas/Time"}}}}}})"},
    {"Shifts", R"({"type":"object","required":["has_calendar","location","zone","days","items"],
      "properties":{
      "has_calendar":{"type":"boolean","description":"Else every moment is planned, in UTC"},
      "location":{"type":"string","description":"Whose calendar it is"},
      "zone":{"type":"string"},
      "days":{"type":"array","items":{"type":"object","required":["day","from","to"],"properties":{
        "day":{"$ref":"#/components/schemas/Day"},"from":{"$ref":"#/components/schemas/Time"},
        "to":{"$ref":"#/components/schemas/Time"}}}},
      "items":{"type":"array","items":{"$ref":"#/components/schemas/ShiftTime"}}}})"},
};

constexpr Named kReasons[] = {
    {"ReasonClass", R"({"enum":["unplanned","planned","setup"],
      "description":"What a reason makes of the time that it holds for"})"},
    {"Reasons", R"({"type":"object","required":["codes","rules"],"properties":{
      "codes":{"type":"array","maxItems":60,"items":{"type":"object","required":["code","name"],
        "properties":{"code":{"type":"string",
          "description":"1 to 40 of a to z, 0 to 9, _"},
        "name":{"type":"string","maxLength":60},"parent":{"type":["string","null"]},
        "class":{"$ref":"#/components/schemas/ReasonClass"},
        "retired":{"type":"boolean","description":"No longer offered"}}}},
      "rules":{"type":"array","maxItems":50,"description":"The first one that fits wins","items":{
        "type":"object","required":["code"],"properties":{"code":{"type":"string"},
        "states":{"type":"array","items":{"$ref":"#/components/schemas/State"}},
        "condition_code":{"type":"string","description":"How a condition's code begins"},
        "condition_text":{"type":"string","description":"A part of its text"},
        "location":{"type":"string"},
        "window":{"type":["object","null"],"required":["from","to"],"properties":{
          "from":{"$ref":"#/components/schemas/WallTime"},
          "to":{"$ref":"#/components/schemas/WallTime"}}}}}}}})"},
    {"ReasonTag", R"({"type":"object","required":["from","code"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},
      "to":{"description":"By default now","$ref":"#/components/schemas/MaybeTime"},
      "code":{"type":["string","null"],"description":"null takes back what was said"}}})"},
};

constexpr Named kFigures[] = {
    {"TimeUse", R"({"enum":["not_planned","break","unknown","planned_stop","setup","unplanned",
      "held","operator","idle","micro_stop","in_cycle","slowed","not_cutting"]})"},
    {"Ratio", R"({"type":["object","null"],"required":["value","over","under"],
      "description":"null where something to divide by is missing","properties":{
      "value":{"type":"number"},"over":{"type":"number","description":"Seconds or parts"},
      "under":{"type":"number"}}})"},
    {"PartsSource", R"({"type":["object","null"],"required":["from","confidence"],"properties":{
      "from":{"enum":["counter","program_end","tools"]},
      "confidence":{"type":"number",
        "description":"That a part which it tells was one, 0 to 1"}}})"},
    {"Oee", R"({"type":"object","required":["from","to","has_calendar","micro_stop_seconds",
      "ideal_seconds","uses","planned_busy","known_busy","production","unexplained",
      "produced_outside","availability","effectiveness","quality","oee","utilization_planned",
      "utilization_calendar","parts","parts_source","good","scrap","changes"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},
      "to":{"description":"Now at the latest","$ref":"#/components/schemas/Time"},
      "has_calendar":{"type":"boolean"},
      "micro_stop_seconds":{"$ref":"#/components/schemas/Seconds"},
      "ideal_seconds":{"type":["number","null"],"description":"For one part"},
      "uses":{"type":"object","description":"Seconds by use; together the whole range",
        "additionalProperties":{"type":"number"}},
      "planned_busy":{"$ref":"#/components/schemas/Seconds"},
      "known_busy":{"$ref":"#/components/schemas/Seconds"},
      "production":{"$ref":"#/components/schemas/Seconds"},
      "unexplained":{"$ref":"#/components/schemas/Seconds"},
      "produced_outside":{"$ref":"#/components/schemas/Seconds"},
      "availability":{"$ref":"#/components/schemas/Ratio"},
      "effectiveness":{"$ref":"#/components/schemas/Ratio"},
      "quality":{"$ref":"#/components/schemas/Ratio"},
      "oee":{"$ref":"#/components/schemas/Ratio"},
      "utilization_planned":{"$ref":"#/components/schemas/Ratio"},
      "utilization_calendar":{"$ref":"#/components/schemas/Ratio"},
      "parts":{"type":["object","null"],"required":["known_busy","unknown","outside"],
        "properties":{"known_busy":{"type":"integer"},"unknown":{"type":"integer"},
        "outside":{"type":"integer"}}},
      "parts_source":{"description":"null: nobody counts",
        "$ref":"#/components/schemas/PartsSource"},
      "good":{"type":["integer","null"]},"scrap":{"type":"integer"},
      "changes":{"type":"array","description":"When in the range another goal began to hold",
        "items":{"$ref":"#/components/schemas/Time"}},
      "pieces":{"type":"array","description":"All of the range, in order","items":{
        "type":"object","required":["from","to","use","activity","shift","reason"],"properties":{
        "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
        "use":{"$ref":"#/components/schemas/TimeUse"},
        "activity":{"type":["integer","null"],"description":"Into activities"},
        "shift":{"type":["integer","null"]},"reason":{"type":["integer","null"]}}}},
      "activities":{"type":"array","description":"Uncut",
        "items":{"$ref":"#/components/schemas/Activity"}},
      "shifts":{"type":"array","items":{"$ref":"#/components/schemas/ShiftTime"}},
      "reasons":{"type":"array","items":{"type":"object",
        "required":["from","to","code","class","by","who"],"properties":{
        "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
        "code":{"type":"string"},"class":{"$ref":"#/components/schemas/ReasonClass"},
        "by":{"enum":["hand","rule"]},
        "who":{"type":["string","null"],"description":
          "An id, or what stands for somebody who was erased"}}}},
      "steps":{"type":"array","description":"The parts of known busy time","items":{
        "type":"object","required":["at","count","begun"],"properties":{
        "at":{"$ref":"#/components/schemas/Time"},"count":{"type":"integer"},
        "begun":{"description":"Of the cycle that was counted",
          "$ref":"#/components/schemas/MaybeTime"}}}}}})"},
    {"Goal", R"({"type":"object","required":["ideal_seconds","micro_stop_seconds"],"properties":{
      "ideal_seconds":{"type":["number","null"],"description":"For one part"},
      "micro_stop_seconds":{"type":"number","description":"A shorter stop is a micro-stop"}}})"},
    {"NewGoal", R"({"type":"object","properties":{
      "ideal_seconds":{"type":["number","null"],"exclusiveMinimum":0,"maximum":604800},
      "micro_stop_seconds":{"type":["number","null"],"minimum":0,"maximum":600}}})"},
    {"Scrap", R"({"type":"object","required":["count"],"properties":{
      "at":{"description":"By default now","$ref":"#/components/schemas/MaybeTime"},
      "count":{"type":"integer","minimum":-1000000,"maximum":1000000}}})"},
    {"SelfAudit", R"({"type":"object","required":["counts","drifts","days"],"properties":{
      "counts":{"type":"boolean","description":"The control counts its automatic time"},
      "drifts":{"type":"boolean","description":"The newest day differs by more than 5 %"},
      "days":{"type":"array","items":{"type":"object",
        "required":["day","heard","ours","theirs","cutting","differs","agrees"],"properties":{
        "day":{"$ref":"#/components/schemas/Day"},
        "heard":{"$ref":"#/components/schemas/Seconds"},
        "ours":{"$ref":"#/components/schemas/Seconds"},
        "theirs":{"$ref":"#/components/schemas/Seconds"},
        "cutting":{"type":["number","null"]},
        "differs":{"type":["number","null"],"description":"0.05 is 5 %; null: hardly anything ran"},
        "agrees":{"type":"boolean"}}}}}})"},
};

}  // namespace

void add_time_schemas(Router& router) {
  const auto add = [&router](const auto& schemas) {
    for (const auto& [name, schema] : schemas) {
      router.schema(std::string(name), std::string(schema));
    }
  };
  add(kPlan);
  add(kReasons);
  add(kFigures);
}

}  // namespace heed::http
