#include "silo/compression.h"

#include <zstd.h>

#include <memory>

namespace heed::silo {
namespace {

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

Bytes compress(BytesView bytes, int level) {
  // One context per thread: making one costs more than packing a small chunk.
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  require(context != nullptr, "zstd gives a context");
  Bytes packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compressCCtx(context.get(), packed.data(), packed.size(),
                                             bytes.data(), bytes.size(), level);
  require(ZSTD_isError(size) == 0, "zstd packs into its own bound");
  packed.resize(size);
  return packed;
}

Result<Bytes> decompress(BytesView bytes, std::size_t most) {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  require(context != nullptr, "zstd gives a context");
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return fail(ErrorKind::kCorrupt, "packed bytes are no zstd frame with a size");
  }
  if (size > most) return fail(ErrorKind::kExhausted, "packed bytes unfold to more than allowed");
  Bytes plain(size, '\0');
  const std::size_t got =
      ZSTD_decompressDCtx(context.get(), plain.data(), plain.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != plain.size()) {
    return fail(ErrorKind::kCorrupt, "packed bytes do not unfold");
  }
  return plain;
}

}  // namespace heed::silo
