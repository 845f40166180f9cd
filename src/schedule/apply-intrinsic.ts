/** `tensorize I(m, n, k)`: finds the products that a schedule gives to an intrinsic, or says what stands in the way. */
import type { TensorizeVerb } from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import type { Reporter } from '../diagnostics/report.ts';
import { isConst } from '../ir/index-expr.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { groupsOf, type LoopGroup, type Nest, type Part } from '../ir/nest.ts';
import type { Expr } from '../ir/tst.ts';
import { conjuncts, freeAxes } from '../ir/tst-walk.ts';
import { intrinsicOf as named, type Target } from '../targets/target.ts';
import { allTargetNames, findTarget } from '../targets/targets.ts';
import { writtenTarget } from './apply-file.ts';
import { axesOf, type LoopNames, type LoopTarget } from './apply-names.ts';
import { sizeName } from './apply-size.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, type Contraction, contractionOf, factorsOf } from '../partition/product.ts';
import { shown } from './copies.ts';
import type { TensorTypes } from './default-plan.ts';

/** A product given to an intrinsic. `over`: the summed loop that it takes in steps, where the schedule says so. */
export interface GivenProduct { readonly nest: Nest; readonly part: string; readonly c: Contraction; readonly intrinsic: MmaIntrinsic; readonly over: string | undefined; readonly verb: TensorizeVerb }
interface Found { readonly nest: Nest; readonly group: LoopGroup; readonly part: Part; readonly c: Contraction; readonly over: string | undefined }

export function givenProducts(verbs: readonly TensorizeVerb[], names: LoopNames, nests: readonly Nest[], tensors: TensorTypes, target: Target, reporter: Reporter): GivenProduct[] {
  const given = new Map<string, GivenProduct>();
  for (const verb of verbs) {
    const intrinsic = intrinsicOf(verb, target, reporter);
    if (intrinsic === undefined) { verb.loops.forEach((l) => names.resolve(l, reporter)); continue; }
    for (const x of productsOf(verb, names, nests, reporter)) {
      const key = `${x.nest.name}/${x.part.name}`;
      const before = given.get(key);
      if (before !== undefined && before.verb.loops.length > 0) reporter.report('TDSL0308', { what: `the intrinsic of \`${x.part.name}\`` }, verb.span, { notes: [{ message: 'first here', span: before.verb.span }] });
      else if (matches(intrinsic, x, verb, tensors, target, reporter)) given.set(key, { nest: x.nest, part: x.part.name, c: x.c, intrinsic, over: x.over, verb });
    }
  }
  return [...given.values()];
}

function intrinsicOf(verb: TensorizeVerb, target: Target, reporter: Reporter): MmaIntrinsic | undefined {
  const { name, span } = verb.intrinsic;
  const found = named(target, name);
  if (found !== undefined && target.threads > 1) return found;
  if (/^tcgen05/.test(name)) reporter.report('TDSL0309', { what: `\`${name}\``, instead: 'wgmma of sm_90a and mma of sm_80 are' }, span);
  else if (target.threads === 1) reporter.report('TDSL0404', { target: writtenTarget(target.name), what: 'products by instructions: one thread multiplies and adds' }, span);
  else {
    const known = target.intrinsics.map((i) => i.name);
    const short = known.length <= 8 ? known : known.filter((k) => k.startsWith(name.split('_')[0]!)).slice(0, 8);
    const elsewhere = allTargetNames.filter((n) => { const other = findTarget(n); return other !== undefined && named(other, name) !== undefined; }).map((n) => ({ message: `${writtenTarget(n)} has it` }));
    reporter.report('TDSL0314', { name, target: writtenTarget(target.name), similar: similarNames(name, known), known: short.length > 0 ? short : known.slice(0, 8) }, span, { notes: elsewhere });
  }
  return undefined;
}

function productsOf(verb: TensorizeVerb, names: LoopNames, nests: readonly Nest[], reporter: Reporter): Found[] {
  const none = (why: string): [] => { reporter.report('TDSL0313', { intrinsic: verb.intrinsic.name, why }, verb.span); return []; };
  if (verb.loops.length === 0) {
    const all = nests.filter((n) => n.serial.size === 0).flatMap(allProducts);
    return all.length > 0 ? all : none('no statement sums the product of a factor along one loop and a factor along another');
  }
  if (verb.loops.length !== 3) return none('it takes three loops: rows, columns and the one summed over, as in `(m, n, k)`');
  const [m, n, k] = verb.loops.map((l) => names.resolve(l, reporter));
  if (m!.length === 0 || n!.length === 0 || k!.length === 0) return [];
  const [rows, columns, summed] = verb.loops.map(sizeName) as [string, string, string];
  const { found, reasons } = productsAt({ m: m!, n: n!, k: k! }, nests, { rows, columns, summed });
  return found.length > 0 ? [...found] : none(reasons.length > 0 ? reasons.join('; ') : `no launch runs over \`${rows}\`, \`${columns}\` and sums over \`${summed}\``);
}

interface Places { readonly m: readonly LoopTarget[]; readonly n: readonly LoopTarget[]; readonly k: readonly LoopTarget[] }

