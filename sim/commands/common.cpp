#include "commands/common.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "config/catalogue.hpp"
#include "config/map.hpp"
#include "config/mends.hpp"
#include "config/value.hpp"
#include "report/blocks.hpp"
#include "report/table.hpp"

namespace edgecut::commands {

namespace {

// `why` is an errno; 0 where it is not known any more.
[[noreturn]] void fail_to_print(int why) {
  std::clearerr(stdout);  // said once
  throw std::runtime_error(
      fmt::format("standard output: cannot be written{}{}", why == 0 ? "" : ": ", why == 0 ? "" : std::strerror(why)));
}

// "4 partitioners", or "2 to 4 partitioners" where an axis sets their list.
std::string partitioners_text(const experiment::Study& study) {
  std::vector<std::size_t> counts;
  for (const auto& point : study.points()) counts.push_back(point.methods().size());
  const auto [least, most] = std::ranges::minmax(counts);
  return least == most ? counted(least, "partitioner") : fmt::format("{} to {} partitioners", least, most);
}

// A file where there is one, else the shipped scenario of that name.
std::filesystem::path scenario_file(const std::string& name) {
  const std::filesystem::path file = name;
  if (std::filesystem::exists(file) || file.has_parent_path() || file.has_extension()) return file;
  const auto folder = config::Catalogue::default_home() / "scenarios";
  const auto shipped = folder / (name + ".yaml");
  if (std::filesystem::exists(shipped)) return shipped;
  const config::Catalogue catalogue(config::Catalogue::default_home());
  throw config::Error({name, 0, 0}, "",
                      fmt::format("no such file, and {}",
                                  config::unknown_name("shipped scenario", name, catalogue.names("scenarios"))));
}

}  // namespace

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail_to_print(errno);
}

void finish_output() {
  if (std::fflush(stdout) != 0) fail_to_print(errno);
  if (std::ferror(stdout) != 0) fail_to_print(0);
}

void say(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

namespace {

Document text_of(const std::string& name) {
  Document document{name, {}, {}};
  if (name == "-") {
    document.file = "stdin";
    std::ostringstream text;
    text << std::cin.rdbuf();
    document.text = text.str();
  } else {
    document.file = scenario_file(name);
    document.text = config::read_text(document.file);
  }
  return document;
}

}  // namespace

Document read_document(const std::string& name) {
  auto document = text_of(name);
  document.root = config::parse_text(document.text, document.file.string());
  return document;
}

Opened::Opened(const config::Mends& mends, Document read, config::Value root,
               const std::vector<scenario::Override>& overrides, bool with_sweep)
    : library(config::Catalogue::default_home(), mends),
      document(std::move(read)),
      study(scenario::read_study(std::move(root), document.file, library, overrides, with_sweep)) {}

std::unique_ptr<Opened> open_study(const ScenarioOptions& options, bool with_sweep, const Change& change) {
  const config::Catalogue has_its_folders(config::Catalogue::default_home());
  const auto overrides = overrides_of(options);
  auto document = text_of(options.file);
  std::unique_ptr<Opened> opened;
  config::read_to_the_end([&](const config::Mends& mends) {
    document.root = config::parse_text(document.text, document.file.string(), mends);
    auto root = change ? change(document.root) : document.root;
    opened = std::make_unique<Opened>(mends, document, std::move(root), overrides, with_sweep);
  });
  return opened;
}

std::unique_ptr<scenario::Library> library_with(const std::function<void(scenario::Library&)>& read) {
  std::unique_ptr<scenario::Library> library;
  config::read_to_the_end([&](const config::Mends& mends) {
    library = std::make_unique<scenario::Library>(config::Catalogue::default_home(), mends);
    read(*library);
  });
  return library;
}

sweep::Execution execution_of(const LimitOptions& limits, unsigned jobs) {
  sweep::Execution execution;
  execution.parallel = jobs;
  const auto read_timeout = [&] {
    const auto value = config::make_scalar(limits.timeout, "--run-timeout");
    execution.timeout = config::as<Seconds>(value, config::positive).value();
  };
  const auto read_memory = [&] {
    const auto value = config::make_scalar(limits.memory, "--run-memory");
    execution.memory = static_cast<std::uint64_t>(config::as<Bytes>(value, config::positive).value());
    if (execution.memory > sweep::address_space()) return;
    value.fail(fmt::format("must be above the {:.0f} MB of addresses that the program has before a run",
                           static_cast<double>(sweep::address_space()) / 1e6));
  };
  std::vector<std::function<void()>> readers;
  if (!limits.timeout.empty()) readers.emplace_back(read_timeout);
  if (!limits.memory.empty()) readers.emplace_back(read_memory);
  config::read_all(readers);
  return execution;
}

std::vector<scenario::Override> overrides_of(const ScenarioOptions& options) {
  std::vector<scenario::Override> overrides;
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      overrides.push_back({"", setting});
    } else {
      overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
    }
  }
  return overrides;
}

