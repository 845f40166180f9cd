/**
 * C++ text: the words of CUDA that a CPU compiler lacks, and threads as fibers.
 *
 * A fiber is made once by makecontext and switched by _setjmp/_longjmp, which change no signal mask and so cost no system call. It waits at barriers and warp
 * exchanges; whoever arrives last lets the others go on. Where nobody can run and not everybody has finished, the block is stuck and says who waits where.
 */
export const coreText = String.raw`
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// Functions that are no templates, and memory, are compiled once, with optimisation, into an object that every kernel is linked with: kernels only see them.
#ifdef SHIM_RUNTIME
#define SHIM_CODE
#define SHIM_DATA
#define SHIM_IS(value) = value
#else
#define SHIM_CODE inline __attribute__((gnu_inline))
#define SHIM_DATA extern __attribute__((visibility("hidden")))
#define SHIM_IS(value)
#endif

#define __global__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __cluster_dims__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __shared__ static __attribute__((section("tdsl_shared")))

struct uint3 { unsigned x, y, z; };
SHIM_DATA uint3 threadIdx, blockIdx, blockDim, gridDim;

namespace shim {
const int maxThreads = 1024, stackBytes = 256 << 10;
const size_t page = sysconf(_SC_PAGESIZE);
enum State : unsigned char { Ready, AtBarrier, AtWarp, AtPhase, AtNamed, Done };
struct Copy { unsigned char* to; const unsigned char* from; int bytes; bool inside; unsigned group; };
struct Fiber {
  jmp_buf jump;
  ucontext_t context;
  unsigned char* stack;
  uint3 thread, block;
  State state;
  bool started;
  const char* what; // where it waits, or waited last
  int line;
  Copy* copies; // asynchronous copies that have not landed, oldest first
  int copyCount, copyRoom;
  unsigned group; // groups committed so far
  int phase, parity; // what barrier, and which phase of it, is waited for
  void* stores; // boxes stored and not yet read
  int storeCount, storeRoom;
  unsigned storeGroup;
  void* products; // matrix products that run, and the accumulators that they hold
  int productCount, productRoom, heldCount;
  void* held;
  unsigned productGroup;
  bool fenced; // wgmma_fence since the last group of products
};
template <class T> struct List {
  T* at;
  int count, room;
  void add(const T& value) {
    if (count == room) at = (T*)realloc(at, sizeof(T) * (room = 2 * room + 16));
    at[count++] = value;
  }
};
struct Warp { const char* what; int line, arrived, lanes; void* out[32]; const void* in[32]; const void* in2[32]; unsigned char value[32][8]; unsigned char result[32][8]; int number[32]; };

SHIM_DATA Fiber fibers[maxThreads];
SHIM_DATA Warp warps[maxThreads / 32];
SHIM_DATA jmp_buf scheduler;
const int maxCluster = 4;
// Blocks of a cluster run together: their threads follow one another.
SHIM_DATA int current, threads, blockThreads, doneCount, barrierCount[maxCluster], barrierLine[maxCluster];
SHIM_CODE int rank() { return current / blockThreads; }
SHIM_DATA bool failed;
SHIM_DATA volatile bool running; // inside a block, so that the scheduler may be jumped to
SHIM_DATA char message[4096];
SHIM_DATA void (*body)();

[[gnu::format(printf, 1, 2), noreturn, gnu::noinline]] SHIM_CODE void fail(const char* format, ...) {
  const Fiber& f = fibers[current];
  int n = snprintf(message, sizeof message, "block (%u, %u, %u) thread (%u, %u, %u): ", blockIdx.x, blockIdx.y, blockIdx.z, f.thread.x, f.thread.y, f.thread.z);
  va_list list;
  va_start(list, format);
  n += vsnprintf(message + n, sizeof message - n, format, list);
  va_end(list);
  if (f.line > 0 && n < (int)sizeof message) snprintf(message + n, sizeof message - n, "; it last passed %s in line %d", f.what, f.line);
  failed = true;
  _longjmp(scheduler, 1);
}

[[noreturn]] SHIM_CODE void enter(int i) {
  if (i < 0) _longjmp(scheduler, 1);
  Fiber& f = fibers[i];
  current = i;
  threadIdx = f.thread;
  blockIdx = f.block;
  if (f.started) _longjmp(f.jump, 1);
  f.started = true;
  setcontext(&f.context);
  __builtin_unreachable();
}

int next();
void startBoxes();
void startProducts();
void finishBoxes(Fiber& f);
void finishProducts(Fiber& f);
void endBoxes();
void endProducts();
int describePhase(const Fiber& f, char* to, int room);

// Gives the turn away; the next fiber is entered directly.
[[gnu::noinline]] SHIM_CODE void wait(State state) {
  Fiber& f = fibers[current];
  if (state != Ready) f.state = state;
  if (_setjmp(f.jump) == 0) enter(next());
}

// Runs one block after another: after a body has ended the fiber waits for the next block.
SHIM_CODE void trampoline() {
  for (;;) {
    body();
    finishBoxes(fibers[current]);
    finishProducts(fibers[current]);
    doneCount++;
    wait(Done);
  }
}

SHIM_CODE void start(int count) {
  for (int i = 0; i < count; i++) {
    Fiber& f = fibers[i];
    if (f.stack != nullptr) continue;
    f.stack = (unsigned char*)mmap(nullptr, stackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (f.stack == MAP_FAILED) { fprintf(stderr, "no memory for stacks\n"); abort(); }
    mprotect(f.stack, page, PROT_NONE);
    getcontext(&f.context);
    f.context.uc_stack.ss_sp = f.stack;
    f.context.uc_stack.ss_size = stackBytes;
    f.context.uc_link = nullptr;
    makecontext(&f.context, trampoline, 0);
    f.started = false;
  }
}

// Gives the memory of all fibers back, since many kernels may be loaded at once.
SHIM_CODE void stop() {
  for (Fiber& f : fibers) {
    if (f.stack == nullptr) break;
    munmap(f.stack, stackBytes);
    free(f.copies);
    free(f.stores);
    free(f.products);
    free(f.held);
    f = {};
  }
}

// Who waits where, neighbours together.
SHIM_CODE void reportStuck() {
  int n = snprintf(message, sizeof message, "block (%u, %u, %u) cannot go on:", blockIdx.x, blockIdx.y, blockIdx.z);
  for (int i = 0, next; i < threads && n < (int)sizeof message - 240; i = next) {
    const Fiber& f = fibers[i];
    for (next = i + 1; next < threads && fibers[next].state == f.state && (f.state == Done || (fibers[next].line == f.line && (f.state != AtPhase || (fibers[next].phase == f.phase && fibers[next].parity == f.parity)))); next++) {}
    n += snprintf(message + n, sizeof message - n, next - i > 1 ? "%s threads %d to %d " : "%s thread %d ", i > 0 ? "," : "", i, next - 1);
    n += f.state == Done ? snprintf(message + n, sizeof message - n, "finished") : snprintf(message + n, sizeof message - n, "wait at %s in line %d", f.what, f.line);
    if (f.state == AtPhase) n += describePhase(f, message + n, sizeof message - n);
  }
  failed = true;
}

SHIM_DATA unsigned randomState SHIM_IS(1);
SHIM_CODE unsigned nextRandom() {
  randomState ^= randomState << 13;
  randomState ^= randomState >> 17;
  return randomState ^= randomState << 5;
}

enum Order { Forward, Backward, Random };
SHIM_DATA Order order;
SHIM_DATA int turn[maxThreads], position;
SHIM_DATA bool ran;

// The fiber whose turn it is: passes go over all fibers until one finds nobody ready. -1: all have finished or wait.
SHIM_CODE int next() {
  for (;; position++) {
    if (position == threads) {
      if (!ran) return -1;
      ran = false;
      position = 0;
      if (order == Random)
        for (int i = threads - 1; i > 0; i--) { const int j = nextRandom() % (i + 1), t = turn[i]; turn[i] = turn[j]; turn[j] = t; }
    }
    if (fibers[turn[position]].state != Ready) continue;
    ran = true;
    // Now and then a thread is left behind, so that warps drift apart.
    if (order == Random && (nextRandom() & 3) == 0) continue;
    return turn[position++];
  }
}

SHIM_CODE void runBlock() {
  for (int i = 0; i < threads; i++) {
    Fiber& f = fibers[i];
    f.state = Ready;
    f.line = 0;
    f.copyCount = 0;
    f.group = 0;
    f.storeCount = f.productCount = f.heldCount = 0;
    f.fenced = false;
    turn[i] = order == Backward ? threads - 1 - i : i;
  }
  for (int i = 0; i * 32 < threads; i++) warps[i].arrived = 0, warps[i].lanes = threads - 32 * i < 32 ? threads - 32 * i : 32;
  doneCount = 0;
  memset(barrierCount, 0, sizeof barrierCount);
  startBoxes();
  startProducts();
  position = threads;
  ran = true;
  if (_setjmp(scheduler) == 0) {
    running = true;
    enter(next());
  }
  running = false;
  if (!failed && doneCount < threads) reportStuck();
  if (!failed) endBoxes();
  if (!failed) endProducts();
}

// The last lane to arrive does the work for all.
template <class Op> void collective(const char* what, int line, Op op) {
  Fiber& f = fibers[current];
  Warp& w = warps[current / 32];
  if (w.arrived == 0) w.what = what, w.line = line;
  else if (w.line != line || strcmp(w.what, what) != 0) fail("is at %s in line %d, but another lane of its warp is at %s in line %d", what, line, w.what, w.line);
  f.what = what;
  f.line = line;
  f.state = AtWarp;
  if (++w.arrived == w.lanes) {
    w.arrived = 0;
    op(w);
    for (int i = 0; i < w.lanes; i++) fibers[(current & ~31) + i].state = Ready;
  }
  wait(Ready);
}
} // namespace shim

[[gnu::noinline]] SHIM_CODE void __syncthreads(int line = __builtin_LINE()) {
  using namespace shim;
  Fiber& f = fibers[current];
  const int r = rank();
  if (barrierCount[r] == 0) barrierLine[r] = line;
  else if (barrierLine[r] != line) fail("is at the barrier of line %d, but another thread is at that of line %d", line, barrierLine[r]);
  f.what = "__syncthreads";
  f.line = line;
  f.state = AtBarrier;
  if (++barrierCount[r] == blockThreads) {
    barrierCount[r] = 0;
    for (int i = 0; i < blockThreads; i++) fibers[r * blockThreads + i].state = Ready;
  }
  wait(Ready);
}

inline void __syncwarp(unsigned = ~0u, int line = __builtin_LINE()) { shim::collective("__syncwarp", line, [](shim::Warp&) {}); }
`;
