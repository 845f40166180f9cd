/**
 * Draws the picture of `examples/blur.tdsl` and writes it to `examples/blur.npy`: `tsx src/build/picture.ts [FILE]`. It shows two balls on a chequered floor under an
 * evening sky, with shadows: sharp edges, fine detail toward the horizon and smooth gradients, which is what a filter of pictures has to cope with. The picture is made
 * by this program alone, and free for any use.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNpy } from '../runtime/npy.ts';

type Vector = readonly [number, number, number];
interface Ball { readonly at: Vector; readonly radius: number; readonly colour: Vector }

const balls: readonly Ball[] = [{ at: [-0.9, 1, 4.2], radius: 1, colour: [0.85, 0.25, 0.2] }, { at: [1.1, 0.6, 3.1], radius: 0.6, colour: [0.2, 0.45, 0.9] }];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const along = (from: Vector, way: Vector, t: number): Vector => [from[0] + t * way[0], from[1] + t * way[1], from[2] + t * way[2]];
function unit(v: Vector): Vector {
  const length = Math.sqrt(dot(v, v));
  return [v[0] / length, v[1] / length, v[2] / length];
}
const sun = unit([0.6, 0.8, -0.5]);

/** Where a ray first meets a ball: its distance, or Infinity. */
function meets(from: Vector, way: Vector, { at, radius }: Ball): number {
  const to: Vector = [at[0] - from[0], at[1] - from[1], at[2] - from[2]];
  const middle = dot(to, way), rest = radius * radius - (dot(to, to) - middle * middle);
  const t = rest < 0 ? Infinity : middle - Math.sqrt(rest);
  return t > 1e-4 ? t : Infinity;
}

function colourOf(from: Vector, way: Vector, depth: number): Vector {
  const floor = way[1] < -1e-6 ? -from[1] / way[1] : Infinity;
  const near = balls.map((ball) => ({ ball, t: meets(from, way, ball) })).reduce((a, b) => (b.t < a.t ? b : a));
  if (near.t === Infinity && floor === Infinity) {
    const height = Math.max(way[1], 0);
    return [0.95 - 0.6 * height, 0.7 - 0.25 * height, 0.55 + 0.3 * height];
  }
  const isFloor = floor < near.t;
  const point = along(from, way, Math.min(floor, near.t));
  const { at, radius } = near.ball;
  const normal: Vector = isFloor ? [0, 1, 0] : [(point[0] - at[0]) / radius, (point[1] - at[1]) / radius, (point[2] - at[2]) / radius];
  const base: Vector = !isFloor ? near.ball.colour : (Math.floor(point[0]) + Math.floor(point[2])) % 2 === 0 ? [0.9, 0.88, 0.8] : [0.15, 0.2, 0.18];
  const isLit = balls.every((ball) => meets(point, sun, ball) === Infinity);
  const light = 0.25 + (isLit ? 0.75 * Math.max(dot(normal, sun), 0) : 0);
  const mirrored = depth === 0 || isFloor ? base : colourOf(point, along(way, normal, -2 * dot(way, normal)), depth - 1);
  const mix = (a: number, b: number): number => 0.75 * a * light + 0.25 * b;
  return isFloor ? [base[0] * light, base[1] * light, base[2] * light] : [mix(base[0], mirrored[0]), mix(base[1], mirrored[1]), mix(base[2], mirrored[2])];
}

/** 8-bit red, green and blue, row by row: u8[height, width, 3]. */
export function picture(height: number, width: number): Uint8Array {
  const bytes = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const way = unit([(x + 0.5 - width / 2) / height, (height / 2 - y - 0.5) / height - 0.12, 1]);
      colourOf([0, 1.3, -0.5], way, 2).forEach((part, c) => { bytes[(y * width + x) * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, part))); });
    }
  }
  return bytes;
}

/** Height and width of the example's picture. */
export const pictureSize = [120, 160] as const;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [height, width] = pictureSize;
  writeNpy(process.argv[2] ?? join(fileURLToPath(new URL('../../', import.meta.url)), 'examples/blur.npy'), { dtype: 'u1', shape: [height, width, 3], data: picture(height, width) });
}
