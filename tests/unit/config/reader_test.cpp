// Bad configuration: each fault named with file, line and key; all of a file's faults at once; nothing said that must
// not be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/configuration.hpp"
#include "config/schema.hpp"
#include "unit/config/fault.hpp"
#include "unit/config/folder.hpp"

namespace dunlin::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlpha =
    "[[smsc]]\nname = \"alpha\"\nhost = \"127.0.0.1\"\nsystem_id = \"dunlin\"\n";  // lines 1 to 4

Errors errors_of(const std::string& text, const std::filesystem::path& file = "/nowhere/d.toml") {
  const auto configuration = read(text, file);
  return configuration ? Errors{} : configuration.error();
}

class EachFault : public testing::TestWithParam<Fault> {};

TEST_P(EachFault, IsNamedWithFileLineAndKey) {
  expect_alone(errors_of(GetParam().text), GetParam(), "/nowhere/d.toml");
}

const std::string alpha = kAlpha;
const std::string kOutbind =
    "outbind_listen = \"0.0.0.0:2776\"\noutbind_system_id = \"SMSC\"\noutbind_password = \"secret\"\n";
INSTANTIATE_TEST_SUITE_P(
    Table, EachFault,
    testing::Values(
        Fault{"not_toml", "[store]\npath = = 3\n", ":2", "bad_toml", "not TOML"},
        Fault{"key_twice", "[store]\nsync = true\nsync = true\n", ":3", "bad_toml", "not TOML"},
        Fault{"unknown_table", "[strore]\n", ":1: strore", "unknown_key", "did you mean \"store\"?"},
        Fault{"unknown_key", "[store]\n\nsnyc = true\n", ":3: store.snyc", "unknown_key", "did you mean \"sync\"?"},
        Fault{"unknown_smsc_key", alpha + "windw = 3\n", ":5: smsc.alpha.windw", "unknown_key",
              "did you mean \"window\"?"},
        Fault{"unknown_tls_key", alpha + "[smsc.tls]\nverfy = true\n", ":6: smsc.alpha.tls.verfy", "unknown_key",
              "\"verify\"?"},
        Fault{"far_from_any", "[store]\nxyzzyquux = true\n", ":2: store.xyzzyquux", "unknown_key",
              "no such key in [store]"},
        Fault{"other_table", "[store]\ndrain_timeout = \"1s\"\n", ":2: store.drain_timeout", "unknown_key",
              "belongs in [daemon]"},
        Fault{"key_at_the_top", "level = \"info\"\n", ":1: level", "unknown_key", "belongs in [log]"},
        Fault{"smsc_is_a_list", "[smsc]\nname = \"alpha\"\n", ":1: smsc", "wrong_type", "[[smsc]]"},
        Fault{"store_is_no_list", "[[store]]\nsync = true\n", ":1: store", "wrong_type", "[store]"},
        Fault{"tls_is_a_table", alpha + "tls = true\n", ":5: smsc.alpha.tls", "wrong_type", "[smsc.tls]"},
        Fault{"wrong_type", "[store]\nsync = \"yes\"\n", ":2: store.sync", "wrong_type",
              "needs true or false, but a string is written"},
        Fault{"number_for_duration", "[daemon]\ndrain_timeout = 10\n", ":2: daemon.drain_timeout", "wrong_type",
              "\"30s\""},
        Fault{"fraction", alpha + "window = 1.5\n", ":5: smsc.alpha.window", "wrong_type", "fraction"},
        Fault{"mixed_list", alpha + "[[route]]\nname = \"r\"\nsmsc = [\"alpha\", 3]\nprefix = [\"+\"]\n",
              ":7: route.r.smsc", "wrong_type", "list"},
        Fault{"bad_duration", "[daemon]\ndrain_timeout = \"10 seconds\"\n", ":2: daemon.drain_timeout", "bad_duration",
              "\"30s\""},
        Fault{"bad_size", "[store]\nmin_free = \"512MB\"\n", ":2: store.min_free", "bad_size", "\"512MiB\""},
        Fault{"bad_mode", "[api]\nmode = \"0888\"\n", ":2: api.mode", "bad_value", "\"0660\""},
        Fault{"bad_choice", "[log]\nlevel = \"loud\"\n", ":2: log.level", "bad_value", "\"trace\", \"debug\""},
        Fault{"bad_listen", "[metrics]\nlisten = \"9464\"\n", ":2: metrics.listen", "bad_value", "host:port"},
        Fault{"port_too_great", alpha + "port = 65536\n", ":5: smsc.alpha.port", "out_of_bounds", "from 1 to 65535"},
        Fault{"port_negative", alpha + "port = -1\n", ":5: smsc.alpha.port", "out_of_bounds", "from 1 to 65535"},
        Fault{"reconnects_crossed", alpha + "reconnect_min = \"2m\"\n", ":5: smsc.alpha.reconnect_min", "out_of_bounds",
              "2m"},
        Fault{"socket_too_long", "[api]\nsocket = \"" + std::string(120, 'a') + "\"\n", ":2: api.socket",
              "out_of_bounds", "107"},
        Fault{"missing_name", "[[smsc]]\nhost = \"h\"\nsystem_id = \"s\"\n", ":1: smsc[1].name", "missing_key",
              "must be set"},
        Fault{"bad_name", "[[smsc]]\nname = \"a b\"\nhost = \"h\"\nsystem_id = \"s\"\n", ":2: smsc.a b.name",
              "bad_value", "letters"},
        Fault{"smsc_twice", alpha + alpha, ":6: smsc[2].name", "duplicate_name", "line 2"},
        Fault{"route_twice",
              alpha + "[[route]]\nname = \"r\"\nprefix = [\"+1\"]\nsmsc = [\"alpha\"]\n[[route]]\nname = \"r\"\nprefix "
                      "= [\"+2\"]\nsmsc = [\"alpha\"]\n",
              ":10: route[2].name", "duplicate_name", "line 6"},
        Fault{"route_to_nowhere", alpha + "[[route]]\nname = \"r\"\nprefix = [\"+1\"]\nsmsc = [\"alhpa\"]\n",
              ":8: route.r.smsc", "unknown_smsc", "did you mean \"alpha\"?"},
        Fault{"target_twice", alpha + "[[route]]\nname = \"r\"\nprefix = [\"+1\"]\nsmsc = [\"alpha\", \"alpha\"]\n",
              ":8: route.r.smsc", "duplicate_name", "twice"},
        Fault{"bad_prefix", alpha + "[[route]]\nname = \"r\"\nprefix = [\"48\"]\nsmsc = [\"alpha\"]\n",
              ":7: route.r.prefix", "bad_value", "+48"},
        Fault{"prefix_twice", alpha + "[[route]]\nname = \"r\"\nprefix = [\"+48\", \"+48\"]\nsmsc = [\"alpha\"]\n",
              ":7: route.r.prefix", "duplicate_prefix", "route.r"},
        Fault{"price_alone", alpha + "[[route]]\nname = \"r\"\nprefix = [\"+1\"]\nsmsc = [\"alpha\"]\nprice = \"0.05\"\n",
              ":9: route.r.price", "incomplete", "together"},
        Fault{"price_of_words", alpha + "[[route]]\nname = \"r\"\nprefix = [\"+1\"]\nsmsc = [\"alpha\"]\nprice = \"cheap\"\ncurrency = \"EUR\"\n",
              ":9: route.r.price", "bad_amount", ""},
        Fault{"price_in_nothing", alpha + "[[route]]\nname = \"r\"\nprefix = [\"+1\"]\nsmsc = [\"alpha\"]\nprice = \"0.05\"\ncurrency = \"EUX\"\n",
              ":10: route.r.currency", "bad_currency", ""},
        Fault{"missing_password_file", alpha + "password_file = \"none\"\n", ":5: smsc.alpha.password_file",
              "missing_file", "/nowhere/none"},
        Fault{"folder_as_password_file", alpha + "password_file = \"/tmp\"\n", ":5: smsc.alpha.password_file",
              "unreadable_file", "directory"},
        Fault{"both_passwords", alpha + "password_file = \"/dev/null\"\npassword = \"hunter2\"\n",
              ":5: smsc.alpha.password_file", "both_passwords", "keep one"},
        Fault{"missing_ca", alpha + "[smsc.tls]\nca_file = \"ca.pem\"\n", ":6: smsc.alpha.tls.ca_file", "missing_file",
              "/nowhere/ca.pem"},
        Fault{"missing_templates", "[dunning]\ntemplates = \"templates.d\"\n", ":2: dunning.templates", "missing_file",
              "/nowhere/templates.d"},
        Fault{"bad_quiet_hours", "[dunning]\nquiet_hours = \"20-8\"\n", ":2: dunning.quiet_hours", "bad_value",
              "20:00-08:00"},
        Fault{"quiet_hours_of_no_length", "[dunning]\nquiet_hours = \"20:00-20:00\"\n", ":2: dunning.quiet_hours",
              "bad_value", "different"},
        Fault{"bad_quiet_day", "[dunning]\nquiet_days = [\"sunday\", \"Montag\"]\n", ":2: dunning.quiet_days",
              "bad_value", "Montag"},
        Fault{"quiet_every_day",
              "[dunning]\nquiet_days = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\n",
              ":2: dunning.quiet_days", "never_opens", "ever be sent"},
        Fault{"cap_without_time", "[dunning]\ncap_account = [\"1/24h\", \"3\"]\n", ":2: dunning.cap_account", "bad_cap",
              "\"3\""},
        Fault{"cap_of_too_many", "[dunning]\ncap_number = [\"129/7d\"]\n", ":2: dunning.cap_number", "bad_cap", "128"},
        Fault{"unknown_country", "[dunning]\ndefault_country = \"UK\"\n", ":2: dunning.default_country",
              "unknown_country", "\"UK\""},
        Fault{"outbind_without_system_id", alpha + "outbind_listen = \"0.0.0.0:2776\"\noutbind_password = \"p\"\n",
              ":5: smsc.alpha.outbind_listen", "incomplete", "outbind_system_id"},
        Fault{"outbind_without_password", alpha + "outbind_listen = \"0.0.0.0:2776\"\noutbind_system_id = \"s\"\n",
              ":5: smsc.alpha.outbind_listen", "incomplete", "anybody who calls"},
        Fault{"outbind_for_nothing", alpha + "outbind_system_id = \"s\"\n", ":5: smsc.alpha.outbind_system_id",
              "incomplete", "without outbind_listen"},
        Fault{"outbind_awaits_nothing", alpha + "bind = \"transmitter\"\n" + kOutbind, ":6: smsc.alpha.outbind_listen",
              "bad_value", "receives"},
        Fault{"outbind_from_a_name", alpha + kOutbind + "outbind_from = [\"192.0.2.1\", \"smsc.example\"]\n",
              ":8: smsc.alpha.outbind_from", "bad_value", "smsc.example"},
        Fault{"outbind_from_too_wide", alpha + kOutbind + "outbind_from = [\"192.0.2.0/33\"]\n",
              ":8: smsc.alpha.outbind_from", "bad_value", "192.0.2.0/33"},
        Fault{"outbind_over_tls", alpha + kOutbind + "[smsc.tls]\nenabled = true\n", ":5: smsc.alpha.outbind_listen",
              "not_in_this_version", "TLS"},
        Fault{"outbind_without_port",
              alpha + "outbind_listen = \"0.0.0.0\"\noutbind_system_id = \"s\"\noutbind_password = \"p\"\n",
              ":5: smsc.alpha.outbind_listen", "bad_value", "host:port"},
        Fault{"long_messages_without_tlvs", alpha + "version = \"3.3\"\nlong_messages = \"sar\"\n",
              ":6: smsc.alpha.long_messages", "bad_value", "SMPP 3.3"}),
    [](const auto& fault) { return std::string(fault.param.title); });

