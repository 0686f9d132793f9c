// Points of line protocol as samples of series. Which series a point's fields go into is found by
// the bytes of its line's beginning, which a sender repeats again and again: its name is only made
// when it is new.
//
// A field is the series "line/<bucket>/<measurement>[,<tag>=<value>]* <field>": tags in the order
// of their keys, escaped as in the protocol; a slash of the bucket's name is escaped too. A number
// is kept as it was written, its type in the sample's flags; a text without its quotes and escapes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/sync.h"
#include "silo/silo.h"
#include "wire/lineprotocol/line.h"

namespace heed::http {

constexpr std::size_t kLongestBucket = 64;

/// In a sample's flags: what the field was. Part of the stored format.
using LineType = wire::lineprotocol::Type;

struct LineRequest {
  std::string_view bucket;
  std::int64_t unit = 1;  ///< Nanoseconds of a timestamp's unit
  Time now;               ///< For points without a timestamp, and as arrival
  std::string_view text;
};

/// What is wrong with a request, and where.
struct LineFault {
  std::size_t line = 0;
  std::string why;
};

/// Of one organization; for one request at a time.
class LineSeries {
 public:
  /// Fills `batch` anew. Nothing is stored, and no series is made, unless all of it can be read.
  std::optional<LineFault> read(const LineRequest& request, silo::Batch& batch);
  /// Makes the series that read() found no number for.
  policy::Governed<void> make_new(silo::Silo& silo, const policy::Access& access,
                                  policy::KindId kind, silo::Batch& batch);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct Known {
    std::string field;
    silo::SeriesId id;
  };
  using Fields = std::vector<Known>;
  struct Missing {
    std::size_t sample;
    std::string name;
    Fields* fields;
    std::string field;
  };
  static constexpr std::size_t kMostRemembered = 65'536;

  std::optional<std::string> add(const LineRequest& request, const wire::lineprotocol::Point& point,
                                 silo::Batch& batch);
  std::optional<std::string> find(const LineRequest& request,
                                  const wire::lineprotocol::Point& point, std::string_view field,
                                  Fields& fields, silo::SeriesSample& sample, std::size_t number);
  Fields& fields_of(std::string_view bucket, std::string_view series);

  /// By bucket, then by a line's beginning as it was sent.
  std::map<std::string, std::unordered_map<std::string, Fields, Hash, std::equal_to<>>, std::less<>>
      known_;
  std::size_t remembered_ = 0;
  std::vector<Missing> missing_;
  wire::lineprotocol::Point point_;
};

/// One for each request that is read at the same time, kept for the next ones. Thread-safe.
class LineSeriesShelf {
 public:
  std::unique_ptr<LineSeries> take(OrganizationId organization);
  void give_back(OrganizationId organization, std::unique_ptr<LineSeries> series);

 private:
  Mutex mutex_;
  std::map<OrganizationId, std::vector<std::unique_ptr<LineSeries>>> free_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::http
