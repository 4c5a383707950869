#!/usr/bin/env python3
"""For `kind: external`: the cut of the layer order with the least latency, on the device's first processor."""
import json
import sys

for line in sys.stdin:
    problem = json.loads(line)
    layers, link = problem["layers"], problem["link"]
    never = lambda seconds: float("inf") if seconds is None else seconds
    best = None
    for cut in range(len(layers)):
        head, tail = layers[: cut + 1], [layer for layer in layers[cut + 1:] if not layer["is_input"]]
        read = {name for layer in tail for name in layer["inputs"]}
        sent = [layer["output_B"][0] for layer in layers if layer not in tail and layer["name"] in read]
        latency = sum(never(layer["device_s"][0]) for layer in head) + sum(never(layer["cloud_s"]) for layer in tail)
        if tail:
            latency += link["up_latency_s"] + sum(sent) / link["up_B_per_s"] + link["down_latency_s"]
            latency += problem["cloud_wait_s"] + sum(layer["result_B"] for layer in tail) / link["down_B_per_s"]
        on_device = sum(not layer["is_input"] for layer in head)
        if on_device >= problem["limits"]["min_layers_on_device"] and (best is None or latency < best[0]):
            best = latency, layers[cut]["name"]
    print(json.dumps({"id": problem["id"], "after": best[1]}), flush=True)
