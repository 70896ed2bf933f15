/** Series, and a model that answers as Python would, without any page being drawn. */

import type { Model } from "../src/viewer/channel";
import type { Ask, Picture, Segment, SeriesPicture, State } from "../src/viewer/wire";

/** 8 x 10 x 12 voxels of 3 x 2 x 1 mm; the first voxel's middle lies at x 10, y 20, z 30. */
export function series(own: Partial<SeriesPicture> = {}): SeriesPicture {
  return {
    title: "Chest",
    caption: ["P1", "CT, 8 slices"],
    alt: "CT Chest, axial plane, slice 5 of 8",
    modality: "CT",
    warnings: [],
    missing: [],
    plane: "axial",
    index: 4,
    planes: ["axial", "coronal", "sagittal"],
    volume: true,
    acquired: "axial",
    oblique: 0,
    shape: [8, 10, 12],
    spacing: [3, 2, 1],
    origin: [30, 20, 10],
    oriented: true,
    measured: true,
    unit: "HU",
    dtype: "int16",
    window: [40, 400],
    presets: [
      { name: "Auto", window: [40, 400] },
      { name: "Lung", window: [-600, 1500] },
    ],
    range: [-1000, 1000],
    coarseness: [1],
    full: true,
    overlays: [],
    segments: [],
    ...own,
  };
}

export function segment(own: Partial<Segment> = {}): Segment {
  return {
    bit: 0,
    overlay: 0,
    name: "Lesion",
    detail: "",
    colour: "#ffb000",
    cm3: 1.25,
    slices: [
      [2, 5],
      [1, 3],
      [0, 9],
    ],
    ...own,
  };
}

export function picture(all: SeriesPicture[] = [series()], own: Partial<Picture> = {}): Picture {
  return {
    series: all,
    alt: all[0]?.alt ?? "",
    unlinked_because: "",
    stages: ["still"],
    stages_because: "",
    time_limit_s: 1,
    page_url: "",
    ...own,
  };
}

/** Voxels as one stored Blosc frame, which holds them as they are. */
export function stored(bits: Uint32Array): ArrayBuffer {
  const frame = new Uint8Array(16 + bits.byteLength);
  frame.set([2, 1, 0x02, 4]);
  const view = new DataView(frame.buffer);
  view.setUint32(4, bits.byteLength, true);
  view.setUint32(8, bits.byteLength, true);
  view.setUint32(12, frame.length, true);
  frame.set(new Uint8Array(bits.buffer), 16);
  return frame.buffer;
}

export class FakeModel implements Model {
  readonly asked: Ask[] = [];
  readonly states: State[] = [];
  readonly listeners = new Set<(message: unknown, buffers?: DataView[]) => void>();

  constructor(
    private readonly shown: Picture,
    private readonly answer: (ask: Ask) => ArrayBuffer | null = () => new ArrayBuffer(8),
  ) {}

  get(): string {
    return JSON.stringify(this.shown);
  }

  on(event: string, callback: (message: unknown, buffers?: DataView[]) => void): void {
    if (event === "msg:custom") this.listeners.add(callback);
  }

  off(_event: string, callback: (message: unknown, buffers?: DataView[]) => void): void {
    this.listeners.delete(callback);
  }

  send(message: Ask | { kind: "state"; state: State }): void {
    if (message.kind === "state") {
      this.states.push(message.state);
      return;
    }
    this.asked.push(message);
    const data = this.answer(message);
    queueMicrotask(() => {
      for (const listener of this.listeners) listener({ kind: "got", id: message.id, data });
    });
  }

  /** What was asked for of one kind. */
  of<K extends Ask["kind"]>(kind: K): Extract<Ask, { kind: K }>[] {
    return this.asked.filter((ask) => ask.kind === kind) as Extract<Ask, { kind: K }>[];
  }
}
