/**
 * Kernels of the examples as a search sees them: plans are printed as blocks that give the same plans again, and a block that changes them is read, legal for every
 * variant of the kernel, and means what it says. All kernels take long, so each run of the test takes those of one part; TDSL_PART=all takes all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { instantiate } from '../../src/check/instantiate.ts';
import { compileSource } from '../../src/driver.ts';
import { Random, seedOf } from '../../src/search/random.ts';
import { randomPoint } from '../../src/search/space.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { blockText, readPrinted } from '../../src/tune/block.ts';
import { compileCandidate, type Workload } from '../../src/tune/candidate.ts';
import { fieldsOf } from '../../src/tune/fields.ts';
import { PlanSpace } from '../../src/tune/plan-space.ts';
import { withBlock } from '../../src/tune/source.ts';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url)), target = findTarget('cuda:sm_90a')!;
const files = ['', 'atom', 'shadowkv', 'llama', 'codesign'].flatMap((f) => readdirSync(join(folder, f)).filter((n) => n.endsWith('.tdsl')).sort().map((n) => join(f, n)));
const part = process.env['TDSL_PART'] ?? '0';

for (const file of files) {
  const text = readFileSync(join(folder, file), 'utf8'), { ast } = parse(text, file);
  const kernels = check(ast).program.kernels.filter((k) => part === 'all' || seedOf(0, file, k.name) % 4 === Number(part));
  if (kernels.length === 0) continue;
  test(`printed plans of ${file}: ${kernels.map((k) => k.name).join(', ')}`, () => {
    for (const k of kernels) {
      const w: Workload = { file: ast, kernel: instantiate(k, {}), target, sizes: k.example, known: {} };
      // A block is for every number of rows, so plans for few rows are those of an empty one.
      const first = compileCandidate(w, `schedule ${k.name} for cuda(sm_90a) {}`);
      assert.ok(first.ok, k.name);
      if (!first.ok) continue;
      const printed = readPrinted(first.schedule);
      assert.is(blockText(printed), first.schedule);
      const again = compileCandidate(w, first.schedule);
      assert.is(again.ok ? again.schedule : again.reason, first.schedule);
      const space = new PlanSpace([{ name: 'default', block: printed, fields: fieldsOf(printed, target) }]), random = new Random(seedOf(1, k.name));
      for (let i = 0; i < 4; i++) {
        const block = blockText(space.blockAt(randomPoint(space, random))), c = compileCandidate(w, block);
        assert.not.match(c.ok ? '' : c.reason, /a bug of the compiler/);
        if (!c.ok) continue;
        const back = compileCandidate(w, c.schedule);
        assert.is(back.ok ? back.schedule : back.reason, c.schedule, block);
        const { diagnostics } = compileSource(withBlock(text, ast, k.name, target.name, block), file, { targets: [target.name], kernel: k.name, validate: false });
        assert.equal(diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`), [], block);
        break;
      }
    }
  });
}
test.run();
