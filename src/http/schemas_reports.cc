// The shapes of alarms, comparisons, hand-overs and what Grafana asks for (several.cc and the
// routes_*.cc of each write them).
#include <string>
#include <string_view>
#include <utility>

#include "http/router.h"
#include "http/routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr Named kAlarms[] = {
    {"Failures", R"({"type":"object","required":["count","operating","repaired","repair",
      "mean_to_repair","mean_between","carried","open","cut","gaps"],"properties":{
      "count":{"type":"integer","description":"Failures whose beginning was seen"},
      "operating":{"$ref":"#/components/schemas/Seconds"},
      "repaired":{"type":"integer","description":"Seen from beginning to end"},
      "repair":{"$ref":"#/components/schemas/Seconds"},
      "mean_to_repair":{"type":["number","null"],"description":"repair / repaired, in seconds"},
      "mean_between":{"type":["number","null"],"description":"operating / count, in seconds"},
      "carried":{"type":"integer","description":"Had begun before, or while nothing was heard"},
      "open":{"type":"integer"},"cut":{"type":"integer","description":"By the range's end"},
      "gaps":{"type":"integer","description":"End where nothing was heard"}}})"},
    {"AlarmRow", R"({"type":"object","required":["item","code","text","level","machines","count",
      "time","longest","share","cumulative","repaired","mean_to_repair","mean_between","carried",
      "open","cut","gaps"],"properties":{
      "item":{"type":"string"},"code":{"type":"string"},"text":{"type":"string"},
      "level":{"enum":["FAULT","WARNING"],"description":"The worst that it was"},
      "machines":{"type":"array","items":{"type":"string"}},
      "count":{"type":"integer","description":"Intervals whose beginning was seen"},
      "time":{"$ref":"#/components/schemas/Seconds"},
      "longest":{"$ref":"#/components/schemas/Seconds"},
      "share":{"type":"number"},"cumulative":{"type":"number"},
      "repaired":{"type":"integer"},"mean_to_repair":{"type":["number","null"]},
      "mean_between":{"type":["number","null"]},"carried":{"type":"integer"},
      "open":{"type":"integer"},"cut":{"type":"integer"},"gaps":{"type":"integer"}}})"},
    {"AlarmSpan",
     R"({"type":"object","required":["machine","item","code","text","level","from","to",
      "carried","end"],"properties":{"machine":{"type":"string"},"item":{"type":"string"},
      "code":{"type":"string"},"text":{"type":"string"},"level":{"enum":["FAULT","WARNING"]},
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "carried":{"type":"boolean","description":"Its beginning was not seen"},
      "end":{"enum":["cleared","open","cut","gap"]}}})"},
    {"Alarms", R"({"type":"object","required":["from","to","by","failures","items","spans",
      "spans_left_out"],"properties":{"from":{"$ref":"#/components/schemas/Time"},
      "to":{"$ref":"#/components/schemas/Time"},"by":{"enum":["time","count"]},
      "failures":{"$ref":"#/components/schemas/Failures"},
      "items":{"type":"array","items":{"$ref":"#/components/schemas/AlarmRow"}},
      "spans":{"type":"array","description":"The latest first, at most 2,000",
        "items":{"$ref":"#/components/schemas/AlarmSpan"}},
      "spans_left_out":{"type":"integer"}}})"},
};

