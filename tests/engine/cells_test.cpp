// Stations that share the capacity of a cell: max-min fair, whatever their own links can do.
#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::cells_test {
using namespace edgecut::test;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-9);
}

// Sends 1 MB at once at up to `up`; nothing comes back.
Spec sender(Bandwidth up, std::optional<std::uint32_t> cell) {
  auto spec = cloud_only();
  spec.link = radio(up, 1000000_Bps, 0_s);
  spec.result = 0_B;
  spec.cell = cell;
  return spec;
}

double sent(const Recording& recording, std::uint32_t request) {
  return recording.end(request).timeline.upload_finished.value();
}

// 100, 400 and 800 kB/s in a cell of 900 kB/s: the first has its 100, the others 400 each. The second and the third are
// through at 2.5 s; the first had 250 kB by then.
void check_one_cell(kernel::Choice choice) {
  Lab lab({sender(100000_Bps, 0), sender(400000_Bps, 0), sender(800000_Bps, 0)}, cloud(3));
  lab.system.cells = {{900000_Bps, 900000_Bps}};
  lab.system.kernel = choice;
  const auto recording = lab.run();
  CHECK(sent(recording, 0) == exactly(10));
  CHECK(sent(recording, 1) == exactly(2.5));
  CHECK(sent(recording, 2) == exactly(2.5));
  const auto use = recording.use(events::ResourceUse::Kind::cell_up);
  CHECK(use.work.value() == exactly(3 / 0.9));
}

// Two cells of 600 kB/s under a backhaul of 900 kB/s. In the first one station of 100 kB/s and one of 1 MB/s, in the
// second one of 1 MB/s: 100, 400 and 400 kB/s, the cell of the second not being full. At 2.5 s the two fast ones are done.
void check_tree(kernel::Choice choice) {
  Lab lab({sender(100000_Bps, 0), sender(1000000_Bps, 0), sender(1000000_Bps, 1)}, cloud(3));
  lab.system.cells = {{600000_Bps, 600000_Bps}, {600000_Bps, 600000_Bps}};
  lab.system.backhaul = platform::Backhaul{900000_Bps, 900000_Bps};
  lab.system.kernel = choice;
  const auto recording = lab.run();
  CHECK(sent(recording, 0) == exactly(10));
  CHECK(sent(recording, 1) == exactly(2.5));
  CHECK(sent(recording, 2) == exactly(2.5));
}

platform::Course steps(const std::vector<platform::CourseStep>& list) {
  platform::Course course;
  course.steps.emplace().steps = std::make_shared<const std::vector<platform::CourseStep>>(list);
  return course;
}

// Two of 1 MB/s in a cell of 800 kB/s that narrows to 400 kB/s at 1 s: 400 kB each by then, and 600 kB at 200 kB/s.
void check_step(kernel::Choice choice) {
  Lab lab({sender(1000000_Bps, 0), sender(1000000_Bps, 0)}, cloud(2));
  lab.system.cells = {{800000_Bps, 800000_Bps}};
  lab.system.cells[0].motion.up = steps({{0_s, 8e5}, {1_s, 4e5}});
  lab.system.kernel = choice;
  const auto recording = lab.run();
  CHECK(sent(recording, 0) == exactly(4));
  CHECK(sent(recording, 1) == exactly(4));
  // 2 MB of what it could have carried until the run ends with the second tail.
  const auto use = recording.use(events::ResourceUse::Kind::cell_up);
  CHECK(use.work / recording.run.time == exactly(2 / (0.8 * 1 + 0.4 * (recording.run.time.value() - 1))));
  REQUIRE(recording.bandwidths.size() == 2);
  CHECK(recording.bandwidths[1].link == events::BandwidthChanged::Link::cell);
  CHECK(recording.bandwidths[1].time == 1_s);
}

// A cell of 600 kB/s behind which a backhaul of 1 MB/s narrows to 200 kB/s at 1 s and is out from 2 to 3 s: 600 kB, 200 kB,
// nothing, and the last 200 kB until 4 s.
void check_backhaul_behind_cell(kernel::Choice choice) {
  Lab lab({sender(1000000_Bps, 0)});
  lab.system.cells = {{600000_Bps, 600000_Bps}};
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  lab.system.backhaul->motion.up = steps({{0_s, 1e6}, {1_s, 2e5}});
  lab.system.backhaul->motion.outages = {{2_s, 3_s}};
  lab.system.kernel = choice;
  CHECK(sent(lab.run(), 0) == exactly(4));
}

// 1 MB over a backhaul that narrows to 250 kB/s at 1 s and widens to 800 kB/s at 2 s, behind a cell of 500 kB/s that
// everybody is in: 500 + 250 kB by then, the rest at 500 kB/s.
void check_moving_backhaul(kernel::Choice choice) {
  Lab lab({sender(1000000_Bps, 0)}, cloud(1));
  lab.system.cells = {{500000_Bps, 500000_Bps}};
  platform::Backhaul backhaul{800000_Bps, 800000_Bps};
  backhaul.motion.up = steps({{0_s, 800000.0}, {1_s, 250000.0}, {2_s, 800000.0}});
  lab.system.backhaul = backhaul;
  lab.system.kernel = choice;
  const auto recording = lab.run();
  CHECK(sent(recording, 0) == exactly(2.5));
}

}  // namespace

