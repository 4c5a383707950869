#!/usr/bin/env python3
"""`plan --problem`: problems written down in full, against brute force in Python; answers, explanations and errors."""
import itertools
import json
import random
import sys
import unittest

from edgecut import SOURCE, Folder, unmark

BRANCHES = (SOURCE / "scenarios" / "problems" / "branches.yaml").read_text()
NO_FREE_RETURN = (SOURCE / "scenarios" / "problems" / "no_free_return.yaml").read_text()
THREE_TIERS = (SOURCE / "scenarios" / "problems" / "three_tiers.yaml").read_text()


class Case:
    """A random problem as YAML and as numbers."""

    def __init__(self, rng, tiers):
        self.tiers = tiers
        count = rng.randint(3, 6)
        self.inputs = [[]] + [sorted(rng.sample(range(v), rng.randint(1, min(v, 2)))) for v in range(1, count)]
        self.output = [rng.randint(1, 20) for _ in range(count)]
        self.time = [{tiers[0]: 0.0}]
        for _ in range(1, count):
            self.time.append({tier: round(rng.uniform(0, 10) / (4**i), 3) for i, tier in enumerate(tiers)})
        self.bandwidth = [rng.randint(1, 8) for _ in tiers[1:]]
        self.latency = [round(rng.uniform(0, 2), 3) for _ in tiers[1:]]

    def yaml(self, rng):
        lines = [f"  - {{from: {a}, to: {b}, bandwidth: {8 * rate} bit/s, latency: {latency} s}}"
                 for a, b, rate, latency in zip(self.tiers, self.tiers[1:], self.bandwidth, self.latency)]
        layers = []
        for v, inputs in enumerate(self.inputs):
            time = ", ".join(f"{tier}: {seconds} s" for tier, seconds in self.time[v].items())
            reads = f"inputs: [{', '.join(f'v{u}' for u in inputs)}], " if inputs else ""
            layers.append(f"  - {{name: v{v}, {reads}output: {self.output[v]} B, time: {{{time}}}}}")
        rng.shuffle(layers)  # in any order
        text = f"problem:\n  tiers: [{', '.join(self.tiers)}]\n  links:\n  " + "\n  ".join(lines)
        return text + "\n  layers:\n  " + "\n  ".join(layers) + "\n"

    def cost(self, place):
        """Seconds of an assignment of layers to tiers (by index); None where it is no plan."""
        total = 0.0
        for v, inputs in enumerate(self.inputs):
            if any(place[u] > place[v] for u in inputs) or self.tiers[place[v]] not in self.time[v]:
                return None
            total += self.time[v][self.tiers[place[v]]]
        for b, rate in enumerate(self.bandwidth):
            if max(place) <= b:
                continue
            sent = {u for v, inputs in enumerate(self.inputs) for u in inputs if place[u] <= b < place[v]}
            total += self.latency[b] + sum(self.output[u] for u in sent) / rate
        return total

    def optimum(self):
        costs = (self.cost(place) for place in itertools.product(range(len(self.tiers)), repeat=len(self.inputs)))
        return min(cost for cost in costs if cost is not None)


