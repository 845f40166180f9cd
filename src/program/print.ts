/** The text form of programs, for dumps and tests. */
import { print as printIndex } from '../ir/index-print.ts';
import type { IndexExpr } from '../ir/index-expr.ts';
import type { Argument, Passed, ProgramTree, Slice, Step } from './program.ts';

const list = (items: readonly IndexExpr[]): string => items.map((e) => printIndex(e)).join(', ');

export function printProgram(p: ProgramTree): string {
  const lines = [`program ${p.name}(${p.sizes.map((s) => s.name).join(', ')})`];
  for (const t of p.tensors) {
    const role = t.role.kind === 'state' ? `${t.role.inout ? 'inout ' : ''}state` : t.role.kind;
    lines.push(`  ${role} ${t.name}: ${t.dtype}${t.limit === undefined ? '' : `<${printIndex(t.limit)}>`}[${list(t.shape)}]`);
  }
  for (const f of p.facts) lines.push(`  needs ${printIndex(f.expr)} ${f.relation === 'zero' ? '== 0' : '>= 0'}`);
  printSteps(p.steps, '  ', lines);
  return `${lines.join('\n')}\n`;
}

function printSteps(steps: readonly Step[], indent: string, lines: string[]): void {
  for (const s of steps) {
    if (s.kind === 'for') {
      lines.push(`${indent}for ${s.variable} in ${printIndex(s.from)}..${printIndex(s.to)}`);
      printSteps(s.body, `${indent}  `, lines);
      continue;
    }
    const sizes = Object.entries(s.sizes).map(([name, e]) => `${name}=${printIndex(e)}`).join(', ');
    lines.push(`${indent}${s.kind === 'host' ? `host ${s.fn}` : s.kernel}[${sizes}](${s.args.map(printPassed).join(', ')})`);
  }
}

const printPassed = ({ name, access, argument }: Passed): string => `${name} ${access === 'read' ? '<-' : access === 'write' ? '->' : '<->'} ${printArgument(argument)}`;

function printArgument(a: Argument): string {
  switch (a.kind) {
    case 'slice': return printSlice(a.slice);
    case 'number': return `${a.dtype}(${a.value})`;
    case 'index': return `${a.dtype}(${printIndex(a.value)})`;
  }
}

export const printSlice = ({ tensor, at }: Slice): string => (at.length === 0 ? tensor : `${tensor}[${list(at)}]`);
