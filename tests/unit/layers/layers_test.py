"""The checker of the layers finds what it is there to find: each rule broken on purpose."""
import unittest

import layers

TABLE = """# A house

| other | table |
| --- | --- |
| a | b |

| folder | uses | links | pure | is |
| --- | --- | --- | --- | --- |
| base | | | yes | the ground |
| disk | base | RocksDB::rocksdb | | rows |
| mind | base | | yes | thoughts |
| door | base mind | Dunlin::Asio | | sockets |

| folder | uses |
"""
CMAKE = "base||\ndisk|base|RocksDB::rocksdb\nmind|base|\ndoor|base mind|Dunlin::Asio\n"


def findings(name, text):
    return layers.check_file("file", text, name, layers.read_table(TABLE))


class Table(unittest.TestCase):
    def test_reads_the_folders_in_order(self):
        table = layers.read_table(TABLE)
        self.assertEqual(list(table), ["base", "disk", "mind", "door"])
        self.assertEqual(table["door"].uses, {"base", "mind"})
        self.assertEqual([name for name in table if table[name].pure], ["base", "mind"])

    def test_agrees_with_cmake(self):
        self.assertEqual(layers.compare(layers.read_table(TABLE), layers.read_cmake(CMAKE)), [])

    def test_finds_where_the_lists_differ(self):
        table = layers.read_table(TABLE)
        for cmake in (CMAKE.replace("mind|base|\n", ""), CMAKE.replace("door|base mind|", "door|base|"), CMAKE.replace("Dunlin::Asio", ""),
                      CMAKE + "attic||\n"):
            self.assertEqual(len(layers.compare(table, layers.read_cmake(cmake))), 1, cmake)

    def test_finds_a_folder_that_uses_what_stands_below(self):
        table = layers.read_table(TABLE.replace("| disk | base |", "| disk | base mind |"))
        cmake = layers.read_cmake(CMAKE.replace("disk|base|", "disk|base mind|"))
        self.assertEqual(layers.compare(table, cmake), ["disk uses mind, which does not stand above it"])

    def test_finds_a_pure_folder_over_an_impure_one(self):
        table = layers.read_table(TABLE.replace("| mind | base |", "| mind | base disk |"))
        cmake = layers.read_cmake(CMAKE.replace("mind|base|", "mind|base disk|"))
        self.assertEqual(layers.compare(table, cmake), ["mind is pure and uses disk, which is not"])


class Includes(unittest.TestCase):
    def test_allows_what_the_table_allows(self):
        self.assertEqual(findings("door", '#include "mind/a.hpp"\n#include <dunlin/base/b.hpp>\n#include <boost/asio.hpp>\n#include <mutex>\n'), [])
        self.assertEqual(findings("mind", '#include "mind/a.hpp"\n#include <vector>\n// reads no Clock::now()\n'), [])

    def test_finds_each_kind_of_wrong_include(self):
        for name, line in (("mind", '#include "door/a.hpp"'), ("mind", "#include <dunlin/disk/a.hpp>"), ("door", '#include "disk/a.hpp"'),
                           ("door", '#include "near.hpp"'), ("door", '#include "cellar/a.hpp"'), ("door", "#include <rocksdb/db.h>"),
                           ("disk", "#include <boost/asio.hpp>"), ("mind", "#include <unicode/uchar.h>")):
            self.assertEqual(len(findings(name, line)), 1, line)

    def test_finds_what_is_not_pure(self):
        for line in ("#include <thread>", "#include <sys/socket.h>", "  # include <mutex>", "auto t = std::chrono::steady_clock::now();",
                     "std::random_device seed;", "std::this_thread::yield();", "auto t = Clock::now ();"):
            self.assertEqual(len(findings("mind", line)), 1, line)
            if "boost" not in line:
                self.assertEqual(findings("door", line), [], line)


if __name__ == "__main__":
    unittest.main()
