// Device, cloud and link files (platforms/): every figure carries its source, which is entered in a ledger.
#pragma once

#include "config/map.hpp"
#include "platform/platform.hpp"

namespace edgecut::platform {

/// All throw config::Error on a missing source, a figure out of range (a rate of 0, active power below idle), or
/// an unknown key.
Device read_device(const config::Value& value, config::Ledger& ledger);
Cloud read_cloud(const config::Value& value, config::Ledger& ledger);
Link read_link(const config::Value& value, config::Ledger& ledger);
/// Of a link between servers, whose joules nobody counts: it may lack `radio`.
Link read_server_link(const config::Value& value, config::Ledger& ledger);

}  // namespace edgecut::platform
