// When a policy's text has to be read again.
#pragma once

#include <optional>

#include "policy/policy.h"

namespace heed::policy {

/// Midnight UTC of a date as a policy file writes it; nothing if there is no such day.
std::optional<Time> day_of(std::string_view date);
/// The date of the text and one review period by the calendar: 2023-11-16 and 12 months give
/// 2024-11-16. Nothing if the policy promises no review.
std::optional<Time> review_due(const Policy& policy);
/// "2024-11-16"
std::string date_of(Time time);

}  // namespace heed::policy
