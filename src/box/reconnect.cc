#include "box/reconnect.h"

namespace heed::box {

Reconnect::Reconnect(const Endpoint& endpoint, DriverPlace place, ReconnectHandler& handler)
    : endpoint_(endpoint),
      place_(place),
      handler_(handler),
      backoff_(place.random, kRetry),
      retry_(place.net) {}

void Reconnect::start() {
  stream_ = endpoint_.serial
                ? place_.net.open(*endpoint_.serial, *this)
                : place_.net.connect(endpoint_.host, endpoint_.port, kConnectLimit, *this);
  stream_->pause(paused_);
}

void Reconnect::send(BytesView bytes) {
  if (stream_ && !bytes.empty()) stream_->send(bytes);
}

void Reconnect::pause(bool paused) {
  paused_ = paused;
  if (stream_) stream_->pause(paused);
}

void Reconnect::lose() {
  try_again();
}

void Reconnect::on_open(const std::string& where) {
  open_since_ = place_.clock.steady();
  handler_.on_connected(where);
}

void Reconnect::on_closed(const Error& why) {
  try_again();
  handler_.on_lost(why);
}

void Reconnect::try_again() {
  const Duration now = place_.clock.steady();
  if (open_since_ && now - *open_since_ >= kGoodConnection) backoff_.reset();
  open_since_.reset();
  stream_.reset();
  retry_.set(now + backoff_.next(), [this] { start(); });
}

}  // namespace heed::box
