/** examples/interop/launch.cpp, compiled and run against a driver that adds what a grid covers: variants, sizes, arguments and grids come from the manifest. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tdsl } from '../cli/support.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const include = ['/usr/local/cuda/include', '/usr/local/cuda-13.0/include', '/usr/local/cuda-12.0/include'].find((folder) => existsSync(join(folder, 'cuda.h')))
const here = include !== undefined && spawnSync('g++', ['--version']).status === 0
if (!here) process.stderr.write('cuda.h or g++ is missing: the launcher in C++ is not tested\n');

(here ? test : test.skip)('a launcher in C++ needs the manifest alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tdsl-launch-'))
  try {
    const compiled = await tdsl(['compile', join(root, 'examples/vector_add.tdsl'), '--target', 'cuda:sm_80', '-o', join(folder, 'out')])
    assert.is(compiled.code, 0, compiled.err)
    const built = spawnSync('g++', ['-std=c++17', '-Wall', '-Wextra', '-Werror', `-I${include}`, join(root, 'examples/interop/launch.cpp'), join(root, 'test/examples/fake-driver.cpp'), '-o', join(folder, 'launch')], { encoding: 'utf8' })
    assert.is(built.status, 0, built.stderr)
    const manifest = join(folder, 'out/vector_add/vector_add.json')
    const launch = (n: number, perThread: number, more: Readonly<Record<string, string>> = {}): ReturnType<typeof spawnSync> =>
      spawnSync(join(folder, 'launch'), [manifest, String(n)], { cwd: folder, encoding: 'utf8', env: { ...process.env, ELEMENTS_PER_THREAD: String(perThread), ...more } })
    const missing = launch(5, 4)
    assert.is(missing.status, 1)
    // Of the GPU that is there, whose machine code alone it runs.
    assert.match(String(missing.stderr), /compile it first: nvcc .*-arch=sm_90 /)
    const machineCode = (of: string): void => { for (const name of ['vector_add', 'vector_add_aligned']) writeFileSync(join(folder, `${name}.sm_80.cubin`), of) }
    machineCode('sm_80')
    assert.match(String(launch(5, 4).stderr), /vector_add.sm_80.cubin is for another GPU than this one: nvcc .*-arch=sm_90 /)
    machineCode('sm_90')
    // A multiple of four takes the aligned variant; both have four elements a thread, and a grid that covers too little or too much fails.
    const aligned = launch(4096, 4)
    assert.is(aligned.status, 0, String(aligned.stderr))
    assert.match(String(aligned.stdout), /vector_add of 4096 elements, vector_add\/vector_add_aligned\.sm_80\.cu: all equal/)
    assert.is(launch(4096, 2).status, 1)
    for (const n of [1, 255, 1027]) {
      const ran = launch(n, 4)
      assert.match(String(ran.stdout) + String(ran.stderr), /vector_add\/vector_add\.sm_80\.cu: all equal/)
    }
    // A launch may begin early where the manifest says so, and there alone.
    assert.is(launch(1027, 4, { EARLY: '1' }).status, 1)
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll('"sharedBytes"', '"early": true, "sharedBytes"'))
    assert.is(launch(1027, 4, { EARLY: '1' }).status, 0)
    assert.is(launch(1027, 4).status, 1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
