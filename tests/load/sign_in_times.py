#!/usr/bin/env python3
"""Measures whether the time of a refused sign-in tells if there is such a user.

    python3 tests/load/sign_in_times.py [ROUNDS]

In each of 400 rounds somebody tries a wrong password for a user, for a name that nobody has, for a deactivated user and
for one without a password, in an order that is drawn anew. Printed are the medians and, for each kind against the
user, the p of a Mann-Whitney test: the chance of a difference like this one if there is none. On a machine that does
nothing else medians lie within 5 % and p is above 0.01. Uses the program that KLEISTER_PROGRAM names, or the one in
target/debug: argon2 is optimised there too.
"""

import math
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import PASSWORD, Server  # noqa: E402

KINDS = {"user": "anna", "unknown": "nobody", "deactivated": "bert", "no password": "robot"}


def times(server, rounds):
    """Milliseconds of each try, by the kind of name."""
    taken = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in random.sample(list(KINDS), len(KINDS)):
            body = {"username": KINDS[kind], "password": "a wrong password"}
            begun = time.perf_counter()
            assert server.post("/api/v1/auth/login", body, token=None).status == 401
            taken[kind].append((time.perf_counter() - begun) * 1000)
    return taken


def mann_whitney(these, those):
    """The two-sided p that both are drawn from the same times, by the normal approximation."""
    ranked = sorted([(value, 0) for value in these] + [(value, 1) for value in those])
    ranks = sum(rank for rank, (_, group) in enumerate(ranked, 1) if group == 0)
    n, m = len(these), len(those)
    u = ranks - n * (n + 1) / 2
    deviation = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(u - n * m / 2) / deviation / math.sqrt(2))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "server").start().become_admin()
        try:
            for name in ["anna", "bert"]:
                server.post("/api/v1/users", {"username": name, "password": PASSWORD})
            server.put("/api/v1/users/bert", {"active": False})
            server.post("/api/v1/users", {"username": "robot"})
            times(server, 20)
            taken = times(server, rounds)
        finally:
            server.stop()
    reference = taken.pop("user")
    usual = statistics.median(reference)
    print(f"{'user':12} median {usual:6.2f} ms")
    for kind, values in taken.items():
        median = statistics.median(values)
        p = mann_whitney(reference, values)
        print(f"{kind:12} median {median:6.2f} ms  {(median / usual - 1) * 100:+5.1f} %  p {p:.3f}")


if __name__ == "__main__":
    main()
