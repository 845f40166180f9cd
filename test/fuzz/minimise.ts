/** Delta debugging on the text: pieces of a failing program are dropped or made simpler as long as the same failure remains. */
import { parse } from '../../grammar/parse.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { execute, type Failure, type Plan, type Program } from './execute.ts';
import type { Sizes } from './sizes.ts';

interface Edit { readonly start: number; readonly end: number; readonly text: string }
export interface Shrunk { readonly program: Program; readonly failure: Failure }

/** The smallest program found within about `tries` runs that fails with the same key. */
export async function minimise(program: Program, failure: Failure, plan: Plan, tries = 600): Promise<Shrunk> {
  let left = tries;
  const shrinkPlan: Plan = {
    ...plan,
    targets: failure.target === '' ? plan.targets.slice(0, 1) : [failure.target],
    machines: failure.level === 'run' ? plan.machines.filter((m) => m.name === failure.target) : [],
    levels: new Set([failure.level]),
  };
  const again = async (candidate: Program): Promise<Failure | undefined> => {
    left--;
    return (await execute(candidate, shrinkPlan)).find((f) => f.key === failure.key);
  };
  let best: Shrunk = { program: { ...program, sizes: Object.keys(failure.sizes).length === 0 ? program.sizes : [failure.sizes] }, failure };
  if ((await again(best.program)) === undefined) return { program, failure };
  const accept = async (candidate: Program): Promise<boolean> => {
    const found = await again(candidate);
    if (found === undefined) return false;
    best = { program: candidate, failure: found };
    return true;
  };
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (const sizes of smallerSizes(best.program.sizes[0] ?? {})) {
      if (left > 0 && best.program.sizes.length === 1 && (await accept({ ...best.program, sizes: [sizes] }))) { progress = true; break; }
    }
    if (Object.keys(best.program.known).length > 0 && (await accept({ ...best.program, known: {} }))) progress = true;
    // After an accepted edit the spans are others, so the list is made anew, and gone through from where it was.
    for (let at = 0, edits = editsOf(best.program.text); at < edits.length && left > 0; at++) {
      const edit = edits[at];
      if (edit === undefined) break;
      const text = best.program.text.slice(0, edit.start) + edit.text + best.program.text.slice(edit.end);
      if (text.length > best.program.text.length || text === best.program.text || hasErrors(parse(text, 'm.tdsl').diagnostics)) continue;
      if (await accept({ ...best.program, text })) { progress = true; edits = editsOf(text); at = Math.max(-1, at - 2); }
    }
  }
  return { ...best, program: withUsedSizes(best.program) };
}

function* smallerSizes(sizes: Sizes): Generator<Sizes> {
  for (const [name, n] of Object.entries(sizes)) for (const m of new Set([1, 2, 3, 4, n >> 1, n - 1])) if (m >= 1 && m < n) yield { ...sizes, [name]: m };
}

function withUsedSizes(program: Program): Program {
  const used = ([name]: [string, number]): boolean => new RegExp(`\\b${name}\\b`).test(program.text);
  return { ...program, sizes: program.sizes.map((s) => Object.fromEntries(Object.entries(s).filter(used))) };
}

interface Node { readonly kind: string; readonly start: number; readonly end: number; readonly children: readonly Node[] }

/** Nodes of the syntax tree by their spans alone. */
function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.entries(value).flatMap(([name, v]) => (name === 'span' ? [] : nodes(v)));
  if (!('span' in value) || !('kind' in value)) return children;
  const span: unknown = value.span;
  if (typeof span !== 'object' || span === null || !('start' in span) || !('end' in span)) return children;
  return [{ kind: String(value.kind), start: Number(span.start), end: Number(span.end), children }];
}

/** Every way to make the text simpler by one step, the largest first. */
function editsOf(text: string): Edit[] {
  const { ast } = parse(text, 'm.tdsl');
  const edits: Edit[] = [];
  // Lines that stand for themselves: statements, functions, formats, comments.
  let start = 0;
  for (const line of text.split('\n')) {
    if (!/^kernel|^\}/.test(line)) edits.push({ start, end: Math.min(start + line.length + 1, text.length), text: '' });
    // Items of the signature: an input, an output, a pin.
    if (line.startsWith('kernel')) for (const m of line.matchAll(/(?<=[([]|, )[A-Za-z_]\w*: [^()]*?(?:\[[^\]]*\])?(?:, |(?=\)))/g)) edits.push({ start: start + m.index, end: start + m.index + m[0].length, text: '' });
    if (line.startsWith('kernel')) for (const m of line.matchAll(/, [A-Z]: \w+(?:\[[^\]]*\])?|(?<=-> )[A-Z]: \w+(?:\[[^\]]*\])?, | where [^{]*(?:\{[^}]*\})?(?= \{$)|, \w+ == \d+/g)) edits.push({ start: start + m.index, end: start + m.index + m[0].length, text: '' });
    start += line.length + 1;
  }
  const expression = new Set(['binary', 'unary', 'call', 'axis', 'conditional', 'index', 'name', 'int', 'float', 'bool']);
  const visit = (n: Node): void => {
    if (expression.has(n.kind) && n.end > n.start) {
      const inner: Node[] = [];
      const below = (c: Node, depth: number): void => { if (expression.has(c.kind)) inner.push(c); if (depth < 2) c.children.forEach((d) => below(d, depth + 1)); };
      n.children.forEach((c) => below(c, 0));
      for (const c of inner) {
        const piece = text.slice(c.start, c.end);
        edits.push({ start: n.start, end: n.end, text: piece });
        edits.push({ start: n.start, end: n.end, text: `(${piece})` });
      }
      if (n.kind !== 'int' && n.kind !== 'bool') for (const simple of ['1', '0.5', '0', 'true']) edits.push({ start: n.start, end: n.end, text: simple });
    }
    n.children.forEach(visit);
  };
  nodes(ast).forEach(visit);
  for (const m of text.matchAll(/ else (?:clamp|-?[\w.]+)| where [^()]*(?=\))|\(\(([^()]*)\)\)|\(([\w.]+)\)|: \w+(?= =)/g)) edits.push({ start: m.index, end: m.index + m[0].length, text: m[1] === undefined ? m[2] === undefined ? '' : ` ${m[2]}` : `(${m[1]})` });
  for (const m of text.matchAll(/\b(?:bf16|f16|u8|i8|i16|u16|u32|uint4|int4)\b(?=\[)/g)) edits.push({ start: m.index, end: m.index + m[0].length, text: m[0].startsWith('f') || m[0] === 'bf16' ? 'f32' : 'i32' });
  return edits.sort((a, b) => (b.end - b.start - b.text.length) - (a.end - a.start - a.text.length));
}
