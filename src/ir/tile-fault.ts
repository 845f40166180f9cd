/** What both interpreters and the protocol of pipes report when a kernel does what no kernel may do. */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { Span } from '../diagnostics/span.ts';

export type FaultRule =
  | 'bounds' | 'deadlock' | 'layout' | 'missing' | 'owner' | 'pipe' | 'pending' | 'race' | 'replicas' | 'vector';

/** A kernel broke a rule while it ran. A fault of an earlier pass, hence a compiler bug. */
export class TileFault extends CompilerBug {
  readonly rule: FaultRule;
  readonly span: Span | undefined;
  /** The message without rule and place. */
  readonly reason: string;
  constructor(rule: FaultRule, message: string, span?: Span) {
    super(`${rule}: ${message}${span ? ` (${span.file}:${span.start})` : ''}`);
    this.rule = rule;
    this.span = span;
    this.reason = message;
  }
}
