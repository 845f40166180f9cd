/** Who may use a GPU: several at once, or one alone; in the order of asking. */
export type Mode = 'shared' | 'alone';

export class Turns {
  #inside = 0;
  #isAlone = false;
  readonly #queue: { readonly mode: Mode; readonly grant: () => void }[] = [];

  /** Calls `grant` when it is the asker's turn. The result ends the turn, or takes the asker out of the queue; it may be called again. */
  enter(mode: Mode, grant: () => void): () => void {
    let state: 'waiting' | 'inside' | 'gone' = 'waiting';
    const entry = { mode, grant: () => { state = 'inside'; grant(); } };
    this.#queue.push(entry);
    this.#advance();
    return () => {
      if (state === 'waiting') this.#queue.splice(this.#queue.indexOf(entry), 1);
      else if (state === 'inside') { this.#inside--; this.#isAlone = false; }
      state = 'gone';
      this.#advance();
    };
  }

  #advance(): void {
    for (let next = this.#queue[0]; next !== undefined && !this.#isAlone && (next.mode === 'shared' || this.#inside === 0); next = this.#queue[0]) {
      this.#queue.shift();
      this.#inside++;
      this.#isAlone = next.mode === 'alone';
      next.grant();
    }
  }
}
