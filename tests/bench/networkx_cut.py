#!/usr/bin/env python3
"""NetworkX's minimum_cut on the flow networks that bench_plan wrote, the least of three: its time over ours for the same cut
(building the graph included in ours, not in NetworkX's) and over that of a whole plan (costs, graph, cut, closed form). Fails
where the values of the cuts differ, and where ours is less than 100 times as fast."""
import json
import sys
import time

import networkx

TARGET = 100


def graph_of(thing):
    graph = networkx.DiGraph()
    for u, v, capacity, back in thing["arcs"]:
        for a, b, c in ((u, v, capacity), (v, u, back)):
            if c > 0:
                graph.add_edge(a, b, capacity=c + (graph[a][b]["capacity"] if graph.has_edge(a, b) else 0))
    graph.add_nodes_from((thing["source"], thing["sink"]))
    return graph


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        things = json.load(file)
    print(f"\nMinimum cut against NetworkX {networkx.__version__}, processor milliseconds\n")
    print("| network | layers | on the device | plan | cut alone | NetworkX | over the plan | over the cut |")
    print("|---|---|---|---|---|---|---|---|")
    faults = []
    for thing in things:
        graph = graph_of(thing)
        taken = min(timed(graph, thing) for _ in range(3))
        value, _ = networkx.minimum_cut(graph, thing["source"], thing["sink"])
        if abs(value - thing["value"]) > 1e-9 * max(1.0, abs(value)):
            faults.append(f"{thing['name']}: cut values differ: {value} and {thing['value']}")
        if taken < TARGET * thing["cut_s"]:
            faults.append(f"{thing['name']}: the cut is {taken / thing['cut_s']:.0f} times as fast, not {TARGET}")
        print(f"| {thing['name']} | {thing['layers']} | {thing['on_device']} | {1e3 * thing['plan_s']:.3f} | "
              f"{1e3 * thing['cut_s']:.3f} | {1e3 * taken:.1f} | {taken / thing['plan_s']:.0f} | "
              f"{taken / thing['cut_s']:.0f} |", flush=True)
    sys.exit("\n".join(faults) or 0)


def timed(graph, thing):
    start = time.process_time()
    networkx.minimum_cut(graph, thing["source"], thing["sink"])
    return time.process_time() - start


if __name__ == "__main__":
    main()
