// The shapes of /api/v1/policy… and of records as JSON Schemas. policy_shapes.cc and
// routes_records.cc write them.
#include <string_view>
#include <utility>

#include "http/router.h"
#include "http/routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr Named kWords[] = {
    {"Texts", R"({"type":"array","items":{"type":"string"}})"},
    {"PolicyWords", R"({"type":"array","items":{"type":"object","required":["path","gloss"],
      "properties":{"path":{"type":"string"},"gloss":{"type":"string"}}}})"},
    {"PolicyFacts", R"({"type":"array","items":{"type":"object",
      "required":["path","dimension","gloss"],"properties":{
      "path":{"type":"string","description":"condition:opted_out, source:site.demo_form"},
      "dimension":{"enum":["source","subject","region","channel","condition"]},
      "gloss":{"type":"string"}}}})"},
    {"Vocabularies", R"({"type":"object",
      "required":["categories","purposes","parties","facts"],"properties":{
      "categories":{"$ref":"#/components/schemas/PolicyWords"},
      "purposes":{"$ref":"#/components/schemas/PolicyWords"},
      "parties":{"$ref":"#/components/schemas/PolicyWords"},
      "facts":{"$ref":"#/components/schemas/PolicyFacts"}}})"},
};

constexpr Named kPolicy[] = {
    {"Clause", R"({"type":"object","required":["id","sentence","section","keeps","information",
      "rules","allowed","refused"],"properties":{
      "id":{"type":"string"},"sentence":{"type":"string"},"section":{"type":"string"},
      "keeps":{"$ref":"#/components/schemas/Texts"},"information":{"type":"boolean"},
      "rules":{"$ref":"#/components/schemas/Texts"},
      "allowed":{"type":"integer","minimum":0,"description":"Decisions of the last 30 days"},
      "refused":{"type":"integer","minimum":0}}})"},
    {"Policy", R"({"allOf":[{"$ref":"#/components/schemas/Vocabularies"},{"type":"object",
      "required":["name","title","date","version","activated","hash","review","clauses","source"],
      "properties":{"name":{"type":"string"},"title":{"type":"string"},
      "date":{"type":"string","description":"Of the text"},"version":{"type":"integer"},
      "activated":{"$ref":"#/components/schemas/Time"},
      "hash":{"type":"string","description":"SHA-256 of the source"},
      "review":{"type":"object","required":["every","due","overdue"],"properties":{
        "every":{"type":["string","null"]},"due":{"type":["string","null"]},
        "overdue":{"type":"boolean"}}},
      "clauses":{"type":"array","items":{"$ref":"#/components/schemas/Clause"}},
      "source":{"type":"string"}}}]})"},
    {"PolicyQuestion", R"({"type":"object","required":["purpose","category","party"],"properties":{
      "purpose":{"type":"string"},"category":{"type":"string"},"party":{"type":"string"},
      "holds":{"$ref":"#/components/schemas/Texts"},"fails":{"$ref":"#/components/schemas/Texts"},
      "text":{"type":"string","description":"By default the one in force"}}})"},
    {"PolicyDecision", R"({"type":"object",
      "required":["allowed","clause","sentence","answer","reasons"],"properties":{
      "allowed":{"type":"boolean"},"clause":{"type":"string"},"sentence":{"type":"string"},
      "answer":{"type":"string"},"reasons":{"type":"array","items":{"type":"object",
      "required":["clause","sentence","rule","allow","decided","outcome","line"],"properties":{
      "clause":{"type":"string"},"sentence":{"type":"string"},"rule":{"type":"string"},
      "allow":{"type":"boolean"},"decided":{"type":"boolean"},"outcome":{"type":"string"},
      "line":{"type":"integer"}}}}}})"},
};

