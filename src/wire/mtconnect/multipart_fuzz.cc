// Any bytes as a multipart stream, whole and in pieces: the same parts must come out. The first
// byte chooses the cuts; the boundary is `b`, and the Content-Type is tried with the bytes too.
#include "base/result.h"
#include "wire/mtconnect/multipart.h"

namespace heed::wire::mtconnect {
namespace {

struct Parts {
  std::vector<std::string> bodies;
  std::size_t complete = 0;
  bool failed = false;
  bool closed = false;
};

Parts split(BytesView stream, std::size_t step) {
  Parts parts;
  MultipartSplitter splitter("b",
                             {.begin = [&](std::string_view) { parts.bodies.emplace_back(); },
                              .body =
                                  [&](BytesView piece) {
                                    require(!parts.bodies.empty(), "a body has its part");
                                    parts.bodies.back() += piece;
                                  },
                              .end =
                                  [&] {
                                    require(++parts.complete == parts.bodies.size(),
                                            "parts end in their order, once");
                                  }},
                             {.header_bytes = 200, .part_bytes = 500});
  while (!stream.empty() && !parts.failed) {
    const BytesView piece = stream.substr(0, step);
    parts.failed = !splitter.feed(piece);
    stream.remove_prefix(piece.size());
  }
  if (!parts.failed) parts.failed = !splitter.finish();
  parts.closed = splitter.closed();
  return parts;
}

}  // namespace
}  // namespace heed::wire::mtconnect

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::wire::mtconnect;
  if (size == 0) return 0;
  const heed::BytesView stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Parts whole = split(stream, size);
  const Parts cut = split(stream, 1 + data[0] % 37);
  heed::require(whole.failed == cut.failed, "cuts change no verdict");
  heed::require(whole.complete == cut.complete, "cuts change no number of parts");
  heed::require(whole.closed == cut.closed, "cuts change no end");
  for (std::size_t i = 0; i < whole.complete; ++i) {
    heed::require(whole.bodies[i] == cut.bodies[i], "cuts change no part");
  }
  if (const auto boundary = multipart_boundary(stream)) {
    heed::require(!boundary->empty() && boundary->size() <= kMaxBoundary, "a boundary is usable");
  }
  return 0;
}
