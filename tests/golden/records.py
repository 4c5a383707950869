"""What is recorded: our own small scenarios, the shipped ones cut short, problems, and what every command prints."""
import dataclasses
import json
import pathlib
import shutil

import digest
from commands import HERE, ROOT, Failed, results, text
from compare import Columns, Json, Table, Text

REFERENCE, EXPRESS = "reference", "express"
BOTH = (REFERENCE, EXPRESS)
# Of events and of requests: the columns whose sums are kept apart in long logs.
KINDS = {"events": ["partitioner", "replication", "event"],
         "requests": ["partitioner", "replication", "outcome", "reason"]}


@dataclasses.dataclass(frozen=True)
class Record:
    """A folder of documents. `kernels`: those that have to give the same; the first makes the record."""

    name: str
    kernels: tuple = (REFERENCE,)

    def produce(self, session, kernel):
        """Documents by name. Of another kernel than the first there may be fewer of them."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Scenario(Record):
    """A scenario, planned, run with all its logs, and swept. On another kernel it is swept if it has a sweep or
    replications, else run with its logs, which gives the same rows."""

    file: pathlib.Path = None
    settings: tuple = ()  # --set
    shorter: tuple = ()  # texts and what they are replaced by in a copy that is swept, since --set reaches no axis
    texts: bool = False  # what `check` and `plan` print, too
    sources: bool = False  # the sources of all figures, and the data dictionary
    logs: bool = True
    long_names: bool = False  # where layers run is kept in letters, not by name

    def produce(self, session, kernel):
        asked = {"cwd": self.file.parent}
        of_programs = session.fresh("asked")
        if "kind: external" in self.file.read_text():
            asked["env"] = {"GOLDEN_ASKED": str(of_programs)}
        settings = [word for setting in (*self.settings, f"kernel={kernel}") for word in ("--set", setting)]
        if kernel != REFERENCE:
            return self._again(session, settings, asked)
        documents = self._run(session, settings, asked) if self.logs else {}
        documents |= self._plans(session, settings, asked) | self._swept(session, settings, asked)
        if of_programs.exists():
            documents["asked"] = asked_document(of_programs.read_text())
        return documents

    def _again(self, session, settings, asked):
        contents = self.file.read_text()
        if "\nsweep:" in contents or "\nreplications:" in contents:
            documents = self._swept(session, settings, asked)
            return {name: documents[name] for name in documents if name not in ("manifest", "sweep")}
        return self._run(session, settings, asked, "--format", "csv")

    def _run(self, session, settings, asked, *form):
        files = {name: session.fresh(name) for name in ("events", "requests", "trace")}
        words = [word for name, path in files.items() for word in (f"--{name}", path)]
        printed = session.data("run", self.file.name, *settings, "--jobs", "1", *words, *form, **asked)
        documents = {"rows": Columns.of_csv(printed)} if form else {"run": Text(printed)}
        documents |= digest.trace_documents(files.pop("trace").read_text())
        for name, path in files.items():
            documents |= digest.log_documents(name, path.read_text(), KINDS[name])
        return documents

    def _plans(self, session, settings, asked):
        plan = ["plan", self.file.name, *settings]
        value = json.loads(session.data(*plan, "--format", "json", **asked))
        documents = {"plans": Json([short_placement(entry) if self.long_names else entry for entry in value])}
        if self.texts:
            documents["plan"] = text(session, *plan, **asked)
            documents["check"] = text(session, "check", self.file.name, *settings, **asked)
        if self.texts and self.sources:
            documents["assumptions"] = text(session, "check", self.file.name, *settings, "--assumptions", **asked)
        return documents

    def _swept(self, session, settings, asked):
        folder = session.fresh("results")
        scenario = self._shortened(session) if self.shorter else self.file.name
        printed = text(session, "sweep", scenario, *settings, "--jobs", "1", "-o", folder, **asked)
        return {"sweep": printed, **results(folder, session, self.sources)}

    def _shortened(self, session):
        folder = session.fresh("scenario")
        folder.mkdir()
        contents = self.file.read_text()
        for old, new in self.shorter:
            if contents.count(old) != 1:
                raise Failed(f"{self.file.name} does not hold {old!r} once; say in records.py how it is cut short now")
            contents = contents.replace(old, new)
        (folder / self.file.name).write_text(contents)
        return folder / self.file.name


def short_placement(entry):
    """A plan of a long network, its layers' tiers as a word of their first letters."""
    if entry.get("placement"):
        entry["placement"] = "".join(tier[0] for tier in entry["placement"].values())
    return entry


