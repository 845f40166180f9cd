/**
 * Declarations of hardware: intrinsics with their meaning, accelerators with their space. A meaning is checked as any kernel is, so it becomes the same
 * tensor syntax tree that workloads have, and what the functional model computes is what was declared.
 */
import type * as ast from '../../grammar/ast.ts';
import { check } from '../check/check.ts';
import { similarNames } from '../check/suggest.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import { type DType, dtypes, isDType } from '../ir/dtype.ts';
import { evaluate, type IndexExpr } from '../ir/index-expr.ts';
import type { Kernel } from '../ir/tst.ts';
import { type Computation, computationOf } from './computation.ts';
import { meaningKernel, sizesOf } from './meaning.ts';
import { checkParameters } from './parameters.ts';
import { type Design, namesOf, readSpace, type Space } from './space.ts';

export interface OperandDecl {
  readonly name: string;
  readonly dtype: DType;
  readonly memory: string;
  /** Bits of each coordinate, least significant first, as written: `l2 l3 l4 r1`. */
  readonly layout: readonly { readonly index: string; readonly bits: readonly string[] }[];
}

export interface Intrinsic {
  readonly name: string;
  /** `cuda(sm_80)`; undefined for an accelerator's. */
  readonly target: string | undefined;
  readonly accelerator: string | undefined;
  readonly kernel: Kernel;
  readonly computation: Computation;
  readonly operands: readonly OperandDecl[];
  readonly emit: string | undefined;
  readonly span: Span;
}

export interface Accelerator {
  readonly name: string;
  readonly doc: string;
  readonly intrinsics: readonly Intrinsic[];
  readonly space: Space;
  readonly span: Span;
}

export interface Hardware {
  readonly intrinsics: readonly Intrinsic[];
  readonly accelerators: readonly Accelerator[];
  readonly codesigns: readonly ast.Codesign[];
  readonly diagnostics: readonly Diagnostic[];
}

/** All intrinsics, those of accelerators among them. */
export const allIntrinsics = (h: Hardware): Intrinsic[] => [...h.accelerators.flatMap((a) => a.intrinsics), ...h.intrinsics];

export function readHardware(file: ast.File): Hardware {
  const reporter = new Reporter();
  const intrinsics: Intrinsic[] = [];
  const accelerators: Accelerator[] = [];
  const codesigns: ast.Codesign[] = [];
  for (const d of file.declarations) {
    if (d.kind === 'intrinsic') {
      const found = readIntrinsic(d, reporter);
      if (found !== undefined) intrinsics.push(found);
    }
    if (d.kind === 'accelerator') {
      const found = readAccelerator(d, reporter);
      if (found !== undefined) accelerators.push(found);
    }
    if (d.kind === 'codesign') codesigns.push(d);
  }
  return { intrinsics, accelerators, codesigns, diagnostics: reporter.diagnostics };
}

function readIntrinsic(d: ast.Intrinsic, reporter: Reporter): Intrinsic | undefined {
  const target = d.target.variant === undefined ? d.target.name.name : `${d.target.name.name}(${d.target.variant.name})`;
  const [meaning, ...more] = d.meaning;
  if (meaning === undefined || more.length > 0) {
    reporter.report('TDSL0601', { name: `\`${d.name.name}\``, why: meaning === undefined ? 'it has none' : 'it is one statement' }, more[0]?.span ?? d.name.span);
    return undefined;
  }
  const operands = d.operands.flatMap((o): OperandDecl[] => {
    const dtype = o.dtype.name;
    if (!isDType(dtype)) { reporter.report('TDSL0240', { name: dtype, similar: similarNames(dtype, Object.keys(dtypes)) }, o.dtype.span); return []; }
    return [{ name: o.name.name, dtype, memory: o.memory.name, layout: o.layout.map((l) => ({ index: l.index.name, bits: l.bits.map((b) => b.name) })) }];
  });
  return read(d.name.name, meaning, new Set(), operands, { target, accelerator: undefined, emit: d.emit?.value, span: d.span }, reporter);
}

function readAccelerator(d: ast.Accelerator, reporter: Reporter): Accelerator | undefined {
  const before = reporter.diagnostics.length;
  const space = readSpace(d.name.name, d.space, reporter);
  // Parameters with a mistake are declared all the same.
  const parameters = new Set(d.space.map((p) => p.name.name));
  checkParameters(d.space, reporter);
  if (d.meaning.length === 0) reporter.report('TDSL0604', { name: `\`${d.name.name}\`` }, d.name.span);
  const intrinsics = d.meaning.flatMap((m, i) => {
    const name = i === 0 ? d.name.name : `${d.name.name}_${i + 1}`;
    return read(name, m, parameters, [], { target: undefined, accelerator: d.name.name, emit: undefined, span: m.span }, reporter) ?? [];
  });
  if (reporter.diagnostics.slice(before).some((x) => x.severity === 'error')) return undefined;
  return { name: d.name.name, doc: d.doc?.text ?? '', intrinsics, space, span: d.span };
}

type Rest = Pick<Intrinsic, 'target' | 'accelerator' | 'emit' | 'span'>;

function read(name: string, meaning: ast.Assign, parameters: ReadonlySet<string>, operands: readonly OperandDecl[], rest: Rest, reporter: Reporter): Intrinsic | undefined {
  const kernel = meaningKernel(name, meaning, new Map(operands.map((o) => [o.name, o.dtype])), reporter);
  if (kernel === undefined) return undefined;
  for (const size of sizesOf(meaning)) {
    if (parameters.has(size.name)) continue;
    reporter.report('TDSL0601', { name: `\`${name}\``, why: `its ranges use \`${size.name}\`, which is no parameter${rest.accelerator === undefined ? ': the sizes of an instruction are numbers' : ' of the space'}` }, size.span);
    return undefined;
  }
  const checked = check({ kind: 'file', declarations: [kernel], comments: [], span: meaning.span });
  reporter.addAll(checked.diagnostics.filter((x) => x.severity === 'error'));
  const [tst] = checked.program.kernels;
  const statement = tst?.statements.at(-1);
  if (tst === undefined || statement === undefined || tst.statements.length > 1) return undefined;
  const computation = computationOf(statement, name, true);
  const plain = computation?.operands.every((o) => o.expr.kind === 'read');
  if (computation === undefined || plain !== true) {
    reporter.report('TDSL0601', { name: `\`${name}\``, why: 'it is one combiner over a product of plain accesses, as in `C[i: x] += sum(k: y) A[i, k] * B[k]`' }, meaning.span);
    return undefined;
  }
  return { name, kernel: tst, computation, operands, ...rest };
}

/** How far each index of an intrinsic runs for one design, by axis id. */
export function extentsFor(intrinsic: Intrinsic, design: Design): ReadonlyMap<string, number> {
  const c = intrinsic.computation;
  return new Map([...c.spatial, ...c.reduction].map((a) => [a.id, extent(a.extent, design)]));
}
export const extent = (e: IndexExpr, design: Design): number => evaluate(e, (_, id) => { const v = design[id]; return typeof v === 'number' ? v : 0; });

/** Names of parameters that the extents of an intrinsic mention: what is spread over its array. */
export const parametersOf = (e: ast.Expr): Set<string> => namesOf(e);
