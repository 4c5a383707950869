// A binary heap, least key first, whose items can be told where they stand, so that they can be moved and taken out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace edgecut::kernel {

/// `moved(item, place)` is called for each item that has come to stand at another place.
template <class Item>
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
  template <class Moved>
  void rise(std::size_t place, const Entry& entry, const Moved& moved) {
    while (place > 0) {
      const std::size_t parent = (place - 1) / 2;
      if (entries_[parent].key <= entry.key) break;
      put(place, entries_[parent], moved);
      place = parent;
    }
    put(place, entry, moved);
  }

  template <class Moved>
  void sink(std::size_t place, const Entry& entry, const Moved& moved) {
    for (std::size_t child = 2 * place + 1; child < entries_.size(); child = 2 * place + 1) {
      if (child + 1 < entries_.size() && entries_[child + 1].key < entries_[child].key) ++child;
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

  std::vector<Entry> entries_;
};

}  // namespace edgecut::kernel
