/** Tensor syntax trees through the whole pass table: every tile kernel keeps the rules, and both interpreters agree with the oracle. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomInputs } from '../../src/ir/random-input.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import type { TileKernel } from '../../src/ir/tile.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { printFailures, validateTile } from '../../src/ir/tile-validate.ts';
import { passes, type Stage } from '../../src/passes/table.ts';
import type { Target } from '../../src/targets/target.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { attention, conv, gather, matmul } from './tst-build.ts';

type Sizes = Record<string, number>;
function tilesOf(kernel: Kernel, target: Target, assumes: Sizes): readonly TileKernel[] {
  let stage: Stage = { level: 'tst', kernel };
  for (const p of passes) stage = p.run(stage, { target, name: kernel.name, assumes, atMost: {} });
  return stage.level === 'tile' ? stage.kernels : assert.unreachable('the passes end above tile IR') as never;
}

function agrees(kernel: Kernel, targetName: string, assumes: Sizes, sizesOf: readonly Sizes[]): void {
  const target = findTarget(targetName)!;
  const intrinsic = (name: string) => target.intrinsics.find((i) => i.name === name);
  const tiles = tilesOf(kernel, target, assumes);
  for (const k of tiles) assert.is(printFailures(validateTile(k, { intrinsic, limits: target, limitOf: (b) => kernel.tensors.find((t) => t.name === b)?.limit })), '', k.name);
  for (const sizes of sizesOf) {
    const inputs = randomInputs(kernel, sizes, 1);
    const oracle = interpret(kernel, sizes, inputs);
    for (const [mode, run] of [['values', interpretTile], ['faithful', interpretTileFaithful]] as const) {
      let memory: Map<string, Float64Array> = new Map([...inputs].map(([name, values]) => [name, Float64Array.from(values)]));
      for (const k of tiles) memory = new Map([...memory, ...run(k, sizes, memory, { intrinsic })]);
      for (const [name, expected] of oracle) {
        const found = compare(memory.get(name)!, expected);
        assert.ok(found.ok, `${kernel.name} for ${targetName}, ${mode} mode, ${JSON.stringify(sizes)}\n${describe(name, found).join('\n')}`);
      }
    }
  }
}

const known = ['cpu', 'wgsl', 'cuda:sm_80'];
for (const target of known) {
  for (const dtype of target === 'cpu' ? (['f32', 'i8'] as const) : (['f32', 'f16', 'bf16', 'i8'] as const)) {
    test(`matmul in ${dtype} for ${target}`, () => agrees(matmul(dtype), target, {}, [{ M: 1, N: 1, K: 1 }, { M: 33, N: 65, K: 35 }]));
    test(`matmul in ${dtype} for ${target}, sizes that allow vectors`, () => agrees(matmul(dtype), target, { M: 16, N: 16, K: 16 }, [{ M: 16, N: 80, K: 112 }]));
  }
  test(`attention for ${target}`, () => agrees(attention(), target, {}, [{ B: 1, G: 1, R: 2, S: 5, T: 9, D: 8 }, { B: 2, G: 2, R: 1, S: 17, T: 40, D: 16 }]));
  test(`attention for ${target}, sizes that allow vectors`, () => agrees(attention(), target, { D: 16 }, [{ B: 1, G: 2, R: 2, S: 33, T: 65, D: 32 }]));
  test(`convolution for ${target}`, () => agrees(conv(), target, {}, [{ C: 2, H: 6, R: 3, O: 5, st: 1, pad: 1 }, { C: 1, H: 5, R: 2, O: 1, st: 2, pad: 0 }]));
  test(`gather for ${target}`, () => {
    for (const bounds of ['clamp', 'fill'] as const) agrees(gather(bounds), target, {}, [{ M: 1, C: 1 }, { M: 300, C: 20 }]);
    agrees(gather('proved', 'C'), target, {}, [{ M: 300, C: 20 }]);
  });
}

test.run();
