// The shapes of /api/v1 as JSON Schemas (2020-12), for openapi.json. json_shapes.cc writes them;
// tests hold the one against the other.
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/router.h"
#include "http/routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

// Words and small parts that several shapes use.
constexpr Named kParts[] = {
    {"State", R"({"enum":["OFFLINE","ESTOP","ALARM","NOT_CUTTING","SLOWED","IN_CYCLE","HELD",
      "PROGRAM_STOP","MANUAL","WAITING","STOPPED","UNKNOWN"]})"},
    {"Bucket", R"({"description":"Time bucket of ISO 22400-2","enum":["none","unplanned",
      "production","stop","operator","setup","idle","planned"]})"},
    {"Placed", R"({"description":"How the moment got its place in time, from best to worst",
      "enum":["device","corrected","carried","held","shifted"]})"},
    {"Protocol", R"({"enum":["shdr","mtconnect","linuxcnc","fanuc","haas","modbus",
      "grbl","marlin","lsv2","mqtt","sparkplug","brother","opcua"]})"},
    {"Time", R"({"type":"string","format":"date-time"})"},
    {"MaybeTime", R"({"type":["string","null"],"format":"date-time"})"},
    {"Seconds", R"({"type":"number","description":"A duration in seconds"})"},
    {"Gap", R"({"type":"object","required":["from","to","reason","lost","note"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "reason":{"enum":["disconnected","out_of_range","restarted","malformed","filtered"]},
      "lost":{"type":"integer","minimum":0},"note":{"type":"string"}}})"},
    {"DataItem", R"({"type":"object",
      "required":["key","name","type","sub_type","units","component","category"],"properties":{
      "key":{"type":"string"},"name":{"type":["string","null"]},"type":{"type":["string","null"]},
      "sub_type":{"type":["string","null"]},"units":{"type":["string","null"]},
      "component":{"type":["string","null"]},
      "category":{"enum":["SAMPLE","EVENT","CONDITION",null]}}})"},
    {"Condition", R"({"type":"object",
      "required":["item","level","code","severity","qualifier","text","since"],"properties":{
      "item":{"type":"string"},"level":{"type":"string"},"code":{"type":"string"},
      "severity":{"type":"string"},"qualifier":{"type":"string"},"text":{"type":"string"},
      "since":{"$ref":"#/components/schemas/Time"}}})"},
};

constexpr Named kPeople[] = {
    {"Person", R"({"type":"object","required":["id","name","email"],"properties":{
      "id":{"type":"string"},"name":{"type":"string"},"email":{"type":"string"}}})"},
    {"Session", R"({"type":"object","required":["person","csrf","operator","organizations"],
      "properties":{
      "person":{"$ref":"#/components/schemas/Person"},
      "csrf":{"type":"string","description":"To be repeated as X-Heed-Csrf"},
      "operator":{"type":"boolean","description":"Runs this server"},
      "organizations":{"type":"array","items":{"type":"object","required":["id","name","role"],
        "properties":{"id":{"type":"string"},"name":{"type":"string"},
        "role":{"enum":["owner","member"]}}}}}})"},
    {"SignIn", R"({"type":"object","required":["email","password"],"properties":{
      "email":{"type":"string"},"password":{"type":"string"}}})"},
    {"LinkSignIn", R"({"type":"object","required":["token"],"properties":{
      "token":{"type":"string"}}})"},
    {"PasswordChange", R"({"type":"object","required":["password"],"properties":{
      "password":{"type":"string","minLength":10},
      "current":{"type":"string","description":"Not needed after a one-time link"}}})"},
    {"Members", R"({"type":"object","required":["items"],"properties":{"items":{"type":"array",
      "items":{"type":"object","required":["person","role"],"properties":{
      "person":{"$ref":"#/components/schemas/Person"},"role":{"enum":["owner","member"]}}}}}})"},
    {"Scopes", R"({"type":"array","minItems":1,"items":{"enum":["read","write","ingest"]}})"},
    {"ApiKey", R"({"type":"object",
      "required":["id","name","scopes","created","last_used","prefix"],"properties":{
      "id":{"type":"string"},"name":{"type":"string"},
      "scopes":{"$ref":"#/components/schemas/Scopes"},
      "created":{"$ref":"#/components/schemas/Time"},
      "last_used":{"$ref":"#/components/schemas/MaybeTime"},"prefix":{"type":"string"}}})"},
    {"ApiKeys", R"({"type":"object","required":["items"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/ApiKey"}}}})"},
    {"NewKey", R"({"type":"object","required":["name","scopes"],"properties":{
      "name":{"type":"string"},"scopes":{"$ref":"#/components/schemas/Scopes"}}})"},
    {"MadeKey", R"({"allOf":[{"$ref":"#/components/schemas/ApiKey"},{"type":"object",
      "required":["key"],"properties":{"key":{"type":"string"}}}]})"},
};

