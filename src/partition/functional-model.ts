/**
 * A functional model of an accelerator, made from the declared meaning of its intrinsic: tiles in a scratchpad, calls of exactly the declared size, padded
 * with zeros, results added up in accumulators. It computes nothing that the declaration does not say.
 */
import { isConst } from '../ir/index-expr.ts';
import { axesOf, type Computation } from './computation.ts';
import { exprText, jsSupport, tensorText } from './js-expr.ts';

/** What a run did, for checks of the interface's own counts. */
export interface Usage { calls: number; loaded: number; stored: number }
type Get = (...at: number[]) => number;

interface Buffer { data: Float64Array; counts: number[] }

/** `steps`: elements of one call along each index, by axis id. */
export class FunctionalModel {
  readonly usage: Usage = { calls: 0, loaded: 0, stored: 0 };
  readonly #c: Computation;
  readonly #steps: readonly number[];
  readonly #indices: readonly string[];
  readonly #operands: Buffer[];
  #output: Buffer = { data: new Float64Array(1), counts: [] };
  readonly #call: (operands: readonly Float64Array[], output: Float64Array) => void;

  constructor(c: Computation, steps: ReadonlyMap<string, number>) {
    this.#c = c;
    this.#indices = axesOf(c).map((a) => a.id);
    this.#steps = this.#indices.map((id) => steps.get(id) ?? 1);
    this.#operands = c.operands.map(() => ({ data: new Float64Array(1), counts: [] }));
    this.#call = compileMeaning(c, this.#shapes(this.#steps), this.#steps);
  }

  /** Extents of each operand for given extents of the indices: Σ coefficient*(n - 1) + 1 in each dimension. */
  #shapes(counts: readonly number[]): number[][] {
    return this.#c.operands.map((o) => o.dimensions.map((d) => 1 + [...d.coefficients].reduce((n, [id, f]) => n + (isConst(f) ?? 1) * ((counts[this.#indices.indexOf(id)] ?? 1) - 1), 0)));
  }

  /** Fills the tile of operand p; `get` is given its coordinates. */
  load(p: number, counts: readonly number[], get: Get): void {
    const data = new Float64Array(volume(counts));
    forEach(counts, (at, flat) => { data[flat] = get(...at); });
    this.usage.loaded += data.length;
    this.#operands[p] = { data, counts: [...counts] };
  }
  init_output(counts: readonly number[], get: Get): void {
    const data = new Float64Array(volume(counts));
    forEach(counts, (at, flat) => { data[flat] = get(...at); });
    this.#output = { data, counts: [...counts] };
  }
  store_output(counts: readonly number[], put: (value: number, ...at: number[]) => void): void {
    forEach(counts, (at, flat) => put(this.#output.data[flat] ?? 0, ...at));
    this.usage.stored += volume(counts);
  }

  /** Calls that cover the tile, `counts` along the intrinsic's indices; those at an edge are padded. */
  run(counts: readonly number[]): void {
    const blocks = counts.map((n, u) => Math.ceil(n / (this.#steps[u] ?? 1)));
    const spatial = this.#c.spatial.length;
    const local = this.#shapes(this.#steps), kept = this.#steps.slice(0, spatial);
    forEach(blocks, (block) => {
      const from = block.map((b, u) => b * (this.#steps[u] ?? 1));
      const operands = this.#c.operands.map((o, p) => piece(this.#operands[p]!, o.dimensions.map((d) => [...d.coefficients].reduce((n, [id, f]) => n + (isConst(f) ?? 1) * (from[this.#indices.indexOf(id)] ?? 0), 0)), local[p]!));
      const result = new Float64Array(volume(kept));
      this.#call(operands, result);
      this.usage.calls++;
      forEach(kept, (at, flat) => {
        const where = at.map((x, d) => x + (from[d] ?? 0));
        if (where.every((x, d) => x < (this.#output.counts[d] ?? 0))) { const i = jsSupport.flat(where, this.#output.counts); this.#output.data[i] = (this.#output.data[i] ?? 0) + (result[flat] ?? 0); }
      });
    });
  }
}

const volume = (counts: readonly number[]): number => counts.reduce((n, x) => n * x, 1);

function forEach(counts: readonly number[], visit: (at: number[], flat: number) => void): void {
  const total = volume(counts), at = counts.map(() => 0);
  for (let flat = 0; flat < total; flat++) {
    visit([...at], flat);
    for (let d = at.length - 1; d >= 0 && ++at[d]! === counts[d]; d--) at[d] = 0;
  }
}

/** A block of a tile, zero beyond its end. */
function piece(tile: Buffer, from: readonly number[], shape: readonly number[]): Float64Array {
  const out = new Float64Array(volume(shape));
  forEach(shape, (at, flat) => {
    const where = at.map((x, d) => x + (from[d] ?? 0));
    if (where.every((x, d) => x < (tile.counts[d] ?? 0))) out[flat] = tile.data[jsSupport.flat(where, tile.counts)] ?? 0;
  });
  return out;
}

/** The meaning as loops over the extents of one call. */
function compileMeaning(c: Computation, shapes: readonly (readonly number[])[], steps: readonly number[]): (operands: readonly Float64Array[], output: Float64Array) => void {
  const axes = axesOf(c);
  const names = new Map(axes.map((a, i) => [a.id, `x${i}`]));
  const tensors = new Map(c.operands.map((o, p) => [o.name, shapes[p] ?? []]));
  const product = c.operands.map((o) => exprText(o.expr, (atom) => names.get(atom.id) ?? '0', (t) => tensors.get(t) ?? [], false)).join(' * ');
  const kept = c.spatial.map((a) => names.get(a.id) ?? '0');
  const flat = kept.reduce((at, x, d) => (d === 0 ? x : `(${at}) * ${steps[d]} + ${x}`), '0');
  const body = axes.reduceRight((inner, _, i) => `for (let x${i} = 0; x${i} < ${steps[i]}; x${i}++) { ${inner} }`, `output[${flat}] += ${product};`);
  const unpack = c.operands.map((o, p) => `const ${tensorText(o.name)} = inputs[${p}];`).join(' ');
  // Generated from checked declarations alone: names are identifiers of the language, numbers are integers.
  return new Function('inputs', 'output', '$', `"use strict"; ${unpack} ${body}`).bind(undefined) as (operands: readonly Float64Array[], output: Float64Array) => void;
}
