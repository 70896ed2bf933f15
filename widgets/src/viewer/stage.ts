/** What draws the pixels of one series beneath the host's layer: itk-vtk-viewer, HoloViews slices, or a PNG. */

import type { Plane } from "./wire";

export type View = Plane | "volume";

/**
 * What a plane shows, the same for every stage, so that masks, rulers and letters sit right over all of them.
 *
 * `centre`: mm of the middle of the stage along the picture's own axes (right, down): LPS mm times the axis's sign in
 * `AXES` of wire.ts, so that down in a coronal picture is minus z.
 * `scale`: mm for each CSS pixel.
 */
export interface Camera {
  centre: [number, number];
  scale: number;
}

export interface Stage {
  readonly kind: "viewer" | "slices" | "still";
  /** Fills its parent; the parent is positioned. */
  readonly element: HTMLElement;
  /** By how much the voxels that are drawn are coarser than the files; called at every change. */
  oncoarse: (coarseness: number) => void;
  /** Told when the slice was drawn anew, or could not be, though `show` did not ask for it. */
  ondrawn?: (drawn: boolean) => void;
  /** Told when a stage that drew can draw no more, such as after the loss of its WebGL; the next stage takes over. */
  onlost?: (because: string) => void;
  /** Draws. Resolves when the first picture is painted; rejects with a reason in words, and a later stage tries. */
  open(view: View, index: number, window: [number, number], camera: Camera): Promise<void>;
  /** Another view or slice; resolves when it is painted, rejects when it cannot be. */
  show(view: View, index: number): Promise<void>;
  /** Centre and width, in the series' unit. */
  window(window: [number, number]): void;
  /** In "volume" the stage moves its own camera and ignores this. */
  camera(camera: Camera): void;
  /** Loads every voxel; resolves when it is drawn. */
  full(): Promise<void>;
  /** Frees memory, WebGL and listeners. */
  remove(): void;
}
