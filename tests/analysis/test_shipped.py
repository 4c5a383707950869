"""What the shipped scenarios compare: the rules that they may not do without, and none that is set up to lose."""

import pathlib
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Their questions are not which method is best: one method against the oracle, and who sees a queue.
OTHER_QUESTIONS = {"stale_profile", "loaded_cloud"}


def scenarios():
    for path in sorted([*ROOT.glob("scenarios/*.yaml"), *ROOT.glob("scenarios/maps/*.yaml")]):
        methods = yaml.safe_load(path.read_text(encoding="utf-8"))["partitioners"]
        yield path.stem, [entry if isinstance(entry, dict) else {"kind": entry} for entry in methods]


class Shipped(unittest.TestCase):
    def test_budgets_are_derived_from_the_device(self):
        for name, methods in scenarios():
            for method in methods:
                self.assertLessEqual(set(method.get("budgets", {}).values()), {"auto"}, name)

    def test_comparisons_hold_the_prior_art_that_goes_by_bandwidth_alone(self):
        compared = {name: {method["kind"] for method in methods} for name, methods in scenarios()}
        for name, kinds in compared.items():
            if name not in OTHER_QUESTIONS:
                expected = {"offline_benchmark", "resource_aware", "bandwidth_specific", "oracle"}
                self.assertLessEqual(expected, kinds, name)
        self.assertGreaterEqual(len(compared), 9)

    def test_rates_of_the_simulated_world_and_of_the_real_boards_stand_side_by_side(self):
        for name in ("bandwidth_constrained", "energy_constrained", "compute_constrained"):
            methods = dict(scenarios())[name]
            alike = [{key: value for key, value in method.items() if key not in ("name", "nominal", "benchmark")}
                     for nominal in ("this_world", "one_network") for method in methods
                     if method.get("nominal") == nominal and method["rule"] == "R3" and method.get("decide") != "once"]
            self.assertEqual(len(alike), 2, name)
            self.assertEqual(alike[0], alike[1], name)  # they differ in the rate alone


if __name__ == "__main__":
    unittest.main()
