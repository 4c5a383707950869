// All mistakes of a document at once. A reader stops at the first; the document is then mended there and read again,
// until nothing is wrong any more or nobody can say how to go on. What is read from a mended document is thrown away.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace edgecut::config {

/// Changes to documents, each at a place of one, in the order in which they are made.
class Mends {
 public:
  /// What the error asks for; values that it puts in get places of their own, with negative lines.
  void add(const Error& error);
  [[nodiscard]] bool empty() const { return changes_.empty(); }

  /// Changes the document's values at the places of its file.
  void apply(Value& root) const;
  /// Likewise of values that other texts were put into, each at the places of its own.
  void apply_anywhere(Value& root) const;
  /// Whether the key at that place is taken out.
  [[nodiscard]] bool removes(const Location& where, std::string_view key) const;

 private:
  struct Change {
    Location where;
    Mend mend;
    Value value;  // put in
  };
  std::vector<Change> changes_;
};

/// Calls `read` with nothing mended. Where it throws an Error, calls it again and again, each time with what had to be
/// mended so far, and throws one Error with a line for each mistake: unknown keys and wrong values as they stand in the
/// files, then missing keys. Mistakes that may come of a mend are left out.
void read_to_the_end(const std::function<void(const Mends&)>& read);

/// Calls all of `readers`, which read nothing of each other's, and throws one Error with the mistakes of all.
void read_all(const std::vector<std::function<void()>>& readers);

}  // namespace edgecut::config
