"""Database servers for tests: started on a temporary folder and a free port of the loopback, gone at the end.

`with postgres() as url:` gives the URL of a server where everything may be done; databases of one's own are made there.
Both are tuned for tests: what they hold may be lost in a power cut, and nobody else can reach them.

    python3 tests/databases.py postgresql    starts one by hand, says where it is, and stops it at Ctrl-C
    python3 tests/databases.py missing       says which packages of Debian are missing for those that cannot be started
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from pathlib import Path

PACKAGES = {"PostgreSQL": "postgresql", "MariaDB": "mariadb-server"}


def find_postgres():
    """The folder of PostgreSQL's programs: the newest that Debian has installed, or wherever `initdb` is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    program = found[-1] if found else shutil.which("initdb")
    return Path(program).parent if program else None


def find_mariadb():
    """MariaDB's server and the program that makes its folder."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    server, install = (shutil.which(name, path=path) for name in ("mariadbd", "mariadb-install-db"))
    return (server, install) if server and install else None


def installed():
    """The names of the database servers that can be started here."""
    return [name for name, found in (("PostgreSQL", find_postgres()), ("MariaDB", find_mariadb())) if found]


@contextlib.contextmanager
def postgres():
    """Starts PostgreSQL and gives its URL."""
    bin = find_postgres()
    with folder("postgres") as (base, user):
        data, port = base / "data", free_port()
        # English, so that what sorts by the language of the database instead of byte by byte is found out.
        language = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"]
        run(user, bin / "initdb", "--pgdata", data, "--username", "kleister", "--auth", "trust", "--no-sync", *language)
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=300"]
        place = ["listen_addresses=127.0.0.1", f"unix_socket_directories={base}"]
        options = [part for setting in [*fast, *place] for part in ("-c", setting)]
        with running(base, user, [bin / "postgres", "-D", data, "-p", str(port), *options], port, signal.SIGINT):
            yield f"postgres://kleister@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def mariadb():
    """Starts MariaDB and gives its URL."""
    server, install = find_mariadb()
    with folder("mysql") as (base, user):
        data, port, start = base / "data", free_port(), base / "start.sql"
        run(user, install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
            "--skip-test-db")
        start.write_text("CREATE USER kleister@127.0.0.1;\nGRANT ALL ON *.* TO kleister@127.0.0.1;\n")
        start.chmod(0o644)
        fast = ["--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--innodb-doublewrite=0", "--skip-log-bin",
                "--innodb-flush-method=nosync", "--innodb-buffer-pool-size=64M", "--performance-schema=OFF"]
        place = [f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", f"--socket={base}/socket",
                 f"--pid-file={base}/pid", f"--init-file={start}", "--skip-name-resolve", "--max-connections=300"]
        with running(base, user, [server, "--no-defaults", *place, *fast], port, signal.SIGTERM):
            yield f"mariadb://kleister@127.0.0.1:{port}/mysql"


def execute(url, sql):
    """Has a statement done, by the program that comes with the database server."""
    place = urllib.parse.urlsplit(url)
    if place.scheme == "postgres":
        command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", sql, url]
    else:
        command = ["mariadb", "--no-defaults", f"--host={place.hostname}", f"--port={place.port}",
                   f"--user={place.username}", f"--execute={sql}", place.path.lstrip("/")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def new_database(server):
    """Makes a database on the server with this URL, and gives its URL."""
    name = f"kleister_{uuid.uuid4().hex}"
    execute(server, f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"


SERVERS = {"PostgreSQL": postgres, "MariaDB": mariadb}


@contextlib.contextmanager
def folder(user):
    """A temporary folder and the user whose it is: database servers refuse to run as root."""
    base = Path(tempfile.mkdtemp(prefix="kleister-database-"))
    user = user if os.geteuid() == 0 else None
    try:
        if user:
            shutil.chown(base, user, user)
        yield base, user
    finally:
        shutil.rmtree(base, ignore_errors=True)


def run(user, *command):
    """Runs a program to its end; what it says is told only if it fails."""
    done = subprocess.run(list(map(str, command)), user=user, group=user, extra_groups=[] if user else None,
                          cwd="/", capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")


@contextlib.contextmanager
def running(base, user, command, port, stop):
    """Runs a server until the end of the block, in whatever way it ends."""
    log = open(base / "log", "wb")
    process = subprocess.Popen(list(map(str, command)), user=user, group=user, extra_groups=[] if user else None,
                               cwd="/", stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                               preexec_fn=lambda: end_with_parent(stop))
    try:
        deadline = time.monotonic() + 60
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} does not start: {(base / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def end_with_parent(how):
    """Has this process told to end when the one that started it does, even by a kill; Linux alone can do that."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(1, how)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main():
    servers = {name.lower(): server for name, server in SERVERS.items()}
    wanted = sys.argv[1].lower() if len(sys.argv) == 2 else ""
    if wanted == "missing":
        print(*(package for name, package in PACKAGES.items() if name not in installed()))
        return
    if wanted not in servers:
        sys.exit(__doc__)
    with servers[wanted]() as url:
        print(f"TEST_DATABASE_URL={url}", flush=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
