import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { linesAround, where } from "../src/lab/document/Broken.tsx";
import { DocumentSync, type OpenText } from "../src/lab/document/DocumentSync.ts";
import { fileName, hash, workspaceOf } from "../src/lab/document/naming.ts";
import { isSame, written } from "../src/lab/document/same.ts";
import { Fake, Refused, settle, type Asked } from "./lab-fake.ts";

const FILE = '{"version": 1, "name": "Breast"}';
const FULL = { version: 1, name: "Breast", include: [], exclude: [], within: [], select: "matching" };
const CHANGED = { ...FULL, select: "all", annotations: { note: "mine" } };

let held = { revision: 1, definition: FULL as object };
let fake: Fake;
let file: OpenText;
let sync: DocumentSync;

function answer({ method, body }: Asked) {
  if (method === "put" && typeof body?.definition === "string" && body.definition.includes("broken")) {
    return new Refused("broken", 400, "/include", 2, 3);
  }
  return held;
}

beforeEach(async () => {
  vi.useFakeTimers();
  held = { revision: 1, definition: FULL };
  fake = new Fake(answer);
  await fake.model.start();
  file = { path: "cohorts/breast.cohort.json", text: FILE, dirty: false };
  sync = new DocumentSync(fake.model, file);
});

afterEach(() => vi.useRealTimers());

async function changeElsewhere(definition: object): Promise<void> {
  held = { revision: held.revision + 1, definition };
  fake.socket.say({ kind: "workspace", name: sync.workspace, revision: held.revision });
  await settle();
}

test("names are the same as the server's", () => {
  expect(hash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // printf 'über/größe.cohort.json' | sha256sum
  expect(workspaceOf("über/größe.cohort.json")).toMatch(/^file-[0-9a-f]{16}$/);
  expect(sync.workspace).toBe(workspaceOf("cohorts/breast.cohort.json"));
});

test("opening tells the server the text, and leaves the file as it is written", async () => {
  await sync.open();
  expect(fake.asked.at(-1)).toEqual({
    method: "put",
    path: `workspaces/${sync.workspace}`,
    body: { definition: FILE, base: hash(FILE), only_if_base_differs: true },
  });
  expect(file).toMatchObject({ text: FILE, dirty: false });
});

test("changes that were never saved come back after a reload", async () => {
  held.definition = CHANGED;
  await sync.open();
  expect(file).toMatchObject({ text: written(CHANGED), dirty: true });
});

test("a change makes the file dirty, undoing it makes it clean with its own writing", async () => {
  await sync.open();
  await changeElsewhere(CHANGED);
  expect(file.dirty).toBe(true);
  expect(JSON.parse(file.text)).toEqual(CHANGED);
  await changeElsewhere(FULL);
  expect(file).toMatchObject({ text: FILE, dirty: false });
});

test("saving tells the server which text is on disk, and nothing else", async () => {
  await sync.open();
  await changeElsewhere(CHANGED);
  await sync.saved();
  expect(fake.asked.at(-1)?.body).toEqual({ base: hash(file.text) });
});

test("text that is typed becomes the definition, once the typing rests", async () => {
  await sync.open();
  fake.asked = [];
  file.text = '{"version": 1, "sel';
  file.dirty = true;
  sync.textChanged();
  vi.advanceTimersByTime(300);
  file.text = '{"version": 1, "select": "all"}';
  sync.textChanged();
  vi.advanceTimersByTime(600);
  await settle();
  expect(fake.asked.map(({ body }) => body)).toEqual([{ definition: file.text, base: hash(FILE) }]);
  expect(file.text).toBe('{"version": 1, "select": "all"}');
});

test("our own writing is no typing", async () => {
  const plain = file;
  let text = FILE;
  Object.defineProperty(plain, "text", {
    get: () => text,
    set: (value: string) => {
      text = value;
      sync.textChanged();
    },
  });
  await sync.open();
  await changeElsewhere(CHANGED);
  fake.asked = [];
  vi.advanceTimersByTime(5_000);
  await settle();
  expect(fake.asked).toEqual([]);
});

test("a broken file says what and where, and is well again when it is checked again", async () => {
  file.text = '{"broken": \n  [}';
  await sync.open();
  expect(sync.trouble).toEqual({ message: "broken", path: "/include", line: 2, column: 3 });
  file.text = FILE;
  await sync.open();
  expect(sync.trouble).toBeNull();
});

test("a server that does not answer is no broken file", async () => {
  fake.answer = () => new Refused("gone", 503);
  await sync.open();
  expect(sync.trouble).toBeNull();
  expect(sync.problem).toBe("gone");
});

test("a renamed file has another workspace, with what it holds now", async () => {
  await sync.open();
  await changeElsewhere(CHANGED);
  const before = sync.workspace;
  (file as { path: string }).path = "other.cohort.json";
  await sync.moved();
  expect(sync.workspace).not.toBe(before);
  expect(fake.asked.at(-1)).toMatchObject({
    path: `workspaces/${workspaceOf("other.cohort.json")}`,
    body: { definition: file.text, base: hash(FILE), moved_from: before },
  });
});

test("what a definition leaves out is its default", () => {
  expect(isSame({ version: 1 }, { version: 1, name: "", include: [], select: "matching" })).toBe(true);
  expect(isSame({ version: 1 }, { version: 1, select: "all" })).toBe(false);
});

test("file names keep the cohort's name as far as a file system can", () => {
  expect(fileName("Breast MR of women")).toBe("Breast MR of women.cohort.json");
  expect(fileName(' ../a\\b:c*?"<>|\u0007 ')).toBe("a b c.cohort.json");
  expect(fileName("…")).toBe("….cohort.json");
  expect(fileName("///")).toBe("cohort.cohort.json");
});

test("the place in a broken file is said and shown", () => {
  expect(where({ message: "", path: "/a", line: 2, column: 3 })).toBe("Where: line 2, column 3, at /a");
  expect(where({ message: "", path: "", line: null, column: null })).toBe("The file as a whole is meant.");
  const lines = linesAround('{\n  "a": wrong,\n}', 2, 8);
  expect(lines.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(lines[1]).toEqual({ number: 2, before: '  "a": ', wrong: "wrong", after: "," });
  const [long] = linesAround(`${"x".repeat(9_000)}!${"y".repeat(9_000)}`, 1, 9_001);
  expect((long?.before.length ?? 0) + (long?.after.length ?? 0)).toBeLessThan(500);
});
