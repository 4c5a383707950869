"""Random scenarios in which features are mixed: servers, links, radios, batteries, heat, fleets, classes, loads.

Every number comes from one seed. Figures are odd, so that no two things happen at one instant by chance: where they do,
which of them comes first is not what the two kernels have to agree on.
"""
import dataclasses
import pathlib
import random
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "tests" / "golden" / "networks"
DEVICES = ("raspberry_pi_zero_2w", "raspberry_pi_3b_plus", "raspberry_pi_4", "raspberry_pi_4_bare", "jetson_nano")
LINKS = ("wifi_2012", "lte_2012", "umts_2012", "ethernet", "nr_low_band_2021", "wifi_2012_psm", "lte_2012_rrc",
         "umts_2012_rrc")
TWO_TIERS = ("device_only", "cloud_only", "{kind: fixed, after: MIDDLE}", "offline_benchmark", "min_cut", "qdmp",
             "dads_heavy", "{kind: offline_benchmark, name: estimating, bandwidth: estimate}",
             "{kind: min_cut, name: loaded, server_load: exact}")
THREE_TIERS = ("device_only", "cloud_only", "{kind: fixed, after: MIDDLE}", "scission", "min_cut", "offline_benchmark",
               "{kind: scission, name: estimating, bandwidth: estimate}",
               "{kind: scission, name: forced, require: [edge]}", "{kind: min_cut, name: loaded, server_load: exact}")
MIDDLE = {"chain": "pool1", "fork": "stem"}  # leaving has exits, which other methods plan


@dataclasses.dataclass
class Scenario:
    """A scenario's text, and what a check has to know of it."""

    seed: int
    text: str
    idle: list            # W that each device draws while it does nothing
    requests: int         # of a run
    tail: list            # J that each device's radios draw at most after the last request
    has_cells: bool       # a tree of them, which only the reference kernel plays
    is_still: bool        # nothing but requests happens: no loads, outages, off periods, heat or others
    objective: str
    counts_queues: bool   # all who wait are requests of which events tell
    battery: float        # J that each device's battery holds at first and is not filled with; 0: none, or they differ
    deadline: float       # s, of all requests; 0: none, or they differ
    is_alone: bool        # one request of one device


def figure(text, key):
    """Of a platform file: the number of `key: {value: NUMBER UNIT`."""
    found = re.search(key + r'"?: \{value: ([\d.e+-]+) (m?)W', text)
    return float(found[1]) * (1e-3 if found[2] else 1.0)


def idle_of(device):
    return figure((ROOT / "platforms" / "devices" / f"{device}.yaml").read_text(), "idle")


def tail_of(link):
    """Joules of a whole tail of a shipped link."""
    text = (ROOT / "platforms" / "links" / f"{link}.yaml").read_text()
    found = re.search(r"tail: \{time: ([\d.]+) (m?)s, power: ([\d.]+) (m?)W", text)
    if found is None:
        return 0.0
    time, milli, power, milliwatt = found.groups()
    return float(time) * (1e-3 if milli else 1.0) * float(power) * (1e-3 if milliwatt else 1.0)


