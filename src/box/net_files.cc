#include "box/net_files.h"

#include <curl/curl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>

#include <fmt/core.h>

#include "base/crypto.h"
#include "machines/programs.h"

namespace heed::box {
namespace {

using wire::ftp::Listing;

constexpr std::size_t kLongestReply = 200;

struct CloseCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Commands = std::unique_ptr<curl_slist, FreeList>;

Commands commands(std::initializer_list<std::string> all) {
  curl_slist* list = nullptr;
  for (const std::string& one : all) list = curl_slist_append(list, one.c_str());
  return Commands(list);
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '/';
}

std::string in_url(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (is_plain(c)) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

// As libcurl's SFTP commands take a path.
std::string in_quotes(std::string_view path) {
  std::string text = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

std::string base64(BytesView bytes) {
  std::string text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// A file that is nowhere but in memory: the key of a login never lies on a disk.
class KeyFile {
 public:
  explicit KeyFile(const std::string& key) {
    if (key.empty()) return;
    descriptor_ = ::memfd_create("key", MFD_CLOEXEC);
    const bool whole = descriptor_ >= 0 && ::write(descriptor_, key.data(), key.size()) ==
                                               static_cast<ssize_t>(key.size());
    if (whole) path_ = fmt::format("/proc/self/fd/{}", descriptor_);
  }
  ~KeyFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  int descriptor_ = -1;
  std::string path_;
};

std::string mend_of(long code) {
  switch (code) {
    case 421: return "It has too many connections, or is about to stop. Try again in a minute.";
    case 425:
    case 426: return "The connection for the file did not come about: try active FTP for passive.";
    case 430:
    case 530:
    case 532: return "Check user and password.";
    case 452:
    case 552: return "Its memory is full: remove programs there.";
    case 553: return "It does not take this name: try one such as O1234.";
    case 550: return "It has no such file or directory, or does not let this user at it.";
    case 500:
    case 501:
    case 502:
    case 504: return "It does not know this command.";
    default: return {};
  }
}

std::string plain(std::string_view reply) {
  std::string text(reply.substr(0, kLongestReply));
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace

struct FileService::Inside {
  Inside(FilePlace its_place, FileLimits its_limits, FileWatch its_watch)
      : place(std::move(its_place)),
        limits(its_limits),
        watch(std::move(its_watch)),
        key_file(place.private_key) {
    static std::once_flag once;
    std::call_once(once, [] { (void)curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl.reset(curl_easy_init());
  }

  const FilePlace place;
  const FileLimits limits;
  const FileWatch watch;
  const KeyFile key_file;
  std::unique_ptr<CURL, CloseCurl> curl;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  std::string reply;     // The control's last one over FTP, without its end of line.
  std::string host_key;  // That it has shown.
  Bytes got;
  std::size_t most = 0;  // Bytes that `got` may have.
  BytesView to_send;
  bool too_much = false;
  bool no_mlsd = false;

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl.get(), option, value);
  }
  bool is_ftp() const { return place.protocol == FileProtocol::kFtp; }
  std::string where() const { return fmt::format("{}:{}", place.host, place.port); }
  std::string url(std::string_view name) const;
  std::string sftp_path(const std::string& name) const;
  void prepare(const std::string& url);
  void let_in();
  Result<void> perform(const std::string& doing);
  Result<void> order(const std::string& doing, const Commands& list);
  Error why(CURLcode code, const std::string& doing);
  Error answered(const std::string& doing, long code) const;

  static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t give(char* room, std::size_t size, std::size_t count, void* self);
  static std::size_t hear(char* bytes, std::size_t size, std::size_t count, void* self);
  static int look(void* self, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                  curl_off_t up);
  static int judge_key(void* self, int type, const char* key, std::size_t size);
};

std::size_t FileService::Inside::take(char* bytes, std::size_t size, std::size_t count,
                                      void* self) {
  auto& inside = *static_cast<Inside*>(self);
  inside.too_much = inside.got.size() + size * count > inside.most;
  if (inside.too_much) return 0;
  inside.got.append(bytes, size * count);
  return size * count;
}

std::size_t FileService::Inside::give(char* room, std::size_t size, std::size_t count, void* self) {
  auto& inside = *static_cast<Inside*>(self);
  const BytesView piece = inside.to_send.substr(0, size * count);
  std::ranges::copy(piece, room);
  inside.to_send.remove_prefix(piece.size());
  return piece.size();
}

std::size_t FileService::Inside::hear(char* bytes, std::size_t size, std::size_t count,
                                      void* self) {
  static_cast<Inside*>(self)->reply = plain({bytes, size * count});
  return size * count;
}

int FileService::Inside::look(void* self, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                              curl_off_t up) {
  const auto& inside = *static_cast<Inside*>(self);
  if (inside.watch.stop.stop_requested()) return 1;
  if (inside.watch.progress) {
    inside.watch.progress(static_cast<std::uint64_t>(std::max(down, up)),
                          static_cast<std::uint64_t>(std::max(down_all, up_all)));
  }
  return 0;
}

int FileService::Inside::judge_key(void* self, int /*type*/, const char* key, std::size_t size) {
  auto& inside = *static_cast<Inside*>(self);
  inside.host_key = "SHA256:" + base64(sha256(BytesView(key, size)));
  const bool right = inside.place.host_key.empty() || inside.place.host_key == inside.host_key;
  return right ? CURLKHMATCH_OK : CURLKHMATCH_MISMATCH;
}

std::string FileService::Inside::url(std::string_view name) const {
  const bool number_with_colons = place.host.contains(':');
  std::string text = is_ftp() ? "ftp://" : "sftp://";
  text += number_with_colons ? "[" + place.host + "]" : place.host;
  text += fmt::format(":{}/", place.port);
  std::string directory = place.directory;
  // With SFTP a path is from the root, unless it begins where the login leads.
  if (!is_ftp()) directory = directory.starts_with('/') ? directory.substr(1) : "~/" + directory;
  if (!directory.empty() && !directory.ends_with('/')) directory += '/';
  return text + in_url(directory) + in_url(name);
}

std::string FileService::Inside::sftp_path(const std::string& name) const {
  std::string directory = place.directory;
  if (!directory.empty() && !directory.ends_with('/')) directory += '/';
  return in_quotes(directory + name);
}

void FileService::Inside::prepare(const std::string& url) {
  curl_easy_reset(curl.get());  // what is connected stays so
  reply.clear();
  got.clear();
  too_much = false;
  error_text.fill('\0');
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, is_ftp() ? "ftp" : "sftp");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, error_text.data());
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count_milliseconds()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.whole.count_milliseconds()));
  const auto silence = std::max<long>(1, static_cast<long>(limits.silence.in_seconds()));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, silence);
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, silence);
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &look);
  set(CURLOPT_XFERINFODATA, this);
  let_in();
}

