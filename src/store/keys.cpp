#include "store/keys.hpp"

#include <utility>

#include "store/codec.hpp"

namespace dunlin::store::keys {
namespace {

constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kEngineKey = "engine";
constexpr std::string_view kEventsFirstKey = "events_first";
constexpr std::string_view kSecretKey = "secret";
constexpr std::string_view kLowPrefix = "low/";
constexpr std::string_view kPausedPrefix = "paused/";
constexpr std::string_view kCampaignPrefix = "campaign/";
constexpr std::string_view kDialectPrefix = "dialect/";
constexpr std::string_view kBadPrefix = "bad/";
constexpr std::string_view kStrangePrefix = "strange/";
constexpr std::string_view kHoldPrefix = "hold/";
constexpr std::string_view kInboxPrefix = "inbox/";
constexpr std::string_view kForgottenKey = "forgotten";

// Octet by octet, with the key's size known from the start.
class Builder {
 public:
  explicit Builder(std::size_t size_about) { out_.reserve(size_about); }
  Builder& number(std::uint64_t n) { return big_endian(n, 8); }
  Builder& segment(std::uint32_t n) { return big_endian(n, 4); }
  Builder& octet(std::uint8_t value) {
    out_.push_back(static_cast<char>(value));
    return *this;
  }
  Builder& time(Wall at) {
    return number(static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ (std::uint64_t{1} << 63));
  }
  Builder& name(std::string_view text) {
    codec::put_varint(out_, text.size());
    return rest(text);
  }
  Builder& rest(std::string_view text) {
    out_.append(text);
    return *this;
  }
  Builder& lane(const Lane& lane) {
    return name(lane.route).octet(static_cast<std::uint8_t>(lane.priority)).name(lane.name);
  }
  std::string take() { return std::move(out_); }

 private:
  Builder& big_endian(std::uint64_t value, int octets) {
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) out_.push_back(static_cast<char>(value >> shift));
    return *this;
  }
  std::string out_;
};

// Every step says whether the key had it; finish() whether nothing is left.
class Parser {
 public:
  explicit Parser(std::string_view key) : left_(key) {}
  bool number(std::uint64_t& n) { return big_endian(n, 8); }
  bool segment(std::uint32_t& into) {
    std::uint64_t wide = 0;
    if (!big_endian(wide, 4)) return false;
    into = static_cast<std::uint32_t>(wide);
    return true;
  }
  bool octet(std::uint8_t& into) {
    std::uint64_t wide = 0;
    if (!big_endian(wide, 1)) return false;
    into = static_cast<std::uint8_t>(wide);
    return true;
  }
  bool time(Wall& into) {
    std::uint64_t bits = 0;
    if (!number(bits)) return false;
    into = Wall{std::chrono::milliseconds{static_cast<std::int64_t>(bits ^ (std::uint64_t{1} << 63))}};
    return true;
  }
  template <NamedEnum E>
  bool enumerator(E& into) {
    std::uint64_t value = 0;
    if (!big_endian(value, 1) || value >= names<E>.size()) return false;
    into = static_cast<E>(value);
    return true;
  }
  bool name(std::string& into) {
    std::uint64_t length = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (left_.empty() || shift > 28) return false;
      const auto next = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      length |= static_cast<std::uint64_t>(next & 0x7F) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) return false;
        break;
      }
    }
    if (length > left_.size()) return false;
    into.assign(left_.substr(0, length));
    left_.remove_prefix(length);
    return true;
  }
  bool rest(std::string& into) {
    into.assign(std::exchange(left_, {}));
    return true;
  }
  bool lane(Lane& into) { return name(into.route) && enumerator(into.priority) && name(into.name); }
  bool literal(std::string_view text) {
    if (!left_.starts_with(text)) return false;
    left_.remove_prefix(text.size());
    return true;
  }
  bool finish() const { return left_.empty(); }

 private:
  bool big_endian(std::uint64_t& into, std::size_t octets) {
    if (left_.size() < octets) return false;
    into = 0;
    for (const char octet : left_.substr(0, octets)) into = (into << 8) | static_cast<std::uint8_t>(octet);
    left_.remove_prefix(octets);
    return true;
  }
  std::string_view left_;
};

template <class T, class Parse>
std::optional<T> parsed(std::string_view key, Parse&& parse) {
  Parser parser(key);
  T value;
  if (!parse(parser, value) || !parser.finish()) return std::nullopt;
  return value;
}

