/**
 * The small builders by which a harness writes down the launches of its kernels.
 *
 * Like the engine this text is copied into harnesses, so it imports nothing but types.
 */
import type { Arg, BufferArg, LaunchAbi, SizeExpr, StorageType } from '../runtime/abi.ts';
import type { VariantSpec } from './engine-spec.ts';

/* @__NO_SIDE_EFFECTS__ */
export function bufferArg(access: BufferArg['access'], name: string, storage: StorageType, length?: SizeExpr, place?: 'host'): Arg {
  return { kind: 'buffer', name, storage, access, ...(length === undefined ? {} : { length }), ...(place === undefined ? {} : { place }) };
}

/** Buffers and tensor maps, and behind them sizes. */
/* @__NO_SIDE_EFFECTS__ */
export function argsOf(memory: readonly Arg[], ...sizes: readonly string[]): readonly Arg[] {
  return [...memory, ...sizes.map((name): Arg => ({ kind: 'size', name }))];
}

/** @param block threads, along the first dimension alone where it is one number */
/* @__NO_SIDE_EFFECTS__ */
export function launchOf(target: LaunchAbi['target'], entry: string, args: readonly Arg[], grid: LaunchAbi['grid'], block: number | LaunchAbi['block'], rest: Partial<LaunchAbi> = {}): LaunchAbi {
  return { target, entry, args, grid, block: typeof block === 'number' ? [block, 1, 1] : block, sharedBytes: 0, features: [], ...rest };
}

/** A variant needs what its launches need. */
/* @__NO_SIDE_EFFECTS__ */
export function variantOf(file: string, rest: Partial<VariantSpec>, ...launches: readonly LaunchAbi[]): VariantSpec {
  return { file, features: [...new Set(launches.flatMap((l) => l.features))], launches, scratch: [], ...rest };
}
