// The loop: one thread that moves the bytes of all sources, over plain TCP, serial lines and HTTP,
// and keeps their timers. libcurl's multi interface does HTTP and its poll is the loop's only wait;
// sockets and lines ride along in it. Names are looked up beside the loop, at every attempt anew.
//
// Everything but post() and stop() belongs to the loop's thread: call it from there, or before
// run(). Handlers are called on that thread, never from inside the call that they answer, and may
// drop the stream or exchange that calls them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "box/fd.h"
#include "box/serial.h"
#include "box/tls.h"

namespace heed::box {

class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  /// Connected; `where` is the address that answered: "10.0.0.7:7878".
  virtual void on_open(const std::string& where) = 0;
  virtual void on_bytes(BytesView bytes) = 0;
  /// Not connected, closed by the peer or broken; nothing follows. The message is for a person.
  virtual void on_closed(const Error& why) = 0;
};

/// A connection over TCP or a serial line, or the attempt at one. Closed by its destructor, without
/// a word to the handler.
class Stream {
 public:
  virtual ~Stream() = default;
  /// A peer that does not read is closed with kExhausted beyond kMostUnsent bytes.
  virtual void send(BytesView bytes) = 0;
  /// While paused nothing is read, so that the peer is held back.
  virtual void pause(bool paused) = 0;

  static constexpr std::size_t kMostUnsent = std::size_t{64} << 10;
};

struct HttpRequest {
  std::string url;
  std::string user = {};  ///< With a password: HTTP Basic authentication.
  std::string password = {};
  Certificates certificates = {};  ///< Of https.
  Duration connect_limit = Duration::seconds(10);
  /// No byte for this long, from the beginning on, ends the exchange.
  Duration silence_limit = Duration::seconds(30);
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// The final answer's head. Redirects are not followed.
  virtual void on_head(int status, std::string_view content_type) = 0;
  /// The next bytes of the body. False: close; on_end is not called then.
  virtual bool on_body(BytesView piece) = 0;
  /// The body is complete, or the error says why not; nothing follows.
  virtual void on_end(const Result<void>& how) = 0;
};

/// A GET under way. Ended by its destructor, without a word to the handler.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// While paused nothing is read, and silence does not count.
  virtual void pause(bool paused) = 0;
};

class Net {
 public:
  using TimerId = std::pair<Duration, std::uint64_t>;

  /// `clock` outlives it. kInternal when libcurl cannot start.
  static Result<std::unique_ptr<Net>> create(const Clock& clock);
  struct Inside;
  explicit Net(std::unique_ptr<Inside> inside);  ///< create() is the way to one.
  ~Net();
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  /// Runs `task` on the loop's thread, soon. Any thread. Tasks of a loop that has stopped are
  /// dropped.
  void post(std::function<void()> task);
  /// Makes run() return after what it is doing now. Any thread.
  void stop();
  void run();

  /// Calls `task` once, at `when` (Clock::steady()) or soon after.
  TimerId at(Duration when, std::function<void()> task);
  void cancel(TimerId timer);

  /// `handler` outlives the stream. `limit` is for each address that the name has.
  std::unique_ptr<Stream> connect(std::string host, std::uint16_t port, Duration limit,
                                  StreamHandler& handler);
  /// `handler` outlives the stream. The line is Heed's alone while it is open.
  std::unique_ptr<Stream> open(const SerialLine& line, StreamHandler& handler);
  /// A socket that is connected already, `name` for a person. `handler` outlives the stream.
  std::unique_ptr<Stream> adopt(Fd socket, std::string name, StreamHandler& handler);
  /// A child of ours that should end: waited for, and killed if it does not (graveyard.h).
  void bury(pid_t child);
  /// `handler` outlives the exchange.
  std::unique_ptr<Exchange> fetch(const HttpRequest& request, HttpHandler& handler);

 private:
  std::unique_ptr<Inside> inside_;
};

/// A timer that goes with its owner. Set again, it forgets its earlier time.
class Timer {
 public:
  explicit Timer(Net& net) : net_(net) {}
  ~Timer() { clear(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  void set(Duration when, std::function<void()> task) {
    clear();
    armed_ = true;
    id_ = net_.at(when, [this, task = std::move(task)] {
      armed_ = false;
      task();
    });
  }
  void clear() {
    if (std::exchange(armed_, false)) net_.cancel(id_);
  }

 private:
  Net& net_;
  Net::TimerId id_;
  bool armed_ = false;
};

}  // namespace heed::box
