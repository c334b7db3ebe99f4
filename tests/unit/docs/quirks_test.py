"""The checker of docs/quirks.md finds what it is there to find: each rule broken on purpose."""
import pathlib
import tempfile
import unittest

import quirks

CPP = "TEST(Receipt, IsRead) {\n}\nTEST_F(Pace, Slows) {\n}\n"
PYTHON = "class Links(Base):\n    def test_one(self):\n        pass\n\n\nclass Other(Base):\n    def test_two(self):\n        pass\n"
GOOD = "`tests/a_test.cpp: Receipt.IsRead`"


class Rows(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.source = pathlib.Path(self.directory.name)
        for folder in ("docs", "tests"):
            (self.source / folder).mkdir()
        (self.source / "tests/a_test.cpp").write_text(CPP)
        (self.source / "tests/b_test.py").write_text(PYTHON)

    def findings(self, *rows):
        (self.source / "docs/quirks.md").write_text("# Title\n\n| quirk | SMSCs | Dunlin | test |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n")
        return quirks.check(self.source)

    def row(self, tests, name="`id-case`"):
        return f"| {name} | fold | unfold | {tests} |"

    def test_a_row_whose_tests_are_there_passes(self):
        for tests in (GOOD, "`tests/a_test.cpp: Pace.Slows`", "`tests/b_test.py: Links.test_one`", f"{GOOD}; `tests/b_test.py: Other.test_two`"):
            self.assertEqual(self.findings(self.row(tests)), [], tests)

    def test_a_test_that_is_not_there_is_found(self):
        for tests in ("`tests/a_test.cpp: Receipt.IsWritten`", "`tests/a_test.cpp: Pace.IsRead`", "`tests/c_test.cpp: Receipt.IsRead`",
                      "`tests/b_test.py: Links.test_two`", "`tests/b_test.py: Link.test_one`", f"{GOOD}; `tests/b_test.py: Links.test_none`",
                      "somebody looked at it", "tests/a_test.cpp: Receipt.IsRead", f"{GOOD};"):
            self.assertEqual(len(self.findings(self.row(tests))), 1, tests)

    def test_a_quirk_that_a_program_names_is_a_row(self):
        (self.source / "tools").mkdir()
        (self.source / "tools/a.cpp").write_text('Dialect{.name = "x", .quirks = "id-case id-base"},')
        self.assertEqual(self.findings(self.row(GOOD)), ["tools/a.cpp: id-base is no row of docs/quirks.md"])
        self.assertEqual(self.findings(self.row(GOOD), self.row(GOOD, "`id-base`")), [])

    def test_a_row_that_is_not_whole_is_found(self):
        self.assertEqual(len(self.findings("| `id-case` | fold | | " + GOOD + " |")), 1)
        self.assertEqual(len(self.findings("| `id-case` | fold | " + GOOD + " |")), 1)
        self.assertEqual(len(self.findings(self.row(""))), 1)
        self.assertEqual(len(self.findings(self.row(GOOD, "id case"))), 1)
        self.assertEqual(len(self.findings(self.row(GOOD), self.row(GOOD))), 1)
        self.assertEqual(len(self.findings()), 1)


if __name__ == "__main__":
    unittest.main()
