"""Chrome traces of onnxruntime and of torch.profiler: what each of their numbers is.

A trace is made by a profiler, and so is the whole run in it: writing an event a node takes time, which is in the run's and in no
node's. Such a run is kept apart (`Trace.profiled`); it scales nothing. Durations are wall time in microseconds, of single
executions, on one thread or many. The first run of a session is cold: it fills caches and compiles.
"""

import json
import math
from typing import NamedTuple

from . import measure_layers, table_text
from .errors import UserError, shortened

# onnxruntime's execution providers that return when the work is done. Others hand it to a queue: a node's time is that of handing.
WAITING = {"CPUExecutionProvider", "XnnpackExecutionProvider", "DnnlExecutionProvider", "ACLExecutionProvider",
           "ArmNNExecutionProvider"}


class Trace(NamedTuple):
    times: dict  # layer or other name -> seconds of each execution, warm-up left out
    profiled: list  # seconds of whole runs, all of them with profiling
    provider: str  # what ran it, as the trace says: "CPUExecutionProvider", "NVIDIA A100"; empty where it does not


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_time(value):
    return is_number(value) and value >= 0


def read_json(path):
    try:
        return json.loads(table_text.text_of(path))
    except ValueError as error:
        raise UserError(f"{path}: cannot be read: {' '.join(str(error).split())}") from None


def events_of(path, trace):
    events = trace.get("traceEvents") if isinstance(trace, dict) else trace
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise UserError(f"{path}: no Chrome trace")
    found = [event for event in events if event.get("ph") == "X" and "dur" in event and isinstance(event.get("name"), str)]
    for event in found:
        if not is_time(event["dur"]):
            raise UserError(f"{path}: '{event['name']}' has no time: {event['dur']!r}")
    # In order of time, so that the first runs are those that warm up; a trace may list them in any.
    if all(is_number(event.get("ts")) for event in found):
        found.sort(key=lambda event: event["ts"])
    return found


# ---- onnxruntime ----

def onnxruntime(path, layers, warm_up, report):
    """A trace of a session with enable_profiling. Its nodes are those that ran, by name."""
    events = events_of(path, read_json(path))
    runs = [event["dur"] / 1e6 for event in events if event["name"] == "model_run"]
    nodes = [event for event in events if event.get("cat") == "Node" and event["name"].endswith(measure_layers.NODE_SUFFIX)]
    if not nodes:
        raise UserError(f"{path}: holds no times of nodes (a session with profiling enabled, run at least once?)")
    if any(event["name"] == measure_layers.NODE_SUFFIX for event in nodes):
        raise UserError(f"{path}: nodes without a name, which cannot be told apart (give the model's nodes names of their own)")
    times = measure_layers.node_times_of(nodes, 0)
    check_runs(path, len(runs), times, layers, warm_up, report)
    if len(runs) == 1:
        report.add("the only run is the first of its session: cold caches, and what is compiled or allocated once, are in its times")
    check_overlap([event for event in nodes if name_of_node(event) in set(layers)], report)
    provider = check_providers(nodes, report)
    return Trace(cut(times, warm_up), runs[warm_up:], provider)


def name_of_node(event):
    return event["name"][:-len(measure_layers.NODE_SUFFIX)]


def check_providers(nodes, report):
    """The execution providers' names, and a note on those whose times are not of the work."""
    where = {}
    for event in nodes:
        arguments = event.get("args")
        provider = arguments.get("provider") if isinstance(arguments, dict) else None
        if isinstance(provider, str) and provider:
            where.setdefault(provider, {})[name_of_node(event)] = None
    for provider, names in where.items():
        if provider not in WAITING:
            report.add(f"{len(names)} nodes ran on {provider}, which takes work and returns before it is done: their times may be "
                       f"those of handing it over: {shortened(list(names))}")
    return ", ".join(where)


# ---- PyTorch ----

class Ranges(NamedTuple):
    """Of one side of a PyTorch trace, by name."""

    layers: dict
    steps: list  # `ProfilerStep#n`, each once

    def whole(self):
        """The runs of `model`; of the profiler's steps, which hold the loop around it, too, where nobody named one."""
        return self.layers.get("model") or self.steps


