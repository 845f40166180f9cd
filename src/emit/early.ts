/**
 * Launches that begin before the one ahead of them has ended (programmatic dependent launch). Each lets the next one begin at once, and waits before it touches memory of the device.
 * As each waits for the end of the one before it, which has waited in turn, what waits for the last of a chain finds all of them ended.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { CodeKernel, Stmt } from '../ir/code.ts';
import { eachPart, visitExpr } from '../ir/code-walk.ts';
import type { Context } from './context.ts';

/** First of all: whatever follows may take the room that is left. */
export function releaseNext(context: Context): void {
  if (context.kernel.early === true) context.put({ kind: 'call', wrapper: 'launch_release', constants: [], args: [] });
}

/** Each thread that works waits for itself. */
export function awaitPrevious(context: Context): void {
  if (context.kernel.early === true) context.put({ kind: 'call', wrapper: 'launch_wait', constants: [], args: [] });
}

/** @throws CompilerBug where a thread touches memory of the device, or ends, before it has waited */
export function checkEarly({ name, body, memories }: CodeKernel): void {
  const global = new Set(memories.filter((m) => m.space === 'global').map((m) => m.name));
  const fail = (): never => { throw new CompilerBug(`${name} begins early and does not wait before it touches memory`); };
  const touches = (s: Stmt): boolean => {
    let found = (s.kind === 'store' || s.kind === 'loadVector' || s.kind === 'storeVector') && global.has(s.memory);
    if (s.kind === 'call') found ||= s.wrapper.startsWith('tma_') || s.args.some((a) => a.kind === 'memory' && global.has(a.memory));
    // Statements inside are looked at in their turn.
    eachPart(s, (e) => visitExpr(e, (x) => { found ||= x.kind === 'load' && global.has(x.memory); }), () => undefined);
    return found;
  };
  /** Whether the threads have waited where the list ends. */
  const walk = (list: readonly Stmt[], before: boolean): boolean => list.reduce((waited, s) => {
    if (!waited && (s.kind === 'leave' || touches(s))) fail();
    if (s.kind === 'call' && s.wrapper === 'launch_wait') return true;
    if (s.kind === 'for') walk(s.body, waited);
    // Each role waits for itself; of a role where one thread works the others have nothing to do.
    return s.kind === 'if' ? [walk(s.then, waited), walk(s.else, waited)].every((x) => x) : waited;
  }, before);
  walk(body, false);
}
