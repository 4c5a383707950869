// Stations that share the capacity of a cell: max-min fair, whatever their own links can do.
#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "engine/systems.hpp"

using namespace edgecut;
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

// 1 MB over a backhaul that narrows to 250 kB/s at 1 s and widens to 800 kB/s at 2 s, behind a cell of 500 kB/s that
// everybody is in: 500 + 250 kB by then, the rest at 500 kB/s.
void check_moving_backhaul(kernel::Choice choice) {
  Lab lab({sender(1000000_Bps, 0)}, cloud(1));
  lab.system.cells = {{500000_Bps, 500000_Bps}};
  platform::Backhaul backhaul{800000_Bps, 800000_Bps};
  platform::Course course;
  course.steps.emplace().steps = std::make_shared<const std::vector<platform::CourseStep>>(
      std::vector<platform::CourseStep>{{0_s, 800000.0}, {1_s, 250000.0}, {2_s, 800000.0}});
  backhaul.motion.up = course;
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
