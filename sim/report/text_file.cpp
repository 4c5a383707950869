#include "report/text_file.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace edgecut::report {

TextFile::TextFile(std::filesystem::path path) : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (file_ == nullptr) throw std::runtime_error(fmt::format("{}: cannot be written", path_.string()));
}

void TextFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    throw std::runtime_error(fmt::format("{}: cannot be written (is the disk full?)", path_.string()));
  }
  size_ += text.size();
}

void TextFile::close() {
  if (file_ != nullptr && std::fclose(file_.release()) != 0) {
    throw std::runtime_error(fmt::format("{}: cannot be written (is the disk full?)", path_.string()));
  }
}

}  // namespace edgecut::report
