/** The group's linear number decoded into the grid's factors, the last one fastest; with panels, groups of rows of the last two share their columns. */
import { binary, constantOf, index, name, type CodeExpr } from '../ir/code.ts';
import { isConst, mul, num } from '../ir/index-expr.ts';
import type { Context } from './context.ts';
import { IndexCode } from './index-code.ts';

/** How many there are of each factor of the grid, computed and named before the text that decodes group numbers, and their product. */
export interface GridCounts { readonly counts: readonly CodeExpr[]; readonly total: CodeExpr }

const named = (context: Context, count: CodeExpr, wanted: string): CodeExpr => (count.kind === 'const' || count.kind === 'name' ? count : context.let(wanted, count));

/** For groups that take several turns. */
export function gridCounts(context: Context): GridCounts {
  const { grid } = context.kernel;
  const counts = grid.map((g) => named(context, new IndexCode(context).expr(g.count), `${g.name}_count`));
  return { counts, total: named(context, counts.reduce((a, b) => binary('mul', a, b), index(1)), 'tiles') };
}

/** Binds the grid variables and puts their decoding: of the group's own number, or of the number of its turn. */
export function emitGrid(context: Context, turn?: { readonly group: CodeExpr; readonly grid: GridCounts }): void {
  const { grid, panels } = context.kernel;
  const code = new IndexCode(context);
  const names = grid.map((g) => context.names.fresh(g.name));
  const counts = turn?.grid.counts ?? grid.map((g) => code.expr(g.count));
  const bind = (n: number, value: CodeExpr): void => {
    const text = names[n]!;
    context.put({ kind: 'let', name: text, value });
    context.variables.set(grid[n]!.id, name('index', text));
  };
  if (grid.length === 0) return;
  const builtin: CodeExpr = { kind: 'builtin', type: 'index', builtin: 'group' };
  const total = grid.reduce((n, g) => mul(n, g.count), num(1));
  const splits = context.caps.mostGroups !== undefined && !((isConst(total) ?? Infinity) <= context.caps.mostGroups);
  const group = turn?.group ?? (splits || grid.length > 1 ? context.let('group', builtin) : builtin);
  if (splits) context.put({ kind: 'leave', cond: binary('le', code.expr(total), group) });
  let rest: CodeExpr = group;
  let last = grid.length - 1;
  if (panels !== undefined && grid.length >= 2) {
    // Panels of `panels` rows: within one, rows run fastest, so that neighbouring groups share columns in the cache.
    const rows = named(context, counts[last - 1]!, `${grid[last - 1]!.name}_count`);
    const columns = named(context, counts[last]!, `${grid[last]!.name}_count`);
    const plane = grid.length === 2 ? rest : context.let('in_plane', binary('rem', rest, binary('mul', rows, columns)));
    const height = index(panels), known = constantOf(rows);
    if (known !== undefined && known <= panels) {
      // One panel holds all rows.
      bind(last - 1, binary('rem', plane, rows));
      bind(last, binary('div', plane, rows));
    } else {
      const size = context.let('panel_groups', binary('mul', height, columns));
      const firstRow = context.let('first_row', binary('mul', binary('div', plane, size), height));
      const own = known !== undefined && known % panels === 0 ? height : context.let('panel_rows', binary('min', height, binary('sub', rows, firstRow)));
      const inPanel = context.let('in_panel', binary('rem', plane, size));
      bind(last - 1, binary('add', firstRow, binary('rem', inPanel, own)));
      bind(last, binary('div', inPanel, own));
    }
    if (grid.length === 2) return;
    const outer = binary('div', rest, binary('mul', rows, columns));
    rest = grid.length === 3 ? outer : context.let('outer', outer);
    last -= 2;
  }
  for (let n = last; n >= 0; n--) {
    if (n === 0) { bind(0, rest); break; }
    const count = named(context, counts[n]!, `${grid[n]!.name}_count`);
    bind(n, binary('rem', rest, count));
    const quotient = binary('div', rest, count);
    rest = n === 1 ? quotient : context.let('outer', quotient);
  }
}
