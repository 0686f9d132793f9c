#include "wire/opcua/line.h"

#include <gtest/gtest.h>

namespace heed::wire::opcua {
namespace {

template <class Kind>
Kind read(std::string_view line) {
  auto parsed = parse_line(line);
  EXPECT_TRUE(parsed) << line << ": " << parsed.error().message;
  EXPECT_TRUE(std::holds_alternative<Kind>(*parsed)) << line;
  return std::get<Kind>(*parsed);
}

TEST(OpcuaLine, tells_a_value_with_its_node_its_time_and_its_status) {
  const auto value = read<Value>(R"(["value",4,"2026-11-29T09:31:23.921Z",1083179008,80.5])");
  EXPECT_EQ(value.number, 4U);
  EXPECT_EQ(format_time(*value.at), "2026-11-29T09:31:23.921Z");
  EXPECT_TRUE(is_uncertain(value.status));
  EXPECT_FALSE(is_bad(value.status));
  EXPECT_EQ(value.value, "80.5");
}

TEST(OpcuaLine, writes_each_kind_of_value_as_one_text) {
  const auto text = [](std::string_view value) {
    return read<Value>(R"(["value",0,null,0,)" + std::string(value) + "]").value.value_or("-");
  };
  EXPECT_EQ(text("true"), "true");
  EXPECT_EQ(text("41"), "41");
  EXPECT_EQ(text("-0.5"), "-0.5");
  EXPECT_EQ(text(R"("O1000")"), "O1000");
  EXPECT_EQ(text("null"), "-");
}

TEST(OpcuaLine, tells_alarms_messages_nodes_and_what_happens_to_the_connection) {
  const auto alarm = read<Alarm>(R"(["alarm","nsu=x;i=1",null,true,800,"700123","Coolant low"])");
  EXPECT_EQ(alarm.condition + alarm.code + alarm.text, "nsu=x;i=1700123Coolant low");
  EXPECT_TRUE(alarm.active);
  EXPECT_EQ(alarm.severity, 800);
  EXPECT_EQ(read<Message>(R"(["message",null,200,"M1","hello"])").text, "hello");
  const auto node = read<Node>(R"(["node",999,"Monitoring/X","XType","%"])");
  EXPECT_EQ(node.path + node.owner + node.unit, "Monitoring/XXType%");
  EXPECT_EQ(read<Custom>(R"(["custom",1,2])").index, 2U);
  EXPECT_TRUE(read<Up>(R"(["up",true,"again"])").resumed);
  EXPECT_EQ(read<Broken>(R"(["broken","cable"])").words, "cable");
  EXPECT_EQ(read<Down>(R"(["down","off"])").words, "off");
  EXPECT_EQ(read<Lost>(R"(["lost",3,"queue"])").count, 3U);
  EXPECT_FALSE(read<Step>(R"(["step",false,"no"])").ok);
  EXPECT_EQ(read<Hello>(R"(["heed-opcua",1])").version, kVersion);
  read<Nodes>(R"(["nodes"])");
}

TEST(OpcuaLine, refuses_whatever_is_not_exactly_one_of_its_lines) {
  for (const std::string_view line : {
           R"()",
           R"(Segmentation fault)",
           R"([])",
           R"({"value":1})",
           R"(["write",4,1])",
           R"(["value",4,null,0])",
           R"(["value",4,null,0,1,2])",
           R"(["value",1000,null,0,1])",
           R"(["value",-1,null,0,1])",
           R"(["value",4,"yesterday",0,1])",
           R"(["value",4,null,4294967296,1])",
           R"(["value",4,null,0,[1]])",
           R"(["up","true","x"])",
           R"(["lost",-1,"x"])",
           R"(["down",1])",
       }) {
    EXPECT_FALSE(parse_line(line)) << line;
  }
  EXPECT_TRUE(parse_line(R"(["down",")" + std::string(kLongestLine - 11, 'x') + R"("])"));
  EXPECT_FALSE(parse_line(R"(["down",")" + std::string(kLongestLine - 10, 'x') + R"("])"));
}

}  // namespace
}  // namespace heed::wire::opcua
