#include "machines/nc/fit.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace heed::machines::nc {
namespace {

constexpr const auto& kFitted = kConstants;
constexpr std::size_t kCount = kConstantCount;
using Vector = std::array<double, kCount>;
using Matrix = std::array<Vector, kCount>;

constexpr double kHuber = 1.345;            ///< 95 % efficient for normal errors (Huber, 1964).
constexpr double kSpreadOfDeciles = 2.563;  ///< Deviations between p10 and p90.
constexpr double kMedian = 1.2533;          ///< A median's deviation against a mean's.
constexpr double kPriorWeight = 1;  ///< Measurements that the prior's model error counts for.
constexpr double kStep = 0.02;      ///< Of differences, in logarithms.
constexpr double kFarthest = 2.5;   ///< That a constant goes from its prior, in logarithms.
constexpr std::size_t kMostRounds = 40;
constexpr std::size_t kScales = 4;  ///< How often the model's own error is estimated anew.
constexpr double kSettled = 1e-4;

/// The lower root of a symmetric matrix; nothing if it is not positive definite.
std::optional<Matrix> cholesky(const Matrix& a) {
  Matrix l{};
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (std::size_t k = 0; k < j; ++k) sum -= l[i][k] * l[j][k];
      if (i == j && sum <= 0) return std::nullopt;
      l[i][j] = i == j ? std::sqrt(sum) : sum / l[j][j];
    }
  }
  return l;
}
Vector solve(const Matrix& l, const Vector& b) {
  Vector y{};
  for (std::size_t i = 0; i < kCount; ++i) {
    double sum = b[i];
    for (std::size_t k = 0; k < i; ++k) sum -= l[i][k] * y[k];
    y[i] = sum / l[i][i];
  }
  Vector x{};
  for (std::size_t i = kCount; i-- > 0;) {
    double sum = y[i];
    for (std::size_t k = i + 1; k < kCount; ++k) sum -= l[k][i] * x[k];
    x[i] = sum / l[i][i];
  }
  return x;
}

class Search {
 public:
  Search(std::span<const Measured> measured, const Constants& prior)
      : measured_(measured), prior_(prior), model_error_(prior.model_error) {}
  Fitted run();

 private:
  Constants at(const Vector& place) const;
  std::vector<double> residuals(const Vector& place) const;
  double deviation(const Measured& one) const;
  double weight(double residual, double deviation) const;
  double cost(const Vector& place, const std::vector<double>& residuals) const;
  double certainty(std::size_t k) const;
  void slopes(const Vector& place, const std::vector<double>& base);
  Matrix normal(const std::vector<double>& residuals, Vector& gradient, const Vector& place) const;
  bool descend();
  void rescale();
  Matrix covariance();

  std::span<const Measured> measured_;
  const Constants& prior_;
  double model_error_;
  Vector place_{};
  std::vector<double> residuals_;
  std::vector<Vector> slopes_;
  std::size_t rounds_ = 0;
};

/// How firmly the prior holds a constant: a spread of 1 holds it for good.
double Search::certainty(std::size_t k) const {
  const double spread = std::log(std::max(1.0, (prior_.*kFitted.at(k)).spread));
  return spread > 0 ? 1 / (spread * spread) : 1e12;
}

Constants Search::at(const Vector& place) const {
  Constants constants = prior_;
  for (std::size_t k = 0; k < kCount; ++k) {
    (constants.*kFitted.at(k)).value *= std::exp(place.at(k));
  }
  return constants;
}

std::vector<double> Search::residuals(const Vector& place) const {
  const Constants constants = at(place);
  std::vector<double> all;
  for (const Measured& one : measured_) {
    const double estimated = std::max(1e-3, seconds_of(*one.program, constants).total());
    all.push_back(std::log(one.median / estimated));
  }
  return all;
}

double Search::deviation(const Measured& one) const {
  const bool has_spread = one.p10 > 0 && one.p90 > one.p10;
  const double spread = has_spread ? std::log(one.p90 / one.p10) / kSpreadOfDeciles : 0;
  const double cycles = static_cast<double>(std::max<std::uint64_t>(1, one.cycles));
  return std::hypot(model_error_, kMedian * spread / std::sqrt(cycles));
}

double Search::weight(double residual, double deviation) const {
  const double off = std::fabs(residual) / deviation;
  return off <= kHuber ? 1 : kHuber / off;
}

double Search::cost(const Vector& place, const std::vector<double>& residuals) const {
  double sum = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    const double off = std::fabs(residuals[i]) / deviation(measured_[i]);
    sum += off <= kHuber ? off * off : kHuber * (2 * off - kHuber);
  }
  for (std::size_t k = 0; k < kCount; ++k) sum += certainty(k) * place.at(k) * place.at(k);
  return sum;
}

/// How the estimates' logarithms change with each constant's.
void Search::slopes(const Vector& place, const std::vector<double>& base) {
  slopes_.assign(measured_.size(), {});
  for (std::size_t k = 0; k < kCount; ++k) {
    Vector moved = place;
    moved.at(k) += kStep;
    const std::vector<double> there = residuals(moved);
    for (std::size_t i = 0; i < there.size(); ++i) {
      slopes_[i].at(k) = (base[i] - there[i]) / kStep;
    }
  }
}

Matrix Search::normal(const std::vector<double>& residuals, Vector& gradient,
                      const Vector& place) const {
  Matrix a{};
  gradient = {};
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    const double s = deviation(measured_[i]);
    const double w = weight(residuals[i], s) / (s * s);
    for (std::size_t j = 0; j < kCount; ++j) {
      gradient.at(j) += w * slopes_[i].at(j) * residuals[i];
      for (std::size_t k = 0; k < kCount; ++k) {
        a.at(j).at(k) += w * slopes_[i].at(j) * slopes_[i].at(k);
      }
    }
  }
  for (std::size_t k = 0; k < kCount; ++k) {
    a.at(k).at(k) += certainty(k);
    gradient.at(k) -= certainty(k) * place.at(k);
  }
  return a;
}

