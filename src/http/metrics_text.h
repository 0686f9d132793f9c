// The text format that Prometheus scrapes, version 0.0.4.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace heed::http {

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a family, whose samples follow at once: the format forbids to come back to one.
  void counter(std::string_view name, std::string_view help) { begin(name, "counter", help); }
  void gauge(std::string_view name, std::string_view help) { begin(name, "gauge", help); }
  /// A sample of the family begun last.
  void sample(Labels labels, double value);
  std::string take() { return std::move(text_); }

 private:
  void begin(std::string_view name, std::string_view type, std::string_view help);

  std::string name_;
  std::string text_;
};

}  // namespace heed::http