class Draw:
    """One scenario."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        self.still = True
        self.counts_queues = True
        self.has_cells = False
        self.needs_deadline = False
        self.battery = 0.0

    def chance(self, share):
        return self.random.random() < share

    def some(self, low, high):
        """A number between, evenly in its logarithm."""
        return low * (high / low) ** self.random.random()

    def moves(self):
        self.still = False
        return True

    # ---- parts ----

    def course(self, low, high, unit):
        """Of a bandwidth or a share."""
        self.moves()
        value = lambda: f"{self.random.uniform(low, high):.4f} {unit}"  # noqa: E731
        kind = self.random.randrange(3)
        if kind == 0:
            times = sorted(self.random.uniform(0.1, 6) for _ in range(self.random.randint(1, 3)))
            return "{steps: [" + ", ".join(f"{{from: {t:.6f} s, value: {value()}}}" for t in times) + "]}"
        if kind == 1:
            return (f"{{markov: {{states: [{value()}, {value()}], dwell: [{self.some(0.2, 3):.4f} s, "
                    f"{self.some(0.2, 3):.4f} s]}}}}")
        return (f"{{gauss_markov: {{mean: {value()}, deviation: {(high - low) / 5:.4f} {unit}, memory: 70 %, "
                f"every: {self.some(0.2, 1):.4f} s, least: {low} {unit}, most: {high} {unit}}}}}")

    def link(self, names=LINKS):
        """(text, whole tail in joules)."""
        name = self.random.choice(names)
        keys = [f"kind: {name}"]
        if self.chance(0.7):
            keys.append(f"uplink: {self.some(1, 60):.4f} Mbit/s")
        if self.chance(0.5):
            keys.append(f"downlink: {self.some(1, 90):.4f} Mbit/s")
        if self.chance(0.5):
            keys.append(f"rtt: {self.some(1, 90):.4f} ms")
        if self.chance(0.15):
            keys.append(f"loss: {self.some(0.5, 20):.3f} %")
        if self.chance(0.2):
            keys.append(f"bandwidth: {{up: {self.course(1, 30, 'Mbit/s')}}}")
        if self.chance(0.1):
            self.moves()
            start = self.random.uniform(0.1, 4)
            keys.append(f"outages: [{{from: {start:.6f} s, until: {start + self.some(0.05, 0.5):.6f} s}}]")
        return "{" + ", ".join(keys) + "}", tail_of(name)

    def device(self):
        """(text, idle power)."""
        name = self.random.choice(DEVICES)
        keys = [f"kind: {name}"]
        if name != "jetson_nano" and self.chance(0.5):
            parts = [f"slowdown: {self.some(1, 5):.4f}"]
            if self.chance(0.4):
                parts += [f"slots: {self.random.randint(2, 3)}"]
            if self.chance(0.3):
                parts += ["discipline: shared"]
            keys.append("processors: {cpu: {" + ", ".join(parts) + "}}")
        if name == "raspberry_pi_4_bare" and self.chance(0.6):
            self.moves()
            keys.append("thermal: {time_constant: {value: 1.3 s, source: test}, "
                        "resistance: {value: 17 K/W, source: test}}")
        return "{" + ", ".join(keys) + "}", idle_of(name)

    def server(self, kind, processor):
        keys = [f"kind: {kind}", f"processors: {{{processor}: {{slowdown: {self.some(1, 25):.4f}}}}}"]
        if self.chance(0.3):
            keys.append(f"hosts: {self.random.randint(1, 3)}")
        if self.chance(0.55):
            keys.append(f"serving: {self.serving()}")
        return "{" + ", ".join(keys) + "}"

    def serving(self):
        discipline = self.random.choice(("fifo", "priority", "earliest_deadline", "shared", None))
        self.needs_deadline |= discipline == "earliest_deadline"
        keys = [f"discipline: {discipline}"] if discipline else []
        if discipline != "shared" and self.chance(0.4):
            self.moves()
            keys.append(f"batching: {{max_size: {self.random.randint(2, 4)}, max_wait: {self.some(2, 40):.4f} ms, "
                        f"fixed_share: {self.random.randint(20, 80)} %}}")
        if discipline != "shared" and self.chance(0.25):
            self.moves()
            keys.append(f"autoscaling: {{min_hosts: 1, max_hosts: 3, target_utilisation: 60 %, interval: "
                        f"{self.some(0.2, 0.9):.4f} s, start_up: {self.some(0.05, 0.5):.4f} s}}")
        if self.chance(0.3):
            keys.append(f"queue_limit: {self.random.randint(0, 1)}")
        if discipline not in ("shared", "priority") and self.chance(0.3):
            self.moves()
            self.counts_queues = False  # tenants wait, too, and are in no event
            keys.append(f"tenants: {{rate: {self.some(0.5, 4):.4f} /s, work: {{mean: {self.some(5, 50):.4f} ms}}}}")
        return "{" + ", ".join(keys or ["queue_limit: 9"]) + "}"

    def arrivals(self, requests):
        limit = ""
        if self.chance(0.3):
            limit = ", freshest: true" if self.chance(0.3) else f", queue_limit: {self.random.randint(0, 3)}"
        rate = self.some(0.3, 12)
        kind = self.random.randrange(6)
        if kind == 0:
            return f"arrivals: one_at_a_time, requests: {requests}" + limit
        if kind == 1:
            return f"arrivals: periodic, phase: random, rate: {rate:.5f} /s, requests: {requests}" + limit
        if kind == 2:
            return (f"arrivals: bursty, states: [{{rate: {rate / 4:.5f} /s, stay: 2 s}}, {{rate: {rate * 3:.5f} /s, "
                    f"stay: 0.4 s}}], requests: {requests}" + limit)
        if kind == 3:
            think = f", think: {{mean: {self.some(0.05, 1):.4f} s}}" if self.chance(0.6) else ""
            outstanding = self.random.randint(1, 3)
            return f"arrivals: closed_loop, outstanding: {outstanding}{think}, requests: {requests}" + limit
        return f"arrivals: poisson, rate: {rate:.5f} /s, requests: {requests}" + limit

    # ---- the whole ----

    def network(self):
        return self.random.choice(("chain", "fork", "leaving") if self.chance(0.4) else ("chain", "fork"))

    def input(self):
        return self.random.choice(("{encoding: raw}", f"{{encoding: jpeg, size: {self.random.randint(9, 120)} kB}}"))

    def classes(self, network):
        """(text of the workload, requests of one device, its networks)."""
        requests = self.random.randint(3, 16)
        if not self.chance(0.25):
            return "{" + self.arrivals(requests) + "}", requests, {network}
        own, total, networks = [], 0, {network}
        for name in ("a", "b", "c")[:self.random.randint(2, 3)]:
            requests = self.random.randint(2, 8)
            total += requests
            keys = [f"name: {name}", self.arrivals(requests)]
            if self.chance(0.4):
                keys.append(f"priority: {self.random.randint(0, 3)}")
            if self.chance(0.3):
                keys.append(f"deadline: {self.some(0.05, 2):.4f} s")
            if self.chance(0.3):
                other = self.random.choice(("chain", "fork"))
                networks.add(other)
                keys += [f"network: NETWORKS/{other}.yaml", f"input: {self.input()}"]
            own.append("{" + ", ".join(keys) + "}")
        return "{classes: [" + ", ".join(own) + "]}", total, networks

    def fleet(self, lines, device, link):
        """Devices of a run: idle powers, tails."""
        if not self.chance(0.45):
            return [device], [link]
        keys = []
        if self.chance(0.5):
            keys.append(f"backhaul: {{uplink: {self.some(3, 60):.4f} Mbit/s, downlink: {self.some(3, 60):.4f} Mbit/s}}")
        room = lambda: f"uplink: {self.some(3, 40):.4f} Mbit/s, downlink: {self.some(3, 40):.4f} Mbit/s"  # noqa: E731
        if not self.chance(0.5):
            count = self.random.randint(2, 4)
            if self.chance(0.3):
                keys.append("cell: {" + room() + "}")  # of all: a star still
            lines["fleet"] = "{" + ", ".join([f"devices: {count}"] + keys) + "}"
            return [device] * count, [link] * count
        tree = self.chance(0.3)
        if tree:
            self.has_cells = True
            keys.append(f"cells: [{{name: house, {room()}}}, {{name: room, in: house, {room()}}}]")
        idle, tails, groups = [], [], []
        for name in ("x", "y", "z")[:self.random.randint(2, 3)]:
            count = self.random.randint(1, 2)
            own = [f"name: {name}", f"devices: {count}"]
            own_device, own_link = device, link
            if self.chance(0.5):
                text, own_device = self.device()
                own.append(f"device: {text}")
            if self.chance(0.3):
                text, own_link = self.link()
                own.append(f"link: {text}")
            if tree:
                own.append(f"cell: {self.random.choice(('house', 'room'))}")
            if self.chance(0.3):
                own.append(f"weight: {self.some(0.3, 4):.4f}")
            if self.chance(0.2):
                self.moves()
                own.append(f"battery: {{capacity: {self.some(3, 60):.4f} J}}")
            groups.append("{" + ", ".join(own) + "}")
            idle += [own_device] * count
            tails += [own_link] * count
        lines["fleet"] = "{" + ", ".join(keys + ["groups: [" + ", ".join(groups) + "]"]) + "}"
        return idle, tails

    def world(self, lines, edge):
        """What moves, and what dies."""
        if self.chance(0.2):
            self.moves()
            harvest = f", harvest: {self.some(0.1, 1):.4f} W" if self.chance(0.5) else ""
            capacity = round(self.some(3, 80), 4)
            lines["battery"] = f"{{capacity: {capacity} J{harvest}}}"
            if not harvest and "groups" not in lines.get("fleet", ""):
                self.battery = capacity
        if self.chance(0.2):
            self.moves()
            start = self.random.uniform(0.05, 3)
            lines["device_off"] = f"[{{from: {start:.6f} s, until: {start + self.some(0.05, 1):.6f} s}}]"
        loads = []
        if "jetson" not in lines["device"] and "groups" not in lines.get("fleet", "") and self.chance(0.2):
            loads.append(f"device: {{cpu: {self.course(0, 70, '%')}}}")
        if self.chance(0.15):
            loads.append(f"cloud: {self.course(0, 70, '%')}")
        if edge and self.chance(0.3):
            loads.append(f"edge: {self.course(0, 70, '%')}")
        if loads:
            lines["background"] = "{" + ", ".join(loads) + "}"
        if self.chance(0.2):
            self.moves()
            lines["models"] = self.random.choice(("from_server", "from_device"))
        if self.chance(0.15):
            self.moves()
            lines["cold_start"] = "{storage: 40 MB/s}"
        if self.chance(0.3):
            lines["encodings"] = ("[{name: plain, accuracy_drop: 0}, {name: half, ratio: 50 %, encode: 90 MB/s, "
                                  "decode: 700 MB/s, accuracy_drop: 0.4 %}]")

    def scenario(self):
        network = self.network()
        edge = self.chance(0.35)
        device, idle = self.device()
        link, tail = self.link()
        alone = self.chance(0.2)
        workload, requests, networks = self.classes(network)
        if alone:
            workload, requests, networks = "{arrivals: one_at_a_time, requests: 1}", 1, {network}
        objective = self.random.choice(("latency", "latency", "energy"))
        lines = {"network": f"NETWORKS/{network}.yaml", "device": device, "link": link, "input": self.input(),
                 "cloud": self.server("c5_4xlarge", "cpu"), "result": f"{{size: {self.random.randint(0, 60)} kB}}",
                 "workload": workload, "objective": objective, "seed": str(self.seed),
                 "truth": "{layer_noise: 0.2}"}
        direct = 0.0
        if edge:
            text = ""
            if self.chance(0.4):
                own, direct = self.link()
                text = f", direct_link: {own}"
            lines["edge"] = (f"{{server: {self.server('t4', 'gpu')}, link: {{kind: edge_to_cloud, uplink: "
                             f"{self.some(5, 90):.4f} Mbit/s}}{text}}}")
        idles, tails = ([idle], [tail]) if alone else self.fleet(lines, idle, tail)
        self.world(lines, edge)
        deadline = 0.0
        if self.needs_deadline or self.chance(0.2):
            deadline = round(self.some(0.05, 3), 4)
            lines["constraints"] = f"{{deadline: {deadline} s}}"
        methods = THREE_TIERS if edge else TWO_TIERS
        methods = [m for m in methods if "MIDDLE" not in m or networks <= {network} and network in MIDDLE]
        chosen = self.random.sample(methods, 2)
        chosen = [m.replace("MIDDLE", MIDDLE.get(network, "")) for m in chosen]
        lines["partitioners"] = "[" + ", ".join(chosen + ["oracle"]) + "]"
        text = "".join(f"{key}: {value}\n" for key, value in lines.items()).replace("NETWORKS", str(NETWORKS))
        return Scenario(self.seed, text, idles, requests * len(idles), [t + direct for t in tails], self.has_cells,
                        self.still, objective, self.counts_queues and "models" not in lines, self.battery,
                        0.0 if "classes" in workload else deadline, alone)


def draw(seed):
    """The scenario of a seed."""
    return Draw(seed).scenario()


if __name__ == "__main__":
    import sys
    print(draw(int(sys.argv[1])).text, end="")
