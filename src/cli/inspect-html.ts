/** `tdsl inspect --html`: one page without anything from elsewhere, with the source, its trees, what every pass did, the plans and the emitted code. */
import type { CompileResult, CompiledVariant, PassEvent } from '../driver-types.ts';
import { version } from '../version.ts';
import { pageScript, pageStyle } from './page-look.ts';
import { codeOf, difference, escape, pre, sourceOf, treesOf } from './page-parts.ts';

/** @param file as the user wrote it; the page names its last part, as emitted comments do */
export function inspectHtml(file: string, source: string, result: CompileResult, events: readonly PassEvent[]): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  const kernels = result.kernels.map(({ kernel, variants }, k) => {
    const shown = variants.map((variant, v) => variantOf(variant, base, events, k === 0 && v === 0));
    return `<section id="${escape(kernel.name)}"><h2>${escape(kernel.name)}</h2>
<details open><summary>tree</summary>${treesOf(kernel)}</details>
${shown.join('\n')}</section>`;
  });
  const links = result.kernels.map(({ kernel }) => `<a href="#${escape(kernel.name)}">${escape(kernel.name)}</a>`).join(' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(base)} · tdsl</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>${escape(base)}</h1><nav>${links}</nav>
<p>What tdsl ${escape(version)} made of it, and why. Point at a line of code or of the source to see the other; click a line of the source to keep it marked.</p></header>
<main>
<aside>${sourceOf(source)}</aside>
<article>
${kernels.join('\n')}
</article>
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

function variantOf(variant: CompiledVariant, base: string, events: readonly PassEvent[], open: boolean): string {
  const { report, when, launches } = variant;
  const conditions = [...Object.entries(when.equals).map(([name, n]) => `${name} = ${n}`), ...Object.entries(when.multiples).map(([name, n]) => `${name} a multiple of ${n}`), ...Object.entries(when.atMost).map(([name, n]) => `${name} at most ${n}`)];
  const name = (variant.file.split('/').at(-1) ?? variant.file).replace(/\.(js|wgsl|sm_\w+\.cu)$/, '');
  const facts = [...report.intrinsic, `${launches.length} ${launches.length === 1 ? 'launch' : 'launches'}`, ...(conditions.length === 0 ? [] : [`where ${conditions.join(', ')}`])];
  const mine = events.filter(({ kernel, target }) => target === variant.target && (kernel === name || kernel === name.replace(/(_f16)?(_subgroups)?$/, '')));
  const decisions = [
    ...report.fused.map((text) => `<li class="yes">fused ${escape(text)}</li>`),
    ...report.streamed.map((text) => `<li class="yes">streamed ${escape(text)}</li>`),
    ...report.rejected.map(({ candidate, reason }) => `<li class="no"><b>${escape(candidate)}</b> ${escape(reason)}</li>`),
  ];
  return `<details class="variant"${open ? ' open' : ''}><summary><b>${escape(variant.target)}</b> ${escape(name)} <small>${escape(facts.join(' · '))}</small></summary>
${decisions.length === 0 ? '' : `<h4>Decisions</h4><ul class="decisions">${decisions.join('')}</ul>`}
<h4>Plan</h4>${Object.keys(when.atMost).length === 0 ? '' : '<p>Of this variant alone: a schedule block is for every size, and with one there is no variant for few rows.</p>'}${pre(variant.schedule)}
<h4>Passes</h4>${passesOf(mine)}
<h4>Code</h4>${codeOf(variant.text, base)}
</details>`;
}

/** Passes that changed something can be opened; the others stand in one line with their neighbours. */
function passesOf(events: readonly PassEvent[]): string {
  let before = '';
  let idle: string[] = [];
  const parts: string[] = [];
  const flush = (): void => {
    if (idle.length > 0) parts.push(`<p class="idle">${escape(idle.join(', '))}: no change</p>`);
    idle = [];
  };
  for (const { pass, text, milliseconds } of events) {
    if (pass === 'emit') continue;
    if (text === before) {
      idle.push(pass);
      continue;
    }
    flush();
    // From one level to the next every line is new; a difference would only repeat both.
    const isNewLevel = before === '' || !before.split('\n').some((line) => line.trim().length > 1 && text.includes(line));
    parts.push(`<details><summary>${escape(pass)} <small>${milliseconds.toFixed(1)} ms</small></summary>${isNewLevel ? pre(text) : difference(before, text)}</details>`);
    before = text;
  }
  flush();
  return `<div class="passes">${parts.join('')}</div>`;
}
