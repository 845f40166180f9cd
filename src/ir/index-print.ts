/** Index expressions as what printers and renderers walk, and as text. */
import { unreachable } from '../diagnostics/bug.ts';
import { atomExpr, type IndexExpr, isConst, type NamedAtom, num, termExpr } from './index-expr.ts';

/** How a renderer sees an expression. A product's leading number is a factor; a sum's terms may be products with a negative number. */
export type View =
  | { readonly kind: 'num'; readonly value: number }
  | { readonly kind: 'atom'; readonly atom: NamedAtom }
  | { readonly kind: 'sum'; readonly terms: readonly IndexExpr[] }
  | { readonly kind: 'product'; readonly factors: readonly IndexExpr[] }
  | { readonly kind: 'floordiv' | 'mod'; readonly a: IndexExpr; readonly b: IndexExpr }
  | { readonly kind: 'min' | 'max'; readonly args: readonly IndexExpr[] };

/** One level of structure, for printers. */
export function view(e: IndexExpr): View {
  const known = isConst(e);
  if (known !== undefined) return { kind: 'num', value: known };
  if (e.terms.length > 1) {
    // Positive terms first, for the sake of `s + T - S`.
    const terms = [...e.terms.filter((t) => t.coefficient > 0), ...e.terms.filter((t) => t.coefficient < 0)];
    return { kind: 'sum', terms: terms.map(termExpr) };
  }
  const t = e.terms[0]!;
  if (t.coefficient !== 1 || t.factors.length > 1) {
    return { kind: 'product', factors: [...(t.coefficient === 1 ? [] : [num(t.coefficient)]), ...t.factors.map(atomExpr)] };
  }
  const atom = t.factors[0]!;
  switch (atom.kind) {
    case 'size': case 'variable': case 'value': return { kind: 'atom', atom };
    case 'floordiv': case 'mod': return { kind: atom.kind, a: atom.a, b: atom.b };
    case 'min': case 'max': return { kind: atom.kind, args: atom.args };
    default: return unreachable(atom);
  }
}

/** Readable text: `8*c + j`, `floor(K/128)`, `mod(k, 8)`. `nameOf` may shorten ids to what the user wrote. */
export function print(e: IndexExpr, nameOf: (atom: NamedAtom) => string = (atom) => atom.id): string {
  const v = view(e);
  switch (v.kind) {
    case 'num': return String(v.value);
    case 'atom': return nameOf(v.atom);
    case 'sum': return v.terms.map((t, i) => {
      const text = print(t, nameOf);
      return i === 0 ? text : text.startsWith('-') ? ` - ${text.slice(1)}` : ` + ${text}`;
    }).join('');
    case 'product': {
      const [first, ...others] = v.factors;
      return first && isConst(first) === -1 ? `-${others.map((f) => print(f, nameOf)).join('*')}` : v.factors.map((f) => print(f, nameOf)).join('*');
    }
    case 'floordiv': return `floor(${dividend(v.a, nameOf)}/${divisor(v.b, nameOf)})`;
    case 'mod': return `mod(${print(v.a, nameOf)}, ${print(v.b, nameOf)})`;
    case 'min': case 'max': return `${v.kind}(${v.args.map((x) => print(x, nameOf)).join(', ')})`;
    default: return unreachable(v);
  }
}
const dividend = (e: IndexExpr, nameOf: (atom: NamedAtom) => string): string => (e.terms.length > 1 ? `(${print(e, nameOf)})` : print(e, nameOf));
const divisor = (e: IndexExpr, nameOf: (atom: NamedAtom) => string): string => (e.terms.length > 1 || view(e).kind === 'product' ? `(${print(e, nameOf)})` : print(e, nameOf));
