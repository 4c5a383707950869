"""What the fits see of a network file: the same bytes and FLOP as the simulator (tests/profile/cost_test.cpp)."""

import unittest

import yaml

from analysis import features


def network(text):
    return yaml.safe_load(text)


HEAD = """
shared_weights: [{name: head, parameters: 2304, weights: 9216 B}]
layers:
  - {name: p3, kind: input, shape: [1, 16, 8, 8], output: 4096 B}
  - {name: p4, kind: input, shape: [1, 16, 4, 4], output: 1024 B}
  - {name: head3, kind: conv, shape: [1, 16, 8, 8], weights: 64 B, shares: [head], output: 4096 B, inputs: [p3]}
  - {name: head4, kind: conv, shape: [1, 16, 4, 4], shares: [head], output: 1024 B, inputs: [p4]}
"""

SPLIT = """
layers:
  - {name: in, kind: input, shape: [1, 24], output: 96 B}
  - {name: s, kind: data_movement, outputs: [{shape: [8], output: 32 B}, {shape: [16], output: 64 B}], inputs: [in]}
  - {name: q, kind: activation, shape: [8], output: 32 B, inputs: [s], reads: {s: [0]}}
  - {name: g, kind: data_movement, shape: [8], weights: 7680 kB, weights_read: 16 B, output: 32 B, inputs: [s]}
"""


class Bytes(unittest.TestCase):
    def test_a_shared_weight_is_moved_by_each_layer_that_reads_it(self):
        moved = features.moved_bytes(network(HEAD))
        self.assertEqual(moved["head3"], 4096 + 4096 + 64 + 9216)
        self.assertEqual(moved["head4"], 1024 + 1024 + 9216)

    def test_what_is_read_is_moved_and_no_more(self):
        moved = features.moved_bytes(network(SPLIT))
        self.assertEqual(moved["s"], 96 + 96)
        self.assertEqual(moved["q"], 32 + 32)
        self.assertEqual(moved["g"], 96 + 32 + 16)
        self.assertEqual(features.of_network(network(SPLIT)).bytes, 192 + 64 + 144)


class Flop(unittest.TestCase):
    def test_winograds_gain_is_of_dilation_1_and_not_of_transposed_convolutions(self):
        conv = {"kind": "conv", "kernel": [3, 3], "stride": [1, 1], "macs": 900}
        self.assertEqual(features.effective_flop(conv), 800)  # 1800 / 2.25
        self.assertEqual(features.effective_flop(conv | {"dilation": [1, 1]}), 800)
        for more in ({"dilation": [4, 4]}, {"transposed": True}, {"op": "ConvTranspose"}, {"groups": 2}):
            self.assertEqual(features.effective_flop(conv | more), 1800, more)


if __name__ == "__main__":
    unittest.main()
