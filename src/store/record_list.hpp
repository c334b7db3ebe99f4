// The list of all stored records: code that must reach every one of them (errors, tests, the tables of docs/formats.md)
// walks it.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "store/kv.hpp"
#include "store/records.hpp"

namespace dunlin::store {

template <class R>
struct RecordRow {
  using Record = R;
  std::string_view name;         // as errors and docs/formats.md call it
  std::optional<Family> family;  // whose values it is; none: only inside another record
};

inline constexpr auto kRecords = std::tuple{
    RecordRow<Job>{"Job", Family::jobs},
    RecordRow<JobState>{"JobState", Family::jobs},
    RecordRow<Param>{"Param", std::nullopt},
    RecordRow<JobConsent>{"JobConsent", std::nullopt},
    RecordRow<Change>{"Change", std::nullopt},
    RecordRow<PlanMark>{"PlanMark", std::nullopt},
    RecordRow<Segment>{"Segment", std::nullopt},
    RecordRow<KeptReceipt>{"KeptReceipt", std::nullopt},
    RecordRow<Transition>{"Transition", std::nullopt},
    RecordRow<CallReason>{"CallReason", std::nullopt},
    RecordRow<ReportMark>{"ReportMark", std::nullopt},
    RecordRow<Event>{"Event", Family::events},
    RecordRow<Sent>{"Sent", Family::sent},
    RecordRow<Parked>{"Parked", Family::parked},
    RecordRow<ParkedReceipt>{"ParkedReceipt", std::nullopt},
    RecordRow<Person>{"Person", Family::people},
    RecordRow<ConsentChange>{"ConsentChange", std::nullopt},
    RecordRow<PurposeConsent>{"PurposeConsent", std::nullopt},
    RecordRow<StoppedSender>{"StoppedSender", std::nullopt},
    RecordRow<Hold>{"Hold", std::nullopt},
    RecordRow<SentAnswer>{"SentAnswer", std::nullopt},
    RecordRow<Heard>{"Heard", Family::conversations},
    RecordRow<PartPayment>{"PartPayment", std::nullopt},
    RecordRow<WholePayment>{"WholePayment", std::nullopt},
    RecordRow<Account>{"Account", Family::accounts},
    RecordRow<Appointment>{"Appointment", Family::calendar},
    RecordRow<EngineMark>{"EngineMark", Family::meta},
    RecordRow<RetentionMark>{"RetentionMark", Family::meta},
    RecordRow<Campaign>{"Campaign", Family::campaigns},
    RecordRow<Consumer>{"Consumer", Family::consumers},
    RecordRow<Tally>{"Tally", Family::reports},
    RecordRow<IntentCount>{"IntentCount", std::nullopt},
    RecordRow<Cost>{"Cost", std::nullopt},
    RecordRow<HeldMessage>{"HeldMessage", Family::parts},
    RecordRow<HeldPart>{"HeldPart", std::nullopt},
    RecordRow<References>{"References", Family::references},
    RecordRow<TakenReference>{"TakenReference", std::nullopt},
};

namespace detail {
template <class T, class List>
inline constexpr bool in_list = false;
template <class T, class... R>
inline constexpr bool in_list<T, std::tuple<RecordRow<R>...>> = (std::is_same_v<T, R> || ...);
}  // namespace detail

template <class T>
concept Record = detail::in_list<T, std::remove_cv_t<decltype(kRecords)>>;

template <Record R>
constexpr std::string_view record_name() {
  return std::get<RecordRow<R>>(kRecords).name;
}

}  // namespace dunlin::store
