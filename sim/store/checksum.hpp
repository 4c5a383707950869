// Checksums of what a store holds.
#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/row.hpp"

namespace edgecut::store {

/// FNV-1a, 64 bit, over cells and texts one after the other: enough to see that a byte has changed, no signature.
class Checksum {
 public:
  /// A text, with its length.
  Checksum& add(std::string_view text);
  Checksum& add(std::int64_t number);
  Checksum& add(double number);
  /// What SQLite gives back for the cell: NaN is nothing.
  Checksum& add_cell(const metrics::Cell& cell);

  /// As SQLite keeps it.
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(value_); }

 private:
  void add_bytes(const void* bytes, std::size_t count);

  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace edgecut::store
