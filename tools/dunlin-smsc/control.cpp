#include "control.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/duration.hpp"

namespace dunlin::smsc {
namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;
using nlohmann::json;

namespace {

struct Call {
  const json& value;  // of the command's key
  std::string system_id;
  Centre& centre;
  const std::function<void()>& quit;
};

struct Command {
  std::string_view name;
  bool (*fits)(const json&);
  Result<json> (*run)(const Call&);
};

bool is_flag(const json& value) { return value.is_boolean(); }
bool is_true(const json& value) { return value.is_boolean() && value.get<bool>(); }
bool is_rate(const json& value) { return value.is_number() && value.get<double>() >= 0; }

bool is_limit(const json& value) {
  if (!value.is_object()) return is_rate(value);
  return std::ranges::all_of(value.items(), [](const auto& member) {
    return member.key() == "rate" ? is_rate(member.value()) : member.value().is_string();
  });
}

// Every member a string, and the three that a text needs.
bool is_text(const json& value) {
  if (!value.is_object()) return false;
  for (const auto& member : value.items()) {
    if (!member.value().is_string()) return false;
  }
  return value.contains("from") && value.contains("to") && value.contains("text");
}

Result<json> run_text(const Call& call) {
  const auto member = [&](const char* name) { return call.value.value(name, std::string()); };
  const auto segments = call.centre.text_from_phone(
      {call.value.contains("system_id") ? member("system_id") : call.system_id, member("from"), member("to"),
       member("text"), call.value.contains("encoding") ? member("encoding") : std::string("auto")});
  if (!segments) return tl::unexpected(segments.error());
  return json{{"segments", *segments}};
}

// Takes what parse makes of a string member into `into`, if it is there.
template <class Value, class Parse>
Result<void> take(const json& object, const char* name, Value& into, Parse parse) {
  if (!object.contains(name)) return {};
  auto value = parse(object[name].get<std::string>());
  if (!value) return tl::unexpected(std::move(value.error()));
  into = *value;
  return {};
}

Result<json> run_limit(const Call& call) {
  LimitSettings limit = call.centre.limit();
  if (!call.value.is_object()) {
    limit.rate = call.value.get<double>();
  } else {
    limit.rate = call.value.value("rate", limit.rate);
    for (const auto& taken : {take(call.value, "form", limit.form, parse_limit_form),
                              take(call.value, "depth", limit.depth, parse_duration),
                              take(call.value, "answer", limit.answer, parse_limit_answer)}) {
      if (!taken) return tl::unexpected(taken.error());
    }
  }
  call.centre.set_limit(call.system_id, limit);
  return json::object();
}

Result<json> run_status(const Call& call) {
  const auto& totals = call.centre.totals();
  return json{{"bound", call.centre.bound()},
              {"undelivered", call.centre.undelivered()},
              {"binds", totals.binds},
              {"binds_refused", totals.binds_refused},
              {"accepted", totals.accepted},
              {"throttled", totals.throttled},
              {"refused", totals.refused},
              {"unsupported", totals.unsupported},
              {"receipts", totals.receipts},
              {"receipts_acked", totals.receipts_acked},
              {"texts", totals.texts},
              {"texts_acked", totals.texts_acked},
              {"redelivered", totals.redelivered},
              {"dropped", totals.dropped}};
}

constexpr std::array kCommands{
    Command{"mo", is_text, run_text},
    Command{"unbind", is_true,
            [](const Call& call) -> Result<json> {
              return json{{"sessions", call.centre.unbind(call.system_id)}};
            }},
    Command{"drop", is_true,
            [](const Call& call) -> Result<json> {
              return json{{"sessions", call.centre.drop(call.system_id)}};
            }},
    Command{"stop_answering", is_flag,
            [](const Call& call) -> Result<json> {
              call.centre.set_answering(call.system_id, !call.value.get<bool>());
              return json::object();
            }},
    Command{"freeze", is_flag,
            [](const Call& call) -> Result<json> {
              call.centre.set_frozen(call.system_id, call.value.get<bool>());
              return json::object();
            }},
    Command{"limit", is_limit, run_limit},
    Command{"status", is_true, run_status},
    Command{"quit", is_true,
            [](const Call& call) -> Result<json> {
              call.quit();
              return json::object();
            }},
};

Result<json> run(std::string_view line, Centre& centre, const std::function<void()>& quit) {
  const auto request = json::parse(line, nullptr, false);
  if (!request.is_object()) return failure("bad_json", "expected a JSON object a line");
  for (const auto& command : kCommands) {
    const auto found = request.find(command.name);
    if (found == request.end()) continue;
    if (!command.fits(*found)) return failure("bad_value", "not a value for " + std::string(command.name));
    const auto chosen = request.find("system_id");
    const bool named = chosen != request.end() && chosen->is_string();
    return command.run({*found, named ? chosen->get<std::string>() : std::string(), centre, quit});
  }
  return failure("unknown_command", "none of the commands is in that object");
}

}  // namespace

std::string obey(std::string_view line, Centre& centre, const std::function<void()>& quit) {
  auto result = run(line, centre, quit);
  json answer = result ? *std::move(result) : json{{"code", result.error().code}, {"detail", result.error().detail}};
  answer["ok"] = result.has_value();
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

struct Control::Connection : std::enable_shared_from_this<Connection> {
  Connection(Local::socket stream, Control& control) : socket(std::move(stream)), owner(control) {}

  void read() {
    asio::async_read_until(socket, asio::dynamic_buffer(input, kLineMax), '\n',
                           [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
                             if (!error) self->answer(size);
                           });
  }
  void answer(std::size_t size) {
    output = obey(std::string_view(input).substr(0, size - 1), owner.centre_, owner.quit_) + '\n';
    input.erase(0, size);
    asio::async_write(socket, asio::buffer(output), [self = shared_from_this()](const ErrorCode& error, std::size_t) {
      if (!error) self->read();
    });
  }

  Local::socket socket;
  Control& owner;
  std::string input, output;
};

Control::Control(asio::io_context& io, Centre& centre, std::function<void()> quit)
    : centre_(centre), quit_(std::move(quit)), acceptor_(io) {}

Control::~Control() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> Control::listen(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode)) ::unlink(path.c_str());
  ErrorCode error;
  acceptor_.open(Local(), error);
  if (!error) acceptor_.bind(Local::endpoint(path), error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failure("listen", error.message(), path);
  path_ = path;
  accept();
  return {};
}

void Control::accept() {
  acceptor_.async_accept([this](const ErrorCode& error, Local::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<Connection>(std::move(socket), *this)->read();
    accept();
  });
}

}  // namespace dunlin::smsc
