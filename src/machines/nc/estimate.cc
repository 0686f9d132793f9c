#include "machines/nc/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "machines/nc/planner.h"

namespace heed::machines::nc {
namespace {

/// Between these quantiles of a normal distribution lie 80 %, as between p10 and p90.
constexpr double kEightyPercent = 1.2816;

/// Of kConstants the first few, whose effect cannot be read off the parts of the total.
constexpr std::size_t kBent = 4;

/// A bounded table of seconds by line: where it gets too long, two ranges become one.
class LineTable {
 public:
  void add(std::uint32_t line, double seconds) {
    std::size_t at = (line == 0 ? 0 : line - 1) / width_;
    while (at >= kMostLineTimes) {
      for (std::size_t i = 0; i < seconds_.size(); i += 2) {
        seconds_[i / 2] = seconds_[i] + (i + 1 < seconds_.size() ? seconds_[i + 1] : 0);
      }
      seconds_.resize((seconds_.size() + 1) / 2);
      width_ *= 2;
      at /= 2;
    }
    if (at >= seconds_.size()) seconds_.resize(at + 1);
    seconds_[at] += seconds;
  }
  std::vector<LineTime> times(std::uint64_t lines) const {
    std::vector<LineTime> all;
    for (std::size_t i = 0; i < seconds_.size(); ++i) {
      if (seconds_[i] <= 0) continue;
      const auto last =
          std::min<std::uint64_t>((i + 1) * width_, std::max<std::uint64_t>(lines, 1));
      all.push_back({static_cast<std::uint32_t>(i * width_ + 1), static_cast<std::uint32_t>(last),
                     seconds_[i]});
    }
    return all;
  }

 private:
  std::size_t width_ = 1;
  std::vector<double> seconds_;
};

class Estimator {
 public:
  explicit Estimator(const Constants& constants);
  void take(const Step& step);
  Estimate finish(Reading reading);

 private:
  /// The same program on a machine that differs in one constant.
  struct Other {
    std::size_t constant = 0;
    Constants constants;
    std::unique_ptr<Planner> planner;
    double seconds = 0;
  };
  /// Where seconds go: a section and a tool.
  struct Filed {
    std::uint32_t section = 0, tool = 0;
  };
  void begin_section(const Step& step);
  void use_tool(std::uint32_t tool, bool changed);
  void file(std::uint32_t line, std::uint32_t place, const Seconds& seconds);
  std::uint32_t place();
  double deviation() const;