std::string lane_prefix(const Lane& lane) {
  return Builder(lane.route.size() + lane.name.size() + 16).lane(lane).take();
}
std::string name_prefix(std::string_view name) { return Builder(name.size() + 16).name(name).take(); }
std::string named_number(std::string_view name, std::uint64_t n) {
  return Builder(name.size() + 16).name(name).number(n).take();
}
std::string two_part(std::string_view name, std::string_view rest) {
  return Builder(name.size() + rest.size() + 4).name(name).rest(rest).take();
}
Range by_range(Family family, std::string_view name, std::uint64_t first_n, std::size_t limit) {
  return {family, named_number(name, first_n), after_prefix(name_prefix(name)), limit};
}

}  // namespace

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<std::uint8_t>(prefix.back()) == 0xFF) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
  return prefix;
}

std::string after(std::string key) {
  key.push_back('\0');
  return key;
}

Range prefix_range(Family family, std::string prefix, std::size_t limit) {
  std::string last = after_prefix(prefix);
  return {family, std::move(prefix), std::move(last), limit};
}

Range resume(Range range, std::string seen) {
  range.first = after(std::move(seen));
  return range;
}

std::string number(std::uint64_t n) { return Builder(8).number(n).take(); }
std::optional<std::uint64_t> parse_number(std::string_view octets) {
  return parsed<std::uint64_t>(octets, [](Parser& parser, std::uint64_t& n) { return parser.number(n); });
}

Key id(std::string_view job_id) { return {Family::ids, std::string(job_id)}; }

Key job(std::uint64_t n) {
  return {Family::jobs, Builder(9).number(n).octet(static_cast<std::uint8_t>(JobPart::job)).take()};
}
Key job_state(std::uint64_t n) {
  return {Family::jobs, Builder(9).number(n).octet(static_cast<std::uint8_t>(JobPart::state)).take()};
}
std::optional<JobKey> parse_job(std::string_view key) {
  if (key.size() != 9 || static_cast<std::uint8_t>(key[8]) > static_cast<std::uint8_t>(JobPart::state)) {
    return std::nullopt;
  }
  return JobKey{*parse_number(key.substr(0, 8)), static_cast<JobPart>(key[8])};
}
Range jobs(std::uint64_t first_n, std::size_t limit) { return {Family::jobs, number(first_n), {}, limit}; }

Key queue(const Lane& lane, std::uint64_t n) {
  return {Family::queue, Builder(lane.route.size() + lane.name.size() + 16).lane(lane).number(n).take()};
}
std::optional<QueueKey> parse_queue(std::string_view key) {
  return parsed<QueueKey>(
      key, [](Parser& parser, QueueKey& into) { return parser.lane(into.lane) && parser.number(into.n); });
}
Range lane_range(const Lane& lane, std::uint64_t first_n, std::size_t limit) {
  return {Family::queue, queue(lane, first_n).key, after_prefix(lane_prefix(lane)), limit};
}

Key calendar(Wall at, std::uint64_t n, const Appointment& appointment) {
  Builder builder(24 + appointment.smsc.size() + appointment.message_id.size());
  builder.time(at).number(n).octet(static_cast<std::uint8_t>(appointment.cause));
  if (!appointment.smsc.empty() || !appointment.message_id.empty()) {
    builder.name(appointment.smsc).rest(appointment.message_id);
  }
  return {Family::calendar, builder.take()};
}
std::optional<CalendarKey> parse_calendar(std::string_view key) {
  return parsed<CalendarKey>(key, [](Parser& parser, CalendarKey& into) {
    std::string ignored;
    if (!parser.time(into.at) || !parser.number(into.n) || !parser.enumerator(into.cause)) return false;
    return parser.finish() || (parser.name(ignored) && parser.rest(ignored));
  });
}
Range calendar_until(Wall now, std::size_t limit) {
  return {Family::calendar, {}, Builder(8).time(now + std::chrono::milliseconds{1}).take(), limit};
}

