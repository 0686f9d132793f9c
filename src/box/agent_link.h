// How an MTConnect agent is asked: over HTTP, one exchange a request, or over its WebSocket, where
// one connection serves one request after another; a stream that is not wanted any more is
// cancelled.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"
#include "box/net.h"
#include "wire/mqtt/login.h"
#include "wire/mtconnect/request.h"

namespace heed::box {

/// Where an agent is, and how it is entered.
struct AgentPlace {
  Endpoint endpoint;
  wire::mqtt::Login login;
  wire::mtconnect::AgentOptions options;
};

/// Takes the answer to what was asked; on the loop's thread, never from inside ask().
class AgentLinkHandler : public HttpHandler {
 public:
  /// In the place of on_head(): whole documents follow.
  virtual void on_messages() = 0;
  /// False: the answer is over; on_end() is not called then.
  virtual bool on_message(BytesView document) = 0;
};

/// One request at a time.
class AgentLink {
 public:
  virtual ~AgentLink() = default;
  /// Nothing is under way: the answer before has ended, or a handler said false.
  virtual void ask(const wire::mtconnect::Request& request) = 0;
  virtual bool is_asking() const = 0;
  /// While paused nothing is read, and silence does not count.
  virtual void pause(bool paused) = 0;
};

/// All outlive it.
std::unique_ptr<AgentLink> make_agent_link(const AgentPlace& agent, DriverPlace place,
                                           AgentLinkHandler& handler);

}  // namespace heed::box
