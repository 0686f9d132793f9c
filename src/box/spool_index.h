// Which machine's reports are in which segment of the spool. A few words a machine and segment, not
// one a report: a full spool of millions of reports must not need memory for each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "machines/observation.h"

namespace heed::box {

/// Not thread-safe.
class SpoolIndex {
 public:
  using SegmentId = std::uint64_t;
  explicit SpoolIndex(std::string directory) : directory_(std::move(directory)) {}

  std::string path(SegmentId segment) const;
  /// Whether the directory has segments at all.
  Result<bool> any_files() const;
  /// Reads every segment of the directory and cuts torn tails. Gives how many bytes were damaged.
  Result<std::uint64_t> load(const std::string& box_key);

  /// A new, empty, last segment.
  SegmentId add_segment();
  /// Segments grow at the end: frames are told in the order in which they were written.
  void add_frame(SegmentId segment, machines::MachineId machine, std::uint64_t number,
                 std::uint64_t offset);
  void set_size(SegmentId segment, std::uint64_t size);
  /// Forgets what `number` covers of the machine.
  void acknowledge(machines::MachineId machine, std::uint64_t number);
  /// Takes segments that hold nothing any more out of the index, except `keep`; their files may
  /// be removed.
  std::vector<std::string> take_empty(std::optional<SegmentId> keep);

  bool is_empty(SegmentId segment) const { return segments_.at(segment).machines.empty(); }
  std::uint64_t size(SegmentId segment) const { return segments_.at(segment).size; }

  struct Place {
    SegmentId segment = 0;
    std::uint64_t offset = 0;  ///< At or before the frame that is looked for.
    std::uint64_t size = 0;    ///< Synced bytes of the segment.
  };
  /// Where to look for the machine's first frame above number `after`, in segments above `beyond`.
  std::optional<Place> find(machines::MachineId machine, std::uint64_t after,
                            std::optional<SegmentId> beyond) const;
  /// The machine's last frame.
  std::optional<Place> last(machines::MachineId machine) const;
  std::uint64_t last_number(machines::MachineId machine) const;
  std::vector<machines::MachineId> machines() const;
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Range {
    std::uint64_t last = 0;
    std::uint64_t first_offset = 0;
    std::uint64_t last_offset = 0;
  };
  struct Segment {
    std::uint64_t size = 0;
    std::map<machines::MachineId, Range> machines;
  };
  Result<std::uint64_t> load_segment(SegmentId id, const std::string& box_key);

  const std::string directory_;
  std::map<SegmentId, Segment> segments_;
  SegmentId next_ = 1;
  std::uint64_t bytes_ = 0;
};

}  // namespace heed::box
