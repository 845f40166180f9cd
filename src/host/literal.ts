/** A kernel's description as TypeScript text, with the small builders of the engine for what repeats. */
import type { Arg, BufferArg, LaunchAbi, SizeExpr, TensorMapArg } from '../runtime/abi.ts';
import type { KernelSpec, TensorSpec, VariantSpec } from './engine-spec.ts';
import { property, quote } from './naming.ts';
import type { StateSpec } from './program-engine.ts';
import { Pieces, withConstants, type Constant, type Piece } from './shared-text.ts';

type Text = string | Piece;

const separated = (items: readonly (readonly Text[])[]): Text[] => items.flatMap((item, i) => (i === 0 ? item : [', ', ...item]));
const strings = (items: readonly string[]): string => `[${items.map(quote).join(', ')}]`;
const numbers = (values: Readonly<Record<string, number>>): string => `{ ${Object.entries(values).map(([name, value]) => `${property(name)}: ${value}`).join(', ')} }`;

class Literal {
  readonly #pieces = new Pieces();

  list(items: readonly Text[], type?: string): Piece {
    return this.#pieces.make(['[', ...separated(items.map((item) => [item])), ']'], type);
  }
  record(entries: Readonly<Record<string, Text>>, type?: string): Piece {
    const fields = Object.entries(entries).map(([name, value]) => [`${property(name)}: `, value]);
    return this.#pieces.make(fields.length === 0 ? ['{}'] : ['{ ', ...separated(fields), ' }'], type);
  }
  call(name: string, args: readonly Text[], type?: string): Piece {
    return this.#pieces.make([`${name}(`, ...separated(args.map((arg) => [arg])), ')'], type);
  }

