#include "commands/import_model.hpp"

#include <fmt/format.h>

#include <fstream>

#include "commands/common.hpp"
#include "config/value.hpp"
#include "dnn/network_file.hpp"
#include "onnx/import_model.hpp"

namespace edgecut::commands {

void import_onnx(const ImportOptions& options) {
  onnx_import::ImportOptions settings;
  settings.name = options.name;
  settings.title = options.title;
  settings.source = options.source;
  for (const auto& input : options.inputs) onnx_import::add_input(settings, input);
  for (const auto& branch : options.branches) onnx_import::add_branch(settings, branch);
  const auto imported = onnx_import::import_model(options.model, settings);
  for (const auto& warning : imported.warnings) say(fmt::format("{}: warning: {}\n", options.model, warning));
  const auto text = dnn::write_network(imported.network);
  if (options.output.empty()) return print(text);
  std::ofstream out(options.output, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw config::Error(fmt::format("{}: cannot be written", options.output));
  print(fmt::format("{}: {} layers, {:.3f} GMAC, {:.2f} M parameters\n", options.output, imported.network.size(),
                    static_cast<double>(imported.network.total_macs()) / 1e9,
                    static_cast<double>(imported.network.total_parameters()) / 1e6));
}

}  // namespace edgecut::commands
