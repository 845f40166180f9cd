import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CodeExpr, type Memory, type Stmt, binary, constant, element, index, name, unary } from '../../../src/ir/code.ts';
import type { DType } from '../../../src/ir/dtype.ts';
import { wrapping } from '../../../src/targets/cuda/wrapping.ts';

const test = suite('wrapping');
const memory = (called: string, dtype: DType): Memory => ({ name: called, space: 'global', dtype, length: undefined, access: 'read' });
const memories = [memory('x', 'u8'), memory('y', 'i8'), memory('n', 'i32'), memory('z', 'i32')];
const load = (of: string, at = 0): CodeExpr => ({ kind: 'load', type: 'i32', memory: of, index: index(at) });
const i32 = (value: number): CodeExpr => constant('i32', value);
const store = (value: CodeExpr): Stmt => ({ kind: 'store', memory: 'z', index: index(0), value, exact: true });

/** The operators and wrappers of the value that is stored last, outermost first. */
function operators(body: readonly Stmt[]): string[] {
  const last = wrapping(body, memories).at(-1);
  const of = (e: CodeExpr): string[] => (e.kind === 'apply' ? [e.wrapper, ...e.args.flatMap(of)] : e.kind === 'binary' ? [e.op, ...of(e.a), ...of(e.b)] : e.kind === 'unary' ? [e.op, ...of(e.a)] : []);
  return last?.kind === 'store' || last?.kind === 'assign' ? of(last.value) : [];
}

test('what may leave 32 bits wraps', () => {
  assert.equal(operators([store(binary('mod', binary('add', binary('mul', load('x'), i32(1103515245)), i32(12345)), i32(17)))]), ['mod', 'wrap_add', 'wrap_mul']);
  assert.equal(operators([store(unary('abs', load('n')))]), ['wrap_abs']);
  assert.equal(operators([store(unary('neg', binary('shl', load('n'), i32(31))))]), ['wrap_neg', 'shl']);
});
test('what the types keep inside stays as it is', () => {
  assert.equal(operators([store(binary('sub', binary('mul', load('x'), load('y')), load('x')))]), ['sub', 'mul']);
  assert.equal(operators([store(unary('abs', load('y')))]), ['abs']);
  assert.equal(operators([store(binary('mul', binary('mod', load('n'), i32(1000)), i32(1000000)))]), ['mul', 'mod']);
});
test('names and registers lie where everything does that is put into them', () => {
  const q: Stmt = { kind: 'let', name: 'q', value: binary('sub', load('x'), load('x', 1)) };
  assert.equal(operators([q, store(binary('mul', name('i32', 'q'), name('i32', 'q')))]), ['mul']);
  assert.equal(operators([q, { kind: 'let', name: 'q', value: load('n') }, store(binary('mul', name('i32', 'q'), name('i32', 'q')))]), ['wrap_mul']);
  const four: Stmt = { kind: 'loadVector', memory: 'y', index: index(0), count: 4, array: 'r', at: index(0), declares: { type: 'i32', length: 4 } };
  const r = element('i32', 'r', index(1));
  assert.equal(operators([four, store(binary('add', r, r))]), ['add']);
  assert.equal(operators([four, { kind: 'assign', target: r, value: load('n') }, store(binary('add', r, r))]), ['wrap_add']);
});
test('a sum in a loop may come to anything', () => {
  const total = name('i32', 'total');
  const loop: Stmt = { kind: 'for', variable: 'k', count: name('index', 'K'), registers: false, unroll: false, body: [{ kind: 'assign', target: total, value: binary('add', total, load('x')) }] };
  const wrapped = wrapping([{ kind: 'var', name: 'total', type: 'i32', value: i32(0) }, loop], memories)[1];
  assert.ok(wrapped?.kind === 'for');
  assert.equal(operators(wrapped.body), ['wrap_add']);
});
test('shifts count modulo 32', () => {
  assert.equal(operators([store(binary('shl', load('n'), load('y')))]), ['shl', 'bitand']);
  const [s] = wrapping([store(binary('shr', load('n'), i32(33)))], memories);
  assert.ok(s?.kind === 'store' && s.value.kind === 'binary' && s.value.b.kind === 'const' && s.value.b.value === 1);
});

test.run();
