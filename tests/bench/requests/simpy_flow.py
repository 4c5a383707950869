"""The load as a SimPy program: one process for each request, resources as queues, links that serve one message after the
other.

    simpy_flow.py DEVICES REQUESTS_OF_EACH
"""

import random
import sys

import simpy

HEAD, TAIL, SIZE, ACCESS, LATENCY, PER_DEVICE = 0.1, 0.1, 1e5, 1.25e6, 0.015, 0.2e6


class World:
    def __init__(self, devices, requests):
        self.env = simpy.Environment()
        self.devices = devices
        self.requests = requests
        self.processors = [simpy.Resource(self.env) for _ in range(devices)]
        self.accesses = [simpy.Resource(self.env) for _ in range(devices)]
        self.backhaul = simpy.Resource(self.env)
        self.cores = simpy.Resource(self.env, capacity=max(2, devices // 5))
        self.latencies = 0.0
        self.count = 0

    def serve(self, resource, time):
        with resource.request() as turn:
            yield turn
            yield self.env.timeout(time)

    def infer(self, device):
        arrived = self.env.now
        yield from self.serve(self.processors[device], HEAD)
        yield from self.serve(self.accesses[device], SIZE / ACCESS)
        yield from self.serve(self.backhaul, SIZE / (PER_DEVICE * self.devices))
        yield self.env.timeout(LATENCY)
        yield from self.serve(self.cores, TAIL)
        self.latencies += self.env.now - arrived
        self.count += 1

    def ask(self, device):
        draws = random.Random(device)
        for _ in range(self.requests):
            yield self.env.timeout(draws.expovariate(1.0))
            self.env.process(self.infer(device))

    def run(self):
        for device in range(self.devices):
            self.env.process(self.ask(device))
        self.env.run()
        print(f"{self.count} requests, mean latency {self.latencies / self.count!r} s")


if __name__ == "__main__":
    World(int(sys.argv[1]), int(sys.argv[2])).run()
