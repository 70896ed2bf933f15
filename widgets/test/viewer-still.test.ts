import { expect, test } from "vitest";
import { Channel } from "../src/viewer/channel";
import type { Camera } from "../src/viewer/stage";
import { StillStage } from "../src/viewer/still_stage";
import { FakeModel, picture, series } from "./viewer-fake";

URL.createObjectURL = () => "blob:picture";
URL.revokeObjectURL = () => undefined;
Object.defineProperty(HTMLImageElement.prototype, "decode", { value: () => Promise.resolve() });

const CAMERA: Camera = { centre: [15.5, 29], scale: 0.1 };

function stage(answer?: () => ArrayBuffer | null): { model: FakeModel; still: StillStage; image: HTMLImageElement } {
  const shown = picture([series()]);
  const model = new FakeModel(shown, answer);
  const still = new StillStage(new Channel(model), shown, 0);
  const image = still.element.querySelector("img");
  if (!image) throw new Error("no image");
  return { model, still, image };
}

test("lies where the camera sees it, to the edges of the voxels", async () => {
  const { still, image } = stage();
  await still.open("axial", 4, [40, 400], CAMERA);
  expect(image.style.width).toBe("120px");
  expect(image.style.height).toBe("200px");
  expect(image.style.left).toBe("calc(50% - 60px)");
  still.camera({ centre: [15.5, 29], scale: 0.05 });
  await Promise.resolve();
  expect(image.style.width).toBe("240px");
});

test("a slice that is wanted while it opens is drawn too, and opening does not fail", async () => {
  const { model, still, image } = stage();
  const opened = still.open("axial", 4, [40, 400], CAMERA);
  const next = still.show("coronal", 2);
  await Promise.all([opened, next]);
  expect(image.hidden).toBe(false);
  expect(model.of("png").map(({ plane, index }) => `${plane} ${index}`)).toEqual(["axial 4", "coronal 2"]);
});

test("drags of the window ask for few pictures, the last of them surely", async () => {
  const { model, still } = stage();
  await still.open("axial", 4, [40, 400], CAMERA);
  for (let width = 401; width <= 430; width++) still.window([40, width]);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(model.of("png").map(({ window }) => window[1])).toEqual([400, 430]);
});

test("without a picture it says so", async () => {
  const { still } = stage(() => null);
  await expect(still.open("axial", 4, [40, 400], CAMERA)).rejects.toThrow("There is no picture of this slice.");
});
