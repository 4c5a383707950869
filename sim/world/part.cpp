#include "world/part.hpp"

#include <algorithm>
#include <utility>

namespace edgecut::world {

std::vector<const Part*> classes_beside(std::span<const Part> parts, std::size_t of) {
  auto first = of;
  while (parts[first].joins) --first;
  std::vector<const Part*> others;
  for (auto i = first; i < parts.size() && (i == first || parts[i].joins); ++i) {
    if (i != of) others.push_back(&parts[i]);
  }
  return others;
}

Taken taken_beside(std::span<const Part> parts, std::size_t of) {
  std::vector<const dnn::Network*> networks;
  Taken taken;
  for (const auto* other : classes_beside(parts, of)) {
    networks.push_back(other->world.network);
    taken.weights += other->world.network->total_weights();
  }
  if (!networks.empty()) taken.memory = memory_of(networks);
  return taken;
}

Cells cells_of(std::span<const Part> parts) {
  Cells cells;
  std::optional<std::size_t> common;  // where those begin that all may be in
  std::size_t first = 0;
  for (const auto& part : parts) {
    const bool is_there = part.joins || (!part.has_own_cell && common);
    if (!is_there) {
      first = cells.all.size();
      for (auto cell : part.world.cells) {
        if (cell.in) *cell.in += static_cast<std::uint32_t>(first);
        cells.all.push_back(std::move(cell));
      }
      if (!part.has_own_cell) common = first;
    } else if (!part.has_own_cell) {
      first = *common;
    }
    cells.of_parts.push_back(part.world.cell);
    if (part.world.cell) *cells.of_parts.back() += static_cast<std::uint32_t>(first);
  }
  return cells;
}

bool is_tree(std::span<const platform::Cell> cells, std::span<const std::optional<std::uint32_t>> of_devices) {
  if (of_devices.empty()) return false;
  const auto& first = of_devices.front();
  if (!std::ranges::all_of(of_devices, [&](const auto& cell) { return cell == first; })) return true;
  return first && cells[*first].in;
}

std::int64_t requests_of(std::span<const Part> parts) {
  std::int64_t requests = 0;
  for (const auto& part : parts) {
    requests += static_cast<std::int64_t>(part.world.devices) * part.workload.requests;
  }
  return requests;
}

}  // namespace edgecut::world
