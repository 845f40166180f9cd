/** An interface as JavaScript: loops of software around loads, calls and stores. The text that `tdsl partition --source` prints is the text that is checked. */
import { add, evaluate, floorDiv, type IndexExpr, isConst, mod, mul, num, variable } from '../ir/index-expr.ts';
import type { Kernel } from '../ir/tst.ts';
import { substituteAxes } from '../ir/tst-walk.ts';
import { replaceAxes } from './computation.ts';
import { headline } from './show.ts';
import type { Interface, Tiling } from './interface.ts';
import { exprText, flatText, type Names, tensorText } from './js-expr.ts';
import { groupingText } from './many-to-one.ts';

/** Variables of a loop: `i0` where its tile begins, `i` within it, `n_i` how many elements the tile has. */
const insideOf = (t: Tiling): string => clean(t.loop.name);
const startOf = (t: Tiling): string => `${insideOf(t)}0`;
const countOf = (t: Tiling): string => `n_${insideOf(t)}`;
const clean = (name: string): string => name.replaceAll(/\W/g, '_');

/** The name of the generated function. */
export const functionName = (f: Interface): string => clean(`${f.computation.name}_on_${f.intrinsic.name}`);

export function interfaceText(f: Interface, kernel: Kernel): string {
  const { computation: c, intrinsic } = f;
  const software = f.tilings.filter((t) => t.loop.index === undefined), matched = f.tilings.filter((t) => t.loop.index !== undefined);
  const number = (e: IndexExpr): number => evaluate(e, (_, id) => f.sizes[id] ?? 0);
  const shapeOf = (name: string): readonly number[] => (kernel.tensors.find((t) => t.name === name)?.shape ?? []).map(number);
  const names: Names = (atom) => (atom.kind === 'size' ? String(f.sizes[atom.id] ?? 0) : atom.id);
  const lines: string[] = [
    `// ${headline(c)}`, `// on ${intrinsic.name}: ${groupingText(c, intrinsic.computation, f.selection)}`,
    ...matched.map((t) => `//   ${t.loop.index?.name ?? ''}: ${t.loop.total} in ${t.count} tiles of ${t.tile}, ${t.loop.step} a call${t.pad > 0 ? `, the last tile padded by ${t.pad}` : ''}`),
    `export function ${functionName(f)}(device, inputs, output, $) {`,
    `  const { ${[...new Set(c.operands.flatMap((o) => readNames(o.expr)))].map((n) => (tensorText(n) === n ? n : `${n}: ${tensorText(n)}`)).join(', ')} } = inputs;`,
  ];
  let pad = '  ';
  for (const t of f.outer) {
    lines.push(`${pad}for (let ${startOf(t)} = 0; ${startOf(t)} < ${t.loop.total}; ${startOf(t)} += ${t.tile}) {${t.loop.index === undefined ? ` // ${t.loop.name}: software` : ''}`);
    pad += '  ';
  }
  for (const t of f.tilings) lines.push(`${pad}const ${countOf(t)} = Math.min(${t.tile}, ${t.loop.total} - ${startOf(t)});`);
  for (const t of software) {
    lines.push(`${pad}for (let ${insideOf(t)} = ${startOf(t)}; ${insideOf(t)} < ${startOf(t)} + ${countOf(t)}; ${insideOf(t)}++) {`);
    pad += '  ';
  }
  const softwareAxes = new Map(software.map((t) => [t.loop.id, variable(insideOf(t))]));
  c.operands.forEach((_, at) => {
    const p = f.selection.order.indexOf(at);
    lines.push(...loadLines(f, p, softwareAxes, names, shapeOf).map((l) => pad + l));
  });
  const kept = matched.filter((t) => !t.loop.reduction);
  const values = new Map([...softwareAxes, ...kept.flatMap((t) => axisValues(t, add(variable(startOf(t)), variable(insideOf(t)))))]);
  const index = c.statement.index.map((i) => replaceAxes(i, values));
  const flat = flatText(index, shapeOf(c.statement.target), names);
  const counts = `[${kept.map(countOf).join(', ')}]`, at = kept.map(insideOf).join(', ');
  lines.push(`${pad}device.init_output(${counts}, (${at}) => output[${flat}]);`);
  lines.push(`${pad}device.run([${matched.map(countOf).join(', ')}]);`);
  lines.push(`${pad}device.store_output(${counts}, (${['value', ...kept.map(insideOf)].join(', ')}) => { output[${flat}] = value; });`);
  for (let depth = f.outer.length + software.length; depth > 0; depth--) lines.push(`${'  '.repeat(depth)}}`);
  lines.push('}', '');
  return lines.join('\n');
}

function readNames(e: Interface['computation']['operands'][number]['expr']): string[] {
  const found: string[] = [];
  const go = (x: typeof e): void => {
    if (x.kind === 'read') { found.push(x.tensor); for (const g of Object.values(x.gathers)) go(g); if (x.fill !== undefined) go(x.fill); }
    if (x.kind === 'unary' || x.kind === 'cast') go(x.a);
    if (x.kind === 'binary') { go(x.a); go(x.b); }
    if (x.kind === 'select') { go(x.cond); go(x.then); go(x.else); }
  };
  go(e);
  return found;
}

/** Fused loops from the one coordinate that runs over them: the last varies fastest. */
function axisValues(t: Tiling, at: IndexExpr): [string, IndexExpr][] {
  let rest = at;
  const values: [string, IndexExpr][] = [];
  for (let k = t.loop.axes.length - 1; k >= 0; k--) {
    const axis = t.loop.axes[k]!, extent = t.loop.extents[k] ?? 1;
    values.push([axis.id, k === 0 ? rest : mod(rest, num(extent))]);
    rest = floorDiv(rest, num(extent));
  }
  return values;
}

/** The load of the intrinsic's operand p: one coordinate for each of its dimensions. */
function loadLines(f: Interface, p: number, software: ReadonlyMap<string, IndexExpr>, names: Names, shapeOf: (name: string) => readonly number[]): string[] {
  const { computation: c, intrinsic: { computation: i } } = f;
  const mine = c.operands[f.selection.order[p] ?? 0]!, theirs = i.operands[p]!;
  const tiling = (id: string): Tiling => f.tilings.find((t) => t.loop.id === id)!;
  const values = new Map(software), counts: string[] = [], coordinates: string[] = [], guards: string[] = [];
  let guarded = false;
  for (const d of theirs.dimensions) {
    const ids = [...d.coefficients.keys()], tilings = ids.map(tiling), [only] = tilings;
    if (only === undefined) { counts.push('1'); coordinates.push(`_${coordinates.length}`); continue; }
    if (tilings.length === 1) {
      const x = insideOf(only);
      counts.push(countOf(only));
      coordinates.push(x);
      for (const [id, v] of axisValues(only, add(variable(startOf(only)), variable(x)))) values.set(id, v);
      continue;
    }
    // x + r walks along one line: the coordinate t stands for all of it, and the tensor depends on the sum alone.
    const x = tilings.map(insideOf).join('_');
    const factor = (id: string): number => isConst(d.coefficients.get(id) ?? num(1)) ?? 1;
    counts.push(`${ids.map((id, k) => { const n = countOf(tilings[k]!); return factor(id) === 1 ? n : `${factor(id)} * (${n} - 1) + 1`; }).join(' + ')} - ${ids.length - 1}`);
    coordinates.push(x);
    const begin = add(...ids.map((id, k) => mul(num(factor(id)), variable(startOf(tilings[k]!)))));
    const used = tilings.flatMap((t, k) => (t.loop.axes.length > 0 ? [k] : []));
    const carrier = used.find((k) => factor(ids[k] ?? '') === 1) ?? used[0];
    for (const k of used) for (const axis of tilings[k]!.loop.axes) values.set(axis.id, k === carrier ? floorDiv(add(begin, variable(x)), num(factor(ids[k] ?? ''))) : num(0));
    guarded = true;
  }
  const value = exprText(substituteAxes(mine.expr, values), names, shapeOf, guarded);
  return [`device.load(${p}, [${counts.join(', ')}], (${coordinates.join(', ')}) => ${guards.length > 0 ? `${guards.join(' && ')} ? ${value} : 0` : value});`];
}
