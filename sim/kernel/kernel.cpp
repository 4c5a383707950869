#include "kernel/kernel.hpp"

#include "units/ensure.hpp"

namespace edgecut::kernel {

std::string_view name(Choice choice) {
  switch (choice) {
    case Choice::automatic:
      return "auto";
    case Choice::reference:
      return "reference";
    case Choice::express:
      return "express";
  }
  throw InternalError("unknown kernel");
}

std::unique_ptr<Kernel> make_kernel(Choice choice, const Topology& topology) {
  const bool can_express = topology.cells.empty();
  if (choice == Choice::automatic) choice = can_express ? Choice::express : Choice::reference;
  return choice == Choice::reference ? make_reference(topology) : make_express(topology);
}

}  // namespace edgecut::kernel
