/** Charts on uPlot. Each is an image to a screen reader; the tables hold the numbers. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { h } from "./dom.js";
import { colour, darkMode, gridColour, inkColour } from "./palette.js";

const FONT = "13px system-ui, sans-serif";
const NAME_WIDTH = 150;
/** Between ticks, so that labels keep apart. */
const TICK_SPACE = 70;
const BAR_HEIGHT = 26;

export interface Series {
  readonly label: string;
  readonly values: readonly number[];
}

/** One horizontal bar per name, made of one piece per series, the first name on top. */
export function stackedBars(label: string, names: readonly string[], series: readonly Series[]): HTMLElement {
  // Every bar is drawn from 0 to the sum of its first pieces, the longest first, so that the shorter ones lie on top.
  const sums = names.map(() => 0);
  const stacks = series.map(({ values }) => values.map((value, i) => (sums[i] = sums[i]! + value)));
  const order = series.map((_, k) => k).reverse();
  const bars = uPlot.paths.bars!({ size: [0.8, 40] });
  return chart(label, names.length * BAR_HEIGHT + 40, (width) => ({
    options: {
      scales: {
        x: { time: false, ori: 1, dir: -1, range: [-0.5, names.length - 0.5] },
        y: { ori: 0, dir: 1, range: [0, Math.max(...sums)] },
      },
      axes: [
        {
          ...axis(),
          side: 3,
          size: Math.min(NAME_WIDTH, 0.42 * width),
          splits: () => names.map((_, i) => i),
          values: () => names.map((name) => shorten(name)),
          grid: { show: false },
        },
        {
          ...axis(),
          side: 2,
          space: TICK_SPACE,
          values: (_: uPlot, ticks: number[]) => ticks.map((tick) => `${Number((100 * tick).toFixed(3))} %`),
        },
      ],
      series: [
        {},
        ...order.map((k) => ({ fill: colour(k), stroke: colour(k), width: 0, paths: bars, points: { show: false } })),
      ],
    },
    data: [names.map((_, i) => i), ...order.map((k) => stacks[k]!)],
  }));
}

/** Lines over whole numbers. */
export function lines(label: string, x: readonly number[], series: readonly Series[]): HTMLElement {
  return chart(label, 220, () => ({
    options: {
      scales: { x: { time: false } },
      axes: [
        { ...axis(), incrs: [1, 2, 5, 10, 20, 50] },
        { ...axis(), size: 64 },
      ],
      series: [{}, ...series.map((_, k) => ({ stroke: colour(k), width: 2, points: { show: true, size: 5 } }))],
    },
    data: [[...x], ...series.map(({ values }) => [...values])],
  }));
}

/** Names of the series next to their colours. */
export function legend(labels: readonly string[]): HTMLElement {
  const list = h("ul", { class: "legend", "aria-label": "Colours" });
  const paint = () => {
    list.replaceChildren(
      ...labels.map((label, k) => {
        const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
        swatch.style.background = colour(k);
        return h("li", {}, swatch, label);
      }),
    );
  };
  paint();
  onThemeChange(list, paint);
  return list;
}

interface Drawing {
  readonly options: Pick<uPlot.Options, "scales" | "axes" | "series">;
  readonly data: number[][];
}

/** Draws when its width is known, and anew when that or the theme changes. */
function chart(label: string, height: number, draw: (width: number) => Drawing): HTMLElement {
  const element = h("div", { class: "chart", role: "img", "aria-label": label });
  let plot: uPlot | undefined;
  let drawn = 0;
  const redraw = () => {
    const width = element.clientWidth;
    if (width === 0) return;
    drawn = width;
    plot?.destroy();
    const { options, data } = draw(width);
    plot = new uPlot(
      { width, height, legend: { show: false }, cursor: { show: false }, ...options },
      data as unknown as uPlot.AlignedData,
      element,
    );
  };
  new ResizeObserver(() => {
    if (element.clientWidth !== drawn) redraw();
  }).observe(element);
  onThemeChange(element, redraw);
  return element;
}

/** As long as the element is part of the page. */
function onThemeChange(element: HTMLElement, repaint: () => void): void {
  const listen = () => {
    if (element.isConnected) repaint();
    else darkMode.removeEventListener("change", listen);
  };
  darkMode.addEventListener("change", listen);
}

function axis(): uPlot.Axis {
  return {
    stroke: inkColour,
    font: FONT,
    grid: { stroke: gridColour, width: 1 },
    ticks: { stroke: gridColour, width: 1 },
  };
}

/** Hotkeys differ at their ends. */
export function shorten(hotkey: string): string {
  return hotkey.length <= 14 ? hotkey : `${hotkey.slice(0, 5)}…${hotkey.slice(-7)}`;
}
