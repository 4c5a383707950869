// The text of a file that others wrote: with a byte order mark or compressed by gzip, and never in UTF-16.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace edgecut::config {

/// Whether there is such a file; a name that no file can have names none.
bool is_file(const std::filesystem::path& path);
/// Likewise a folder.
bool is_folder(const std::filesystem::path& path);

/// Whether a text is UTF-8.
bool is_utf8(std::string_view text);

/// The bytes of a file as UTF-8 without a byte order mark; what gzip compressed is told by its first bytes, not by its
/// name. `name` is what errors call the file. Throws Error on UTF-16, workbooks, other compressions, and gzip data that
/// are damaged, cut short or more than 4 GiB.
std::string plain_text(std::string bytes, const std::string& name);

/// plain_text() of a file. Throws Error also where it cannot be read.
std::string plain_text(const std::filesystem::path& file);

}  // namespace edgecut::config
