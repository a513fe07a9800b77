#!/usr/bin/env python3
"""Checks an exported ledger without Kanhe: Python's standard library and nothing else.

    check-export.py DIRECTORY [VERIFIER_KEY]

Reads what C2SP tlog-tiles says: every entry bundle, every tile, the checkpoint. Recomputes leaf
hashes, all tiles and the root (RFC 6962), walks the chain of `previous`, and verifies the
checkpoint's Ed25519 signature (RFC 8032). Without VERIFIER_KEY the key is taken from the ledger's
first entry, which proves only that the ledger agrees with itself. Prints one line and exits with 0,
or the first fault and 1.
"""

import base64
import hashlib
import json
import os
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


class Fault(Exception):
    pass


def demand(condition, reason):
    if not condition:
        raise Fault(reason)


def sha256(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha256(b"\x01" + left + right)


# Ed25519, as in RFC 8032, section 6: plain and slow, for one signature.


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    demand((x * x - square) % P == 0 and not (x == 0 and sign), "a point is not on the curve")
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    demand(y < P, "a point is not canonical")
    x = recover_x(y, sign)
    return (x, y, 1, x * y % P)


def add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def multiply(scalar, base):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, base)
        base = add(base, base)
        scalar >>= 1
    return result


def ed25519_verify(key, message, signature):
    if len(signature) != 64:
        return False
    y = 4 * pow(5, P - 2, P) % P
    x = recover_x(y, 0)
    r, s = point(signature[:32]), int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = multiply(s, (x, y, 1, x * y % P))
    right = add(r, multiply(int.from_bytes(digest, "little") % L, point(key)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


# C2SP tlog-tiles.


def tile_path(kind, index, width):
    groups = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        groups.insert(0, "x%03d" % (index % 1000))
    return "tile/%s/%s%s" % (kind, "/".join(groups), "" if width == 256 else ".p/%d" % width)


def read(directory, path):
    with open(os.path.join(directory, path), "rb") as file:
        return file.read()


def decode_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def entries(directory, size):
    """Every entry, bundle by bundle."""
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        data, position = read(directory, tile_path("entries", index, width)), 0
        for _ in range(width):
            length = int.from_bytes(data[position : position + 2], "big")
            entry = data[position + 2 : position + 2 + length]
            demand(len(entry) == length, "bundle %d ends within an entry" % index)
            yield entry
            position += 2 + length
        demand(position == len(data), "bundle %d goes on after its entries" % index)


def check_tiles(directory, hashes):
    """Every tile holds the hashes of its level, which only full tiles are hashed up to."""
    level = 0
    while hashes:
        above = []
        for index in range((len(hashes) + 255) // 256):
            row = hashes[index * 256 : index * 256 + 256]
            path = tile_path(level, index, len(row))
            demand(read(directory, path) == b"".join(row), "%s has other hashes" % path)
            if len(row) == 256:
                above.append(root(row))
        hashes, level = above, level + 1


def root(hashes):
    """RFC 6962, section 2.1, without recursion: perfect subtrees, folded from the right."""
    if not hashes:
        return sha256(b"")
    stack = []
    for position, value in enumerate(hashes):
        while position & 1:
            value, position = node(stack.pop(), value), position >> 1
        stack.append(value)
    while len(stack) > 1:
        right = stack.pop()
        stack.append(node(stack.pop(), right))
    return stack[0]


def check_signature(note, origin, vkey):
    text, _, lines = note.rpartition(b"\n\n")
    name, key_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded)
    demand(name == origin and key[0] == 1, "the verifier key is of another ledger or kind")
    wanted = sha256(name.encode() + b"\n" + key)[:4]
    demand(wanted.hex() == key_id, "the verifier key has another key id")
    for line in lines.decode().splitlines():
        dash, signer, signature = line.split(" ")
        data = base64.b64decode(signature)
        if dash == "—" and signer == name and data[:4] == wanted:
            demand(
                ed25519_verify(key[1:], text + b"\n", data[4:]),
                "the checkpoint's signature does not hold",
            )
            return
    raise Fault("the checkpoint bears no signature of the key")


def check(directory, vkey):
    note = read(directory, "checkpoint")
    origin, size, wanted = note.decode().split("\n")[:3]
    size, hashes, previous = int(size), [], bytes(32)
    for index, entry in enumerate(entries(directory, size)):
        value = json.loads(entry)
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        demand(canonical == entry, "entry %d is not canonical JSON" % index)
        demand(value["index"] == index, "entry %d has another index" % index)
        demand(
            decode_base64url(value["previous"]) == previous,
            "entry %d does not continue the chain" % index,
        )
        if index == 0 and vkey is None:
            vkey = json.loads(decode_base64url(value["event"].split(".")[1]))["ledger_key"]
        previous = sha256(b"\x00" + entry)
        hashes.append(previous)
    demand(root(hashes) == base64.b64decode(wanted), "the entries do not have the signed root")
    check_tiles(directory, hashes)
    check_signature(note, origin, vkey)
    return "%d entries of %s, root %s" % (size, origin, wanted)


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    try:
        print(check(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None))
    except (Fault, OSError, ValueError, KeyError) as fault:
        sys.exit("fault: %s" % fault)


if __name__ == "__main__":
    main()
