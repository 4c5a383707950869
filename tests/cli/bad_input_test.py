#!/usr/bin/env python3
"""Every kind of bad input: one line on stderr with file:line:col, the key and the remedy; exit 2; nothing else happens.

Each case is a scenario (and other files) in which ¶ stands before the character that the error must point at."""
import sys
import unittest

from edgecut import BASE, SOURCE, Folder, scenario, unmark

READING = ("check", "plan", "run", "sweep")  # all of these read the scenario; the sweep only `check` and `sweep` do
SWEEPING = ("check", "sweep")


def partitioners(options):
    return scenario(partitioners="[device_only, {" + options + "}]", compare=None)


NETWORK = """name: net
source: test
layers:
  - {name: in, kind: input, shape: [1, 3, 8, 8], output: 768 B}
  - {name: a, kind: conv, kernel: [3, 3], stride: [1, 1], shape: [1, 3, 8, 8], macs: 5184, output: 768 B, inputs: [in]}
"""

LINK = """name: mine
uplink: {value: 5 Mbit/s, source: test}
downlink: {value: 5 Mbit/s, source: test}
rtt: {value: 20 ms, source: test}
radio:
  transmit: {slope: 1 mW/Mbps, base: 1 W, source: test}
  receive: {slope: 1 mW/Mbps, base: 1 W, source: test}
"""

