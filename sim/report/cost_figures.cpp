#include "report/cost_figures.hpp"

namespace edgecut::report {

std::vector<CostFigure> time_figures(const plan::Cost& cost) {
  return {{"head_s", cost.head.value()}, {"upload_s", cost.upload.value()},
          {"edge_s", cost.edge.value()}, {"relay_s", (cost.relay + cost.relay_back).value()},
          {"tail_s", cost.tail.value()}, {"download_s", cost.download.value()},
          {"wait_s", cost.wait.value()}};
}

std::vector<CostFigure> energy_figures(const plan::Cost& cost) {
  return {{"compute_J", cost.compute_energy.value()},
          {"transmit_J", cost.transmit_energy.value()},
          {"receive_J", cost.receive_energy.value()},
          {"promotion_J", cost.promotion_energy.value()},
          {"radio_tail_J", cost.tail_energy.value()}};
}

}  // namespace edgecut::report
