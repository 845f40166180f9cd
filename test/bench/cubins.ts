/** Machine code beside emitted CUDA texts, so that a GPU need not wait for a compiler; what ptxas says of them is printed where it matters. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { compileWithNvcc, findNvcc } from '../../src/runtime/nvcc.ts';

/** Writes `name.cubin` beside every `name.cu` of the list, as many at a time as there are cores. Without nvcc the texts stay alone: whoever launches them compiles them. */
export async function addCubins(files: readonly string[]): Promise<void> {
  if (findNvcc() === undefined) { console.error('no nvcc here: texts alone'); return; }
  const waiting = [...new Set(files)];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const arch = /\.(sm_\w+)\.cu$/.exec(file)?.[1] ?? 'sm_80';
      const { cubin, kernels, warnings } = await compileWithNvcc(readFileSync(file, 'utf8'), arch);
      writeFileSync(file.replace(/\.cu$/, '.cubin'), cubin);
      for (const w of warnings) console.log(`${file}: ${w.severity} ${w.text}`);
      for (const [name, r] of Object.entries(kernels)) if (r.spills > 0) console.log(`${file}: ${name} spills ${r.spills} bytes`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