Key inflight(std::string_view smsc, std::uint64_t n, std::uint32_t segment) {
  return {Family::inflight, Builder(smsc.size() + 16).name(smsc).number(n).segment(segment).take()};
}
std::optional<InflightKey> parse_inflight(std::string_view key) {
  return parsed<InflightKey>(key, [](Parser& parser, InflightKey& into) {
    return parser.name(into.smsc) && parser.number(into.n) && parser.segment(into.segment);
  });
}
Range inflight_all(std::size_t limit) { return {Family::inflight, {}, {}, limit}; }
Range inflight_of(std::string_view smsc, std::size_t limit) {
  return prefix_range(Family::inflight, name_prefix(smsc), limit);
}

Key sent(std::string_view smsc, std::string_view message_id) { return {Family::sent, two_part(smsc, message_id)}; }
Key stray(std::string_view smsc, std::string_view destination) { return sent(smsc, '\n' + std::string(destination)); }
Key parked(std::string_view smsc, std::string_view message_id) { return {Family::parked, two_part(smsc, message_id)}; }
std::optional<MessageKey> parse_message(std::string_view key) {
  return parsed<MessageKey>(
      key, [](Parser& parser, MessageKey& into) { return parser.name(into.smsc) && parser.rest(into.message_id); });
}

Key person(std::string_view number) { return {Family::people, std::string(number)}; }

Key forgotten(std::string_view hash) { return {Family::people, std::string(1, '\n').append(hash)}; }
bool is_forgotten(std::string_view people_key) { return people_key.starts_with('\n'); }
Key any_forgotten() { return {Family::meta, std::string(kForgottenKey)}; }

Key account(std::string_view account, std::string_view invoice) {
  return {Family::accounts, two_part(account, invoice)};
}
std::optional<AccountKey> parse_account(std::string_view key) {
  return parsed<AccountKey>(
      key, [](Parser& parser, AccountKey& into) { return parser.name(into.account) && parser.rest(into.invoice); });
}
Range account_all(std::string_view account, std::size_t limit) {
  return prefix_range(Family::accounts, name_prefix(account), limit);
}

Key by_account(std::string_view account, std::uint64_t n) { return {Family::by_account, named_number(account, n)}; }
Key by_number(std::string_view number, std::uint64_t n) { return {Family::by_number, named_number(number, n)}; }
Key by_campaign(std::string_view campaign, std::uint64_t n) { return {Family::by_campaign, named_number(campaign, n)}; }
std::optional<ByKey> parse_by(std::string_view key) {
  return parsed<ByKey>(key,
                       [](Parser& parser, ByKey& into) { return parser.name(into.name) && parser.number(into.n); });
}
Range by_account_range(std::string_view account, std::uint64_t first_n, std::size_t limit) {
  return by_range(Family::by_account, account, first_n, limit);
}
Range by_number_range(std::string_view number, std::uint64_t first_n, std::size_t limit) {
  return by_range(Family::by_number, number, first_n, limit);
}
Range by_campaign_range(std::string_view campaign, std::uint64_t first_n, std::size_t limit) {
  return by_range(Family::by_campaign, campaign, first_n, limit);
}

Key stage(std::string_view account, std::string_view stage, std::string_view due_date) {
  return {Family::stages,
          Builder(account.size() + stage.size() + due_date.size() + 4).name(account).name(stage).rest(due_date).take()};
}
std::optional<StageKey> parse_stage(std::string_view key) {
  return parsed<StageKey>(key, [](Parser& parser, StageKey& into) {
    return parser.name(into.account) && parser.name(into.stage) && parser.rest(into.due_date);
  });
}
namespace {
Range behind(Family family, std::string key, std::size_t limit) {
  return {family, key.empty() ? std::move(key) : after(std::move(key)), {}, limit};
}
}  // namespace
Range stages(std::string after_key, std::size_t limit) { return behind(Family::stages, std::move(after_key), limit); }
Range people(std::string after_key, std::size_t limit) { return behind(Family::people, std::move(after_key), limit); }
Range accounts(std::string after_key, std::size_t limit) { return behind(Family::accounts, std::move(after_key), limit); }

Key campaign(std::string_view name) { return {Family::campaigns, std::string(name)}; }
Range campaigns(std::size_t limit) { return {Family::campaigns, {}, {}, limit}; }
Range campaigns_after(std::string_view name, std::size_t limit) {
  return {Family::campaigns, name.empty() ? std::string{} : after(std::string(name)), {}, limit};
}

Key event(std::uint64_t seq) { return {Family::events, number(seq)}; }
std::optional<std::uint64_t> parse_event(std::string_view key) { return parse_number(key); }
Range events(std::uint64_t first_seq, std::size_t limit) { return {Family::events, number(first_seq), {}, limit}; }

