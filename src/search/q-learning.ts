/**
 * The heuristic with deep Q-learning, as HASCO describes it (and its release never calls): an agent for each sub-space learns which way to move from a
 * start point. Start points come from annealing as in `heuristic`; at each, every agent takes one move, chosen ε-greedily by its network.
 *
 *   state: the encoding of the whole point.  actions: one step down or up the sub-space.
 *   reward: tanh(max(0, l_before - l_after) / l_before), so that it does not saturate on latencies of millions of cycles.
 *   networks: four linear layers of width 64 with ReLU, a target network, discount 0.9, Adadelta at 0.02, mini-batches of 32 out of at most 1000 samples
 *   ε = max(0.8·exp(-0.01·round), 0.1); trained five times in a search, 20 mini-batches each, then the target takes the network's weights.
 */
import { type Explorer, type Sample, Trials } from './explorer.ts';
import { startPoint, warmUp } from './heuristic.ts';
import { Mlp } from './mlp.ts';
import type { Random } from './random.ts';
import { freshPoint } from './simple.ts';
import { encode, moved, type SearchSpace } from './space.ts';

export const learning = { width: 64, discount: 0.9, rate: 0.02, batch: 32, memory: 1000, minibatches: 20, trainings: 5, starts: 4 } as const;
const moves = [-1, 1] as const;

interface Transition { readonly state: Float64Array; readonly action: number; readonly reward: number; readonly next: Float64Array }

class Agent {
  readonly network: Mlp;
  readonly target: Mlp;
  readonly memory: Transition[] = [];

  constructor(readonly part: number, inputs: number, random: Random) {
    const widths = [inputs, learning.width, learning.width, learning.width, moves.length];
    this.network = new Mlp(widths, random);
    this.target = new Mlp(widths, random);
    this.target.copyFrom(this.network);
  }

  /** Among the actions that lead somewhere new. */
  choose(state: Float64Array, open: readonly number[], epsilon: number, random: Random): number {
    if (random.next() < epsilon) return random.pick(open);
    const q = this.network.forward(state);
    return open.reduce((a, b) => (q[b]! > q[a]! ? b : a));
  }

  remember(t: Transition): void {
    this.memory.push(t);
    if (this.memory.length > learning.memory) this.memory.shift();
  }

  train(random: Random): void {
    if (this.memory.length === 0) return;
    for (let i = 0; i < learning.minibatches; i++) {
      this.network.train(Array.from({ length: learning.batch }, () => {
        const t = random.pick(this.memory);
        return { input: t.state, action: t.action, target: t.reward + learning.discount * Math.max(...this.target.forward(t.next)) };
      }), learning.rate);
    }
    this.target.copyFrom(this.network);
  }
}

export const qLearning: Explorer = (space, objective, options) => {
  const { random } = options, trials = new Trials(objective, options), retired = new Set<Sample>();
  const agents = space.parts.flatMap((p, i) => (p.encoding.length > 1 ? [new Agent(i, space.parts.length, random)] : []));
  warmUp(space, trials, options);
  // Trained as often as the release means to, whatever the number of trials.
  const every = Math.max(1, Math.ceil((options.trials - trials.trace.length) / learning.trainings));
  let trained = trials.trace.length;
  for (let round = 0; !trials.done; round++) {
    const epsilon = Math.max(0.8 * Math.exp(-0.01 * round), 0.1), before = trials.trace.length;
    const starts = new Set(Array.from({ length: learning.starts }, () => startPoint(trials, retired, random)).filter((s) => s !== undefined));
    for (const start of starts) if (!step(space, trials, agents, start, epsilon, random)) retired.add(start);
    if (trials.trace.length - trained >= every) {
      for (const a of agents) a.train(random);
      trained = trials.trace.length;
    }
    if (trials.trace.length > before) continue;
    // Every start is exhausted: on from somewhere new.
    const fresh = freshPoint(space, trials, random);
    if (fresh === undefined) break;
    trials.evaluate(fresh);
  }
  return trials.result();
};

/** One move of each agent from the start; false where none leads to a new point. */
function step(space: SearchSpace, trials: Trials, agents: readonly Agent[], start: Sample, epsilon: number, random: Random): boolean {
  const state = encode(space, start.point);
  let any = false;
  for (const agent of agents) {
    const options = moves.map((by) => moved(space, start.point, agent.part, by));
    const open = options.flatMap((p, a) => (p !== undefined && !trials.has(p) ? [a] : []));
    if (open.length === 0) continue;
    const action = agent.choose(state, open, epsilon, random), to = options[action]!;
    const sample = trials.evaluate(to);
    if (sample === undefined) return true;
    any = true;
    const gain = sample.value < Infinity ? Math.max(0, start.value - sample.value) / start.value : 0;
    agent.remember({ state, action, reward: Math.tanh(gain), next: encode(space, to) });
  }
  return any;
}