TEST(Reader, ReportsEveryFaultInTheOrderOfTheLines) {
  const auto errors =
      errors_of("[log]\nlevel = \"loud\"\nformt = \"text\"\n" + alpha + "port = 0\n[store]\nsync = 1\n");
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_THAT(errors[0].where, HasSubstr(":2: log.level"));
  EXPECT_THAT(errors[1].where, HasSubstr(":3: log.formt"));
  EXPECT_THAT(errors[2].where, HasSubstr(":8: smsc.alpha.port"));
  EXPECT_THAT(errors[3].where, HasSubstr(":10: store.sync"));
}

TEST(Reader, TakesCaps) {
  const auto taken = read("[dunning]\ncap_account = [\"1/24h\", \"2/7d\"]\ncap_number = [\"3/7d\"]\n" + alpha, "/nowhere/d.toml");
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->gateway.dunning.cap_account, (std::vector<dunning::Cap>{{1, 24h}, {2, 168h}}));
  EXPECT_EQ(taken->gateway.dunning.cap_number, (std::vector<dunning::Cap>{{3, 168h}}));
}

TEST(Reader, TakesWhatSwitchesALaterThingOff) {
  EXPECT_TRUE(read("[dunning]\ntemplates = \"\"\nplans = \"\"\nreplies = \"\"\ncountries = \"\"\nquiet_hours = "
                   "\"\"\nquiet_days = []\n"
                   "cap_account = []\ncap_number = []\ndefault_country = \"\"\n" +
                       alpha + "outbind_listen = \"\"\nlong_messages = \"udh\"\n[smsc.tls]\nenabled = false\n",
                   "/nowhere/d.toml")
                  .has_value());
  for (const char* alphabet : {"gsm7", "ascii", "latin1", "gsm7-packed", "latin9", "utf8"}) {
    EXPECT_TRUE(read(alpha + "inbound_alphabet = \"" + alphabet + "\"\n", "/nowhere/d.toml").has_value()) << alphabet;
    EXPECT_TRUE(read(alpha + "default_alphabet = \"" + alphabet + "\"\n", "/nowhere/d.toml").has_value()) << alphabet;
  }
  for (const char* form : {"auto", "verbatim", "hex-to-decimal", "decimal-to-hex"}) {
    EXPECT_TRUE(read(alpha + "message_id = \"" + form + "\"\n", "/nowhere/d.toml").has_value()) << form;
  }
}

