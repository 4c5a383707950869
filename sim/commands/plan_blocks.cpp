#include "commands/plan_blocks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "report/blocks.hpp"
#include "report/describe_plan.hpp"
#include "report/table.hpp"

namespace edgecut::commands {
namespace {

// "297.1 ms, believed 116.5 ms"; the belief is left out where the method has none.
std::string beside_belief(const metrics::Row& row, const char* is, const char* believed,
                          std::string (*format)(double)) {
  const double belief = row.number(believed);
  return format(row.number(is)) + (std::isnan(belief) ? "" : ", believed " + format(belief));
}

std::string in_brackets(const std::string& text) {
  return text.empty() ? "" : " (" + text + ")";
}

// The cut and all that was chosen beside it.
std::string choice_text(const metrics::Row& row) {
  auto text = row.text("cut");
  if (const auto processor = row.text("processor"); !processor.empty()) text += ", head on " + processor;
  if (const auto encoding = row.text("encoding"); !encoding.empty()) text += ", as " + encoding;
  if (const auto exits = row.text("exits"); !exits.empty()) text += ", exits: " + exits;
  return text;
}

// Said where there is something to choose that changes it.
std::string accuracy_text(const metrics::Row& row) {
  if (row.text("encoding").empty() && row.text("exits").empty()) return "";
  const double share = row.number("accuracy");
  return std::isnan(share) ? row.text("accuracy") : fmt::format("{:.4g} %", 100.0 * share);
}

void add_plan(const PlanLine& line, report::Blocks& blocks) {
  const auto& row = line.row;
  const auto& cost = line.cost;
  blocks.line(name(line.role), choice_text(row));
  if (!cost) return;
  constexpr int below = 2;
  blocks.line("latency",
              beside_belief(row, "true_latency_s", "believed_latency_s", report::seconds) +
                  in_brackets(report::time_parts(*cost)),
              below);
  blocks.line("energy",
              beside_belief(row, "true_energy_J", "believed_energy_J", report::joules) +
                  in_brackets(report::energy_parts(*cost)),
              below);
  blocks.line("sent", report::bytes(row.number("sent_B")), below);
  blocks.line("head memory", report::bytes(row.number("head_memory_B")), below);
  blocks.line("accuracy", accuracy_text(row), below);
  const double gap = row.number("gap");
  if (!std::isnan(gap)) blocks.line("gap", fmt::format("{:.2g} %", 100.0 * gap), below);
}

}  // namespace

std::string_view name(PlanLine::Role role) {
  return role == PlanLine::Role::chosen ? "chosen" : "next";
}

std::string plan_blocks(const std::vector<PlanLine>& lines) {
  report::Blocks blocks;
  for (const auto& line : lines) {
    if (line.role == PlanLine::Role::chosen) {
      blocks.head(line.row.text("partitioner"));
      blocks.line("why", line.row.text("reason"));
    }
    add_plan(line, blocks);
  }
  return blocks.str();
}

}  // namespace edgecut::commands
