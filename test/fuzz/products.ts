/**
 * Products with schedules of every verb that shapes them: rows apart by more than they hold (`pad`), roles (`specialize`), groups that last (`persistent N`), operands
 * in registers, instructions by name. The verbs are drawn for the product that is there, so that most blocks hold; one that does not is refused with a diagnostic.
 */
import { compileSource } from '../../src/driver.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import type { FuzzProgram, Sizes } from './generate.ts';
import { Random } from './random.ts';

interface Operand { readonly name: string; readonly type: string; readonly read: string; readonly input: string; readonly lets: readonly string[]; /** What it is multiplied as, where that is known. */ readonly as: string }
/** `refused`: blocks that got a diagnostic before. */
export interface ScheduledProduct { readonly program: FuzzProgram; readonly target: string; readonly block: string; readonly refused: number }

const draws = 6;
/** Types of operands that share an instruction somewhere, the left and the right one. */
const pairs: readonly (readonly [number, readonly [string, string]])[] = [
  [4, ['bf16', 'bf16']], [3, ['f16', 'f16']], [2, ['i8', 'i8']], [2, ['f32', 'bf16']], [2, ['bf16', 'i8']], [1, ['f16', 'bf16']], [1, ['f32', 'f32']], [1, ['u8', 'i8']], [1, ['f32', 'f16']], [1, ['i8', 'f16']],
];

export function scheduledProduct(seed: number, target?: string): ScheduledProduct {
  const random = new Random(seed * 3 + 1), on = target ?? random.weighted([[5, 'cuda:sm_90a'], [3, 'cuda:sm_80'], [1, 'wgsl']]);
  const base = product(random, seed);
  for (let n = 0; ; n++) {
    const block = n < draws ? blockFor(random, on, base) : '';
    const program = { ...base.program, text: `${base.program.text}${block}` };
    // A program that the compiler dies of is given back: to run it shows that.
    if (n >= draws || !isRefused(program, on)) return { program, target: on, block, refused: n };
  }
}

interface Product { readonly program: FuzzProgram; readonly tensors: readonly [string, string]; readonly lets: readonly string[]; readonly types: readonly [string, string] }

