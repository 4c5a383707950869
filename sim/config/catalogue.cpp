#include "config/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

#include "config/map.hpp"
#include "config/text_file.hpp"

namespace edgecut::config {
namespace {

constexpr std::string_view suffix = ".yaml";

bool is_path(const std::string& name) {
  return name.ends_with(suffix) || name.find('/') != std::string::npos;
}

// An inline definition is its own source, unless it names one.
void state_source(Value& value) {
  if (value.is_map() && value.find("source") == nullptr && value.find("value") == nullptr) {
    value.entries.push_back({"source", make_scalar("scenario", value.where.file), value.where});
  }
  for (auto& entry : value.entries) state_source(entry.value);
}

Value without(Value map, std::string_view key) {
  std::erase_if(map.entries, [&](const Entry& entry) { return entry.key == key; });
  return map;
}

// Of a program PREFIX/bin/edgecut.
std::filesystem::path installed_home() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : program.parent_path().parent_path() / "share" / "edgecut";
}

}  // namespace

Catalogue::Catalogue(std::filesystem::path home, Mends mends) : home_(std::move(home)), mends_(std::move(mends)) {
  for (const auto* folder : {"scenarios", "platforms"}) {
    if (!std::filesystem::is_directory(home_ / folder)) {
      throw Error(
          fmt::format("{}: not edgecut's home: it has no folder '{}' (set EDGECUT_HOME)", home_.string(), folder));
    }
  }
}

std::filesystem::path Catalogue::default_home() {
  const char* home = std::getenv("EDGECUT_HOME");
  if (home != nullptr && *home != '\0') return home;
  const auto installed = installed_home();
  return std::filesystem::is_directory(installed / "platforms") ? installed : EDGECUT_SOURCE_DIR;
}

std::vector<std::string> Catalogue::names(std::string_view folder) const {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(home_ / folder, error)) {
    if (entry.path().extension() == suffix) found.push_back(entry.path().stem().string());
  }
  std::ranges::sort(found);
  return found;
}

const Value& Catalogue::file(const std::filesystem::path& path) {
  const auto found = parsed_.find(path);
  if (found != parsed_.end()) return found->second;
  auto value = parse_text(read_text(path), path.string(), mends_);
  files_.push_back(path);
  return parsed_.emplace(path, std::move(value)).first->second;
}

void Catalogue::note(const std::filesystem::path& file) {
  if (std::ranges::find(files_, file) == files_.end()) files_.push_back(file);
}

const std::string& Catalogue::text(const std::filesystem::path& path, const Location& where) {
  const auto found = texts_.find(path);
  if (found != texts_.end()) return found->second;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) throw Error(where, "", fmt::format("{}: cannot be read", path.string()));
  files_.push_back(path);
  return texts_.emplace(path, std::move(text).str()).first->second;
}

const Value& Catalogue::named(const Value& name, std::string_view folder, std::string_view what) {
  const auto& text = detail::text(name);
  std::filesystem::path path;
  if (is_path(text)) {
    path = std::filesystem::path(name.where.file).parent_path() / text;
  } else {
    path = home_ / folder / (text + std::string(suffix));
  }
  if (is_file(path)) return file(path);
  const auto known = names(folder);
  if (!is_path(text)) fail_unknown(name, what, known);
  const auto why = is_folder(path) ? "is a folder, not a file; name a file in it" : "no such file";
  name.fail(fmt::format("{}: {}", why, path.string()), {.kind = Mend::Kind::replace_value,
                                                        .text = known.empty() ? "" : known.front(),
                                                        .of = Mend::Of::names,
                                                        .is_guess = true});
}

Value Catalogue::load(const Value& reference, std::string_view folder, std::string_view what) {
  const Value* kind = reference.is_map() ? reference.find("kind") : &reference;
  Value result;
  if (kind == nullptr) {
    result = reference;
    state_source(result);
  } else if (kind == &reference) {
    result = named(reference, folder, what);
  } else {
    result = merge(named(*kind, folder, what), without(reference, "kind"));
  }
  repath(result, reference.path);
  return result;
}

}  // namespace edgecut::config
