/**
 * Decodes the Blosc 1 frames that our own store sends: LZ4, byte shuffle or none.
 *
 * itk-vtk-viewer would start a pool of workers and fetch a wasm module for this; a page that lives
 * in a blob: URL has nothing to fetch from, and a chunk takes about a millisecond here.
 */

const HEADER = 16;
const SHUFFLED = 0x01;
const STORED = 0x02;
const UNSPLIT = 0x10;
const LZ4 = 1;

export function decodeBlosc(frame: ArrayBuffer): ArrayBuffer {
  const source = new Uint8Array(frame);
  const view = new DataView(frame);
  const flags = view.getUint8(2);
  const typesize = view.getUint8(3);
  const size = view.getUint32(4, true);
  const blocksize = view.getUint32(8, true);
  if (flags & STORED) return frame.slice(HEADER, HEADER + size);
  if (flags >> 5 !== LZ4) throw new Error("Blosc frame without LZ4");

  const out = new Uint8Array(size);
  const scratch = new Uint8Array(blocksize);
  for (let start = 0, block = 0; start < size; start += blocksize, block++) {
    const length = Math.min(blocksize, size - start);
    const parts = flags & UNSPLIT || length < blocksize ? 1 : typesize;
    const part = length / parts;
    const target = scratch.subarray(0, length);
    let at = view.getUint32(HEADER + 4 * block, true);
    for (let i = 0; i < parts; i++) {
      const packed = view.getUint32(at, true);
      at += 4;
      const piece = source.subarray(at, at + packed);
      const room = target.subarray(i * part, (i + 1) * part);
      if (packed === part) room.set(piece);
      else decodeLz4(piece, room);
      at += packed;
    }
    const shuffled = Boolean(flags & SHUFFLED) && typesize > 1;
    if (shuffled) unshuffle(target, out.subarray(start, start + length), typesize);
    else out.set(target, start);
  }
  return out.buffer;
}

function unshuffle(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const count = Math.floor(source.length / typesize);
  for (let byte = 0; byte < typesize; byte++) {
    for (let i = 0, from = byte * count, to = byte; i < count; i++, from++, to += typesize) {
      target[to] = source[from] ?? 0;
    }
  }
  const rest = count * typesize;
  target.set(source.subarray(rest), rest);
}

function decodeLz4(source: Uint8Array, target: Uint8Array): void {
  let from = 0;
  let to = 0;
  while (from < source.length) {
    const token = source[from++] ?? 0;
    let literals = token >> 4;
    if (literals === 15) {
      let more;
      do literals += more = source[from++] ?? 0;
      while (more === 255);
    }
    target.set(source.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= source.length) break;
    const offset = (source[from] ?? 0) | ((source[from + 1] ?? 0) << 8);
    from += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more;
      do match += more = source[from++] ?? 0;
      while (more === 255);
    }
    if (offset === 0 || offset > to || to + match > target.length) throw new Error("damaged LZ4 block");
    // A match may overlap itself: that is how runs are written.
    for (let end = to + match; to < end; to++) target[to] = target[to - offset] ?? 0;
  }
  if (to !== target.length) throw new Error("damaged LZ4 block");
}
