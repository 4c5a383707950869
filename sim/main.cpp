// The command line: the only place that reports errors and exits. 0: done; 1: a run or we ourselves
// failed; 2: the user's mistake; 130: interrupted.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "commands/analyse.hpp"
#include "commands/check.hpp"
#include "commands/describe.hpp"
#include "commands/explain.hpp"
#include "commands/interrupts.hpp"
#include "commands/list.hpp"
#include "commands/plan.hpp"
#include "commands/run.hpp"
#include "commands/search.hpp"
#include "commands/store.hpp"
#include "commands/sweep.hpp"
#include "commands/version.hpp"
#include "config/value.hpp"
#ifdef EDGECUT_ONNX
#include "commands/import_model.hpp"
#include "onnx/import_model.hpp"
#endif

namespace {

using namespace edgecut;
using commands::Format;

CLI::Option* add_scenario(CLI::App& command, commands::ScenarioOptions& options) {
  auto* option = command
                     .add_option("scenario", options.file,
                                 "the scenario's YAML file, or the name of a shipped one; -: standard input")
                     ->required();
  command
      .add_option("--set", options.settings,
                  "change a setting: PATH=VALUE, such as link.uplink=5Mbit/s or partitioners=[oracle]")
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

void add_jobs(CLI::App& command, unsigned& jobs) {
  jobs = std::max(1U, std::thread::hardware_concurrency());
  command.add_option("-j,--jobs", jobs, "simulations at a time; rows do not depend on it")
      ->check(CLI::Range(1U, 1024U))
      ->capture_default_str();
}

void add_limits(CLI::App& command, commands::LimitOptions& limits) {
  command.add_option("--run-timeout", limits.timeout, "a run that takes longer has failed, such as 60s");
  command.add_option("--run-memory", limits.memory, "a run that needs more memory has failed, such as 2GB");
}

// Errors of anybody's making, one line each.
int guarded(const std::function<void()>& command) {
  try {
    command();
    return 0;
  } catch (const config::Error& error) {
    commands::say(fmt::format("{}\n", error.what()));
    return 2;
  } catch (const commands::Interrupted& error) {
    commands::say(fmt::format("interrupted: {}\n", error.what()));
    return 130;
#ifdef EDGECUT_ONNX
  } catch (const onnx_import::ImportError& error) {
    commands::say(fmt::format("{}\n", error.what()));
    return 2;
#endif
  } catch (const std::exception& error) {
    commands::say(fmt::format("edgecut: {}\n", error.what()));
    return 1;
  }
}

// The program's commands. Options are read into members; a command runs when its own words have been parsed.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", fmt::format("edgecut {} ({})", commands::version(), commands::commit()));
    app_.require_subcommand(1);
    add_simulations();
    add_searches();
    add_stores();
    add_questions();
    add_pictures();
    add_describe();
    add_import();
  }

  /// Reads the command line and runs its command; the exit status.
  int run(int argc, char** argv) {
    const int status = parse(argc, argv);
    const int output = guarded(commands::finish_output);
    return status != 0 ? status : output;
  }