std::string setting_line(const experiment::Experiment& experiment) {
  const auto& world = experiment.front().world;
  constexpr auto width = report::table_width;
  std::vector<std::string> processors;
  for (const auto index : world.processors) processors.push_back(world.device.processors[index].name);
  const auto fleet = world.devices > 1 ? fmt::format("{} x ", world.devices) : std::string();
  const auto edge = world.edge ? fmt::format("edge server {}, ", world.edge->server.title) : std::string();
  auto text = fmt::format("{} on {}{} ({}), {} up, {} down, {} round trip, {}cloud {} x {}", world.network->name(),
                          fleet, world.device.title, fmt::join(processors, ", "), units::format(world.link.uplink),
                          units::format(world.link.downlink), units::format(world.link.rtt), edge, world.cloud.hosts,
                          world.cloud.title);
  text = report::wrapped(text, 2, width);
  for (const auto& part : experiment.parts()) {
    if (&part == &experiment.front()) continue;
    const auto& other = part.world;
    if (part.joins) {
      text +=
          report::wrapped(fmt::format("and {} on the same ({})", other.network->name(), part.request_class), 2, width);
    } else {
      text += report::wrapped(fmt::format("and {} on {} x {}, {} up", other.network->name(), other.devices,
                                          other.device.title, units::format(other.link.uplink)),
                              2, width);
    }
  }
  return text;
}

std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("._-/=+:@%").find(c) != std::string::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string replications_text(const experiment::Study& study) {
  return study.until() ? fmt::format("{} to {} replications", study.replications(), study.until()->max)
                       : counted(study.replications(), "replication");
}

std::string extent_text(const experiment::Study& study) {
  return fmt::format("{} x {} x {}", counted(study.points().size(), "point"), partitioners_text(study),
                     replications_text(study));
}

std::string figures_and_files_text(const experiment::Study& study) {
  std::string text;
  for (const auto& line : scenario::foreign_figures(study.given())) text += fmt::format("warning: {}\n", line);
  for (const auto& line : scenario::file_notes(study.given())) text += fmt::format("note: {}\n", line);
  return text;
}

std::string assumptions_line(const experiment::Study& study, const ScenarioOptions& options) {
  const auto count = scenario::assumptions(study.given()).size();
  if (count == 0) return "";
  std::string settings;
  for (const auto& setting : options.settings) settings += " --set " + shell_word(setting);
  return fmt::format("\n{} used here {} without a public source: edgecut check {}{} --assumptions\n",
                     counted(count, "figure"), count == 1 ? "is" : "are", shell_word(options.file), settings);
}

std::string assumptions_text(const experiment::Study& study) {
  std::string text;
  for (const auto& source : scenario::assumptions(study.given())) {
    text += fmt::format("  {} = {}: {}\n", source.path, source.value, source.source);
  }
  return text.empty() ? "\nEvery figure used here has a public source.\n"
                      : "\nFigures used here without a public source:\n" + text;
}

void print_rows(const std::vector<metrics::Row>& rows, Format format) {
  print(format == Format::csv ? report::csv(rows) : report::json(rows));
}

}  // namespace edgecut::commands
