/** The left column, rule and filters, as an anywidget front end: one module for the app and the notebook. */

import { render as draw } from "preact";
import { hostOf, type AnyModel, type PanelView } from "./host.ts";
import { Left } from "./Left.tsx";
import { Store } from "./store.ts";
import filters from "./style/filters.css?inline";
import frame from "./style/frame.css?inline";
import narrow from "./style/narrow.css?inline";
import popup from "./style/popup.css?inline";
import ranges from "./style/ranges.css?inline";
import rule from "./style/rule.css?inline";

const css = [frame, rule, filters, ranges, popup, narrow].join("");

interface RenderProps {
  model: AnyModel;
  el: HTMLElement;
  /** Given by Panel only. */
  view?: PanelView;
}

function render({ model, el, view }: RenderProps): () => void {
  const host = hostOf(model, view);
  const store = new Store(host);

  // The style lives beside what it styles: Panel puts components in a shadow root, a notebook does not.
  const style = document.createElement("style");
  style.textContent = css;
  const root = document.createElement("div");
  root.className = "cx-host";
  el.append(style, root);
  draw(<Left store={store} />, root);

  // One drawing for all the traits that one answer changes.
  let frame = 0;
  const stop = host.watch(() => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      store.refresh();
    });
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
    draw(null, root);
    style.remove();
    root.remove();
  };
}

export default { render };
