// The browser interface, served out of the program itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/http.h"

namespace heed::http {

/// One file of web/dist, embedded at build time (cmake/web_assets.cmake).
struct Asset {
  std::string_view path;  ///< "/assets/index-3f2a.js"
  std::string_view type;  ///< Its Content-Type.
  std::string_view bytes;
  std::string_view gzip;  ///< The same, compressed at build time; empty when that gains nothing.
  std::string_view etag;  ///< A hash of the bytes, without quotes.
};

/// All of web/dist; empty when the interface was not built.
std::span<const Asset> web_assets();

/// Answers GET and HEAD from `assets`. What no asset's path fits and looks like no file is the
/// interface's own page (index.html): its addresses are made in the browser. Immutable,
/// thread-safe.
class StaticFiles {
 public:
  /// The assets outlive it.
  explicit StaticFiles(std::span<const Asset> assets);
  Response answer(const Request& request) const;

 private:
  const Asset* find(std::string_view path) const;
  const std::span<const Asset> assets_;
};

}  // namespace heed::http
