/** The explorer as JupyterLab's view on a `*.cohort.json` file. */

import { PathExt } from "@jupyterlab/coreutils";
import { ABCWidgetFactory, DocumentWidget, type DocumentRegistry, type IDocumentWidget } from "@jupyterlab/docregistry";
import type { Widget } from "@lumino/widgets";
import { h, render } from "preact";
import { t } from "../../left/text.ts";
import type { ExplorerFrame } from "../frame/ExplorerFrame.tsx";
import type { Explorers } from "../frame/explorers.ts";
import { explorerIcon } from "../icons.ts";
import { Broken } from "./Broken.tsx";
import { DocumentSync, type OpenText } from "./DocumentSync.ts";

type Context = DocumentRegistry.Context;
type View = IDocumentWidget<ExplorerFrame>;

export class ExplorerFactory extends ABCWidgetFactory<View> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<View>,
    private readonly explorers: Explorers,
    private readonly openText: (path: string) => void,
  ) {
    super(options);
  }

  protected override createNewWidget(context: Context): View {
    const { model } = this.explorers;
    const file = textOf(context);
    const sync = new DocumentSync(model, file);
    const frame = this.explorers.frame(sync.workspace);
    const view = new DocumentWidget({ content: frame, context });
    view.addClass("cxf-tab");
    view.toolbar.hide();
    view.title.icon = explorerIcon;
    const trouble = new Cover(view, sync, () => file.text, {
      openText: () => this.openText(context.path),
      check: () => void context.revert().then(() => sync.open()),
    });

    sync.changed.connect(() => {
      const before = frame.workspace;
      frame.workspace = sync.workspace;
      // A renamed file stays the current cohort.
      if (before === model.workspace) model.setWorkspace(sync.workspace);
      trouble.show();
    });
    void context.ready.then(() => {
      if (view.isDisposed) return;
      void sync.open();
      context.model.contentChanged.connect(() => sync.textChanged());
      context.pathChanged.connect(() => void sync.moved());
      context.saveState.connect((_, state) => {
        if (state === "completed") void sync.saved();
      });
    });
    view.disposed.connect(() => {
      sync.dispose();
      trouble.dispose();
    });
    return view;
  }
}

/** The document's text, as the one who keeps it in step sees it. */
function textOf(context: Context): OpenText {
  return {
    get path() {
      return context.localPath;
    },
    get text() {
      return context.model.toString();
    },
    set text(text) {
      context.model.fromString(text);
    },
    get dirty() {
      return context.model.dirty;
    },
    set dirty(dirty) {
      context.model.dirty = dirty;
    },
  };
}

interface Ways {
  openText: () => void;
  check: () => void;
}

/** Stands over the page while the file holds no definition. */
class Cover {
  readonly #node = document.createElement("div");

  constructor(
    private readonly view: Widget & { context: Context; content: Widget },
    private readonly sync: DocumentSync,
    private readonly text: () => string,
    private readonly ways: Ways,
  ) {
    this.#node.className = "cxf-over";
    view.content.node.append(this.#node);
  }

  show(): void {
    const { trouble } = this.sync;
    const name = PathExt.basename(this.view.context.localPath);
    this.view.content.node.classList.toggle("cxf-has-trouble", trouble !== null);
    render(trouble && h(Broken, { name, text: this.text(), trouble, ...this.ways }), this.#node);
  }

  dispose(): void {
    render(null, this.#node);
  }
}

export const FILE_TYPE: Partial<DocumentRegistry.IFileType> = {
  name: "cohort-explorer",
  extensions: [".cohort.json"],
  pattern: "\\.cohort\\.json$",
  mimeTypes: ["application/json"],
  contentType: "file",
  fileFormat: "text",
  icon: explorerIcon,
  get displayName() {
    return t("Cohort");
  },
};
