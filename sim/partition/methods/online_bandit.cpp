#include "partition/methods/online_bandit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "partition/search/optimum.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerKind;

constexpr std::size_t size = std::tuple_size_v<CutFeatures>;
constexpr std::size_t bytes_index = size - 1;

// The authors' parameters; frame weight is that of frames that are no key frames.
constexpr double bound_on_theta = 1.0;
constexpr double bound_on_noise = 0.05;
constexpr double delta = 0.1;
constexpr double frame_weight = 0.2;
constexpr double first_horizon = 200.0;
constexpr double sampling_exponent = 0.25;

double dot(const CutFeatures& a, const CutFeatures& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

bool is_zero(const CutFeatures& x) {
  return std::ranges::all_of(x, [](double value) { return value == 0.0; });
}

// Ridge regression of delays on features, A = I + sum x x^T, b = sum x y, held as it is and factored when it is asked.
class Regression {
 public:
  Regression() {
    for (std::size_t i = 0; i < size; ++i) a_[i][i] = 1.0;
  }

  void add(const CutFeatures& x, double y, double memory) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) a_[i][j] = memory * a_[i][j] + x[i] * x[j];
      a_[i][i] += 1.0 - memory;  // the prior is not forgotten
      b_[i] = memory * b_[i] + x[i] * y;
    }
  }

  // A = L L^T by Cholesky; then x^T A^-1 z is the product of L^-1 x and L^-1 z.
  void factor() {
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t i = j; i < size; ++i) {
        double sum = a_[i][j];
        for (std::size_t k = 0; k < j; ++k) sum -= l_[i][k] * l_[j][k];
        l_[i][j] = i == j ? std::sqrt(sum) : sum / l_[j][j];
      }
    }
    solved_b_ = solve(b_);
  }

  // The mean and the width sqrt(x^T A^-1 x), as of the last factor().
  [[nodiscard]] std::pair<double, double> predict(const CutFeatures& x) const {
    const auto solved = solve(x);
    return {dot(solved, solved_b_), std::sqrt(dot(solved, solved))};
  }

 private:
  [[nodiscard]] CutFeatures solve(CutFeatures x) const {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t k = 0; k < i; ++k) x[i] -= l_[i][k] * x[k];
      x[i] /= l_[i][i];
    }
    return x;
  }

  std::array<CutFeatures, size> a_{};
  std::array<CutFeatures, size> l_{};
  CutFeatures b_{};
  CutFeatures solved_b_{};
};

struct Arm {
  plan::Candidate candidate;
  CutFeatures features{};  // scaled
};

// What the device can tell alone: its own time and energy, and every limit that is not of time or energy.
bool may_be_feasible(const plan::Problem& problem, const plan::Cost& cost) {
  if (!(cost.latency < plan::never)) return false;  // a layer is where it cannot run
  auto known = cost;
  known.latency = cost.head;
  known.energy_inference = cost.compute_energy;
  return plan::is_feasible(problem, known);
}

class BanditSession final : public Session {
 public:
  explicit BanditSession(const BanditOptions& options) : options_(options) {}

  Decision partition(const plan::Problem& problem, const Situation& /*situation*/) override {
    read_arms(problem);
    const bool is_forced = next_frame();
    regression_.factor();
    const Arm* best = nullptr;
    double lowest = std::numeric_limits<double>::infinity();
    for (const auto& arm : arms_) {
      if (is_forced && has_away_ && is_zero(arm.features)) continue;
      const double value = bound(arm);
      if (best == nullptr || value < lowest) {
        best = &arm;
        lowest = value;
      }
    }
    if (best == nullptr) return infeasible("no cut keeps the limits that the device knows of; " + nearest_arm(problem));
    return {best->candidate.plan,
            fmt::format("LinUCB: lower bound {:.4g} s{}", lowest * unit_.value(), is_forced ? ", forced to send" : "")};
  }

  void observe(const Outcome& outcome) override {
    const auto arm =
        std::ranges::find_if(arms_, [&](const Arm& known) { return known.candidate.plan == *outcome.plan; });
    if (arm == arms_.end() || is_zero(arm->features)) return;
    regression_.add(arm->features, (outcome.latency - outcome.head) / unit_, options_.memory);
  }

