/** The report of a partition as one HTML page without anything from elsewhere. */
import type { MatchReport, PartitionReport } from './report.ts';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const row = (cells: readonly string[], tag = 'td'): string => `<tr>${cells.map((c) => `<${tag}>${c}</${tag}>`).join('')}</tr>`;
const code = (text: string): string => `<code>${escape(text)}</code>`;

export function partitionHtml(title: string, report: PartitionReport): string {
  const sections = report.statements.map((s) => {
    const mine = report.matches.filter((m) => m.kernel === s.kernel && m.statement === s.statement);
    return `<section><h2>${escape(s.kernel)}: ${escape(s.text)}</h2><pre>${escape(s.tree)}</pre>\n${mine.map((m) => matchHtml(m, report)).join('\n')}</section>`;
  });
  const left = report.elementwise.map((e) => `<p>${escape(e.kernel)}: ${escape(e.statements.join(', '))} without a reduction, in software.</p>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; background: #fff }
pre { background: #f4f6f9; padding: .7rem 1rem; overflow-x: auto; line-height: 1.3 }
h2 { font-size: 1.15rem; border-bottom: 1px solid #d5dbe3; padding-bottom: .3rem } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem }
table { border-collapse: collapse; margin: .4rem 0 } td, th { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; border-bottom: 1px solid #edf0f4 }
summary { cursor: pointer; color: #35506f } .yes { color: #106b37 } .no { color: #8a2b1e }
</style></head><body>
<h1>${escape(title)}</h1>
<p>A choice of loops is matched in two steps: its leaves with the intrinsic's, then the nodes where leaves meet. Rejected choices say at which step, and why.</p>
${sections.join('\n')}
${left.join('\n')}
</body></html>
`;
}

function matchHtml(m: MatchReport, report: PartitionReport): string {
  const intrinsic = report.intrinsics.find((i) => i.name === m.intrinsic);
  const { fixed, swapped, distinct, manyToOne } = m.counts;
  const accepted = m.accepted.map((a) => row([`<span class="yes">accepted</span>`, code(a.map), escape(a.left.join(', '))]));
  const idle = m.idle.map((map) => row(['idle', code(map), 'part of the array has no work']));
  const rejected = m.rejected.map((r) => row([`<span class="no">step ${r.step}</span>`, code(r.candidate), escape(r.reason)]));
  return `<h3>on ${escape(m.intrinsic)}</h3>
<details><summary>${escape(intrinsic?.text ?? '')}</summary><pre>${escape(intrinsic?.tree ?? '')}</pre></details>
<p>${fixed} with the operands in order, ${swapped} in any order, ${distinct} distinct sets of loops, ${manyToOne} with fused loops.</p>
${m.nearest === null ? '' : `<p>Nearest: ${code(m.nearest.candidate)} (${m.nearest.matched} of ${m.nearest.of}): ${escape(m.nearest.reason)}</p>`}
<table>${row(['', 'choice', 'left to software'], 'th')}${accepted.join('')}${idle.join('')}</table>
<details><summary>${m.fused.length} maps with fused loops</summary><table>${m.fused.map((g) => row([code(g.map)])).join('')}${m.fusedRejected.map((r) => row([`${code(r.candidate)} <span class="no">${escape(r.reason)}</span>`])).join('')}</table></details>
<details><summary>${m.rejected.length} rejected choices</summary><table>${rejected.join('')}</table></details>`;
}
