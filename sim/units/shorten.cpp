#include "units/shorten.hpp"

#include <fmt/format.h>

namespace edgecut::units {

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;  // within a character of UTF-8
  return fmt::format("{}... ({} bytes)", text.substr(0, most), text.size());
}

}  // namespace edgecut::units
