// Reads how a server takes those who ask for it, and what its hosts cost.
#pragma once

#include "config/map.hpp"
#include "platform/platform.hpp"

namespace edgecut::platform {

/// Reads the keys `batch_times`, `price`, `power` and `serving` of a cloud whose other keys have been read. Throws
/// config::Error on what cannot be or cannot be combined.
void read_operation(config::Map& map, config::Ledger& ledger, Cloud& cloud);

}  // namespace edgecut::platform
