// In the page, before any of its own code: when a click arrived, what went both ways over websockets, and
// when the page had drawn the numbers of the new definition.
(() => {
  if (window.top !== window) return;
  const LATE_MS = 30_000;
  let watch = null;

  const size = (content) =>
    typeof content === "string"
      ? new Blob([content]).size
      : (content?.byteLength ?? content?.size ?? 0);

  function note(kind, content) {
    const bytes = size(content);
    // Pings and the kernel's "busy" and "idle" are not of this click.
    if (watch?.start) watch[kind].push({ at: performance.now(), bytes });
  }

  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...parameters) {
      super(...parameters);
      this.addEventListener("message", ({ data }) => note("received", data));
    }
    send(content) {
      note("sent", content);
      super.send(content);
    }
  };

  /** The first element that matches, also inside shadow roots. */
  function find(selector, root = document) {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const element of root.querySelectorAll("*")) {
      const inside = element.shadowRoot && find(selector, element.shadowRoot);
      if (inside) return inside;
    }
    return null;
  }

  /** Id of the definition whose numbers are drawn; empty while anything is awaited. */
  function counted() {
    if (!watch.list.isConnected) watch.list = find(".cx");
    if (watch.list.classList.contains("waiting")) return "";
    const id = watch.list.dataset.counted ?? "";
    const head = find(".totals", watch.head);
    if (
      head &&
      (head.classList.contains("pending") || head.dataset.counted !== id)
    )
      return "";
    return id;
  }

  function look() {
    if (!watch.start || watch.drawn) return;
    const id = counted();
    if (!id || id === watch.before) return;
    watch.drawn = performance.now();
    // The first callback comes before the frame with these numbers is painted, the second one after.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => watch.tell(performance.now())),
    );
  }

  const begin = (event) => {
    if (!watch || watch.start || !event.isTrusted) return;
    if (
      event.type === "keydown" &&
      event.key !== "Enter" &&
      !(event.ctrlKey && event.key === "z")
    )
      return;
    watch.start = event.timeStamp;
  };
  for (const kind of ["click", "keydown"])
    window.addEventListener(kind, begin, true);

  window.clicks = {
    /** Begin to watch for the next click. */
    arm() {
      watch?.observer.disconnect();
      const list = find(".cx");
      const head = find(".totals")?.getRootNode() ?? list;
      const observer = new MutationObserver(look);
      for (const root of new Set([list.getRootNode(), head]))
        observer.observe(root, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
      watch = {
        list,
        head,
        observer,
        start: 0,
        drawn: 0,
        sent: [],
        received: [],
        before: "",
      };
      watch.before = counted();
      watch.painted = new Promise((resolve) => (watch.tell = resolve));
    },

    /** What was seen of the click, when its numbers are painted and the messages after it have come. */
    async seen(rest) {
      const { painted, observer } = watch;
      const late = new Promise((_, reject) =>
        setTimeout(() => reject(new Error("no numbers came")), LATE_MS),
      );
      const at = await Promise.race([painted, late]);
      observer.disconnect();
      await new Promise((resolve) => setTimeout(resolve, rest));
      const { start, sent, received, drawn } = watch;
      const until = received.filter((message) => message.at <= drawn);
      const total = (messages) =>
        messages.reduce((sum, { bytes }) => sum + bytes, 0);
      return {
        painted: at - start,
        asked: (sent[0]?.at ?? start) - start,
        told: (until.at(-1)?.at ?? start) - start,
        drawn: drawn - start,
        messages: until.length,
        bytes: total(until),
        later_messages: received.length - until.length,
        later_bytes: total(received) - total(until),
        sent_bytes: total(sent),
        server: JSON.parse(find(".cx").dataset.took ?? "{}"),
      };
    },

    /** Rows on screen that can be clicked without ending at nobody. */
    rows() {
      const root = find(".cx");
      return [...root.querySelectorAll("[data-facet] .fr")].map((row) => ({
        facet: row.closest("[data-facet]").dataset.facet,
        key: row.dataset.key,
        chosen: row.getAttribute("aria-checked") === "true",
        some: /[1-9]/.test(row.querySelector(".c1").textContent),
      }));
    },
  };
})();
