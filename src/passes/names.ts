/** Fresh names that stay the same as long as the source does: a counter per hint, never a global one. */
export class Names {
  private readonly taken: Set<string>;
  constructor(taken: Iterable<string>) { this.taken = new Set(taken); }

  /** `hint`, or `hint2`, `hint3` … */
  tensor(hint: string): string { return this.fresh(hint, ''); }
  /** Axis ids carry a dot so that they never meet a user's name. */
  axis(hint: string): string { return this.fresh(`${hint}.`, ''); }

  private fresh(hint: string, separator: string): string {
    let name = hint;
    for (let n = 2; this.taken.has(name); n++) name = `${hint}${separator}${n}`;
    this.taken.add(name);
    return name;
  }
}
