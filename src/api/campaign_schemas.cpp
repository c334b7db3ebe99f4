// What is read and answered of campaigns, plans and reports.
#include <array>

#include "api/schema.hpp"

namespace dunlin::api {
namespace {

constexpr auto kSums = std::to_array<Row>({
    {"id", "string", "the campaign's"},
    {"accepted", "integer", "rows; 0 where nothing stays"},
    {"duplicate", "integer", "rows that were known"},
    {"rejected", "integer", "rows that can't be taken"},
});
constexpr auto kImported = std::to_array<Row>({
    {"...", "ImportSums", ""},
    {"stage?", "CampaignStage", "what becomes of them now; not where nothing was new"},
    {"bad?", "[BadRow]", "at most 1000; not with `report`"},
    {"bad_more?", "integer", "how many more there are"},
});

constexpr auto kCost = std::to_array<Row>({
    {"route", "string", "its name"},
    {"rows", "integer", ""},
    {"segments", "integer", ""},
    {"price?", "string", "of a segment"},
    {"currency?", "string", ""},
    {"cost?", "string", "of them all"},
});
constexpr auto kSample = std::to_array<Row>({
    {"line", "integer", "in the file"},
    {"language?", "string", ""},
    {"encoding", "string", ""},
    {"segments", "integer", ""},
    {"text", "string", "as it would be read"},
});
constexpr auto kDryRun = std::to_array<Row>({
    {"...", "ImportSums", ""},
    {"dry_run", "true", "nothing was stored"},
    {"rows", "integer", "in the file"},
    {"bad?", "[BadRow]", "at most 1000; not with `report`"},
    {"bad_more?", "integer", "how many more there are"},
    {"known", "integer", "rows whose job is there already"},
    {"now", "integer", "would go at once"},
    {"later", "{integer}", "would go later, by what they wait for"},
    {"blocked", "{integer}", "would not go, by reason"},
    {"outside_hours", "integer", "it is not their hour now"},
    {"plans", "integer", "rows that follow a plan: all of this is said of its first step alone"},
    {"languages", "{integer}", "rows by the language of their texts"},
    {"encodings", "{integer}", "rows"},
    {"segments", "integer", "of all"},
    {"by_segments", "{integer}", "rows by how many they need"},
    {"routes", "[RouteCost]", ""},
    {"cost", "{string}", "by currency"},
    {"first?", "time", "when the first would leave"},
    {"finish?", "time", "when the last would"},
    {"expire_unsent?", "integer", "rows that there is no time for"},
    {"ids_compared?", "integer", "rows beyond so many were not compared with those before them"},
    {"longest?", "SampleText", "the longest text"},
    {"samples", "[SampleText]", "the first of each language"},
    {"refused_now?", "LineError", "why an import would not begin now"},
    {"needs_approval?", "boolean", "another person would have to approve of these rows; not where it is refused"},
    {"canary?", "integer", "so many would go first, and the others when their answers are in"},
});
constexpr auto kReportHeader = std::to_array<Row>({{"header", "[string]", "the file's columns"}});
constexpr auto kReportRow = std::to_array<Row>({
    {"...", "BadRow", ""},
    {"row", "[string]", "its cells as they came"},
});
constexpr auto kReportProblem = std::to_array<Row>({{"problem", "Problem", "why nothing stays"}});

constexpr auto kCanary = std::to_array<Row>({
    {"state", "CanaryState", ""},
    {"size", "integer", "so many go first"},
    {"submitted", "integer", ""},
    {"settled", "integer", "it is known what became of them"},
    {"failed", "integer", ""},
    {"opt_outs", "integer", ""},
    {"wrong_numbers", "integer", ""},
});
constexpr auto kCampaign = std::to_array<Row>({
    {"id", "string", ""},
    {"stage", "CampaignStage", "of the rows that were imported last"},
    {"paused", "boolean", ""},
    {"paused_reason?", "string", ""},
    {"cancelled", "boolean", ""},
    {"template?", "string", ""},
    {"created?", "time", ""},
    {"imported_by?", "integer", "the uid"},
    {"approved_by?", "integer", "the uid"},
    {"rows", "integer", "that were imported"},
    {"walk?", "CampaignWalk", "what is being done to its jobs, one after the other"},
    {"jobs", "{integer}", "by state, those of which there are some"},
    {"total", "integer", "jobs"},
    {"open", "integer", "jobs that are not over"},
    {"submitted", "integer", "jobs, ever"},
    {"first_submitted?", "time", ""},
    {"last_submitted?", "time", ""},
    {"canary?", "Canary", ""},
    {"rate?", "number", "jobs a second, from the first that was submitted to the last"},
    {"finish?", "time", "when it would be through at that rate"},
    {"finished?", "time", "when it was"},
});
constexpr auto kCampaigns = std::to_array<Row>({
    {"campaigns", "[Campaign]", "by their ids"},
    {"next?", "string", "`after` of the next page"},
});
constexpr auto kCampaignChanged = std::to_array<Row>({
    {"id", "string", ""},
    {"stage", "CampaignStage", ""},
    {"paused", "boolean", ""},
    {"cancelled", "boolean", ""},
});
constexpr auto kResent = std::to_array<Row>({
    {"...", "CampaignChanged", ""},
    {"resent", "integer", "jobs that go once more"},
    {"left", "integer", "jobs that failed for good"},
});

constexpr auto kPlanStep = std::to_array<Row>({
    {"name", "string", ""},
    {"action", "string", "a text, a hand-over, or the call list"},
    {"when", "string", "for people"},
    {"template?", "string", ""},
    {"kind?", "string", ""},
    {"fee?", "string", ""},
    {"channel?", "string", "of a hand-over"},
    {"if?", "[string]", "its conditions"},
    {"planned?", "time", "as the plan has it"},
    {"planned_local?", "string", "on the recipient's clock"},
    {"at?", "time", "when it may leave"},
    {"at_local?", "string", ""},
    {"weekday?", "string", "there"},
    {"waits_for?", "string", "why it leaves later than planned"},
    {"rule?", "string", "which row of the rules says so"},
    {"skipped?", "string", "why it does not come"},
});
constexpr auto kPlan = std::to_array<Row>({
    {"name", "string", ""},
    {"title?", "string", ""},
    {"file", "string", ""},
    {"on_failure?", "string", "what follows a step that can't be delivered"},
    {"from?", "time", "when its first job comes; this and what follows answer a question"},
    {"from_local?", "string", ""},
    {"due_date?", "string", ""},
    {"time_zone?", "string", ""},
    {"country?", "string", ""},
    {"purpose?", "Purpose", ""},
    {"steps", "[PlanStep]", ""},
});
constexpr auto kPlans = std::to_array<Row>({{"plans", "[Plan]", ""}});

constexpr auto kSentFigures = std::to_array<Row>({
    {"jobs", "integer", "submitted, or ended without having been"},
    {"submitted", "integer", "of these"},
    {"delivered", "integer", "jobs that have ended so, as all up to `unknown`"},
    {"undelivered", "integer", ""},
    {"expired", "integer", ""},
    {"rejected", "integer", ""},
    {"failed", "integer", ""},
    {"cancelled", "integer", ""},
    {"blocked", "integer", ""},
    {"unknown", "integer", ""},
    {"paid_before", "integer", "of those cancelled: paid before they were sent"},
    {"owing", "integer", "of those submitted: a payment can be for them"},
    {"paid_48h", "integer", "of those: paid no later than 48 hours after they were submitted"},
    {"paid_final", "boolean", "no payment can come in time any more"},
    {"called", "integer", "their person came to the call list"},
    {"opt_outs", "integer", "replies that stopped what was not stopped before"},
    {"wrong_numbers", "integer", "replies that were the first to say so"},
    {"segments", "integer", "that an SMSC took"},
    {"segments_unpriced", "integer", "of these: their route has no price"},
    {"replies", "{integer}", "by intent, those of which there are some"},
    {"cost", "{string}", "of the segments, exact, by currency"},
});
constexpr auto kSentRow = std::to_array<Row>({
    {"day?", "string", "`2026-12-01`, in UTC; where it is grouped by that, as the next two"},
    {"campaign?", "string", "empty: of none"},
    {"stage?", "string", "empty: of none"},
    {"...", "SentFigures", ""},
});
constexpr auto kSentReport = std::to_array<Row>({
    {"from", "string", "the first day"},
    {"to", "string", "the last day"},
    {"by", "[string]", "what each row is of"},
    {"rows", "[SentRow]", "at most 10000, by day, campaign and stage"},
    {"total", "SentFigures", "of them all"},
});

}  // namespace

void add_campaign_schemas(std::vector<Schema>& all) {
  add_words<store::CampaignStage>(all, "How far a campaign's rows have come");
  add_words<store::CampaignWalk>(all, "What is done to its jobs one after the other");
  add_words<store::Canary>(all, "How its first messages stand");
  add_object(all, "ImportSums", "How many rows", kSums);
  add_object(all, "Imported", "What became of a file", kImported);
  add_object(all, "RouteCost", "What a route would carry", kCost);
  add_object(all, "SampleText", "A text", kSample);
  add_object(all, "DryRun", "What would become of a file", kDryRun);
  add_type(all, "ImportAnswer", "With `dry_run` the second", "Imported|DryRun");
  add_object(all, "ReportHeader", "The first line of a report", kReportHeader);
  add_object(all, "ReportRow", "A bad row of it", kReportRow);
  add_object(all, "ReportProblem", "Its last line, where nothing stays", kReportProblem);
  add_type(all, "ImportReport", "The header, bad rows and counts as they come; last what became of it, or a problem",
           "ReportHeader|ReportRow|LineCounts|Imported|DryRun|ReportProblem");
  add_object(all, "Canary", "A campaign's first messages", kCanary);
  add_object(all, "Campaign", "How a campaign stands", kCampaign);
  add_object(all, "Campaigns", "A page of them", kCampaigns);
  add_object(all, "CampaignChanged", "What was ordered is done", kCampaignChanged);
  add_object(all, "CampaignResent", "What goes once more", kResent);
  add_object(all, "PlanStep", "A step of a plan", kPlanStep);
  add_object(all, "Plan", "A plan, and where it was asked for, its timeline", kPlan);
  add_object(all, "Plans", "All there are", kPlans);
  add_object(all, "SentFigures", "What became of jobs", kSentFigures);
  add_object(all, "SentRow", "Those of a day, a campaign, a stage", kSentRow);
  add_object(all, "SentReport", "What became of what was sent", kSentReport);
}

}  // namespace dunlin::api
