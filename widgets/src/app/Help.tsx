/** The help menu, last in the bar. */

import { Icon } from "../left/icons.tsx";
import { MenuItem, Popup } from "../left/Popup.tsx";
import { language, t } from "../left/text.ts";
import { callFor, type Call } from "./calls.ts";
import { stepKept } from "./tour.ts";

/** The languages of the app, each in its own words. */
const LANGUAGES = { en: "English", es: "Español" } as const;

export function Help({ embedded }: { embedded: boolean }) {
  return (
    <Popup label={t("Help")} button={<Icon name="help" />} class="btn icon" role="menu">
      {(close) => {
        const left = stepKept();
        const item = (call: Call, text: string, key = "") => (
          <MenuItem
            onChoose={() => {
              close();
              callFor(call);
            }}
          >
            {text}
            {key && <kbd>{key}</kbd>}
          </MenuItem>
        );
        return (
          <>
            {item("keys", t("Keyboard shortcuts"), "?")}
            {item("tour", left ? t("Go on with the tour, step %1", left + 1) : t("Two-minute tour"))}
            {item("questions", t("Questions to start from"))}
            {!embedded && (
              <>
                <hr />
                {Object.entries(LANGUAGES).map(([name, title]) => (
                  <MenuItem key={name} checked={language() === name} onChoose={() => speakFrom(name)}>
                    <span lang={name}>{title}</span>
                  </MenuItem>
                ))}
              </>
            )}
          </>
        );
      }}
    </Popup>
  );
}

/** The page comes anew in the language; the workspace has the cohort. */
function speakFrom(name: string): void {
  const address = new URL(location.href);
  address.searchParams.set("language", name);
  location.assign(address);
}