def asked_document(lines):
    """What a program of one's own was asked: each request once, without its number; how often, in their order."""
    different, order = [], []
    for line in lines.splitlines():
        request = json.loads(line)
        number = request.pop("id")
        if request not in different:
            different.append(request)
        order.append(f"{number}: {different.index(request) + 1}")
    return Json({"order": order, "requests": different})


@dataclasses.dataclass(frozen=True)
class Problem(Record):
    file: pathlib.Path = None
    partitioners: tuple = ()  # asked besides all that need no options

    def produce(self, session, kernel):
        plan = ["plan", "--problem", self.file.name]
        asked = [word for partitioner in self.partitioners for word in ("--partitioner", partitioner)]
        in_folder = {"cwd": self.file.parent}
        documents = {"plan": text(session, *plan, **in_folder),
                     "plans": Json(json.loads(session.data(*plan, "--format", "json", **in_folder)))}
        if asked:
            documents["asked"] = Json(json.loads(session.data(*plan, *asked, "--format", "json", **in_folder)))
        return documents


@dataclasses.dataclass(frozen=True)
class Printed(Record):
    """What commands print, each into a text of its own. A command is its words, run in `folder`."""

    commands: tuple = ()  # (name, words)
    folder: pathlib.Path = ROOT

    def produce(self, session, kernel):
        return {name: text(session, *words, cwd=self.folder) for name, words in self.commands}


@dataclasses.dataclass(frozen=True)
class Mistakes(Record):
    """What is said to files with mistakes in them."""

    files: tuple = ()

    def produce(self, session, kernel):
        return {file.stem: Text(session.refused("check", file.name, cwd=file.parent)) for file in self.files}


@dataclasses.dataclass(frozen=True)
class Store(Record):
    """A sweep in two shards, merged and exported in every form; one of its runs played alone."""

    file: pathlib.Path = None

    def produce(self, session, kernel):
        folder, exported = session.fresh("shards"), session.fresh("exported")
        name, here = self.file.name, {"cwd": self.file.parent}
        shards = [session.run("sweep", name, "--shard", f"{i}/2", "--jobs", "1", "-o", folder, **here) for i in (1, 2)]
        merged = text(session, "merge", *sorted(folder.glob("shard-*.sqlite")), "-o", folder)
        store = folder / "sweep.sqlite"
        return {
            "shards": Text("".join(shards)), "merge": merged,
            "export": text(session, "export", store, "--format", "json", "-o", exported),
            "table": text(session, "export", store),
            "json": Json(json.loads(session.data("export", store, "--format", "json"))),
            "csv": Columns.of_csv(session.data("export", store, "--format", "csv")),
            "one_run": text(session, "sweep", name, "--run", "3/offline_benchmark/0", **here),
            **results(exported, session, with_sources=False),
        }


@dataclasses.dataclass(frozen=True)
class Search(Record):
    """Frontiers and tuning, as tables and as data."""

    frontiers: tuple = ()
    tuned: tuple = ()

    def produce(self, session, kernel):
        documents = {}
        for command, words, scenarios in (("frontier", ["--all"], self.frontiers), ("tune", [], self.tuned)):
            for name in scenarios:
                asked = [command, f"{name}.yaml", "--jobs", "1"]
                documents[f"{command}_{name}"] = text(session, *asked, cwd=HERE / "scenarios")
                printed = session.data(*asked, "--format", "csv", *words, cwd=HERE / "scenarios")
                documents[f"{command}_{name}.all"] = Table.of_csv(printed)
        return documents


