/** Code of reductions: the value, and the error of any order of combining its terms. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { evaluate } from './index-expr.ts';
import type { JsWriter } from './js-writer.ts';
import { unitRoundoff } from './round.ts';
import { lowestF32 } from './scalar.ts';
import type { ExprCompiler } from './tst-compile.ts';
import { flushCode, u } from './tst-error.ts';
import { fits, type Grid, type Num, plus, significand, total, exactly } from './tst-number.ts';
import { identityOf } from './tst-walk.ts';
import type { Reduce } from './tst.ts';

export function compileReduce(c: ExprCompiler, w: JsWriter, e: Reduce): Num {
  const integer = e.type === 'i32' && e.op !== 'argmax' && e.op !== 'argmin';
  const start = identityOf(e.op, integer ? 'i32' : 'f32', lowestF32);
  const count = e.axes.reduce((n, a) => n * evaluate(c.concrete(a.extent), () => { throw new CompilerBug('the extent of a reduction depends on an index'); }), 1);
  const acc = w.fresh('s'), more = w.fresh('m'), err = w.fresh('e'), nan = w.fresh('n');
  const head = w.mark();
  let condition: Num | undefined;
  /** Runs the body for every term; `maybe` is code of whether the condition could also be the other way. */
  const terms = (use: (t: Num, maybe: string | undefined) => void): void => c.loop(e.axes, () => {
    const term = (maybe: string | undefined): void => { use(c.compile(e.body), maybe); };
    if (!e.where) { term(undefined); return; }
    condition = c.compile(e.where);
    const maybe = condition.abs === '0' ? undefined : w.let(`${condition.abs} > 0`);
    w.block(`if (${condition.v}${maybe ? ` || ${maybe}` : ''})`, () => term(maybe));
  });
  const counts = (): string => condition?.v ?? '1';

  switch (e.op) {
    case 'sum': {
      let grid: Grid | undefined, uncertain = false, k = 0;
      terms((t, maybe) => {
        k = t.k; grid = t.grid; uncertain = t.abs !== '0' || maybe !== undefined;
        if (maybe) {
          w.line(`if (${maybe}) { ${err} += Math.abs(${t.v}) + ${c.total(t)}; ${more} += Math.abs(${t.v}); if (${counts()}) ${acc} += ${t.v}; } else {`);
        }
        w.line(integer ? `${acc} = (${acc} + ${t.v}) | 0;` : `${acc} += ${t.v};`);
        if (!integer && !(k === 0 && fits(grid && { step: grid.step, max: grid.max * count }, significand(e.acc)))) w.line(`${more} += Math.abs(${t.v});`);
        if (t.abs !== '0') w.line(`${err} += ${t.abs};`);
        if (maybe) w.line('}');
      });
      head.add(`let ${acc} = 0, ${more} = 0, ${err} = 0;`);
      const all = grid && { step: grid.step, max: grid.max * count };
      if (integer) return { v: acc, k: 0, abs: uncertain ? err : '0', grid: all && all.max < 2 ** 31 ? all : undefined };
      if (k === 0 && fits(all, significand(e.acc))) return { v: acc, k: 0, abs: uncertain ? err : '0', grid: all };
      // One rounding a term in whatever order, and a few more for splitting, rescaling and a scale that was taken out.
      const unit = Math.max(unitRoundoff(e.acc), u);
      const factor = `${(count + 16) * unit + k * u} * ${more}`;
      const exact = grid && k === 0 ? `(${more} <= ${2 ** significand(e.acc) * grid.step} ? 0 : ${factor})` : factor;
      return { v: acc, k: 0, abs: w.let(total(uncertain ? err : '0', exact)), grid: undefined };
    }
    case 'prod': {
      let certain = true;
      terms((t, maybe) => {
        const et = c.totalConst(t);
        if (maybe) w.line(`if (${maybe}) ${err} = Infinity;`);
        if (integer) certain &&= et === '0' && !maybe; else certain = false;
        if (!integer || et !== '0') w.line(`${err} = ${err} * Math.abs(${t.v}) + ${et} * (Math.abs(${acc}) + ${err})${integer ? '' : ` + ${u} * Math.abs(${acc} * ${t.v})`};`);
        w.line(integer ? `${acc} = Math.imul(${acc}, ${t.v});` : `${acc} *= ${t.v}; ${err} += ${flushCode(acc)};`);
      });
      head.add(`let ${acc} = 1, ${err} = 0;`);
      return { v: acc, k: 0, abs: certain ? '0' : err, grid: undefined };
    }
    case 'max': case 'min': {
      // `more` and `err` are the extremes of the terms' upper and lower ends: the result lies between them.
      let certain = true, grid: Grid | undefined;
      const better = e.op === 'max' ? '>' : '<';
      terms((t, maybe) => {
        const et = c.totalConst(t);
        certain &&= et === '0' && !maybe; grid = t.grid;
        const up = et === '0' ? t.v : `${t.v} + ${et}`, down = et === '0' ? t.v : `${t.v} - ${et}`;
        const [far, near] = e.op === 'max' ? [up, down] : [down, up];
        if (et !== '0' || maybe) {
          w.line(`if (${far} ${better} ${more}) ${more} = ${far};`);
          w.line(`if (${maybe ? `!${maybe} && ` : ''}${near} ${better} ${err}) ${err} = ${near};`);
        }
        w.line(`if (${maybe ? `${counts()} && ` : ''}${t.v} ${better} ${acc}) ${acc} = ${t.v};`);
        if (!integer) w.line(`if (${t.v} !== ${t.v}${et === '0' ? '' : ` || ${et} !== ${et} || ${et} === Infinity`}) ${nan} = Infinity;`);
      });
      head.add(`let ${acc} = ${start}, ${more} = ${start}, ${err} = ${start}, ${nan} = 0;`);
      const range = certain ? '0' : `Math.max(Math.abs(${more} - ${acc}), Math.abs(${acc} - ${err}))`;
      const full = integer ? range : plus(range, nan);
      return { v: acc, k: 0, abs: full === '0' ? '0' : w.let(full), grid: count > 0 && !e.where ? grid : undefined };
    }
    case 'any': case 'all': {
      const stop = e.op === 'any' ? '' : '!';
      let certain = true;
      terms((t, maybe) => {
        certain &&= t.abs === '0' && !maybe;
        const doubt = [...(t.abs === '0' ? [] : [`${t.abs} > 0`]), ...(maybe ? [maybe] : [])].join(' || ');
        // A term decides; it decides for certain where nothing about it is in doubt.
        w.line(`if (${counts()} && ${stop}${t.v}) { ${acc} = ${1 - start}; ${doubt ? `if (!(${doubt})) ${more} = 1;` : `${more} = 1;`} }`);
        if (doubt) w.line(`if (${doubt}) ${err} = 1;`);
      });
      head.add(`let ${acc} = ${start}, ${more} = 0, ${err} = 0;`);
      return { v: acc, k: 0, abs: certain ? '0' : w.let(`${more} ? 0 : ${err}`), grid: undefined };
    }
    case 'argmax': case 'argmin': {
      const sign = e.op === 'argmax' ? '' : '-';
      const list = w.fresh('a');
      const axis = e.axes[0];
      if (!axis || e.axes.length > 1) throw new CompilerBug(`${e.op} has one axis`);
      terms((t, maybe) => {
        const et = c.totalConst(t);
        w.line(`${list}.add(${c.nameOf(axis)}, ${sign}${t.v}, ${et}, ${maybe ? `${maybe} ? (${counts()} ? 1 : 2) : 0` : '0'});`);
      });
      head.add(`const ${list} = new S.Best();`);
      return { ...exactly(w.let(`${list}.index()`)), abs: w.let(`${list}.error()`) };
    }
    default: return unreachable(e.op);
  }
}
