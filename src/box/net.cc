#include "box/net.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <vector>

#include "box/connection.h"
#include "box/graveyard.h"
#include "box/mailbox.h"
#include "box/net_trouble.h"
#include "box/resolver.h"

namespace heed::box {
namespace {

constexpr std::size_t kReadBuffer = std::size_t{64} << 10;
constexpr long kMostIdleConnections = 64;
// The loop looks at its timers at least this often, whatever the clock does.
constexpr Duration kLongestWait = Duration::seconds(1);
// And while a program is ending, this often at it.
constexpr Duration kLookAtEnding = Duration::milliseconds(50);

// One GET. Owned by the loop's list and by its Exchange; `handler` is gone once the Exchange is.
struct Transfer {
  CURL* easy = nullptr;
  HttpHandler* handler = nullptr;
  const Clock* clock = nullptr;
  Duration silence_limit;
  Duration last_byte;
  bool paused = false;
  bool told_head = false;
  bool tls = false;
  std::array<char, CURL_ERROR_SIZE> words{};

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() { curl_easy_cleanup(easy); }
  bool finished() const { return handler == nullptr; }
  void end(const Result<void>& how) {
    if (HttpHandler* to = std::exchange(handler, nullptr)) to->on_end(how);
  }
};

std::size_t on_header_line(char* text, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte = transfer.clock->steady();
  if (transfer.finished()) return 0;
  const std::string_view line(text, size);
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && !transfer.told_head && (line == "\r\n" || line == "\n")) {
    char* type = nullptr;
    curl_easy_getinfo(transfer.easy, CURLINFO_CONTENT_TYPE, &type);
    transfer.told_head = true;
    transfer.handler->on_head(static_cast<int>(status), type == nullptr ? "" : type);
  }
  return transfer.finished() ? 0 : size;
}

std::size_t on_body_bytes(char* bytes, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte = transfer.clock->steady();
  if (transfer.finished()) return 0;
  if (transfer.paused) return CURL_WRITEFUNC_PAUSE;
  if (!transfer.handler->on_body({bytes, size})) transfer.handler = nullptr;
  return transfer.finished() ? 0 : size;
}

// Copied by libcurl: PEM texts, so that no file is read.
void set_blob(CURL* easy, CURLoption option, const std::string& pem) {
  if (pem.empty()) return;
  curl_blob blob{};
  blob.data = const_cast<char*>(pem.data());
  blob.len = pem.size();
  blob.flags = CURL_BLOB_COPY;
  curl_easy_setopt(easy, option, &blob);
}

// Who answers is verified, its host name too: libcurl's defaults, which nothing changes.
void set_certificates(CURL* easy, const Certificates& certificates) {
  set_blob(easy, CURLOPT_CAINFO_BLOB, certificates.ca);
  set_blob(easy, CURLOPT_SSLCERT_BLOB, certificates.cert);
  set_blob(easy, CURLOPT_SSLKEY_BLOB, certificates.key);
}

// The options of every request: plain reads of http and https, nothing followed, nothing cached.
void set_options(Transfer& transfer, const HttpRequest& request) {
  CURL* easy = transfer.easy;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  if (!request.password.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, request.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, request.password.c_str());
  }
  set_certificates(easy, request.certificates);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");  // machines stand on this side of any proxy
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "heed");
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_limit.count_milliseconds()));
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.words.data());
}

class ConnectionStream final : public Stream {
 public:
  explicit ConnectionStream(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  ~ConnectionStream() override { connection_->abandon(); }
  void send(BytesView bytes) override { connection_->send(bytes); }
  void pause(bool paused) override { connection_->pause(paused); }

 private:
  const std::shared_ptr<Connection> connection_;
};

class CurlExchange final : public Exchange {
 public:
  explicit CurlExchange(std::shared_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}
  ~CurlExchange() override { transfer_->handler = nullptr; }
  void pause(bool paused) override { transfer_->paused = paused; }

 private:
  const std::shared_ptr<Transfer> transfer_;
};

}  // namespace

struct Net::Inside {
  explicit Inside(const Clock& with, CURLM* handle)
      : clock(with),
        multi(handle),
        mailbox(std::make_shared<Mailbox>([handle] { curl_multi_wakeup(handle); })) {}
  ~Inside();