 private:
  // Features are divided by their largest value over the cuts, delays by the time of the whole network on the device,
  // so that the authors' bound on theta, 1, is one for any network and device. Both as in the first problem.
  void read_arms(const plan::Problem& problem) {
    arms_.clear();
    has_away_ = false;
    const bool is_first = scale_ == CutFeatures{};
    std::vector<Arm> all;
    for (auto& candidate : plan::prefix_candidates(problem)) {
      const auto features = cut_features(problem, candidate);
      if (is_first) {
        for (std::size_t i = 0; i < size; ++i) scale_[i] = std::max(scale_[i], features[i]);
      }
      all.push_back({std::move(candidate), features});
    }
    if (is_first) unit_ = unit_of(all);
    for (auto& arm : all) {
      if (!may_be_feasible(problem, arm.candidate.cost)) continue;
      for (std::size_t i = 0; i < size; ++i) arm.features[i] /= scale_[i] > 0.0 ? scale_[i] : 1.0;
      has_away_ = has_away_ || !is_zero(arm.features);
      arms_.push_back(std::move(arm));
    }
  }

  // What time in the cloud takes, and so latency and a part of the energy, is not known.
  static std::string nearest_arm(const plan::Problem& problem) {
    auto known = problem;
    known.constraints.deadline.reset();
    return nearest_miss(known);
  }

  static Seconds unit_of(const std::vector<Arm>& arms) {
    Seconds longest;
    for (const auto& arm : arms) {
      if (arm.candidate.cost.head < plan::never) longest = std::max(longest, arm.candidate.cost.head);
    }
    return longest > Seconds() ? longest : Seconds(1.0);
  }

  // Whether this frame has to send something away: every ceil(T^0.25)th, T doubling each time it has passed.
  bool next_frame() {
    if (static_cast<double>(++frame_) > horizon_) {
      horizon_ *= 2.0;
      frame_ = 1;
    }
    return frame_ % static_cast<std::size_t>(std::ceil(std::pow(horizon_, sampling_exponent))) == 0;
  }

  [[nodiscard]] double alpha() const {
    double square = 0.0;
    for (const auto& arm : arms_) square = std::max(square, dot(arm.features, arm.features));
    const double noise = std::sqrt(static_cast<double>(size) * std::log((1.0 + horizon_ * square) / delta));
    return options_.exploration * (bound_on_theta + bound_on_noise * noise) / (1.0 - frame_weight);
  }

  [[nodiscard]] double bound(const Arm& arm) const {
    const auto [mean, width] = regression_.predict(arm.features);
    return arm.candidate.cost.head / unit_ + mean - alpha() * std::sqrt(1.0 - frame_weight) * width;
  }

  BanditOptions options_;
  Regression regression_;
  std::vector<Arm> arms_;
  bool has_away_ = false;  // some arm sends something
  CutFeatures scale_{};
  Seconds unit_ = Seconds(1.0);
  std::size_t frame_ = 0;  // within the horizon
  double horizon_ = first_horizon;
};

}  // namespace

CutFeatures cut_features(const plan::Problem& problem, const plan::Candidate& candidate) {
  CutFeatures features{};
  const auto& network = *problem.network;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (candidate.plan.on_device[v] || !network.active(candidate.plan.exit_policy)[v]) continue;
    const auto& layer = network.layer(v);
    const auto add = [&](std::size_t group, std::int64_t work) {
      features[2 * group] += static_cast<double>(work);
      features[2 * group + 1] += 1.0;
    };
    if (layer.kind == LayerKind::conv || layer.kind == LayerKind::depthwise_conv) add(0, layer.macs);
    if (layer.kind == LayerKind::linear || layer.kind == LayerKind::matmul) add(1, layer.macs);
    if (layer.kind == LayerKind::activation) add(2, layer.output_elements());
  }
  features[bytes_index] = candidate.cost.up.value();
  return features;
}

Decision OnlineBandit::partition(const plan::Problem& problem) const {
  return BanditSession(options_).partition(problem, {});
}

std::unique_ptr<Session> OnlineBandit::start(std::uint64_t /*seed*/) const {
  return std::make_unique<BanditSession>(options_);
}

}  // namespace edgecut::partition
