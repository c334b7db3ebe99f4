#include "world.hpp"

namespace dunlin::engine::testing {

World::World(std::size_t links) {
  for (std::size_t i = 0; i < links; ++i) {
    SmscSettings smsc;
    smsc.name = i == 0 ? "alpha" : i == 1 ? "beta" : "smsc" + std::to_string(i);
    smsc.host = "127.0.0.1";
    smsc.system_id = "dunlin";
    smsc.password = "secret";
    smsc.source = "ACME";
    settings.smscs.push_back(smsc);
  }
  settings.store_min_free = 0;
  settings.dunning.in_doubt_wait = 60s;
  now.steady = Steady{1h};
  now.wall = Wall{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h};
}

World::~World() = default;

void World::start() {
  gateway = std::make_unique<Gateway>(
      settings, *this, *this, 7, [this](Severity, std::string sentence) { logged.push_back(std::move(sentence)); });
  ASSERT_TRUE(gateway->start(kv, now).has_value());
  run(10ms);
}

void World::crash() {
  gateway.reset();
  jobs_.clear();
  connections_.clear();
  todo_.clear();
  kv.crash();
  start();
}

void World::run(std::chrono::nanoseconds how_long) {
  const Steady until = now.steady + how_long;
  for (int i = 0; i < 1'000'000; ++i) {
    work();
    const Steady next = std::max(gateway->next_tick(), now.steady);
    if (next > until) break;
    advance_to(next);
    gateway->tick(now);
  }
  work();
  advance_to(until);
  gateway->tick(now);
  work();
}

Result<Accepted> World::submit(store::Job job) {
  std::optional<Result<Accepted>> got;
  gateway->request(SubmitJob{std::move(job), [&](Result<Accepted> answer) { got = std::move(answer); }}, now);
  run(1ms);
  EXPECT_TRUE(got.has_value());
  return got ? *got : failure("no_answer", "");
}

store::Job World::job(std::string id, std::string to, std::string text) {
  store::Job made;
  made.id = std::move(id);
  made.to = std::move(to);
  made.text = std::move(text);
  return made;
}

store::JobView World::view(const std::string& id) {
  Result<std::optional<store::JobView>> found = store::find_job(kv, id);
  EXPECT_TRUE(found && *found) << id;
  return found && *found ? **found : store::JobView{};
}

State World::state(const std::string& id) { return view(id).state.state; }

std::vector<std::string> World::events(const std::string& id) {
  std::vector<std::string> names;
  auto rows = store::read_events(kv, 0, gateway->last_event(), 1'000'000);
  EXPECT_TRUE(rows.has_value());
  std::uint64_t expected = 1;
  for (const auto& [seq, event] : *rows) {
    EXPECT_EQ(seq, expected++);
    if (id.empty() || event.job == id) names.emplace_back(store::name_of(event.type));
  }
  return names;
}

std::vector<store::Event> World::all_events() {
  std::vector<store::Event> all;
  auto rows = store::read_events(kv, 0, gateway->last_event(), 1'000'000);
  for (auto& [seq, event] : *rows) all.push_back(event);
  return all;
}

store::Event World::last(store::EventType type) {
  store::Event found;
  for (store::Event& each : all_events()) {
    if (each.type == type) found = std::move(each);
  }
  return found;
}

std::size_t World::count(const std::string& name) {
  const std::vector<std::string> all = events();
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), name));
}

std::size_t World::sent() { return smscs["alpha"].submits.size(); }

void World::answer(const std::string& smsc, std::size_t index, smpp::CommandStatus status, std::string id) {
  ScriptedSmsc& peer = smscs[smsc];
  ScriptedSmsc::Submit& submit = peer.submits.at(index);
  submit.answered = true;
  smpp::SubmitSmResp resp;
  if (status == smpp::CommandStatus::ok) resp.message_id = id.empty() ? "id" + std::to_string(peer.next_id++) : id;
  send(submit.session, smpp::Pdu{status, submit.sequence, resp});
}

void World::answer_as(const std::string& smsc, std::size_t index, const std::string& id) {
  ScriptedSmsc::Submit& submit = smscs[smsc].submits.at(index);
  submit.answered = true;
  smpp::SubmitSmResp resp;
  resp.message_id = id;
  send(submit.session, smpp::Pdu{{}, submit.sequence, resp});
}

void World::deliver(const std::string& smsc, const smpp::Body& body) {
  send(session_of(smsc), smpp::Pdu{{}, next_sequence_++, body});
}

void World::receipt(const std::string& smsc, const std::string& id, const std::string& from, const std::string& stat) {
  smpp::DeliverSm deliver;
  deliver.source_addr = from;
  deliver.destination_addr = "ACME";
  deliver.esm_class = 0x04;
  deliver.short_message = "id:" + id + " sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:" + stat +
                          " err:000 text:Please";
  send(session_of(smsc), smpp::Pdu{{}, next_sequence_++, deliver});
}

void World::reply(const std::string& smsc, const std::string& from, const std::string& text, const std::string& to) {
  smpp::DeliverSm deliver;
  deliver.source_addr = from;
  deliver.destination_addr = to;
  deliver.short_message = text;
  send(session_of(smsc), smpp::Pdu{{}, next_sequence_++, deliver});
}

void World::says(const std::string& text, const std::string& from) {
  reply("alpha", from, text);
  run(1s);
}

void World::say(const std::string& smsc, smpp::Body body) {
  send(session_of(smsc), smpp::Pdu{{}, next_sequence_++, std::move(body)});
}

