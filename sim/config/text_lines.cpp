#include "config/text_lines.hpp"

#include <algorithm>
#include <utility>

namespace edgecut::config {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

Lines::Lines(std::string bytes, std::string name)
    : name_(std::move(name)), text_(plain_text(std::move(bytes), name_)) {}

Lines::Lines(const std::filesystem::path& file) : name_(file.string()), text_(plain_text(file)) {}

bool Lines::next() {
  while (begin_ < text_.size()) {
    const auto end = std::min(text_.find_first_of("\r\n", begin_), text_.size());
    line_ = trim(std::string_view(text_).substr(begin_, end - begin_));
    begin_ = end + (text_.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    ++number_;
    if (!line_.empty() && line_.front() != '#') return true;
  }
  return false;
}

Location Lines::where() const {
  return {name_, std::max(number_, 1), 1};
}

void Lines::fail(std::string_view what, std::string_view message) const {
  throw Error(where(), what, message);
}

}  // namespace edgecut::config