 private:
  int parse(int argc, char** argv) {
    if (argc > 1 && argv[1][0] != '-' && !is_command(argv[1])) return 2;
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : 2;
    }
    return status_;
  }

  // Says what is known where a word is no command; CLI11 would only say that it wants one.
  [[nodiscard]] bool is_command(const std::string& word) const {
    std::vector<std::string> known;
    for (const auto* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(command->get_name());
    }
    if (std::ranges::find(known, word) != known.end()) return true;
    commands::say(fmt::format("edgecut: {}; see edgecut --help\n", config::unknown_name("command", word, known)));
    return false;
  }

  template <class Function>
  void bind(CLI::App* command, Function function) {
    command->callback([this, function] { status_ = guarded(function); });
  }

  void add_simulations() {
    auto* run_command = app_.add_subcommand("run", "simulate a scenario as it stands (without its sweep) and compare");
    add_scenario(*run_command, run_.scenario);
    add_format(*run_command, run_.format);
    add_jobs(*run_command, run_.jobs);
    add_limits(*run_command, run_.limits);
    run_command->add_option("--trace", run_.files.trace,
                            "write a trace for ui.perfetto.dev: the first replication of each partitioner");
    run_command->add_option("--trace-limit", run_.trace_limit, "size at which the trace is cut")->capture_default_str();
    run_command->add_option("--events", run_.files.events, "write a CSV with a line an event");
    run_command->add_option("--requests", run_.files.requests, "write a CSV with a line a request");
    bind(run_command, [this] { commands::run(run_); });

    auto* sweep_command =
        app_.add_subcommand("sweep", "simulate every point of a scenario's sweep; rows go to a folder");
    add_scenario(*sweep_command, sweep_.scenario);
    add_format(*sweep_command, sweep_.format);
    add_jobs(*sweep_command, sweep_.jobs);
    sweep_command->add_option("-o,--output", sweep_.output, "folder for the results (default: results/<scenario>)");
    add_sweep_options(*sweep_command);
    bind(sweep_command, [this] { commands::sweep(sweep_); });
  }

  void add_sweep_options(CLI::App& command) {
    command.add_flag("--dry-run", sweep_.dry_run, "say how many runs there are and, from a probe, how long they take");
    add_limits(command, sweep_.limits);
    command.add_option("--shard", sweep_.shard, "play the I-th of N parts, such as 2/4; edgecut merge joins them");
    command.add_flag("--fresh", sweep_.fresh, "discard what the store holds");
    command.add_flag("--retry-failed", sweep_.retry_failed, "play runs again that failed");
    command.add_option("--run", sweep_.only, "play one run, POINT/PARTITIONER/REPLICATION, and print its row");
  }

  void add_searches() {
    auto* tune_command = app_.add_subcommand("tune", "search the best setting of some keys: the scenario's tune");
    add_scenario(*tune_command, tune_.scenario);
    add_format(*tune_command, tune_.format);
    add_jobs(*tune_command, tune_.jobs);
    add_limits(*tune_command, tune_.limits);
    tune_command->add_option("--budget", tune_.budget, "runs to spend (default: the scenario's)")
        ->check(CLI::Range(1, 1000000));
    bind(tune_command, [this] { commands::tune(tune_); });

    auto* frontier_command =
        app_.add_subcommand("frontier", "the Pareto set of latency, energy and bytes over cuts and the sweep's points");
    add_scenario(*frontier_command, frontier_.scenario);
    add_format(*frontier_command, frontier_.format);
    add_jobs(*frontier_command, frontier_.jobs);
    add_limits(*frontier_command, frontier_.limits);
    frontier_command->add_flag("--all", frontier_.all, "dominated plans too");
    bind(frontier_command, [this] { commands::frontier(frontier_); });
  }

  void add_stores() {
    auto* export_command = app_.add_subcommand("export", "rows, savings and data dictionary of a sweep's store");
    export_command->add_option("store", export_.store, "the store, such as results/NAME/sweep.sqlite")->required();
    export_command->add_option("-o,--output", export_.output, "folder (default: rows to standard output)");
    add_format(*export_command, export_.format);
    bind(export_command, [this] { commands::export_store(export_); });

    auto* merge_command = app_.add_subcommand("merge", "join the stores of a sweep's shards");
    merge_command->add_option("stores", merge_.stores, "the shards' stores")->required();
    merge_command->add_option("-o,--output", merge_.output, "folder for sweep.sqlite, rows.csv, ...")->required();
    bind(merge_command, [this] { commands::merge(merge_); });
  }

  void add_questions() {
    auto* plan_command = app_.add_subcommand("plan", "what each partitioner chooses, and why; nothing is simulated");
    add_scenario(*plan_command, plan_.scenario)->required(false);
    plan_command->add_option("--problem", plan_.problem, "a problem written down in full instead of a scenario");
    plan_command
        ->add_option("--partitioner", plan_.partitioners,
                     "with --problem: a kind, or a map of its options; all that need none by default")
        ->take_all()
        ->allow_extra_args(false);
    auto* every_cut = plan_command->add_flag("--every-cut", plan_.every_cut,
                                             "every cut with its times, energy and broken limits, and who chooses it");
    plan_command
        ->add_option("--point", plan_.point, "with --every-cut: that point of the sweep, as rows.csv counts them")
        ->needs(every_cut)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{scenario::most_runs}));
    add_format(*plan_command, plan_.format);
    bind(plan_command, [this] { commands::plan(plan_); });

    auto* check_command =
        app_.add_subcommand("check", "read a scenario and everything it names; say what it amounts to");
    add_scenario(*check_command, check_.scenario);
    check_command->add_flag("--assumptions", check_.assumptions, "list the figures that have no public source");
    bind(check_command, [this] { commands::check(check_); });

    auto* list_command = app_.add_subcommand("list", "what is there to choose from");
    list_command
        ->add_option("what", list_.what, "scenarios, networks, devices, clouds, links, partitioners, metrics or keys")
        ->required()
        ->check(
            CLI::IsMember({"scenarios", "networks", "devices", "clouds", "links", "partitioners", "metrics", "keys"}));
    list_command
        ->add_option("--format", list_.format, "of metrics: table, csv, json or markdown; of keys: table or markdown")
        ->check(CLI::IsMember({"table", "csv", "json", "markdown"}));
    bind(list_command, [this] { commands::list(list_); });

    auto* explain = app_.add_subcommand("explain", "what a key of a file or a column of the results means");
    explain->add_option("name", explained_, "such as link.uplink, uplink or latency_mean_s");
    bind(explain, [this] { commands::explain(explained_); });

    auto* schema = app_.add_subcommand("schema", "the JSON Schema of a kind of file, for editors");
    std::vector<std::string> kinds;
    for (const auto& root : commands::roots()) kinds.emplace_back(root.name);
    schema->add_option("kind", kind_, "what the file describes")->required()->check(CLI::IsMember(kinds));
    bind(schema, [this] { commands::schema(kind_); });
  }

  void add_pictures() {
    auto* plot =
        app_.add_subcommand("plot", "draw figures of a results folder: edgecut plot FOLDER, edgecut plot --help");
    plot->prefix_command()->set_help_flag();
    bind(plot, [plot] { commands::analyse("analysis", plot->remaining()); });
    auto* report = app_.add_subcommand("report", "one HTML page of a results folder: edgecut report FOLDER -o FILE");
    report->prefix_command()->set_help_flag();
    bind(report, [report] { commands::analyse("analysis.report", report->remaining()); });
    auto* calibrate = app_.add_subcommand(
        "calibrate",
        "a device file from latencies of a few networks: edgecut calibrate TABLE -o FILE --idle W --active W");
    calibrate->prefix_command()->set_help_flag();
    bind(calibrate, [calibrate] { commands::analyse("analysis.calibrate", calibrate->remaining()); });
  }

  void add_describe() {
    auto& options = describe_;
    auto* describe_command = app_.add_subcommand("describe", "what a network, a device, a cloud or a link is made of");
    describe_command->require_subcommand(1);
    auto* command = describe_command->add_subcommand("network", "layers, complexities, cuts");
    command->add_option("network", options.network, "a shipped network's name or the path of a file")->required();
    command->add_flag("--all", options.all, "a line for each layer, also of long networks");
    command->add_option("--device", options.device, "add time and energy (power x time) on this device");
    command->add_option("--processor", options.processor, "of the device; its first by default");
    auto* dot_flag = command->add_flag("--dot", options.dot, "write Graphviz instead");
    command->add_option("--cut", options.cut, "with --dot: colour the cut after this layer")->needs(dot_flag);
    add_format(*command, options.format);
    bind(command, [this] { commands::describe_network(describe_); });

    auto* device_command = describe_command->add_subcommand(
        "device", "processors, power, battery, heat, sources; latencies of whole networks, predicted and measured");
    device_command->add_option("device", options.device, "a shipped device's name or the path of a file")->required();
    add_format(*device_command, options.format);
    bind(device_command, [this] { commands::describe_device(describe_); });

    auto* cloud_command = describe_command->add_subcommand(
        "cloud", "processor, price, power, sources; latencies of whole networks, predicted and measured");
    cloud_command->add_option("cloud", options.cloud, "a shipped cloud's name or the path of a file")->required();
    add_format(*cloud_command, options.format);
    bind(cloud_command, [this] { commands::describe_cloud(describe_); });

    auto* link_command = describe_command->add_subcommand("link", "bandwidths, round trip, radio, sources");
    link_command->add_option("link", options.link, "a shipped link's name or the path of a file")->required();
    add_format(*link_command, options.format);
    bind(link_command, [this] { commands::describe_link(describe_); });
  }

  void add_import() {
#ifdef EDGECUT_ONNX
    auto& options = import_;
    auto* import_command = app_.add_subcommand("import", "turn a model into a network file");
    import_command->require_subcommand(1);
    auto* command = import_command->add_subcommand("onnx", "read an ONNX model (operator set 26 or below)");
    command->add_option("model", options.model, "the .onnx file")->required();
    command
        ->add_option("--input", options.inputs,
                     "shape of an input, NAME=1x3x224x224, or what a constant one is: NAME=16000, NAME=[1,2]")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--branch", options.branches, "branch of an If that hangs on the input: NAME=then or NAME=else")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--name", options.name, "name of the network (default: the file's)");
    command->add_option("--title", options.title, "a line that describes it");
    command->add_option("--source", options.source, "where the model is from");
    command->add_option("-o,--output", options.output, "network file to write (default: standard output)");
    bind(command, [this] { commands::import_onnx(import_); });
#endif
  }

  CLI::App app_{
      "edgecut simulates DNN inference that is split between edge devices and the cloud,\n"
      "and compares ways to choose where to split.\n\n"
      "Start with:  edgecut run bandwidth_constrained"};
  commands::RunOptions run_;
  commands::SweepOptions sweep_;
  commands::ExportOptions export_;
  commands::MergeOptions merge_;
  commands::TuneOptions tune_;
  commands::FrontierOptions frontier_;
  commands::PlanOptions plan_;
  commands::CheckOptions check_;
  commands::ListOptions list_;
  std::string explained_;
  std::string kind_;
  commands::DescribeOptions describe_;
#ifdef EDGECUT_ONNX
  commands::ImportOptions import_;
#endif
  int status_ = 0;
};

// A standard stream that the caller closed is one that nothing can be written to. Left closed, the next file that is
// opened would take its place.
void occupy_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0) ::open(stream == STDIN_FILENO ? "/dev/null" : "/dev/full", O_RDWR);
  }
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  return CommandLine().run(argc, argv);
}
