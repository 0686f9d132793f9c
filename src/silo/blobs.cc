#include "silo/blobs.h"

#include <algorithm>

#include "base/crypto.h"

namespace heed::silo {
namespace {

using policy::FieldType;

constexpr std::string_view kWriting = "blob.";
constexpr std::size_t kNameSize = BlobMark::kNameSize;
constexpr std::size_t kStoredSize = kNameSize + 8 + kAeadKeySize;

Bytes piece_key(BytesView name, std::uint32_t number) {
  return ByteWriter().raw(name).u32(number).take();
}

Bytes writing_key(BytesView name) {
  return Bytes(kWriting) + Bytes(name);
}

SealContext context(BytesView key, policy::KindId kind) {
  return {kv::Family::kBlobs, key, kind, SubjectId(), {}, 0};
}

/// A field's stored value taken apart.
struct Stored {
  Bytes name;
  std::uint64_t size = 0;
  Bytes key;
};

std::optional<Stored> parse(BytesView stored) {
  if (stored.size() != kStoredSize) return {};
  ByteReader in(stored);
  Stored parts;
  parts.name = in.raw(kNameSize);
  parts.size = in.u64();
  parts.key = in.rest();
  if (parts.size > kLargestBlob) return {};
  return parts;
}

std::uint32_t pieces_of(std::uint64_t size) {
  return static_cast<std::uint32_t>((size + Blobs::kPiece - 1) / Blobs::kPiece);
}

}  // namespace

std::optional<Blob> Blob::parse(std::string_view text) {
  constexpr std::size_t kDigits = 2 * kNameSize;
  if (text.size() < kDigits + 2 || text[kDigits] != ' ') return {};
  Blob blob;
  blob.name = text.substr(0, kDigits);
  const auto name = from_hex(blob.name);
  for (const char c : text.substr(kDigits + 1)) {
    if (c < '0' || c > '9' || blob.size > kLargestBlob) return {};
    blob.size = blob.size * 10 + static_cast<std::uint64_t>(c - '0');
  }
  // In the one way to write it.
  if (!name || to_hex(*name) != blob.name || blob.text() != text) return {};
  return blob;
}

std::optional<Blob> blob_of(BytesView stored) {
  const auto parts = parse(stored);
  if (!parts) return {};
  return Blob{to_hex(parts->name), parts->size};
}

std::optional<BlobMark> blob_mark_of(BytesView stored) {
  const auto parts = parse(stored);
  if (!parts) return {};
  return BlobMark{parts->name, pieces_of(parts->size)};
}

void put_blob_removal(const BlobMark& blob, kv::Changes& changes) {
  for (std::uint32_t i = 1; i <= blob.pieces; ++i) {
    changes.remove(kv::Family::kBlobs, piece_key(blob.name, i));
  }
}

void show_blobs(const policy::Kind& kind, std::vector<FieldValue>& fields) {
  for (std::size_t i = 0; i < kind.fields.size() && i < fields.size(); ++i) {
    if (kind.fields[i].type != FieldType::kBlob) continue;
    const auto* stored = std::get_if<std::string>(&fields[i]);
    if (stored == nullptr) continue;
    const auto blob = blob_of(*stored);
    fields[i] = blob ? FieldValue(blob->text()) : FieldValue();
  }
}

/// One content on its way into the database.
struct Blobs::Writing {
  policy::KindId kind;
  Stored parts;
  std::uint32_t number = 0;
};

Result<void> Blobs::load() {
  std::vector<Bytes> names;
  auto cursor = database_.cursor(kv::Family::kMeta);
  for (cursor.seek(kWriting); cursor.valid() && cursor.key().starts_with(kWriting); cursor.next()) {
    names.emplace_back(cursor.key().substr(kWriting.size()));
  }
  if (auto walked = cursor.status(); !walked) return walked;
  for (const Bytes& name : names) {
    if (auto removed = remove(name); !removed) return removed;
  }
  return {};
}

Result<Bytes> Blobs::write(policy::KindId kind, const BlobSource& source) {
  Writing writing{kind, {random_.bytes(kNameSize), 0, random_.bytes(kAeadKeySize)}, 0};
  const Bytes row = writing_key(writing.parts.name);
  if (auto begun = database_.write(kv::Changes().put(kv::Family::kMeta, row, {}), kv::Sync::kNo);
      !begun) {
    return std::unexpected(begun.error());
  }
  Bytes waiting;
  Result<void> done;
  for (bool more = true; more && done;) {
    auto bytes = source();
    more = bytes && !bytes->empty();
    if (!bytes) done = std::unexpected(bytes.error());
    if (bytes) waiting += *bytes;
    std::size_t at = 0;
    for (; done && (waiting.size() - at >= kPiece || (!more && waiting.size() > at));) {
      const std::size_t size = std::min(kPiece, waiting.size() - at);
      done = write_piece(writing, BytesView(waiting).substr(at, size));
      at += size;
    }
    waiting.erase(0, at);
  }
  const Stored& parts = writing.parts;
  if (done) return ByteWriter().raw(parts.name).u64(parts.size).raw(parts.key).take();
  (void)remove(parts.name);  // what remains is removed at the next opening
  return std::unexpected(done.error());
}

Result<void> Blobs::write_piece(Writing& writing, BytesView bytes) {
  writing.parts.size += bytes.size();
  if (writing.parts.size > kLargestBlob) {
    return fail(ErrorKind::kExhausted, "a blob has at most 4 GiB");
  }
  const Bytes key = piece_key(writing.parts.name, ++writing.number);
  const Bytes sealed = sealer_.seal_with(writing.parts.key, context(key, writing.kind), bytes);
  return database_.write(kv::Changes().put(kv::Family::kBlobs, key, sealed), kv::Sync::kNo);
}

void Blobs::put_kept(BytesView stored, kv::Changes& changes) {
  changes.remove(kv::Family::kMeta, writing_key(stored.substr(0, kNameSize)));
}

Result<void> Blobs::abandon(BytesView stored) {
  return remove(stored.substr(0, kNameSize));
}

Result<void> Blobs::remove(BytesView name) {
  kv::Changes changes;
  auto cursor = database_.cursor_within(kv::Family::kBlobs, name);
  for (cursor.seek(name); cursor.valid() && cursor.key().starts_with(name); cursor.next()) {
    changes.remove(kv::Family::kBlobs, cursor.key());
  }
  if (auto walked = cursor.status(); !walked) return walked;
  changes.remove(kv::Family::kMeta, writing_key(name));
  return database_.write(changes, kv::Sync::kNo);
}

Result<void> Blobs::read(policy::KindId kind, BytesView stored, std::uint64_t from,
                         const BlobSink& sink) const {
  const auto parts = parse(stored);
  if (!parts) return fail(ErrorKind::kCorrupt, "a record's blob field does not decode");
  if (from >= parts->size) return {};
  const std::uint32_t last = pieces_of(parts->size);
  auto number = static_cast<std::uint32_t>(from / kPiece) + 1;
  std::uint64_t skip = from % kPiece;
  auto cursor = database_.cursor_within(kv::Family::kBlobs, parts->name);
  for (cursor.seek(piece_key(parts->name, number)); number <= last; cursor.next(), ++number) {
    const Bytes key = piece_key(parts->name, number);
    if (!cursor.valid() || cursor.key() != key) {
      if (auto walked = cursor.status(); !walked) return walked;
      return fail(ErrorKind::kNotFound, "the blob was removed meanwhile");
    }
    ASSIGN_OR_RETURN(const Bytes piece,
                     sealer_.open_with(parts->key, context(key, kind), cursor.value()));
    const std::uint64_t before = std::uint64_t{number - 1} * kPiece;
    if (piece.size() != std::min<std::uint64_t>(kPiece, parts->size - before)) {
      return fail(ErrorKind::kCorrupt, "a blob's pieces do not add up to its size");
    }
    if (!sink(BytesView(piece).substr(skip))) return {};
    skip = 0;
  }
  return {};
}

}  // namespace heed::silo
