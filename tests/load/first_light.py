#!/usr/bin/env python3
"""Measures what docs/performance.md claims, each against its yardstick in the same run.

    python3 tests/load/first_light.py [verify] [files] [upload] [start]

Without a word, all of them. Needs wrk and nginx (Debian: `apt-get install wrk nginx-light`); builds what it runs in
release mode. Figures are medians of several rounds, in which ours and the yardstick take turns.
"""

import os
import re
import statistics
import subprocess
import time
from pathlib import Path

from loading import ROUNDS, TARGET, Server, Yardstick, compare, measure, memory
from running import free_port

MEGABYTE = 1 << 20


class Nginx:
    """nginx with two workers and sendfile, serving a folder and logging like a server does by default."""

    def __init__(self, folder, files):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "nginx.conf"
        config.write_text(
            f"""
            {"user root;" if os.geteuid() == 0 else ""}
            worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off;
            events {{ worker_connections 512; }}
            http {{
                access_log {folder}/access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000;
                open_file_cache max=100; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
                fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                server {{ listen 127.0.0.1:{self.port}; root {files}; }}
            }}
            """
        )
        self.process = subprocess.Popen(["nginx", "-c", str(config), "-e", str(folder / "error.log")])
        time.sleep(1)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def measure_verify(folder):
    server = Yardstick(folder / "verify").start().become_admin()
    verify = (f"{server.api}/auth/verify/{server.token}", 32, server.process)
    compare("verify/{token} against a bare route", verify, (f"{server.url}/yardstick", 32, server.process))
    server.stop()


def measure_files(folder):
    server = Server(folder / "files").start().become_admin()
    served = folder / "served"
    served.mkdir()
    server.post("/api/v1/packs", {"name": "Load", "slug": "load", "public": True})
    server.post("/api/v1/packs/load/builds", {"name": "1.0", "minecraft_id": "1.21.1"})
    for name, size in (("large", 10_000_000), ("small", 100_000)):
        data = os.urandom(size)
        (served / f"{name}.jar").write_bytes(data)
        server.post("/api/v1/mods", {"name": f"{name} mod", "slug": name})
        assert server.upload(name, "1", data, f"{name}.jar").status == 200
        server.post("/api/v1/packs/load/builds/1.0/versions", {"mod": name, "version": "1"})
    assert server.put("/api/v1/packs/load/builds/1.0", {"published": True}).status == 200
    nginx = Nginx(folder, served)
    for name, connections in (("large", 8), ("small", 32)):
        ours = (f"{server.url}/packs/load/1.0/files/mods/{name}.jar", connections, server.process)
        title = f"file of a named build, {'10 MB' if name == 'large' else '100 kB'}, against nginx"
        compare(title, ours, (f"{nginx.url}/{name}.jar", connections, nginx.process))
    nginx.stop()
    server.stop()


def streamed_upload(server, megabytes):
    """Uploads noise as a form, a megabyte at a time, and gives the seconds until the answer."""
    import http.client

    block = os.urandom(MEGABYTE)
    head = (
        b'--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + str(time.monotonic_ns()).encode() + b"\r\n"
        b'--XX\r\nContent-Disposition: form-data; name="file"; filename="big.jar"\r\n\r\n'
    )
    tail = b"\r\n--XX--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.putrequest("POST", "/api/v1/mods/big/versions")
    connection.putheader("Authorization", f"Bearer {server.token}")
    connection.putheader("Content-Type", "multipart/form-data; boundary=XX")
    connection.putheader("Content-Length", str(len(head) + megabytes * MEGABYTE + len(tail)))
    began = time.monotonic()
    connection.endheaders(head)
    for number in range(megabytes):
        connection.send(number.to_bytes(8) + block[8:])
    connection.send(tail)
    assert connection.getresponse().status == 200
    return time.monotonic() - began


def seconds_of(what, printed):
    """The figure of a printed line, which is in seconds or in milliseconds."""
    number, unit = re.search(rf"^{what}.*?([\d.]+)(ms|s)$", printed, re.MULTILINE).groups()
    return float(number) / (1000 if unit == "ms" else 1)


def measure_upload(folder):
    megabytes = 500
    server = Server(folder / "upload").start().become_admin()
    server.post("/api/v1/mods", {"name": "Big", "slug": "big"})
    before = memory(server.process, "VmRSS")
    cost = [str(TARGET / "examples" / "upload_cost"), str(megabytes), "1", str(folder)]
    ratios, seconds = [], []
    for _ in range(ROUNDS):
        printed = subprocess.run(cost, capture_output=True, text=True, check=True).stdout
        hashing, writing = (seconds_of(what, printed) for what in ("hashing", "writing"))
        seconds.append(streamed_upload(server, megabytes))
        ratios.append(seconds[-1] / (hashing + writing))
    growth = memory(server.process, "VmHWM") - before
    print(
        f"upload of {megabytes} MB: {statistics.median(seconds):.2f} s, {statistics.median(ratios):.2f} x hashing and "
        f"writing it; resident memory grew by {growth:.1f} MiB over {ROUNDS} uploads"
    )
    server.stop()


def measure_start(folder):
    server = Server(folder / "start").start().become_admin()
    for number in range(1000):
        assert server.post("/api/v1/packs", {"name": f"Pack {number}", "public": True}).status == 200
    server.stop()
    seconds = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        server.start(wait=False)
        while True:
            try:
                assert server.get("/api/v1/packs?limit=1", token=None).json()["total"] == 1000
                break
            except OSError:
                time.sleep(0.002)
        seconds.append(time.monotonic() - began)
        time.sleep(1)
        idle = memory(server.process, "VmRSS")
        server.stop()
    print(f"start with 1,000 packs to the first answer: {statistics.median(seconds):.3f} s; idle memory {idle:.1f} MiB")


MEASURES = {"verify": measure_verify, "files": measure_files, "upload": measure_upload, "start": measure_start}


if __name__ == "__main__":
    measure(MEASURES, ("kleister-server", "yardstick"), ("kleister-files", "upload_cost"))
