/** Colours of the challenges and of the charts' lines, for the theme in use. */

const LIGHT = [
  "#3366cc",
  "#d9480f",
  "#2b8a3e",
  "#9c36b5",
  "#c2255c",
  "#0b7285",
  "#e0a100",
  "#5f3dc4",
  "#74b816",
  "#868e96",
  "#15aabf",
  "#7a4a21",
];
const DARK = [
  "#74a7ff",
  "#ff9a62",
  "#69db7c",
  "#e599f7",
  "#faa2c1",
  "#66d9e8",
  "#ffd43b",
  "#b197fc",
  "#c0eb75",
  "#ced4da",
  "#3bc9db",
  "#d8a47f",
];

export const darkMode = matchMedia("(prefers-color-scheme: dark)");

export function colour(index: number): string {
  const colours = darkMode.matches ? DARK : LIGHT;
  return colours[index % colours.length]!;
}

export const inkColour = () => (darkMode.matches ? "#e8ebf0" : "#1b1f26");
export const gridColour = () => (darkMode.matches ? "#39414d" : "#d5dae1");
