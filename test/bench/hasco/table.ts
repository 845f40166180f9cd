/** A published table: what was asked, how, what came out, and from what. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonText } from '../../../src/host/json.ts';
import { version } from '../../../src/version.ts';
import { pictureLine, pictureOf } from './pictures.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const folder = join(root, 'docs/hasco');
export const source = (name: string): string => readFileSync(join(root, 'examples/codesign', `${name}.tdsl`), 'utf8');

export interface Table {
  readonly name: string;
  readonly question: string;
  readonly method: readonly string[];
  /** Of the cost model, the schedule space and whatever else decides the numbers. */
  readonly settings: Readonly<Record<string, string | number | readonly (string | number)[]>>;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly findings: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly svg?: string;
}

/** Of the checkout; `unknown` in a copy without its history. */
export const commit = (): string => { try { return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(); } catch { return 'unknown'; } };

/** Writes `docs/hasco/NAME.json`, `.md` and `.svg`. */
export function publish(t: Table): void {
  mkdirSync(folder, { recursive: true });
  const provenance = { tdsl: version, commit: commit(), node: process.versions.node, ...t.settings };
  const json = jsonText({ schema: 1, table: t.name, question: t.question, provenance, head: t.head, rows: t.rows, findings: t.findings, ...t.data }), picture = t.svg ?? pictureOf(t.name, JSON.parse(json));
  writeFileSync(join(folder, `${t.name}.json`), json);
  const cell = (v: string | number): string => (typeof v === 'number' ? String(Number(v.toPrecision(5))) : v);
  const lines = [
    `# ${t.name}: ${t.question}`, '', ...t.method, '',
    `| ${t.head.join(' | ')} |`, `|${t.head.map(() => '---').join('|')}|`, ...t.rows.map((r) => `| ${r.map(cell).join(' | ')} |`), '',
    ...(picture === undefined ? [] : [pictureLine(t.name), '']), ...t.findings.map((f) => `- ${f}`), '',
    `Made by \`npm run bench:hasco -- --table ${t.name}\`: ${Object.entries(provenance).map(([k, v]) => `${k} ${Array.isArray(v) ? v.join(', ') : String(v)}`).join('; ')}.`, '',
  ];
  writeFileSync(join(folder, `${t.name}.md`), lines.join('\n'));
  if (picture !== undefined) writeFileSync(join(folder, `${t.name}.svg`), picture);
  console.log(lines.slice(0, 2).concat(lines.slice(4)).join('\n'));
}