  void run_tasks();
  void run_timers();
  void watch_transfers();
  void drive_http();
  void drive_connections();
  void wait();
  Duration longest_wait() const;

  const Clock& clock;
  CURLM* const multi;
  const std::shared_ptr<Mailbox> mailbox;
  std::atomic<bool> stopping = false;
  std::uint64_t next_timer = 0;
  std::map<TimerId, std::function<void()>> timers;
  std::list<std::shared_ptr<Connection>> connections;
  std::list<std::shared_ptr<Transfer>> transfers;
  Graveyard graveyard;
  std::vector<curl_waitfd> ready;
  std::vector<std::shared_ptr<Connection>> ready_of;
  Bytes buffer = Bytes(kReadBuffer, '\0');
};

Net::Inside::~Inside() {
  mailbox->close();
  for (const auto& transfer : transfers) {
    transfer->handler = nullptr;
    curl_multi_remove_handle(multi, transfer->easy);
  }
  transfers.clear();
  curl_multi_cleanup(multi);
}

void Net::Inside::run_tasks() {
  for (const auto& task : mailbox->take()) task();
}

void Net::Inside::run_timers() {
  const Duration now = clock.steady();
  while (!timers.empty() && timers.begin()->first.first <= now) {
    const auto task = std::move(timers.begin()->second);
    timers.erase(timers.begin());
    task();
  }
}

// Ends what is silent for too long, and takes out what nobody waits for any more. Never inside a
// call-back of libcurl, where a handle must not be removed.
void Net::Inside::watch_transfers() {
  const Duration now = clock.steady();
  for (const auto& transfer : std::vector(transfers.begin(), transfers.end())) {
    if (transfer->paused) transfer->last_byte = now;
    if (!transfer->finished() && now - transfer->last_byte > transfer->silence_limit) {
      transfer->end(fail(
          ErrorKind::kUnavailable,
          "silent for " + std::to_string(transfer->silence_limit.count_milliseconds()) + " ms"));
    }
  }
  std::erase_if(transfers, [this](const auto& transfer) {
    if (!transfer->finished()) return false;
    curl_multi_remove_handle(multi, transfer->easy);
    return true;
  });
}

void Net::Inside::drive_http() {
  for (const auto& transfer : std::vector(transfers.begin(), transfers.end())) {
    // Does nothing where nothing was held back; may call on_body_bytes.
    if (!transfer->paused && !transfer->finished()) curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
  }
  int running = 0;
  curl_multi_perform(multi, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* self = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
    auto& transfer = *static_cast<Transfer*>(self);
    const CURLcode code = message->data.result;
    const char* words = transfer.words[0] != 0 ? transfer.words.data() : curl_easy_strerror(code);
    if (code == CURLE_OK) {
      transfer.end({});
      continue;
    }
    long verified = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_SSL_VERIFYRESULT, &verified);
    transfer.end(std::unexpected(fetch_error(code, verified, words, transfer.tls)));
  }
  watch_transfers();
}

void Net::Inside::drive_connections() {
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const auto events = static_cast<unsigned>(ready[i].revents);
    if ((events & CURL_WAIT_POLLOUT) != 0) ready_of[i]->on_writable();
    if ((events & CURL_WAIT_POLLIN) != 0) ready_of[i]->on_readable(buffer);
  }
  const Duration now = clock.steady();
  for (const auto& connection : std::vector(connections.begin(), connections.end())) {
    if (connection->deadline().value_or(Duration::max()) <= now) connection->on_deadline();
  }
  std::erase_if(connections, [](const auto& connection) { return connection->finished(); });
}

Duration Net::Inside::longest_wait() const {
  const Duration now = clock.steady();
  Duration wait = graveyard.empty() ? kLongestWait : kLookAtEnding;
  if (!timers.empty()) wait = std::min(wait, timers.begin()->first.first - now);
  for (const auto& connection : connections) {
    if (const auto deadline = connection->deadline()) wait = std::min(wait, *deadline - now);
  }
  for (const auto& transfer : transfers) {
    wait = std::min(wait, transfer->last_byte + transfer->silence_limit - now);
  }
  return std::max(wait, Duration());
}

