/** Style and script of the page that `inspect --html` writes. */

export const pageStyle = `
:root { color-scheme: light dark; --ink: #1d2733; --soft: #64707d; --paper: #fcfcfa; --box: #f2f3ef; --line: #dcdfd8; --link: #1f5f8b; --mark: #ffe9a8; --come: #dff3e0; --go: #fbe2df; --yes: #20703a; --no: #9a3b2d }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d8dee6; --soft: #8b96a3; --paper: #15191e; --box: #1c2229; --line: #2f3842; --link: #7db8e0; --mark: #5a4a12; --come: #173a22; --go: #45201c; --yes: #7cc98f; --no: #e39184 }
}
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { padding: 1.2rem 1.6rem .4rem; border-bottom: 1px solid var(--line) }
h1 { margin: 0; font-size: 1.5rem } header p { margin: .3rem 0 .6rem; color: var(--soft) }
nav a { margin-right: .9rem; color: var(--link); text-decoration: none } nav a:hover { text-decoration: underline }
main { display: grid; grid-template-columns: minmax(22rem, 2fr) 3fr; align-items: start }
aside { position: sticky; top: 0; max-height: 100vh; overflow: auto; padding: .8rem 0 .8rem 1.6rem }
article { padding: .2rem 1.6rem 6rem; min-width: 0; border-left: 1px solid var(--line) }
@media (max-width: 60rem) { main { grid-template-columns: 1fr } aside { position: static; max-height: none; padding-right: 1.6rem } article { border: 0 } }
h2 { margin: 1.4rem 0 .4rem; font-size: 1.25rem } h4 { margin: 1rem 0 .2rem; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft) }
pre, code { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
pre { margin: .3rem 0; padding: .6rem .8rem; overflow-x: auto; background: var(--box); border-radius: 6px; tab-size: 2 }
pre.source, pre.code { padding-left: 0; padding-right: 0 } pre.source span, pre.code span { display: block; min-width: max-content; padding: 0 .8rem }
pre span[data-line] { cursor: pointer } pre span.on { background: var(--mark) } .origin { color: var(--soft) }
.number { display: inline-block; width: 2.4em; margin-right: .9em; text-align: right; color: var(--soft); user-select: none }
pre.diff > * { display: block; text-decoration: none; min-width: max-content } pre.diff ins { background: var(--come) } pre.diff del { background: var(--go) } pre.diff span { color: var(--soft) }
summary { cursor: pointer; padding: .2rem 0 } summary small { color: var(--soft) }
details.variant { margin: .5rem 0; padding: .1rem .8rem; border: 1px solid var(--line); border-radius: 8px } details.variant[open] { padding-bottom: .8rem } details.variant > summary { padding: .45rem 0 }
.passes details { border-bottom: 1px solid var(--line) } .idle { margin: .15rem 0; padding-left: 1.1rem; color: var(--soft); font-size: .9rem }
.decisions { margin: .2rem 0; padding-left: 1.2rem; font-size: .9rem } .yes::marker { color: var(--yes); content: '✓ ' } .no::marker { color: var(--no); content: '– ' } .no { color: var(--soft) } .no b { font-weight: 600; color: var(--ink) }
.tree, .tree ul { list-style: none; margin: 0; padding-left: 1.2rem } .tree > li { margin: .3rem 0 } .tree ul { border-left: 1px solid var(--line) } .tree li > code { background: var(--box); border-radius: 4px; padding: .05rem .35rem }
`;

/** Marks the lines of the source and of all code that belong together. */
export const pageScript = `
const lines = new Map();
for (const span of document.querySelectorAll('pre span[data-line]')) {
  const line = span.dataset.line;
  if (!lines.has(line)) lines.set(line, []);
  lines.get(line).push(span);
}
let kept;
const mark = (line) => { for (const [n, spans] of lines) for (const span of spans) span.classList.toggle('on', n === line || n === kept); };
for (const [line, spans] of lines) for (const span of spans) {
  span.addEventListener('mouseenter', () => mark(line));
  span.addEventListener('mouseleave', () => mark(undefined));
  span.addEventListener('click', () => {
    kept = kept === line ? undefined : line;
    mark(kept);
    const isSource = span.parentElement.className === 'source';
    const other = spans.find((s) => (s.parentElement.className === 'source') !== isSource && s.offsetParent !== null);
    if (other && kept) other.scrollIntoView({ block: 'center', behavior: 'smooth' });
  });
}
`;
