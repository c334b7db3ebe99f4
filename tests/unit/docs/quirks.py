"""Holds docs/quirks.md and docs/mistakes.md against the test sources: each row has a name of its own, fills its columns, and names tests
that are there. What programs call a quirk (`.quirks = "name name"` in tools/) is a row too.

Usage: quirks.py SOURCE_DIR
Exit 0, or 1 with a line a finding.
"""
import pathlib
import re
import sys

HEADER = ["quirk", "SMSCs", "Dunlin", "test"]
MISTAKES = ["mistake", "what happens", "Dunlin", "test"]
NAME = re.compile(r"`[a-z0-9]+(-[a-z0-9]+)*`")
REFERENCE = re.compile(r"`(?P<path>tests/[\w/.-]+): (?P<suite>\w+)\.(?P<test>\w+)`")


NAMED = re.compile(r'\.quirks = "([^"]*)"')


def read_rows(markdown):
    """(line, cells) of every row of every table."""
    return [(number, [cell.strip() for cell in line.strip().strip("|").split("|")])
            for number, line in enumerate(markdown.splitlines(), 1)
            if line.startswith("|") and not re.fullmatch(r"[\s|:-]+", line)]


def names_test(text, suite, test, python):
    """Whether this source has that test: a macro of GoogleTest or Benchmark, or a method of that Python class."""
    if not python:
        return re.search(rf"^\s*(TEST|TEST_F|TEST_P)\(\s*{suite},\s*{test}\s*\)", text, re.M) is not None
    body = re.search(rf"^class {suite}\b.*?(?=^\S|\Z)", text, re.M | re.S)
    return body is not None and re.search(rf"^\s+def {test}\(", body.group(), re.M) is not None


def check_reference(source, reference):
    found = REFERENCE.fullmatch(reference)
    if not found:
        return f"{reference} is no test: `path: Suite.Name`"
    path = source / found["path"]
    if not path.is_file():
        return f"{found['path']} does not exist"
    if not names_test(path.read_text(), found["suite"], found["test"], path.suffix == ".py"):
        return f"{found['path']} has no test {found['suite']}.{found['test']}"
    return None


def check_table(source, document, header):
    """Findings, and the names of its rows."""
    findings, seen = [], set()
    rows = [row for row in read_rows((source / document).read_text()) if row[1] != header]
    for number, cells in rows:
        wrong = []
        if len(cells) != len(header) or not all(cells):
            wrong.append(f"a row has {len(header)} cells, none of them empty")
        else:
            if not NAME.fullmatch(cells[0]):
                wrong.append(f"{cells[0]} is no name of a {header[0]}")
            if cells[0] in seen:
                wrong.append(f"{cells[0]} stands twice")
            seen.add(cells[0])
            wrong += [finding for part in cells[3].split(";") if (finding := check_reference(source, part.strip()))]
        findings += [f"{document}:{number}: {what}" for what in wrong]
    if not rows:
        findings.append(f"{document} has no rows")
    return findings, seen


def check(source):
    findings, seen = check_table(source, "docs/quirks.md", HEADER)
    return findings + check_programs(source, seen)


def check_programs(source, rows):
    findings = []
    for path in sorted((source / "tools").rglob("*.[ch]pp")):
        for names in NAMED.findall(path.read_text()):
            findings += [f"{path.relative_to(source)}: {name} is no row of docs/quirks.md" for name in names.split() if f"`{name}`" not in rows]
    return findings


def main(source):
    findings = check(pathlib.Path(source)) + check_table(pathlib.Path(source), "docs/mistakes.md", MISTAKES)[0]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
