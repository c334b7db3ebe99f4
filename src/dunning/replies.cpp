#include "dunning/replies.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "dunning/keywords.hpp"
#include "dunning/replies_impl.hpp"

namespace dunlin::dunning {
namespace {

// The order in which they are looked for, once no STOP was heard.
constexpr std::array<IntentRow, kIntents> kIntentRows = {{
    {Intent::opt_out, "opt_out", Effect::blocks, "No more texts: the number is blocked"},
    {Intent::wrong_number, "wrong_number", Effect::holds, "Somebody else has this number"},
    {Intent::dispute, "dispute", Effect::holds, "Not owed, or not so much, or a fraud"},
    {Intent::hardship, "hardship", Effect::holds, "Cannot pay, or only in parts"},
    {Intent::call_me, "call_me", Effect::holds, "Wants to be called"},
    {Intent::opt_in, "opt_in", Effect::goes_on, "Texts are welcome again: lifts the block of a STOP"},
    {Intent::help, "help", Effect::goes_on, "Asks what this is about"},
    {Intent::pay_now, "pay_now", Effect::goes_on, "Asks how to pay; nothing is charged"},
    {Intent::promise, "promise", Effect::holds_for_a_term, "Will pay, perhaps by a day that is told"},
    {Intent::paid, "paid", Effect::holds_for_a_term, "Says it is paid; no debt is closed by that"},
    {Intent::acknowledgement, "acknowledgement", Effect::goes_on, "Thanks, or has read it, and says nothing else"},
    {Intent::unclear, "unclear", Effect::holds, "Everything else"},
}};

std::optional<std::size_t> list_named(std::string_view name) {
  for (std::size_t i = 0; i < kReplyLists.size(); ++i) {
    if (kReplyLists[i] == name) return i;
  }
  return std::nullopt;
}

bool is_language(std::string_view name) {
  return (name.size() == 2 || name.size() == 3) &&
         std::ranges::all_of(name, [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

class Builder {
 public:
  explicit Builder(ReplySources sources) : sources_(std::move(sources)) {}

  tl::expected<std::unique_ptr<const Replies::Impl>, std::vector<Finding>> run() {
    if (sources_.items.size() > kReplyRowsMax) {
      say({}, "too_many", "at most " + std::to_string(kReplyRowsMax) + " phrases are read");
      return tl::unexpected(std::move(findings_));
    }
    made_ = std::make_unique<Replies::Impl>();
    language("any");
    for (const auto& item : sources_.items) collect(item);
    if (findings_.empty()) {
      for (const auto& item : sources_.items) add(item);
    }
    if (auto answers = Answers::build(sources_.file, std::move(sources_.answers))) {
      made_->answers = std::move(*answers);
    } else {
      std::ranges::move(answers.error(), std::back_inserter(findings_));
    }
    if (!findings_.empty()) return tl::unexpected(std::move(findings_));
    made_->read_from = std::move(sources_.read_from);
    return std::move(made_);
  }

 private:
  using Item = ReplySources::Item;

  void say(const Item& item, std::string code, std::string detail) {
    const std::string key = item.language.empty() ? std::string{} : item.language + "." + item.list;
    findings_.push_back({Severity::error, sources_.file, item.line, key, std::move(code), std::move(detail)});
  }

  std::size_t language(const std::string& name) {
    const auto known = languages_.find(name);
    if (known != languages_.end()) return known->second;
    made_->languages.emplace_back(name);
    if (name != "any") made_->names.push_back(name);
    return languages_.emplace(name, made_->languages.size() - 1).first->second;
  }

  // First what the patterns of all lists may refer to.
  void collect(const Item& item) {
    if (item.language != "any" && !is_language(item.language))
      return say(item, "bad_value", "is no language, as \"en\" is, nor \"any\"");
    if (item.written.size() > kReplyRowOctetsMax)
      return say(item, "too_long", "a phrase has at most " + std::to_string(kReplyRowOctetsMax) + " octets");
    constexpr std::string_view kWords = "words.";
    if (item.list.starts_with(kWords))
      sets_[language(item.language)][item.list.substr(kWords.size())].push_back(item.written);
  }

  void add(const Item& item) {
    if (item.list.starts_with("words.")) return;
    const std::size_t at = language(item.language);
    Replies::Impl::Language& in = made_->languages[at];
    if (item.list == "dates") return check(item, in.dates.add(item.written, item.means, sets_[at]));
    if (item.list == "not" || item.list == "but" || item.list == "filler" || item.list == "next")
      return add_word(item, in);
    Replies::Impl::Rule rule{Replies::Impl::Kind::intent, Intent::unclear, at, item.written, item.line};
    if (const auto intent = intent_named(item.list)) {
      rule.intent = *intent;
    } else if (const auto list = list_named(item.list)) {
      rule.kind = kReplyLists[*list] == "polite"     ? Replies::Impl::Kind::polite
                  : kReplyLists[*list] == "not_stop" ? Replies::Impl::Kind::not_stop
                                                     : Replies::Impl::Kind::person;
    } else {
      return say(item, "unknown_key",
                 "is no list: an intent, polite, filler, not, but, not_stop, person, next, dates or words");
    }
    if (rule.kind == Replies::Impl::Kind::intent && rule.intent == Intent::acknowledgement) {
      const ReplyText text = read_reply(item.written);
      if (text.words.empty() && !text.symbols.empty()) {
        made_->symbols.insert(text.symbols.begin(), text.symbols.end());
        return;
      }
    }
    // "thanks" is polite, and alone an answer.
    const auto [known, fresh] = seen_.emplace(std::pair(at, item.written), item.list);
    if (!fresh && rule.kind != Replies::Impl::Kind::polite && known->second != "polite")
      return say(item, "duplicate_phrase", "\"" + item.written + "\" stands in \"" + known->second + "\" already");
    Result<Pattern> pattern = compile_pattern(item.written, sets_[at]);
    if (!pattern) return say(item, pattern.error().code, "\"" + item.written + "\": " + pattern.error().detail);
    made_->index.add(std::move(*pattern));
    made_->rules.push_back(std::move(rule));
  }

  void add_word(const Item& item, Replies::Impl::Language& in) {
    const ReplyText text = read_reply(item.written);
    if (text.words.size() != 1) return say(item, "bad_pattern", "\"" + item.written + "\" must be one word");
    const std::string& word = text.words.front().folded;
    if (item.list == "next") return in.dates.add_next(word);
    (item.list == "not" ? in.nots : item.list == "but" ? in.buts : in.fillers).insert(word);
  }

  void check(const Item& item, const Result<void>& good) {
    if (!good) say(item, good.error().code, "\"" + item.written + "\" " + good.error().detail);
  }

  ReplySources sources_;
  std::unique_ptr<Replies::Impl> made_;
  std::map<std::string, std::size_t, std::less<>> languages_;
  std::map<std::size_t, WordSets> sets_;
  std::map<std::pair<std::size_t, std::string>, std::string> seen_;
  std::vector<Finding> findings_;
};

}  // namespace

std::span<const IntentRow, kIntents> intents() { return kIntentRows; }

const IntentRow& row_of(Intent intent) { return kIntentRows[static_cast<std::size_t>(intent)]; }

std::optional<Intent> intent_named(std::string_view name) {
  const auto* found = std::ranges::find(kIntentRows, name, &IntentRow::name);
  return found == kIntentRows.end() ? std::nullopt : std::optional(found->intent);
}

Replies::Replies() {
  auto made = std::make_unique<Impl>();
  made->languages.emplace_back("any");
  impl_ = std::move(made);
}
Replies::Replies(Replies&&) noexcept = default;
Replies& Replies::operator=(Replies&&) noexcept = default;
Replies::~Replies() = default;

tl::expected<Replies, std::vector<Finding>> Replies::build(ReplySources sources) {
  auto built = Builder(std::move(sources)).run();
  if (!built) return tl::unexpected(std::move(built.error()));
  Replies made;
  made.impl_ = std::move(*built);
  return made;
}

const Answers& Replies::answers() const { return impl_->answers; }
std::span<const std::string> Replies::languages() const { return impl_->names; }
bool Replies::same_as(const Replies& other) const { return impl_->read_from == other.impl_->read_from; }

}  // namespace dunlin::dunning
