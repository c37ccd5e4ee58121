"""Requests whose end could be seen in two places, and the request that each of them hides."""

from hostile import head

# What an attacker wants to be taken for a request of its own.
HIDDEN = head("GET", "/hidden")


def post(*fields, body=b""):
    return head("POST", "/api/v1/auth/login", "Content-Type: application/json", *fields) + body


def chunked(body):
    return post("Transfer-Encoding: chunked", body=body)


UNCLEAR = {
    "both lengths": post("Content-Length: 6", "Transfer-Encoding: chunked", body=b"0\r\n\r\nG"),
    "both lengths, the other way round": post("Transfer-Encoding: chunked", "Content-Length: 4", body=b"0\r\n\r\n"),
    "two equal lengths": post("Content-Length: 2", "Content-Length: 2", body=b"{}"),
    "two lengths": post("Content-Length: 2", "Content-Length: 0", body=b"{}"),
    "a list of lengths": post("Content-Length: 2, 2", body=b"{}"),
    "a length with a sign": post("Content-Length: +2", body=b"{}"),
    "a negative length": post("Content-Length: -2", body=b"{}"),
    "a hexadecimal length": post("Content-Length: 0x2", body=b"{}"),
    "a length that no number holds": post("Content-Length: 18446744073709551618", body=b"{}"),
    "an empty length": post("Content-Length: ", body=b"{}"),
    "a space before the colon": post("Content-Length : 2", body=b"{}"),
    "a tab before the colon": post("Transfer-Encoding\t: chunked", body=b"0\r\n\r\n"),
    "a folded field": post("X: y", " Content-Length: 2", body=b"{}"),
    "a folded value": post("Content-Length:", " 2", body=b"{}"),
    "a space before the first field": head("GET", "/").replace(b"Host", b" Host"),
    "a bare line feed after the request line": head("GET", "/").replace(b"1.1\r\n", b"1.1\n"),
    "a bare line feed after a field": post("X: y\nContent-Length: 2", body=b"{}"),
    "a bare line feed at the end of a head": head("GET", "/")[:-2] + b"\n",
    "a bare carriage return": post("X: y\rContent-Length: 2", body=b"{}"),
    "an unknown coding": post("Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "a coding after chunks": post("Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
    "a coding before chunks": post("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "a quoted coding": post('Transfer-Encoding: "chunked"', body=b"0\r\n\r\n"),
    "a coding with a control character": post("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"),
    "two codings": post("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "chunks in HTTP/1.0": chunked(b"0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "two hosts": head("GET", "/", "Host: b"),
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a NUL in a field": post("X: \x00", "Content-Length: 2", body=b"{}"),
    "a field without a colon": head("GET", "/", "Content-Length 2"),
    "another version": head("GET", "/").replace(b"HTTP/1.1", b"HTTP/1.2"),
    "no version": b"GET /\r\n",
}

UNCLEAR_CHUNKS = {
    "a bare line feed after a size": b"2\n{}\r\n0\r\n\r\n",
    "a space after a size": b"2 \r\n{}\r\n0\r\n\r\n",
    "a prefix of a size": b"0x2\r\n{}\r\n0\r\n\r\n",
    "a sign": b"+2\r\n{}\r\n0\r\n\r\n",
    "no size": b"\r\n{}\r\n0\r\n\r\n",
    "a size that no number holds": b"10000000000000002\r\n{}\r\n0\r\n\r\n",
    "a line feed within an extension": b"2;a\nb\r\n{}\r\n0\r\n\r\n",
    "more bytes than the size": b"2\r\n{}GET\r\n0\r\n\r\n",
    "a bare line feed after a chunk": b"2\r\n{}\n0\r\n\r\n",
    "a bare line feed at the end": b"2\r\n{}\r\n0\r\n\n",
    "a folded trailer": b"2\r\n{}\r\n0\r\nX: y\r\n z\r\n\r\n",
}
