// What is read and answered of links and of the daemon itself.
#include <array>

#include "api/bodies.hpp"
#include "api/schema.hpp"

namespace dunlin::api {
namespace {

constexpr auto kBind = std::to_array<Row>({
    {"kind", "transmitter|receiver|transceiver", ""},
    {"bound", "boolean", "false: it never came to be"},
    {"at", "time", "since when, or when it failed"},
    {"peer?", "string", "the SMSC's system_id"},
    {"version?", "string", "agreed"},
    {"ended?", "time", ""},
    {"lasted_ms", "integer", ""},
    {"why?", "string", "it ended"},
    {"times", "integer", "failures of one kind in a row are one record"},
});
constexpr auto kLearned = std::to_array<Row>({
    {"rate", "number", "it really takes, submits a second"},
    {"ceiling", "number", ""},
    {"for_seconds", "number", "how long that is known"},
});
constexpr auto kLink = std::to_array<Row>({
    {"smsc", "string", "its name"},
    {"host", "string", ""},
    {"port", "integer", ""},
    {"bound", "boolean", ""},
    {"paused", "boolean", ""},
    {"sessions", "integer", "wanted"},
    {"sessions_bound", "integer", ""},
    {"in_flight", "integer", "submits without an answer"},
    {"outbox", "integer", ""},
    {"window", "integer", "of a session"},
    {"throughput", "integer", "submits a second; 0: no limit"},
    {"rate_effective", "number", ""},
    {"rate_sent", "number", ""},
    {"round_trip_seconds", "number", ""},
    {"rate_window", "number", ""},
    {"limited_by", "idle|unbound|paused|window|rate|throttled|congestion|store", ""},
    {"learned?", "Learned", "from its throttle answers"},
    {"congestion?", "integer", "congestion_state, as it tells it"},
    {"last_error?", "string", ""},
    {"message_id", "string", "how its receipts name messages"},
    {"message_id_learned", "boolean", ""},
    {"reconnects", "integer", ""},
    {"throttled", "integer", ""},
    {"state", "off|waiting|refused|listening|connecting|binding|unbinding|bound", ""},
    {"peer?", "string", "its system_id"},
    {"version?", "string", "of SMPP, agreed"},
    {"tls", "none|verified|unverified", ""},
    {"refused?", "string", "the command_status of the refused bind"},
    {"next_attempt_ms?", "integer", ""},
    {"failback_ms?", "integer", ""},
    {"tls_errors", "integer", ""},
    {"alerts", "integer", ""},
    {"history", "[Bind]", "newest last"},
});

constexpr auto kLinkBriefly = std::to_array<Row>({
    {"smsc", "string", ""},
    {"bound", "boolean", ""},
    {"in_flight", "integer", ""},
});
constexpr auto kStore = std::to_array<Row>({
    {"bytes", "integer", ""},
    {"free_bytes", "integer", "of its disk"},
    {"intake", "boolean", "false: no room for more jobs"},
});
constexpr auto kEventRange = std::to_array<Row>({{"first", "integer", "that is kept"}, {"last", "integer", ""}});
constexpr auto kStatus = std::to_array<Row>({
    {"version", "string", ""},
    {"uptime", "integer", "seconds"},
    {"jobs", "{integer}", "by state, each of them"},
    {"links", "[LinkBriefly]", ""},
    {"store", "StoreStatus", ""},
    {"dispatching", "boolean", "false: nothing is handed over now"},
    {"oldest_ready_seconds", "number", ""},
    {"events", "EventRange", ""},
});
constexpr auto kReloaded = std::to_array<Row>({{"reloaded", "true", ""}});

}  // namespace

void add_link_schemas(std::vector<Schema>& all) {
  add_object(all, "Bind", "A bind that came to be, or did not", kBind);
  add_object(all, "Learned", "What was learned of an SMSC's rate", kLearned);
  add_object(all, "Link", "A link to an SMSC, live", kLink);
  add_body<LinkBody>(all, "LinkChange", "Until the next reload");
  add_object(all, "LinkBriefly", "A link in a line", kLinkBriefly);
  add_object(all, "StoreStatus", "The store", kStore);
  add_object(all, "EventRange", "Which events there are", kEventRange);
  add_object(all, "Status", "How the daemon stands", kStatus);
  add_object(all, "Reloaded", "The configuration was read again", kReloaded);
  add_type(all, "OpenApi", "This description", "{any}");
}

}  // namespace dunlin::api
