import { describe, expect, test } from "vitest";
import { Scene } from "../src/viewer/scene";
import { picture, series } from "./viewer-fake";

/** The second one has slices of 5 mm, is seen in larger steps and begins 12 mm higher. */
const FOLLOW_UP = series({ title: "Follow-up", shape: [6, 20, 20], spacing: [5, 2, 2], origin: [42, 10, 0] });
const size = { width: 400, height: 400 };

function two(unlinked = ""): Scene {
  return new Scene(picture([series(), FOLLOW_UP], { unlinked_because: unlinked }));
}

describe("two series in one system of coordinates", () => {
  test("show the same millimetres from the start", () => {
    const scene = two();
    expect(scene.linked).toBe(true);
    expect(scene.look(1).cursor).toEqual(scene.look(0).cursor);
  });

  test("a step in one moves the other to the nearest slice, and the crosshair to the same point", () => {
    const scene = two();
    scene.goTo(0, "axial", 7);
    expect(scene.look(1).cursor).toEqual([16, 30, 51]);
    expect(scene.sliceOf(1, "axial")).toBe(2);
    scene.goTo(1, "axial", 1);
    expect(scene.look(0).cursor).toEqual([16, 30, 47]);
    expect(scene.sliceOf(0, "axial")).toBe(6);
  });

  test("a point outside the other is told", () => {
    const scene = two();
    scene.goTo(0, "axial", 0);
    expect(scene.inside(0)).toBe(true);
    expect(scene.inside(1)).toBe(false);
    expect(scene.sliceOf(1, "axial")).toBe(0);
  });

  test("zoom and place are the same in both, windows are not", () => {
    const scene = two();
    expect(scene.camera(0, "coronal", size)).toEqual(scene.camera(1, "coronal", size));
    scene.aim(1, "coronal", { centre: [12, -40], scale: 0.2 });
    expect(scene.camera(0, "coronal", size)).toEqual({ centre: [12, -40], scale: 0.2 });
    scene.nextPreset(0);
    expect(scene.look(0).window).toEqual([-600, 1500]);
    expect(scene.look(1).window).toEqual([40, 400]);
    scene.reset(0);
    expect(scene.look(0).window).toEqual([40, 400]);
  });
});

describe("two series in systems of their own", () => {
  test("stand alone until they are linked at a place", () => {
    const scene = two("The frames of reference differ.");
    expect(scene.linked).toBe(false);
    scene.goTo(0, "axial", 2);
    scene.goTo(1, "axial", 4);
    expect(scene.sliceOf(0, "axial")).toBe(2);

    scene.point(0, "axial", [14, 28]);
    scene.point(1, "axial", [20, 16]);
    scene.link("here");
    expect(scene.look(1).cursor).toEqual([20, 16, 62]);
    scene.goTo(0, "axial", 4);
    expect(scene.look(1).cursor).toEqual([20, 16, 68]);
    scene.put(1, [22, 16, 62]);
    expect(scene.look(0).cursor).toEqual([16, 28, 36]);
  });

  test("then also look at the same place, in coronal pictures too, whose second axis runs down", () => {
    const scene = two("The frames of reference differ.");
    scene.put(0, [14, 28, 36]);
    scene.put(1, [20, 16, 62]);
    scene.link("here");
    scene.aim(0, "coronal", { centre: [14, -36], scale: 0.5 });
    expect(scene.camera(1, "coronal", size)).toEqual({ centre: [20, -62], scale: 0.5 });
    scene.unlink();
    scene.aim(0, "coronal", { centre: [0, 0], scale: 1 });
    expect(scene.camera(1, "coronal", size).centre).not.toEqual([6, -26]);
  });
});

test("unlinked and linked again by millimetres, the first one leads", () => {
  const scene = two();
  scene.unlink();
  scene.goTo(1, "axial", 5);
  expect(scene.look(0).cursor).toEqual([16, 30, 42]);
  scene.link("mm");
  expect(scene.look(1).cursor).toEqual([16, 30, 42]);
});

test("a click sets two coordinates and keeps the slice", () => {
  const scene = new Scene(picture());
  scene.point(0, "sagittal", [25, -33]);
  expect(scene.look(0).cursor).toEqual([16, 25, 33]);
  expect(scene.sliceOf(0, "sagittal")).toBe(6);
  expect(scene.sliceOf(0, "axial")).toBe(1);
  scene.point(0, "sagittal", [2500, 0]);
  expect(scene.look(0).cursor).toEqual([16, 38, 30]);
});
