import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bare, declarationOf, parsed, show, statementOf, verbOf } from './helpers.ts'

test('a declaration inside a body: indices, ranges, groups, storage', () => {
  const s = statementOf('let Xn[m, k: K - 128 by 128]: q4 in host = X[m, order[k]]')
  assert.is(s.kind, 'let')
  if (s.kind !== 'let') return
  const [target] = s.targets
  assert.is(target?.name.name, 'Xn')
  assert.equal(target?.indices.map((b) => [b.name.name, b.extent && show(b.extent), b.group && show(b.group)]), [['m', undefined, undefined], ['k', '(- K 128)', '128']])
  assert.is(target?.elem?.name.name, 'q4')
  assert.is(target?.place?.name, 'host')
  assert.is(show(s.value), 'X[m order[k]]')
})

test('several targets for a call with several results', () => {
  const s = statementOf('let w, V = eigh(A)')
  assert.equal(s.kind === 'let' && s.targets.map((t) => t.name.name), ['w', 'V'])
})

test('updates', () => {
  for (const op of ['=', '+=', 'max=', 'min='] as const) {
    const s = statementOf(`K[l, slot[b, t], d] ${op} x`)
    assert.is(s.kind === 'assign' && s.op, op)
    assert.equal(s.kind === 'assign' && s.target.positions.map((p) => show(p.index)), ['l', 'slot[b t]', 'd'])
  }
  const ranged = statementOf('D[i: 16, j: 8] += sum(k: 16) A[i, k] * B[k, j]')
  assert.equal(ranged.kind === 'assign' && ranged.target.positions.map((p) => p.extent && show(p.extent)), ['16', '8'])
  const field = statementOf('cache.K[l] = h')
  assert.is(field.kind === 'assign' && field.target.field?.name, 'K')
  assert.is(statementOf('max = 3').kind, 'assign')
  assert.equal(bare(statementOf('max max= 3')), bare(statementOf('max max = 3')))
})

test('loops, calls and expectations', () => {
  const loop = statementOf('for l in 0..L - 1 { h = f(h); for m in 1..2 { } }')
  assert.is(loop.kind === 'for' && show(loop.to), '(- L 1)')
  assert.equal(loop.kind === 'for' && loop.body.map((s) => s.kind), ['assign', 'for'])
  const call = statementOf('append[T=8](cache, x)')
  assert.is(call.kind === 'call-statement' && show(call.call), '(append T=8 cache x)')
  const expect = statementOf('expect C[m] == 2 * m within 1e-3')
  assert.is(expect.kind === 'expect' && expect.within && show(expect.within), '1e-3')
  assert.is(statementOf('expect[m] = 3').kind, 'assign')
})

test('statements need neither lines nor semicolons between them', () => {
  const k = declarationOf('kernel', 'kernel f() { let a = 1 b = a + 2; c = b\n* a d = -c }')
  assert.equal(k.body.map((s) => ('value' in s ? show(s.value) : '')), ['1', '(+ a 2)', '(* b a)', '(- c)'])
})

test('the first value after max on the next line is the next statement', () => {
  const k = declarationOf('kernel', 'kernel f() {\n  a = max(x, y)\n  b = 1\n}')
  assert.equal(k.body.map((s) => ('value' in s ? show(s.value) : '')), ['(max x y)', '1'])
})

test('kernel signatures', () => {
  const k = declarationOf(
    'kernel',
    `/// First line.
/// @example M=3, K=5
/// second line
kernel f[st](A: i32<C>[M, K - 1 by 128] in host, x: f32, B: inout q4[M]) -> C: f16[M], D: f32 where M == 128, K in {64, 2*M} {}`,
  )
  assert.equal(k.sizeParams.map((s) => s.name), ['st'])
  assert.equal(k.params.map((p) => [p.name.name, p.inout, p.type.elem.name.name, p.type.dims.length, p.type.place?.name]), [
    ['A', false, 'i32', 2, 'host'],
    ['x', false, 'f32', 0, undefined],
    ['B', true, 'q4', 1, undefined],
  ])
  assert.is(k.params[0]?.type.dims[1]?.group && show(k.params[0].type.dims[1].group), '128')
  assert.equal(k.results.map((r) => r.name.name), ['C', 'D'])
  assert.equal(k.pins.map((p) => [p.size.name, p.values.map(show)]), [['M', ['128']], ['K', ['64', '(* 2 M)']]])
  assert.is(k.doc?.text, 'First line.\nsecond line')
  assert.equal(k.doc?.examples.map((e) => e.sizes), [[{ name: 'M', value: 3 }, { name: 'K', value: 5 }]])
})

test('a doc comment belongs to the declaration right under it', () => {
  const file = parsed('/// one\n\n// other\n/// two\nkernel f() {}\n// three\nkernel g() {}\n/// four\nfn h(x: f32) -> f32 = x')
  assert.equal(file.declarations.map((d) => ('doc' in d ? d.doc?.text : undefined)), ['two', undefined, 'four'])
})

test('functions with an expression, with a block, with a named result', () => {
  assert.is(declarationOf('fn', 'fn g(x: f32) -> f32 = x').body.kind, 'name')
  const f = declarationOf('fn', 'fn rope(x: f32[2*E]) -> y: f32[2*E] { y[d] = x[d] }')
  assert.is(f.body.kind, 'block')
  assert.is(f.result.name?.name, 'y')
  assert.is(declarationOf('fn', 'fn r(x: f32[E]) -> f32[E] { r[d] = x[d] }').result.name, undefined)
})