# name: (scenario, what the line must hold, the commands, other files)
CASES = {
    # --- keys
    "unknown key": (scenario(**{"¶netwrok": "alexnet"}), ["netwrok", "did you mean 'network'?"], READING),
    "unknown key of an inner map": (scenario(link="{kind: lte_2012, ¶uplnk: 5 Mbit/s}"),
                                    ["link", "uplnk", "did you mean 'uplink'?"], READING),
    "missing key": ("¶" + scenario(device=None), ["missing key 'device'"], READING),
    "missing key of an inner map": (scenario(input="¶{encoding: jpeg}"), ["input", "missing key 'size'"], READING),
    "missing workload": ("¶" + scenario(workload=None), ["missing key 'workload'"], READING),
    "missing partitioners": ("¶" + scenario(partitioners=None, compare=None), ["missing key 'partitioners'"], READING),
    "key without a value": (scenario(network="").replace("network:", "¶network:"), ["network"], READING),
    "duplicate key": (scenario() + "¶seed: 7\n", ["seed", "duplicate"], READING),
    "duplicate key of an inner map": (scenario(link="{kind: lte_2012, rtt: 20 ms, ¶rtt: 30 ms}"),
                                      ["link.rtt", "duplicate"], READING),
    # --- devices that cannot be
    "a device that computes nothing": (
        scenario(device="{kind: raspberry_pi_4, processors: {cpu: {compute: {conv: ¶0 GFLOP/s}}}}"),
        ["compute.conv", "out of range", "more than 0"], READING),
    "joules of a link between servers": (
        scenario(edge="{server: t4, link: {uplink: 1 Gbit/s, downlink: 1 Gbit/s, rtt: 1 ms, radio: ¶{transmit: "
                 "{slope: 0 mW/Mbps, base: 1 W}, receive: {slope: 0 mW/Mbps, base: 0 W}}}}"),
        ["edge.link.radio", "leave it out"], READING),
    "a device that draws less when it works": (
        scenario(device="{kind: raspberry_pi_4, processors: {cpu: {power: {active: ¶1 W}}}}"),
        ["power.active", "less than the board draws when idle"], READING),
    "a battery without a capacity": (scenario(battery="¶{usable: 90 %}"), ["battery", "missing key 'capacity'"], READING),
    "a battery of nothing": (scenario(battery="{capacity: ¶0 Wh}"), ["battery.capacity", "more than 0"], READING),
    "an unsorted harvest": (
        scenario(battery="{capacity: 1 Wh, harvest: {steps: [{from: 0 s, power: 1 W}, ¶{from: 0 s, power: 2 W}]}}"),
        ["harvest", "no later than the one before"], READING),
    "a lifetime without a battery": (
        scenario(constraints="{lifetime: ¶4 h}", workload="{arrivals: periodic, rate: 1 /s, requests: 4}"),
        ["constraints.lifetime", "no `battery:`"], READING),
    "a lifetime without a rate": (scenario(constraints="{lifetime: ¶4 h}", battery="{capacity: 1 Wh}"),
                                  ["constraints.lifetime", "needs a workload with a rate"], READING),
    "networks beside that do not fit": (scenario(beside="¶{networks: [vgg16]}"), ["beside", "more than"], READING),
    "groups and a number of devices": (
        scenario(fleet="{devices: ¶2, groups: [{name: a, devices: 1}]}"), ["fleet.devices", "groups"], READING),
    # --- values
    "wrong unit": (scenario(link="{kind: lte_2012, downlink: ¶5 MB}"),
                   ["link.downlink", "'5 MB' is a size", "bandwidth such as '5.85 Mbit/s'"], READING),
    "missing unit": (scenario(link="{kind: lte_2012, rtt: ¶20}"),
                     ["link.rtt", "'20' has no unit", "time such as '20 ms'"], READING),
    "unknown unit": (scenario(link="{kind: lte_2012, downlink: ¶5 Mb/s}"),
                     ["link.downlink", "unknown unit 'Mb/s'", "'5.85 Mbit/s'"], READING),
    "millibits for megabits": (scenario(link="{kind: lte_2012, downlink: ¶5 mbit/s}"),
                               ["link.downlink", "mbit/s", "'5.85 Mbit/s'"], READING),
    "a bad value that the sweep replaces": (scenario(link="{kind: lte_2012, uplink: ¶5 MB}"),
                                            ["link.uplink", "'5 MB' is a size"], READING),
    "no number": (scenario(link="{kind: lte_2012, rtt: ¶fast}"), ["link.rtt", "fast"], READING),
    "not a number": (scenario(link="{kind: lte_2012, rtt: ¶nan s}"), ["link.rtt", "nan s"], READING),
    "infinite": (scenario(input="{encoding: jpeg, size: ¶inf B}"), ["input.size", "inf B"], READING),
    "out of range: zero": (scenario(link="{kind: lte_2012, downlink: ¶0 Mbit/s}"),
                           ["link.downlink", "out of range", "at least 1 bit/s"], READING),
    "out of range: negative": (scenario(link="{kind: lte_2012, rtt: ¶-1 ms}"),
                               ["link.rtt", "out of range", "at least 0"], READING),
    "out of range: too few": (scenario(replications="¶0"), ["replications", "at least 1"], READING),
    "out of range: too much noise": (scenario(truth="{layer_noise: ¶300 %}"),
                                     ["truth.layer_noise", "at most 2"], READING),
    "out of range: a negative seed": (scenario(seed="¶-1"), ["seed", "at least 0"], READING),
    "out of range: more hosts than an integer holds": (scenario(cloud="{kind: c5_4xlarge, hosts: ¶4294967297}"),
                                                       ["cloud.hosts", "out of range"], READING),
    "not a whole number": (scenario(workload="{arrivals: one_at_a_time, requests: ¶2.5}"),
                           ["workload.requests", "whole number"], READING),
    "a list where a value belongs": (scenario(network="¶[alexnet]"), ["network"], READING),
    "a value where a map belongs": (scenario(input="¶jpeg"), ["input", "map"], READING),
    "a map where a list belongs": (scenario(partitioners="¶{kind: oracle}", compare=None),
                                   ["partitioners", "list"], READING),
    "a size for a raw input": (scenario(input="{encoding: raw, size: ¶150 kB}"), ["input.size", "602.1 kB"], READING),
    "a rate for requests one at a time": (scenario(workload="{arrivals: one_at_a_time, rate: ¶1 /s, requests: 4}"),
                                          ["workload.rate", "poisson"], READING),
    "a switch-off that ends before it begins": (scenario(device_off="[¶{from: 5 s, until: 2 s}]"),
                                                ["device_off[0]"], READING),
    "a value of two lines": (scenario(network='¶"alex\\nnet"'), ["network", "alex"], READING),
    # --- names
    "unknown network": (scenario(network="¶alexnett"),
                        ["network", "no network 'alexnett'", "did you mean 'alexnet'?"], READING),
    "unknown device": (scenario(device="¶raspberry_pi_3b"), ["device", "did you mean 'raspberry_pi_"], READING),
    "unknown cloud": (scenario(cloud="¶v10"), ["cloud", "did you mean 'v100'?"], READING),
    "unknown link": (scenario(link="{kind: ¶lte_2013}"), ["link", "did you mean 'lte_2012'?"], READING),
    "unknown processor": (scenario(processors="[¶gpu]"),
                          ["processors[0]", "no processor 'gpu'", "known: cpu"], READING),
    "unknown word": (scenario(objective="¶latncy"), ["objective", "did you mean 'latency'?"], READING),
    "missing file of a network": (scenario(network="¶nets/mine.yaml"),
                                  ["network", "no such file", "nets/mine.yaml"], READING),
    "missing file of a link": (scenario(link="{kind: ¶mine.yaml, rtt: 1 ms}"),
                               ["link", "no such file", "mine.yaml"], READING),
    # --- partitioners
    "unknown partitioner": (scenario(partitioners="[oracle, ¶neurosurgon]", compare=None),
                            ["partitioners[1]", "no partitioner 'neurosurgon'", "known: device_only"], READING),
    "mistyped partitioner": (scenario(partitioners="[{kind: ¶orcale}]", compare=None),
                             ["partitioners[0].kind", "did you mean 'oracle'?"], READING),
    "two partitioners of one name": (scenario(partitioners="[oracle, ¶oracle]", compare=None),
                                     ["partitioners[1]", "'oracle'", "name"], READING),
    "unknown option of a partitioner": (partitioners("kind: oracle, ¶rule: R1"),
                                        ["partitioners[1]", "'rule'"], READING),
    "bad option of a partitioner": (partitioners("kind: resource_aware, rule: ¶R9"),
                                    ["partitioners[1].rule", "no choice 'R9'", "R1, R2, R3"], READING),
    "missing option of a partitioner": (scenario(partitioners="[¶{kind: resource_aware}]", compare=None),
                                        ["partitioners[0]", "missing key 'rule'"], READING),
    "cut after an unknown layer": (partitioners("kind: fixed, after: ¶pool9"),
                                   ["partitioners[1].after", "no layer 'pool9'"], READING),
    "bandwidth alone and no budget": (partitioners("kind: resource_aware, rule: R1, scarce: ¶[bandwidth]"),
                                      ["partitioners[1].scarce", "budgets"], READING),
    "scarcity that cannot be derived": (scenario(partitioners="[¶{kind: resource_aware, rule: R1}]", compare=None),
                                        ["partitioners[0]", "deadline", "scarce"], READING),
    "a budget that is no ratio": (partitioners("kind: resource_aware, rule: R3, budgets: {compute: ¶half}"),
                                  ["partitioners[1].budgets.compute", "'50 %'"], READING),
    "a benchmark at an unknown setting": (partitioners("kind: offline_benchmark, benchmarked_at: {link.uplnk: 5 Mbit/s}"),
                                          ["uplnk", "did you mean 'uplink'?"], READING),
    "a benchmark at a setting of nothing": (partitioners("kind: offline_benchmark, benchmarked_at: {¶lnk.uplink: 5 Mbit/s}"),
                                            ["partitioners[1].benchmarked_at", "lnk"], READING),
    "decided once without a benchmark": (partitioners("kind: offline_benchmark, decide: ¶once"),
                                         ["partitioners[1].decide", "benchmarked_at"], READING),
    "comparison with an unknown baseline": (scenario(compare="{baseline: ¶ofline}"),
                                            ["compare.baseline", "did you mean 'offline'?"], READING),
    "comparison also with an unknown one": (scenario(compare="{baseline: offline, also: [¶orcle]}"),
                                            ["compare.also[0]", "did you mean 'oracle'?"], READING),
    # --- sweeps
    "sweep of an unknown key": (scenario(sweep="{¶link.uplnk: [1 Mbit/s, 2 Mbit/s]}"),
                                ["uplnk", "did you mean 'uplink'?"], SWEEPING),
    "sweep of an unknown part": (scenario(sweep="{¶lnk.uplink: [1 Mbit/s, 2 Mbit/s]}"),
                                 ["lnk", "did you mean 'link'?"], SWEEPING),
    "sweep of an unknown partitioner": (scenario(sweep="{¶partitioners.ofline.name: [a, b]}"), ["ofline"], SWEEPING),
    "sweep to a bad value": (scenario(sweep="{link.uplink: [1 Mbit/s, ¶20 MB]}"),
                             ["link.uplink", "is a size"], SWEEPING),
    "sweep without points": (scenario(sweep="{link.uplink: ¶{linspace: [1 Mbit/s, 5 Mbit/s]}}"),
                             ["sweep.link.uplink", "missing key 'points'"], SWEEPING),
    "sweep of one point": (scenario(sweep="{link.uplink: {linspace: [1 Mbit/s, 5 Mbit/s], points: ¶1}}"),
                           ["points", "at least 2"], SWEEPING),
    "sweep downwards": (scenario(sweep="{link.uplink: {linspace: ¶[5 Mbit/s, 1 Mbit/s], points: 3}}"),
                        ["linspace", "below"], SWEEPING),
    "sweep of two units": (scenario(sweep="{link.uplink: {linspace: ¶[5 kB, 1 Mbit/s], points: 3}}"),
                           ["'kB' and 'Mbit/s'", "same kind"], SWEEPING),
    "labels for fewer values": (scenario(sweep="{link.uplink: {values: [1 Mbit/s, 2 Mbit/s], labels: ¶[slow]}}"),
                                ["sweep.link.uplink.labels", "1 labels for 2 values"], SWEEPING),
    "a bad value in a swept map": (scenario(sweep="{link: [lte_2012, {kind: wifi_2012, rtt: ¶5}]}"),
                                   ["link.rtt", "no unit"], SWEEPING),
    "an axis that undoes another": (scenario(sweep="{link.rtt: [1 ms, 2 ms], link: ¶[lte_2012, wifi_2012]}"),
                                    ["link would undo link.rtt"], SWEEPING),
    "logarithmic sweep from zero": (scenario(sweep="{link.uplink: {logspace: ¶[0 Mbit/s, 1 Mbit/s], points: 3}}"),
                                    ["above zero"], SWEEPING),
    "sweep of nothing": (scenario(sweep="{link.uplink: ¶[]}"), ["sweep.link.uplink", "at least one"], SWEEPING),
    "sweep that is a list": (scenario(sweep="¶[link.uplink]"), ["sweep", "map"], SWEEPING),
    "sweep over an empty key": (scenario(sweep='{¶"": [1, 2]}'), ["sweep"], SWEEPING),
    # --- YAML
    "not YAML": (scenario(link="{kind: lte_2012") + "", ["not valid YAML"], READING),
    "a tab": (scenario() + "truth:\n¶\tlayer_noise: 0.1\n", ["not valid YAML", "tab"], READING),
    "an empty file": ("¶", ["empty"], READING),
    "only a remark": ("¶# nothing here\n", ["empty"], READING),
    "two documents": (scenario() + "---\n¶a: 1\n", ["second", "document"], READING),
    "no map": ("¶just a sentence\n", ["map"], READING),
    "a list": ("¶- a\n- b\n", ["map"], READING),
    "an unknown alias": (scenario(seed="¶*nobody"), ["not valid YAML"], READING),
}

