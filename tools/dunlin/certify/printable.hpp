// What an SMSC or a network says, made fit for a terminal and for Markdown: an octet of theirs moves no cursor, opens
// no table's cell and no markup. Pure.
#pragma once

#include <string>
#include <string_view>

namespace dunlin::certify {

// All but printable ASCII as \xNN, a backslash too, so that no two texts look alike. One line.
std::string printable(std::string_view octets);
// A cell of a Markdown table, of text that is printable: '|', '`' and '<' are escaped.
std::string cell(std::string_view text);
// Within backticks; printable, a backtick as \x60.
std::string code(std::string_view octets);

}  // namespace dunlin::certify
