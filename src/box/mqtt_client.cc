#include "box/mqtt_client.h"

#include <fmt/core.h>
#include <mosquitto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <deque>
#include <thread>
#include <utility>

#include "base/sync.h"
#include "box/fd.h"
#include "wire/sparkplug/rebirth.h"

namespace heed::box {
namespace {

using wire::mqtt::Message;
using wire::sparkplug::EdgeNode;

constexpr int kLoopMilliseconds = 100;
constexpr Duration kStopLimit = Duration::seconds(1);
constexpr int kAtLeastOnce = 1;

/// A PEM text as a file that no other program sees: libmosquitto takes names of files only.
class PemFile {
 public:
  explicit PemFile(const std::string& pem) {
    if (pem.empty()) return;
    fd_ = Fd(::memfd_create("pem", MFD_CLOEXEC));
    const bool written = fd_.is_open() && ::write(fd_.number(), pem.data(), pem.size()) ==
                                              static_cast<ssize_t>(pem.size());
    if (written) name_ = fmt::format("/proc/self/fd/{}", fd_.number());
  }
  const char* name() const { return name_.empty() ? nullptr : name_.c_str(); }

 private:
  Fd fd_;
  std::string name_;
};

struct Destroy {
  void operator()(mosquitto* session) const { ::mosquitto_destroy(session); }
};
using Session = std::unique_ptr<mosquitto, Destroy>;

// Counts its calls without a lock, so it is called once.
void begin_library() {
  static const int kBegun = ::mosquitto_lib_init();
  (void)kBegun;
}

}  // namespace

/// What the loop's thread and libmosquitto's share. Lives until both are done with it.
struct MqttClient::Shared : std::enable_shared_from_this<MqttClient::Shared> {
  using Event = std::function<void(MqttHandler&)>;

  Shared(Net& loop, Broker to, MqttHandler& who)
      : broker(std::move(to)), handler(&who), net(&loop) {}

  const Broker broker;
  std::thread thread;

  // The loop's thread alone.
  MqttHandler* handler;
  bool paused = false;
  void drain();

  // libmosquitto's thread alone.
  std::string complaint;  // What OpenSSL said last.
  bool open = false;
  bool refused = false;
  std::vector<int> subscriptions;  // Message ids, by filter.
  void run();
  bool enter(mosquitto* session);
  Error why_lost(int code) const;
  void tell(Event event);

