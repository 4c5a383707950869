#include "sweep/header.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "sweep/dictionary.hpp"

namespace edgecut::sweep {
namespace {

using nlohmann::ordered_json;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// FNV-1a, 64 bit: enough to tell a changed file, not a signature.
std::string hash_of(const std::string& text) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return fmt::format("fnv1a64:{:016x}", value);
}

struct Figure {
  config::Source source;
  std::vector<std::size_t> points;  // at which it holds, rising
};

// Every figure that any point has, in reading order.
std::vector<Figure> figures_of(const experiment::Study& study) {
  std::vector<Figure> figures;
  std::map<std::array<std::string, 3>, std::size_t> known;
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    for (const auto& source : study.given().points[point].ledger.sources()) {
      const auto [place, is_new] = known.try_emplace({source.path, source.value, source.source}, figures.size());
      if (is_new) figures.push_back({source, {}});
      auto& points = figures[place->second].points;
      if (points.empty() || points.back() != point) points.push_back(point);
    }
  }
  return figures;
}

void add_sources(const experiment::Study& study, ordered_json& json) {
  json["assumptions"] = ordered_json::array();
  for (const auto& source : scenario::assumptions(study.given())) {
    json["assumptions"].push_back({{"figure", source.path}, {"value", source.value}, {"source", source.source}});
  }
  const auto foreign = scenario::foreign_figures(study.given());
  if (!foreign.empty()) json["warnings"] = foreign;
  const auto notes = scenario::file_notes(study.given());
  if (!notes.empty()) json["notes"] = notes;
  json["sources"] = ordered_json::array();
  for (const auto& [source, points] : figures_of(study)) {
    json["sources"].push_back({{"figure", source.path}, {"value", source.value}, {"source", source.source}});
    if (points.size() < study.points().size()) json["sources"].back()["points"] = points;
  }
}

// Of replication 0; replication r adds r to each. Points that sweep a seed have their own.
void add_seeds(const experiment::Study& study, ordered_json& json) {
  std::set<std::uint64_t> seeds;
  std::set<std::uint64_t> truths;
  for (const auto& experiment : study.points()) {
    seeds.insert(experiment.front().world.seed);
    truths.insert(experiment.front().world.truth_seed);
  }
  json["seeds"] = {{"seed", seeds}, {"truth", truths}};
}

// The same wherever the project and the scenario lie: "platforms/links/lte_2012.yaml" of the catalogue's, "./mine.yaml"
// and "../mine.yaml" seen from the scenario's folder.
std::string name_of(const std::filesystem::path& file, const Provenance& provenance) {
  const auto place = std::filesystem::weakly_canonical(file);
  const auto in_home = place.lexically_relative(std::filesystem::weakly_canonical(provenance.home));
  if (!in_home.empty() && *in_home.begin() != "..") return in_home.string();
  const auto folder = std::filesystem::weakly_canonical(provenance.scenario).parent_path();
  const auto beside = place.lexically_relative(folder);
  return *beside.begin() == ".." ? beside.string() : (std::filesystem::path(".") / beside).string();
}

std::vector<std::filesystem::path> files_of(const experiment::Study& study, const Provenance& provenance) {
  auto files = provenance.files;
  const auto& of_axes = study.given().axes.files;
  files.insert(files.end(), of_axes.begin(), of_axes.end());
  return files;
}

std::vector<std::string> written(const scenario::Axis& axis) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < axis.size(); ++i) texts.push_back(axis.written(i));
  return texts;
}

