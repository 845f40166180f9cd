// A checkout runs TypeScript as it is: in a new thread the loader has to be told so again.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
