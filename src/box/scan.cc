#include "box/scan.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <set>

#include "box/fd.h"

namespace heed::box {
namespace {

/// Anything may be behind it, and would take what is asked for what somebody types.
constexpr std::uint16_t kTelnet = 23;
/// A machine on the same wire answers within a few milliseconds.
constexpr Duration kKnockLimit = Duration::milliseconds(400);
/// Open at once: what lies between (a switch, a router) must not take it for an attack.
constexpr std::size_t kKnocksAtOnce = 64;
/// While others look at a machine (Box::diagnose).
constexpr Duration kBusyWait = Duration::milliseconds(500);

struct Network {
  std::uint32_t address;
  int bits;
};
constexpr Network kOwn[] = {
    {0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}, {0xa9fe0000, 16}, {0x7f000000, 8}};

/// Where MTConnect agents are found besides the usual port: on a Haas, on a DMG Mori.
constexpr std::uint16_t kAgentPorts[] = {8082, 15'404};

std::uint32_t mask_of(int bits) {
  return bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
}

bool within(std::uint32_t address, const Network& network) {
  return (address & mask_of(network.bits)) == network.address;
}

std::string text_of(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255,
                     address & 255);
}

std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorKind::kInvalid, std::move(what),
              "Write a network of your own, at most 1,024 addresses: 192.168.1.0/24.");
}

/// The usual ports of protocols over TCP, each with who may be behind it.
std::vector<std::pair<std::uint16_t, Protocol>> known_doors() {
  std::vector<std::pair<std::uint16_t, Protocol>> doors;
  for (const Protocol protocol : machines::all_protocols()) {
    const std::uint16_t port = facts_of(protocol).port;
    // A second connection raises an alarm on a Brother (docs/machines/brother.md).
    if (port != 0 && port != kTelnet && protocol != Protocol::kBrother) {
      doors.emplace_back(port, protocol);
    }
  }
  for (const std::uint16_t port : kAgentPorts) doors.emplace_back(port, Protocol::kMtconnect);
  return doors;
}

std::set<std::uint16_t> known_ports() {
  std::set<std::uint16_t> ports;
  for (const auto& [port, protocol] : known_doors()) ports.insert(port);
  return ports;
}

Fd knock(std::uint32_t host, std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd.is_open()) return fd;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  const int done =
      ::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (done != 0 && errno != EINPROGRESS) fd.close();
  return fd;
}

bool is_connected(const Fd& fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  return ::getsockopt(fd.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

std::string words_of(const Diagnosis& diagnosis) {
  std::string words;
  for (const Step& step : diagnosis.steps) {
    if (step.ok == diagnosis.ok) words += (words.empty() ? "" : "; ") + step.say;
  }
  return words;
}

}  // namespace

std::string ScanRange::text() const {
  const int bits = 32 - std::countr_zero(std::bit_ceil(std::max(count, 1U)));
  return fmt::format("{}/{}", text_of(first), bits);
}

Result<ScanRange> parse_scan_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  in_addr parsed{};
  if (::inet_pton(AF_INET, host.c_str(), &parsed) != 1) return wrong("this is no IPv4 address");
  int bits = 32;
  if (slash != std::string_view::npos) {
    const std::string_view rest = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), bits);
    if (error != std::errc() || end != rest.data() + rest.size() || bits < 0 || bits > 32) {
      return wrong("what follows the slash is no number from 22 to 32");
    }
  }
  if (bits < 22) return wrong("these are too many addresses for one scan");
  const std::uint32_t first = ntohl(parsed.s_addr) & mask_of(bits);
  const bool own =
      std::ranges::any_of(kOwn, [&](const Network& network) { return within(first, network); });
  if (!own) return wrong("this is not a network of your own");
  return ScanRange{first, std::uint32_t{1} << (32 - bits)};
}

std::vector<ScanRange> own_ranges() {
  std::vector<ScanRange> ranges;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return ranges;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    if ((one->ifa_flags & IFF_LOOPBACK) != 0 || (one->ifa_flags & IFF_UP) == 0) continue;
    const auto number = [](const sockaddr* address) {
      sockaddr_in v4{};
      std::memcpy(&v4, address, sizeof(v4));
      return ntohl(v4.sin_addr.s_addr);
    };
    const int bits = std::max(22, std::popcount(number(one->ifa_netmask)));
    const auto range = parse_scan_range(fmt::format("{}/{}", text_of(number(one->ifa_addr)), bits));
    if (range && std::ranges::find(ranges, *range) == ranges.end()) ranges.push_back(*range);
  }
  ::freeifaddrs(all);
  return ranges;
}

