#!/usr/bin/env python3
"""Measures how packs go out, each against its yardstick in the same run.

    python3 tests/load/packs_out.py [channel] [solder] [archives] [storm] [private]

Without a word, all of them. Needs wrk, nginx and curl (Debian: `apt-get install wrk nginx-light curl`); builds what it runs in
release mode. Figures are medians of several rounds, in which ours and the yardstick take turns. KLEISTER_LOAD_SCALE, such as
0.02, makes everything smaller, to see whether it runs.
"""

import http.client
import os
import re
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import loading
from authors import make_build, make_pack, publish
from first_light import Nginx
from loading import ROUNDS, Server, Yardstick, compare, measure, memory
from running import free_port

SCALE = float(os.environ.get("KLEISTER_LOAD_SCALE", "1"))


def scaled(number):
    return max(2, int(number * SCALE))


def fill(server, mods, size):
    """A public pack `load` whose build 1.0 has so many mods of so many random bytes."""
    make_pack(server, "Load")
    contents = []
    for number in range(mods):
        slug = f"mod-{number}"
        assert server.post("/api/v1/mods", {"name": f"Mod {number}", "slug": slug}).status == 200
        assert server.upload(slug, "1", os.urandom(size), f"{slug}.jar").status == 200
        contents.append((slug, "1"))
    make_build(server, "load", "1.0", contents)
    publish(server, "load", "1.0")


def measure_channel(folder):
    """The one request of an instance that is up to date."""
    server = Server(folder / "channel").start().become_admin()
    fill(server, scaled(50), 1000)
    path = "/packs/load/latest/packwiz/pack.toml"
    answer = server.get(path, token=None)
    served = folder / "served"
    served.mkdir()
    (served / "pack.toml").write_bytes(answer.body)
    nginx = Nginx(folder, served)
    tag = server.get(f"{nginx.url}/pack.toml", token=None).headers["ETag"]
    for url, known in ((server.url + path, answer.headers["ETag"]), (f"{nginx.url}/pack.toml", tag)):
        assert server.get(url, token=None, headers={"If-None-Match": known}).status == 304
    ours = (server.url + path, 32, server.process, None, {"If-None-Match": answer.headers["ETag"]})
    yardstick = (f"{nginx.url}/pack.toml", 32, nginx.process, None, {"If-None-Match": tag})
    compare("304 on a channel's pack.toml, against nginx", ours, yardstick)
    nginx.stop()
    server.stop()


def seconds_of(url):
    """The time of one request on a new connection."""
    began = time.monotonic()
    subprocess.run(["curl", "-sSf", "-o", "/dev/null", url], check=True)
    return time.monotonic() - began


def first_byte(url):
    """Seconds from the request to the first byte of the answer, as curl tells them, and bytes per second."""
    told = subprocess.run(
        ["curl", "-sSf", "-o", "/dev/null", "-w", "%{time_starttransfer} %{time_total} %{size_download}", url],
        capture_output=True, text=True, check=True,
    ).stdout.split()
    return float(told[0]), float(told[2]) / float(told[1])


def measure_solder(folder):
    server = Yardstick(folder / "solder").start().become_admin()
    fill(server, scaled(200), 20_000)
    url = f"{server.url}/solder/api/modpack/load/1.0"
    first = first_byte(url)[0]
    cold = []
    for _ in range(ROUNDS):
        server.stop()
        server.start()
        cold.append(first_byte(url)[0])
    body = server.get(url, token=None).body
    assert server.put("/yardstick/bytes", body, token=None).status == 200
    assert server.get("/yardstick/bytes", token=None).body == body
    print(
        f"Solder's answer for a build of {scaled(200)} mods ({len(body):,} bytes): first after a start "
        f"{statistics.median(cold) * 1000:.1f} ms; the first ever, which reads all zips for their MD5s, {first * 1000:.0f} ms"
    )
    yardstick = (f"{server.url}/yardstick/bytes", 32, server.process)
    compare("the same, warm, against the same bytes from memory", (url, 32, server.process), yardstick)
    server.stop()


def forget_peak(process):
    """Makes the peak of a process's memory what it has now, and gives that in MiB."""
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")
    return memory(process, "VmRSS")


