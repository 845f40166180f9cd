/** Pictures of numbers: panels with axes, lines, steps and dots, as one SVG. */

export interface Axis { readonly label: string; readonly log: boolean }
/** `band`: two further lines between which it is shaded. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly kind: 'dots' | 'line' | 'steps';
  readonly points: readonly (readonly [number, number])[];
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
}
export interface Panel { readonly title: string; readonly x: Axis; readonly y: Axis; readonly series: readonly Series[] }

export const colors = ['#1f5fa8', '#c8501e', '#2a7d46', '#7a3f9d', '#8a8a8a'] as const;
const width = 420, height = 320, left = 64, right = 14, top = 34, bottom = 46;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const fixed = (x: number): string => String(Number(x.toFixed(1)));

interface Scale { readonly to: (v: number) => number; readonly ticks: readonly number[] }

function scaleOf(values: readonly number[], log: boolean, from: number, to: number): Scale {
  const finite = values.filter((v) => Number.isFinite(v) && (!log || v > 0)), f = log ? Math.log10 : (v: number): number => v;
  let least = Math.min(...finite), most = Math.max(...finite);
  if (finite.length === 0) { least = 1; most = 10; }
  if (least === most) { least = log ? least / 2 : least - 1; most = log ? most * 2 : most + 1; }
  const ticks = log ? logTicks(least, most) : linearTicks(least, most), span = f(most) - f(least), pad = 0.04 * span;
  return { to: (v) => from + ((f(v) - f(least) + pad) / (span + 2 * pad)) * (to - from), ticks };
}
function linearTicks(least: number, most: number): number[] {
  const raw = (most - least) / 5, power = 10 ** Math.floor(Math.log10(raw)), step = power * ([1, 2, 5, 10].find((m) => m * power >= raw) ?? 10);
  return Array.from({ length: Math.floor(most / step) - Math.ceil(least / step) + 1 }, (_, i) => Number(((Math.ceil(least / step) + i) * step).toPrecision(12)));
}
function logTicks(least: number, most: number): number[] {
  const ticks: number[] = [], marks = most / least > 100 ? [1] : most / least > 8 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  for (let e = Math.floor(Math.log10(least)); e <= Math.log10(most); e++) for (const m of marks) { const v = Number((m * 10 ** e).toPrecision(6)); if (v >= least && v <= most) ticks.push(v); }
  return ticks.length > 1 ? ticks : [least, most];
}
const tickText = (v: number): string => (v !== 0 && (Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3) ? v.toExponential(1).replace('.0e', 'e').replace('e+', 'e') : String(Number(v.toPrecision(4))));

function panelText({ title, x, y, series }: Panel, at: number): string {
  const all = series.flatMap((s) => s.points), bands = series.flatMap((s) => [...(s.band?.low ?? []), ...(s.band?.high ?? [])]);
  const sx = scaleOf(all.map((p) => p[0]), x.log, at + left, at + width - right), sy = scaleOf([...all.map((p) => p[1]), ...bands], y.log, height - bottom, top);
  const lines = [`<text x="${at + left}" y="18" font-weight="bold">${escape(title)}</text>`, `<rect x="${at + left}" y="${top}" width="${width - left - right}" height="${height - top - bottom}" fill="none" stroke="#999"/>`];
  for (const t of sx.ticks) lines.push(`<path d="M${fixed(sx.to(t))} ${top}V${height - bottom}" stroke="#eee"/>`, `<text x="${fixed(sx.to(t))}" y="${height - bottom + 14}" text-anchor="middle" font-size="10">${tickText(t)}</text>`);
  for (const t of sy.ticks) lines.push(`<path d="M${at + left} ${fixed(sy.to(t))}H${at + width - right}" stroke="#eee"/>`, `<text x="${at + left - 5}" y="${fixed(sy.to(t) + 3)}" text-anchor="end" font-size="10">${tickText(t)}</text>`);
  lines.push(`<text x="${at + (left + width - right) / 2}" y="${height - 10}" text-anchor="middle">${escape(x.label)}</text>`, `<text transform="translate(${at + 13} ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>`);
  series.forEach((s, i) => {
    const place = ([a, b]: readonly [number, number]): string => `${fixed(sx.to(a))} ${fixed(sy.to(b))}`, shown = s.points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
    if (s.band !== undefined) {
      const { low, high } = s.band, up = s.points.map(([a], k) => place([a, high[k] ?? 0])), down = s.points.map(([a], k) => place([a, low[k] ?? 0])).reverse();
      lines.push(`<path d="M${[...up, ...down].join('L')}Z" fill="${s.color}" opacity="0.15"/>`);
    }
    if (s.kind === 'dots') for (const p of shown) { const [cx, cy] = place(p).split(' '); lines.push(`<circle cx="${cx}" cy="${cy}" r="${s.color === colors[4] ? 1.8 : 3}" fill="${s.color}"/>`); }
    else if (shown.length > 0) lines.push(`<path d="M${shown.map((p, k) => (k > 0 && s.kind === 'steps' ? `${fixed(sx.to(p[0]))} ${fixed(sy.to(shown[k - 1]![1]))}L${place(p)}` : place(p))).join('L')}" fill="none" stroke="${s.color}" stroke-width="1.6"/>`);
    if (s.name !== '') lines.push(`<text x="${at + width - right - 6}" y="${top + 14 + 13 * i}" text-anchor="end" font-size="11" fill="${s.color}">${escape(s.name)}</text>`);
  });
  return lines.join('\n');
}

/** Panels beside each other. */
export function svg(panels: readonly Panel[]): string {
  const w = width * Math.max(1, panels.length);
  return [`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${height}" viewBox="0 0 ${w} ${height}" font-family="sans-serif" font-size="12">`, `<rect width="${w}" height="${height}" fill="white"/>`, ...panels.map((p, i) => panelText(p, i * width)), '</svg>', ''].join('\n');
}
