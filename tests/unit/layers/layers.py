"""Holds three lists of the house together: the folders' table in docs/architecture.md, what CMake was told, and every #include.

Usage: layers.py SOURCE_DIR CMAKE_LIST
CMAKE_LIST has a line a folder, "name|uses|links", words by spaces; the build writes it when it is configured.
Exit 0, or 1 with a line a finding.
"""
import pathlib
import re
import sys
from dataclasses import dataclass

# What a header from outside belongs to, any of them: first match counts. Headers of none of them belong to everybody.
LIBRARIES = [
    ("rocksdb/", "RocksDB::rocksdb-shared"),
    ("boost/", "Dunlin::Asio"),
    ("openssl/", "OpenSSL::Crypto or Dunlin::Asio"),
    ("simdjson", "simdjson::simdjson"),
    ("nlohmann/", "nlohmann_json::nlohmann_json"),
    ("prometheus/", "prometheus-cpp::pull"),
    ("toml", "tomlplusplus::tomlplusplus"),
    ("spdlog/", "spdlog::spdlog"),
    ("systemd/", "Dunlin::Systemd"),
    ("unicode/", "ICU::uc"),
    ("phonenumbers/", "PhoneNumber::phonenumber"),
]

# What a pure folder never includes (whole names, or a directory and a slash), and never says.
IMPURE_HEADERS = [
    "boost/", "rocksdb/", "openssl/", "sys/", "netinet/", "arpa/", "systemd/", "spdlog/", "prometheus/",
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "semaphore", "latch", "barrier", "stop_token",
    "fstream", "iostream", "filesystem", "ctime", "time.h", "unistd.h", "fcntl.h", "netdb.h", "poll.h", "pthread.h", "csignal", "signal.h",
]
IMPURE_WORDS = [
    r"::now\s*\(", r"\bstd::this_thread\b", r"\bstd::j?thread\b", r"\bstd::random_device\b", r"\bclock_gettime\b", r"\bgettimeofday\b",
    r"\bstd::time\s*\(", r"\bstd::rand\s*\(", r"\bgetenv\b",
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r'//.*|"(?:[^"\\]|\\.)*"')


@dataclass
class Folder:
    uses: frozenset
    links: frozenset
    pure: bool = False


def read_table(markdown):
    """The folders of the first table whose header starts with `folder`, in its order."""
    folders, columns = {}, None
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else None
        if cells is None:
            if folders:
                break
        elif columns is None:
            columns = cells if cells[0] == "folder" else None
        elif not set(cells[0]) <= {"-", " ", ":"} or cells[0] == "":
            row = dict(zip(columns, cells))
            folders[row["folder"]] = Folder(frozenset(row["uses"].split()), frozenset(row["links"].split()), row["pure"] == "yes")
    return folders


def read_cmake(text):
    folders = {}
    for line in text.splitlines():
        if line:
            name, uses, links = line.split("|")
            folders[name] = Folder(frozenset(uses.split()), frozenset(links.split()))
    return folders


def compare(table, cmake):
    findings = []
    if list(table) != list(cmake):
        findings.append(f"docs/architecture.md lists {' '.join(table)}; CMakeLists.txt {' '.join(cmake)}")
    for name in table.keys() & cmake.keys():
        for what in ("uses", "links"):
            said, told = getattr(table[name], what), getattr(cmake[name], what)
            if said != told:
                findings.append(f"{name} {what} {' '.join(sorted(said))} by docs/architecture.md, {' '.join(sorted(told))} by CMakeLists.txt")
    seen = set()
    for name, folder in table.items():
        findings += [f"{name} uses {used}, which does not stand above it" for used in sorted(folder.uses - seen)]
        findings += [f"{name} is pure and uses {used}, which is not" for used in sorted(folder.uses)
                     if folder.pure and used in table and not table[used].pure and used not in RECORDS_ONLY]
        seen.add(name)
    return findings


# store/ is used by the pure engine through its records and its seam kv.hpp; the headers that know the disk are these.
RECORDS_ONLY = {"store"}
DISK_HEADERS = re.compile(r"^store/rocks")


def library_of(header):
    return next((library for prefix, library in LIBRARIES if header.startswith(prefix)), None)


def impure(header):
    return any(header == name or (name.endswith("/") and header.startswith(name)) for name in IMPURE_HEADERS)


def check_include(name, folder, table, bracket, header):
    """What is wrong with this include in this folder, or nothing."""
    inside = header.removeprefix("dunlin/") if bracket == "<" and header.startswith("dunlin/") else header if bracket == '"' else None
    if inside is not None:
        other = inside.split("/")[0]
        if other not in table or "/" not in inside:
            return f"includes {header}, which is in no folder of the table"
        if other != name and other not in folder.uses:
            return f"includes {header}, and {name} does not use {other}"
        if folder.pure and DISK_HEADERS.match(inside):
            return f"is pure and includes {header}"
        return None
    library = library_of(header)
    if library and not folder.links & set(library.split(" or ")):
        return f"includes <{header}>, and {name} does not link {library}"
    if folder.pure and impure(header):
        return f"is pure and includes <{header}>"
    return None


def check_file(where, text, name, table):
    findings = []
    folder = table[name]
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        if include:
            wrong = check_include(name, folder, table, *include.groups())
            if wrong:
                findings.append(f"{where}:{number}: {wrong}")
        elif folder.pure:
            code = COMMENT.sub("", line)
            findings += [f"{where}:{number}: is pure and says {word.group()}" for word in (re.search(said, code) for said in IMPURE_WORDS) if word]
    return findings


def check_tree(source, table):
    findings, files = [], 0
    for root in ("src", "include/dunlin"):
        for path in sorted((source / root).rglob("*")):
            if path.suffix not in (".hpp", ".cpp", ".h", ".in"):
                continue
            files += 1
            where = path.relative_to(source)
            name = path.relative_to(source / root).parts[0]
            findings += check_file(where, path.read_text(), name, table) if name in table else [f"{where}: is in no folder of the table"]
    if files == 0:
        findings.append("no source files found")
    return findings


def main(source, cmake_list):
    source = pathlib.Path(source)
    table = read_table((source / "docs/architecture.md").read_text())
    findings = compare(table, read_cmake(pathlib.Path(cmake_list).read_text())) + check_tree(source, table)
    for finding in findings:
        print(finding)
    return 1 if findings or not table else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
