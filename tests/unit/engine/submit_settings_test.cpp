// What an SMSC's settings put into a submit_sm: addresses, flags, extra TLVs.
#include "engine/submit_settings.hpp"

#include <gtest/gtest.h>

#include "engine/extra_tlvs.hpp"
#include "engine/render.hpp"

namespace dunlin::engine {
namespace {

store::Job job_to(std::string to) {
  store::Job job;
  job.id = "j";
  job.to = std::move(to);
  job.text = "due";
  return job;
}

smpp::SubmitSm submit_of(const store::Job& job, const SmscSettings& smsc) {
  const auto submits = render(job, 1, Wall{} + std::chrono::hours{24 * 365 * 50}, smsc);
  EXPECT_TRUE(submits.has_value());
  return submits ? submits->front() : smpp::SubmitSm{};
}

struct Sender {
  std::string sender;
  int ton, npi;
  std::string on_the_wire;
};

TEST(SubmitSettings, GuessTonAndNpiAndNeverSendAPlus) {
  const Sender senders[] = {
      {"", 0, 0, ""},
      {"ACME", 5, 0, "ACME"},
      {"12345", 3, 0, "12345"},
      {"+4917012345678", 1, 1, "4917012345678"},
      {"004917012345678", 1, 1, "4917012345678"},
      {"4917012345678", 1, 1, "4917012345678"},
  };
  for (const Sender& one : senders) {
    store::Job job = job_to("+48123456789");
    job.sender = one.sender;
    const auto submit = submit_of(job, {});
    EXPECT_EQ(static_cast<int>(submit.source_addr_ton), one.ton) << one.sender;
    EXPECT_EQ(static_cast<int>(submit.source_addr_npi), one.npi) << one.sender;
    EXPECT_EQ(submit.source_addr, one.on_the_wire) << one.sender;
    EXPECT_EQ(submit.destination_addr, "48123456789");
    EXPECT_EQ(static_cast<int>(submit.dest_addr_ton), 1);
    EXPECT_EQ(static_cast<int>(submit.dest_addr_npi), 1);
  }
}

TEST(SubmitSettings, PutTheGivenTonAndNpiBeforeTheGuess) {
  SmscSettings smsc;
  smsc.source_ton = 2, smsc.source_npi = 8, smsc.dest_ton = 0, smsc.dest_npi = 6;
  smsc.short_code_ton = 6;
  store::Job job = job_to("+48123456789");
  job.sender = "12345";
  auto submit = submit_of(job, smsc);
  EXPECT_EQ(static_cast<int>(submit.source_addr_ton), 6);
  EXPECT_EQ(static_cast<int>(submit.source_addr_npi), 8);
  EXPECT_EQ(static_cast<int>(submit.dest_addr_ton), 0);
  EXPECT_EQ(static_cast<int>(submit.dest_addr_npi), 6);
  job.sender = "ACME";
  submit = submit_of(job, smsc);
  EXPECT_EQ(static_cast<int>(submit.source_addr_ton), 2);
  EXPECT_EQ(static_cast<int>(submit.source_addr_npi), 8);
}

TEST(SubmitSettings, FillTheFieldsAnSmscAsksFor) {
  const auto plain = submit_of(job_to("+48123456789"), {});
  EXPECT_EQ(plain.service_type, "");
  EXPECT_EQ(plain.protocol_id, 0);
  EXPECT_EQ(plain.priority_flag, 0);
  EXPECT_EQ(plain.replace_if_present_flag, 0);
  EXPECT_EQ(plain.registered_delivery, 1);
  EXPECT_TRUE(plain.tlvs.empty());

  SmscSettings smsc;
  smsc.service_type = "CMT", smsc.protocol_id = 65, smsc.replace_if_present = true, smsc.priority_flag = true;
  smsc.registered_delivery = 17;
  store::Job job = job_to("+48123456789");
  EXPECT_EQ(submit_of(job, smsc).priority_flag, 0);
  job.priority = store::Priority::high;
  const auto submit = submit_of(job, smsc);
  EXPECT_EQ(submit.service_type, "CMT");
  EXPECT_EQ(submit.protocol_id, 65);
  EXPECT_EQ(submit.priority_flag, 1);
  EXPECT_EQ(submit.replace_if_present_flag, 1);
  EXPECT_EQ(submit.registered_delivery, 17);
  smsc.registered_delivery.reset(), smsc.receipts = false;
  EXPECT_EQ(submit_of(job, smsc).registered_delivery, 0);
}

TEST(SubmitSettings, AddTheTlvsOfTheJobsKindToEverySegment) {
  SmscSettings smsc;
  smsc.extra_tlvs = {{0x1400, TlvForm::string, "entity", {}},
                     {0x1401, TlvForm::string, "polite", {"reminder", "due"}},
                     {0x1401, TlvForm::string, "firm", {"final"}}};
  for (ExtraTlv& tlv : smsc.extra_tlvs) ASSERT_TRUE(prepare(tlv));
  store::Job job = job_to("+48123456789");
  job.text.assign(200, 'x');
  const auto texts = [&](std::uint16_t tag) {
    std::vector<std::string> values;
    const auto submits = render(job, 1, Wall{} + std::chrono::hours{24 * 365 * 50}, smsc);
    for (const auto& submit : *submits) {
      const auto raw = submit.tlvs.raw(tag);
      values.emplace_back(raw ? text_of(*raw) : "none");
    }
    return values;
  };
  const std::string nul(1, '\0');
  EXPECT_EQ(texts(0x1400), (std::vector<std::string>{"entity" + nul, "entity" + nul}));
  EXPECT_EQ(texts(0x1401), (std::vector<std::string>{"polite" + nul, "polite" + nul}));
  job.kind = store::Kind::final_notice;
  EXPECT_EQ(texts(0x1401), (std::vector<std::string>{"firm" + nul, "firm" + nul}));
  job.kind = store::Kind::welcome;
  EXPECT_EQ(texts(0x1401), (std::vector<std::string>{"none", "none"}));
}

}  // namespace
}  // namespace dunlin::engine
