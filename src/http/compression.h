// gzip for what browsers read, over zlib.
#pragma once

#include <string>
#include <string_view>

#include "http/http.h"

namespace heed::http {

/// Whether an Accept-Encoding header takes gzip: named, or `*`, and not with q=0.
bool accepts_gzip(std::string_view accept_encoding);
/// Whether a Content-Type gains from it: text, JSON, scripts, SVG; not event streams, which must
/// not wait for a full block.
bool is_compressible(std::string_view content_type);

/// RFC 1952, at a level that costs less than the network it saves.
std::string gzip(std::string_view bytes);
/// The same for a body that comes in pieces.
BodyStream gzip(BodyStream pieces);

/// The bytes of an RFC 1952 body of one member. kInvalid if it is none or cut short; kExhausted if
/// there are more than `most`.
Result<std::string> gunzip(std::string_view bytes, std::size_t most);

}  // namespace heed::http
