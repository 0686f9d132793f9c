// The API's description of itself, from the declarations that also dispatch: it cannot lag behind.
#pragma once

#include <string>

#include "http/router.h"

namespace heed::http {

/// An OpenAPI 3.1 document of every route under /api/ as JSON text. `version` is the program's.
std::string openapi(const Router& router, std::string_view version);

}  // namespace heed::http
