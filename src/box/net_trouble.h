// What a failure of libcurl means for a person, and how it is mended.
#pragma once

#include <string_view>

#include "base/result.h"

namespace heed::box {

/// `code`: a CURLcode that is no success; `verified`: CURLINFO_SSL_VERIFYRESULT; `words`: libcurl's
/// own; `tls`: the address said https.
Error fetch_error(int code, long verified, std::string_view words, bool tls);

}  // namespace heed::box
