/**
 * C++ text: memory. Device buffers lie between address ranges that cannot be touched, inputs cannot be written, and what is left of the last page is filled with a pattern
 * that is compared afterwards. Shared memory is filled with NaN before each block. An asynchronous copy spoils its destination at once and lands only at its wait.
 */
export const memoryText = String.raw`
extern "C" {
extern unsigned char __start_tdsl_shared[] __attribute__((weak, visibility("hidden")));
extern unsigned char __stop_tdsl_shared[] __attribute__((weak, visibility("hidden")));
}

namespace shim {
const unsigned char poison = 0xff; // a NaN in every float type
const size_t guard = 16 << 20; // guards cost address space alone
struct Buffer { char name[64]; unsigned char *map, *data; size_t mapBytes, bytes; bool writable; };
const int maxBuffers = 64;
SHIM_DATA Buffer buffers[maxBuffers + maxCluster]; // the last ones are the dynamic shared memory of the blocks that run
SHIM_DATA int bufferCount, clusterBlocks SHIM_IS(1);
SHIM_CODE Buffer& dynamicMemoryOf(int rank) { return buffers[maxBuffers + rank]; }
SHIM_CODE Buffer& dynamicMemory() { return dynamicMemoryOf(rank()); }

SHIM_CODE bool open(Buffer& b, const char* name, const void* from, size_t bytes, bool writable, size_t alignment = 256) {
  const size_t room = (bytes + alignment - 1) / alignment * alignment, middle = (room + page - 1) / page * page;
  snprintf(b.name, sizeof b.name, "%s", name);
  b.mapBytes = middle + 2 * guard;
  b.map = (unsigned char*)mmap(nullptr, b.mapBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (b.map == MAP_FAILED) { b.map = nullptr; return false; }
  if (middle > 0 && mprotect(b.map + guard, middle, PROT_READ | PROT_WRITE) != 0) return false;
  b.data = b.map + guard + middle - room;
  b.bytes = bytes;
  b.writable = writable;
  memset(b.map + guard, poison, b.data - (b.map + guard));
  memset(b.data + bytes, poison, room - bytes);
  if (from != nullptr && bytes > 0) memcpy(b.data, from, bytes);
  if (!writable && middle > 0) mprotect(b.map + guard, middle, PROT_READ);
  return true;
}

SHIM_CODE void close(Buffer& b) {
  if (b.map != nullptr) munmap(b.map, b.mapBytes);
  b.map = nullptr;
}

// Byte offset, relative to the buffer, of a write beside it; 0 if there is none (offset 0 is inside).
SHIM_CODE long touchedBeside(const Buffer& b) {
  const unsigned char* end = b.map + b.mapBytes - guard;
  for (const unsigned char* p = b.data + b.bytes; p < end; p++) if (*p != poison) return p - b.data;
  for (const unsigned char* p = b.data - 1; p >= b.map + guard; p--) if (*p != poison) return p - b.data;
  return 0;
}

SHIM_CODE void poisonShared() {
  if (__start_tdsl_shared != nullptr) memset(__start_tdsl_shared, poison, __stop_tdsl_shared - __start_tdsl_shared);
  for (int r = 0; r < clusterBlocks; r++) memset(dynamicMemoryOf(r).data, poison, dynamicMemoryOf(r).bytes);
}

SHIM_CODE bool isShared(const void* pointer, int bytes) {
  const unsigned char* p = (const unsigned char*)pointer;
  if (p >= __start_tdsl_shared && p + bytes <= __stop_tdsl_shared) return true;
  const Buffer& own = dynamicMemory();
  return own.map != nullptr && p >= own.data && p + bytes <= own.data + own.bytes;
}

SHIM_CODE void checkAddress(const char* what, const void* pointer, int bytes, int line) {
  if ((size_t)pointer % bytes != 0) fail("%s in line %d: the address is no multiple of %d bytes", what, line, bytes);
}
SHIM_CODE void checkShared(const char* what, const void* pointer, int bytes, int line) {
  if (!isShared(pointer, bytes)) fail("%s in line %d: the address is outside shared memory", what, line);
  checkAddress(what, pointer, bytes, line);
}

const int signals[5] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
SHIM_DATA struct sigaction oldActions[5];
SHIM_DATA unsigned limitMs;

SHIM_CODE void onSignal(int signal, siginfo_t* info, void*) {
  if (signal == SIGALRM) {
    if (running) fail("still runs after %u ms", limitMs);
    return;
  }
  if (signal == SIGFPE) fail("divides an integer by zero");
  if (signal == SIGILL) fail("indexes an array out of its bounds");
  const unsigned char* p = (const unsigned char*)info->si_addr;
  for (const Buffer& b : buffers) {
    if (b.map == nullptr || p < b.map || p >= b.map + b.mapBytes) continue;
    const long offset = p - b.data;
    if (offset >= 0 && offset < (long)b.bytes) fail("writes to byte %ld of %s, which is an input", offset, b.name);
    fail("touches byte %ld of %s, which has %ld bytes", offset, b.name, (long)b.bytes);
  }
  if (p >= fibers[current].stack && p < fibers[current].stack + page) fail("has used up its stack");
  fail("touches memory that belongs to no buffer");
}

// While kernels run: faults are caught on a stack of their own, and a timer asks this thread now and then whether it is still running.
SHIM_CODE void catchSignals(bool on) {
  static unsigned char stack[64 << 10];
  static stack_t oldStack;
  static timer_t timer;
  if (on) {
    stack_t own = {};
    own.ss_sp = stack;
    own.ss_size = sizeof stack;
    sigaltstack(&own, &oldStack);
    struct sigaction action = {};
    action.sa_sigaction = onSignal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER; // the handler leaves by a jump
    for (int i = 0; i < 5; i++) sigaction(signals[i], &action, &oldActions[i]);
    struct sigevent event = {};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGALRM;
    event._sigev_un._tid = (int)syscall(SYS_gettid);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    struct itimerspec limit = {};
    limit.it_value.tv_sec = limitMs / 1000;
    limit.it_value.tv_nsec = limitMs % 1000 * 1000000L;
    limit.it_interval.tv_nsec = 10000000L;
    timer_settime(timer, 0, &limit, nullptr);
  } else {
    timer_delete(timer);
    for (int i = 0; i < 5; i++) sigaction(signals[i], &oldActions[i], nullptr);
    sigaltstack(&oldStack, nullptr);
  }
}

SHIM_CODE void land(Fiber& f, unsigned before) {
  int kept = 0;
  for (int i = 0; i < f.copyCount; i++) {
    const Copy& c = f.copies[i];
    if ((int)(c.group - before) >= 0) { f.copies[kept++] = c; continue; }
    if (c.inside) memcpy(c.to, c.from, c.bytes); else memset(c.to, 0, c.bytes);
  }
  f.copyCount = kept;
}
} // namespace shim

#define dynamic_shared(name) unsigned char* const name = shim::dynamicMemory().data

template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };
template <int N, class T> inline void load_vector(T* to, const T* from, int line = __builtin_LINE()) {
  shim::checkAddress("load_vector", from, sizeof(T) * N, line);
  memcpy(to, from, sizeof(T) * N);
}
template <int N, class T> inline void store_vector(T* to, const T* from, int line = __builtin_LINE()) {
  shim::checkAddress("store_vector", to, sizeof(T) * N, line);
  memcpy(to, from, sizeof(T) * N);
}

template <int BYTES> void cp_async(void* to, const void* from, bool inside, int line = __builtin_LINE()) {
  static_assert(BYTES == 4 || BYTES == 8 || BYTES == 16, "cp.async moves 4, 8 or 16 bytes");
  using namespace shim;
  checkShared("cp_async", to, BYTES, line);
  if (inside) {
    checkAddress("cp_async", from, BYTES, line);
    (void)*(const volatile unsigned char*)from;
  }
  Fiber& f = fibers[current];
  if (f.copyCount == f.copyRoom) f.copies = (Copy*)realloc(f.copies, sizeof(Copy) * (f.copyRoom = 2 * f.copyRoom + 16));
  f.copies[f.copyCount++] = {(unsigned char*)to, (const unsigned char*)from, BYTES, inside, f.group};
  memset(to, poison, BYTES);
}
inline void cp_async_commit() { shim::fibers[shim::current].group++; }
template <int N> void cp_async_wait() { shim::Fiber& f = shim::fibers[shim::current]; shim::land(f, f.group - N); }

// Fibers are never interrupted in between, so these are atomic as they stand.
inline unsigned atomicAnd(unsigned* at, unsigned value) { const unsigned old = *at; *at = old & value; return old; }
inline unsigned atomicOr(unsigned* at, unsigned value) { const unsigned old = *at; *at = old | value; return old; }
template <class T> inline T atomicAdd(T* at, T value) { const T old = *at; *at = old + value; return old; }
template <class T> inline T atomicMax(T* at, T value) { const T old = *at; if (value > old) *at = value; return old; }
template <class T> inline T atomicMin(T* at, T value) { const T old = *at; if (value < old) *at = value; return old; }
template <class T> inline void atomic_add(T* at, T value) { atomicAdd(at, value); }
inline void atomic_max_i32(int* at, int value) { atomicMax(at, value); }
inline void atomic_min_i32(int* at, int value) { atomicMin(at, value); }
`;