# Shipped scenarios, cut short to about a second: settings, and texts of the file that are replaced for the sweep.
SHIPPED = {
    "bandwidth_constrained": (["workload.requests=6", "replications=2"], [("points: 25", "points: 4")]),
    "battery_lifetime": (["workload.requests=30", "replications=1"], [("[5.85 Mbit/s, 40 Mbit/s]", "[40 Mbit/s]")]),
    "compute_constrained": (["workload.requests=8", "replications=1"],
                            [("raspberry_pi_zero_2w, raspberry_pi_3b_plus, raspberry_pi_4,", "raspberry_pi_3b_plus,")]),
    "energy_constrained": (["workload.requests=8", "replications=2"], [("points: 17", "points: 2")]),
    "heterogeneous_fleet": (["workload.requests=2", "replications=1"],
                            [("[0.1 /s, 0.5 /s, 1 /s]", "[1 /s]")]),
    "information": (["workload.requests=3", "replications=1"],
                    [("[alexnet, mobilenet_v2]", "[alexnet]"),
                     ("[1 Mbit/s, 2 Mbit/s, 4 Mbit/s, 8 Mbit/s, 16 Mbit/s, 32 Mbit/s]", "[2 Mbit/s]")]),
    "loaded_cloud": (["workload.requests=40", "replications=1"],
                     [("[0.1 /s, 4 /s, 8 /s, 12 /s, 16 /s, 18 /s]", "[0.1 /s, 8 /s, 18 /s]")]),
    "memory_constrained": (["workload.requests=2", "replications=1"],
                           [("[2 Mbit/s, 18.88 Mbit/s, 50 Mbit/s]", "[2 Mbit/s, 50 Mbit/s]"),
                            ("[0 MB, 150 MB, 250 MB, 300 MB]", "[0 MB, 250 MB]")]),
    "moving_bandwidth": (["workload.requests=30", "replications=1"],
                         [("[0 Mbit/s, 2 Mbit/s, 4 Mbit/s, 8 Mbit/s, 12 Mbit/s]", "[0 Mbit/s, 8 Mbit/s]")]),
    "stale_profile": (["replications=1"],
                      [("[1 Mbit/s, 2 Mbit/s, 5 Mbit/s, 10 Mbit/s, 20 Mbit/s, 50 Mbit/s, 100 Mbit/s]",
                        "[2 Mbit/s, 50 Mbit/s]"),
                       ("[0 %, 10 %, 20 %, 30 %, 40 %, 50 %]", "[0 %, 50 %]"), ("[1, 10]", "[10]")]),
    "maps/uplink_and_load": (["workload.requests=10", "replications=1"],
                             [("points: 12", "points: 2"), ("points: 8", "points: 2")]),
}
# Of our own: those that only the reference kernel plays, as their cells make a tree, or that plan for long and play
# little.
ON_ONE_KERNEL = {"cells_tree", "all_groups_exits", "all_direct_groups", "believes", "kinds_dag"}
WITHOUT_LOGS = {"believes"}
WITH_SOURCES = {"all_edge_device", "classes_turns", "measured_table", "processors", "own_board"}
WITH_TEXTS = {
    "adaptive_markov", "all_edge_device", "all_groups_exits", "all_star", "ask_edge", "ask_encodings",
    "battery_lifetime", "cells_tree", "classes_turns", "edge_direct", "encodings", "exits_deadline", "interference",
    "kinds_chain", "kinds_dag", "measured_table", "own_board", "probes", "processors", "returns", "robust", "rules",
    "study_axes", "study_values",
}
ASKED_WITH = {  # what problems are asked besides
    "joules_on_tiers": ["{kind: scission, forbid: [cloud]}", "{kind: fixed, after: b}"],
    "encodings": ["{kind: autosplit, distortion: 0.25}", "{kind: fixed, after: b, encoding: fp16}"],
    "limits": [
        "{kind: resource_aware, rule: R1, scarce: [compute, bandwidth]}",
        "{kind: resource_aware, rule: R2, weights: {storage: 1, bandwidth: 2}}",
        "{kind: resource_aware, rule: R3, budgets: {storage: 20 %}}",
        "{kind: resource_aware, rule: R4, budgets: {compute: 70 %}}",
        "{kind: resource_aware, rule: R3, robust: {kind: chance, error: 20 %}}",
    ],
    "throughput": ["{kind: scission, rank: 2}", "{kind: offline_benchmark, constraints: ignored}"],
}


def scenarios():
    for file in sorted((HERE / "scenarios").glob("*.yaml")):
        name = file.stem
        if "partitioners:" in file.read_text():
            yield Scenario(f"scenario/{name}", (REFERENCE,) if name in ON_ONE_KERNEL else BOTH, file=file,
                           texts=name in WITH_TEXTS, sources=name in WITH_SOURCES, logs=name not in WITHOUT_LOGS)
    for name, (settings, shorter) in SHIPPED.items():
        file = ROOT / "scenarios" / f"{name}.yaml"
        yield Scenario(f"shipped/{file.stem}", BOTH, file=file, settings=tuple(settings), shorter=tuple(shorter),
                       texts=True, sources=name == "loaded_cloud", long_names=True)


