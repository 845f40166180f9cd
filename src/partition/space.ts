/**
 * The space of an accelerator: its parameters with the values each may take. A design is one value for each; computed parameters (`y = x`) follow
 * from the others. Quantities are in their base units: bytes, bits, hertz (units.ts).
 */
import type { Expr, SpaceEntry } from '../../grammar/ast.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import { type Quantity, unitOf, unitsOf } from './units.ts';

export type Value = number | string;

/** A parameter with a choice. `ordered`: numbers, whose order means something; else names. */
export interface Choice { readonly name: string; readonly values: readonly Value[]; readonly ordered: boolean; readonly span: Span }
/** A parameter that follows from those before it. */
export interface Derived { readonly name: string; readonly value: Expr; readonly scale: number; readonly span: Span }

export interface Space {
  readonly choices: readonly Choice[];
  /** In an order in which each uses only choices and those before it. */
  readonly derived: readonly Derived[];
}
export type Design = Readonly<Record<string, Value>>;

export const spaceSize = (space: Space): number => space.choices.reduce((n, c) => n * c.values.length, 1);

/** The design with the i-th value of each choice; the last choice varies fastest. */
export function designAt(space: Space, position: readonly number[]): Design {
  const design: Record<string, Value> = {};
  for (const [i, c] of space.choices.entries()) design[c.name] = c.values[position[i] ?? 0] ?? 0;
  for (const d of space.derived) design[d.name] = (evaluate(d.value, design) ?? 0) * d.scale;
  return design;
}
export function positionAt(space: Space, flat: number): number[] {
  const position: number[] = [];
  let rest = flat;
  for (const c of [...space.choices].reverse()) { position.unshift(rest % c.values.length); rest = Math.floor(rest / c.values.length); }
  return position;
}

/** Quantities of the parameters that the cost models know; the others are plain numbers or names. */
const quantities: Readonly<Record<string, Quantity>> = { scratchpad: 'bytes', local: 'bytes', bus: 'bits', burst: 'bytes', clock: 'hertz', cost_area: 'um2', cost_power: 'watts', cost_cycles: 'cycles' };

export const quantityOf = (name: string): Quantity | undefined => (Object.hasOwn(quantities, name) ? quantities[name] : undefined);

/** Reads the entries of a `space`; what is wrong is reported and left out. */
export function readSpace(owner: string, entries: readonly SpaceEntry[], reporter: Reporter): Space {
  const choices: Choice[] = [];
  const derived: Derived[] = [];
  const seen = new Map<string, Span>();
  const open = new Map<string, SpaceEntry>();
  for (const entry of entries) {
    const { name, span } = entry.name;
    const before = seen.get(name);
    if (before !== undefined) { reporter.report('TDSL0606', { name, why: 'it is declared twice' }, span, { notes: [{ message: 'the first is here', span: before }] }); continue; }
    seen.set(name, span);
    const scale = scaleOf(entry, reporter);
    const { domain } = entry;
    if (domain.kind === 'domain-value') {
      const constant = evaluate(domain.value, {});
      // A number is a choice of one, so that reports show it; an expression waits for the parameters it uses.
      if (constant === undefined) open.set(name, entry);
      else choices.push({ name, values: [constant * scale], ordered: true, span });
      continue;
    }
    const values = domain.kind === 'domain-range' ? rangeOf(domain.from, domain.to) : domain.values.map(valueOf);
    const known = values.filter((v) => v !== undefined);
    if (known.length < values.length) { reporter.report('TDSL0605', { name: owner, why: `the values of \`${name}\` are numbers or names` }, domain.span); continue; }
    if (known.length === 0) { reporter.report('TDSL0605', { name: owner, why: `\`${name}\` has no value; a range goes from its least value to its greatest, both included` }, domain.span); continue; }
    const numbers = known.filter((v) => typeof v === 'number');
    if (numbers.length > 0 && numbers.length < known.length) { reporter.report('TDSL0606', { name, why: 'its values are partly numbers and partly names' }, domain.span); continue; }
    if (new Set(known).size < known.length) reporter.report('TDSL0606', { name, why: 'it has a value twice' }, domain.span);
    const unique = [...new Set(known)];
    choices.push({ name, values: unique.map((v) => (typeof v === 'number' ? v * scale : v)), ordered: numbers.length > 0, span });
  }
  // A parameter that was reported and left out is one all the same: what is computed from it is not to blame.
  settle(open, new Set(choices.map((c) => c.name)), new Set([...seen.keys()].filter((n) => !open.has(n) && !choices.some((c) => c.name === n))), derived, reporter);
  return { choices, derived };
}