  Constants constants_;
  Estimate estimate_;
  LineTable lines_;
  std::vector<Filed> places_;
  Filed now_;
  bool has_cut_ = false;  ///< Since the section began.
  double ways_ = 0;       ///< Seconds of the planner, for comparison with the others'.
  Planner planner_;
  std::vector<Other> others_;
};

Estimator::Estimator(const Constants& constants)
    : constants_(constants), planner_(constants_, [this](const Move& move, double took) {
        Seconds seconds;
        (move.rapid ? seconds.rapid : seconds.cutting) = took;
        (move.rapid ? estimate_.rapid_length : estimate_.cutting_length) +=
            move.angular ? 0 : move.length;
        ways_ += took;
        file(move.line, move.place, seconds);
      }) {
  estimate_.sections.emplace_back();
  estimate_.tools.emplace_back();
  others_.reserve(kBent);
  for (std::size_t k = 0; k < kBent; ++k) {
    const auto bent = kConstants.at(k);
    if ((constants_.*bent).spread <= 1) continue;
    Other& other = others_.emplace_back();
    other.constant = k;
    other.constants = constants_;
    (other.constants.*bent).value *= (other.constants.*bent).spread;
    other.planner = std::make_unique<Planner>(
        other.constants, [&other](const Move&, double took) { other.seconds += took; });
  }
}

std::uint32_t Estimator::place() {
  if (places_.empty() || places_.back().section != now_.section ||
      places_.back().tool != now_.tool) {
    places_.push_back(now_);
  }
  return static_cast<std::uint32_t>(places_.size() - 1);
}

void Estimator::file(std::uint32_t line, std::uint32_t place, const Seconds& seconds) {
  const Filed& filed = places_[place];
  Section& section = estimate_.sections[filed.section];
  section.seconds += seconds;
  if (section.first_line == 0) section.first_line = line;
  section.first_line = std::min(section.first_line, line);
  section.last_line = std::max(section.last_line, line);
  estimate_.tools[filed.tool].seconds += seconds;
  estimate_.seconds += seconds;
  lines_.add(line, seconds.total());
}

void Estimator::begin_section(const Step& step) {
  if (has_cut_ && estimate_.sections.size() < kMostSections) {
    const std::uint32_t tool = estimate_.sections.back().tool;
    estimate_.sections.emplace_back();
    estimate_.sections.back().tool = tool;
    has_cut_ = false;
  }
  now_.section = static_cast<std::uint32_t>(estimate_.sections.size() - 1);
  if (has_cut_) return;  // the last one that there is room for
  if (step.kind == StepKind::kSection) estimate_.sections.back().title = step.title;
}

void Estimator::use_tool(std::uint32_t tool, bool changed) {
  auto& tools = estimate_.tools;
  auto found = std::ranges::find(tools, tool, &ToolTime::tool);
  if (found == tools.end()) {
    if (tools.size() < kMostToolTimes) tools.push_back({tool, 0, {}});
    found = tools.end() - 1;
  }
  if (changed) ++found->changes;
  now_.tool = static_cast<std::uint32_t>(found - tools.begin());
}

void Estimator::take(const Step& step) {
  if (step.kind == StepKind::kRapid || step.kind == StepKind::kCut) {
    const std::uint32_t where = place();
    planner_.take(step, where);
    for (Other& other : others_) other.planner->take(step, where);
    has_cut_ = has_cut_ || step.kind == StepKind::kCut;
    const bool stands =
        step.corner == Corner::kStop || (step.kind == StepKind::kRapid && constants_.rapid_stops);
    if (stands) {
      Seconds seconds;
      seconds.standstill = constants_.standstill.value;
      file(step.line, where, seconds);
    }
    return;
  }
  if (step.kind == StepKind::kSection) {
    begin_section(step);
    return;
  }
  planner_.stop();
  for (Other& other : others_) other.planner->stop();
  if (step.kind == StepKind::kToolChange) {
    begin_section(step);
    use_tool(step.tool, true);
    if (!has_cut_) estimate_.sections.back().tool = step.tool;
  }
  if (step.kind == StepKind::kUnknownCut) ++estimate_.not_reckoned.cuts;
  if (step.kind == StepKind::kStop) ++estimate_.not_reckoned.stops;
  if (step.kind == StepKind::kWait) ++estimate_.not_reckoned.waits;
  has_cut_ = has_cut_ || step.kind == StepKind::kUnknownCut;
  Seconds seconds;
  add_standing(step, constants_, planner_, seconds);
  file(step.line, place(), seconds);
}

/// Of the total, in seconds: what is not known of the machine, and what the model itself is off.
double Estimator::deviation() const {
  const Seconds& s = estimate_.seconds;
  std::array<double, kConstantCount> effects{};  // of one deviation of each constant
  const std::array<double, kConstantCount - kBent> parts = {s.tool_change, s.spindle, s.standstill,
                                                            s.assumed};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Constant& constant = constants_.*kConstants.at(kBent + i);
    effects.at(kBent + i) = parts.at(i) * std::log(std::max(1.0, constant.spread));
  }
  for (const Other& other : others_) effects.at(other.constant) = other.seconds - ways_;
  double sum = std::pow(constants_.model_error * s.total(), 2);
  for (std::size_t i = 0; i < kConstantCount; ++i) {
    for (std::size_t k = 0; k < kConstantCount; ++k) {
      sum += effects.at(i) * effects.at(k) * constants_.correlations.at(i).at(k);
    }
  }
  return std::sqrt(std::max(0.0, sum));
}

Estimate Estimator::finish(Reading reading) {
  planner_.stop();
  for (Other& other : others_) other.planner->stop();
  const double total = estimate_.seconds.total();
  const double ratio = total > 0 ? std::exp(kEightyPercent * deviation() / total) : 1;
  estimate_.low = total / ratio;
  estimate_.high = total * ratio;
  const NotReckoned& left = estimate_.not_reckoned;
  estimate_.at_least = !reading.whole || left.cuts + left.stops + left.waits > 0;
  estimate_.lines = lines_.times(reading.lines);
  std::erase_if(estimate_.sections, [](const Section& s) { return s.seconds.total() <= 0; });
  std::erase_if(estimate_.tools,
                [](const ToolTime& t) { return t.changes == 0 && t.seconds.total() <= 0; });
  estimate_.reading = std::move(reading);
  return std::move(estimate_);
}

Constants with(double rapid, double rotary, double acceleration, double rotary_acceleration) {
  Constants constants;
  constants.rapid = {rapid, rapid, rapid, rotary, rotary, rotary, rapid, rapid, rapid};
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const bool turns = axis >= 3 && axis <= 5;
    constants.acceleration.at(axis) = turns ? rotary_acceleration : acceleration;
  }
  return constants;
}

}  // namespace

Seconds& Seconds::operator+=(const Seconds& other) {
  cutting += other.cutting;
  rapid += other.rapid;
  dwell += other.dwell;
  tool_change += other.tool_change;
  spindle += other.spindle;
  standstill += other.standstill;
  assumed += other.assumed;
  return *this;
}

Constants prior(Dialect dialect) {
  switch (dialect) {
    case Dialect::kGrbl: {
      Constants router = with(83, 60, 400, 400);  // 5 m/min, a belt or screw router
      router.corner = {0.01, 2};                  // its $11
      router.tool_change = {30, 3};               // by hand
      router.spindle = {0.5, 3};
      router.standstill = {0.02, 2};
      router.normal_share = 1;
      router.rapid_stops = false;
      return router;
    }
    case Dialect::kMarlin: {
      Constants printer = with(250, 60, 1'500, 400);
      printer.corner = {0.03, 2};
      printer.standstill = {0.01, 2};
      printer.normal_share = 1;
      printer.rapid_stops = false;
      return printer;
    }
    case Dialect::kLinuxCnc: {
      Constants mill = with(150, 60, 1'000, 400);  // 9 m/min: retrofits differ widely
      mill.rapid_factor.spread = 2.5;
      mill.acceleration_factor.spread = 2.5;
      mill.tool_change.spread = 3;
      mill.spindle.spread = 3;
      mill.rapid_stops = false;
      return mill;
    }
    default: return with(400, 90, 3'000, 600);  // 24 m/min, 0.3 g: a vertical machining centre
  }
}

Result<Estimate> estimate(std::string_view text, const Settings& settings,
                          const Constants& constants) {
  Estimator estimator(constants);
  ASSIGN_OR_RETURN(Reading reading,
                   interpret(text, settings, [&](const Step& step) { estimator.take(step); }));
  return estimator.finish(std::move(reading));
}

Estimate estimate(const Program& program, const Constants& constants) {
  Estimator estimator(constants);
  for (const Step& step : program.steps) estimator.take(step);
  return estimator.finish(program.reading);
}

}  // namespace heed::machines::nc
