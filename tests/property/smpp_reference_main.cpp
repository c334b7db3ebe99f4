// Prints docs/smpp.md.
#include <iostream>

#include "property/smpp_reference.hpp"

int main() { std::cout << dunlin::smpp::reference_page(); }
