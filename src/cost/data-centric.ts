/**
 * Latency of a data-centric mapping, as MAESTRO's engine counts it (7723091f, CostAnalysisEngine and IterationAnalysis), recursively over cluster levels:
 *
 *   lat(level, dims) = Σ over combinations of per-dimension states (first / steady / edge), n times each, of
 *                        comp + d(in)                where every dimension is in its first state (the pipeline fills)
 *                        max(comp, d(in), d(out))    otherwise (double buffering)
 *   comp = the longest lat(level + 1, sub-dims); at the last level ceil(partial sums of one element / lanes)
 *   d(V) = hops·hop latency + ceil(V / bandwidth) - 1
 *
 * in: input elements that enter, over the union of active sub-clusters, less what stays from the step before: a tensor that varies along nothing that
 * changed brings nothing, one that slides along the dimension that moved brings the part that is new. out: results that leave because their tile changes.
 * Only the first spatial map of a level decides how many sub-clusters are active. What MAESTRO leaves to its reuse tables is read as the line above says.
 */

export interface Directive { readonly spatial: boolean; readonly dim: number; readonly size: number; readonly offset: number }
/** `clusters`: sub-clusters that the level's spatial maps spread over. Directives from the outside in. */
export interface Level { readonly directives: readonly Directive[]; readonly clusters: number }
/** Dimensions of a tensor, each a sum of steps along dims. */
export type Access = readonly { readonly dims: readonly number[]; readonly steps: readonly number[] }[];

export interface Mapping {
  readonly extents: readonly number[];
  readonly levels: readonly Level[];
  readonly inputs: readonly Access[];
  readonly output: Access;
  readonly bandwidth: number;
  /** hops · hop latency. */
  readonly head: number;
  readonly lanes: number;
}

interface State { readonly times: number; readonly first: boolean; /** Elements of one sub-cluster. */ readonly tile: number; /** Elements of all active ones together. */ readonly cover: number; readonly active: number }

export interface Count { readonly cycles: number; /** Elements that entered and left the level. */ readonly traffic: number }

const delay = (m: Mapping, volume: number): number => m.head + Math.ceil(volume / m.bandwidth) - 1;

/** The states a directive goes through over a dimension of `extent`. */
export function statesOf(d: Directive, extent: number, clusters: number): State[] {
  if (d.spatial) {
    const covered = d.size + d.offset * (clusters - 1), stride = d.offset * clusters;
    const active = (left: number): number => Math.min(clusters, Math.max(1, Math.ceil((left - d.size) / d.offset) + 1));
    const states: State[] = [{ times: 1, first: true, tile: Math.min(d.size, extent), cover: Math.min(covered, extent), active: active(extent) }];
    if (extent <= covered) return states;
    const steady = Math.max(0, Math.floor((Math.floor((extent - d.size) / d.offset) + 1) / clusters) - 1);
    if (steady > 0) states.push({ times: steady, first: false, tile: d.size, cover: covered, active: clusters });
    const left = extent - (steady + 1) * stride;
    if (left > covered - stride && left > 0) states.push({ times: 1, first: false, tile: Math.min(d.size, left), cover: left, active: active(left) });
    return states;
  }
  const states: State[] = [{ times: 1, first: true, tile: Math.min(d.size, extent), cover: Math.min(d.size, extent), active: 1 }];
  if (extent <= d.size) return states;
  const steady = Math.floor((extent - d.size) / d.offset);
  if (steady > 0) states.push({ times: steady, first: false, tile: d.size, cover: d.size, active: 1 });
  const left = extent - (steady + 1) * d.offset;
  if (steady * d.offset + d.size < extent) states.push({ times: 1, first: false, tile: left, cover: left, active: 1 });
  return states;
}

/** Tiles that levels below have seen, with what they cost. */
interface Seen { readonly extents: readonly number[]; readonly count: Count }

export function analyse(m: Mapping): Count {
  return level(m, 0, m.extents, m.levels.map(() => []));
}

/** States outside the one that moved matter by their tiles alone, so those alike are counted together. */
function alike(states: readonly State[]): State[] {
  const groups: State[] = [];
  for (const s of states) {
    const at = groups.findIndex((g) => g.tile === s.tile && g.cover === s.cover);
    if (at < 0) groups.push(s);
    else groups[at] = { ...s, times: groups[at]!.times + s.times };
  }
  return groups;
}

