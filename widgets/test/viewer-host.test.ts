/** The chain of stages in the viewer. */

import { describe, expect, test } from "vitest";
import { picture, series } from "./viewer-fake";
import { FakeStage, key, named, open, opened, settle, stage } from "./viewer-opened";

describe("the chain of stages", () => {
  const shown = picture([series()], { stages: ["viewer", "slices", "still"] });

  test("a still picture at once, the viewer over it once it draws", async () => {
    const { root, model } = opened(shown);
    await settle();
    expect(model.of("png")[0]).toMatchObject({ series: 0, plane: "axial", index: 4, window: [40, 400] });
    expect(root.querySelector("img")?.hidden).toBe(false);
    expect(root.dataset.shown).toBeUndefined();
    key(root, "ArrowDown");
    await settle();
    stage().succeed();
    await settle();
    expect(root.dataset.shown).toBe("viewer");
    expect(stage().shown).toEqual(["axial 4", "axial 5"]);
    expect(root.querySelector("img")).toBeNull();
    stage().oncoarse(2);
    await settle(300);
    expect(root.textContent).toContain("Loaded 1:2");
    expect(model.states.at(-1)).toMatchObject({ shown: "viewer", because: "", coarseness: 2, cursor: [[16, 30, 45]] });
    named(root, "Load full resolution").click();
    expect(stage().full).toHaveBeenCalled();
  });

  test("goes on where a stage rejects, and says why once", async () => {
    const { root, model } = opened(shown);
    stage().fail(new Error("This browser has no WebGL."));
    await settle();
    expect(stage().removed).toBe(true);
    stage(1).succeed();
    await settle(300);
    expect(root.dataset.shown).toBe("slices");
    const said = "This browser has no WebGL. Slices are drawn without the interactive viewer.";
    expect(root.textContent.split(said)).toHaveLength(2);
    expect(model.states.at(-1)).toMatchObject({ shown: "slices", because: said });
    expect(named(root, "Volume").disabled).toBe(true);
  });

  test("does not wait for ever, and ends with still pictures", async () => {
    const { root } = opened({ ...shown, time_limit_s: 0.25 });
    await settle(900);
    expect(FakeStage.all.map(({ removed }) => removed)).toEqual([true, true]);
    expect(root.dataset.shown).toBe("still");
    expect(root.textContent).toContain("The picture was not drawn within 0.25 seconds.");
    expect(root.querySelector("img")?.alt).toBe("CT Chest, axial plane, slice 5 of 8");
  });

  test("the next one takes over from a viewer that lost its WebGL", async () => {
    const { root } = opened(shown);
    stage().succeed();
    await settle();
    stage().onlost?.("The graphics card was reset.");
    await settle();
    stage(1).succeed();
    await settle();
    expect(stage().removed).toBe(true);
    expect(root.dataset.shown).toBe("slices");
    expect(root.textContent).toContain("The graphics card was reset.");
  });

  test("three planes at once are never three viewers, and move together", async () => {
    const { root } = opened(shown);
    stage().succeed();
    await settle();
    named(root, "Three planes").click();
    await settle();
    expect(stage().removed).toBe(true);
    expect(FakeStage.all.slice(1).map(({ kind }) => kind)).toEqual(["slices", "slices", "slices"]);
    for (const each of FakeStage.all.slice(1)) each.succeed();
    await settle();
    expect(root.dataset.slice).toBe("axial 4;coronal 5;sagittal 6");
    root.querySelectorAll<HTMLInputElement>("input[data-slices]")[2]?.focus();
    const slider = root.querySelectorAll<HTMLInputElement>("input[data-slices]")[2];
    if (slider) slider.value = "2";
    slider?.dispatchEvent(new Event("input"));
    await settle();
    expect(root.dataset.cursor).toBe("12.0,30.0,42.0");
    expect(stage(3).shown.at(-1)).toBe("sagittal 2");
  });

  test("a volume that was lost is a plane again", async () => {
    const { root } = opened(shown);
    stage().succeed();
    await settle();
    key(root, "4");
    await settle();
    expect(stage().shown.at(-1)).toBe("volume 4");
    expect(root.querySelector(".cx-img-layer")?.className).toContain("cx-img-through");
    expect([named(root, "Crosshair").disabled, named(root, "Ruler").disabled]).toEqual([true, true]);
    stage().onlost?.("The graphics card was reset.");
    await settle();
    expect(stage(1).shown).toEqual(["axial 4"]);
    stage(1).succeed();
    await settle();
    expect(root.dataset.painted).toBe("axial 4");
    expect(named(root, "Axial, as acquired").getAttribute("aria-pressed")).toBe("true");
  });

  test("closing frees every stage and listens no more", async () => {
    const { root, model } = opened(shown);
    await settle();
    open.close?.();
    open.close = undefined;
    expect(stage().removed).toBe(true);
    expect(model.listeners.size).toBe(0);
    expect(root.isConnected).toBe(false);
    const asked = model.asked.length;
    await settle(300);
    expect(model.asked).toHaveLength(asked);
  });
});
