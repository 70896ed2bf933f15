/** How high a picture is in the app, whose page does not scroll: it ends where the window does. */

const LEAST = 300;
const MOST = 640;
/** Slider, tools and the first line of segments stand below a picture. */
const BELOW = 104;

/** Keeps `--cx-h` of the viewer in step with the window; gives what ends it. */
export function fitToWindow(root: HTMLElement, body: HTMLElement): () => void {
  const fit = (): void => {
    if (!body.clientWidth) return;
    const room = innerHeight - (body.getBoundingClientRect().top + scrolledBy(body)) - BELOW;
    root.style.setProperty("--cx-h", `${Math.round(Math.min(MOST, Math.max(LEAST, room)))}px`);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(root);
  addEventListener("resize", fit);
  return () => {
    observer.disconnect();
    removeEventListener("resize", fit);
  };
}

/** Pixels that everything around an element is scrolled by; components stand in shadow roots. */
function scrolledBy(element: Element): number {
  let sum = 0;
  for (let node: Node | null = element; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    if (node instanceof Element) sum += node.scrollTop;
  }
  return sum;
}
