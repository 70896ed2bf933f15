/** The zarr store of the page: the host answers for each key. */

import { decodeBlosc } from "./blosc";
import type { FromPage } from "./page_wire";

/** Chunks asked for at once; the rest waits, so that other questions to Python get through between them. */
const IN_FLIGHT = 8;

interface Settle {
  resolve: (data: ArrayBuffer) => void;
  reject: (error: Error) => void;
}

export class Store {
  private readonly waiting = new Map<number, Settle>();
  private readonly chunks = new Map<string, Promise<ArrayBuffer>>();
  private lastId = 0;
  private level = -1;

  constructor(private readonly tell: (message: FromPage) => void) {}

  readonly getItem = (key: string): Promise<ArrayBuffer> =>
    new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      this.tell({ cx: "get", id, key });
    });

  got(id: number, data: ArrayBuffer | null): void {
    const settle = this.waiting.get(id);
    this.waiting.delete(id);
    if (data) settle?.resolve(data);
    else settle?.reject(new Error("a part of the image is missing"));
  }

  /** The image over this store; it loads whole levels, and decodes them here. */
  async image(): Promise<itkVtkViewer.MultiscaleImage> {
    const image = await itkVtkViewer.utils.toMultiscaleSpatialImage({ getItem: this.getItem });
    image.getChunksImpl = (scale, places) => {
      this.level = scale;
      const path = image.scaleInfo[scale]?.pixelArrayPath ?? "";
      // A level that is not waited for any more is not asked for any further.
      const chunk = (key: string): Promise<ArrayBuffer> => this.level === scale ? this.chunk(key) : new Promise(() => undefined);
      return inTurn(places.map(([, x = 0, y = 0, z = 0]) => () => chunk(`${path}/${z}/${y}/${x}`)));
    };
    // It would load only what the camera sees, and leave the rest black until half a second after each move.
    const getImage = image.getImage.bind(image);
    image.getImage = (scale) => getImage(scale);
    return image;
  }

  /** The viewer may ask again before it was answered. */
  private chunk(key: string): Promise<ArrayBuffer> {
    let chunk = this.chunks.get(key);
    if (!chunk) {
      chunk = this.getItem(key).then(decodeBlosc);
      this.chunks.set(key, chunk);
      const done = (): void => void this.chunks.delete(key);
      chunk.then(done, done);
    }
    return chunk;
  }
}

/** Runs the tasks in order, a few at a time. */
async function inTurn<T>(tasks: (() => Promise<T>)[]): Promise<T[]> {
  const results = new Array<T>(tasks.length);
  const queue = tasks.entries();
  const worker = async (): Promise<void> => {
    for (const [index, task] of queue) results[index] = await task();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return results;
}
