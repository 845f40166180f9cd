/**
 * What pages load: harnesses bundle for a browser without a Node import and stay small, `compile --bundle` runs in headless Chromium on WebGPU, and the page of
 * `inspect --html` needs nothing from elsewhere. Where there is no Chromium, its parts say so and skip.
 */
import { createServer, type Server } from 'node:http';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { example, json, root, scratch, tdsl } from '../cli/support.ts';
import { Browser, findChromium } from './chromium.ts';

const test = suite('pages');
const found = await findChromium();
if (typeof found === 'string') process.stdout.write(`no browser: ${found}\n`);
const inBrowser = typeof found === 'string' ? test.skip : test;

async function minified(source: string): Promise<string> {
  const { outputFiles, metafile } = await build({ stdin: { contents: source, resolveDir: join(root, 'generated'), loader: 'ts' }, bundle: true, minify: true, write: false, platform: 'browser', format: 'esm', metafile: true, logLevel: 'silent' });
  assert.equal(Object.values(metafile.outputs).flatMap(({ imports }) => imports), [], 'nothing is left to import');
  const text = outputFiles[0]?.text ?? '';
  assert.not.match(text, /["']node:|require\(/);
  return text;
}
const generated = (name: string): { readonly kernels: readonly { readonly name: string }[]; readonly programs?: readonly { readonly name: string }[] } => JSON.parse(readFileSync(join(root, 'generated', name, `${name}.json`), 'utf8'));
const harnesses = readdirSync(join(root, 'generated')).filter((name) => generated(name).kernels.length > 0);
const programs = harnesses.filter((name) => generated(name).programs !== undefined);

test('harnesses bundle below 30 KB, and import nothing, also those with programs', async () => {
  assert.ok(harnesses.length > 30 && programs.length === 3, `${harnesses.length} harnesses, programs in ${programs.join(', ')}`);
  for (const name of harnesses) {
    const text = await minified(`export * from './${name}/${name}.ts';`);
    assert.ok(text.length > 5000 && text.length <= 30 * 1024, `${name}: ${text.length} bytes`);
    if (programs.includes(name)) process.stdout.write(`${name}: ${text.length} bytes\n`);
  }
});

test('of a harness with many kernels a page gets what it imports', async () => {
  for (const name of programs) {
    const { kernels } = generated(name);
    const sizes = await Promise.all(kernels.map(async (k) => (await minified(`export { ${k.name} } from './${name}/${name}.ts';`)).length));
    assert.ok(Math.max(...sizes) <= 20_000, `${name}: ${kernels.map((k, i) => `${k.name} ${sizes[i]}`).join(', ')}`);
  }
});

/** Files by their paths, and which of them were asked for. */
async function serve(files: ReadonlyMap<string, string>): Promise<{ readonly url: string; readonly server: Server; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const text = files.get(url);
    asked.push(url);
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': url.endsWith('.js') ? 'text/javascript' : 'text/html' });
    response.end(text ?? '');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  return { server, asked, url: `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/` };
}

inBrowser('compile --bundle: a kernel in headless Chromium, on WebGPU and on its processor', async () => {
  if (typeof found === 'string') return;
  const out = scratch();
  const { exitCode } = await json(['compile', example('matmul'), '-o', out, '--kernel', 'matmul_f32', '--bundle']);
  assert.is(exitCode, 0);
  const harness = readFileSync(join(out, 'matmul/matmul.bundle.js'), 'utf8');
  assert.not.match(harness, /^import /m);
  const runtime = await minified("export * from '../src/runtime/browser.ts';");
  const { server, url } = await serve(new Map([['/', '<!doctype html><title>kernel</title>'], ['/harness.js', harness], ['/runtime.js', runtime]]));
  const browser = new Browser(found.path);
  try {
    await browser.open(url);
    const [M, K, N] = [33, 17, 65];
    const results = await browser.evaluate(`(async () => {
      const { matmul_f32, load } = await import('/harness.js');
      const { openDevice } = await import('/runtime.js');
      const A = Float32Array.from({ length: ${M * K} }, (_, i) => ((i * 7) % 11) - 5), B = Float32Array.from({ length: ${K * N} }, (_, i) => ((i * 5) % 13) - 6);
      const all = [];
      for (const kind of ['cpu', 'webgpu']) {
        const device = await openDevice(kind);
        const { C } = await matmul_f32(device, { A: { data: A, shape: [${M}, ${K}] }, B: { data: B, shape: [${K}, ${N}] } }, { load });
        all.push({ kind: device.kind, shape: C.shape, data: [...C.data] });
        device.close();
      }
      return all;
    })()`) as { kind: string; shape: number[]; data: number[] }[];
    const expected = Array.from({ length: M * N }, (_, at) => Array.from({ length: K }, (_, k) => {
      const a = Math.floor(at / N) * K + k, b = k * N + (at % N);
      return (((a * 7) % 11) - 5) * (((b * 5) % 13) - 6);
    }).reduce((x, y) => x + y, 0));
    assert.equal(results.map(({ kind }) => kind), ['cpu', 'webgpu']);
    // Whole numbers, so exact in any order of summation.
    for (const { kind, shape, data } of results) assert.equal({ kind, shape, data }, { kind, shape: [M, N], data: expected });
  } finally {
    await browser.close();
    server.close();
  }
});

const recurrent = `
state Memory { h: f32[L, C] }
kernel mix(x: f32[C], W: f32[C, C], h: f32[C]) -> y: f32[C], g: f32[C] {
  g[c] = h[c] + sum(j) W[c, j] * x[j]
  y[c] = x[c] - g[c]
}
kernel copy(x: f32[C]) -> y: f32[C] { y[c] = x[c] }
/// @example L=3, C=4
program step(x: f32[C], W: f32[C, C], memory: inout Memory) -> y: f32[C] {
  let v = copy(x)
  for l in 0..L {
    let u, g = mix(v, W, memory.h[l])
    memory.h[l] = copy(g)
    v = copy(u)
  }
  y = copy(v)
}
`;

inBrowser('a program with a state in headless Chromium, from the files that compile writes, of which a page gets its device\'s alone', async () => {
  if (typeof found === 'string') return;
  const out = scratch();
  writeFileSync(join(out, 'recurrent.tdsl'), recurrent);
  assert.is((await json(['compile', join(out, 'recurrent.tdsl'), '-o', out])).exitCode, 0);
  const folder = join(out, 'recurrent');
  const files = new Map(readdirSync(folder).filter((name) => !name.endsWith('.ts')).map((name) => [`/kernels/recurrent/${name}`, readFileSync(join(folder, name), 'utf8')]));
  const harness = await minified(`export * from ${JSON.stringify(join(folder, 'recurrent.ts'))};`);
  const { server, url, asked } = await serve(new Map([...files, ['/', '<!doctype html><title>program</title>'], ['/harness.js', harness], ['/runtime.js', await minified("export * from '../src/runtime/browser.ts';")]]));
  const browser = new Browser(found.path);
  const [L, C, runs] = [3, 37, 2];
  const W = Float32Array.from({ length: C * C }, (_, i) => ((i * 7) % 3) - 1), x = Float32Array.from({ length: C }, (_, i) => ((i * 5) % 7) - 3);
  let h = new Float64Array(L * C), y = Float64Array.from(x);
  for (let run = 0; run < runs; run++) {
    y = Float64Array.from(x);
    const next = h.slice();
    for (let l = 0; l < L; l++) {
      const g = y.map((_, c) => h[l * C + c]! + y.reduce((n, yj, j) => n + W[c * C + j]! * yj, 0));
      next.set(g, l * C);
      y = y.map((v, c) => v - g[c]!);
    }
    h = next;
  }
  // Whole numbers that f32 holds, so exact in any order of summation.
  assert.ok([...h, ...y].every((v) => Math.abs(v) < 2 ** 24));
  try {
    await browser.open(url);
    for (const [kind, family] of [['webgpu', 'wgsl'], ['cpu', 'cpu']] as const) {
      const before = asked.length;
      const result = await browser.evaluate(`(async () => {
        const { step, createMemory } = await import('/harness.js');
        const { openDevice } = await import('/runtime.js');
        const load = async (path) => (await fetch('/kernels/' + path)).text();
        const device = await openDevice('${kind}');
        const memory = createMemory(device, { L: ${L}, C: ${C} });
        let y;
        for (let run = 0; run < ${runs}; run++) ({ y } = await step(device, { memory }, { x: Float32Array.from(${JSON.stringify([...x])}), W: { data: Float32Array.from(${JSON.stringify([...W])}), shape: [${C}, ${C}] } }, { load }));
        return { kind: device.kind, y: [...y.data], h: [...(await memory.download('h')).data] };
      })()`) as { kind: string; y: number[]; h: number[] };
      assert.equal(result, { kind, y: [...y], h: [...h] });
      const kernels = asked.slice(before).filter((path) => path.startsWith('/kernels/'));
      assert.equal(kernels.filter((path) => path.endsWith('.json')), [`/kernels/recurrent/recurrent.${family}.json`]);
      assert.ok(kernels.every((path) => path.endsWith('.json') || path.endsWith(kind === 'cpu' ? '.js' : '.wgsl')), kernels.join(' '));
    }
  } finally {
    await browser.close();
    server.close();
  }
});

test('inspect --html: one page, nothing from elsewhere, with every pass and every text', async () => {
  const { code, out } = await tdsl(['inspect', example('softmax'), '--html']);
  assert.is(code, 0);
  assert.match(out, /^<!doctype html>/);
  assert.not.match(out, /(src|href)="(?!#)|url\(|@import|https?:/);
  for (const text of ['softmax over n', '<h2>log_softmax</h2>', 'schedule row_softmax for cuda(sm_80)', '<summary>normalize', '<summary>lower', '<ins>', '@workgroup_size', '__global__', 'export function row_softmax']) assert.ok(out.includes(text), text);
  assert.is((await tdsl(['inspect', example('softmax'), '--html', '--emit', 'tst'])).code, 2);
});

inBrowser('the page marks the code that belongs to a line of the source', async () => {
  if (typeof found === 'string') return;
  const { out } = await tdsl(['inspect', example('softmax'), '--html', '--target', 'cpu']);
  const { server, url } = await serve(new Map([['/', out]]));
  const browser = new Browser(found.path);
  try {
    await browser.open(url);
    const marked = await browser.evaluate(`(() => {
      document.querySelector('pre.source [data-line="6"]').dispatchEvent(new MouseEvent('mouseenter'));
      return [...document.querySelectorAll('pre.code .on')].map((line) => line.textContent.trim());
    })()`) as string[];
    assert.ok(marked.length > 5 && marked.some((line) => line.startsWith('// softmax.tdsl:6: ')) && marked.some((line) => line.includes('Math.exp')), marked.join('\n'));
    assert.is(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  } finally {
    await browser.close();
    server.close();
  }
});

test.run();
