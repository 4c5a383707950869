#!/usr/bin/env python3
"""NetworkX's minimum_cut on the flow networks that bench_plan wrote: its time over that of a whole plan by min_cut (graph,
flow, cut, cost), and whether the cut values agree. NetworkX's own graph is built before the clock starts."""
import json
import sys
import time

import networkx


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
    print(f"\nminimum cut against NetworkX {networkx.__version__}, processor milliseconds\n")
    print(f"{'network':<20} {'layers':>6} {'on device':>9} {'plan':>9} {'cut alone':>9} {'NetworkX':>10} {'over plan':>9}"
          f"  values")
    differ = False
    for thing in things:
        graph = graph_of(thing)
        start = time.process_time()
        value, _ = networkx.minimum_cut(graph, thing["source"], thing["sink"])
        taken = time.process_time() - start
        agree = abs(value - thing["value"]) <= 1e-9 * max(1.0, abs(value))
        differ = differ or not agree
        print(f"{thing['name']:<20} {thing['layers']:>6} {thing['on_device']:>9} {1e3 * thing['plan_s']:>9.3f} "
              f"{1e3 * thing['cut_s']:>9.3f} {1e3 * taken:>10.1f} {taken / thing['plan_s']:>8.0f}x"
              f"  {'agree' if agree else f'DIFFER: {value} and ' + str(thing['value'])}", flush=True)
    sys.exit("cut values differ" if differ else 0)


if __name__ == "__main__":
    main()