  Mutex mutex;
  Condition changed;
  Net* net HEED_GUARDED_BY(mutex);  // Nothing once the client is gone.
  bool finished HEED_GUARDED_BY(mutex) = false;
  bool drain_posted HEED_GUARDED_BY(mutex) = false;
  std::deque<Event> events HEED_GUARDED_BY(mutex);
  std::vector<EdgeNode> rebirths HEED_GUARDED_BY(mutex);
  bool closed() {
    const Lock lock(mutex);
    return net == nullptr;
  }
};

void MqttClient::Shared::tell(Event event) {
  const Lock lock(mutex);
  while (net != nullptr && events.size() >= kMostWaitingMessages) {
    changed.wait_for(mutex, Duration::milliseconds(kLoopMilliseconds));
  }
  if (net == nullptr) return;
  events.push_back(std::move(event));
  if (std::exchange(drain_posted, true)) return;
  net->post([self = shared_from_this()] { self->drain(); });
}

void MqttClient::Shared::drain() {
  {
    const Lock lock(mutex);
    drain_posted = false;
  }
  while (handler != nullptr && !paused) {
    Event event;
    {
      const Lock lock(mutex);
      if (events.empty()) return;
      event = std::move(events.front());
      events.pop_front();
      changed.wake_all();
    }
    event(*handler);
  }
}

namespace {

MqttClient::Shared& shared_of(void* object) {
  return *static_cast<MqttClient::Shared*>(object);
}

void on_connect(mosquitto* session, void* object, int code) {
  auto& shared = shared_of(object);
  if (code != 0) {
    shared.refused = true;
    std::string words = fmt::format("{} refused us: {}", shared.broker.endpoint.text(),
                                    ::mosquitto_connack_string(code));
    if (code == 4 || code == 5) words += " (check user and password, or the certificate)";
    shared.tell([words](MqttHandler& h) { h.on_closed({ErrorKind::kUnavailable, words, {}}); });
    return;
  }
  shared.open = true;
  shared.tell([](MqttHandler& handler) { handler.on_open(); });
  for (const std::string& filter : shared.broker.filters) {
    int id = 0;
    ::mosquitto_subscribe(session, &id, filter.c_str(), kAtLeastOnce);
    shared.subscriptions.push_back(id);
  }
}

void on_subscribe(mosquitto* /*session*/, void* object, int id, int count, const int* granted) {
  constexpr int kRefused = 0x80;
  auto& shared = shared_of(object);
  for (std::size_t i = 0; i < shared.subscriptions.size(); ++i) {
    if (shared.subscriptions[i] != id || count < 1 || granted[0] < kRefused) continue;
    shared.tell([filter = shared.broker.filters[i]](MqttHandler& h) { h.on_refused(filter); });
  }
}

void on_message(mosquitto* /*session*/, void* object, const mosquitto_message* message) {
  Message copy;
  copy.topic = message->topic;
  copy.payload.assign(static_cast<const char*>(message->payload),
                      static_cast<std::size_t>(message->payloadlen));
  copy.retained = message->retain;
  shared_of(object).tell([copy = std::move(copy)](MqttHandler& h) { h.on_message(copy); });
}

void on_log(mosquitto* /*session*/, void* object, int /*level*/, const char* text) {
  const std::string_view said = text;
  if (said.starts_with("OpenSSL Error") || said.contains("certificate")) {
    shared_of(object).complaint = said;
  }
}

}  // namespace

bool MqttClient::Shared::enter(mosquitto* session) {
  ::mosquitto_connect_callback_set(session, on_connect);
  ::mosquitto_subscribe_callback_set(session, on_subscribe);
  ::mosquitto_message_callback_set(session, on_message);
  ::mosquitto_log_callback_set(session, on_log);
  const wire::mqtt::Login& login = broker.login;
  int code = MOSQ_ERR_SUCCESS;
  if (!login.user.empty()) {
    code = ::mosquitto_username_pw_set(session, login.user.c_str(), login.password.c_str());
  }
  // libmosquitto reads the files within this call and when it connects.
  const PemFile ca(login.ca);
  const PemFile cert(login.cert);
  const PemFile key(login.key);
  if (code == MOSQ_ERR_SUCCESS && login.tls) {
    const char* trusted = login.ca.empty() ? "/etc/ssl/certs" : nullptr;
    code = ::mosquitto_tls_set(session, ca.name(), trusted, cert.name(), key.name(), nullptr);
  }
  if (code == MOSQ_ERR_SUCCESS) {
    code = ::mosquitto_connect_async(session, broker.endpoint.host.c_str(), broker.endpoint.port,
                                     static_cast<int>(kKeepAlive.count_milliseconds() / 1'000));
  }
  if (code == MOSQ_ERR_SUCCESS) return true;
  tell([why = why_lost(code)](MqttHandler& handler) { handler.on_closed(why); });
  return false;
}

Error MqttClient::Shared::why_lost(int code) const {
  const std::string reason =
      code == MOSQ_ERR_ERRNO ? system_words(errno) : std::string(::mosquitto_strerror(code));
  std::string words =
      fmt::format("{} {}: {}", open ? "lost the broker" : "no connection to the broker",
                  broker.endpoint.text(), reason);
  if (!open && !complaint.empty()) {
    words += fmt::format(
        " ({}: is the setting ca the certificate of who signed the broker's, and "
        "does it name this host?)",
        complaint);
  } else if (!open && code == MOSQ_ERR_CONN_LOST) {
    words += broker.login.tls ? " (does this port speak TLS?)"
                              : " (is a broker there, and does this port want TLS?)";
  }
  return {ErrorKind::kUnavailable, words, {}};
}

void MqttClient::Shared::run() {
  begin_library();
  const Session session(::mosquitto_new(broker.client_id.c_str(), true, this));
  require(session != nullptr, "libmosquitto makes a session");
  bool going = enter(session.get());
  while (going && !closed()) {
    std::vector<EdgeNode> asked;
    {
      const Lock lock(mutex);
      asked.swap(rebirths);
    }
    for (const EdgeNode& edge : asked) {
      const Bytes payload = wire::sparkplug::rebirth_payload();
      ::mosquitto_publish(session.get(), nullptr, wire::sparkplug::rebirth_topic(edge).c_str(),
                          static_cast<int>(payload.size()), payload.data(), 0, false);
    }
    const int code = ::mosquitto_loop(session.get(), kLoopMilliseconds, 1);
    going = code == MOSQ_ERR_SUCCESS;
    if (going || refused) continue;
    tell([why = why_lost(code)](MqttHandler& handler) { handler.on_closed(why); });
  }
  if (going) ::mosquitto_disconnect(session.get());
}

MqttClient::MqttClient(Net& net, Broker broker, MqttHandler& handler)
    : shared_(std::make_shared<Shared>(net, std::move(broker), handler)) {
  shared_->thread = std::thread([shared = shared_] {
    shared->run();
    const Lock lock(shared->mutex);
    shared->finished = true;
    shared->changed.wake_all();
  });
}

MqttClient::~MqttClient() {
  shared_->handler = nullptr;
  bool finished = false;
  {
    const Lock lock(shared_->mutex);
    shared_->net = nullptr;
    shared_->changed.wake_all();
    const SystemClock clock;  // of this wait alone
    const Duration until = clock.steady() + kStopLimit;
    while (!shared_->finished && clock.steady() < until) {
      shared_->changed.wait_for(shared_->mutex, Duration::milliseconds(kLoopMilliseconds));
    }
    finished = shared_->finished;
  }
  // It may look a name up, for half a minute; it shares nothing but what it holds itself.
  finished ? shared_->thread.join() : shared_->thread.detach();
}

void MqttClient::pause(bool paused) {
  shared_->paused = paused;
  if (!paused) shared_->drain();
}

void MqttClient::request_rebirth(const EdgeNode& edge) {
  const Lock lock(shared_->mutex);
  shared_->rebirths.push_back(edge);
}

}  // namespace heed::box
