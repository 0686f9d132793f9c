#include "http/static_files.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

constexpr Asset kAssets[] = {
    {"/assets/index-3f2a.js", "text/javascript", "let a=1", "\x1f\x8b.", "abc"},
    {"/index.html", "text/html; charset=utf-8", "<html>", "", "def"},
};

Response get(std::string path, Headers headers = {}, std::span<const Asset> assets = kAssets) {
  Request request;
  request.path = std::move(path);
  request.headers = std::move(headers);
  return StaticFiles(assets).answer(request);
}

TEST(StaticFiles, what_is_named_by_its_content_is_kept_for_good) {
  const Response response = get("/assets/index-3f2a.js");
  EXPECT_EQ(response.body, "let a=1");
  EXPECT_EQ(response.headers.value("Content-Type"), "text/javascript");
  EXPECT_EQ(response.headers.value("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(StaticFiles, the_page_itself_is_asked_for_every_time) {
  EXPECT_EQ(get("/index.html").headers.value("Cache-Control"), "no-cache");
}

TEST(StaticFiles, an_address_of_the_interface_is_its_page_and_a_missing_file_is_404) {
  for (const char* path : {"/", "/o/abc/floor", "/sign-in", "/o/a%2Eb/../x"}) {
    EXPECT_EQ(get(path).body, "<html>") << path;
  }
  for (const char* path : {"/assets/index-old.js", "/favicon.ico", "/.env", "/%"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST(StaticFiles, a_browser_that_takes_gzip_gets_what_was_packed) {
  const Response packed = get("/assets/index-3f2a.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(packed.body, "\x1f\x8b.");
  EXPECT_EQ(packed.headers.value("Content-Encoding"), "gzip");
  EXPECT_EQ(packed.headers.value("Vary"), "Accept-Encoding");
  EXPECT_NE(packed.headers.value("ETag"), get("/assets/index-3f2a.js").headers.value("ETag"));
}

TEST(StaticFiles, what_the_browser_has_already_is_not_sent_again) {
  const Response response = get("/", {{"If-None-Match", "\"zzz\", \"def\""}});
  EXPECT_EQ(response.status, 304);
  EXPECT_TRUE(response.body.empty());
  EXPECT_EQ(get("/", {{"If-None-Match", "\"old\""}}).status, 200);
}

TEST(StaticFiles, without_the_interface_a_page_says_how_to_build_it) {
  const Response response = get("/", {}, {});
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("npm run build"), std::string::npos);
  EXPECT_EQ(response.body.find("<style"), std::string::npos);
}

TEST(StaticFiles, every_embedded_asset_has_its_bytes_and_its_hash) {
  for (const Asset& asset : web_assets()) {
    EXPECT_TRUE(asset.path.starts_with('/'));
    EXPECT_EQ(asset.etag.size(), 24U) << asset.path;
    EXPECT_FALSE(asset.type.empty()) << asset.path;
  }
}

}  // namespace
}  // namespace heed::http