TEST(Reader, KnowsTheEncodingsAndTablesThatTextKnows) {
  for (const std::string_view encoding : text::encodings()) {
    const auto got = read(alpha + "encoding = \"" + std::string(encoding) + "\"\n", "/nowhere/d.toml");
    ASSERT_TRUE(got.has_value()) << encoding;
    EXPECT_EQ(got->gateway.smscs[0].encoding, encoding);
  }
  for (const std::string_view how : text::transliterations()) {
    const auto got = read(alpha + "transliterate = \"" + std::string(how) + "\"\n", "/nowhere/d.toml");
    ASSERT_TRUE(got.has_value()) << how;
    EXPECT_EQ(got->gateway.smscs[0].transliterate, how);
  }
  std::string all;
  for (const auto& row : text::languages()) all += (all.empty() ? "\"" : ", \"") + std::string(row.name) + "\"";
  const auto got = read(alpha + "shift_tables = [" + all + "]\n", "/nowhere/d.toml");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->gateway.smscs[0].shift_tables.size(), text::languages().size());
  for (const auto& [written, found] :
       {std::pair{"shift_tables = [\"turkich\"]", "\"turkish\"?"},
        std::pair{"shift_tables = [\"tamil\", \"tamil\"]", "twice"},
        std::pair{"shift_tables = [\"tamil\"]\ndefault_alphabet = \"latin1\"", "\"gsm7\""}}) {
    const auto errors = errors_of(alpha + written + "\n");
    ASSERT_EQ(errors.size(), 1u) << written;
    EXPECT_THAT(errors[0].detail, HasSubstr(found));
    EXPECT_THAT(errors[0].where, HasSubstr("smsc.alpha.shift_tables"));
  }
}

