#include "report/every_cut.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "dnn/make_network.hpp"
#include "plan/make_problem.hpp"
#include "report/describe_plan.hpp"

namespace edgecut::every_cut_test {

namespace {

// in (8 B) -> a (2 B) -> b (4 B): 1 s and 10 s on the device, 0.5 s and 1 s in the cloud; 1 B/s, a result of 1 B.
struct Chain {
  dnn::Network network = make_network({{"in", {}, 8}, {"a", {0}, 2}, {"b", {1}, 4}});
  plan::Problem problem = make_problem(network, {0, 1, 10}, {0, 0.5, 1});

  Chain() { set_result(problem, 1_B); }
};

report::Chosen after(const Chain& chain, dnn::LayerIndex last, const std::string& name) {
  return {name, plan::cut_after(chain.problem, last), ""};
}

std::vector<std::string> column(const std::vector<metrics::Row>& rows, std::string_view name) {
  std::vector<std::string> cells;
  std::ranges::transform(rows, std::back_inserter(cells), [&](const auto& row) { return row.text(name); });
  return cells;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Every cut has its latency by part and its energy") {
  const Chain chain;
  const auto rows = report::cut_rows(report::every_cut(chain.problem, {}));
  // In the cloud: 8 B up, 0.5 + 1 s, 1 B down. After a: 1 s, 2 B up, 1 s, 1 B down. On the device: 1 + 10 s.
  CHECK(column(rows, "head_s") == Texts{"0", "1", "11"});
  CHECK(column(rows, "upload_s") == Texts{"8", "2", "0"});
  CHECK(column(rows, "tail_s") == Texts{"1.5", "1", "0"});
  CHECK(column(rows, "download_s") == Texts{"1", "1", "0"});
  CHECK(column(rows, "latency_s") == Texts{"10.5", "5", "11"});
  CHECK(column(rows, "energy_J") == Texts{"0", "2", "22"});  // 2 W while it computes
  CHECK(column(rows, "sent_B") == Texts{"8", "2", "0"});
  CHECK(column(rows, "processor") == Texts{"", "cpu", "cpu"});  // nothing computes at first
  CHECK(column(rows, "layers_on_device") == Texts{"0", "1", "2"});
}

TEST_CASE("A cut says which limits it breaks, and who chooses it") {
  Chain chain;
  chain.problem.constraints.deadline = 8_s;
  chain.problem.constraints.energy = 10_J;
  const auto all = report::every_cut(chain.problem, {after(chain, 1, "one"),
                                                     after(chain, 2, "all"),
                                                     after(chain, 1, "two"),
                                                     {"lost", std::nullopt, "infeasible: no cut"}});
  const auto rows = report::cut_rows(all);
  CHECK(column(rows, "valid") == Texts{"0", "1", "0", ""});
  CHECK(column(rows, "broken") == Texts{"latency 10.5 s > 8 s", "", "energy 22 J > 10 J; latency 11 s > 8 s", ""});
  CHECK(column(rows, "limits") == Texts{"latency > 8 s", "", "energy > 10 J; latency > 8 s", ""});
  CHECK(column(rows, "chosen_by") == Texts{"", "one; two", "all", "lost"});
  CHECK(column(rows, "cut").back() == "infeasible");
  const auto list = nlohmann::json::parse(report::cuts_json({all}));
  CHECK(list[1]["chosen_by"] == Texts{"one", "two"});
  CHECK(list[2]["limits"] == Texts{"energy > 10 J", "latency > 8 s"});
  CHECK(list[3]["limits"].empty());
  CHECK(list[3]["latency_s"].is_null());
}

TEST_CASE("A layer that cannot run has no figures there") {
  Chain chain;
  chain.problem.processors.front().layer_time[2] = plan::never;
  const auto rows = report::cut_rows(report::every_cut(chain.problem, {}));
  CHECK(column(rows, "latency_s") == Texts{"10.5", "5", ""});
  CHECK(column(rows, "limits").back() == "a layer cannot run there");
}

TEST_CASE("Cuts are listed on each processor, that of the cloud alone once") {
  Chain chain;
  chain.problem.processors.push_back(chain.problem.processors.front());
  chain.problem.processors.back().name = "gpu";
  const auto rows = report::cut_rows(report::every_cut(chain.problem, {}));
  CHECK(column(rows, "processor") == Texts{"", "cpu", "cpu", "gpu", "gpu"});
}

TEST_CASE("A placement that is no cut of the layer order stands at the end") {
  const auto network = make_network({{"in", {}, 8}, {"a", {0}, 2}, {"b", {0}, 2}, {"c", {1, 2}, 4}});
  const auto problem = make_problem(network, {0, 1, 1, 1}, {0, 1, 1, 1});
  const plan::Plan second{0, {true, false, true, false}};
  const auto rows = report::cut_rows(report::every_cut(problem, {{"min_cut", second, ""}}));
  CHECK(column(rows, "of_layer_order") == Texts{"1", "1", "1", "1", "0"});
  CHECK(rows.back().text("chosen_by") == "min_cut");
}

TEST_CASE("With an edge server the best cut of each head is marked, the one that keeps the limits first") {
  Chain chain;
  chain.problem.edge = plan::Edge{};
  chain.problem.edge->layer_time = {Seconds(), 0.25_s, 0.25_s};
  chain.problem.edge->nominal = FlopRate(1);
  chain.problem.edge->link.up = chain.problem.edge->link.down = 1_Bps;
  const auto rows = report::cut_rows(report::every_cut(chain.problem, {}));
  // Heads of 0, 1 and 2 layers. Without one: in the cloud 8 + 8 + 1.5 + 1 + 1 = 19.5 s, after a at the edge
  // 8 + 0.25 + 2 + 1 + 1 + 1 = 13.25 s, all at the edge 8 + 0.5 + 1 = 9.5 s.
  CHECK(column(rows, "latency_s") == Texts{"19.5", "13.25", "9.5", "8", "4.25", "11"});
  CHECK(column(rows, "best_of_head") == Texts{"0", "0", "1", "0", "1", "1"});
  chain.problem.edge->memory = Bytes(1);  // nothing may run there
  const auto limited = report::cut_rows(report::every_cut(chain.problem, {}));
  CHECK(column(limited, "best_of_head") == Texts{"1", "0", "0", "1", "0", "1"});
}

TEST_CASE("A layer may be named in the words of which the names of cuts are made") {
  const auto network =
      make_network({{"in", {}, 8}, {"edge | sending a", {0}, 2}, {"layers on the device", {1}, 4}, {"c", {2}, 4}});
  const auto problem = make_problem(network, {0, 1, 10, 1}, {0, 0.5, 1, 1});
  const auto text = report::cuts_text(report::every_cut(problem, {}));
  CHECK_THAT(text, Catch::Contains("after edge | sending a  "));
  CHECK_THAT(text, !Catch::Contains("a | b: the device up to a"));
  CHECK(report::cut_text(problem, plan::cut_after(problem, 2)) == "after layers on the device");
}

TEST_CASE("No line of the table is longer than 100 columns, however long names are") {
  const std::string name = "/backbone/features.17/conv/conv.3/BatchNormalization_with_a_name_that_goes_on_and_on";
  const auto network = make_network({{"in", {}, 8}, {name + "/first", {0}, 2}, {name + "/second", {1}, 4}});
  auto problem = make_problem(network, {0, 1, 10}, {0, 0.5, 1});
  problem.edge = plan::Edge{};
  problem.edge->layer_time = {Seconds(), 0.25_s, 0.25_s};
  problem.edge->link.up = problem.edge->link.down = 1_Bps;
  problem.edge->wait = 1_s;
  problem.cloud_wait = 1_s;
  problem.constraints.deadline = 8_s;
  std::istringstream text(report::cuts_text(report::every_cut(problem, {})));
  for (std::string line; std::getline(text, line);) {
    const auto letters =
        std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    INFO(line);
    CHECK(letters <= 100);
  }
}

}  // namespace edgecut::every_cut_test
