#include "report/request_names.hpp"

#include <algorithm>
#include <utility>

namespace edgecut::report {

void RequestNames::add(std::size_t devices, std::vector<Class> classes) {
  ends_.push_back((ends_.empty() ? 0 : ends_.back()) + devices);
  kinds_.push_back(std::move(classes));
}

const RequestNames::Class& RequestNames::of(events::DeviceIndex device, std::uint32_t request_class) const {
  const auto found = std::ranges::upper_bound(ends_, device);
  const auto kind = std::min(static_cast<std::size_t>(found - ends_.begin()), kinds_.size() - 1);
  return kinds_.at(kind).at(request_class);
}

}  // namespace edgecut::report