// As chattertools reads and sends them.
constexpr Named kChatter[] = {
    {"ChatterOne", R"({"type":"object","required":["id","name"],"properties":{
      "id":{"type":"integer"},"name":{"type":"string"}}})"},
    {"ChatterMachine", R"({"type":"object","required":["data"],"properties":{
      "data":{"$ref":"#/components/schemas/ChatterOne"}}})"},
    {"ChatterMachines", R"({"type":"object","required":["data"],"properties":{
      "data":{"type":"array","items":{"$ref":"#/components/schemas/ChatterOne"}}}})"},
    {"ChatterSent", R"({"type":"object","required":["dataType","value"],"properties":{
      "timestamp":{"type":["string","null"]},"dataType":{"type":"integer"},
      "value":{"type":"string"}}})"},
    {"ChatterTransaction", R"({"type":"object","required":["data"],"properties":{
      "data":{"$ref":"#/components/schemas/ChatterSent"}}})"},
    {"ChatterTransactions", R"({"type":"object","required":["data"],"properties":{
      "data":{"type":"array","items":{"$ref":"#/components/schemas/ChatterSent"}}}})"},
    {"ChatterMacros", R"({"type":"object","required":["data"],"properties":{
      "data":{"type":"array","items":{"type":"object","required":["id","macroVariable"],
        "properties":{"id":{"type":"integer"},"macroVariable":{"type":"integer"}}}}}})"},
    {"ChatterNothing", R"({"type":"object","required":["data"],"properties":{
      "data":{"type":"null"}}})"},
};

