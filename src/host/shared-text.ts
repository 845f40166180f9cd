/** Text in which what repeats gets a name: a tree of pieces, of which those that occur several times become constants of their own. */

/** A piece of text. `type`: of the constant that it may become; without it always stands where it is used. */
export interface Piece { readonly parts: readonly (string | Piece)[]; readonly text: string; readonly type: string | undefined }

export interface Constant { readonly name: string; readonly type: string; readonly text: string }

/** Shorter texts are easier to read where they are used. */
const LEAST = 24;

/** Pieces by their text, so that equal ones are one. */
export class Pieces {
  readonly #known = new Map<string, Piece>();

  make(parts: readonly (string | Piece)[], type?: string): Piece {
    const text = parts.map((p) => (typeof p === 'string' ? p : p.text)).join('');
    const key = `${type ?? ''} ${text}`;
    const piece = this.#known.get(key) ?? { parts, text, type };
    this.#known.set(key, piece);
    return piece;
  }
}

/**
 * The text of a piece, and the constants that it needs, in an order in which they can be declared.
 * @param nameOf a name for the n-th constant
 */
export function withConstants(root: Piece, nameOf: (n: number) => string): { readonly constants: readonly Constant[]; readonly text: string } {
  const uses = new Map<Piece, number>();
  const count = (piece: Piece): void => {
    for (const part of piece.parts) {
      if (typeof part === 'string') continue;
      const before = uses.get(part) ?? 0;
      uses.set(part, before + 1);
      if (before === 0) count(part);
    }
  };
  count(root);
  const constants: Constant[] = [];
  const rendered = new Map<Piece, string>();
  const render = (piece: Piece): string => {
    const known = rendered.get(piece);
    if (known !== undefined) return known;
    let text = piece.parts.map((p) => (typeof p === 'string' ? p : render(p))).join('');
    if (piece.type !== undefined && (uses.get(piece) ?? 0) > 1 && piece.text.length >= LEAST) {
      const name = nameOf(constants.length);
      constants.push({ name, type: piece.type, text });
      text = name;
    }
    rendered.set(piece, text);
    return text;
  };
  const text = render(root);
  return { constants, text };
}
