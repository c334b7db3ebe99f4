// /v1/links, /v1/status and /v1/reload.
#include <algorithm>

#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"

namespace dunlin::api {
namespace {

Error no_link() { return {"not_found", "there is no SMSC of this name", ""}; }

Task<> answer_link(Call& call) {
  if (call.connection.closed()) co_return;
  const auto links = call.backend.links();
  const auto link =
      std::find_if(links.begin(), links.end(), [&](const auto& each) { return each.name == call.segment(2); });
  if (link == links.end()) {
    co_await call.refuse(no_link());
    co_return;
  }
  std::string text;
  append_link(text, *link);
  co_await call.answer(200, std::move(text));
}

Task<> set_paused(Call& call, bool paused) {
  auto make = [&call, paused](engine::Answer<engine::LinkPaused> answer) {
    return engine::PauseLink{call.segment(2), paused, std::move(answer)};
  };
  Result<engine::LinkPaused> done = co_await call.ask<engine::LinkPaused>(make);
  if (!done) {
    co_await call.refuse(std::move(done.error()));
  } else {
    co_await answer_link(call);
  }
}

}  // namespace

Task<> show_links(Call& call) {
  std::string text;
  append_array(text, call.backend.links(), [&](const engine::LinkStatus& link) { append_link(text, link); });
  co_await call.answer(200, std::move(text));
}

Task<> pause_link(Call& call) { co_await set_paused(call, true); }

Task<> resume_link(Call& call) { co_await set_paused(call, false); }

Task<> rebind_link(Call& call) {
  if (!call.backend.rebind(call.segment(2))) {
    co_await call.refuse(no_link());
  } else {
    co_await answer_link(call);
  }
}

Task<> change_link(Call& call) {
  Result<LinkBody> body = co_await call.read_object<LinkBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
  } else if (!call.backend.set_link(call.segment(2), body->throughput, body->window)) {
    co_await call.refuse(no_link());
  } else {
    co_await answer_link(call);
  }
}

Task<> show_status(Call& call) {
  const auto uptime =
      std::chrono::duration_cast<std::chrono::seconds>(call.backend.now().steady - call.context.started);
  std::string text;
  append_status(text, call.context.options.version, uptime, call.backend.status(), call.backend.links());
  co_await call.answer(200, std::move(text));
}

Task<> reload(Call& call) {
  Result<void> reloaded = call.backend.reload();
  if (!reloaded) {
    co_await call.refuse(std::move(reloaded.error()));
  } else {
    co_await call.answer(200, "{\"reloaded\":true}");
  }
}

}  // namespace dunlin::api
