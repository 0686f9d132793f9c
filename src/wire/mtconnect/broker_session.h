// An agent behind a broker, as cppagent's MqttService and others publish it: documents come when it
// pleases the agent, and nothing can be asked for. Without sockets, as AgentSession is.
//
//   PREFIX/Probe/DEVICE          the model, kept by the broker
//   PREFIX/Current/DEVICE        every value, kept, again every ten seconds
//   PREFIX/Sample/DEVICE         what was observed since the sample before
//   PREFIX/Asset/DEVICE/ASSET    kept
//   PREFIX/Probe/AGENT/Availability   AVAILABLE; the agent's last will is UNAVAILABLE
//
// First the probes of all devices are read, then what belongs to the chosen one alone. Meanwhile
// topics per item are recognized, which other sinks of agents publish (broker_topics.h says what
// they lack): a person is told which sink to configure.
//
// A sample does not say where it begins, and the sequences between two samples may be those of the
// agent's other devices, so a hole in them proves nothing. What proves: while both connections
// hold, quality of service 1 brings every sample; and a current tells the newest sequence of each
// item.
//   – After a connection was lost (ours or the agent's) the first document is held against where we
//     stood: if the current has nothing newer, nothing was lost, else the range is told as a gap.
//   – At all times, what a current has and the samples have passed by is told as lost, and
//   delivered. – Another instanceId, or sequences that count anew, is a restart.
// Documents of another order than they were made in give nothing twice: what they have that was
// passed by is told as lost.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"
#include "wire/mtconnect/listener.h"

namespace heed::wire::mtconnect {

struct BrokerOptions {
  static constexpr std::string_view kUsualPrefix = "MTConnect";
  /// Levels before the kinds of documents, without a slash at the ends.
  std::string prefix{kUsualPrefix};
  /// By name or uuid; empty: the first by uuid that is not the agent itself.
  std::string device;
};

/// Told beside what an AgentListener is.
class BrokerListener : public AgentListener {
 public:
  virtual void on_step(const std::string& words, bool ok) = 0;
  /// A message that cannot be read; the session goes on without it.
  virtual void on_strange(std::string_view topic, BytesView payload, const Error& why) = 0;
  /// The agent has left the broker, or is silent; what was true is not known any more.
  virtual void on_away(const std::string& words) = 0;
};

/// Not thread-safe. `now` is steady time.
class BrokerSession {
 public:
  /// The kept messages of all devices arrive one after another: those of them that came when the
  /// first has been there for so long are chosen from.
  static constexpr Duration kChoice = Duration::seconds(1);
  /// Nothing kept by then: a person is told what to see to.
  static constexpr Duration kNothingKept = Duration::seconds(3);
  /// Silence of an agent whose pace is not known yet, or else three times its pace and no less than
  /// the other.
  static constexpr Duration kSilence = Duration::minutes(2);
  static constexpr Duration kLeastSilence = Duration::seconds(30);
  /// What a current told and no sample brought for so long does not come any more.
  static constexpr Duration kLateSample = Duration::minutes(1);
  /// Devices behind one prefix that are told apart.
  static constexpr std::size_t kMostDevices = 1'000;
  /// Sequences that are remembered against repetition.
  static constexpr std::size_t kMostRemembered = 20'000;

  /// `listener` and `random` outlive it. `kept` is the cursor of the last commit, or nothing.
  BrokerSession(BrokerOptions options, BrokerListener& listener, Random& random,
                std::optional<Cursor> kept = {});
  ~BrokerSession();

  /// What to subscribe to. Anew after each message() or on_time() that says so.
  std::vector<std::string> filters() const;
  /// False of a filter that is there to recognize something: a broker may refuse it.
  static bool is_needed(std::string_view filter);
  void connected(Duration now);
  void lost();
  /// What the broker had was not read for a while; it keeps only so much.
  void not_read();
  /// True: connect again, with other filters.
  bool message(std::string_view topic, BytesView payload, bool retained, Duration now);
  Duration deadline() const;
  /// The same at its deadline.
  bool on_time(Duration now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed::wire::mtconnect
