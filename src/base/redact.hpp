// What keeps personal data out of the log.
#pragma once

#include <string>
#include <string_view>

namespace dunlin {

// Phone numbers lose their middle: "+48601234567" is "+48*******67". A number is 5 digits or more after '+' (a
// mistyped one may have too many), or 8 to 15 digits that stand alone: shorter ones are ports, counts and process ids.
std::string redact(std::string_view line);

// One line whatever was in it: control characters, which a peer may have sent, are written as \xNN.
std::string one_line(std::string_view message);

}  // namespace dunlin
