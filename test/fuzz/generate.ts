/**
 * Programs from a seed: well typed by construction, of every kind that the language has, small enough to be run by interpreters.
 * Sizes are drawn so that edges of tiles, single elements, and aligned shapes all occur.
 */
import { Draft } from './draft.ts';
import type { Extent } from './extent.ts';
import { Random } from './random.ts';
import { attention, makeLet, makeOutput } from './statements.ts';

export type Sizes = Readonly<Record<string, number>>;
export interface FuzzProgram {
  readonly seed: number;
  readonly text: string;
  /** Sizes to run with. */
  readonly sizes: readonly Sizes[];
  /** Sizes that the compiler is told. */
  readonly known: Sizes;
}

/** Iterations of all nests of one run, about. */
const mostWork = 1e6;
const sizeNames = 'KLMNPQRST'.split('');

export function generate(seed: number, isOrdered = false): FuzzProgram {
  for (let attempt = 0; ; attempt++) {
    const made = build(seed, new Random(seed + attempt * 0x1000003), isOrdered);
    if (made !== undefined) return made;
  }
}

function build(seed: number, random: Random, isOrdered: boolean): FuzzProgram | undefined {
  const draft = new Draft(random, random.sample(sizeNames, random.between(1, 4)).sort(), isOrdered);
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
  const count = outputs.length > 0 ? random.below(2) : random.weighted([[6, 1], [2, 2], [0.7, 3]]);
  for (let i = 0; i < count; i++) {
    const name = ['Z', 'O', 'J'][i] ?? 'J';
    const { type, text } = makeOutput(draft, name);
    body.push(text);
    outputs.push({ name, type });
  }
  const sizes = sizesFor(draft);
  if (sizes.length === 0) return undefined;
  const text = print(draft, outputs, body);
  const used = draft.sizes.filter((s) => new RegExp(`\\b${s}\\b`).test(text));
  const known = random.chance(0.1) ? Object.fromEntries(random.sample(used.filter((s) => !draft.pins.has(s)), random.between(1, 3)).map((s) => [s, sizes[0]?.[s] ?? 1])) : {};
  return { seed, text, known, sizes: sizes.map((set) => ({ ...Object.fromEntries(used.map((s) => [s, set[s] ?? 1])), ...known })) };
}

function print(draft: Draft, outputs: readonly { name: string; type: string }[], body: readonly string[]): string {
  const signature = [...draft.inputTypes, ...outputs.map((o) => o.type)].join(' ');
  // A pin belongs to a size that some shape has.
  const shapes = signature.replace(/<[^>]*>/g, '');
  for (const name of [...draft.pins.keys()]) if (!new RegExp(`\\b${name}\\b`).test(shapes)) draft.pins.delete(name);
  const parameters = parametersOf(draft, `${signature}\n${body.join('\n')}`);
  const pins = [...draft.pins].map(([name, values]) => (values.length === 1 ? `${name} == ${values[0]}` : `${name} in {${values.join(', ')}}`));
  const head = `kernel fuzz${parameters.length === 0 ? '' : `[${parameters.join(', ')}]`}(${draft.inputTypes.join(', ')}) -> ${outputs.map((o) => `${o.name}: ${o.type}`).join(', ')}${pins.length === 0 ? '' : ` where ${pins.join(', ')}`}`;
  return [...draft.formatTexts, ...draft.fnTexts, `${head} {`, ...body.map((s) => `  ${s}`), '}', ''].join('\n');
}

/** Sizes that no input's shape tells: an extent tells the one size that is not known yet. */
function parametersOf(draft: Draft, text: string): string[] {
  const known = new Set([...draft.pins].filter(([, values]) => values.length === 1).map(([name]) => name));
  const dims = draft.inputs.flatMap((t) => t.dims);
  const spread = (): void => {
    for (let found = true; found;) {
      found = false;
      for (const d of dims) {
        const open = [...d.sizes].filter((s) => !known.has(s));
        const only = open[0];
        if (only !== undefined && open.length === 1) { known.add(only); found = true; }
      }
    }
  };
  spread();
  const parameters: string[] = [];
  for (const s of draft.sizes) {
    if (known.has(s) || !new RegExp(`\\b${s}\\b`).test(text)) continue;
    parameters.push(s);
    known.add(s);
    spread();
  }
  return parameters;
}

const small = [1, 2, 3, 4, 5, 7];
const pinned = [1, 2, 3, 5, 8, 16, 17, 32, 64];
const edges = [1, 2, 3, 5, 7, 11, 13, 15, 16, 17, 23, 31, 33, 37, 63, 64, 65, 127, 128, 129];
const aligned = [8, 16, 16, 32, 32, 48, 64, 64, 96, 128];

function sizesFor(draft: Draft): Sizes[] {
  const { random } = draft;
  const lists = random.shuffled([small, edges, edges, aligned]).slice(0, 2);
  const found: Sizes[] = [];
  for (const list of [...lists, small]) {
    if (found.length >= 2) break;
    const sizes: Record<string, number> = {};
    for (const s of draft.sizes) sizes[s] = random.pick(draft.pins.get(s) ?? list);
    for (let tries = 0; tries < 40 && workOf(draft, sizes) > mostWork; tries++) {
      const largest = draft.sizes.filter((s) => !draft.pins.has(s)).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0))[0];
      if (largest === undefined) break;
      const smaller = list.filter((n) => n < (sizes[largest] ?? 0));
      sizes[largest] = smaller.length > 0 ? (random.chance(0.5) ? smaller.reduce((a, b) => Math.max(a, b)) : random.pick(smaller)) : 1;
    }
    if (workOf(draft, sizes) <= mostWork) found.push(sizes);
  }
  return found.filter((s, i) => found.findIndex((o) => JSON.stringify(o) === JSON.stringify(s)) === i);
}

function workOf(draft: Draft, sizes: Sizes): number {
  const volume = (loops: readonly Extent[]): number => loops.reduce((n, e) => n * Math.max(1, e.value(sizes)), 1);
  return draft.work.reduce((n, loops) => n + volume(loops), 0) + draft.readable.reduce((n, t) => n + volume(t.dims), 0);
}
