#include "wire/mtconnect/vocabulary.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "wire/text.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {
namespace {

using enum Category;
using enum ValueForm;

// As MTConnectStreams_2.5 and MTConnectDevices_2.5 have them, in the order of the alphabet.
// clang-format off
constexpr TypeWord kTypes[] = {
    {"ACCELERATION", kSample, kNumber},
    {"ACCUMULATED_TIME", kSample, kNumber},
    {"ACTIVATION_COUNT", kEvent, kInteger},
    {"ACTIVE_AXES", kEvent, kText},
    {"ACTIVE_POWER_SOURCE", kEvent, kText},
    {"ACTUATOR_STATE", kEvent, kWords, "ACTIVE INACTIVE"},
    {"ADAPTER_SOFTWARE_VERSION", kEvent, kText},
    {"ADAPTER_URI", kEvent, kText},
    {"ALARM_LIMIT", kEvent, kText},
    {"ALARM_LIMITS", kEvent, kText},
    {"AMPERAGE", kSample, kNumber},
    {"AMPERAGE_AC", kSample, kNumber},
    {"AMPERAGE_DC", kSample, kNumber},
    {"ANGLE", kSample, kNumber},
    {"ANGULAR_ACCELERATION", kSample, kNumber},
    {"ANGULAR_DECELERATION", kSample, kNumber},
    {"ANGULAR_VELOCITY", kSample, kNumber},
    {"APPLICATION", kEvent, kText},
    {"ASSET_COUNT", kEvent, kInteger},
    {"ASSET_UPDATE_RATE", kSample, kNumber},
    {"AVAILABILITY", kEvent, kWords, "AVAILABLE"},
    {"AXIS_COUPLING", kEvent, kWords, "TANDEM SYNCHRONOUS MASTER SLAVE"},
    {"AXIS_FEEDRATE", kSample, kNumber},
    {"AXIS_FEEDRATE_OVERRIDE", kEvent, kNumber},
    {"AXIS_INTERLOCK", kEvent, kWords, "ACTIVE INACTIVE"},
    {"AXIS_STATE", kEvent, kWords, "HOME TRAVEL PARKED STOPPED"},
    {"BATTERY_CAPACITY", kSample, kNumber},
    {"BATTERY_CHARGE", kSample, kNumber},
    {"BATTERY_STATE", kEvent, kWords, "CHARGED CHARGING DISCHARGING DISCHARGED"},
    {"BLOCK", kEvent, kText},
    {"BLOCK_COUNT", kEvent, kInteger},
    {"CAPACITY_FLUID", kSample, kNumber},
    {"CAPACITY_SPATIAL", kSample, kNumber},
    {"CHARACTERISTIC_PERSISTENT_ID", kEvent, kText},
    {"CHARACTERISTIC_STATUS", kEvent, kWords,
     "PASS FAIL REWORK SYSTEM_ERROR INDETERMINATE NOT_ANALYZED "
     "BASIC_OR_THEORETIC_EXACT_DIMENSION UNDEFINED"},
    {"CHARGE_RATE", kSample, kNumber},
    {"CHUCK_INTERLOCK", kEvent, kWords, "ACTIVE INACTIVE"},
    {"CHUCK_STATE", kEvent, kWords, "OPEN CLOSED UNLATCHED"},
    {"CLOCK_TIME", kEvent, kTime},
    {"CLOSE_CHUCK", kEvent, kText},
    {"CLOSE_DOOR", kEvent, kText},
    {"CODE", kEvent, kText},
    {"COMPONENT_DATA", kEvent, kText},
    {"COMPOSITION_STATE", kEvent, kText},
    {"CONCENTRATION", kSample, kNumber},
    {"CONDUCTIVITY", kSample, kNumber},
    {"CONNECTION_STATUS", kEvent, kWords, "CLOSED LISTEN ESTABLISHED"},
    {"CONTROLLER_MODE", kEvent, kWords,
     "AUTOMATIC MANUAL MANUAL_DATA_INPUT SEMI_AUTOMATIC EDIT FEED_HOLD"},
    {"CONTROLLER_MODE_OVERRIDE", kEvent, kWords, "ON OFF"},
    {"CONTROL_LIMIT", kEvent, kText},
    {"CONTROL_LIMITS", kEvent, kText},
    {"COUPLED_AXES", kEvent, kText},
    {"CUTTING_SPEED", kSample, kNumber},
    {"CYCLE_COUNT", kEvent, kInteger},
    {"DATE_CODE", kEvent, kTime},
    {"DEACTIVATION_COUNT", kEvent, kInteger},
    {"DECELERATION", kSample, kNumber},
    {"DENSITY", kSample, kNumber},
    {"DEPOSITION_ACCELERATION_VOLUMETRIC", kSample, kNumber},
    {"DEPOSITION_DENSITY", kSample, kNumber},
    {"DEPOSITION_MASS", kSample, kNumber},
    {"DEPOSITION_RATE_VOLUMETRIC", kSample, kNumber},
    {"DEPOSITION_VOLUME", kSample, kNumber},
    {"DEVICE_ADDED", kEvent, kText},
    {"DEVICE_CHANGED", kEvent, kText},
    {"DEVICE_REMOVED", kEvent, kText},
    {"DEVICE_UUID", kEvent, kText},
    {"DEW_POINT", kSample, kNumber},
    {"DIAMETER", kSample, kNumber},
    {"DIRECTION", kEvent, kWords, "CLOCKWISE COUNTER_CLOCKWISE POSITIVE NEGATIVE"},
    {"DISCHARGE_RATE", kSample, kNumber},
    {"DISPLACEMENT", kSample, kNumber},
    {"DISPLACEMENT_ANGULAR", kSample, kNumber},
    {"DISPLACEMENT_LINEAR", kSample, kNumber},
    {"DOOR_STATE", kEvent, kWords, "OPEN CLOSED UNLATCHED"},
    {"ELECTRICAL_ENERGY", kSample, kNumber},
    {"EMERGENCY_STOP", kEvent, kWords, "ARMED TRIGGERED"},
    {"END_OF_BAR", kEvent, kWords, "YES NO"},
    {"EQUIPMENT_MODE", kEvent, kWords, "ON OFF"},
    {"EQUIPMENT_TIMER", kSample, kNumber},
    {"EXECUTION", kEvent, kWords,
     "READY ACTIVE INTERRUPTED FEED_HOLD STOPPED OPTIONAL_STOP PROGRAM_STOPPED "
     "PROGRAM_COMPLETED WAIT PROGRAM_OPTIONAL_STOP"},
    {"FEATURE_MEASUREMENT", kEvent, kText},
    {"FILL_LEVEL", kSample, kNumber},
    {"FIRMWARE", kEvent, kText},
    {"FIXTURE_ID", kEvent, kText},
    {"FLOW", kSample, kNumber},
    {"FOLLOWING_ERROR", kSample, kNumber},
    {"FOLLOWING_ERROR_ANGULAR", kSample, kNumber},
    {"FOLLOWING_ERROR_LINEAR", kSample, kNumber},
    {"FREQUENCY", kSample, kNumber},
    {"FUNCTIONAL_MODE", kEvent, kWords,
     "PRODUCTION SETUP TEARDOWN MAINTENANCE PROCESS_DEVELOPMENT"},
    {"GLOBAL_POSITION", kSample, kNumber},
    {"GRAVITATIONAL_ACCELERATION", kSample, kNumber},
    {"GRAVITATIONAL_FORCE", kSample, kNumber},
    {"HARDNESS", kEvent, kNumber},
    {"HARDWARE", kEvent, kText},
    {"HOST_NAME", kEvent, kText},
    {"HUMIDITY_ABSOLUTE", kSample, kNumber},
    {"HUMIDITY_RELATIVE", kSample, kNumber},
    {"HUMIDITY_SPECIFIC", kSample, kNumber},
    {"INTERFACE_STATE", kEvent, kWords, "ENABLED DISABLED"},
    {"LEAK_DETECT", kEvent, kWords, "DETECTED NOT_DETECTED"},
    {"LENGTH", kSample, kNumber},
    {"LEVEL", kSample, kNumber},
    {"LIBRARY", kEvent, kText},
    {"LINE", kEvent, kText},
    {"LINEAR_FORCE", kSample, kNumber},
    {"LINE_LABEL", kEvent, kText},
    {"LINE_NUMBER", kEvent, kInteger},
    {"LOAD", kSample, kNumber},
    {"LOAD_COUNT", kEvent, kInteger},
    {"LOCATION_ADDRESS", kEvent, kText},
    {"LOCATION_NARRATIVE", kEvent, kText},
    {"LOCATION_SPATIAL_GEOGRAPHIC", kEvent, kText},
    {"LOCK_STATE", kEvent, kWords, "LOCKED UNLOCKED"},
    {"MAINTENANCE_LIST", kEvent, kText},
    {"MASS", kSample, kNumber},
    {"MATERIAL", kEvent, kText},
    {"MATERIAL_CHANGE", kEvent, kText},
    {"MATERIAL_FEED", kEvent, kText},
    {"MATERIAL_LAYER", kEvent, kInteger},
    {"MATERIAL_LOAD", kEvent, kText},
    {"MATERIAL_RETRACT", kEvent, kText},
    {"MATERIAL_UNLOAD", kEvent, kText},
    {"MEASUREMENT_TYPE", kEvent, kText},
    {"MEASUREMENT_UNITS", kEvent, kText},
    {"MEASUREMENT_VALUE", kEvent, kNumber},
    {"MESSAGE", kEvent, kText},
    {"MTCONNECT_VERSION", kEvent, kText},
    {"NETWORK", kEvent, kText},
    {"NETWORK_PORT", kEvent, kInteger},
    {"OBSERVATION_UPDATE_RATE", kSample, kNumber},
    {"OPENNESS", kSample, kNumber},
    {"OPEN_CHUCK", kEvent, kText},
    {"OPEN_DOOR", kEvent, kText},
    {"OPERATING_MODE", kEvent, kWords, "AUTOMATIC MANUAL SEMI_AUTOMATIC"},
    {"OPERATING_SYSTEM", kEvent, kText},
    {"OPERATOR_ID", kEvent, kText},
    {"ORIENTATION", kSample, kThreeNumbers},
    {"PALLET_ID", kEvent, kText},
    {"PART_CHANGE", kEvent, kText},
    {"PART_COUNT", kEvent, kInteger},
    {"PART_COUNT_TYPE", kEvent, kWords, "EACH BATCH"},
    {"PART_DETECT", kEvent, kWords, "PRESENT NOT_PRESENT"},
    {"PART_GROUP_ID", kEvent, kText},
    {"PART_ID", kEvent, kText},
    {"PART_KIND_ID", kEvent, kText},
    {"PART_NUMBER", kEvent, kText},
    {"PART_PROCESSING_STATE", kEvent, kWords,
     "NEEDS_PROCESSING IN_PROCESS PROCESSING_ENDED PROCESSING_ENDED_COMPLETE "
     "PROCESSING_ENDED_STOPPED PROCESSING_ENDED_ABORTED PROCESSING_ENDED_LOST "
     "PROCESSING_ENDED_SKIPPED PROCESSING_ENDED_REJECTED WAITING_FOR_TRANSIT IN_TRANSIT "
     "TRANSIT_COMPLETE"},
    {"PART_STATUS", kEvent, kWords, "PASS FAIL"},
    {"PART_UNIQUE_ID", kEvent, kText},
    {"PATH_FEEDRATE", kSample, kNumber},
    {"PATH_FEEDRATE_OVERRIDE", kEvent, kNumber},
    {"PATH_FEEDRATE_PER_REVOLUTION", kSample, kNumber},
    {"PATH_MODE", kEvent, kWords, "INDEPENDENT MASTER SYNCHRONOUS MIRROR"},
    {"PATH_POSITION", kSample, kThreeNumbers},
    {"PH", kSample, kNumber},
    {"POSITION", kSample, kNumber},
    {"POSITION_CARTESIAN", kSample, kThreeNumbers},
    {"POWER_FACTOR", kSample, kNumber},
    {"POWER_STATE", kEvent, kWords, "ON OFF"},
    {"POWER_STATUS", kEvent, kWords, "ON OFF"},
    {"PRESSURE", kSample, kNumber},
    {"PRESSURE_ABSOLUTE", kSample, kNumber},
    {"PRESSURIZATION_RATE", kSample, kNumber},
    {"PROCESS_AGGREGATE_ID", kEvent, kText},
    {"PROCESS_KIND_ID", kEvent, kText},
    {"PROCESS_OCCURRENCE_ID", kEvent, kText},
    {"PROCESS_STATE", kEvent, kWords, "INITIALIZING READY ACTIVE COMPLETE INTERRUPTED ABORTED"},
    {"PROCESS_TIME", kEvent, kText},
    {"PROCESS_TIMER", kSample, kNumber},
    {"PROGRAM", kEvent, kText},
    {"PROGRAM_COMMENT", kEvent, kText},
    {"PROGRAM_EDIT", kEvent, kWords, "ACTIVE READY NOT_READY"},
    {"PROGRAM_EDIT_NAME", kEvent, kText},
    {"PROGRAM_HEADER", kEvent, kText},
    {"PROGRAM_LOCATION", kEvent, kText},
    {"PROGRAM_LOCATION_TYPE", kEvent, kWords, "LOCAL EXTERNAL"},
    {"PROGRAM_NEST_LEVEL", kEvent, kInteger},
    {"RESISTANCE", kSample, kNumber},
    {"ROTARY_MODE", kEvent, kWords, "SPINDLE INDEX CONTOUR"},
    {"ROTARY_VELOCITY", kSample, kNumber},
    {"ROTARY_VELOCITY_OVERRIDE", kEvent, kNumber},
    {"ROTATION", kEvent, kThreeNumbers},
    {"SENSOR_ATTACHMENT", kEvent, kText},
    {"SENSOR_STATE", kEvent, kText},
    {"SERIAL_NUMBER", kEvent, kText},
    {"SETTLING_ERROR", kSample, kNumber},
    {"SETTLING_ERROR_ANGULAR", kSample, kNumber},
    {"SETTLING_ERROR_LINEAR", kSample, kNumber},
    {"SOUND_LEVEL", kSample, kNumber},
    {"SPECIFICATION_LIMIT", kEvent, kText},
    {"SPECIFICATION_LIMITS", kEvent, kText},
    {"SPINDLE_INTERLOCK", kEvent, kWords, "ACTIVE INACTIVE"},
    {"SPINDLE_SPEED", kSample, kNumber},
    {"STRAIN", kSample, kNumber},
    {"TEMPERATURE", kSample, kNumber},
    {"TENSION", kSample, kNumber},
    {"THICKNESS", kEvent, kNumber},
    {"TILT", kSample, kNumber},
    {"TOOL_ASSET_ID", kEvent, kText},
    {"TOOL_CUTTING_ITEM", kEvent, kText},
    {"TOOL_GROUP", kEvent, kText},
    {"TOOL_ID", kEvent, kText},
    {"TOOL_NUMBER", kEvent, kText},
    {"TOOL_OFFSET", kEvent, kNumber},
    {"TOOL_OFFSETS", kEvent, kText},
    {"TORQUE", kSample, kNumber},
    {"TRANSFER_COUNT", kEvent, kInteger},
    {"TRANSLATION", kEvent, kThreeNumbers},
    {"UNCERTAINTY", kEvent, kNumber},
    {"UNCERTAINTY_TYPE", kEvent, kWords, "COMBINED MEAN"},
    {"UNLOAD_COUNT", kEvent, kInteger},
    {"USER", kEvent, kText},
    {"VALVE_STATE", kEvent, kWords, "OPEN OPENING CLOSED CLOSING"},
    {"VARIABLE", kEvent, kText},
    {"VELOCITY", kSample, kNumber},
    {"VISCOSITY", kSample, kNumber},
    {"VOLTAGE", kSample, kNumber},
    {"VOLTAGE_AC", kSample, kNumber},
    {"VOLTAGE_DC", kSample, kNumber},
    {"VOLT_AMPERE", kSample, kNumber},
    {"VOLT_AMPERE_REACTIVE", kSample, kNumber},
    {"VOLUME_FLUID", kSample, kNumber},
    {"VOLUME_SPATIAL", kSample, kNumber},
    {"WAIT_STATE", kEvent, kWords,
     "POWERING_UP POWERING_DOWN PART_LOAD PART_UNLOAD TOOL_LOAD TOOL_UNLOAD MATERIAL_LOAD "
     "MATERIAL_UNLOAD SECONDARY_PROCESS PAUSING RESUMING"},
    {"WATTAGE", kSample, kNumber},
    {"WIRE", kEvent, kText},
    {"WORKHOLDING_ID", kEvent, kText},
    {"WORK_OFFSET", kEvent, kText},
    {"WORK_OFFSETS", kEvent, kText},
    {"X_DIMENSION", kSample, kNumber},
    {"Y_DIMENSION", kSample, kNumber},
    {"Z_DIMENSION", kSample, kNumber},
};
// clang-format on

/// Types that have no element of their own, or one that wants to be told more than we know of it.
constexpr std::string_view kConditionTypes =
    "ACTUATOR ALARM ASSET_CHANGED ASSET_REMOVED COMMUNICATIONS DATA_RANGE "
    "FEATURE_PERSISTENT_ID LOGIC_PROGRAM MOTION_PROGRAM SYSTEM";

/// What a component may be called.
constexpr std::string_view kComponents =
    "Actuator Adapter Adapters AirHandler Amplifier AutomaticToolChanger Auxiliaries "
    "Auxiliary Axes Axis Ballscrew BarFeeder Belt Brake Chain Chopper Chuck Chute "
    "CircuitBreaker Clamp Compressor Controller Controllers Coolant Cooling CoolingTower "
    "Deposition Dielectric Door Drain Electric Enclosure Encoder EndEffector "
    "Environmental ExpiredPot ExposureUnit ExtrusionUnit Fan FeatureOccurrence Feeder "
    "Filter Galvanomotor GangToolBar Gripper Heating Hopper Hydraulic Interfaces Linear "
    "LinearPositionFeedback Link Loader Lock Lubrication Material Materials Motor Oil "
    "Part PartOccurrence Parts Path Personnel Pneumatic Pot Power PowerSupply Pressure "
    "Process ProcessOccurrence ProcessPower Processes Protective Pulley Pump Reel "
    "RemovalPot Resource Resources ReturnPot Rotary SensingElement Sensor Spindle "
    "Spreader StagingPot Station Stock StorageBattery Structure Structures Switch System "
    "Systems Table Tank Tensioner Thermostat ToolMagazine ToolRack ToolingDelivery "
    "TransferArm TransferPot Transformer Turret Vacuum Valve Vat Vibration WasteDisposal "
    "Water Wire WorkEnvelope Workpiece";

constexpr std::string_view kSubTypes =
    "ABSOLUTE ACTION ACTUAL ALL ALTERNATING A_SCALE AUXILIARY BAD BRINELL B_SCALE "
    "COMMANDED CONSUMED CONTROL C_SCALE DELAY DIRECT DRY_RUN D_SCALE EXPIRATION FIRST_USE "
    "GOOD INCREMENTAL JOG LATERAL LEEB LENGTH LINE LINEAR LOADED MACHINE_AXIS_LOCK MAIN "
    "MAINTENANCE MANUAL_UNCLAMP MANUFACTURE MAXIMUM MINIMUM MOHS MOTION NO_SCALE "
    "OPERATING OPERATOR OPTIONAL_STOP OVERRIDE POWERED PRIMARY PROBE PROCESS PROGRAMMED "
    "RADIAL RAPID REMAINING ROCKWELL ROTARY SCHEDULE SET_UP SHORE SINGLE_BLOCK STANDARD "
    "START SWITCHED TARGET TARGET_COMPLETION TOOL_CHANGE_STOP USEABLE VERTICAL VICKERS "
    "WORKING IPV4_ADDRESS IPV6_ADDRESS GATEWAY SUBNET_MASK VLAN_ID MAC_ADDRESS WIRELESS "
    "LICENSE VERSION RELEASE_DATE INSTALL_DATE MANUFACTURER UUID SERIAL_NUMBER "
    "RAW_MATERIAL LOT BATCH HEAT_TREAT PART_NUMBER PART_FAMILY PART_NAME PROCESS_STEP "
    "PROCESS_PLAN ORDER_NUMBER PROCESS_NAME ISO_STEP_EXECUTABLE COMPLETE ACTIVE FAILED "
    "ABORTED ENDED WASTE PART REQUEST RESPONSE ACTIVITY SEGMENT RECIPE OPERATION BINARY "
    "BOOLEAN ENUMERATED DETECT MODEL";

constexpr std::string_view kUnits =
    "AMPERE CELSIUS COUNT DECIBEL DEGREE DEGREE_3D DEGREE/SECOND DEGREE/SECOND^2 HERTZ "
    "JOULE KILOGRAM LITER LITER/SECOND MICRO_RADIAN MILLIMETER MILLIMETER_3D "
    "MILLIMETER/REVOLUTION MILLIMETER/SECOND MILLIMETER/SECOND^2 NEWTON NEWTON_METER OHM "
    "PASCAL PASCAL_SECOND PERCENT PH REVOLUTION/MINUTE SECOND SIEMENS/METER VOLT "
    "VOLT_AMPERE VOLT_AMPERE_REACTIVE WATT WATT_SECOND GRAM/CUBIC_METER CUBIC_MILLIMETER "
    "CUBIC_MILLIMETER/SECOND CUBIC_MILLIMETER/SECOND^2 MILLIGRAM "
    "MILLIGRAM/CUBIC_MILLIMETER MILLILITER COUNT/SECOND PASCAL/SECOND UNIT_VECTOR_3D "
    "REVOLUTION/SECOND^2 REVOLUTION/SECOND GRAM METER/SECOND^2 COULOMB CUBIC_METER "
    "SQUARE_MILLIMETER";

constexpr std::string_view kStatistics =
    "AVERAGE KURTOSIS MAXIMUM MEDIAN MINIMUM MODE RANGE ROOT_MEAN_SQUARE STANDARD_DEVIATION";

constexpr std::string_view kResets =
    "ACTION_COMPLETE ANNUAL DAY LIFE MAINTENANCE MONTH POWER_ON SHIFT WEEK";

/// The elements that are not simply their type with capitals.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kIrregular = {{
    {"PH", "PH"},
    {"AMPERAGE_AC", "AmperageAC"},
    {"AMPERAGE_DC", "AmperageDC"},
    {"VOLTAGE_AC", "VoltageAC"},
    {"VOLTAGE_DC", "VoltageDC"},
    {"ADAPTER_URI", "AdapterURI"},
    {"MTCONNECT_VERSION", "MTConnectVersion"},
}};

