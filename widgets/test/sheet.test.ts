/** The contact sheet: what it shows of hostile texts, how keys move in it, when it asks for pictures. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Sheet, type SheetContent, type Tile } from "../src/viewer/sheet.ts";
import sheetWidget from "../src/viewer/sheet_widget.ts";
import tab from "../src/viewer/tab.ts";

const HOSTILE = '<img src=x onerror="document.title=1">';

function tile(n: number, more: Partial<Tile> = {}): Tile {
  const what = `CT · chest ${n}`;
  const known = {
    uid: `1.${n}`,
    patient: `p-${n}`,
    dataset: "site",
    stratum: "GE",
    modality: "CT",
    what,
    images: 1000 + n,
    local: true,
  };
  return { ...known, mark: "", alt: `${what} of p-${n}`, ...more };
}

function content(tiles: Tile[], more: Partial<SheetContent> = {}): SheetContent {
  const choices = [
    { name: "vendor", title: "Vendor" },
    { name: "Modality", title: "Modality" },
  ];
  return { heading: "6 of 44 series", note: "Spread over", by: "vendor", choices, seed: 7, tiles, ...more };
}

const six = () => [1, 2, 3, 4, 5, 6].map((n) => tile(n));

function shown(tiles = six(), withoutPicture: string[] = []) {
  const calls: string[] = [];
  const sheet = new Sheet({
    thumbnail: (uid) => {
      calls.push(`thumb ${uid}`);
      return Promise.resolve(withoutPicture.includes(uid) ? null : new ArrayBuffer(4));
    },
    choose: (uid) => calls.push(`choose ${uid}`),
    press: (name, value) => calls.push(`${name} ${value}`),
  });
  document.body.append(sheet.element);
  sheet.draw(content(tiles));
  const options = () => [...sheet.element.querySelectorAll<HTMLElement>("[role=option]")];
  return { sheet, calls, options };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Three in a row, as the browser would lay them out. */
function threeInARow(): void {
  vi.spyOn(HTMLElement.prototype, "offsetTop", "get").mockImplementation(function (this: HTMLElement) {
    return 100 * Math.floor([...(this.parentElement?.children ?? [])].indexOf(this) / 3);
  });
}

const press = (key: string) =>
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  let made = 0;
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => `blob:${++made}`, revokeObjectURL: vi.fn() }));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("sheet", () => {
  test("tells each series, its images and its stratum, and never reads texts as markup", () => {
    const { options, sheet } = shown([tile(1, { patient: HOSTILE, dataset: HOSTILE, stratum: HOSTILE, alt: HOSTILE })]);
    expect(options()[0]?.textContent).toBe(`1,001${HOSTILE}CT · ${HOSTILE}`);
    expect(options()[0]?.getAttribute("aria-label")).toBe(HOSTILE);
    expect(sheet.element.querySelectorAll("img")).toHaveLength(1);
    expect(sheet.element.querySelector("img")?.alt).toBe(HOSTILE);
  });

  test("what the sample is spread over is said once", () => {
    const { options, sheet } = shown([tile(1, { patient: "P-1", dataset: "site", stratum: "site" })]);
    sheet.draw(content([tile(1, { patient: "P-1", dataset: "site", stratum: "site" })], { by: "dataset" }));
    expect(options()[0]?.textContent).toBe("1,001P-1CT · site");
    sheet.draw(content([tile(1, { patient: "P-1", dataset: "site", stratum: "CT" })], { by: "Modality" }));
    expect(options()[0]?.textContent).toBe("1,001siteCT");
  });

  test("arrows move in two dimensions, Enter opens, one tile is reached by Tab", () => {
    threeInARow();
    const { options, calls } = shown();
    const stops = () => options().flatMap((option, at) => (option.tabIndex === 0 ? [at] : []));
    expect(stops()).toEqual([0]);
    options()[0]?.focus();
    const at = () => options().indexOf(document.activeElement as HTMLElement);
    const walked = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp", "End", "ArrowDown", "Home"].map(
      (key) => {
        press(key);
        return at();
      },
    );
    expect(walked).toEqual([1, 4, 3, 0, 0, 5, 5, 0]);
    press("ArrowDown");
    expect(stops()).toEqual([3]);
    press("Enter");
    expect(calls).toContain("choose 1.4");
    expect(options()[3]?.getAttribute("aria-selected")).toBe("true");
  });

  test("asks once for each picture that can be had, and says where there is none", async () => {
    const away = tile(2, { local: false });
    const stored = tile(3, { local: false, pictured: true });
    const { options, calls, sheet } = shown([tile(1), away, stored, tile(4)], ["1.4"]);
    await settled();
    expect(calls).toEqual(["thumb 1.1", "thumb 1.3", "thumb 1.4"]);
    expect(options().map((option) => option.querySelector("img")?.getAttribute("src"))).toEqual([
      "blob:1",
      null,
      "blob:2",
      null,
    ]);
    expect(options()[1]?.textContent).toContain("not on this computer");
    expect(options()[2]?.getAttribute("aria-label")).toContain("not on this computer");
    expect(options()[3]?.textContent).toContain("no picture");
    sheet.draw(content([tile(1, { mark: "flag" }), stored]));
    await settled();
    expect(calls).toHaveLength(3);
    expect(options()[0]?.querySelector("img")?.getAttribute("src")).toBe("blob:1");
  });

  test("waits until a tile is near before it asks", () => {
    let near: (seen: { isIntersecting: boolean; target: Element }[]) => void = () => undefined;
    vi.stubGlobal(
      "IntersectionObserver",
      class {
        constructor(callback: typeof near) {
          near = callback;
        }
        observe = vi.fn();
        unobserve = vi.fn();
        disconnect = vi.fn();
      },
    );
    const { options, calls } = shown();
    expect(calls).toEqual([]);
    near(options().map((target, at) => ({ isIntersecting: at === 4, target })));
    expect(calls).toEqual(["thumb 1.5"]);
  });

  test("says marks in words and keeps the focus when they change", () => {
    const { options, sheet } = shown();
    options()[1]?.focus();
    sheet.draw(content([tile(1), tile(2, { mark: "exclude" }), tile(3, { mark: "flag" })]));
    expect(document.activeElement).toBe(options()[1]);
    expect(options().map((option) => option.querySelector(".cx-sheet-mark")?.textContent ?? "")).toEqual([
      "",
      "Excluded",
      "Flagged",
    ]);
    expect(options()[1]?.getAttribute("aria-label")).toContain("Excluded");
  });

  test("another column, seed or sample is asked for and waited for", () => {
    const { calls, sheet } = shown([]);
    const set = (element: HTMLInputElement | HTMLSelectElement | null, value: string): void => {
      if (!element) return;
      element.value = value;
      element.dispatchEvent(new Event("change"));
    };
    set(sheet.element.querySelector("select"), "Modality");
    set(sheet.element.querySelector("input"), "11");
    set(sheet.element.querySelector("input"), "-4");
    expect(sheet.element.querySelector("input")?.value).toBe("7");
    sheet.element.querySelector<HTMLButtonElement>("button")?.click();
    expect(calls).toEqual(["by Modality", "seed 11", "new "]);
    expect(sheet.element.querySelector(".waits")).not.toBeNull();
    sheet.draw(content([], { seed: 8, by: "Modality" }));
    expect(sheet.element.querySelector(".waits")).toBeNull();
    expect(sheet.element.querySelector("select")?.value).toBe("Modality");
  });
});

