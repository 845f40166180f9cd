/** A schedule block as data that a search changes and prints: what `tdsl tune` writes is what `tdsl compile` reads. */
import type { Expr } from '../../grammar/ast-expr.ts';
import type { LoopRef, Schedule } from '../../grammar/ast-schedule.ts';
import { parse } from '../../grammar/parse.ts';
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';

/** Factors of one loop; `grid` is what a group works on at once. */
export interface Tile { readonly loop: string; readonly grid: number; readonly role?: number; readonly warp?: number; readonly atom?: number }
export interface Block {
  readonly kernel: string;
  /** As a schedule writes it: `cuda(sm_80)`. */
  readonly target: string;
  /** Verbs that decide which launches there are: `launch X`, `inline X`, `split k by 4`; `reorder n, m`, `pad A by 8` and `stage A in registers`. */
  readonly structure: readonly string[];
  readonly tiles: readonly (readonly Tile[])[];
  readonly tensorize: readonly { readonly intrinsic: string; readonly loops: readonly string[] }[];
  readonly pipelines: readonly { readonly tensors: readonly string[]; readonly depth: number }[];
  /** Rows of a panel; 'rows' where the grid is walked row by row; undefined where no product is. */
  readonly order: number | 'rows' | undefined;
  readonly roles: { readonly load: number; readonly math: number } | undefined;
  /** Or with the number of groups. */
  readonly persistent: boolean | number;
}

const factor = (level: string, n: number | undefined): string => (n === undefined ? '' : ` by ${level} ${n}`);
const tileText = (t: Tile): string => `${t.loop} by ${t.grid}${factor('role', t.role)}${factor('warp', t.warp)}${factor('atom', t.atom)}`;

export function blockText(b: Block): string {
  const lines = [
    ...b.structure,
    ...b.tiles.filter((t) => t.length > 0).map((t) => `tile ${t.map(tileText).join(', ')}`),
    ...b.tensorize.map((t) => `tensorize ${t.intrinsic}${t.loops.length === 0 ? '' : `(${t.loops.join(', ')})`}`),
    ...b.pipelines.map((p) => `pipeline ${p.tensors.length === 0 ? '' : `${p.tensors.join(', ')} by `}${p.depth}`),
    ...(b.order === undefined ? [] : [`order grid by ${b.order === 'rows' ? 'rows' : `panels of ${b.order}`}`]),
    ...(b.roles === undefined ? [] : [`specialize load ${b.roles.load}, math ${b.roles.math}`]),
    ...(b.persistent === false ? [] : [b.persistent === true ? 'persistent' : `persistent ${b.persistent}`]),
  ];
  return [`schedule ${b.kernel} for ${b.target} {`, ...lines.map((l) => `  ${l}`), '}'].join('\n');
}

const loopText = (l: LoopRef): string => (l.statement === undefined ? l.index.name : `${l.statement.name}.${l.index.name}`);
function number(e: Expr): number {
  if (e.kind !== 'int') throw new CompilerBug('a printed schedule has a size that is no number');
  return e.value;
}

/** The declaration in a text that is one block. */
export function parseBlock(text: string, file: string): Schedule {
  const { ast, diagnostics } = parse(text, file);
  const [schedule] = ast.declarations;
  if (diagnostics.length > 0 || schedule?.kind !== 'schedule') throw new CompilerBug(`a printed schedule cannot be read: ${diagnostics[0]?.message ?? text}`);
  return schedule;
}

/** Reads a block that the compiler printed. */
export function readPrinted(text: string): Block {
  const s = parseBlock(text, 'printed.tdsl');
  const structure: string[] = [], tiles: Tile[][] = [], tensorize: Block['tensorize'][number][] = [], pipelines: Block['pipelines'][number][] = [];
  let order: Block['order'], roles: Block['roles'], persistent: Block['persistent'] = false;
  for (const v of s.verbs) {
    switch (v.kind) {
      case 'tile': tiles.push(v.axes.map((a): Tile => {
        const at = (level: string): number | undefined => { const f = a.factors.find((x) => x.level?.name === level); return f && number(f.size); };
        const grid = a.factors.find((f) => f.level === undefined || f.level.name === 'grid');
        const [role, warp, atom] = [at('role'), at('warp'), at('atom')];
        return { loop: loopText(a.loop), grid: grid === undefined ? 1 : number(grid.size), ...(role === undefined ? {} : { role }), ...(warp === undefined ? {} : { warp }), ...(atom === undefined ? {} : { atom }) };
      })); break;
      case 'tensorize': tensorize.push({ intrinsic: v.intrinsic.name, loops: v.loops.map(loopText) }); break;
      case 'pipeline': pipelines.push({ tensors: v.tensors.map((t) => t.name), depth: number(v.depth) }); break;
      case 'order': order = v.of === undefined ? 'rows' : number(v.of); break;
      case 'specialize': { const count = (name: string): number => { const r = v.roles.find((x) => x.name.name === name); return r === undefined ? 1 : number(r.count); }; roles = { load: count('load'), math: count('math') }; break; }
      case 'persistent': persistent = v.groups === undefined ? true : number(v.groups); break;
      case 'split': structure.push(`split ${loopText(v.loop)} by ${number(v.by)}`); break;
      case 'launch': case 'inline': structure.push(`${v.kind} ${v.statements.map((x) => x.name).join(', ')}`); break;
      case 'reorder': structure.push(`reorder ${v.loops.map(loopText).join(', ')}`); break;
      case 'compute': structure.push(`compute ${v.statement.name} at ${v.level.name} of ${v.consumer.name}`); break;
      case 'pad': structure.push(`pad ${v.tensors.map((t) => t.name).join(', ')} by ${number(v.by)}`); break;
      case 'stage': if (v.memory.name === 'registers') structure.push(`stage ${v.tensors.map((t) => t.name).join(', ')} in registers`); break;
      case 'tune': case 'requires': break;
      default: unreachable(v);
    }
  }
  return { kernel: s.kernel.name, target: s.target.variant === undefined ? s.target.name.name : `${s.target.name.name}(${s.target.variant.name})`, structure, tiles, tensorize, pipelines, order, roles, persistent };
}
