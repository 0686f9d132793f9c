#include "http/line_series.h"

#include <algorithm>

#include <fmt/core.h>

namespace heed::http {
namespace {

namespace line = wire::lineprotocol;

constexpr std::size_t kLongestSeriesName = 256;
constexpr std::size_t kLongestText = 32'768;
/// What is guessed before anything is read; a shorter field makes the batch grow.
constexpr std::size_t kBytesOfAField = 32;

std::optional<Time> time_of(std::int64_t timestamp, std::int64_t unit) {
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(timestamp, unit, &nanoseconds)) return {};
  return Time::from_nanoseconds(nanoseconds);
}

std::string name_of(std::string_view bucket, const line::Point& point, std::string_view field) {
  std::string name = "line/";
  for (const char c : bucket) {
    if (c == '/' || c == '\\') name += '\\';
    name += c;
  }
  return (name += '/') += series_name(point, field);
}

std::string value_of(const line::Field& field) {
  if (field.type == line::Type::kText && field.value.find('\\') != std::string_view::npos) {
    return line::unescaped_text(field.value);
  }
  return std::string(field.value);
}

}  // namespace

std::optional<LineFault> LineSeries::read(const LineRequest& request, silo::Batch& batch) {
  if (remembered_ > kMostRemembered) {
    known_.clear();
    remembered_ = 0;
  }
  missing_.clear();
  batch.samples.clear();
  batch.samples.reserve(std::min(request.text.size() / kBytesOfAField, silo::kMostSamples));
  line::Reader reader(request.text);
  while (true) {
    const auto more = reader.next(point_);
    if (!more) return LineFault{reader.line(), more.error().message};
    if (!*more) return {};
    if (const auto why = add(request, point_, batch)) {
      return LineFault{reader.line(), fmt::format("line {}: {}", reader.line(), *why)};
    }
  }
}

std::optional<std::string> LineSeries::add(const LineRequest& request, const line::Point& point,
                                           silo::Batch& batch) {
  const auto at = point.timestamp ? time_of(*point.timestamp, request.unit) : request.now;
  if (!at) return "its timestamp lies beyond the years 1677 to 2262";
  Fields& fields = fields_of(request.bucket, point.series);
  for (const line::Field& field : point.fields) {
    if (field.value.size() > kLongestText) return "a text is longer than 32,768 bytes";
    if (batch.samples.size() == silo::kMostSamples) return "there are more than 100,000 values";
    silo::SeriesSample& made = batch.samples.emplace_back();
    made.sample.at = made.sample.device = *at;
    made.sample.arrival = request.now;
    made.sample.flags = static_cast<std::uint8_t>(field.type);
    made.sample.value = value_of(field);
    made.sample.folds = true;
    const auto why = find(request, point, field.key, fields, made, batch.samples.size() - 1);
    if (why) return why;
  }
  return {};
}

std::optional<std::string> LineSeries::find(const LineRequest& request, const line::Point& point,
                                            std::string_view field, Fields& fields,
                                            silo::SeriesSample& sample, std::size_t number) {
  for (const Known& known : fields) {
    if (known.field != field) continue;
    sample.series = known.id;
    return {};
  }
  std::string name = name_of(request.bucket, point, field);
  if (name.size() > kLongestSeriesName) {
    return "bucket, measurement, tags and field name together are longer than 256 bytes";
  }
  missing_.push_back({number, std::move(name), &fields, std::string(field)});
  return {};
}

LineSeries::Fields& LineSeries::fields_of(std::string_view bucket, std::string_view series) {
  auto of_bucket = known_.find(bucket);
  if (of_bucket == known_.end()) of_bucket = known_.try_emplace(std::string(bucket)).first;
  const auto known = of_bucket->second.find(series);
  if (known != of_bucket->second.end()) return known->second;
  ++remembered_;
  return of_bucket->second.try_emplace(std::string(series)).first->second;
}

policy::Governed<void> LineSeries::make_new(silo::Silo& silo, const policy::Access& access,
                                            policy::KindId kind, silo::Batch& batch) {
  if (missing_.empty()) return {};
  std::vector<std::string> names;
  for (const Missing& missing : missing_) names.push_back(missing.name);
  ASSIGN_OR_RETURN(const auto ids, silo.series(access, kind, names));
  for (std::size_t i = 0; i < missing_.size(); ++i) {
    const Missing& missing = missing_[i];
    batch.samples[missing.sample].series = ids[i];
    const auto same = [&](const Known& known) { return known.field == missing.field; };
    if (std::ranges::none_of(*missing.fields, same)) {
      missing.fields->push_back({missing.field, ids[i]});
      ++remembered_;
    }
  }
  missing_.clear();
  return {};
}

std::unique_ptr<LineSeries> LineSeriesShelf::take(OrganizationId organization) {
  const Lock lock(mutex_);
  auto& free = free_[organization];
  if (free.empty()) return std::make_unique<LineSeries>();
  auto series = std::move(free.back());
  free.pop_back();
  return series;
}

void LineSeriesShelf::give_back(OrganizationId organization, std::unique_ptr<LineSeries> series) {
  const Lock lock(mutex_);
  free_[organization].push_back(std::move(series));
}

}  // namespace heed::http
