/** Asks Python for what the page will want first, while the browser still reads the page's script. */

import type { Channel } from "./channel";

type Bytes = Promise<ArrayBuffer | null>;

interface ArrayMeta {
  shape: number[];
  chunks: number[];
}

export class Ahead {
  private readonly asked = new Map<string, Bytes>();

  /** `levels`: how many the pyramid has. */
  constructor(
    private readonly channel: Channel,
    private readonly series: number,
    levels: number,
  ) {
    this.start(".zattrs");
    for (let level = 0; level < levels; level++) this.start(`scale${level}/image/.zarray`);
    const coarsest = `scale${levels - 1}/image`;
    void this.asked.get(`${coarsest}/.zarray`)?.then((meta) => {
      for (const place of meta ? places(meta) : []) this.start(`${coarsest}/${place}`);
    });
  }

  /** What a key holds; what was asked for ahead is given once, and not kept. */
  get(key: string): Bytes {
    const asked = this.asked.get(key);
    this.asked.delete(key);
    return asked ?? this.channel.ask({ kind: "get", series: this.series, key });
  }

  private start(key: string): void {
    this.asked.set(key, this.channel.ask({ kind: "get", series: this.series, key }));
  }
}

/** The chunks of an array: "0/0/0", "0/0/1" … */
export function places(meta: ArrayBuffer): string[] {
  const { shape, chunks } = JSON.parse(new TextDecoder().decode(meta)) as ArrayMeta;
  let found = [""];
  shape.forEach((size, axis) => {
    const count = Math.ceil(size / (chunks[axis] ?? size));
    found = found.flatMap((start) => Array.from({ length: count }, (_, i) => `${start}${start && "/"}${i}`));
  });
  return found;
}
