#include "centre.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::smsc {
namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr std::string_view kOurSystemId = "dunlin-smsc";
constexpr std::chrono::milliseconds kHousekeepingEvery{50};  // sessions' timers, and how far the journal may be behind
constexpr std::chrono::seconds kStopWait{2};

}  // namespace

Centre::Centre(asio::io_context& io, Options options)
    : io_(io),
      options_(std::move(options)),
      chance_(options_.seed),
      acceptor_(io),
      timer_(io),
      stop_timer_(io),
      buffer_(kReadMax),
      limit_(options_.limit),
      number_(mix(options_.seed) % 0x7FFFFFFF),  // so that two SMSCs with different seeds rarely give the same ids
      started_wall_(std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now())),
      started_(std::chrono::steady_clock::now()) {
  read_clock();
}

Centre::~Centre() = default;

Result<tcp::endpoint> Centre::listen() {
  if (!options_.journal.empty()) {
    if (auto opened = journal_.open(options_.journal); !opened) return tl::unexpected(std::move(opened.error()));
  }
  ErrorCode error;
  const auto address = asio::ip::make_address(options_.host, error);
  if (error) return failure("listen", "not a numeric address", options_.host);
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failure("listen", error.message(), options_.host + ":" + std::to_string(options_.port));
  accept();
  arm();
  return acceptor_.local_endpoint();
}

void Centre::accept() {
  acceptor_.async_accept([this](const ErrorCode& error, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) {
      read_clock();
      session::Options options;
      options.version = options_.dialect.version;  // the lower of both sides' versions is agreed
      options.enquire_link = options_.dialect.enquire_link;
      options.window = options_.deliver_window;
      const auto peer = std::make_shared<Peer>(*this, std::move(socket), ++peer_ids_, options, now_.steady);
      peers_.emplace(peer->id(), peer);
      peer->read();
    }
    accept();
  });
}

void Centre::read_clock() {
  now_.steady = std::chrono::steady_clock::now();
  now_.wall = std::chrono::floor<std::chrono::milliseconds>(
      started_wall_ + std::chrono::floor<std::chrono::microseconds>(now_.steady - started_));
}

void Centre::came(Peer& peer) {
  read_clock();
  drain(peer);
  settle();
}

void Centre::drained(Peer& peer) {
  read_clock();
  touch(peer);
  if (peer.account != nullptr) to_pump_.insert(peer.account);
  settle();
}

void Centre::lost(Peer& peer) {
  read_clock();
  const auto alive = peer.shared_from_this();
  peer.session.close(session::CloseReason::lost);
  drain(peer);
  finish(peer);
  settle();
}

void Centre::drain(Peer& peer) {
  touch(peer);
  while (auto event = peer.session.next_event(now_.steady)) {
    std::visit([&](auto& told) { on(peer, told); }, *event);
  }
}

void Centre::touch(Peer& peer) {
  if (peer.touched) return;
  peer.touched = true;
  touched_.push_back(peer.shared_from_this());
}

// The end of every wake-up: what may be delivered goes out, one write a session.
void Centre::settle() {
  for (Account* account : std::exchange(to_pump_, {})) pump(*account);
  for (const auto& peer : std::exchange(touched_, {})) {
    peer->touched = false;
    if (!peer->flush()) {
      peer->session.close(session::CloseReason::lost);
      drain(*peer);
      finish(*peer);
    } else if (peer->finishing && !peer->has_output()) {
      finish(*peer);
    }
  }
  arm();
}

void Centre::finish(Peer& peer, bool reset) {
  peer.close(reset);
  if (peer.account != nullptr) std::erase(peer.account->receivers, &peer);
  peers_.erase(peer.id());
  if (finished_ && peers_.empty()) std::exchange(finished_, nullptr)();
}

void Centre::arm() {
  const Steady next = std::min({answers_.next(), deliveries_.next(), housekeeping_ + kHousekeepingEvery});
  if (next >= armed_) return;
  armed_ = next;
  timer_.expires_at(next);
  timer_.async_wait([this](const ErrorCode& error) {
    if (error) return;
    armed_ = kNever;
    wake();
  });
}

