/**
 * C++ text: barriers that count bytes, box copies, named barriers. A box spoils its destination at once and lands only when somebody waits for its barrier's phase; a
 * store reads shared memory only at its wait.
 *
 * Copies and products see shared memory through a view of their own: what boxes brought, and what threads had written when one of them called fence_async_shared.
 */
export const boxesText = String.raw`
#define __grid_constant__
#define dynamic_shared_1024(name) dynamic_shared(name)
typedef unsigned long long Barrier;
struct __align__(64) TensorMap { unsigned long long word[16]; };

namespace shim {
// What the unit's side sees of shared memory: as large as the static part and the dynamic parts together.
SHIM_DATA unsigned char* asyncMemory;
SHIM_CODE size_t staticBytes() { return __start_tdsl_shared == nullptr ? 0 : __stop_tdsl_shared - __start_tdsl_shared; }
SHIM_CODE bool isStatic(const unsigned char* p) { return p >= __start_tdsl_shared && p < __stop_tdsl_shared; }
// Which block of the cluster has this address.
SHIM_CODE int ownerOf(const void* pointer) {
  const unsigned char* p = (const unsigned char*)pointer;
  for (int r = 0; r < clusterBlocks; r++) if (p >= dynamicMemoryOf(r).map && p < dynamicMemoryOf(r).map + dynamicMemoryOf(r).mapBytes) return r;
  return 0;
}
SHIM_CODE long sharedOffset(const void* pointer) {
  const unsigned char* p = (const unsigned char*)pointer;
  return isStatic(p) ? p - __start_tdsl_shared : p - dynamicMemoryOf(ownerOf(p)).data;
}
SHIM_CODE unsigned char* asyncView(const void* pointer) {
  const unsigned char* p = (const unsigned char*)pointer;
  if (isStatic(p)) return asyncMemory + (p - __start_tdsl_shared);
  const int r = ownerOf(p);
  return asyncMemory + staticBytes() + r * dynamicMemoryOf(0).bytes + (p - dynamicMemoryOf(r).data);
}
SHIM_CODE void publishShared(int r) {
  if (staticBytes() > 0) memcpy(asyncMemory, __start_tdsl_shared, staticBytes());
  const Buffer& b = dynamicMemoryOf(r);
  if (b.bytes > 0) memcpy(asyncMemory + staticBytes() + r * b.bytes, b.data, b.bytes);
}
// The same place in another block of the cluster.
template <class T> T* there(const char* what, T* pointer, int r, int line) {
  if (r < 0 || r >= clusterBlocks) fail("%s in line %d: block %d of a cluster of %d", what, line, r, clusterBlocks);
  if (clusterBlocks == 1) return pointer;
  if (isStatic((const unsigned char*)pointer)) fail("%s in line %d: static shared memory of another block", what, line);
  for (int i = 0; i < blockThreads; i++) if (fibers[r * blockThreads + i].state == Done) fail("%s in line %d: a thread of block %d of the cluster has ended; all meet at cluster_sync before", what, line, r);
  return (T*)(dynamicMemoryOf(r).data + ((const unsigned char*)pointer - dynamicMemory().data));
}
SHIM_CODE const unsigned char* swizzled(const unsigned char* p, int width) { return width == 0 ? p : (const unsigned char*)((size_t)p ^ ((size_t)p >> 7 & (width / 16 - 1)) << 4); }

struct Box { const TensorMap* map; unsigned char* data; int rank, bytes, swizzle, c[5], box[5]; bool round; long dims[5], strides[5]; long total; };
struct Phase { const void* at; int count, pending, parity, waiters; long expected; bool shown; };
struct Load { Box box; unsigned char* to; int phase; };
struct Named { int arrived, threads, line; };

SHIM_DATA List<Phase> phases;
SHIM_DATA List<Load> loads;
SHIM_DATA Named named[maxCluster][16];
SHIM_DATA int clusterArrived;
const unsigned long long mark = 0x6d62617272696572ull; // in the barrier's memory, plus its number: overwritten barriers are noticed

SHIM_CODE Phase& phaseOf(const char* what, const Barrier* barrier, int line) {
  if (ownerOf(barrier) == rank()) checkShared(what, barrier, 8, line);
  const unsigned long long n = *barrier - mark;
  if (n < (unsigned long long)phases.count && phases.at[n].at == barrier) return phases.at[n];
  for (int i = 0; i < phases.count; i++)
    if (phases.at[i].at == barrier) fail("%s in line %d: the barrier at shared byte %ld was overwritten", what, line, sharedOffset(barrier));
  fail("%s in line %d: barrier_init has not made a barrier at shared byte %ld yet", what, line, sharedOffset(barrier));
}

SHIM_CODE Box boxOf(const char* what, const TensorMap* map, int rank, const int* c, int line) {
  Box b;
  b.map = map;
  if (map->word[0] != mark) fail("%s in line %d: that is no tensor map", what, line);
  b.data = buffers[map->word[1]].data;
  b.rank = map->word[2] & 255;
  b.bytes = map->word[2] >> 8 & 255;
  b.swizzle = map->word[2] >> 16 & 255;
  b.round = map->word[2] >> 32 & 1;
  if (b.rank != rank) fail("%s in line %d: %d coordinates for a tensor of %d dimensions", what, line, rank, b.rank);
  b.total = b.bytes;
  for (int n = 0; n < 5; n++) {
    b.c[n] = n < rank ? c[n] : 0;
    b.dims[n] = n < rank ? (long)map->word[3 + n] : 1;
    b.strides[n] = n == 0 ? b.bytes : n < rank ? (long)map->word[7 + n] : 0;
    b.box[n] = n < rank ? map->word[12] >> 10 * n & 1023 : 1;
    b.total *= b.box[n];
  }
  return b;
}

// Calls move(address in shared memory, address in the tensor or null outside it) for each element of a box.
template <class Move> void eachElement(const Box& b, const unsigned char* shared, Move move) {
  const unsigned char* at = shared;
  int n[5];
  for (n[4] = 0; n[4] < b.box[4]; n[4]++)
    for (n[3] = 0; n[3] < b.box[3]; n[3]++)
      for (n[2] = 0; n[2] < b.box[2]; n[2]++)
        for (n[1] = 0; n[1] < b.box[1]; n[1]++) {
          bool rowInside = true;
          unsigned char* row = b.data;
          for (int d = 1; d < 5; d++) {
            const long c = (long)b.c[d] + n[d];
            rowInside = rowInside && c >= 0 && c < b.dims[d];
            row += c * b.strides[d];
          }
          for (n[0] = 0; n[0] < b.box[0]; n[0]++, at += b.bytes) {
            const long c = (long)b.c[0] + n[0];
            move((unsigned char*)swizzled(at, b.swizzle), rowInside && c >= 0 && c < b.dims[0] ? row + c * b.bytes : nullptr);
          }
        }
}

SHIM_CODE void land(const Load& load) {
  const Box& b = load.box;
  eachElement(b, load.to, [&](unsigned char* to, const unsigned char* from) {
    unsigned value = 0;
    if (from != nullptr) memcpy(&value, from, b.bytes);
    if (b.round) value = tf32_from_f32(value);
    memcpy(to, &value, b.bytes);
    memcpy(asyncView(to), &value, b.bytes);
  });
}

SHIM_CODE void endPhase(int n) {
  Phase& p = phases.at[n];
  if (p.pending != 0 || p.expected != 0) return;
  p.parity ^= 1;
  p.pending = p.count;
  for (int i = 0; i < threads; i++)
    if (fibers[i].state == AtPhase && fibers[i].phase == n) fibers[i].state = Ready;
}

SHIM_CODE void landAll(int n) {
  int kept = 0;
  for (int i = 0; i < loads.count; i++) {
    if (loads.at[i].phase != n) { loads.at[kept++] = loads.at[i]; continue; }
    land(loads.at[i]);
    phases.at[n].expected -= loads.at[i].box.total;
  }
  loads.count = kept;
  endPhase(n);
}

SHIM_CODE void arrive(const char* what, Barrier* barrier, long bytes, int line) {
  const int n = &phaseOf(what, barrier, line) - phases.at;
  Phase& p = phases.at[n];
  if (p.pending == 0) landAll(n); // all have arrived: only bytes are missing, which come by themselves
  if (p.pending == 0) fail("%s in line %d: one arrival too many at the barrier at shared byte %ld, whose phase still waits for %ld bytes", what, line, sharedOffset(barrier), p.expected);
  p.pending--;
  p.expected += bytes;
  if (p.waiters > 0) landAll(n); else endPhase(n);
}

SHIM_CODE int describePhase(const Fiber& f, char* to, int room) {
  const Phase& p = phases.at[f.phase];
  return snprintf(to, room, " for phase %d of the barrier at shared byte %ld, which lacks %d arrivals and %ld bytes", f.parity, sharedOffset(p.at), p.pending, p.expected);
}

SHIM_CODE void startBoxes() {
  phases.count = loads.count = 0;
  memset(named, 0, sizeof named);
  clusterArrived = 0;
  for (int r = 0; r < clusterBlocks; r++) publishShared(r);
}
SHIM_CODE void finishBoxes(Fiber& f) {
  if (f.storeCount > 0) fail("ends while a box that it stored is still read from shared memory");
}
SHIM_CODE void endBoxes() {
  if (loads.count == 0) return;
  snprintf(message, sizeof message, "block (%u, %u, %u) ends while a box is still on its way to shared byte %ld", blockIdx.x, blockIdx.y, blockIdx.z, sharedOffset(loads.at[0].to));
  failed = true;
}

struct Store { Box box; const unsigned char* from; unsigned group; };
SHIM_CODE void finishStores(Fiber& f, unsigned before) {
  int kept = 0;
  Store* stores = (Store*)f.stores;
  for (int i = 0; i < f.storeCount; i++) {
    const Store& s = stores[i];
    if ((int)(s.group - before) >= 0) { stores[kept++] = s; continue; }
    eachElement(s.box, s.from, [&](unsigned char* from, unsigned char* to) { if (to != nullptr) memcpy(to, asyncView(from), s.box.bytes); });
  }
  f.storeCount = kept;
}
} // namespace shim

inline void barrier_init(Barrier* barrier, int count, int line = __builtin_LINE()) {
  using namespace shim;
  checkShared("barrier_init", barrier, 8, line);
  if (count < 1 || count >= 1 << 20) fail("barrier_init in line %d: %d arrivals", line, count);
  for (int i = 0; i < phases.count; i++) if (phases.at[i].at == barrier) fail("barrier_init in line %d: there is a barrier at shared byte %ld already", line, sharedOffset(barrier));
  *barrier = mark + phases.count;
  phases.add({barrier, count, count, 0, 0, 0, false});
}
inline void barrier_init_fence() { for (int i = 0; i < shim::phases.count; i++) if (shim::ownerOf(shim::phases.at[i].at) == shim::rank()) shim::phases.at[i].shown = true; }
inline void barrier_expect(Barrier* barrier, int bytes, int line = __builtin_LINE()) { shim::arrive("barrier_expect", barrier, bytes, line); }
inline void barrier_arrive(Barrier* barrier, int line = __builtin_LINE()) { shim::arrive("barrier_arrive", barrier, 0, line); }
inline void warp_meet(int line = __builtin_LINE()) { __syncwarp(~0u, line); }
inline void barrier_arrive_if(Barrier* barrier, bool arrives, int line = __builtin_LINE()) { if (arrives) barrier_arrive(barrier, line); }
inline void barrier_arrive_at(Barrier* barrier, int rank, int line = __builtin_LINE()) { shim::arrive("barrier_arrive_at", shim::there("barrier_arrive_at", barrier, rank, line), 0, line); }
[[gnu::noinline]] SHIM_CODE void barrier_wait(Barrier* barrier, int parity, int line = __builtin_LINE()) {
  using namespace shim;
  Phase& p = phaseOf("barrier_wait", barrier, line);
  if (parity != 0 && parity != 1) fail("barrier_wait in line %d: parity %d", line, parity);
  Fiber& f = fibers[current];
  f.what = "barrier_wait";
  f.line = line;
  if (p.parity != parity) return;
  const int n = &p - phases.at;
  p.waiters++;
  landAll(n);
  if (phases.at[n].parity == parity) {
    f.phase = n;
    f.parity = parity;
    wait(AtPhase);
    if (phases.at[n].parity == parity) fail("barrier_wait in line %d: two phases went by before this thread had its turn; whoever frees a stage must know that all have read it", line);
  }
  phases.at[n].waiters--;
}

inline void prefetch_map(const TensorMap* map, int line = __builtin_LINE()) { if (map->word[0] != shim::mark) shim::fail("prefetch_map in line %d: that is no tensor map", line); }
namespace shim {
SHIM_CODE void load(const char* what, const Box& box, void* to, Barrier* full, int blocks, int line) {
  checkShared(what, to, 128, line);
  if (!isShared(to, (int)box.total)) fail("%s in line %d: a box of %ld bytes does not fit at shared byte %ld", what, line, box.total, sharedOffset(to));
  for (int r = 0; blocks >> r != 0; r++) {
    if ((blocks >> r & 1) == 0) continue;
    unsigned char* place = (unsigned char*)there(what, to, r, line);
    const int n = &phaseOf(what, there(what, full, r, line), line) - phases.at;
    if (!phases.at[n].shown) fail("%s in line %d: no barrier_init_fence since barrier_init", what, line);
    memset(place, poison, box.total);
    memset(asyncView(place), poison, box.total);
    loads.add({box, place, n});
    if (phases.at[n].waiters > 0) landAll(n);
  }
}
} // namespace shim

template <int DIMS> void tma_load(void* to, const TensorMap* map, Barrier* full, int c0, int c1 = 0, int c2 = 0, int c3 = 0, int c4 = 0, int line = __builtin_LINE()) {
  const int c[5] = {c0, c1, c2, c3, c4};
  shim::load("tma_load", shim::boxOf("tma_load", map, DIMS, c, line), to, full, 1 << shim::rank(), line);
}
inline void tma_load_1d(void* to, const TensorMap* map, Barrier* full, int c0, int line = __builtin_LINE()) { tma_load<1>(to, map, full, c0, 0, 0, 0, 0, line); }
inline void tma_load_2d(void* to, const TensorMap* map, Barrier* full, int c0, int c1, int line = __builtin_LINE()) { tma_load<2>(to, map, full, c0, c1, 0, 0, 0, line); }
inline void tma_load_3d(void* to, const TensorMap* map, Barrier* full, int c0, int c1, int c2, int line = __builtin_LINE()) { tma_load<3>(to, map, full, c0, c1, c2, 0, 0, line); }
inline void tma_load_4d(void* to, const TensorMap* map, Barrier* full, int c0, int c1, int c2, int c3, int line = __builtin_LINE()) { tma_load<4>(to, map, full, c0, c1, c2, c3, 0, line); }
inline void tma_load_5d(void* to, const TensorMap* map, Barrier* full, int c0, int c1, int c2, int c3, int c4, int line = __builtin_LINE()) { tma_load<5>(to, map, full, c0, c1, c2, c3, c4, line); }
template <int DIMS> void tma_load_multicast(void* to, const TensorMap* map, Barrier* full, int blocks, int c0, int c1 = 0, int c2 = 0, int c3 = 0, int c4 = 0, int line = __builtin_LINE()) {
  const int c[5] = {c0, c1, c2, c3, c4};
  shim::load("tma_load_multicast", shim::boxOf("tma_load_multicast", map, DIMS, c, line), to, full, blocks, line);
}
template <int DIMS> void tma_store(const TensorMap* map, const void* from, int c0, int c1 = 0, int c2 = 0, int c3 = 0, int c4 = 0, int line = __builtin_LINE()) {
  using namespace shim;
  const int c[5] = {c0, c1, c2, c3, c4};
  const Box box = boxOf("tma_store", map, DIMS, c, line);
  checkShared("tma_store", from, 128, line);
  if (!isShared(from, (int)box.total)) fail("tma_store in line %d: a box of %ld bytes does not fit at shared byte %ld", line, box.total, sharedOffset(from));
  Fiber& f = fibers[current];
  if (f.storeCount == f.storeRoom) f.stores = realloc(f.stores, sizeof(Store) * (f.storeRoom = 2 * f.storeRoom + 4));
  ((Store*)f.stores)[f.storeCount++] = {box, (const unsigned char*)from, f.storeGroup};
}
inline void tma_store_commit() { shim::fibers[shim::current].storeGroup++; }
inline void tma_store_1d(const TensorMap* map, const void* from, int c0, int line = __builtin_LINE()) { tma_store<1>(map, from, c0, 0, 0, 0, 0, line); tma_store_commit(); }
inline void tma_store_2d(const TensorMap* map, const void* from, int c0, int c1, int line = __builtin_LINE()) { tma_store<2>(map, from, c0, c1, 0, 0, 0, line); tma_store_commit(); }
inline void tma_store_3d(const TensorMap* map, const void* from, int c0, int c1, int c2, int line = __builtin_LINE()) { tma_store<3>(map, from, c0, c1, c2, 0, 0, line); tma_store_commit(); }
inline void tma_store_4d(const TensorMap* map, const void* from, int c0, int c1, int c2, int c3, int line = __builtin_LINE()) { tma_store<4>(map, from, c0, c1, c2, c3, 0, line); tma_store_commit(); }
inline void tma_store_5d(const TensorMap* map, const void* from, int c0, int c1, int c2, int c3, int c4, int line = __builtin_LINE()) { tma_store<5>(map, from, c0, c1, c2, c3, c4, line); tma_store_commit(); }
template <int N> void tma_store_wait_read() { shim::Fiber& f = shim::fibers[shim::current]; shim::finishStores(f, f.storeGroup - N); }
template <int N> void tma_store_wait() { tma_store_wait_read<N>(); }
inline void fence_async_shared() { shim::publishShared(shim::rank()); }

template <int N> void setmaxnreg(const char* what, int line) {
  static_assert(N % 8 == 0 && N >= 24 && N <= 256, "24 to 256 registers, in steps of 8");
  shim::collective(what, line, [](shim::Warp&) {});
}
template <int N> void setmaxnreg_inc(int line = __builtin_LINE()) { setmaxnreg<N>("setmaxnreg_inc", line); }
template <int N> void setmaxnreg_dec(int line = __builtin_LINE()) { setmaxnreg<N>("setmaxnreg_dec", line); }

[[gnu::noinline]] SHIM_CODE void named_barrier_sync(int id, int count, int line = __builtin_LINE()) {
  using namespace shim;
  if (id < 1 || id > 15 || count < 32 || count % 32 != 0 || count > blockThreads) fail("named_barrier_sync in line %d: number %d for %d threads", line, id, count);
  Named& b = named[rank()][id];
  if (b.arrived > 0 && b.threads != count) fail("named_barrier_sync in line %d: %d threads at barrier %d, but %d in line %d", line, count, id, b.threads, b.line);
  b.threads = count;
  b.line = line;
  Fiber& f = fibers[current];
  f.what = "named_barrier_sync";
  f.line = line;
  f.phase = 16 * rank() + id;
  f.state = AtNamed;
  if (++b.arrived == count) {
    b.arrived = 0;
    for (int i = 0; i < threads; i++) if (fibers[i].state == AtNamed && fibers[i].phase == f.phase) fibers[i].state = Ready;
  }
  wait(Ready);
}

// Launches follow one another here.
inline void launch_release() {}
inline void launch_wait() {}

inline int cluster_rank() { return shim::rank(); }
[[gnu::noinline]] SHIM_CODE void cluster_sync(int line = __builtin_LINE()) {
  using namespace shim;
  Fiber& f = fibers[current];
  f.what = "cluster_sync";
  f.line = line;
  f.phase = 0;
  f.state = AtNamed;
  if (++clusterArrived == threads) {
    clusterArrived = 0;
    for (int i = 0; i < threads; i++) fibers[i].state = Ready;
  }
  wait(Ready);
}
`;
