#include "http/static_files.h"

#include <algorithm>

#include <fmt/core.h>

#include "http/compression.h"

namespace heed::http {
namespace {

constexpr std::string_view kNotBuilt = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Heed</title>
<h1>The browser interface is not in this build</h1>
<p>Build it with <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, then the program
again; <code>./run</code> does both. The API works as it is:
<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</html>
)";

/// A file's name has a dot; an address of the interface has none in its last segment.
bool looks_like_file(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

/// Whether If-None-Match (RFC 9110 §13.1.2) names what the client has.
bool has_it(const Request& request, std::string_view etag) {
  const std::string_view known = request.headers.value("If-None-Match");
  return known == "*" || known.find(etag) != std::string_view::npos;
}

Response serve(const Asset& asset, const Request& request) {
  Response response;
  // Vite names what is in /assets/ after its content, so it never changes under its name.
  const bool named_by_content = asset.path.starts_with("/assets/");
  response.headers.set("Cache-Control",
                       named_by_content ? "public, max-age=31536000, immutable" : "no-cache");
  const bool packed = !asset.gzip.empty() && accepts_gzip(request.headers.value("Accept-Encoding"));
  const std::string etag = fmt::format("\"{}{}\"", asset.etag, packed ? "-gzip" : "");
  response.headers.set("ETag", etag);
  if (!asset.gzip.empty()) response.headers.set("Vary", "Accept-Encoding");
  if (has_it(request, etag)) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", std::string(asset.type));
  if (packed) response.headers.set("Content-Encoding", "gzip");
  response.body = std::string(packed ? asset.gzip : asset.bytes);
  return response;
}

}  // namespace

StaticFiles::StaticFiles(std::span<const Asset> assets) : assets_(assets) {}

Response StaticFiles::answer(const Request& request) const {
  const auto path = percent_decode(request.path);
  if (!path) return not_found();
  if (const Asset* asset = find(*path)) return serve(*asset, request);
  if (looks_like_file(*path)) return not_found();
  if (const Asset* index = find("/index.html")) return serve(*index, request);
  return text(std::string(kNotBuilt), "text/html; charset=utf-8").with("Cache-Control", "no-store");
}

const Asset* StaticFiles::find(std::string_view path) const {
  const auto found = std::ranges::find(assets_, path, &Asset::path);
  return found == assets_.end() ? nullptr : &*found;
}

}  // namespace heed::http
