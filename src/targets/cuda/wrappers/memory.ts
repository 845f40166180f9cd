/** Memory: vector access, asynchronous copies into shared memory, atomics, dynamic shared memory. */
import { device, FN, portable, type Wrapper } from './wrapper.ts';

export const memoryWrappers: readonly Wrapper[] = [
  device('dynamic_shared', 'names the dynamic shared memory of the block', `
#define dynamic_shared(name) extern __shared__ __align__(128) unsigned char name[]`),
  device('Vector', 'N elements that move as one access of 4, 8 or 16 bytes', `
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };`),
  device('load_vector', 'reads N consecutive elements; the address is a multiple of their size', `
template <int N, class T> ${FN} void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}`, ['Vector']),
  device('store_vector', 'writes N consecutive elements; the address is a multiple of their size', `
template <int N, class T> ${FN} void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}`, ['Vector']),

  device('shared_address', 'shared memory as the 32-bit address that instructions take', `
${FN} unsigned shared_address(const void* pointer) { return (unsigned)__cvta_generic_to_shared(pointer); }`),
  device('cp_async', 'starts a copy of BYTES (4, 8, 16) from device to shared memory; zeros where it is not inside', `
template <int BYTES> ${FN} void cp_async(void* to, const void* from, bool inside) {
  static_assert(BYTES == 4 || BYTES == 8 || BYTES == 16, "cp.async moves 4, 8 or 16 bytes");
  const int read = inside ? BYTES : 0;
  if constexpr (BYTES == 16)
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" :: "r"(shared_address(to)), "l"(from), "r"(read) : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" :: "r"(shared_address(to)), "l"(from), "n"(BYTES), "r"(read) : "memory");
}`, ['shared_address']),
  device('cp_async_commit', 'closes a group of the copies started by this thread', `
${FN} void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }`),
  device('cp_async_wait', 'waits until at most N of this thread\'s newest groups are in flight', `
template <int N> ${FN} void cp_async_wait() { asm volatile("cp.async.wait_group %0;" :: "n"(N) : "memory"); }`),

  device('atomic_add', 'adds to an element of device memory', `
template <class T> ${FN} void atomic_add(T* at, T value) { atomicAdd(at, value); }`),
  device('atomic_max_i32', 'maximum with an element of device memory', `
${FN} void atomic_max_i32(int* at, int value) { atomicMax(at, value); }`),
  device('atomic_min_i32', 'minimum with an element of device memory', `
${FN} void atomic_min_i32(int* at, int value) { atomicMin(at, value); }`),
  // Floats without a sign bit order as signed integers, those with one in reverse as unsigned ones. NaN takes the pattern that wins both.
  portable('atomic_max_f32', 'maximum with an element of device memory; NaN wins', `
${FN} void atomic_max_f32(float* at, float value) {
  if (value != value) atomicMax((int*)at, 0x7fffffff);
  else if (__float_as_int(value) >= 0) atomicMax((int*)at, __float_as_int(value));
  else atomicMin((unsigned*)at, __float_as_uint(value));
}`),
  portable('atomic_min_f32', 'minimum with an element of device memory; NaN wins', `
${FN} void atomic_min_f32(float* at, float value) {
  if (value != value) atomicMax((unsigned*)at, 0xffffffffu);
  else if (__float_as_int(value) >= 0) atomicMin((int*)at, __float_as_int(value));
  else atomicMax((unsigned*)at, __float_as_uint(value));
}`),
];
