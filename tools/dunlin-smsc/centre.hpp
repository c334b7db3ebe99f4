// The SMS centre: takes binds and submits over TCP, decides what becomes of each, sends receipts and replies. One
// thread, one event loop; all that happens later is in schedules by the millisecond, with one timer for them all.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "journal.hpp"
#include "limit.hpp"
#include "peer.hpp"
#include "schedule.hpp"

namespace dunlin::smsc {

// One submit's answer on its way. The message's id is made again from its number.
struct Answer {
  std::uint64_t peer = 0;
  std::uint32_t sequence = 0;
  smpp::CommandStatus status{};
  std::uint64_t number = 0;
  bool data_sm = false;
  std::optional<std::uint8_t> congestion{};
};

// One system_id, over all its binds.
struct Account {
  // Deliveries that wait for a bind or a window. At the bound the oldest is dropped, and counted.
  static constexpr std::size_t kPendingMax = 1'000'000;
  std::string name;
  Limit limit;
  std::deque<Delivery> pending;
  std::vector<Peer*> receivers;  // bound so that they take deliveries
  std::size_t turn = 0;          // whose it is
  bool answering = true;
  bool frozen = false;
  std::vector<Answer> withheld;  // while not answering; those beyond kPendingMax are never given
};

struct Totals {
  std::uint64_t binds = 0, binds_refused = 0;
  std::uint64_t accepted = 0, throttled = 0, refused = 0, unsupported = 0;
  std::uint64_t receipts = 0, receipts_acked = 0, texts = 0, texts_acked = 0;  // handed over, and answered with ok
  std::uint64_t redelivered = 0;  // left unanswered by a session that ended, or answered "not now"
  std::uint64_t dropped = 0;      // refused for good, tried too often, or over the bound
};

class Centre final : public PeerOwner {
 public:
  static constexpr std::size_t kAccountsMax = 1000;  // beyond: a bind is refused
  static constexpr std::size_t kRepliedMax =
      1'000'000;                                 // numbers remembered to have replied; beyond, nobody replies any more
  static constexpr std::uint8_t kTriesMax = 20;  // of a delivery that is answered "not now"
  static constexpr std::size_t kReadMax = 64 * 1024;

  Centre(boost::asio::io_context& io, Options options);
  ~Centre() override;

  // Errors: "listen" and the journal's.
  [[nodiscard]] Result<boost::asio::ip::tcp::endpoint> listen();

  // On demand. An empty system_id means every account, for texts the only one bound. Errors: "not_found", "ambiguous",
  // dunlin/text's.
  struct Text {
    std::string system_id, from, to, text, encoding;
  };
  [[nodiscard]] Result<std::size_t> text_from_phone(const Text& text);  // its segments
  std::size_t unbind(const std::string& system_id);                     // sessions
  std::size_t drop(const std::string& system_id);                       // sessions
  void set_answering(const std::string& system_id, bool answering);
  void set_frozen(const std::string& system_id, bool frozen);
  void set_limit(const std::string& system_id, const LimitSettings& limit);
  const LimitSettings& limit() const { return limit_; }  // of whoever binds from now on
  // Unbinds everybody and calls `finished` when they are gone, or after two seconds.
  void stop(std::function<void()> finished);

  const Totals& totals() const { return totals_; }
  std::size_t bound() const;
  std::size_t undelivered() const;  // receipts and texts not answered or not due yet

  void came(Peer& peer) override;
  void drained(Peer& peer) override;
  void lost(Peer& peer) override;
  boost::asio::mutable_buffer buffer() override { return boost::asio::buffer(buffer_); }

 private:
  struct Message;  // of a submit_sm or data_sm
  struct Due {
    Account* account;
    Delivery delivery;
  };

  void accept();
  void drain(Peer& peer);
  void on(Peer& peer, session::BindRequested& event);
  void on(Peer& peer, session::Received& event);
  void on(Peer& peer, session::Answered& event);
  void on(Peer& peer, session::Unanswered& event);
  void on(Peer& peer, session::Closed& event);
  template <class Other>
  void on(Peer&, Other&) {}  // an ESME's

  Account* account_of(const std::string& system_id);
  std::size_t binds_of(const Account& account) const;
  void submit(Peer& peer, const Message& message);
  smpp::CommandStatus decide(Account& account);
  void write_down(Peer& peer, const Message& message, std::uint64_t number);
  void plan_receipt(Peer& peer, const Message& message, std::uint64_t number, bool early);
  void send_receipt(Account& account, Delivery delivery, bool early);
  void reply_later(Account& account, const Party& phone, const Party& to);
  void answer(const Answer& answer);
  void deliver(Account& account, Delivery delivery);
  void deliver_later(Account& account, Delivery delivery, std::chrono::milliseconds delay);
  void pump(Account& account);
  void touch(Peer& peer);
  void settle();
  void finish(Peer& peer, bool reset = false);
  void read_clock();
  void arm();
  void wake();
  template <class Visit>
  std::size_t each_peer(const std::string& system_id, Visit&& visit);
  template <class Visit>
  void each_account(const std::string& system_id, Visit&& visit);

  boost::asio::io_context& io_;
  const Options options_;
  Chance chance_;
  Journal journal_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer stop_timer_;
  std::vector<std::uint8_t> buffer_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Peer>> peers_;
  std::map<std::string, std::unique_ptr<Account>> accounts_;
  std::vector<std::shared_ptr<Peer>> touched_;
  std::unordered_set<Account*> to_pump_;
  std::unordered_set<std::uint64_t> replied_;  // numbers, mixed
  Schedule<Answer> answers_;
  Schedule<Due> deliveries_;
  std::function<void()> finished_;
  Totals totals_;
  LimitSettings limit_;
  std::uint64_t peer_ids_ = 0;
  std::uint64_t number_;        // of the last message
  std::uint8_t reference_ = 0;  // of the last text with several segments
  Now now_;                     // read once a wake-up
  WallMicros started_wall_;
  Steady started_;
  Steady armed_ = kNever;
  Steady housekeeping_{};
};

}  // namespace dunlin::smsc
