// Random numbers that are drawn by name: the stream of ("arrivals", device 3) does not change when something else draws
// more or fewer numbers. SplitMix64 [Steele, Lea, Flood, OOPSLA'14], which is cheap to seed; distributions come from
// Boost.Random, whose results, unlike the standard library's, are the same on every platform.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>

namespace edgecut {

class RandomStream {
 public:
  using result_type = std::uint64_t;

  /// A stream for `seed` and the names of what it is for.
  RandomStream(std::uint64_t seed, std::initializer_list<std::string_view> names) : state_(mix(seed)) {
    for (const auto name : names) state_ = mix(state_ ^ hash(name));
  }

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    state_ += golden;
    return mix(state_);
  }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;
  static constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
  }
  // FNV-1a, 64 bit.
  static constexpr std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325ULL;
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return mix(value + golden);
  }
  std::uint64_t state_;
};

}  // namespace edgecut
