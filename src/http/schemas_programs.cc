// The shapes of programs, revisions, comparisons and transfers.
#include <string>
#include <string_view>
#include <utility>

#include "http/routes.h"

namespace heed::http {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr Named kPrograms[] = {
    {"Sha256", R"({"type":["string","null"],"description":"64 hexadecimal digits"})"},
    {"Program", R"({"type":"object","required":["id","name","folder","machine","created","removed",
      "revisions","current","size","sha256","changed"],"properties":{
      "id":{"type":"string"},"name":{"type":"string"},"folder":{"type":"string"},
      "machine":{"type":["string","null"],"description":"For which one alone"},
      "created":{"$ref":"#/components/schemas/Time"},
      "removed":{"$ref":"#/components/schemas/MaybeTime"},
      "revisions":{"type":"integer","description":"The number of the last one"},
      "current":{"type":"integer","description":"The one that counts; 0 before the first"},
      "size":{"type":"integer"},"sha256":{"$ref":"#/components/schemas/Sha256"},
      "changed":{"$ref":"#/components/schemas/Time"}}})"},
    {"ProgramPage", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Program"}},
      "next":{"type":["string","null"]}}})"},
    {"NewProgram", R"({"type":"object","required":["name"],"properties":{
      "name":{"type":"string","description":"As the file is called on the control"},
      "folder":{"type":"string","maxLength":200},"machine":{"type":["string","null"]}}})"},
    {"ProgramChange", R"({"type":"object","properties":{
      "name":{"type":"string"},"folder":{"type":"string","maxLength":200},
      "machine":{"type":["string","null"],"description":"null: for all machines"}}})"},
    {"ProgramRemoval", R"({"type":"object","required":["program","revisions","bytes","kept_until"],
      "properties":{"program":{"$ref":"#/components/schemas/Program"},
      "revisions":{"type":"integer"},"bytes":{"type":"integer"},
      "kept_until":{"description":"Until then it can be had back",
        "$ref":"#/components/schemas/Time"}}})"},
    {"Revision", R"({"type":"object","required":["number","at","origin","machine","place","size",
      "sha256","comment","of","who"],"properties":{"number":{"type":"integer"},
      "at":{"$ref":"#/components/schemas/Time"},
      "origin":{"enum":["uploaded","fetched","replaced","restored"],
        "description":"replaced: it lay on a control before something was written over it"},
      "machine":{"type":["string","null"]},"place":{"type":["string","null"]},
      "size":{"type":"integer"},"sha256":{"$ref":"#/components/schemas/Sha256"},
      "comment":{"type":"string"},"of":{"type":["integer","null"]},
      "who":{"type":["string","null"],"description":
        "An id, or what stands for somebody who was erased"}}})"},
    {"Revisions", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Revision"}},
      "next":{"type":["integer","null"],"description":"Pass as before to go on"}}})"},
    {"KeptRevision", R"({"type":"object","required":["stored","revision"],"properties":{
      "stored":{"type":"boolean","description":"false: the same bytes were there already"},
      "revision":{"$ref":"#/components/schemas/Revision"}}})"},
    {"ProgramText", R"({"type":"object","required":["binary","encoding","from","all","lines"],
      "properties":{"binary":{"type":"boolean"},
      "encoding":{"enum":["utf-8","iso-8859-1"],"description":"What it was read as"},
      "from":{"type":"integer","description":"Number of the first line given"},
      "all":{"type":"integer"},"lines":{"type":"array","items":{"type":"string"}}}})"},
    {"ProgramDiff", R"({"type":"object","required":["equal","binary","endings_differ","shortest",
      "cut","removed","added","hunks"],"properties":{
      "equal":{"type":"boolean","description":"To the byte"},"binary":{"type":"boolean"},
      "endings_differ":{"type":"boolean"},
      "shortest":{"type":"boolean","description":
        "false: too different, so that whole stretches stand as replaced"},
      "cut":{"type":"boolean"},"removed":{"type":"integer"},"added":{"type":"integer"},
      "hunks":{"type":"array","items":{"type":"object",
        "required":["before","before_count","after","after_count","lines"],"properties":{
        "before":{"type":"integer"},"before_count":{"type":"integer"},
        "after":{"type":"integer"},"after_count":{"type":"integer"},
        "lines":{"type":"array","items":{"type":"object",
          "required":["change","before","after","text"],"properties":{
          "change":{"enum":["same","removed","added"]},"before":{"type":["integer","null"]},
          "after":{"type":["integer","null"]},"text":{"type":"string"}}}}}}}}})"},
    {"ProgramLedger", R"({"type":"object","required":["items","next"],"properties":{
      "items":{"type":"array","description":"The newest first","items":{"type":"object",
        "required":["at","what","program","name","machine","revision","place","size","sha256",
        "replaced","who"],"properties":{"at":{"$ref":"#/components/schemas/Time"},
        "what":{"enum":["stored","fetched","sent","changed","removed","restored"]},
        "program":{"type":"string"},"name":{"type":"string"},
        "machine":{"type":["string","null"]},"revision":{"type":["integer","null"]},
        "place":{"type":["string","null"]},"size":{"type":"integer"},
        "sha256":{"$ref":"#/components/schemas/Sha256"},
        "replaced":{"description":"Of what was written over",
          "$ref":"#/components/schemas/Sha256"},
        "who":{"type":["string","null"]}}}},
      "next":{"type":["string","null"]}}})"},
};

