// Names, paths and overrides of shipped files.
#include "config/catalogue.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/error_of.hpp"
#include "config/map.hpp"

namespace edgecut::catalogue_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// A home with one link, and a scenario's folder beside it.
struct Home {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("edgecut_catalogue_" + std::to_string(::getpid()));
  Home() {
    std::filesystem::create_directories(path / "scenarios/networks");
    std::filesystem::create_directories(path / "platforms/links");
    write("platforms/links/lte.yaml",
          "name: lte\nuplink: {value: 5 Mbit/s, source: paper}\nrtt: {value: 70 ms, source: assumption}\n");
    write("platforms/links/wifi.yaml", "name: wifi\n");
    write("platforms/links/notes.txt", "not a link\n");
  }
  ~Home() { std::filesystem::remove_all(path); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }
  [[nodiscard]] config::Value scenario(const std::string& text) const {
    return config::parse_text(text, (path / "scenarios/s.yaml").string());
  }
};

config::Value load(config::Catalogue& catalogue, const config::Value& scenario) {
  return catalogue.load(*scenario.find("link"), "platforms/links", "link");
}

}  // namespace

TEST_CASE("a folder without scenarios and platforms is no home, and the remedy is named") {
  const auto error = error_of([] { config::Catalogue("/nonexistent"); });
  CHECK_THAT(error, StartsWith("/nonexistent: ") && Contains("EDGECUT_HOME"));
}

TEST_CASE("names are those of the .yaml files of a folder, sorted") {
  const Home home;
  CHECK(config::Catalogue(home.path).names("platforms/links") == std::vector<std::string>{"lte", "wifi"});
  CHECK(config::Catalogue(home.path).names("platforms/nothing").empty());
}

TEST_CASE("a name is looked up, and its values have the path of the place that names it") {
  const Home home;
  config::Catalogue catalogue(home.path);
  const auto link = load(catalogue, home.scenario("link: lte\n"));
  CHECK(link.find("uplink")->path == "link.uplink");
  CHECK_THAT(link.find("uplink")->where.str(), Contains("platforms/links/lte.yaml:2:9"));
}

TEST_CASE("an unknown name is refused at its place with the nearest known one") {
  const Home home;
  config::Catalogue catalogue(home.path);
  const auto error = error_of([&] { load(catalogue, home.scenario("a: 1\nlink: ltee\n")); });
  CHECK_THAT(error, Contains("s.yaml:2:7: link: no link 'ltee' (did you mean 'lte'? known: lte, wifi)"));
}

TEST_CASE("a path is relative to the file that names it, and one that is not there is named") {
  const Home home;
  home.write("scenarios/mine.yaml", "name: mine\n");
  config::Catalogue catalogue(home.path);
  CHECK(load(catalogue, home.scenario("link: mine.yaml\n")).find("name")->scalar == "mine");
  CHECK(load(catalogue, home.scenario("link: ../platforms/links/wifi.yaml\n")).find("name")->scalar == "wifi");
  CHECK_THAT(error_of([&] { load(catalogue, home.scenario("link: gone.yaml\n")); }),
             Contains("s.yaml:1:7: link: no such file: ") && Contains("gone.yaml"));
}

TEST_CASE("a kind with other keys is the shipped file with these put over it, and they are marked") {
  const Home home;
  config::Catalogue catalogue(home.path);
  const auto link = load(catalogue, home.scenario("link: {kind: lte, rtt: 20 ms}\n"));
  CHECK(link.find("kind") == nullptr);
  CHECK(link.find("rtt")->scalar == "20 ms");
  CHECK(link.find("rtt")->overrides);
  CHECK_FALSE(link.find("uplink")->find("value")->overrides);
  CHECK(link.find("rtt")->path == "link.rtt");
}

TEST_CASE("what a scenario defines inline has the source 'scenario' at every depth, unless it names another") {
  const Home home;
  config::Catalogue catalogue(home.path);
  const auto link =
      load(catalogue, home.scenario("link: {uplink: 5 Mbit/s, rtt: {value: 1 s, source: ping}, r: {base: 1 W}}\n"));
  config::Ledger ledger;
  config::Map map(link);
  map.figure<Bandwidth>("uplink", ledger);
  map.figure<Seconds>("rtt", ledger);
  config::Map(map.child("r")).figure<Watts>("base", ledger);
  CHECK(ledger.sources()[0].source == "scenario");
  CHECK(ledger.sources()[1].source == "ping");
  CHECK(ledger.sources()[2].source == "scenario");
}

TEST_CASE("every file is read once and remembered in the order of reading") {
  const Home home;
  config::Catalogue catalogue(home.path);
  load(catalogue, home.scenario("link: wifi\n"));
  load(catalogue, home.scenario("link: lte\n"));
  load(catalogue, home.scenario("link: {kind: wifi, name: x}\n"));
  REQUIRE(catalogue.files().size() == 2);
  CHECK(catalogue.files()[0].filename() == "wifi.yaml");
  CHECK(catalogue.files()[1].filename() == "lte.yaml");
}

}  // namespace edgecut::catalogue_test