constexpr Named kMachines[] = {
    {"Card", R"({"type":"object","required":["id","name","location","protocol","address","state",
      "bucket","since","in_cycle","executing","placed","program","program_at","parts","parts_at",
      "override","override_at","last_seen","link","conditions","in_cycle_today","executing_today",
      "day_start","audit","forecast"],"properties":{
      "id":{"type":"string"},"name":{"type":"string"},"location":{"type":["string","null"]},
      "protocol":{"$ref":"#/components/schemas/Protocol"},"address":{"type":"string"},
      "state":{"$ref":"#/components/schemas/State"},
      "bucket":{"$ref":"#/components/schemas/Bucket"},
      "since":{"$ref":"#/components/schemas/MaybeTime"},
      "in_cycle":{"type":"boolean"},"executing":{"type":"boolean"},
      "placed":{"$ref":"#/components/schemas/Placed"},
      "program":{"type":["string","null"]},
      "program_at":{"$ref":"#/components/schemas/MaybeTime"},
      "parts":{"type":["number","null"]},"parts_at":{"$ref":"#/components/schemas/MaybeTime"},
      "override":{"type":["number","null"],"description":"Per cent"},
      "override_at":{"$ref":"#/components/schemas/MaybeTime"},
      "last_seen":{"$ref":"#/components/schemas/MaybeTime"},
      "link":{"type":"object","required":["up","words","since"],"properties":{
        "up":{"type":"boolean"},"words":{"type":"string"},
        "since":{"$ref":"#/components/schemas/Time"}}},
      "conditions":{"type":"array","items":{"$ref":"#/components/schemas/Condition"}},
      "in_cycle_today":{"$ref":"#/components/schemas/Seconds"},
      "executing_today":{"$ref":"#/components/schemas/Seconds"},
      "day_start":{"$ref":"#/components/schemas/Time"},
      "audit":{"type":["object","null"],"description":
        "The self-audit of the newest day that is over and says something, worked out beforehand",
        "required":["day","ours","theirs","differs","drifts","checked"],"properties":{
        "day":{"type":"string","format":"date"},
        "ours":{"$ref":"#/components/schemas/Seconds"},
        "theirs":{"$ref":"#/components/schemas/Seconds"},
        "differs":{"type":"number"},"drifts":{"type":"boolean"},
        "checked":{"$ref":"#/components/schemas/Time"}}},
      "forecast":{"type":["object","null"],"description":
        "When the batch that runs will be done, by the control's own goal, worked out beforehand",
        "required":["at","from","to","certainty","parts_to_go","goal","told"],"properties":{
        "at":{"$ref":"#/components/schemas/Time"},"from":{"$ref":"#/components/schemas/Time"},
        "to":{"$ref":"#/components/schemas/Time"},"certainty":{"type":"number"},
        "parts_to_go":{"type":"number"},"goal":{"type":"number"},
        "told":{"$ref":"#/components/schemas/Time"}}}}})"},
    {"CardPage", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Card"}},
      "next":{"type":["string","null"]}}})"},
    {"Machine", R"({"allOf":[{"$ref":"#/components/schemas/Card"},{"type":"object",
      "required":["items_count","clock","created","settings"],"properties":{
      "items_count":{"type":"integer"},"settings":{"type":"string"},
      "clock":{"type":"object","required":["right","offset","changed_at"],"properties":{
        "right":{"type":"boolean"},"offset":{"$ref":"#/components/schemas/Seconds"},
        "changed_at":{"$ref":"#/components/schemas/MaybeTime"}}},
      "created":{"$ref":"#/components/schemas/Time"}}}]})"},
    {"NewMachine", R"({"type":"object","required":["name","protocol","address"],"properties":{
      "name":{"type":"string","maxLength":100},"location":{"type":"string","maxLength":100},
      "protocol":{"$ref":"#/components/schemas/Protocol"},
      "address":{"type":"string","description":
        "host:port, http://host[/device] (or ws, mqtt), a serial line, or sent: it sends by itself"},
      "settings":{"type":"string","maxLength":16384,"description":
        "JSON: what the protocol wants to know beyond the address"},
      "recording":{"type":"boolean","description":"Its times are taken as they come"}}})"},
    {"MachineChange", R"({"type":"object","properties":{
      "name":{"type":"string","maxLength":100},"location":{"type":"string","maxLength":100},
      "address":{"type":"string"},"settings":{"type":"string","maxLength":16384}}})"},
    {"ProbeRequest", R"({"type":"object","required":["protocol","address"],"properties":{
      "protocol":{"$ref":"#/components/schemas/Protocol"},"address":{"type":"string"},
      "settings":{"type":"string"},
      "machine":{"type":"string","description":
        "Whose passwords are meant where the settings say (kept); at its own address alone"}}})"},
    {"NewScan", R"({"type":"object","required":["range"],"properties":{
      "range":{"type":"string","description":"192.168.1.0/24: at most 1,024 addresses"}}})"},
    {"Scan", R"({"type":"object","required":["ranges","scan"],"properties":{
      "ranges":{"type":"array","items":{"type":"string"}},
      "scan":{"type":["object","null"],"required":["range","running","tried","all","found"],
        "properties":{"range":{"type":"string"},"running":{"type":"boolean"},
        "tried":{"type":"integer"},"all":{"type":"integer"},
        "found":{"type":"array","items":{"type":"object",
          "required":["protocol","address","recognized","why"],"properties":{
          "protocol":{"$ref":"#/components/schemas/Protocol"},"address":{"type":"string"},
          "recognized":{"type":"boolean"},"why":{"type":"string"}}}}}}}})"},
    {"Probe", R"({"type":"object","required":["ok","steps","model","sample"],"properties":{
      "ok":{"type":"boolean"},
      "steps":{"type":"array","items":{"type":"object","required":["at_ms","say","ok"],
        "properties":{"at_ms":{"type":"integer"},"say":{"type":"string"},
        "ok":{"type":"boolean"}}}},
      "model":{"type":"array","items":{"$ref":"#/components/schemas/DataItem"}},
      "sample":{"type":"array","items":{"type":"object","required":["item","value","at"],
        "properties":{"item":{"type":"string"},"value":{"type":["string","null"]},
        "at":{"$ref":"#/components/schemas/MaybeTime"}}}}}})"},
};