constexpr Named kChange[] = {
    {"PolicyText", R"({"type":"object","required":["text"],"properties":{
      "text":{"type":"string"}}})"},
    {"Finding", R"({"type":"object","required":["severity","check","file","line","column","length",
      "clause","message","mend"],"properties":{
      "severity":{"enum":["error","warning"]},"check":{"type":"string"},"file":{"type":"string"},
      "line":{"type":"integer","minimum":1},"column":{"type":"integer","minimum":1,
        "description":"In characters"},
      "length":{"type":"integer","minimum":0,"description":"In bytes of UTF-8"},
      "clause":{"type":"string"},"message":{"type":"string"},"mend":{"type":"string"}}})"},
    {"Change", R"({"enum":["equal","narrowed","widened","both"]})"},
    {"Comparison", R"({"type":["object","null"],"required":["equal","narrowed","widened","weakened",
      "cells","duties","fields","renamed","reworded"],"properties":{
      "equal":{"type":"integer"},"narrowed":{"type":"integer"},"widened":{"type":"integer"},
      "weakened":{"type":"boolean"},
      "cells":{"type":"array","description":"At most 500","items":{"type":"object",
        "required":["purpose","category","party","change","holds","fails","clause_before",
          "clause_after","sentence"],"properties":{
        "purpose":{"type":"string"},"category":{"type":"string"},"party":{"type":"string"},
        "change":{"$ref":"#/components/schemas/Change"},
        "holds":{"$ref":"#/components/schemas/Texts"},
        "fails":{"$ref":"#/components/schemas/Texts"},"clause_before":{"type":"string"},
        "clause_after":{"type":"string"},"sentence":{"type":"string"}}}},
      "duties":{"type":"array","items":{"type":"object",
        "required":["change","what","before","after","clause","sentence"],"properties":{
        "change":{"$ref":"#/components/schemas/Change"},"what":{"type":"string"},
        "before":{"type":"string"},"after":{"type":"string"},"clause":{"type":"string"},
        "sentence":{"type":"string"}}}},
      "fields":{"type":"array","items":{"type":"object",
        "required":["change","field","before","after","sentence"],"properties":{
        "change":{"$ref":"#/components/schemas/Change"},"field":{"type":"string"},
        "before":{"type":"string"},"after":{"type":"string"},"sentence":{"type":"string"}}}},
      "renamed":{"$ref":"#/components/schemas/Texts"},
      "reworded":{"$ref":"#/components/schemas/Texts"}}})"},
    {"Gaps", R"({"type":"array","items":{"type":"object",
      "required":["kind","what","message","mend"],"properties":{
      "kind":{"type":"string"},"what":{"type":"string"},"message":{"type":"string"},
      "mend":{"type":"string"}}}})"},
    {"PolicyCheck", R"({"type":"object","required":["findings","comparison","coverage","words",
      "needs_notice","obstacles","hash","formatted"],"properties":{
      "findings":{"type":"array","items":{"$ref":"#/components/schemas/Finding"}},
      "comparison":{"$ref":"#/components/schemas/Comparison"},
      "coverage":{"type":"object","required":["gaps"],"properties":{
        "gaps":{"$ref":"#/components/schemas/Gaps"}}},
      "words":{"type":["object","null"],"description":"The text's own words, as in Vocabularies"},
      "needs_notice":{"type":"boolean"},"obstacles":{"$ref":"#/components/schemas/Texts"},
      "hash":{"type":["string","null"],"description":"null: it does not compile"},
      "formatted":{"type":["string","null"]}}})"},
    {"PolicyCoverage", R"({"type":"object","required":["gaps","obligations"],"properties":{
      "gaps":{"$ref":"#/components/schemas/Gaps"},
      "obligations":{"type":"array","items":{"type":"object",
        "required":["obligation","clauses","tests"],"properties":{
        "obligation":{"type":"string"},"clauses":{"$ref":"#/components/schemas/Texts"},
        "tests":{"type":"array","items":{"type":"object","required":["test","passed"],
          "properties":{"test":{"type":"string"},"passed":{"type":"boolean"}}}}}}}}})"},
};

constexpr Named kActivation[] = {
    {"NewNotice", R"({"type":"object","required":["hash","text"],"properties":{
      "hash":{"type":"string","description":"Of the text that it announces"},
      "text":{"type":"string","maxLength":3000},
      "reaches_earlier_items":{"type":"boolean","description":
        "Given to those, too, whose data are held already"}}})"},
    {"PastNotice", R"({"type":["object","null"],
      "required":["given","by","text","hash","reaches_earlier_items"],"properties":{
      "given":{"$ref":"#/components/schemas/Time"},"by":{"type":"string"},
      "text":{"type":"string"},"hash":{"type":"string"},
      "reaches_earlier_items":{"type":"boolean"}}})"},
    {"Notice", R"({"allOf":[{"$ref":"#/components/schemas/PastNotice"},{"type":"object",
      "required":["id"],"properties":{"id":{"type":"string"}}}]})"},
    {"Notices", R"({"type":"object","required":["notices"],"properties":{
      "notices":{"type":"array","items":{"$ref":"#/components/schemas/Notice"}}}})"},
    {"Activation", R"({"type":"object","required":["text"],"properties":{
      "text":{"type":"string"},"notice":{"type":["string","null"],"description":"Its id"}}})"},
    {"PolicyVersion", R"({"type":"object",
      "required":["number","name","title","date","activated","by","hash","notice"],"properties":{
      "number":{"type":"integer","minimum":1},"name":{"type":"string"},"title":{"type":"string"},
      "date":{"type":"string"},"activated":{"$ref":"#/components/schemas/Time"},
      "by":{"type":"string"},"hash":{"type":"string"},
      "notice":{"$ref":"#/components/schemas/PastNotice"},"source":{"type":"string"}}})"},
    {"PolicyVersions", R"({"type":"object","required":["versions"],"properties":{
      "versions":{"type":"array","items":{"$ref":"#/components/schemas/PolicyVersion"}}}})"},
    {"ReplayQuestion", R"({"type":"object","required":["text","days"],"properties":{
      "text":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":366}}})"},
    {"LoggedDecision", R"({"type":"object","required":["actor","purpose","party","category","holds",
      "fails","allowed","clause","day","count"],"properties":{
      "actor":{"type":"string"},"purpose":{"type":"string"},"party":{"type":"string"},
      "category":{"type":"string"},"holds":{"$ref":"#/components/schemas/Texts"},
      "fails":{"$ref":"#/components/schemas/Texts"},"allowed":{"type":"boolean"},
      "clause":{"type":"string"},"day":{"type":"string","description":"UTC, YYYY-MM-DD"},
      "count":{"type":"integer"}}})"},
    {"Replay", R"({"type":"object","required":["organizations"],"properties":{
      "organizations":{"type":"array","items":{"type":"object",
      "required":["id","name","decisions","newly_allowed","newly_refused","changes","uncounted"],
      "properties":{"id":{"type":"string"},"name":{"type":"string"},
      "decisions":{"type":"integer"},"newly_allowed":{"type":"integer"},
      "newly_refused":{"type":"integer"},
      "uncounted":{"type":"integer","description":"Decisions that were not kept one by one"},
      "changes":{"type":"array","description":"At most 200","items":{"type":"object",
        "required":["logged","allowed","clause"],"properties":{
        "logged":{"$ref":"#/components/schemas/LoggedDecision"},"allowed":{"type":"boolean"},
        "clause":{"type":"string"}}}}}}}}})"},
};

