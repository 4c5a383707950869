#include "report/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace edgecut::report {
namespace {

// Up to a blank; a number and its unit are one word.
std::string_view first_word(std::string_view text) {
  const auto end = std::min(text.find(' '), text.size());
  const bool is_number = end > 0 && end < text.size() && std::isdigit(static_cast<unsigned char>(text[end - 1])) != 0;
  return text.substr(0, is_number ? std::min(text.find(' ', end + 1), text.size()) : end);
}

}  // namespace

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string result;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at + 1), text.size());
    auto word = text.substr(at, end - at);
    if (column > indent && column + letters(word) > width) {
      word.erase(0, word.find_first_not_of(' '));
      result += "\n" + std::string(indent, ' ');
      column = indent;
    }
    result += word;
    column += letters(word);
    at = end;
  }
  return result + "\n";
}

void Blocks::head(std::string_view text) {
  text_ += fmt::format("{}{}\n", text_.empty() ? "" : "\n", text);
}

void Blocks::line(std::string_view label, std::string_view text, int depth) {
  if (text.empty()) return;
  constexpr std::size_t column = 18;  // where texts begin
  std::string line(2 * static_cast<std::size_t>(depth), ' ');
  line += label;
  line.resize(std::max(column, line.size() + 1), ' ');
  bool is_first = true;
  while (!text.empty()) {
    const auto word = first_word(text);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!is_first && line.size() + 1 + word.size() > text_width) {
      text_ += line + "\n";
      line.assign(column, ' ');
      is_first = true;
    }
    line += (is_first ? "" : " ") + std::string(word);
    is_first = false;
  }
  text_ += line + "\n";
}

}  // namespace edgecut::report
