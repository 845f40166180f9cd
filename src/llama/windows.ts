/** How a long text is cut for scoring. */

/** `words` go in; the scores at `from` up to `to` count, each for its entry of `targets`. `end`: words of the text used so far. */
export interface Window { readonly words: readonly number[]; readonly targets: readonly number[]; readonly from: number; readonly to: number; readonly end: number }

/**
 * Windows of `window` words that begin `stride` apart; what does not fill one is left out. In each every word is scored that no window before has scored and
 * that has a word before it: all but the first in the first window, in later ones the last `stride`, or all but the first where windows do not overlap. `bos` is a
 * word put before each window in place of its first, so that every other word of the window has one before it.
 */
export function windowsOf(tokens: readonly number[], { window, stride, bos }: { readonly window: number; readonly stride: number; readonly bos: number | undefined }): Window[] {
  const found: Window[] = [];
  const own = bos === undefined ? window : window - 1;
  let scored = 0;
  for (let start = 0; start + own <= tokens.length; start += bos === undefined ? stride : Math.min(stride, own)) {
    const piece = tokens.slice(start, start + own);
    const words = bos === undefined ? piece : [bos, ...piece];
    // The score at place t is for the word at t + 1; the last has none.
    const targets = [...words.slice(1), 0];
    const offset = bos === undefined ? start : start - 1;
    const first = Math.max(0, scored - offset - 1);
    found.push({ words, targets, from: first, to: words.length - 1, end: start + own });
    scored = start + own;
  }
  return found;
}
