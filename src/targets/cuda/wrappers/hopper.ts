/**
 * What only sm_90a has, apart from products: barriers in shared memory that count bytes (mbarrier), box copies by a unit of their own (TMA), registers that
 * move between roles, and fences between ordinary accesses and those units. PTX ISA, "Asynchronous Barrier", "cp.async.bulk.tensor", "setmaxnreg".
 */
import { device, FN, type Wrapper } from './wrapper.ts';

const DIMS = [1, 2, 3, 4, 5] as const;
/** The same instruction for each number of dimensions; the operands of the coordinates stand behind `before` others. */
const perDims = (before: number, text: (dims: number, coordinates: string, operands: string) => string): string => DIMS.map((dims) => {
  const names = Array.from({ length: dims }, (_, n) => `c${n}`);
  return `  ${dims > 1 ? 'else ' : ''}if constexpr (DIMS == ${dims}) ${text(dims, names.map((_, n) => `%${n + before}`).join(', '), names.map((c) => `"r"(${c})`).join(', '))};`;
}).join('\n');
const coordinates = 'int c0, int c1 = 0, int c2 = 0, int c3 = 0, int c4 = 0';

/** One instruction for one number of dimensions, which is what kernels call: `tma_load_2d`. */
const boxesOf = (dims: number): Wrapper[] => {
  const names = Array.from({ length: dims }, (_, n) => `c${n}`), parameters = names.map((c) => `int ${c}`).join(', '), values = names.map((c) => `"r"(${c})`).join(', ');
  const at = (before: number): string => names.map((_, n) => `%${n + before}`).join(', ');
  return [
    device(`tma_load_${dims}d`, 'one thread starts the copy of the box at (c0 innermost, …) to shared memory; zeros outside the tensor; its bytes count at the barrier', `
${FN} void tma_load_${dims}d(void* to, const TensorMap* map, Barrier* full, ${parameters}) {
  asm volatile("cp.async.bulk.tensor.${dims}d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {${at(3)}}], [%2];" :: "r"(shared_address(to)), "l"(map), "r"(shared_address(full)), ${values} : "memory");
}`, ['TensorMap', 'Barrier', 'shared_address']),
    device(`tma_store_${dims}d`, 'one thread starts the copy of a box from shared memory to (c0 innermost, …), a group of its own; what is outside the tensor is left out', `
${FN} void tma_store_${dims}d(const TensorMap* map, const void* from, ${parameters}) {
  asm volatile("cp.async.bulk.tensor.${dims}d.global.shared::cta.tile.bulk_group [%0, {${at(2)}}], [%1]; cp.async.bulk.commit_group;" :: "l"(map), "r"(shared_address(from)), ${values} : "memory");
}`, ['TensorMap', 'shared_address']),
  ];
};

