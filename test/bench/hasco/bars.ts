/** Bars beside names, as one SVG: a group a heading, a whisker from `low` to `high`, a line where nothing is gained. */
export interface Bar { readonly name: string; readonly value: number; readonly low?: number; readonly high?: number }
export interface BarGroup { readonly title: string; readonly bars: readonly Bar[] }

const left = 330, scale = 380, row = 15, escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const colors = ['#1f5fa8', '#c8501e', '#2a7d46', '#7a3f9d', '#8a8a8a'] as const;

/** `from`: where bars begin; logarithmic where values span more than a decade, if that is above 0. */
export function barSvg(label: string, groups: readonly BarGroup[], { from, line }: { readonly from: number; readonly line?: number }): string {
  const all = groups.flatMap((g) => g.bars.flatMap((b) => [b.value, b.high ?? b.value])).filter(Number.isFinite), most = Math.max(from, line ?? from, ...all), isLog = from > 0 && most / from > 10;
  const f = (v: number): number => (isLog ? Math.log(Math.max(v, from) / from) / Math.log(most / from) : (v - from) / (most - from || 1)), x = (v: number): string => (left + scale * f(v)).toFixed(1);
  const lines: string[] = [`<text x="${left}" y="14" font-weight="bold">${escape(label)}${isLog ? ', logarithmic' : ''}</text>`];
  let y = 24;
  for (const g of groups) {
    if (g.title !== '') { lines.push(`<text x="6" y="${y + 11}" font-weight="bold">${escape(g.title)}</text>`); y += row + 2; }
    g.bars.forEach((b, i) => {
      lines.push(`<text x="${left - 6}" y="${y + 11}" text-anchor="end">${escape(b.name)}</text>`);
      if (Number.isFinite(b.value)) {
        lines.push(`<rect x="${left}" y="${y + 1}" width="${Math.max(0.5, scale * f(b.value)).toFixed(1)}" height="${row - 3}" fill="${colors[i % colors.length]}"/>`);
        if (b.low !== undefined && b.high !== undefined) lines.push(`<path d="M${x(b.low)} ${y + row / 2}H${x(b.high)}" stroke="black"/>`);
        lines.push(`<text x="${(Number(x(b.high ?? b.value)) + 5).toFixed(1)}" y="${y + 11}" font-size="10">${String(Number(b.value.toPrecision(4)))}</text>`);
      } else lines.push(`<text x="${left + 4}" y="${y + 11}" font-size="10">n/a</text>`);
      y += row;
    });
    y += 6;
  }
  if (line !== undefined) lines.push(`<path d="M${x(line)} 20V${y}" stroke="#333" stroke-dasharray="3 2"/>`);
  return [`<svg xmlns="http://www.w3.org/2000/svg" width="${left + scale + 70}" height="${y + 4}" font-family="sans-serif" font-size="11">`, '<rect width="100%" height="100%" fill="white"/>', ...lines, '</svg>', ''].join('\n');
}
