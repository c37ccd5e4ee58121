"""The proxies that people put in front of a server, as they really run: nginx and haproxy.

Both keep one connection to the server and send everybody's requests over it: what one client smuggles past them, the
next one would feel.
"""

import os
import socket
import subprocess
import time

from running import free_port

NGINX = """
{user}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    client_max_body_size 2g;
    proxy_request_buffering {buffering};
    upstream kleister {{
        server 127.0.0.1:{upstream};
        keepalive 1;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://kleister;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
        }}
    }}
}}
"""

HAPROXY = """
global
    maxconn 256
    nbthread 1
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
    http-reuse always
frontend players
    bind 127.0.0.1:{port}
    default_backend kleister
backend kleister
    server kleister 127.0.0.1:{upstream} pool-max-conn 1 maxconn 1
"""


class Front:
    """A proxy in front of a server; `port` is where clients speak to it."""

    def __init__(self, kind, server, folder):
        self.kind, self.port = kind, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir()
        program = kind.split("-")[0]
        # nginx would leave root's name behind, and could not write to a folder of root's then.
        user = "user root;" if os.geteuid() == 0 else ""
        settings = {"user": user, "port": self.port, "upstream": server.port, "buffering": "off" if "streaming" in kind else "on"}
        text = (NGINX if program == "nginx" else HAPROXY).format(**settings)
        (folder / "front.conf").write_text(text)
        arguments = {
            "nginx": ["-p", str(folder), "-c", str(folder / "front.conf"), "-e", str(folder / "error.log")],
            "haproxy": ["-db", "-f", str(folder / "front.conf")],
        }[program]
        with open(folder / "out.txt", "ab") as out:
            self.process = subprocess.Popen([program, *arguments], cwd=folder, stdout=out, stderr=out)
        self.wait(folder)

    def wait(self, folder):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.kind} does not run: {(folder / 'out.txt').read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
