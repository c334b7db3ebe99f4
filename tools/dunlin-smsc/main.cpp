// dunlin-smsc: an SMSC to try, rehearse and test against.
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "centre.hpp"
#include "control.hpp"
#include "options.hpp"

namespace {

using namespace dunlin;

int fail(const Error& error) {
  std::fprintf(stderr, "dunlin-smsc: %s\n", to_string(error).c_str());
  return 1;
}

void print_summary(const smsc::Totals& totals, std::size_t undelivered) {
  const auto row = [](const char* name, std::uint64_t value) {
    std::printf("%-16s %llu\n", name, static_cast<unsigned long long>(value));
  };
  row("binds", totals.binds);
  row("binds refused", totals.binds_refused);
  row("accepted", totals.accepted);
  row("throttled", totals.throttled);
  row("refused", totals.refused);
  row("unsupported", totals.unsupported);
  row("receipts", totals.receipts);
  row("receipts acked", totals.receipts_acked);
  row("texts", totals.texts);
  row("texts acked", totals.texts_acked);
  row("redelivered", totals.redelivered);
  row("dropped", totals.dropped);
  row("undelivered", undelivered);
}

int run(const smsc::Options& options) {
  boost::asio::io_context io(1);
  smsc::Centre centre(io, options);
  const auto endpoint = centre.listen();
  if (!endpoint) return fail(endpoint.error());

  std::size_t undelivered = 0;
  bool stopping = false;
  const auto stop = [&] {
    if (std::exchange(stopping, true)) return io.stop();  // asked twice: at once
    undelivered = centre.undelivered();
    centre.stop([&] { io.stop(); });
  };
  smsc::Control control(io, centre, [&] { boost::asio::post(io, stop); });
  if (!options.control.empty()) {
    if (const auto listening = control.listen(options.control); !listening) return fail(listening.error());
  }
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  const std::function<void(const boost::system::error_code&, int)> signalled = [&](const auto& error, int) {
    if (error) return;
    signals.async_wait(signalled);
    stop();
  };
  signals.async_wait(signalled);
  std::printf("listening %s:%u\n", endpoint->address().to_string().c_str(), static_cast<unsigned>(endpoint->port()));
  std::fflush(stdout);
  io.run();
  print_summary(centre.totals(), undelivered);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto parsed = smsc::parse_command_line(argc, argv);
  return parsed.run ? run(parsed.options) : parsed.exit_code;
}
