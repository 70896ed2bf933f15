/** What the parts of the overview are drawn from. Python's side: explorer/views/overview. */

export interface ChartData {
  name: string;
  title: string;
  note: string;
  warning: string;
  /** What grey bars say; empty where nothing can be chosen. */
  scale: "numbers" | "proportion" | "";
  /** A table stands in the place of the figure. */
  table: boolean;
  /** The chart has all the room. */
  large: boolean;
  /** Id of the Bokeh figure; empty before there is one. */
  figure: string;
  /** What the saved picture says of itself: the cohort, the snapshot, what stands under the chart. */
  sentence: string;
  source: string;
  foot: string;
  /** Name of the saved file without its ending. */
  file: string;
}

export interface ChartFootData {
  /** Each with what a click on it offers; empty where it offers nothing. */
  lines: { text: string; offer: string }[];
}

export interface ChartTableData {
  title: string;
  heads: string[];
  rows: { names: string[]; numbers: string[]; chosen: boolean; asks: boolean }[];
  /** Rows that only the file has. */
  more: number;
  /** Pixels of the figure that it stands for. */
  height: number;
}

/** How a person has set one chart. */
export interface Look {
  scale?: string;
  table?: boolean;
}

export interface ChartsData {
  /** Every chart there is, those on screen first, in their order. */
  offers: { name: string; title: string; shown: boolean }[];
  /** Names of the charts on screen, in order, with those that this snapshot does not have. */
  shown: string[];
  /** What is on screen when nobody has chosen. */
  usual: string[];
  looks: Record<string, Look>;
  /** False until Python has heard what the browser keeps. */
  settled: boolean;
  large: boolean;
}

/** What the parts of the overview ask of Python. */
export type ChartAsk =
  | { kind: "chart-large" | "chart-table" | "chart-csv" | "chart-hide" }
  | { kind: "chart-scale"; scale: "numbers" | "proportion" }
  | { kind: "chart-move"; by: -1 | 1 }
  | { kind: "chart-row" | "chart-offer"; index: number }
  | { kind: "charts"; shown: string[] | null; looks: Record<string, Look> };
