// The policy as it is published: the page, its forms for machines, and the GPC support resource.
#include "base/crypto.h"
#include "http/asked.h"
#include "http/policy_routes.h"
#include "policy/publish/render.h"

namespace heed::http {
namespace {

using Renderer = std::string (*)(const policy::Version&, const policy::Evidence&);

struct Form {
  std::string_view path;
  std::string_view name;
  std::string_view summary;
  std::string_view type;
  Renderer render;
};

constexpr Form kForms[] = {
    {"/privacy/policy.md", "show_policy_markdown", "The policy in force as Markdown",
     "text/markdown; charset=utf-8",
     [](const auto& version, const auto& evidence) { return render_markdown(version, evidence); }},
    {"/privacy/policy.jsonld", "show_policy_dpv",
     "The policy in force in W3C's Data Privacy Vocabulary", "application/ld+json",
     [](const auto& version, const auto&) { return render_dpv(version); }},
    {"/privacy/policy.fides.yml", "show_policy_fides", "The policy in force as a Fides manifest",
     "application/yaml", [](const auto& version, const auto&) { return render_fides(version); }},
    {"/privacy/policy.txt", "show_policy_source",
     "The text in force; its SHA-256 is what Heed-Policy-Hash says", "text/plain; charset=utf-8",
     [](const auto& version, const auto&) { return version.policy->source(); }},
    {"/.well-known/gpc.json", "show_gpc", "That Global Privacy Control is honoured",
     "application/json", [](const auto& version, const auto&) { return render_gpc(version); }},
};

/// The page's own style is allowed by a nonce. It is made from the page's content, not by chance:
/// the same page keeps it, so that an answer of 304 does not lock the style out of a stored copy.
/// Nothing on the page comes from outside the policy, and no script is allowed at all.
Response page(const policy::Version& version, const policy::Evidence& evidence, Time now,
              const Request& request) {
  const std::string bare = render_html(version, evidence, now, "");
  const std::string nonce = to_base64url(sha256(bare)).substr(0, 22);
  Response response =
      published(text(render_html(version, evidence, now, nonce), "text/html; charset=utf-8"),
                *version.policy, request, "page");
  return response.with("Content-Security-Policy",
                       "default-src 'none'; style-src 'nonce-" + nonce +
                           "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}

}  // namespace

void add_privacy_routes(Router& router, const Api& api, std::shared_ptr<EvidenceKeeper> evidence) {
  router.add({.method = Method::kGet,
              .pattern = "/privacy",
              .name = "show_privacy_page",
              .summary = "The policy in force as people read it",
              .need = Need::kNothing,
              .answers = {{.body = Body{.schema = "", .type = "text/html"}}},
              .handler = [&api, evidence](const Context& context) {
                const auto book = api.store.book();
                return page(book->current(), *evidence->load_evidence(), api.clock.now(),
                            context.request);
              }});
  for (const Form& form : kForms) {
    router.add({.method = Method::kGet,
                .pattern = std::string(form.path),
                .name = std::string(form.name),
                .summary = std::string(form.summary),
                .need = Need::kNothing,
                .answers = {{.body = Body{.schema = "", .type = std::string(form.type)}}},
                .handler = [&api, evidence, &form](const Context& context) {
                  const auto book = api.store.book();
                  const std::string body = form.render(book->current(), *evidence->load_evidence());
                  return published(text(body, form.type), book->policy(), context.request,
                                   form.path);
                }});
  }
}

}  // namespace heed::http