/// Levenberg and Marquardt; true if it came to rest.
bool Search::descend() {
  double damping = 1e-3;
  double now = cost(place_, residuals_);
  for (std::size_t round = 0; round < kMostRounds; ++round, ++rounds_) {
    slopes(place_, residuals_);
    Vector gradient;
    const Matrix a = normal(residuals_, gradient, place_);
    bool better = false;
    double longest = 0;
    for (int tries = 0; tries < 12 && !better; ++tries) {
      Matrix damped = a;
      for (std::size_t k = 0; k < kCount; ++k) damped.at(k).at(k) *= 1 + damping;
      const auto root = cholesky(damped);
      if (!root) return false;
      Vector next = place_;
      const Vector step = solve(*root, gradient);
      longest = 0;
      for (std::size_t k = 0; k < kCount; ++k) {
        next.at(k) = std::clamp(place_.at(k) + step.at(k), -kFarthest, kFarthest);
        longest = std::max(longest, std::fabs(next.at(k) - place_.at(k)));
      }
      std::vector<double> there = residuals(next);
      const double then = cost(next, there);
      better = then < now;
      damping = better ? std::max(1e-9, damping / 5) : damping * 5;
      if (!better) continue;
      place_ = next;
      residuals_ = std::move(there);
      if (now - then < kSettled * kSettled * (1 + now)) longest = 0;
      now = then;
    }
    if (!better || longest < kSettled) return true;
  }
  return false;
}

/// What the model itself is off, out of the residuals and the prior's word for it. What was spent
/// on fitting constants (their effective number) says nothing of it.
void Search::rescale() {
  double sum = kPriorWeight * prior_.model_error * prior_.model_error;
  double count = kPriorWeight;
  for (std::size_t i = 0; i < residuals_.size(); ++i) {
    const double w = weight(residuals_[i], deviation(measured_[i]));
    sum += w * residuals_[i] * residuals_[i];
    count += w;
  }
  const Matrix left = covariance();
  for (std::size_t k = 0; k < kCount; ++k)
    count -= 1 - std::min(1.0, certainty(k) * left.at(k).at(k));
  model_error_ = std::sqrt(sum / std::max(kPriorWeight, count));
}

/// Of the constants' logarithms, after the measurements.
Matrix Search::covariance() {
  slopes(place_, residuals_);
  Vector gradient;
  const auto root = cholesky(normal(residuals_, gradient, place_));
  Matrix all{};
  for (std::size_t k = 0; k < kCount; ++k) {
    Vector unit{};
    unit.at(k) = 1;
    if (root) all.at(k) = solve(*root, unit);
    if (!root) all.at(k).at(k) = 1 / certainty(k);
  }
  return all;
}

Fitted Search::run() {
  Fitted fitted;
  residuals_ = residuals(place_);
  for (std::size_t scale = 0; scale < kScales; ++scale) {
    fitted.settled = descend();
    rescale();
  }
  fitted.constants = at(place_);
  fitted.constants.model_error = model_error_;
  const Matrix left = covariance();
  for (std::size_t i = 0; i < kCount; ++i) {
    (fitted.constants.*kFitted.at(i)).spread = std::exp(std::sqrt(left.at(i).at(i)));
    for (std::size_t k = 0; k < kCount; ++k) {
      fitted.constants.correlations.at(i).at(k) =
          left.at(i).at(k) / std::sqrt(left.at(i).at(i) * left.at(k).at(k));
    }
  }
  for (std::size_t i = 0; i < residuals_.size(); ++i) {
    fitted.weights.push_back(weight(residuals_[i], deviation(measured_[i])));
  }
  fitted.residuals = residuals_;
  fitted.rounds = rounds_;
  return fitted;
}

Result<void> check(std::span<const Measured> measured) {
  if (measured.empty()) {
    return fail(ErrorKind::kInvalid, "there is no measured cycle to fit to",
                "give at least one program with the time that it took");
  }
  if (measured.size() > kMostMeasured) {
    return fail(ErrorKind::kExhausted, fmt::format("more than {} measured programs", kMostMeasured),
                "give the most frequent ones");
  }
  for (const Measured& one : measured) {
    if (one.program == nullptr || !std::isfinite(one.median) || one.median <= 0) {
      return fail(ErrorKind::kInvalid, "a measured cycle without a program or a duration",
                  "durations are seconds, more than 0");
    }
  }
  return {};
}

}  // namespace

Result<Fitted> fit(std::span<const Measured> measured, const Constants& prior) {
  if (auto checked = check(measured); !checked) return std::unexpected(checked.error());
  return Search(measured, prior).run();
}

Result<std::vector<double>> leave_one_out(std::span<const Measured> measured,
                                          const Constants& prior) {
  if (auto checked = check(measured); !checked) return std::unexpected(checked.error());
  std::vector<double> errors;
  for (std::size_t left = 0; left < measured.size(); ++left) {
    std::vector<Measured> others(measured.begin(), measured.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left));
    Constants constants = prior;
    if (!others.empty()) constants = Search(others, prior).run().constants;
    const double estimated = seconds_of(*measured[left].program, constants).total();
    errors.push_back(std::log(measured[left].median / std::max(1e-3, estimated)));
  }
  return errors;
}

}  // namespace heed::machines::nc
