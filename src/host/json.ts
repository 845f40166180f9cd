/** JSON for people and for diffs: what fits stands on one line, keys keep their order, LF. */
const WIDTH = 120;

export function jsonText(value: unknown): string {
  return `${layout(value, 0, 0)}\n`;
}

/** @param used columns that stand before the value on its line */
function layout(value: unknown, indent: number, used: number): string {
  const flat = oneLine(value);
  if (used + flat.length <= WIDTH || typeof value !== 'object' || value === null) return flat;
  const pad = ' '.repeat(indent + 2);
  const end = `\n${' '.repeat(indent)}`;
  if (Array.isArray(value)) return `[\n${value.map((item: unknown) => pad + layout(item, indent + 2, indent + 3)).join(',\n')}${end}]`;
  const fields = entries(value).map(([key, field]) => {
    const name = `${pad}${JSON.stringify(key)}: `;
    return name + layout(field, indent + 2, name.length + 1);
  });
  return `{\n${fields.join(',\n')}${end}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${oneLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** As JSON.stringify has it: fields that are undefined are left out. */
function entries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => field !== undefined);
}
