/** Exchanges within a warp and the matrix loads; all 32 lanes take part. */
import { device, FN, type Wrapper } from './wrapper.ts';

const shuffle = (name: string, instruction: string, parameter: string, comment: string): Wrapper => device(name, comment, `
template <class T> ${FN} T ${name}(T value, int ${parameter}) { return ${instruction}(0xffffffffu, value, ${parameter}); }`);

/** `ldmatrix` reads `count` 8x8 matrices of 16-bit elements: lane 8 * m + r gives the address of row r of matrix m, 16 bytes. */
function ldmatrix(count: 1 | 2 | 4, transposed: boolean): Wrapper {
  const name = `ldmatrix_x${count}${transposed ? '_trans' : ''}`;
  const words = Array.from({ length: count }, (_, n) => n);
  return device(name, `reads ${count} 8x8 matrices of 16-bit elements${transposed ? ', transposed' : ''}; lane 8 * m + r gives row r of matrix m`, `
${FN} void ${name}(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x${count}${transposed ? '.trans' : ''}.shared.b16 {${words.map((n) => `%${n}`).join(', ')}}, [%${count}];"
    : ${words.map((n) => `"=r"(to[${n}])`).join(', ')} : "r"(shared_address(row)) : "memory");
}`, ['shared_address']);
}

/** `stmatrix`: the same the other way round (sm_90). */
const stmatrix = device('stmatrix_x4', 'writes four 8x8 matrices of 16-bit elements; lane 8 * m + r gives row r of matrix m', `
${FN} void stmatrix_x4(void* row, const unsigned* from) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" :: "r"(shared_address(row)), "r"(from[0]), "r"(from[1]), "r"(from[2]), "r"(from[3]) : "memory");
}`, ['shared_address']);

/** Instructions of sm_90 that any kernel for it may use. */
export const warpWrappers90: readonly Wrapper[] = [stmatrix];

export const warpWrappers: readonly Wrapper[] = [
  shuffle('warp_xor', '__shfl_xor_sync', 'mask', 'value of the lane whose number differs in the bits of mask'),
  shuffle('warp_from', '__shfl_sync', 'lane', 'value of the given lane'),
  shuffle('warp_up', '__shfl_up_sync', 'delta', 'value of the lane delta below; its own where there is none'),
  ...([false, true] as const).flatMap((transposed) => ([1, 2, 4] as const).map((count) => ldmatrix(count, transposed))),
];
