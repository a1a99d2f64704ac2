"""The rules of the tree that no compiler checks, as functions from a Tree to its violations.

Called by style_test.py, which runs them on this tree, and on small trees that break each rule.
A violation is one line of text that starts with the path of the file at fault.
"""

import pathlib
import re
import shutil
import subprocess
from typing import Dict, Iterable, Iterator, List, Set, Tuple

# Folders of C++ code, and what marks the table in server/README.md.
CODE_FOLDERS = ("server", "client", "tests")
CODE_SUFFIXES = (".h", ".cc", ".c")
TABLE_HEADER = "| folder | may include |"

# No file is longer than MOST_LINES; those over LINES_TO_SPLIT are listed, to be split by idea.
MOST_LINES = {"server": 500, "client": 500, "tests": 600}
LINES_TO_SPLIT = 300

# Bodies that several files include, each with other macros set: they have no guard.
TEXTUAL_HEADERS = ("server/runtime/forms.h", "tests/unit/runtime/simd_loops.h")

# CMake functions whose NAME is that of the one source file, too.
NAMES_ITS_SOURCE = "formulary_figure"

# Types of gRPC and protobuf live at the edge only; spdlog, slow to compile, in one file.
EDGE_HEADERS = re.compile(r"(grpc|grpcpp|google/protobuf|google/rpc|formulary/v1)/")
EDGE_FOLDERS = ("server/service/", "server/main/", "client/", "tests/")
LOG_HEADERS = re.compile(r"(spdlog|fmt)/")
LOG_FILES = ("server/base/log.cc",)

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]', re.MULTILINE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
COMMENT_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


class Tree:
    """A checkout, read once: path from the root -> text, for its C++ and CMake files."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.text: Dict[str, str] = {}
        for folder in CODE_FOLDERS + ("proto", "deploy"):
            for path in sorted((root / folder).rglob("*")):
                if path.suffix in CODE_SUFFIXES + (".proto", ".py") or path.name == "CMakeLists.txt":
                    self.text[str(path.relative_to(root))] = path.read_text(encoding="utf-8")

    def code(self) -> Iterator[Tuple[str, str]]:
        """The C++ files: (path, text)."""
        for path, text in self.text.items():
            if path.startswith(CODE_FOLDERS) and path.endswith(CODE_SUFFIXES):
                yield path, text

    def includes(self) -> Iterator[Tuple[str, str]]:
        """Every #include of the C++ files: (path, what it names)."""
        for path, text in self.code():
            for match in INCLUDE.finditer(text):
                yield path, match.group(2)


def include_table(readme: str) -> Dict[str, Set[str]]:
    """The rows of the include table: folder -> folders, or single headers, of server/.

    A row is `| eval | base, codegen/abi.h, expr |`; backquotes and any separator but `/`, `_` and
    `.` may stand around the names. Names that start with no lower-case letter are no names.
    """
    rows: Dict[str, Set[str]] = {}
    in_table = False
    for line in readme.splitlines():
        if re.sub(r"\s+", " ", line.strip().lower()) == TABLE_HEADER:
            in_table = True
        elif in_table and not line.startswith("|"):
            break
        elif in_table and not re.match(r"^\|[\s|:-]+$", line):
            cells = line.strip().strip("|").split("|")
            names = [re.findall(r"[a-z][a-z_0-9]*(?:/[a-z_0-9]+)*(?:\.h)?", cell) for cell in cells]
            rows[names[0][0]] = set(names[1])
    return rows


def _may_include(allowed: Set[str], folder: str, header: str) -> bool:
    own = header.split("/")[0] == folder
    return own or header.split("/")[0] in allowed or header in allowed


def check_include_table(tree: Tree) -> List[str]:
    """Includes between the folders of server/ follow the table in server/README.md."""
    readme = tree.root / "server/README.md"
    table = include_table(readme.read_text(encoding="utf-8")) if readme.exists() else {}
    if not table:
        return ["server/README.md: has no table that starts with '%s'" % TABLE_HEADER]
    violations = []
    folders = sorted({p.split("/")[1] for p, _ in tree.code() if re.match(r"server/[^/]+/", p)})
    violations += ["server/%s: has no row in the include table" % f for f in folders if f not in table]
    for path, name in tree.includes():
        if not path.startswith("server/") or not name.startswith("server/"):
            continue
        folder, header = path.split("/")[1], name[len("server/"):]
        if folder in table and not _may_include(table[folder], folder, header):
            violations.append("%s: includes %s; the table lets %s include %s"
                              % (path, name, folder, ", ".join(sorted(table[folder])) or "nothing"))
    return violations


def check_client_is_apart(tree: Tree) -> List[str]:
    """The client knows the contract, never the server."""
    return ["%s: includes %s; a client includes nothing of server/" % (path, name)
            for path, name in tree.includes()
            if path.startswith("client/") and name.startswith("server/")]


def check_edge_headers(tree: Tree) -> List[str]:
    """gRPC and protobuf stay at the edge, spdlog in the one file that wraps it."""
    violations = []
    for path, name in tree.includes():
        if EDGE_HEADERS.match(name) and not path.startswith(EDGE_FOLDERS):
            violations.append("%s: includes %s; gRPC and protobuf live in %s"
                              % (path, name, " ".join(EDGE_FOLDERS)))
        if LOG_HEADERS.match(name) and path not in LOG_FILES:
            violations.append("%s: includes %s; server/base/log.h wraps it" % (path, name))
    return violations