void FileService::Inside::let_in() {
  if (!place.user.empty()) set(CURLOPT_USERNAME, place.user.c_str());
  if (is_ftp()) {
    set(CURLOPT_PASSWORD, place.user.empty() ? "heed@" : place.password.c_str());
    set(CURLOPT_HEADERFUNCTION, &hear);
    set(CURLOPT_HEADERDATA, this);
    // One CWD to the whole directory: a control may not know its parts as directories.
    set(CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_SINGLECWD));
    set(CURLOPT_FTP_SKIP_PASV_IP, 1L);  // nobody is sent to a third place
    set(CURLOPT_FTP_USE_EPSV, 0L);      // controls of the nineties hang on it
    set(CURLOPT_FTP_USE_EPRT, 0L);
    if (!place.passive) set(CURLOPT_FTPPORT, "-");
    return;
  }
  set(CURLOPT_SSH_HOSTKEYFUNCTION, &judge_key);
  set(CURLOPT_SSH_HOSTKEYDATA, this);
  if (place.private_key.empty()) {
    set(CURLOPT_PASSWORD, place.password.c_str());
    set(CURLOPT_SSH_AUTH_TYPES, static_cast<long>(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
    return;
  }
  set(CURLOPT_SSH_AUTH_TYPES, static_cast<long>(CURLSSH_AUTH_PUBLICKEY));
  set(CURLOPT_SSH_PRIVATE_KEYFILE, key_file.path().c_str());
  set(CURLOPT_KEYPASSWD, place.password.c_str());
}

Result<void> FileService::Inside::perform(const std::string& doing) {
  if (watch.stop.stop_requested()) return fail(ErrorKind::kCancelled, "it was stopped");
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return {};
  return std::unexpected(why(code, doing));
}

Result<void> FileService::Inside::order(const std::string& doing, const Commands& list) {
  prepare(url(""));
  set(CURLOPT_NOBODY, 1L);
  set(is_ftp() ? CURLOPT_POSTQUOTE : CURLOPT_QUOTE, list.get());
  return perform(doing);
}

Error FileService::Inside::answered(const std::string& doing, long code) const {
  const bool missing = code == 550 && doing.starts_with("reading");
  const bool not_now = code >= 400 && code < 500;
  const bool full = code == 452 || code == 552 || reply.contains("space left");
  return {missing   ? ErrorKind::kNotFound
          : full    ? ErrorKind::kExhausted
          : not_now ? ErrorKind::kUnavailable
                    : ErrorKind::kInvalid,
          fmt::format("{}: the control answered {}", doing, reply), mend_of(full ? 552 : code)};
}

Error FileService::Inside::why(CURLcode code, const std::string& doing) {
  const auto say = [&](ErrorKind kind, const std::string& what, std::string mend = {}) {
    return Error{kind, fmt::format("{}: {}", doing, what), std::move(mend)};
  };
  if (watch.stop.stop_requested()) return say(ErrorKind::kCancelled, "it was stopped");
  if (too_much) {
    return say(ErrorKind::kExhausted, fmt::format("there is more than {} MiB", most >> 20));
  }
  long answer = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer);
  if (is_ftp() && answer >= 400 && reply.starts_with(std::to_string(answer))) {
    return answered(doing, answer);
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return say(ErrorKind::kUnavailable, place.host + " is not known", "Check the host's name.");
    case CURLE_COULDNT_CONNECT:
      return say(ErrorKind::kUnavailable, "nothing answers at " + where(),
                 "Check host and port, and that the control's file service is switched on.");
    case CURLE_OPERATION_TIMEDOUT:
      return say(ErrorKind::kUnavailable, "the control did not answer in time",
                 is_ftp() ? "If it lets you in and then falls silent, try active FTP for passive."
                          : "Try again when it is less busy.");
    case CURLE_LOGIN_DENIED:
      return say(ErrorKind::kInvalid, "the control refused the login",
                 "Check user and password, or the key.");
    case CURLE_PEER_FAILED_VERIFICATION:
      return say(ErrorKind::kConflict,
                 fmt::format("the control shows another host key than it used to: {}", host_key),
                 "If the control was changed or set up anew, forget the old key in the transfer "
                 "settings. If not, somebody may stand between.");
    case CURLE_REMOTE_FILE_NOT_FOUND: return say(ErrorKind::kNotFound, "there is no such file");
    case CURLE_REMOTE_DISK_FULL:
      return say(ErrorKind::kExhausted, "the control's memory is full", mend_of(552));
    case CURLE_REMOTE_ACCESS_DENIED:
      return say(ErrorKind::kInvalid, "the control does not let this user do that",
                 "Check the directory and the user's rights.");
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return say(ErrorKind::kUnavailable, "the connection ended in the middle",
                 doing.starts_with("writing")
                     ? "Try again; if it happens again, its memory is full."
                     : "Try again.");
    default: break;
  }
  const std::string words = plain(error_text.data());
  // What the control did not want is not a matter of trying again.
  const bool unwanted = code == CURLE_QUOTE_ERROR || code == CURLE_UPLOAD_FAILED;
  const auto kind = unwanted ? ErrorKind::kInvalid : ErrorKind::kUnavailable;
  return say(kind, words.empty() ? curl_easy_strerror(code) : words);
}