TEST(Reader, FillsWhatIsWritten) {
  const Folder folder;
  folder.file("alpha.password", "hunter2\n");
  const auto file =
      folder.file("d.toml",
                  "[daemon]\ndrain_timeout = \"3s\"\n[store]\npath = \"store\"\nsync = false\nmin_free = \"1GiB\"\n"
                  "[api]\nsocket = \"api.sock\"\nmode = \"0600\"\n[log]\nlevel = \"debug\"\nformat = \"json\"\n" +
                      alpha +
                      "password_file = \"alpha.password\"\nversion = \"5.0\"\nbind = \"pair\"\nsource_ton = 5\n"
                      "enquire_link = \"250ms\"\nthroughput = 200\n"
                      "[[route]]\nname = \"r\"\nprefix = [\"+48\"]\nsmsc = [\"alpha\"]\nmode = \"balance\"\n"
                      "[dunning]\nin_doubt = \"hold\"\n[retention]\ntexts = \"7d\"\n");
  const auto read_back = load(file);
  ASSERT_TRUE(read_back.has_value()) << to_string(read_back.error().front());
  const auto& gateway = read_back->gateway;
  EXPECT_EQ(gateway.drain_timeout, std::chrono::seconds(3));
  EXPECT_EQ(read_back->store.path, (folder.path() / "store").string());
  EXPECT_FALSE(gateway.sync);
  EXPECT_EQ(gateway.store_min_free, 1ULL << 30);
  EXPECT_EQ(read_back->api.socket, (folder.path() / "api.sock").string());
  EXPECT_EQ(read_back->api.mode, 0600u);
  EXPECT_EQ(read_back->log.level, LogLevel::debug);
  EXPECT_EQ(read_back->log.format, LogFormat::json);
  ASSERT_EQ(gateway.smscs.size(), 1u);
  EXPECT_EQ(gateway.smscs[0].password, "hunter2");
  EXPECT_EQ(gateway.smscs[0].version, 0x50);
  EXPECT_EQ(gateway.smscs[0].bind, engine::BindMode::pair);
  EXPECT_EQ(gateway.smscs[0].source_ton, std::optional<std::uint8_t>(5));
  EXPECT_EQ(gateway.smscs[0].source_npi, std::nullopt);
  EXPECT_EQ(gateway.smscs[0].enquire_link, std::chrono::milliseconds(250));
  EXPECT_EQ(gateway.smscs[0].throughput, 200u);
  ASSERT_EQ(gateway.routes.size(), 1u);
  EXPECT_TRUE(gateway.routes[0].balance);
  EXPECT_EQ(gateway.dunning.in_doubt, store::InDoubtPolicy::hold);
  EXPECT_EQ(gateway.retention.texts, std::chrono::hours(7 * 24));
}

