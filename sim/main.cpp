// The command line: the only place that prints, reports errors and exits. 0: done; 1: our fault; 2: the user's.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "config/catalogue.hpp"
#include "dnn/network_file.hpp"
#ifdef EDGECUT_ONNX
#include "onnx/import_model.hpp"
#endif
#include "partition/registry.hpp"
#include "platform/benchmark_file.hpp"
#include "platform/platform_file.hpp"
#include "report/describe_device.hpp"
#include "report/describe_network.hpp"
#include "report/describe_plan.hpp"
#include "report/table.hpp"
#include "scenario/problem_file.hpp"
#include "scenario/study.hpp"
#include "sweep/processes.hpp"
#include "sweep/statistics.hpp"
#include "sweep/sweep.hpp"
#include "units/ensure.hpp"

namespace {

using namespace edgecut;

enum class Format { table, csv, json };

struct Options {
  std::string scenario;
  std::string problem;                    // instead of a scenario
  std::vector<std::string> partitioners;  // with a problem
  std::vector<std::string> settings;      // PATH=VALUE
  Format format = Format::table;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string output;
  std::string what;  // of list
};

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::vector<scenario::Override> overrides_of(const Options& options) {
  std::vector<scenario::Override> overrides;
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw config::Error(
          fmt::format("--set {}: a setting is written PATH=VALUE, such as link.uplink=5Mbit/s", setting));
    }
    overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
  }
  return overrides;
}

// ---- progress ----

// A bar with the rate and the time left on a terminal, a line now and then elsewhere.
class ProgressBar {
 public:
  void operator()(std::size_t done, std::size_t total) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    if (on_terminal_) {
      if (elapsed - drawn_ > 0.1 || done == total) draw(done, total, elapsed);
    } else if (done * 10 / total > tenths_) {
      tenths_ = done * 10 / total;
      fmt::print(stderr, "{} of {} runs, {:.0f} s\n", done, total, elapsed);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::size_t done, std::size_t total, double elapsed) {
    constexpr std::size_t width = 40;
    const std::size_t filled = width * done / total;
    const double rate = static_cast<double>(done) / std::max(elapsed, 1e-9);
    const double left = static_cast<double>(total - done) / rate;
    fmt::print(stderr, "\r[{}{}] {}/{}  {:.0f} runs/s  {:.0f} s left ", std::string(filled, '#'),
               std::string(width - filled, '.'), done, total, rate, left);
    if (done == total) fmt::print(stderr, "\n");
    std::fflush(stderr);
    drawn_ = elapsed;
  }

  Clock::time_point start_ = Clock::now();
  bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
  double drawn_ = -1.0;
  std::size_t tenths_ = 0;
};

// ---- run ----

std::string setting_line(const scenario::Experiment& experiment) {
  const auto& world = experiment.world();
  std::vector<std::string> processors;
  for (const auto index : world.processors) processors.push_back(world.device.processors[index].name);
  const auto fleet = world.devices > 1 ? fmt::format("{} x ", world.devices) : std::string();
  const auto edge = world.edge ? fmt::format("edge server {}, ", world.edge->server.title) : std::string();
  return fmt::format("{} on {}{} ({}), {} up, {} down, {} round trip, {}cloud {} x {}\n", world.network->name(), fleet,
                     world.device.title, fmt::join(processors, ", "), units::format(world.link.uplink),
                     units::format(world.link.downlink), units::format(world.link.rtt), edge, world.cloud.hosts,
                     world.cloud.title);
}

std::string with_interval(const sweep::Estimate& estimate, std::string (*format)(double)) {
  if (std::isnan(estimate.mean)) return "-";
  if (std::isnan(estimate.half_width)) return format(estimate.mean);
  return fmt::format("{} ±{:.1f} %", format(estimate.mean),
                     estimate.mean == 0.0 ? 0.0 : 100.0 * estimate.half_width / estimate.mean);
}

std::string percent(const sweep::Estimate& estimate) {
  return std::isnan(estimate.mean) ? "-" : fmt::format("{:.1f} %", 100.0 * estimate.mean);
}

// In how many replications there was a plan.
std::string plans_of(const sweep::Summary& summary) {
  const auto found =
      std::ranges::count_if(summary.rows, [](const auto* row) { return row->number("feasible") == 1.0; });
  return fmt::format("{}/{}", found, summary.rows.size());
}