TEST_CASE("A backhaul that moves does not widen a cell that everybody is in") {
  check_moving_backhaul(kernel::Choice::reference);
}

TEST_CASE("On the express kernel it does not, either") {
  check_moving_backhaul(kernel::Choice::express);
}

TEST_CASE("A transfer feels at once that its cell narrows") {
  check_step(kernel::Choice::reference);
  check_step(kernel::Choice::automatic);  // one cell of all: a star
}

TEST_CASE("A backhaul moves behind a cell") {
  check_backhaul_behind_cell(kernel::Choice::reference);
  check_backhaul_behind_cell(kernel::Choice::automatic);
}

TEST_CASE("Of two cells the one that moves is felt by its own stations, and by the others through the backhaul") {
  // 500 kB/s each under a backhaul of 1 MB/s. At 1 s the first cell is out for a second, and the other one, which is as wide
  // as the backhaul, has all of it: 500 kB by then, the rest by 1.5 s. The first one's rest goes from 2 to 2.5 s, alone at
  // 1 MB/s.
  Lab lab({sender(1000000_Bps, 0), sender(1000000_Bps, 1)}, cloud(2));
  lab.system.cells = {{1000000_Bps, 1000000_Bps}, {1000000_Bps, 1000000_Bps}};
  lab.system.cells[0].motion.outages = {{1_s, 2_s}};
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  lab.system.kernel = kernel::Choice::automatic;
  const auto recording = lab.run();
  CHECK(sent(recording, 0) == exactly(2.5));
  CHECK(sent(recording, 1) == exactly(1.5));
  CHECK(recording.run.kernel == "reference");
}

TEST_CASE("Cells in a cell share it max-min fairly, each station held where it first is") {
  // A building of 1 MB/s with two halls: the first of 300 kB/s has a station of 100 kB/s, which has its own 100, and one that
  // has the hall's other 200. The second of 440 kB/s has two, 220 each. A station of the building itself has what is left of
  // that, 260. Nobody gains but from one who has less. All send for 2 s.
  const auto station = [](Bandwidth up, std::uint32_t cell, double size) {
    auto spec = sender(up, cell);
    spec.input = Bytes(size);
    return spec;
  };
  Lab lab({station(100000_Bps, 1, 200e3), station(1000000_Bps, 1, 400e3), station(1000000_Bps, 2, 440e3),
           station(1000000_Bps, 2, 440e3), station(1000000_Bps, 0, 520e3)},
          cloud(5));
  lab.system.cells = {{1000000_Bps, 1000000_Bps}, {300000_Bps, 300000_Bps, {}, 0}, {440000_Bps, 440000_Bps, {}, 0}};
  lab.system.backhaul = platform::Backhaul{2000000_Bps, 2000000_Bps};
  lab.system.kernel = kernel::Choice::automatic;
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(sent(recording, i) == exactly(2));
  CHECK(recording.use(events::ResourceUse::Kind::cell_up, 0).work.value() == exactly(2));  // full all the time
  CHECK(recording.use(events::ResourceUse::Kind::cell_up, 1).work.value() == exactly(2));
  CHECK(recording.run.kernel == "reference");
}

TEST_CASE("In a cell of unequal caps each has its own or an equal share of what is left") {
  check_one_cell(kernel::Choice::reference);
}

TEST_CASE("In a cell of unequal caps the express kernel gives the same shares") {
  check_one_cell(kernel::Choice::express);
}

TEST_CASE("Cells under a backhaul share it fairly, station by station") {
  check_tree(kernel::Choice::reference);
}

TEST_CASE("A tree of cells falls to the reference kernel where the fastest may be taken") {
  check_tree(kernel::Choice::automatic);
}

TEST_CASE("In a full cell under a wide backhaul the cell holds its stations alone") {
  // 600 kB/s for two of 1 MB/s: 300 each; the one in the other cell has all of that cell's 600.
  Lab lab({sender(1000000_Bps, 0), sender(1000000_Bps, 0), sender(1000000_Bps, 1)}, cloud(3));
  lab.system.cells = {{600000_Bps, 600000_Bps}, {600000_Bps, 600000_Bps}};
  lab.system.backhaul = platform::Backhaul{2000000_Bps, 2000000_Bps};
  const auto recording = lab.run();
  CHECK(sent(recording, 0) == exactly(1 / 0.3));
  CHECK(sent(recording, 1) == exactly(1 / 0.3));
  CHECK(sent(recording, 2) == exactly(1 / 0.6));
}

}  // namespace edgecut::cells_test
