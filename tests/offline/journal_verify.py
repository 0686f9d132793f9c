#!/usr/bin/env python3
"""Verifies an exported journal, written from docs/JOURNAL.md alone: nothing of heed, nothing but Python.

    tests/offline/journal_verify.py journal.jsonl PUBLIC_KEY_IN_HEX

Prints what holds and exits with 0, or the first thing that does not fit and exits with 1."""
import base64
import hashlib
import json
import sys
from datetime import datetime, timezone

# Ed25519, from RFC 8032 section 5.1 and its appendix A.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if (x & 1) != sign else x


def decompress(text):
    y = int.from_bytes(text, "little")
    x = recover_x(y & (1 << 255) - 1, y >> 255)
    return None if x is None else (x, y & (1 << 255) - 1)


def add(a, b):
    x, y = a[0] * b[1] + b[0] * a[1], a[1] * b[1] + a[0] * b[0]
    c = D * a[0] * b[0] * a[1] * b[1]
    return x * pow(1 + c, P - 2, P) % P, y * pow(1 - c, P - 2, P) % P


def times(n, point):
    result = (0, 1)
    for bit in bin(n)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def verifies(key, message, signature):
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return times(s, BASE) == add(r, times(h, a))


# Section 2 and 3 of the page.
def number(n):
    return n.to_bytes(8, "big")


def time(text):
    seconds, fraction = text[:-1].split(".")
    at = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return number(int(at.timestamp()) * 10**9 + int(fraction) + 2**63)


def sized(data):
    length, out = len(data), b""
    while length > 127:
        out, length = out + bytes([length & 127 | 128]), length >> 7
    return out + bytes([length]) + data


def entry_bytes(e):
    subject = base64.urlsafe_b64decode(e["subject"] + "=" * (-len(e["subject"]) % 4))
    texts = b"".join(sized(e[k].encode()) for k in ("actor", "what", "detail"))
    return b"\1" + number(e["number"]) + time(e["time"]) + texts + sized(subject)


def organization_bytes(text):
    value = 0
    for letter in text:
        value = value << 5 | "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    return value.to_bytes(16, "big")


def head_bytes(h):
    return (b"heed journal head 1\n" + organization_bytes(h["organization"]) + number(h["entries"]) +
            bytes.fromhex(h["root"]) + time(h["time"]) + bytes.fromhex(h["policy"]))


# RFC 9162 sections 2.1.3.2 and 2.1.4.2.
def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def included(leaf, size, seen, proof, root):
    last = size - 1
    for sibling in proof:
        if last == 0:
            return False
        if leaf & 1 or leaf == last:
            seen = node(sibling, seen)
            while not leaf & 1 and leaf:
                leaf, last = leaf >> 1, last >> 1
        else:
            seen = node(seen, sibling)
        leaf, last = leaf >> 1, last >> 1
    return last == 0 and seen == root


def consistent(earlier, later, before, now, proof):
    if earlier == later:
        return before == now and not proof
    if earlier & earlier - 1 == 0:
        proof = [before] + proof
    if not proof:
        return False
    first, last = earlier - 1, later - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    part = whole = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            part, whole = node(sibling, part), node(sibling, whole)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            whole = node(whole, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and part == before and whole == now


def hashes(texts):
    return [bytes.fromhex(text) for text in texts]


def check(holds, what):
    if not holds:
        sys.exit(what)


def verify(lines, key):
    """What an export's lines tell first, once all of it holds."""
    told, newest = lines[0], lines[1]["head"]
    signed = [newest] + [line["earlier"] for line in lines[2:2 + told["earlier"]]]
    for i, head in enumerate(signed):
        name = f"earlier head {i}" if i else "the head"
        check(verifies(key, head_bytes(head), bytes.fromhex(head["signature"])), name + " is not signed")
        check(head["organization"] == told["organization"], name + " is another organization's")
    root, size = bytes.fromhex(newest["root"]), newest["entries"]
    for i, line in enumerate(lines[2:2 + told["earlier"]], 1):
        head = line["earlier"]
        fits = consistent(head["entries"], size, bytes.fromhex(head["root"]), root, hashes(line["consistency"]))
        check(fits, f"earlier head {i} does not fit")
    entries = lines[2 + told["earlier"]:]
    check(len(entries) == told["to"] - told["from"] + 1, "an entry is missing, or one too many")
    for expected, line in enumerate(entries, told["from"]):
        leaf = hashlib.sha256(b"\0" + entry_bytes(line["entry"])).digest()
        fits = line["entry"]["number"] == expected
        fits = fits and included(expected - 1, size, leaf, hashes(line["inclusion"]), root)
        check(fits, f"entry {expected} does not fit")
    return told


def main(path, key):
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    told = verify(lines, bytes.fromhex(key))
    size = lines[1]["head"]["entries"]
    print(f"holds: entries {told['from']} to {told['to']} of {size}, {told['earlier']} earlier heads")


if __name__ == "__main__":
    main(*sys.argv[1:3])
