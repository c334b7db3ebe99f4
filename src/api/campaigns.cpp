// /v1/campaigns.
#include "api/call.hpp"
#include "api/campaign_import.hpp"
#include "api/campaign_view.hpp"
#include "api/json_write.hpp"
#include "api/peer.hpp"
#include "api/routes.hpp"
#include "store/enum_names.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

// Who asks, by the kernel's word.
Result<std::uint32_t> uid_of(Call& call) {
  const Result<Peer> peer = peer_of(call.connection.socket.native_handle());
  if (!peer) return failure("forbidden", "nobody knows who asks: " + peer.error().detail);
  return static_cast<std::uint32_t>(peer->uid);
}

Task<> change(Call& call, engine::CampaignOrder order) {
  const std::string id = call.segment(2);
  const Result<std::uint32_t> uid = uid_of(call);
  if (!uid) {
    co_await call.refuse(uid.error());
    co_return;
  }
  auto make = [&](engine::Answer<engine::CampaignChanged> answer) {
    return engine::ChangeCampaign{id, order, *uid, std::move(answer)};
  };
  Result<engine::CampaignChanged> changed = co_await call.ask<engine::CampaignChanged>(make);
  if (!changed) {
    co_await call.refuse(std::move(changed.error()));
    co_return;
  }
  std::string text;
  JsonObject object(text);
  object.put("id", id).put("stage", store::name_of(changed->stage)).put("paused", changed->paused);
  object.put("cancelled", changed->cancelled);
  if (order == engine::CampaignOrder::resend_failed) object.put("resent", changed->resent).put("left", changed->left);
  object.end();
  co_await call.answer(200, std::move(text));
}

}  // namespace

Task<> import_campaign(Call& call) {
  Error wrong;
  Result<ImportOrder> order = read_import_order(call.target);
  Result<std::uint32_t> uid = uid_of(call);
  Result<csv::Reader> reader = csv::Reader::make(order ? std::string_view(order->charset) : std::string_view{});
  if (call.media_type() != "text/csv") {
    wrong = {"unsupported_media_type", "this call reads text/csv", ""};
  } else if (!order) {
    wrong = order.error();
  } else if (!uid) {
    wrong = uid.error();
  } else if (!reader) {
    wrong = {reader.error().code, reader.error().detail, "charset"};
  } else if (call.context.imports >= kImportsMax) {
    wrong = {"busy", "there are as many imports as there may be", ""};
  }
  if (!wrong.code.empty()) {
    co_await call.refuse(std::move(wrong));
    co_return;
  }
  const auto import = std::make_shared<CampaignImport>(call, std::move(*order), std::move(*reader), *uid);
  co_await import->serve(call);
}

Task<> list_campaigns(Call& call) {
  const std::size_t most = *number_in(call.target, "most");
  const std::string* after = call.target.find("after");
  auto look = [&kv = call.context.kv, from = after == nullptr ? std::string{} : *after, most] {
    return store::read_campaigns(kv, from, most + 1);
  };
  Result<std::vector<store::NamedCampaign>> found = co_await call.look(look);
  if (!found) {
    co_await call.refuse(std::move(found.error()));
    co_return;
  }
  const bool more = found->size() > most;
  if (more) found->pop_back();
  std::string text;
  JsonObject object(text);
  const Wall now = call.backend.now().wall;
  append_array(object.key("campaigns"), *found,
               [&](const store::NamedCampaign& each) { append_campaign(text, each.first, each.second, now); });
  if (more) object.put("next", found->back().first);
  object.end();
  co_await call.answer(200, std::move(text));
}

Task<> show_campaign(Call& call) {
  auto look = [&kv = call.context.kv, id = call.segment(2)] { return store::read_campaign(kv, id); };
  Result<std::optional<store::Campaign>> found = co_await call.look(look);
  if (!found) {
    co_await call.refuse(std::move(found.error()));
  } else if (!*found) {
    co_await call.refuse("not_found", "there is no campaign of this id");
  } else {
    std::string text;
    append_campaign(text, call.segment(2), **found, call.backend.now().wall);
    co_await call.answer(200, std::move(text));
  }
}

Task<> pause_campaign(Call& call) { co_await change(call, engine::CampaignOrder::pause); }
Task<> resume_campaign(Call& call) { co_await change(call, engine::CampaignOrder::resume); }
Task<> cancel_campaign(Call& call) { co_await change(call, engine::CampaignOrder::cancel); }
Task<> approve_campaign(Call& call) { co_await change(call, engine::CampaignOrder::approve); }
Task<> resend_failed(Call& call) { co_await change(call, engine::CampaignOrder::resend_failed); }

}  // namespace dunlin::api
