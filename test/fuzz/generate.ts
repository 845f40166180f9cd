/**
 * Programs from a seed: well typed by construction, of every kind that the language has, small enough to be run by interpreters.
 * Sizes are drawn so that edges of tiles, single elements, and aligned shapes all occur.
 */
import { type Breadth, Draft } from './draft.ts';
import { withLibrary } from './libraries.ts';
import { generateStateful } from './programs.ts';
import { Random } from './random.ts';
import { printKernel } from './signature.ts';
import { pinned, type Sizes, sizesFor } from './sizes.ts';
import { attention, makeLet, makeOutput } from './statements.ts';
import { makeUpdate } from './updates.ts';

export type { Sizes };

export interface FuzzProgram {
  readonly seed: number;
  readonly text: string;
  /** Sizes to run with. */
  readonly sizes: readonly Sizes[];
  /** Sizes that the compiler is told. */
  readonly known: Sizes;
  /** A program of this name, with its kernels and states; else one kernel. */
  readonly program?: string;
  /** The file that it imports. */
  readonly library?: string;
}
/** Of the whole language every so many are programs. */
const statefulEvery = 12;

const sizeNames = 'KLMNPQRST'.split('');

export function generate(seed: number, breadth: Breadth = 'whole'): FuzzProgram {
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed + attempt * 0x1000003);
    const made = breadth === 'whole' && seed % statefulEvery === 0 ? generateStateful(seed, random) : build(seed, random, breadth);
    if (made !== undefined) return breadth === 'whole' ? withLibrary(made) : made;
  }
}

function build(seed: number, random: Random, breadth: Breadth): FuzzProgram | undefined {
  const draft = new Draft(random, random.sample(sizeNames, random.between(1, 4)).sort(), breadth);
  for (const size of draft.sizes) if (random.chance(0.12)) draft.pins.set(size, random.weighted([[3, [random.pick(pinned)]], [1, [...new Set([random.pick(pinned), random.pick(pinned)])]]]));
  const outputs: { type: string; name: string }[] = [];
  const body: string[] = [];
  if (random.chance(0.07)) {
    const made = attention(draft);
    body.push(...made.lets, made.output.text('Y'));
    outputs.push({ name: 'Y', type: made.output.type });
  }
  const lets = random.weighted([[4, 0], [4, 1], [3, 2], [1, 3]]);
  for (let i = 0; i < lets; i++) body.push(makeLet(draft));
  let hasUpdate = false;
  const update = (share: number): void => {
    if (hasUpdate || !draft.isWhole || !draft.canAddInput || !random.chance(share)) return;
    hasUpdate = true;
    const made = makeUpdate(draft);
    body.push(...made.statements);
    if (made.output !== undefined) outputs.push(made.output);
  };
  update(0.2);
  const count = hasUpdate || outputs.length > 0 ? random.below(2) : random.weighted([[6, 1], [2, 2], [0.7, 3]]);
  for (let i = 0; i < count; i++) {
    const name = ['Z', 'O', 'J'][i] ?? 'J';
    const { type, text } = makeOutput(draft, name);
    body.push(text);
    outputs.push({ name, type });
  }
  update(0.08);
  const sizes = sizesFor(random, draft.sizes, draft.pins, draft.extents, (at) => draft.workAt(at));
  if (sizes.length === 0) return undefined;
  const text = printKernel(draft, 'fuzz', outputs, body);
  const used = draft.sizes.filter((s) => new RegExp(`\\b${s}\\b`).test(text));
  const known = random.chance(0.1) ? Object.fromEntries(random.sample(used.filter((s) => !draft.pins.has(s)), random.between(1, 3)).map((s) => [s, sizes[0]?.[s] ?? 1])) : {};
  return { seed, text, known, sizes: sizes.map((set) => ({ ...Object.fromEntries(used.map((s) => [s, set[s] ?? 1])), ...known })) };
}
