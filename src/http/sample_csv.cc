#include "http/sample_csv.h"

#include <algorithm>

#include "http/csv.h"
#include "machines/past.h"

namespace heed::http {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::string_view kHead = "at,device,arrival,value,placed\r\n";

void append_row(std::string& out, const machines::SampleRow& row) {
  out += format_time(row.at);
  out += ',';
  out += format_time(row.device);
  out += ',';
  out += format_time(row.arrival);
  out += ',';
  if (row.value) append_quoted(out, *row.value);
  out += ',';
  out += word(row.placed);
  out += "\r\n";
}

class SampleCsv {
 public:
  explicit SampleCsv(SampleQuery query) : query_(std::move(query)) {}

  Result<std::optional<std::string>> next() {
    if (finished_) return std::optional<std::string>();
    std::string piece;
    if (!begun_) piece = kHead;
    begun_ = true;
    const Time cursor = query_.range.from;
    std::uint64_t skip = given_at_cursor_;
    bool full = false;
    const auto visit = [&](const machines::SampleRow& row) {
      if (skip > 0 && row.at == cursor) {
        --skip;
        return true;
      }
      append_row(piece, row);
      given_at_cursor_ = row.at == query_.range.from ? given_at_cursor_ + 1 : 1;
      query_.range.from = row.at;
      full = piece.size() >= kPieceBytes;
      return !full;
    };
    const auto read = query_.machines->past().scan_samples(query_.access, query_.machine,
                                                           query_.item, query_.range, visit);
    if (!read) return fail(ErrorKind::kUnavailable, read.error().message());
    finished_ = !full;
    if (piece.empty()) return std::optional<std::string>();
    return piece;
  }

 private:
  /// `range.from` moves on to the time of the last row given,
  SampleQuery query_;
  /// and of that time this many were.
  std::uint64_t given_at_cursor_ = 0;
  bool begun_ = false;
  bool finished_ = false;
};

}  // namespace

BodyStream csv_of_samples(SampleQuery query) {
  return [csv = std::make_shared<SampleCsv>(std::move(query))] { return csv->next(); };
}

}  // namespace heed::http
