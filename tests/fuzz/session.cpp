// A session, either side, under arbitrary octets and an owner that does anything it may at any moment. Whatever comes:
//
//   each request of ours is settled exactly once, never more are unanswered than the window allowed when it was sent
//   each request of the peer's is answered at most once, by the response that fits it or by generic_nack
//   what we say can be read, has no TLV below 3.4, and waits for the peer to a named bound
//   after a tick the next one lies ahead; after an unbind nothing new is sent; the end is told once, last
//
//   input := side:octet version:octet window:octet pdu_max:octet first_sequence:octet op*       op: see Player::act
#include <dunlin/smpp/codec.hpp>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "session/esme.hpp"
#include "session/smsc.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::session;
using smpp::CommandId;
using smpp::CommandStatus;

constexpr std::size_t kOpsMax = 600;
constexpr Steady kStart{std::chrono::hours{1}};

Options options_of(fuzz::Input& input) {
  constexpr std::array<std::uint8_t, 3> kVersions{0x33, 0x34, 0x50};
  constexpr std::array<std::size_t, 3> kPduMaxes{session::kPduMax, 200, 64};
  constexpr std::array<std::uint32_t, 3> kFirst{1, kSequenceMax - 2, kSequenceMax};
  Options options;
  options.version = kVersions[input.up_to(2)];
  options.window = 1 + input.up_to(20);
  options.response_timeout = 10s;
  options.enquire_link = input.up_to(3) == 0 ? 0s : 30s;
  options.pdu_max = kPduMaxes[input.up_to(2)];
  options.first_sequence = kFirst[input.up_to(2)];
  return options;
}

// Any of the PDUs, with little in it.
template <std::size_t... I>
smpp::Body body_at(std::size_t index, std::index_sequence<I...>) {
  smpp::Body body;
  ((index == I ? static_cast<void>(body.emplace<I>()) : static_cast<void>(0)), ...);
  return body;
}
constexpr std::size_t kBodies = std::variant_size_v<smpp::Body>;
smpp::Body body_of(fuzz::Input& input) {
  const auto what = input.octet();
  auto body = body_at(what % kBodies, std::make_index_sequence<kBodies>());
  if (what >= kBodies * 3) {  // sometimes with more
    const auto version = input.octet();
    std::visit(
        [&](auto& one) {
          one.tlvs.set(smpp::tlv::sc_interface_version, version);
          if constexpr (requires { one.short_message; }) one.short_message = "STOP";
          if constexpr (requires { one.message_id; }) one.message_id = "4711";
        },
        body);
  }
  return body;
}

class Player {
 public:
  Player(Session& session, Esme* esme, Smsc* smsc, const Options& options)
      : session_(session), esme_(esme), smsc_(smsc), options_(options), fed_(options.pdu_max) {}

  void act(fuzz::Input& input);
  void end();

 private:
  using Fed = std::multimap<std::uint32_t, CommandId>;

  void feed(OctetView octets);
  void feed_pdu(fuzz::Input& input);
  void send(fuzz::Input& input);
  void respond(fuzz::Input& input);
  void pass(std::chrono::milliseconds time);
  void bind(fuzz::Input& input);
  void listen();
  void hear(const Event& event);
  void settle(Tag tag);
  void read_wire(bool strictly_33);
  void read_said(const smpp::Pdu& pdu, bool strictly_33);
  void check();

  Session& session_;
  Esme* esme_;
  Smsc* smsc_;
  Options options_;
  Steady now_ = kStart;
  bool reading_ = true;
  bool leaving_ = false;  // unbind was called
  int closed_told_ = 0;

  std::uint64_t tags_ = 0;
  std::map<std::uint64_t, std::uint32_t> unsettled_;            // tag → sequence_number
  std::vector<std::pair<CommandId, std::uint32_t>> said_;       // requests of ours, for the peer to answer
  std::vector<std::pair<CommandId, std::uint32_t>> to_answer_;  // requests of the peer's, for the owner to answer
  smpp::FrameReader fed_;                                       // what the session was fed
  Fed asked_;                                                   // requests in it that were not answered
  smpp::FrameReader wire_{1 << 20};                             // what the session said
  std::uint64_t wire_read_ = 0;
};

