#!/usr/bin/env python3
"""Verifies the receipt of an erasure, written from docs/ERASURE.md alone: nothing of heed, nothing but Python.

    tests/offline/receipt_verify.py erasure-17.jsonl PUBLIC_KEY_IN_HEX

Prints what holds and exits with 0, or the first thing that does not fit and exits with 1."""
import json
import sys

from journal_verify import check, verifies, verify

PURPOSE = b"heed erasure receipt 1\n"
MEMBERS = ["format", "version", "organization", "number", "tag", "reason", "logical", "cryptographic",
           "physical", "physical_by", "counts", "exceptions", "entry"]


def main(path, key):
    key = bytes.fromhex(key)
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    text = lines[0]["receipt"]
    signed = verifies(key, PURPOSE + text.encode(), bytes.fromhex(lines[0]["signature"]))
    check(signed, "the receipt is not signed")
    receipt = json.loads(text)
    check(list(receipt) == MEMBERS, "the receipt has other members than a receipt has")
    check((receipt["format"], receipt["version"]) == ("heed erasure receipt", 1), "this is no receipt")

    told = verify(lines[1:], key)
    check(told["organization"] == receipt["organization"], "the journal is another organization's")
    check(told["from"] == told["to"] == receipt["entry"], "the journal's entry is another one")
    entry = lines[-1]["entry"]
    detail = {"number": receipt["number"], "tag": receipt["tag"],
              "removed": sum(count["removed"] for count in receipt["counts"])}
    check(entry["what"] == "subject.erased" and json.loads(entry["detail"]) == detail,
          "the journal tells otherwise")

    gone = receipt["physical"] or "at the latest " + receipt["physical_by"]
    print(f"holds: erasure {receipt['number']}, found by nobody since {receipt['logical']}, "
          f"readable by nobody since {receipt['cryptographic']}, gone from every file {gone}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