Key consumer(std::string_view name) { return {Family::consumers, std::string(name)}; }
Range consumers(std::size_t limit) { return {Family::consumers, {}, {}, limit}; }

std::string parts_rest(const PartsKey& message) {
  return Builder(message.source.size() + message.destination.size() + 16)
      .name(message.source)
      .name(message.destination)
      .octet(static_cast<std::uint8_t>(message.kind))
      .segment(message.reference)
      .octet(message.total)
      .take();
}
Key parts(std::string_view smsc, std::string_view rest) { return {Family::parts, two_part(smsc, rest)}; }
Key parts(const PartsKey& message) { return parts(message.smsc, parts_rest(message)); }
std::optional<PartsKey> parse_parts(std::string_view key) {
  return parsed<PartsKey>(key, [](Parser& parser, PartsKey& into) {
    std::uint8_t kind = 0;
    if (!parser.name(into.smsc) || !parser.name(into.source) || !parser.name(into.destination) || !parser.octet(kind))
      return false;
    if (kind > static_cast<std::uint8_t>(ReferenceKind::sar)) return false;
    into.kind = static_cast<ReferenceKind>(kind);
    return parser.segment(into.reference) && parser.octet(into.total);
  });
}
Range parts_all(std::size_t limit) { return {Family::parts, {}, {}, limit}; }

Key references(std::string_view number) { return {Family::references, std::string(number)}; }

Key conversation(std::string_view number, std::uint64_t seq) {
  return {Family::conversations, named_number(number, seq)};
}
Range conversation_range(std::string_view number, std::uint64_t first_seq, std::size_t limit) {
  return by_range(Family::conversations, number, first_seq, limit);
}
Range conversations(std::string after_key, std::size_t limit) {
  return {Family::conversations, after_key.empty() ? std::move(after_key) : after(std::move(after_key)), {}, limit};
}

Key call(std::string_view campaign, std::uint64_t n) { return {Family::calls, named_number(campaign, n)}; }
Range calls_all(std::string after_key, std::size_t limit) {
  return {Family::calls, after_key.empty() ? std::move(after_key) : after(std::move(after_key)), {}, limit};
}
Range calls_of(std::string_view campaign, std::uint64_t first_n, std::size_t limit) {
  return by_range(Family::calls, campaign, first_n, limit);
}

Key report(const ReportKey& row) {
  Builder builder(row.campaign.size() + row.stage.size() + 8);
  return {Family::reports, builder.segment(row.day).name(row.campaign).rest(row.stage).take()};
}
std::optional<ReportKey> parse_report(std::string_view key) {
  return parsed<ReportKey>(key, [](Parser& parser, ReportKey& into) {
    return parser.segment(into.day) && parser.name(into.campaign) && parser.rest(into.stage);
  });
}
Range reports_before(std::uint32_t day, std::size_t limit) {
  return {Family::reports, {}, Builder(4).segment(day).take(), limit};
}
Range reports_from(const ReportKey& first, std::uint32_t end_day, std::size_t limit) {
  return {Family::reports, report(first).key, Builder(4).segment(end_day).take(), limit};
}

namespace {
std::string inbox_prefix(InboxClass kind) {
  return Builder(16).rest(kInboxPrefix).octet(static_cast<std::uint8_t>(kind)).take();
}
}  // namespace
Key inbox(InboxClass kind, std::uint64_t seq) {
  return {Family::meta, Builder(16).rest(kInboxPrefix).octet(static_cast<std::uint8_t>(kind)).number(seq).take()};
}
std::optional<InboxKey> parse_inbox(std::string_view key) {
  return parsed<InboxKey>(key, [](Parser& parser, InboxKey& into) {
    std::uint8_t kind = 0;
    if (!parser.literal(kInboxPrefix) || !parser.octet(kind) || kind > 1) return false;
    into.kind = static_cast<InboxClass>(kind);
    return parser.number(into.seq);
  });
}
std::string inbox_value(const InboxRow& row) { return Builder(row.number.size() + 8).time(row.at).rest(row.number).take(); }
std::optional<InboxRow> parse_inbox_value(std::string_view octets) {
  return parsed<InboxRow>(octets,
                          [](Parser& parser, InboxRow& into) { return parser.time(into.at) && parser.rest(into.number); });
}
Range inbox_range(InboxClass kind, std::uint64_t first_seq, std::size_t limit) {
  return {Family::meta, inbox(kind, first_seq).key, after_prefix(inbox_prefix(kind)), limit};
}

