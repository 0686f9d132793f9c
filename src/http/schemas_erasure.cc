// The shapes of …/subjects, …/erasures, …/holds and …/retention, and of records' pages and
// corrections.
#include <string>
#include <string_view>
#include <utility>

#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::pair<std::string_view, std::string_view> kErasure[] = {
    {"Subject", R"({"type":"object","required":["subject","state","erasure","items","holds","at"],
      "properties":{"subject":{"type":"string"},
      "state":{"enum":["held","restricted","gone","erased","nothing"],"description":
        "restricted: a hold stops their erasure; gone: they may come back, read by nobody"},
      "erasure":{"type":["integer","null"],"description":"The number of the receipt"},
      "items":{"type":"array","items":{"type":"object",
        "required":["kind","items","shared","oldest","until"],"properties":{
        "kind":{"type":"string"},"items":{"type":"integer"},
        "shared":{"type":"integer","description":"Owned by others too, or only mentioning them"},
        "oldest":{"$ref":"#/components/schemas/Time"},
        "until":{"description":"The last deadline","$ref":"#/components/schemas/Time"}}}},
      "holds":{"type":"array","items":{"$ref":"#/components/schemas/Hold"}},
      "at":{"$ref":"#/components/schemas/Time"}}})"},
    {"Records", R"({"type":"object","required":["items","next","withheld"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Record"}},
      "next":{"type":["string","null"]},
      "withheld":{"type":"integer","description":"Left out because the policy refuses them"}}})"},
    {"Correction", R"({"type":"object","required":["fields"],"properties":{
      "fields":{"$ref":"#/components/schemas/FieldValues"},
      "purpose":{"type":"string","description":"By default service"},
      "facts":{"$ref":"#/components/schemas/Claims"}}})"},
    {"ErasureOrder", R"({"type":"object","required":["reason"],"properties":{
      "reason":{"type":"string","minLength":1,"maxLength":200,"description":
        "The request's number; stands in the receipt, so never a name"},
      "confirm":{"type":"string","description":"The person's id once more"},
      "password":{"type":"string","description":
        "Of who asks, where the policy wants verified_login"},
      "facts":{"$ref":"#/components/schemas/Claims"}}})"},
    {"Suspension", R"({"type":"object","required":["code","until"],"properties":{
      "code":{"type":"string","description":
        "Gives all of it back, for who has it; it is shown once and kept nowhere"},
      "until":{"type":"string","format":"date-time","description":
        "Then they are forgotten for good"}}})"},
    {"ReturnOrder", R"({"type":"object","required":["code"],"properties":{
      "code":{"type":"string"}}})"},
    {"ErasureReceipt", R"({"type":"object","required":["format","version","organization","number",
      "tag","reason","logical","cryptographic","physical","physical_by","counts","exceptions",
      "entry"],"properties":{
      "format":{"type":"string"},"version":{"type":"integer"},
      "organization":{"type":"string"},
      "number":{"type":"integer","description":"0 while a hold stops the erasure"},
      "tag":{"type":"string"},"reason":{"type":"string"},
      "logical":{"$ref":"#/components/schemas/Time"},
      "cryptographic":{"$ref":"#/components/schemas/MaybeTime"},
      "physical":{"$ref":"#/components/schemas/MaybeTime"},
      "physical_by":{"$ref":"#/components/schemas/Time"},
      "counts":{"type":"array","items":{"type":"object",
        "required":["kind","removed","emptied","left_to_others"],"properties":{
        "kind":{"type":"string"},"removed":{"type":"integer"},"emptied":{"type":"integer"},
        "left_to_others":{"type":"integer"}}}},
      "exceptions":{"type":"array","items":{"type":"object","required":["hold","reason","until"],
        "properties":{"hold":{"type":"string"},"reason":{"type":"string"},
        "until":{"$ref":"#/components/schemas/Time"}}}},
      "entry":{"type":"integer","description":"Of the journal; 0 while there is none"}}})"},
    {"Erasures", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","items":{"type":"object","required":["number","reason","at",
        "physical","physical_by","removed","recalls","receipt"],"properties":{
        "number":{"type":"integer"},"reason":{"type":"string"},
        "at":{"$ref":"#/components/schemas/Time"},
        "physical":{"description":"Since when the bytes are gone from every file",
          "$ref":"#/components/schemas/MaybeTime"},
        "physical_by":{"$ref":"#/components/schemas/Time"},
        "removed":{"type":"integer","description":"Records"},
        "recalls":{"type":"integer","description":"Recipients who were called on to remove it"},
        "receipt":{"type":"string","description":"Path of the signed receipt"}}}},
      "next":{"type":["integer","null"],"description":"Pass as before to go on"}}})"},
    {"Hold", R"({"type":"object",
      "required":["id","subject","kind","reason","until","by","placed"],"properties":{
      "id":{"type":"string"},
      "subject":{"type":["string","null"],"description":"null: everybody's items"},
      "kind":{"type":["string","null"],"description":"null: of every kind"},
      "reason":{"type":"string"},"until":{"$ref":"#/components/schemas/Time"},
      "by":{"type":"string"},"placed":{"$ref":"#/components/schemas/Time"}}})"},
    {"Holds", R"({"type":"object","required":["items"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Hold"}}}})"},
    {"NewHold", R"({"type":"object","required":["id","reason","until"],"properties":{
      "id":{"type":"string","minLength":1,"maxLength":64},
      "subject":{"type":["string","null"]},"kind":{"type":["string","null"]},
      "reason":{"type":"string","minLength":1,"maxLength":200},
      "until":{"$ref":"#/components/schemas/Time"}}})"},
    {"Retention", R"({"type":"object","required":["logical_overdue","physical_overdue","late",
      "remains","scrubbed","erasures","at"],"properties":{
      "logical_overdue":{"$ref":"#/components/schemas/Seconds"},
      "physical_overdue":{"$ref":"#/components/schemas/Seconds"},
      "late":{"type":"boolean","description":"Late enough that somebody must look"},
      "remains":{"description":"How long removed bytes may have lain in files",
        "$ref":"#/components/schemas/Seconds"},
      "scrubbed":{"description":"When files were last written anew, since the start",
        "$ref":"#/components/schemas/MaybeTime"},
      "erasures":{"type":"integer"},"at":{"$ref":"#/components/schemas/Time"}}})"},
};

}  // namespace

void add_erasure_schemas(Router& router) {
  for (const auto& [name, schema] : kErasure) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
