#!/usr/bin/env python3
"""For `kind: external`: writes down what it is asked, in the file that GOLDEN_ASKED names, and answers by a rule: with many bytes a second
up it keeps the first two layers, else more of them. Asked with "no", it has no plan."""
import json
import os
import sys

for line in sys.stdin:
    if "GOLDEN_ASKED" in os.environ:
        with open(os.environ["GOLDEN_ASKED"], "a") as asked:
            asked.write(line)
    problem = json.loads(line)
    names = [layer["name"] for layer in problem["layers"]]
    fast = problem["link"]["up_B_per_s"] > 1e6
    answer = {"id": problem["id"]}
    if sys.argv[1:] == ["no"]:
        answer["infeasible"] = "as it was told"
    elif "left1" in names:
        answer |= {"on_device": ["stem", "left1", "right"], "encoding": "fp16"}
    else:
        last = 2 if fast else 4
        answer |= {"after": names[last], "processor": "gpu" if fast else "cpu", "on_edge": names[last + 1:last + 3]}
    print(json.dumps(answer), flush=True)