bool has_word(std::string_view list, std::string_view word) {
  if (word.empty() || word.contains(' ')) return false;
  while (!list.empty()) {
    if (take_word(list) == word) return true;
  }
  return false;
}

/// Of a vendor, as the schemas have it for words of many lists: `[a-ln-z][a-z]*:[A-Z_0-9]+`.
bool is_own_word(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == 0 || colon == std::string_view::npos || word.front() == 'm') return false;
  const auto among = [](char first, char last) {
    return [=](char c) { return c >= first && c <= last; };
  };
  const auto in_own = [&](char c) { return among('A', 'Z')(c) || among('0', '9')(c) || c == '_'; };
  const std::string_view name = word.substr(colon + 1);
  return !name.empty() && std::ranges::all_of(word.substr(0, colon), among('a', 'z')) &&
         std::ranges::all_of(name, in_own);
}

bool is_number(std::string_view text) {
  if (text == "NaN" || text == "INF" || text == "-INF") return true;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return false;
  }
  // from_chars also reads "nan" and "inf", which the schema does not.
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Counters that a source tells as 12.0 are whole numbers all the same.
std::optional<std::string> whole(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::string_view front = digits.substr(0, point);
  const bool fraction = digits.substr(point).find_first_not_of(".0") != std::string_view::npos;
  const bool dots = point < digits.size() && digits.find('.', point + 1) != std::string_view::npos;
  if (front.empty() || fraction || dots) return {};
  if (front.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return std::string(text.substr(0, text.size() - (digits.size() - point)));
}

bool is_three_numbers(std::string_view text) {
  int count = 0;
  for (; !text.empty(); ++count) {
    if (!is_number(take_word(text))) return false;
  }
  return count == 3;
}

std::optional<std::string> canonical_word(std::string_view words, std::string_view value) {
  while (!words.empty()) {
    const std::string_view word = take_word(words);
    if (equals_ignoring_case(word, value)) return std::string(word);
  }
  return {};
}

}  // namespace

