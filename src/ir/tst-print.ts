/** Text of tensor syntax trees for dumps and messages: the language itself as far as it can say it, with every range written out. */
import { unreachable } from '../diagnostics/bug.ts';
import { type IndexExpr, isConst, type NamedAtom, soleAtom } from './index-expr.ts';
import { print } from './index-print.ts';
import type { BinaryOp } from './scalar.ts';
import type { Axis, Expr, Kernel, Read, Statement, Tensor } from './tst.ts';

/** How tightly an operator binds; a reduction's body goes on over products and ends at a sum. */
const level = { choice: 0, or: 1, and: 2, compare: 3, sum: 4, product: 5, prefix: 6, atom: 7 } as const;
type Level = (typeof level)[keyof typeof level];

const infix: Partial<Record<BinaryOp, readonly [string, Level]>> = {
  add: ['+', level.sum], sub: ['-', level.sum], mul: ['*', level.product], div: ['/', level.product], mod: ['%', level.product],
  eq: ['==', level.compare], ne: ['!=', level.compare], lt: ['<', level.compare], le: ['<=', level.compare], and: ['and', level.and], or: ['or', level.or],
};

/** Axes appear under their ids. */
export const printExpr = (e: Expr): string => text(e, level.choice);

function text(e: Expr, outer: Level): string {
  const [own, s] = render(e);
  return own < outer ? `(${s})` : s;
}

function render(e: Expr): [Level, string] {
  switch (e.kind) {
    case 'const': return [e.value < 0 ? level.prefix : level.atom, printConstant(e.value, e.type)];
    case 'index': return [soleAtom(e.index) || (isConst(e.index) ?? -1) >= 0 ? level.atom : level.sum, print(e.index)];
    case 'read': return e.bounds === 'proved' ? [level.atom, printRead(e)] : [level.choice, `${printRead(e)} else ${printOutside(e)}`];
    case 'unary': {
      if (e.op === 'neg') return [level.prefix, `-${text(e.a, level.atom)}`];
      if (e.op === 'not') return [level.prefix, `not ${text(e.a, level.atom)}`];
      return [level.atom, `${e.op}(${printExpr(e.a)})`];
    }
    case 'binary': {
      const [sign, own] = infix[e.op] ?? [undefined, level.atom];
      if (sign === undefined) return [own, `${e.op}(${printExpr(e.a)}, ${printExpr(e.b)})`];
      // Left-associative; comparisons do not chain.
      const next = Object.values(level).find((l) => l > own) ?? level.atom;
      return [own, `${text(e.a, own === level.compare ? next : own)} ${sign} ${text(e.b, next)}`];
    }
    case 'select': return [level.choice, `if ${text(e.cond, level.or)} then ${text(e.then, level.or)} else ${printExpr(e.else)}`];
    case 'cast': return [level.atom, `${e.to}(${printExpr(e.a)})`];
    case 'reduce': {
      const acc = e.acc === 'f32' || e.acc === 'i32' || e.acc === 'bool' ? '' : `<${e.acc}>`;
      return [level.sum, `${e.op}${acc}(${e.axes.map(printAxis).join(', ')}${printWhere(e.where)}) ${text(e.body, level.product)}`];
    }
    case 'scan': return [level.sum, `scan(${printAxis(e.axis)} to ${print(e.at)}${printWhere(e.where)}) ${text(e.body, level.product)}`];
    case 'topk': return [level.sum, `topk(${printAxis(e.axis)} -> ${print(e.at)}: ${print(e.count)}${printWhere(e.where)}) ${text(e.body, level.product)}`];
    case 'softmax': return [level.sum, `softmax(${printAxis(e.axis)}${printWhere(e.where)}) ${text(e.body, level.product)}`];
    default: return unreachable(e);
  }
}
const printWhere = (where: Expr | undefined): string => (where ? ` where ${printExpr(where)}` : '');
export const printAxis = (axis: Axis): string => `${axis.id}: ${print(axis.extent)}`;

function printConstant(value: number, type: Expr['type']): string {
  if (type === 'bool') return value ? 'true' : 'false';
  return type === 'f32' && Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}

function printRead(e: Read): string {
  const nameOf = (atom: NamedAtom): string => {
    const gather = atom.kind === 'value' ? e.gathers[atom.id] : undefined;
    return gather ? text(gather, level.atom) : atom.id;
  };
  return e.index.length === 0 ? e.tensor : `${e.tensor}[${e.index.map((i) => print(i, nameOf)).join(', ')}]`;
}
function printOutside(e: Read): string {
  if (e.bounds === 'fill') return e.fill ? text(e.fill, level.or) : '0';
  return e.bounds;
}

/** An index that is one of the statement's axes shows that axis' range; the other axes follow after `for`. */
export function printStatement(s: Statement, tensor?: Tensor): string {
  const shown = new Set<string>();
  const nameOf = (atom: NamedAtom): string => {
    const gather = atom.kind === 'value' ? s.update?.gathers[atom.id] : undefined;
    return gather ? text(gather, level.atom) : atom.id;
  };
  const index = s.index.map((i: IndexExpr) => {
    const atom = soleAtom(i);
    const axis = atom?.kind === 'variable' ? s.axes.find((a) => a.id === atom.id && !shown.has(a.id)) : undefined;
    if (!axis) return print(i, nameOf);
    shown.add(axis.id);
    return printAxis(axis);
  });
  const others = s.axes.filter((a) => !shown.has(a.id));
  const head = tensor?.role === 'temporary' ? `let ${s.target}` : s.target;
  const type = tensor?.role === 'temporary' ? `: ${tensor.dtype}` : '';
  const sign = s.update === undefined || s.update.op === 'set' ? '=' : s.update.op === 'add' ? '+=' : `${s.update.op}=`;
  return `${head}${index.length > 0 ? `[${index.join(', ')}]` : ''}${others.length > 0 ? ` for ${others.map(printAxis).join(', ')}` : ''}${type} ${sign} ${printExpr(s.value)}`;
}

export function printTensor(t: Tensor): string {
  const limit = t.limit ? `<${print(t.limit)}>` : '';
  return `${t.name}: ${t.dtype}${limit}${t.shape.length > 0 ? `[${t.shape.map((x) => print(x)).join(', ')}]` : ''}`;
}

export function printKernel(k: Kernel): string {
  const parameters = k.sizes.filter((s) => s.parameter).map((s) => s.name);
  const pins = k.sizes.flatMap((s) => (s.pinned ? [`${s.name} in {${s.pinned.join(', ')}}`] : []));
  const lines = [
    ...k.facts.map((f) => `  // ${print(f.expr)} ${f.relation === 'zero' ? '==' : '>='} 0: ${f.text}`),
    ...k.statements.map((s) => `  ${printStatement(s, k.tensors.find((t) => t.name === s.target))}`),
  ];
  const head = `kernel ${k.name}${parameters.length > 0 ? `[${parameters.join(', ')}]` : ''}(${k.tensors.filter((t) => t.role === 'input' || t.role === 'inout').map((t) => printTensor(t).replace(': ', t.role === 'inout' ? ': inout ' : ': ')).join(', ')}) -> ${k.tensors.filter((t) => t.role === 'output').map(printTensor).join(', ')}`;
  return `${head}${pins.length > 0 ? ` where ${pins.join(', ')}` : ''} {\n${lines.join('\n')}\n}\n`;
}
