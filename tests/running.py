"""A Kleister server that really runs: started on a free port and a folder of its own, stopped or killed at will."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from databases import new_database

ROOT = Path(__file__).parent.parent
PROGRAM = Path(os.environ.get("KLEISTER_PROGRAM", ROOT / "target" / "debug" / "kleister"))
PASSWORD = "a password for tests"
# Tests sign in often and wrongly, all from one address.
PATIENT = {
    "KLEISTER_SIGNIN_ADDRESS_FAILURES": "1000000",
    "KLEISTER_SIGNIN_ACCOUNT_FAILURES": "1000000",
    "KLEISTER_SIGNIN_TOKEN_FAILURES": "1000000",
    "KLEISTER_SIGNIN_DELAYS": "[0, 0, 0, 0]",
}
# No test asks or tells anybody outside; those that do begin him.
ALONE = {"KLEISTER_WEBHOOK_ENABLED": "false"} | {
    f"KLEISTER_UPSTREAM_{name}": ""
    for name in ("MODRINTH", "CURSEFORGE", "PACKWIZ_INSTALLER", "PACKWIZ_BOOTSTRAP")
}

ALONE |= {f"KLEISTER_UPSTREAM_{name}": "" for name in ("FABRIC_PROFILES", "QUILT_PROFILES", "FORGE_MAVEN", "NEOFORGE_MAVEN")}


def free_port():
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Answer:
    """What a server answered: status, headers (whatever their case), body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<Answer {self.status} {self.body[:300]!r}>"


class Server:
    """One server process with its folder. `flags` are added to the command line of each start.

    `environment` holds variables for each start beside those of the tests, `metrics` the address of `/healthz`,
    `limits` the variables that say how often somebody may fail to sign in. `database` is the URL of a database server
    where the rows go to a new database; without one, and without KLEISTER_TEST_DATABASE_URL, they go to a file of SQLite.
    """

    def __init__(self, folder, *flags, database=os.environ.get("KLEISTER_TEST_DATABASE_URL")):
        self.folder = Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = f"{self.url}/api/v1"
        self.flags = list(flags)
        self.environment = {"KLEISTER_DATABASE_URL": new_database(database)} if database else {}
        self.limits = PATIENT
        self.metrics = ""
        self.process = None
        self.token = None

    def command(self):
        flags = ["--server-addr", f"127.0.0.1:{self.port}", "--metrics-addr", self.metrics, *self.flags]
        return [str(PROGRAM), "server", *flags]

    def start(self, wait=True):
        """Starts the process; what it prints goes to `out.txt` and `err.txt` of the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "out.txt", "ab") as out, open(self.folder / "err.txt", "ab") as err:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env={**os.environ, **ALONE, **self.limits, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        if wait:
            self.wait()
        return self

    def wait(self, seconds=30):
        """Waits until the server answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: {self.errors()}")
            try:
                self.get("/")
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the server does not answer")

    def errors(self):
        return (self.folder / "err.txt").read_text()

    def printed(self):
        return (self.folder / "out.txt").read_text()

    def stop(self):
        """Asks the server to stop, as an init system would, and gives its exit code."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.process = None
        return code

    def kill(self):
        """Ends the server without a warning, as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def admin(self, *command, password=None):
        """Runs `kleister admin` beside the server and gives the finished process."""
        return subprocess.run(
            [str(PROGRAM), "admin", *command],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            input=password,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def become_admin(self, username="admin"):
        """Makes an administrator and remembers a token of his."""
        made = self.admin("user", "create", username, "--admin", "--password-stdin", password=PASSWORD)
        assert made.returncode == 0, made.stderr
        self.token = self.sign_in(username, PASSWORD)
        return self

    def sign_in(self, username, password):
        answer = self.post("/api/v1/auth/login", {"username": username, "password": password}, token=None)
        assert answer.status == 200, answer
        return answer.json()["token"]

    def request(self, method, path, body=None, headers=None, token=...):
        """Sends one request; `body` is JSON unless it is bytes. Errors of HTTP are answers like any other."""
        headers = dict(headers or {})
        token = self.token if token is ... else token
        if token:
            headers.setdefault("Authorization", f"Bearer {token}")
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def put(self, path, body=None, **options):
        return self.request("PUT", path, body, **options)

    def delete(self, path, body=None, **options):
        return self.request("DELETE", path, body, **options)

    def upload(self, module, name, data, file_name=None, **options):
        """Uploads a version of a mod as a form."""
        boundary = "----kleister-tests"
        disposition = 'form-data; name="file"' + (f'; filename="{file_name}"' if file_name else "")
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'.encode(),
            f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: application/octet-stream\r\n\r\n".encode(),
            data,
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.post(f"/api/v1/mods/{module}/versions", b"".join(parts), headers=headers, **options)


def refused_start(server):
    """Starts a server that cannot start, and gives what it says about that."""
    former = len(server.errors()) if (server.folder / "err.txt").exists() else 0
    server.start(wait=False)
    process, server.process = server.process, None
    assert process.wait(timeout=20) not in (0, None)
    said = server.errors()[former:]
    assert "panicked" not in said
    return said
