// Values of the rooms as the JSON of /api/v1. One function a shape; schemas.cc describes each.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "box/source.h"
#include "machines/card.h"
#include "machines/live_feed.h"
#include "machines/views.h"
#include "people/people.h"

namespace heed::http {

/// Member by member, so that a machine's page can add its own.
void write_card_members(JsonWriter& w, const machines::Card& card);
void write_card(JsonWriter& w, const machines::Card& card);
void write_machine(JsonWriter& w, const machines::MachineDetails& details);
void write_activity(JsonWriter& w, const machines::Activity& activity);
void write_timeline(JsonWriter& w, const machines::Timeline& timeline);
void write_overview(JsonWriter& w, const machines::Overview& overview);
void write_item(JsonWriter& w, const machines::ItemView& item);
void write_data_item(JsonWriter& w, const machines::DataItem& item);
void write_plot(JsonWriter& w, const machines::Plot& plot);
void write_condition(JsonWriter& w, const machines::Condition& condition);
void write_explanation(JsonWriter& w, const machines::Explanation& explanation);
void write_raw_line(JsonWriter& w, const machines::RawLine& raw);
void write_link_history(JsonWriter& w, const machines::LinkHistory& history);
void write_values(JsonWriter& w, machines::MachineId machine,
                  const std::vector<machines::ItemValue>& values);
void write_diagnosis(JsonWriter& w, const box::Diagnosis& diagnosis);

void write_person(JsonWriter& w, const people::Person& person);
/// Without its end, so that a new key can add its token.
void write_key_members(JsonWriter& w, const people::ApiKey& key);

}  // namespace heed::http