function product(random: Random, seed: number): Product {
  const [left, right] = random.weighted(pairs), [ta, tb] = random.chance(0.5) ? [left, right] : [right, left];
  const batch = random.chance(0.15), integer = [ta, tb].every((t) => t === 'i8' || t === 'u8');
  const operand = (name: string, type: string, row: 'm' | 'n'): Operand => {
    const R = row.toUpperCase(), turned = random.chance(0.3), axes = turned ? ['k', row] : [row, 'k'], shape = turned ? ['K', R] : [R, 'K'];
    const isIn = batch && random.chance(0.7), at = [...(isIn ? ['b'] : []), ...axes].join(', ');
    const input = `${name}: ${type}[${[...(isIn ? ['D'] : []), ...shape].join(', ')}]`, plain = `${name}[${at}]`;
    // Rounded, scaled or otherwise computed on the way.
    const narrow = random.pick(['bf16', 'f16']);
    const value = integer ? plain : random.weighted([[4, plain], [1, `${plain} * 0.5`], [0.5, `max(${plain}, 0)`], [0.5, `exp(${plain} * 0.01)`]]);
    if (integer || (value === plain && type !== 'f32') || !random.chance(0.8)) return { name, type, read: value === plain ? plain : `(${value})`, input, lets: [], as: value === plain ? type : 'f32' };
    const let_ = `${name}${name}`;
    return { name, type, read: `${let_}[${at}]`, input, lets: [`let ${let_}[${at}]: ${narrow} = ${value}`], as: narrow };
  };
  const a = operand('A', ta, 'm'), b = operand('B', tb, 'n'), turned = random.chance(0.2);
  const index = [...(batch ? ['b'] : []), ...(turned ? ['n', 'm'] : ['m', 'n'])], shape = index.map((i) => (i === 'b' ? 'D' : i.toUpperCase()));
  const out = integer ? random.pick(['i32', 'f32']) : random.pick(['bf16', 'f16', 'f32']), sum = `sum(k) ${a.read} * ${b.read}`;
  const [extra, value] = random.weighted<[string, string]>([[4, ['', sum]], [integer && out === 'i32' ? 0 : 1, [', s: f32[N]', `s[n] * (${sum})`]], [integer && out === 'i32' ? 0 : 1, [', v: f32[M]', `v[m] + (${sum})`]], [1, ['', `max(${sum}, 0)`]]]);
  // A batch that no operand has would have nothing to say how many there are.
  const hasBatch = !batch || a.input.includes('[D,') || b.input.includes('[D,');
  const text = `kernel f(${a.input}, ${b.input}${extra}${hasBatch ? '' : `, z: ${integer && out === 'i32' ? 'i32' : 'f32'}[D]`}) -> C: ${out}[${shape.join(', ')}] {\n${[...a.lets, ...b.lets].map((l) => `  ${l}\n`).join('')}  C[${index.join(', ')}] = ${integer && out === 'f32' && extra === '' ? `f32(${value})` : value}${hasBatch ? '' : ' * z[b]'}\n}\n`;
  const isAligned = random.chance(0.45);
  const extent = (): number => (isAligned ? random.pick([16, 64, 64, 72, 128, 136, 192]) : random.weighted([[3, random.pick([1, 3, 7, 8, 9, 15, 17, 31, 33, 40])], [3, random.pick([64, 65, 72, 96, 128])], [2, random.pick([130, 136, 160, 200])]]));
  const sizes = (): Sizes => ({ M: extent(), N: extent(), K: extent(), ...(batch ? { D: random.between(1, 2) } : {}) });
  const first = sizes(), second = sizes(), told = ['M', 'N', 'K'].filter(() => random.chance(0.7)), known = random.chance(0.4) ? Object.fromEntries(told.map((x) => [x, first[x]!])) : {};
  return { program: { seed, text, sizes: random.chance(0.5) ? [first] : [first, { ...second, ...known }], known }, tensors: [a.name, b.name], lets: [...a.lets, ...b.lets].map((l) => l.split(/[ []/)[1]!), types: [a.as, b.as] };
}

/** Instructions of a target that could be meant, by the types in memory. */
function intrinsics(random: Random, target: string, types: readonly [string, string]): string {
  const floats = types.filter((t) => t.startsWith('f') || t === 'bf16'), isWide = floats.length === 0, type = random.chance(0.1) ? random.pick(['f16', 'bf16']) : types.includes('f16') ? 'f16' : 'bf16';
  if (target !== 'cuda:sm_90a') return isWide ? 'mma_m16n8k32_s8' : `mma_m16n8k16_${type}`;
  const n = random.pick([8, 16, 32, 64, 64, 128, 128, 256]), rows = random.chance(0.5) ? '_ra' : '', isMixed = new Set(floats).size > 1 && !floats.includes('f32');
  return `wgmma_m64n${n}${isWide ? `k32_${'s8'}` : isMixed || random.chance(0.05) ? 'k8_tf32' : `k16_${type}`}${rows}`;
}

function blockFor(random: Random, target: string, { tensors, lets, types }: Product): string {
  const lines: string[] = [], hopper = target === 'cuda:sm_90a', [a, b] = tensors, turned = random.chance(0.3);
  for (const l of lets) if (random.chance(0.75)) lines.push(`inline ${l}`);
  const name = target !== 'wgsl' && random.chance(0.6) ? intrinsics(random, target, types) : undefined, n = /n(\d+)k/.exec(name ?? '')?.[1];
  const [rows, columns] = turned ? ['n', 'm'] : ['m', 'n'], math = random.pick([1, 1, 2, 2, 3]);
  // Boxes bring operands of one type, or columns beside rows in registers; only then are there roles.
  const hasRoles = hopper && (new Set(types).size === 1 && !types.includes('f32') ? random.chance(0.7) : random.chance(name?.endsWith('_ra') === true ? 0.5 : 0.05));
  if (random.chance(0.7)) {
    const tiles = [`${rows} by ${hopper ? (hasRoles ? 64 * math : random.pick([64, 128, 256])) : random.pick([16, 32, 64, 128])}`, `${columns} by ${hopper && n !== undefined ? Number(n) * random.pick([1, 1, 1, 2]) : random.pick([8, 16, 32, 64, 128])}`];
    lines.push(`tile ${(random.chance(0.5) ? tiles : random.sample(tiles, 1)).join(', ')}`);
  }
  if (name !== undefined) lines.push(`tensorize ${name}(${rows}, ${columns}, k)`);
  const held = target !== 'wgsl' && random.chance(name?.endsWith('_ra') === true ? 0.1 : 0.4) ? random.weighted([[3, [turned ? b : a]], [1, [a]], [1, [b]], [hopper ? 0.2 : 1, [a, b]]]) : [];
  if (held.length > 0) lines.push(`stage ${held.join(', ')} in registers`);
  if (random.chance(0.4)) lines.push(random.weighted([[2, `pipeline ${random.between(1, 5)}`], [1, `pipeline ${random.pick(tensors)} by ${random.between(1, 5)}`]]));
  const padded = tensors.filter((t) => !held.includes(t) && random.chance(hopper ? 0.03 : 0.45));
  if (padded.length > 0) lines.push(random.chance(0.5) || padded.length === 1 ? `pad ${padded.join(', ')} by ${random.pick([4, 8, 8, 16, 16, 24, 32, 64])}` : padded.map((t) => `pad ${t} by ${random.pick([8, 16, 24])}`).join('\n  '));
  if (hasRoles && random.chance(0.7)) lines.push(`specialize load ${held.length > 0 || name?.endsWith('_ra') === true ? 1 : random.pick([1, 2])}, math ${random.chance(0.9) ? math : random.pick([1, 2, 4])}`);
  if (hasRoles ? random.chance(0.6) : hopper && random.chance(0.05)) lines.push(`persistent${random.chance(0.75) ? ` ${random.pick([1, 2, 3, 5, 132, 1000])}` : ''}`);
  if (random.chance(0.08)) lines.push(`split k by ${random.pick([2, 3])}`);
  if (random.chance(0.2)) lines.push(`order grid by ${random.pick(['rows', 'panels of 2', 'panels of 3'])}`);
  return lines.length === 0 ? '' : `schedule f for ${target.replace(':', '(')}${target.includes(':') ? ')' : ''} {\n${lines.map((l) => `  ${l}\n`).join('')}}\n`;
}

function isRefused(program: FuzzProgram, target: string): boolean {
  try { return hasErrors(compileSource(program.text, 'f.tdsl', { targets: [target], sizes: program.known }).diagnostics); } catch { return false; }
}