void Net::Inside::wait() {
  ready.clear();
  ready_of.clear();
  for (const auto& connection : connections) {
    unsigned events = 0;
    if (connection->wants_read()) events |= CURL_WAIT_POLLIN;
    if (connection->wants_write()) events |= CURL_WAIT_POLLOUT;
    if (events == 0) continue;
    ready.push_back({connection->descriptor(), static_cast<short>(events), 0});
    ready_of.push_back(connection);
  }
  // Rounded up: a wait that ends before its timer would turn the loop in vain.
  const auto milliseconds =
      static_cast<int>((longest_wait() + Duration::nanoseconds(999'999)).count_milliseconds());
  curl_multi_poll(multi, ready.data(), static_cast<unsigned>(ready.size()), milliseconds, nullptr);
}

Result<std::unique_ptr<Net>> Net::create(const Clock& clock) {
  static std::once_flag once;
  static CURLcode started = CURLE_OK;
  std::call_once(once, [] { started = curl_global_init(CURL_GLOBAL_DEFAULT); });
  CURLM* multi = started == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) return fail(ErrorKind::kInternal, "libcurl does not start");
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kMostIdleConnections);
  return std::make_unique<Net>(std::make_unique<Inside>(clock, multi));
}

Net::Net(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Net::~Net() = default;

void Net::post(std::function<void()> task) {
  inside_->mailbox->post(std::move(task));
}

void Net::stop() {
  inside_->stopping = true;
  curl_multi_wakeup(inside_->multi);
}

void Net::run() {
  while (!inside_->stopping) {
    inside_->run_tasks();
    inside_->run_timers();
    inside_->graveyard.look(inside_->clock.steady());
    inside_->drive_http();
    if (inside_->stopping) break;
    inside_->wait();
    inside_->drive_connections();
  }
}

Net::TimerId Net::at(Duration when, std::function<void()> task) {
  const TimerId id{when, inside_->next_timer++};
  inside_->timers.emplace(id, std::move(task));
  return id;
}

void Net::cancel(TimerId timer) {
  inside_->timers.erase(timer);
}

std::unique_ptr<Stream> Net::connect(std::string host, std::uint16_t port, Duration limit,
                                     StreamHandler& handler) {
  const std::string name = host + ":" + std::to_string(port);
  auto connection = std::make_shared<Connection>(name, limit, inside_->clock, handler);
  inside_->connections.push_back(connection);
  resolve(host, port, inside_->mailbox,
          [weak = std::weak_ptr(connection)](Result<std::vector<SocketAddress>> addresses) {
            if (const auto alive = weak.lock()) alive->start(std::move(addresses));
          });
  return std::make_unique<ConnectionStream>(std::move(connection));
}

std::unique_ptr<Stream> Net::open(const SerialLine& line, StreamHandler& handler) {
  auto connection = std::make_shared<Connection>(line.text(), Duration(), inside_->clock, handler);
  inside_->connections.push_back(connection);
  connection->start(line);
  return std::make_unique<ConnectionStream>(std::move(connection));
}

std::unique_ptr<Stream> Net::adopt(Fd socket, std::string name, StreamHandler& handler) {
  auto connection =
      std::make_shared<Connection>(std::move(name), Duration(), inside_->clock, handler);
  inside_->connections.push_back(connection);
  connection->start(std::move(socket));
  return std::make_unique<ConnectionStream>(std::move(connection));
}

void Net::bury(pid_t child) {
  inside_->graveyard.add(child, inside_->clock.steady());
}

std::unique_ptr<Exchange> Net::fetch(const HttpRequest& request, HttpHandler& handler) {
  auto transfer = std::make_shared<Transfer>();
  transfer->easy = curl_easy_init();
  require(transfer->easy != nullptr, "libcurl gives a handle");
  transfer->handler = &handler;
  transfer->clock = &inside_->clock;
  transfer->silence_limit = request.silence_limit;
  transfer->last_byte = inside_->clock.steady();
  transfer->tls = request.url.starts_with("https://");
  set_options(*transfer, request);
  curl_multi_add_handle(inside_->multi, transfer->easy);
  inside_->transfers.push_back(transfer);
  return std::make_unique<CurlExchange>(std::move(transfer));
}

}  // namespace heed::box
