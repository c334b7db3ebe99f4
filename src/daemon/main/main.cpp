// dunlind: the gateway daemon.
#include "daemon/program.hpp"

int main(int argc, char** argv) { return dunlin::daemon::run_program(argc, argv); }
