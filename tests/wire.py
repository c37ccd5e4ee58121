"""HTTP by hand: requests that no ordinary client sends, and uploads that one can stop in the middle."""

import http.client
import socket

from running import Answer

BOUNDARY = "----kleister-by-hand"


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def read_answer(connection, method="GET"):
    """Reads one answer from a socket."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return Answer(response.status, response.headers, response.read())


def send_raw(server, method, target, *headers):
    """Sends a request whose target goes over the wire exactly as it is written here."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close", *headers]
    with connect(server) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        return read_answer(connection, method)


def form(name, file_name=None, media_type="application/octet-stream"):
    """The bytes of an upload's form before and after the file."""
    disposition = 'form-data; name="file"' + (f'; filename="{file_name}"' if file_name else "")
    before = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'
        f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: {media_type}\r\n\r\n"
    )
    return before.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


class Upload:
    """An upload under way. With `size` the length of the file is declared, without it the body comes in chunks."""

    def __init__(self, server, module, name, size=None):
        self.chunked = size is None
        before, self.after = form(name, f"{name}.jar")
        length = 0 if self.chunked else len(before) + size + len(self.after)
        head = [
            f"POST /api/v1/mods/{module}/versions HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            f"Authorization: Bearer {server.token}",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
            "Transfer-Encoding: chunked" if self.chunked else f"Content-Length: {length}",
        ]
        self.connection = connect(server)
        self.connection.sendall("\r\n".join([*head, "", ""]).encode())
        self.send(before)

    def send(self, data):
        """Sends some bytes of the file."""
        self.connection.sendall(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)

    def pour(self, parts):
        """Sends one part after the other until the server hangs up, and counts the bytes that went."""
        sent = 0
        try:
            for part in parts:
                self.send(part)
                sent += len(part)
        except OSError:
            pass
        return sent

    def finish(self):
        """Sends the end of the form and reads the answer."""
        self.send(self.after)
        if self.chunked:
            self.connection.sendall(b"0\r\n\r\n")
        return self.answer()

    def answer(self):
        with self.connection:
            return read_answer(self.connection, "POST")

    def vanish(self):
        self.connection.close()


def refused(answer, status):
    """Checks that an answer is a problem of the API with this status, and gives it."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["status"] == status
    return answer.json()
