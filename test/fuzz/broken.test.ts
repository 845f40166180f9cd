import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newBrokenTally, tryBroken } from './broken.ts';

test('1000 seeded broken texts: nothing is thrown, nothing hangs, every place lies in the text', async () => {
  const tally = newBrokenTally();
  for (let seed = 1; seed <= 1000; seed++) await tryBroken(seed, tally);
  assert.equal(tally.failures, []);
  assert.ok(tally.parsed > 100 && tally.parsed < 900 && tally.checked > 20 && tally.formatted > 10, `${JSON.stringify({ ...tally, failures: 0 })}: breaks too much or too little`);
});

test.run();