class Problems(unittest.TestCase):
    def plan(self, text, *arguments):
        with Folder(p=text) as folder:
            result = folder.run("plan", "--problem", "p.yaml", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def answer(self, text, partitioner):
        (answer,) = json.loads(self.plan(text, "--partitioner", partitioner, "--format", "json"))
        return answer

    def refused(self, text, *parts, arguments=()):
        text, place = unmark(text)
        with Folder(p=text) as folder:
            result = folder.run("plan", "--problem", "p.yaml", *arguments)
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        if place:
            self.assertIn("p.yaml:%d:%d:" % place, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)

    def test_a_tensor_with_two_readers_crosses_once(self):
        answer = self.answer(BRANCHES, "min_cut")
        self.assertEqual(answer["objective"], 11.0)  # 2 + 6 B at 1 B/s + 3 x 1
        self.assertEqual(answer["unit"], "s")
        self.assertEqual(answer["placement"],
                         {"in": "device", "v1": "device", "v2": "cloud", "v3": "cloud", "v4": "cloud"})

    def test_tensors_do_not_come_back_for_nothing(self):
        self.assertEqual(self.answer(NO_FREE_RETURN, "min_cut")["objective"], 33.0)  # 1 + 1 + 1 + 30

    def test_min_cut_equals_brute_force_on_random_problems_of_two_and_three_tiers(self):
        rng = random.Random(5)
        for trial in range(40):
            case = Case(rng, ["device", "cloud"] if trial % 2 else ["phone", "cabinet", "centre"])
            answer = self.answer(case.yaml(rng), "min_cut")
            with self.subTest(trial=trial):
                self.assertAlmostEqual(answer["objective"], case.optimum(), places=9)
                place = [case.tiers.index(answer["placement"][f"v{v}"]) for v in range(len(case.inputs))]
                self.assertAlmostEqual(answer["objective"], case.cost(place), places=9)

    def test_every_partitioner_that_needs_no_options_answers_and_none_beats_min_cut(self):
        answers = {answer["partitioner"]: answer for answer in json.loads(self.plan(BRANCHES, "--format", "json"))}
        self.assertLessEqual({"device_only", "cloud_only", "min_cut", "qdmp", "dads_light"}, set(answers))
        for answer in answers.values():
            if answer["feasible"]:
                self.assertGreaterEqual(answer["objective"], 11.0)

    def test_an_answer_says_what_it_costs_what_came_next_and_where_it_changes(self):
        answer = self.answer(BRANCHES, "min_cut")
        self.assertEqual((answer["cost"]["head_s"], answer["cost"]["upload_s"], answer["cost"]["tail_s"]), (2, 6, 3))
        self.assertEqual(answer["runner_up"]["objective"], 16.0)  # cloud only: 12 + 4
        self.assertAlmostEqual(answer["runner_up"]["margin"], 5 / 11)
        # 2 + 6/B + 3 = 26, device only, at B = 6/21 B/s; = 12/B + 4, cloud only, at 6 B/s.
        self.assertAlmostEqual(answer["changes_below_bit_per_s"], 8 * 6 / 21, delta=1e-4)
        self.assertAlmostEqual(answer["changes_above_bit_per_s"], 48, delta=1e-3)

    def test_an_answer_says_where_time_and_energy_go(self):
        text = BRANCHES.replace("[device, cloud]", "[{name: device, power: 2 W}, cloud]")
        text = text.replace("latency: 0 ms", "latency: 0 ms, power: 1 W")
        cost = self.answer(text, "min_cut")["cost"]
        self.assertEqual((cost["compute_J"], cost["transmit_J"], cost["energy_J"]), (4, 6, 10))  # 2 s x 2 W, 6 s x 1 W
        self.assertEqual((cost["wait_s"], cost["codec_s"]), (0, 0))
        shown = self.plan(text, "--partitioner", "min_cut")
        self.assertIn("head 2 s, upload 6 s, tail 3 s", shown)
        self.assertIn("compute 4 J, transmit 6 J", shown)

    def test_an_answer_says_what_else_was_chosen(self):
        answer = self.answer(BRANCHES, "min_cut")
        self.assertEqual((answer["processor"], answer["encoding"], answer["exits"]), ("device", None, None))
        self.assertEqual(answer["accuracy"], "unknown")
        self.assertEqual(answer["runner_up"]["measure"], "latency")

    def test_the_next_plan_of_a_dag_is_no_prefix_where_that_is_better(self):
        # v3 at 1 s on the device: 2 + 1 + (6 + 4) B + 2 = 15, against 16 of cloud only; v2 and v4 stay in the cloud.
        text = BRANCHES.replace("name: v3, inputs: [v1], output: 4 B, time: {device: 10 s", "name: v3, inputs: [v1], output: 4 B, time: {device: 1 s")
        answer = self.answer(text, "min_cut")
        self.assertEqual(answer["objective"], 11.0)
        self.assertEqual(answer["runner_up"]["objective"], 15.0)
        self.assertEqual((answer["runner_up"]["placement"]["v2"], answer["runner_up"]["placement"]["v3"]), ("cloud", "device"))
        shown = self.plan(text, "--partitioner", "min_cut")
        self.assertIn("next is 2 layers on the device, sending v1 + v3, 36.4 % worse", shown)  # 4 / 11

    def test_an_answer_says_its_gap_where_something_is_proven(self):
        self.assertEqual(self.answer(BRANCHES, "min_cut")["gap"], 0)
        self.assertIsNone(self.answer(BRANCHES, "cloud_only")["gap"])
        answer = self.answer(self.with_work(["macs: 1"] * 4),
                             "{kind: resource_aware, rule: R4, budgets: {compute: 50 %}, node_limit: 1}")
        self.assertGreaterEqual(answer["gap"], 0)
        self.assertRegex(self.plan(BRANCHES, "--partitioner", "min_cut"), r"objective +11 s\n +gap +0 %\n")

    def test_a_limit_that_binds_is_named(self):
        text = BRANCHES.replace("  layers:", "  constraints: {min_layers_on_device: 3}\n  layers:")
        answer = self.answer(text, "min_cut")
        self.assertEqual(answer["objective"], 26.0)  # all on the device; v1 to v3 there and v4 not: 22 + 8 + 1
        self.assertEqual(answer["binding"], ["min_layers_on_device"])

    def test_what_no_plan_keeps_is_said_to_be_infeasible(self):
        text = BRANCHES.replace("  layers:", "  constraints: {deadline: 5 s}\n  layers:")
        answer = self.answer(text, "min_cut")
        self.assertFalse(answer["feasible"])
        self.assertIsNone(answer["objective"])
        self.assertIn("infeasible", answer["reason"])

    def test_energy_counts_the_device_alone(self):
        text = BRANCHES.replace("objective: latency", "objective: energy").replace("[device, cloud]",
                                                                                   "[{name: device, power: 2 W}, cloud]")
        text = text.replace("latency: 0 ms", "latency: 0 ms, power: 1 W")
        answer = self.answer(text, "min_cut")
        self.assertEqual((answer["objective"], answer["unit"]), (10.0, "J"))  # 2 s x 2 W + 6 s x 1 W; cloud only: 12 J

    def energy_of_branches(self, energy, partitioner, tiers="[{name: device, power: 2 W}, cloud]"):
        text = BRANCHES.replace("objective: latency", "objective: energy").replace("[device, cloud]", tiers)
        text = text.replace("time: {device: 2 s, cloud: 1 s}", "time: {device: 2 s, cloud: 1 s}" + energy)
        return self.answer(text, partitioner)

    def test_joules_of_a_layer_are_its_alone_and_others_take_power_times_time(self):
        joules = lambda energy: self.energy_of_branches(energy, "device_only")["objective"]
        self.assertEqual(joules(""), 52.0)  # 2 W x (2 + 10 + 10 + 4) s
        self.assertEqual(joules(", energy: {device: 4 J}"), 52.0)  # its own 2 W x 2 s
        self.assertEqual(joules(", energy: {device: 7 J}"), 55.0)
        self.assertEqual(joules(", energy: {cloud: 4 J}"), 52.0)  # it does not run there
        self.assertEqual(joules(", energy: {device: 0 J}"), 48.0)
        no_power = self.energy_of_branches(", energy: {device: 7 J}", "device_only", "[device, cloud]")
        self.assertEqual(no_power["objective"], 7.0)

    def test_joules_of_servers_count_where_they_are_given(self):
        answer = self.energy_of_branches(", energy: {cloud: 4 J}", "cloud_only")
        self.assertEqual((answer["objective"], answer["cost"]["server_energy_J"]), (4.0, 4.0))
        tiers = "[{name: device, power: 2 W}, {name: cloud, power: 3 W}]"
        answer = self.energy_of_branches(", energy: {cloud: 40 J}", "cloud_only", tiers)
        self.assertEqual(answer["objective"], 49.0)  # 40 J, and 3 W x (1 + 1 + 1) s of the others
        for method in ("min_cut", "jointdnn", "qdmp", "offline_benchmark"):
            with self.subTest(method):  # v1 on the device 2 W x 2 s, the rest 3 x 3 J; everything on the device 52 J
                self.assertEqual(self.energy_of_branches(", energy: {cloud: 40 J}", method, tiers)["objective"], 13.0)

    def test_joules_that_nothing_counts_are_refused(self):
        self.refused(BRANCHES.replace("cloud: 1 s}}", "cloud: 1 s}, energy: {¶clod: 1 J}}", 1), "no tier 'clod'")
        self.refused(BRANCHES.replace("time: {device: 0 s}", "time: {device: 0 s}, energy: ¶{cloud: 1 J}"),
                     "no time on cloud")

    def with_work(self, work, tiers="[device, cloud]"):
        """BRANCHES with more figures for v1 to v4."""
        text = BRANCHES.replace("[device, cloud]", tiers)
        for v, figures in enumerate(work, 1):
            text = text.replace(f"name: v{v},", f"name: v{v}, {figures},")
        return text

    def budgeted(self, text, budgets, rule="R4"):
        answer = self.answer(text, f"{{kind: resource_aware, rule: {rule}, budgets: {{{budgets}}}}}")
        return sorted(layer for layer, tier in answer["placement"].items() if tier == "device")

    def test_budgets_bind_by_the_figures_of_the_layers(self):
        # Best is v1 on the device, 11 s; then cloud only, 16 s.
        text = self.with_work(["macs: 40, memory: 6 B, energy: {device: 9 J}", "macs: 20, memory: 1 B",
                               "macs: 2e1, memory: 2 B", "macs: 20, memory: 3 B"], "[{name: device, power: 1 W}, cloud]")
        for rule in ("R3", "R4"):
            for enough, scant in [("compute: 40 %", "compute: 39 %"), ("compute: 80 FLOP", "compute: 79 FLOP"),
                                  ("storage: 50 %", "storage: 49 %"), ("storage: 6 B", "storage: 5.9 B"),
                                  ("energy: 28 %", "energy: 27 %"),  # 9 of 9 + 10 + 10 + 4 J: 0.2727...
                                  ("energy: 9 J", "energy: 8.9 J"), ("bandwidth: 6 B", "bandwidth: 5.9 B")]:
                with self.subTest(rule=rule, budget=enough):
                    self.assertEqual(self.budgeted(text, enough, rule), ["in", "v1"])
                    if "energy: 27" not in scant and "bandwidth" not in scant:
                        self.assertEqual(self.budgeted(text, scant, rule), ["in"])
            self.assertEqual(self.budgeted(text, "energy: 27 %", rule), ["in"])
            self.assertEqual(len(self.budgeted(text, "bandwidth: 5.9 B", rule)), 5)  # then nothing may be sent
        parameters = self.with_work(["parameters: 50", "parameters: 20", "parameters: 20", "parameters: 10"])
        self.assertEqual(self.budgeted(parameters, "storage: 50 %"), ["in", "v1"])
        self.assertEqual(self.budgeted(parameters, "storage: 49 %"), ["in"])

    def test_a_nominal_rate_makes_a_budget_of_a_deadline(self):
        work = ["macs: 40", "macs: 20", "macs: 20", "macs: 20"]
        asked = "{kind: resource_aware, rule: R1}"
        on_device = lambda tiers: sorted(
            layer for layer, tier in self.answer(
                self.with_work(work, tiers).replace("  layers:", "  constraints: {deadline: 20 s}\n  layers:"),
                asked)["placement"].items() if tier == "device")
        self.assertEqual(on_device("[{name: device, nominal: 4 FLOP/s}, cloud]"), ["in", "v1"])  # 80 of 200 FLOP
        self.assertEqual(on_device("[{name: device, nominal: 3.9 FLOP/s}, cloud]"), ["in"])

    def test_what_a_budget_or_a_rule_needs_and_the_problem_does_not_give_is_named(self):
        def refused(options, *parts, text=BRANCHES):
            self.refused(text, *parts, arguments=["--partitioner", f"{{kind: resource_aware, {options}}}"])
        refused("rule: R4, budgets: {compute: 50 %}", "--partitioner:1:53", "`macs:`")
        refused("rule: R3, budgets: {storage: 50 %}", "`memory:` or `parameters:`")
        refused("rule: R4, budgets: {energy: 50 %}", "`power:`", "`energy:`")
        refused("rule: R1, scarce: [storage], budgets: {bandwidth: 50 %}", "`memory:` or `parameters:`")
        refused("rule: R2, weights: {lifetime: 1}", "`power:`")
        macs = self.with_work(["macs: 1"] * 4).replace("  layers:", "  constraints: {deadline: 20 s}\n  layers:")
        refused("rule: R1", "`nominal:`", text=macs)
        refused("rule: R2", "`nominal:`", text=macs)
        parameters = self.with_work(["parameters: 1"] * 4)
        refused("rule: R4, budgets: {storage: 5 B}", "`memory:`", text=parameters)
        refused("rule: R3, adaptive: {}", "planned once")
        self.refused(self.with_work(["macs: 1", "macs: 2"]), "no `macs:`", "`macs: 0`")
        self.refused(self.with_work(["macs: ¶-1"]), "macs")
        self.refused(BRANCHES.replace("[device, cloud]", "[device, {name: cloud, nominal: ¶1 FLOP/s}]"), "first tier")

    def test_methods_that_need_what_no_problem_gives_are_refused_by_name(self):
        for method, part in [("neurosurgeon", "regressions"), ("oracle", "truth"), ("best_fixed", "simulates")]:
            self.refused(BRANCHES, method, part, arguments=["--partitioner", method])

    GROUPS = """
  groups:
    - {first: v1, last: v4, tier: device, time: 8 s}
    - {first: v2, last: v4, tier: cloud, time: 0.5 s}
    - {first: v1, last: v4, tier: cloud, time: 30 s}
  layers:"""

    def test_layers_that_are_executed_together_take_what_their_group_takes(self):
        text = BRANCHES.replace("\n  layers:", self.GROUPS)
        device = self.answer(text, "device_only")
        self.assertEqual(device["objective"], 8.0)
        self.assertEqual(device["groups"], [{"first": "v1", "last": "v4", "tier": "device"}])
        self.assertEqual(self.answer(text, "jointdnn")["objective"], 8.0)
        # Without the device's: v1 2 s, 6 s up, 0.5 s. In the cloud 12 s up, 1 s and 0.5 s: less than 30 s together.
        text = text.replace("    - {first: v1, last: v4, tier: device, time: 8 s}\n", "")
        self.assertEqual(self.answer(text, "jointdnn")["objective"], 8.5)
        self.assertEqual(self.answer(text, "cloud_only")["objective"], 13.5)
        cut = self.answer(text, "min_cut")
        self.assertEqual((cut["objective"], cut["gap"]), (8.5, None))
        self.assertIn("without groups", cut["reason"])
        self.assertIn("v2 to v4 together", self.plan(text, "--partitioner", "jointdnn"))

    def test_joules_of_a_group_are_given_or_in_proportion_to_its_time(self):
        text = BRANCHES.replace("\n  layers:", self.GROUPS).replace("objective: latency", "objective: energy")
        text = text.replace("[device, cloud]", "[{name: device, power: 2 W}, cloud]")
        self.assertEqual(self.answer(text, "device_only")["objective"], 16.0)  # 52 J x 8 / 26
        text = text.replace("time: 8 s", "time: 8 s, energy: 5 J")
        self.assertEqual(self.answer(text, "device_only")["objective"], 5.0)

    def test_groups_that_cannot_be_are_refused(self):
        def refused(group, part):
            self.refused(BRANCHES.replace("\n  layers:", f"\n  groups: [{{{group}}}]\n  layers:"), part)
        refused("first: ¶v3, last: v4, tier: device, time: 1 s", "inside a block")
        refused("first: v1, last: ¶v2, tier: device, time: 1 s", "inside a block")
        refused("first: v4, last: ¶v1, tier: device, time: 1 s", "two layers")
        refused("first: ¶in, last: v1, tier: device, time: 1 s", "block")
        refused("first: v1, last: v4, tier: ¶fog, time: 1 s", "no tier 'fog'")
        refused("first: ¶v9, last: v4, tier: device, time: 1 s", "no layer 'v9'")
        refused("first: v1, last: v4, tier: device", "time")
        self.refused(BRANCHES.replace("\n  layers:", self.GROUPS.replace("v2, last: v4, tier: cloud", "v1, last: v4, tier: device")),
                     "a second group")

    ENCODINGS = """
  accuracy: 90 %
  encodings:
    - {name: fp32, accuracy_drop: 0}
    - {name: int8, ratio: 25 %, encode: 24 B/s, decode: 12 B/s, accuracy_drop: 2 %, source: measured by hand}
    - {name: fp16, ratio: 50 %, accuracy_drop: 0.5 %}
  layers:"""

    def test_tensors_may_cross_in_other_forms(self):
        text = BRANCHES.replace("\n  layers:", self.ENCODINGS)
        answer = self.answer(text, "min_cut")  # v1: 2 + 6/24 + 1.5 + 6/12 + 3; as fp16 2 + 3 + 3; inputs cross as they are
        self.assertEqual((answer["encoding"], answer["objective"]), ("int8", 7.25))
        self.assertEqual((answer["accuracy"], answer["accuracy_source"]), (0.88, "measured by hand"))
        said = " ".join(self.plan(text, "--partitioner", "min_cut").split())
        self.assertIn("as int8, accuracy drop 2 % (source: measured by hand)", said)
        limited = text.replace("  layers:", "  constraints: {accuracy: 89 %}\n  layers:")
        answer = self.answer(limited, "min_cut")
        self.assertEqual((answer["encoding"], answer["objective"]), ("fp16", 8.0))
        self.assertEqual((answer["accuracy_source"], answer["binding"]), ("unknown", ["accuracy"]))
        exact = self.answer(limited.replace("accuracy: 89 %", "accuracy: 90 %"), "min_cut")
        self.assertEqual((exact["encoding"], exact["objective"]), ("fp32", 11.0))
        for method in ("qdmp", "jointdnn", "offline_benchmark", "scission"):
            with self.subTest(method):
                self.assertEqual(self.answer(text, method)["objective"], 7.25)

    def test_a_limit_on_accuracy_needs_an_accuracy(self):
        self.refused(BRANCHES.replace("  layers:", "  constraints: {accuracy: ¶90 %}\n  layers:"), "`accuracy:`")
        self.refused(BRANCHES.replace("\n  layers:", self.ENCODINGS.replace("fp16", "int8")), "a second encoding")

    def test_a_tensor_is_read_once_and_a_margin_beyond_all_measure_is_no_infinity(self):
        self.refused(BRANCHES.replace("[v2, v3]", "[v2, ¶v2]"), "twice")
        text = BRANCHES.replace("device: 10 s", "device: 1e12 s").replace("cloud: 1 s", "cloud: 1e-10 s")
        text = text.replace("output: 12 B", "output: 0 B").replace("device: 2 s", "device: 1e12 s")
        self.assertNotIn("inf", self.plan(text).replace("infeasible", ""))

    def test_throughput_is_that_of_the_slowest_stage(self):
        answer = self.answer(BRANCHES.replace("objective: latency", "objective: throughput"), "min_cut")
        self.assertEqual((answer["objective"], answer["unit"]), (6.0, "s"))  # head 2, 6 B, tail 3

    def test_a_method_that_cannot_plan_for_throughput_says_so(self):
        text = BRANCHES.replace("objective: latency", "objective: throughput")
        answers = {answer["partitioner"]: answer for answer in json.loads(self.plan(text, "--format", "json"))}
        self.assertFalse(answers["qdmp"]["feasible"])
        self.assertIn("not for throughput", answers["qdmp"]["reason"])
        answer = self.answer(text, "{kind: resource_aware, rule: R4}")
        self.assertIn("not for throughput", answer["reason"])

    def test_every_shipped_problem_is_answered_by_everybody_who_plans_its_form(self):
        shipped = sorted((SOURCE / "scenarios" / "problems").glob("*.yaml"))
        self.assertGreaterEqual(len(shipped), 5)
        for path in shipped:
            with self.subTest(path.name):
                answers = json.loads(self.plan(path.read_text(), "--format", "json"))
                self.assertTrue(any(answer["feasible"] for answer in answers))
                self.assertEqual(len({answer["partitioner"] for answer in answers}), len(answers))

    def test_without_a_link_back_jointdnn_does_not_come_back(self):
        # a 1, 1 B up 1, b 1, c 30 in the cloud; c on the device would take 1 s, but nothing leads back there.
        self.assertEqual(self.answer(NO_FREE_RETURN, "jointdnn")["objective"], 33.0)
        text = NO_FREE_RETURN.replace("latency: 0 ms}]",
                                      "latency: 0 ms}, {from: cloud, to: device, bandwidth: 8 bit/s}]")
        answer = self.answer(text, "jointdnn")
        self.assertEqual(answer["objective"], 13.0)  # a 1, 1 B up 1, b 1, 9 B down 9, c 1
        self.assertEqual((answer["placement"]["b"], answer["placement"]["c"]), ("cloud", "device"))

    def test_nobody_puts_a_layer_where_it_cannot_run(self):
        text = NO_FREE_RETURN.replace("time: {device: 50 s, cloud: 1 s}", "time: {device: 50 s}")
        for answer in json.loads(self.plan(text, "--format", "json")):
            with self.subTest(answer["partitioner"]):
                self.assertTrue(not answer["feasible"] or answer["placement"]["b"] == "device")

    def test_without_a_link_back_jointdnn_does_not_come_back(self):
        text = NO_FREE_RETURN.replace("time: {device: 1 s, cloud: 10 s}", "time: {cloud: 10 s}")
        answer = self.answer(text, "jointdnn")
        self.assertEqual(answer["objective"], 141.0)  # cloud only: 100 B at 1 B/s, 10 + 1 + 30
        text = text.replace("time: {device: 50 s, cloud: 1 s}", "time: {device: 50 s}")
        self.assertFalse(self.answer(text, "jointdnn")["feasible"])

    def test_results_come_back_over_a_link_back(self):
        text = BRANCHES.replace("latency: 0 ms}]", "latency: 0 ms}, {from: cloud, to: device, bandwidth: 0.8 bit/s, latency: 1 s}]")
        self.assertEqual(self.answer(text, "min_cut")["objective"], 13.0)  # 11 + 0.1 B at 0.1 B/s + 1 s

    def test_the_table_names_the_layers_of_each_tier(self):
        text = self.plan(THREE_TIERS)
        self.assertIn("edge: stem left right join classes", text)

    def test_mistakes_are_named_with_their_place(self):
        self.refused(BRANCHES.replace("inputs: [v1]", "inputs: [¶v7]", 1), "no layer 'v7'")
        self.refused(BRANCHES.replace("tiers: [device, cloud]", "tiers: ¶[device]"), "two or three tiers")
        self.refused(BRANCHES.replace("cloud: 1 s}", "clod: 1 s}", 1), "no tier 'clod'", "did you mean 'cloud'")
        self.refused(BRANCHES.replace("to: cloud", "to: ¶fog"), "no tier 'fog'")
        self.refused(BRANCHES.replace("output: 12 B", "output: ¶12 s"), "output")
        self.refused(BRANCHES.replace("output: 12 B", "output: ¶-12 B"), "output")
        self.refused(BRANCHES.replace("name: v2", "name: v1"), "a second layer named 'v1'")
        self.refused(BRANCHES.replace("inputs: [in]", "inputs: [v4]"), "cycle")
        self.refused(BRANCHES.replace("time: {device: 0 s}", "time: ¶{}"), "no tier")
        self.refused(THREE_TIERS.replace("    - {from: cloud, to: edge, bandwidth: 100 Mbit/s, latency: 15 ms}\n", ""),
                     "a link back is missing")
        direct = "    - {from: device, to: cloud, bandwidth: 1 Mbit/s}\n  constraints:"
        self.refused(THREE_TIERS.replace("  constraints:", direct, 1), "needs a link from cloud to device too")
        self.refused(BRANCHES.replace("objective: latency", "objective: ¶speed"), "latency, energy, bytes, throughput")

    def test_a_direct_link_takes_its_own_joules(self):
        links = ("    - {from: device, to: cloud, bandwidth: 8 Mbit/s, power: 2 W, energy_per_byte: 1 uJ/B}\n"
                 "    - {from: cloud, to: device, bandwidth: 8 Mbit/s, power: 1 W}\n  constraints:")
        text = THREE_TIERS.replace("  constraints:", links, 1)
        cost = self.answer(text, "cloud_only")["cost"]
        self.assertAlmostEqual(cost["transmit_J"], 2 * 0.15 + 150e3 * 1e-6, places=12)  # 150 kB at 1 MB/s
        self.assertAlmostEqual(cost["receive_J"], 1 * 0.004, places=12)  # 4 kB
        # By way of the edge server it is the other link's 1.2 W: 150 kB at 2.5 MB/s.
        relayed = self.answer(THREE_TIERS, "cloud_only")["cost"]
        self.assertAlmostEqual(relayed["transmit_J"], 1.2 * 0.06, places=12)

    def test_partitioners_that_do_not_fit_are_refused(self):
        self.refused(BRANCHES, "did you mean 'min_cut'", arguments=["--partitioner", "min_cutt"])
        self.refused(BRANCHES, "no layer 'v9'", arguments=["--partitioner", "{kind: fixed, after: v9}"])
        self.refused(THREE_TIERS, "two tiers", arguments=["--partitioner", "dads_light"])
        self.refused(BRANCHES, "csv", arguments=["--format", "csv"])
        self.refused(BRANCHES, "one of them", arguments=["scenario.yaml"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
