#include "units/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace edgecut::units {
namespace {

// Levenshtein distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substitution});
    }
  }
  return row.back();
}

// Letters that changed places are one mistake.
std::size_t mistakes(const std::string& a, const std::string& b) {
  const auto letters = [](std::string word) {
    std::ranges::sort(word);
    return word;
  };
  const auto d = distance(a, b);
  return d == 2 && letters(a) == letters(b) ? 1 : d;
}

}  // namespace

std::string folded(std::string_view word) {
  std::string text;
  for (const char c : word) {
    text += c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  const auto word = folded(name);
  for (const auto& candidate : known) {
    const auto d = mistakes(word, folded(candidate));
    const bool shares_letters = d < std::max(name.size(), candidate.size());
    if (shares_letters && d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  if (!best.empty() || word.size() < 3) return best;
  const auto begins = [&](const std::string& candidate) { return folded(candidate).starts_with(word); };
  const auto longer = std::ranges::find_if(known, begins);
  return longer == known.end() ? std::string() : *longer;
}

}  // namespace edgecut::units
