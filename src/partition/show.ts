/** Tensor syntax trees as people draw them: the combiner, the product, accesses, sums of indices, leaves. */
import { type Computation, nameOfAxis, printDimension } from './computation.ts';

export interface TreeNode { readonly label: string; readonly children: readonly TreeNode[] }

export function treeOf(c: Computation): TreeNode {
  const operands = c.operands.map((o): TreeNode => ({
    label: `${o.name} [ ]${o.expr.kind === 'read' ? '' : ' computed'}`,
    children: o.dimensions.map((d): TreeNode => {
      const leaves = [...new Set([...d.coefficients.keys(), ...d.tangled])].map((id) => nameOfAxis(c, id));
      const plain = d.tangled.size === 0 && d.coefficients.size === 1 && [...d.coefficients].every(([id]) => printDimension(c, d) === nameOfAxis(c, id));
      if (plain) return { label: leaves[0] ?? '', children: [] };
      if (leaves.length === 0) return { label: printDimension(c, d), children: [] };
      return { label: `${d.tangled.size > 0 ? '?' : '+'}  (${printDimension(c, d)})`, children: leaves.map((label) => ({ label, children: [] })) };
    }),
  }));
  const product: TreeNode = operands.length === 1 ? operands[0]! : { label: '*', children: operands };
  if (c.reduction.length === 0) return product;
  return { label: `${c.combiner === 'sum' ? 'Σ' : c.combiner}  (${c.reduction.map((a) => a.name).join(', ')})`, children: [product] };
}

export function drawTree(node: TreeNode, indent = ''): string {
  const lines = [node.label];
  const simple = node.children.length > 0 && node.children.every((n) => n.children.length === 0);
  // Leaves of one node share its line.
  if (simple) return `${node.label}  ${node.children.map((n) => n.label).join('  ')}`;
  node.children.forEach((child, i) => {
    const last = i === node.children.length - 1;
    lines.push(`${indent}${last ? '└─ ' : '├─ '}${drawTree(child, `${indent}${last ? '   ' : '│  '}`)}`);
  });
  return lines.join('\n');
}

/** `O[k, x, y] += Σ(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]` */
export function headline(c: Computation): string {
  const access = (name: string, dims: Computation['output']): string => (dims.length === 0 ? name : `${name}[${dims.map((d) => printDimension(c, d)).join(', ')}]`);
  const sum = c.reduction.length === 0 ? '' : `${c.combiner}(${c.reduction.map((a) => a.name).join(', ')}) `;
  return `${access(c.name, c.output)} += ${sum}${c.operands.map((o) => access(o.name, o.dimensions)).join(' * ')}`;
}