std::string summary_table(const std::vector<sweep::Summary>& summaries) {
  report::Table table({"partitioner", "cut", "plans", "latency", "p95", "energy/inference", "energy/device", "sent",
                       "misses", "violations", "saturated"});
  for (const auto& summary : summaries) {
    const auto sent = summary.mean("up_mean_B").mean;
    table.add({summary.partitioner, summary.common("cut"), plans_of(summary),
               with_interval(summary.mean("latency_mean_s"), report::seconds),
               with_interval(summary.mean("latency_p95_s"), report::seconds),
               with_interval(summary.mean("energy_inference_J"), report::joules),
               with_interval(summary.mean("energy_device_J"), report::joules),
               std::isnan(sent) ? "-" : report::bytes(sent), percent(summary.mean("deadline_miss_rate")),
               percent(summary.mean("violation_rate")), summary.mean("saturated").mean > 0.0 ? "yes" : "no"});
  }
  return table.str() +
         "\n± is half the 95 % interval over replications; plans: replications with a feasible plan, the only ones in "
         "the "
         "means\n";
}

std::string saving_cell(const metrics::Row& row) {
  const double saving = row.number("saving");
  const double half = row.number("saving_half_width");
  if (std::isnan(saving)) return "-";
  return std::isnan(half) ? fmt::format("{:.1f} %", 100.0 * saving)
                          : fmt::format("{:.1f} ±{:.1f} %", 100.0 * saving, 100.0 * half);
}

// Why pairs took no part, in words.
std::string left_out(const metrics::Row& row) {
  std::string text;
  for (const auto* why : {"infeasible", "saturated", "dropping", "violating", "zero"}) {
    const double count = row.number(std::string("left_out_") + why);
    if (count > 0.0) text += fmt::format("{}{:.0f} {}", text.empty() ? "" : ", ", count, why);
  }
  return text.empty() ? "none" : text;
}

// One table a baseline: partitioners down, what is saved across.
std::string savings_tables(const scenario::Study& study, const std::vector<metrics::Row>& savings) {
  std::string text;
  for (const auto& baseline : study.comparison().baselines) {
    report::Table table(
        {"partitioner", "latency", "energy/inference", "energy/device", "bytes sent", "pairs left out"});
    std::vector<std::string> cells;
    for (const auto& row : savings) {
      if (row.text("baseline") != baseline) continue;
      if (cells.empty()) cells.push_back(row.text("partitioner"));
      cells.push_back(saving_cell(row));
      if (cells.size() < 5) continue;
      cells.push_back(left_out(row));
      table.add(cells);
      cells.clear();
    }
    text += fmt::format("\nSaved against {}, paired by replication, 95 % interval:\n{}", baseline, table.str());
  }
  return text;
}

std::string assumptions_text(const scenario::Study& study) {
  std::string text;
  for (const auto& source : study.assumptions()) {
    text += fmt::format("  {} = {}: {}\n", source.path, source.value, source.source);
  }
  return text.empty() ? text : "\nFigures without a public source:\n" + text;
}

void print_rows(const std::vector<metrics::Row>& rows, Format format) {
  print(format == Format::csv ? report::csv(rows) : report::json(rows));
}

void run(const Options& options) {
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario, library, overrides_of(options), false);
  const auto rows = sweep::run_study(study, options.jobs, [](std::size_t, std::size_t) {});
  if (options.format != Format::table) return print_rows(rows, options.format);
  if (!study.question().empty()) print(study.question() + "\n");
  print(setting_line(*study.points().front()));
  print(fmt::format("{} requests a device, {} replications\n\n", study.points().front()->workload().requests,
                    study.replications()));
  print(summary_table(sweep::summarise(rows)));
  print(savings_tables(study, sweep::savings(study, rows)));
  print(assumptions_text(study));
}

// ---- sweep ----

