// Every bound on what comes from outside through this door, in one place.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace heed::http {

/// The path and query alone. 414 beyond.
constexpr std::size_t kMaxTargetBytes = 8 * 1024;
/// Of a body that is a form in JSON. 413 beyond.
constexpr std::size_t kMaxFormBytes = 64 * 1024;
/// Of a body that carries the text of a policy; parsing and comparing take time by its size.
constexpr std::size_t kMaxPolicyFormBytes = 2 * 1024 * 1024;
/// Of a body in line protocol that came compressed. 413 beyond.
constexpr std::size_t kMaxInflatedBytes = 32 * 1024 * 1024;
/// Facts that one request may tell of, in each of its two lists.
constexpr std::size_t kMaxFacts = 128;
/// Days that a replay may go back.
constexpr std::int64_t kMaxReplayDays = 366;
/// Segments of a path and pairs of a query.
constexpr std::size_t kMaxPathSegments = 32;
constexpr std::size_t kMaxQueryPairs = 64;
/// Levels of a JSON body.
constexpr std::size_t kMaxJsonDepth = 16;
/// Least body worth compressing: below it the gzip header eats the gain.
constexpr std::size_t kMinGzipBytes = 1'000;

/// What a test may want shorter or smaller; the defaults are the product's.
struct Limits {
  /// The request line and all header fields together. 431 beyond.
  std::size_t header_bytes = 16 * 1024;
  /// A request's body, after chunked decoding. 413 beyond.
  std::size_t body_bytes = 4 * 1024 * 1024;
  /// Of a body that is a program's text (keep_revision). 413 beyond.
  std::size_t program_bytes = 64 * 1024 * 1024;
  /// Request bodies held at once, over all connections. Beyond: 503 for the one that exceeds it.
  std::size_t bodies_bytes = 128 * 1024 * 1024;
  /// Open connections in all, and from one address (a shop behind one NAT with its TVs).
  /// Beyond: the new one is answered 503 and closed.
  std::size_t connections = 2'048;
  std::size_t connections_per_address = 256;
  /// Requests that wait for a worker. Beyond: 503 with Retry-After.
  std::size_t queued_requests = 256;
  std::size_t worker_threads = 4;
  /// From the first byte of a request, or the TLS greeting, to its header's last byte.
  Duration header_timeout = Duration::seconds(10);
  /// Then to the body's last byte.
  Duration body_timeout = Duration::seconds(30);
  /// For the client to take one piece of a response.
  Duration write_timeout = Duration::seconds(20);
  /// Between two requests of one connection.
  Duration idle_timeout = Duration::seconds(60);
  /// Between two signs of life on an event stream.
  Duration heartbeat = Duration::seconds(15);
  /// From stop() until connections that still write are cut.
  Duration stop_grace = Duration::milliseconds(500);
  /// Requests of one address: room for a wall of screens that reload. 429 beyond.
  double requests_per_second = 500;
  double request_burst = 2'000;
};
/// Entries of the journal in one export, each with its proof: about 1.5 MB.
constexpr std::uint64_t kMaxJournalEntries = 1'000;
/// Records in one page of them.
constexpr std::int64_t kMaxRecordPage = 1'000;
/// Lines in one page of the ledger of disclosures, of recalls, of receipts, and of somebody's own
/// entries; and how many there are unless it is said.
constexpr std::int64_t kMaxLedgerPage = 500;
constexpr std::int64_t kLedgerPage = 100;
/// Lines of the ledger that one entry of the journal can have: a record's persons. A page is asked
/// for with so many more, as it ends between two entries; both together are what a silo gives.
constexpr std::size_t kMostLinesOfAnEntry = 500;

}  // namespace heed::http