void Centre::wake() {
  read_clock();
  answers_.take_due(now_.steady, [&](Answer answer) { this->answer(answer); });
  deliveries_.take_due(now_.steady, [&](Due due) { deliver(*due.account, std::move(due.delivery)); });
  if (now_.steady >= housekeeping_ + kHousekeepingEvery) {
    housekeeping_ = now_.steady;
    journal_.flush();
    for (const auto& [id, peer] : peers_) {
      if (peer->session.next_tick() > now_.steady) continue;
      peer->session.tick(now_.steady);
      drain(*peer);
    }
  }
  settle();
}

void Centre::on(Peer& peer, session::BindRequested& event) {
  const auto& bind = event.bind;
  auto status = smpp::CommandStatus::ok;
  if (!options_.system_id.empty() && bind.system_id != options_.system_id) {
    status = smpp::CommandStatus::invalid_system_id;
  } else if (!options_.password.empty() && bind.password != options_.password) {
    status = smpp::CommandStatus::invalid_password;
  }
  Account* account = status == smpp::CommandStatus::ok ? account_of(bind.system_id) : nullptr;
  if (status == smpp::CommandStatus::ok && account == nullptr) status = smpp::CommandStatus::bind_failed;
  if (account != nullptr && options_.binds_max > 0 && binds_of(*account) >= options_.binds_max) {
    status = smpp::CommandStatus::already_bound;
    account = nullptr;
  }
  ++(status == smpp::CommandStatus::ok ? totals_.binds : totals_.binds_refused);
  peer.session.answer_bind(status, kOurSystemId, now_.steady, options_.dialect.tells_version);
  if (account == nullptr) return;
  peer.account = account;
  peer.freeze(account->frozen);
  if (!peer.session.delivers()) return;
  account->receivers.push_back(&peer);
  to_pump_.insert(account);
}

std::size_t Centre::binds_of(const Account& account) const {
  return static_cast<std::size_t>(std::ranges::count_if(peers_, [&](const auto& row) {
    return row.second->account == &account && session::is_bound(row.second->session.state());
  }));
}

Account* Centre::account_of(const std::string& system_id) {
  const auto found = accounts_.find(system_id);
  if (found != accounts_.end()) return found->second.get();
  if (accounts_.size() >= kAccountsMax) return nullptr;
  auto account = std::make_unique<Account>();
  account->name = system_id;
  account->limit.set(limit_);
  return accounts_.emplace(system_id, std::move(account)).first->second.get();
}

void Centre::on(Peer& peer, session::Answered& event) {
  Delivery delivery = peer.take(event.tag.id);
  Account& account = *peer.account;
  to_pump_.insert(&account);
  switch (smpp::status_class(event.response.command_status)) {
    case smpp::StatusClass::ok:
      ++(delivery.receipt ? totals_.receipts_acked : totals_.texts_acked);
      if (delivery.receipt && delivery.state == smpp::MessageState::delivered) {
        reply_later(account, delivery.from, delivery.to);
      }
      return;
    case smpp::StatusClass::retry:
    case smpp::StatusClass::throttle:
    case smpp::StatusClass::drop_link:
      if (++delivery.tries < kTriesMax) {
        ++totals_.redelivered;
        return deliver_later(account, std::move(delivery), std::chrono::seconds{1});
      }
      break;
    case smpp::StatusClass::refuse: break;
  }
  ++totals_.dropped;
}

void Centre::on(Peer& peer, session::Unanswered& event) {
  ++totals_.redelivered;
  deliver(*peer.account, peer.take(event.tag.id));
}

void Centre::on(Peer& peer, session::Closed&) { peer.finishing = true; }

void Centre::deliver(Account& account, Delivery delivery) {
  if (account.pending.size() >= Account::kPendingMax) {
    account.pending.pop_front();
    ++totals_.dropped;
  }
  account.pending.push_back(std::move(delivery));
  to_pump_.insert(&account);
}

void Centre::deliver_later(Account& account, Delivery delivery, std::chrono::milliseconds delay) {
  deliveries_.add(now_.steady + delay, Due{&account, std::move(delivery)});
}

