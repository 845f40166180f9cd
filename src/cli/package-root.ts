import { fileURLToPath } from 'node:url';
import { isBundled } from './bundled.ts';

/** The package's folder: above `dist/` for the bundle, above `src/cli/` in a checkout. */
export function packageRoot(): string {
  return fileURLToPath(new URL(isBundled() ? '../' : '../../', import.meta.url));
}
