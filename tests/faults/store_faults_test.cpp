// "For every N of a standard run the store reopens to a state that some prefix of the acknowledged history explains":
// the run is made once for every operation of the disk and fault, as the daemon would make it (a commit that failed has
// an unknown outcome: close, open anew, go on), then the power is cut and the store opened on a sound disk. What is
// there must be the state after some commit, not older than the newest acknowledged one and not newer than the last
// tried.
//
// DUNLIN_FAULTS=all: every operation with every fault and every loss, some minutes. Otherwise each
// operation meets one of each in turn (under sanitizers, some operations).
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <string_view>

#include "faults/disk.hpp"
#include "faults/history.hpp"
#include "store/rocks.hpp"
#include "unit/store/scratch.hpp"

namespace dunlin::faults {
namespace {

using store::kv::Rocks;
using store::kv::RocksOptions;

constexpr std::array kFaults = {Fault::fails, Fault::tears, Fault::full, Fault::no_space};
constexpr std::array<std::string_view, 4> kFaultNames = {"fails", "tears", "full", "no_space"};
constexpr std::array kLosses = {Loss::all, Loss::none, Loss::beginning, Loss::sectors};
constexpr std::array<std::string_view, 4> kLossNames = {"all", "none", "beginning", "sectors"};

constexpr std::size_t kCommits = 100;
constexpr std::size_t kFlushEvery = 19;
constexpr std::size_t kReopenAt = 52;  // in the middle: a new MANIFEST, a log that is replayed
constexpr int kOpensMax = 6;           // of one fault; more: the disk is dead

const History& history() {
  static const History made(kCommits);
  return made;
}

bool exhaustive() {
  const char* said = ::getenv("DUNLIN_FAULTS");
  return said != nullptr && std::string_view(said) == "all";
}

// Of the operations that fail: every one, or as many as a test among others has time for. The power goes at every one.
std::uint64_t stride() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr std::uint64_t kQuick = 11;
#else
  constexpr std::uint64_t kQuick = 1;
#endif
  return exhaustive() ? 1 : kQuick;
}

// A store on a disk of the model's, driven through the history.
class StandardRun {
 public:
  StandardRun(Disk* disk, std::string path) : path_(std::move(path)), env_(*disk) {
    options_.env = &env_;
    options_.wal_octets = 60 << 10;  // some logs in a run
    options_.background_jobs = 1;
  }

  // Until all is committed or nothing goes any more. False: what is in the store is no prefix; why() says what.
  bool go() {
    for (int opens = 0; opens < kOpensMax && acknowledged_ < history().size(); ++opens) {
      auto opened = Rocks::open(path_, options_);
      if (!opened) {
        refused_ = opened.error();
        continue;
      }
      refused_.reset();
      if (!look(**opened)) return false;
      if (commit_some(**opened)) --opens;
    }
    return true;
  }
  // Opens the store once more: it must be there and be a prefix.
  bool ends_well() {
    auto opened = Rocks::open(path_, options_);
    if (!opened) return wrong("is refused: " + to_string(opened.error()));
    return look(**opened);
  }
  void inherit(const StandardRun& other) { inherit(other.acknowledged(), other.attempted()); }
  void inherit(std::size_t acknowledged, std::size_t attempted) {
    acknowledged_ = acknowledged;
    attempted_ = attempted;
  }
  // One more commit, acknowledged.
  bool goes_on() {
    if (attempted_ == history().size()) return true;
    auto opened = Rocks::open(path_, options_);
    if (!opened) return wrong("is refused: " + to_string(opened.error()));
    if (!look(**opened)) return false;
    if (auto done = (*opened)->commit(history().commit(++attempted_), true); !done) {
      return wrong("does not go on: " + to_string(done.error()));
    }
    acknowledged_ = attempted_.load();
    return true;
  }
  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t attempted() const { return attempted_; }
  const std::optional<Error>& refused() const { return refused_; }
  const std::string& why() const { return why_; }

 private:
  bool wrong(std::string why) {
    why_ = std::move(why);
    return false;
  }
  bool look(Rocks& rocks) {
    const Result<State> state = History::read(rocks);
    if (!state) {
      refused_ = state.error();  // a fault of reading: clear enough
      return true;
    }
    const std::size_t number = History::number_of(*state);
    if (number < acknowledged_ || number > attempted_) {
      return wrong("is after commit " + std::to_string(number) + "; " + std::to_string(acknowledged_) +
                   " was acknowledged, " + std::to_string(attempted_) + " tried");
    }
    if (*state != history().after(number)) return wrong("is not the state after commit " + std::to_string(number));
    acknowledged_ = number;
    attempted_ = number;  // what was found is built on
    return true;
  }
  // True: it ended in order, without a fault.
  bool commit_some(Rocks& rocks) {
    while (attempted_ < history().size()) {
      if (attempted_ % kFlushEvery == kFlushEvery - 1 && !rocks.flush()) return false;
      if (!rocks.commit(history().commit(++attempted_), true)) return false;
      acknowledged_ = attempted_.load();
      if (attempted_ == kReopenAt) return true;
    }
    return true;
  }

  std::string path_;
  DiskEnv env_;
  RocksOptions options_;
  std::atomic<std::size_t> acknowledged_ = 0;  // read while RocksDB's threads write
  std::atomic<std::size_t> attempted_ = 0;
  std::optional<Error> refused_;
  std::string why_;
};

class StoreFaults : public ::testing::Test {
 protected:
  std::string root() const { return scratch_.path(); }
  std::string path() const { return scratch_.path() / "store"; }

