// The style of the published page.
#pragma once

#include <string_view>

namespace heed::policy {

std::string_view page_style();

}  // namespace heed::policy