Key hold(std::string_view id) { return {Family::meta, std::string(kHoldPrefix).append(id)}; }
std::string hold_owner(const HoldOwner& owner) { return (owner.is_number ? "n" : "a") + owner.name; }
std::optional<HoldOwner> parse_hold_owner(std::string_view octets) {
  if (octets.size() < 2 || (octets[0] != 'n' && octets[0] != 'a')) return std::nullopt;
  return HoldOwner{octets[0] == 'n', std::string(octets.substr(1))};
}

Key bad(std::string_view number) { return {Family::meta, std::string(kBadPrefix).append(number)}; }
std::optional<std::string> parse_bad(std::string_view key) {
  if (!key.starts_with(kBadPrefix)) return std::nullopt;
  return std::string(key.substr(kBadPrefix.size()));
}
Range bad_all(std::string_view after_number, std::size_t limit) {
  const Range all = prefix_range(Family::meta, std::string(kBadPrefix), limit);
  return after_number.empty() ? all : resume(all, bad(after_number).key);
}

Key format() { return {Family::meta, std::string(kFormatKey)}; }
Key engine_mark() { return {Family::meta, std::string(kEngineKey)}; }
Key retention() { return {Family::meta, "retention"}; }
Key events_first() { return {Family::meta, std::string(kEventsFirstKey)}; }
Key secret() { return {Family::meta, std::string(kSecretKey)}; }
Key low_mark(const Lane& lane) {
  return {Family::meta, Builder(lane.route.size() + lane.name.size() + 16).rest(kLowPrefix).lane(lane).take()};
}
std::optional<Lane> parse_low_mark(std::string_view key) {
  return parsed<Lane>(key, [](Parser& parser, Lane& into) { return parser.literal(kLowPrefix) && parser.lane(into); });
}
Range low_marks(std::size_t limit) { return prefix_range(Family::meta, std::string(kLowPrefix), limit); }
Range low_marks_from(const Lane& lane, std::size_t limit) {
  const std::string group = Builder(lane.route.size() + 16)
                                .rest(kLowPrefix)
                                .name(lane.route)
                                .octet(static_cast<std::uint8_t>(lane.priority))
                                .take();
  return {Family::meta, low_mark(lane).key, after_prefix(group), limit};
}
Key paused(std::string_view smsc) { return {Family::meta, std::string(kPausedPrefix).append(smsc)}; }
std::optional<std::string> parse_paused(std::string_view key) {
  return parsed<std::string>(
      key, [](Parser& parser, std::string& into) { return parser.literal(kPausedPrefix) && parser.rest(into); });
}
Range paused_all(std::size_t limit) { return prefix_range(Family::meta, std::string(kPausedPrefix), limit); }
Key busy_campaign(std::string_view name) { return {Family::meta, std::string(kCampaignPrefix).append(name)}; }
std::optional<std::string> parse_busy_campaign(std::string_view key) {
  return parsed<std::string>(
      key, [](Parser& parser, std::string& into) { return parser.literal(kCampaignPrefix) && parser.rest(into); });
}
Range busy_campaigns(std::size_t limit) { return prefix_range(Family::meta, std::string(kCampaignPrefix), limit); }
Key dialect(std::string_view smsc) { return {Family::meta, std::string(kDialectPrefix).append(smsc)}; }
std::optional<std::string> parse_dialect(std::string_view key) {
  return parsed<std::string>(
      key, [](Parser& parser, std::string& into) { return parser.literal(kDialectPrefix) && parser.rest(into); });
}
Range dialects(std::size_t limit) { return prefix_range(Family::meta, std::string(kDialectPrefix), limit); }
Key strange(std::string_view smsc) { return {Family::meta, std::string(kStrangePrefix).append(smsc)}; }
std::optional<std::string> parse_strange(std::string_view key) {
  return parsed<std::string>(
      key, [](Parser& parser, std::string& into) { return parser.literal(kStrangePrefix) && parser.rest(into); });
}
Range strange_all(std::size_t limit) { return prefix_range(Family::meta, std::string(kStrangePrefix), limit); }

}  // namespace dunlin::store::keys