export const hopperWrappers: readonly Wrapper[] = [
  device('dynamic_shared_1024', 'names the dynamic shared memory of the block, aligned for swizzled rows', `
#define dynamic_shared_1024(name) extern __shared__ __align__(1024) unsigned char name[]`),
  device('Barrier', 'counts arrivals and bytes in shared memory; each time both are complete a phase ends, and phases have parity 0, 1, 0, …', `
typedef unsigned long long Barrier;`),
  device('TensorMap', 'how a tensor lies in memory and which boxes of it are copied; made by the host', `
struct __align__(64) TensorMap { unsigned long long word[16]; };`),

  device('barrier_init', 'makes a barrier whose phases take count arrivals; one thread, then barrier_init_fence and a barrier of all', `
${FN} void barrier_init(Barrier* barrier, int count) { asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" :: "r"(shared_address(barrier)), "r"(count) : "memory"); }`, ['Barrier', 'shared_address']),
  device('barrier_init_fence', 'shows new barriers to the copying unit', `
${FN} void barrier_init_fence() { asm volatile("fence.mbarrier_init.release.cluster; fence.proxy.async.shared::cta;" ::: "memory"); }`),
  device('barrier_expect', 'arrives, and adds bytes that copies will bring in this phase', `
${FN} void barrier_expect(Barrier* barrier, int bytes) { asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" :: "r"(shared_address(barrier)), "r"(bytes) : "memory"); }`, ['Barrier', 'shared_address']),
  device('barrier_arrive', 'arrives: what this thread did before is done for those who wait', `
${FN} void barrier_arrive(Barrier* barrier) { asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" :: "r"(shared_address(barrier)) : "memory"); }`, ['Barrier', 'shared_address']),
  // Without a branch: ptxas would take one between the wait for products and the reading of their sums as a reason to run products one after another.
  device('barrier_arrive_if', 'the same for threads that say so', `
${FN} void barrier_arrive_if(Barrier* barrier, bool arrives) {
  asm volatile("{ .reg .pred p; setp.ne.b32 p, %1, 0; @p mbarrier.arrive.shared::cta.b64 _, [%0]; }" :: "r"(shared_address(barrier)), "r"((int)arrives) : "memory");
}`, ['Barrier', 'shared_address']),
  device('barrier_wait', 'waits for the end of the phase of this parity; of a new barrier, phase 1 counts as over', `
${FN} void barrier_wait(Barrier* barrier, int parity) {
  for (int done = 0; !done;)
    asm volatile("{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; selp.b32 %0, 1, 0, p; }" : "=r"(done) : "r"(shared_address(barrier)), "r"(parity) : "memory");
}`, ['Barrier', 'shared_address']),

  device('prefetch_map', 'fetches a tensor map before its first use', `
${FN} void prefetch_map(const TensorMap* map) { asm volatile("prefetch.tensormap [%0];" :: "l"(map) : "memory"); }`, ['TensorMap']),
  ...DIMS.flatMap(boxesOf),
  device('tma_load', 'one thread starts the copy of the box at (c0 innermost, c1, …) to shared memory; zeros outside the tensor; its bytes count at the barrier', `
template <int DIMS> ${FN} void tma_load(void* to, const TensorMap* map, Barrier* full, ${coordinates}) {
${perDims(3, (dims, at, operands) => `asm volatile("cp.async.bulk.tensor.${dims}d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {${at}}], [%2];" :: "r"(shared_address(to)), "l"(map), "r"(shared_address(full)), ${operands} : "memory")`)}
}`, ['TensorMap', 'Barrier', 'shared_address']),
  device('tma_load_multicast', 'the same for those blocks of the cluster whose bits are set in blocks: the same place in shared memory, and the same barrier, in each', `
template <int DIMS> ${FN} void tma_load_multicast(void* to, const TensorMap* map, Barrier* full, int blocks, ${coordinates}) {
${perDims(4, (dims, at, operands) => `asm volatile("cp.async.bulk.tensor.${dims}d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {${at}}], [%2], %3;"
    :: "r"(shared_address(to)), "l"(map), "r"(shared_address(full)), "h"((unsigned short)blocks), ${operands} : "memory")`)}
}`, ['TensorMap', 'Barrier', 'shared_address']),
  device('cluster_rank', 'number of this block in its cluster', `
${FN} int cluster_rank() {
  int rank;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return rank;
}`),
  device('cluster_sync', 'a barrier of all threads of the cluster; shared memory of another block may be touched only between two of these', `
${FN} void cluster_sync() { asm volatile("barrier.cluster.arrive; barrier.cluster.wait;" ::: "memory"); }`),
  // Without .release.cluster, which would wait for all of this thread's memory accesses: products have ended by then, and nothing else is handed over.
  device('barrier_arrive_at', 'arrives at the barrier that another block of the cluster has in the same place; its reads by products are done', `
${FN} void barrier_arrive_at(Barrier* barrier, int rank) {
  asm volatile("{ .reg .b32 there; mapa.shared::cluster.u32 there, %0, %1; mbarrier.arrive.shared::cluster.b64 _, [there]; }"
    :: "r"(shared_address(barrier)), "r"(rank) : "memory");
}`, ['Barrier', 'shared_address']),
  device('tma_store', 'one thread starts the copy of a box from shared memory to (c0 innermost, c1, …); what is outside the tensor is left out', `
template <int DIMS> ${FN} void tma_store(const TensorMap* map, const void* from, ${coordinates}) {
${perDims(2, (dims, at, operands) => `asm volatile("cp.async.bulk.tensor.${dims}d.global.shared::cta.tile.bulk_group [%0, {${at}}], [%1];"
    :: "l"(map), "r"(shared_address(from)), ${operands} : "memory")`)}
}`, ['TensorMap', 'shared_address']),
  device('tma_store_commit', 'closes a group of the stores started by this thread', `
${FN} void tma_store_commit() { asm volatile("cp.async.bulk.commit_group;" ::: "memory"); }`),
  device('tma_store_wait_read', 'waits until at most N of this thread\'s newest groups of stores still read shared memory', `
template <int N> ${FN} void tma_store_wait_read() { asm volatile("cp.async.bulk.wait_group.read %0;" :: "n"(N) : "memory"); }`),
  device('tma_store_wait', 'waits until at most N of this thread\'s newest groups of stores are unfinished', `
template <int N> ${FN} void tma_store_wait() { asm volatile("cp.async.bulk.wait_group %0;" :: "n"(N) : "memory"); }`),
  device('fence_async_shared', 'what this thread wrote to shared memory is seen by box copies and products that start after the next barrier', `
${FN} void fence_async_shared() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }`),

  // Launches that follow one another (PTX ISA, "griddepcontrol"). Without the launch attribute both do nothing.
  device('launch_release', 'the launch that follows may begin once each block has called this or ended; it waits for the end of this one by itself', `
${FN} void launch_release() { asm volatile("griddepcontrol.launch_dependents;" ::: "memory"); }`),
  device('launch_wait', 'waits until the launch before this one has ended: its results are there, and what it read may be overwritten', `
${FN} void launch_wait() { asm volatile("griddepcontrol.wait;" ::: "memory"); }`),

  device('setmaxnreg_inc', 'takes registers: each thread of the group of four warps has N from here on', `
template <int N> ${FN} void setmaxnreg_inc() { asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" :: "n"(N)); }`),
  device('setmaxnreg_dec', 'gives registers away: each thread of the group of four warps keeps N', `
template <int N> ${FN} void setmaxnreg_dec() { asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" :: "n"(N)); }`),
  device('warp_meet', 'the threads of a warp meet: what each did before, all see after', `
${FN} void warp_meet() { __syncwarp(); }`),
  device('named_barrier_sync', 'a barrier of some warps: number 1 to 15, and how many threads meet there', `
${FN} void named_barrier_sync(int id, int threads) { asm volatile("bar.sync %0, %1;" :: "r"(id), "r"(threads) : "memory"); }`),
];
