// The routes of what a program's text means, and their shapes.
#pragma once

#include "http/api.h"
#include "http/router.h"

namespace heed::http {

void add_nc_schemas(Router& router);
void add_nc_routes(Router& router, const Api& api);

}  // namespace heed::http
