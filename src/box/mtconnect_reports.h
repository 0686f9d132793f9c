// What a session of MTConnect finds out → reports, whatever brought its documents.
//
// The observations of a document are put in the order of their sequence, so that every report but
// those of a first dump carries the sequence to go on from: a crash between two reports of a
// document neither loses nor doubles what is in it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "box/driver.h"
#include "box/report_builder.h"
#include "wire/mtconnect/listener.h"

namespace heed::box {

/// The link counts as down when it is not up again within it.
constexpr Duration kLinkGrace = Duration::seconds(2);

/// Of one document, until it is complete. A longer one is handed on in pieces before its end is
/// seen; what is repeated if it then breaks off is dropped by its sequence.
constexpr std::size_t kMostHeldBytes = std::size_t{2} << 20;

/// Not thread-safe: the loop's thread.
class MtconnectReports : public wire::mtconnect::AgentListener {
 public:
  /// `device` by name or uuid; empty: the first that is not the agent itself.
  MtconnectReports(std::string device, std::string words_when_up, DriverPlace place,
                   DriverListener& listener);

  void link_works();
  /// The link is down unless it works again within kLinkGrace.
  void link_fails(const std::string& words);
  /// The link is down.
  void link_ended(const std::string& words);
  /// Something came that cannot be read; it is kept as evidence.
  void strange(std::string_view what, const Error& why);

  void on_devices(const wire::mtconnect::DeviceModel& model) override;
  void on_observation(const wire::mtconnect::Observation& from, BytesView raw,
                      bool snapshot) override;
  void on_gap(const wire::mtconnect::Gap& gap) override;
  void on_commit(const wire::mtconnect::Cursor& cursor,
                 const wire::mtconnect::Header& header) override;
  void on_discard() override;
  void on_asset(const wire::mtconnect::Asset& asset) override;
  void on_asset_gone(std::string_view asset_id) override;
  void on_trouble(const Error& error) override;

 private:
  struct Held {
    std::uint64_t sequence = 0;
    machines::Observation observation;
    std::string raw;
  };

  bool is_of_device(const wire::mtconnect::Observation& observation) const;
  void hand_on(std::optional<wire::mtconnect::Cursor> cursor);
  void forget_document();

  const std::string device_;
  const std::string words_when_up_;
  const DriverPlace place_;
  DriverListener& listener_;
  Timer down_;
  ReportBuilder builder_;
  bool up_ = false;
  std::string failure_;  ///< What failed last, while it is not known to work again.

  std::string device_name_;
  std::string device_uuid_;
  // The document at hand.
  std::vector<Held> held_;
  std::vector<wire::mtconnect::Gap> gaps_;
  std::size_t held_bytes_ = 0;
  bool snapshot_ = false;
  /// Handed on before its document was complete.
  std::set<std::uint64_t> early_;
  std::optional<Time> last_good_;
};

}  // namespace heed::box