FileService::FileService(FilePlace place, FileLimits limits, FileWatch watch)
    : inside_(std::make_unique<Inside>(std::move(place), limits, std::move(watch))) {}
FileService::~FileService() = default;

const std::string& FileService::host_key() const {
  return inside_->host_key;
}

Result<Listing> FileService::list() {
  Inside& in = *inside_;
  const std::string doing = "listing the directory";
  in.most = in.limits.listing;
  if (in.is_ftp() && !in.no_mlsd) {
    in.prepare(in.url(""));
    in.set(CURLOPT_CUSTOMREQUEST, "MLSD");
    const auto listed = in.perform(doing);
    if (listed) return wire::ftp::read_mlsd(in.got);
    // 500 to 504: it does not know the command, which came in 2007.
    in.no_mlsd = in.reply.starts_with("50");
    if (!in.no_mlsd) return std::unexpected(listed.error());
  }
  in.prepare(in.url(""));
  const auto listed = in.perform(doing);
  // So some servers say that a directory is empty.
  if (!listed && in.reply.starts_with("450")) return Listing{};
  if (!listed) return std::unexpected(listed.error());
  return wire::ftp::read_list(in.got);
}

Result<Bytes> FileService::fetch(const std::string& name) {
  if (auto checked = machines::check_file_name(name); !checked) {
    return std::unexpected(checked.error());
  }
  Inside& in = *inside_;
  in.prepare(in.url(name));
  in.most = in.limits.file;
  if (auto fetched = in.perform("reading " + name); !fetched) {
    // SFTP says in words alone that there is none.
    const bool missing = std::string_view(in.error_text.data()).contains("No such file");
    if (missing) return fail(ErrorKind::kNotFound, "reading " + name + ": there is no such file");
    return std::unexpected(fetched.error());
  }
  return std::move(in.got);
}

Result<void> FileService::store(const std::string& name, BytesView content) {
  if (auto checked = machines::check_file_name(name); !checked) {
    return std::unexpected(checked.error());
  }
  Inside& in = *inside_;
  in.prepare(in.url(name));
  in.to_send = content;
  in.set(CURLOPT_UPLOAD, 1L);
  in.set(CURLOPT_READFUNCTION, &Inside::give);
  in.set(CURLOPT_READDATA, &in);
  in.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(content.size()));
  return in.perform("writing " + name);
}

Result<void> FileService::rename(const std::string& from, const std::string& to) {
  for (const std::string& name : {from, to}) {
    if (auto checked = machines::check_file_name(name); !checked) return checked;
  }
  Inside& in = *inside_;
  const std::string doing = "renaming to " + to;
  if (in.is_ftp()) return in.order(doing, commands({"RNFR " + from, "RNTO " + to}));
  return in.order(doing, commands({"rename " + in.sftp_path(from) + " " + in.sftp_path(to)}));
}

Result<void> FileService::remove(const std::string& name) {
  if (auto checked = machines::check_file_name(name); !checked) return checked;
  Inside& in = *inside_;
  const std::string doing = "removing " + name;
  if (in.is_ftp()) return in.order(doing, commands({"DELE " + name}));
  return in.order(doing, commands({"rm " + in.sftp_path(name)}));
}

}  // namespace heed::box
