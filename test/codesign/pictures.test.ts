/** The pictures of the published tables: each table has one, made from its JSON, and shown in its text. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { barSvg } from '../bench/hasco/bars.ts';
import { pictured, pictureLine, pictureOf } from '../bench/hasco/pictures.ts';
import { root } from '../cli/support.ts';

const folder = join(root, 'docs/hasco');
for (const name of pictured) {
  test(`${name} has a picture of what its JSON holds`, () => {
    const drawn = pictureOf(name, JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')))!;
    assert.match(drawn, /^<svg [\s\S]*<\/svg>\n$/);
    assert.not.match(drawn, /NaN|undefined|Infinity/);
    // A bar or a dot for what was measured.
    assert.ok((drawn.match(/<rect |<circle /g) ?? []).length > 10, name);
    assert.ok(existsSync(join(folder, `${name}.svg`)), `${name}.svg is missing: npm run bench:hasco -- --pictures`);
    assert.ok(readFileSync(join(folder, `${name}.md`), 'utf8').includes(pictureLine(name)), `${name}.md does not show it: npm run bench:hasco -- --pictures`);
  });
}

test('bars are as long as their values, logarithmic over more than a decade', () => {
  const widths = (...values: number[]): number[] => [...barSvg('x', [{ title: '', bars: values.map((value) => ({ name: 'a', value })) }], { from: 1 }).matchAll(/<rect x="330" y="\d+" width="([\d.]+)"/g)].map((m) => Number(m[1]));
  const [a, b] = widths(3, 5);
  assert.ok(Math.abs(b! / a! - 2) < 0.01);
  const [c, d] = widths(10, 100);
  assert.ok(Math.abs(d! / c! - 2) < 0.01);
  assert.match(barSvg('x', [{ title: 'a < b', bars: [{ name: 'n', value: NaN }] }], { from: 1 }), /a &lt; b[\s\S]*n\/a/);
});
test.run();
