"""Checks this tree against the rules of rules.py, and each rule against a tree that breaks it.

    python3 tests/style/style_test.py        all
    python3 tests/style/style_test.py -v TreeTest.test_include_table
"""

import pathlib
import sys
import tempfile
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]

README = """# Server

| folder | may include |
| --- | --- |
| `base` | |
| `codegen` | `base` |
| `kernel` | `base`, `codegen/abi.h` |
| `service` | `base` `kernel` |

Text after the table.
| stray | base |
"""


def header(path, body):
    guard = "FORMULARY_" + path.upper().replace("/", "_").replace(".", "_") + "_"
    return "#ifndef %s\n#define %s\n\n// What it is.\n\n%s\n\n#endif  // %s\n" % (
        guard, guard, body, guard)


# A tree that keeps every rule; each case below breaks one.
SOUND = {
    "server/README.md": README,
    "server/base/CMakeLists.txt": "formulary_library(NAME base\n  SOURCES\n    log.cc\n)\n",
    "server/base/log.h": header("server/base/log.h", "void Log();"),
    "server/base/log.cc": '#include "server/base/log.h"\n\n#include <spdlog/logger.h>\n',
    "server/codegen/abi.h": header("server/codegen/abi.h", ""),
    "server/codegen/emit.h": header("server/codegen/emit.h", '#include "server/base/log.h"'),
    "server/kernel/kernel.h": header("server/kernel/kernel.h", '#include "server/codegen/abi.h"'),
    "server/service/wire.h": header("server/service/wire.h", "#include <grpcpp/server.h>"),
    "client/cpp/client.h": header("client/cpp/client.h", '#include "formulary/v1/array.pb.h"'),
    "deploy/run": "#!/usr/bin/env bash\nset -euo pipefail\necho run\n",
}

# rule, file to add or replace, its text, what the one violation says
BROKEN = [
    (rules.check_include_table, "server/kernel/new.h",
     header("server/kernel/new.h", '#include "server/codegen/emit.h"'), "includes server/codegen/emit.h"),
    (rules.check_include_table, "server/base/up.h",
     header("server/base/up.h", '#include "server/kernel/kernel.h"'), "lets base include nothing"),
    (rules.check_include_table, "server/extra/new.h", header("server/extra/new.h", ""), "has no row"),
    (rules.check_include_table, "server/README.md", "# Server\n", "has no table"),
    (rules.check_client_is_apart, "client/cli/a.h",
     header("client/cli/a.h", '#include "server/base/log.h"'), "nothing of server/"),
    (rules.check_edge_headers, "server/kernel/new.h",
     header("server/kernel/new.h", "#include <grpcpp/server.h>"), "gRPC and protobuf live in"),
    (rules.check_edge_headers, "server/codegen/new.h",
     header("server/codegen/new.h", '#include "formulary/v1/array.pb.h"'), "gRPC and protobuf live in"),
    (rules.check_edge_headers, "server/base/other.cc", "#include <spdlog/logger.h>\n", "log.h wraps it"),
    (rules.check_include_paths, "server/base/log.h",
     header("server/base/log.h", '#include "server/base/gone.h"'), "does not exist"),
    (rules.check_include_paths, "server/base/near.h",
     header("server/base/near.h", '#include "log.h"'), "name it from the root"),
    (rules.check_include_paths, "server/base/near.h",
     header("server/base/near.h", "#include <server/base/log.h>"), "stand in quotes"),
    (rules.check_sources_are_built, "server/base/forgotten.cc", "", "no CMakeLists.txt names it"),
    (rules.check_sources_are_built, "server/base/og.cc", "", "no CMakeLists.txt names it"),
    (rules.check_include_guards, "server/base/b.h", "// What it is.\n#pragma once\n", "FORMULARY_SERVER_BASE_B_H_"),
    (rules.check_header_comments, "server/base/b.h", "#ifndef A\n#define A\nint b();\n#endif\n", "no paragraph"),
    (rules.check_no_using_namespace, "server/base/b.h",
     header("server/base/b.h", "using namespace std;"), "using namespace"),
    (rules.check_length, "server/base/long.cc", "int a;\n" * 501, "has 501 lines"),
    (rules.check_nothing_unfinished, "server/base/b.cc", "int a;  // TODO: more\n", "says TODO"),
    (rules.check_nothing_unfinished, "server/base/b.cc", "/* later\n   FIXME */\n", "says FIXME"),
    (rules.check_nothing_unfinished, "tests/CMakeLists.txt", "# XXX\n", "says XXX"),
    (rules.check_scripts, "deploy/go", "#!/bin/bash\necho\n", "lacks 'set -euo pipefail'"),
]


