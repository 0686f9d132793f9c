// app: the program. Reads the command line, makes the parts of the house and joins them.
//
// In:  arguments, signals. Out: exit codes, one sign-in link on standard output.
// Knows everyone; nobody knows it. What happens in it is wiring: a rule or a format that turns up
// here belongs in a room below.
//
// serve.h joins a server, demonstration.h fills one with a shop to look at, player.h is the
// adapter that plays a recording over TCP.
#pragma once
