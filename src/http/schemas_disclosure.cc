// The shapes of …/contracts, …/disclosures and …/recalls.
#include <string>
#include <string_view>
#include <utility>

#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::pair<std::string_view, std::string_view> kDisclosure[] = {
    {"ContractTasks", R"({"type":"array","items":{"type":"object",
      "required":["kind","fields"],"properties":{"kind":{"type":"string"},
      "fields":{"$ref":"#/components/schemas/Texts"}}}})"},
    {"Contract", R"({"type":"object","required":["id","recipient","party","purposes","tasks",
      "confidential","starts","ends","safeguard","key","for_consideration","independent","state",
      "by","placed","stopped"],"properties":{
      "id":{"type":"string"},"recipient":{"type":"string"},"party":{"type":"string"},
      "purposes":{"$ref":"#/components/schemas/Texts"},
      "tasks":{"$ref":"#/components/schemas/ContractTasks"},
      "confidential":{"type":"boolean"},"starts":{"$ref":"#/components/schemas/Time"},
      "ends":{"$ref":"#/components/schemas/Time"},"safeguard":{"type":"string"},
      "key":{"type":"string"},"for_consideration":{"type":"boolean"},
      "independent":{"type":"boolean"},"state":{"enum":["agreed","in_force","ended"]},
      "by":{"type":"string"},"placed":{"$ref":"#/components/schemas/Time"},
      "stopped":{"$ref":"#/components/schemas/MaybeTime"}}})"},
    {"Contracts", R"({"type":"object","required":["items","at"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Contract"}},
      "at":{"$ref":"#/components/schemas/Time"}}})"},
    {"NewContract", R"({"type":"object","required":["id","recipient","party","purposes","tasks",
      "ends","key"],"properties":{
      "id":{"type":"string","minLength":1,"maxLength":64},
      "recipient":{"type":"string","minLength":1,"maxLength":128,"description":
        "As a share names them: a stable id"},
      "party":{"type":"string","description":"A party of the policy: processor.payments"},
      "purposes":{"$ref":"#/components/schemas/Texts"},
      "tasks":{"$ref":"#/components/schemas/ContractTasks"},
      "confidential":{"type":"boolean","description":
        "Without it the contract is on record and lets nothing out"},
      "starts":{"description":"By default now","$ref":"#/components/schemas/Time"},
      "ends":{"$ref":"#/components/schemas/Time"},
      "safeguard":{"type":"string","maxLength":200},
      "key":{"type":"string","description":
        "Their X25519 public key, 64 hexadecimal digits; what goes out is sealed to it"},
      "for_consideration":{"type":"boolean"},"independent":{"type":"boolean"}}})"},
    {"Disclosure", R"({"type":"object","required":["entry","at","subject","recipient","party",
      "purpose","kind","record","fields","clauses","stripped","contract","package",
      "notify_subject"],"properties":{
      "entry":{"type":"integer","description":"Of the journal"},
      "at":{"$ref":"#/components/schemas/Time"},"subject":{"type":["string","null"]},
      "recipient":{"type":"string"},"party":{"type":"string"},"purpose":{"type":"string"},
      "kind":{"type":"string"},"record":{"type":"string"},
      "fields":{"$ref":"#/components/schemas/Texts"},
      "clauses":{"$ref":"#/components/schemas/Texts"},
      "stripped":{"type":"integer","description":"Fields that were asked for and not given"},
      "contract":{"type":["string","null"]},"package":{"type":"string"},
      "notify_subject":{"type":"boolean","description":"The person is to be told of it"}}})"},
    {"Disclosures", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Disclosure"}},
      "next":{"type":["integer","null"],"description":"Pass as from to go on"}}})"},
    {"CalledBack", R"({"type":"object","required":["recipients"],"properties":{
      "recipients":{"type":"integer","minimum":0}}})"},
    {"Recalls", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","items":{"type":"object",
        "required":["number","at","recipient","why","contract","packages"],"properties":{
        "number":{"type":"integer"},"at":{"$ref":"#/components/schemas/Time"},
        "recipient":{"type":"string"},"why":{"enum":["erased","opted_out","contract_ended"]},
        "contract":{"type":["string","null"],"description":"All that was got under it"},
        "packages":{"$ref":"#/components/schemas/Texts"}}}},
      "next":{"type":["integer","null"],"description":"Pass as after to go on"}}})"},
};

}  // namespace

void add_disclosure_schemas(Router& router) {
  for (const auto& [name, schema] : kDisclosure) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
