/** A result for people. */
import type { Result } from './run-kernel.ts';

export function resultText(result: Result): string {
  const sizes = Object.entries(result.sizes).map(([name, value]) => `${name}=${value}`).join(' ');
  const lines = [`${result.kernel} on ${result.target} (${result.device})${sizes === '' ? '' : `: ${sizes}`}`];
  for (const { name, dtype, shape, file } of result.outputs) lines.push(`  ${name}: ${dtype}[${shape.join(', ')}]${file === null ? '' : ` in ${file}`}`);
  const { check, time } = result;
  if (check !== undefined) {
    const unknown = check.unknown === 0 ? '' : `, ${check.unknown} not compared (they depend on a NaN or an overflow)`;
    const sample = check.checked + check.unknown < check.total ? ` (a sample of ${check.total})` : '';
    lines.push(`  check ${check.ok ? 'ok' : 'FAILED'}: ${check.checked} elements${sample}, largest error ${number(check.maxAbs)}, bound ${number(check.bound)}${unknown}${check.ok ? '' : `, ${check.mismatches} beyond it`}`);
  }
  if (time !== undefined) {
    const roofline = time.roofline === null ? '' : `, ${(100 * time.roofline).toFixed(0)}% of the roofline`;
    lines.push(`  time ${micros(time.medianUs)} (p10 ${micros(time.p10Us)}, p90 ${micros(time.p90Us)}, ${time.repeats} samples, ${time.clock}), ${number(time.gbps)} GB/s, ${number(time.tflops)} TFLOPS${roofline}`);
  }
  return `${lines.join('\n')}\n`;
}

function number(value: number | null): string {
  return value === null ? 'none' : value === 0 ? '0' : value.toPrecision(3);
}

function micros(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} s` : value >= 1000 ? `${(value / 1000).toFixed(2)} ms` : `${value.toFixed(1)} µs`;
}
