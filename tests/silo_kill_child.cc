// The program that tests/silo_kill_test.cc kills: a silo that serves, as silo/kill_testing.h has
// it.
//   silo_kill_child honest|<verb to lie about> <directory> <round> <seed>
#include "silo/kill_testing.h"

int main(int count, char** words) {
  if (count != 5) return 2;
  heed::silo::kill_test::serve_until_killed(words[2], std::atoi(words[3]),
                                            std::strtoull(words[4], nullptr, 10), words[1]);
}
