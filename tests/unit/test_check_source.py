"""tools/check_source.py: each rule refuses what it is there for, with file and line, and lets the house style pass."""

import pathlib
import shutil
import subprocess
import sys

import pytest

sys.dont_write_bytecode = True
TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))

import check_source  # noqa: E402

OPENING = "/* Something. */\n"
UNUSED = "tools/check_source.py makes an exception that is not needed"


@pytest.fixture
def check(tmp_path):
    """check(name, text): the faults of this file, without its name. It is too small to need what the real file of its
    name is allowed: that is left out."""
    def run(name, text, generated=None):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return [line.removeprefix(f"{name}:") for line in check_source.check(tmp_path, generated)
                if line.startswith(f"{name}:") and UNUSED not in line]
    return run


def function(lines):
    return OPENING + "\nvoid f(void)\n{\n" + "\tg();\n" * lines + "}\n"


# ---- layers and libraries ----

@pytest.mark.parametrize("file, header", [
    ("src/base/text.c", "db/db.h"), ("src/db/db.c", "contract.h"), ("src/rules/roles.c", "db/context.h"),
    ("src/rules/roles.c", "statements.h"), ("src/rules/roles.c", "contract/operation.h"),
    ("src/auth/token.c", "operations/projects.h"), ("src/auth/token.c", "http/request.h"),
    ("src/operations/projects.c", "http/request.h"), ("src/operations/projects.c", "db/db.h"),
    ("src/operations/projects.c", "jobs/mail.h"), ("src/jobs/mail.c", "http/server.h"),
    ("src/http/dispatch.c", "jobs/mail.h"), ("src/http/dispatch.c", "cli/cli.h"), ("src/main.c", "db/db.h")])
def test_nothing_points_back(check, file, header):
    layer = file.split("/")[1]
    assert check(file, OPENING + f'#include "{header}"\n') == [f"2: {layer} must not include {header}"]


@pytest.mark.parametrize("file, header", [
    ("src/db/db.c", "base/text.h"), ("src/rules/roles.c", "contract.h"), ("src/auth/token.c", "statements.h"),
    ("src/operations/members.c", "auth/token.h"), ("src/operations/projects.c", "db/context.h"),
    ("src/jobs/mail.c", "db/executor.h"), ("src/http/system.c", "assets.h"), ("src/cli/serve.c", "jobs/mail.h"),
    ("src/main.c", "cli/cli.h")])
def test_everything_points_down(check, file, header):
    assert check(file, OPENING + f'#include "{header}"\n') == []


def test_a_new_folder_needs_its_place(check):
    assert check("src/extras/a.c", OPENING) == ["1: extras is no layer: say in LAYERS what it may include"]


@pytest.mark.parametrize("file, header", [
    ("src/db/db.c", "sqlite3.h"), ("src/db/sqlite.c", "libpq-fe.h"), ("src/http/dispatch.c", "microhttpd.h"),
    ("src/base/json.c", "jansson.h"), ("src/auth/token.c", "sodium.h"), ("src/jobs/queue.c", "curl/curl.h"),
    ("src/rules/spans.c", "glib.h")])
def test_a_library_has_its_file(check, file, header):
    assert check(file, OPENING + f"#include <{header}>\n")[0].startswith("2: <")


def test_the_file_of_a_library_may_include_it(check):
    assert check("src/db/sqlite.c", OPENING + "#include <sqlite3.h>\n") == []


# ---- names ----

def test_a_static_name_stands_in_one_file(tmp_path):
    function = "\nstatic int keep(int a)\n{\n\treturn a;\n}\n"
    for name in ("a", "b"):
        (tmp_path / "src" / "base").mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / "base" / f"{name}.c").write_text(OPENING + function)
    assert [fault.split(": ")[:2] for fault in check_source.check(tmp_path)] == [
        ["src/base/a.c:3", "keep stands in base/b.c as well"], ["src/base/b.c:3", "keep stands in base/a.c as well"]]


# ---- calls ----

@pytest.mark.parametrize("file, call", [
    ("src/base/text.c", "strcpy(a, b)"), ("src/cli/serve.c", "sprintf(a, b)"), ("src/db/db.c", "atoi(a)"),
    ("src/rules/spans.c", "gmtime(&t)"), ("src/base/random.c", "rand()"), ("src/jobs/queue.c", "time(NULL)"),
    ("src/http/dispatch.c", "clock_gettime(CLOCK_REALTIME, &t)"), ("src/operations/projects.c", "malloc(1)"),
    ("src/http/bind.c", "free (a)"), ("src/auth/token.c", "strdup(a)"), ("src/operations/projects.c", "db_begin(c)"),
    ("src/http/reply.c", "db_commit(c)")])
def test_banned_calls(check, file, call):
    faults = check(file, OPENING + f"\nvoid f(void)\n{{\n\t{call};\n}}\n")
    assert len(faults) == 1 and faults[0].startswith(f"5: {call.split('(')[0].strip()}: ")


