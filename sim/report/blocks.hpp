// Text for people that fits a screen: a block with a headline, a line a fact.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edgecut::report {

/// No line is wider; a single word may be.
inline constexpr std::size_t text_width = 100;

/// How many letters a terminal shows: bytes of UTF-8 that begin a character.
std::size_t letters(std::string_view text);

/// Words in lines of at most `width` letters, all but the first moved in by `indent`; with a line end.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = text_width);

class Blocks {
 public:
  /// Begins a block, with an empty line before it but for the first.
  void head(std::string_view text);
  /// "  label     text", wrapped under itself; nothing where the text is empty. `depth` is how far it is moved in.
  void line(std::string_view label, std::string_view text, int depth = 1);
  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  std::string text_;
};

}  // namespace edgecut::report
