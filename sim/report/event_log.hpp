// A run as CSV: one line an event, or one line a request.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "events/events.hpp"
#include "metrics/by_class.hpp"
#include "report/request_names.hpp"
#include "report/text_file.hpp"

namespace edgecut::report {

/// Whose run it is: the first columns of each line.
struct RunLabel {
  std::string partitioner;
  std::int64_t replication = 0;
};

/// Writes one line an event, in order of time, without the last, which ends the run. Columns that an event has nothing
/// for are empty. Throws std::runtime_error when the file cannot be written.
class EventLog final : public events::Observer {
 public:
  EventLog(const std::filesystem::path& path, const RunLabel& label, RequestNames names);
  void on(const events::Event& event) override;
  void close() { file_.close(); }
  /// The names of the columns, as a line.
  static std::string_view header();

 private:
  struct Origin {
    events::DeviceIndex device = 0;
    std::uint32_t request_class = 0;
  };
  TextFile file_;
  std::string label_;
  RequestNames names_;
  std::unordered_map<std::uint32_t, Origin> origins_;  // of requests under way
};

/// Writes one line a request, in order of their ends: where its time and energy went. Latency and its parts are empty
/// for those without a result. `warmup` is 1 for requests that are in no result. Lines wait for one whose radio's tail
/// goes on. Throws std::runtime_error when the file cannot be written.
class RequestLog final : public events::Observer {
 public:
  RequestLog(const std::filesystem::path& path, const RunLabel& label, RequestNames names);
  void on(const events::Event& event) override;
  [[nodiscard]] bool follows_power() const override { return false; }
  void close() { file_.close(); }
  static std::string_view header();

 private:
  struct Line {
    events::RequestId request;
    std::string text;  // empty: its energy is not complete
  };
  struct Known {
    bool is_warmup = false;
    std::optional<const plan::Plan*> plan;  // none: it was not asked for; null: there was none
  };
  std::string line_of(const events::Ended& ended);

  TextFile file_;
  std::string label_;
  RequestNames names_;
  metrics::ByClass<std::int64_t> arrived_;
  std::unordered_map<std::uint32_t, Known> known_;  // of requests whose line is not made
  std::deque<Line> lines_;                          // of those that have ended, not written
};

}  // namespace edgecut::report
