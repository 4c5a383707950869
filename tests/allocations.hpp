// How often the program has allocated memory; for programs that are linked with allocations.cpp. 0 under AddressSanitizer.
#pragma once

#include <cstddef>

std::size_t allocations();
