#!/usr/bin/python3
"""What a fault in memory meets in the program that is installed. Usage: test_hardening.py PROGRAM

Reads the file with readelf; what is missing is printed."""

import re
import subprocess
import sys

WANTED = {
    "loads at a random address": ("-dW", r"FLAGS_1.*\bPIE\b"),
    "binds all symbols at the start": ("-dW", r"BIND_NOW"),
    "then makes their table read-only": ("-lW", r"GNU_RELRO"),
    "keeps the stack from running": ("-lW", r"GNU_STACK\s+(0x\w+\s+){5}RW\s"),
    "guards its stack": ("-sW", r"__stack_chk_fail"),
    "bounds what it copies": ("-sW", r"__memcpy_chk"),
    "touches each page of a growing stack": ("--debug-dump=info", r"DW_AT_producer.*-fstack-clash-protection"),
    "begins its variables at zero": ("--debug-dump=info", r"DW_AT_producer.*-ftrivial-auto-var-init=zero"),
}


def read(program, option):
    return subprocess.run(["readelf", option, program], capture_output=True, text=True, check=True).stdout


def main():
    program = sys.argv[1]
    views = {option: read(program, option) for option, _ in WANTED.values()}
    missing = [what for what, (option, pattern) in WANTED.items() if not re.search(pattern, views[option])]
    for what in missing:
        print(f"{program}: nothing {what}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
