#include "base/json.h"
#include "policy/lint/lint.h"
#include "policy/lint/review.h"
#include "policy/publish/render.h"

namespace heed::policy {

std::string render_gpc(const Version& version) {
  JsonWriter json;
  json.begin_object()
      .member("gpc", honours_gpc(*version.policy))
      .member("lastUpdate", date_of(version.activated));
  return json.end_object().take();
}

}  // namespace heed::policy
