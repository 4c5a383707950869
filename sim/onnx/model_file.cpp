#include "onnx/model_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "onnx/import_model.hpp"

namespace edgecut::onnx_import {
namespace {

std::size_t checked_size(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) throw ImportError("is a folder, not a model");
  if (!std::filesystem::is_regular_file(file, error)) throw ImportError("no such file");
  const auto size = std::filesystem::file_size(file, error);
  if (error) throw ImportError("cannot be read");
  if (size == 0) throw ImportError("the file is empty");
  constexpr std::uintmax_t most = std::numeric_limits<int>::max();  // protobuf's limit
  if (size > most) throw ImportError("larger than 2 GiB: keep its weights as external data");
  return static_cast<std::size_t>(size);
}

// Mapped rather than read: half a gigabyte of weights is then copied once, by protobuf.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file) : size_(checked_size(file)) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw ImportError("cannot be read");
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    ::close(descriptor);
    if (data_ == MAP_FAILED) throw ImportError("cannot be read");
  }
  ~MappedFile() { ::munmap(data_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] const void* data() const { return data_; }
  [[nodiscard]] int size() const { return static_cast<int>(size_); }

 private:
  std::size_t size_;
  void* data_ = nullptr;
};

}  // namespace

onnx::ModelProto read_model(const std::filesystem::path& file) {
  const MappedFile bytes(file);
  const google::protobuf::LogSilencer silence;
  onnx::ModelProto model;
  const std::string_view text(static_cast<const char*>(bytes.data()), static_cast<std::size_t>(bytes.size()));
  if (text.starts_with("version https://git-lfs")) {
    throw ImportError("a pointer of Git LFS, not the model itself: fetch it with `git lfs pull`");
  }
  if (!model.ParseFromArray(bytes.data(), bytes.size())) throw ImportError("not an ONNX model, or cut short");
  if (!model.has_graph()) throw ImportError("not an ONNX model: it has no graph");
  if (model.graph().node().empty()) throw ImportError("its graph has no nodes");
  return model;
}

int default_opset(const onnx::ModelProto& model) {
  const auto& imports = model.opset_import();
  const auto found = std::ranges::find_if(
      imports, [](const auto& import) { return import.domain().empty() || import.domain() == "ai.onnx"; });
  if (found == imports.end()) throw ImportError("names no version of the ONNX operator set, or is cut short");
  constexpr std::int64_t highest = 1000;
  if (found->version() < 1 || found->version() > highest) {
    throw ImportError(fmt::format("no ONNX operator set has version {}", found->version()));
  }
  return static_cast<int>(found->version());
}

}  // namespace edgecut::onnx_import
