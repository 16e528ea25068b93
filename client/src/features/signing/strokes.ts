import type { Strokes } from './api/sign';

/** The box in which a signature is kept, whatever the screen it was drawn on. */
export const BOX = { width: 1000, height: 300 } as const;

/** Fewer than the engine takes, so that each line may keep its end. */
const MOST_POINTS = 2_000;

interface Group {
  points: readonly { x: number; y: number }[];
}

/** What was drawn on so many pixels, in the box; points outside of it lie on its edge. */
export function strokesOf(groups: readonly Group[], width: number, height: number): Strokes {
  if (width <= 0 || height <= 0) return [];
  const fit = (value: number, of: number, into: number) =>
    Math.round(Math.min(Math.max(value / of, 0), 1) * into);
  const all = groups.reduce((sum, { points }) => sum + points.length, 0);
  // A long drawing is kept with every second point, or third: the line is the same to the eye.
  const step = Math.ceil(all / MOST_POINTS);
  return groups.flatMap(({ points }) =>
    points.length === 0
      ? []
      : [
          points
            .filter((_, index) => index % step === 0 || index === points.length - 1)
            .map(({ x, y }): [number, number] => [fit(x, width, BOX.width), fit(y, height, BOX.height)]),
        ],
  );
}

/** A dot is no signature: something has to be drawn across a tenth of the box. */
export function isSignature(strokes: Strokes): boolean {
  const points = strokes.flat();
  const span = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return Math.max(...values) - Math.min(...values);
  };
  return points.length >= 4 && Math.max(span(0), span(1)) >= BOX.width / 10;
}
