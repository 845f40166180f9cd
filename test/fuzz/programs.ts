/**
 * Programs with states: kernels that hand tensors on, in a loop over layers of which each has rows of its own in the states, and kernels that update a state in place.
 */
import { read } from './access.ts';
import { type Axis, compound, Draft, inside, type Piece, type Tensor, type Value as Kind, valueOfDtype } from './draft.ts';
import { Extent } from './extent.ts';
import type { FuzzProgram } from './generate.ts';
import type { HostKind } from './hosts.ts';
import type { Random } from './random.ts';
import { type Output, parametersOf, printKernel } from './signature.ts';
import { type Sizes, sizesFor } from './sizes.ts';
import { makeLet, scopeOf, spatial, stored, valueFor } from './statements.ts';
import { makeUpdate } from './updates.ts';
import { within } from './values.ts';

interface Type { readonly dtype: string; readonly dims: readonly Extent[] }
/** A tensor of the program, as an argument. */
interface Value extends Type { readonly text: string }
interface Param { readonly name: string; readonly type: string; readonly dims: readonly Extent[] }

const loopSize = 'L';
const mostStatefulWork = 3e5;
const typeText = (t: Type): string => `${t.dtype}${t.dims.length === 0 ? '' : `[${t.dims.map((d) => d.text).join(', ')}]`}`;

class ProgramDraft {
  readonly params: Param[] = [];
  readonly model: Param[] = [];
  readonly memory: Param[] = [];
  readonly declarations: string[] = [];
  readonly drafts: Draft[] = [];
  #names = 0;

  constructor(readonly random: Random, readonly sizes: readonly string[]) {}

  fresh(prefix: string): string { return `${prefix}${this.#names++}`; }
  type(): Type {
    return {
      dtype: this.random.weighted([[6, 'f32'], [1, 'f16'], [2, 'bf16'], [2, 'i32']] as const),
      dims: Array.from({ length: this.random.weighted([[4, 1], [3, 2]]) }, () => Extent.of(this.random.pick(this.sizes))),
    };
  }
  param(t: Type): Value {
    const name = this.fresh('p');
    this.params.push({ name, type: typeText(t), dims: t.dims });
    return { ...t, text: name };
  }
  /** A field of a state; `variable`: of a loop, with a row for each of its rounds. */
  field(which: 'model' | 'memory', type: string, dims: readonly Extent[], variable: string | undefined): string {
    const name = this.fresh('f');
    const sliced = type.includes('[') ? type.replace('[', `[${loopSize}, `) : type.replace(/^([^ ]+)/, `$1[${loopSize}]`);
    this[which].push({ name, type: variable === undefined ? type : sliced, dims: variable === undefined ? dims : [Extent.of(loopSize), ...dims] });
    return `${which}.${name}${variable === undefined ? '' : `[${variable}]`}`;
  }

