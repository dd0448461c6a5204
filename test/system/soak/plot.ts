/** A line in a plot: its points in the order of their x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** Equal factors are equal distances; for values over 0. */
  readonly isLogarithmic?: boolean;
}

const WIDTH = 1200;
const PANEL = 300;
const MARGIN = { top: 36, right: 230, bottom: 30, left: 60 };
/** Told apart also by those who do not see red and green as different (Okabe and Ito). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c564b"];
const TICKS = 6;

/**
 * Panels below each other over one common x, as SVG.
 * @param marks moments that are drawn through all panels
 */
export function plot(panels: readonly Panel[], marks: readonly number[], xName: string): string {
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const xs = panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([x]) => x)));
  const lastX = Math.max(...xs, 1e-9);
  const toX = (x: number) => MARGIN.left + (x / lastX) * width;
  const drawn = panels.map((panel, index) => drawPanel(panel, index * PANEL, { toX, lastX, marks, xName }));
  const size = `width="${WIDTH}" height="${panels.length * PANEL}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...drawn.flat(),
    "</svg>\n",
  ].join("\n");
}

interface Axis {
  readonly toX: (x: number) => number;
  readonly lastX: number;
  readonly marks: readonly number[];
  readonly xName: string;
}

function drawPanel({ title, series, isLogarithmic = false }: Panel, top: number, axis: Axis): string[] {
  const { toX, lastX, marks, xName } = axis;
  const [upper, lower] = [top + MARGIN.top, top + PANEL - MARGIN.bottom];
  const scale = isLogarithmic ? Math.log10 : (y: number) => y;
  const ys = series.flatMap(({ points }) => points.map(([, y]) => y));
  const [low, high] = [isLogarithmic ? scale(Math.min(...ys)) : 0, scale(Math.max(...ys))];
  const toY = (y: number) => lower - ((scale(y) - low) / (high - low || 1)) * (lower - upper);
  const round = (value: number) => value.toFixed(1);
  const line = (x1: number, y1: number, x2: number, y2: number, stroke: string) =>
    `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}"/>`;
  const text = (x: number, y: number, words: string, anchor = "start", colour = "#222") =>
    `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
  const parts = Array.from({ length: TICKS }, (_, index) => index / (TICKS - 1));
  return [
    text(MARGIN.left, top + 22, title),
    ...marks.map((x) => line(toX(x), upper, toX(x), lower, "#eee")),
    ...parts.flatMap((part) => {
      const y = isLogarithmic ? 10 ** (low + part * (high - low)) : part * high;
      return [
        line(MARGIN.left, toY(y), toX(lastX), toY(y), "#ccc"),
        text(MARGIN.left - 6, toY(y) + 4, short(y), "end"),
      ];
    }),
    ...parts.map((part) => text(toX(part * lastX), lower + 16, short(part * lastX), "middle")),
    text(toX(lastX) + 24, lower + 16, xName),
    ...series.flatMap(({ name, points }, index) => {
      const colour = COLOURS[index % COLOURS.length]!;
      const path = points.map(([x, y]) => `${round(toX(x))},${round(toY(y))}`).join(" ");
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="1.3" points="${path}"/>`,
        text(toX(lastX) + 12, upper + 12 + index * 18, name, "start", colour),
      ];
    }),
  ];
}

function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