/** Puts computed parameters in an order in which they can be computed. */
function settle(open: Map<string, SpaceEntry>, known: Set<string>, declared: ReadonlySet<string>, derived: Derived[], reporter: Reporter): void {
  for (let found = true; found;) {
    found = false;
    for (const [name, entry] of open) {
      if (entry.domain.kind !== 'domain-value' || ![...namesOf(entry.domain.value)].every((n) => known.has(n))) continue;
      derived.push({ name, value: entry.domain.value, scale: unitOf(entry.unit?.name ?? '')?.scale ?? 1, span: entry.span });
      known.add(name);
      open.delete(name);
      found = true;
    }
  }
  const uses = (entry: SpaceEntry): string[] => (entry.domain.kind === 'domain-value' ? [...namesOf(entry.domain.value)].filter((n) => !known.has(n)) : []);
  const lost = new Set(declared);
  for (let before = -1; before < lost.size;) { before = lost.size; for (const [name, entry] of open) if (uses(entry).some((n) => lost.has(n))) lost.add(name); }
  for (const [name, entry] of open) {
    if (lost.has(name)) continue;
    const missing = uses(entry);
    const unknown = missing.filter((n) => !open.has(n));
    const why = unknown.length > 0 ? `it is computed from \`${unknown[0] ?? ''}\`, which is no parameter` : `it is computed from \`${missing[0] ?? ''}\`, and that from it`;
    reporter.report('TDSL0606', { name, why }, entry.domain.span);
  }
}

function scaleOf(entry: SpaceEntry, reporter: Reporter): number {
  const { name } = entry.name;
  const expected = quantities[name];
  const unit = entry.unit && unitOf(entry.unit.name);
  const wrong = (got: string | undefined, span: Span): number => {
    reporter.report('TDSL0607', { name, expected: expected === undefined ? 'no unit' : unitsOf(expected).join(', '), got }, span);
    return 1;
  };
  if (entry.unit === undefined) return expected === undefined ? 1 : wrong(undefined, entry.span);
  if (unit === undefined || (expected !== undefined && unit.quantity !== expected)) return wrong(entry.unit.name, entry.unit.span);
  return unit.scale;
}

function rangeOf(from: Expr, to: Expr): (number | undefined)[] {
  const a = evaluate(from, {}), b = evaluate(to, {});
  if (a === undefined || b === undefined) return [undefined];
  return Array.from({ length: Math.max(0, Math.min(b - a + 1, 1e6)) }, (_, i) => a + i);
}
const valueOf = (e: Expr): Value | undefined => (e.kind === 'name' ? e.name : evaluate(e, {}));

/** A size expression over known parameters; undefined where one is not a number. */
export function evaluate(e: Expr, known: Readonly<Record<string, Value>>): number | undefined {
  switch (e.kind) {
    case 'int': case 'float': return e.value;
    case 'name': { const v = Object.hasOwn(known, e.name) ? known[e.name] : undefined; return typeof v === 'number' ? v : undefined; }
    case 'unary': { const a = e.op === '-' ? evaluate(e.operand, known) : undefined; return a === undefined ? undefined : -a; }
    case 'binary': {
      const a = evaluate(e.left, known), b = evaluate(e.right, known);
      if (a === undefined || b === undefined) return undefined;
      switch (e.op) {
        case '+': return a + b;
        case '-': return a - b;
        case '*': return a * b;
        case '/': return b === 0 ? undefined : Math.floor(a / b);
        case '%': return b === 0 ? undefined : a - Math.floor(a / b) * b;
        default: return undefined;
      }
    }
    default: return undefined;
  }
}

export function namesOf(e: Expr, found = new Set<string>()): Set<string> {
  if (e.kind === 'name') found.add(e.name);
  if (e.kind === 'unary') namesOf(e.operand, found);
  if (e.kind === 'binary') { namesOf(e.left, found); namesOf(e.right, found); }
  return found;
}