def make_tree(folder, files):
    for name, text in files.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            path.chmod(0o755)
    return rules.Tree(pathlib.Path(folder))


class RulesTest(unittest.TestCase):
    """The rules themselves."""

    def test_sound_tree_keeps_every_rule(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = make_tree(folder, SOUND)
            for rule in {row[0] for row in BROKEN}:
                self.assertEqual(rule(tree), [], rule.__name__)

    def test_broken_tree_is_told(self):
        for rule, name, text, said in BROKEN:
            with self.subTest(rule=rule.__name__, said=said), tempfile.TemporaryDirectory() as folder:
                violations = rule(make_tree(folder, {**SOUND, name: text}))
                self.assertEqual(len(violations), 1, violations)
                self.assertIn(said, violations[0])

    def test_script_without_permission_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = make_tree(folder, SOUND)
            pathlib.Path(folder, "deploy/run").chmod(0o644)
            self.assertEqual(rules.check_scripts(tree), ["deploy/run: is not executable"])

    def test_unfinished_words_in_texts_are_data(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = make_tree(folder, {"server/base/b.cc": 'const char* name = "TODO //";\nint XXX;\n'})
            self.assertEqual(rules.check_nothing_unfinished(tree), [])

    def test_table_ends_with_its_last_row(self):
        self.assertEqual(rules.include_table(README), {
            "base": set(), "codegen": {"base"}, "kernel": {"base", "codegen/abi.h"},
            "service": {"base", "kernel"}})


class TreeTest(unittest.TestCase):
    """This tree."""

    @classmethod
    def setUpClass(cls):
        cls.tree = rules.Tree(ROOT)

    def keeps(self, rule):
        violations = rule(self.tree)
        self.assertFalse(violations, "%s\n%s" % (rule.__doc__, "\n".join(violations)))

    def test_has_code(self):
        self.assertGreater(len(list(self.tree.code())), 100)
        self.assertIn("deploy/run", rules.scripts(self.tree))

    def test_include_table(self):
        self.keeps(rules.check_include_table)

    def test_client_is_apart(self):
        self.keeps(rules.check_client_is_apart)

    def test_edge_headers(self):
        self.keeps(rules.check_edge_headers)

    def test_include_paths(self):
        self.keeps(rules.check_include_paths)

    def test_sources_are_built(self):
        self.keeps(rules.check_sources_are_built)

    def test_include_guards(self):
        self.keeps(rules.check_include_guards)

    def test_header_comments(self):
        self.keeps(rules.check_header_comments)

    def test_no_using_namespace(self):
        self.keeps(rules.check_no_using_namespace)

    def test_length(self):
        for path, lines in rules.long_files(self.tree, rules.LINES_TO_SPLIT):
            print("long: %s has %d lines" % (path, lines), file=sys.stderr)
        self.keeps(rules.check_length)

    def test_nothing_unfinished(self):
        self.keeps(rules.check_nothing_unfinished)

    def test_scripts(self):
        self.keeps(rules.check_scripts)

    @unittest.skipUnless(rules.has_shellcheck(), "there is no shellcheck")
    def test_shellcheck(self):
        self.keeps(rules.check_shellcheck)


if __name__ == "__main__":
    unittest.main()
