// How often the program has allocated memory; for programs that are linked with allocations.cpp.
#pragma once

#include <cstddef>

std::size_t allocations();
