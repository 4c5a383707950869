// A first-in-first-out queue in one block of memory, none while no two have ever waited. Who waits may leave from anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace edgecut::engine {

/// For small values. A fleet has several queues a device, most of them empty all the time: std::deque would take half a
/// kilobyte for each.
template <class T>
class Ring {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The i-th from the front.
  [[nodiscard]] const T& operator[](std::size_t i) const { return cells()[place(i)]; }
  [[nodiscard]] const T& front() const { return cells()[first_]; }

  void push_back(const T& value) {
    if (size_ == capacity_) grow();
    cells()[place(size_++)] = value;
  }
  /// Puts a value before the i-th; those behind it move back.
  void insert(std::size_t i, const T& value) {
    push_back(value);
    T* const cell = cells();
    for (std::size_t k = size_ - 1; k > i; --k) cell[place(k)] = cell[place(k - 1)];
    cell[place(i)] = value;
  }
  void pop_front() {
    first_ = static_cast<std::uint32_t>(place(1));
    --size_;
  }
  /// Takes out the i-th; those behind it move up.
  void erase(std::size_t i) {
    T* const cell = cells();
    for (; i + 1 < size_; ++i) cell[place(i)] = cell[place(i + 1)];
    --size_;
  }

 private:
  [[nodiscard]] T* cells() { return capacity_ == 1 ? &own_ : more_.get(); }
  [[nodiscard]] const T* cells() const { return capacity_ == 1 ? &own_ : more_.get(); }
  // The capacity is a power of two.
  [[nodiscard]] std::size_t place(std::size_t i) const { return (first_ + i) & (capacity_ - 1); }
  void grow() {
    const std::uint32_t capacity = capacity_ == 1 ? 4 : 2 * capacity_;
    auto larger = std::make_unique<T[]>(capacity);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = cells()[place(i)];
    more_ = std::move(larger);
    capacity_ = capacity;
    first_ = 0;
  }

  T own_{};  // the only cell, until there are more
  std::unique_ptr<T[]> more_;
  std::uint32_t capacity_ = 1;
  std::uint32_t first_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace edgecut::engine