constexpr Named kHistory[] = {
    {"Activity", R"({"type":"object","required":["from","to","state","bucket","rule","in_cycle",
      "executing","placed"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "state":{"$ref":"#/components/schemas/State"},
      "bucket":{"$ref":"#/components/schemas/Bucket"},"rule":{"type":"integer"},
      "in_cycle":{"type":"boolean"},"executing":{"type":"boolean"},
      "placed":{"$ref":"#/components/schemas/Placed"}}})"},
    {"Activities", R"({"type":"object","required":["items","totals","in_cycle","executing","gaps",
      "open"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Activity"}},
      "totals":{"type":"object","description":"Seconds by state",
        "additionalProperties":{"type":"number"}},
      "in_cycle":{"$ref":"#/components/schemas/Seconds"},
      "executing":{"$ref":"#/components/schemas/Seconds"},
      "gaps":{"type":"array","items":{"$ref":"#/components/schemas/Gap"}},
      "open":{"type":"boolean","description":"The last activity still goes on"}}})"},
    {"Cells", R"({"type":"array","items":{"$ref":"#/components/schemas/Seconds"}})"},
    {"Rollup", R"({"type":"object","description":"What each of the equal cells was filled with",
      "required":["from","to","cell","shares","in_cycle",
      "executing","doubtful","gaps","open"],"properties":{
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
      "cell":{"$ref":"#/components/schemas/Seconds"},
      "shares":{"type":"array","items":{"type":"object",
        "required":["state","bucket","seconds"],"properties":{
        "state":{"$ref":"#/components/schemas/State"},
        "bucket":{"$ref":"#/components/schemas/Bucket"},
        "seconds":{"$ref":"#/components/schemas/Cells"}}}},
      "in_cycle":{"$ref":"#/components/schemas/Cells"},
      "executing":{"$ref":"#/components/schemas/Cells"},
      "doubtful":{"description":"Placed otherwise than by the machine's own clock",
        "allOf":[{"$ref":"#/components/schemas/Cells"}]},
      "gaps":{"type":"array","description":"How many touch the cell",
        "items":{"type":"integer","minimum":0}},
      "open":{"type":"boolean","description":"The last activity still goes on"}}})"},
    {"Overview", R"({"type":"object","description":"One of the two","properties":{
      "activities":{"$ref":"#/components/schemas/Activities"},
      "rollup":{"$ref":"#/components/schemas/Rollup"}}})"},
    {"Conditions", R"({"type":"object","required":["items"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Condition"}}}})"},
    {"Explanation", R"({"type":"object","required":["at","state","bucket","rule","since","because",
      "placed"],"properties":{
      "at":{"$ref":"#/components/schemas/Time"},"state":{"$ref":"#/components/schemas/State"},
      "bucket":{"$ref":"#/components/schemas/Bucket"},
      "rule":{"type":"object","required":["number","words"],"properties":{
        "number":{"type":"integer"},"words":{"type":"string"}}},
      "since":{"$ref":"#/components/schemas/MaybeTime"},
      "because":{"type":"array","items":{"type":"object",
        "required":["role","item","value","at","device","arrival","placed","raw"],"properties":{
        "role":{"type":"string"},"item":{"type":"string"},"value":{"type":["string","null"]},
        "at":{"$ref":"#/components/schemas/Time"},"device":{"$ref":"#/components/schemas/Time"},
        "arrival":{"$ref":"#/components/schemas/Time"},
        "placed":{"$ref":"#/components/schemas/Placed"},"raw":{"type":"string"}}}},
      "placed":{"$ref":"#/components/schemas/Placed"}}})"},
    {"LinkHistory", R"({"type":"object","required":["items","gaps"],"properties":{
      "items":{"type":"array","items":{"type":"object","required":["at","up","words"],
        "properties":{"at":{"$ref":"#/components/schemas/Time"},"up":{"type":"boolean"},
        "words":{"type":"string"}}}},
      "gaps":{"type":"array","items":{"$ref":"#/components/schemas/Gap"}}}})"},
};

