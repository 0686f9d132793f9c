// The content of records' blob fields: a picture, a letter, a voice message.
#include <algorithm>

#include "http/asked.h"
#include "http/record_asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::string_view kBytes = "application/octet-stream";

struct AtBlob {
  std::shared_ptr<silo::Silo> silo;
  policy::Access access;
  silo::BlobPlace place;
};

Asked<AtBlob> blob_asked(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, context.parameter("kind")));
  const std::string& name = context.parameter("field");
  const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
  if (field == kind.fields.end() || field->type != policy::FieldType::kBlob) {
    return refuse(not_found());
  }
  ASSIGN_OR_RETURN(policy::Access access, reading_access(*policy, context));
  ASSIGN_OR_RETURN(auto silo, api.store.silo(context.organization));
  return AtBlob{
      std::move(silo), std::move(access), {kind.id, context.parameter("record"), name, {}}};
}

Asked<Response> put_content(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtBlob at, blob_asked(api, context));
  const auto source = [&body = context.request.body, given = false]() mutable -> Result<Bytes> {
    return std::exchange(given, true) ? Bytes() : Bytes(body);
  };
  ASSIGN_OR_RETURN(const auto record, at.silo->find(at.access, at.place.kind, at.place.id));
  if (!record) return refuse(not_found());
  if (auto put = at.silo->put_blob(at.access, at.place, source); !put) {
    return refuse(problem(std::move(put).error()));
  }
  return no_content();
}

/// Each piece reads anew from where the last one ended, so nothing is held open between two.
BodyStream content_of(AtBlob at) {
  return [at = std::move(at),
          from = std::uint64_t{0}]() mutable -> Result<std::optional<std::string>> {
    std::optional<std::string> piece;
    const auto read = at.silo->read_blob(at.access, at.place, from, [&](BytesView bytes) {
      piece = bytes;
      return false;
    });
    if (!read) return fail(ErrorKind::kUnavailable, read.error().message());
    if (piece) from += piece->size();
    return piece;
  };
}

Asked<Response> give_content(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(AtBlob at, blob_asked(api, context));
  // Whether it may be seen is found out while a status can still be sent.
  const auto nothing = [](BytesView) { return false; };
  ASSIGN_OR_RETURN(const bool found, at.silo->read_blob(at.access, at.place, 0, nothing));
  if (!found) return refuse(not_found());
  Response response = text("", kBytes);
  response.with("Content-Disposition", "attachment; filename=\"" + at.place.field + "\"");
  response.body_stream = content_of(std::move(at));
  return response;
}

}  // namespace

void add_blob_routes(Router& router, const Api& api) {
  const std::string content = below(kOrganizationPath, "/records/{kind}/{record}/blobs/{field}");
  router.add({.method = Method::kPut,
              .pattern = content,
              .name = "put_blob",
              .summary = "Give a record's blob field its content, in the place of what it had",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = reading_parameters(),
              .request = Body{.schema = "", .type = std::string(kBytes)},
              .answers = {{.status = 204}},
              .handler = bind(api, put_content)});
  router.add({.method = Method::kGet,
              .pattern = content,
              .name = "show_blob",
              .summary = "The content of a record's blob field",
              .need = Need::kSessionOrKey,
              .parameters = reading_parameters(),
              .answers = {{.body = Body{.schema = "", .type = std::string(kBytes)}}},
              .handler = bind(api, give_content)});
}

}  // namespace heed::http
