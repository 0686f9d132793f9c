#include "policy/language/document.h"

#include <array>

#include "policy/language/keywords.h"

namespace heed::policy {
namespace {

/// Days of the shortest run of so many months: February alone, February and March, …
constexpr std::array<std::int64_t, 12> kMonths = {0,   28,  59,  89,  120, 150,
                                                  181, 212, 242, 273, 303, 334};

constexpr std::int64_t kMostDays = 106'000;  ///< A Duration ends at 292 years.

std::int64_t days_of(std::int64_t months) {
  // The longest run without a leap day is 36 months, from the March after a 29th of February.
  const std::int64_t leap_days = (months + 11) / 48;
  return months / 12 * 365 + kMonths[static_cast<std::size_t>(months % 12)] + leap_days;
}

}  // namespace

Duration Span::shortest() const {
  if (unit == Unit::kHour) {
    return count > 24 * kMostDays ? Duration::max() : Duration::hours(count);
  }
  const std::int64_t days = unit == Unit::kDay     ? count
                            : unit == Unit::kMonth ? days_of(count)
                                                   : days_of(std::int64_t{count} * 12);

  return days > kMostDays ? Duration::max() : Duration::days(days);
}

std::string_view name_of(Dimension dimension) {
  return kVocabularyWords[static_cast<std::size_t>(dimension)];
}

std::string fact_path(Dimension dimension, std::string_view path) {
  return std::string(name_of(dimension)).append(":").append(path);
}

std::string_view name_of(FieldType type) {
  return kTypeWords[static_cast<std::size_t>(type)];
}

std::string_view name_of(OnErasure effect) {
  if (effect == OnErasure::kNone) return {};
  return kErasureWords[static_cast<std::size_t>(effect) - 1];
}

std::string declared(const Field& field) {
  std::string text(name_of(field.type));
  if (!field.refers_to.empty()) text += " to " + field.refers_to;
  if (leads_away(field.type)) text.append(" on erasure ").append(name_of(field.on_erasure));
  if (field.indexed) text += " indexed";
  if (!field.with.empty()) text += " with " + field.with;
  return text;
}

}  // namespace heed::policy