constexpr Named kFigures[] = {
    {"SharedRatio", R"({"type":["object","null"],"required":["value","over","under","of"],
      "description":"A share of sums; null where nobody can know it","properties":{
      "value":{"type":"number"},"over":{"type":"number"},"under":{"type":"number"},
      "of":{"type":"integer","description":"How many machines or shifts have it"}}})"},
    {"Totals", R"({"type":["object","null"],
      "description":"null for programs, which no plan knows of",
      "required":["machines","planned_busy","known_busy","coverage",
      "production","in_cycle","unexplained","uses","availability","effectiveness","quality","oee",
      "parts","good","scrap","failures"],"properties":{"machines":{"type":"integer"},
      "planned_busy":{"$ref":"#/components/schemas/Seconds"},
      "known_busy":{"$ref":"#/components/schemas/Seconds"},
      "coverage":{"type":["number","null"],"description":"Known of the planned time"},
      "production":{"$ref":"#/components/schemas/Seconds"},
      "in_cycle":{"$ref":"#/components/schemas/Seconds"},
      "unexplained":{"$ref":"#/components/schemas/Seconds"},
      "uses":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Seconds"}},
      "availability":{"$ref":"#/components/schemas/SharedRatio"},
      "effectiveness":{"$ref":"#/components/schemas/SharedRatio"},
      "quality":{"$ref":"#/components/schemas/SharedRatio"},
      "oee":{"$ref":"#/components/schemas/SharedRatio"},
      "parts":{"type":["integer","null"]},"good":{"type":["integer","null"]},
      "scrap":{"type":"integer"},"failures":{"$ref":"#/components/schemas/Failures"}}})"},
    {"ReasonTimes", R"({"type":"array","items":{"type":"object","required":["code","time","stops"],
      "properties":{"code":{"type":["string","null"],"description":"null: without a reason"},
      "time":{"$ref":"#/components/schemas/Seconds"},"stops":{"type":"integer"}}}})"},
    {"ComparedPrograms", R"({"type":"array","description":"The most in-cycle time first",
      "items":{"type":"object","required":["program","complete","tries","in_cycle"],"properties":{
      "program":{"type":["string","null"]},"complete":{"type":"integer"},
      "tries":{"type":"integer"},"in_cycle":{"$ref":"#/components/schemas/DurationSpread"}}}})"},
    {"ComparedBefore", R"({"type":["object","null"],
      "required":["figures","programs","no_programs","alarms","reasons"],"properties":{
      "figures":{"$ref":"#/components/schemas/Totals"},
      "programs":{"$ref":"#/components/schemas/ComparedPrograms"},
      "no_programs":{"type":["string","null"]},
      "alarms":{"type":"array","items":{"$ref":"#/components/schemas/AlarmRow"}},
      "reasons":{"$ref":"#/components/schemas/ReasonTimes"}}})"},
    {"MachineComparison",
     R"({"type":"object","required":["from","to","before","items"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "before":{"type":["object","null"],"required":["from","to"],"properties":{
        "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"}}},
      "items":{"type":"array","items":{"type":"object","required":["name","machine","on","figures",
        "programs","no_programs","alarms","reasons","before"],"properties":{
        "name":{"type":"string"},"machine":{"type":["string","null"]},
        "on":{"type":"array","items":{"type":"string"}},
        "figures":{"$ref":"#/components/schemas/Totals"},
        "programs":{"$ref":"#/components/schemas/ComparedPrograms"},
        "no_programs":{"type":["string","null"],"description":"Why there are none"},
        "alarms":{"type":"array","items":{"$ref":"#/components/schemas/AlarmRow"}},
        "reasons":{"$ref":"#/components/schemas/ReasonTimes"},
        "before":{"$ref":"#/components/schemas/ComparedBefore"}}}}}})"},
};