constexpr Named kRecords[] = {
    {"FieldValues", R"({"type":"object","additionalProperties":{},
      "description":"By name; times as RFC 3339, bytes as base64url"})"},
    {"Claims", R"({"type":"object","description":
      "Conditions by name: true holds, false does not; what is left out is unknown",
      "additionalProperties":{"type":"boolean"}})"},
    {"NewRecord", R"({"type":"object","required":["id","source","fields"],"properties":{
      "id":{"type":"string","minLength":1,"maxLength":128,"description":
        "Stands in the clear on disk: never a name or an address"},
      "subject":{"type":"string","description":"Whom it is about"},
      "source":{"type":"string","description":"A word that the policy declares as source"},
      "purpose":{"type":"string","description":"By default service"},
      "facts":{"$ref":"#/components/schemas/Claims"},
      "further":{"enum":["refuse","drop"],"description":
        "What becomes of fields that the kind does not have; by default the request is refused"},
      "fields":{"$ref":"#/components/schemas/FieldValues"}}})"},
    {"Record", R"({"type":"object","required":["kind","id","subject","source","policy_version",
      "stored","deadline","revision","corrected","fields"],"properties":{
      "kind":{"type":"string"},"id":{"type":"string"},"subject":{"type":["string","null"]},
      "source":{"type":"string"},"policy_version":{"type":"integer"},
      "stored":{"$ref":"#/components/schemas/Time"},
      "deadline":{"$ref":"#/components/schemas/Time"},
      "revision":{"type":"integer","minimum":1},
      "corrected":{"type":["object","null"],"required":["by","at"],"properties":{
        "by":{"type":"string","description":"The id of a person or key"},
        "at":{"$ref":"#/components/schemas/Time"}}},
      "fields":{"$ref":"#/components/schemas/FieldValues"}}})"},
    {"Filed", R"({"type":"object","required":["kind","id","dropped"],"properties":{
      "kind":{"type":"string"},"id":{"type":"string"},
      "dropped":{"type":"array","items":{"type":"string"},"description":"Names of fields"}}})"},
    {"ShareQuestion", R"({"type":"object","required":["purpose","party","recipient","fields"],
      "properties":{"purpose":{"type":"string"},"party":{"type":"string"},
      "recipient":{"type":"string","minLength":1,"maxLength":128},
      "fields":{"$ref":"#/components/schemas/Texts"},
      "facts":{"$ref":"#/components/schemas/Claims"},
      "ground":{"type":"object","required":["basis","reference","approver","jurisdiction"],
        "properties":{"basis":{"type":"string"},"reference":{"type":"string"},
        "approver":{"type":"string"},"jurisdiction":{"type":"string"}}}}})"},
    {"Shared", R"({"type":"object","required":["fields","stripped","clauses"],"properties":{
      "fields":{"$ref":"#/components/schemas/FieldValues"},
      "stripped":{"$ref":"#/components/schemas/Texts"},
      "clauses":{"$ref":"#/components/schemas/Texts"}}})"},
};

}  // namespace

void add_policy_schemas(Router& router) {
  const auto add_all = [&](const auto& schemas) {
    for (const auto& [name, schema] : schemas) {
      router.schema(std::string(name), std::string(schema));
    }
  };
  add_all(kWords);
  add_all(kPolicy);
  add_all(kChange);
  add_all(kActivation);
  add_all(kRecords);
}

}  // namespace heed::http
