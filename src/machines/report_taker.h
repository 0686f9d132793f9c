// One report on its way from what was received into one batch of the silo.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machines/history.h"
#include "machines/ledger.h"
#include "machines/live_feed.h"

namespace heed::machines {

/// Limits and form of a report; kInvalid names what is wrong.
Result<void> check_report(const Report& report);

/// Carries the ledger on and fills a batch. If the batch cannot be stored afterwards, the ledger
/// is worthless and must be loaded anew.
class ReportTaker {
 public:
  /// A machine's state is stored at least this often while anything is heard, so that after a
  /// restart "last seen" is no older than this.
  static constexpr Duration kMemoryInterval = Duration::seconds(60);

  ReportTaker(silo::Silo& silo, const Access& access, Ledger& ledger, const Report& report,
              bool gather_values)
      : silo_(silo),
        access_(access),
        ledger_(ledger),
        report_(report),
        gather_values_(gather_values),
        arrival_(Time::from_milliseconds(report.arrival.milliseconds())) {}

  Governed<void> run();
  const silo::Batch& batch() const { return batch_; }
  const Recorded& recorded() const { return recorded_; }
  /// Something that a card shows changed.
  bool shown() const { return shown_; }
  /// Earliest place of a sample in the batch.
  std::optional<Time> stored_from() const { return stored_from_; }
  std::vector<ItemValue> take_values() { return std::move(values_); }

 private:
  /// A received line that must be stored as such, and the items whose observations it tells.
  struct KeptLine {
    std::uint32_t raw = 0;
    TextStamp stamp;
    DataClass data = DataClass::kProduction;
    std::string items;
  };

  Governed<void> learn_model();
  Governed<void> take_observations();
  Governed<LastSaid*> item_of(const Observation& observation);
  void take_observation(const Observation& observation, LastSaid& item);
  /// An observation as it is stored, and what its item says after it.
  struct Said {
    std::optional<std::string> value;  ///< What was said: of a data set what changed.
    std::optional<std::string> now;
    bool resets = false;  ///< A data set begins anew.
  };
  Said said(const Observation& observation, const LastSaid& item) const;
  bool repeats(const Observation& observation, const Said& said, const LastSaid& item) const;
  /// `said.value`, or all of a data set where much was stored since that was.
  static std::optional<std::string> stored(const Said& said, LastSaid& item);
  LineForm line_of(const Observation& observation, const std::optional<std::string>& value,
                   const Directory::Entry& entry, const TextStamp& stamp);
  void keep_line(std::uint32_t raw, const Directory::Entry& entry, const TextStamp& stamp);
  void keep_untold_lines();
  Governed<void> add_lines();
  Governed<void> add_states();
  Governed<void> add_history();
  Governed<void> add_memory();
  // Each makes the series at its first use.
  Governed<silo::SeriesId> lines_series(DataClass data);
  Governed<silo::SeriesId> own_series(std::optional<silo::SeriesId> Directory::* which,
                                      policy::KindId kind);
  Governed<silo::SeriesId> series(std::optional<silo::SeriesId>& known, policy::KindId kind,
                                  const std::string& name);

  silo::Silo& silo_;
  const Access& access_;
  Ledger& ledger_;
  const Report& report_;
  const bool gather_values_;
  const Time arrival_;  ///< As the silo keeps it.
  silo::Batch batch_;
  CourseChanges changes_;
  std::vector<std::uint32_t> told_;  ///< By raw line: how many observations it told.
  std::vector<KeptLine> kept_;
  std::vector<std::uint32_t> kept_of_raw_;  ///< By raw line: 1 + its last place in kept_, or 0.
  std::optional<Time> stored_from_, stored_until_;  ///< Places of this batch's samples.
  Recorded recorded_;
  bool shown_ = false;
  std::vector<ItemValue> values_;
};

}  // namespace heed::machines
