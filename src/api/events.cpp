// /v1/events and /v1/consumers.
#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

constexpr std::size_t kRowsAtOnce = 64;  // events read from the store at a time; one has a reply's text at most

struct Wanted {
  std::optional<std::uint64_t> after;
  std::string consumer;
  bool follow = false;
};

Wanted read_query(const Target& target) {
  Wanted wanted{number_in(target, "after"), {}, flag_in(target, "follow")};
  if (const std::string* text = target.find("consumer")) wanted.consumer = *text;
  return wanted;
}

// Where to begin: after the number given, else after the consumer's last ack, else at the oldest that is kept.
struct Start {
  std::uint64_t after = 0;
  std::uint64_t oldest = 0;
  bool gone = false;
};

Result<Start> find_start(store::Kv& kv, Wanted wanted, std::uint64_t last) {
  if (!wanted.after && !wanted.consumer.empty()) {
    const auto consumer = store::read_consumer(kv, wanted.consumer);
    if (!consumer) return tl::unexpected<Error>(consumer.error());
    if (*consumer) wanted.after = (*consumer)->acked;
  }
  const auto first = store::first_event(kv);
  if (!first) return tl::unexpected<Error>(first.error());
  const std::uint64_t oldest = first->value_or(last + 1);
  if (!wanted.after) return Start{oldest - 1, oldest, false};
  if (*wanted.after > last && *wanted.after >= oldest) {
    return failure("out_of_range", "the last event is " + std::to_string(last), "after");
  }
  return Start{*wanted.after, oldest, *wanted.after + 1 < oldest};
}

struct Chunk {
  std::string text;
  std::uint64_t last = 0;
};

// Events after `after`, as text of about kEventChunkMax at most. Errors: "gone" when the next one is no longer kept.
Result<Chunk> render_events(store::Kv& kv, std::uint64_t after, std::uint64_t up_to) {
  Chunk chunk{{}, after};
  while (chunk.last < up_to && chunk.text.size() < kEventChunkMax / 2) {
    const auto events = store::read_events(kv, chunk.last, up_to, kRowsAtOnce);
    if (!events) return tl::unexpected<Error>(events.error());
    if (events->empty() || events->front().first != chunk.last + 1) {
      if (!chunk.text.empty()) break;
      return failure("gone", "the events to go on with are no longer kept");
    }
    for (const auto& [seq, event] : *events) {
      append_event(chunk.text, seq, event);
      chunk.text += '\n';
      chunk.last = seq;
    }
  }
  return chunk;
}

// Wakes the connection when events were added.
class Subscription {
 public:
  explicit Subscription(Connection& connection) : context_(connection.context_owner) {
    id_ = context_->backend.subscribe([weak = connection.weak_from_this()] {
      if (const auto open = weak.lock()) open->output.notify();
    });
  }
  ~Subscription() {
    if (context_->serving) context_->backend.unsubscribe(id_);
  }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

 private:
  std::shared_ptr<Context> context_;
  std::uint64_t id_;
};

// A place among the streams that follow.
class Follower {
 public:
  explicit Follower(Connection& connection) : context_(connection.context_owner) { ++context_->followers; }
  ~Follower() { --context_->followers; }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

 private:
  std::shared_ptr<Context> context_;
};

// Sends until `follow` is false and all that was there at the beginning is sent. False: the stream broke off.
Task<bool> send_events(Call& call, std::uint64_t after, bool follow) {
  const Subscription subscription(call.connection);
  std::uint64_t up_to = call.backend.last_event();
  for (;;) {
    if (follow) up_to = call.backend.last_event();
    bool open = true;
    if (after < up_to) {
      auto render = [&kv = call.context.kv, after, up_to] { return render_events(kv, after, up_to); };
      Result<Chunk> chunk = co_await call.look(render);
      if (!chunk) co_return false;
      after = chunk->last;
      open = co_await call.send(chunk->text);
    } else if (!follow) {
      co_return true;
    } else {
      const bool woken = co_await call.connection.output.wait_for(call.context.options.keep_alive);
      if (!woken) open = co_await call.send("\n");
    }
    if (!open || call.connection.closed()) co_return false;
  }
}

}  // namespace

Task<> stream_events(Call& call) {
  const Wanted wanted = read_query(call.target);
  if (wanted.follow && call.context.followers >= call.context.options.followers_max) {
    co_await call.refuse("busy", "there are as many event streams as there may be");
    co_return;
  }
  std::optional<Follower> follower;
  if (wanted.follow) follower.emplace(call.connection);
  auto look = [&kv = call.context.kv, wanted, last = call.backend.last_event()] {
    return find_start(kv, wanted, last);
  };
  Result<Start> start = co_await call.look(look);
  if (!start) {
    co_await call.refuse(std::move(start.error()));
    co_return;
  }
  if (start->gone) {
    std::string extra = "\"oldest\":" + std::to_string(start->oldest);
    Error gone{"gone", "the events to go on with are no longer kept", "after"};
    co_await call.refuse_with(std::move(gone), std::move(extra));
    co_return;
  }
  bool whole = co_await call.begin_stream("application/x-ndjson");
  if (whole) whole = co_await send_events(call, start->after, wanted.follow);
  if (whole) whole = co_await call.end_stream();
  if (!whole) call.connection.close();
}

Task<> ack_events(Call& call) {
  Result<AckBody> body = co_await call.read_object<AckBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  auto make = [&](engine::Answer<engine::Acked> answer) {
    return engine::AckEvents{call.segment(2), *body->ack, std::move(answer)};
  };
  Result<engine::Acked> acked = co_await call.ask<engine::Acked>(make);
  if (!acked) {
    co_await call.refuse(std::move(acked.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("consumer", call.segment(2)).put("acked", acked->seq).end();
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
