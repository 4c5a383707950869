// Files of lines that others write, such as packet traces. Tables have a reader of their own (config/table.hpp).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/text_file.hpp"
#include "config/value.hpp"

namespace edgecut::config {

/// The lines of a text that say something. Blank lines and those that begin with # are passed over. A line ends with
/// LF, CR LF or CR.
class Lines {
 public:
  /// `bytes` as plain_text() takes them; `name` is what errors call it.
  Lines(std::string bytes, std::string name);
  /// Throws Error when the file cannot be read.
  explicit Lines(const std::filesystem::path& file);
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() = default;

  /// Goes on to the next line; false after the last.
  bool next();
  /// Without blanks at its ends.
  [[nodiscard]] std::string_view text() const { return line_; }
  [[nodiscard]] Location where() const;
  [[noreturn]] void fail(std::string_view what, std::string_view message) const;

 private:
  std::string name_;
  std::string text_;
  std::size_t begin_ = 0;  // of what was not read yet
  std::string_view line_;
  int number_ = 0;
};

}  // namespace edgecut::config
