// A program of one's own as a partitioner: what it is told, what it may answer, and how its failures are told.
#include "partition/methods/external.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>

#include "dnn/make_network.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::external_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using partition::External;
using partition::LineProcess;

namespace {

// in -> conv1 -> {left, right} -> join
const dnn::Network& network() {
  static const auto net = make_network({{"in", {}, 100},
                                        {"conv1", {0}, 80, 40, 7, 10},
                                        {"left", {1}, 20, 0, 90},
                                        {"right", {1}, 30, 0, 90},
                                        {"join", {2, 3}, 50, 0, 90}});
  return net;
}

plan::Problem problem() {
  auto made = make_problem(network(), {0, 1, 2, 3, 4}, {0, 0.5, 0.5, 0.5, 0.5});
  auto gpu = made.processors.front();
  gpu.name = "gpu";
  made.processors.push_back(gpu);
  return made;
}

plan::Problem edge_problem() {
  auto made = problem();
  plan::Edge edge;
  edge.layer_time.assign(network().size(), 1_s);
  edge.link.up = edge.link.down = 1_Bps;
  made.edge = edge;
  return made;
}

template <class F>
std::string message_of(F function) {
  try {
    function();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

std::string refusal(const std::string& answer, const plan::Problem& asked = problem()) {
  return message_of([&] { partition::read_answer(asked, 1, answer); });
}

plan::Plan plan_of(const std::string& answer, const plan::Problem& asked = problem()) {
  return partition::read_answer(asked, 1, answer).plan.value();
}

External shell(const std::string& script, Seconds timeout = 20_s) {
  return {{"sh", "-c", script}, ".", timeout};
}

std::string failure(const std::string& script, Seconds timeout = 20_s) {
  return message_of([&] { static_cast<void>(shell(script, timeout).partition(problem())); });
}

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

// Answers "after conv1" to the first request, "after join" to all later ones.
constexpr const char* remembers = R"(read line; echo '{"id": 1, "after": "conv1"}'; n=2; )"
                                  R"(while read line; do echo "{\"id\": $n, \"after\": \"join\"}"; n=$((n+1)); done)";

}  // namespace

TEST_CASE("a request is one line with the whole problem in base units") {
  auto asked = problem();
  asked.cloud_time[4] = plan::never;
  asked.link.set_rtt(3_s);
  asked.constraints.deadline = 9_s;
  asked.constraints.memory = 5_B;  // the lesser of it and the device's 1e12 B
  const auto line = partition::request_line(asked, 7);
  CHECK(line.find('\n') == std::string::npos);
  const auto request = nlohmann::json::parse(line);
  CHECK(request["id"] == 7);
  CHECK(request["objective"] == "latency");
  CHECK(request["processors"][1]["name"] == "gpu");
  CHECK(request["processors"][0]["active_W"] == 2.0);
  CHECK(request["link"]["up_latency_s"] == 1.5);  // half a round trip
  CHECK(request["limits"]["deadline_s"] == 9.0);
  CHECK(request["limits"]["memory_B"] == 5.0);
  CHECK(request["limits"]["energy_J"].is_null());
  CHECK_FALSE(request.contains("edge"));
  const auto& join = request["layers"][4];
  CHECK(join["inputs"] == std::vector<std::string>{"left", "right"});
  CHECK(join["device_s"] == std::vector<double>{4, 4});
  CHECK(join["cloud_s"].is_null());                      // it cannot run there
  CHECK(join["device_J"] == std::vector<double>{8, 8});  // 2 W x 4 s
  CHECK(join["cloud_J"] == 0.0);
  CHECK(request["layers"][1]["macs"] == 7);
  CHECK(request["layers"][1]["parameters"] == 10);
  CHECK(request["layers"][1]["weights_B"] == 40.0);
  CHECK(request["layers"][1]["output_B"] == std::vector<double>{80});
  CHECK(request["layers"][0]["is_input"] == true);
}

TEST_CASE("a request gives each layer's own joules") {
  auto asked = problem();
  asked.processors[1].layer_energy.assign(network().size(), 3_J);
  asked.cloud_layer_energy.assign(network().size(), 5_J);
  asked.processors[0].layer_time[4] = plan::never;
  const auto request = nlohmann::json::parse(partition::request_line(asked, 1));
  CHECK(request["layers"][4]["device_J"][0].is_null());  // it cannot run there
  CHECK(request["layers"][4]["device_J"][1] == 3.0);
  CHECK(request["layers"][4]["cloud_J"] == 5.0);
}

TEST_CASE("a request names the encodings and gives each layer's bytes in each of them") {
  auto asked = problem();
  const std::vector<Seconds> codec(network().size(), 1_s);
  asked.encodings = {{"fp32", asked.output, codec, codec, 0.0, {}}, {"int8", asked.output, codec, codec, 0.01, {}}};
  for (auto& size : asked.encodings[1].output) size = size / 4.0;
  const auto request = nlohmann::json::parse(partition::request_line(asked, 1));
  CHECK(request["encodings"][1]["name"] == "int8");
  CHECK(request["layers"][1]["output_B"] == std::vector<double>{80, 20});  // 80 / 4
  CHECK(plan_of(R"({"id": 1, "after": "conv1", "encoding": "int8"})", asked).encoding == 1);
  CHECK_THAT(refusal(R"({"id": 1, "after": "conv1", "encoding": "int9"})", asked), Contains("did you mean 'int8'?"));
}

TEST_CASE("an answer is a layer to cut after, or the layers on the device") {
  CHECK(plan_of(R"({"id": 1, "after": "conv1"})").on_device == dnn::Placement{true, true, false, false, false});
  CHECK(plan_of(R"({"id": 1, "on_device": []})").on_device == dnn::Placement{true, false, false, false, false});
  CHECK(plan_of(R"({"id": 1, "on_device": ["conv1", "right"]})").on_device ==
        dnn::Placement{true, true, false, true, false});
  CHECK(plan_of(R"({"id": 1, "after": "conv1", "processor": "gpu"})").processor == 1);
  const auto refused = partition::read_answer(problem(), 1, R"({"id": 1, "infeasible": "too hot"})");
  CHECK_FALSE(refused.plan);
  CHECK(refused.reason == "too hot");
  CHECK(refused.is_infeasible);
  CHECK(refused.explained() == "infeasible: too hot");
}

TEST_CASE("an answer may place layers on the edge server where there is one") {
  const std::string answer = R"({"id": 1, "on_device": ["conv1"], "on_edge": ["left", "right"]})";
  CHECK(plan_of(answer, edge_problem()).on_edge == dnn::Placement{false, false, true, true, false});
  CHECK_THAT(refusal(answer), Contains("without an edge server"));
  CHECK_THAT(refusal(R"({"id": 1, "on_device": ["conv1"], "on_edge": ["join"]})", edge_problem()),
             Contains("layer 'join' reads 'left', which runs on a tier further up"));
  CHECK_THAT(refusal(R"({"id": 1, "on_device": ["conv1"], "on_edge": ["conv1"]})", edge_problem()),
             Contains("on the device and on the edge server"));
  CHECK(nlohmann::json::parse(partition::request_line(edge_problem(), 1))["layers"][1]["edge_s"] == 1.0);
}

TEST_CASE("a wrong answer is refused with what is wrong") {
  CHECK_THAT(refusal("after conv1"), Contains("no JSON object: 'after conv1'"));
  CHECK_THAT(refusal("[1]"), Contains("no JSON object"));
  CHECK_THAT(refusal(R"({"after": "conv1"})"), Contains("its id is missing"));
  CHECK_THAT(refusal(R"({"id": 2, "after": "conv1"})"), Contains("its id is 2"));
  CHECK_THAT(refusal(R"({"id": "1", "after": "conv1"})"), Contains("its id is \"1\""));
  CHECK_THAT(refusal(R"({"id": 1})"), Contains("exactly one of"));
  CHECK_THAT(refusal(R"({"id": 1, "after": "conv1", "on_device": []})"), Contains("exactly one of"));
  CHECK_THAT(refusal(R"({"id": 1, "afer": "conv1"})"), Contains("did you mean 'after'?"));
  CHECK_THAT(refusal(R"({"id": 1, "after": "conv2"})"), Contains("did you mean 'conv1'?"));
  CHECK_THAT(refusal(R"({"id": 1, "after": 1})"), Contains("its layer is no text"));
  CHECK_THAT(refusal(R"({"id": 1, "on_device": "conv1"})"), Contains("no list of layers"));
  CHECK_THAT(refusal(R"({"id": 1, "after": "conv1", "processor": "npu"})"), Contains("known: cpu, gpu"));
  CHECK_THAT(refusal(R"({"id": 1, "on_device": ["conv1", "join"]})"), Contains("layer 'join' reads 'left'"));
  auto limited = problem();
  limited.cloud_time[4] = plan::never;
  CHECK_THAT(refusal(R"({"id": 1, "after": "conv1"})", limited), Contains("cannot run it"));
}

TEST_CASE("the program is started once and keeps what it remembers") {
  const auto method = shell(remembers);
  CHECK(plan::describe(network(), method.partition(problem()).plan.value()) == "after conv1");
  CHECK(plan::describe(network(), method.partition(problem()).plan.value()) == "device only");
  CHECK(plan::describe(network(), method.partition(problem()).plan.value()) == "device only");
}

TEST_CASE("a forked process starts a program of its own") {
  const auto method = shell(remembers);
  static_cast<void>(method.partition(problem()));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto cut = plan::describe(network(), method.partition(problem()).plan.value());
    ::_exit(cut == "after conv1" ? 0 : 1);  // the first answer again
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(plan::describe(network(), method.partition(problem()).plan.value()) == "device only");  // the second
}

TEST_CASE("a late answer fails with the command and the request") {
  const auto message = failure("read line; exec sleep 30", 0.1_s);
  CHECK_THAT(message,
             StartsWith("external partitioner `sh -c read line; exec sleep 30`, request 1: no answer within 0.1 s"));
  CHECK_FALSE(has_children());
}

TEST_CASE("a program that ends, is killed or closes its output fails with how") {
  CHECK_THAT(failure("exit 3"), Contains("request 1: ended with status 3"));
  CHECK_THAT(failure("kill -9 $$"), Contains("killed by signal 9"));
  CHECK_THAT(failure("exec >/dev/null <&-; exec sleep 3"), Contains("closed its output"));
  CHECK_FALSE(has_children());
}

TEST_CASE("the second request's failure names the second request") {
  const auto method = shell(R"(read line; echo '{"id": 1, "after": "conv1"}')");
  CHECK(method.partition(problem()).plan);
  CHECK_THAT(message_of([&] { static_cast<void>(method.partition(problem())); }), Contains("request 2: ended"));
}

TEST_CASE("a request larger than any buffer reaches a program that has ended without killing us") {
  LineProcess process({"sh", "-c", "exec <&- >&-; exit 0"}, ".");
  CHECK_THAT(message_of([&] { process.ask(std::string(10'000'000, 'x'), std::chrono::seconds(20)); }),
             Contains("ended with status 0"));
}

TEST_CASE("lines larger than any buffer go both ways") {
  LineProcess process({"cat"}, ".");
  const std::string line(3'000'000, 'x');
  CHECK(process.ask(line, std::chrono::seconds(20)) == line);
}

TEST_CASE("a program that does not exist fails with its name and why") {
  const External method({"./no_such_program"}, "/", 1_s);
  CHECK_THAT(message_of([&] { static_cast<void>(method.partition(problem())); }),
             Contains("`./no_such_program`, request 1: cannot be started in /: No such file"));
  CHECK_FALSE(has_children());
}

TEST_CASE("the program runs in the folder it is given") {
  LineProcess process({"sh", "-c", "read line; pwd; cat"}, "/usr");
  CHECK(process.ask("", std::chrono::seconds(20)) == "/usr");
}

TEST_CASE("the program ends with its partitioner, also one that does not want to") {
  for (const auto* script : {"cat >/dev/null", "trap '' TERM; exec sleep 100"}) {
    LineProcess{{"sh", "-c", script}, "."};
    CHECK_FALSE(has_children());
  }
}

TEST_CASE("the program ends with a process that ends without destructors") {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // its orphan becomes ours, until the end of this case
  const pid_t parent = ::fork();
  if (parent == 0) {
    new LineProcess({"sleep", "100"}, ".");
    ::_exit(0);
  }
  ::waitpid(parent, nullptr, 0);
  int status = 0;
  REQUIRE(::waitpid(-1, &status, 0) > 0);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_CASE("a program that puts out more than an answer can be is ended") {
  CHECK_THAT(failure("exec yes | tr -d '\\n'"), Contains("more than 16 MB of answer"));
  CHECK_FALSE(has_children());
}

TEST_CASE("of a long answer the beginning is quoted, and its length") {
  const std::string text(3'000'000, 'x');
  for (const auto& answer :
       {R"({"id": ")" + text + R"(", "after": "conv1"})", R"({"id": 1, "after": ")" + text + "\"}",
        R"({"id": 1, "on_device": [")" + text + "\"]}", R"({"id": 1, ")" + text + R"(": 1})", text}) {
    const auto message = refusal(answer);
    CHECK(message.size() < 1000);
    CHECK_THAT(message, Contains("wrong answer") && Contains("bytes)"));
  }
  CHECK(partition::read_answer(problem(), 1, R"({"id": 1, "infeasible": ")" + text + "\"}").reason.size() < 300);
}

}  // namespace edgecut::external_test
