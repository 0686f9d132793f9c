#include "wire/mtconnect/streams.h"

#include <cmath>

#include "wire/mtconnect/assets.h"

namespace heed::wire::mtconnect {
namespace {

Result<StreamsDocument> read(std::string_view document) {
  SeededRandom random(1);
  return read_streams(document, random);
}

constexpr std::string_view kHeader =
    "<Header instanceId='7' version='1.4' bufferSize='333' firstSequence='1' lastSequence='9'"
    " nextSequence='10' creationTime='2020-01-02T03:04:05Z'/>";

std::string streams(std::string_view section, std::string_view inside) {
  return fmt::format(
      "<MTConnectStreams>{}<Streams><DeviceStream name='M' uuid='u'><ComponentStream"
      " component='Path' componentId='p'><{}>{}</{}></ComponentStream></DeviceStream></Streams>"
      "</MTConnectStreams>",
      kHeader, section, inside, section);
}

Observation one(std::string_view section, std::string_view inside) {
  const auto document = read(streams(section, inside));
  if (!document || document->observations.size() != 1) {
    ADD_FAILURE() << inside;
    return {};
  }
  EXPECT_EQ(document->raw[0], inside);
  return document->observations[0];
}

TEST(Streams, an_observation_knows_its_place_its_element_and_its_bytes) {
  const Observation o = one("Events",
                            "<Execution  dataItemId='e' name='exec' subType='S' sequence='5'"
                            " timestamp='2020-01-02T03:04:05.678Z'> ACTIVE&amp;\n</Execution>");
  EXPECT_EQ(o.device_name, "M");
  EXPECT_EQ(o.device_uuid, "u");
  EXPECT_EQ(o.component_id, "p");
  EXPECT_EQ(o.data_item_id, "e");
  EXPECT_EQ(o.name, "exec");
  EXPECT_EQ(o.sub_type, "S");
  EXPECT_EQ(o.type, "Execution");
  EXPECT_EQ(o.category, Category::kEvent);
  EXPECT_EQ(o.sequence, 5U);
  EXPECT_EQ(o.timestamp, parse_time("2020-01-02T03:04:05.678Z"));
  EXPECT_EQ(o.value, "ACTIVE&");
  EXPECT_FALSE(o.unavailable);
}

TEST(Streams, every_namespace_and_none_reads_the_same) {
  const auto with = [](std::string_view declaration, std::string_view prefix) {
    std::string document = streams("Samples", "<Position dataItemId='x' sequence='1'>1</Position>");
    std::string out;
    for (std::size_t i = 0; i < document.size(); ++i) {
      out += document[i];
      if (document[i] != '<') continue;
      if (document[i + 1] == '/') out += document[++i];
      out += prefix;
    }
    out.insert(out.find("Streams") + 7, " " + std::string(declaration));
    return read(out);
  };
  const auto plain = with("", "");
  ASSERT_TRUE(plain);
  ASSERT_EQ(plain->observations.size(), 1U);
  for (const char* version : {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "2.0",
                              "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"}) {
    const std::string uri = fmt::format("'urn:mtconnect.org:MTConnectStreams:{}'", version);
    EXPECT_EQ(with("xmlns=" + uri, "")->observations, plain->observations) << version;
    EXPECT_EQ(with("xmlns:m=" + uri, "m:")->observations, plain->observations) << version;
  }
  EXPECT_EQ(with("", "undeclared:")->observations, plain->observations);
}

TEST(Streams, the_header_comes_before_the_first_observation_with_all_its_numbers) {
  SeededRandom random(1);
  std::optional<Header> seen;
  StreamsReader reader({.header = [&](const Header& header) { seen = header; },
                        .observation = [&](const Observation&, BytesView) { EXPECT_TRUE(seen); }},
                       random);
  ASSERT_TRUE(reader.feed(streams("Events", "<Block dataItemId='b' sequence='1'>G0</Block>")));
  ASSERT_TRUE(reader.finish());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->instance_id, 7U);
  EXPECT_EQ(seen->first_sequence, 1U);
  EXPECT_EQ(seen->last_sequence, 9U);
  EXPECT_EQ(seen->next_sequence, 10U);
  EXPECT_EQ(seen->buffer_size, 333U);
  EXPECT_EQ(*seen, reader.header());
}

TEST(Streams, unavailable_is_a_gap_and_never_a_value) {
  for (const char* word : {"UNAVAILABLE", " Unavailable\r\n", "unavailable"}) {
    for (const char* section : {"Samples", "Events"}) {
      const Observation o =
          one(section, fmt::format("<Load dataItemId='l' sequence='1'>{}</Load>", word));
      EXPECT_TRUE(o.unavailable) << word;
      EXPECT_EQ(o.value, "") << word;
    }
  }
  EXPECT_TRUE(
      one("Condition", "<Unavailable dataItemId='c' sequence='1' type='LOAD'/>").unavailable);
  EXPECT_FALSE(
      one("Events", "<Message dataItemId='m' sequence='1'>UNAVAILABLE part</Message>").unavailable);
  EXPECT_FALSE(one("Events", "<Program dataItemId='p' sequence='1'/>").unavailable);
}

TEST(Streams, a_condition_has_level_code_severity_qualifier_id_and_text) {
  const Observation o =
      one("Condition",
          "<Fault dataItemId='c' sequence='2' type='TEMPERATURE' nativeCode='T7' nativeSeverity='3'"
          " qualifier='HIGH' conditionId='77'>too hot</Fault>");
  EXPECT_EQ(o.category, Category::kCondition);
  EXPECT_EQ(o.level, Level::kFault);
  EXPECT_EQ(o.type, "TEMPERATURE");
  EXPECT_EQ(o.native_code, "T7");
  EXPECT_EQ(o.native_severity, "3");
  EXPECT_EQ(o.qualifier, "HIGH");
  EXPECT_EQ(o.condition_id, "77");
  EXPECT_EQ(o.value, "too hot");
}

TEST(Streams, the_four_levels_are_told_apart) {
  struct Case {
    const char* element;
    Level level;
  };
  for (const Case& c : {Case{"Normal", Level::kNormal}, Case{"Warning", Level::kWarning},
                        Case{"Fault", Level::kFault}, Case{"Unavailable", Level::kUnavailable}}) {
    const Observation o =
        one("Condition", fmt::format("<{} dataItemId='c' sequence='1' type='SYSTEM'/>", c.element));
    EXPECT_EQ(o.level, c.level) << c.element;
  }
}

// What no agent should send and some do.
TEST(Streams, a_condition_of_an_unknown_level_is_a_gap_and_no_alarm) {
  EXPECT_TRUE(one("Condition", "<Purple dataItemId='c' sequence='1' type='SYSTEM'/>").unavailable);
}

TEST(Streams, a_data_set_has_its_entries_removals_and_reset) {
  const Observation o =
      one("Events",
          "<VariableDataSet dataItemId='v' sequence='1' count='3' resetTriggered='MANUAL'>"
          "<Entry key='a'> 1 </Entry><Entry key='b' removed='true'/><Entry key='c'>x&lt;y</Entry>"
          "</VariableDataSet>");
  EXPECT_EQ(o.representation, Representation::kDataSet);
  EXPECT_EQ(o.type, "Variable");
  EXPECT_EQ(o.reset_triggered, "MANUAL");
  EXPECT_EQ(o.declared_count, 3U);
  EXPECT_EQ(o.entries, (std::vector<Entry>{{.key = "a", .value = "1"},
                                           {.key = "b", .removed = true},
                                           {.key = "c", .value = "x<y"}}));
}

TEST(Streams, a_table_has_rows_of_cells) {
  const Observation o = one(
      "Events",
      "<WorkOffsetTable dataItemId='w' sequence='1' count='2'><Entry key='G54'>"
      "<Cell key='X'>1.5</Cell><Cell key='Y'> 2 </Cell></Entry>\n<Entry key='G55' removed='true'/>"
      "</WorkOffsetTable>");
  EXPECT_EQ(o.representation, Representation::kTable);
  EXPECT_EQ(o.type, "WorkOffset");
  EXPECT_EQ(o.entries, (std::vector<Entry>{{.key = "G54", .cells = {{"X", "1.5"}, {"Y", "2"}}},
                                           {.key = "G55", .removed = true}}));
}

TEST(Streams, an_unavailable_data_set_has_no_entries) {
  const Observation o = one("Events",
                            "<VariableDataSet dataItemId='v' sequence='1' count='0'>UNAVAILABLE"
                            "</VariableDataSet>");
  EXPECT_TRUE(o.unavailable);
  EXPECT_TRUE(o.entries.empty());
}

TEST(Streams, a_time_series_has_count_rate_and_vector) {
  const Observation o =
      one("Samples",
          "<PositionTimeSeries dataItemId='t' sequence='1' sampleCount='4' sampleRate='100.5'>"
          "1.5 -2e3\n +3 NaN </PositionTimeSeries>");
  EXPECT_EQ(o.representation, Representation::kTimeSeries);
  EXPECT_EQ(o.type, "Position");
  EXPECT_EQ(o.declared_count, 4U);
  EXPECT_EQ(o.sample_rate, 100.5);
  ASSERT_EQ(o.samples.size(), 4U);
  EXPECT_EQ(o.samples[0], 1.5);
  EXPECT_EQ(o.samples[1], -2000);
  EXPECT_EQ(o.samples[2], 3);
  EXPECT_TRUE(std::isnan(o.samples[3]));
}

TEST(Streams, a_discrete_event_a_statistic_and_a_duration_are_kept) {
  EXPECT_EQ(one("Events", "<PartCountDiscrete dataItemId='p' sequence='1'>1</PartCountDiscrete>")
                .representation,
            Representation::kDiscrete);
  const Observation o = one(
      "Samples", "<Load dataItemId='l' sequence='1' statistic='AVERAGE' duration='2.5'>9</Load>");
  EXPECT_EQ(o.statistic, "AVERAGE");
  EXPECT_EQ(o.duration_seconds, 2.5);
}

TEST(Streams, a_number_is_finite_and_whole_text) {
  struct Case {
    const char* text;
    std::optional<double> number;
  };
  for (const Case& c : {Case{"1.5", 1.5}, Case{"-0.25", -0.25}, Case{"+7", 7}, Case{"1e3", 1000},
                        Case{"NaN", {}}, Case{"INF", {}}, Case{"-Infinity", {}}, Case{"1 2 3", {}},
                        Case{"", {}}, Case{"12mm", {}}, Case{"1e999", {}}}) {
    Observation o;
    o.value = c.text;
    EXPECT_EQ(number_of(o), c.number) << c.text;
  }
}

TEST(Streams, each_observation_begins_anew) {
  const auto document = read(streams(
      "Events",
      "<ADataSet dataItemId='a' sequence='1' resetTriggered='DAY' name='n'><Entry key='k'>v</Entry>"
      "</ADataSet><B dataItemId='b' sequence='2'>w</B>"));
  ASSERT_TRUE(document);
  ASSERT_EQ(document->observations.size(), 2U);
  const Observation& second = document->observations[1];
  EXPECT_EQ(second.entries.size(), 0U);
  EXPECT_EQ(second.reset_triggered, "");
  EXPECT_EQ(second.name, "");
  EXPECT_EQ(second.value, "w");
  EXPECT_EQ(second.representation, Representation::kValue);
}

TEST(Streams, what_names_no_data_item_or_stands_elsewhere_is_left_out) {
  SeededRandom random(1);
  std::size_t seen = 0;
  StreamsReader reader(
      {.header = {}, .observation = [&](const Observation&, BytesView) { ++seen; }}, random);
  ASSERT_TRUE(reader.feed(streams("Events", "<Execution sequence='1'>ACTIVE</Execution>")));
  ASSERT_TRUE(reader.finish());
  EXPECT_EQ(reader.skipped(), 1U);
  EXPECT_TRUE(read(streams("Rumours", "<Execution dataItemId='e' sequence='1'>A</Execution>"))
                  ->observations.empty());
  EXPECT_EQ(seen, 0U);
}

TEST(Streams, any_cut_of_the_bytes_gives_the_same) {
  const std::string document =
      streams("Events",
              "<A dataItemId='a' sequence='1'>x&#228;\xc3\xa4</A><BDataSet dataItemId='b' "
              "sequence='2'><Entry key='k'>v</Entry></BDataSet><C dataItemId='c' sequence='3'/>");
  const auto whole = read(document);
  ASSERT_TRUE(whole);
  for (std::size_t step = 1; step < document.size(); ++step) {
    SeededRandom random(1);
    StreamsDocument cut;
    StreamsReader reader({.header = {},
                          .observation =
                              [&](const Observation& o, BytesView raw) {
                                cut.observations.push_back(o);
                                cut.raw.emplace_back(raw);
                              }},
                         random);
    for (std::size_t at = 0; at < document.size(); at += step) {
      ASSERT_TRUE(reader.feed(BytesView(document).substr(at, step)));
    }
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(cut.observations, whole->observations) << step;
    EXPECT_EQ(cut.raw, whole->raw) << step;
  }
}

TEST(Streams, entries_and_texts_have_limits_that_hold_at_their_edge) {
  const auto with_entries = [](std::size_t count) {
    std::string entries;
    for (std::size_t i = 0; i < count; ++i) entries += "<Entry key='k'>v</Entry>";
    return streams("Events", "<ADataSet dataItemId='a' sequence='1'>" + entries + "</ADataSet>");
  };
  const auto with_text = [](std::size_t size) {
    return streams("Events", "<A dataItemId='a' sequence='1'>" + std::string(size, 'x') + "</A>");
  };
  EXPECT_TRUE(read(with_entries(kMaxEntries)));
  EXPECT_EQ(read(with_entries(kMaxEntries + 1)).error().kind, ErrorKind::kExhausted);
  EXPECT_TRUE(read(with_text(kMaxTextBytes)));
  EXPECT_EQ(read(with_text(kMaxTextBytes + 1)).error().kind, ErrorKind::kExhausted);
}

TEST(Streams, a_document_may_have_64_megabytes_and_no_more) {
  std::string inside;
  const std::string observation =
      "<A dataItemId='a' sequence='1'>" + std::string(60'000, 'x') + "</A>";
  const std::size_t frame = streams("Events", "").size();
  while (inside.size() + frame + observation.size() <= kDocumentLimits.document_bytes) {
    inside += observation;
  }
  inside += std::string(kDocumentLimits.document_bytes - frame - inside.size(), ' ');
  std::string document = streams("Events", inside);
  ASSERT_EQ(document.size(), kDocumentLimits.document_bytes);
  SeededRandom random(1);
  std::size_t seen = 0;
  const auto count = [&](const Observation&, BytesView) { ++seen; };
  StreamsReader fits({.header = {}, .observation = count}, random);
  EXPECT_TRUE(fits.feed(document));
  EXPECT_TRUE(fits.finish());
  EXPECT_GT(seen, 1'000U);
  StreamsReader beyond({.header = {}, .observation = count}, random);
  document += ' ';
  EXPECT_EQ(beyond.feed(document).error().kind, ErrorKind::kExhausted);
}

TEST(Errors, documents_of_every_version_give_the_same_codes) {
  const char* documents[] = {
      // 1.0 and 1.1: no list.
      "<MTConnectError><Header instanceId='3'/><Error errorCode='OUT_OF_RANGE'>gone</Error>"
      "</MTConnectError>",
      "<MTConnectError xmlns='urn:mtconnect.org:MTConnectError:1.7'><Header "
      "instanceId='3'/><Errors>"
      "<Error errorCode='OUT_OF_RANGE'> gone </Error></Errors></MTConnectError>",
      // 2.6 and later: an element for each code, with or without the code as attribute.
      "<m:MTConnectError xmlns:m='urn:mtconnect.org:MTConnectError:2.6'><m:Header instanceId='3'/>"
      "<m:Errors><m:OutOfRange errorCode='OUT_OF_RANGE'><m:ErrorMessage>gone</m:ErrorMessage>"
      "<m:URI>http://x/sample</m:URI></m:OutOfRange></m:Errors></m:MTConnectError>",
      "<MTConnectError><Header instanceId='3'/><Errors><OutOfRange><URI>u</URI><QueryParameter"
      " name='from'><Value>1</Value></QueryParameter><ErrorMessage>gone</ErrorMessage></OutOfRange>"
      "</Errors></MTConnectError>",
  };
  SeededRandom random(1);
  for (const char* document : documents) {
    const auto error = read_error(document, random);
    ASSERT_TRUE(error) << document;
    EXPECT_EQ(error->header.instance_id, 3U);
    EXPECT_EQ(error->errors, (std::vector<AgentError>{{"OUT_OF_RANGE", "gone"}})) << document;
    EXPECT_TRUE(has_error(error->errors, "OUT_OF_RANGE"));
    const auto streams_document = read(document);
    ASSERT_TRUE(streams_document);
    EXPECT_EQ(streams_document->errors, error->errors);
  }
}

TEST(Errors, the_new_elements_have_the_old_codes) {
  struct Case {
    const char* element;
    const char* code;
  };
  SeededRandom random(1);
  for (const Case& c : {Case{"InvalidXPath", "INVALID_XPATH"}, Case{"InvalidURI", "INVALID_URI"},
                        Case{"AssetNotFound", "ASSET_NOT_FOUND"},
                        Case{"Unsupported", "UNSUPPORTED"}, Case{"NoDevice", "NO_DEVICE"}}) {
    const auto error = read_error(
        fmt::format("<MTConnectError><Errors><{}/></Errors></MTConnectError>", c.element), random);
    ASSERT_TRUE(error);
    EXPECT_TRUE(has_error(error->errors, c.code)) << c.element;
  }
}

TEST(Errors, a_flood_of_errors_is_cut_off) {
  std::string document = "<MTConnectError><Errors>";
  for (std::size_t i = 0; i <= kMaxErrors; ++i) document += "<Error errorCode='A'>x</Error>";
  document += "</Errors></MTConnectError>";
  SeededRandom random(1);
  EXPECT_EQ(read_error(document, random)->errors.size(), kMaxErrors);
}

TEST(Assets, come_with_their_common_attributes_and_their_whole_xml) {
  const std::string tool =
      "<CuttingTool assetId='T1' serialNumber='9' timestamp='2020-01-02T03:04:05Z'"
      " deviceUuid='u'><CuttingToolLifeCycle><ToolLife>3</ToolLife></CuttingToolLifeCycle>"
      "</CuttingTool>";
  const std::string file = "<x:File assetId='F1' removed='true'/>";
  SeededRandom random(1);
  const auto document =
      read_assets("<MTConnectAssets><Header instanceId='1' assetCount='2'/><Assets>\n" + tool +
                      "\n" + file + "</Assets></MTConnectAssets>",
                  random);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->assets,
            (std::vector<Asset>{{.type = "CuttingTool",
                                 .asset_id = "T1",
                                 .device_uuid = "u",
                                 .timestamp = parse_time("2020-01-02T03:04:05Z"),
                                 .raw = tool},
                                {.type = "File", .asset_id = "F1", .removed = true, .raw = file}}));
}

TEST(Assets, more_than_allowed_are_refused) {
  const auto with = [](std::size_t count) {
    std::string document = "<MTConnectAssets><Assets>";
    for (std::size_t i = 0; i < count; ++i) document += "<File assetId='F'/>";
    return document + "</Assets></MTConnectAssets>";
  };
  SeededRandom random(1);
  EXPECT_TRUE(read_assets(with(kMaxAssets), random));
  EXPECT_EQ(read_assets(with(kMaxAssets + 1), random).error().kind, ErrorKind::kExhausted);
}

}  // namespace
}  // namespace heed::wire::mtconnect