WAYS_TO_WRITE = {  # what a newcomer writes in `link: {kind: lte_2012, ...}`: what the message offers
    "uplink: ¶5 MBps": "did you mean '5 MB/s'?",
    "uplink: ¶5 MBPS": "did you mean '5 MB/s'?",
    "uplink: ¶5 Mbits/s": "did you mean '5 Mbit/s'?",
    "uplink: ¶5 mbps": "did you mean '5 Mbit/s'?",
    "uplink: ¶500 Kbps": "did you mean '500 kbit/s'?",
    "uplink: ¶500 KB/s": "did you mean '500 kB/s'?",
    "uplink: ¶1 gbit/s": "did you mean '1 Gbit/s'?",
    "uplink: ¶5 megabits/sec": "did you mean '5 Mbit/s'?",
    "uplink: ¶5 Mbit": "did you mean '5 Mbit/s'?",
    "uplink: ¶5 MB": "did you mean '5 MB/s'?",
    "uplink: ¶5 Mb/s": "bits are written bit",
    "uplink: ¶'5,85 Mbit/s'": "did you mean '5.85 Mbit/s'?",
    "uplink: ¶'5,850 kbit/s'": "thousands without a mark",
    "uplink: ¶1 000 kbit/s": "did you mean '1000 kbit/s'?",
    "uplink: ¶\"1'000 kbit/s\"": "did you mean '1000 kbit/s'?",
    "uplink: ¶1_000 kbit/s": "did you mean '1000 kbit/s'?",
    "rtt: ¶20 msec": "did you mean '20 ms'?",
    "rtt: ¶20 milliseconds": "did you mean '20 ms'?",
    "rtt: ¶20 MS": "did you mean '20 ms'?",
    "rtt: ¶1 second": "did you mean '1 s'?",
    "rtt: ¶20 %": "is a share",
    "bandwidth: ¶5 Mbit/s": "`uplink:` and `downlink:`",
    "¶latency: 20 ms": "did you mean 'rtt'?",
    "¶Uplink: 5 Mbit/s": "did you mean 'uplink'?",
    "¶upload: 5 Mbit/s": "did you mean 'uplink'?",
    "¶ping: 20 ms": "did you mean 'rtt'?",
    "¶rtt:20 ms": "a blank belongs behind the colon: 'rtt: 20 ms'?",
}

