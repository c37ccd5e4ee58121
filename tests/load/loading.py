"""What the measurements share: release builds, servers, load, and the comparison of two in turn."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
sys.path.insert(0, str(HERE.parent))
os.environ["KLEISTER_PROGRAM"] = str(TARGET / "kleister")

from running import Server  # noqa: E402

ROUNDS = 5
SECONDS = 3


class Yardstick(Server):
    """The server with its `/yardstick` routes, which stand behind what all routes share."""

    def command(self):
        return [str(TARGET / "examples" / "yardstick"), *super().command()[2:]]


def cpu_seconds(process):
    """CPU time of a process and its children so far."""
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    ticks = 0
    for pid in [str(process.pid), *children]:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(process, field):
    """A figure of /proc/PID/status, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024


def load(url, connections, process, token=None, headers=None):
    """Requests per second, and CPU seconds of the server per request."""
    before = cpu_seconds(process)
    headers = (headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    named = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", *named, url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in printed, printed
    requests = int(re.search(r"(\d+) requests in", printed)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1]), (cpu_seconds(process) - before) / requests


def compare(title, ours, yardstick):
    """Loads both in turn and prints the medians; each is (url, connections, process) and perhaps a token and headers."""
    rounds = [(load(*ours), load(*yardstick)) for _ in range(ROUNDS)]
    our_rate, yard_rate = (statistics.median(pair[i][0] for pair in rounds) for i in (0, 1))
    our_cpu, yard_cpu = (statistics.median(pair[i][1] for pair in rounds) for i in (0, 1))
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in rounds)
    cpu = statistics.median(pair[0][1] / pair[1][1] for pair in rounds)
    print(
        f"{title}: {our_rate:,.0f} requests/s ({our_cpu * 1e6:,.0f} us CPU) against {yard_rate:,.0f} "
        f"({yard_cpu * 1e6:,.0f} us): {ratio:.0%} of the requests/s, {cpu:.1f} x the CPU"
    )


def measure(measures, *examples):
    """Builds what is measured and takes the measurements that the command line names, or all of them."""
    build = ["cargo", "build", "--release", "--package"]
    subprocess.run([*build, "kleister"], cwd=ROOT, check=True)
    for package, example in examples:
        subprocess.run([*build, package, "--example", example], cwd=ROOT, check=True)
    for name in sys.argv[1:] or measures:
        with tempfile.TemporaryDirectory(prefix="kleister-load-") as folder:
            measures[name](Path(folder))