void Player::feed(OctetView octets) {
  if (!reading_ || session_.closed()) return;
  fed_.feed(octets);
  for (;;) {
    const auto next = fed_.next();
    if (const auto* frame = std::get_if<OctetView>(&next)) {
      const auto header = smpp::decode_header(*frame);
      if (!smpp::is_response(header.command_id)) asked_.emplace(header.sequence_number, header.command_id);
      continue;
    }
    if (const auto* broken = std::get_if<smpp::FramingError>(&next))
      asked_.emplace(broken->header.sequence_number, CommandId::generic_nack);
    break;
  }
  session_.received(octets);
}

// A whole PDU; as a response it answers something of ours, where there is something.
void Player::feed_pdu(fuzz::Input& input) {
  smpp::Pdu pdu;
  const auto how = input.octet();
  pdu.command_status = static_cast<CommandStatus>(how % 4 == 0 ? input.octet() : 0);
  if (how % 2 == 0 && !said_.empty()) {
    const auto which = input.octet() % said_.size();
    pdu.body = how % 8 == 6 ? smpp::Body{smpp::GenericNack{}} : empty_response(said_[which].first);
    pdu.sequence_number = said_[which].second;
  } else {
    pdu.body = body_of(input);
    pdu.sequence_number = how % 16 == 15 ? input.u32() : input.octet();
  }
  Octets octets;
  if (!smpp::encode(pdu, octets)) return;
  const auto cut = how >= 128 ? std::min<std::size_t>(input.octet(), octets.size()) : octets.size();
  feed(OctetView(octets).first(cut));
  if (cut < octets.size()) listen();
  feed(OctetView(octets).subspan(cut));
}

void Player::send(fuzz::Input& input) {
  auto body = body_of(input);
  const auto command = smpp::command_id(body);
  const bool was_closed = session_.closed();
  const auto sent = session_.send(std::move(body), Tag{++tags_, 0}, now_);
  if (!sent) return;
  FUZZ_CHECK(!was_closed && !leaving_, "a request was taken after the end");
  FUZZ_CHECK(!smpp::is_response(command), "a response was taken as a request");
  FUZZ_CHECK(session_.in_flight() <= session_.window(), "more unanswered than the window allows");
  FUZZ_CHECK(sent->sequence >= 1 && sent->sequence <= kSequenceMax, "a sequence_number outside its range");
  for (const auto& [tag, sequence] : unsettled_)
    FUZZ_CHECK(sequence != sent->sequence, "a sequence_number is out twice");
  unsettled_.emplace(tags_, sent->sequence);
}

void Player::respond(fuzz::Input& input) {
  if (to_answer_.empty()) return;
  const auto which = to_answer_.begin() + static_cast<std::ptrdiff_t>(input.octet() % to_answer_.size());
  const auto [command, sequence] = *which;
  to_answer_.erase(which);
  const auto status = static_cast<CommandStatus>(input.octet());
  static_cast<void>(session_.respond(sequence, {status, 0, empty_response(command)}));
}

void Player::pass(std::chrono::milliseconds time) {
  now_ += time;
  session_.tick(now_);
  FUZZ_CHECK(session_.next_tick() > now_, "after a tick the next one is due at once");
}

void Player::bind(fuzz::Input& input) {
  if (esme_ != nullptr) {
    Bind bind;
    bind.kind = static_cast<BindKind>(input.up_to(2));
    bind.system_id = "dunlin";
    bind.password = "secret";
    static_cast<void>(esme_->bind(bind, now_));
    return;
  }
  const auto how = input.octet();
  if (how % 8 == 7) {
    static_cast<void>(smsc_->outbind("alpha", "secret"));
  } else {
    smsc_->answer_bind(how % 4 == 3 ? CommandStatus::bind_failed : CommandStatus::ok, "alpha", now_);
  }
}

void Player::act(fuzz::Input& input) {
  const bool was_33 = session_.version() < 0x34 && is_bound(session_.state());
  switch (input.up_to(15)) {
    case 0: feed(input.take(input.octet())); break;
    case 1:
    case 2:
    case 3: feed_pdu(input); break;
    case 4: pass(std::chrono::milliseconds{input.u16()}); break;
    case 5:
      if (const auto at = session_.next_tick(); at != kNever)
        pass(std::chrono::ceil<std::chrono::milliseconds>(std::max(at - now_, std::chrono::nanoseconds{0})));
      break;
    case 6:
    case 7:
    case 8: send(input); break;
    case 9:
    case 10: respond(input); break;
    case 11: session_.output().consume(std::min<std::size_t>(input.octet(), session_.output().unsent())); break;
    case 12: bind(input); break;
    case 13: session_.set_window(input.up_to(30)); break;
    case 14:
      reading_ = !reading_;
      session_.set_reading(reading_, now_);
      break;
    case 15:
      if (input.up_to(3) == 0) {
        session_.close(CloseReason::lost);
      } else {
        session_.unbind(now_);
        leaving_ = true;
      }
      break;
  }
  listen();
  read_wire(was_33 && session_.version() < 0x34);
  check();
}

