/**
 * Products of tiles: operands brought to where the intrinsic reads them, the ring that keeps copies ahead of their use, and the multiply itself.
 *
 * An operand is staged in the innermost loop that it varies along (its home), before all loops when there is none. One that is a plain piece of memory in
 * the intrinsic's type is copied asynchronously; any other expression is computed into shared memory. One made of accumulators stays in registers
 * when its layout is the fragment the intrinsic wants, and goes through shared memory otherwise.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { bitsOf, type DType } from '../ir/dtype.ts';
import { add, type IndexExpr, isConst, mod, mul, num, sub, variable } from '../ir/index-expr.ts';
import type { Layout } from '../ir/layout.ts';
import { blocked } from '../ir/layout-build.ts';
import { registerTable } from '../ir/layout-query.ts';
import type { LoopGroup, Nest, Part } from '../ir/nest.ts';
import type { LaunchPlan, MatrixPlan } from '../ir/plan.ts';
import { fewColumns, roomBetweenPanels } from '../ir/stages.ts';
import type { Op, Operand, TileExpr, View } from '../ir/tile.ts';
import type { Axis, Expr } from '../ir/tst.ts';
import { conjuncts, contains, exprKey, freeAxes } from '../ir/tst-walk.ts';
import { isRounding } from '../passes/algebra.ts';
import { directRead, plainRead } from '../partition/operand-read.ts';
import { contractionOf, factorsOf } from '../partition/product.ts';
import { type AtStep, boxSteps } from './box-steps.ts';
import type { Builder } from './builder.ts';
import { copyBox } from './copy-box.ts';
import { turnedLayouts } from './fill-layout.ts';
import { conjunction } from './groups.ts';
import { holdFragments, loadHeld, policyOf } from './held.ts';
import { fragmentOf, loadFragments } from './load-fragments.ts';
import { contiguousAxis, homeOf, isDirect, isHeld, isHeldBy, isStaged, joined, masked, operandName, paddedBy, partNames, powerOfTwoIn, type Product, sharedVector, type Source, stageDims, type Staged } from './operands.ts';
import type { LayoutPolicy, Space } from './space.ts';
import { scaleBuffer, scaleCopy, scalesBefore, scalesOf, withScales } from './stage-scales.ts';
import type { Values } from './values.ts';

export class Products {
  private readonly products = new Map<string, Product>();
  /** Operands by the loop that brings them in; '' before all loops. */
  private readonly homes = new Map<LoopGroup | '', Staged[]>();
  private pipeCount = 0;

  constructor(private readonly b: Builder, private readonly space: Space, private readonly values: Values, private readonly plan: LaunchPlan, nest: Nest) {
    const isCovered = (axis: Axis): boolean => space.isCovered(axis);
    if (plan.kind === 'matrix') for (const g of [...nest.groups, ...nest.serialGroups]) this.collect(g, [], plan, partNames(nest), isCovered);
  }

  isProduct(p: Part): boolean { return this.products.has(p.name); }
  /** The type that the intrinsic of a product keeps sums in; f32 and i32 sums lie in whole registers. */
  sumType(p: Part): DType | undefined { const d = this.products.get(p.name)?.intrinsic.d.dtype; return d === 'f16' ? d : undefined; }

  private collect(g: LoopGroup, outer: readonly LoopGroup[], plan: MatrixPlan, parts: ReadonlySet<string>, isCovered: (axis: Axis) => boolean): void {
    const loops = [...outer, g];
    for (const p of g.parts) {
      const intrinsic = plan.products.get(p.name);
      if (intrinsic === undefined) continue;
      // The plan says which axes are rows and columns; others that would do as well are not asked.
      const c = contractionOf({ ...p, kept: p.kept.filter((id) => plan.roles.has(id)) }, g.axes.map((a) => a.id), plan.roles, () => false);
      const over = [...g.axes].sort((x, y) => (plan.tiles.get(y.id) ?? 1) - (plan.tiles.get(x.id) ?? 1))[0];
      if (c === undefined || over === undefined) throw new CompilerBug(`lower: ${p.name} is no product`);
      const { a, b } = masked(c, p, parts);
      const side = (e: Expr, rows: string, type: DType): Source => {
        if (contains(e, (x) => x.kind === 'read' && parts.has(x.tensor))) return e;
        const direct = plan.direct === true ? directRead(e) : undefined;
        // So few rows stay in the nearest cache.
        if (direct !== undefined && plan.boxes !== true && (plan.stages === 1 || plan.tiles.get(rows)! <= fewColumns)) return { direct };
        const fma = intrinsic.m * intrinsic.n === 1;
        const staged: Staged = { name: operandName(e), expr: direct ?? e, rows, over: over.id, dtype: direct === undefined ? type : this.b.buffer(direct.tensor).dtype, fma, alongSum: intrinsic.shared?.bMajor.length === 1, buffer: undefined, stage: num(0) };
        if (isHeldBy(e, plan)) return { held: staged };
        const home = homeOf(e, loops, isCovered), others = this.homes.get(home) ?? [];
        // What two products of the loop have in common is brought in once.
        const same = others.find((s) => s.rows === rows && s.over === staged.over && s.dtype === staged.dtype && s.fma === fma && exprKey(s.expr) === exprKey(staged.expr));
        this.homes.set(home, same === undefined ? [...others, staged] : others);
        return same ?? staged;
      };
      this.products.set(p.name, { part: p, intrinsic, over, m: c.m, n: c.n, a: side(a, c.m, intrinsic.a.dtype), b: side(b, c.n, intrinsic.b.dtype) });
    }
    for (const inner of g.inner) this.collect(inner, loops, plan, parts, isCovered);
  }

  /** Stages what no loop changes, around everything that uses it. */
  hoisted(body: () => void): void {
    const staged = this.homes.get('') ?? [];
    if (staged.length > 0 && this.isSpecialized) { this.rolesOnce(staged, body); return; }
    const pipe = staged.length > 0 ? this.stageOnce(staged, false) : undefined;
    body();
    if (pipe !== undefined) { this.finishProducts(); this.b.emit({ kind: 'release', pipe }); }
  }
  /** Where threads that multiply bring the operands themselves, the products of a step end with it. */
  private finishProducts(): void { if ([...this.products.values()].some((p) => p.intrinsic.shared !== undefined)) this.b.emit({ kind: 'mmaWait', pending: 0 }); }

  /** The loop over one axis of a group, with the operands that it brings in. `step` is the loop index that `inner` binds the axis by, where it is not told another number of a step. */
  loop(g: LoopGroup, step: string, count: IndexExpr, inner: AtStep, bindAxis: AtStep, axis: string): void {
    const staged = this.homes.get(g) ?? [];
    if (staged.length === 0) { this.straight(g, step, count, inner, bindAxis); return; }
    const stages = this.plan.kind === 'matrix' ? this.plan.stages : 1;
    if (this.isSpecialized) { this.roles(g, staged, step, count, stages, inner, bindAxis); return; }
    if (stages > 1 && this.ring(g, staged, axis, step, count, stages, inner, bindAxis)) return;
    this.b.loop(step, count, () => {
      bindAxis();
      const pipe = this.stageOnce(staged, true);
      inner();
      this.finishProducts();
      this.b.emit({ kind: 'release', pipe });
    });
  }

  /** The loop where operands come from memory to registers. */
  private straight(g: LoopGroup, step: string, count: IndexExpr, inner: () => void, bind: () => void): void {
    const { plan } = this;
    if (plan.kind !== 'matrix' || plan.direct !== true) { this.b.loop(step, count, () => inner(), (isConst(count) ?? Infinity) <= 16); return; }
    const pipe = `ring${this.pipeCount++}`, scales = plan.scalesBefore === true ? scalesBefore(scalesOf(g, plan, this.space, this.values.parts), { step, count, bind, pipe }, plan.threads, this.b, this.values) : [];
    withScales(scales, variable(step), this.b, this.space, this.values, () => this.b.loop(step, count, () => { inner(); if (scales.length > 0) this.b.emit({ kind: 'release', pipe }); }, scales.length > 0 ? 2 * turnsTogether : turnsTogether));
  }

  /** One stage, filled and used in turn. */
  private stageOnce(staged: readonly Staged[], again: boolean): string {
    const pipe = `ring${this.pipeCount++}`;
    for (const s of staged) this.allocate(s, 1);
    this.b.pipes.push({ id: pipe, stages: 1, buffers: staged.map((s) => s.buffer!.id) });
    if (again) this.b.emit({ kind: 'barrier' });
    this.b.emit({ kind: 'acquire', pipe });
    this.values.scoped(() => { for (const s of staged) this.fill(s, num(0)); });
    this.b.emit({ kind: 'commit', pipe });
    this.b.emit({ kind: 'wait', pipe, ahead: 0 });
    this.b.emit({ kind: 'barrier' });
    return pipe;
  }

  /** What each copying role does, where copies and products have roles of their own. */
  readonly loads: Op[][] = [];
  private get isDirect(): boolean { return this.plan.kind === 'matrix' && this.plan.direct === true; }
  private get isBoxed(): boolean { return this.plan.kind === 'matrix' && this.plan.boxes === true; }
  private get isSpecialized(): boolean { return this.isBoxed || (this.plan.kind === 'matrix' && this.plan.specialize !== undefined); }

  /** One role copies boxes, as far ahead as the ring is deep; the other multiplies, and gives a stage back once the products that read it are done. */
  private roles(g: LoopGroup, staged: readonly Staged[], step: string, count: IndexExpr, stages: number, inner: AtStep, bindAxis: AtStep): void {
    if (this.isBoxed) { this.boxes(g, staged, { step, count, inner, bind: bindAxis }); return; }
    const stage = mod(variable(step), num(stages));
    const isPast = sub(variable(step), num(1));
    const pipes = this.copying(staged, stages, (copy) => this.b.loop(step, count, () => { bindAxis(); copy(stage); }));
    const release = (): void => { for (const p of pipes) this.b.emit({ kind: 'release', pipe: p }); }, isHolding = [...this.products.values()].some((p) => isHeld(p.a));
    // The products of the step before are done.
    const finish = (pending: number): void => { this.b.emit({ kind: 'mmaWait', pending }); this.b.when([isPast], release); };
    this.b.loop(step, count, () => {
      // Registers that products read are written again when these are done; what goes into them is on its way by then.
      if (isHolding) { bindAxis(); loadHeld(this.products.values(), this.b, this.space, this.values); finish(0); }
      for (const p of pipes) this.b.emit({ kind: 'wait', pipe: p, ahead: 0 });
      for (const s of staged) s.stage = stage;
      inner();
      if (!isHolding) finish(this.products.size);
    });
    this.b.emit({ kind: 'mmaWait', pending: 0 });
    this.b.when([sub(count, num(1))], release);
  }

  /** The same where products read registers. */
  private boxes(g: LoopGroup, staged: readonly Staged[], loop: { readonly step: string; readonly count: IndexExpr; readonly inner: AtStep; readonly bind: AtStep }): void {
    const { plan } = this;
    if (plan.kind !== 'matrix') throw new CompilerBug('lower: boxes without a matrix plan');
    const copy = (own: readonly Staged[], stage: IndexExpr): void => { for (const s of own) { this.allocate(s, plan.stages); copyBox(s, stage, this.ends(s), this.copyLayout(s, 1, this.stageAxes(s)), plan, this.b, this.values); } };
    (this.loads[0] ??= []).push(...boxSteps(staged, { ...loop, pipe: `ring${this.pipeCount++}`, scales: scalesOf(g, plan, this.space, this.values.parts) }, copy, plan, this.b, this.space, this.values));
  }

  /** The same where all of the sum is one step: no loop. */
  private rolesOnce(staged: readonly Staged[], body: () => void): void {
    const stages = this.plan.kind === 'matrix' ? this.plan.stages : 1, pipes = this.copying(staged, stages, (copy) => copy(num(0)));
    for (const pipe of pipes) this.b.emit({ kind: 'wait', pipe, ahead: 0 });
    body();
    if (!this.isBoxed) this.b.emit({ kind: 'mmaWait', pending: 0 });
    for (const pipe of pipes) this.b.emit({ kind: 'release', pipe });
  }

  /** A ring for each copying role, which of two has the operands of rows or those of columns. */
  private copying(staged: readonly Staged[], stages: number, around: (copy: (stage: IndexExpr) => void) => void): readonly string[] {
    const isRows = (s: Staged): boolean => this.space.roleOf(s.rows) === 'm', loads = this.plan.kind === 'matrix' ? this.plan.specialize?.loads : undefined;
    const shares = loads === 2 ? [staged.filter(isRows), staged.filter((s) => !isRows(s))].filter((own) => own.length > 0) : [staged];
    return shares.map((own, n) => {
      const pipe = `ring${this.pipeCount++}`;
      (this.loads[n] ??= []).push(...this.b.block(() => around((stage) => this.copyBoxes(own, pipe, stage, stages))));
      this.b.pipes.push({ id: pipe, stages, buffers: own.map((s) => s.buffer!.id) });
      return pipe;
    });
  }

  private copyBoxes(staged: readonly Staged[], pipe: string, stage: IndexExpr, stages: number): void {
    for (const s of staged) this.allocate(s, stages);
    this.b.emit({ kind: 'acquire', pipe });
    for (const s of staged) copyBox(s, stage, this.ends(s), this.copyLayout(s, 1, this.stageAxes(s)), this.plan, this.b, this.values);
    this.b.emit({ kind: 'commit', pipe });
  }
  /**
   * A ring of `stages`: turn t copies step t and works on step t - (stages - 1), so that stages - 1 copies are always under way.
   * The one barrier of a turn shows all threads the stage that has landed, and that everybody has left the stage about to be filled.
   */
  private ring(g: LoopGroup, staged: readonly Staged[], axis: string, step: string, count: IndexExpr, stages: number, inner: () => void, bindAxis: () => void): boolean {
    // Whether everything can be copied asynchronously shows only where the axis is bound.
    let isAsync = true, scales = this.isDirect && this.plan.kind === 'matrix' ? scalesOf(g, this.plan, this.space, this.values.parts) : [];
    // Stages follow each other through all runs of the loop, so a run begins where the one before ended: that must be the same for all threads and known.
    const begun = this.b.timesBegun();
    if (begun === undefined || this.b.isInLoop(count)) return false;
    const stageOf = (at: IndexExpr): IndexExpr => this.b.simplify(mod(add(mul(begun, count), at), num(stages)));
    this.b.block(() => {
      this.b.facts = this.b.facts.withVariable(step, count);
      bindAxis();
      isAsync = staged.every((s) => this.asyncView(s) !== undefined);
      scales = scales.filter((s) => scaleCopy(s, this.plan.threads, this.b, this.values) !== undefined);
    });
    if (!isAsync) return false;
    const pipe = `ring${this.pipeCount++}`;
    for (const s of staged) this.allocate(s, stages);
    const riding = scales.map((scale) => ({ scale, buffer: scaleBuffer(scale, stages, this.b) }));
    this.b.pipes.push({ id: pipe, stages, buffers: [...staged.map((s) => s.buffer!.id), ...riding.map((r) => r.buffer.id)] });
    const turnId = `${axis}.turn`;
    const turn = variable(turnId);
    const lag = num(stages - 1);
    this.b.loop(turnId, add(count, lag), () => {
      const isWorking = [sub(turn, lag)];
      const isCopying = [sub(sub(count, num(1)), turn)];
      this.b.when(isWorking, () => {
        const wait = (ahead: number): readonly Op[] => this.b.block(() => this.b.emit({ kind: 'wait', pipe, ahead }));
        // After the last copy has begun fewer and fewer are under way. Loops of few steps wait for no more than they need.
        const ends = (ahead: number): readonly Op[] => (ahead === 0 ? wait(0) : this.b.block(() => this.b.emit({ kind: 'if', nonNegative: [sub(add(count, num(stages - 2 - ahead)), turn)], then: wait(ahead), else: ends(ahead - 1) })));
        if (stages === 2) this.b.emit({ kind: 'wait', pipe, ahead: 0 });
        else this.b.emit({ kind: 'if', nonNegative: this.isDirect ? [sub(count, turn)] : isCopying, then: wait(stages - 2), else: this.isDirect ? ends(stages - 3) : wait(0) });
      });
      this.b.emit({ kind: 'barrier' });
      this.b.when(isCopying, () => this.b.bind(step, turn, count, () => {
        bindAxis();
        this.b.emit({ kind: 'acquire', pipe });
        this.values.scoped(() => { for (const s of staged) this.fill(s, stageOf(turn)); });
        for (const { scale, buffer } of riding) this.b.emit({ kind: 'copyAsync', buffer: buffer.id, stage: stageOf(turn), ...scaleCopy(scale, this.plan.threads, this.b, this.values)!, via: 'cp_async' });
        this.b.emit({ kind: 'commit', pipe });
      }));
      this.b.when(isWorking, () => this.b.bind(step, sub(turn, lag), count, () => {
        for (const s of staged) s.stage = stageOf(variable(step));
        withScales(riding, stageOf(variable(step)), this.b, this.space, this.values, () => this.b.counting({ id: step, count }, inner));
        this.finishProducts();
        this.b.emit({ kind: 'release', pipe });
      }));
    });
    return true;
  }

  private allocate(s: Staged, stages: number): void {
    if (s.buffer !== undefined) return;
    const axes = this.stageAxes(s);
    const sizes = axes.map((id) => this.b.axisInfo(id).tile);
    const rowBytes = (sizes.at(-1)! * bitsOf(s.dtype)) / 8;
    // Threads read their elements one word or piece at a time: padded rows need no arithmetic for each of them, and eight rows begin in different banks.
    const panel = s.fma || (this.isDirect && !this.isBoxed) ? 0 : rowBytes % 128 === 0 ? 128 : rowBytes === 64 ? 64 : rowBytes === 32 ? 32 : 0;
    // A swizzle repeats every 1024 bytes, and every stage must begin with it; a smaller tile is padded instead.
    const swizzle = (sizes.reduce((n, x) => n * x, 1) * bitsOf(s.dtype)) / 8 % 1024 === 0 ? panel : 0;
    let id = s.name;
    for (let n = 2; this.b.shared.some((x) => x.id === id) || this.b.buffers.some((x) => x.name === id); n++) id = `${s.name}${n}`;
    const longer = paddedBy(s, this.plan);
    s.buffer = longer !== undefined ? { id, dtype: s.dtype, axes, sizes, stages, swizzle: 0, pad: longer } : { id, dtype: s.dtype, axes, sizes, stages, swizzle, pad: swizzle > 0 ? (this.isBoxed ? roomBetweenPanels(rowBytes, bitsOf(s.dtype)) : 0) : s.fma ? 4 : (this.isDirect && bitsOf(s.dtype) > 4 ? 512 : 128) / bitsOf(s.dtype) };
    this.b.sharedBuffer(s.buffer);
  }

  /** A stage's axes; steps that warps have in turn lie one after another. */
  private stageAxes(s: Staged): readonly string[] { return [...(this.isDirect ? this.space.turnAxes() : []), ...stageDims(s)]; }
  private copyLayout(s: Staged, vector: number, dims: readonly string[]): Layout {
    const sizes = dims.map((id) => this.b.axisInfo(id).tile);
    const first = Math.max(0, dims.indexOf(contiguousAxis(s) ?? dims.at(-1)!));
    return blocked({ sizes, order: [first, ...dims.map((_, d) => d).filter((d) => d !== first)], vector: Math.min(vector, powerOfTwoIn(sizes[first]!)), threads: this.plan.threads, bitSource: this.b.target.lanes > 0 ? 'lanes' : 'thread' });
  }

  /** How threads hold an operand as it comes from memory, and as it goes to its stage. */
  private fillLayouts(s: Staged, dims: readonly [string, string]): { readonly from: Layout; readonly to: Layout } {
    const [rows, over] = dims.map((id) => this.b.axisInfo(id).tile) as [number, number];
    if (!s.fma && bitsOf(s.dtype) < 16 && contiguousAxis(s) === s.rows) return turnedLayouts(rows, over, s.dtype, this.plan.threads, this.b.target.lanes > 0 ? 'lanes' : 'thread');
    const from = this.copyLayout(s, Math.max(1, (this.b.target.vectorBytes * 8) / Math.max(16, bitsOf(s.dtype))), dims);
    return { from, to: from };
  }

  /** The operand as an asynchronous copy; undefined where it is no plain piece of memory in the right type, or not aligned for it. */
  private asyncView(s: Staged): { view: View; layout: Layout } | undefined {
    const read = plainRead(s.expr);
    if (read === undefined || this.b.target.asyncBytes.length === 0) return undefined;
    const buffer = this.b.buffer(read.tensor), dims = this.stageAxes(s);
    if (buffer.dtype !== s.dtype || contiguousAxis(s) !== dims.at(-1) || this.values.parts.has(read.tensor)) return undefined;
    const widest = (this.b.target.vectorBytes * 8) / bitsOf(s.dtype);
    const layout = this.copyLayout(s, widest, dims);
    const { index, guard: inside } = this.values.address(read);
    const guard = joined(inside, this.ends(s));
    const vector = this.values.vector(buffer, index, guard, false, dims, layout);
    if (!this.b.target.asyncBytes.includes((vector * bitsOf(s.dtype)) / 8)) return undefined;
    return { view: { buffer: buffer.name, index, guard, fill: 0, clamp: [], vector }, layout: vector === widest ? layout : this.copyLayout(s, vector, dims) };
  }

  private fill(s: Staged, stage: IndexExpr): void {
    const buffer = s.buffer!;
    const copy = this.asyncView(s);
    if (copy !== undefined) { this.b.emit({ kind: 'copyAsync', buffer: buffer.id, stage, view: copy.view, layout: copy.layout, via: 'cp_async' }); return; }
    if (buffer.axes.length !== 2) throw new CompilerBug(`lower: ${s.name} is no plain piece of memory`);
    const dims = [buffer.axes[0]!, buffer.axes[1]!] as const;
    const { from: layout, to } = this.fillLayouts(s, dims);
    const policy = policyOf(`${buffer.id} `, layout, dims), e = this.upToEnd(s, this.values.evaluate(s.expr, policy), policy);
    const src = this.b.tile(`${buffer.id}_fill`, e.type, dims, layout), turned = to === layout ? src : this.b.tile(`${buffer.id}_turned`, e.type, dims, to);
    this.b.emit({ kind: 'map', dst: src, expr: e });
    if (turned !== src) this.b.emit({ kind: 'convert', src, dst: turned, scratch: undefined });
    this.b.emit({ kind: 'storeShared', src: turned, buffer: buffer.id, stage, vector: sharedVector(to, dims, buffer) });
  }

  /** What must be >= 0 where the summed axis has not ended; nothing where tiles end with it. Beyond its end a tensor may go on. */
  private ends(s: Staged): IndexExpr[] { return this.values.insideExtents([s.over]); }

  /** Zero beyond the end of the summed axis, unless a factor that is read along it is zero there by its own bounds. */
  private upToEnd(s: Staged, e: TileExpr, policy: LayoutPolicy): TileExpr {
    const ends = this.ends(s), keys = new Set(ends.map((x) => x.key));
    const isZero = factorsOf(s.expr).some((f) => { const read = plainRead(f.kind === 'cast' ? f.a : f); return read !== undefined && this.values.address(read).guard.some((g) => keys.has(g.key)); });
    if (ends.length === 0 || isZero) return e;
    return { kind: 'select', cond: this.values.inside(ends), then: { kind: 'tile', tile: this.values.toTile(e, `${s.name}_term`, policy), type: e.type }, else: { kind: 'const', value: 0, type: e.type }, type: e.type };
  }

  /** acc += a * b for one step. */
  multiply(p: Part, acc: number, g: LoopGroup): void {
    const product = this.products.get(p.name)!;
    const a = this.operand(product, product.a, 'a', g), b = this.operand(product, product.b, 'b', g);
    this.b.emit({ kind: 'mma', acc, a, b, over: product.over.id, intrinsic: product.intrinsic.name, isAsync: product.intrinsic.shared !== undefined });
    for (const { pipe } of this.borrowed.splice(0)) this.b.emit({ kind: 'release', pipe });
  }
  private readonly borrowed: { pipe: string }[] = [];

  private operand(product: Product, x: Source, side: 'a' | 'b', g: LoopGroup): Operand {
    if (isDirect(x) || (isStaged(x) && this.isDirect)) {
      const rows = side === 'a' ? product.m : product.n, dtype = side === 'a' ? product.intrinsic.a.dtype : product.intrinsic.b.dtype;
      const from = isStaged(x) ? { name: x.name, buffer: x.buffer!, stage: x.stage } : x.direct;
      return { kind: 'tile', tile: loadFragments(from, { intrinsic: product.intrinsic, over: product.over.id, rows, side, dtype }, this.plan, this.b, this.space, this.values) };
    }
    if (isStaged(x)) return { kind: 'shared', buffer: x.buffer!.id, stage: x.stage };
    if (isHeld(x)) return { kind: 'tile', tile: holdFragments(x.held, product.intrinsic, side, (policy) => this.upToEnd(x.held, this.values.evaluate(x.held.expr, policy), policy), this.b, this.space) };
    const { over, intrinsic, part } = product, [rows, others] = side === 'a' ? [product.m, product.n] : [product.n, product.m];
    const ends = this.values.insideExtents(g.axes.map((axis) => axis.id));
    // A condition about the other operand's rows is for that one.
    const ok = conjunction([...conjuncts(part.where).filter((c) => !freeAxes(c).has(others)).map((c) => this.values.evaluate(c)), this.values.inside(ends)]);
    const e = this.maskInside(x, ok, part.name);
    const axes = this.space.order([rows, over.id]);
    const src = this.wide(e, axes, `${part.name}_${side}`), dtype = side === 'a' ? intrinsic.a.dtype : intrinsic.b.dtype, fragment = intrinsic.m * intrinsic.n === 1 ? undefined : fragmentOf(intrinsic, over.id, rows, side, this.b, this.space);
    const order = side === 'a' ? [rows, over.id] : [over.id, rows];
    if (fragment !== undefined && registerTable(fragment, order, this.b.decl(src).layout, this.b.decl(src).axes) !== undefined) {
      const packed = this.b.tile(`${part.name}_${side}16`, dtype, order, fragment, { packed: true });
      this.b.emit({ kind: 'map', dst: packed, expr: { kind: 'tile', tile: src, type: 'f32' } });
      return { kind: 'tile', tile: packed };
    }
    return this.throughShared(src, product, side, rows, dtype);
  }

  private throughShared(src: number, product: Product, side: 'a' | 'b', rows: string, dtype: DType): Operand {
    const fma = product.intrinsic.m * product.intrinsic.n === 1;
    const axes = fma || side === 'b' ? [product.over.id, rows] : [rows, product.over.id];
    const id = `${product.part.name}_${side}`;
    let buffer = this.b.shared.find((s) => s.id === id);
    if (buffer === undefined) {
      buffer = { id, dtype, axes, sizes: axes.map((x) => this.b.axisInfo(x).tile), stages: 1, swizzle: 0, pad: fma ? 4 : 128 / bitsOf(dtype) };
      this.b.sharedBuffer(buffer);
      this.b.pipes.push({ id: `${id}_ring`, stages: 1, buffers: [id] });
    }
    const pipe = `${id}_ring`;
    this.b.emit({ kind: 'barrier' });
    this.b.emit({ kind: 'acquire', pipe });
    this.b.emit({ kind: 'storeShared', src, buffer: id, stage: num(0), vector: 1 });
    this.b.emit({ kind: 'commit', pipe });
    this.b.emit({ kind: 'wait', pipe, ahead: 0 });
    this.b.emit({ kind: 'barrier' });
    this.borrowed.push({ pipe });
    return { kind: 'shared', buffer: id, stage: num(0) };
  }

  /** Zero outside, pushed below roundings so that equal values stay one tile. */
  private maskInside(e: Expr, ok: TileExpr | undefined, name: string): TileExpr {
    if (isRounding(e)) return { kind: 'cast', to: e.to, a: this.maskInside(e.a, ok, name), type: 'f32' };
    const body = this.values.evaluate(e);
    if (ok === undefined) return body;
    return { kind: 'select', cond: ok, then: this.values.asTile(body, `${name}_term`), else: { kind: 'const', value: 0, type: body.type }, type: body.type };
  }

  private wide(e: TileExpr, axes: readonly string[], name: string): number {
    const made = this.values.toTile(e, name);
    if (axes.every((id) => this.b.decl(made).axes.includes(id))) return made;
    const dst = this.b.tile(name, e.type, axes, this.space.layoutOf(axes));
    this.b.emit({ kind: 'map', dst, expr: { kind: 'tile', tile: made, type: e.type } });
    return dst;
  }
}

/** Turns of a loop over memory whose reads are under way together; twice as many where scales are not among them. */
const turnsTogether = 4;
