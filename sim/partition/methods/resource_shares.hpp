// How much of each resource a cut takes, as R1 to R4 of resource_aware weigh it, and how much there is.
#pragma once

#include <string>
#include <vector>

#include "partition/methods/resource_aware.hpp"

namespace edgecut::partition {

/// What counts as storage: parameters, or bytes of weights where those alone are known.
class Stored {
 public:
  explicit Stored(const dnn::Network& network);
  [[nodiscard]] double of(dnn::LayerIndex v) const;
  [[nodiscard]] double whole() const { return whole_; }

 private:
  const dnn::Network& network_;
  bool by_parameters_;
  double whole_;
};

/// The joules of computing a layer, where joules are known by layer. None where it cannot run.
Joules own_joules(const plan::Processor& host, dnn::LayerIndex v);

/// What the whole network takes on the device.
Bytes whole_memory(const plan::Problem& problem);
Flops whole_work(const plan::Problem& problem);
Joules whole_energy(const plan::Problem& problem, std::size_t processor);

/// A cut with the share of each complexity that it leaves on the device.
struct Scored {
  plan::Candidate candidate;
  double compute = 0.0;
  double storage = 0.0;
  double energy = 0.0;  // of computing: joules by layer where these are known, else as FLOPs (power x FLOPs / rate)
  double bytes = 0.0;
  double memory = 0.0;
  double lifetime = 0.0;  // joules of the inference / joules of computing the whole network on that processor

  [[nodiscard]] double share(Resource resource) const;
};
Scored score(const plan::Problem& problem, plan::Candidate candidate);

}  // namespace edgecut::partition
