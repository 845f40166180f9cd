/** The text around a body: formats, functions and the signature, with the sizes that no input tells as parameters. */
import type { Draft } from './draft.ts';
import type { Extent } from './extent.ts';

export interface Output { readonly type: string; readonly name: string }

export function printKernel(draft: Draft, name: string, outputs: readonly Output[], body: readonly string[]): string {
  const signature = [...draft.inputTypes, ...outputs.map((o) => o.type)].join(' ');
  // A pin belongs to a size that some shape has.
  const shapes = signature.replace(/<[^>]*>/g, '');
  for (const pinned of [...draft.pins.keys()]) if (!new RegExp(`\\b${pinned}\\b`).test(shapes)) draft.pins.delete(pinned);
  const parameters = parametersOf(draft, `${signature}\n${body.join('\n')}`);
  const pins = [...draft.pins].map(([size, values]) => (values.length === 1 ? `${size} == ${values[0]}` : `${size} in {${values.join(', ')}}`));
  const head = `kernel ${name}${parameters.length === 0 ? '' : `[${parameters.join(', ')}]`}(${draft.inputTypes.join(', ')})${outputs.length === 0 ? '' : ` -> ${outputs.map((o) => `${o.name}: ${o.type}`).join(', ')}`}${pins.length === 0 ? '' : ` where ${pins.join(', ')}`}`;
  return [...draft.formatTexts, ...draft.fnTexts, `${head} {`, ...body.map((s) => `  ${s}`), '}', ''].join('\n');
}

/** What a signature knows of sizes. */
export interface Shapes { readonly pins: ReadonlyMap<string, readonly number[]>; readonly inputs: readonly { readonly dims: readonly Extent[] }[]; readonly sizes: readonly string[] }

/** Sizes that no input's shape tells: an extent tells the one size that is not known yet. */
export function parametersOf(shapes: Shapes, text: string): string[] {
  const known = new Set([...shapes.pins].filter(([, values]) => values.length === 1).map(([name]) => name));
  const dims = shapes.inputs.flatMap((t) => t.dims);
  const spread = (): void => {
    for (let found = true; found;) {
      found = false;
      for (const d of dims) {
        const open = [...d.sizes].filter((s) => !known.has(s));
        const only = open[0];
        if (only !== undefined && open.length === 1) { known.add(only); found = true; }
      }
    }
  };
  spread();
  const parameters: string[] = [];
  for (const s of shapes.sizes) {
    if (known.has(s) || !new RegExp(`\\b${s}\\b`).test(text)) continue;
    parameters.push(s);
    known.add(s);
    spread();
  }
  return parameters;
}