function level(m: Mapping, at: number, extents: readonly number[], memo: readonly Seen[][]): Count {
  for (const seen of memo[at]!) if (sameNumbers(seen.extents, extents)) return seen.count;
  const count = new LevelCount(m, at, extents, memo).run();
  memo[at]!.push({ extents: [...extents], count });
  return count;
}

/** One level over dims of given extents. A class of methods, since functions made anew for each of millions of evaluations would cost more than their work. */
class LevelCount {
  private readonly directives: readonly Directive[];
  private readonly states: readonly State[][];
  private readonly outside: readonly State[][];
  private readonly tile: number[];
  private readonly cover: number[];
  private cycles = 0;
  private traffic = 0;

  constructor(private readonly m: Mapping, private readonly at: number, extents: readonly number[], private readonly memo: readonly Seen[][]) {
    const { directives, clusters } = m.levels[at]!;
    this.directives = directives;
    this.states = directives.map((d) => statesOf(d, extents[d.dim]!, clusters));
    this.outside = this.states.map(alike);
    this.tile = [...extents];
    this.cover = [...extents];
  }

  run(): Count {
    const { states, directives } = this;
    for (let i = 0; i < directives.length; i++) this.set(i, states[i]![0]!);
    this.count(1, -1);
    // `moved`: the innermost directive that is past its first state; what is inside it stands at its first.
    for (let moved = 0; moved < directives.length; moved++) {
      if (states[moved]!.length === 1) continue;
      for (let i = moved + 1; i < directives.length; i++) this.set(i, states[i]![0]!);
      this.around(0, moved, 1);
    }
    return { cycles: this.cycles, traffic: this.traffic };
  }

  private set(i: number, s: State): void {
    const { dim } = this.directives[i]!;
    this.tile[dim] = s.tile;
    this.cover[dim] = s.cover;
  }

  private around(i: number, moved: number, times: number): void {
    if (i < moved) {
      for (const s of this.outside[i]!) { this.set(i, s); this.around(i + 1, moved, times * s.times); }
      return;
    }
    const own = this.states[moved]!;
    for (let k = 1; k < own.length; k++) { const s = own[k]!; this.set(moved, s); this.count(times * s.times, moved); }
  }

  private count(times: number, moved: number): void {
    const { m, tile } = this;
    let comp = 1;
    if (this.at === m.levels.length - 1) { for (let d = 0; d < tile.length; d++) comp *= tile[d]!; comp = Math.ceil(comp / m.lanes); } else comp = level(m, this.at + 1, tile, this.memo).cycles;
    let enters = 0;
    for (const a of m.inputs) enters += this.entering(a, moved);
    const leaves = moved < 0 || this.entering(m.output, moved) === 0 ? 0 : this.volume(m.output, -1);
    const fill = delay(m, enters);
    this.cycles += times * (moved < 0 ? comp + fill : Math.max(comp, fill, delay(m, leaves)));
    this.traffic += times * (enters + leaves);
  }

  /** Directive `moved` went one step on; everything inside it began again. */
  private entering(a: Access, moved: number): number {
    if (moved < 0) return this.volume(a, -1);
    const { directives, states } = this;
    for (let i = moved + 1; i < directives.length; i++) if (states[i]!.length > 1 && uses(a, directives[i]!.dim)) return this.volume(a, -1);
    return uses(a, directives[moved]!.dim) ? this.volume(a, moved) : 0;
  }

  /** A step along a dimension brings what lies beyond the end of the step before: cover - (size - offset). */
  private volume(a: Access, moved: number): number {
    const { cover } = this, by = moved < 0 ? undefined : this.directives[moved];
    let v = 1;
    for (const dim of a) {
      let extent = 1, slides = 0;
      for (let k = 0; k < dim.dims.length; k++) {
        const d = dim.dims[k]!, step = dim.steps[k]!;
        extent += step * (cover[d]! - 1);
        if (by !== undefined && by.dim === d) slides = step * Math.max(0, cover[d]! - (by.size - by.offset));
      }
      v *= slides > 0 ? Math.min(extent, slides) : extent;
    }
    return v;
  }
}

function uses(a: Access, d: number): boolean {
  for (const dim of a) for (const x of dim.dims) if (x === d) return true;
  return false;
}
function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