def problems():
    for file in sorted((HERE / "problems").glob("*.yaml")):
        yield Problem(f"problem/{file.stem}", file=file, partitioners=tuple(ASKED_WITH.get(file.stem, ())))
    for file in sorted((ROOT / "scenarios" / "problems").glob("*.yaml")):
        yield Problem(f"shipped_problem/{file.stem}", file=file)


def files_of(folder):
    return sorted(path.stem for path in (ROOT / folder).glob("*.yaml"))


COMMANDS = ("run", "sweep", "tune", "frontier", "export", "merge", "plan", "check", "list", "explain", "schema")
# Of each one that has what others have not: batteries, heat, clocks, several processors, measured networks, prices,
# batch times.
DEVICES = ("gap9", "jetson_nano", "macbook_pro_m1", "raspberry_pi_4_bare", "rk3588")
CLOUDS = ("c5_4xlarge", "edge_agx_orin", "t4")
# Of each kind: nothing, a whole path, an end of several, words, a figure, a map from names, a course, a file, a column.
EXPLAINED = ("", "link.uplink", "uplink", "serving.discipline", "compute.conv", "kinds", "bandwidth", "device.thermal.ambient",
             "steps", "link", "workload.arrivals", "requests", "partitioners.decide", "partitioners.scarce", "device.processors.cpu.clock",
             "latency_mean_s")
# Of each kind: classes, tiers, encodings, exits, processors, plans that are no cut.
CUTS = ("classes_turns", "encodings", "edge_direct", "exits_deadline", "processors", "kinds_dag", "returns")
NETWORKS = ("alexnet", "b_alexnet", "googlenet", "squeezenet1_1")


def printed():
    helps = [("edgecut", ["--help"]), *((command, [command, "--help"]) for command in COMMANDS),
             *((f"describe_{what}", ["describe", what, "--help"]) for what in ("network", "device", "cloud", "link"))]
    yield Printed("printed/help", commands=tuple(helps))
    lists = ("networks", "devices", "clouds", "links", "partitioners", "metrics")
    yield Printed("printed/list", commands=tuple((what, ["list", what]) for what in lists))
    yield Printed("printed/explain", commands=tuple((name or "nothing", ["explain", *([name] if name else [])])
                                                    for name in EXPLAINED))
    for what, names in (("device", DEVICES), ("cloud", CLOUDS), ("link", files_of("platforms/links"))):
        yield Printed(f"printed/describe_{what}", commands=tuple((name, ["describe", what, name]) for name in names))
    cuts = [(name, ["plan", f"tests/golden/scenarios/{name}.yaml", "--every-cut"]) for name in CUTS]
    cuts += [("edge_direct_csv", [*cuts[2][1], "--format", "csv"]), ("returns_json", [*cuts[-1][1], "--format", "json"]),
             ("alexnet_at_20", ["plan", "bandwidth_constrained", "--every-cut", "--point", "20"]),
             ("three_tiers", ["plan", "--problem", "scenarios/problems/three_tiers.yaml", "--every-cut"])]
    yield Printed("printed/every_cut", commands=tuple(cuts))
    own = {name: f"tests/golden/networks/{name}.yaml" for name in ("chain", "fork", "leaving")}
    networks = [(name, ["describe", "network", name]) for name in NETWORKS]
    networks += [("fork_dot", ["describe", "network", own["fork"], "--dot", "--cut", "left1"]),
                 ("fork_on_rk3588", ["describe", "network", own["fork"], "--device", "rk3588", "--processor", "gpu"]),
                 ("chain_csv", ["describe", "network", own["chain"], "--format", "csv"]),
                 ("leaving_json", ["describe", "network", own["leaving"], "--format", "json"]),
                 ("gap9_json", ["describe", "device", "gap9", "--format", "json"]),
                 ("t4_json", ["describe", "cloud", "t4", "--format", "json"]),
                 ("lte_csv", ["describe", "link", "lte_2012_rrc", "--format", "csv"])]
    yield Printed("printed/describe_network", commands=tuple(networks))


def records():
    here = HERE / "scenarios"
    search = Search("printed/search", frontiers=("edge_direct", "kinds_chain", "battery_dies"), tuned=("tuned",))
    mistakes = Mistakes("printed/mistakes", files=tuple(sorted((HERE / "mistakes").glob("*.yaml"))))
    return [*scenarios(), *problems(), *printed(), mistakes, Store("printed/store", file=here / "study_axes.yaml"), search]