void run_sweep(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario, library, overrides_of(options), true);
  const std::filesystem::path folder = options.output.empty() ? "results/" + study.name() : options.output;
  const bool writes = options.format == Format::table || !options.output.empty();
  if (writes) sweep::prepare_folder(folder);
  ProgressBar bar;
  const auto rows =
      sweep::run_study(study, options.jobs, [&](std::size_t done, std::size_t total) { bar(done, total); });
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (options.format != Format::table) print_rows(rows, options.format);
  if (!writes) return;
  sweep::write_results(folder, study, rows,
                       {options.scenario, overrides_of(options), library.catalogue().files(), EDGECUT_VERSION, wall});
  if (options.format != Format::table) return;
  const auto saturated = std::ranges::count_if(rows, [](const auto& row) { return row.number("saturated") == 1.0; });
  const auto infeasible = std::ranges::count_if(rows, [](const auto& row) { return row.number("feasible") == 0.0; });
  print(fmt::format("{}: {} points x {} partitioners x {} replications: {} rows in {:.1f} s, in {}\n", study.name(),
                    study.points().size(), study.points().front()->methods().size(), study.replications(), rows.size(),
                    wall, folder.string()));
  if (saturated > 0)
    print(fmt::format("{} rows are saturated: their means grow with the number of requests\n", saturated));
  if (infeasible > 0) print(fmt::format("{} rows are infeasible: no plan keeps the limits\n", infeasible));
  if (study.is_mute()) print("warning: all partitioners chose the same cut at every point; the study says nothing\n");
}

// ---- plan ----

// What one method chose, or the next best of it.
metrics::Row plan_row(const scenario::Method& method, const char* role, const plan::Plan& plan,
                      const plan::Problem& believed, const plan::Problem& truth, const std::string& why) {
  const auto thought = plan::evaluate(believed, plan);
  const auto is = plan::evaluate(truth, plan);
  const bool believes = method.kind->knowledge != partition::Knowledge::nothing;
  const auto if_believed = [&](double value) { return believes ? metrics::Cell(value) : metrics::Cell(); };
  metrics::Row row;
  row.add("partitioner", method.name);
  row.add("role", std::string(role));
  row.add("cut", plan::describe(*believed.network, plan));
  row.add("processor",
          is.layers_on_device > 0 ? metrics::Cell(believed.processors[plan.processor].name) : metrics::Cell());
  row.add("believed_latency_s", if_believed(thought.latency.value()));
  row.add("true_latency_s", is.latency.value());
  row.add("believed_energy_J", if_believed(thought.energy_inference.value()));
  row.add("true_energy_J", is.energy_inference.value());
  row.add("sent_B", is.up.value());
  row.add("head_memory_B", is.head_memory.value());
  row.add("reason", why);
  return row;
}

// Why, with what explain() found out.
std::string full_reason(const scenario::Method& method, const plan::Problem& believed,
                        const partition::Decision& decision) {
  if (method.kind->knowledge == partition::Knowledge::nothing) return decision.reason;
  const auto line =
      report::explanation_line(believed, partition::explain(*method.partitioner, believed, *decision.plan));
  return decision.reason + (line.empty() ? "" : "; " + line);
}

metrics::Row no_plan_row(const scenario::Method& method, const std::string& why) {
  metrics::Row row;
  row.add("partitioner", method.name);
  row.add("role", std::string("chosen"));
  row.add("cut", std::string("infeasible"));
  for (const auto* name : {"processor", "believed_latency_s", "true_latency_s", "believed_energy_J", "true_energy_J",
                           "sent_B", "head_memory_B"}) {
    row.add(name, {});
  }
  row.add("reason", why);
  return row;
}

// The best other cut by the method's own belief and the objective.
std::optional<plan::Candidate> next_best(const plan::Problem& problem, const plan::Plan& chosen) {
  std::optional<plan::Candidate> best;
  for (auto& candidate : plan::prefix_candidates(problem)) {
    if (candidate.plan == chosen || !plan::is_feasible(problem, candidate.cost)) continue;
    if (!best || plan::is_better(candidate, *best, problem.objective)) best = std::move(candidate);
  }
  return best;
}

std::vector<metrics::Row> plan_rows(const scenario::Experiment& experiment) {
  const auto truth = experiment.true_problem(0);
  std::vector<metrics::Row> rows;
  for (const auto& method : experiment.methods()) {
    const auto believed = experiment.problem(method, 0);
    const auto decision = method.partitioner->partition(believed);
    if (!decision.plan) {
      rows.push_back(no_plan_row(method, decision.reason));
      continue;
    }
    rows.push_back(
        plan_row(method, "chosen", *decision.plan, believed, truth, full_reason(method, believed, decision)));
    if (method.kind->knowledge == partition::Knowledge::nothing) continue;
    if (const auto other = next_best(believed, *decision.plan)) {
      rows.push_back(plan_row(method, "next", other->plan, believed, truth, ""));
    }
  }
  return rows;
}

