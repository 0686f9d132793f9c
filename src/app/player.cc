#include "app/player.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <map>
#include <vector>

#include <fmt/core.h>

#include "box/fd.h"
#include "wire/shdr/adapter.h"

namespace heed::app {
namespace {

using box::Fd;

constexpr Duration kHeartbeat = Duration::seconds(10);

struct Client {
  Fd socket;
  wire::shdr::AdapterSession session;
  Bytes unsent;
  bool gone = false;
};

Result<Fd> listen_on_loopback(std::uint16_t port) {
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.number(), static_cast<int>(Player::kMostClients)) != 0) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("cannot listen on 127.0.0.1:{}: {}", port, box::system_words(errno)),
                "choose another port, or stop what uses this one");
  }
  return listener;
}

std::uint16_t port_of(const Fd& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

/// The player's one thread: who listens, and what is due.
class Player::Loop {
 public:
  Loop(std::shared_ptr<const wire::shdr::Recording> recording, Fd listener, Duration skip,
       const Clock& clock, Log& log)
      : recording_(std::move(recording)),
        listener_(std::move(listener)),
        stop_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        clock_(clock),
        log_(log),
        started_(clock.steady() - skip),
        player_(*recording_, clock.now() - skip) {}

  void run() {
    while (player_.due() < clock_.steady() - started_) remember(player_.next().text);
    while (wait()) {
      accept();
      for (Client& client : clients_) read(client);
      play();
      for (Client& client : clients_) write(client);
      std::erase_if(clients_, [](const Client& client) { return client.gone; });
    }
  }

  void stop() {
    const std::uint64_t one = 1;
    const ssize_t written = ::write(stop_.number(), &one, sizeof one);
    require(written == sizeof one, "an eventfd takes a wake-up");
  }

 private:
  /// Until something happens or a line is due; false when told to stop.
  bool wait() {
    std::vector<pollfd> polled = {{stop_.number(), POLLIN, 0}, {listener_.number(), POLLIN, 0}};
    for (const Client& client : clients_) {
      const short events = client.unsent.empty() ? POLLIN : POLLIN | POLLOUT;
      polled.push_back({client.socket.number(), events, 0});
    }
    const Duration pause = player_.due() - (clock_.steady() - started_);
    const std::int64_t milliseconds = std::clamp<std::int64_t>(pause.count_milliseconds() + 1, 0,
                                                               kHeartbeat.count_milliseconds());
    ::poll(polled.data(), polled.size(), static_cast<int>(milliseconds));
    return polled[0].revents == 0;
  }

  void accept() {
    while (true) {
      const int number =
          ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (number < 0) return;
      Fd socket(number);
      if (clients_.size() == kMostClients) {
        log_.warning("a player has all the clients it takes", {{"clients", kMostClients}});
        continue;
      }
      clients_.push_back({std::move(socket), {kHeartbeat, clock_.steady()}, {}, false});
      for (const auto& [key, line] : latest_) tell(clients_.back(), line);
    }
  }

  void read(Client& client) {
    char buffer[4096];
    while (!client.gone) {
      const ssize_t n = ::recv(client.socket.number(), buffer, sizeof buffer, 0);
      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
      client.gone = n <= 0;
      if (n > 0) {
        client.session.on_bytes({buffer, static_cast<std::size_t>(n)}, clock_.steady());
      }
    }
    client.session.on_time(clock_.steady());
    client.gone = client.gone || client.session.dead();
  }

  void play() {
    while (player_.due() <= clock_.steady() - started_) {
      const std::string line = player_.next().text;
      remember(line);
      for (Client& client : clients_) tell(client, line);
    }
  }

  // A client that does not read is cut off: an adapter keeps nothing for it.
  void tell(Client& client, std::string_view line) {
    client.gone = client.gone || !client.session.say(line);
  }

  /// Keeps the last thing said of every key, for clients that come later.
  void remember(const std::string& text) {
    const std::string_view said(text);
    const wire::shdr::Line line = wire::shdr::parse_line(said.substr(0, said.find('\n')));
    for (const wire::shdr::Entry& entry : line.entries) {
      latest_[std::string(entry.key)] = format_line(line.stamp, std::span(&entry, 1));
    }
  }

  void write(Client& client) {
    client.unsent += client.session.bytes_to_send();
    while (!client.gone && !client.unsent.empty()) {
      const ssize_t n =
          ::send(client.socket.number(), client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
      client.gone = n <= 0;
      if (n > 0) client.unsent.erase(0, static_cast<std::size_t>(n));
    }
    client.gone = client.gone || client.unsent.size() > wire::shdr::kMostUnsent;
  }

  const std::shared_ptr<const wire::shdr::Recording> recording_;
  const Fd listener_;
  const Fd stop_;
  const Clock& clock_;
  Log& log_;
  const Duration started_;
  wire::shdr::RecordingPlayer player_;
  std::map<std::string, std::string> latest_;
  std::list<Client> clients_;
};

Result<std::unique_ptr<Player>> Player::start(
    std::shared_ptr<const wire::shdr::Recording> recording, std::uint16_t port, Duration skip,
    const Clock& clock, Log& log) {
  ASSIGN_OR_RETURN(Fd listener, listen_on_loopback(port));
  const std::uint16_t taken = port_of(listener);
  auto loop = std::make_unique<Loop>(std::move(recording), std::move(listener), skip, clock, log);
  return std::unique_ptr<Player>(new Player(std::move(loop), taken));  // NOLINT: private
}

Player::Player(std::unique_ptr<Loop> loop, std::uint16_t port)
    : loop_(std::move(loop)), port_(port), thread_([this] { loop_->run(); }) {}

Player::~Player() {
  loop_->stop();
  thread_.join();
}

}  // namespace heed::app
