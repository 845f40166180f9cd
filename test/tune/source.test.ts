import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { compileSource } from '../../src/driver.ts';
import { withBlock } from '../../src/tune/source.ts';
import { matmul } from './support.ts';

const put = (text: string, target: string, block: string): string => withBlock(text, parse(text, 'x.tdsl').ast, 'f', target, block);
const block = (target: string): string => `schedule f for ${target} {\n  tile m by 64, n by 64\n}`;

test('a first block comes at the end; a second for the same target takes its place', () => {
  const once = put(matmul, 'cuda:sm_80', block('cuda(sm_80)'));
  assert.is(once, `${matmul.trimEnd()}\n\n${block('cuda(sm_80)')}\n`);
  const again = put(once, 'cuda:sm_80', block('cuda(sm_80)').replace('m by 64', 'm by 128'));
  assert.is(again, once.replace('m by 64', 'm by 128'));
});
test('a block for all of a family goes on holding for the others', () => {
  const text = put(`${matmul}\n${block('cuda')}\n`, 'cuda:sm_80', block('cuda(sm_80)'));
  assert.equal([...text.matchAll(/schedule f for (\S+)/g)].map((m) => m[1]), ['cuda(sm_80)', 'cuda(sm_90a)']);
  assert.equal(compileSource(text, 'x.tdsl', { targets: ['cuda:sm_80', 'cuda:sm_90a'] }).diagnostics.map((d) => d.message), []);
});
test.run();
