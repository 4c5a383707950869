// Several mistakes of one document: reading goes on after each of them.
#include "config/mends.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "config/error_of.hpp"
#include "config/map.hpp"

namespace edgecut::mends_test {

using config::Map;
using config::Mends;

namespace {

// Reads `{rtt: time, up: {rate: bandwidth, names: [...], kind: fifo|shared}, count: 1 to 9}` with all its mistakes.
std::vector<std::string> mistakes_of(const std::string& text, int* readings = nullptr) {
  const auto said = error_of([&] {
    config::read_to_the_end([&](const Mends& mends) {
      if (readings != nullptr) ++*readings;
      const auto root = config::parse_text(text, "x.yaml", mends);
      config::read(root, [](Map& map) {
        map.get<Seconds>("rtt", config::non_negative);
        config::read(map.child("up"), [](Map& up) {
          up.get<Bandwidth>("rate", config::positive);
          up.get<std::vector<std::string>>("names");
          up.choice<int>("kind", {{"fifo", 0}, {"shared", 1}});
        });
        const auto count = map.get_or<int>("count", 1, {1.0, 9.0});
        if (count == 2) map.child("count").fail("two is company");
      });
    });
  });
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < said.size()) {
    const auto end = std::min(said.find('\n', begin), said.size());
    lines.push_back(said.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

using Lines = std::vector<std::string>;
const std::string up = "up: {rate: 1 Mbit/s, names: [a], kind: fifo}\n";

}  // namespace

TEST_CASE("a document without mistakes is read once") {
  int readings = 0;
  CHECK(mistakes_of("rtt: 1 s\n" + up, &readings) == Lines{"no error"});
  CHECK(readings == 1);
}

TEST_CASE("every wrong value and unknown key is said, in the order of the file") {
  CHECK(
      mistakes_of("rtt: 5\nup: {rate: 5 MB, names: a, kind: fif, foo: 1}\nbar: 2\ncount: 11\n") ==
      Lines{
          "x.yaml:1:6: rtt: '5' has no unit; expected a time such as '20 ms'",
          "x.yaml:2:12: up.rate: '5 MB' is a size (did you mean '5 MB/s'?); expected a bandwidth such as '5.85 Mbit/s'",
          "x.yaml:2:25: up.names: must be a list, such as [a]",
          "x.yaml:2:34: up.kind: no choice 'fif' (did you mean 'fifo'? known: fifo, shared)",
          "x.yaml:2:39: up: no key 'foo' (known: rate, names, kind)",
          "x.yaml:3:1: no key 'bar' (known: rtt, up, count)",
          "x.yaml:4:8: count: '11' is out of range: it must be at most 9"});
}

TEST_CASE("missing keys are said after unknown ones, and those of a missing map are not") {
  CHECK(mistakes_of("bar: 2\n") == Lines{"x.yaml:1:1: no key 'bar' (known: rtt, up, count)",
                                         "x.yaml:1:1: missing key 'rtt'", "x.yaml:1:1: missing key 'up'"});
}

TEST_CASE("a key that is misspelt is not missing") {
  CHECK(mistakes_of("rtx: 1 s\n" + up) ==
        Lines{"x.yaml:1:1: no key 'rtx' (did you mean 'rtt'? known: rtt, up, count)"});
}

TEST_CASE("the value of a misspelt key is read by the name that was meant, where it may be left out") {
  CHECK(mistakes_of("rtt: 1 s\n" + up + "coumt: 11\n") ==
        Lines{"x.yaml:3:1: no key 'coumt' (did you mean 'count'? known: rtt, up, count)",
              "x.yaml:3:8: count: '11' is out of range: it must be at most 9"});
}

TEST_CASE("every second key of a name is said, and the first counts") {
  CHECK(mistakes_of("rtt: 1 s\nrtt: 2\n" + up + "rtt: 3\ncount: 0\n") ==
        Lines{"x.yaml:2:1: rtt: duplicate key; each key may stand once in a map",
              "x.yaml:4:1: rtt: duplicate key; each key may stand once in a map",
              "x.yaml:5:8: count: '0' is out of range: it must be at least 1"});
}

TEST_CASE("what does not go together is said where all figures are the user's own, and else is not") {
  CHECK(mistakes_of("rtt: 1 s\n" + up + "count: 2\n") == Lines{"x.yaml:3:8: count: two is company"});
  CHECK(mistakes_of("rtt: 1 S\n" + up + "count: 2\n").size() == 2);  // '1 s' is what was meant
  CHECK(mistakes_of("rtt: soon\n" + up + "count: 2\n").size() == 1);
}

TEST_CASE("a file that is no YAML has one mistake") {
  CHECK(mistakes_of("rtt: {\nup: ]\n").size() == 1);
}

}  // namespace edgecut::mends_test
