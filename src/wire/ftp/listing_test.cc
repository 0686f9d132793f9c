#include "wire/ftp/listing.h"

#include <gtest/gtest.h>

namespace heed::wire::ftp {
namespace {

std::string told(const Listing& listing) {
  std::string text;
  for (const Listed& file : listing.files) {
    text += (file.directory ? "dir " : "") + file.name + "|" +
            (file.size ? std::to_string(*file.size) : "?") + "|" + file.changed + "\n";
  }
  return text;
}

TEST(FtpListing, reads_the_facts_of_rfc_3659_and_leaves_out_the_directory_itself) {
  const Listing listing = read_mlsd(
      "type=cdir;modify=20231114221320; /prog\r\n"
      "type=pdir; ..\r\n"
      "Type=file;Size=1234;Modify=20231114221320.5;Perm=r; O1234.nc\r\n"
      "type=dir;modify=20231114221320; two words\r\n"
      "size=7; \xc3\xbc  b.nc\r\n"
      "nonsense\r\n");
  EXPECT_EQ(told(listing),
            "O1234.nc|1234|2023-11-14T22:13:20Z\n"
            "dir two words|?|2023-11-14T22:13:20Z\n"
            "\xc3\xbc  b.nc|7|\n");
  EXPECT_EQ(listing.unread, 1U);
}

TEST(FtpListing, reads_unix_lines_with_and_without_a_group_or_a_year) {
  EXPECT_EQ(told(read_list("total 12\r\n"
                           "drwxr-xr-x   2 cnc      users        4096 Nov 14 22:13 SUB\r\n"
                           "-rw-r--r--   1 cnc      users        1234 Nov 14  2022 O 1 .nc\r\n"
                           "-rw-rw-rw-   1 cnc        77 Jan 01 00:00 O2\r\n"
                           "-rw-r--r-- 1 a b 5 2023-11-14 22:13 O3\r\n"
                           "lrwxrwxrwx   1 a b 5 Nov 14 22:13 link -> /etc/passwd\r\n"
                           "-rw-r--r--+  1 1000 1000 9 May  1 10:00 may.nc\r\n")),
            "dir SUB|4096|Nov 14 22:13\n"
            "O 1 .nc|1234|Nov 14 2022\n"
            "O2|77|Jan 01 00:00\n"
            "O3|5|2023-11-14 22:13\n"
            "link|5|Nov 14 22:13\n"
            "may.nc|9|May 1 10:00\n");
}

TEST(FtpListing, reads_dos_lines) {
  EXPECT_EQ(told(read_list("11-14-23  10:13PM       <DIR>          PROG\r\n"
                           "11-14-2023  22:13             1234 two words.nc\r\n")),
            "dir PROG|?|11-14-23 10:13PM\n"
            "two words.nc|1234|11-14-2023 22:13\n");
}

TEST(FtpListing, counts_what_it_does_not_understand_and_takes_no_path_of_it_for_a_file) {
  const Listing listing = read_list(
      "+i8388621.29609,m824255902,/,\tdev\r\nO1234\r\n"
      "drwxr-xr-x 2 a b 1 Nov 14 22:13 ..\r\n");
  EXPECT_TRUE(listing.files.empty());
  EXPECT_EQ(listing.unread, 2U);
}

TEST(FtpListing, ends_at_its_bound_and_says_so) {
  std::string text;
  for (std::size_t i = 0; i < kMostListed + 5; ++i) {
    text += "-rw-r--r-- 1 a b 5 Nov 14 22:13 O" + std::to_string(i) + "\r\n";
  }
  const Listing listing = read_list(text);
  EXPECT_TRUE(listing.cut);
  EXPECT_EQ(listing.files.size(), kMostListed);
}

}  // namespace
}  // namespace heed::wire::ftp
