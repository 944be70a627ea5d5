"""Writes xoshiro128.json: outputs of xoshiro128** 1.1 and of SplitMix64, both from the recurrences
that their authors publish, in Python's whole numbers.

    python3 xoshiro128.py
"""

import json
import pathlib


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        yield z ^ (z >> 31)


def rotated(x, k):
    return ((x << k) | (x >> (32 - k))) % 2**32


def xoshiro128(s):
    while True:
        yield rotated(s[1] * 5 % 2**32, 7) * 9 % 2**32
        t = (s[1] << 9) % 2**32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotated(s[3], 11)


def take(count, stream):
    return [next(stream) for _ in range(count)]


# The authors' own check: SplitMix64 from 0 begins so.
assert take(2, splitmix64(0)) == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]

cases = []
for seed, stream in [(0, 0), (1, 0), (2**32, 0), (2246822507, 0), (2**53 - 1, 0), (7, 1), (7, 2**32 - 1)]:
    # Output k of SplitMix64 is that of a start moved by k − 1 steps.
    halves = take(2, splitmix64(seed + 2 * stream * 0x9E3779B97F4A7C15))
    state = [half for whole in halves for half in (whole % 2**32, whole >> 32)]
    cases.append({"seed": seed, "stream": stream, "uint32": take(12, xoshiro128(state))})
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")
