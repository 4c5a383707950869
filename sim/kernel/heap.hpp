// A heap of four children a parent, least key first, whose items can be told where they stand, so that they can be moved
// and taken out. It is half as high as one of two, and four entries are next to each other.
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace edgecut::kernel {

/// `moved(item, place)` is called for each item that has come to stand at another place. Up to `own` entries need no
/// memory besides the heap itself.
template <class Item, std::size_t own = 0>
class Heap {
 public:
  struct Entry {
    double key;
    Item item;
  };

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const Entry& top() const { return entries_.front(); }

  template <class Moved>
  void push(double key, Item item, const Moved& moved) {
    entries_.push_back({key, item});
    rise(entries_.size() - 1, {key, item}, moved);
  }

  template <class Moved>
  void change(std::size_t place, double key, const Moved& moved) {
    const Entry entry{key, entries_[place].item};
    if (key < entries_[place].key) {
      rise(place, entry, moved);
    } else {
      sink(place, entry, moved);
    }
  }

  template <class Moved>
  void erase(std::size_t place, const Moved& moved) {
    const Entry last = entries_.back();
    entries_.pop_back();
    if (place == entries_.size()) return;
    if (last.key < entries_[place].key) {
      rise(place, last, moved);
    } else {
      sink(place, last, moved);
    }
  }

 private:
  static constexpr std::size_t arity = 4;

  template <class Moved>
  void rise(std::size_t place, const Entry& entry, const Moved& moved) {
    while (place > 0) {
      const std::size_t parent = (place - 1) / arity;
      if (entries_[parent].key <= entry.key) break;
      put(place, entries_[parent], moved);
      place = parent;
    }
    put(place, entry, moved);
  }

  template <class Moved>
  void sink(std::size_t place, const Entry& entry, const Moved& moved) {
    for (std::size_t first = arity * place + 1; first < entries_.size(); first = arity * place + 1) {
      std::size_t child = first;
      const std::size_t end = std::min(first + arity, entries_.size());
      for (std::size_t other = first + 1; other < end; ++other) {
        if (entries_[other].key < entries_[child].key) child = other;
      }
      if (entries_[child].key >= entry.key) break;
      put(place, entries_[child], moved);
      place = child;
    }
    put(place, entry, moved);
  }

  template <class Moved>
  void put(std::size_t place, const Entry& entry, const Moved& moved) {
    entries_[place] = entry;
    moved(entry.item, static_cast<std::uint32_t>(place));
  }

  std::conditional_t<own == 0, std::vector<Entry>, boost::container::small_vector<Entry, own>> entries_;
};

}  // namespace edgecut::kernel