test('formats, states, imports, externs', () => {
  const f = declarationOf('format', 'format q4 = int4 { scale f16, symmetric, clip 0.9 }')
  assert.equal(f.options?.map((o) => [o.name.name, o.value && show(o.value)]), [['scale', 'f16'], ['symmetric', undefined], ['clip', '0.9']])
  assert.is(declarationOf('format', 'format act = bf16').options, undefined)
  assert.equal(declarationOf('format', 'format act = bf16 {}').options, [])
  assert.equal(declarationOf('state', 'state Cache { K: bf16[L], len: i32[B] }').fields.map((p) => p.name.name), ['K', 'len'])
  const i = declarationOf('import', 'import { q4, gelu as g } from "./a \\"b\\".tdsl"')
  assert.is(i.from.value, './a "b".tdsl')
  assert.equal(i.names.map((n) => [n.name.name, n.alias?.name]), [['q4', undefined], ['gelu', 'g']])
  assert.equal(declarationOf('extern', 'extern host fn eigh(A: f32[N]) -> w: f32[N], V: f32[N]').results.map((r) => r.name.name), ['w', 'V'])
})

test('every verb of a schedule', () => {
  const tile = verbOf('tile m by 128 by warp 64, P.d by bm')
  assert.equal(tile.kind === 'tile' && tile.axes.map((a) => [a.loop.statement?.name, a.loop.index.name, a.factors.map((f) => [f.level?.name, show(f.size)])]), [
    [undefined, 'm', [[undefined, '128'], ['warp', '64']]],
    ['P', 'd', [[undefined, 'bm']]],
  ])
  const stage = verbOf('stage A, B in shared via tma, pipeline 4')
  assert.equal(stage.kind === 'stage' && [stage.tensors.length, stage.memory.name, stage.via?.name, stage.pipeline && show(stage.pipeline)], [2, 'shared', 'tma', '4'])
  const pipeline = verbOf('pipeline A, B by 4')
  assert.equal(pipeline.kind === 'pipeline' && [pipeline.tensors.length, show(pipeline.depth)], [2, '4'])
  const compute = verbOf('compute P at t of O')
  assert.equal(compute.kind === 'compute' && [compute.statement.name, compute.level.name, compute.consumer.name], ['P', 't', 'O'])
  const order = verbOf('order grid by panels of 8')
  assert.equal(order.kind === 'order' && [order.what.name, order.pattern.name, order.of && show(order.of)], ['grid', 'panels', '8'])
  const tune = verbOf('tune bm in {64, 128}, w in 2..5')
  assert.equal(tune.kind === 'tune' && tune.parameters.map((p) => [p.name.name, p.domain.kind]), [['bm', 'domain-set'], ['w', 'domain-range']])
  const kinds = ['reorder m, P.d', 'pipeline 3', 'tensorize mma(m, n, k)', 'specialize load 1, math 2', 'split k by 4', 'inline a, b', 'launch P', 'persistent', 'persistent 132', 'pad A by 8', 'requires streaming']
  for (const text of kinds) assert.is(verbOf(text).kind, text.split(' ')[0])
})

test('a verb ends with its line where the next begins with a name', () => {
  const s = declarationOf('schedule', 'schedule f for cuda(sm_90a) {\n  tile m by warp\n  stage A in shared\n  persistent\n  tune x = 3\n  inline P\n}')
  assert.equal(s.verbs.map((v) => v.kind), ['tile', 'stage', 'persistent', 'tune', 'inline'])
  assert.is(s.target.variant?.name, 'sm_90a')
})

test('intrinsics, accelerators, co-design', () => {
  const i = declarationOf('intrinsic', 'intrinsic m for cuda(sm_80) { D[i: 16] += A[i] A: f16 in registers { i = l2 l3 *; k = r0 } B: f16 in shared emit "./m.hbs" }')
  assert.is(i.meaning.length, 1)
  assert.equal(i.operands.map((o) => [o.name.name, o.memory.name, o.layout.map((l) => l.bits.map((b) => b.name).join(' '))]), [
    ['A', 'registers', ['l2 l3 *', 'r0']],
    ['B', 'shared', []],
  ])
  assert.is(i.emit?.value, './m.hbs')
  const a = declarationOf('accelerator', 'accelerator g { intrinsic C[i: x] += A[i] space { x in {8, 16}; y = x; s in {1, 2} KiB; b in 1..8; } }')
  assert.equal(a.space.map((s) => [s.name.name, s.domain.kind, s.unit?.name]), [
    ['x', 'domain-set', undefined], ['y', 'domain-value', undefined], ['s', 'domain-set', 'KiB'], ['b', 'domain-range', undefined],
  ])
  const c = declarationOf('codesign', 'codesign net on a, b minimize latency, power subject to power <= 15 W, latency < 10 ms')
  assert.equal(c.constraints.map((k) => [k.metric.name, k.op, show(k.bound), k.unit?.name]), [['power', '<=', '15', 'W'], ['latency', '<', '10', 'ms']])
})

test('spans cover exactly the text of their nodes', () => {
  const text = 'kernel f() { C[m] = (a + b) * sum(k) x[k] }'
  const [k] = parsed(text).declarations
  const s = k?.kind === 'kernel' ? k.body[0] : undefined
  const of = (n: { span: { start: number; end: number } } | undefined): string => text.slice(n?.span.start, n?.span.end)
  assert.is(of(k), text)
  assert.is(of(s), 'C[m] = (a + b) * sum(k) x[k]')
  if (s?.kind !== 'assign' || s.value.kind !== 'binary') throw new Error('no product')
  assert.is(of(s.target), 'C[m]')
  assert.is(of(s.value.left), '(a + b)')
  assert.is(of(s.value.right), 'sum(k) x[k]')
})

test.run()
