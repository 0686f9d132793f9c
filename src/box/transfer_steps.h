// The steps of one transfer, in its thread. Only box/transfer.cc includes this.
#pragma once

#include "box/transfer.h"

namespace heed::box {

/// What the steps tell on their way.
struct TransferReport {
  /// Of what will be done next.
  std::function<void(const std::string& doing)> begin;
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

struct TransferStops {
  std::stop_token person;   ///< Whoever began it wants it no more.
  std::stop_token closing;  ///< The program ends.
};

/// Not thread-safe.
class TransferSteps {
 public:
  TransferSteps(const TransferRequest& request, FilePlace place, const FileLimits& limits,
                TransferReport report, TransferStops stops, Random& random);

  policy::Governed<wire::ftp::Listing> list();
  policy::Governed<TransferPreview> preview();
  policy::Governed<TransferFetched> fetch();
  policy::Governed<TransferSent> send();

 private:
  struct There;
  /// A connection of its own, that only the program's end cuts short.
  std::unique_ptr<FileService> undisturbed() const;
  policy::Governed<std::optional<There>> look_there();
  policy::Governed<MachineNow> machine_now();
  policy::Governed<void> check_machine();
  policy::Governed<void> check_there(const std::optional<There>& there) const;
  policy::Governed<std::uint32_t> keep_old(const There& there);
  /// Whether it lies there whole under the temporary name; false where the control takes none.
  policy::Governed<bool> put_beside(const std::string& name, BytesView content);
  policy::Governed<TransferSent> put_in_place(const std::string& beside, BytesView content,
                                              const std::optional<There>& there);
  Result<bool> move(FileService& files, const std::string& beside, bool over);
  Result<void> write_there(FileService& files, BytesView content,
                           const std::optional<There>& there);
  /// SFTP shows a key at the first connection; from then on it must be this one.
  policy::Governed<void> pin();
  std::string temporary_name() const;
  std::string where() const;
  std::string hash_of(BytesView content) const;

  const TransferRequest& request_;
  const FilePlace place_;
  const FileLimits limits_;
  const TransferReport report_;
  const TransferStops stops_;
  Random& random_;
  std::stop_source either_;
  std::stop_callback<std::function<void()>> on_person_;
  std::stop_callback<std::function<void()>> on_closing_;
  std::unique_ptr<FileService> files_;
};

}  // namespace heed::box
