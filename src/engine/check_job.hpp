// What a job must be to be taken, whatever way it came. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>

#include "engine/routes.hpp"
#include "engine/settings.hpp"
#include "store/keys.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// Form: what can be said of a job without knowing the time or the store. Errors name the field in `where`: "missing", "too_long", "bad_number",
// "bad_amount", "bad_currency", "bad_date", "bad_url", "bad_value", "not_encodable", "too_many_segments", "no_route".
[[nodiscard]] Result<void> check_job(const store::Job& job, const Settings& settings, const Routes& routes);

// Time: what was true of a job when it was first accepted need not be true of its repetition, so this is asked of new ones only.
// Errors: "already_expired", "never_sent" (it expires before it may be sent), on "expires".
[[nodiscard]] Result<void> check_times(std::optional<Wall> not_before, Wall expires_at, Wall now);

// What a job, or a change of one, says of money and dates. Errors as above, on its field.
[[nodiscard]] Result<void> check_values(const store::Job& job);

// A hold of an account or a number. Errors: "missing", "bad_value" (control characters, over before it began), "too_long", on "account",
// "reason" or "until".
[[nodiscard]] Result<void> check_hold(const store::keys::HoldOwner& owner, std::string_view reason, std::optional<Wall> until, Wall now);

// What is told to have happened, a payment, a consent, lies in the future: clocks and zones differ, by less than a year that was mistyped.
inline constexpr std::chrono::hours kAheadMax{24};
constexpr bool is_ahead(Wall told, Wall now) { return told > now + kAheadMax; }

// "+" and 8 to 15 digits, the first not 0 (E.164).
bool is_e164(std::string_view number);
Error not_e164(std::string where);  // "bad_number"

inline constexpr std::size_t kIdOctetsMax = 128;
inline constexpr std::size_t kTextOctetsMax = 16 * 1024;  // UTF-8; 255 segments of any alphabet fit
inline constexpr std::chrono::hours kEscalateAfterMax{24 * 366};
inline constexpr std::size_t kNameOctetsMax = 128;        // account, invoice, stage, campaign

}  // namespace dunlin::engine
