// What a sweep is, and where it came from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiment/study.hpp"
#include "store/store.hpp"

namespace edgecut::sweep {

/// What a study does not know of itself.
struct Provenance {
  std::filesystem::path scenario;  // the file, or a name beside which its paths are
  std::string text;                // of the scenario
  std::vector<scenario::Override> overrides;
  std::filesystem::path home;                // the catalogue's
  std::vector<std::filesystem::path> files;  // that the scenario names, directly or not
  std::string version;
  std::string commit;
  std::string simgrid;   // version
  std::string sqlite;    // version
  std::string compiler;  // with its version
};

/// The part of an identity that says which build of the program plays; machines that share a sweep may differ in it.
inline constexpr auto build_part = "the program's build";

/// The manifest without what is known at the end, and the parts by which two sweeps are told apart: the scenario's text,
/// settings, every file used, what it amounts to, version, commit and build of the program, version of SimGrid.
store::Header header(const experiment::Study& study, const Provenance& provenance);

}  // namespace edgecut::sweep
