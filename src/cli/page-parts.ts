/** Pieces of the page that `inspect --html` writes: text that is safe in HTML, differences, trees, code whose lines know their source. */
import { diffLines } from 'diff';
import type { Expr, Kernel, Statement } from '../ir/tst.ts';
import { printExpr } from '../ir/tst-print.ts';

export const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const pre = (text: string, kind = ''): string => `<pre${kind === '' ? '' : ` class="${kind}"`}>${escape(text.trimEnd())}</pre>`;

/** What became of `before`: lines that went and came, those that stay without a mark. */
export function difference(before: string, after: string): string {
  const lines = diffLines(`${before.trimEnd()}\n`, `${after.trimEnd()}\n`).flatMap(({ value, added, removed }) => {
    const [tag, mark] = added ? ['ins', '+'] : removed ? ['del', '−'] : ['span', ' '];
    return value.trimEnd().split('\n').map((line) => `<${tag}>${mark} ${escape(line)}</${tag}>`);
  });
  return `<pre class="diff">${lines.join('')}</pre>`;
}

/**
 * Emitted code. A comment `// FILE:LINE: …` says which line of the source the lines after it come from; they carry that number, by which
 * the page's script marks both.
 */
export function codeOf(text: string, file: string): string {
  const comment = new RegExp(`^\\s*// ${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+): `);
  let line: string | undefined;
  const lines = text.trimEnd().split('\n').map((code) => {
    const found = comment.exec(code);
    line = found?.[1] ?? (/^\S/.test(code) && !code.startsWith('//') ? undefined : line);
    const origin = line === undefined ? '' : ` data-line="${line}"`;
    return `<span${found === null ? '' : ' class="origin"'}${origin}>${escape(code)}\n</span>`;
  });
  return `<pre class="code">${lines.join('')}</pre>`;
}

export function sourceOf(text: string): string {
  const lines = text.trimEnd().split('\n').map((line, i) => `<span data-line="${i + 1}"><a class="number">${i + 1}</a>${escape(line)}\n</span>`);
  return `<pre class="source">${lines.join('')}</pre>`;
}

interface Node { readonly label: string; readonly below: readonly Node[] }

/** The statements of a kernel as nested lists. */
export function treesOf(kernel: Kernel): string {
  return `<ul class="tree">${kernel.statements.map((s) => itemOf({ label: leftOf(s), below: [nodeOf(s.value)] })).join('')}</ul>`;
}

const leftOf = (s: Statement): string => `${s.target}[${s.axes.map(({ id }) => id).join(', ')}] =`;

function itemOf({ label, below }: Node): string {
  return `<li><code>${escape(label)}</code>${below.length === 0 ? '' : `<ul>${below.map(itemOf).join('')}</ul>`}</li>`;
}

function nodeOf(e: Expr): Node {
  const bound = (op: string, axes: readonly { readonly id: string }[], where: Expr | undefined): string => `${op} over ${axes.map(({ id }) => id).join(', ')}${where === undefined ? '' : ` where ${printExpr(where)}`}`;
  switch (e.kind) {
    case 'unary': return { label: e.op, below: [nodeOf(e.a)] };
    case 'binary': return { label: e.op, below: [nodeOf(e.a), nodeOf(e.b)] };
    case 'cast': return { label: `as ${e.to}`, below: [nodeOf(e.a)] };
    case 'select': return { label: `if ${printExpr(e.cond)}`, below: [nodeOf(e.then), nodeOf(e.else)] };
    case 'reduce': return { label: bound(e.op, e.axes, e.where), below: [nodeOf(e.body)] };
    case 'softmax': case 'scan': case 'topk': return { label: bound(e.kind, [e.axis], e.where), below: [nodeOf(e.body)] };
    case 'read': return { label: printExpr(e), below: Object.values(e.gathers).map(nodeOf) };
    case 'const': case 'index': return { label: printExpr(e), below: [] };
    default: {
      const unreachable: never = e;
      return unreachable;
    }
  }
}