std::span<const TypeWord> all_types() {
  return kTypes;
}

const TypeWord* find_type(std::string_view type) {
  const auto* found = std::ranges::lower_bound(kTypes, type, {}, &TypeWord::type);
  return found != std::end(kTypes) && found->type == type ? found : nullptr;
}

bool is_condition_type(std::string_view type) {
  return find_type(type) != nullptr || has_word(kConditionTypes, type);
}

bool is_component(std::string_view name) {
  return has_word(kComponents, name);
}

bool is_sub_type(std::string_view sub_type) {
  return has_word(kSubTypes, sub_type) || is_own_word(sub_type);
}

bool is_units(std::string_view units) {
  return has_word(kUnits, units) || is_own_word(units);
}

bool is_statistic(std::string_view statistic) {
  return has_word(kStatistics, statistic) || is_own_word(statistic);
}

bool is_reset(std::string_view reset) {
  return has_word(kResets, reset) || is_own_word(reset);
}

bool has_series(const TypeWord& type) {
  return type.category == kSample && type.form == kNumber;
}

std::string extension_type(std::string_view name) {
  std::string type = "x:";
  for (const char c : name) {
    const char capital = upper(c);
    const bool kept = (capital >= 'A' && capital <= 'Z') || (capital >= '0' && capital <= '9');
    // An element's name must not begin with a digit, and the capitals need a word to stand in.
    if (type.size() == 2 && (!kept || capital <= '9')) type += "N_";
    type += kept ? capital : '_';
  }
  if (type.size() == 2) type += "SAID";
  // A reader would take these ends for a representation (streams.cc).
  for (const std::string_view end : {"DATA_SET", "TABLE", "DISCRETE", "TIME_SERIES"}) {
    if (type.ends_with(end)) return type + "_VALUE";
  }
  return type;
}

