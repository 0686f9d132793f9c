// wire: what machines speak, byte by byte. One folder a protocol.
//
// In:  bytes as they came off a connection, and the time. Out: structs that say what the protocol
//      said, and the bytes to send next.
// Knows: base. Nobody above: no machine, no activity, no policy; box maps these structs to
//      observations.
//
// No sockets, threads or clocks in here: every session is a value that is fed bytes and time and
// tells what it wants sent and when it wants to be woken, so that a test or a fuzzer can be the
// network. What comes from outside is limited by the constants at the top of each header. Nothing
// that arrives is lost in silence: what cannot be read is handed on as malformed, with the reason.
// A client of a control can only say what reads: there is no way to spell a command that writes.
//
//   mtconnect/  agents: documents and streams (Devices, Streams, Assets, Error), XML and JSON
//   control_session.h: what the controls that answer questions have in common; macros.h, fields.h:
//              their settings
//   shdr/       adapters: timestamp|key|value lines over TCP, both sides, and recordings of them
//   fanuc/     FANUC's embedded Ethernet (FOCAS2 on port 8193), reading only
//   linuxcnc/   linuxcncrsh: the text protocol of LinuxCNC, reading only
//   haas/       Machine Data Collection of Haas controls, over TCP or RS-232; reading only
//   grbl/, marlin/  small controls on serial lines
//   mqtt/       topics of a broker with JSON; who makes something of a broker's messages
//   websocket/  a client of RFC 6455
//   sparkplug/  Sparkplug B over MQTT: a host that listens
//   modbus/     Modbus TCP: inputs of boxes at machines without a network
//   lsv2/       LSV2 of Heidenhain controls over TCP, reading only
//   brother/    the data files of Brother controls over TCP, reading only
//   opcua/      what the OPC UA sidecar says, and what it is told to read
//   ftp/        the listings of file services, in the forms that servers have for them
//   lineprotocol/  what Telegraf and its like push: measurement,tags fields timestamp
#pragma once

#include "base/base.h"
