#include "config/text_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

#include "config/value.hpp"

namespace edgecut::config {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t most_text = std::size_t{4} << 30U;

[[noreturn]] void refuse(const std::string& name, std::string_view why) {
  throw Error({name, 0, 0}, "", why);
}

// Several members, one after the other, are one text, as gzip has it [RFC 1952, 2.2].
std::string unpacked(const std::string& bytes, const std::string& name) {
  constexpr const char* damaged = "its gzip data are damaged or cut short";
  constexpr int gzip_only = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, gzip_only) != Z_OK) refuse(name, "cannot be unpacked: no memory for it");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closing(&stream, inflateEnd);
  std::string text;
  std::array<char, 65536> part{};
  std::size_t begin = 0;  // of what zlib was not given yet
  int state = Z_OK;
  while (begin < bytes.size() || stream.avail_in > 0 || state == Z_OK) {
    if (stream.avail_in == 0) {
      const auto size = std::min<std::size_t>(bytes.size() - begin, std::numeric_limits<uInt>::max());
      // zlib's interface is older than const; it only reads.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + begin));
      stream.avail_in = static_cast<uInt>(size);
      begin += size;
    }
    if (state == Z_STREAM_END) {
      const bool is_member = *stream.next_in == static_cast<Bytef>(gzip_magic[0]);
      if (!is_member) break;  // padding, such as the zeros of a tape
      if (inflateReset(&stream) != Z_OK) refuse(name, damaged);
    }
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) refuse(name, damaged);
    text.append(part.data(), part.size() - stream.avail_out);
    if (text.size() > most_text) refuse(name, "its gzip data are more than 4 GiB of text");
  }
  return text;
}

// Text of ASCII characters has a zero in every second byte then.
bool is_unmarked_utf16(std::string_view text) {
  const auto head = text.substr(0, 1024);
  const auto zeros = std::ranges::count(head, '\0');
  return zeros > 0 && 4 * zeros >= static_cast<std::ptrdiff_t>(head.size());
}

void refuse_other_forms(const std::string& bytes, const std::string& name) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("PK\x03\x04"sv) || bytes.starts_with("\xd0\xcf\x11\xe0"sv)) {
    refuse(name, "is a workbook or a zip file; save the sheet as CSV UTF-8");
  }
  const std::array<std::pair<std::string_view, std::string_view>, 3> packers{{{"\xfd"
                                                                               "7zXZ"sv,
                                                                               "xz"},
                                                                              {"BZh"sv, "bzip2"},
                                                                              {"\x28\xb5\x2f\xfd"sv, "zstd"}}};
  for (const auto& [magic, packer] : packers) {
    if (bytes.starts_with(magic)) {
      refuse(name, fmt::format("is compressed by {}; of compressed files, gzip's are read", packer));
    }
  }
  if (bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv) || is_unmarked_utf16(bytes)) {
    refuse(name, "is UTF-16; save it as UTF-8 (a spreadsheet calls that CSV UTF-8)");
  }
  if (bytes.find('\0') != std::string::npos) refuse(name, "is no text: it holds bytes of 0");
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80   ? 0
                             : lead < 0xC2 ? 9
                             : lead < 0xE0 ? 1
                             : lead < 0xF0 ? 2
                             : lead < 0xF5 ? 3
                                           : 9;
    if (i + more >= text.size()) return false;
    for (std::size_t k = 0; k < more; ++k) {
      if ((static_cast<unsigned char>(text[++i]) & 0xC0U) != 0x80U) return false;
    }
  }
  return true;
}

bool is_file(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown);
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_directory(path, unknown);
}

std::string plain_text(std::string bytes, const std::string& name) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(gzip_magic)) bytes = unpacked(bytes, name);
  refuse_other_forms(bytes, name);
  if (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
  return bytes;
}

std::string plain_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !is_file(file)) throw Error(fmt::format("{}: cannot be read", file.string()));
  bytes << in.rdbuf();
  return plain_text(std::move(bytes).str(), file.string());
}

}  // namespace edgecut::config