constexpr Named kHandOver[] = {
    {"ShiftNote", R"({"type":"object","required":["id","location","begins","machine","text",
      "written","who"],"properties":{"id":{"type":"string"},"location":{"type":"string"},
      "begins":{"$ref":"#/components/schemas/Time"},"machine":{"type":["string","null"]},
      "text":{"type":"string"},"written":{"$ref":"#/components/schemas/Time"},
      "who":{"type":"string","description":"A person's id; what stands for who was erased"}}})"},
    {"NewShiftNote", R"({"type":"object","required":["text","begins"],"properties":{
      "text":{"type":"string","minLength":1,"maxLength":2000},
      "begins":{"$ref":"#/components/schemas/Time"},
      "location":{"type":["string","null"],"description":"As machines name it"},
      "machine":{"type":["string","null"]}}})"},
    {"HandOverRow", R"({"type":"object","required":["card","figures","goal","stops","alarms",
      "alarm_kinds","running"],"properties":{"card":{"$ref":"#/components/schemas/Card"},
      "figures":{"$ref":"#/components/schemas/Totals"},
      "goal":{"type":["number","null"],"description":"Parts of the planned time at the ideal time"},
      "stops":{"type":"array","description":"The longest ones","items":{"type":"object",
        "required":["from","to","use","state","reason"],"properties":{
        "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
        "use":{"type":"string"},"state":{"type":"string"},"reason":{"type":["string","null"]}}}},
      "alarms":{"type":"array","items":{"$ref":"#/components/schemas/AlarmRow"}},
      "alarm_kinds":{"type":"integer","description":"Of which `alarms` has the first"},
      "running":{"type":["object","null"],"required":["program","since","cycles","done"],
        "properties":{"program":{"type":["string","null"]},
        "since":{"$ref":"#/components/schemas/Time"},
        "cycles":{"type":"integer","description":"Complete ones of the last seven days"},
        "done":{"type":["object","null"],"description":"Likely between p10 and p90 of them",
          "required":["from","to"],"properties":{"from":{"$ref":"#/components/schemas/Time"},
          "to":{"$ref":"#/components/schemas/Time"}}}}}}})"},
    {"HandOver",
     R"({"type":"object","required":["location","has_calendar","zone","shift","previous",
      "next","machines","notes"],"properties":{"location":{"type":"string"},
      "has_calendar":{"type":"boolean"},"zone":{"type":"string"},
      "shift":{"type":"object","required":["name","day","from","to"],"properties":{
        "name":{"type":["string","null"],"description":"null: a day, as no shift is planned"},
        "day":{"$ref":"#/components/schemas/Day"},"from":{"$ref":"#/components/schemas/Time"},
        "to":{"$ref":"#/components/schemas/Time"}}},
      "previous":{"type":["string","null"]},
      "next":{"type":["string","null"]},
      "machines":{"type":"array","items":{"$ref":"#/components/schemas/HandOverRow"}},
      "notes":{"type":"array","items":{"$ref":"#/components/schemas/ShiftNote"}}}})"},
};

constexpr Named kGrafana[] = {
    {"GrafanaHealth", R"({"type":"object","required":["status","message"],"properties":{
      "status":{"type":"string"},"message":{"type":"string"}}})"},
    {"GrafanaSearch", R"({"type":"object","properties":{
      "target":{"type":"string","description":"Text that a target's label has"},
      "metric":{"type":"string","description":"The same, as /metrics has it"}}})"},
    {"GrafanaTargets", R"({"type":"array","items":{"type":"object","required":["value"],
      "properties":{"text":{"type":"string"},"label":{"type":"string"},
      "value":{"type":"string"}}}})"},
    {"GrafanaRange", R"({"type":"object","required":["from","to"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"}}})"},
    {"GrafanaQuery", R"({"type":"object","required":["range","targets"],"properties":{
      "range":{"$ref":"#/components/schemas/GrafanaRange"},
      "maxDataPoints":{"type":"integer"},"intervalMs":{"type":"number"},
      "targets":{"type":"array","maxItems":50,"items":{"type":"object","properties":{
        "target":{"type":"string"},"refId":{"type":"string"},"hide":{"type":"boolean"}}}}}})"},
    {"GrafanaSeries", R"({"type":"array","items":{"type":"object",
      "required":["target","datapoints"],"properties":{"target":{"type":"string"},
      "datapoints":{"type":"array","items":{"type":"array","description":"Value, milliseconds",
        "minItems":2,"maxItems":2,"items":{"type":["number","null"]}}}}}})"},
    {"GrafanaAnnotationQuery", R"({"type":"object","required":["range"],"properties":{
      "range":{"$ref":"#/components/schemas/GrafanaRange"},
      "annotation":{"type":"object","properties":{"name":{"type":"string"},
        "query":{"type":"string","description":"A machine's name or id; empty for all"}}}}})"},
    {"GrafanaAnnotations", R"({"type":"array","items":{"type":"object",
      "required":["annotation","time","timeEnd","title","text","tags"],"properties":{
      "annotation":{"type":["object","null"]},"time":{"type":"integer"},
      "timeEnd":{"type":"integer"},"isRegion":{"type":"boolean"},"title":{"type":"string"},
      "text":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}}}}})"},
};

}  // namespace

void add_report_schemas(Router& router) {
  const auto add = [&](const auto& schemas) {
    for (const auto& [name, schema] : schemas) {
      router.schema(std::string(name), std::string(schema));
    }
  };
  add(kAlarms);
  add(kFigures);
  add(kHandOver);
  add(kGrafana);
}

}  // namespace heed::http