std::string element_name(std::string_view type, Representation representation) {
  std::string name;
  if (const std::size_t colon = type.find(':'); colon != std::string_view::npos) {
    name = type.substr(0, colon + 1);
    type.remove_prefix(colon + 1);
  }
  const auto irregular = std::ranges::find(
      kIrregular, type, [](const auto& one) -> const std::string_view& { return one.first; });
  if (irregular != kIrregular.end()) {
    name += irregular->second;
  } else {
    bool capital = true;
    for (const char c : type) {
      if (c != '_') name += capital || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
      capital = c == '_';
    }
  }
  switch (representation) {
    case Representation::kTimeSeries: return name + "TimeSeries";
    case Representation::kDataSet: return name + "DataSet";
    case Representation::kTable: return name + "Table";
    case Representation::kValue:
    case Representation::kDiscrete: break;
  }
  return name;
}

std::optional<std::string> fitting_value(const TypeWord& type, std::string_view value) {
  const std::string_view bare = trim(value);
  switch (type.form) {
    case kText: return std::string(value);
    case kNumber: return is_number(bare) ? std::optional<std::string>(bare) : std::nullopt;
    case kInteger: return whole(bare);
    case kThreeNumbers:
      return is_three_numbers(bare) ? std::optional<std::string>(bare) : std::nullopt;
    case kTime: {
      const auto time = parse_time(bare);
      return time ? std::optional(format_time(*time)) : std::nullopt;
    }
    case kWords: return canonical_word(type.words, bare);
  }
  return {};
}

// The schemas have words for the entries of a few types, and text for all others.
std::optional<std::string> fitting_entry(const TypeWord& type, std::string_view value) {
  if (type.form != kWords) return std::string(value);
  if (equals_ignoring_case(trim(value), "UNAVAILABLE")) return "UNAVAILABLE";
  return canonical_word(type.words, trim(value));
}

std::optional<std::string> fitting_series(std::string_view numbers) {
  std::string series;
  for (numbers = trim(numbers); !numbers.empty();) {
    const std::string_view number = take_word(numbers);
    if (!series.empty()) series += ' ';
    if (equals_ignoring_case(number, "nan")) {
      series += "NaN";
    } else if (is_number(number)) {
      series += number;
    } else {
      return {};
    }
  }
  return series;
}

}  // namespace heed::wire::mtconnect