/** What a widget's model does, as far as the front ends use it. */
function model(values: Record<string, string>) {
  const heard = new Map<string, ((message: unknown) => void)[]>();
  const fake = {
    sent: [] as unknown[],
    values,
    get: (name: string) => values[name],
    set(name: string, value: string) {
      values[name] = value;
    },
    save_changes: vi.fn(),
    on(event: string, callback: (message: unknown) => void) {
      heard.set(event, [...(heard.get(event) ?? []), callback]);
    },
    off: vi.fn(),
    send: (message: unknown) => fake.sent.push(message),
    tell: (event: string, message?: unknown) => heard.get(event)?.forEach((callback) => callback(message)),
  };
  return fake;
}

test("in a notebook the chosen series can be flagged, excluded and cleared", () => {
  const fake = model({ content: JSON.stringify(content(six())), chosen: "", pressed: "" });
  const close = sheetWidget.render({ model: fake, el: document.body });
  expect(document.body.textContent).toContain("Choose a series to flag or exclude it.");
  document.querySelectorAll<HTMLElement>("[role=option]")[1]?.click();
  expect(fake.values.chosen).toBe("1.2");
  const button = (name: string) => [...document.querySelectorAll("button")].find((one) => one.textContent === name);
  button("Flag")?.click();
  expect(fake.values.pressed).toMatch(/^flag:1\.2:\d+$/);
  fake.values.content = JSON.stringify(
    content(six().map((one) => (one.uid === "1.2" ? { ...one, mark: "exclude" } : one))),
  );
  fake.tell("change:content");
  expect(button("Excluded")?.getAttribute("aria-pressed")).toBe("true");
  button("Excluded")?.click();
  expect(fake.values.pressed).toMatch(/^clear:1\.2:\d+$/);
  close();
  expect(document.body.textContent).toBe("");
});

test("the tab notes why a series is excluded, and offers what belongs to it", () => {
  const actions = {
    kind: "actions",
    uid: "1.2",
    mark: "exclude",
    note: HOSTILE,
    can_mark: true,
    outside: true,
    companions: [{ uid: "1.3", short: "study 2", text: HOSTILE }],
    beside: "",
    linked: [{ uid: "1.9", text: HOSTILE }],
    problems: [HOSTILE],
    png: "",
  };
  const fake = model({ content: JSON.stringify(actions), chosen: "", pressed: "" });
  tab.render({ model: fake, el: document.body });
  expect(document.querySelector("img")).toBeNull();
  expect(document.body.textContent).toContain("This series is no longer in the cohort.");
  expect(document.body.textContent).toContain("The counts do not change.");
  const note = document.querySelector<HTMLInputElement>("input");
  expect(note?.value).toBe(HOSTILE);
  if (note) note.value = "moved: twice";
  note?.dispatchEvent(new Event("change"));
  expect(fake.values.pressed).toMatch(/^exclude:1\.2:moved: twice:\d+$/);
  const button = (name: string) => [...document.querySelectorAll("button")].find((one) => one.textContent === name);
  button("Compare with study 2")?.click();
  expect(fake.values.pressed).toMatch(/^beside:1\.3:\d+$/);
  button("Fetch")?.click();
  expect(fake.values.pressed).toMatch(/^fetch:1\.9:\d+$/);
});
