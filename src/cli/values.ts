/** Typed access to option values. */
import type { OptionValues } from './commands.ts';

export function flag(values: OptionValues, name: string): boolean {
  return values[name] === true;
}

export function text(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function list(values: OptionValues, name: string): readonly string[] {
  const value = values[name];
  return typeof value === 'string' ? [value] : typeof value === 'object' ? value : [];
}