// A cell for people: "-" where there is no figure.
std::string shown(const metrics::Row& row, const char* column, std::string (*format)(double)) {
  const double value = row.number(column);
  return std::isnan(value) ? "-" : format(value);
}

void plan_problem(const Options& options) {
  const auto file = config::parse_file(options.problem);
  const auto explicit_problem = scenario::read_problem(file);
  const auto& problem = explicit_problem.problem;
  std::vector<scenario::AskedPartitioner> asked;
  for (const auto& text : options.partitioners) asked.push_back(scenario::read_partitioner(text, explicit_problem));
  if (asked.empty()) asked = scenario::all_partitioners(explicit_problem);
  std::vector<report::Answer> answers;
  for (const auto& one : asked) {
    report::Answer answer{one.name, one.partitioner->partition(problem), std::nullopt};
    if (answer.decision.plan) answer.explanation = explain(*one.partitioner, problem, *answer.decision.plan);
    answers.push_back(std::move(answer));
  }
  print(options.format == Format::json ? report::plans_json(problem, explicit_problem.tiers, answers)
                                       : report::plans_text(problem, explicit_problem.tiers, answers));
}

void plan(const Options& options) {
  if (options.problem.empty() == options.scenario.empty()) {
    throw config::Error("plan: name a scenario or --problem FILE, one of them");
  }
  if (options.problem.empty() && !options.partitioners.empty()) {
    throw config::Error("--partitioner goes with --problem; a scenario names its own");
  }
  if (!options.problem.empty() && options.format == Format::csv) {
    throw config::Error("--format: csv does not hold a placement (table, json)");
  }
  if (!options.problem.empty()) return plan_problem(options);
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario, library, overrides_of(options), false);
  const auto& experiment = *study.points().front();
  const auto rows = plan_rows(experiment);
  if (options.format != Format::table) return print_rows(rows, options.format);
  print(setting_line(experiment));
  print(
      "One inference on an idle system, replication 0; what the method believes beside what is true.\n"
      "'next' is the best other cut by the scenario's objective and the same belief.\n\n");
  report::Table table({"partitioner", "role", "cut", "processor", "latency believed", "latency true", "energy believed",
                       "energy true", "sent", "head memory", "why"});
  for (const auto& row : rows) {
    const bool is_chosen = row.text("role") == "chosen";
    table.add({is_chosen ? row.text("partitioner") : "", row.text("role"), row.text("cut"), row.text("processor"),
               shown(row, "believed_latency_s", report::seconds), shown(row, "true_latency_s", report::seconds),
               shown(row, "believed_energy_J", report::joules), shown(row, "true_energy_J", report::joules),
               shown(row, "sent_B", report::bytes), shown(row, "head_memory_B", report::bytes), row.text("reason")});
  }
  print(table.str());
}

// ---- check, list ----

void check(const Options& options) {
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario, library, overrides_of(options), true);
  print(fmt::format("{}: ok, {} points x {} partitioners x {} replications = {} runs\n", options.scenario,
                    study.points().size(), study.points().front()->methods().size(), study.replications(),
                    study.runs().size()));
  if (study.is_mute()) {
    print(
        fmt::format("{}: warning: all partitioners choose the same cut at every point; the study says nothing about "
                    "them (try another uplink, network or input size)\n",
                    options.scenario));
  }
  print(assumptions_text(study));
}

template <class Describe>
void list_files(const config::Catalogue& catalogue, std::string_view folder, Describe describe) {
  report::Table table({"name", "what it is"});
  for (const auto& name : catalogue.names(folder))
    table.add({name, describe(config::make_scalar(name, "edgecut list"))});
  print(table.str());
}

std::string describe_device(const platform::Device& device) {
  std::vector<std::string> processors;
  for (const auto& processor : device.processors) processors.push_back(processor.name);
  return fmt::format("{}; {} free memory; {}", device.title, units::format(device.available_memory()),
                     fmt::join(processors, ", "));
}

