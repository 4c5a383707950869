#include "sweep/sweep.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "report/table.hpp"
#include "sweep/processes.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::sweep {
namespace {

using nlohmann::ordered_json;

// Rows travel from the children as JSON arrays of [name, type, text]; doubles as hexadecimal floats, so no digit is
// lost.
std::string pack(const metrics::Row& row) {
  auto cells = ordered_json::array();
  for (const auto& [name, cell] : row.cells()) {
    if (const auto* real = std::get_if<double>(&cell)) {
      cells.push_back({name, "real", fmt::format("{:a}", *real)});
    } else if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
      cells.push_back({name, "whole", std::to_string(*whole)});
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      cells.push_back({name, "text", *text});
    } else {
      cells.push_back({name, "empty", ""});
    }
  }
  return cells.dump();
}

metrics::Row unpack(const std::string& packed) {
  metrics::Row row;
  for (const auto& cell : ordered_json::parse(packed)) {
    const auto type = cell[1].get<std::string>();
    const auto text = cell[2].get<std::string>();
    metrics::Cell value;
    if (type == "real") value = std::stod(text);
    if (type == "whole") value = static_cast<std::int64_t>(std::stoll(text));
    if (type == "text") value = text;
    row.add(cell[0].get<std::string>(), std::move(value));
  }
  return row;
}

std::string label(const scenario::Study& study, const scenario::Run& run) {
  std::string text = fmt::format("point {}, partitioner {}, replication {}", run.point,
                                 study.points()[run.point]->methods()[run.method].name, run.replication);
  const auto where = study.coordinates(run.point);
  for (std::size_t a = 0; a < study.axes().size(); ++a) {
    text += fmt::format(", {} = {}", study.axes()[a].path, study.axes()[a].values[where[a]]);
  }
  return text;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Written beside and then renamed, so that nobody sees half a file.
void write_file(const std::filesystem::path& path, const std::string& text) {
  auto beside = path;
  beside += ".part";
  std::ofstream out(beside, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error(fmt::format("{}: cannot be written", path.string()));
  std::filesystem::rename(beside, path);
}

// FNV-1a, 64 bit: enough to tell a changed file, not a signature.
std::string hash_of(const std::string& text) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return fmt::format("fnv1a64:{:016x}", value);
}

ordered_json manifest(const scenario::Study& study, const std::vector<metrics::Row>& rows,
                      const Provenance& provenance) {
  ordered_json json;
  json["edgecut"] = provenance.version;
  json["study"] = study.name();
  json["question"] = study.question();
  json["runs"] = rows.size();
  json["replications"] = study.replications();
  json["wall_s"] = provenance.wall_seconds;
  json["overrides"] = ordered_json::array();
  for (const auto& setting : provenance.overrides) json["overrides"].push_back(setting.path + "=" + setting.value);
  json["axes"] = ordered_json::array();
  for (const auto& axis : study.axes()) {
    json["axes"].push_back({{"path", axis.path}, {"column", axis.column}, {"values", axis.values}});
  }
  json["partitioners"] = ordered_json::array();
  for (const auto& method : study.points().front()->methods()) {
    json["partitioners"].push_back({{"name", method.name}, {"kind", method.kind->name}});
  }
  json["baselines"] = study.comparison().baselines;
  json["assumptions"] = ordered_json::array();
  for (const auto& source : study.assumptions()) {
    json["assumptions"].push_back({{"figure", source.path}, {"value", source.value}, {"source", source.source}});
  }
  json["sources"] = ordered_json::array();
  std::set<std::string> seen;
  for (const auto& experiment : study.points()) {
    for (const auto& source : experiment->ledger().sources()) {
      if (!seen.insert(source.path + " " + source.value).second) continue;
      json["sources"].push_back({{"figure", source.path}, {"value", source.value}, {"source", source.source}});
    }
  }
  json["files"] = ordered_json::object();
  for (const auto& file : provenance.files)
    json["files"][(file.parent_path().filename() / file.filename()).string()] = hash_of(read_file(file));
  json["scenario"] = read_file(provenance.scenario);
  return json;
}

}  // namespace

std::vector<metrics::Row> run_study(const scenario::Study& study, unsigned jobs, const Progress& progress) {
  const auto runs = study.runs();
  const auto results = run_processes(
      runs.size(), jobs, [&](std::size_t i) { return pack(study.play(runs[i])); },
      [&](std::size_t done) { progress(done, runs.size()); });
  std::vector<metrics::Row> rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!results[i].failure.empty()) {
      throw std::runtime_error(fmt::format("a run failed ({}): {}", label(study, runs[i]), results[i].failure));
    }
    rows.push_back(unpack(results[i].output));
  }
  return study.reduce(runs, std::move(rows));
}

void prepare_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw config::Error(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
  const auto trial = folder / ".edgecut-trial";
  std::ofstream out(trial, std::ios::binary);
  out << "trial";
  out.close();
  if (!out) throw config::Error(fmt::format("{}: cannot be written to", folder.string()));
  std::filesystem::remove(trial, error);
}

void write_results(const std::filesystem::path& folder, const scenario::Study& study,
                   const std::vector<metrics::Row>& rows, const Provenance& provenance) {
  prepare_folder(folder);
  write_file(folder / "rows.csv", report::csv(rows));
  if (!study.comparison().baselines.empty()) write_file(folder / "savings.csv", report::csv(savings(study, rows)));
  write_file(folder / "manifest.json", manifest(study, rows, provenance).dump(1) + "\n");
}

}  // namespace edgecut::sweep