  std::uint64_t operations_of_a_run() {
    Disk disk(root());
    StandardRun run(&disk, path());
    EXPECT_TRUE(run.go()) << run.why();
    EXPECT_EQ(run.acknowledged(), history().size());
    std::string said;
    for (std::size_t i = 0; i < kOperations; ++i) {
      said += (i == 0 ? "" : ", ") + std::to_string(disk.operations(static_cast<Operation>(i))) + " " +
              std::string(kOperationNames[i]);
    }
    std::printf("a run: %s\n", said.c_str());
    return disk.operations();
  }

  // Opened on what the power cut left; then one more commit, and another cut.
  void expect_prefix(const Image& image, const StandardRun& before, const std::string& what, bool twice) {
    Disk sound(image);
    StandardRun after(&sound, path());
    after.inherit(before);
    ASSERT_TRUE(after.ends_well()) << what << ": the store " << after.why();
    if (!twice) return;
    ASSERT_TRUE(after.goes_on()) << what << ": the store " << after.why();
    Disk again(sound.after_power_cut(Loss::all, 0));
    StandardRun last(&again, path());
    last.inherit(after);
    ASSERT_TRUE(last.ends_well()) << what << ", then one more commit and power cut: the store " << last.why();
  }

  store::Scratch scratch_;
};

// The power goes at every operation.
TEST_F(StoreFaults, APowerCutAtAnyOperationLeavesAPrefix) {
  struct Cut {
    Image image;
    std::size_t acknowledged;
    std::size_t attempted;
    std::string what;
  };
  std::vector<Cut> cuts;
  {
    Disk disk(root());
    StandardRun run(&disk, path());
    std::uint64_t n = 0;
    disk.before_each([&](Disk& now) {
      ++n;
      for (std::size_t loss = 0; loss < kLosses.size(); ++loss) {
        if (!exhaustive() && n % kLosses.size() != loss) continue;
        // In this order: another thread may be committing.
        const std::size_t acknowledged = run.acknowledged();
        Image image = now.after_power_cut(kLosses[loss], n);
        cuts.push_back({std::move(image), acknowledged, run.attempted(),
                        "operation " + std::to_string(n) + ", lost " + std::string(kLossNames[loss])});
      }
    });
    ASSERT_TRUE(run.go()) << run.why();
  }
  std::size_t number = 0;
  for (const Cut& cut : cuts) {
    Disk unused(root());
    StandardRun before(&unused, path());
    before.inherit(cut.acknowledged, cut.attempted);
    expect_prefix(cut.image, before, cut.what, exhaustive() || ++number % 8 == 0);
    if (HasFatalFailure()) return;
  }
  std::printf("%zu power cuts\n", cuts.size());
}

// Every operation fails in some way, the daemon's part goes on as far as it can, and the power goes.
TEST_F(StoreFaults, AnyOperationThatFailsLeavesAPrefix) {
  const std::uint64_t operations = operations_of_a_run();
  std::size_t runs = 0;
  std::size_t met = 0;
  for (std::uint64_t n = 1; n <= operations; n += stride()) {
    const std::uint64_t turn = n / stride();
    for (std::size_t fault = 0; fault < kFaults.size(); ++fault) {
      if (!exhaustive() && turn % kFaults.size() != fault) continue;
      for (std::size_t loss = 0; loss < kLosses.size(); ++loss) {
        if (!exhaustive() && turn / kFaults.size() % kLosses.size() != loss) continue;
        Disk disk(root());
        StandardRun run(&disk, path());
        disk.fault(n, kFaults[fault]);
        const bool went = run.go();
        const std::string what = "operation " + std::to_string(n) + " (" + disk.fired_at() + ") " +
                                 std::string(kFaultNames[fault]) + ", lost " + std::string(kLossNames[loss]);
        ASSERT_TRUE(went) << what << ": the store " << run.why();
        if (kFaults[fault] != Fault::full) {
          ASSERT_EQ(run.acknowledged(), history().size())
              << what << ": " << (run.refused() ? to_string(*run.refused()) : "it stopped");
        }
        expect_prefix(disk.after_power_cut(kLosses[loss], n), run, what, exhaustive() || turn % 8 == 0);
        if (HasFatalFailure()) return;
        ++runs;
        met += disk.fired() ? 1 : 0;
      }
    }
  }
  std::printf("%zu runs over %llu operations, %zu met their fault\n", runs, static_cast<unsigned long long>(operations),
              met);
  EXPECT_GT(met, runs / 2);
}

// A disk that filled up takes the store on where it was once there is room.
TEST_F(StoreFaults, AFullDiskWithRoomAgainGoesOnWhereItWas) {
  const std::uint64_t operations = operations_of_a_run();
  for (std::uint64_t n = 1; n <= operations; n += exhaustive() ? 1 : 29) {
    Disk disk(root());
    StandardRun run(&disk, path());
    disk.fault(n, Fault::full);
    ASSERT_TRUE(run.go()) << n << ": the store " << run.why();
    if (run.refused()) {
      EXPECT_EQ(run.refused()->code, "store_full") << to_string(*run.refused());
    }
    disk.give_room();
    ASSERT_TRUE(run.go()) << n << ": the store " << run.why();
    EXPECT_EQ(run.acknowledged(), history().size()) << n << " " << disk.fired_at();
  }
}

}  // namespace
}  // namespace dunlin::faults
