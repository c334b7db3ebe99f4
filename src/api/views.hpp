// What the API shows, as JSON (docs/api.md): each function appends one object, without a newline.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <span>
#include <string>
#include <string_view>

#include "engine/gateway.hpp"
#include "store/records.hpp"

namespace dunlin::engine {
struct Preview;
}

namespace dunlin::api {

void append_job(std::string& out, const store::Job& job, const store::JobState& state);
void append_event(std::string& out, std::uint64_t seq, const store::Event& event);
void append_consent(std::string& out, std::string_view number, const store::Person& person);
void append_payment(std::string& out, const engine::PaymentResult& result);
void append_link(std::string& out, const engine::LinkStatus& link);
void append_preview(std::string& out, const engine::Preview& preview);
void append_status(std::string& out, std::string_view version, std::chrono::seconds uptime,
                   const engine::GatewayStatus& status, std::span<const engine::LinkStatus> links);

}  // namespace dunlin::api
