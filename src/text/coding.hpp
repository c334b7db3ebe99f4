// What a data_coding says (SMPP 3.4 §5.2.19; from 0x10 on TS 23.038 §4).
#pragma once

#include <cstdint>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/udh.hpp>
#include <optional>
#include <string_view>

namespace dunlin::text {

enum class Charset : std::uint8_t {
  gsm7,
  gsm7_packed,
  ascii,
  latin1,
  latin9,
  utf8,
  ucs2,
  iso_8859_5,
  iso_8859_8,
  jis,
  iso_2022_jp,
  ks_c_5601,
  binary,
  compressed,
};
// As Decoded::alphabet has them; packed or not is "gsm7".
[[nodiscard]] std::string_view name_of(Charset charset);

struct Coding {
  Charset charset = Charset::gsm7;
  std::optional<std::uint8_t> message_class{};
  std::optional<MessageWaiting> waiting{};
};
[[nodiscard]] Coding coding_of(std::uint8_t data_coding, DefaultAlphabet default_alphabet);

}  // namespace dunlin::text
