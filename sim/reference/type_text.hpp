// Types, ranges and defaults of keys in words.
#pragma once

#include <string>

#include "config/record.hpp"

namespace edgecut::reference {

/// "a bandwidth such as '5.85 Mbit/s'", "one of fifo, shared", "a list of radio power".
std::string type_text(const config::Type& type);

/// "from 1 bit/s to 1 Pbit/s", "more than 0 s"; empty where nothing is said of it.
std::string range_text(const config::Type& type);

/// "required", "1", "without it: its name".
std::string absence_text(const config::Absence& absence);

}  // namespace edgecut::reference
