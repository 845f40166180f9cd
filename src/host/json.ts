/** JSON for people and for diffs: what fits stands on one line, keys keep their order, LF. */
export function jsonText(value: unknown, width = 120): string {
  return `${new Layout(width).text(value, 0, 0)}\n`;
}

class Layout {
  readonly #width: number;
  /** Every level of a tree asks for the one-line text of those below. */
  readonly #flat = new Map<object, string>();

  constructor(width: number) {
    this.#width = width;
  }

  /** @param used columns that stand before the value on its line */
  text(value: unknown, indent: number, used: number): string {
    const flat = this.#oneLine(value);
    if (used + flat.length <= this.#width || typeof value !== 'object' || value === null) return flat;
    const pad = ' '.repeat(indent + 2);
    const end = `\n${' '.repeat(indent)}`;
    if (Array.isArray(value)) return `[\n${value.map((item: unknown) => pad + this.text(item, indent + 2, indent + 3)).join(',\n')}${end}]`;
    const fields = entries(value).map(([key, field]) => {
      const name = `${pad}${JSON.stringify(key)}: `;
      return name + this.text(field, indent + 2, name.length + 1);
    });
    return `{\n${fields.join(',\n')}${end}}`;
  }

  #oneLine(value: unknown): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const known = this.#flat.get(value);
    if (known !== undefined) return known;
    const parts = Array.isArray(value) ? value.map((item: unknown) => this.#oneLine(item)) : entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${this.#oneLine(field)}`);
    const flat = Array.isArray(value) ? `[${parts.join(', ')}]` : parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
    this.#flat.set(value, flat);
    return flat;
  }
}

/** As JSON.stringify has it: fields that are undefined are left out. */
function entries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => field !== undefined);
}
