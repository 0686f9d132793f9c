// The shapes of programs that are understood.
#include <string>
#include <string_view>
#include <utility>

#include "http/nc_routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr Named kSchemas[] = {
    {"Dialect", R"({"enum":["fanuc","haas","linuxcnc","grbl","marlin","heidenhain"]})"},
    {"DialectFrom", R"({"enum":["asked","machine","recognized"],"description":
      "recognized: a guess by the text"})"},
    {"ProgramTokens", R"({"type":"object","required":["binary","encoding","dialect","dialect_from",
      "kinds","from","lines","all"],"properties":{"binary":{"type":"boolean"},
      "encoding":{"enum":["utf-8","iso-8859-1"],"description":"What it was read as"},
      "dialect":{"$ref":"#/components/schemas/Dialect"},
      "dialect_from":{"$ref":"#/components/schemas/DialectFrom"},
      "kinds":{"type":"array","items":{"type":"string"},"description":
        "What the numbers of kinds in tokens stand for"},
      "from":{"type":"integer","description":"Number of the first line given"},
      "all":{"type":"integer"},
      "lines":{"type":"array","items":{"type":"object","required":["text","tokens"],"properties":{
        "text":{"type":"string"},
        "tokens":{"type":"array","items":{"type":"integer"},"description":
          "Pairs: the number of a kind, and a length in UTF-16; they cover the text"},
        "left_out":{"type":"integer","description":"Bytes of a line that is too long"}}}}}})"},
    {"ProgramSeconds", R"({"type":"object","required":["cutting","rapid","dwell","tool_change",
      "spindle","standstill","assumed"],"properties":{"cutting":{"type":"number"},
      "rapid":{"type":"number"},"dwell":{"type":"number"},"tool_change":{"type":"number"},
      "spindle":{"type":"number"},"standstill":{"type":"number"},
      "assumed":{"type":"number","description":"In ways whose length the text does not tell"}}})"},
    {"ProgramEstimate", R"({"type":"object","required":["dialect","dialect_from","machine",
      "constants","measured","seconds","low","high","at_least","whole","cut","parts",
      "not_reckoned","tools","sections","notes","lines","blocks"],"properties":{
      "dialect":{"$ref":"#/components/schemas/Dialect"},
      "dialect_from":{"$ref":"#/components/schemas/DialectFrom"},
      "machine":{"type":["string","null"]},
      "constants":{"type":"object","required":["from","programs","cycles","left_out"],
        "properties":{"from":{"enum":["cycles","prior"],"description":
          "prior: nothing is known of the machine but its control"},
        "programs":{"type":"integer"},"cycles":{"type":"integer"},
        "left_out":{"type":"integer","description":
          "Measured programs that are too long or too many, or that are not known as a whole"}}},
      "measured":{"type":["object","null"],"required":["cycles","median","p10","p90"],
        "description":"How long this text really took there","properties":{
        "cycles":{"type":"integer"},"median":{"type":"number"},"p10":{"type":"number"},
        "p90":{"type":"number"}}},
      "seconds":{"type":"number"},
      "low":{"type":"number","description":"Between low and high it lies with 80 %"},
      "high":{"type":"number"},
      "at_least":{"type":"boolean","description":"There are things without a time"},
      "whole":{"type":"boolean","description":"false: the reading did not come to the end"},
      "cut":{"type":"boolean","description":"true: too many blocks; the rest was not looked at"},
      "parts":{"$ref":"#/components/schemas/ProgramSeconds"},
      "not_reckoned":{"type":"object","required":["cuts","stops","waits"],"properties":{
        "cuts":{"type":"integer"},"stops":{"type":"integer"},"waits":{"type":"integer"}}},
      "tools":{"type":"array","items":{"type":"object",
        "required":["tool","changes","seconds","parts"],"properties":{
        "tool":{"type":"integer","description":"0: what was in the spindle at the beginning"},
        "changes":{"type":"integer"},"seconds":{"type":"number"},
        "parts":{"$ref":"#/components/schemas/ProgramSeconds"}}}},
      "sections":{"type":"array","items":{"type":"object",
        "required":["title","tool","first_line","last_line","seconds"],"properties":{
        "title":{"type":"string"},"tool":{"type":"integer"},"first_line":{"type":"integer"},
        "last_line":{"type":"integer"},"seconds":{"type":"number"}}}},
      "notes":{"type":"array","items":{"type":"object",
        "required":["kind","line","times","text"],"properties":{
        "kind":{"enum":["error","unknown","not_modelled","assumed","limit"]},
        "line":{"type":"integer"},"times":{"type":"integer"},"text":{"type":"string"}}}},
      "lines":{"type":"integer"},
      "blocks":{"type":"integer","description":"Executed, each time"}}})"},
};

}  // namespace

void add_nc_schemas(Router& router) {
  for (const auto& [name, schema] : kSchemas) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
