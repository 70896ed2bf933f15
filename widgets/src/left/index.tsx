/** The facet list, rule and filters, as an anywidget front end: one module for the app and the notebook. */

import { render as draw } from "preact";
import { hostOf, type AnyModel, type PanelView } from "./host.ts";
import { speak } from "./languages.ts";
import { Left } from "./Left.tsx";
import { Store } from "./store.ts";
import { css } from "./style/index.ts";
import { language } from "./text.ts";

interface RenderProps {
  model: AnyModel;
  el: HTMLElement;
  /** Given by Panel only. */
  view?: PanelView;
}

function render({ model, el, view }: RenderProps): () => void {
  const host = hostOf(model, view);
  const wanted = () => (model.get("locale") as string | undefined) ?? "";
  speak(wanted());
  const store = new Store(host);

  // The style lives beside what it styles: Panel puts components in a shadow root, a notebook does not.
  const style = document.createElement("style");
  style.textContent = css;
  const root = document.createElement("div");
  root.className = "cx-host";
  el.append(style, root);
  el.classList.toggle("cx-outer", store.wire.shape !== "column");
  draw(<Left store={store} />, root);

  // One drawing for all the traits that one answer changes, in the frame that comes next.
  let [asked, over] = [false, false];
  const stop = host.watch(() => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      if (over) return;
      const before = language();
      speak(wanted());
      store.refresh();
      // What is drawn already is not drawn anew for a word.
      if (language() === before) return;
      draw(null, root);
      draw(<Left store={store} />, root);
    });
  });
  return () => {
    stop();
    over = true;
    draw(null, root);
    style.remove();
    root.remove();
  };
}

export default { render };