  size(expr: SizeExpr): Text {
    if (typeof expr === 'number') return String(expr);
    if (typeof expr === 'string') return quote(expr);
    return this.call('sizeOp', [quote(expr.op), ...expr.args.map((arg) => this.size(arg))], 'SizeExpr');
  }
  #buffer(arg: BufferArg): Piece {
    const length = arg.length === undefined ? undefined : this.size(arg.length);
    return this.call('bufferArg', [quote(arg.access), quote(arg.name), quote(arg.storage), ...(length === undefined ? [] : [length]), ...(arg.place === undefined ? [] : [...(length === undefined ? ['undefined'] : []), quote(arg.place)])]);
  }
  #map(arg: TensorMapArg): Piece {
    return this.record({
      kind: quote(arg.kind), name: quote(arg.name), buffer: quote(arg.buffer), dtype: quote(arg.dtype), dims: this.list(arg.dims.map((d) => this.size(d))),
      strides: this.list(arg.strides.map((s) => this.size(s))), box: this.list(arg.box.map(String)), swizzle: String(arg.swizzle),
    });
  }
  /** Buffers come before tensor maps and those before sizes in every argument list (see `runtime/abi.ts`). */
  #args(args: readonly Arg[]): Piece {
    const sizes = args.filter((arg) => arg.kind === 'size').map(({ name }) => quote(name));
    const memory = [...args.filter((arg) => arg.kind === 'buffer').map((arg) => this.#buffer(arg)), ...args.filter((arg) => arg.kind === 'tensorMap').map((arg) => this.#map(arg))];
    // A spread would keep bundlers from leaving the list out.
    return this.call('argsOf', [this.list(memory), ...sizes], 'readonly Arg[]');
  }
  #launch(abi: LaunchAbi): Piece {
    const rest = {
      ...(abi.counts === undefined ? {} : { counts: this.size(abi.counts) }), ...(abi.cluster === undefined ? {} : { cluster: String(abi.cluster) }),
      ...(abi.early === undefined ? {} : { early: 'true' }), ...(abi.sharedBytes === 0 ? {} : { sharedBytes: String(abi.sharedBytes) }), ...(abi.features.length === 0 ? {} : { features: strings(abi.features) }),
    };
    const block = abi.block[1] === 1 && abi.block[2] === 1 ? String(abi.block[0]) : this.list(abi.block.map(String));
    return this.call('launchOf', [quote(abi.target), quote(abi.entry), this.#args(abi.args), this.list(abi.grid.map((g) => this.size(g)), "LaunchAbi['grid']"), block, ...(Object.keys(rest).length === 0 ? [] : [this.record(rest)])]);
  }
  #variant(variant: VariantSpec): Piece {
    const when = {
      ...(variant.equals === undefined ? {} : { equals: numbers(variant.equals) }), ...(variant.multiples === undefined ? {} : { multiples: numbers(variant.multiples) }),
      ...(variant.atMost === undefined ? {} : { atMost: numbers(variant.atMost) }),
      ...(variant.scratch.length === 0 ? {} : { scratch: this.list(variant.scratch.map(({ name, bits, elements }) => this.record({ name: quote(name), bits: String(bits), elements: this.size(elements) })), "VariantSpec['scratch']") }),
    };
    return this.call('variantOf', [quote(variant.file), this.record(when), ...variant.launches.map((abi) => this.#launch(abi))]);
  }
  #tensor(tensor: TensorSpec): Piece {
    const rest = {
      ...(tensor.limit === undefined ? {} : { limit: this.size(tensor.limit) }), ...(tensor.place === undefined ? {} : { place: quote(tensor.place) }),
      ...(tensor.region === undefined ? {} : { region: this.list(tensor.region.map(String)) }),
    };
    return this.call('tensorOf', [quote(tensor.name), quote(tensor.dtype), this.list(tensor.shape.map((s) => this.size(s))), ...(Object.keys(rest).length === 0 ? [] : [this.record(rest)])], 'TensorSpec');
  }
  state({ name, sizes, fields }: StateSpec): Piece {
    return this.record({ name: quote(name), sizes: strings(sizes), fields: this.list(fields.map(({ sliced, ...tensor }) => this.call('fieldOf', [this.#tensor(tensor), ...(sliced === 0 ? [] : [String(sliced)])]))) });
  }
  kernel(kernel: KernelSpec): Piece {
    const checks = kernel.checks?.map((c) => this.record({
      tensor: quote(c.tensor), kind: quote(c.kind), target: quote(c.target), line: String(c.line),
      axes: this.list(c.axes.map((a) => this.record({ name: quote(a.name), extent: this.size(a.extent) }))),
      ...(c.places === undefined ? {} : { places: this.list(c.places.map((p) => this.record({ dimension: String(p.dimension), extent: this.size(p.extent) }))) }),
    }));
    return this.record({
      name: quote(kernel.name),
      sizes: this.list(kernel.sizes.map(({ name, pinned }) => this.record({ name: quote(name), ...(pinned === undefined ? {} : { pinned: this.list(pinned.map(String)) }) }))),
      inputs: this.list(kernel.inputs.map((t) => this.#tensor(t))), outputs: this.list(kernel.outputs.map((t) => this.#tensor(t))),
      ...(checks === undefined ? {} : { checks: this.list(checks) }),
      facts: this.list(kernel.facts.map(({ expr, relation, text }) => this.record({ expr: this.size(expr), relation: quote(relation), text: quote(text) }))),
      targets: this.record(Object.fromEntries(Object.entries(kernel.targets).map(([target, variants]) => [target, this.list(variants.map((v) => this.#variant(v)))]))),
    });
  }
}

/** The description, and constants for what several of its launches share. @param nameOf a name for the n-th of them */
export function kernelLiteral(kernel: KernelSpec, nameOf: (n: number) => string): { readonly constants: readonly Constant[]; readonly text: string } {
  return withConstants(new Literal().kernel(kernel), nameOf);
}

export function stateLiteral(state: StateSpec, nameOf: (n: number) => string): { readonly constants: readonly Constant[]; readonly text: string } {
  return withConstants(new Literal().state(state), nameOf);
}
