// Answers what an MTConnect client asks, for one who asks: documents of the organization's ring
// (machines/agent_ring.h) under their access, at once or as a stream.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/agent_model.h"
#include "http/api.h"
#include "http/event_stream.h"
#include "wire/mtconnect/agent_query.h"

namespace heed::http {

/// A document and what is not in it.
struct AgentDocument {
  std::string text;
  std::size_t withheld = 0;  ///< Items that the policy keeps back from this access.
};

/// Serves one ask, once or for as long as a stream lasts. Not thread-safe. What it was given
/// outlives it but the principal, which it copies.
class AgentReader {
 public:
  template <class T>
  using Answer = wire::mtconnect::AgentAnswer<T>;
  using Ask = wire::mtconnect::AgentAsk;

  AgentReader(const Api& api, Principal principal, OrganizationId organization)
      : api_(api), principal_(std::move(principal)), organization_(organization) {}

  /// Learns what may be seen, if anything changed since the last time. To be called before each
  /// of the rest. An `instance` other than before: all sequences are others.
  Answer<void> refresh();
  std::uint64_t instance() const { return place_.instance; }
  /// For a header when nothing else can be said.
  wire::mtconnect::Header header() const;
  const std::shared_ptr<machines::AgentRing>& ring() const { return ring_; }
  const AgentModel& model() const { return model_; }

  Answer<AgentDocument> probe(const Ask& ask);
  Answer<AgentDocument> current(const Ask& ask);
  struct Sample {
    AgentDocument document;
    std::uint64_t next = 0;
    std::size_t told = 0;
  };
  Answer<Sample> sample(const Ask& ask);
  AgentDocument assets() const;
  /// Whether there is something to be asked for, without asking the ring.
  Answer<void> check(const Ask& ask);

 private:
  using Selection = std::vector<std::vector<bool>>;
  struct Found {
    std::vector<wire::mtconnect::Told> told;
    std::uint64_t next = 0;
  };

  Answer<const Selection*> selected(const Ask& ask);
  Answer<Found> forwards(const Ask& ask, const Selection& selection);
  Found backwards(const Ask& ask, const Selection& selection) const;
  std::optional<wire::mtconnect::Told> tell(const Selection& selection,
                                            const machines::Numbered& said) const;
  /// Of each machine, which of what was said before the ring began this access may read.
  Answer<std::vector<machines::NumberedPointer>> readable(
      std::vector<machines::NumberedPointer> said, std::size_t& withheld) const;

  const Api& api_;
  const Principal principal_;
  const OrganizationId organization_;
  std::shared_ptr<machines::Machines> machines_;
  std::shared_ptr<machines::AgentRing> ring_;
  std::optional<policy::Access> access_;
  std::string standing_;
  machines::RingPlace place_;
  std::uint64_t model_instance_ = 0;
  std::optional<Time> model_changed_;
  AgentModel model_;
  std::optional<Selection> selection_;  ///< What is asked for, of the model.
};

/// A stream of documents: multipart/x-mixed-replace, a part whenever there is something new, at
/// most one each `interval`, and an empty one when there was nothing for `heartbeat`.
class AgentStream final : public EventSource {
 public:
  /// A stream goes on for at most this long after its listener lost the right to it.
  static constexpr Duration kStandingAge = Duration::seconds(15);
  /// Between two parts, however short an interval was asked for.
  static constexpr Duration kLeastInterval = Duration::milliseconds(10);

  /// `ask` has an interval. `may_listen` is asked now and then; the stream ends at its first no.
  AgentStream(AgentReader reader, AgentReader::Ask ask, const Clock& clock,
              std::function<bool()> may_listen);

  EventBatch next(std::optional<std::uint64_t> after_id) override;
  /// Never more than AgentRing::kListeners: beyond, the stream ends at once with an error.
  Subscription subscribe(std::function<void()> wake) override;

  std::string opening() const override { return {}; }
  std::string written(const Event& event) const override { return event.data; }
  std::string sign_of_life() const override { return {}; }
  const std::string& boundary() const { return boundary_; }

 private:
  bool may_listen();
  EventBatch part(std::string document);
  EventBatch end(const wire::mtconnect::AgentRefusal& why);

  AgentReader reader_;
  AgentReader::Ask ask_;
  const Clock& clock_;
  const std::function<bool()> may_listen_;
  const std::string boundary_;
  const std::uint64_t instance_;
  Duration stood_at_;
  std::optional<Duration> sent_at_;
  std::optional<Error> full_;
};

/// What a client is told instead: an MTConnectError document with its status.
Response agent_refusal(const wire::mtconnect::AgentRefusal& refusal,
                       const wire::mtconnect::Header& header);
/// Any of the house's refusals in these words.
wire::mtconnect::AgentRefusal agent_refusal_of(const policy::Withheld& why);

}  // namespace heed::http
