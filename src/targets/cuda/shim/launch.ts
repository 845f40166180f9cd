/** C++ text: running a grid, and the functions that the runner calls. */
export const launchText = String.raw`
namespace shim {
SHIM_DATA const int* sizes;
SHIM_DATA const TensorMap* maps;
SHIM_DATA int nextBuffer, nextMap, nextSize;
template <class T> struct Argument { static T take() { return (T)sizes[nextSize++]; } static const bool isBuffer = false; };
template <> struct Argument<TensorMap> { static TensorMap take() { return maps[nextMap++]; } static const bool isBuffer = false; };
template <class T> struct Argument<T*> { static T* take() { return (T*)buffers[nextBuffer++].data; } static const bool isBuffer = true; };
// Braces order the arguments, which a call would not.
template <class... P> struct Call { Call(void (*kernel)(P...), P... arguments) { kernel(arguments...); } };
template <class... P> void call(void (*kernel)(P...)) {
  nextBuffer = nextMap = nextSize = 0;
  Call<P...>{kernel, Argument<P>::take()...};
}
template <class... P> int bufferParameters(void (*)(P...)) { return (0 + ... + (Argument<P>::isBuffer ? 1 : 0)); }
template <class T> struct IsMap { static const int count = 0; };
template <> struct IsMap<TensorMap> { static const int count = 1; };
template <class... P> int mapParameters(void (*)(P...)) { return (0 + ... + IsMap<P>::count); }
template <class... P> int parameters(void (*)(P...)) { return sizeof...(P); }
struct Entry { void (*body)(); int buffers, maps, parameters; };
extern const Entry entries[];

SHIM_CODE unsigned long gcd(unsigned long a, unsigned long b) { return b == 0 ? a : gcd(b, a % b); }

SHIM_CODE void runGrid() {
  const unsigned long count = (unsigned long)gridDim.x * gridDim.y * gridDim.z / clusterBlocks;
  unsigned long step = 1, offset = 0; // random order: a step that has no factor in common with the count visits every cluster once
  if (order == Random && count > 1) {
    offset = nextRandom() % count;
    do step = 1 + nextRandom() % count; while (gcd(step, count) != 1);
  }
  for (unsigned long n = 0; n < count && !failed; n++) {
    const unsigned long first = clusterBlocks * (order == Backward ? count - 1 - n : order == Random ? (offset + (unsigned __int128)n * step) % count : n);
    for (int i = 0; i < threads; i++) {
      const unsigned long block = first + i / blockThreads;
      fibers[i].block = {(unsigned)(block % gridDim.x), (unsigned)(block / gridDim.x % gridDim.y), (unsigned)(block / gridDim.x / gridDim.y)};
    }
    blockIdx = fibers[0].block;
    poisonShared();
    runBlock();
  }
}
} // namespace shim

#ifdef SHIM_RUNTIME
#define SHIM_EXPORT extern "C" __attribute__((visibility("default")))

SHIM_EXPORT void shim_reset() {
  for (shim::Buffer& b : shim::buffers) shim::close(b);
  shim::bufferCount = 0;
}

SHIM_EXPORT int shim_buffer(const char* name, const unsigned char* from, double bytes, int writable) {
  if (shim::bufferCount == shim::maxBuffers) return 0;
  return shim::open(shim::buffers[shim::bufferCount++], name, from, (size_t)bytes, writable != 0);
}

SHIM_EXPORT void shim_read(int index, unsigned char* to) { memcpy(to, shim::buffers[index].data, shim::buffers[index].bytes); }

// numbers: entry, grid x y z, block x y z, dynamic shared bytes, order, seed, number of sizes, time limit in ms, number of maps, blocks of a cluster. Returns whether all went well.
SHIM_EXPORT int shim_launch(const unsigned* numbers, const int* sizes, const void* maps, char* message, int messageBytes) {
  using namespace shim;
  const Entry& entry = entries[numbers[0]];
  gridDim = {numbers[1], numbers[2], numbers[3]};
  blockDim = {numbers[4], numbers[5], numbers[6]};
  clusterBlocks = numbers[13];
  blockThreads = blockDim.x * blockDim.y * blockDim.z;
  threads = blockThreads * clusterBlocks;
  current = 0;
  shim::sizes = sizes;
  alignas(64) static TensorMap aligned[16];
  const int sizeCount = numbers[10], mapCount = numbers[12];
  if (mapCount > 16) { snprintf(message, messageBytes, "%d tensor maps, 16 at most", mapCount); return 0; }
  memcpy(aligned, maps, mapCount * sizeof(TensorMap));
  shim::maps = aligned;
  body = entry.body;
  failed = false;
  shim::message[0] = 0;
  const int entrySizes = entry.parameters - entry.buffers - entry.maps;
  if (entry.buffers != bufferCount || entry.maps != mapCount || entrySizes != sizeCount) {
    snprintf(message, messageBytes, "the kernel takes %d buffers, %d maps and %d sizes, its launch gives %d, %d and %d", entry.buffers, entry.maps, entrySizes, bufferCount, mapCount, sizeCount);
    return 0;
  }
  bool fits = clusterBlocks >= 1 && clusterBlocks <= maxCluster && blockThreads >= 1 && threads <= maxThreads;
  for (int r = 0; r < maxCluster; r++) {
    close(dynamicMemoryOf(r));
    fits = fits && (r >= clusterBlocks || open(dynamicMemoryOf(r), "dynamic shared memory", nullptr, numbers[7], true, 1024));
  }
  if (!fits) {
    snprintf(message, messageBytes, "%d blocks of %d threads with %u bytes of shared memory cannot run", clusterBlocks, blockThreads, numbers[7]);
    return 0;
  }
  start(threads);
  asyncMemory = (unsigned char*)malloc(staticBytes() + clusterBlocks * dynamicMemoryOf(0).bytes + 1);
  for (unsigned i = 0; i < (unsigned)threads; i++) fibers[i].thread = {i % blockThreads % blockDim.x, i % blockThreads / blockDim.x % blockDim.y, i % blockThreads / blockDim.x / blockDim.y};
  randomState = numbers[9] * 2654435761u | 1u;
  limitMs = numbers[11];
  catchSignals(true);
  order = (Order)numbers[8];
  runGrid();
  catchSignals(false);
  stop();
  free(asyncMemory);
  for (int i = 0; !failed && i < maxBuffers + maxCluster; i++) {
    if (buffers[i].map == nullptr) continue;
    const long offset = touchedBeside(buffers[i]);
    if (offset == 0) continue;
    snprintf(shim::message, sizeof shim::message, "a thread wrote to byte %ld of %s, which has %ld bytes", offset, buffers[i].name, (long)buffers[i].bytes);
    failed = true;
  }
  snprintf(message, messageBytes, "%s", shim::message);
  return !failed;
}
#endif
`;
