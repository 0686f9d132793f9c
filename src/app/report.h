// How a command says that it failed.
#pragma once

#include <cstdio>
#include <string_view>

#include <fmt/core.h>

#include "base/json.h"
#include "base/result.h"

namespace heed::app {

/// The message and its mend, on standard error. The exit status.
inline int report(const Error& error) {
  fmt::print(stderr, "heed: {}\n", error.message);
  if (!error.mend.empty()) fmt::print(stderr, "      {}\n", error.mend);
  return 1;
}

/// The same as JSON on standard output, if that is wanted: what did not come true is `verdict`.
inline int report(const Error& error, bool json, std::string_view verdict) {
  if (!json) return report(error);
  JsonWriter out;
  out.begin_object()
      .member(verdict, false)
      .member("why", error.message)
      .member("mend", error.mend)
      .end_object();
  fmt::print("{}\n", out.view());
  return 1;
}

}  // namespace heed::app
