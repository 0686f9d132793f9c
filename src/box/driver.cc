#include "box/driver.h"

#include "base/json.h"
#include "box/control_driver.h"
#include "box/mqtt_driver.h"
#include "box/mtconnect_broker_driver.h"
#include "box/mtconnect_driver.h"
#include "box/opcua_driver.h"
#include "box/shdr_driver.h"
#include "wire/brother/session.h"
#include "wire/fanuc/session.h"
#include "wire/fields.h"
#include "wire/grbl/session.h"
#include "wire/haas/session.h"
#include "wire/linuxcnc/session.h"
#include "wire/lsv2/session.h"
#include "wire/marlin/session.h"
#include "wire/modbus/session.h"
#include "wire/mqtt/mapping.h"
#include "wire/sparkplug/host.h"

namespace heed::box {
namespace {

using MakeSession = decltype(Reading::session);

Result<Json> parse_settings(std::string_view settings) {
  if (settings.empty()) return Json(Json::Object{});
  auto parsed = Json::parse(settings);
  if (!parsed) {
    return fail(ErrorKind::kInvalid, "settings: " + parsed.error().message,
                "Write a JSON object, or leave it empty.");
  }
  if (parsed->object() == nullptr) {
    return fail(ErrorKind::kInvalid, "settings: this is no JSON object",
                "Begin with { and end with }, or leave it empty.");
  }
  return parsed;
}

Result<MakeSession> without_settings(const Json& settings, MakeSession make) {
  if (settings.object()->empty()) return make;
  return fail(ErrorKind::kInvalid,
              "settings: this protocol has no setting " + settings.object()->front().first,
              "Leave the settings empty.");
}

std::unique_ptr<wire::ControlSession> begin_linuxcnc(Duration now) {
  constexpr std::string_view kPassword = "EMC";  // linuxcncrsh's own default
  const auto greeting = wire::linuxcnc::Greeting::with(kPassword, "heed");
  require(greeting.has_value(), "the greeting's words are plain");
  return std::make_unique<wire::linuxcnc::Session>(*greeting, wire::linuxcnc::SessionOptions{},
                                                   now);
}

Result<MakeSession> fanuc_session(const Json& settings) {
  ASSIGN_OR_RETURN(auto wanted, wire::fanuc::settings_of(settings));
  const wire::fanuc::SessionOptions options{.macros = std::move(wanted.macros),
                                            .paths = wanted.paths};
  return [options](Duration now) { return std::make_unique<wire::fanuc::Session>(options, now); };
}

std::unique_ptr<wire::ControlSession> begin_brother(Duration now) {
  return std::make_unique<wire::brother::Session>(wire::brother::SessionOptions{}, now);
}

std::unique_ptr<wire::ControlSession> begin_lsv2(Duration now) {
  return std::make_unique<wire::lsv2::Session>(wire::lsv2::SessionOptions{}, now);
}

Result<MakeSession> haas_session(const Endpoint& endpoint, const Json& settings) {
  ASSIGN_OR_RETURN(std::vector<wire::Macro> macros, wire::haas::macros_of(settings));
  const auto options =
      endpoint.serial ? wire::haas::serial_options() : wire::haas::SessionOptions{};
  return [macros = std::move(macros), options](Duration now) {
    return std::make_unique<wire::haas::Session>(macros, options, now);
  };
}

Result<MakeSession> modbus_session(const Json& json) {
  ASSIGN_OR_RETURN(auto settings, wire::modbus::settings_of(json));
  std::shared_ptr<wire::Count> count;
  for (const wire::modbus::Input& input : settings.inputs) {
    if (input.counts) count = std::make_shared<wire::Count>(*input.counts);
  }
  const auto shared = std::make_shared<const wire::modbus::Settings>(std::move(settings));
  return [shared, count](Duration now) {
    return std::make_unique<wire::modbus::Session>(shared, count, now);
  };
}

Result<MakeSession> grbl_session(const Json& json) {
  ASSIGN_OR_RETURN(const auto options, wire::grbl::options_of(json));
  return [options](Duration now) { return std::make_unique<wire::grbl::Session>(options, now); };
}

Result<MakeSession> marlin_session(const Json& json) {
  ASSIGN_OR_RETURN(const auto options, wire::marlin::options_of(json));
  return [options](Duration now) { return std::make_unique<wire::marlin::Session>(options, now); };
}

/// {"user": "any", "password": "heed_…"}, for an agent that wants HTTP Basic authentication, as
/// Heed's own does, with ca, cert and key where there is TLS; behind a broker, what the broker
/// wants.
Result<void> take_agent_login(const Json& json, Reading& reading) {
  constexpr std::size_t kLongestWord = 1'024;
  wire::Fields fields(json, "settings");
  if (reading.endpoint.transport == Transport::kBroker) {
    reading.login = wire::mqtt::take_login(fields);
    reading.login.tls = reading.login.tls || reading.endpoint.tls;
    return fields.done();
  }
  reading.login.tls = reading.endpoint.tls;
  wire::mqtt::take_certificates(fields, reading.login);
  const bool certificates = !reading.login.ca.empty() || !reading.login.cert.empty();
  if (certificates && !reading.endpoint.tls) {
    fields.refuse("ca", "an address without TLS has no certificates",
                  "Write https:// or wss:// in the address, or leave ca, cert and key out.");
  }
  reading.login.user = fields.text("user", "", kLongestWord);
  reading.login.password = fields.text("password", "", kLongestWord);
  if (reading.login.password.empty() != reading.login.user.empty()) {
    fields.refuse("user", "user and password go together",
                  "Give both, or neither; where the password is a key, any user will do.");
  }
  return fields.done();
}

Result<void> take_mqtt(const Json& json, Reading& reading) {
  ASSIGN_OR_RETURN(auto settings, wire::mqtt::mapping_settings_of(json));
  reading.login = std::move(settings.login);
  reading.listener = [mappings = std::move(settings.mappings)] {
    return std::make_unique<wire::mqtt::MappedTopics>(mappings);
  };
  return {};
}

Result<void> take_sparkplug(const Json& json, Reading& reading) {
  ASSIGN_OR_RETURN(auto settings, wire::sparkplug::host_settings_of(json));
  reading.login = settings.login;
  reading.listener = [settings = std::move(settings)] {
    return std::make_unique<wire::sparkplug::Host>(settings);
  };
  return {};
}

Result<void> take_opcua(const Json& json, Reading& reading) {
  ASSIGN_OR_RETURN(reading.opcua, wire::opcua::settings_of(json));
  return {};
}

// The only place that knows which protocols there are.
Result<MakeSession> session_of(Protocol protocol, const Endpoint& endpoint, const Json& settings) {
  switch (protocol) {
    case Protocol::kShdr: return without_settings(settings, {});
    case Protocol::kMtconnect: return MakeSession();
    case Protocol::kLinuxcnc: return without_settings(settings, begin_linuxcnc);
    case Protocol::kFanuc: return fanuc_session(settings);
    case Protocol::kHaas: return haas_session(endpoint, settings);
    case Protocol::kModbus: return modbus_session(settings);
    case Protocol::kGrbl: return grbl_session(settings);
    case Protocol::kMarlin: return marlin_session(settings);
    case Protocol::kLsv2: return without_settings(settings, begin_lsv2);
    case Protocol::kMqtt:
    case Protocol::kSparkplug:
    case Protocol::kOpcua: return MakeSession();
    case Protocol::kBrother: return without_settings(settings, begin_brother);
  }
  return fail(ErrorKind::kInvalid, "Heed does not speak this protocol");
}

}  // namespace

Result<Reading> parse_reading(Protocol protocol, std::string_view address,
                              std::string_view settings) {
  ASSIGN_OR_RETURN(Endpoint endpoint, parse_address(protocol, address));
  ASSIGN_OR_RETURN(const Json parsed, parse_settings(settings));
  Reading reading{.protocol = protocol, .endpoint = std::move(endpoint)};
  ASSIGN_OR_RETURN(reading.session, session_of(protocol, reading.endpoint, parsed));
  Result<void> taken;
  if (protocol == Protocol::kMtconnect) taken = take_agent_login(parsed, reading);
  if (protocol == Protocol::kMqtt) taken = take_mqtt(parsed, reading);
  if (protocol == Protocol::kSparkplug) taken = take_sparkplug(parsed, reading);
  if (protocol == Protocol::kOpcua) taken = take_opcua(parsed, reading);
  if (!taken) return std::unexpected(taken.error());
  return reading;
}

std::unique_ptr<Driver> make_driver(const Reading& reading, const std::string& cursor,
                                    DriverPlace place, DriverListener& listener) {
  switch (reading.protocol) {
    case Protocol::kShdr: return make_shdr_driver(reading.endpoint, cursor, place, listener);
    case Protocol::kMtconnect:
      if (reading.endpoint.transport == Transport::kBroker) {
        return make_mtconnect_broker_driver(reading, cursor, place, listener);
      }
      return make_mtconnect_driver(reading, cursor, place, listener);
    case Protocol::kMqtt:
    case Protocol::kSparkplug: return make_mqtt_driver(reading, cursor, place, listener);
    case Protocol::kOpcua: return make_opcua_driver(reading, cursor, place, listener);
    default: return make_control_driver(reading, cursor, place, listener);
  }
}

}  // namespace heed::box
