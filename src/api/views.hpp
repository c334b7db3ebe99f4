// What the API shows, as JSON (docs/api.md): each function appends one object, without a newline.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <span>
#include <string>
#include <string_view>

#include "api/backend.hpp"
#include "engine/newest.hpp"
#include "store/reader.hpp"

namespace dunlin::engine {
struct ExplainedJob;
struct Preview;
struct RecordedPdu;
}

namespace dunlin::api {

// `told`: what was said of it since; `pdus`: what pdus_of_job says.
void append_job(std::string& out, const store::Job& job, const store::JobState& state,
                std::span<const engine::Told> told = {}, std::string_view pdus = "[]");
// recorder.cpp. `smsc` is left out when empty.
void append_pdu(std::string& out, const engine::RecordedPdu& pdu, std::string_view smsc = {});
// The array of those PDUs of a job that the flight recorders of all links still hold, in the order of time.
std::string pdus_of_job(Backend& backend, const store::JobView& view);
void append_event(std::string& out, std::uint64_t seq, const store::Event& event);
void append_consent(std::string& out, std::string_view number, const store::Person& person);
void append_payment(std::string& out, const engine::PaymentResult& result);
void append_link(std::string& out, const engine::LinkStatus& link);
void append_preview(std::string& out, const engine::Preview& preview);
// explain_view.cpp: a job with all of its evidence, or (`briefly`) a line of a list.
void append_explained(std::string& out, const engine::ExplainedJob& job, bool briefly);
void append_account(std::string& out, const store::Account& account, const std::vector<store::InvoiceView>& invoices);
void append_status(std::string& out, std::string_view version, std::chrono::seconds uptime,
                   const engine::GatewayStatus& status, std::span<const engine::LinkStatus> links);

}  // namespace dunlin::api