def check_include_paths(tree: Tree) -> List[str]:
    """Our headers are named from the root, in quotes, and exist."""
    violations = []
    for path, text in tree.code():
        for bracket, name in INCLUDE.findall(text):
            ours = name.startswith(tuple(folder + "/" for folder in CODE_FOLDERS))
            if ours and bracket == "<":
                violations.append("%s: includes <%s>; our own headers stand in quotes" % (path, name))
            if ours and name not in tree.text:
                violations.append("%s: includes %s, which does not exist" % (path, name))
            if not ours and bracket == '"' and (tree.root / path).parent.joinpath(name).exists():
                violations.append("%s: includes \"%s\"; name it from the root" % (path, name))
    return violations


def _names(cmake: str, source: str) -> bool:
    stem = re.escape(source.rsplit(".", 1)[0])
    return bool(re.search(r"(?<![\w./-])%s(?![\w./-])" % re.escape(source), cmake)
                or re.search(r"\b%s\(NAME %s\b" % (NAMES_ITS_SOURCE, stem), cmake))


def check_sources_are_built(tree: Tree) -> List[str]:
    """Every source is named by the CMakeLists.txt of its folder or of one above."""
    violations = []
    for path, _ in tree.code():
        if path.endswith(".h") or path.startswith("tests/golden/"):
            continue
        parts = path.split("/")
        lists = ["/".join(parts[:n]) for n in range(1, len(parts))]
        if not any(_names(tree.text.get(folder + "/CMakeLists.txt", ""), path[len(folder) + 1:])
                   for folder in lists):
            violations.append("%s: no CMakeLists.txt names it" % path)
    return violations


def check_include_guards(tree: Tree) -> List[str]:
    """A header's guard is its path: FORMULARY_SERVER_STORE_STORE_H_."""
    violations = []
    for path, text in tree.code():
        if not path.endswith(".h") or path in TEXTUAL_HEADERS:
            continue
        guard = "FORMULARY_%s_" % re.sub(r"[^A-Z0-9]", "_", path.upper())
        lines = [line for line in text.splitlines() if line.strip()]
        if (lines[:2] != ["#ifndef " + guard, "#define " + guard]
                or not lines[-1].startswith("#endif")):
            violations.append("%s: needs the include guard %s from its first line on" % (path, guard))
    return violations


def check_header_comments(tree: Tree) -> List[str]:
    """Every header says first what it is: a comment before any code but guard and includes."""
    violations = []
    for path, text in tree.code():
        if not path.endswith(".h"):
            continue
        skipped = ("#", "extern \"C\"")
        body = [line for line in text.splitlines() if line.strip() and not line.startswith(skipped)]
        if body and not body[0].startswith(("//", "/*")):
            violations.append("%s: starts with no paragraph that says what it is" % path)
    return violations


def check_no_using_namespace(tree: Tree) -> List[str]:
    """A header opens no namespace for those who include it."""
    return ["%s: has 'using namespace'" % path for path, text in tree.code()
            if path.endswith(".h") and re.search(r"^using\s+namespace\b", text, re.MULTILINE)]


def check_length(tree: Tree) -> List[str]:
    """No file of C++ is longer than MOST_LINES; rows of the catalogue are a table, and may be."""
    return ["%s: has %d lines; split it by idea" % (path, lines)
            for path, lines in long_files(tree, LINES_TO_SPLIT)
            if lines > MOST_LINES[path.split("/")[0]] and not path.startswith("server/expr/rows/")]


def long_files(tree: Tree, limit: int) -> List[Tuple[str, int]]:
    """Files of more lines than limit, longest first."""
    counted = [(path, text.count("\n")) for path, text in tree.code()]
    return sorted(((p, n) for p, n in counted if n > limit), key=lambda row: -row[1])


def check_nothing_unfinished(tree: Tree) -> List[str]:
    """No marks of unfinished work in comments; texts in quotes are data."""
    violations = []
    for path, text in tree.text.items():
        if path.startswith("tests/style/"):
            continue
        if path.endswith((".txt", ".py")):
            spans: Iterable[str] = text.splitlines()
        else:
            spans = (m.group() for m in COMMENT_TOKEN.finditer(text) if m.group()[0] == "/")
        found = sorted({word for span in spans for word in UNFINISHED.findall(span)})
        violations += ["%s: says %s; finish it" % (path, word) for word in found]
    return violations


def scripts(tree: Tree) -> List[str]:
    """Paths of the shell scripts."""
    found = []
    for folder in (".ci", "client", "deploy", "tests"):
        for path in sorted((tree.root / folder).rglob("*")):
            if path.is_file() and path.suffix in ("", ".sh"):
                with path.open("rb") as file:
                    if re.match(rb"#!.*\b(ba)?sh\b", file.readline()):
                        found.append(str(path.relative_to(tree.root)))
    return found


def check_scripts(tree: Tree) -> List[str]:
    """Shell scripts stop at the first failure and can be run."""
    violations = []
    for name in scripts(tree):
        path = tree.root / name
        if not path.stat().st_mode & 0o100:
            violations.append("%s: is not executable" % name)
        if not re.search(r"^set -euo pipefail$", path.read_text(encoding="utf-8"), re.MULTILINE):
            violations.append("%s: lacks 'set -euo pipefail'" % name)
    return violations


def has_shellcheck() -> bool:
    return shutil.which("shellcheck") is not None


def check_shellcheck(tree: Tree) -> List[str]:
    """shellcheck has nothing to say. REQUIRES: has_shellcheck()."""
    names = scripts(tree)
    if not names:
        return []
    done = subprocess.run(["shellcheck", "--format=gcc", *names], cwd=tree.root, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.splitlines() if done.returncode != 0 else []
