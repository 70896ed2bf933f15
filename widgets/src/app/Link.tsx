/** A link that restores the cohort, and what it holds. */

import { useEffect, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { Popup } from "../left/Popup.tsx";
import { t } from "../left/text.ts";
import { linkTo } from "./address.ts";
import { toClipboard } from "./clipboard.ts";
import type { LinkData } from "./memory_wire.ts";
import type { Ask } from "./wire.ts";

interface Props {
  data: LinkData | null;
  tab: string;
  ask: (what: Ask) => void;
}

export function Link(props: Props) {
  return (
    <Popup
      class="btn"
      role="dialog"
      label={t("Link")}
      title={t("Link to this cohort")}
      says={t("Link to this cohort")}
      button={
        <>
          <Icon name="link" />
          <span class="word">{t("Link")}</span>
        </>
      }
    >
      {() => <Content {...props} />}
    </Popup>
  );
}

function Content({ data, tab, ask }: Props) {
  const [inside, setInside] = useState(false);
  const [copied, setCopied] = useState("");
  useEffect(() => {
    ask({ kind: "memory", name: "link", on: true });
    return () => ask({ kind: "memory", name: "link", on: false });
  }, []);
  const long = (inside || data?.cohort === "") && data?.definition !== "";
  const link = data && (long || data.cohort) ? linkTo(data, tab, long) : "";
  const copy = async () => {
    await toClipboard(link);
    setCopied(link);
  };
  const choice = (value: boolean, title: string, note: string, disabled = false) => (
    <label class="choice">
      <input type="radio" name="link" checked={long === value} disabled={disabled} onChange={() => setInside(value)} />
      <span>
        {title}
        <span class="s q">{note}</span>
      </span>
    </label>
  );
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return (
    <div class="linking">
      <div class="row">
        <input
          class="url"
          readOnly
          value={link}
          aria-label={t("Link to this cohort")}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button class="btn line" disabled={!link} onClick={() => void copy()}>
          {link && copied === link ? t("Copied") : t("Copy")}
        </button>
      </div>
      <fieldset class="choices" aria-label={t("What the link holds")}>
        {choice(
          false,
          t("Short"),
          data?.cohort === ""
            ? t("This server cannot keep it: its folder cannot be written to.")
            : local
              ? t("An id. This server keeps the cohort; the link opens on this computer only.")
              : t("An id. This server keeps the cohort; the link opens here only."),
          data?.cohort === "",
        )}
        {choice(
          true,
          t("With the rule inside"),
          data?.definition === ""
            ? t("This rule is too long for a link. Download it as a file instead.")
            : t("Opens with any Cohort Explorer: put its address before the question mark."),
          data?.definition === "",
        )}
      </fieldset>
      <p class="s q">
        {t(
          "Either one restores rule, name, note and tab as they are now, and holds no patient. What you change later is not in it.",
        )}
      </p>
    </div>
  );
}