def pytorch(path, layers, warm_up, report):
    """Ranges of record_function. On a graphics card those on its side are taken (gpu_user_annotation): those of the CPU end before
    the work does. A trace's times are microseconds, whatever displayTimeUnit asks of who shows it."""
    trace = read_json(path)
    events = events_of(path, trace)
    sides = {"user_annotation": Ranges({}, []), "gpu_user_annotation": Ranges({}, [])}
    on_device = any(event.get("cat", "") in ("kernel", "gpu_memcpy") for event in events)
    for event in events:
        if event.get("cat", "") not in sides:
            continue
        side, name, seconds = sides[event["cat"]], event["name"], event["dur"] / 1e6
        if name.startswith("ProfilerStep"):
            side.steps.append(seconds)
        else:
            side.layers.setdefault(name, []).append(seconds)
    cpu, gpu = sides["user_annotation"], sides["gpu_user_annotation"]
    device = device_of(trace) if on_device else "CPU"
    on_card = on_device and bool(set(layers) & set(gpu.layers))
    if on_device and not on_card:
        report.add(f"kernels ran on {device}, and the layers' ranges are the CPU's, which end before the work does")
    side, category = (gpu, "gpu_user_annotation") if on_card else (cpu, "user_annotation")
    whole = (gpu.whole() if on_card else []) or cpu.whole()
    check_runs(path, len(whole), side.layers, layers, warm_up, report)
    check_overlap([event for event in events if event.get("cat") == category and event["name"] in set(layers)], report)
    times, whole = cut(side.layers, warm_up), whole[warm_up:]
    if on_card and not gpu.whole() and whole and min(whole) < sum(min(times[name]) for name in layers if times.get(name)):
        report.add(f"the range of the whole run is the CPU's, and shorter than the layers on {device}: it ended before the work did, "
                   "and is left out")
        whole = []
    times.pop("model", None)
    return Trace(times, whole, device)


def device_of(trace):
    """The name of the device that kernels ran on, as the trace gives it."""
    listed = trace.get("deviceProperties") if isinstance(trace, dict) else None
    names = [each["name"] for each in listed if isinstance(each, dict) and each.get("name")] if isinstance(listed, list) else []
    return ", ".join(dict.fromkeys(map(str, names))) or "a graphics card that the trace does not name"


# ---- of both ----

def cut(times, warm_up):
    return {name: seconds[warm_up:] for name, seconds in times.items() if len(seconds) > warm_up}


def check_runs(path, runs, times, layers, warm_up, report):
    """Whether runs are left after the warm-up, and whether each layer ran once in each of them."""
    counts = {name: len(times[name]) for name in layers if name in times}
    runs = runs or max(counts.values(), default=0)
    if 0 < runs <= warm_up:
        raise UserError(f"{path}: holds {runs} run{'s' * (runs > 1)}, which --warm-up {warm_up} leaves out (the first is cold; "
                        "--warm-up 0 takes it all the same)")
    if odd := [f"{name} ({count} times)" for name, count in counts.items() if count != runs]:
        report.add(f"not once in each of {runs} runs: {shortened(odd)}; each time is taken as a run's (a layer called twice, a loop, or "
                   "two layers of a name?)")


def check_overlap(events, report):
    """Notes layers whose time is another's, too: that ran at the same time, or whose range lies in another's."""
    if not all(is_number(event.get("ts")) for event in events):
        return
    beside, within, last, last_end = [], [], None, 0.0
    for event in events:
        end = event["ts"] + event["dur"]
        if last and event["ts"] + 1 < last_end and min(event["dur"], last["dur"]) > 1:  # microseconds, the trace's resolution
            is_within = end <= last_end + 1 and event.get("tid") == last.get("tid")
            (within if is_within else beside).append(tuple(each["name"].removesuffix(measure_layers.NODE_SUFFIX) for each in (last, event)))
        if last is None or end > last_end:
            last, last_end = event, end
    if beside:
        report.add(f"layers ran at the same time, such as {beside[0][0]} and {beside[0][1]}: their times add up to more than a run "
                   "(measure with sequential execution)")
    if within:
        report.add(f"the time of {within[0][0]} holds that of {within[0][1]}, which is counted twice")
