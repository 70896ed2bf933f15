/** How values become light: a plane's greys, and the colours and opacity of a volume. */

type Pair = [number, number];

export interface Look {
  /** A colour map's name in itk-vtk-viewer. */
  colours: string;
  /** Values of its first and last colour. */
  range: Pair;
  blend: "Composite" | "Maximum";
  /** Value and opacity, from 0 to 1; undefined for planes, which are opaque. */
  opacity?: Pair[];
}

/** HU and opacity: skin faintly, bone fully. */
const CT: Look = {
  colours: "CT-Bone",
  range: [-150, 500],
  blend: "Composite",
  opacity: [
    [-300, 0],
    [-50, 0.02],
    [80, 0.05],
    [160, 0.15],
    [300, 0.5],
    [1200, 0.9],
  ],
};

/** The plane's look: its window, centre and width. */
export function greys([centre, width]: Pair): Look {
  return { colours: "Grayscale", range: [centre - width / 2, centre + width / 2], blend: "Composite" };
}

/** A volume's look: bones of a CT, surfaces of an MR, and otherwise the brightest voxel on each ray. */
export function lookOf(modality: string, window: Pair): Look {
  if (modality === "CT") return CT;
  const grey = greys(window);
  const [low, high] = grey.range;
  if (modality !== "MR") return { ...grey, blend: "Maximum", opacity: [[low, 0], [low + 0.1 * window[1], 1]] };
  return { ...grey, opacity: [[low + 0.2 * window[1], 0], [high, 0.4]] };
}