def measure_archives(folder):
    mods, size = scaled(300), scaled(500 * 1024 * 1024) // scaled(300)
    server = Server(folder / "archives").start().become_admin()
    fill(server, mods, size)
    served = folder / "served"
    served.mkdir()
    (served / "large.zip").write_bytes(os.urandom(mods * size))
    nginx = Nginx(folder, served)
    for name in ("prism.zip", "pack.mrpack?for=modrinth"):
        url = f"{server.url}/packs/load/1.0/{name}"
        first_byte(url)
        before = forget_peak(server.process)
        rounds = [(first_byte(url), first_byte(f"{nginx.url}/large.zip")) for _ in range(ROUNDS)]
        growth = memory(server.process, "VmHWM") - before
        start, rate = (statistics.median(ours[at] for ours, _ in rounds) for at in (0, 1))
        ratio = statistics.median(ours[1] / yardstick[1] for ours, yardstick in rounds)
        before = forget_peak(server.process)
        wrk = ["wrk", "-t1", "-c200", f"-d{max(2, scaled(20))}s", "--timeout", "60s", url]
        told = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in told, told
        parallel = memory(server.process, "VmHWM") - before
        print(
            f"{name}, {mods} mods, {mods * size / (1 << 20):.0f} MiB: first byte {start * 1000:.1f} ms; "
            f"{rate / 1e6:,.0f} MB/s, {ratio:.0%} of nginx's with one file; memory grew by {growth:.1f} MiB, "
            f"and by {parallel:.1f} MiB with 200 at once"
        )
    nginx.stop()
    server.stop()


def metric(port, name):
    """A counter of the server's metrics."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return int(float(re.search(rf"^{name} ([\d.e+]+)$", text, re.MULTILINE)[1]))


def ask_beside(url, ended):
    """Asks for other things until the end, and gives the seconds of each answer."""
    seconds = []
    while not ended.wait(0.02):
        seconds.append(seconds_of(url))
    return seconds


def measure_storm(folder):
    files, launchers = scaled(200), scaled(2000)
    server = Server(folder / "storm")
    port = free_port()
    server.metrics = f"127.0.0.1:{port}"
    server.start().become_admin()
    fill(server, files, 20_000)
    index = server.get("/packs/load/1.0/index.json", token=None).json()
    paths = ["/packs/load/latest/index.json"] + [file["url"].removeprefix(server.url) for file in index["files"]]
    for path in paths:
        assert server.get(path, token=None).status == 200
    before = metric(port, "kleister_database_queries_total")
    storm = [str(loading.TARGET / "examples" / "storm"), f"127.0.0.1:{server.port}", str(launchers)]
    command = ["prlimit", "--nofile=8192", *storm]
    quiet = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=True).stdout.strip()
    queries = metric(port, "kleister_database_queries_total") - before
    print(f"release storm, {launchers} launchers from an address each: {quiet}; {queries} queries of the database meanwhile")
    ended = Event()
    with ThreadPoolExecutor(2) as threads:
        others = [threads.submit(ask_beside, url, ended) for url in (f"{server.api}/packs", f"{server.url}/packs/load")]
        again = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=True).stdout.strip()
        ended.set()
    for name, other in zip(("the API's packs", "the page for players"), others):
        seconds = sorted(other.result())
        p99 = seconds[int(len(seconds) * 0.99)] if seconds else 0
        print(f"beside another storm ({again}): {name}, p99 of {len(seconds)} requests {p99 * 1000:.0f} ms")
    server.stop()


def measure_private(folder):
    """Instances that are up to date, each with a token of its own: the same pack with as many addresses."""
    tokens, launchers = scaled(500), scaled(50)
    server = Server(folder / "private").start().become_admin()
    fill(server, scaled(200), 1000)
    assert server.put("/api/v1/packs/load", {"public": False}).status == 200
    paths = []
    for number in range(tokens):
        made = server.post("/api/v1/packs/load/tokens", {"name": f"Player {number}"})
        assert made.status == 200
        paths.append(f"/t/{made.json()['token']}/packs/load/latest/packwiz/pack.toml")
    storm = [str(loading.TARGET / "examples" / "storm"), f"127.0.0.1:{server.port}", str(launchers)]
    before = memory(server.process, "VmRSS")
    for turn in ("first", "second"):
        told = subprocess.run(storm, input="\n".join(paths), capture_output=True, text=True, check=True).stdout.strip()
        growth = memory(server.process, "VmRSS") - before
        print(f"pack.toml by {tokens} tokens, {turn} turn: {told}; memory grew by {growth:.1f} MiB")
    server.stop()


MEASURES = {
    "channel": measure_channel,
    "solder": measure_solder,
    "archives": measure_archives,
    "storm": measure_storm,
    "private": measure_private,
}


if __name__ == "__main__":
    measure(MEASURES, ("kleister-server", "yardstick"), ("kleister-server", "storm"))
