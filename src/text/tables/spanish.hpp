// Spanish, national language 2: TS 23.038 §A.2.2; it has no locking shift table (§A.3.2 is void).
#pragma once

#include "text/tables/table.hpp"

namespace dunlin::text {

// clang-format off
inline constexpr Table kSpanishSingle = {
         0,      0,      0,      0,      0,      0,      0,      0,      0, 0x00E7, 0x000C,      0,      0,      0,      0,      0,
         0,      0,      0,      0, 0x005E,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,
         0,      0,      0,      0,      0,      0,      0,      0, 0x007B, 0x007D,      0,      0,      0,      0,      0, 0x005C,
         0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0, 0x005B, 0x007E, 0x005D,      0,
    0x007C, 0x00C1,      0,      0,      0,      0,      0,      0,      0, 0x00CD,      0,      0,      0,      0,      0, 0x00D3,
         0,      0,      0,      0,      0, 0x00DA,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,
         0, 0x00E1,      0,      0,      0, 0x20AC,      0,      0,      0, 0x00ED,      0,      0,      0,      0,      0, 0x00F3,
         0,      0,      0,      0,      0, 0x00FA,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,
};
// clang-format on

}  // namespace dunlin::text