  /** A kernel that takes these values and gives these types; the text of its call, with whatever else it reads, and results that come before those. */
  kernel(passed: readonly Value[], results: readonly Type[], variable: string | undefined, hasUpdate = false): { readonly call: string; readonly more: readonly Type[] } {
    const { random } = this;
    const draft = new Draft(random, this.sizes, 'whole');
    const name = this.fresh('k');
    const formals = passed.map((v) => draft.input(v.dtype, v.dims, undefined, 'passed'));
    const body: string[] = [];
    const outputs: Output[] = [];
    const more: Type[] = [];
    if (random.chance(0.35)) body.push(makeLet(draft));
    if (hasUpdate) {
      const made = makeUpdate(draft, true);
      body.push(...made.statements);
      if (made.output !== undefined) { outputs.push(made.output); more.push(made.output); }
    }
    results.forEach((result, i) => {
      const out = ['Z', 'O', 'J'][i] ?? `Z${i}`;
      const axes = spatial(draft, result.dims);
      const value = valueOfDtype(result.dtype);
      // Whatever is passed is read by the last result at the latest.
      const made = (i < results.length - 1 ? [] : formals).reduce((p: Piece, formal) => (formal.uses > 0 ? p : also(draft, p, formal, axes, value)), valueFor(draft, axes, value));
      body.push(`${out}${axes.length === 0 ? '' : `[${axes.map((a) => a.name).join(', ')}]`} = ${bounded(draft, made, result.dtype).text}`);
      outputs.push({ name: out, type: typeText(result) });
    });
    // Formats and functions are declared once in a file.
    const own = (text: string): string => text.replace(/\b(q\d+|fn\d+|tail|spread|sumsq)\b/g, `${name}$1`);
    const text = own(printKernel(draft, name, outputs, body));
    this.declarations.push(text);
    this.drafts.push(draft);
    const args = [...passed.map((v) => v.text), ...draft.inputs.slice(passed.length).map((t, i) => this.#supply(t, own((draft.inputTypes[passed.length + i] ?? '').replace(/^[^:]*: /, '')), variable))];
    const sizes = parametersOf(draft, text);
    return { call: `${name}${sizes.length === 0 ? '' : `[${sizes.map((s) => `${s}=${s}`).join(', ')}]`}(${args.join(', ')})`, more };
  }

  /** A call of a function of the host on one of the values, declared for it; undefined where it could take none. `isSame`: its result has the type of `of`. */
  host(values: readonly Value[], isSame = false): { readonly call: string; readonly results: readonly Type[] } | undefined {
    const { random } = this;
    const takes = values.filter((v) => ['f32', 'i32', 'f16', 'bf16'].includes(v.dtype));
    if (takes.length === 0) return undefined;
    const of = random.pick(takes), isOrdered = of.dtype === 'f32' || of.dtype === 'i32';
    const like = takes.filter((v) => v.text !== of.text && typeText(v) === typeText(of));
    const kind = random.weighted<HostKind>([
      [2, 'reversed'], [isOrdered ? 2 : 0, 'sorted'], [isOrdered ? 1 : 0, 'highest'], [!isSame && of.dims.length === 2 ? 3 : 0, 'turned'], [isSame ? 0 : 1, 'repeated'], [isSame || !isOrdered ? 0 : 1, 'peak'],
      [isSame || !isOrdered || like.length === 0 ? 0 : 4, 'parted'],
    ]);
    const name = this.fresh(kind), x = typeText(of);
    const declare = (inputs: string, outputs: string, sizes = ''): void => { this.declarations.push(`extern host fn ${name}${sizes}(${inputs}) -> ${outputs}\n`); };
    /** `size`: one that no input tells. */
    const one = (result: Type, size?: string): { readonly call: string; readonly results: readonly Type[] } => {
      declare(`x: ${x}`, `y: ${typeText(result)}`, size === undefined ? '' : `[${size}]`);
      return { call: `${name}${size === undefined ? '' : `[${size}=${size}]`}(${of.text})`, results: [result] };
    };
    switch (kind) {
      case 'reversed': case 'sorted': case 'highest': return one(of);
      case 'turned': return one({ dtype: of.dtype, dims: [...of.dims].reverse() });
      case 'peak': return one({ dtype: of.dtype, dims: [] });
      case 'repeated': {
        const size = random.pick(this.sizes);
        return one({ dtype: of.dtype, dims: [Extent.of(size)] }, of.dims.some((d) => d.key === size) ? undefined : size);
      }
      case 'parted': {
        const other = random.pick(like);
        declare(`x: ${x}, z: ${x}`, `low: ${x}, high: ${x}`);
        return { call: `${name}(${of.text}, ${other.text})`, results: [of, of] };
      }
    }
  }

  /** What a kernel reads beside what it is passed: a field of a state, an input of the program, a number. */
  #supply(t: Tensor, type: string, variable: string | undefined): string {
    const { random } = this;
    const sliced = variable !== undefined && random.chance(0.7) ? variable : undefined;
    if (type.startsWith('inout ')) return this.field('memory', type.slice(6), t.dims, sliced);
    if (t.dims.length === 0 && ['f32', 'i32', 'u8', 'i16', 'bool'].includes(type) && random.chance(0.5)) return t.value === 'bool' ? 'true' : t.value === 'i32' ? random.pick(['3', '1', '0']) : random.pick(['0.5', '1.0', '-0.25']);
    if (random.chance(0.6)) return this.field('model', type, t.dims, sliced);
    const name = this.fresh('p');
    this.params.push({ name, type, dims: t.dims });
    return name;
  }
}

function also(draft: Draft, p: Piece, formal: Tensor, axes: readonly Axis[], value: Kind): Piece {
  const r = read(draft, formal, scopeOf(axes));
  if (r === undefined) return p;
  const as = value === formal.value ? inside(r) : value === 'f32' ? `f32(${r.text})` : value === 'i32' ? `i32(${formal.value === 'f32' ? `4.0 * ${inside(r)}` : r.text})` : `(${formal.value === 'bool' ? r.text : `${inside(r)} > 0`})`;
  return compound(`${inside(p)} ${value === 'bool' ? 'or' : '+'} ${as}`, p.magnitude + (value === 'bool' ? 0 : 4 * r.magnitude));
}

/** Results stay small, round after round. */
function bounded(draft: Draft, p: Piece, dtype: string): Piece {
  if (valueOfDtype(dtype) !== 'f32') return stored(draft, p, dtype);
  return draft.random.chance(0.5) ? { text: `4.0 * tanh(${p.text})`, atom: false, magnitude: 4 } : { text: `clamp(${within(p, 100).text}, -4, 4)`, atom: true, magnitude: 4 };
}

export function generateStateful(seed: number, random: Random): FuzzProgram | undefined {
  const d = new ProgramDraft(random, random.sample('KMNPQRST'.split(''), random.between(1, 3)).sort());
  const lines: string[] = [];
  const values: Value[] = Array.from({ length: random.between(1, 2) }, () => d.param(d.type()));
  const some = (n: number): Value[] => random.sample(values, n);
  const declare = (passed: readonly Value[], results: readonly Type[], variable: string | undefined, hasUpdate: boolean, indent: string): Value[] => {
    const { call, more } = d.kernel(passed, results, variable, hasUpdate);
    const made = [...more, ...results].map((t): Value => ({ ...t, text: d.fresh('v') }));
    lines.push(`${indent}${made.length === 0 ? '' : `let ${made.map((v) => v.text).join(', ')} = `}${call}`);
    return made;
  };
  /** The values of a call on the host, where it is its turn. */
  const onHost = (share: number, of: readonly Value[], indent: string): Value[] => {
    const called = random.chance(share) ? d.host(of) : undefined;
    if (called === undefined) return [];
    const made = called.results.map((t): Value => ({ dtype: t.dtype, dims: t.dims, text: d.fresh('v') }));
    lines.push(`${indent}let ${made.map((v) => v.text).join(', ')} = ${called.call}`);
    return made;
  };
  values.push(...onHost(0.12, values, '  '));
  for (let i = random.between(0, 2); i > 0; i--) values.push(...declare(some(random.between(1, 2)), Array.from({ length: random.weighted([[4, 1], [1, 2]]) }, () => d.type()), undefined, random.chance(0.15), '  '));
  values.push(...onHost(0.12, values, '  '));
  const hasLoop = random.chance(0.85);
  if (hasLoop) {
    const [carried] = declare(some(1), [d.type()], undefined, false, '  ');
    if (carried === undefined) return undefined;
    const isNested = random.chance(0.15);
    if (isNested) lines.push('  for r in 0..2 {');
    const outer = isNested ? '    ' : '  ', inner = `${outer}  `;
    lines.push(`${outer}for l in ${random.pick(['0', '0', '0', '1'])}..${loopSize} {`);
    const hidden = d.type();
    const row = random.chance(0.8) ? d.field('memory', typeText(hidden), hidden.dims, 'l') : undefined;
    const [y, g] = declare([carried, ...(row === undefined ? [] : [{ ...hidden, text: row }]), ...(random.chance(0.3) ? some(1) : [])], [d.type(), d.type()], 'l', false, inner);
    if (y === undefined || g === undefined) return undefined;
    if (row !== undefined) {
      const next = random.chance(0.12) ? declare([g], [hidden], 'l', false, inner) : [], stored = d.host(next, true);
      lines.push(`${inner}${row} = ${stored?.call ?? d.kernel([g], [hidden], 'l').call}`);
    }
    if (random.chance(0.4)) declare([y], [], 'l', true, inner);
    const between = onHost(0.12, [y, g], inner);
    lines.push(`${inner}${carried.text} = ${d.kernel([y, ...between, ...(random.chance(0.5) ? [carried] : [])], [carried], 'l').call}`);
    const last = random.chance(0.06) ? d.host([carried], true) : undefined;
    if (last !== undefined) lines.push(`${inner}${carried.text} = ${last.call}`);
    lines.push(`${outer}}`);
    if (isNested) lines.push('  }');
    values.push(carried);
  }
  if (random.chance(0.3)) values.push(...declare(some(1), [], undefined, true, '  '));
  const results = Array.from({ length: random.weighted([[3, 1], [1, 2]]) }, (_, i) => ({ ...d.type(), text: `out${i}` }));
  for (const r of results) lines.push(`  ${r.text} = ${d.kernel(random.chance(0.8) ? [values.at(-1), ...(values.length > 1 && random.chance(0.4) ? [values[0]] : [])].filter((v): v is Value => v !== undefined) : some(1), [r], undefined).call}`);
  return finish(seed, d, hasLoop, results, lines);
}

function finish(seed: number, d: ProgramDraft, hasLoop: boolean, results: readonly Value[], lines: readonly string[]): FuzzProgram | undefined {
  const names = [...d.sizes, ...(hasLoop ? [loopSize] : [])];
  const sizes = sizesFor(d.random, names, new Map(hasLoop ? [[loopSize, [1, 2, 3]]] : []), d.drafts.flatMap((draft) => draft.extents), (at: Sizes) => (at[loopSize] ?? 1) * d.drafts.reduce((n, draft) => n + draft.workAt(at), 0), mostStatefulWork);
  if (sizes.length === 0) return undefined;
  const states = ([['Model', d.model], ['Memory', d.memory]] as const).filter(([, fields]) => fields.length > 0);
  const signature = [...d.params.map((p) => `${p.name}: ${p.type}`), ...states.map(([name]) => (name === 'Model' ? 'model: Model' : 'memory: inout Memory'))];
  const outs = results.map((r) => `${r.text}: ${typeText(r)}`);
  const open = parametersOf({ pins: new Map(), inputs: [...d.params, ...d.model, ...d.memory], sizes: names }, [...signature, ...outs, ...lines].join('\n'));
  const text = [
    ...d.declarations, ...states.map(([name, fields]) => `state ${name} { ${fields.map((f) => `${f.name}: ${f.type}`).join(', ')} }\n`),
    `program main${open.length === 0 ? '' : `[${open.join(', ')}]`}(${signature.join(', ')}) -> ${outs.join(', ')} {`, ...lines, '}', '',
  ].join('\n');
  return { seed, text, known: {}, program: 'main', sizes: sizes.map((set) => Object.fromEntries(names.filter((s) => new RegExp(`\\b${s}\\b`).test(text)).map((s) => [s, set[s] ?? 1]))) };
}