constexpr Named kTransfers[] = {
    {"TransferSettings", R"({"type":"object","required":["protocol"],"properties":{
      "protocol":{"enum":["ftp","sftp"]},
      "host":{"type":"string","description":"By default the machine's"},
      "port":{"type":["integer","null"],"minimum":1},
      "user":{"type":"string"},
      "password":{"type":"string","description":"Shown as (kept); sent so, it stays"},
      "key":{"type":"string","description":"A private key in PEM, of SFTP; likewise"},
      "directory":{"type":"string","maxLength":300},
      "passive":{"type":"boolean","description":"Of FTP; by default true"},
      "host_key":{"type":"string","description":
        "Of SFTP, as ssh-keygen -l writes it; taken at the first connection if it is empty"}}})"},
    {"TransferSettingsShown", R"json({"type":"object","required":["settings"],"properties":{
      "settings":{"type":["object","null"],"description":"null: there are none","properties":{
        "protocol":{"enum":["ftp","sftp"]},"host":{"type":"string"},"port":{"type":"integer"},
        "user":{"type":"string"},"password":{"const":"(kept)"},"key":{"const":"(kept)"},
        "directory":{"type":"string"},"passive":{"type":"boolean"},
        "host_key":{"type":"string"}}}}})json"},
    {"NewTransfer", R"({"type":"object","required":["kind"],"properties":{
      "kind":{"enum":["list","preview","fetch","send"]},
      "place":{"type":"string","description":"The file's name on the control; not for a list"},
      "program":{"type":"string"},
      "revision":{"type":"integer","description":"By default the current one"},
      "folder":{"type":"string","description":"Of a program that is fetched anew"},
      "expected":{"description":"To send: what the preview found there; null for nothing",
        "$ref":"#/components/schemas/Sha256"},
      "confirm":{"type":"string","description":"The place once more, to write over it"},
      "insist":{"type":"boolean","description":"Though the machine runs this program"}}})"},
    {"Transfer", R"({"type":"object","required":["id","kind","machine","running","doing","done",
      "all"],"properties":{"id":{"type":"string"},
      "kind":{"enum":["list","preview","fetch","send"]},"machine":{"type":"string"},
      "running":{"type":"boolean"},"doing":{"type":["string","null"]},
      "done":{"type":"integer","description":"Bytes of the present step"},
      "all":{"type":"integer"},
      "failed":{"type":"object","required":["detail"],"properties":{"detail":{"type":"string"},
        "mend":{"type":["string","null"]},"clause":{"type":"string"},
        "sentence":{"type":"string"},"stopped":{"type":"boolean"}}},
      "listing":{"type":"object","required":["cut","unread","files"],"properties":{
        "cut":{"type":"boolean"},"unread":{"type":"integer"},
        "files":{"type":"array","items":{"type":"object",
          "required":["name","size","directory","changed","usable"],"properties":{
          "name":{"type":"string"},"size":{"type":["integer","null"]},
          "directory":{"type":"boolean"},"changed":{"type":["string","null"]},
          "usable":{"type":"boolean"}}}}}},
      "preview":{"type":"object","required":["where","place","size","sha256","there","machine"],
        "properties":{"where":{"type":"string"},"place":{"type":"string"},
        "size":{"type":"integer"},"sha256":{"$ref":"#/components/schemas/Sha256"},
        "there":{"type":["object","null"],"required":["size","sha256","diff"],"properties":{
          "size":{"type":"integer"},"sha256":{"$ref":"#/components/schemas/Sha256"},
          "diff":{"$ref":"#/components/schemas/ProgramDiff"}}},
        "machine":{"type":"object","required":["running","state","program","runs_it"],
          "properties":{"running":{"type":"boolean"},"state":{"type":"string"},
          "program":{"type":["string","null"]},"runs_it":{"enum":["no","yes","unknown"]}}}}},
      "fetched":{"type":"object","required":["program","kept"],"properties":{
        "program":{"type":"string"},"kept":{"$ref":"#/components/schemas/KeptRevision"}}},
      "sent":{"type":"object","required":["same","renamed","kept"],"properties":{
        "same":{"type":"boolean"},"renamed":{"type":"boolean"},
        "kept":{"type":["integer","null"]}}}}})"},
};

}  // namespace

void add_program_schemas(Router& router) {
  for (const auto& [name, schema] : kPrograms) {
    router.schema(std::string(name), std::string(schema));
  }
  for (const auto& [name, schema] : kTransfers) {
    router.schema(std::string(name), std::string(schema));
  }
}

}  // namespace heed::http