constexpr Named kSamples[] = {
    {"Items", R"({"type":"object","required":["items"],"properties":{"items":{"type":"array",
      "items":{"allOf":[{"$ref":"#/components/schemas/DataItem"},{"type":"object",
      "required":["role","last"],"properties":{"role":{"type":["string","null"]},
      "last":{"type":["object","null"],"required":["at","device","arrival","value","placed"],
        "properties":{"at":{"$ref":"#/components/schemas/Time"},
        "device":{"$ref":"#/components/schemas/Time"},
        "arrival":{"$ref":"#/components/schemas/Time"},
        "value":{"type":["string","null"],"description":"null: UNAVAILABLE"},
        "placed":{"$ref":"#/components/schemas/Placed"}}}}}]}}}})"},
    {"Samples", R"({"type":"object","required":["item","units","numeric","exact","columns","words",
      "count","damaged"],"properties":{
      "item":{"type":"string"},"units":{"type":["string","null"]},"numeric":{"type":"boolean"},
      "exact":{"type":"boolean","description":"Every sample of the range is here"},
      "columns":{"type":"object","required":["at","value","min","max"],"properties":{
        "at":{"type":"array","items":{"type":"number"},
          "description":"Milliseconds since 1970-01-01T00:00:00Z"},
        "value":{"type":"array","items":{"type":["number","null"]}},
        "min":{"type":"array","items":{"type":["number","null"]}},
        "max":{"type":"array","items":{"type":["number","null"]}}}},
      "words":{"type":"array","description":"Instead of columns when not numeric","items":{
        "type":"object","required":["at","value"],"properties":{
        "at":{"$ref":"#/components/schemas/Time"},"value":{"type":["string","null"]}}}},
      "count":{"type":"integer","description":"Samples in the range"},
      "damaged":{"$ref":"#/components/schemas/Damage"}}})"},
    {"Damage", R"({"type":["object","null"],"required":["chunks","from","to"],
      "description":"Stored samples that do not open any more and are left out; null if all do",
      "properties":{
      "chunks":{"type":"integer","description":"Stretches of at most a day each"},
      "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"}}})"},
    {"RawLine", R"({"type":"object",
      "required":["item","at","device","arrival","placed","value","line"],"properties":{
      "item":{"type":"string"},"at":{"$ref":"#/components/schemas/Time"},
      "device":{"$ref":"#/components/schemas/Time"},
      "arrival":{"$ref":"#/components/schemas/Time"},
      "placed":{"$ref":"#/components/schemas/Placed"},"value":{"type":["string","null"]},
      "line":{"type":"string","description":"To the letter"}}})"},
    {"Accepted", R"({"type":"object","required":["accepted","number"],"properties":{
      "accepted":{"type":"integer","description":"Observations"},
      "number":{"type":"integer","description":"Of this batch, counting up"}}})"},
    {"OpenApi", R"({"type":"object","required":["openapi","info","paths"],
      "description":"An OpenAPI 3.1 document"})"},
};

void add_all(Router& router, std::span<const Named> schemas) {
  for (const auto& [name, schema] : schemas) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace

void add_schemas(Router& router) {
  add_all(router, kParts);
  add_all(router, kPeople);
  add_all(router, kMachines);
  add_all(router, kChatter);
  add_all(router, kHistory);
  add_all(router, kSamples);
}

}  // namespace heed::http