WRONG_PLACES = {  # a line more in the scenario: what the message offers
    "¶uplink: 5 Mbit/s": "did you mean 'link.uplink', the key 'uplink' in the map 'link'?",
    "¶bandwidth: 5 Mbit/s": "did you mean 'link.uplink'",
    "¶latency: 20 ms": "did you mean 'link.rtt'",
    "¶Latency: 20 ms": "did you mean 'link.rtt'",
    "¶rate: 5 /s": "did you mean 'workload.rate'",
    "¶requests: 5": "did you mean 'workload.requests'",
    "¶deadline: 1 s": "did you mean 'constraints.deadline'",
    "¶devices: 5": "did you mean 'fleet.devices'",
    "¶hosts: 2": "did you mean 'cloud.hosts'",
    "¶methods: [oracle]": "did you mean 'partitioners'?",
    "¶runs: 5": "did you mean 'replications'?",
    "battery: {capacity: ¶3000 mAh}": "at 3.7 V '3000 mAh' are '11.1 Wh'",
    "battery: {capacity: ¶3 Ah}": "at 3.7 V '3 Ah' are '11.1 Wh'",
    "cold_start: ¶yes": "did you mean true?",
    "cold_start: ¶True": "did you mean true?",
    "cold_start: ¶off": "did you mean false?",
    "truth: ¶[{layer_noise: 10 %}]": "leave out the dash",
    "truth: ¶layer_noise:10 %": "a blank belongs behind each colon",
    "objective: ¶Latency": "did you mean 'latency'?",
    "processors: ¶cpu": "",
}