void list(const Options& options) {
  scenario::Library library(config::Catalogue::default_home());
  auto& catalogue = library.catalogue();
  config::Ledger ledger;
  if (options.what == "networks") {
    list_files(catalogue, "scenarios/networks", [&](const config::Value& name) {
      const auto& network = library.network(name);
      return fmt::format("{}: {} layers, {:.3f} GMAC, {:.2f} M parameters", network.title(), network.size(),
                         static_cast<double>(network.total_macs()) / 1e9,
                         static_cast<double>(network.total_parameters()) / 1e6);
    });
  } else if (options.what == "devices") {
    list_files(catalogue, "platforms/devices", [&](const config::Value& name) {
      return describe_device(platform::read_device(catalogue.load(name, "platforms/devices", "device"), ledger));
    });
  } else if (options.what == "clouds") {
    list_files(catalogue, "platforms/clouds", [&](const config::Value& name) {
      return platform::read_cloud(catalogue.load(name, "platforms/clouds", "cloud"), ledger).title;
    });
  } else if (options.what == "links") {
    list_files(catalogue, "platforms/links", [&](const config::Value& name) {
      const auto link = platform::read_link(catalogue.load(name, "platforms/links", "link"), ledger);
      return fmt::format("{}: {} up, {} down, {} round trip", link.title, units::format(link.uplink),
                         units::format(link.downlink), units::format(link.rtt));
    });
  } else if (options.what == "partitioners") {
    report::Table table({"kind", "what it does"});
    for (const auto& kind : partition::kinds()) table.add({kind.name, kind.summary});
    print(table.str());
  } else {
    report::Table table({"column", "unit", "meaning"});
    for (const auto& column : scenario::Study::columns()) table.add({column.name, column.unit, column.meaning});
    print(table.str());
  }
}

// ---- describe ----

struct DescribeOptions {
  std::string network;
  bool all = false;
  bool dot = false;
  std::string cut;        // with --dot
  std::string device;     // for the power_time energy
  std::string processor;  // of the device; the first by default
  Format format = Format::table;
};

report::LayerEnergy layer_energy(const DescribeOptions& options, scenario::Library& library,
                                 const dnn::Network& network) {
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.device, "--device");
  const auto device = platform::read_device(library.catalogue().load(reference, "platforms/devices", "device"), ledger);
  std::vector<std::string> known;
  const platform::Processor* processor = nullptr;
  for (const auto& candidate : device.processors) {
    known.push_back(candidate.name);
    if (processor == nullptr && (options.processor.empty() || options.processor == candidate.name)) {
      processor = &candidate;
    }
  }
  if (processor == nullptr) {
    throw config::Error("--processor: " + config::unknown_name("processor", options.processor, known));
  }
  report::LayerEnergy energy{device.name + "." + processor->name, {}, {}};
  energy.seconds = profile::three_constants(network, processor->compute);
  for (const auto time : energy.seconds) energy.joules.push_back(device.increment(*processor) * time);
  return energy;
}

plan::Plan plan_after(const dnn::Network& network, const std::string& layer) {
  std::vector<std::string> known;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.layer(v).name == layer) return {0, dnn::prefix(network.size(), v)};
    known.push_back(network.layer(v).name);
  }
  throw config::Error("--cut: " + config::unknown_name("layer", layer, known));
}

void describe_network(const DescribeOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  const auto& network = library.network(config::make_scalar(options.network, "describe network"));
  if (options.dot) {
    if (options.cut.empty()) return print(report::dot(network, nullptr));
    const auto plan = plan_after(network, options.cut);
    return print(report::dot(network, &plan));
  }
  std::optional<report::LayerEnergy> energy;
  if (!options.device.empty()) energy = layer_energy(options, library, network);
  const auto* measured = energy ? &*energy : nullptr;
  if (options.format != Format::table) return print_rows(report::layer_rows(network, measured), options.format);
  print(report::describe(network, options.all, measured));
}

// Those that were measured on the device; all if none was.
std::vector<const dnn::Network*> networks_of(const platform::Device& device,
                                             const std::vector<platform::Measurement>& measurements,
                                             scenario::Library& library) {
  std::vector<std::string> names;
  for (const auto& m : measurements) {
    if (m.device == device.name && std::ranges::find(names, m.network) == names.end()) names.push_back(m.network);
  }
  if (names.empty()) names = library.catalogue().names("scenarios/networks");
  std::vector<const dnn::Network*> networks;
  for (const auto& name : names) networks.push_back(&library.network(config::make_scalar(name, "describe device")));
  return networks;
}

