// Looking for machines on the box's own network, when somebody asks for it: knocks at the ports
// that controls and agents use, and where one opens, looks who answers, as for a machine that is
// being added. Reads, as ever; nothing is stored.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "base/time.h"
#include "box/source.h"

namespace heed::box {

/// IPv4 addresses, one after the other.
struct ScanRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::string text() const;  ///< "192.168.1.0/24"
  bool operator==(const ScanRange&) const = default;
};
/// Of one scan: a /22.
constexpr std::uint32_t kMostScanned = 1'024;

/// "192.168.1.0/24"; a single address without a slash. kInvalid, with the mend, unless all of it is
/// private (RFC 1918), link-local (RFC 3927) or loopback: nobody else's network is knocked at.
Result<ScanRange> parse_scan_range(std::string_view text);
/// The networks that this machine is in, by its interfaces; without loopback and without those
/// beyond kMostScanned, of which the part around its own address is taken.
std::vector<ScanRange> own_ranges();

/// An address where something answered.
struct Found {
  Protocol protocol = Protocol::kShdr;
  std::string address;      ///< As a source has it.
  bool recognized = false;  ///< It speaks the protocol; else only its port is open.
  std::string why;          ///< What it said, or why it was not understood.
};

struct ScanState {
  std::string range;
  std::size_t tried = 0;  ///< Ports.
  std::size_t all = 0;
  bool running = false;
  std::vector<Found> found;  ///< At most kMostFound.
};

/// Runs on a thread of its own until it is done or stop()ped. Thread-safe.
class Scan {
 public:
  using Diagnose = std::function<Result<Diagnosis>(const Look&)>;
  static constexpr std::size_t kMostFound = 500;

  /// `diagnose` and `clock` outlive it.
  Scan(const ScanRange& range, Diagnose diagnose, const Clock& clock);
  /// Stops, within a diagnosis' time.
  ~Scan();
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  ScanState state() const;
  /// Until it is done or stopped, at most so long.
  ScanState wait(Duration most) const;
  void stop();

 private:
  struct Door {
    std::uint32_t host;
    std::uint16_t port;
  };
  void run();
  std::vector<Door> open_of(const std::vector<Door>& doors) const;
  void look_at(const Door& door);
  void rest(Duration time) const;

  const ScanRange range_;
  const Diagnose diagnose_;
  const Clock& clock_;
  std::atomic<bool> stopping_ = false;
  mutable Mutex mutex_;
  mutable Condition changed_;
  ScanState state_ HEED_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace heed::box
