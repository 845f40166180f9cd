/** Puts a schedule block into a source: in the place of the block that it has for the kernel and target, else at the end. */
import type { File, Schedule } from '../../grammar/ast.ts';
import { allTargetNames, findTarget } from '../targets/targets.ts';

const written = (name: string): string => { const [family, variant] = name.split(':'); return variant === undefined ? name : `${family}(${variant})`; };
const namesOf = (s: Schedule): string[] => {
  const { name, variant } = s.target, exact = variant === undefined ? name.name : `${name.name}:${variant.name}`;
  const found = allTargetNames.filter((t) => t === exact || (variant === undefined && findTarget(t)?.family === name.name));
  // An accelerator goes by its own name.
  return found.length > 0 ? found : [exact];
};

export function withBlock(text: string, file: File, kernel: string, target: string, block: string): string {
  const old = file.declarations.find((d): d is Schedule => d.kind === 'schedule' && d.kernel.name === kernel && namesOf(d).includes(target));
  if (old === undefined) return `${text.trimEnd()}\n\n${block}\n`;
  // A block for all targets of a family goes on holding for the others.
  const body = text.slice(old.target.span.end, old.span.end);
  const others = namesOf(old).filter((t) => t !== target).map((t) => `${text.slice(old.span.start, old.target.span.start)}${written(t)}${body}`);
  return `${text.slice(0, old.span.start)}${[block, ...others].join('\n\n')}${text.slice(old.span.end)}`;
}