OTHER_SPELLINGS = {  # a key of the scenario and its value: what the message offers
    "input": ("{encoding: jpeg, size: ¶150 KB}", "did you mean '150 kB'?"),
    "result": ("{size: ¶4 kilobytes}", "did you mean '4 kB'?"),
    "network": ("¶AlexNet", "did you mean 'alexnet'?"),
    "device": ("¶raspberry-pi-4", "did you mean 'raspberry_pi_4'?"),
    "link": ("¶wifi", "did you mean 'wifi_2012'?"),
    "cloud": ("¶V100", "did you mean 'v100'?"),
    "workload": ("{arrivals: poisson, rate: ¶20 fps, requests: 4}", "did you mean '20 /s'?"),
    "constraints": ("{deadline: ¶100}", "has no unit"),
    "partitioners": ("¶oracle", "must be a list"),
}

SEVERAL = """network: alexnett
device: raspberry_pi_4
cloud: c5_4xlarge
uplink: 5 Mbit/s
link: {kind: lte_2012, uplink: 5 MBps, rtt: 20}
input: {encoding: jpeg, size: 150 KB, sise: 1 B}
result: {size: 4 kB}
workload: {arrivals: possion, rate: 5, requests: 4}
battery: {capacity: 3000 mAh}
partitioners: [orcale, {kind: resource_aware, rule: R9}]
"""

# The mark stands in another file than the scenario: (scenario, file, its text, what the line must hold)
OTHER_FILES = {
    "cycle in a network": (
        scenario(network="net.yaml"), "net",
        NETWORK.replace("inputs: [in]", "inputs: [in, c]").replace("  - {name: a", "  - ¶{name: a") +
        "  - {name: b, kind: activation, shape: [1], output: 4 B, inputs: [a]}\n"
        "  - {name: c, kind: activation, shape: [1], output: 4 B, inputs: [b]}\n", ["layers[1]", "cycle", "'a'"]),
    "two layers of one name": (
        scenario(network="net.yaml"), "net",
        NETWORK + "  - ¶{name: a, kind: activation, shape: [1], output: 4 B, inputs: [a]}\n", ["layers[2]", "'a'"]),
    "layer that reads an unknown one": (
        scenario(network="net.yaml"), "net", NETWORK.replace("[in]", "[¶inn]"),
        ["layers[1].inputs[0]", "no layer 'inn'", "did you mean 'in'?"]),
    "network without layers": (
        scenario(network="net.yaml"), "net", "name: net\nsource: test\nlayers: ¶[]\n", ["layers", "at least one"]),
    "network without a source": (
        scenario(network="net.yaml"), "net", "¶" + NETWORK.replace("source: test\n", ""), ["missing key 'source'"]),
    "platform figure without a source": (
        scenario(link="mine.yaml"), "mine", LINK.replace("rtt: {value: 20 ms, source: test}", "rtt: ¶20 ms"),
        ["link.rtt", "no source", "source: assumption"]),
    "platform figure of the wrong unit": (
        scenario(link="mine.yaml"), "mine", LINK.replace("20 ms", "¶20 MB"), ["link.rtt", "is a size"]),
    "unknown key in a platform file": (
        scenario(link="mine.yaml"), "mine", LINK.replace("rtt:", "¶jitter: 1 ms\nrtt:"), ["link", "'jitter'"]),
    "duplicate key in a platform file": (
        scenario(link="mine.yaml"), "mine", LINK + "¶name: again\n", ["name", "duplicate"]),
    "platform file that is not YAML": (
        scenario(link="mine.yaml"), "mine", LINK + "¶}\n", ["not valid YAML"]),
    "device that draws less when it computes": (
        scenario(device="mine.yaml"), "mine",
        (SOURCE / "platforms/devices/raspberry_pi_4.yaml").read_text().replace("value: 6.8 W", "value: ¶1 W"),
        ["device.processors.cpu.power.active", "2.7 W"]),
}


