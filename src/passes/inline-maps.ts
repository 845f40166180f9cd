/**
 * inline-maps: normal form -> normal form without map temporaries.
 *
 *   t[i] = A[i] + 1;  Y[i] = t[i]*t[i]     becomes   Y[i] = (A[i] + 1)*(A[i] + 1)
 * A map costs nothing to compute where it is used and something to store. Kept are maps read through a gather (their index is known at run time only),
 * maps that give positions which only their type says to be inside, and maps that a schedule wants in memory. Reads with `else` keep their meaning:
 * the inlined value is chosen by the condition that the index lies inside, and what it reads is guarded.
 */
import { add, type IndexExpr, isConst, max, min, num, sub, substitute } from '../ir/index-expr.ts';
import type { Expr, Kernel, Read, Statement } from '../ir/tst.ts';
import { binary, constant, contains, exprKey, mapChildren, mapStatement, readsIn, rewrite, select, substituteAxes } from '../ir/tst-walk.ts';

export function inlineMaps(given: Kernel): Kernel {
  // What nothing needs must not keep anything in memory.
  const kernel = dropUnused(given);
  const temporaries = new Map(kernel.tensors.filter((t) => t.role === 'temporary').map((t) => [t.name, t]));
  const maps = new Map<string, Statement>();
  const statements: Statement[] = [];
  for (const s of kernel.statements) {
    const done = mapStatement(s, (x) => fold(expand(rewrite(x, (e) => inlined(e, maps)), maps)));
    const isMap = temporaries.has(s.target) && !contains(done.value, (e) => e.kind === 'reduce');
    const tensor = temporaries.get(s.target);
    const hasLimit = tensor?.limit !== undefined && !keepsLimit(done.value) && gathers(s.target, kernel.statements);
    if (isMap && tensor?.inMemory !== true && !hasLimit && !gathered(s.target, kernel.statements)) maps.set(s.target, done);
    else statements.push(done);
  }
  return dropUnused({ ...kernel, statements });
}

/** Inlining may expose further reads inside what was put in (their maps were already expanded), so one pass over the result suffices. */
function expand(e: Expr, maps: ReadonlyMap<string, Statement>): Expr {
  return contains(e, (x) => x.kind === 'read' && maps.has(x.tensor)) ? expand(rewrite(e, (x) => inlined(x, maps)), maps) : e;
}

const gathered = (name: string, statements: readonly Statement[]): boolean =>
  statements.some((s) => readsIn(s).some((r) => r.tensor === name && Object.keys(r.gathers).length > 0));

/** Is the tensor's value a position in another? */
const gathers = (name: string, statements: readonly Statement[]): boolean =>
  statements.some((s) => readsIn(s).some((r) => Object.values(r.gathers).some((g) => contains(g, (x) => x.kind === 'read' && x.tensor === name))));
/** Arithmetic on indices shows by itself where it lies, and an integer in memory has the limit of its tensor. */
const keepsLimit = (e: Expr): boolean => e.kind === 'index' || (e.kind === 'read' && e.bounds === 'proved');

function inlined(e: Expr, maps: ReadonlyMap<string, Statement>): Expr | undefined {
  if (e.kind !== 'read') return undefined;
  const map = maps.get(e.tensor);
  if (map === undefined) return undefined;
  const clamped = e.bounds === 'clamp' || e.bounds === 'check';
  const at = e.index.map((i, d) => (clamped ? max(num(0), min(i, sub(map.axes[d]!.extent, num(1)))) : i));
  const value = substituteAxes(map.value, new Map(map.axes.map((a, d) => [a.id, at[d]!])));
  // Of an empty map no index is inside, so what it reads is clamped as well.
  if (clamped) return clampReads(value);
  if (e.bounds !== 'fill' || e.index.length === 0) return value;
  return select(inside(e, map), guardReads(value), e.fill ?? constant(0, e.type));
}

/** 0 <= index < extent in every dimension, as an expression. */
function inside(read: Read, map: Statement): Expr {
  const le = (a: IndexExpr, b: IndexExpr): Expr => ({ kind: 'binary', op: 'le', type: 'bool', a: { kind: 'index', index: a, type: 'i32' }, b: { kind: 'index', index: b, type: 'i32' } });
  return read.index.flatMap((i, d) => [le(num(0), i), le(add(i, num(1)), map.axes[d]!.extent)]).reduce((a, b) => binary('and', a, b, 'bool'));
}
const guardReads = (e: Expr): Expr => {
  const guarded = mapChildren(e, guardReads);
  return guarded.kind === 'read' && guarded.bounds === 'proved' ? { ...guarded, bounds: 'fill', fill: constant(0, guarded.type) } : guarded;
};

const clampReads = (e: Expr): Expr => {
  const inner = mapChildren(e, clampReads);
  return inner.kind === 'read' && inner.bounds === 'proved' ? { ...inner, bounds: 'clamp' } : inner;
};

/** Constants that inlining brings together; nothing that changes rounding. */
export function fold(e: Expr): Expr {
  const x = mapChildren(e, fold);
  if (x.kind === 'read') return knownPositions(x);
  if (x.kind === 'binary' && x.op === 'mul' && x.b.kind === 'const' && x.b.value === 1) return x.a;
  if (x.kind === 'binary' && x.op === 'mul' && x.a.kind === 'const' && x.a.value === 1) return x.b;
  if (x.kind === 'select' && x.cond.kind === 'const') return x.cond.value ? x.then : x.else;
  if (x.kind === 'select' && exprKey(x.then) === exprKey(x.else)) return x.then;
  if (x.kind === 'cast' && x.a.kind === 'const' && x.to === 'f32') return constant(Math.fround(x.a.value));
  if (x.kind === 'cast' && x.a.kind === 'index' && x.to === 'f32') { const n = isConst(x.a.index); return n === undefined ? x : constant(Math.fround(n)); }
  return x;
}

/** Positions that turned out to be arithmetic on indices are known without a look into memory. */
function knownPositions(read: Read): Read {
  const known = new Map(Object.entries(read.gathers).flatMap(([id, v]) => (v.kind === 'index' ? [[id, v.index] as const] : [])));
  if (known.size === 0) return read;
  return {
    ...read, index: read.index.map((i) => substitute(i, (atom) => (atom.kind === 'value' ? known.get(atom.id) : undefined))),
    gathers: Object.fromEntries(Object.entries(read.gathers).filter(([id]) => !known.has(id))),
  };
}

/** Drops temporaries that nothing reads, and makes equal reductions one. */
function dropUnused(kernel: Kernel): Kernel {
  const used = new Set<string>();
  const kept: Statement[] = [];
  const outputs = new Set(kernel.tensors.filter((t) => t.role === 'output' || t.role === 'inout').map((t) => t.name));
  for (const s of [...kernel.statements].reverse()) {
    if (!outputs.has(s.target) && !used.has(s.target)) continue;
    for (const r of readsIn(s)) used.add(r.tensor);
    kept.unshift(s);
  }
  return { ...kernel, statements: kept, tensors: kernel.tensors.filter((t) => t.role !== 'temporary' || used.has(t.name)) };
}
