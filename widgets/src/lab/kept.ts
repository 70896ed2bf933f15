/**
 * What a saved output keeps beside a widget, shown where the widget is not there.
 *
 * A notebook that is opened again has no kernel with its widgets, and Jupyter's widget manager then writes "model not
 * found" over the picture or the sentence that the file does hold. The manager renders as before; what it leaves empty,
 * the picture or the sentence fills until the widget comes.
 */

import type { NotebookPanel } from "@jupyterlab/notebook";

export type Registry = NotebookPanel["content"]["rendermime"];
export type Factory = Parameters<Registry["addFactory"]>[0];
export type Renderer = ReturnType<Factory["createRenderer"]>;
type Model = Parameters<Renderer["renderModel"]>[0];

export const WIDGET = "application/vnd.jupyter.widget-view+json";

/** The best first. A picture's page has its description, which Jupyter drops from a PNG. */
const KEPT = ["text/html", "image/png"];

/** Longer than a widget of a running kernel takes: it is not to flicker. */
const PATIENCE_MS = 1000;

/** Let every renderer of widgets that a registry has or gets show what is kept. */
export function showKept(registry: Registry): void {
  const add = registry.addFactory.bind(registry);
  // The widget manager puts its factory in once more when the kernel is ready.
  registry.addFactory = (factory, rank) =>
    add(factory.mimeTypes.includes(WIDGET) ? withKept(factory, registry) : factory, rank);
  const present = registry.getFactory(WIDGET);
  if (present) registry.addFactory(present, registry.getRank(WIDGET));
}

function withKept(factory: Factory, registry: Registry): Factory {
  return {
    ...factory,
    createRenderer: (options) => {
      const renderer = factory.createRenderer(options);
      if (options.mimeType === WIDGET) fill(renderer, registry);
      return renderer;
    },
  };
}

/** The renderer stays the manager's own object: the manager looks for those to tell them when it is there. */
function fill(renderer: Renderer, registry: Registry): void {
  const render = renderer.renderModel.bind(renderer);
  let newest = 0;
  let shown: Renderer | null = null;
  const clear = () => {
    shown?.node.remove();
    shown?.dispose();
    shown = null;
  };
  const show = async (model: Model, turn: number) => {
    const next = kept(model, registry);
    if (!next) return;
    await next.ready;
    if (turn !== newest || renderer.isDisposed || !isEmpty(renderer)) {
      next.renderer.dispose();
      return;
    }
    clear();
    shown = next.renderer;
    renderer.removeClass("jupyter-widgets");
    renderer.node.replaceChildren(shown.node);
  };
  renderer.renderModel = async (model) => {
    const turn = ++newest;
    clear();
    const late = setTimeout(() => void show(model, turn), PATIENCE_MS);
    try {
      await render(model);
    } finally {
      clearTimeout(late);
    }
    if (isEmpty(renderer)) await show(model, turn);
    else clear();
  };
  renderer.disposed.connect(clear);
}

/** Whether no widget stands in it, only words of the manager. A widget that was closed hides its renderer. */
function isEmpty(renderer: Renderer): boolean {
  return !renderer.isHidden && renderer.layout !== null && [...renderer.layout].length === 0;
}

/** What shows the best of the rest, as of a notebook that nobody trusts: without scripts. */
function kept(model: Model, registry: Registry): { renderer: Renderer; ready: Promise<void> } | null {
  const type = KEPT.find((each) => model.data[each] !== undefined && registry.getFactory(each));
  if (type === undefined) return null;
  const renderer = registry.createRenderer(type);
  const { data, metadata } = model;
  return { renderer, ready: renderer.renderModel(registry.createModel({ data, metadata, trusted: false })) };
}