@pytest.mark.parametrize("file, line", [
    ("src/operations/projects.c", "/* free(a) and time(NULL) */"), ("src/operations/projects.c", 'x("malloc(1)");'),
    ("src/operations/projects.c", "arena_free(a);"), ("src/operations/projects.c", "a->free(b);"),
    ("src/operations/projects.c", "int time, free;"), ("src/base/arena.c", "free(a);"),
    ("src/db/db.c", "db_begin(c);")])
def test_calls_that_are_none_or_allowed(check, file, line):
    assert check(file, OPENING + f"\nvoid f(void)\n{{\n\t{line}\n}}\n") == []


def test_an_exception_must_be_needed(tmp_path):
    path = tmp_path / "src" / "http" / "rate_limit.c"
    path.parent.mkdir(parents=True)
    path.write_text(OPENING)
    unused = check_source.check(tmp_path)
    assert len(unused) == 1 and unused[0].startswith(f"src/http/rate_limit.c:1: {UNUSED}: ")
    path.write_text(OPENING + "\nvoid f(void)\n{\n\tfree(a);\n}\n")
    assert check_source.check(tmp_path) == []


# ---- texts ----

@pytest.mark.parametrize("file", ["src/operations/projects.c", "src/http/dispatch.c", "src/cli/serve.c"])
def test_sql_stands_in_sql(check, file):
    assert check(file, OPENING + '\nstatic const char a[] = "SELECT 1";\n') == ["3: this text: SQL stands in sql/"]


def test_json_is_written_by_the_reply(check):
    text = OPENING + '\nstatic const char a[] = "{\\"id\\":";\n'
    assert check("src/operations/projects.c", text) == ["3: this text: only contract/encode and http/reply write JSON"]
    assert check("src/http/bind.c", text) == ["3: this text: only contract/encode and http/reply write JSON"]
    assert check("src/http/reply.c", text) == []


# ---- sizes and forms ----

def test_functions_fit_a_screen(check):
    assert check("src/base/text.c", function(70)) == []
    assert check("src/base/text.c", function(71)) == ["4: a function of 71 lines: at most 70"]


def test_files_fit_a_sitting(check):
    assert check("src/base/errors.def", OPENING + "\n" * 799) == []
    assert check("src/base/errors.def", OPENING + "\n" * 800) == ["1: 801 lines: at most 800"]


def test_a_test_is_as_long_as_there_are_cases(check):
    assert check("tests/unit/test_a.c", OPENING + "\n" * 800) == []


def test_lines_fit_a_window(check):
    assert check("src/base/text.c", OPENING + "\t" + "x" * 116 + "\n") == []
    assert check("src/base/text.c", OPENING + "\t" + "x" * 117 + "\n") == ["2: wider than 120 columns"]
    assert check("src/base/text.c", OPENING + "/* " + "ü" * 114 + " */\n") == [], "columns, not bytes"


def test_rows_of_tables_are_one_line(check):
    assert check("src/base/errors.def", OPENING + "x" * 200 + "\n") == []


@pytest.mark.parametrize("name, good", [
    ("src/base/a.c", "/* For. */\n"), ("api/a.yaml", "# For.\n"), ("sql/a.sql", "-- For.\n"),
    ("tools/a.py", '"""For."""\n'), ("tools/b.py", '#!/usr/bin/python3\n"""For."""\n'),
    ("script/a", "#!/bin/sh\n# For.\n")])
def test_every_file_says_what_it_is_for(check, name, good):
    assert check(name, good) == []
    assert check(name, "\n" + good) == ["1: open with a comment: what it is for"]


def test_ends_of_lines(check):
    assert check("src/base/a.c", OPENING + "int a; \n") == ["2: white space at the end"]
    assert check("src/base/a.c", OPENING + "int a;") == ["2: the last line has no end"]


def header(guard, body=""):
    return OPENING + f"#ifndef {guard}\n#define {guard}\n\n{body}\n#endif\n"


def test_include_guards(check):
    assert check("src/base/a.h", header("STINT_BASE_A_H")) == []
    assert check("src/base/a.h", header("A_H")) == ["1: the include guard is STINT_BASE_A_H"]


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc")
def test_headers_compile_alone(check, tmp_path):
    generated = tmp_path / "build"
    generated.mkdir()
    (generated / "contract.h").write_text("enum role { ROLE_OWNER = 1 };\n")
    good = header("STINT_RULES_A_H", '#include "contract.h"\n\nenum role a(void);\n')
    assert check("src/rules/a.h", good, generated) == []
    faults = check("src/rules/a.h", header("STINT_RULES_A_H", "size_t a(void);\n"), generated)
    assert len(faults) == 1 and faults[0].startswith("1: does not compile alone: ") and "size_t" in faults[0]


# ---- the command ----

def test_the_command(tmp_path):
    command = [sys.executable, str(TOOLS / "check_source.py"), "--root", str(tmp_path)]
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "a.yaml").write_text("# For.\n")
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
    (tmp_path / "api" / "a.yaml").write_text("paths:\n")
    bad = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stderr) == (1, "api/a.yaml:1: open with a comment: what it is for\n")