Scan::Scan(const ScanRange& range, Diagnose diagnose, const Clock& clock)
    : range_(range), diagnose_(std::move(diagnose)), clock_(clock) {
  {
    const Lock lock(mutex_);
    state_ = {.range = range_.text(),
              .tried = 0,
              .all = range_.count * known_ports().size(),
              .running = true,
              .found = {}};
  }
  thread_ = std::thread([this] { run(); });
}

Scan::~Scan() {
  stop();
  thread_.join();
}

ScanState Scan::state() const {
  const Lock lock(mutex_);
  return state_;
}

ScanState Scan::wait(Duration most) const {
  const Duration until = clock_.steady() + most;
  const Lock lock(mutex_);
  while (state_.running && clock_.steady() < until) {
    changed_.wait_for(mutex_, until - clock_.steady());
  }
  return state_;
}

void Scan::stop() {
  const Lock lock(mutex_);
  stopping_ = true;
  changed_.wake_all();
}

void Scan::rest(Duration time) const {
  const Duration until = clock_.steady() + time;
  const Lock lock(mutex_);
  while (!stopping_ && clock_.steady() < until) {
    changed_.wait_for(mutex_, until - clock_.steady());
  }
}

void Scan::run() {
  const std::set<std::uint16_t> ports = known_ports();
  std::vector<Door> doors;
  const auto knock_at_them = [&] {
    for (const Door& open : open_of(doors)) {
      if (!stopping_) look_at(open);
    }
    const Lock lock(mutex_);
    state_.tried += doors.size();
    doors.clear();
  };
  for (std::uint32_t i = 0; i < range_.count && !stopping_; ++i) {
    for (const std::uint16_t port : ports) {
      doors.push_back({range_.first + i, port});
      if (doors.size() == kKnocksAtOnce && !stopping_) knock_at_them();
    }
  }
  if (!stopping_) knock_at_them();
  const Lock lock(mutex_);
  state_.running = false;
  changed_.wake_all();
}

std::vector<Scan::Door> Scan::open_of(const std::vector<Door>& doors) const {
  std::vector<Fd> knocks;
  for (const Door& door : doors) knocks.push_back(knock(door.host, door.port));
  std::vector<Door> open;
  const Duration until = clock_.steady() + kKnockLimit;
  while (!stopping_) {
    std::vector<pollfd> waiting;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < knocks.size(); ++i) {
      if (!knocks[i].is_open()) continue;
      waiting.push_back({knocks[i].number(), POLLOUT, 0});
      of.push_back(i);
    }
    const Duration left = until - clock_.steady();
    if (waiting.empty() || left <= Duration()) break;
    const int ready =
        ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count_milliseconds()) + 1);
    if (ready < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      if (is_connected(knocks[of[i]])) open.push_back(doors[of[i]]);
      knocks[of[i]].close();
    }
  }
  return open;
}

// Who answers, of those that use this port. What is open and speaks none of them is told too: it
// may be a machine that is not set up yet.
void Scan::look_at(const Door& door) {
  std::optional<Found> found;
  for (const auto& [port, protocol] : known_doors()) {
    if (port != door.port || stopping_) continue;
    const bool http = facts_of(protocol).http;
    Found here{.protocol = protocol,
               .address = fmt::format("{}{}:{}", http ? "http://" : "", text_of(door.host), port),
               .recognized = false,
               .why = {}};
    auto diagnosis = diagnose_({protocol, here.address, ""});
    while (!diagnosis && diagnosis.error().kind == ErrorKind::kExhausted && !stopping_) {
      rest(kBusyWait);
      diagnosis = diagnose_({protocol, here.address, ""});
    }
    here.recognized = diagnosis && diagnosis->ok;
    here.why = diagnosis ? words_of(*diagnosis) : diagnosis.error().message;
    if (!found || here.recognized) found = std::move(here);
    if (found->recognized) break;
  }
  const Lock lock(mutex_);
  if (found && state_.found.size() < kMostFound) state_.found.push_back(*std::move(found));
}

}  // namespace heed::box
