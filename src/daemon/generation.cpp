#include "daemon/generation.hpp"

#include <random>
#include <utility>

#include "daemon/logging.hpp"
#include "store/rocks.hpp"

namespace dunlin::daemon {
namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

// The configuration's settings, with what only chance can give.
engine::Settings with_secret(engine::Settings settings) {
  std::random_device device;
  settings.new_secret.clear();
  while (settings.new_secret.size() < store::kSecretOctets) settings.new_secret += static_cast<char>(device());
  return settings;
}

}  // namespace

void WatchedStore::run(engine::StoreJob job, std::function<void(engine::StoreAnswer)> done) {
  queue_.run(std::move(job), [this, done = std::move(done)](engine::StoreAnswer answer) {
    if (!trouble_ && !answer.committed) trouble_ = answer.committed.error();
    if (!trouble_ && !answer.read) trouble_ = answer.read.error();
    const bool troubled = trouble_.has_value();
    done(std::move(answer));
    if (troubled) troubled_();
  });
}

Result<std::unique_ptr<Generation>> Generation::begin(boost::asio::io_context& io,
                                                      const config::Configuration& configuration,
                                                      std::shared_ptr<const net::TlsClients> tls, const Seams& seams,
                                                      std::function<void()> troubled,
                                                      std::function<Result<void>()> reload) {
  auto opened = store::kv::Rocks::open(configuration.store.path);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  std::unique_ptr<store::Kv> kv = seams.store ? seams.store(std::move(*opened)) : std::move(*opened);
  std::unique_ptr<Generation> generation(
      new Generation(io, configuration, seams, std::move(kv), std::move(troubled), std::move(reload)));
  generation->connections_.use(std::move(tls));
  for (const auto& smsc : configuration.gateway.smscs) {
    if (smsc.outbind_listen.empty()) continue;
    if (auto listening = generation->connections_.listen(smsc); !listening) {
      return tl::unexpected(std::move(listening.error()));
    }
  }
  if (auto started = generation->gateway_.start(*generation->kv_, net::clock()); !started) {
    return tl::unexpected(std::move(started.error()));
  }
  generation->driver_.arm();
  return generation;
}

Generation::Generation(boost::asio::io_context& io, const config::Configuration& configuration, const Seams& seams,
                       std::unique_ptr<store::Kv> kv, std::function<void()> troubled,
                       std::function<Result<void>()> reload)
    : kv_(std::move(kv)),
      thread_(io, *kv_),
      queue_(thread_, std::move(troubled)),
      connections_(io),
      seam_network_(seams.network ? seams.network(connections_) : nullptr),
      gateway_(with_secret(configuration.gateway), seam_network_ ? *seam_network_ : connections_, queue_, random_seed(), log_sink()),
      driver_(io, gateway_, connections_, thread_),
      backend_(gateway_, driver_, std::move(reload)),
      seam_backend_(seams.backend ? seams.backend(backend_) : nullptr) {}

std::optional<Error> Generation::broken() const {
  if (!gateway_.broken()) return std::nullopt;
  if (queue_.trouble()) return queue_.trouble();
  return Error{"broken", std::string(gateway_.broken_because()), ""};
}

}  // namespace dunlin::daemon
