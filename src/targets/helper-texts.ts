/** Functions that emitted texts bring along, each with what it needs before it. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { parseSwizzle } from '../emit/printer.ts';

export interface Helper { readonly text: string; readonly needs: readonly string[] }
export const helper = (text: string, needs: readonly string[] = []): Helper => ({ text: text.trim(), needs });
/** A place of a swizzled stage, as its name tells it: pieces of `unit` elements change places. */
export type Swizzle = NonNullable<ReturnType<typeof parseSwizzle>>;

/**
 * Texts of the named functions and of all that they need, each once.
 * @param language whose they are, for the bug that an unknown name is
 */
export function helperTexts(names: Iterable<string>, helpers: Readonly<Record<string, Helper>>, swizzled: (name: string, swizzle: Swizzle) => string, language: string): string[] {
  const found = new Map<string, string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const swizzle = parseSwizzle(name);
    if (swizzle !== undefined) {
      found.set(name, swizzled(name, swizzle));
      return;
    }
    const h = helpers[name];
    if (h === undefined) throw new CompilerBug(`there is no ${language} helper ${name}`);
    h.needs.forEach(visit);
    found.set(name, h.text);
  };
  for (const name of names) visit(name);
  return [...found.values()];
}
