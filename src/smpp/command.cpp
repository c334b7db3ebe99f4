// The operations' names.
#include <algorithm>
#include <array>
#include <dunlin/smpp/command.hpp>

namespace dunlin::smpp {
namespace {

struct Row {
  CommandId id;
  std::string_view name;
};
#define DUNLIN_ROW(name) \
  Row { CommandId::name, #name }
constexpr std::array kRows{
    DUNLIN_ROW(bind_receiver),
    DUNLIN_ROW(bind_transmitter),
    DUNLIN_ROW(query_sm),
    DUNLIN_ROW(submit_sm),
    DUNLIN_ROW(deliver_sm),
    DUNLIN_ROW(unbind),
    DUNLIN_ROW(replace_sm),
    DUNLIN_ROW(cancel_sm),
    DUNLIN_ROW(bind_transceiver),
    DUNLIN_ROW(outbind),
    DUNLIN_ROW(enquire_link),
    DUNLIN_ROW(submit_multi),
    DUNLIN_ROW(alert_notification),
    DUNLIN_ROW(data_sm),
    DUNLIN_ROW(broadcast_sm),
    DUNLIN_ROW(query_broadcast_sm),
    DUNLIN_ROW(cancel_broadcast_sm),
    DUNLIN_ROW(generic_nack),
    DUNLIN_ROW(bind_receiver_resp),
    DUNLIN_ROW(bind_transmitter_resp),
    DUNLIN_ROW(query_sm_resp),
    DUNLIN_ROW(submit_sm_resp),
    DUNLIN_ROW(deliver_sm_resp),
    DUNLIN_ROW(unbind_resp),
    DUNLIN_ROW(replace_sm_resp),
    DUNLIN_ROW(cancel_sm_resp),
    DUNLIN_ROW(bind_transceiver_resp),
    DUNLIN_ROW(enquire_link_resp),
    DUNLIN_ROW(submit_multi_resp),
    DUNLIN_ROW(data_sm_resp),
    DUNLIN_ROW(broadcast_sm_resp),
    DUNLIN_ROW(query_broadcast_sm_resp),
    DUNLIN_ROW(cancel_broadcast_sm_resp),
};
#undef DUNLIN_ROW
static_assert(std::ranges::is_sorted(kRows, {}, &Row::id));

}  // namespace

std::string_view command_name(CommandId id) {
  const auto row = std::ranges::lower_bound(kRows, id, {}, &Row::id);
  return row != kRows.end() && row->id == id ? row->name : "unknown";
}

}  // namespace dunlin::smpp
