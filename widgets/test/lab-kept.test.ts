import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showKept, WIDGET, type Factory, type Registry, type Renderer } from "../src/lab/kept.ts";

type Model = Parameters<Renderer["renderModel"]>[0];
type Render = (renderer: FakeRenderer, model: Model) => Promise<void> | void;

/** As much of a renderer as there is without Lumino. */
class FakeRenderer {
  readonly node = document.createElement("div");
  readonly layout: unknown[] = [];
  isHidden = false;
  isDisposed = false;
  readonly disposed = { connect: (slot: () => void) => void this.#slots.push(slot) };
  readonly #slots: (() => void)[] = [];

  constructor(private readonly render: Render) {}

  async renderModel(model: Model): Promise<void> {
    await this.render(this, model);
  }

  removeClass(name: string): void {
    this.node.classList.remove(name);
  }

  dispose(): void {
    this.isDisposed = true;
    for (const slot of this.#slots) slot();
  }
}

class FakeRegistry {
  readonly factories: Record<string, Factory> = {};
  readonly ranks: Record<string, number | undefined> = {};
  readonly trusted: boolean[] = [];

  constructor(...types: string[]) {
    for (const type of types) {
      this.addFactory(
        making((renderer, model) => {
          this.trusted.push(model.trusted);
          renderer.node.textContent = model.data[type] as string;
        }, type),
      );
    }
  }

  addFactory(factory: Factory, rank?: number): void {
    for (const type of factory.mimeTypes) [this.factories[type], this.ranks[type]] = [factory, rank];
  }

  getFactory(type: string): Factory | undefined {
    return this.factories[type];
  }

  getRank(type: string): number | undefined {
    return this.ranks[type];
  }

  createRenderer(type: string): Renderer {
    const factory = this.getFactory(type);
    if (!factory) throw new Error(`nothing renders ${type}`);
    return factory.createRenderer({ mimeType: type } as Parameters<Factory["createRenderer"]>[0]);
  }

  createModel(model: object): object {
    return model;
  }
}

function making(render: Render, ...mimeTypes: string[]): Factory {
  return { safe: false, mimeTypes, createRenderer: () => new FakeRenderer(render) as unknown as Renderer };
}

/** As the manager does where it does not know the model. */
const notFound: Render = ({ node }) => {
  node.textContent = "Error displaying widget: model not found";
  node.classList.add("jupyter-widgets");
};

const live: Render = ({ node, layout }) => {
  node.textContent = "live";
  layout.push({});
};

const output = (data: object) => ({ data, metadata: {}, trusted: true }) as unknown as Model;
const SAVED = { [WIDGET]: { model_id: "gone" }, "text/html": "the sentence", "image/png": "the picture" };

/** A registry whose manager renders so, and a renderer that it makes. */
function managed(render: Render, types = ["text/html", "image/png"]): { registry: FakeRegistry; renderer: Renderer } {
  const registry = new FakeRegistry(...types);
  showKept(registry as unknown as Registry);
  registry.addFactory(making(render, WIDGET), -10);
  return { registry, renderer: registry.createRenderer(WIDGET) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each([
  [SAVED, "the sentence"],
  [{ ...SAVED, "text/html": undefined }, "the picture"],
  [{ [WIDGET]: {}, "text/plain": "IntSlider()" }, "Error displaying widget: model not found"],
])("what is kept stands where the widget is not found: %#", async (data, shown) => {
  const { registry, renderer } = managed(notFound);
  await renderer.renderModel(output(data));
  expect(renderer.node.textContent).toBe(shown);
  expect(registry.trusted).not.toContain(true);
  expect(registry.getRank(WIDGET)).toBe(-10);
});

test("where nothing can show what is kept, the manager's words stay", async () => {
  const { renderer } = managed(notFound, []);
  await renderer.renderModel(output(SAVED));
  expect(renderer.node.textContent).toContain("model not found");
});

test("a live widget is left alone", async () => {
  const { registry, renderer } = managed(live);
  await renderer.renderModel(output(SAVED));
  await vi.advanceTimersByTimeAsync(5000);
  expect(renderer.node.textContent).toBe("live");
  expect(registry.trusted).toEqual([]);
});

test("the widget that is found later takes the place", async () => {
  let render = notFound;
  const { renderer } = managed((...all) => render(...all));
  await renderer.renderModel(output(SAVED));
  expect(renderer.node.textContent).toBe("the sentence");
  render = live;
  await renderer.renderModel(output(SAVED));
  expect(renderer.node.textContent).toBe("live");
});

test("while no kernel says anything, what is kept stands there too", async () => {
  let answer: () => void = vi.fn();
  const { renderer } = managed(async (made, model) => {
    made.node.textContent = "Loading widget...";
    await new Promise<void>((done) => (answer = done));
    return live(made, model);
  });
  const rendered = renderer.renderModel(output(SAVED));
  await vi.advanceTimersByTimeAsync(500);
  expect(renderer.node.textContent).toBe("Loading widget...");
  await vi.advanceTimersByTimeAsync(600);
  expect(renderer.node.textContent).toBe("the sentence");
  answer();
  await rendered;
  expect(renderer.node.textContent).toBe("live");
});

test("a widget that was closed leaves nothing", async () => {
  const { renderer } = managed((made) => {
    made.isHidden = true;
  });
  await renderer.renderModel(output(SAVED));
  expect(renderer.node.textContent).toBe("");
});

test("a factory that was there before counts, and other types keep their own", async () => {
  const registry = new FakeRegistry("text/html");
  const html = registry.getFactory("text/html");
  registry.addFactory(making(notFound, WIDGET), -10);
  showKept(registry as unknown as Registry);
  const renderer = registry.createRenderer(WIDGET);
  await renderer.renderModel(output(SAVED));
  expect(renderer.node.textContent).toBe("the sentence");
  expect(registry.getRank(WIDGET)).toBe(-10);
  expect(registry.getFactory("text/html")).toBe(html);
});