TEST(Reader, SaysThatTheFileIsMissing) {
  const auto read_back = load("/nowhere/d.toml");
  ASSERT_FALSE(read_back.has_value());
  ASSERT_EQ(read_back.error().size(), 1u);
  EXPECT_EQ(read_back.error()[0].code, "missing_file");
  EXPECT_EQ(read_back.error()[0].where, "/nowhere/d.toml");
}

// However wrong the line with the password is, no message quotes it.
TEST(Reader, NeverSaysAPassword) {
  const Folder folder;
  folder.file("long", "hunter2hunter2\n");
  for (const std::string line : {"password = hunter2",         "password = 'hunter2",
                                 "password = \"hunter2",       "password = \"hunter2\" hunter2",
                                 "password = [\"hunter2\"]",   "password = \"hunter2hunter2\"",
                                 "password = \"hunter2\\q\"",  "password = \"\"\"hunter2",
                                 "password \"hunter2\"",       "password: hunter2",
                                 "password = hunter2 hunter2", "password_file = \"long\"",
                                 "password = 8hunter2",        "password = 0xhunter2",
                                 "password = 1979-hunter2",    "password = {hunter2}",
                                 "password = {hunter2=1",      "password = [hunter2",
                                 "password = truehunter2",     "password = infhunter2",
                                 "password = 1_hunter2",       "password = \"hunter2\"\npassword = \"hunter2\""}) {
    const auto errors = errors_of(alpha + line + "\n", folder.path() / "d.toml");
    ASSERT_FALSE(errors.empty()) << line;
    for (const auto& error : errors) EXPECT_THAT(to_string(error), Not(HasSubstr("hunter"))) << line;
  }
}

// A value of each other type, for each row: refused with its key's line, never taken for something else.
TEST(Reader, HoldsEveryRowToItsType) {
  for (const auto& row : rows()) {
    for (const std::string wrong : {"true", "3", "\"x\"", "[\"x\"]", "1.5", "1979-05-27", "{}", "[1]"}) {
      const bool fits = (row.slot.form == Form::toggle && wrong == "true") ||
                        (row.slot.form == Form::number && wrong == "3") ||
                        (row.slot.form == Form::either && wrong == "3") ||
                        (row.slot.form == Form::list && wrong == "[\"x\"]") || wrong == "\"x\"";
      if (fits) continue;
      const std::string table(row.table);
      const bool repeated = row.table == "smsc" || row.table == "route" || row.table == "smsc.extra_tlvs";
      std::string text = row.table.starts_with("smsc.") ? "[[smsc]]\n" : "";
      text += repeated ? "[[" + table + "]]\n" : "[" + table + "]\n";
      const int line = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
      text += std::string(row.key) + " = " + wrong + "\n";
      const auto errors = errors_of(text);
      const std::string where = ":" + std::to_string(line) + ": ";
      EXPECT_TRUE(std::any_of(errors.begin(), errors.end(), [&](const Error& error) {
        return error.code == "wrong_type" && error.where.find(where) != std::string::npos &&
               error.where.ends_with("." + std::string(row.key));
      })) << text;
    }
  }
}

// One beyond each end of each row's numbers and durations.
TEST(Reader, HoldsEveryRowToItsBounds) {
  for (const auto& row : rows()) {
    const bool number = row.slot.form == Form::number;
    if (!number && row.slot.form != Form::duration) continue;
    for (const std::int64_t beyond : {row.bounds.min - 1, row.bounds.max + 1}) {
      if (beyond < 0 && !number) continue;
      const std::string value = number ? std::to_string(beyond) : "\"" + std::to_string(beyond) + "ms\"";
      const std::string head = row.table == "smsc"              ? "[[smsc]]\n"
                               : row.table == "smsc.extra_tlvs" ? "[[smsc]]\n[[smsc.extra_tlvs]]\n"
                                                                : "[" + std::string(row.table) + "]\n";
      const auto errors = errors_of(head + std::string(row.key) + " = " + value + "\n");
      EXPECT_TRUE(
          std::any_of(errors.begin(), errors.end(), [](const Error& error) { return error.code == "out_of_bounds"; }))
          << row.table << '.' << row.key << " = " << value;
    }
  }
}

}  // namespace
}  // namespace dunlin::config
