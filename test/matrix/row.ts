/** What came of one kernel or program on one lane, and tables of it. */
export interface Row {
  readonly file: string;
  readonly name: string;
  readonly lane: string;
  /** Sizes that were run, and runs: every variant that fits a size is one. */
  readonly sizes: number;
  readonly runs: number;
  /** Sizes that have too much work for the lane, and variants that need a feature which the device lacks. */
  readonly left: number;
  readonly lacking: number;
  /** Kernels and programs whose texts use nothing in which the lane differs from another: 1 or 0. */
  readonly same: number;
  /** Runs whose data or sizes were refused, as they should be. */
  readonly refused: number;
  readonly checked: number;
  /** Runs with a wrong number, or that did not come to their numbers. */
  readonly wrong: number;
  /** Largest error as a share of its bound. */
  readonly worst: number;
  readonly seconds: number;
  /** Microseconds of the large size on a GPU, and which size that is. */
  readonly time?: { readonly sizes: string; readonly us: number };
  readonly failures: readonly string[];
}

/** Failures of a row that are printed; the log has all. */
const SHOWN = 4;
const share = (x: number): string => (x === 0 ? '0' : Number.isFinite(x) ? x.toPrecision(2) : 'none allowed');
const sum = (rows: readonly Row[], key: 'sizes' | 'runs' | 'left' | 'lacking' | 'same' | 'refused' | 'checked' | 'wrong'): number => rows.reduce((n, r) => n + r[key], 0);
const worst = (rows: readonly Row[]): number => rows.reduce((n, r) => Math.max(n, r.worst), 0);

/** A line for each file and lane, one for each lane, then what is wrong, then times. */
export function tables(rows: readonly Row[], lanes: readonly string[], unfinished: readonly string[]): string {
  const lines = ['| file | lane | kernel-sizes | runs | elements | wrong | largest error ÷ bound |', '|---|---|---|---|---|---|---|'];
  const line = (file: string, lane: string, of: readonly Row[]): string => `| ${file} | ${lane} | ${sum(of, 'sizes')} | ${sum(of, 'runs')} | ${sum(of, 'checked')} | ${sum(of, 'wrong')} | ${share(worst(of))} |`;
  const select = (file: string | undefined, lane: string): Row[] => rows.filter((r) => (file === undefined || r.file === file) && r.lane === lane);
  for (const file of [...new Set(rows.map((r) => r.file))].sort()) for (const lane of lanes) if (select(file, lane).length > 0) lines.push(line(file, lane, select(file, lane)));
  for (const lane of lanes) lines.push(line('**all**', lane, select(undefined, lane)));
  lines.push('', ...lanes.map((lane) => { const of = select(undefined, lane); return `${lane}: ${of.length} kernels and programs${sum(of, 'same') > 0 ? `, ${sum(of, 'same')} of them with the texts of another lane (not run again)` : ''}; left out: ${sum(of, 'left')} sizes with too much work, ${sum(of, 'lacking')} runs of variants that need a feature which is not there; ${sum(of, 'refused')} runs with data or sizes that were refused`; }));
  if (unfinished.length > 0) lines.push('', `not run, or not to the end (${unfinished.length}): ${unfinished.join('; ')}`);
  const bad = rows.filter((r) => r.failures.length > 0);
  if (bad.length > 0) lines.push('', ...bad.flatMap((r) => [`${r.file} ${r.name} on ${r.lane}:`, ...r.failures.slice(0, SHOWN).map((f) => `    ${f.replace(/\n/g, '\n    ')}`), ...(r.failures.length > SHOWN ? [`    and ${r.failures.length - SHOWN} more`] : [])]));
  const timed = rows.filter((r) => r.time !== undefined), columns = lanes.filter((l) => timed.some((r) => r.lane === l));
  if (timed.length > 0) lines.push('', `| kernel | at | ${columns.map((l) => `${l} µs`).join(' | ')} |`, `|---|---|${columns.map(() => '---|').join('')}`);
  for (const key of [...new Set(timed.map((r) => `${r.file}#${r.name}`))].sort()) {
    const of = timed.filter((r) => `${r.file}#${r.name}` === key);
    lines.push(`| ${key} | ${of[0]?.time?.sizes ?? ''} | ${columns.map((l) => of.find((r) => r.lane === l)?.time?.us.toFixed(1) ?? '').join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** A row out of a line of a log; what JSON cannot hold is infinite. */
export function parseRow(line: string): Row {
  const row = JSON.parse(line) as Omit<Row, 'worst'> & { readonly worst: number | null };
  return { ...row, worst: row.worst ?? Infinity };
}
