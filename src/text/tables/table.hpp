// What a national language's tables are written in: sixteen cells a line, septets 0x00 to 0x7F in order.
//
// 0 is a cell without a character: the escape, a cell the standard leaves empty, and in a locking shift table a cell it
// fills with a space to no purpose. Where the standard's own editions differ by a misprint, the sign the script has in
// that place is taken: Kannada locking 0x24 (DDA, not PA again).
#pragma once

#include <array>

namespace dunlin::text {

using Table = std::array<char16_t, 128>;

}  // namespace dunlin::text