ordered_json manifest(const experiment::Study& study, const Provenance& provenance) {
  ordered_json json;
  json["edgecut"] = provenance.version;
  json["study"] = study.name();
  json["question"] = study.question();
  json["commit"] = provenance.commit;
  json["versions"] = {
      {"SimGrid", provenance.simgrid}, {"SQLite", provenance.sqlite}, {"compiler", provenance.compiler}};
  add_seeds(study, json);
  json["replications"] = study.replications();
  if (const auto& until = study.until()) {
    json["until"] = {{"metric", until->column}, {"half_width", until->half_width}, {"max", until->max}};
  }
  json["overrides"] = ordered_json::array();
  for (const auto& setting : provenance.overrides) json["overrides"].push_back(setting.path + "=" + setting.value);
  json["axes"] = ordered_json::array();
  for (std::size_t a = 0; a < study.axes().size(); ++a) {
    const auto& axis = study.axes()[a];
    if (axis.leader) continue;
    ordered_json entry{{"path", axis.path}, {"column", axis.column}, {"values", written(axis)}};
    if (!axis.labels.empty()) entry["labels"] = axis.labels;
    for (const auto& other : study.axes()) {
      if (other.leader == a) entry["along"].push_back({{"path", other.path}, {"column", other.column}});
    }
    json["axes"].push_back(std::move(entry));
  }
  json["partitioners"] = ordered_json::array();
  for (const auto* method : scenario::methods_of(study.given())) {
    json["partitioners"].push_back({{"name", method->name}, {"kind", method->kind->name}});
  }
  json["parameters"] = ordered_json::array();
  for (const auto& parameter : study.given().parameters) {
    json["parameters"].push_back(
        {{"key", parameter.key}, {"value", parameter.value}, {"origin", scenario::name(parameter.origin)}});
  }
  json["baselines"] = study.comparison().baselines;
  add_sources(study, json);
  json["files"] = ordered_json::object();
  for (const auto& file : files_of(study, provenance))
    json["files"][name_of(file, provenance)] = hash_of(read_file(file));
  json["scenario"] = provenance.text;
  return json;
}

// One line an axis and value, so that a difference can be shown.
std::string axes_text(const experiment::Study& study) {
  std::string text;
  for (const auto& axis : study.axes()) {
    text += axis.path + ":\n";
    for (const auto& value : written(axis)) text += "  " + value + "\n";
  }
  return text;
}

std::string partitioners_text(const experiment::Study& study) {
  std::string text;
  for (const auto* method : scenario::methods_of(study.given())) text += method->name + "\n";
  return text;
}

store::Identity identity(const experiment::Study& study, const Provenance& provenance) {
  store::Identity identity;
  auto& parts = identity.parts;
  parts.emplace_back("the scenario", provenance.text);
  std::string settings;
  for (const auto& setting : provenance.overrides) settings += setting.path + "=" + setting.value + "\n";
  parts.emplace_back("the settings", settings);
  std::set<std::string> seen;
  for (const auto& file : files_of(study, provenance)) {
    const auto name = name_of(file, provenance);
    if (seen.insert(name).second) parts.emplace_back(name, hash_of(read_file(file)));
  }
  parts.emplace_back("the axes", axes_text(study));
  parts.emplace_back("the partitioners", partitioners_text(study));
  parts.emplace_back("the program's version", provenance.version);
  parts.emplace_back("the program's commit", provenance.commit);
  parts.emplace_back("the version of SimGrid", provenance.simgrid);
  parts.emplace_back(build_part, hash_of(read_file("/proc/self/exe")));
  return identity;
}

}  // namespace

store::Header header(const experiment::Study& study, const Provenance& provenance) {
  store::Header header;
  header.identity = identity(study, provenance);
  header.manifest = manifest(study, provenance).dump();
  for (const auto* method : scenario::methods_of(study.given())) header.partitioners.push_back(method->name);
  header.baselines = study.comparison().baselines;
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    header.objectives.push_back(study.objective_column(point));
  }
  for (const auto& axis : study.axes()) {
    header.columns.push_back({axis.column, "", fmt::format("the swept key {}", axis.path), "", ""});
  }
  const auto columns = texts_of(experiment::Study::columns());
  header.columns.insert(header.columns.end(), columns.begin(), columns.end());
  return header;
}

}  // namespace edgecut::sweep
