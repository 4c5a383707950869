// Where names such as `alexnet` and `raspberry_pi_4` are looked up, and how a shipped file takes a scenario's
// overrides.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/mends.hpp"
#include "config/value.hpp"

namespace edgecut::config {

class Catalogue {
 public:
  /// `home` holds scenarios/ and platforms/. Throws Error when it does not. Files are read with `mends`.
  explicit Catalogue(std::filesystem::path home, Mends mends = {});

  /// $EDGECUT_HOME; else what was installed with the program, PREFIX/share/edgecut beside PREFIX/bin; else the source
  /// tree that the program was built from.
  static std::filesystem::path default_home();

  [[nodiscard]] const std::filesystem::path& home() const { return home_; }

  [[nodiscard]] const Mends& mends() const { return mends_; }

  /// Names in a folder ("platforms/devices"), sorted.
  [[nodiscard]] std::vector<std::string> names(std::string_view folder) const;

  /// Resolves a reference: a name of the folder, or a path to a .yaml file relative to the file that names it; or a map
  /// whose `kind:` is such a reference and whose other keys are put over the file's. A map without `kind:` stands for
  /// itself. What the scenario states, inline or over a shipped file, has the source "scenario" unless it names
  /// another. Throws Error when there is no such name (the nearest is named) or file.
  Value load(const Value& reference, std::string_view folder, std::string_view what);

  /// Counts a file that somebody else has read, such as a trace, among files().
  void note(const std::filesystem::path& file);

  /// The text of a file that is no YAML, read once; it counts as read below. Throws Error when it cannot be read.
  const std::string& text(const std::filesystem::path& path, const Location& where);

  /// Every file read so far, in the order of reading.
  [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }

 private:
  const Value& file(const std::filesystem::path& path);
  const Value& named(const Value& name, std::string_view folder, std::string_view what);

  std::filesystem::path home_;
  Mends mends_;
  std::map<std::filesystem::path, Value> parsed_;
  std::map<std::filesystem::path, std::string> texts_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace edgecut::config
