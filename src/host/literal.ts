/** A kernel's description as TypeScript text, with the small builders of the engine for what repeats. */
import type { Arg, BufferArg, LaunchAbi, SizeExpr, TensorMapArg } from '../runtime/abi.ts';
import type { KernelSpec, TensorSpec, VariantSpec } from './engine-spec.ts';
import { property, quote } from './naming.ts';

const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
const strings = (items: readonly string[]): string => list(items.map(quote));

function record(entries: Readonly<Record<string, string>>): string {
  const fields = Object.entries(entries).map(([name, value]) => `${property(name)}: ${value}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

const numbers = (values: Readonly<Record<string, number>>): string =>
  record(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])));

export function sizeLiteral(expr: SizeExpr): string {
  if (typeof expr === 'number') return String(expr);
  if (typeof expr === 'string') return quote(expr);
  return `sizeOp(${[quote(expr.op), ...expr.args.map(sizeLiteral)].join(', ')})`;
}

function bufferLiteral(arg: BufferArg): string {
  return `bufferArg(${[quote(arg.access), quote(arg.name), quote(arg.storage), ...(arg.length === undefined ? [] : [sizeLiteral(arg.length)]), ...(arg.place === undefined ? [] : [...(arg.length === undefined ? ['undefined'] : []), quote(arg.place)])].join(', ')})`;
}

function mapLiteral(arg: TensorMapArg): string {
  return record({
    kind: quote(arg.kind), name: quote(arg.name), buffer: quote(arg.buffer), dtype: quote(arg.dtype),
    dims: list(arg.dims.map(sizeLiteral)), strides: list(arg.strides.map(sizeLiteral)), box: list(arg.box.map(String)), swizzle: String(arg.swizzle),
  });
}

/** Buffers come before tensor maps and those before sizes in every argument list (see `runtime/abi.ts`). */
function argsLiteral(args: readonly Arg[]): string {
  const buffers = args.filter((arg) => arg.kind === 'buffer').map(bufferLiteral);
  const maps = args.filter((arg) => arg.kind === 'tensorMap').map(mapLiteral);
  const sizes = args.filter((arg) => arg.kind === 'size').map(({ name }) => quote(name));
  return list([...buffers, ...maps, ...(sizes.length === 0 ? [] : [`...sizeArgs(${sizes.join(', ')})`])]);
}

function launchLiteral(abi: LaunchAbi): string {
  return record({
    entry: quote(abi.entry),
    target: quote(abi.target),
    args: argsLiteral(abi.args),
    grid: list(abi.grid.map(sizeLiteral)),
    block: list(abi.block.map(String)),
    ...(abi.cluster === undefined ? {} : { cluster: String(abi.cluster) }),
    sharedBytes: String(abi.sharedBytes),
    features: strings(abi.features),
  });
}

function tensorLiteral(tensor: TensorSpec): string {
  return record({
    name: quote(tensor.name),
    dtype: quote(tensor.dtype),
    bits: String(tensor.bits),
    array: quote(tensor.array),
    shape: list(tensor.shape.map(sizeLiteral)),
    ...(tensor.limit === undefined ? {} : { limit: sizeLiteral(tensor.limit) }),
    ...(tensor.place === undefined ? {} : { place: quote(tensor.place) }),
  });
}

function variantLiteral(variant: VariantSpec): string {
  return record({
    file: quote(variant.file),
    ...(variant.equals === undefined ? {} : { equals: numbers(variant.equals) }),
    ...(variant.multiples === undefined ? {} : { multiples: numbers(variant.multiples) }),
    ...(variant.atMost === undefined ? {} : { atMost: numbers(variant.atMost) }),
    features: strings(variant.features),
    launches: list(variant.launches.map(launchLiteral)),
    scratch: list(variant.scratch.map(({ name, bits, elements }) => record({ name: quote(name), bits: String(bits), elements: sizeLiteral(elements) }))),
  });
}

export function kernelLiteral(kernel: KernelSpec): string {
  const targets = Object.entries(kernel.targets).map(([target, variants]) => [target, list(variants.map(variantLiteral))] as const);
  return record({
    name: quote(kernel.name),
    sizes: list(kernel.sizes.map(({ name, pinned }) => record({ name: quote(name), ...(pinned === undefined ? {} : { pinned: list(pinned.map(String)) }) }))),
    inputs: list(kernel.inputs.map(tensorLiteral)),
    outputs: list(kernel.outputs.map(tensorLiteral)),
    ...(kernel.checks === undefined ? {} : { checks: list(kernel.checks.map((c) => record({
      tensor: quote(c.tensor), kind: quote(c.kind), target: quote(c.target), line: String(c.line),
      axes: list(c.axes.map((a) => record({ name: quote(a.name), extent: sizeLiteral(a.extent) }))),
      ...(c.places === undefined ? {} : { places: list(c.places.map((p) => record({ dimension: String(p.dimension), extent: sizeLiteral(p.extent) }))) }),
    }))) }),
    facts: list(kernel.facts.map(({ expr, relation, text }) => record({ expr: sizeLiteral(expr), relation: quote(relation), text: quote(text) }))),
    targets: record(Object.fromEntries(targets)),
  });
}
