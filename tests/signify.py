"""What OpenBSD's signify does to verify a signature: Ed25519 by the formulas of RFC 8032, in nothing but numbers."""

import base64
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def verify(message, signature, public):
    """Whether a signature belongs to a message and a public key: files of two lines, as signify writes them."""
    number, signature = _read(signature, 64)
    known, public = _read(public, 32)
    if number != known:
        return False
    base, key, point = _point(_base()), _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    if None in (key, point) or scalar >= ORDER:
        return False
    challenge = int.from_bytes(digest, "little") % ORDER
    return _same(_times(scalar, base), _add(point, _times(challenge, key)))


def _read(file, length):
    """The number of the key and the bytes of a file; it must be one of signify's."""
    comment, line, rest = file.decode().split("\n")
    assert comment.startswith("untrusted comment: ") and rest == "", file
    data = base64.b64decode(line, validate=True)
    assert data[:2] == b"Ed" and len(data) == 10 + length, file
    return data[2:10], data[10:]


def _base():
    return (4 * pow(5, -1, P) % P).to_bytes(32, "little")


def _point(encoded):
    """The point of 32 bytes in extended coordinates; none where there is none."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _same(one, other):
    return not (one[0] * other[2] - other[0] * one[2]) % P and not (one[1] * other[2] - other[1] * one[2]) % P
