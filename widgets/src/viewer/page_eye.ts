/** Where the image is seen from. */

import type { Series, Stand } from "./page_wire";
import { AXES, AXIS, type Plane } from "./wire";

/** Where a new view of the volume is seen from: in front, a little to the right and above. */
const FRONT: itkVtkViewer.Point = [-0.35, -1, 0.25];

export class Eye {
  /** mm from the eye to a slice: outside of the image, or what is near would be cut off. */
  private readonly far: number;

  constructor(
    private readonly view: itkVtkViewer.ViewProxy,
    private readonly series: Pick<Series, "shape" | "spacing" | "origin">,
  ) {
    this.far = 2 * Math.hypot(...series.shape.map((n, axis) => n * (series.spacing[axis] ?? 1)));
  }

  /** LPS mm of a slice. */
  depth(plane: Plane, index: number): number {
    const axis = AXIS[plane];
    const inside = Math.max(0, Math.min(this.series.shape[axis] - 1, index));
    return this.series.origin[axis] + inside * this.series.spacing[axis];
  }

  /** Sees a plane exactly as the host says; a volume has its own camera. */
  aim({ view, index, camera }: Stand): void {
    if (view === "volume") return;
    const [right, down] = AXES[view];
    const focus = [0, 0, 0];
    focus[AXIS[view]] = this.depth(view, index);
    focus[right.axis] = right.sign * camera.centre[0];
    focus[down.axis] = down.sign * camera.centre[1];
    const up = [0, 0, 0];
    up[down.axis] = -down.sign;
    // Axial is seen from the feet, coronal from the front, sagittal from the left.
    const eye = [...focus];
    eye[AXIS[view]] = this.depth(view, index) + (view === "sagittal" ? this.far : -this.far);
    const vtk = this.view.getCamera();
    vtk.setFocalPoint(...xyz(focus));
    vtk.setPosition(...xyz(eye));
    vtk.setViewUp(...xyz(up));
    vtk.setParallelScale((camera.scale * innerHeight) / 2);
    this.view.getRenderer().resetCameraClippingRange();
  }

  /** Sees the whole volume. */
  surround(): void {
    const { shape, spacing, origin } = this.series;
    const middle = shape.map((n, axis) => (origin[axis] ?? 0) + ((n - 1) / 2) * (spacing[axis] ?? 1));
    const [x, y, z] = xyz(middle);
    const vtk = this.view.getCamera();
    vtk.setFocalPoint(x, y, z);
    vtk.setPosition(x + FRONT[0], y + FRONT[1], z + FRONT[2]);
    vtk.setViewUp(0, 0, 1);
    this.view.resetCamera();
  }
}

function xyz([z = 0, y = 0, x = 0]: number[]): itkVtkViewer.Point {
  return [x, y, z];
}