/** Products with rows among `m`, columns among `n` and a sum over one of `k`; why others that sum over one of these are none. */
export function productsAt({ m, n, k }: Places, nests: readonly Nest[], { rows, columns, summed }: Record<'rows' | 'columns' | 'summed', string>): { readonly found: readonly Found[]; readonly reasons: readonly string[] } {
  const reasons: string[] = [], found: Found[] = [];
  for (const nest of nests) {
    for (const group of groupsOf(nest)) {
      const over = group.axes.find((a) => k.some((t) => t.nest === nest && t.axis === a.id));
      if (over === undefined) continue;
      for (const part of group.parts) {
        const at = (list: readonly LoopTarget[]): string | undefined => part.kept.find((id) => list.some((t) => t.nest === nest && t.axis === id));
        const [i, j] = [at(m), at(n)];
        const fail = (why: string): void => { reasons.push(`${part.name}: ${why}`); };
        if (i === undefined || j === undefined) { fail(`its result does not vary along \`${i === undefined ? rows : columns}\``); continue; }
        if (part.op !== 'sum') { fail(`\`${summed}\` is reduced by ${part.op}, not summed`); continue; }
        if (nest.serial.size > 0) { fail('the launch computes something once for a whole row, so rows are not cut into tiles'); continue; }
        const c = contractionOf({ ...part, kept: [i, j] }, group.axes.map((a) => a.id), new Map([[i, 'm'], [j, 'n']]), () => false);
        if (c === undefined) { fail(whyNoProduct(part, i, j, nest)); continue; }
        found.push({ nest, group, part, c, over: over.id });
      }
    }
  }
  return { found, reasons };
}

/** Every product of a launch, with rows and columns as the first one has them. */
function allProducts(nest: Nest): Found[] {
  const axes = axesOf(nest);
  const known = new Map<string, 'm' | 'n'>();
  return [...groupsOf(nest)].flatMap((group) => group.parts.flatMap((part) => {
    const c = contractionOf(part, group.axes.map((a) => a.id), known, (id) => isConst(axes.get(id)!.extent) === 1);
    if (c !== undefined) { known.set(c.m, 'm'); known.set(c.n, 'n'); }
    return c === undefined ? [] : [{ nest, group, part, c, over: undefined }];
  }));
}

function whyNoProduct(part: Part, m: string, n: string, nest: Nest): string {
  const axes = axesOf(nest);
  const factors = factorsOf(part.body);
  const both = [...factors, ...conjuncts(part.where)].find((f) => freeAxes(f).has(m) && freeAxes(f).has(n));
  if (both !== undefined) return `\`${shown(both, (id) => axes.get(id)!.name)}\` varies along both \`${axes.get(m)!.name}\` and \`${axes.get(n)!.name}\``;
  const missing = [m, n].find((id) => !factors.some((f) => freeAxes(f).has(id)));
  return missing === undefined ? 'it is no product of two factors' : `no factor varies along \`${axes.get(missing)!.name}\``;
}

/** f32 in registers or shared memory, of which products see what tf32 has. */
const isTf32 = (i: MmaIntrinsic): boolean => i.m * i.n > 1 && i.a.dtype === 'f32';

/** Does the intrinsic compute the product exactly? Where not, the message says which operand has what and which intrinsic would do. */
function matches(intrinsic: MmaIntrinsic, x: Found, verb: TensorizeVerb, tensors: TensorTypes, target: Target, reporter: Reporter): boolean {
  const [a, b] = [exactType(x.c.a, tensors), exactType(x.c.b, tensors)];
  const fits = (i: MmaIntrinsic): boolean => (i.m * i.n === 1 ? (x.part.type === 'i32') === (i.d.dtype === 'i32') : canMultiply(i, a, b, x.part));
  if (fits(intrinsic)) return true;
  const sums = x.part.type === 'i32' ? 'i32' : x.part.acc === 'f16' ? 'f16' : 'f32';
  const axes = axesOf(x.nest);
  const operand = (e: Expr, type: string): string => (e.kind === 'read' ? `\`${e.tensor}\` is ${type}` : `\`${shown(e, (id) => axes.get(id)!.name)}\` is ${type}`);
  const others = target.intrinsics.filter((i) => i !== intrinsic && i.m * i.n > 1 && (i.operands !== 'shared' || (fits(i) && i.n === 128))).map((i) => ({ message: `${i.name} takes ${i.a.dtype} and ${i.b.dtype}, sums in ${i.d.dtype}: ${fits(i) ? 'fits' : 'does not fit'}` }));
  const best = target.intrinsics.find((i) => i.m * i.n > 1 && fits(i)) ?? target.intrinsics.find(fits);
  const computed = [x.c.a, x.c.b].find((e, i) => e.kind !== 'read' && [a, b][i] === 'f32');
  const advice = best === undefined && computed !== undefined ? [{ message: 'a computed operand is f32; where it should be rounded, give it a type: `let W: bf16 = …`' }] : [];
  reporter.report('TDSL0315', {
    intrinsic: intrinsic.name,
    why: `${operand(x.c.a, a)} and ${operand(x.c.b, b)}, summed in ${sums}; ${isTf32(intrinsic) && sums === 'f32' ? 'it reads 10 of the 23 fraction bits of f32, so it takes what 16 bits hold, and a schedule never narrows an operand' : `it takes ${intrinsic.a.dtype} and ${intrinsic.b.dtype}, summed in ${intrinsic.d.dtype}`}`,
  }, verb.intrinsic.span, { notes: [...others, ...advice], edits: best === undefined ? [] : [{ span: verb.intrinsic.span, text: best.name }] });
  return false;
}
