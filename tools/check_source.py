#!/usr/bin/python3
"""The house rules that no compiler checks: who may include whom, what may be called where, how long things may be.

usage: check_source.py [--root DIR] [--generated DIR]

The rules are the tables below; every fault is a line `file:line: message`. With --generated, the folder of the
generated headers, each header is also compiled alone. Nothing here knows what the code does, and nothing is changed.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LINE_COLUMNS, TAB_COLUMNS, FILE_LINES, FUNCTION_LINES = 120, 4, 800, 70

# What a folder of src/ may include beside its own headers: folders, or single headers. It follows from
# cli -> http, jobs -> operations, auth -> rules, generated -> db -> base; nothing points back.
GENERATED = ("contract.h", "statements.h", "contract/")
DATABASE = ("db/", "base/")
LAYERS = {
    "base": (),
    "db": ("base/",),
    "contract": DATABASE,
    "rules": ("contract.h", "base/"),
    "auth": ("rules/", *GENERATED, *DATABASE),
    "operations": ("auth/", "rules/", *GENERATED, "db/context.h", "db/ids.h", "base/"),
    "jobs": ("operations/", "auth/", "rules/", *GENERATED, *DATABASE),
    "http": ("operations/", "auth/", "rules/", *GENERATED, "assets.h", *DATABASE),
    "cli": ("http/", "jobs/", "operations/", "auth/", "rules/", *GENERATED, "assets.h", *DATABASE),
    "main.c": ("cli/", "base/"),
}

# The files that may include a library; whoever else wants it asks them.
LIBRARIES = {
    "sqlite3.h": ("db/sqlite.c",),
    "libpq-fe.h": ("db/postgres.c", "db/postgres_pipeline.c"),
    "microhttpd.h": ("http/intake.h",),
    "gnutls/": ("http/tls.h",),
    "unicode/ucurr.h": ("base/currency.c",),
    "jansson.h": ("base/json_memory.c", "http/body.h", "http/value.h", "http/system.c", "auth/passkey.c"),
    "fido": ("auth/passkey.c",),
    "liboath/": ("auth/one_time.c",),
    "qrencode.h": ("auth/qr_code.c",),
    "zlib.h": ("contract/zip.c", "http/compress.c"),
    "xxhash.h": ("base/random.c",),
    "sodium.h": ("auth/password.c", "base/random.c", "base/seal.c", "base/vault.c"),
    "curl/": ("jobs/mail.c", "jobs/transfer.c"),
    "glib": ("base/text.c", "base/zone.c"),
    "idn2.h": ("base/mailbox.c",),
}


class Ban(NamedTuple):
    """Words that `folders` of src/ (all where empty) do without, but for the files in `but`."""
    words: str
    reason: str
    folders: tuple = ()
    but: tuple = ()


# In code, comments and strings aside: the name of a function that is called.
CALLS = (
    Ban("strcpy strcat strncpy strncat sprintf vsprintf gets", "has no bound: use base/text or base/buffer"),
    Ban("atoi atol atoll atof", "sees no errors: use text_to_integer or decimal_parse"),
    Ban("strtok strtok_r alloca setjmp longjmp system popen", "is not used here"),
    Ban("gmtime gmtime_r localtime localtime_r mktime timegm strftime ctime asctime",
        "is not used here: base/calendar and base/zone know days and zones", but=("jobs/mail.c",)),
    Ban("rand srand random srandom drand48", "is not random: use base/random"),
    Ban("time clock_gettime gettimeofday", "the sandbox sets the clock: use clock_now or clock_monotonic",
        but=("base/clock.c", "base/log.c", "jobs/mail.c")),
    Ban("malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf",
        "the memory of a request is its arena", ("auth", "http", "operations", "rules"),
        ("auth/principals.c", "auth/uses.c", "http/metrics.c", "http/rate_limit.c")),
    Ban("arena_mark", "answers under way would be rewound: use db_mark", ("operations",),
        ("operations/slots.c",)),  # what is under way there has no rows, and a wait would be a journey a batch
    Ban("db_begin db_commit db_rollback db_savepoint db_release db_undo db_snapshot_enter db_snapshot_leave",
        "only executors and http/execute open transactions", ("auth", "http", "jobs", "operations", "rules"),
        ("http/execute.c",)),
)

# In string literals: a pattern.
LITERALS = (
    Ban(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b", "SQL stands in sql/", LAYERS.keys() - {"db"}),
    Ban(r'\{\\"|\\":', "only contract/encode and http/reply write JSON", LAYERS.keys() - {"base", "db"},
        ("http/reply.c", "http/system.c", "http/oauth_metadata.c")),
)

# How a file opens, and what it says there is what it is for.
OPENINGS = {".c": "/* ", ".h": "/* ", ".def": "/* ", ".sql": "-- ", ".yaml": "# ", ".py": '"""', "": "# "}
FILES = ("src/**/*.[ch]", "src/**/*.def", "tests/**/*.[ch]", "tests/**/*.py", "tools/**/*.py", "bench/*.[ch]",
         "bench/*.py", "api/*.yaml", "sql/**/*.sql", "script/*")
# Tables have one row a line, however wide; what is said of a constraint stands behind it. Tests are lists of cases.
ANY_WIDTH = ("src/**/*.def", "api/*.yaml", "sql/migrations/*.sql")
ANY_LENGTH = ("tests/**/*",)

_STATIC = re.compile(r"^static (?:[\w ]+?[ *]+)(\w+)\(", re.MULTILINE)
_LEXEME = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


