/** TypeScript names for kernels: the user's own where it can be, and never twice the same. */

const reserved = new Set(
  ('await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in '
    + 'instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield '
    + 'arguments eval undefined Infinity NaN globalThis Promise Object Math Number Array Map Set WeakMap').split(' '),
);

/** `matmul_bf16` as `MatmulBf16`. */
export function pascal(name: string): string {
  const joined = name.split('_').filter((part) => part !== '').map((part) => part[0]?.toUpperCase() + part.slice(1)).join('');
  return joined === '' || /^\d/.test(joined) ? `K${joined}` : joined;
}

export interface KernelNames {
  /** The function that runs the kernel. */
  readonly run: string;
  /** `prepareMatmul`. */
  readonly prepare: string;
  readonly spec: string;
  readonly sizes: string;
  readonly inputs: string;
  readonly outputs: string;
}

/** Names for each kernel; `taken` are those of the harness itself. */
export function kernelNames(kernels: readonly string[], taken: Iterable<string>): ReadonlyMap<string, KernelNames> {
  const used = new Set([...taken, ...reserved]);
  const result = new Map<string, KernelNames>();
  for (const kernel of kernels) {
    for (let suffix = ''; !result.has(kernel); suffix += '_') {
      const type = pascal(kernel) + suffix;
      const names = { run: kernel + suffix, prepare: `prepare${type}`, spec: `spec${type}`, sizes: `${type}Sizes`, inputs: `${type}Inputs`, outputs: `${type}Outputs` };
      const all = Object.values(names);
      if (all.some((name) => used.has(name))) continue;
      for (const name of all) used.add(name);
      result.set(kernel, names);
    }
  }
  return result;
}

/** A property name as it stands in an object literal or interface. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')}'`;
}