void describe_device(const DescribeOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  auto& catalogue = library.catalogue();
  config::Ledger ledger;
  const auto reference = config::make_scalar(options.device, "describe device");
  const auto device = platform::read_device(catalogue.load(reference, "platforms/devices", "device"), ledger);
  std::vector<platform::Measurement> measurements;
  for (const auto& name : catalogue.names("platforms/benchmarks")) {
    const auto file = catalogue.load(config::make_scalar(name, "describe device"), "platforms/benchmarks", "benchmark");
    const auto read = platform::read_measurements(file);
    measurements.insert(measurements.end(), read.begin(), read.end());
  }
  const auto latencies = report::latencies(device, networks_of(device, measurements, library), measurements);
  if (options.format != Format::table) return print_rows(report::latency_rows(device, latencies), options.format);
  print(report::describe(device, ledger.sources(), latencies));
}

// ---- import ----

#ifdef EDGECUT_ONNX
struct ImportOptions {
  std::string model;
  std::vector<std::string> inputs;
  std::string name;
  std::string title;
  std::string source;
  std::string output;
};

void import_onnx(const ImportOptions& options) {
  onnx_import::ImportOptions settings;
  settings.name = options.name;
  settings.title = options.title;
  settings.source = options.source;
  for (const auto& input : options.inputs) settings.input_shapes.insert(onnx_import::parse_input_shape(input));
  const auto imported = onnx_import::import_model(options.model, settings);
  for (const auto& warning : imported.warnings) fmt::print(stderr, "{}: warning: {}\n", options.model, warning);
  const auto text = dnn::write_network(imported.network);
  if (options.output.empty()) return print(text);
  std::ofstream out(options.output, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw config::Error(fmt::format("{}: cannot be written", options.output));
  fmt::print("{}: {} layers, {:.3f} GMAC, {:.2f} M parameters\n", options.output, imported.network.size(),
             static_cast<double>(imported.network.total_macs()) / 1e9,
             static_cast<double>(imported.network.total_parameters()) / 1e6);
}
#endif

// ---- the command line ----

CLI::Option* add_scenario(CLI::App& command, Options& options) {
  auto* option = command.add_option("scenario", options.scenario, "the scenario's YAML file")->required();
  command.add_option("--set", options.settings, "change a setting: PATH=VALUE, such as link.uplink=5Mbit/s")
      ->take_all()
      ->allow_extra_args(false);
  return option;
}

void add_format(CLI::App& command, Format& format) {
  command
      .add_option_function<std::string>(
          "--format",
          [&format](const std::string& word) {
            format = word == "csv" ? Format::csv : word == "json" ? Format::json : Format::table;
          },
          "table (for people), csv or json (for programs)")
      ->check(CLI::IsMember({"table", "csv", "json"}));
}

void add_jobs(CLI::App& command, Options& options) {
  command.add_option("-j,--jobs", options.jobs, "simulations at a time; rows do not depend on it")
      ->check(CLI::Range(1U, 1024U))
      ->capture_default_str();
}

// Errors of anybody's making, one line each.
int guarded(const std::function<void()>& command) {
  try {
    command();
    return 0;
  } catch (const config::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
#ifdef EDGECUT_ONNX
  } catch (const onnx_import::ImportError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
#endif
  } catch (const std::exception& error) {
    fmt::print(stderr, "edgecut: {}\n", error.what());
    return 1;
  }
}

// The program's commands. Options are read into members; a command runs when its own words have been parsed.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string("edgecut ") + EDGECUT_VERSION);
    app_.require_subcommand(1);
    add_simulations();
    add_questions();
    add_describe();
    add_import();
  }

  int parse(int argc, char** argv) {
    if (argc > 1 && argv[1][0] != '-' && !is_command(argv[1])) return 2;
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : 2;
    }
    return status_;
  }

 private:
  // Says what is known where a word is no command; CLI11 would only say that it wants one.
  [[nodiscard]] bool is_command(const std::string& word) const {
    std::vector<std::string> known;
    for (const auto* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(command->get_name());
    }
    if (std::ranges::find(known, word) != known.end()) return true;
    fmt::print(stderr, "edgecut: {}; see edgecut --help\n", config::unknown_name("command", word, known));
    return false;
  }

  template <class Function>
  void bind(CLI::App* command, Function function) {
    command->callback([this, function] { status_ = guarded(function); });
  }

  void add_simulations() {
    auto* run_command = app_.add_subcommand("run", "simulate a scenario as it stands (without its sweep) and compare");
    add_scenario(*run_command, options_);
    add_format(*run_command, options_.format);
    add_jobs(*run_command, options_);
    bind(run_command, [this] { run(options_); });

    auto* sweep_command =
        app_.add_subcommand("sweep", "simulate every point of a scenario's sweep; rows go to a folder");
    add_scenario(*sweep_command, options_);
    add_format(*sweep_command, options_.format);
    add_jobs(*sweep_command, options_);
    sweep_command->add_option("-o,--output", options_.output, "folder for the results (default: results/<scenario>)");
    bind(sweep_command, [this] { run_sweep(options_); });
  }

  void add_questions() {
    auto* plan_command = app_.add_subcommand("plan", "what each partitioner chooses, and why; nothing is simulated");
    add_scenario(*plan_command, options_)->required(false);
    plan_command->add_option("--problem", options_.problem, "a problem written down in full instead of a scenario");
    plan_command
        ->add_option("--partitioner", options_.partitioners,
                     "with --problem: a kind, or a map of its options; all that need none by default")
        ->take_all()
        ->allow_extra_args(false);
    add_format(*plan_command, options_.format);
    bind(plan_command, [this] { plan(options_); });

    auto* check_command =
        app_.add_subcommand("check", "read a scenario and everything it names; say what it amounts to");
    add_scenario(*check_command, options_);
    bind(check_command, [this] { check(options_); });

    auto* list_command = app_.add_subcommand("list", "what is there to choose from");
    list_command->add_option("what", options_.what, "networks, devices, clouds, links, partitioners or metrics")
        ->required()
        ->check(CLI::IsMember({"networks", "devices", "clouds", "links", "partitioners", "metrics"}));
    bind(list_command, [this] { list(options_); });
  }

  void add_describe() {
    auto& options = describe_options_;
    auto* describe_command = app_.add_subcommand("describe", "what a network or a device is made of");
    describe_command->require_subcommand(1);
    auto* command = describe_command->add_subcommand("network", "layers, complexities, cuts");
    command->add_option("network", options.network, "a shipped network's name or the path of a file")->required();
    command->add_flag("--all", options.all, "a line for each layer, also of long networks");
    command->add_option("--device", options.device, "add time and energy (power x time) on this device");
    command->add_option("--processor", options.processor, "of the device; its first by default");
    auto* dot_flag = command->add_flag("--dot", options.dot, "write Graphviz instead");
    command->add_option("--cut", options.cut, "with --dot: colour the cut after this layer")->needs(dot_flag);
    add_format(*command, options.format);
    bind(command, [this] { describe_network(describe_options_); });

    auto* device_command = describe_command->add_subcommand(
        "device", "processors, power, sources; latencies of whole networks, predicted and measured");
    device_command->add_option("device", options.device, "a shipped device's name or the path of a file")->required();
    add_format(*device_command, options.format);
    bind(device_command, [this] { describe_device(describe_options_); });
  }

  void add_import() {
#ifdef EDGECUT_ONNX
    auto& options = import_options_;
    auto* import_command = app_.add_subcommand("import", "turn a model into a network file");
    import_command->require_subcommand(1);
    auto* command = import_command->add_subcommand("onnx", "read an ONNX model (opset 17 or below)");
    command->add_option("model", options.model, "the .onnx file")->required();
    command->add_option("--input", options.inputs, "shape of a dynamic input: NAME=1x3x224x224")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--name", options.name, "name of the network (default: the file's)");
    command->add_option("--title", options.title, "a line that describes it");
    command->add_option("--source", options.source, "where the model is from");
    command->add_option("-o,--output", options.output, "network file to write (default: standard output)");
    bind(command, [this] { import_onnx(import_options_); });
#endif
  }

  CLI::App app_{
      "edgecut simulates DNN inference that is split between edge devices and the cloud,\n"
      "and compares ways to choose where to split.\n\n"
      "Start with:  edgecut run scenarios/bandwidth_constrained.yaml"};
  Options options_;
  DescribeOptions describe_options_;
#ifdef EDGECUT_ONNX
  ImportOptions import_options_;
#endif
  int status_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  return CommandLine().parse(argc, argv);
}
