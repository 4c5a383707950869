#include "kernel/kernel.hpp"

namespace edgecut::kernel {

std::unique_ptr<Kernel> make_kernel(Choice choice, const Topology& topology) {
  return choice == Choice::reference ? make_reference(topology) : make_express(topology);
}

}  // namespace edgecut::kernel
