/** The explorers by name. */
import type { Explorer } from './explorer.ts';
import { heuristic } from './heuristic.ts';
import { qLearning } from './q-learning.ts';
import { evolutionary, exhaustive, gridSearch, randomSearch } from './simple.ts';

export const explorers = { random: randomSearch, exhaustive, grid: gridSearch, heuristic, 'q-learning': qLearning, evolutionary } as const satisfies Record<string, Explorer>;
export type ExplorerName = keyof typeof explorers;
export const explorerNames = Object.keys(explorers) as ExplorerName[];
