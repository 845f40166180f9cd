/**
 * Area and power as HASCO's release took them from MAESTRO (7723091f, design-space-exploration): P elements, network bandwidth B in elements a cycle,
 * L1 and L2 the bytes that the mapping needs. The source says 28 nm and no units, so there are none here. The arbiter of P² dominates.
 */
import type { Term } from './model.ts';

export interface CompatHardware { readonly pes: number; readonly bandwidth: number; readonly l1: number; readonly l2: number }

export function compatArea(h: CompatHardware): { readonly area: number; readonly power: number; readonly terms: readonly Term[] } {
  const { pes: p, bandwidth: b } = h;
  const n1 = Math.max(1, Math.ceil(h.l1 / 64)), n2 = Math.max(1, Math.ceil(h.l2 / 32768));
  const bus = 14.662 * p + 28.895;
  const arbiter = 1.2886 * p * p + 5.5814 * p - 23.711;
  const terms: Term[] = [
    { name: 'area: elements', value: p * 4470.9014, unit: '', how: `4470.9014 · ${p}` },
    { name: 'area: local memories', value: p * 4505.1889 * n1, unit: '', how: `4505.1889 · ${p} · ceil(${h.l1}/64)` },
    { name: 'area: scratchpad', value: 4161.536 * n2, unit: '', how: `4161.536 · ceil(${h.l2}/32768)` },
    { name: 'area: bus', value: 101.7938 * bus * b, unit: '', how: `101.7938 · (14.662·${p} + 28.895) · ${b}` },
    { name: 'area: arbiter', value: Math.max(395.473, 395.473 * arbiter), unit: '', how: `395.473 · (1.2886·${p}² + 5.5814·${p} - 23.711)` },
    { name: 'power: elements', value: p * 1.2223, unit: '', how: `1.2223 · ${p}` },
    { name: 'power: local memories', value: p * 0.2208 * n1, unit: '', how: `0.2208 · ${p} · ceil(${h.l1}/64)` },
    { name: 'power: scratchpad', value: 4 * n2, unit: '', how: `4 · ceil(${h.l2}/32768)` },
    { name: 'power: bus', value: (0.8 * bus * b) / 1000, unit: '', how: `0.8 · (14.662·${p} + 28.895) · ${b} / 1000` },
    { name: 'power: arbiter', value: Math.max(0.34, (0.34 * arbiter) / 1000), unit: '', how: `0.34 · (1.2886·${p}² + 5.5814·${p} - 23.711) / 1000` },
  ];
  const sum = (kind: string): number => terms.filter((t) => t.name.startsWith(kind)).reduce((n, t) => n + t.value, 0);
  return { area: sum('area'), power: sum('power'), terms };
}
