#include "metrics/catalogue.hpp"

#include <dunlin/base/check.hpp>
#include <dunlin/smpp/status.hpp>
#include <limits>
#include <map>

#include "engine/dialect.hpp"
#include "store/enum_names.hpp"

namespace dunlin::metrics {

namespace {

using prometheus::MetricType;

double number(bool value) { return value ? 1 : 0; }
double number(std::uint64_t value) { return static_cast<double>(value); }

template <auto Member>
void per_link(const Sample& sample, Series& series) {
  for (const auto& link : sample.links) series.value(static_cast<double>(link.status.*Member), {link.status.name});
}

template <auto Member>
void per_receipts(const Sample& sample, Series& series) {
  for (const auto& [smsc, receipts] : sample.counters.receipts) series.value(number(receipts.*Member), {smsc});
}

void jobs(const Sample& sample, Series& series) {
  for (std::size_t state = 0; state < store::kStates; ++state) {
    series.value(number(sample.status.jobs[state]), {store::name_of(static_cast<store::State>(state))});
  }
}

void limited_by(const Sample& sample, Series& series) {
  for (const auto& link : sample.links) {
    for (std::size_t cause = 0; cause < engine::kLimits; ++cause) {
      const auto limit = static_cast<engine::LimitedBy>(cause);
      series.value(number(link.status.limited_by == limit), {link.status.name, engine::to_string(limit)});
    }
  }
}

void binds_refused(const Sample& sample, Series& series) {
  for (const auto& link : sample.links) {
    for (std::size_t kind = 0; kind < smpp::kBindClasses; ++kind) {
      const auto meaning = static_cast<smpp::BindClass>(kind);
      if (meaning == smpp::BindClass::ok) continue;
      series.value(number(link.status.binds_refused[kind]), {link.status.name, smpp::to_string(meaning)});
    }
  }
}

// A peer may answer anything: what the specification has no name for is counted together, so that the label stays
// bounded.
void submits(const Sample& sample, Series& series) {
  for (const auto& link : sample.links) {
    std::map<std::string_view, std::uint64_t> by_name;
    for (const auto& [status, count] : link.status.submits) by_name[smpp::status_name(status)] += count;
    for (const auto& [name, count] : by_name) series.value(number(count), {link.status.name, name});
  }
}

void receipts(const Sample& sample, Series& series) {
  for (const auto& [smsc, counted] : sample.counters.receipts) {
    for (const auto& [state, count] : counted.by_state) series.value(number(count), {smsc, state});
  }
}

void message_id_form(const Sample& sample, Series& series) {
  for (const auto& link : sample.links) {
    for (std::size_t form = 0; form <= engine::kMessageIdForms.size(); ++form) {
      const auto each = static_cast<engine::MessageIdForm>(form);
      series.value(number(link.status.message_id == each), {link.status.name, engine::to_string(each)});
    }
  }
}

void consumer_lag(const Sample& sample, Series& series) {
  const auto last = sample.status.events_last;
  for (const auto& [consumer, acked] : sample.counters.consumer_acked) {
    series.value(last > acked ? number(last - acked) : 0, {consumer});
  }
}

constexpr std::array kCatalogue = std::to_array<Metric>({
    // Jobs.
    {"dunlin_jobs", MetricType::Gauge, {"state"}, "Jobs in the store, by state.", jobs},
    {"dunlin_jobs_accepted_total",
     MetricType::Counter,
     {},
     "Jobs accepted: durable, and not a duplicate.",
     [](const Sample& s, Series& out) { out.value(number(s.counters.accepted)); }},
    {"dunlin_blocked_total",
     MetricType::Counter,
     {"reason"},
     "Jobs that must not be sent, by the reason of the block.",
     [](const Sample& s, Series& out) {
       for (const auto& [reason, count] : s.counters.blocked) out.value(number(count), {reason});
     }},
    {"dunlin_handoffs_total",
     MetricType::Counter,
     {"channel"},
     "Jobs that were not delivered and were handed to another channel.",
     [](const Sample& s, Series& out) {
       for (std::size_t channel = 0; channel < s.counters.handoffs.size(); ++channel)
         out.value(number(s.counters.handoffs[channel]), {store::name_of(static_cast<store::Handoff>(channel))});
     }},
    {"dunlin_escalated_total",
     MetricType::Counter,
     {},
     "Jobs that came on the call list with an event: unpaid and silent, a promise broken, handed off too often.",
     [](const Sample& s, Series& out) { out.value(number(s.counters.escalated)); }},
    {"dunlin_inbox_waiting",
     MetricType::Gauge,
     {},
     "Replies that hold somebody until a person has looked at them.",
     [](const Sample& s, Series& out) { out.value(number(s.status.inbox_waiting)); }},
    {"dunlin_inbox_oldest_seconds",
     MetricType::Gauge,
     {},
     "Age of the oldest of them; 0 when there is none.",
     [](const Sample& s, Series& out) { out.value(s.status.inbox_oldest_seconds); }},
    {"dunlin_answers_total",
     MetricType::Counter,
     {"intent", "outcome"},
     "Answers to replies: sent on their way, or not made since their text could not be written.",
     [](const Sample& s, Series& out) {
       for (const auto& [key, count] : s.counters.answers)
         out.value(number(count), {key.first, key.second ? "made" : "failed"});
     }},
    {"dunlin_erased_total",
     MetricType::Counter,
     {"what"},
     "What was older than retention allows: jobs' texts, jobs, events' texts, events.",
     [](const Sample& s, Series& out) {
       const engine::Erased& erased = s.counters.erased;
       out.value(number(erased.texts), {"texts"});
       out.value(number(erased.jobs), {"jobs"});
       out.value(number(erased.event_texts), {"event_texts"});
       out.value(number(erased.events), {"events"});
     }},
    {"dunlin_campaigns",
     MetricType::Gauge,
     {"condition"},
     "Campaigns that are paused by a clerk or by their canary, send or await their first messages, are imported, wait for an approval, or are being walked through.",
     [](const Sample& s, Series& out) {
       const engine::CampaignCounts& counted = s.counters.campaigns;
       out.value(number(counted.paused), {"paused"});
       out.value(number(counted.by_canary), {"paused_by_canary"});
       out.value(number(counted.canary), {"canary"});
       out.value(number(counted.importing), {"importing"});
       out.value(number(counted.approval), {"approval"});
       out.value(number(counted.under_way), {"under_way"});
     }},
    {"dunlin_oldest_ready_seconds",
     MetricType::Gauge,
     {},
     "Age of the job that has been ready to send for longest; 0 when none is.",
     [](const Sample& s, Series& out) { out.value(s.status.oldest_ready_seconds); }},
    {"dunlin_in_doubt_jobs",
     MetricType::Gauge,
     {},
     "Jobs handed over without an answer when a link or the daemon went away.",
     [](const Sample& s, Series& out) {
       out.value(number(s.status.jobs[static_cast<std::size_t>(store::State::in_doubt)]));
     }},

    // Links.
    {"dunlin_link_up",
     MetricType::Gauge,
     {"smsc"},
     "1 when a session of this SMSC is bound.",
     per_link<&engine::LinkStatus::bound>},
    {"dunlin_link_paused",
     MetricType::Gauge,
     {"smsc"},
     "1 when an operator paused this SMSC.",
     per_link<&engine::LinkStatus::paused>},
    {"dunlin_sessions_bound",
     MetricType::Gauge,
     {"smsc"},
     "Bound sessions.",
     per_link<&engine::LinkStatus::sessions_bound>},
    {"dunlin_sessions_wanted",
     MetricType::Gauge,
     {"smsc"},
     "Sessions the configuration asks for.",
     per_link<&engine::LinkStatus::sessions>},
    {"dunlin_window_in_flight",
     MetricType::Gauge,
     {"smsc"},
     "Submits handed over and unanswered.",
     per_link<&engine::LinkStatus::in_flight>},
    {"dunlin_window_size",
     MetricType::Gauge,
     {"smsc"},
     "Submits that may be unanswered at a time, over all bound sessions.",
     per_link<&engine::LinkStatus::window>},
    {"dunlin_outbox_segments",
     MetricType::Gauge,
     {"smsc"},
     "Segments claimed and not yet handed over.",
     per_link<&engine::LinkStatus::outbox>},
    {"dunlin_rate_configured",
     MetricType::Gauge,
     {"smsc"},
     "Submits a second the configuration or an operator allows; 0 for no limit.",
     per_link<&engine::LinkStatus::throughput>},
    {"dunlin_rate_limit",
     MetricType::Gauge,
     {"smsc"},
     "Submits a second allowed now, after what throttling took away; 0 for no limit.",
     per_link<&engine::LinkStatus::rate_effective>},
    {"dunlin_rate_sent",
     MetricType::Gauge,
     {"smsc"},
     "Submits handed over in the last second.",
     per_link<&engine::LinkStatus::rate_sent>},
    {"dunlin_rate_window",
     MetricType::Gauge,
     {"smsc"},
     "Submits a second that the window allows at the present round trip; 0 while that is not known.",
     per_link<&engine::LinkStatus::rate_window>},
    {"dunlin_congestion_state",
     MetricType::Gauge,
     {"smsc"},
     "What the SMSC says of its congestion, 0 to 100; absent where it says nothing.",
     [](const Sample& s, Series& out) {
       for (const auto& link : s.links) {
         if (link.status.congestion) out.value(*link.status.congestion, {link.status.name});
       }
     }},
    {"dunlin_limited_by",
     MetricType::Gauge,
     {"smsc", "cause"},
     "1 for what limits this SMSC's rate now, 0 for every other cause.",
     limited_by},
    {"dunlin_submits_total",
     MetricType::Counter,
     {"smsc", "status"},
     "Answers to submits, by command_status; a status outside the specification's table is other.",
     submits},
    {"dunlin_submit_response_seconds",
     MetricType::Histogram,
     {"smsc"},
     "Time from handing a submit over to its answer.",
     [](const Sample& s, Series& out) {
       for (const auto& link : s.links) out.histogram(link.response_seconds, {link.status.name});
     }},
    {"dunlin_throttled_total",
     MetricType::Counter,
     {"smsc"},
     "Submits answered with ESME_RTHROTTLED or ESME_RMSGQFUL.",
     per_link<&engine::LinkStatus::throttled>},
    {"dunlin_reconnects_total",
     MetricType::Counter,
     {"smsc"},
     "Connections opened again after one was lost or refused.",
     per_link<&engine::LinkStatus::reconnects>},
    {"dunlin_binds_refused_total",
     MetricType::Counter,
     {"smsc", "class"},
     "Binds the SMSC refused, by what that means: credentials and configuration need a person.",
     binds_refused},
    {"dunlin_tls_errors_total",
     MetricType::Counter,
     {"smsc"},
     "Connections lost to TLS: a certificate that does not hold, a version that is too old, a broken record.",
     per_link<&engine::LinkStatus::tls_errors>},
    {"dunlin_outbinds_refused_total",
     MetricType::Counter,
     {"smsc"},
     "Callers at outbind_listen that were hung up on: from elsewhere, wrong credentials or too soon after, none in time, or nobody awaited.",
     per_link<&engine::LinkStatus::outbinds_refused>},
    {"dunlin_alerts_total",
     MetricType::Counter,
     {"smsc"},
     "alert_notifications received: handsets that can be reached again.",
     per_link<&engine::LinkStatus::alerts>},
    {"dunlin_alerts_dropped_total",
     MetricType::Counter,
     {"smsc"},
     "alert_notifications not told as events, because more came in one second than are taken.",
     per_link<&engine::LinkStatus::alerts_dropped>},

    // What comes back.
    {"dunlin_receipts_total",
     MetricType::Counter,
     {"smsc", "state"},
     "Delivery receipts, by the state they told.",
     receipts},
    {"dunlin_receipts_unmatched_total",
     MetricType::Counter,
     {"smsc"},
     "Receipts that named no message of ours.",
     per_receipts<&engine::LinkReceipts::unmatched>},
    {"dunlin_receipts_missing_total",
     MetricType::Counter,
     {"smsc"},
     "Segments that ended without a receipt: none came in time, none was asked for, or the SMSC gave no message id.",
     per_receipts<&engine::LinkReceipts::missing>},
    {"dunlin_receipts_late_total",
     MetricType::Counter,
     {"smsc"},
     "Final receipts of segments that had ended without one.",
     per_receipts<&engine::LinkReceipts::late>},
    {"dunlin_receipts_taken_as_replies_total",
     MetricType::Counter,
     {"smsc"},
     "What looks like a receipt without being flagged as one, and was told as a reply at once because too many wait for their responses.",
     per_receipts<&engine::LinkReceipts::taken_as_replies>},
    {"dunlin_parts_held",
     MetricType::Gauge,
     {"smsc"},
     "Replies that wait for their other parts; beyond 1000 the oldest is told as it is.",
     per_link<&engine::LinkStatus::parts_held>},
    {"dunlin_captures_dropped_total",
     MetricType::Counter,
     {"smsc"},
     "PDUs that captures had no room for: whoever writes them was too slow.",
     per_link<&engine::LinkStatus::captures_dropped>},
    {"dunlin_queries_total",
     MetricType::Counter,
     {"smsc"},
     "Messages asked for with query_sm.",
     per_link<&engine::LinkStatus::queries>},
    {"dunlin_message_id_form",
     MetricType::Gauge,
     {"smsc", "form"},
     "1 for how this SMSC's receipts name messages, as configured or learned (auto: not known yet), 0 for every other form.",
     message_id_form},
    {"dunlin_receipts_parked",
     MetricType::Gauge,
     {"smsc"},
     "Receipts that wait for the submit's answer they came before.",
     per_receipts<&engine::LinkReceipts::parked>},
    {"dunlin_delivery_seconds",
     MetricType::Histogram,
     {"smsc"},
     "Time from a submit's answer to its final receipt.",
     [](const Sample& s, Series& out) {
       for (const auto& [smsc, counted] : s.counters.receipts) out.histogram(counted.delivery_seconds, {smsc});
     }},
    {"dunlin_replies_total",
     MetricType::Counter,
     {"intent", "language"},
     "Messages from people, by what they were understood to say.",
     [](const Sample& s, Series& out) {
       for (const auto& [key, count] : s.counters.replies) out.value(number(count), {key.first, key.second});
     }},

    // The turn, the store, the events.
    {"dunlin_commit_seconds",
     MetricType::Histogram,
     {},
     "Time a turn's batch took to be on disk.",
     [](const Sample& s, Series& out) { out.histogram(s.counters.commit_seconds); }},
    {"dunlin_turn_inputs",
     MetricType::Histogram,
     {},
     "Inputs a turn took: PDUs, API calls, timers.",
     [](const Sample& s, Series& out) { out.histogram(s.counters.turn_inputs); }},
    {"dunlin_turns_total",
     MetricType::Counter,
     {},
     "Turns run.",
     [](const Sample& s, Series& out) { out.value(number(s.counters.turns)); }},
    {"dunlin_store_bytes",
     MetricType::Gauge,
     {},
     "Octets the store takes on disk.",
     [](const Sample& s, Series& out) { out.value(number(s.status.usage.store_bytes)); }},
    {"dunlin_store_free_bytes",
     MetricType::Gauge,
     {},
     "Octets left on the store's file system.",
     [](const Sample& s, Series& out) { out.value(number(s.status.usage.free_bytes)); }},
    {"dunlin_intake_open",
     MetricType::Gauge,
     {},
     "0 when new jobs are refused because the disk has less than min_free left.",
     [](const Sample& s, Series& out) { out.value(number(s.status.intake)); }},
    {"dunlin_dispatching",
     MetricType::Gauge,
     {},
     "0 while nothing is dispatched: draining, or the wall clock stepped.",
     [](const Sample& s, Series& out) { out.value(number(s.status.dispatching)); }},
    {"dunlin_events_last",
     MetricType::Gauge,
     {},
     "Sequence number of the newest event.",
     [](const Sample& s, Series& out) { out.value(number(s.status.events_last)); }},
    {"dunlin_consumer_lag_events",
     MetricType::Gauge,
     {"consumer"},
     "Events a consumer has not acknowledged yet.",
     consumer_lag},

    // The daemon.
    {"dunlin_uptime_seconds",
     MetricType::Gauge,
     {},
     "Time since the daemon started.",
     [](const Sample& s, Series& out) { out.value(s.uptime_seconds); }},
    {"dunlin_scrape_stale",
     MetricType::Gauge,
     {},
     "1 when the daemon did not answer this scrape in time and the one before is served again.",
     [](const Sample& s, Series& out) { out.value(number(s.stale)); }},
    {"dunlin_build_info",
     MetricType::Gauge,
     {"version"},
     "Always 1; its label is the version that runs.",
     [](const Sample& s, Series& out) { out.value(1, {s.version}); }},
});

}  // namespace

std::span<const std::string_view> Metric::label_names() const {
  std::size_t count = 0;
  while (count < labels.size() && !labels[count].empty()) ++count;
  return std::span(labels).first(count);
}

std::span<const Metric> catalogue() { return kCatalogue; }

std::string_view type_name(MetricType type) {
  switch (type) {
    case MetricType::Counter: return "counter";
    case MetricType::Gauge: return "gauge";
    case MetricType::Histogram: return "histogram";
    case MetricType::Summary: return "summary";
    case MetricType::Untyped: break;
  }
  return "untyped";
}

prometheus::ClientMetric& Series::add(std::initializer_list<std::string_view> label_values) {
  DUNLIN_CHECK(label_values.size() == labels_.size());
  auto& metric = family_.metric.emplace_back();
  auto name = labels_.begin();
  for (const auto value : label_values) metric.label.push_back({std::string(*name++), std::string(value)});
  return metric;
}

void Series::value(double value, std::initializer_list<std::string_view> label_values) {
  auto& metric = add(label_values);
  if (family_.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
}

void Series::histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum,
                       std::uint64_t count, std::initializer_list<std::string_view> label_values) {
  auto& histogram = add(label_values).histogram;
  histogram.sample_count = count;
  histogram.sample_sum = sum;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    cumulative += counts[i];
    histogram.bucket.push_back({cumulative, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
  }
}

std::vector<prometheus::MetricFamily> render(const Sample& sample) {
  std::vector<prometheus::MetricFamily> families;
  families.reserve(kCatalogue.size());
  for (const auto& metric : kCatalogue) {
    auto& family = families.emplace_back(
        prometheus::MetricFamily{std::string(metric.name), std::string(metric.help), metric.type, {}});
    Series series(family, metric.label_names());
    metric.read(sample, series);
  }
  return families;
}

std::string reference() {
  std::string text =
      "# Metrics\n\n"
      "What `GET /metrics` answers on `[metrics] listen`, from the catalogue in `src/metrics/catalogue.cpp`. No label "
      "is unbounded: SMSC and\n"
      "consumer names come from the configuration and the store, every other label from a table in the code. Numbers "
      "and texts of people never\n"
      "appear. A family without a series yet (no reply has come) is announced with its help alone.\n\n"
      "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& metric : kCatalogue) {
    text.append("| `").append(metric.name).append("` | ").append(type_name(metric.type)).append(" | ");
    for (const auto label : metric.label_names()) text.append("`").append(label).append("` ");
    text.append("| ").append(metric.help).append(" |\n");
  }
  return text;
}

}  // namespace dunlin::metrics
