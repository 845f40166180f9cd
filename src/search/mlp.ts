/** A small network for Q-values: linear layers with ReLU between, squared error, Adadelta (Zeiler, 2012). Plain arrays; made for thousands of tiny steps. */
import type { Random } from './random.ts';

interface Layer { readonly rows: number; readonly columns: number; readonly weights: Float64Array; readonly bias: Float64Array }
interface Momentum { readonly squares: Float64Array; readonly updates: Float64Array }

const decay = 0.9, epsilon = 1e-6;

export class Mlp {
  private readonly layers: Layer[];
  private readonly momenta: { readonly weights: Momentum; readonly bias: Momentum }[];

  /** `widths`: inputs, hidden layers, outputs. Weights as PyTorch's linear layers begin: uniform within 1/√inputs. */
  constructor(private readonly widths: readonly number[], random: Random) {
    const uniform = (n: number, bound: number): Float64Array => Float64Array.from({ length: n }, () => (2 * random.next() - 1) * bound);
    this.layers = widths.slice(1).map((rows, i) => { const columns = widths[i]!, bound = 1 / Math.sqrt(columns); return { rows, columns, weights: uniform(rows * columns, bound), bias: uniform(rows, bound) }; });
    const momentum = (n: number): Momentum => ({ squares: new Float64Array(n), updates: new Float64Array(n) });
    this.momenta = this.layers.map((l) => ({ weights: momentum(l.weights.length), bias: momentum(l.bias.length) }));
  }

  copyFrom(other: Mlp): void {
    this.layers.forEach((l, i) => { l.weights.set(other.layers[i]!.weights); l.bias.set(other.layers[i]!.bias); });
  }

  /** Values of every layer, the input first. */
  private activations(input: Float64Array): Float64Array[] {
    const values = [input];
    this.layers.forEach((l, at) => {
      const x = values[at]!, y = new Float64Array(l.rows), lastLayer = at === this.layers.length - 1;
      for (let r = 0; r < l.rows; r++) {
        let sum = l.bias[r]!;
        for (let c = 0; c < l.columns; c++) sum += l.weights[r * l.columns + c]! * x[c]!;
        y[r] = lastLayer || sum > 0 ? sum : 0;
      }
      values.push(y);
    });
    return values;
  }
  forward(input: Float64Array): Float64Array { return this.activations(input).at(-1)!; }

  /** One step on the mean of (output[action] - target)² over the batch. Gives the mean before the step. */
  train(batch: readonly { readonly input: Float64Array; readonly action: number; readonly target: number }[], rate: number): number {
    const gradients = this.layers.map((l) => ({ weights: new Float64Array(l.weights.length), bias: new Float64Array(l.bias.length) }));
    let loss = 0;
    for (const { input, action, target } of batch) {
      const values = this.activations(input), error = values.at(-1)![action]! - target;
      loss += error * error;
      let delta = new Float64Array(this.widths.at(-1)!);
      delta[action] = (2 * error) / batch.length;
      for (let at = this.layers.length - 1; at >= 0; at--) {
        const l = this.layers[at]!, g = gradients[at]!, x = values[at]!, below = new Float64Array(l.columns);
        for (let r = 0; r < l.rows; r++) {
          const d = delta[r]!;
          if (d === 0) continue;
          g.bias[r] = g.bias[r]! + d;
          for (let c = 0; c < l.columns; c++) { const i = r * l.columns + c; g.weights[i] = g.weights[i]! + d * x[c]!; below[c] = below[c]! + d * l.weights[i]!; }
        }
        // The derivative of ReLU; the input layer has none to pass on.
        if (at > 0) for (let c = 0; c < l.columns; c++) if (x[c]! <= 0) below[c] = 0;
        delta = below;
      }
    }
    this.layers.forEach((l, i) => { adadelta(l.weights, gradients[i]!.weights, this.momenta[i]!.weights, rate); adadelta(l.bias, gradients[i]!.bias, this.momenta[i]!.bias, rate); });
    return loss / batch.length;
  }
}

function adadelta(values: Float64Array, gradient: Float64Array, m: Momentum, rate: number): void {
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    const squares = decay * m.squares[i]! + (1 - decay) * g * g;
    const step = (Math.sqrt(m.updates[i]! + epsilon) / Math.sqrt(squares + epsilon)) * g;
    m.squares[i] = squares;
    m.updates[i] = decay * m.updates[i]! + (1 - decay) * step * step;
    values[i] = values[i]! - rate * step;
  }
}
