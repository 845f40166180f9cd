/** Values that are stored otherwise than they are computed: in a format, which quantises, and as integers of a known range. */
import { type Axis, type Draft, inside, type Piece } from './draft.ts';
import { Extent } from './extent.ts';
import { scopeOf, spatial, valueFor } from './statements.ts';
import { makeWhole, within } from './values.ts';

/** Which of the axes are in groups: one, sometimes two. */
function grouped(draft: Draft, axes: readonly Axis[]): (string | undefined)[] {
  const { random } = draft;
  const first = random.chance(0.7) ? axes.length - 1 : random.below(axes.length), second = axes.length > 1 && random.chance(0.15) ? (first + 1) % axes.length : -1;
  return axes.map((_, i) => (i === first || i === second ? ` by ${draft.groups()}` : undefined));
}

/** `let v[m: M, k: K by 32]: q = …`, which is read as the numbers that its codes stand for. */
export function storedLet(draft: Draft, name: string): string {
  const { random } = draft;
  const axes = spatial(draft, Array.from({ length: random.weighted([[2, 1], [5, 2], [1, 3]]) }, () => draft.extent()));
  const format = draft.format();
  const value = within(valueFor(draft, axes, 'f32'), 1e3);
  const by = grouped(draft, axes);
  draft.lets.push({ name, dtype: format.name, value: 'f32', dims: axes.map((a) => a.extent), limit: undefined, magnitude: value.magnitude * 2, format: true, isLet: true, uses: 0 });
  return `let ${name}[${axes.map((a, i) => `${a.name}: ${a.extent.text}${by[i] ?? ''}`).join(', ')}]: ${format.name} = ${value.text}`;
}

/** An output in a format. */
export function storedOutput(draft: Draft, name: string): { readonly type: string; readonly text: string } {
  const { random } = draft;
  const axes = spatial(draft, Array.from({ length: random.weighted([[2, 1], [5, 2], [1, 3]]) }, () => draft.extent()));
  const format = draft.format();
  const value = within(valueFor(draft, axes, 'f32'), 1e3);
  const by = grouped(draft, axes);
  return { type: `${format.name}[${axes.map((a, i) => `${a.extent.text}${by[i] ?? ''}`).join(', ')}]`, text: `${name}[${axes.map((a) => a.name).join(', ')}] = ${value.text}` };
}

/** A whole number that lies in [0, limit), to be seen by a person and by the compiler. */
function insideLimit(draft: Draft, axes: readonly Axis[], limit: Extent): Piece {
  const { random } = draft;
  const scope = scopeOf(axes), n = limit.inside;
  draft.reductionsLeft = 1;
  draft.countWork(scope.loops);
  const x = makeWhole(draft, scope, random.between(0, 2));
  const atom = (text: string): Piece => ({ text, atom: true, magnitude: 128 });
  return random.weighted<() => Piece>([
    [2, () => atom(`min(max(${x.text}, 0), ${n} - 1)`)],
    [2, () => ({ ...atom(`${inside(x)} % ${n}`), atom: false })],
    [axes.some((a) => a.extent.key === limit.key) ? 2 : 0, () => { const a = random.pick(axes.filter((b) => b.extent.key === limit.key)); return atom(random.pick([a.name, `${n} - 1 - ${a.name}`, `${a.name} / 2`])); }],
    [draft.canAddInput && axes.length > 0 ? 2 : 0, () => {
      draft.countWork([...scope.loops, limit]);
      const t = draft.input(random.pick(['f32', 'f16', 'i32']), [...axes.map((a) => a.extent), limit]);
      t.uses++;
      return atom(`${random.pick(['argmax', 'argmin'])}(w: ${limit.text}) ${t.name}[${[...axes.map((a) => a.name), 'w'].join(', ')}]`);
    }],
  ])();
}

const ranged = (draft: Draft): { readonly axes: Axis[]; readonly limit: Extent } => {
  const axes = spatial(draft, Array.from({ length: draft.random.weighted([[3, 1], [2, 2]]) }, () => draft.extent()));
  return { axes, limit: Extent.of(draft.random.pick(draft.sizes)) };
};

/** `let v[m: M]: i32<N> = …` */
export function rangedLet(draft: Draft, name: string): string {
  const { axes, limit } = ranged(draft);
  const value = insideLimit(draft, axes, limit);
  draft.lets.push({ name, dtype: 'i32', value: 'i32', dims: axes.map((a) => a.extent), limit, magnitude: 128, format: false, isLet: true, uses: 0 });
  return `let ${name}[${axes.map((a) => `${a.name}: ${a.extent.text}`).join(', ')}]: i32<${limit.text}> = ${value.text}`;
}
export function rangedOutput(draft: Draft, name: string): { readonly type: string; readonly text: string } {
  const { axes, limit } = ranged(draft);
  const value = insideLimit(draft, axes, limit);
  return { type: `i32<${limit.text}>[${axes.map((a) => a.extent.text).join(', ')}]`, text: `${name}[${axes.map((a) => a.name).join(', ')}] = ${value.text}` };
}