class Source:
    """A file of src/. `code` is its text without comments and strings, line by line the same."""

    def __init__(self, root, path):
        self.path = path
        self.name = path.relative_to(root / "src").as_posix()
        self.layer = self.name.split("/")[0]
        self.text = path.read_text()
        self.code = _LEXEME.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.text)
        self.literals = [(self.line(match.start()), match[0]) for match in _LEXEME.finditer(self.text)
                         if match[0].startswith('"')]
        self.includes = [(self.line(match.start()), match[1], match[2]) for match in
                         re.finditer(r'^\s*#\s*include\s*([<"])([^>"]+)', self.text, re.MULTILINE)]

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1


class Report:
    def __init__(self, root):
        self.root, self.faults = root, []

    def add(self, path, line, message):
        self.faults.append((path.relative_to(self.root).as_posix(), line, message))

    def lines(self):
        return [f"{path}:{line}: {message}" for path, line, message in sorted(set(self.faults))]


def matches(name, patterns):
    """`name` is one of the headers, or lies in one of the folders."""
    return any(name.startswith(pattern) if pattern.endswith("/") else name == pattern for pattern in patterns)


def check_layers(source, report):
    allowed = LAYERS.get(source.layer)
    if allowed is None:
        report.add(source.path, 1, f"{source.layer} is no layer: say in LAYERS what it may include")
        return
    for line, kind, header in source.includes:
        if kind == '"' and not matches(header, (source.layer + "/", *allowed)):
            report.add(source.path, line, f"{source.layer} must not include {header}")


def check_libraries(source, report):
    for library, files in LIBRARIES.items():
        lines = [line for line, kind, header in source.includes if kind == "<" and header.startswith(library)]
        judge(source, report, lines, source.name in files, f"<{library}> belongs to {', '.join(files)}")


def check_bans(source, report):
    for ban in CALLS:
        pattern = re.compile(rf"(?<![\w.>])({'|'.join(ban.words.split())})\s*\(")
        found = [(source.line(match.start()), match[1]) for match in pattern.finditer(source.code)]
        apply(source, report, ban, [line for line, _ in found], ", ".join(sorted({name for _, name in found})))
    for ban in LITERALS:
        apply(source, report, ban, [line for line, text in source.literals if re.search(ban.words, text)], "this text")


def apply(source, report, ban, lines, what):
    if not ban.folders or source.layer in ban.folders:
        judge(source, report, lines, source.name in ban.but, f"{what}: {ban.reason}")


def judge(source, report, lines, excepted, message):
    """An exception that is no longer needed must go: the tables are to tell the truth."""
    if excepted and not lines:
        report.add(source.path, 1, f"tools/check_source.py makes an exception that is not needed: {message}")
    for line in () if excepted else lines:
        report.add(source.path, line, message)


def check_functions(source, report):
    start = None
    for number, line in enumerate(source.code.split("\n"), 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start:
            if number - start - 1 > FUNCTION_LINES:
                report.add(source.path, start, f"a function of {number - start - 1} lines: at most {FUNCTION_LINES}")
            start = None


def check_names(sources, report):
    """A static function's name leads to one place, in grep and in a debugger."""
    places = {}
    for source in sources:
        for match in _STATIC.finditer(source.code):
            places.setdefault(match[1], {}).setdefault(source.name, (source, source.line(match.start())))
    for name, files in places.items():
        for source, line in list(files.values()) if len(files) > 1 else ():
            others = ", ".join(sorted(files.keys() - {source.name}))
            report.add(source.path, line, f"{name} stands in {others} as well: say whose it is")


def check_guard(source, report):
    guard = "STINT_" + re.sub(r"\W", "_", source.name.upper())
    if f"\n#ifndef {guard}\n#define {guard}\n" not in source.text:
        report.add(source.path, 1, f"the include guard is {guard}")


def check_compiles_alone(source, report, generated):
    command = ["gcc", "-fsyntax-only", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-x", "c",
               "-I", report.root / "src", "-I", generated, source.path]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    if compiled.returncode or compiled.stderr:
        report.add(source.path, 1, "does not compile alone: " + compiled.stderr.strip().split("\n")[0])


def check_text(path, report, any_width, any_length):
    """What holds for every file that a person writes."""
    text = path.read_text()
    lines = text.split("\n")
    if text and not text.endswith("\n"):
        report.add(path, len(lines), "the last line has no end")
    if not any_length and len(lines) - 1 > FILE_LINES:
        report.add(path, 1, f"{len(lines) - 1} lines: at most {FILE_LINES}")
    opening = lines[1:] if lines[0].startswith("#!") else lines
    if text.strip() and not "\n".join(opening).startswith(OPENINGS[path.suffix]):
        report.add(path, 1, "open with a comment: what it is for")
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            report.add(path, number, "white space at the end")
        if not any_width and len(line.expandtabs(TAB_COLUMNS)) > LINE_COLUMNS:
            report.add(path, number, f"wider than {LINE_COLUMNS} columns")


def find(root, patterns):
    return sorted({path for pattern in patterns for path in root.glob(pattern)
                   if path.is_file() and "node_modules" not in path.parts and "__pycache__" not in path.parts})


def check(root, generated=None):
    """All faults, as lines."""
    report = Report(root)
    any_width, any_length = find(root, ANY_WIDTH), find(root, ANY_LENGTH)
    for path in find(root, FILES):
        check_text(path, report, path in any_width, path in any_length)
    sources = [Source(root, path) for path in find(root, ("src/**/*.[ch]",))]
    check_names(sources, report)
    for source in sources:
        check_layers(source, report)
        check_libraries(source, report)
        check_bans(source, report)
        check_functions(source, report)
        if source.path.suffix == ".h":
            check_guard(source, report)
            if generated:
                check_compiles_alone(source, report, generated)
    return report.lines()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--generated", type=Path)
    options = parser.parse_args()
    faults = check(options.root.resolve(), options.generated)
    if faults:
        print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