class BadInput(unittest.TestCase):
    def one_line(self, result, wanted):
        """What every mistake of the user's looks like."""
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.endswith("\n"))
        for part in wanted:
            self.assertIn(part, result.stderr)

    def nothing_happened(self, folder, files):
        self.assertEqual(sorted(p.name for p in folder.path.iterdir()), sorted(files))

    def refuse(self, files, at_file, position, wanted, commands):
        with Folder(**files) as folder:
            for command in commands:
                with self.subTest(command=command):
                    result = folder.run(command, "s.yaml")
                    self.one_line(result, wanted)
                    if position is not None:
                        start = f"{at_file}.yaml:{position[0]}:{position[1]}: "
                        self.assertEqual(result.stderr[:len(start)], start, result.stderr)
                    else:
                        self.assertRegex(result.stderr, rf"^{at_file}\.yaml:\d+:\d+: ")
                    self.nothing_happened(folder, [f"{name}.yaml" for name in files])

    # --- what newcomers write

    def offers(self, text, hint):
        text, (line, column) = unmark(text)
        with Folder(s=text) as folder:
            result = folder.run("check", "s.yaml")
            self.one_line(result, [f"s.yaml:{line}:{column}: ", hint])

    def test_ways_to_write_a_figure(self):
        for text, hint in WAYS_TO_WRITE.items():
            with self.subTest(text=text):
                self.offers(scenario(link="{kind: lte_2012, " + text + "}", sweep=None), hint)

    def test_keys_and_words_in_wrong_places(self):
        for text, hint in WRONG_PLACES.items():
            with self.subTest(text=text):
                self.offers(scenario() + text + "\n", hint)

    def test_other_spellings(self):
        for key, (text, hint) in OTHER_SPELLINGS.items():
            with self.subTest(key=key, text=text):
                self.offers(scenario(**{"sweep": None, "compare": None, key: text}), hint)

    def test_a_decimal_comma_in_a_map_is_two_keys(self):
        with Folder(s=scenario(link="{kind: lte_2012, rtt: 20,85 ms}")) as folder:
            lines = folder.run("check", "s.yaml").stderr.splitlines()
            self.assertEqual(len(lines), 2, lines)
            self.assertIn("link.rtt: '20' has no unit", lines[0])
            self.assertIn("link: no key '85 ms' (a comma ends the value before it; decimals are written with a point", lines[1])

    # --- several mistakes

    def test_all_mistakes_of_a_file_are_said_at_once(self):
        expected = ["s.yaml:1:10: network: no network 'alexnett'", "s.yaml:4:1: no key 'uplink' (did you mean 'link.uplink'",
                    "s.yaml:5:32: link.uplink: '5 MBps'", "s.yaml:5:45: link.rtt: '20' has no unit",
                    "s.yaml:6:31: input.size: '150 KB'", "s.yaml:6:39: input: no key 'sise'",
                    "s.yaml:8:22: workload.arrivals: no choice 'possion'", "s.yaml:8:37: workload.rate: '5' has no unit",
                    "s.yaml:9:21: battery.capacity: '3000 mAh' is a charge",
                    "s.yaml:10:16: partitioners[0].kind: no partitioner 'orcale'",
                    "s.yaml:10:53: partitioners[1].rule: no choice 'R9'"]
        for command in READING:
            with Folder(s=SEVERAL) as folder, self.subTest(command=command):
                result = folder.run(command, "s.yaml")
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                lines = result.stderr.splitlines()
                self.assertEqual([line[:len(start)] for line, start in zip(lines, expected)], expected)
                self.assertEqual(len(lines), len(expected), result.stderr)

    def test_unknown_keys_are_said_before_missing_ones(self):
        text = "netwrok: alexnet\nfoo: 1\ndevice: raspberry_pi_4\nlink: lte_2012\n"
        with Folder(s=text) as folder:
            result = folder.run("check", "s.yaml")
            said = [line.split(": ", 1)[1].split(" (")[0] for line in result.stderr.splitlines()]
            # `network` is not missing: it is misspelt.
            self.assertEqual(said, ["no key 'netwrok'", "no key 'foo'"] +
                             [f"missing key '{key}'" for key in ("cloud", "workload", "input", "result", "partitioners")])

    def test_what_follows_from_a_mistake_is_not_said(self):
        # The layers are those of the network that is not known; the figures do not go together when one of them is unknown.
        cases = {
            scenario(network="mynet", partitioners="[{kind: fixed, after: pool9}]", compare=None): ["no network 'mynet'"],
            scenario(device="{kind: raspberry_pi_4, power: {idle: 9 Watz}}"): ["'9 Watz' has an unknown unit"],
            scenario(workload="{arrivals: xxxxxxxxx, rate: 5 /s, requests: 4}"): ["no choice 'xxxxxxxxx'"],
            scenario(workload="{arrivals: xxxxxxxxx, rate: 5, requests: four}"): ["no choice 'xxxxxxxxx'", "'four' is not a number"],
        }
        for text, parts in cases.items():
            with Folder(s=text) as folder, self.subTest(parts=parts):
                lines = folder.run("check", "s.yaml").stderr.splitlines()
                self.assertEqual(len(lines), len(parts), lines)
                for line, part in zip(lines, parts):
                    self.assertIn(part, line)

    def test_mistakes_of_several_files_stand_by_file(self):
        files = {"s": scenario(network="net.yaml", link="mine.yaml", input="{encoding: jpeg, size: 150}", sweep=None),
                 "net": NETWORK.replace("kind: conv", "kind: cnov").replace("[in]", "[inn]"),
                 "mine": LINK.replace("20 ms", "20").replace("5 Mbit/s", "5 Mbps/s") + "jitter: 1 ms\nname: again\n"}
        with Folder(**files) as folder:
            lines = folder.run("check", "s.yaml").stderr.splitlines()
            for start in ("net.yaml:5:", "mine.yaml:2:", "mine.yaml:3:", "mine.yaml:4:", "mine.yaml:8:1: link: no key 'jitter'",
                          "mine.yaml:9:1: name: duplicate key", "s.yaml:6:31: input.size: '150' has no unit"):
                self.assertTrue(any(line.startswith(start) for line in lines), (start, lines))
            files_in_order = [name for i, name in enumerate(line.split(":")[0] for line in lines)
                              if i == 0 or lines[i - 1].split(":")[0] != name]
            self.assertEqual(sorted(set(files_in_order)), sorted(files_in_order))  # each file's lines stand together

    def test_all_mistakes_of_a_described_file_are_said_at_once(self):
        text = (SOURCE / "platforms/devices/raspberry_pi_4.yaml").read_text()
        text = text.replace("size: {value: 4 GB", "size: {value: 4 Gb").replace("value: 8 GB", "value: 8").replace("slots: 1", "slotz: 1")
        with Folder(mine=text) as folder:
            lines = folder.run("describe", "device", "mine.yaml").stderr.splitlines()
            self.assertEqual(len(lines), 3, lines)
            for line, part in zip(lines, ("unknown unit 'Gb'", "'8' has no unit", "no key 'slotz'")):
                self.assertIn(part, line)

    def test_stores_that_are_not_there(self):
        with Folder(s=scenario()) as folder:
            (folder.path / "empty").mkdir()
            for name, part in (("none.sqlite", "no such store; `edgecut sweep"), ("empty", "is a folder without a store; `edgecut sweep")):
                self.one_line(folder.run("export", name), [name, part])

    # --- settings and the command line

    def test_bad_settings(self):
        cases = {
            "link.uplnk=5 Mbit/s": ["--set", "uplnk", "did you mean 'uplink'?"],
            "link.rtt=5": ["--set", "link.rtt", "no unit"],
            "network=alexnett": ["--set", "network", "did you mean 'alexnet'?"],
            "partitioners.stale.rule=R1": ["--set", "partitioners", "stale"],
            "partitioners[7].name=x": ["--set", "partitioners", "7"],
            "link.uplink": ["--set", "PATH=VALUE"],
            "=5": ["--set", "PATH=VALUE"],
            "": ["--set", "PATH=VALUE"],
            ".=5": ["--set", "path of a key"],
            "[]=5": ["--set", "path of a key"],
            "partitioners=[orcle, {kind: offline_benchmark, name: offline}]": ["--set:1:2", "partitioners[0]", "did you mean 'oracle'?"],
            "partitioners=[oracle": ["--set partitioners:1:", "not valid YAML"],
            "link={kind: lte_2012, uplnk: 5 Mbit/s}": ["--set:1:18", "did you mean 'uplink'?"],
        }
        for setting, wanted in cases.items():
            for command in READING:
                with self.subTest(setting=setting, command=command):
                    with Folder(s=scenario()) as folder:
                        self.one_line(folder.run(command, "s.yaml", "--set", setting), wanted)
                        self.nothing_happened(folder, ["s.yaml"])

    def test_missing_scenario(self):
        with Folder() as folder:
            for command in READING:
                with self.subTest(command=command):
                    result = folder.run(command, "gone.yaml")
                    self.one_line(result, ["gone.yaml: no such file"])
                    self.nothing_happened(folder, [])

    def test_scenario_that_is_a_folder(self):
        with Folder() as folder:
            (folder.path / "d.yaml").mkdir()
            self.one_line(folder.run("run", "d.yaml"), ["d.yaml: is a folder, not a file"])

    def test_command_line(self):
        cases = {
            ("frobnicate",): ["frobnicate"],
            (): ["subcommand"],
            ("run",): ["scenario"],
            ("run", "s.yaml", "--fast"): ["--fast"],
            ("run", "s.yaml", "--format", "xml"): ["--format", "xml", "csv", "json"],
            ("run", "s.yaml", "--jobs", "0"): ["--jobs"],
            ("run", "s.yaml", "--jobs", "many"): ["--jobs", "many"],
            ("run", "s.yaml", "t.yaml"): ["t.yaml"],
            ("run", "s.yaml", "--set"): ["--set"],
            ("list", "cats"): ["cats", "networks", "devices", "partitioners", "metrics"],
            ("list",): ["what"],
        }
        with Folder(s=scenario()) as folder:
            for arguments, wanted in cases.items():
                with self.subTest(arguments=arguments):
                    result = folder.run(*arguments)
                    self.assertEqual(result.returncode, 2, result.stderr)
                    self.assertEqual(result.stdout, "")
                    for part in wanted:
                        self.assertIn(part, result.stderr)
                    self.assertIn("--help", result.stderr)
                    self.nothing_happened(folder, ["s.yaml"])

    def test_home_that_is_none(self):
        with Folder(s=scenario()) as folder:
            self.one_line(folder.run("run", "s.yaml", env={"EDGECUT_HOME": "/nonexistent"}), ["/nonexistent", "EDGECUT_HOME"])

    def test_results_that_cannot_be_written(self):
        with Folder(s=scenario()) as folder:
            (folder.path / "taken").write_text("a file")
            result = folder.run("sweep", "s.yaml", "-o", "taken/results", "--jobs", "1")
            self.one_line(result, ["taken"])  # said before anything runs, so no progress either

    def test_the_base_scenario_is_fine(self):
        with Folder(s=scenario()) as folder:
            for command in READING:
                result = folder.run(command, "s.yaml")
                self.assertEqual(result.returncode, 0, result.stderr)


def add(name, text, commands, wanted, at_file, others):
    def test(self):
        files = {"s": text, **others}
        files[at_file], position = unmark(files[at_file])
        self.refuse(files, at_file, position, wanted, commands)
    setattr(BadInput, "test_" + "".join(c if c.isalnum() else "_" for c in name), test)


for case_name, (case_text, case_wanted, case_commands) in CASES.items():
    add(case_name, case_text, case_commands, case_wanted, "s", {})
for case_name, (case_text, case_file, case_other, case_wanted) in OTHER_FILES.items():
    add(case_name, case_text, READING, case_wanted, case_file, {case_file: case_other})

if __name__ == "__main__":
    assert BASE
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
