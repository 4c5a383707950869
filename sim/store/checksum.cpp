#include "store/checksum.hpp"

#include <cmath>
#include <cstddef>

namespace edgecut::store {

void Checksum::add_bytes(const void* bytes, std::size_t count) {
  const auto* byte = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < count; ++i) value_ = (value_ ^ byte[i]) * 0x100000001b3ULL;
}

// Kinds differ in their first byte, so that 1, 1.0 and "1" do.
Checksum& Checksum::add(std::string_view text) {
  const auto size = text.size();
  add_bytes("t", 1);
  add_bytes(&size, sizeof size);
  add_bytes(text.data(), size);
  return *this;
}

Checksum& Checksum::add(std::int64_t number) {
  add_bytes("i", 1);
  add_bytes(&number, sizeof number);
  return *this;
}

Checksum& Checksum::add(double number) {
  if (std::isnan(number)) return add_cell({});
  add_bytes("r", 1);
  add_bytes(&number, sizeof number);
  return *this;
}

Checksum& Checksum::add_cell(const metrics::Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) return add(*real);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return add(*whole);
  if (const auto* text = std::get_if<std::string>(&cell)) return add(std::string_view(*text));
  add_bytes("n", 1);
  return *this;
}

}  // namespace edgecut::store