void Player::listen() {
  while (auto event = session_.next_event(now_)) hear(*event);
}

void Player::settle(Tag tag) { FUZZ_CHECK(unsettled_.erase(tag.id) == 1, "settled twice, or never sent"); }

void Player::hear(const Event& event) {
  FUZZ_CHECK(closed_told_ == 0, "something is told after the end");
  if (const auto* answered = std::get_if<Answered>(&event)) {
    settle(answered->tag);
    FUZZ_CHECK(answered->took >= 0ns, "answered before it was asked");
    FUZZ_CHECK(!answered->late || answered->took >= options_.response_timeout, "called late too early");
  } else if (const auto* unanswered = std::get_if<Unanswered>(&event)) {
    settle(unanswered->tag);
  } else if (const auto* received = std::get_if<Received>(&event)) {
    const auto command = smpp::command_id(received->request.body);
    FUZZ_CHECK(!smpp::is_response(command), "a response was handed up as a request");
    if (smpp::response_to(command) != CommandId::generic_nack)
      to_answer_.emplace_back(command, received->request.sequence_number);
  } else if (std::holds_alternative<Closed>(event)) {
    ++closed_told_;
    to_answer_.clear();
  }
}

void Player::read_wire(bool strictly_33) {
  const auto& output = session_.output();
  const auto fresh = static_cast<std::size_t>(output.appended() - std::max(wire_read_, output.consumed()));
  wire_.feed(output.view().last(fresh));
  wire_read_ = output.appended();
  for (;;) {
    const auto next = wire_.next();
    const auto* frame = std::get_if<OctetView>(&next);
    if (frame == nullptr) {
      FUZZ_CHECK(std::holds_alternative<smpp::NeedMore>(next), "what we say is no stream of PDUs");
      return;
    }
    const auto decoded = smpp::decode(*frame);
    FUZZ_CHECK(std::holds_alternative<smpp::Pdu>(decoded), "what we say cannot be read");
    read_said(std::get<smpp::Pdu>(decoded), strictly_33);
  }
}

void Player::read_said(const smpp::Pdu& pdu, bool strictly_33) {
  const auto command = smpp::command_id(pdu.body);
  if (strictly_33)
    FUZZ_CHECK(std::visit([](const auto& body) { return body.tlvs.empty(); }, pdu.body), "a TLV below 3.4");
  if (!smpp::is_response(command)) {
    said_.emplace_back(command, pdu.sequence_number);
    return;
  }
  // Of several with this number, a generic_nack answers first what has no response of its own.
  const auto [first, last] = asked_.equal_range(pdu.sequence_number);
  auto fits = std::find_if(first, last, [&](const auto& asked) { return command == smpp::response_to(asked.second); });
  if (fits == last && command == CommandId::generic_nack) fits = first;
  FUZZ_CHECK(fits != last, "an answer to nothing that was asked: " + std::string(smpp::command_name(command)));
  asked_.erase(fits);
}

void Player::check() {
  FUZZ_CHECK(session_.in_flight() == unsettled_.size(), "the window and the owner count differently");
  FUZZ_CHECK(session_.output().unsent() <= kOutputHardMax + kPduMax, "more waits for the peer than allowed");
  FUZZ_CHECK(!leaving_ || !is_bound(session_.state()), "bound after the unbind");
  FUZZ_CHECK(session_.closed() == (closed_told_ == 1), "the end is told once");
  if (session_.closed()) FUZZ_CHECK(session_.next_tick() == kNever, "a closed session waits for something");
}

void Player::end() {
  session_.close(CloseReason::stopped);
  listen();
  read_wire(false);
  check();
  FUZZ_CHECK(unsettled_.empty(), "a request was never settled");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  const bool esme_side = input.up_to(1) == 0;
  const auto options = options_of(input);
  std::optional<Esme> esme;
  std::optional<Smsc> smsc;
  Session& session = esme_side ? static_cast<Session&>(esme.emplace(options, kStart)) : smsc.emplace(options, kStart);
  Player player(session, esme ? &*esme : nullptr, smsc ? &*smsc : nullptr, options);
  for (std::size_t op = 0; op < kOpsMax && !input.empty(); ++op) player.act(input);
  player.end();
  return 0;
}
