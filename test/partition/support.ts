import { readFileSync } from 'node:fs';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { normalize } from '../../src/passes/normalize.ts';
import { type Computation, computationsOf } from '../../src/partition/computation.ts';
import { allIntrinsics, type Hardware, type Intrinsic, readHardware } from '../../src/partition/declare.ts';
import { libraryHardware } from '../../src/partition/library.ts';

export const example = (name: string): string => readFileSync(new URL(`../../examples/codesign/${name}.tdsl`, import.meta.url), 'utf8');

export function kernelsOf(text: string): readonly Kernel[] {
  const parsed = parse(text, 'test.tdsl'), checked = check(parsed.ast);
  const errors = [...parsed.diagnostics, ...checked.diagnostics].filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((d) => `${d.code}: ${d.message}`).join('\n'));
  return checked.program.kernels;
}
export function kernelOf(text: string, name?: string): Kernel {
  const found = kernelsOf(text).find((k) => name === undefined || k.name === name);
  if (found === undefined) throw new Error('no such kernel');
  return found;
}
export function computation(text: string, kernel?: string, statement?: string): Computation {
  const found = computationsOf(normalize(kernelOf(text, kernel))).find((c) => statement === undefined || c.name === statement);
  if (found === undefined) throw new Error('no such statement');
  return found;
}
/** Of the library. */
export function intrinsic(name: string): Intrinsic {
  const found = allIntrinsics(libraryHardware()).find((i) => i.name === name);
  if (found === undefined) throw new Error(`no intrinsic ${name}`);
  return found;
}
export const hardwareOf = (text: string): Hardware => readHardware(parse(text, 'test.tdsl').ast);
export const codesOf = (text: string): string[] => hardwareOf(text).diagnostics.map((d) => d.code);
