/** Reads: positions that a person can see to be inside, and others with a word on what lies outside. */
import { atom, type Axis, compound, type Draft, inside, type Piece, type Scope, type Tensor } from './draft.ts';
import { Extent } from './extent.ts';

interface Position { readonly text: string; readonly alone: Axis | undefined; readonly weight: number }

/** A read of the tensor somewhere; undefined where nothing in scope gives its positions. */
export function read(draft: Draft, tensor: Tensor, scope: Scope, depth = 0): Piece | undefined {
  const { random } = draft;
  const wild = depth === 0 && random.chance(tensor.dims.length > 0 ? 0.16 : 0);
  const used = new Set<Axis>(), before = draft.marks.length;
  const chosen: Position[] = [];
  let guarded = false;
  for (const dim of tensor.dims) {
    const inBounds = wild && random.chance(0.6) ? [] : proved(draft, dim, scope, depth).map((p) => [p.alone !== undefined && used.has(p.alone) ? p.weight / 8 : p.weight, p] as const);
    if (inBounds.length > 0) {
      const p = random.weighted(inBounds);
      if (p.alone !== undefined) used.add(p.alone);
      chosen.push(p);
    } else if (depth > 0) {
      for (const [set, key] of draft.marks.splice(before)) set.delete(key);
      return undefined;
    } else {
      guarded = true;
      chosen.push({ text: anywhere(draft, dim, scope), alone: undefined, weight: 1 });
    }
  }
  guarded ||= depth === 0 && tensor.dims.length > 0 && random.chance(0.04);
  chosen.forEach((p, i) => {
    const axis = p.alone ?? scope.axes.find((a) => a.name === p.text);
    const set = guarded ? axis?.loose : axis?.alone, key = tensor.dims[i]?.key ?? '';
    if (set === undefined || set.has(key)) return;
    set.add(key);
    draft.marks.push([set, key]);
  });
  tensor.uses++;
  const text = tensor.dims.length === 0 ? tensor.name : `${tensor.name}[${chosen.map((p) => p.text).join(', ')}]`;
  return guarded ? compound(`${text} else ${outside(draft, tensor, scope)}`, Math.max(tensor.magnitude, 2)) : atom(text, tensor.magnitude);
}

function outside(draft: Draft, tensor: Tensor, scope: Scope): string {
  const { random } = draft;
  if (random.chance(0.35)) return 'clamp';
  if (tensor.format) return '0';
  switch (tensor.value) {
    case 'bool': return random.pick(['true', 'false']);
    case 'i32': return scope.axes.length > 0 && random.chance(0.1) ? random.pick(scope.axes).name : random.pick(['0', '0', '1', '-1', '7', '300']);
    case 'f32': {
      const text = scope.axes.length > 0 && random.chance(0.1) ? random.pick(scope.axes).name : random.pick(['0', '0', '0', '1', '-1', '0.5', '-1.25']);
      // A tensor of whole numbers takes none but such outside.
      return tensor.mayBeWhole === true && text.includes('.') ? '2' : text;
    }
  }
}

const plus = (text: string, shift: number): string => (shift === 0 ? text : `${text} + ${shift}`);

/** Positions that lie inside a dimension of this extent whatever the sizes are. */
function proved(draft: Draft, dim: Extent, scope: Scope, depth: number): Position[] {
  const { random } = draft;
  const found: Position[] = [];
  if (depth < 2 && !scope.pure && dim.constant === undefined && random.chance(0.1)) {
    const text = gathered(draft, dim, scope, depth);
    if (text !== undefined) return [{ text, alone: undefined, weight: 1 }];
  }
  const add = (weight: number, text: string, alone?: Axis): void => { found.push({ text, alone, weight }); };
  const constant = dim.constant;
  if (constant !== undefined && constant > 0) {
    add(scope.axes.length === 0 ? 1 : 0.15, String(random.below(constant)));
    for (const a of scope.axes) if (a.extent.constant === undefined) add(0.2, `${a.name} % ${constant}`);
  }
  for (const a of scope.axes) {
    const { extent, name } = a;
    const own = extent.constant;
    if (extent.key === dim.key) {
      // The nearer an axis is to the read, the likelier it is meant.
      add(6 + scope.axes.indexOf(a), name, a);
      add(0.35, `${dim.inside} - 1 - ${name}`);
      continue;
    }
    const rest = dim.minus(extent).constant;
    if (rest !== undefined && rest > 0) {
      const shift = random.between(a.digit ? 1 : 0, rest);
      if (shift === 0) add(own === undefined ? 2 : 0.7, name, a);
      else add(own === undefined ? 2 : 0.7, `${name} + ${shift}`);
    }
    for (const [factor, other] of dim.factors()) {
      if (other.key === extent.key) {
        const lower = scope.axes.find((b) => b !== a && b.extent.key === factor.key);
        if (lower !== undefined) add(5, `${name}*${factor.inside} + ${lower.name}`);
        else if (factor.constant !== undefined) add(1.5, plus(`${factor.text}*${name}`, random.below(factor.constant)));
      }
    }
    for (const [factor, other] of extent.factors()) if (other.key === dim.key && factor.constant !== undefined) add(1.5, `${name}/${factor.text}`);
  }
  return found;
}

/** A position read from a tensor of integers that are known to lie inside. */
function gathered(draft: Draft, dim: Extent, scope: Scope, depth: number): string | undefined {
  const { random } = draft;
  const known = draft.readable.filter((t) => t.limit?.key === dim.key);
  const axes = scope.axes.filter((a) => a.extent.key !== dim.key);
  if (known.length === 0 && draft.canAddInput && axes.length > 0 && random.chance(0.3)) known.push(draft.input(random.weighted([[6, 'i32'], [1, 'i16'], [1, 'u32']]), random.sample(axes, random.between(1, 2)).map((a) => a.extent), dim));
  return known.length === 0 ? undefined : read(draft, random.pick(known), scope, depth + 1)?.text;
}

/** Any whole number made of what is in scope. */
function anywhere(draft: Draft, dim: Extent, scope: Scope): string {
  const { random } = draft;
  if (scope.axes.length === 0) return random.pick(['0', '1', '-1', '5']);
  const axis = (): string => random.pick(scope.axes).name;
  const c = (): number => random.between(1, 4);
  const shift = (text: string): string => random.weighted([[2, text], [3, `${text} - ${c()}`], [2, `${text} + ${c()}`]]);
  const integers = draft.readable.filter((t) => t.value === 'i32' && !t.format);
  return random.weighted<() => string>([
    [4, () => shift(axis())],
    [3, () => shift(`${axis()} + ${axis()}`)],
    [1, () => shift(`${axis()} - ${axis()}`)],
    [2, () => shift(`${random.between(2, 3)}*${axis()}`)],
    [1.5, () => shift(`${axis()}*${random.between(2, 3)} + ${axis()}`)],
    [0.7, () => `${dim.inside} - ${axis()}`],
    [0.7, () => `${axis()}/${random.between(2, 4)} - 1`],
    [0.5, () => `(${shift(axis())}) % ${random.between(2, 9)}`],
    [0.4, () => `min(${axis()}, ${c()}) + ${axis()}`],
    [0.3, () => String(random.between(-1, 6))],
    [integers.length > 0 && !scope.pure ? 2.5 : 0, () => {
      const at = read(draft, random.pick(integers), scope, 1);
      return at === undefined ? shift(axis()) : random.weighted([[3, at.text], [1, `${inside(at)} + ${axis()}`], [1, `${inside(at)} * 2 + 1`]]);
    }],
  ])();
}
