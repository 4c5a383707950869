#include "commands/analyse.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "config/catalogue.hpp"
#include "config/value.hpp"

namespace edgecut::commands {

void analyse(const std::string& module, const std::vector<std::string>& arguments) {
  const auto home = config::Catalogue::default_home();
  if (!std::filesystem::is_directory(home / "analysis")) {
    throw config::Error(
        fmt::format("{}: has no folder analysis/; set EDGECUT_HOME to the folder that has one (PREFIX/share/edgecut, "
                    "or the source tree)",
                    home.string()));
  }
  const char* path = std::getenv("PYTHONPATH");
  const auto with_home = path == nullptr || *path == '\0' ? home.string() : home.string() + ":" + path;
  ::setenv("PYTHONPATH", with_home.c_str(), 1);
  // A store is exported by the program that was called.
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) ::setenv("EDGECUT_PROGRAM", program.c_str(), 1);
  // Debian's Python has Debian's matplotlib; another one first on the path need not.
  std::string python = std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  std::vector<std::string> words{python, "-m", module};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execvp(python.c_str(), pointers.data());
  throw config::Error(fmt::format("{}: cannot be run: {} (the figures need python3 with matplotlib and pandas)", python,
                                  std::strerror(errno)));
}

}  // namespace edgecut::commands
