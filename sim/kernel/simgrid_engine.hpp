// SimGrid's engine as both kernels use it.
#pragma once

#include <memory>
#include <simgrid/s4u/Engine.hpp>

namespace edgecut::kernel {

/// With the settings that SimGrid keeps per process. One at a time.
std::unique_ptr<simgrid::s4u::Engine> make_engine();

}  // namespace edgecut::kernel
