// A text file that is written piece by piece.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace edgecut::report {

class TextFile {
 public:
  /// Makes the file, or empties it. Throws std::runtime_error with the path when that fails, as do the others.
  explicit TextFile(std::filesystem::path path);
  void write(std::string_view text);
  /// Bytes written so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Writes out what is held back. Without it errors go unseen.
  void close();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t size_ = 0;
};

}  // namespace edgecut::report
