import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { workloadOf } from '../../src/codesign/workload.ts';
import { checkMatches } from '../../src/partition/check-matches.ts';
import { allIntrinsics } from '../../src/partition/declare.ts';
import { libraryHardware } from '../../src/partition/library.ts';
import { partitionKernel } from '../../src/partition/partition.ts';
import { example, kernelsOf } from './support.ts';

/** Layers, different ones, multiply-adds in millions: the published figures of the networks' convolutions and classifiers. */
const networks = { resnet50: [53, 20, 3856], mobilenet_v2: [53, 31, 301], xception: [75, 26, 8357] } as const;

for (const [name, [runs, different, millions]] of Object.entries(networks)) {
  test(`${name}: as many layers and multiply-adds as the network has`, () => {
    const text = example(name), { layers, unknown } = workloadOf(name, parse(text, name).ast, kernelsOf(text));
    assert.equal(unknown, []);
    assert.is(layers.reduce((n, l) => n + l.count, 0), runs);
    assert.is(layers.length, different);
    const macs = layers.reduce((sum, l) => {
      const { sizes: s } = l, of = (e: string): number => s[e] ?? 1, strided = /strided|stem/.test(l.kernel.name), window = /stem/.test(l.kernel.name) ? (name === 'resnet50' ? 49 : 9) : /conv3x3|depthwise/.test(l.kernel.name) ? 9 : 1;
      // Xception's first two layers have no padding.
      const bare = name === 'xception' && /stem|conv3x3/.test(l.kernel.name) ? 2 : 0, out = (x: number): number => (strided ? Math.floor((x - bare - 1) / 2) + 1 : x - bare);
      return sum + l.count * of('C') * of('K') * window * out(s['H'] ?? 1) * out(s['W'] ?? 1);
    }, 0);
    assert.is(Math.round(macs / 1e6), millions);
  });
  test(`${name}: every match runs and is right`, () => {
    const intrinsics = allIntrinsics(libraryHardware());
    let checked = 0;
    for (const k of kernelsOf(example(name))) for (const c of checkMatches(partitionKernel(k, intrinsics), () => {}, { x: 2, y: 3 }, 6)) { assert.ok(c.ok, `${c.kernel} on ${c.intrinsic}: ${c.map}: ${c.problem ?? ''}`); checked++; }
    assert.ok(checked > 150, String(checked));
  });
}

test.run();