void Centre::pump(Account& account) {
  std::size_t unable = 0;
  while (!account.pending.empty() && unable < account.receivers.size()) {
    Peer& peer = *account.receivers[account.turn++ % account.receivers.size()];
    if (!peer.may_deliver()) {
      ++unable;
      continue;
    }
    unable = 0;
    const bool receipt = account.pending.front().receipt;
    const auto sent = peer.deliver(std::move(account.pending.front()), options_, now_);
    account.pending.pop_front();
    ++(!sent ? totals_.dropped : receipt ? totals_.receipts : totals_.texts);
    touch(peer);
  }
}

std::size_t Centre::bound() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(peers_, [](const auto& row) { return session::is_bound(row.second->session.state()); }));
}

std::size_t Centre::undelivered() const {
  std::size_t sum = deliveries_.size();
  for (const auto& [name, account] : accounts_) sum += account->pending.size();
  for (const auto& [id, peer] : peers_) sum += peer->session.in_flight();
  return sum;
}

template <class Visit>
std::size_t Centre::each_peer(const std::string& system_id, Visit&& visit) {
  read_clock();
  std::vector<std::shared_ptr<Peer>> chosen;
  for (const auto& [id, peer] : peers_) {
    if (peer->account != nullptr && (system_id.empty() || peer->account->name == system_id)) chosen.push_back(peer);
  }
  for (const auto& peer : chosen) visit(*peer);
  settle();
  return chosen.size();
}

template <class Visit>
void Centre::each_account(const std::string& system_id, Visit&& visit) {
  read_clock();
  for (const auto& [name, account] : accounts_) {
    if (system_id.empty() || name == system_id) visit(*account);
  }
  settle();
}

Result<std::size_t> Centre::text_from_phone(const Text& text) {
  read_clock();
  Account* chosen = nullptr;
  for (const auto& [name, account] : accounts_) {
    if (text.system_id.empty() ? account->receivers.empty() : name != text.system_id) continue;
    if (chosen != nullptr) return failure("ambiguous", "several accounts are bound: name one", "system_id");
    chosen = account.get();
  }
  if (chosen == nullptr) return failure("not_found", "no such account is bound", "system_id");
  auto segments = smsc::text_from_phone(text.from, text.to, text.text, text.encoding, ++reference_);
  if (!segments) return tl::unexpected(std::move(segments.error()));
  for (auto& segment : *segments) deliver(*chosen, std::move(segment));
  settle();
  return segments->size();
}

std::size_t Centre::unbind(const std::string& system_id) {
  return each_peer(system_id, [&](Peer& peer) {
    peer.session.unbind(now_.steady);
    drain(peer);
  });
}

std::size_t Centre::drop(const std::string& system_id) {
  return each_peer(system_id, [&](Peer& peer) {
    peer.session.close(session::CloseReason::stopped);
    drain(peer);
    finish(peer, true);
  });
}

void Centre::set_answering(const std::string& system_id, bool answering) {
  each_account(system_id, [&](Account& account) {
    account.answering = answering;
    if (!answering) return;
    for (const auto& answer : std::exchange(account.withheld, {})) this->answer(answer);
  });
}

void Centre::set_frozen(const std::string& system_id, bool frozen) {
  each_account(system_id, [&](Account& account) {
    account.frozen = frozen;
    to_pump_.insert(&account);
  });
  each_peer(system_id, [&](Peer& peer) { peer.freeze(frozen); });
}

void Centre::set_limit(const std::string& system_id, const LimitSettings& limit) {
  if (system_id.empty()) limit_ = limit;
  each_account(system_id, [&](Account& account) { account.limit.set(limit); });
}

void Centre::stop(std::function<void()> finished) {
  acceptor_.close();
  finished_ = [this, finished = std::move(finished)] {
    stop_timer_.cancel();
    timer_.cancel();
    journal_.flush();
    finished();
  };
  stop_timer_.expires_after(kStopWait);
  stop_timer_.async_wait([this](const ErrorCode& error) {
    if (!error && finished_) std::exchange(finished_, nullptr)();
  });
  unbind({});
  for (const auto& [id, peer] : std::unordered_map(peers_)) {
    if (peer->account == nullptr) finish(*peer);
  }
  if (finished_ && peers_.empty()) std::exchange(finished_, nullptr)();
}

}  // namespace dunlin::smsc
