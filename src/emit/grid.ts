/** The group's linear number decoded into the grid's factors, the last one fastest; with panels, groups of rows of the last two share their columns. */
import { binary, index, name, type CodeExpr } from '../ir/code.ts';
import { isConst, mul, num } from '../ir/index-expr.ts';
import type { Context } from './context.ts';
import { IndexCode } from './index-code.ts';

interface Factor { readonly name: string; readonly count: CodeExpr }

/** Binds the grid variables and puts their decoding. */
export function emitGrid(context: Context): void {
  const { grid, panels } = context.kernel;
  const code = new IndexCode(context);
  const loops = grid.map((g): Factor => ({ name: context.names.fresh(g.name), count: code.expr(g.count) }));
  const bind = (n: number, value: CodeExpr): void => {
    const text = loops[n]!.name;
    context.put({ kind: 'let', name: text, value });
    context.variables.set(grid[n]!.id, name('index', text));
  };
  if (grid.length === 0) return;
  const builtin: CodeExpr = { kind: 'builtin', type: 'index', builtin: 'group' };
  const total = grid.reduce((n, g) => mul(n, g.count), num(1));
  const splits = context.caps.mostGroups !== undefined && !((isConst(total) ?? Infinity) <= context.caps.mostGroups);
  const group = splits || grid.length > 1 ? context.let('group', builtin) : builtin;
  if (splits) context.put({ kind: 'leave', cond: binary('le', code.expr(total), group) });
  let rest: CodeExpr = group;
  const named = (count: CodeExpr, wanted: string): CodeExpr => (count.kind === 'const' || count.kind === 'name' ? count : context.let(wanted, count));
  let last = grid.length - 1;
  if (panels !== undefined && grid.length >= 2) {
    // Panels of `panels` rows: within one, rows run fastest, so that neighbouring groups share columns in the cache.
    const rows = named(loops[last - 1]!.count, `${grid[last - 1]!.name}_count`);
    const columns = named(loops[last]!.count, `${grid[last]!.name}_count`);
    const plane = grid.length === 2 ? rest : context.let('in_plane', binary('rem', rest, binary('mul', rows, columns)));
    const size = context.let('panel_groups', binary('mul', index(panels), columns));
    const firstRow = context.let('first_row', binary('mul', binary('div', plane, size), index(panels)));
    const height = context.let('panel_rows', binary('min', index(panels), binary('sub', rows, firstRow)));
    const inPanel = context.let('in_panel', binary('rem', plane, size));
    bind(last - 1, binary('add', firstRow, binary('rem', inPanel, height)));
    bind(last, binary('div', inPanel, height));
    if (grid.length === 2) return;
    rest = context.let('outer', binary('div', rest, binary('mul', rows, columns)));
    last -= 2;
  }
  for (let n = last; n >= 0; n--) {
    if (n === 0) { bind(0, rest); break; }
    const count = named(loops[n]!.count, `${grid[n]!.name}_count`);
    bind(n, binary('rem', rest, count));
    const quotient = binary('div', rest, count);
    rest = n === 1 ? quotient : context.let('outer', quotient);
  }
}
