/** Functions: of the standard library, made up for the program, of numbers and of vectors. */
import { atom, type Draft, inside, type Fn, type Local, type Piece, type Scope, type Value } from './draft.ts';
import { make, readSome } from './values.ts';
import { read } from './access.ts';

/** A call that gives a value of this type; undefined where there is nothing to call. */
export function callOf(draft: Draft, value: 'f32' | 'i32', scope: Scope, fuel: number): Piece | undefined {
  const { random } = draft;
  if (value === 'f32' && !scope.pure && random.chance(0.3)) return vectorCall(draft, scope);
  const known = draft.fns.filter((f) => f.result === value);
  if (!scope.pure && (known.length === 0 || random.chance(0.2)) && draft.fns.length < 3) known.push(declare(draft, value));
  const fn = known.length === 0 ? undefined : random.pick(known);
  return fn && atom(`${fn.name}(${fn.params.map((p) => argument(draft, p, scope, fuel - 1).text).join(', ')})`, fn.magnitude);
}

/** Parameters are taken to be small, so the arguments are made so. */
function argument(draft: Draft, value: Value, scope: Scope, fuel: number): Piece {
  const x = make(draft, value, scope, fuel);
  return value === 'f32' && x.magnitude > 4 ? atom(`4.0 * tanh(${x.text})`, 4) : x;
}

function declare(draft: Draft, result: 'f32' | 'i32'): Fn {
  const { random } = draft;
  const name = draft.fresh('fn');
  const params = Array.from({ length: random.between(1, 3) }, (_, i): Local => {
    const value = i === 0 ? result : random.weighted<Value>([[4, 'f32'], [3, 'i32'], [1, 'bool']]);
    return { name: `a${i}`, value, magnitude: value === 'f32' ? 4 : value === 'i32' ? 2 ** 31 : 1 };
  });
  const body = make(draft, result, { axes: [], loops: [], locals: params, pure: true, reductions: 0 }, random.between(1, 3));
  // Every parameter is used, so that each argument matters.
  const unused = params.filter((p) => !new RegExp(`\\b${p.name}\\b`).test(body.text));
  const text = unused.reduce((t, p) => (p.value === 'bool' ? `if ${p.name} then ${t} else ${result === 'f32' ? '0.5' : '3'}` : `${t} + ${p.value === result ? p.name : `${result}(${p.name})`}`), inside(body));
  const magnitude = unused.reduce((m, p) => m + p.magnitude, body.magnitude);
  const fn: Fn = { name, params: params.map((p) => p.value), result, magnitude: Math.max(1, magnitude) };
  draft.fns.push(fn);
  draft.fnTexts.push(`fn ${name}(${params.map((p) => `${p.name}: ${p.value}`).join(', ')}) -> ${result} = ${text}`);
  return fn;
}

/** `norm2(A[m])`: a function of a whole row, and `dot` of the library. */
function vectorCall(draft: Draft, scope: Scope): Piece | undefined {
  const { random } = draft;
  const rows = draft.readable.filter((t) => t.value === 'f32' && !t.format && t.dims.length > 0 && t.dims.length <= 3 && t.dims.at(-1) !== undefined);
  if (rows.length === 0 || draft.reductionsLeft <= 0) return readSome(draft, scope, 'f32');
  const row = random.pick(rows);
  const last = row.dims.at(-1);
  const head = read(draft, { ...row, dims: row.dims.slice(0, -1) }, scope, 1);
  if (head === undefined || last === undefined) return undefined;
  draft.reductionsLeft--;
  draft.countWork([...scope.loops, last]);
  const length = last.constant ?? 64;
  if (random.chance(0.3)) return atom(`dot(${head.text}, ${head.text})`, row.magnitude ** 2 * length);
  const name = random.pick(['spread', 'tail', 'sumsq']);
  const texts: Record<string, string> = {
    spread: 'fn spread(x: f32[D]) -> f32 = (max(d) x[d]) - (min(d) x[d])',
    tail: 'fn tail(x: f32[D]) -> f32 {\n  let scale = rsqrt(D)\n  tail = scale * sum(d) abs(x[D - 1 - d])\n}',
    sumsq: 'fn sumsq(x: f32[D]) -> f32 = sum(d) square(x[d])',
  };
  const text = texts[name] ?? '';
  if (!draft.fnTexts.includes(text)) draft.fnTexts.push(text);
  return atom(`${name}(${head.text})`, Math.max(row.magnitude, row.magnitude ** 2) * length);
}