void World::drop(const std::string& smsc, bool back) {
  reachable[smsc] = back;
  std::vector<SessionId> gone;
  for (auto& [id, connection] : connections_) {
    if (connection.smsc == smsc) gone.push_back(id);
  }
  for (SessionId id : gone) {
    connections_.erase(id);
    todo_.push_back([this, id] { gateway->closed(id, "connection reset by peer", now); });
  }
  work();
}

SessionId World::session_of(const std::string& smsc) {
  for (auto& [id, connection] : connections_) {
    if (connection.smsc == smsc) return id;
  }
  ADD_FAILURE() << "no session of " << smsc;
  return 0;
}

void World::work() {
  for (int i = 0; i < 1'000'000 && (!todo_.empty() || (!jobs_.empty() && !store_stalled)); ++i) {
    if (!todo_.empty()) {
      auto next = std::move(todo_.front());
      todo_.pop_front();
      next();
      continue;
    }
    store_step();
  }
}

void World::store_steps(std::size_t jobs) {
  for (std::size_t i = 0; i < jobs && !jobs_.empty(); ++i) {
    store_step();
    work();
  }
}

void World::advance_to(Steady to) {
  now.wall += std::chrono::floor<std::chrono::milliseconds>(to.time_since_epoch()) -
              std::chrono::floor<std::chrono::milliseconds>(now.steady.time_since_epoch());
  now.steady = to;
}

void World::store_step() {
  auto [job, done] = std::move(jobs_.front());
  jobs_.pop_front();
  StoreAnswer answer;
  largest_batch = std::max(largest_batch, job.batch.writes().size());
  std::size_t rows_read = 0;
  if (!job.batch.empty()) answer.committed = kv.commit(job.batch, job.sync);
  if (!job.keys.empty()) {
    auto values = kv.get(job.keys);
    if (values) answer.values = std::move(*values);
  }
  for (const store::Range& range : job.ranges) {
    auto rows = kv.scan(range);
    most_rows = std::max(most_rows, rows_read += rows ? rows->size() : 0);
    answer.rows.push_back(rows ? std::move(*rows) : std::vector<store::Row>{});
  }
  done(std::move(answer));
  gateway->tick(now);
}

void World::send(SessionId session, const smpp::Pdu& pdu) {
  Octets octets;
  ASSERT_TRUE(smpp::encode(pdu, octets).has_value());
  todo_.push_back([this, session, octets] { gateway->received(session, octets, now); });
}

void World::heard(SessionId id, Connection& connection, OctetView frame) {
  auto decoded = smpp::decode(frame);
  ASSERT_TRUE(std::holds_alternative<smpp::Pdu>(decoded));
  smpp::Pdu& pdu = std::get<smpp::Pdu>(decoded);
  ScriptedSmsc& peer = smscs[connection.smsc];
  if (std::holds_alternative<smpp::BindTransceiver>(pdu.body)) {
    send(id, smpp::Pdu{{}, pdu.sequence_number, smpp::BindTransceiverResp{}});
  } else if (std::holds_alternative<smpp::EnquireLink>(pdu.body)) {
    send(id, smpp::Pdu{{}, pdu.sequence_number, smpp::EnquireLinkResp{}});
  } else if (std::holds_alternative<smpp::Unbind>(pdu.body)) {
    send(id, smpp::Pdu{{}, pdu.sequence_number, smpp::UnbindResp{}});
  } else if (auto* submit = std::get_if<smpp::SubmitSm>(&pdu.body)) {
    peer.submits.push_back({id, pdu.sequence_number, *submit});
    if (peer.answering) {
      smpp::CommandStatus status = smpp::CommandStatus::ok;
      if (!peer.statuses.empty()) {
        status = peer.statuses.front();
        peer.statuses.pop_front();
      }
      answer(connection.smsc, peer.submits.size() - 1, status);
    }
  } else if (auto* query = std::get_if<smpp::QuerySm>(&pdu.body)) {
    peer.queries.push_back(*query);
    if (!peer.query_status) return;
    smpp::QuerySmResp resp;
    resp.message_id = query->message_id;
    resp.message_state = peer.query_state;
    send(id, peer.query_nacked ? smpp::Pdu{*peer.query_status, pdu.sequence_number, smpp::GenericNack{}}
                               : smpp::Pdu{*peer.query_status, pdu.sequence_number, resp});
  } else {
    peer.answers.push_back(pdu);
  }
}

void World::connect(SessionId session, const SmscSettings& smsc) {
  const bool there = !reachable.contains(smsc.name) || reachable[smsc.name];
  todo_.push_back([this, session, name = smsc.name, there] {
    if (!there) return gateway->closed(session, "connection refused", now);
    connections_.emplace(session, Connection{name, smpp::FrameReader{}});
    gateway->connected(session, now);
  });
}

std::size_t World::write(SessionId session, OctetView octets) {
  const std::size_t taken = std::min(octets.size(), kernel_room);
  kernel_room -= kernel_room == SIZE_MAX ? 0 : taken;
  auto found = connections_.find(session);
  if (found == connections_.end()) return taken;
  found->second.reader.feed(octets.first(taken));
  while (true) {
    auto next = found->second.reader.next();
    OctetView* frame = std::get_if<OctetView>(&next);
    if (frame == nullptr) break;
    heard(session, found->second, *frame);
  }
  return taken;
}

void World::read(SessionId, bool) {}

void World::close(SessionId session) { connections_.erase(session); }

void World::run(StoreJob job, std::function<void(StoreAnswer)> done) {
  jobs_.emplace_back(std::move(job), std::move(done));
}

}  // namespace dunlin::engine::testing
