// conf/dunlin.toml is the manual, and it is the table's.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "config/configuration.hpp"
#include "config/schema.hpp"

namespace dunlin::config {
namespace {

std::string shipped() {
  std::ifstream file(DUNLIN_SOURCE_DIR "/conf/dunlin.toml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Sample, IsTheShippedFile) {
  const char* generated = DUNLIN_BINARY_DIR "/dunlin.toml";
  std::ofstream(generated) << sample();
  EXPECT_TRUE(shipped() == sample()) << "they differ: see what changed, and copy " << generated
                                     << " over conf/dunlin.toml";
}

TEST(Sample, PassesItsOwnCheck) {
  const auto read_back = read(sample(), "/nowhere/dunlin.toml");
  ASSERT_TRUE(read_back.has_value()) << to_string(read_back.error().front());
  ASSERT_EQ(read_back->gateway.smscs.size(), 1u);
  EXPECT_EQ(read_back->gateway.smscs[0].name, "alpha");
}

// A table that is a comment in the sample is right once its marks are taken away.
TEST(Sample, HasCommentedTablesThatAreRight) {
  for (const auto& table : tables()) {
    if (!table.commented) continue;
    std::string text = sample();
    const std::string head = "# [[" + std::string(table.name) + "]]\n";
    auto at = text.find(head);
    ASSERT_NE(at, std::string::npos) << table.name;
    text.erase(at, 2);
    for (const auto& row : rows()) {
      if (row.table != table.name) continue;
      at = text.find("\n# " + std::string(row.key) + " = ", at);
      ASSERT_NE(at, std::string::npos) << row.key;
      text.erase(at + 1, 2);
    }
    const auto read_back = read(text, "/nowhere/dunlin.toml");
    ASSERT_TRUE(read_back.has_value()) << to_string(read_back.error().front());
    EXPECT_EQ(read_back->gateway.smscs[0].extra_tlvs.size(), 1u);
  }
}

// Every value that stands in the sample uncommented is its default, unless the row has an example of its own.
TEST(Sample, SaysTheDefaults) {
  const auto read_back = read(sample(), "/nowhere/dunlin.toml");
  ASSERT_TRUE(read_back.has_value());
  const auto bare = read(
      "[[smsc]]\nname = \"alpha\"\nhost = \"127.0.0.1\"\nsystem_id = \"dunlin\"\npassword = \"secret\"\nsource = "
      "\"ACME\"\n"
      "[[route]]\nname = \"everything\"\nprefix = [\"+\"]\nsmsc = [\"alpha\"]\n"
      "[dunning]\ncap_account = [\"1/24h\", \"2/7d\", \"4/30d\"]\ncap_number = [\"3/7d\"]\nledger_max_age = \"24h\"\n",
      "/nowhere/dunlin.toml");
  ASSERT_TRUE(bare.has_value()) << to_string(bare.error().front());
  EXPECT_EQ(diff(*bare, *read_back), std::vector<Change>{});
}

// A commented example must be one that its row takes: uncommented, it may only fail for being a missing file, a later
// version's, or of no use without another.
TEST(Sample, HasExamplesThatAreRight) {
  for (const auto& row : rows()) {
    if (!row.commented) continue;
    std::string table(row.table);
    std::string text = "[[smsc]]\nname = \"alpha\"\nhost = \"h\"\nsystem_id = \"s\"\n";
    if (table == "smsc.tls") text += "[smsc.tls]\n";
    if (table == "dunning") text += "[dunning]\n";
    if (table == "route") text += "[[route]]\nname = \"r\"\nprefix = [\"+\"]\nsmsc = [\"alpha\"]\n";
    text += std::string(row.key) + " = " + std::string(row.example) + "\n";
    const auto read_back = read(text, "/nowhere/dunlin.toml");
    if (read_back.has_value()) continue;
    for (const auto& error : read_back.error()) {
      EXPECT_TRUE(error.code == "missing_file" || error.code == "not_in_this_version" || error.code == "incomplete")
          << to_string(error);
    }
  }
}

TEST(Schema, NamesEachKeyOnceAndExplainsIt) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::set<std::string_view> known;
  for (const auto& table : tables()) {
    EXPECT_TRUE(known.insert(table.name).second) << table.name;
    EXPECT_FALSE(table.text.empty()) << table.name;
  }
  for (const auto& row : rows()) {
    EXPECT_TRUE(seen.emplace(row.table, row.key).second) << row.key;
    EXPECT_TRUE(known.contains(row.table)) << row.table;
    EXPECT_FALSE(row.text.empty()) << row.key;
    EXPECT_FALSE(row.commented && row.required) << row.key;
    EXPECT_TRUE(!row.required || !row.example.empty()) << row.key;
  }
}

}  // namespace
}  // namespace dunlin::config
