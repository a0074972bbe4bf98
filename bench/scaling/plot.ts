/** Log-log plots as SVG, side by side. */
import type { PowerLaw } from "./fit.js";

export interface Line {
  readonly name: string;
  readonly color: string;
  readonly y: readonly number[];
  readonly law: PowerLaw;
}

export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
}

const WIDTH = 440;
const HEIGHT = 340;
const MARGIN = { left: 62, right: 18, top: 44, bottom: 48 };
const GREY = "#8a8f98";

/** All numbers above 0; y in seconds. Readable on light and dark pages. */
export function plotSvg(panels: readonly Panel[]): string {
  const drawn = panels.map((panel, i) => `<g transform="translate(${i * WIDTH} 0)">\n${draw(panel)}\n</g>`);
  const size = `width="${panels.length * WIDTH}" height="${HEIGHT}" viewBox="0 0 ${panels.length * WIDTH} ${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="12" role="img">
<title>${panels.map(({ title }) => escapeMarkup(title)).join("; ")}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${drawn.join("\n")}
</svg>
`;
}

function draw({ title, xLabel, x, lines }: Panel): string {
  const all = lines.flatMap(({ y }) => [...y]);
  const toX = scale(Math.min(...x), Math.max(...x), MARGIN.left, WIDTH - MARGIN.right);
  const toY = scale(Math.min(...all), Math.max(...all), HEIGHT - MARGIN.bottom, MARGIN.top);
  const bottom = HEIGHT - MARGIN.bottom;
  const parts = [text(MARGIN.left, 22, title, `font-weight="600"`)];
  for (const tick of ticks(Math.min(...all), Math.max(...all))) {
    const y = round(toY(tick));
    parts.push(`<path d="M${MARGIN.left} ${y}H${WIDTH - MARGIN.right}" stroke="#e3e5e8"/>`);
    parts.push(text(MARGIN.left - 6, y + 4, `${label(tick)} s`, `text-anchor="end" fill="${GREY}"`));
  }
  for (const value of x) {
    parts.push(`<path d="M${round(toX(value))} ${bottom}v5" stroke="${GREY}"/>`);
    parts.push(text(round(toX(value)), bottom + 18, label(value), `text-anchor="middle" fill="${GREY}"`));
  }
  parts.push(`<path d="M${MARGIN.left} ${bottom}H${WIDTH - MARGIN.right}" stroke="${GREY}"/>`);
  parts.push(text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 10, xLabel, `text-anchor="middle"`));
  lines.forEach(({ name, color, y, law }, i) => {
    const at = (value: number) => `${round(toX(value))} ${round(toY(law.factor * value ** law.exponent))}`;
    parts.push(`<path d="M${at(x[0]!)}L${at(x[x.length - 1]!)}" stroke="${color}" stroke-width="1.5" opacity="0.6"/>`);
    x.forEach((value, k) => {
      parts.push(`<circle cx="${round(toX(value))}" cy="${round(toY(y[k]!))}" r="3.5" fill="${color}"/>`);
    });
    const legend = `${name}: exponent ${law.exponent.toFixed(2)}`;
    parts.push(text(MARGIN.left + 10, MARGIN.top + 14 + 16 * i, legend, `fill="${color}"`));
  });
  return parts.join("\n");
}

/** Logarithmic, a tenth of the range free at both ends. */
function scale(least: number, most: number, from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(least), Math.log(most)];
  const room = Math.max(high - low, 0.1) * 0.1;
  return (value) => from + ((Math.log(value) - low + room) / (high - low + 2 * room)) * (to - from);
}

/** 1, 2 and 5 times powers of ten between the two, at least one below and above where there is room. */
export function ticks(least: number, most: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    for (const step of [1, 2, 5]) {
      const tick = Number(`${step}e${power}`);
      if (tick >= least * 0.95 && tick <= most * 1.05) found.push(tick);
    }
  }
  return found;
}

const label = (value: number) => (value >= 1000 ? `${value / 1000}k` : String(value));
const round = (value: number) => Math.round(value * 10) / 10;
const text = (x: number, y: number, words: string, style = "") =>
  `<text x="${round(x)}" y="${round(y)}" ${style}>${escapeMarkup(words)}</text>`;

function escapeMarkup(words: string): string {
  return words.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]!);
}
